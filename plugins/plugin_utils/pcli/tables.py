# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the tables that the PCLI prints: columns by the offsets of the rule, never by splitting at blanks.

The documented frame (upgrade_ibu_conductor, CLI-6.0, cc_fips): a rule of `=` groups, a header, a rule, rows. Text is
indented by one blank inside its group, numbers are right-aligned, a repeated Router is left blank, and a cell that is
too long continues in the next line, even in the middle of a word. Also supported: a single rule, rules of other
characters, frames of `+` and `|`, cells that are off by some columns, wide characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from .cells import RULE_CHARACTERS, Grid, Span, breaks_gaps, cells_of, indent_of, is_rule, rule_spans
from .frames import framed, frames_in
from .plain import plain_at
from .torn import IN_HEADER, IN_ROW, WRAPPED, ends_in_header, ends_in_row, ends_in_rule, last_line, wrapped_at
from .wraps import VALUES, add_line, column_key, columns_of, records_to_rows

__all__ = ["RULE_CHARACTERS", "Table", "is_rule", "read_tables", "rule_spans", "scan_tables"]

_KEY_VALUE = re.compile(r"\s*[A-Za-z0-9_][^:|]{0,60}:(?:\s|$)")
_END = re.compile(
    r"\s*(?:Completed in\b|%\s*Error|[✔✓✖✗✘⚠]|There (?:is|are)\b|Failed to\b|(?:\.{3,}|…)\s*\Z)", re.IGNORECASE
)
_DATE = re.compile(r"[A-Z][a-z]{2} [0-9]{4}-")
# The line above a table of one node or one target, with or without a blank line in between.
_WHERE = re.compile(r"(?:Target|Node):\s+\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """A table: `columns` as printed, `rows` from column to text (empty where a cell is blank).

    `title`: the line above it, such as `Node: node1.aws` or `Target: node1.office`. `broken`: what shows that it is
    incomplete; then its rows prove nothing, and no response contains it.
    """

    title: str | None
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    broken: str | None = None

    def column(self, *names: str) -> str | None:
        """The printed name of the first of `names` that this table has, whatever its case; None if it has none."""
        keys = [column_key(name) for name in names]
        for key in keys:
            if (printed := self._printed.get(key)) is not None:
                return printed
        # A name that was wrapped in the header may have lost or gained a blank.
        return next((self._squeezed[key] for key in map(_squeeze, keys) if key in self._squeezed), None)

    @cached_property
    def _printed(self) -> dict[str, str]:
        """The printed name of each column by its key; the first of several with the same key."""
        return {column_key(column): column for column in reversed(self.columns)}

    @cached_property
    def _squeezed(self) -> dict[str, str]:
        return {_squeeze(key): column for key, column in self._printed.items()}

    def has(self, *names: str) -> bool:
        """Whether the table has a column under any of `names`."""
        return self.column(*names) is not None

    def cell(self, row: dict[str, str], *names: str) -> str | None:
        """The text of a cell under any of `names`. Empty if the cell is blank, None if there is no such column."""
        column = self.column(*names)
        return None if column is None else row.get(column, "")

    def filled(self, *names: str) -> Table:
        """The same table with blank cells of these columns filled from the row above (repeated names are not printed).

        `names` are in the order of the groups: if a row begins another router, the node above does not belong to it.
        """
        columns = [column for column in (self.column(name) for name in names) if column is not None]
        above: dict[str, str] = {}
        rows = []
        for row in self.rows:
            full = dict(row)
            for column in columns:
                full[column] = row[column] or above.get(column, "")
                if full[column] != above.get(column, ""):
                    above = {}
            above = full
            rows.append(full)
        return replace(self, rows=tuple(rows))


def _squeeze(key: str) -> str:
    return key.replace(" ", "")


def read_tables(text: str) -> list[Table]:
    """Every table in `text` whose columns can be read, in the order of the text; see `Table.broken`."""
    return [table for table, _lines in scan_tables(text) if table.columns]


def scan_tables(text: str) -> list[tuple[Table, range]]:
    """Every table with the lines (numbered from 0) that it takes, without its title; includes broken ones."""
    lines = [line.expandtabs() for line in text.split("\n")]
    scanned: list[tuple[Table, range]] = []
    frames = frames_in(lines)
    end = last_line(lines)
    position = 0
    while position < len(lines):
        floor = scanned[-1][1].stop if scanned else 0
        if position in frames:
            columns, rows = framed(lines, position, frames[position])
            table = Table(_title(lines, position, 0), columns, rows), range(position, frames[position])
        else:
            table = _ruled_at(lines, position, floor, end) or _plain_at(lines, position, floor, end)
        if table is None:
            position += 1
            continue
        scanned.append(table)
        position = max(table[1].stop, position + 1)
    return scanned


def _broken(lines: Sequence[str], why: str, span: range, floor: int) -> tuple[Table, range]:
    return Table(_title(lines, span.start, floor), (), (), why), span


def _ruled_at(lines: Sequence[str], position: int, floor: int, end: int) -> tuple[Table, range] | None:
    """The table whose first rule is at `position`; None if there is none.

    `floor`: the first line after the previous table. `end`: the last line of the text.
    """
    if not is_rule(lines[position]):
        return None
    if span := wrapped_at(lines, position):
        return _broken(lines, WRAPPED, span, floor)
    spans = rule_spans(lines[position])
    second = _second_rule(lines, position, len(spans))
    if ends_in_rule(lines, position, end) and second in (None, end):
        return _broken(lines, IN_HEADER, range(position, end + 1), floor)
    if second is not None:
        header, begin, start = list(lines[position + 1 : second]), second + 1, position
    elif position > floor and _may_be_header(lines[position - 1]):
        header, begin, start = [lines[position - 1]], position + 1, position - 1
    else:
        return _half_a_header(lines, position, floor, end)
    if len(spans) == 1:
        spans = _spans_of_header(header[0]) if len(header) == 1 else []
        if not spans or _KEY_VALUE.match(header[0]):
            return None
        if len(spans) == 1 and not _one_column_body(lines, begin, second is not None):
            return None
    elif (
        second is None
        and len(re.split(r"\s{2,}", header[0].strip())) < 2
        and breaks_gaps(header[0], Grid(tuple(spans)))
    ):
        return _half_a_header(lines, position, floor, end)
    grid = Grid(tuple(spans), min(1, max(0, indent_of(header[0]) - spans[0][0])))
    columns = columns_of(header, grid)
    rows, stop, why = _rows(lines, begin, grid, columns, end)
    if second == end == len(lines) - 1:
        why = IN_HEADER
    return Table(_title(lines, start, floor), columns, rows, why), range(start, stop)


def _plain_at(lines: Sequence[str], position: int, floor: int, end: int) -> tuple[Table, range] | None:
    """The table without rules whose header is at `position`; None if there is none."""
    if (plain := plain_at(lines, position)) is None:
        return None
    names, grid, span = plain
    records: list[list[list[str]]] = [
        [[cell] if cell else [] for cell in cells_of(lines[number], grid)] for number in span
    ]
    columns = tuple(names)
    last = span.stop > end == len(lines) - 1
    why = IN_ROW if last and ends_in_row(records, [], columns, grid, lines[end]) else None
    return Table(None, columns, records_to_rows(columns, records, grid), why), range(position, span.stop)


def _may_be_header(line: str) -> bool:
    return bool(line.strip()) and not (
        is_rule(line) or _END.match(line) or _DATE.match(line) or _WHERE.fullmatch(line.strip())
    )


def _half_a_header(lines: Sequence[str], position: int, floor: int, end: int) -> tuple[Table, range] | None:
    if ends_in_header(lines, position, end):
        return _broken(lines, IN_HEADER, range(position, end + 1), floor)
    return None


def _second_rule(lines: Sequence[str], position: int, groups: int) -> int | None:
    """The rule below a header of at most four lines; None if there is none."""
    for index in range(position + 1, min(position + 6, len(lines))):
        if not lines[index].strip():
            return None
        if is_rule(lines[index]):
            return index if index > position + 1 and len(rule_spans(lines[index])) == groups else None
    return None


def _spans_of_header(header: str) -> list[Span]:
    """The columns under one continuous rule: they begin where their names begin."""
    starts = [match.start() for match in re.finditer(r"\S+(?: \S+)*", header)]
    if not starts:
        return []
    first = starts[0] - 1 if starts[0] else 0
    bounds = [first, *(start - 1 for start in starts[1:])]
    return list(zip(bounds, [*(bound - 1 for bound in bounds[1:]), 10_000], strict=True))


def _one_column_body(lines: Sequence[str], begin: int, framed: bool) -> bool:
    """Whether the header is that of a one-column table. A title between two rules looks alike; the body decides."""
    body = lines[begin] if begin < len(lines) else ""
    title = lines[begin - 2].split()
    if len(title) > 3 or any(char.isdigit() for char in "".join(title[:1])):
        return False  # a sentence, or an event, whose title begins with a time
    return framed and bool(body.strip()) and ":" not in body and lines[begin - 1].lstrip().startswith("=")


def _title(lines: Sequence[str], start: int, floor: int) -> str | None:
    above = lines[start - 1].strip() if start > floor else ""
    if not above and start - 1 > floor and _WHERE.fullmatch(lines[start - 2].strip()):
        above = lines[start - 2].strip()
    unfit = _END.match(above) or above.endswith("...") or _DATE.match(above) or is_rule(above)
    return None if not above or unfit else above.rstrip(":")


def _rows(
    lines: Sequence[str], begin: int, grid: Grid, columns: tuple[str, ...], end: int
) -> tuple[tuple[dict[str, str], ...], int, str | None]:
    """The rows from line `begin`, the line after the last one, and what shows that the last one was cut."""
    records: list[list[list[str]]] = []
    went_on: list[int] = []
    index = stop = begin
    while index < len(lines):
        line = lines[index]
        if is_rule(line):
            if _second_rule(lines, index, len(rule_spans(line))) is not None and _opens_table(
                lines, index, columns, grid
            ):
                break
            stop = index + 1
        elif not line.strip():
            if not _goes_on(lines, index, grid):
                break
        elif _is_sentence(line, grid):
            break
        else:
            went_on = add_line(records, cells_of(line, grid), grid, columns, line)
            stop = index + 1
        index += 1
    why = None
    if end == len(lines) - 1 and not is_rule(lines[end]):  # a line end after it would show that the line is complete
        cut = stop > end and bool(records) and ends_in_row(records, went_on, columns, grid, lines[end])
        # Words directly below that are not a row are the beginning of one, unless they are known.
        why = IN_ROW if cut or (stop == end == index and not _END.match(lines[end])) else None
    return records_to_rows(columns, records, grid), stop if why is None else end + 1, why


def _opens_table(lines: Sequence[str], index: int, columns: tuple[str, ...], grid: Grid) -> bool:
    """Whether the rule at `index` is followed by a header; a rule between two groups of rows is followed by a row."""
    if len(rule_spans(lines[index])) != len(grid.spans) or rule_spans(lines[index]) != list(grid.spans):
        return True
    cells = [cell for cell in cells_of(lines[index + 1], grid) if cell]
    return cells == list(columns) or not any(pattern.fullmatch(cell) for cell in cells for pattern in VALUES)


def _goes_on(lines: Sequence[str], index: int, grid: Grid) -> bool:
    """Whether rows of the same table follow a blank line: if so, they are aligned with the columns of the rule."""
    following = next((number for number in range(index, min(index + 3, len(lines))) if lines[number].strip()), None)
    if following is None or len(grid.spans) < 2 or is_rule(lines[following]) or _is_sentence(lines[following], grid):
        return False
    if following + 1 < len(lines) and is_rule(lines[following + 1]):
        return False
    chunks = [match.span() for match in re.finditer(r"\S+(?: \S+)*", lines[following])]
    starts = {start + grid.indent for start, _end in grid.spans}
    ends = {end - grid.indent for _start, end in grid.spans}
    aligned = all(start in starts or end in ends for start, end in chunks)
    return aligned and len(chunks) >= max(2, (len(grid.spans) + 1) // 2)


def _is_sentence(line: str, grid: Grid) -> bool:
    """Whether a line is text below the table, not a row of it. A single word may always be a name."""
    if _END.match(line):
        return True
    if "  " in line.strip():
        return False  # the usual row, of which there may be thousands
    words = line.split()
    # A row whose words respect no column (`Average - 15.00 -`, ts_session_processing) has dashes for blank cells.
    if len(words) < 2 or len(re.split(r"\s{2,}", line.strip())) > 1 or _is_loose_row(words, grid):
        return False
    if grid.indent and indent_of(line) == 0 and len(grid.spans) > 1:
        return True
    return breaks_gaps(line, grid)


def _is_loose_row(words: Sequence[str], grid: Grid) -> bool:
    return len(words) == len(grid.spans) > 2 and "-" in words[1:]
