# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes out of an answer what other programs write on every terminal: it is no part of any answer.

Their form is documented: wall of util-linux and of systemd, omusrmsg of rsyslog. A title, its sentences, a blank line.
"""

from __future__ import annotations

import re

from ..pcli.response import Response, read
from ..pcli.tables import is_rule
from .remarks import concerns_missing, continues_row, has_cells

_WALL = re.compile(r"\s*Broadcast message from \S+(?: \S+)* \(.*\):\s*", re.IGNORECASE)
_SYSLOG = re.compile(r"\s*Message from syslogd@\S+ at \S.*[0-9]{2}:[0-9]{2}:[0-9]{2}.*\.\.\.\s*", re.IGNORECASE)
#: As many lines may stand between the title of such a message and the blank line that ends it.
_LONGEST = 5


def without_messages(response: Response) -> Response:
    """The answer without what other programs have written on the terminal meanwhile."""
    lines = response.text.split("\n")
    kept = _without_messages(lines)
    return response if kept == lines else read("\n".join(kept), response.ended)


def _without_messages(lines: list[str]) -> list[str]:
    """The lines without messages to all terminals. One whose sentences might be rows stays as it is."""
    kept: list[str] = []
    index = 0
    while index < len(lines):
        stop = _end_of_message(lines, index)
        if stop is None:
            kept.append(lines[index])
            index += 1
            continue
        while kept and not kept[-1].strip():
            kept.pop()
        index = stop
    return kept


def _end_of_message(lines: list[str], index: int) -> int | None:
    """The line after the message to all terminals that begins at ``index``; None if none does."""
    if not _is_title(lines[index]):
        return None
    wall = _WALL.fullmatch(lines[index]) is not None
    begin = index + 1
    while wall and begin < len(lines) and not lines[begin].strip():
        begin += 1
    stop = begin
    while stop < len(lines) and stop - begin < _LONGEST and _may_follow(lines[stop], first=stop == begin):
        stop += 1
    if stop == begin or (stop < len(lines) and lines[stop].strip()) or stop == len(lines):
        stop = _end_without_blank(lines, begin, _LONGEST if wall else 1)
    while begin < stop < len(lines) and not lines[stop].strip():
        stop += 1
    return stop if stop > begin else None


def _may_follow(line: str, first: bool) -> bool:
    """Whether a line may be of a message that a blank line ends. Its first line may say anything but a row."""
    return bool(line.strip()) and not has_cells(line) and (first or not concerns_missing(line))


def _end_without_blank(lines: list[str], begin: int, longest: int) -> int:
    """The line after the sentences from ``begin`` on that no blank line ends; ``begin`` if one may be a row."""
    stop = begin
    while stop < min(len(lines), begin + longest) and _is_sentence(lines[stop]):
        stop += 1
    below = lines[stop] if stop < len(lines) else ""
    goes_on = not below.strip() or is_rule(below) or has_cells(below) or _is_frame(below) or _is_title(below)
    return stop if goes_on else begin


def _is_sentence(line: str) -> bool:
    """Whether a line can be neither a row, nor part of the frame, nor a word of the answer about what is missing."""
    if not line.strip() or is_rule(line) or has_cells(line) or continues_row(line) or concerns_missing(line):
        return False
    return not (_is_frame(line) or _is_title(line))


def _is_frame(line: str) -> bool:
    response = read(line, ended=True)
    return bool(response.progress or response.date or response.completed is not None or response.error)


def _is_title(line: str) -> bool:
    return _WALL.fullmatch(line) is not None or _SYSLOG.fullmatch(line) is not None
