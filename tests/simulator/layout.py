# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables and blocks the way the PCLI prints them, fitted to the width of the terminal.

Frame of the public samples: a rule of `=` groups, one blank between columns, header and cells indented by one blank,
numbers to the right. Cells that do not fit go on in the next row; a word too long for its cell is cut
(`128T-6.2.3-14.r2.el` / `7 (package based)` in the FIPS installation page).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

_NARROWEST = 6


@dataclass(frozen=True)
class Column:
    title: str
    right: bool = False
    group: bool = False  # repeated values are left blank on the following rows


def duration(seconds: float) -> str:
    """`3d 23h 18m 58s`, `34m 44s`, `5s`."""
    left = max(int(seconds), 0)
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if left >= size or parts:
            parts.append(f"{left // size}{unit}")
            left %= size
    return " ".join([*parts, f"{left}s"])


def uptime(seconds: float) -> str:
    """`4 days  6:17:31`, as in `show system`."""
    left = max(int(seconds), 0)
    days, left = divmod(left, 86400)
    return f"{days} days {left // 3600:2d}:{left % 3600 // 60:02d}:{left % 60:02d}"


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int, wrap: str = "words") -> list[str]:
    """The lines of a table as the PCLI prints it, within this width."""
    widths = [_natural(columns, rows, index) for index in range(len(columns))]
    if wrap == "headers":
        widths = _headers_first(columns, rows, widths, width)
    widths = _fit(widths, width)
    rule = " ".join("=" * (size + 2) for size in widths)
    lines = [rule, *_row(columns, [column.title for column in columns], widths, wrap, header=True), rule]
    above: Sequence[str] = ()
    for row in rows:
        lines += _row(columns, _blank_repeats(columns, row, above), widths, wrap)
        above = row
    return lines


def _natural(columns: Sequence[Column], rows: Sequence[Sequence[str]], index: int) -> int:
    return max([len(columns[index].title), *(len(row[index]) for row in rows)])


def _fit(widths: list[int], terminal: int) -> list[int]:
    """Take from the widest column until the table fits, or nothing more can be taken."""
    widths = list(widths)
    while sum(widths) + 3 * len(widths) - 1 > terminal:
        widest = max(widths)
        if widest <= _NARROWEST:
            break
        widths[len(widths) - 1 - widths[::-1].index(widest)] -= 1
    return widths


def _headers_first(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: list[int], terminal: int
) -> list[int]:
    """Titles that are wider than their cells go over several lines, from the right, as in `show ospf neighbors`."""
    widths = list(widths)
    for index in reversed(range(len(columns))):
        too_wide = sum(widths) + 3 * len(widths) - 1 - terminal
        word = max(map(len, columns[index].title.split()), default=0)
        least = max([word, *(len(row[index]) for row in rows)])
        widths[index] -= max(min(too_wide, widths[index] - least), 0)
    return widths


def _blank_repeats(columns: Sequence[Column], row: Sequence[str], above: Sequence[str]) -> list[str]:
    cells = list(row)
    for index, column in enumerate(columns):
        if not column.group or not above or row[index] != above[index]:
            break
        cells[index] = ""
    return cells


def _row(
    columns: Sequence[Column], cells: Sequence[str], widths: list[int], wrap: str, header: bool = False
) -> list[str]:
    pieces = [_pieces(cell, size, wrap) for cell, size in zip(cells, widths, strict=False)]
    lines = []
    for number in range(max(map(len, pieces))):
        parts = []
        for column, piece, size in zip(columns, pieces, widths, strict=False):
            text = piece[number] if number < len(piece) else ""
            right = column.right and not header
            parts.append(" " + (text.rjust(size) if right else text.ljust(size)) + " ")
        lines.append(" ".join(parts).rstrip())
    return lines


def _pieces(text: str, size: int, wrap: str) -> list[str]:
    if len(text) <= size:
        return [text]
    if wrap == "chop":
        return [text[start : start + size] for start in range(0, len(text), size)]
    return textwrap.wrap(text, size, break_on_hyphens=False) or [""]


def block(title: str, pairs: Sequence[tuple[str, str]], indent: int = 1, column: int = 0) -> list[str]:
    """A title between rules, then `Key:  value` lines with the values in one column."""
    column = max(column, max((len(key) for key, _value in pairs), default=0) + 3)
    rule = "=" * max(len(title) + 2, indent + column + max((len(value) for _key, value in pairs), default=0) + 2)
    lines = [rule, f" {title}", rule]
    return lines + [f"{' ' * indent}{key + ':':<{column}}{value}".rstrip() for key, value in pairs]


def usage(word: str, grammar: str, helps: dict[str, str], also: dict[str, str], width: int) -> list[str]:
    """The usage block that the PCLI prints when an argument is missing (`upgrade_ibu_conductor`)."""
    lead = f"usage: {word} "
    # Groups in brackets stay together on a line; a no-break blank stands for the blanks within.
    text = _bind_groups(grammar)
    wrapped = textwrap.wrap(text, max(width - len(lead), 30), break_long_words=False, break_on_hyphens=False)
    lines = [(lead if index == 0 else " " * len(lead)) + line for index, line in enumerate(wrapped or [""])]
    lines = [line.replace("\u00a0", " ").rstrip() for line in lines]
    keywords = {name: text for name, text in helps.items() if f"[{name}" in grammar or _has_keyword(grammar, name)}
    positional = {name: text for name, text in helps.items() if name not in keywords and f"<{name}>" in grammar}
    for title, entries in (("keyword arguments:", keywords), ("positional arguments:", positional)):
        if entries:
            lines += [title, *_described(entries, 26, width)]
    if also:
        lines += ["", "see also:", *_described(also, 40, width)]
    return lines


def _has_keyword(grammar: str, name: str) -> bool:
    return f"{name} <{name}>" in grammar or f" {name} " in f" {grammar} "


def _described(entries: dict[str, str], column: int, width: int) -> list[str]:
    lines = []
    for name, text in entries.items():
        pieces = textwrap.wrap(text, max(width - column, 30)) or [""]
        lines.append(f"{name:<{column}}{pieces[0]}")
        lines += [" " * column + piece for piece in pieces[1:]]
    return lines


def _bind_groups(grammar: str) -> str:
    depth, bound = 0, ""
    for char in grammar:
        depth += (char in "[{") - (char in "]}")
        bound += "\u00a0" if char == " " and depth else char
    return bound
