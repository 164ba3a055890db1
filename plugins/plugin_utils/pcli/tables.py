# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables that the PCLI prints: columns by the offsets of the rule, never by splitting at blanks.

The documented frame (upgrade_ibu_conductor, CLI-6.0, cc_fips): a rule of `=` groups, a header, a rule, rows. Text is
indented by one blank inside its group, numbers are right-aligned, a repeated Router is left blank, and a cell that is
too long goes on in the next line, broken in the middle of a word where it has to be. Also read: one rule only, rules
of other characters, frames of `+` and `|`, cells that are off by some columns, wide characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from .terminal import char_width

Span = tuple[int, int]

RULE_CHARACTERS = "=\\-─━═"
_RULE = re.compile(rf"[ \t]*(?:([{RULE_CHARACTERS}])\1*)(?:[ \t]+(?:([{RULE_CHARACTERS}])\2*))*[ \t]*")
_FRAME = re.compile(r"\s*[|│┃║+┌├└╔╠╚╭╰╞┏┣┗]")
_FRAME_RULE = re.compile(r"\s*[|+┌├└╔╠╚╭╰╞┏┣┗][=\-─━═+┬┼┴┐┤┘╦╬╩╗╣╝╮╯╪╡┳╋┻┓┫┛:|\s]*")
_KEY_VALUE = re.compile(r"\s*[A-Za-z0-9_][^:|]{0,60}:(?:\s|$)")
_END = re.compile(r"\s*(?:Completed in\b|%\s*Error|[✔✓✖✗✘⚠]|There (?:is|are)\b|Failed to\b)", re.IGNORECASE)

# A value that is complete by itself: one of these under one of its own kind begins a record, and is no continuation.
_TYPES = (
    re.compile(r"[0-9]+"),
    re.compile(r"[0-9.]+ ?[kMGT]?i?B", re.IGNORECASE),
    re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]{5,}.*"),
    re.compile(r"(?:(?:SSR|128T)-)?[0-9]+\.[0-9]+\.[0-9]+(?:[-.].*)?", re.IGNORECASE),
    re.compile(
        r"critical|major|minor|info|y|n|yes|no|true|false|image|package|none|unknown|pending|running|starting|stopped"
        r"|offline|active|inactive|failed|enabled|disabled|up|down|unconfigured|(?:dis)?connected|(?:not )?installed"
        r"|(?:re)?synchroni[sz](?:ed|ing)|reinitiali[sz]ing|key accepted",
        re.IGNORECASE,
    ),
)
# A version that was broken behind its third number, and what then stands below it (`6.3.0-10` and `7.r1.el7`).
_VERSION_BEGUN = re.compile(r"(?:(?:SSR|128T)-)?[0-9]+\.[0-9]+\.[0-9]+(?:[-.][0-9a-z.]*)?", re.IGNORECASE)
_VERSION_END = re.compile(r"-?[0-9]*\.?(?:r[0-9]*\.?)?(?:e?l?[0-9]+)?", re.IGNORECASE)
# Columns of free text: a line with nothing but one of these continues the text, whatever its width.
_TEXT_COLUMNS = re.compile(r"message|description|details?|reason|text|summary", re.IGNORECASE)
# Columns of names, which have no blanks in them.
_NAME_COLUMNS = re.compile(r"(?:.* )?(?:router|node|asset|asset id|id|name|target|process|version)(?: name)?")
# Columns that are left blank where they repeat the row above.
_GROUPS = frozenset(("router", "router name", "target"))


@lru_cache(maxsize=4096)
def column_key(name: str) -> str:
    """What two spellings of a column's name have in common (`SSR Version ▾`, `ssr_version`)."""
    return re.sub(r"[^a-z0-9#%]+", " ", name.lower()).strip()


