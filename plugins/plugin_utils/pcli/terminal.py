# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders raw terminal output as the text that a person would see.

No document says which control sequences the PCLI sends (spinner frames and colours are not documented), so this is
a small screen without a fixed size: text is never scrolled away, and a cleared screen starts below what was there.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# A string sequence (OSC, DCS, …) ends at the first control character even if its terminator is missing:
# a truncated window title must not swallow the output that follows it.
_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f\u2028\u2029]+)"
    r"|(?:\x1b\[|\x9b)(?P<args>[0-?]*)[ -/]*(?P<csi>[@-~])"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b(?P<inter>[ -/]+)(?P<charset>[0-~])"
    r"|\x1b(?P<esc>[0-Z\\^-~])"
    r"|(?P<ctl>[\x00-\x1f\x7f-\x9f\u2028\u2029])"
)
_INCOMPLETE = re.compile(
    r"(?:\x1b|(?:\x1b\[|\x9b)[0-?]*[ -/]*|\x1b[ -/]+"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x00-\x1f\x7f-\x9f]*\x1b?)\Z"
)
# What does more than begin a line.
_MOVES = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]|\r(?!\n)")
# The line-drawing set that some programs switch to with ESC ( 0.
_LINE_DRAWING = str.maketrans("jklmnqtuvwxa", "┘┐┌└┼─├┤┴┬│▒")
_TAB = 8


@lru_cache(maxsize=4096)
def char_width(char: str) -> int:
    """The columns that a character takes on a terminal: 0 (combining), 1 or 2 (wide)."""
    if char < "\u0300":
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def incomplete_escape(raw: str) -> bool:
    """Whether `raw` ends in the middle of an escape sequence, so that the rest is still to come."""
    return _INCOMPLETE.search(raw) is not None


def clean(raw: str) -> str:
    """Return the text that `raw` leaves on a screen, lines separated by a line feed.

    Blanks at the end of a line are dropped, except on the last line, where they belong to a prompt. An escape sequence
    that is cut off at the end is dropped. Cleaning twice changes nothing.
    """
    raw = _INCOMPLETE.sub("", raw)
    if not _MOVES.search(raw):  # the usual output: nothing is written over, so nobody needs a screen
        return _without_blanks(raw.replace("\r\n", "\n").split("\n"))
    screen = _Screen()
    for token in _TOKEN.finditer(raw):
        kind = token.lastgroup
        if kind == "text":
            screen.write(token["text"])
        elif kind == "ctl":
            screen.control(token["ctl"])
        elif kind == "csi":
            screen.csi(token["csi"], token["args"] or "")
        elif kind == "charset":
            screen.charset(token["inter"], token["charset"])
        elif kind == "esc":
            screen.escape(token["esc"])
    return screen.text()


def _without_blanks(lines: list[str]) -> str:
    return "\n".join([line.rstrip(" ") for line in lines[:-1]] + lines[-1:])


