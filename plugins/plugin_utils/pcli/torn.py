# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Detects incomplete tables: broken at the edge of a terminal, or cut off before their end.

A session never returns a text that was cut, since it waits for the prompt. What ends early anyway (a program that died,
a text from another source), and what a terminal has broken, looks like a table with fewer rows or other values, so such
a table is discarded. A cut right after a row, or within its last cell, cannot be detected in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .cells import RULE_CHARACTERS, Grid, is_rule, rule_spans
from .wraps import VALUES, is_text

WRAPPED = "a table is broken at the edge of a terminal"
IN_HEADER = "a table ends in its header"
IN_ROW = "a table ends in the middle of a row"

_PIECE = re.compile(rf"[{RULE_CHARACTERS}\s]*[{RULE_CHARACTERS}][{RULE_CHARACTERS}\s]*")
# Narrower terminals are not known, and narrow rules follow each other for other reasons.
_NARROWEST = 40


def last_line(lines: Sequence[str]) -> int:
    """The number of the last line that is not blank; -1 if there is none."""
    return next((number for number in range(len(lines) - 1, -1, -1) if lines[number].strip()), -1)


def is_piece(line: str) -> bool:
    """Whether a line consists of rule characters only, even a single one."""
    return _PIECE.fullmatch(line) is not None


def wrapped_at(lines: Sequence[str], position: int) -> range | None:
    """The lines of a table whose rule at `position` continues in the next line; None if it does not.

    The rules above and below the header are the same, so both are broken at the same positions.
    """
    if len(lines[position].rstrip()) < _NARROWEST or len(rule_spans(lines[position])) < 2:
        return None
    stop = position
    while stop < len(lines) and _PIECE.fullmatch(lines[stop]):
        stop += 1
    pieces = [line.rstrip() for line in lines[position:stop]]
    if len(pieces) < 2 or len(pieces[-1]) > len(pieces[0]) or _begins_table(lines, stop - 1):
        return None
    while stop < len(lines) and lines[stop].strip() and not lines[stop].startswith("Completed in"):
        stop += 1
    return range(position, stop)


def _begins_table(lines: Sequence[str], last: int) -> bool:
    """Whether the last of several rules begins a table or a title, and the others closed something."""
    below = (number for number in range(last + 1, min(last + 6, len(lines))) if _PIECE.fullmatch(lines[number]))
    second = next(below, None)
    if second is None or second == last + 1:
        return False
    return lines[second].rstrip() == lines[last].rstrip() and lines[second - 1].strip() != ""


def ends_in_rule(lines: Sequence[str], position: int, end: int) -> bool:
    """Whether the text ends (at line `end`) within the second rule of the table whose first rule is at `position`."""
    last, first = lines[end].rstrip(), lines[position].rstrip()
    whole = last == first
    return position < end <= position + 5 and bool(_PIECE.fullmatch(last)) and first.startswith(last) and not whole


def ends_in_header(lines: Sequence[str], position: int, end: int) -> bool:
    """Whether the text ends (at line `end`) before the second rule of the table at `position`."""
    if len(rule_spans(lines[position])) < 2 or end > position + 4:
        return False
    return not any(is_rule(line) or not line.strip() for line in lines[position + 1 : end])


def ends_in_row(
    records: list[list[list[str]]], went_on: list[int], columns: Sequence[str], grid: Grid, line: str
) -> bool:
    """Whether the last row, at the end of the text, was cut; `line` is its last line.

    It was if cells are missing at its end that other rows have, or if its last cell is the beginning of a value above
    it. `went_on`: the cells of the row that the last line continues. Only free text and the last column may end like
    that: anything else may be the beginning of another row.
    """
    last, others = records[-1], records[:-1]
    start, stop = grid.spans[-1]
    if len(line) >= stop - grid.indent and not line[start:].strip():
        return False  # the padding of its last cell is there
    if went_on:
        return went_on != [len(grid.spans) - 1] and not (len(went_on) == 1 and is_text(columns[went_on[0]]))
    filled = [index for index, parts in enumerate(last) if parts]
    missing = range(max(filled, default=-1) + 1, len(grid.spans))
    if missing:
        alike = [record for record in others if all(record[index] for index in filled)]
        return all(record[-1] for record in others) or (
            bool(alike) and any(all(record[index] for record in alike) for index in missing)
        )
    return _half_a_value(last[-1][0], [record[-1][0] for record in others if record[-1]])


def _half_a_value(text: str, others: list[str]) -> bool:
    if any(pattern.fullmatch(text) for pattern in VALUES):
        return False
    if any(other != text and other.startswith(text) for other in others):
        return True
    return bool(others) and any(all(pattern.fullmatch(other) for other in others) for pattern in VALUES)
