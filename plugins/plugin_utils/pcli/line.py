# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal under a shell: sends text, receives output, and recognises prompts and pagers in it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ..clock import Clock
from .errors import PcliError, SessionBroken
from .output_buffer import OutputBuffer
from .prompt import Prompt, find_pager, find_prompt

#: The PCLI wraps the cells of a table at the width of the terminal, in the middle of a word (cc_fips install pages).
WIDTH, HEIGHT = 512, 1000

#: More than any command prints; a device that never stops must not fill the controller's memory.
MOST_OUTPUT = 256 * 1024 * 1024

# prompt_toolkit asks a terminal where its cursor is. In the last row, it has no space below to fill.
_CURSOR_QUERY = "\x1b[6n"
_CURSOR_ANSWER = f"\x1b[{HEIGHT};1R"

_SEND_TIMEOUT = 30.0


@dataclass(frozen=True)
class ShellOptions:
    """How to talk to a PCLI. Times are in seconds."""

    terminal: str = "vt100"
    prompt: re.Pattern | None = None
    pager: re.Pattern | None = None
    pager_answer: str = " "
    enter_command: str | None = None
    login_timeout: float = 60.0
    #: How long it must be quiet after something that looks like the prompt before it counts as one.
    quiet: float = 0.05
    #: The same for the first prompt, of which nothing is known yet: a banner may contain something similar.
    first_quiet: float = 0.25
    #: How long it must be quiet before a shell counts as one that does not echo what is typed.
    patience: float = 2.0


class Line:
    """One terminal on one SSH channel. ``prompt`` is the last one printed, ``learned`` an undocumented one."""

    def __init__(self, channel, options: ShellOptions, clock: Clock):
        self._channel = channel
        self._options = options
        self._clock = clock
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._output_buffer = OutputBuffer()
        self._heard = clock.now()
        self._command = ""
        self._secrets: list[str] = []
        self._asked_at = -1
        self._paged = False
        self.prompt: Prompt | None = None
        self.learned: re.Pattern | None = None
        self.closed = False

    def alive(self) -> bool:
        """Whether the connection is still up, as far as is known. Reads what came since the last command."""
        try:
            self._receive(0)
        except PcliError:
            return False
        return not self.closed

    def close(self) -> None:
        """Close the channel; never raises."""
        self.closed = True
        try:
            self._channel.close()
        except Exception:
            pass

    def _send(self, text: str) -> None:
        try:
            self._channel.settimeout(_SEND_TIMEOUT)
            self._channel.sendall(text.encode("utf-8"))
        except (OSError, EOFError) as error:
            self.close()
            doing = f"while '{self._command}' was being sent or answered" if self._command else "during the login"
            raise SessionBroken(f"The connection broke {doing}: {str(error) or 'no answer'}.") from error
        self._heard = self._clock.now()

    def _receive(self, wait: float) -> None:
        """Read what has arrived; wait at most ``wait`` seconds for the first part. Sets ``closed`` at the end."""
        if self.closed:
            raise SessionBroken(f"The connection is closed; its last command was '{self._command}'.")
        for _round in range(64):  # a device that never stops must not hold us beyond a time-out
            try:
                self._channel.settimeout(max(0.0, wait))
                chunk = self._channel.recv(65536)
            except TimeoutError:
                return
            except (OSError, EOFError):
                chunk = b""
            if not chunk:
                self.close()
                return
            self._take(self._decoder.decode(chunk))
            wait = 0.0

    def _take(self, text: str) -> None:
        seam = len(_CURSOR_QUERY) - 1
        queries = text.count(_CURSOR_QUERY)
        for length in range(1, seam + 1):
            if text.startswith(_CURSOR_QUERY[length:]) and self._output_buffer.ends_with(_CURSOR_QUERY[:length]):
                queries += 1
        self._output_buffer.add(text)
        self._heard = self._clock.now()
        if queries:
            self._send(_CURSOR_ANSWER * queries)
        if self._output_buffer.length > MOST_OUTPUT:
            self.close()
            raise SessionBroken(
                f"'{self._command}' printed more than {MOST_OUTPUT // 2**20} MB and was given up. The shell was closed."
            )

    def _quiet_for(self, seconds: float) -> bool:
        return self.closed or self._clock.now() - self._heard >= seconds

    @property
    def _pattern(self) -> re.Pattern | None:
        return self._options.prompt or self.learned

    def _find_prompt(self, text: str) -> Prompt | None:
        return find_prompt(text, self._pattern, self.prompt)

    def _page(self, tail: str) -> bool:
        answer = find_pager(tail, self._options.pager)
        if answer is None or self._output_buffer.length == self._asked_at:
            return False
        self._asked_at = self._output_buffer.length
        self._paged = True
        by_option = self._options.pager is not None and self._options.pager.search(last_line(tail))
        self._send(self._options.pager_answer if by_option else answer)
        return True

    def _hide(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "********") if secret else text
        return text

    def _last_words(self) -> str:
        lines = [line.strip() for line in self._output_buffer.tail().splitlines() if line.strip()][-3:]
        return f" Its last words: {self._hide(' / '.join(lines))[-500:]}" if lines else ""


def last_line(text: str) -> str:
    """The text after the last line feed."""
    return text.rpartition("\n")[2]
