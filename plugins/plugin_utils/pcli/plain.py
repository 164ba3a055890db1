# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads tables without any rule: what a filter such as `| egrep "Status|t1"` leaves of a table (ts_t1).

Columns begin where the names in the first line begin, provided that every cell of every line respects that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .cells import Grid, Span, is_rule

_HEADER = re.compile(r" ?[A-Z]\S*(?: \S+)*(?: {2,}[A-Z(]\S*(?: \S+)*){2,} *")
_CHUNK = re.compile(r"\S+(?: \S+)*")


def plain_at(lines: Sequence[str], position: int) -> tuple[list[str], Grid, range] | None:
    """The column names, the grid and the row lines of a table whose header is at `position`; None if there is none."""
    header = lines[position]
    if "   " not in header or ":" in header or _HEADER.fullmatch(header) is None:
        return None
    chunks = list(_CHUNK.finditer(header))
    starts = [chunk.start() for chunk in chunks]
    stop = position + 1
    while stop < len(lines) and _is_row(lines[stop], starts):
        stop += 1
    if (
        stop == position + 1
        or any(is_rule(line) for line in lines[position + 1 : stop])
        or (stop < len(lines) and lines[stop].strip())
    ):
        return None
    spans: list[Span] = [*zip(starts, [start - 1 for start in starts[1:]], strict=False), (starts[-1], 10_000)]
    return [chunk[0] for chunk in chunks], Grid(tuple(spans)), range(position + 1, stop)


def _is_row(line: str, starts: Sequence[int]) -> bool:
    """Whether a line begins with a name and has a blank before each column that it reaches."""
    if line[: starts[0]].strip() or line[starts[0] : starts[0] + 1].strip() == "":
        return False
    if any(line[start - 1 : start].strip() for start in starts[1:]):
        return False
    begins = {match.start() for match in re.finditer(r"(?<=  )\S", line)}
    return begins <= set(starts) and sum(1 for start in starts if line[start : start + 1].strip()) > 2
