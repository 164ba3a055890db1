# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects what a shell receives during one command: cheap to extend, and made readable only on demand."""

from __future__ import annotations

import re

from .terminal import clean, incomplete_escape

#: How much of the end is searched for a prompt. Longer than any prompt, short enough to be cheap.
TAIL = 4096

# A line editor (such as prompt_toolkit) makes space below its prompt for a menu: some empty lines, then up again.
_UP = re.compile(r"\x1b\[([0-9]+)A")
# Invisible output, read backwards: from where the cursor goes up to the last visible character.
_NOTHING_SEEN = re.compile(r"(?:[\r\n \x08]|[mhl][0-9;?]*\[\x1b)+")


class OutputBuffer:
    """Raw text in pieces. The end is kept at hand, and the whole is joined at most once after each change."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._end = ""
        self._known: dict[str, str] = {}
        self.length = 0

    def add(self, text: str) -> None:
        """Append text."""
        self._pieces.append(text)
        self._end = (self._end + text)[-TAIL:]
        self.length += len(text)
        self._known.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._pieces, self._end, self.length = [], "", 0
        self._known.clear()

    def ends_with(self, text: str) -> bool:
        """Whether the raw text ends with these characters."""
        return self._end.endswith(text)

    @property
    def unfinished(self) -> bool:
        """Whether the rest of an escape sequence is still to come."""
        return incomplete_escape(self._end[-64:])

    def tail(self) -> str:
        """The end of the text as a person would see it."""
        if "tail" not in self._known:
            self._known["tail"] = clean(without_menu_space(self._end))
        return self._known["tail"]

    def text(self) -> str:
        """The whole text as a person would see it."""
        if "text" not in self._known:
            self._pieces = ["".join(self._pieces)]
            self._known["text"] = clean(without_menu_space(self._pieces[0]))
        return self._known["text"]


def without_menu_space(raw: str) -> str:
    """Remove empty lines that were only made to go up again: the cursor stays where the text ends."""
    if "\x1b[" not in raw:
        return raw
    parts, start = [], 0
    for up in _UP.finditer(raw):
        lines = int(up[1][:4])
        floor = max(start, up.start() - 5 * lines - 100)
        empty = _NOTHING_SEEN.match(raw[floor : up.start()][::-1])
        if empty and empty[0].count("\n") >= lines > 0:
            first = up.start()
            for _line in range(lines):
                first = raw.rindex("\n", floor, first)
            while first > floor and raw[first - 1] == "\r":
                first -= 1
            parts += [raw[start:first], "\r"]
            start = up.end()
    return "".join(parts) + raw[start:]
