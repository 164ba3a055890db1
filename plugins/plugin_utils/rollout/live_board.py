# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The board of a run in a terminal beside it, refreshed in place until the run has ended.

``python live_board.py [STATUS_FILE]``, or the same with ``python -m`` where the folder of the collections is in the
path of Python. It only reads the status file, so it can be stopped and started at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import TextIO

#: Where the playbooks write it.
STATUS_FILE = "~/sessionsmart/journal/status-routers.json"
#: Seconds between two looks; and between two lines where there is no terminal and nothing has changed.
_PAUSE, _SILENCE = 1.0, 600.0
_HOME, _TO_END_OF_LINE, _TO_END_OF_SCREEN = "\033[H", "\033[K", "\033[J"
_CLEAR, _HIDE_CURSOR, _SHOW_CURSOR = "\033[2J", "\033[?25l", "\033[?25h"


def main(arguments: list[str]) -> int:
    """The exit code: 0 once the run has ended or at Ctrl-C, 2 for a wrong call."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    path = os.path.abspath(os.path.expanduser(arguments[0] if arguments else STATUS_FILE))
    show = _Screen(sys.stdout) if sys.stdout.isatty() else _Log(sys.stdout)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError), show:
        watch(path, show)
    return 0


def watch(path: str, show: Callable[[object, str], None], sleep: Callable[[float], None] = time.sleep) -> None:
    """Show the status file at ``path`` until its run has ended. ``show``: takes the data and why there are none."""
    board = _board()
    status: object = None
    while True:
        fresh, why = read(path)
        status = fresh if why == "" else status
        show(status, why)
        if not why and board.is_over(status):
            return
        sleep(_PAUSE)


def read(path: str) -> tuple[object, str]:
    """What a status file holds, and why it cannot be read; empty where it can."""
    try:
        with open(path, encoding="utf-8") as stream:
            return json.load(stream), ""
    except FileNotFoundError:
        return None, f"{path} does not exist yet: no run has begun to write it"
    except OSError as error:
        return None, f"{path} cannot be read: {error.strerror}"
    except ValueError:
        return None, f"{path} is not complete: it is no JSON"


class _Screen:
    """Draws on a terminal, from its first line on, as large as it is now."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._board = _board()

    def __enter__(self) -> None:
        self._stream.write(_HIDE_CURSOR + _CLEAR)

    def __exit__(self, *_error: object) -> None:
        self._stream.write(f"{_SHOW_CURSOR}\n")
        self._stream.flush()

    def __call__(self, status: object, why: str) -> None:
        columns, rows = os.get_terminal_size(self._stream.fileno())
        columns, rows = columns or 80, rows or 24  # some terminals do not know how large they are
        # The last line stays empty, so that nothing scrolls.
        rows = max(1, rows - 1)
        lines = [why[:columns]] if why else []
        if status is not None:
            lines += self._board.render(status, datetime.now(timezone.utc), columns, max(1, rows - len(lines)))
        text = "\n".join(f"{line}{_TO_END_OF_LINE}" for line in lines[:rows])
        self._stream.write(f"{_HOME}{text}{_TO_END_OF_SCREEN}")
        self._stream.flush()


class _Log:
    """Prints a line where something has changed, for a file or a pipe."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._board = _board()
        self._said: object = None
        self._at = 0.0

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        pass

    def __call__(self, status: object, why: str) -> None:
        now = datetime.now(timezone.utc)
        old = ""
        with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError):
            old = "" if why else self._board.old_words(status, now)
        news = why or (self._counts(status), bool(old))
        if news == self._said and time.monotonic() - self._at < _SILENCE:
            return
        self._said, self._at = news, time.monotonic()
        try:
            print(
                why or "; ".join(filter(None, (self._board.line_of(status, now), old))), file=self._stream, flush=True
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            print(*self._board.render(status, now, 200, 1), file=self._stream, flush=True)

    @staticmethod
    def _counts(status: object) -> object:
        return (status.get("state"), str(status.get("totals"))) if isinstance(status, dict) else str(status)


def _board():
    """The board itself. As a script this file first has to find the collection that it belongs to."""
    if not __package__:
        root = os.path.abspath(__file__)
        for _folder in range(7):
            root = os.path.dirname(root)
        if root not in sys.path:
            sys.path[0] = root
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import board

    return board


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
