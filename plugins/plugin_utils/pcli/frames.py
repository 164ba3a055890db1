# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads tables that are drawn with vertical bars."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .cells import Grid
from .wraps import add_line, columns_of, records_to_rows

_FRAME = re.compile(r"\s*[|│┃║+┌├└╔╠╚╭╰╞┏┣┗]")
_FRAME_RULE = re.compile(r"\s*[|+┌├└╔╠╚╭╰╞┏┣┗][=\-─━═+┬┼┴┐┤┘╦╬╩╗╣╝╮╯╪╡┳╋┻┓┫┛:|\s]*")


def frames_in(lines: Sequence[str]) -> dict[int, int]:
    """The lines where a table with vertical bars may begin, each with the line after its end. One column is a banner.

    Reads backwards, so that each line is visited once: a long text whose lines begin with a bar or a plus (such as a
    comparison) is not a table from any of its lines on.
    """
    frames: dict[int, int] = {}
    stop, width, even, ruled = len(lines), None, True, False
    for index in range(len(lines) - 1, -1, -1):
        if not _FRAME.match(lines[index]):
            stop, width, even, ruled = index, None, True, False
            continue
        if _FRAME_RULE.fullmatch(lines[index]):
            ruled = True
        else:
            cells = len(_bars(lines[index]))
            width, even = cells, even and width in (None, cells)
        if ruled and even and (width or 0) > 1:
            frames[index] = stop
    return frames


def framed(lines: Sequence[str], position: int, stop: int) -> tuple[tuple[str, ...], tuple[dict[str, str], ...]]:
    """The columns and the rows of the table with vertical bars in these lines."""
    block = lines[position:stop]
    rules = {index for index, line in enumerate(block) if _FRAME_RULE.fullmatch(line)}
    split = next((index for index in sorted(rules) if index > 0 and index - 1 not in rules), len(block))
    head = [_bars(line) for index, line in enumerate(block[:split]) if index not in rules]
    body = [_bars(line) for index, line in enumerate(block) if index > split and index not in rules]
    spans, offset = [], 0
    for cell in head[0]:
        spans.append((offset, offset + len(cell)))
        offset += len(cell) + 1
    grid = Grid(tuple(spans), 1)
    columns = columns_of([" ".join(cells) for cells in head], grid)
    records: list[list[list[str]]] = []
    for cells in body:
        add_line(records, [cell.strip() for cell in cells], grid, columns)
    return columns, records_to_rows(columns, records, grid)


def _bars(line: str) -> list[str]:
    return re.split(r"[|│┃║]", line.strip())[1:-1]
