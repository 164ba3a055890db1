# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is a list of assets whole? Only if no line of its answer can have hidden a row, or says that rows are missing.

Between rows each line must be understood. Above the first header and below the last row, releases print hints and notes
that no document names: they are passed over, unless they may be rows, or speak of what is missing (`remarks.py`). What
other programs write on every terminal is taken out first (`terminal_messages.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..pcli.blocks import Block, scan_blocks
from ..pcli.cells import Span
from ..pcli.response import Progress, Response, read
from ..pcli.tables import Table, is_rule, rule_spans, scan_tables
from ..pcli.wraps import VALUES
from .empty_answers import is_none, unreached
from .remarks import concerns_missing, continues_row, counts_others, has_cells, is_field, shows_state

#: A list of its own behind an asset, or behind all of them (ts_ap_duplicate_asset_id).
DUPLICATES = ("Duplicate Asset IDs", "Duplicate Asset ID", "Duplicate Assets", "Duplicate IDs")
#: What a cell without a value says.
NOTHING = frozenset(("", "-", "--", "none", "unknown", "n/a", "na", "null"))

# How another answer begins: with its date; behind the line with the seconds also with its line of progress.
_DATE = re.compile(r"[A-Z][a-z]{2} [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(?: [A-Z]{1,6})?(?:\s|\Z)")
_SECONDS = re.compile(r"\s*Completed in\b", re.IGNORECASE)
_STEP = re.compile(r"\s*[\u2714\u2713] ?[A-Z][a-z]+ing\b")
_PROGRESS = re.compile(
    r"(?:retriev|fetch|gett|load|read|quer|collect|request|gather|list)ing\b[^:;,()]*|piping output", re.IGNORECASE
)
_COUNTED = re.compile(
    r"(?:there are |there is |total:? |showing )?([0-9]+) (?:assets?|nodes?|rows?)"
    r"(?: (?:found|listed|shown|in total))?\.?",
    re.IGNORECASE,
)


def own_part(response: Response) -> Response:
    """The answer without another one that follows it. Some releases append the output of other commands (I95-65411).

    Words behind the line with the seconds that begin no other answer stay: they may be about the list.
    """
    lines = response.text.split("\n")
    begin = next((number for number, line in enumerate(lines) if is_rule(line)), len(lines))
    end = next((number for number in range(begin, len(lines)) if _SECONDS.match(lines[number])), len(lines))
    starts = [number for number in range(begin, len(lines)) if _DATE.match(lines[number])]
    starts += [number for number in range(end, len(lines)) if _STEP.match(lines[number])]
    other = min(starts, default=None)
    if other is None:
        return response
    behind = read("\n".join(lines[other:]), response.ended)
    # Rows of the list, below a line between them. Behind the line with the seconds, tables of any kind are others.
    free = behind.messages if other > end else _free_lines(lines, begin, other)
    grid = rule_spans(lines[begin]) if begin < len(lines) else []
    rows_in_it = any(map(has_cells, free)) or any(_is_aligned(line, [grid]) for line in lines[other:])
    return response if rows_in_it else read("\n".join(lines[:other]), response.ended)


def _free_lines(lines: Sequence[str], begin: int, other: int) -> list[str]:
    """The lines from ``other`` on that no other table or block is certain to take; the list has its rules above it."""
    layout = _Layout.of("\n".join([*lines[other:], ""]))
    further = layout.further([rule_spans(line) for line in lines[begin:other] if is_rule(line)])
    return [line for number, line in enumerate(layout.lines) if number not in further and not is_rule(line)]


def read_duplicates(response: Response) -> frozenset[str]:
    """The asset ids, in lower case, below the title "Duplicate Asset IDs"; empty where there is no such list.

    The vendor shows it between two rules, which makes a table of one column of it; a section of a block counts as well.
    """
    cells = [table.cell(row, *DUPLICATES) for table in response.tables if table.has(*DUPLICATES) for row in table.rows]
    for block in response.blocks:
        cells += [line for name in DUPLICATES for line in block.section(name)]
    ids = (cell.strip(" -*•,;").lower() for cell in cells if cell)
    return frozenset(identity for identity in ids if identity not in NOTHING)


def not_understood(
    response: Response, rows: int, is_own_table: Callable[[Table], bool], is_own_block: Callable[[Block], bool]
) -> str | None:
    """Why a list of so many rows is not whole, as part of a sentence with the line verbatim; None: it is."""
    if response.error:
        return f"it holds an error beside its rows ('{response.error.splitlines()[0].strip()}')"
    step = next((step for step in response.progress if not _is_usual(step)), None)
    if step is not None:
        return _line(step.text)
    if unreached(response):
        return "it says that not everything was reached"
    if response.usage:
        return "it holds the usage of a command beside its rows"
    if not rows:
        return _beside_nothing(response, is_own_table, is_own_block)
    if not response.messages and len(response.tables) + len(response.blocks) == 1:
        return None
    line = _strange_line(response, rows, is_own_table, is_own_block)
    return None if line is None else _line(line)


def _is_usual(step: Progress) -> bool:
    """Whether a line of progress says that something was done, and nothing of what is missing."""
    if step.mark not in ("ok", "none"):
        return False
    text = step.text.rstrip(" .\u2026")
    if _PROGRESS.match(step.text):
        return not concerns_missing(text.partition(" ")[2])
    return step.mark == "ok" and not concerns_missing(text)


def _beside_nothing(
    response: Response, is_own_table: Callable[[Table], bool], is_own_block: Callable[[Block], bool]
) -> str | None:
    """What of an answer without rows is not understood. That there are no assets must not be concluded lightly."""
    for line in response.messages:
        counted = _COUNTED.fullmatch(line)
        if not is_none(line, "assets?") and not (counted and int(counted[1]) == 0):
            return _line(line)
    table = next((table for table in response.tables if not (is_own_table(table) or table.has(*DUPLICATES))), None)
    if table is not None:
        return f"it holds another table ('{'  '.join(table.columns)}')"
    blocks = (block for block in response.blocks if not _lists_duplicates(block))
    block = next((block for block in blocks if not is_own_block(block)), None)
    if block is not None:
        return f"it holds other lines ('{block.title or next(iter(block.fields), '')}')"
    return None


def _lists_duplicates(block: Block) -> bool:
    return any(block.section(name) for name in DUPLICATES)


@dataclass(frozen=True)
class _Layout:
    """The lines of an answer, and which of them its tables and blocks take."""

    lines: list[str]
    tables: list[tuple[Table, range]]
    blocks: list[tuple[Block, frozenset[int]]]

    @classmethod
    def of(cls, text: str) -> _Layout:
        """The layout of a text; its last line is empty if it is complete."""
        tables = scan_tables(text)
        framed = frozenset(number for _table, span in tables for number in span)
        return cls(text.split("\n"), tables, scan_blocks(text, framed))

    def duplicates(self) -> set[int]:
        """The lines of the list of duplicate ids."""
        spans: list[Iterable[int]] = [span for table, span in self.tables if table.has(*DUPLICATES)]
        spans += [numbers for block, numbers in self.blocks if _lists_duplicates(block)]
        return {number for span in spans for number in span}

    def own(self, is_own_table: Callable[[Table], bool], is_own_block: Callable[[Block], bool]) -> set[int]:
        """The lines of the tables of the list, or of its blocks where it is printed in blocks."""
        spans: list[Iterable[int]] = [span for table, span in self.tables if is_own_table(table)]
        spans = spans or [numbers for block, numbers in self.blocks if is_own_block(block)]
        return {number for span in spans for number in span}

    def further(self, grids: Sequence[list[Span]]) -> set[int]:
        """The lines of other tables with a header of their own, and the fields of other blocks with a title.

        ``grids``: the columns of the tables of the list.
        """
        others = {number for table, span in self.tables if self._is_other(table, span, grids) for number in span}
        for block, numbers in self.blocks:
            if block.title and not concerns_missing(block.title):
                others |= {n for n in numbers if is_field(self.lines[n]) or self.lines[n].strip() == block.title}
        return others

    def _is_other(self, table: Table, span: range, grids: Sequence[list[Span]]) -> bool:
        """Whether a table is certainly another one: a rule between rows makes a header of the row below it."""
        if table.broken or not is_rule(self.lines[span.start]) or len(table.columns) < 2:
            return False
        values = [column for column in table.columns if any(value.fullmatch(column) for value in VALUES)]
        rows = any(shows_state(line) or _is_aligned(line, grids) for line in self.lines[span.start : span.stop])
        return len(values) < 2 and not rows and rule_spans(self.lines[span.start]) not in grids


def _is_aligned(line: str, grids: Iterable[list[Span]]) -> bool:
    """Whether a line has its cells where the tables of the list have theirs, in half of the columns at least."""
    cells = [match.span() for match in re.finditer(r"\S+(?: \S+)*", line)]
    for grid in grids:
        starts = {start + indent for start, _end in grid for indent in (0, 1)}
        ends = {end - indent for _start, end in grid for indent in (0, 1)}
        enough = len(cells) >= max(2, (len(grid) + 1) // 2)
        if enough and not is_rule(line) and all(start in starts or end in ends for start, end in cells):
            return True
    return False


def _strange_line(
    response: Response, rows: int, is_own_table: Callable[[Table], bool], is_own_block: Callable[[Block], bool]
) -> str | None:
    """The first line of an answer with rows that may have hidden one, or speaks of what is missing; None: none does."""
    layout = _Layout.of(response.text + "\n" if response.ended else response.text)
    own = layout.own(is_own_table, is_own_block)
    first, last = min(own), max(own)
    grids = [rule_spans(layout.lines[number]) for number in own if is_rule(layout.lines[number])]
    further = layout.further(grids)
    known = own | layout.duplicates()
    free = [number for number, line in enumerate(layout.lines) if number not in known and not _is_blank(line)]
    below = [number for number in free if number > last]
    for number in free:
        line = layout.lines[number]
        if first < number < last:
            return line
        if number in further and number > last:
            if is_field(line) and counts_others(line, rows):
                return line
        elif not _is_frame(line) and _may_hide(line, rows, number > last and number + 1 not in further):
            # What is above a row that was left over, came between the rows.
            return layout.lines[below[0]] if number > last and has_cells(line) else line
    return None


def _is_blank(line: str) -> bool:
    return not line.strip() or is_rule(line)


def _is_frame(line: str) -> bool:
    """Whether a line is part of what the PCLI prints around an answer. Lines of progress were examined before."""
    response = read(line, ended=True)
    return not response.messages and (response.completed is not None or bool(response.date or response.progress))


def _may_hide(line: str, rows: int, may_continue: bool) -> bool:
    """Whether a line beside the rows may be one of them, or the rest of one, or about those that are missing."""
    if is_none(line, "assets?") or has_cells(line) or concerns_missing(line, rows):
        return True
    return may_continue and continues_row(line)


def _line(text: str) -> str:
    return f"the line '{text.strip()}' is not understood"
