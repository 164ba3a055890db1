# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statements in the output of a health check, each with the node and the run that it is about.

A heading counts for what is below it: results below ``Last run:`` or ``Node: b`` say nothing about this node now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..pcli.blocks import Block, scan_blocks
from ..pcli.cells import indent_of, is_rule
from ..pcli.response import Response, is_around_answer
from ..pcli.tables import Table, scan_tables
from .health_names import ELSEWHERE, HERE, ROUTER, Names
from .vocabulary import PASSED

#: Columns that name what was checked, and those that name the node.
NAME_COLUMNS = ("Check", "Check Name", "Health Check", "Name", "Test", "Item", "Description")
NODE_COLUMNS = ("Node", "Router", "Target", "Host", "Asset")

_TITLE_OF_NODE = re.compile(r"(?P<name>[\w.\-]*\w)\s*:?")
#: Headings that say nothing of another run.
_PLAIN_HEADING = re.compile(
    r"(?:(?:this|current|the|post|upgrade|post-upgrade|health|health-checks?|steady|state|steady-state|checks?|results?"
    r"|summary|details?|report|output|status|system|node|router|failed|failing|failures?|errors?|tests?|run|of|for|all"
    r"|were|overall|unhealthy|completed|processes)\s*)+",
    re.I,
)
_OTHER_TIME = re.compile(
    r"\b(?:last|latest|previous\w*|earlier|former|first|next|old\w*|before|pre|prior|history|baseline|initial|yesterday"
    r"|past|expected|if)\b|\b(?:run|attempt|try|pass|cycle) #?\d+",
    re.I,
)
_RESULT = re.compile(rf"\b(?:{PASSED}|fail\w*|unhealthy|not \w+)\b", re.I)
_DATED = re.compile(
    r"(?P<name>date|time|(?:start|end) time|timestamp|started|finished|ended|completed)(?: at| on)?\s*[:=]\s*"
    r"(?P<value>\S.*)",
    re.I,
)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z?(?: [A-Z]{1,5})?")
_NO_DATE = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|\d+(?:\.\d+)? ?(?:m?s|sec(?:ond)?s?|min(?:ute)?s?|h(?:our)?s?)?", re.I)
_FRAME = re.compile(r"\s*[^\w\s]? ?(?:Retrieving|Piping)\b", re.I)
#: A time that is further from the device's own clock belongs to another run.
_RECENT = timedelta(hours=1)


@dataclass(frozen=True)
class Statement:
    """A line, or a row of a table of checks. ``text``: without the names of nodes; ``shown``: as it is printed.

    ``place``: what it is about (see health_names), None where neither it nor what is above it names anything.
    ``other_run``: it may be about another run. ``row``: the cells by column, with the columns' printed names in
    ``table``; None for a line.
    """

    text: str
    shown: str
    place: str | None
    other_run: bool
    row: dict[str, str] | None = None
    table: Table | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is about another node."""
        return self.place == ELSEWHERE

    @property
    def is_own(self) -> bool:
        """Whether it is about the node that was checked, now: it names no other one, and no router that has another."""
        return self.place in (None, HERE) and not self.other_run


def read_statements(response: Response, names: Names) -> list[Statement]:
    """Every line with content and every row, without rules, dates and lines of progress."""
    return list(_Reader(response, names).statements())


def is_progress(line: str) -> bool:
    """Whether a line is one of progress: it promises a result, and is none."""
    return "..." in line or "\u2026" in line


def is_old(line: str, now: datetime | None) -> bool:
    """Whether a line names a time which may be that of another run. ``now``: the device's clock, where it is shown."""
    dated = _DATED.fullmatch(line.strip())
    if dated is None or _NO_DATE.fullmatch(dated["value"]):
        return False
    date = _DATE.fullmatch(dated["value"])
    if date is None or now is None:
        return True
    try:
        shown = datetime.strptime(f"{date[1]} {date[2]}", "%Y-%m-%d %H:%M")
    except ValueError:
        return True
    return abs(shown - now.replace(tzinfo=None)) > _RECENT


def _lines_of(block: Block) -> Iterator[str]:
    yield from (f"{name}: {value}" for name, value in block.fields.items() if value)
    for section, lines in block.sections.items():
        yield from (section, *lines)
    for name, inner in block.nested.items():
        yield from (name, *_lines_of(inner))


