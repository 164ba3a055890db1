# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line may say that is part of nothing: that something is missing or old, or may it be a row itself?

Releases print hints, banners and notes that no document names. They are passed over, but never one of these.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from .asset_states import read_state

_MISSING = re.compile(
    r"error|\berr\b|fail|fault|exception|unreach|disconnect|discard|unable|unavail|unknown|unread|unresponsive|invalid"
    r"|corrupt|\bbad\b|missing|\bmissed|truncat|\bcut\b|incomplete|partial|omit|skip|limit|time[- ]?out|timed out"
    r"|\blost\b|abort|interrupt|cancel|stale|cached|outdated|last known|hidden|filter|exclud|except|suppress|dropped"
    r"|remain|continu|denied|refus|reject|forbid|permission|unauthori[sz]|offline|pending|waiting|loading|\bstill\b"
    r"|\bnot\b|n't\b|cannot|\bonly\b|\bwithout\b|\bnothing\b|\bnext\b|\brest of\b|\bless\b|\bfewer\b"
    r"|\b(?:first|last|top|page) [0-9]+\b"
    r"|\bno (?:data|answers?|response|reply|contact|connection|info\w*|rows?|values?)\b"
    r"|\bmore\b(?! (?:information|info|details?|help)\b)|\.\.\.|\u2026|\u26a0|[\u2716\u2717\u2718\u2715\u274c]",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\bas of\b|\bago\b|\blast (?:seen|update|contact)|\bprevious|\bearlier\b|\bhistor|\bold\b|\bcache\b|\baway\b"
    r"|\bno longer\b",
    re.IGNORECASE,
)
#: The line above the answer of one node.
_TARGET = re.compile(r"(?:Target|Node):\s+(\S+)", re.IGNORECASE)
_ROWS = r"(?:assets?|nodes?|rows?|entries|records?|items?)"
_COUNTS = re.compile(
    rf"(?<![\w.:\-])(?P<before>[0-9]+) (?:[a-z\-]+ ){{0,2}}?{_ROWS}\b|\b(?:total|{_ROWS})\s*[:=]\s*(?P<behind>[0-9]+)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(?<![\w.:\-/])([0-9]+)\s*(?:/|of|out of)\s*([0-9]+)(?![\w.:\-/])", re.IGNORECASE)
# The cells of a row have more than one blank between them, and the words of a sentence have not.
_CELLS = re.compile(r"\S\s{2,}\S")
_FIELD = re.compile(r"\s*[A-Za-z](?:[\w()/.\-]| (?! )){0,50}:\s+")
_VERSION = re.compile(r"(?<![\w.])(?:SSR-|128T-)?[0-9]+\.[0-9]+\.[0-9]+")
#: No sentence begins as far to the right; the rest of a long cell does.
_INDENT = 4


def concerns_missing(line: str, rows: int | None = None) -> bool:
    """Whether a line may say that something is missing. ``rows``: another number of rows says so, too."""
    return _MISSING.search(line) is not None or (rows is not None and counts_others(line, rows))


def casts_doubt(line: str, names: Collection[str]) -> bool:
    """Whether a line beside the answer of a node names another one, or may say that it was not reached just now."""
    target = _TARGET.match(line)
    if target and target[1] not in names:
        return True
    said = line[target.end() :] if target else line
    return concerns_missing(said) or _OLD.search(said) is not None


def counts_others(line: str, rows: int) -> bool:
    """Whether a line names a number of rows that is not this one, or a part of a whole (``3 of 4``)."""
    counts = (match["before"] or match["behind"] for match in _COUNTS.finditer(line))
    return any(int(count) != rows for count in counts) or any(part != all_ for part, all_ in _PARTS.findall(line))


def is_field(line: str) -> bool:
    """Whether a line is a key with its value, and nothing that may be a row."""
    field = _FIELD.match(line)
    return field is not None and _CELLS.search(line[field.end() :].strip()) is None


def shows_state(line: str) -> bool:
    """Whether a line has both a version and a state, as the row of an asset has."""
    return _VERSION.search(line) is not None and any(read_state(word).known for word in line.split())


def has_cells(line: str) -> bool:
    """Whether a line may be a row: it has cells, or both a version and a state."""
    return shows_state(line) or (_CELLS.search(line.strip()) is not None and not is_field(line))


def continues_row(line: str) -> bool:
    """Whether a line may be the rest of a row, or a row of which one cell is left."""
    text = line.strip()
    indent = len(line) - len(line.lstrip())
    return indent >= _INDENT or (len(text.split()) == 1 and not text.endswith((".", "!", ":")))