class _Screen:
    """Lines of single columns. The second column of a wide character holds an empty string."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = [[]]
        self.row = 0
        self.column = 0
        self.saved = (0, 0)
        self.drawing = False

    def text(self) -> str:
        return _without_blanks(["".join(line) for line in self.lines])

    def write(self, text: str) -> None:
        if self.drawing:
            text = text.translate(_LINE_DRAWING)
        line = self.lines[self.row]
        if self.column == len(line) and (text.isascii() or all(char_width(char) == 1 for char in set(text))):
            line.extend(text)
            self.column += len(text)
            return
        for char in text:
            self._put(char)

    def _put(self, char: str) -> None:
        line = self.lines[self.row]
        width = char_width(char)
        if width == 0 and 0 < self.column <= len(line):
            base = self.column - 1
            while base > 0 and line[base] == "":
                base -= 1
            line[base] += char
            return
        width = max(width, 1)
        _reach(line, self.column + width)
        for column in range(self.column, self.column + width):
            _free(line, column)
        line[self.column : self.column + width] = [char] + [""] * (width - 1)
        self.column += width

    def _move_to_row(self, row: int) -> None:
        self.row = max(row, 0)
        while len(self.lines) <= self.row:
            self.lines.append([])

    def _erase(self, start: int, end: int) -> None:
        line = self.lines[self.row]
        for column in range(max(start, 0), min(end, len(line))):
            _free(line, column)

    def _cut(self) -> None:
        line = self.lines[self.row]
        if self.column < len(line):
            _free(line, self.column)
            del line[self.column :]

    def control(self, char: str) -> None:
        if char == "\r":
            self.column = 0
        elif char in "\n\x0b\x0c\x85\u2028\u2029":
            # A bare line feed also returns to column 0: a channel without a terminal sends no carriage returns.
            self._move_to_row(self.row + 1)
            self.column = 0
        elif char == "\b":
            self.column = max(self.column - 1, 0)
        elif char == "\t":
            self.column += _TAB - self.column % _TAB
            _reach(self.lines[self.row], self.column)

    def charset(self, intermediate: str, name: str) -> None:
        if intermediate == "(":
            self.drawing = name == "0"

    def escape(self, name: str) -> None:
        if name == "7":
            self.saved = (self.row, self.column)
        elif name == "8":
            self._restore()
        elif name == "D":
            self._move_to_row(self.row + 1)
        elif name == "E":
            self.control("\n")
        elif name == "M":
            self._move_to_row(self.row - 1)
        elif name == "c":
            self.drawing = False
            self._below()

    def _restore(self) -> None:
        self._move_to_row(self.saved[0])
        self.column = self.saved[1]

    def _below(self) -> None:
        """Continue below everything: what a cleared screen showed is still part of the output."""
        if any(self.lines[-1]):
            self.lines.append([])
        self.row, self.column = len(self.lines) - 1, 0

    def csi(self, name: str, text: str) -> None:
        first = re.match(r"[0-9]{0,4}", text)[0]
        count = int(first or 0)
        steps = min(max(count, 1), 1000)
        if name in "Hf" or (name == "J" and count in (2, 3)):
            self._below()
        elif name == "s":
            self.saved = (self.row, self.column)
        elif name == "u":
            self._restore()
        elif name in "JKXP@":
            self._edit(name, count, steps)
        else:
            self._move(name, steps)

    def _move(self, name: str, steps: int) -> None:
        if name in "AF":
            self._move_to_row(self.row - steps)
        elif name in "BE":
            # Moving down never adds lines: a screen has a last one, and the text follows below it anyway.
            self._move_to_row(min(self.row + steps, len(self.lines) - 1))
        elif name == "C":
            self.column += steps
        elif name == "D":
            self.column = max(self.column - steps, 0)
        elif name in "G`":
            self.column = steps - 1
        if name in "EF":
            self.column = 0

    def _edit(self, name: str, count: int, steps: int) -> None:
        """Erase, delete or insert characters at the cursor."""
        line = self.lines[self.row]
        if name == "J" and count == 0:
            self._cut()
            del self.lines[self.row + 1 :]
        elif name == "K" and count == 0:
            self._cut()
        elif name == "K" and count == 1:
            self._erase(0, self.column + 1)
        elif name == "K":
            line.clear()
        elif name == "X":
            self._erase(self.column, self.column + steps)
        elif name == "P":
            self._erase(self.column, self.column + steps)
            del line[self.column : self.column + steps]
        elif name == "@" and self.column < len(line):
            if line[self.column] == "":
                _free(line, self.column)
            line[self.column : self.column] = [" "] * steps


def _free(line: list[str], column: int) -> None:
    """Blank a column. If it holds half of a wide character, the other half becomes blank as well."""
    if line[column] == "" and column > 0:
        line[column - 1] = " "
    if column + 1 < len(line) and line[column + 1] == "":
        line[column + 1] = " "
    line[column] = " "


def _reach(line: list[str], length: int) -> None:
    """Extend a line with blanks to at least this length."""
    line.extend(" " * (length - len(line)))
