# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of tables, and how a line is cut into cells: at the gaps of the rule, or as near to them as its words allow.

A rule is a line of groups of one character. Each group is a column; text starts one blank inside its group.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from .terminal import char_width

Span = tuple[int, int]

RULE_CHARACTERS = "=\\-─━═"
_RULE = re.compile(rf"[ \t]*(?:([{RULE_CHARACTERS}])\1*)(?:[ \t]+(?:([{RULE_CHARACTERS}])\2*))*[ \t]*")


def is_rule(line: str) -> bool:
    """Whether a line consists of groups of rule characters, at least one of them three long."""
    return (
        len(line) > 2 and _RULE.fullmatch(line) is not None and any(end - start > 2 for start, end in rule_spans(line))
    )


def rule_spans(line: str) -> list[Span]:
    """The screen columns (start, end) of each group of a rule."""
    return [match.span() for match in re.finditer(r"\S+", line)]


@dataclass(frozen=True)
class Grid:
    """The columns of a table. `indent`: blanks between the start of a group and its text."""

    spans: tuple[Span, ...]
    indent: int = 0

    @cached_property
    def gaps(self) -> tuple[Span, ...]:
        """The screen columns between the cells."""
        return tuple((end, begin) for (_start, end), (begin, _end) in pairwise(self.spans))

    @cached_property
    def usual(self) -> re.Pattern[str]:
        """Matches a line that reaches the last column and respects the gaps; its groups are the cells."""
        parts, begin = [], 0
        for end, start in self.gaps:
            parts.append(rf"(.{{{end - begin}}}) {{{start - end}}}")
            begin = start
        return re.compile("".join([*parts, "(.*)"]))

    def width(self, index: int) -> int:
        """How many characters fit into a cell."""
        start, end = self.spans[index]
        return end - start - 2 * self.indent


def indent_of(line: str) -> int:
    """The number of blanks at the start of a line."""
    return len(line) - len(line.lstrip())


def _screen(line: str) -> list[str]:
    """One entry for each screen column; the second half of a wide character is empty."""
    if line.isascii():
        return list(line)
    cells: list[str] = []
    for char in line:
        width = char_width(char)
        if width == 0 and cells:
            cells[-1] += char
            continue
        cells.append(char)
        if width == 2:
            cells.append("")
    return cells


def _gap_breaks(cells: Sequence[str], gaps: Sequence[Span]) -> int:
    return sum(1 for end, begin in gaps if any(cell not in (" ", "") for cell in cells[end:begin]))


def screen_width(text: str) -> int:
    """The number of screen columns that a text takes."""
    return len(text) if text.isascii() else len(_screen(text))


def breaks_gaps(line: str, grid: Grid) -> bool:
    """Whether a line has characters where the rule has gaps."""
    return bool(_gap_breaks(_screen(line), grid.gaps))


def cells_of(line: str, grid: Grid) -> list[str]:
    """Cut a line into its cells, where the gaps of the rule are or as near to them as its words allow."""
    if line.isascii():
        if usual := grid.usual.fullmatch(line):  # there may be thousands
            return [cell.strip() for cell in usual.groups()]
        if not any(line[end:begin].strip(" ") for end, begin in grid.gaps):  # one that ends early
            ends = [end for end, _begin in grid.gaps]
            return [line[start:end].strip() for start, end in zip([0, *ends], [*ends, None], strict=True)]
    # Some programs pad by characters, not by screen columns; the reading with fewer broken gaps is right.
    screens = [_screen(line)] if line.isascii() else [_screen(line), list(line)]
    cells = min(screens, key=lambda screen: _gap_breaks(screen, grid.gaps))
    if _gap_breaks(cells, grid.gaps):
        whole = _by_order(cells, grid)
        if whole is not None:
            return whole
    cuts = [0]
    for end, begin in grid.gaps:
        cuts.append(max(cuts[-1], _cut(cells, end, begin)))
    return [
        "".join(cells[start:end]).strip()
        for start, end in zip(cuts, [*cuts[1:], max(len(cells), cuts[-1])], strict=True)
    ]


def _by_order(cells: Sequence[str], grid: Grid) -> list[str] | None:
    """Cut by the order of the values, since one wider than its column shifts the rest of the row; None if unclear."""
    line = "".join(cell or "\0" for cell in cells)
    chunks = [match[0].replace("\0", "") for match in re.finditer(r"\S+(?: \S+)*", line)]
    blank = sum(1 for _start, end in grid.spans if end <= indent_of(line))
    if len(chunks) == 1 and len(chunks[0].split()) == len(grid.spans):
        return chunks[0].split()  # no column is respected at all
    return [""] * blank + chunks if blank + len(chunks) == len(grid.spans) else None


def _cut(cells: Sequence[str], end: int, begin: int) -> int:
    """Where to cut between a column that ends at `end` and the next one, which begins at `begin`."""
    if all(cell in (" ", "") for cell in cells[end:begin]):
        return end
    for distance in range(max(len(cells), end)):
        for column in (begin + distance - 1, end - distance):
            if 0 <= column < len(cells) and cells[column] == " ":
                return column
    return end