@dataclass(frozen=True)
class Table:
    """A table: `columns` as printed, `rows` from column to text (empty where a cell is blank)."""

    title: str | None
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]

    def column(self, *names: str) -> str | None:
        """The printed name of the first of `names` that this table has, whatever its case; None if it has none."""
        for name in names:
            if (found := self._printed.get(column_key(name))) is not None:
                return found
        return None

    @cached_property
    def _printed(self) -> dict[str, str]:
        """The printed name of each column by its key; of two alike, the first."""
        return {column_key(column): column for column in reversed(self.columns)}

    def has(self, *names: str) -> bool:
        """Whether the table has a column under any of `names`."""
        return self.column(*names) is not None

    def cell(self, row: dict[str, str], *names: str) -> str | None:
        """The text of a cell under any of `names`. Empty if the cell is blank, None if there is no such column."""
        column = self.column(*names)
        return None if column is None else row.get(column, "")

    def filled(self, *names: str) -> Table:
        """The same table with blank cells of these columns filled from the row above (repeated names are left out).

        The order of `names` is that of the groups: where a row begins another router, the node above is not its own.
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


def read_tables(text: str) -> list[Table]:
    """Every table in `text`, in the order of the text."""
    return [table for table, _lines in scan_tables(text)]


def scan_tables(text: str) -> list[tuple[Table, range]]:
    """Every table with the lines (numbered from 0) that it takes, its title left out."""
    lines = [line.expandtabs() for line in text.split("\n")]
    found: list[tuple[Table, range]] = []
    frames = _frames(lines)
    position = 0
    while position < len(lines):
        if position in frames:
            scanned = _framed(lines, position, frames[position])
        else:
            scanned = _ruled_at(lines, position, found[-1][1].stop if found else 0)
        if scanned is None:
            position += 1
            continue
        found.append(scanned)
        position = max(scanned[1].stop, position + 1)
    return found


def is_rule(line: str) -> bool:
    """Whether a line holds nothing but groups of rule characters, at least one of them three long."""
    return (
        len(line) > 2 and _RULE.fullmatch(line) is not None and any(end - start > 2 for start, end in rule_spans(line))
    )


def rule_spans(line: str) -> list[Span]:
    """The columns (start, end) that the groups of a rule take."""
    return [match.span() for match in re.finditer(r"\S+", line)]


# -- ruled tables -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Grid:
    """The columns of a table. `indent`: blanks between the start of a group and its text."""

    spans: tuple[Span, ...]
    indent: int = 0

    @cached_property
    def gaps(self) -> tuple[Span, ...]:
        """The columns of the screen between the cells."""
        return tuple((end, begin) for (_start, end), (begin, _end) in pairwise(self.spans))

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """The cells of a line that keeps to the gaps."""
        ends = [end for end, _begin in self.gaps]
        return tuple(slice(start, end) for start, end in zip([0, *ends], [*ends, None], strict=True))

    def width(self, index: int) -> int:
        """How many characters a cell has room for."""
        start, end = self.spans[index]
        return end - start - 2 * self.indent


def _ruled_at(lines: Sequence[str], position: int, floor: int) -> tuple[Table, range] | None:
    """The table whose first rule is at `position`. `floor`: the first line that no other table has taken."""
    if not is_rule(lines[position]):
        return None
    spans = rule_spans(lines[position])
    second = _second_rule(lines, position, len(spans))
    if second is not None:
        header, begin, start = list(lines[position + 1 : second]), second + 1, position
    elif position > floor and lines[position - 1].strip() and not is_rule(lines[position - 1]):
        header, begin, start = [lines[position - 1]], position + 1, position - 1
    else:
        return None
    plain = _Grid(tuple(spans))
    if len(spans) == 1:
        spans = _spans_of_header(header[0]) if len(header) == 1 else []
        if not spans or _KEY_VALUE.fullmatch(header[0]):
            return None
        if len(spans) == 1 and not _one_column_body(lines, begin, second is not None):
            return None
    elif second is None and len(re.split(r"\s{2,}", header[0].strip())) < 2 and _breaks_gaps(header[0], plain):
        return None
    grid = _Grid(tuple(spans), min(1, max(0, _indent(header[0]) - spans[0][0])))
    columns = _columns(header, grid)
    rows, stop = _rows(lines, begin, grid, columns)
    return Table(_title(lines, start, floor), columns, rows), range(start, stop)


def _second_rule(lines: Sequence[str], position: int, groups: int) -> int | None:
    """The rule below a header of at most four lines."""
    for index in range(position + 1, min(position + 6, len(lines))):
        if not lines[index].strip():
            return None
        if is_rule(lines[index]):
            return index if index > position + 1 and len(rule_spans(lines[index])) == groups else None
    return None


def _spans_of_header(header: str) -> list[Span]:
    """The columns under one continuous rule: they begin where the names do."""
    starts = [match.start() for match in re.finditer(r"\S+(?: \S+)*", header)]
    if not starts:
        return []
    first = starts[0] - 1 if starts[0] else 0
    bounds = [first, *(start - 1 for start in starts[1:])]
    return list(zip(bounds, [*(bound - 1 for bound in bounds[1:]), 10_000], strict=True))


def _one_column_body(lines: Sequence[str], begin: int, framed: bool) -> bool:
    """A title between two rules looks like a table of one column; what follows tells which of both it is."""
    body = lines[begin] if begin < len(lines) else ""
    return framed and bool(body.strip()) and ":" not in body and lines[begin - 1].lstrip().startswith("=")


def _title(lines: Sequence[str], start: int, floor: int) -> str | None:
    above = lines[start - 1].strip() if start > floor else ""
    unfit = _END.match(above) or above.endswith("...") or re.match(r"[A-Z][a-z]{2} [0-9]{4}-", above) or is_rule(above)
    return None if not above or unfit else above.rstrip(":")


def _columns(header: Sequence[str], grid: _Grid) -> tuple[str, ...]:
    pieces: list[list[str]] = [[] for dummy in grid.spans]
    for line in header:
        for index, cell in enumerate(_cells(line, grid)):
            if cell:
                pieces[index].append(cell)
    names: list[str] = []
    for index, parts in enumerate(pieces):
        name = _join(parts, grid.width(index), by_words=False) or f"column {index + 1}"
        same = sum(1 for other in names if other == name or other.startswith(f"{name} ("))
        names.append(f"{name} ({same + 1})" if same else name)
    return tuple(names)


def _rows(lines: Sequence[str], begin: int, grid: _Grid, columns: tuple[str, ...]) -> tuple[tuple, int]:
    """The rows from line `begin`, and the line behind the last one."""
    records: list[list[list[str]]] = []
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
            _add(records, _cells(line, grid), grid, columns)
            stop = index + 1
        index += 1
    by_words = _by_words(records, grid)
    return tuple(_record(columns, record, grid, by_words) for record in records), stop


def _opens_table(lines: Sequence[str], index: int, columns: tuple[str, ...], grid: _Grid) -> bool:
    """Whether the rule at `index` is followed by a header. A rule between two groups of rows is followed by a row."""
    if len(rule_spans(lines[index])) != len(grid.spans) or rule_spans(lines[index]) != list(grid.spans):
        return True
    cells = [cell for cell in _cells(lines[index + 1], grid) if cell]
    return cells == list(columns) or not any(pattern.fullmatch(cell) for cell in cells for pattern in _TYPES)


def _goes_on(lines: Sequence[str], index: int, grid: _Grid) -> bool:
    """Whether rows of the same table follow a blank line: then they are aligned with the columns of the rule."""
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


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_sentence(line: str, grid: _Grid) -> bool:
    """Whether a line is text below the table and no row of it. A single word may always be a name."""
    if _END.match(line):
        return True
    if len(line.split()) < 2 or len(re.split(r"\s{2,}", line.strip())) > 1:
        return False
    if grid.indent and _indent(line) == 0 and len(grid.spans) > 1:
        return True
    return _breaks_gaps(line, grid)


def _screen(line: str) -> list[str]:
    """One entry for each column of the screen; the second half of a wide character is empty."""
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


def _breaks_gaps(line: str, grid: _Grid) -> bool:
    return bool(_gap_breaks(_screen(line), grid.gaps))


def _cells(line: str, grid: _Grid) -> list[str]:
    """Cut a line into its cells, where the gaps of the rule are or as near to them as its words allow."""
    if line.isascii() and not any(line[end:begin].strip(" ") for end, begin in grid.gaps):
        return [line[cell].strip() for cell in grid.slices]  # the usual line, of which there may be thousands
    # Some programs pad by characters and not by columns of the screen; the reading with fewer broken gaps is right.
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


def _by_order(cells: Sequence[str], grid: _Grid) -> list[str] | None:
    """A value that is wider than its column shifts the rest of the row: then the order of the values decides."""
    line = "".join(cell or "\0" for cell in cells)
    chunks = [match[0].replace("\0", "") for match in re.finditer(r"\S+(?: \S+)*", line)]
    blank = sum(1 for _start, end in grid.spans if end <= _indent(line))
    return [""] * blank + chunks if blank + len(chunks) == len(grid.spans) else None


def _cut(cells: Sequence[str], end: int, begin: int) -> int:
    """Where to cut between a column that ends at `end` and the next one, which begins at `begin`."""
    if all(cell in (" ", "") for cell in cells[end:begin]):
        return end
    for distance in range(max(len(cells), end)):
        for place in (begin + distance - 1, end - distance):
            if 0 <= place < len(cells) and cells[place] == " ":
                return place
    return end


# -- records ------------------------------------------------------------------------------------------------------


def _add(records: list[list[list[str]]], cells: list[str], grid: _Grid, columns: tuple[str, ...]) -> None:
    if records and _continues(records[-1], cells, grid, columns):
        for parts, cell in zip(records[-1], cells, strict=True):
            if cell:
                parts.append(cell)
    else:
        records.append([[cell] if cell else [] for cell in cells])


def _continues(record: list[list[str]], cells: list[str], grid: _Grid, columns: tuple[str, ...]) -> bool:
    """Whether a line goes on with the cells of the record above it.

    A line that leaves out only what is repeated (the second node of a router) looks much the same. So in doubt it is
    a record of its own: one record too many is seen, one too few hides a node.
    """
    here = [index for index, cell in enumerate(cells) if cell]
    blank = [index for index, parts in enumerate(record) if parts and index not in here]
    height = max((len(parts) for parts in record), default=0)
    # A cell that ended higher up does not begin again, and a continuation leaves something out.
    if any(len(record[index]) < height for index in here) or not blank:
        return False
    if len(here) == 1 and _TEXT_COLUMNS.search(columns[here[0]]):
        return True
    if all(column_key(columns[index]) in _GROUPS or (index == 0 and len(here) > 1) for index in blank):
        return False
    if any(_ends_a_value(record[index][-1], cells[index]) for index in here):
        return all(_did_not_fit(columns[index], record[index][-1], cells[index], grid.width(index)) for index in here)
    # Several cells that all happen to be full may be names of the next row. Then it has what stands in every row.
    if len(here) > 1 and not any(_stands_in_every_row(columns[index], record[index][0]) for index in blank):
        return False
    return all(
        _did_not_fit(columns[index], record[index][-1], cells[index], grid.width(index))
        and not (len(record[index]) == 1 and _alike(record[index][0], cells[index]))
        for index in here
    )


def _ends_a_value(old: str, new: str) -> bool:
    """Whether `new` is the end of a value that was broken: a version, a state; together they are one, alone it is none.

    This says more than that two pieces of names look alike (`alpha-1-` above `alpha.novalocal`).
    """
    if any(pattern.fullmatch(new) for pattern in _TYPES):
        return False
    if any(pattern.fullmatch(old) for pattern in _TYPES):
        return _VERSION_BEGUN.fullmatch(old) is not None and _VERSION_END.fullmatch(new) is not None
    return any(pattern.fullmatch(old + new) for pattern in _TYPES)


def _did_not_fit(column: str, old: str, new: str, width: int) -> bool:
    """Whether a cell that goes on with `new` had to be broken behind `old`. A name has no blank to break it at."""
    if _NAME_COLUMNS.fullmatch(column_key(column)):
        return _screen_width(old) >= width or re.search(r"[-/]\Z", old) is not None
    return _screen_width(old) + 1 + _screen_width(new.split()[0]) > width


def _screen_width(text: str) -> int:
    return len(_screen(text))


def _stands_in_every_row(column: str, text: str) -> bool:
    key = column_key(column)
    name = _NAME_COLUMNS.fullmatch(key) is not None and key not in _GROUPS
    return name or any(pattern.fullmatch(text) for pattern in _TYPES)


def _alike(old: str, new: str) -> bool:
    """Whether two cells are values of one kind: `node1` and `node2`, two versions, two states."""
    if re.search(r"[-/_.]\Z", old):
        return False  # no name ends like that: it goes on
    if old == new or any(pattern.fullmatch(old) and pattern.fullmatch(new) for pattern in _TYPES):
        return True
    same = sum(1 for left, right in zip(old, new, strict=False) if left == right)
    return len(old) > 3 and " " not in old and abs(len(old) - len(new)) <= 2 and same * 2 >= max(len(old), len(new))


def _by_words(records: list[list[list[str]]], grid: _Grid) -> bool:
    """Whether this table breaks its lines between words: then it left room at the end of some line."""
    return any(
        _screen_width(part) < grid.width(index) - 1
        for record in records
        for index, parts in enumerate(record)
        for part in parts[:-1]
    )


def _record(columns: tuple[str, ...], record: list[list[str]], grid: _Grid, by_words: bool) -> dict[str, str]:
    return {
        column: _join(parts, grid.width(index), by_words)
        for index, (column, parts) in enumerate(zip(columns, record, strict=True))
    }


def _join(parts: Sequence[str], width: int, by_words: bool) -> str:
    """Put the pieces of a cell together: with a blank unless a word was broken."""
    text = ""
    for index, part in enumerate(parts):
        if text and not _broken_word(parts[index - 1], part, width, by_words):
            text += " "
        text += part
    return text


def _broken_word(old: str, new: str, width: int, by_words: bool) -> bool:
    if re.search(r"\w[-/]\Z", old):
        return True
    if _screen_width(old) < width:
        return False
    # A line that is full to its end may also be one that ends with a word. A program that breaks between words
    # breaks a word only where it is longer than the column.
    return not by_words or _screen_width(old.split()[-1] + new.split()[0]) > width


# -- framed tables ------------------------------------------------------------------------------------------------


def _frames(lines: Sequence[str]) -> dict[int, int]:
    """Where a table with vertical bars may begin, and the line behind it. A frame with a single column is a banner.

    Read from the end, so that each line is looked at once: a long text whose lines begin with a bar or a plus (a
    comparison) is no table from any of its lines on.
    """
    found: dict[int, int] = {}
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
            found[index] = stop
    return found


def _framed(lines: Sequence[str], position: int, stop: int) -> tuple[Table, range]:
    """The table with vertical bars in these lines."""
    block = lines[position:stop]
    rules = {index for index, line in enumerate(block) if _FRAME_RULE.fullmatch(line)}
    split = next((index for index in sorted(rules) if index > 0 and index - 1 not in rules), len(block))
    head = [_bars(line) for index, line in enumerate(block[:split]) if index not in rules]
    body = [_bars(line) for index, line in enumerate(block) if index > split and index not in rules]
    spans, offset = [], 0
    for cell in head[0]:
        spans.append((offset, offset + len(cell)))
        offset += len(cell) + 1
    grid = _Grid(tuple(spans), 1)
    columns = _columns([" ".join(cells) for cells in head], grid)
    records: list[list[list[str]]] = []
    for cells in body:
        _add(records, [cell.strip() for cell in cells], grid, columns)
    by_words = _by_words(records, grid)
    rows = tuple(_record(columns, record, grid, by_words) for record in records)
    return Table(_title(lines, position, 0), columns, rows), range(position, stop)


def _bars(line: str) -> list[str]:
    return re.split(r"[|│┃║]", line.strip())[1:-1]