class _Reader:
    """Walks through the lines once, and keeps the headings above them."""

    def __init__(self, response: Response, names: Names) -> None:
        self._names, self._response = names, response
        self._lines = response.text.splitlines()
        self._place: str | None = None
        self._router: str | None = None
        self._other_run = any(is_old(line, response.date) for line in self._lines)
        #: The heading of the run: its indent, and whether what belongs to it is indented deeper.
        self._heading: tuple[int, bool, bool] | None = None

    def statements(self) -> Iterator[Statement]:
        tables = scan_tables(self._response.text)
        framed = frozenset(number for _table, span in tables for number in span)
        starts = {span.start: table for table, span in tables if table.broken is None}
        blocks = {
            min(numbers): (block, numbers)
            for block, numbers in scan_blocks(self._response.text, framed)
            if block.title and block.fields and block.broken is None
        }
        taken = {number for table, span in tables for number in span if table.broken is None}
        taken = taken.union(*(numbers for _block, numbers in blocks.values()))
        for number, line in enumerate(self._lines):
            if number in starts:
                yield from self._rows(starts[number])
            elif number in blocks:
                block, _numbers = blocks[number]
                self._enter(0, block.title, strict=True)
                yield from map(self._line, _lines_of(block))
            elif number not in taken and self._has_content(line):
                self._leave(indent_of(line))
                yield self._line(line.strip())
                self._enter(indent_of(line), line.strip(), strict=self._is_title(number))

    def _has_content(self, line: str) -> bool:
        return bool(line.strip()) and not (is_rule(line) or is_around_answer(line) or _FRAME.match(line))

    def _is_title(self, number: int) -> bool | None:
        """Whether a line is a heading for certain. None: lines below it are indented deeper, so it may be one."""
        line, below = self._lines[number], self._lines[number + 1 :]
        if line.rstrip().endswith(":") or (below and is_rule(below[0])):
            return True
        following = next((other for other in below if other.strip()), None)
        return None if following is not None and indent_of(following) > indent_of(line) else False

    def _enter(self, indent: int, line: str, strict: bool | None) -> None:
        """Take a line for the heading of what is below it, as far as it is one."""
        if is_progress(line):
            return
        if field := self._names.field(line):
            self._enter_place(line.lower().startswith("router"), field)
            return
        if strict is False:
            return
        name = _TITLE_OF_NODE.fullmatch(line)
        place = self._names.place(name["name"]) if name else None
        if place:
            self._place, self._router = place, None
            return
        place, rest = self._names.split(line.rstrip(": "))
        if place:
            self._place = place
        result = strict is None and _RESULT.search(rest)
        plain = result or not rest or _PLAIN_HEADING.fullmatch(rest.strip(" .:"))
        other = _OTHER_TIME.search(rest) is not None or not plain
        self._heading = indent, strict is None, other

    def _enter_place(self, is_router: bool, place: str) -> None:
        """Below `Router: r9`, each node is one of that router."""
        if is_router:
            self._router = place
        self._place = ELSEWHERE if self._router == ELSEWHERE else place

    def _leave(self, indent: int) -> None:
        """A line that is indented no deeper than the heading does not belong to it, if others below it are."""
        if self._heading and self._heading[1] and indent <= self._heading[0]:
            self._heading = None

    def _line(self, text: str) -> Statement:
        place, rest = self._names.split(text)
        return Statement(rest, text, place or self._place, self._in_other_run)

    @property
    def _in_other_run(self) -> bool:
        return self._other_run or bool(self._heading and self._heading[2])

    def _rows(self, table: Table) -> Iterator[Statement]:
        if table.title:
            self._enter(0, table.title.strip(), strict=None)
        for row in table.filled("Router", "Node").rows:
            places = [
                self._names.place(cell, column) or ELSEWHERE
                for column in NODE_COLUMNS
                if (cell := table.cell(row, column))
            ]
            place = next((known for known in (ELSEWHERE, HERE, ROUTER) if known in places), self._place)
            text = "  ".join(filter(None, row.values()))
            if table.has(*NAME_COLUMNS):
                yield Statement(text, text, place, self._in_other_run, row, table)
            else:
                named, rest = self._names.split(text)
                place = ELSEWHERE if ELSEWHERE in (named, place) else named or place
                yield Statement(rest, text, place, self._in_other_run)
