# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that a narrow terminal has broken inside a cell: half a name in one line, the other half below it.

What is replaced is marked, so that no later step takes its parts for words: :func:`mark` moves characters to where no
device prints any, :func:`unmark` moves them back.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_AWAY = 0xE000
_CELL = re.compile(r"\S+(?: \S+)*")
_MARKED = re.compile(f"[{chr(_AWAY)}-{chr(_AWAY + 0x7F)}]")
#: A cell goes on for no more lines than that.
_MOST_LINES = 12


def mark(text: str) -> str:
    """The text in characters that stand for nothing else."""
    return "".join(chr(_AWAY + ord(character)) if ord(character) < 0x80 else character for character in text)


def unmark(text: str) -> str:
    """The text as it was meant."""
    return _MARKED.sub(lambda found: chr(ord(found[0]) - _AWAY), text)


class Wrapped:
    """The cells of a text that go on in the line below, at the same column."""

    def __init__(self, text: str):
        self._lines = [list(line) for line in text.split("\n")]
        self._cells = [
            {cell.start(): cell[0] for cell in _CELL.finditer(line)} if not _is_rule(line) else {}
            for line in text.split("\n")
        ]

    def replaced(self, token: re.Pattern[str], other: Callable[[str], str | None]) -> str:
        """The text in which each token that is broken between two lines is replaced by ``other``, where it has one."""
        for row, cells in enumerate(self._cells):
            for column, text in cells.items():
                self._follow(row, column, text, token, other)
        return "\n".join("".join(line) for line in self._lines)

    def _follow(
        self, row: int, column: int, text: str, token: re.Pattern[str], other: Callable[[str], str | None]
    ) -> None:
        joined, ends = text, [len(text)]
        for below in range(row + 1, min(row + _MOST_LINES, len(self._cells))):
            more = self._cells[below].get(column)
            if more is None:
                break
            joined += more
            ends.append(len(joined))
        if len(ends) < 2:
            return
        edges = {0, *ends}
        for found in token.finditer(joined):
            # What begins in the first line and goes over its end; one that begins below is found from there.
            if not found.start() < ends[0] < found.end():
                continue
            first = joined[found.start() : ends[0]]
            if other(first) not in (None, first):  # a whole name ends here, and the next row has another one
                continue
            # The longest end that is known: behind it the next row may begin.
            for end in sorted((edge for edge in edges if ends[0] < edge <= found.end()), reverse=True):
                word = joined[found.start() : end]
                made = other(word)
                if made is not None:
                    self._write(row, column, ends, found.start(), mark(made.ljust(len(word))[: len(word)]))
                    return
            made = other(found[0])
            if made is not None:
                self._write(row, column, ends, found.start(), mark(made.ljust(len(found[0]))[: len(found[0])]))

    def _write(self, row: int, column: int, ends: list[int], start: int, text: str) -> None:
        for number, character in enumerate(text, start):
            line = next(index for index, end in enumerate(ends) if number < end)
            begin = ends[line - 1] if line else 0
            self._lines[row + line][column + number - begin] = character


def _is_rule(line: str) -> bool:
    return re.fullmatch(r"[\s=\-*]*", line) is not None
