# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether a line denies that an operation runs, and what the subject of an end or a denial is.

A denial proves something only if it is one of this operation, or of any: while `no reboot in progress`, `no download in
progress` and `no problems known` are printed, an upgrade may run. So does one that only waits for nothing (`nothing
pending`).
"""

from __future__ import annotations

import re
from functools import cache

from .vocabulary import UNDER_WAY

_OWN = {"downgrade": "downgrades?", "revert": "(?:reverts?|rollbacks?)", "download": "downloads?"}
_KIND = r"(?:known|active|running|ongoing|current|recorded|in[- ]progress)"
_RECORD = r"(?:records?|entries|history|results?)"
_BE = r"(?: (?:is|are|was|were|has|have|been|being|currently|now|there|yet|at the moment))*"
_RUNS = rf"(?:{UNDER_WAY}|running|active)"
_SHOWN = rf"(?:{_RUNS}|found|known|recorded)"
#: Another node than the one that is asked about, or the conductor that answers. A node may be called `second-1.second`.
OTHER_NODE = (
    r"(?:(?:any|all|the|its|an?) )*(?:other|another|peers?|partner|standby|redundant|second|remaining|mate"
    r"|neighbou?r)\b(?![\w\-]*\.\w)(?!-(?!(?:node|router|conductor|system)\b)\w)"
)
_ELSEWHERE = rf"(?:{OTHER_NODE}|(?:this|the|local) conductor\b)"
_NOT_ELSEWHERE = rf"(?! (?:of|on|for|at|to) {_ELSEWHERE})"
_PLACE = (
    rf"(?: (?:of|on|for|at|to) (?!{_ELSEWHERE})"
    r"(?:(?:the|this|any|version|release|router|node|conductor|target|asset) )*[\w.\-]+)"
)
_NOTHING = r"(?:0|no|none|false)"
# `in progress: no problems` denies nothing.
FIELD_END = r"(?=\s*(?:$|[;,|)\]]|\.(?:\s|$))|\s{2,}|\s+[\w\-]+(?: [\w\-]+)?\s*[:=])"
_OPERATION = (
    r"(?:(?:software|firmware|ssr|image|system|version|release|lifecycle) )*"
    r"(?:upgrade|downgrade|revert|rollback|conversion|operation)s?(?: (?:operations?|process))?"
)
_NEUTRAL = re.compile(
    rf"\b(?:{_OPERATION}|all|an?|and|as|at|been|by|for|from|has|have|in|is|it|its|now|of|on|the|this|there|to|was|were|with"
    r"|node|router|conductor|asset|target|local|name|host|status|state|result|outcome|end|ended|message|completion"
    r"|currently|total|overall|final|finally|fully|upgraded|downgraded|reverted|admin|root|combo|primary|secondary"
    r"|success|successful|successfully|succeeded|complete|completed|finished|done)\b",
    re.I,
)
_SPLITS = re.compile(r"\s{2,}|[:=]\s|[.;,|(]\s|\(")
# A label in front of `none found` says of what there is none.
_SPLITS_OF_NONE = re.compile(r"\s{2,}|[.;,|(]\s|\(")
#: What says nothing of an operation: numbers, times, versions, names with digits or dots.
QUANTITY = re.compile(r"(?<!\w)[\w.:+/\-]*(?:\d|\w\.\w)[\w.:+/%\-]*")


@cache
def _noun(operation: str) -> str:
    return (
        rf"(?:(?:software|firmware|ssr|lifecycle|system) )*(?:{_OWN.get(operation, 'upgrades?')}(?: operations?)?"
        r"|operations?|activity)"
    )


@cache
def _denials(operation: str) -> re.Pattern[str]:
    """Those that name the operation, or any."""
    noun = _noun(operation)
    return re.compile(
        rf"\b(?:no|zero|0) (?:{_KIND} )*{noun}(?: {_RECORD})?{_PLACE}{{0,3}}{_BE} {_SHOWN}\b{_NOT_ELSEWHERE}"
        rf"|\b{noun}{_PLACE}{{0,3}}{_BE} (?:not|no longer)(?: (?:currently|yet|now))* {_RUNS}\b{_NOT_ELSEWHERE}"
        rf"|\b(?:{noun}{_BE} {_RUNS})\s*[:=]\s*{_NOTHING}{FIELD_END}",
        re.I,
    )


_OF_NOTHING_NAMED = re.compile(
    rf"^no {_RECORD} found\.?$|^none\.?$"
    rf"|\b(?:nothing|none){_BE} {_RUNS}\b{_NOT_ELSEWHERE}"
    rf"|\b(?:not|no longer)(?: (?:currently|yet|now))* (?:{UNDER_WAY})\b{_NOT_ELSEWHERE}"
    rf"|\b(?:{UNDER_WAY})\s*[:=]\s*{_NOTHING}{FIELD_END}|^nothing to show\b",
    re.I,
)


def denial_in(text: str, operation: str) -> re.Match[str] | None:
    """Where a text denies that this operation runs, or any; None where it does not. ``text``: with its words split."""
    for denials, splits in ((_denials(operation), _SPLITS), (_OF_NOTHING_NAMED, _SPLITS_OF_NONE)):
        said = denials.search(text)
        if said and is_of_operation(splits.split(text[: said.start()])[-1]):
            return said
    return None


def is_of_operation(subject: str) -> bool:
    """Whether what is said to have ended, or not to run, is the operation: it is named, or nothing is."""
    return re.search(r"[^\W\d_]", _NEUTRAL.sub(" ", QUANTITY.sub(" ", subject))) is None
