# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of a recorded answer, by the offsets of their rule; for those that are wide enough not to wrap."""

from __future__ import annotations

import itertools
import re

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_RULE = re.compile(r"^\s*={3,}(\s+={3,})+\s*$")


def plain_lines(text: str) -> list[str]:
    """The lines as they end up on a screen: without escapes, and of what was drawn over only the last."""
    lines = _ESCAPES.sub("", text.replace("\r\n", "\n")).split("\n")
    return [line.rpartition("\r")[2].rstrip() for line in lines]


def longest_line(text: str) -> int:
    """The length of the longest of them."""
    return max(map(len, plain_lines(text)))


def rows_of(text: str, begins: str | None = None) -> list[dict[str, str]]:
    """The rows of all tables in the text, by the titles in small letters. A blank first cell repeats the one above.

    `begins` is a column that no row leaves blank: a line without it goes on with the cells above.
    """
    lines = plain_lines(text)
    rules = [index for index, line in enumerate(lines) if _RULE.match(line)]
    rows: list[dict[str, str]] = []
    for top, bottom in itertools.pairwise(rules):
        between = lines[top + 1 : bottom]
        if not 1 <= len(between) <= 3 or not all(between):
            continue
        spans = [match.span() for match in re.finditer("=+", lines[top])]
        sizes = [end - start - 2 for start, end in spans]
        spans[-1] = (spans[-1][0], 10_000)
        titles = [" ".join(line[a:b].strip() for line in between).strip().lower() for a, b in spans]
        above = ""
        for line in lines[bottom + 1 :]:
            if not line or _RULE.match(line):
                break
            row = {title: line[a:b].strip() for title, (a, b) in zip(titles, spans, strict=True)}
            if begins in row and not row[begins] and above:
                # Every cell is indented by a blank; one more belongs to what was cut.
                more = {title: line[a + 1 : b].rstrip() for title, (a, b) in zip(titles, spans, strict=True)}
                _go_on(rows[-1], more, dict(zip(titles, sizes, strict=True)))
                continue
            above = row[titles[0]] = row[titles[0]] or above
            rows.append(row)
    return rows


def _go_on(row: dict[str, str], more: dict[str, str], widths: dict[str, int]) -> None:
    """A cell that was full has been cut within a word, one that was not between two."""
    for title, cell in more.items():
        if cell:
            last = row.setdefault(f"\n{title}", row[title])
            whole = len(last) < widths[title] and not cell.startswith(" ")
            row[title] += (" " if whole else "") + cell
            row[f"\n{title}"] = cell


def rows_with(text: str, *titles: str, begins: str | None = None) -> list[dict[str, str]]:
    """Those of them that have all these columns."""
    return [row for row in rows_of(text, begins) if all(title in row for title in titles)]
