# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Joins table cells that continue in the next line: which lines are one row, and where a blank belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from .cells import Grid, cells_of, screen_width

# Values that are complete by themselves: one below another of the same kind begins a row instead of continuing one.
VALUES = (
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
# A version that was broken after its third number, and the rest below it (`6.3.0-10` and `7.r1.el7`).
_VERSION_BEGUN = re.compile(r"(?:(?:SSR|128T)-)?[0-9]+\.[0-9]+\.[0-9]+(?:[-.][0-9a-z.]*)?", re.IGNORECASE)
_VERSION_WHOLE = re.compile(r"(?:(?:SSR|128T)-)?[0-9]+\.[0-9]+\.[0-9]+-[0-9a-z.]*\.?el[0-9]+(?:\..*)?", re.IGNORECASE)
# A version whose end shows that it was broken (`128T-6.2.5-5r2.el`): it continues, however wide the column.
_UNFINISHED = re.compile(
    r"(?:^|\s)(?:(?:SSR|128T)-)?[0-9]+\.[0-9]+\.[0-9]+-[0-9][0-9a-z.]*(?:\.|\.e|\.el)\Z", re.IGNORECASE
)
_VERSION_END = re.compile(r"-?[0-9]*\.?(?:r[0-9]*\.?)?(?:e?l?[0-9]+)?", re.IGNORECASE)
_DURATION = re.compile(r"[0-9]+(?:d|h|m|s|mo|w|y)")
# Columns of free text: a line with only one of these continues the text, whatever its width.
_TEXT_COLUMNS = re.compile(r"message|description|details?|reason|text|summary", re.IGNORECASE)
# Columns of names, which contain no blanks.
_NAME_COLUMNS = re.compile(r"(?:.* )?(?:router|node|asset|asset id|id|name|target|process|version)(?: name)?")
# Words in column names and in values of several words: they distinguish a broken word from two words.
_WORDS = frozenset(
    """
    active address admin agent area asset available bandwidth based boot build category channel compressed
    conductor config connected connection connectivity count current data date description destination details
    device disk distance download downloaded downloading due duration enabled entitlement error errors event
    features first full hop hops hostname i/f id image in install installation installed interface interfaces
    jitter key last latency level local loss message metric modified month mtu name neighbor network next node
    number oper operational ospf package path peer percent port prefix primary priority process progress project
    protocol provisional reason redundancy release remote role roles router routing running selected service
    session severity shelved size software source ssr standby start started state status step system target
    tenant tenants thread time timer total type uncompressed upgrade uptime usage used user username utilization
    utilized value version vlan volume vrf
    """.split()  # noqa: SIM905
)
# Columns that are left blank if they repeat the row above.
_GROUPS = frozenset(("router", "router name", "target"))


@lru_cache(maxsize=4096)
def column_key(name: str) -> str:
    """The common form of all spellings of a column's name (`SSR Version ▾`, `ssr_version`)."""
    return re.sub(r"[^a-z0-9#%]+", " ", name.lower()).strip()


def columns_of(header: Sequence[str], grid: Grid) -> tuple[str, ...]:
    """The unique names of the columns, with the pieces of wrapped names joined."""
    pieces: list[list[str]] = [[] for dummy in grid.spans]
    for line in header:
        for index, cell in enumerate(cells_of(line, grid)):
            if cell:
                pieces[index].append(cell)
    names: list[str] = []
    for index, parts in enumerate(pieces):
        name = join_header(parts, grid.width(index)) or f"column {index + 1}"
        same = sum(1 for other in names if other == name or other.startswith(f"{name} ("))
        names.append(f"{name} ({same + 1})" if same else name)
    return tuple(names)


def add_line(
    records: list[list[list[str]]], cells: list[str], grid: Grid, columns: tuple[str, ...], line: str = ""
) -> list[int]:
    """Add the cells of a line to the record above if they continue it, otherwise to a new record.

    Returns the indexes of the continued cells; none for a new record. `line`: the line itself. If a continuation begins
    with a blank, a word ended there.
    """
    if records and _continues(records[-1], cells, grid, columns):
        for parts, cell, (start, _end) in zip(records[-1], cells, grid.spans, strict=True):
            text = start + grid.indent
            if cell:
                parts.append(f" {cell}" if line[text : text + 1] == " " and line[text + 1 : text + 2].strip() else cell)
        return [index for index, cell in enumerate(cells) if cell]
    records.append([[cell] if cell else [] for cell in cells])
    return []


def is_text(column: str) -> bool:
    """Whether a column of this name contains sentences."""
    return _TEXT_COLUMNS.search(column) is not None


def _continues(record: list[list[str]], cells: list[str], grid: Grid, columns: tuple[str, ...]) -> bool:
    """Whether a line continues the cells of the record above it.

    A line that omits only repeated values (the second node of a router) looks much the same. So in doubt it is a record
    of its own: a surplus record is visible, a missing one hides a node.
    """
    if all(cells):
        return False  # the usual line: whole rows, of which there may be thousands
    filled = [index for index, cell in enumerate(cells) if cell]
    blank = [index for index, parts in enumerate(record) if parts and index not in filled]
    height = max((len(parts) for parts in record), default=0)
    # A cell that ended further up does not begin again, and a continuation leaves something blank.
    if any(len(record[index]) < height for index in filled) or not blank:
        return False
    if len(filled) == 1 and (is_text(columns[filled[0]]) or cells[filled[0]].startswith("(")):
        return True
    if all(column_key(columns[index]) in _GROUPS or (index == 0 and len(filled) > 1) for index in blank):
        return False
    if any(_ends_a_value(record[index][-1], cells[index]) for index in filled):
        return all(_did_not_fit(columns[index], record[index][-1], cells[index], grid.width(index)) for index in filled)
    # Several cells that all happen to be full may be names of the next row. That has what every row has.
    if len(filled) > 1 and not any(_stands_in_every_row(columns[index], record[index][0]) for index in blank):
        return False
    return all(
        _did_not_fit(columns[index], record[index][-1], cells[index], grid.width(index))
        and not (len(record[index]) == 1 and _alike(record[index][0], cells[index]))
        for index in filled
    )


def _ends_a_value(old: str, new: str) -> bool:
    """Whether `new` is the end of a broken value: a version or a state that is complete only with `old`.

    This is stronger evidence than two pieces of names that look alike (`alpha-1-` above `alpha.novalocal`).
    """
    if any(pattern.fullmatch(new) for pattern in VALUES):
        return False
    if any(pattern.fullmatch(old) for pattern in VALUES):
        return _VERSION_BEGUN.fullmatch(old) is not None and _VERSION_END.fullmatch(new) is not None
    return any(pattern.fullmatch(old + new) for pattern in VALUES)


def _did_not_fit(column: str, old: str, new: str, width: int) -> bool:
    """Whether a cell had to be broken between `old` and `new`. A name has no blank to break it at."""
    if _UNFINISHED.search(old) and _VERSION_END.fullmatch(new.split()[0]):
        return True
    if _NAME_COLUMNS.fullmatch(column_key(column)):
        return screen_width(old) >= width or re.search(r"[-/]\Z", old) is not None
    return screen_width(old) + 1 + screen_width(new.split()[0]) > width


def _stands_in_every_row(column: str, text: str) -> bool:
    key = column_key(column)
    name = _NAME_COLUMNS.fullmatch(key) is not None and key not in _GROUPS
    return name or any(pattern.fullmatch(text) for pattern in VALUES)


def _alike(old: str, new: str) -> bool:
    """Whether two cells are values of the same kind: `node1` and `node2`, two versions, two states."""
    if re.search(r"[-/_.]\Z", old):
        return False  # no name ends like that, so it continues
    if old == new or any(pattern.fullmatch(old) and pattern.fullmatch(new) for pattern in VALUES):
        return True
    same = sum(1 for left, right in zip(old, new, strict=False) if left == right)
    return len(old) > 3 and " " not in old and abs(len(old) - len(new)) <= 2 and same * 2 >= max(len(old), len(new))


def _by_words(records: list[list[list[str]]], grid: Grid) -> bool:
    """Whether this table wraps its cells between words: if so, some line has space left at its end."""
    return any(
        screen_width(part) < grid.width(index) - 1 and not _UNFINISHED.search(part)
        for record in records
        for index, parts in enumerate(record)
        if len(parts) > 1
        for part in parts[:-1]
    )


def records_to_rows(columns: tuple[str, ...], records: list[list[list[str]]], grid: Grid) -> tuple[dict[str, str], ...]:
    """The rows with the pieces of each cell joined."""
    by_words, widths = _by_words(records, grid), [grid.width(index) for index in range(len(grid.spans))]
    return tuple(
        {
            column: parts[0] if len(parts) == 1 else join_pieces(parts, width, by_words)
            for column, parts, width in zip(columns, record, widths, strict=True)
        }
        for record in records
    )


def join_pieces(parts: Sequence[str], width: int, by_words: bool) -> str:
    """Join the pieces of a cell: with a blank unless a word was broken."""
    if len(parts) < 2:
        return parts[0].strip() if parts else ""
    text = ""
    for index, part in enumerate(parts):
        if text and _blank_between(parts[index - 1], part, width, by_words):
            text += " "
        text += part.strip()
    return text


def _blank_between(old: str, new: str, width: int, by_words: bool) -> bool:
    """Whether a blank belongs between two pieces of a cell.

    A full line may end within a word, or with it. What decides: a blank at the start of the next line, a complete
    value, a parenthesis, two known words; and how the table wraps its other lines.
    """
    if new.startswith(" "):
        return True
    old = old.strip()
    last, first = old.split()[-1], new.split()[0]
    if re.search(r"\w[-/]\Z", old) or (_UNFINISHED.search(last) and _VERSION_END.fullmatch(first)):
        return False
    if screen_width(old) < width or first[0] in "([<":
        return True
    if _VERSION_WHOLE.fullmatch(last) and first[0] not in ".-_":
        return True
    if _DURATION.fullmatch(last) and first[0].isdigit():
        return True  # `1d 1h 0m` and `51s`
    if by_words:
        return screen_width(last + first) <= width
    return _word(last) in _WORDS and _word(first) in _WORDS


def join_header(parts: Sequence[str], width: int) -> str:
    """Join the pieces of a column's name: by the known words of column names, else by how full a line is."""
    text = ""
    for part in parts:
        if not text:
            text = part
            continue
        last, first = text.split()[-1], part.split()[0]
        both, glued = {_word(last), _word(first)} <= _WORDS, _word(last) + _word(first) in _WORDS
        if both or glued:
            blank = both and not glued
        elif first[0].isupper() and last[-1].islower():
            blank = True
        else:
            blank = screen_width(last) < width and not re.search(r"\w[-/]\Z", last)
        text += f" {part}" if blank else part
    return text


def _word(text: str) -> str:
    return text.strip("()[]<>,;.:").lower()
