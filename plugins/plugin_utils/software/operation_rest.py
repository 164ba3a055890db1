# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether one line says that an operation is over, or that none runs.

That is believed only of a line that is understood as a whole: the end must be that of the operation and not of one of
its steps (`Activation completed`), and nothing that is not understood may stand beside it (`complete, not confirmed`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from .operation_denials import QUANTITY, denial_in, is_of_operation
from .operation_words import (
    ENDED_WORDS,
    IDLE,
    NO_FAILURE,
    RUNS_RELEASE,
    clauses_of,
    ends_in_words,
    goes_on,
    reports_failure,
)
from .vocabulary import CHANGING, FETCHING, split_words

# What an operation consists of; the end of one of these is not the end of the operation. Not as a part of a name.
_STEP = (
    r"(?<![-.\w])(?:(?:re)?boot\w*|restart\w*|activat\w*|phases?|stag\w+|steps?|(?:pre|post)?-?(?:upgrade |health )*"
    r"check\w*|precheck\w*|verif\w*|validat\w*|preflight|download\w*|fetch\w*|transfer\w*|cop(?:y|ied|ying)|unpack\w*|extract\w*"
    r"|requests?|requested|queued?|schedul\w*|start(?:ed|ing|s)?|begun|beginning|initiat\w*|submi\w*|accept\w*|prepar\w*"
    r"|snapshot|backup|trial|commit\w*|confirm\w*|soak\w*|images?|rpm|packages?|install(?!ed)\w*)(?![-.\w])"
)
_STEP_WORD = re.compile(_STEP, re.I)
# What an operation works on: `firmware done`, `Installation of software completed`. A name may stand in front.
_THING = (
    r"(?:software|firmware|ssr|disk|memory|cpu|volume|partition|release|version|installed)"
    r"(?! (?:upgrade|downgrade|revert|rollback|operation)s?\b)"
)
_THING_BEFORE = re.compile(rf"\b{_THING}\s*[:=]?\s*\Z", re.I)
_STEP_BEHIND = re.compile(
    rf"\W*(?:the |a |of )*{_STEP}(?!\s*[:=])| (?:the |a |of )*(?:software|firmware|disk|volume)\b"
    r"(?! (?:upgrade|downgrade|revert|rollback|operation)s?\b)(?!\s*[:=])",
    re.I,
)
# `complete in 5 min` may be the time that it took, or the time that is left; `completed in` is the former.
_IN_A_WHILE = re.compile(r"\b(?:completes?|done|finish(?:es)?|ends?) (?:in|within) (?:about |approx\w* |~ ?)?\d", re.I)
# `7 of 7 steps` are all of them.
_ALL_STEPS = re.compile(
    r"\b(?:steps?|phases?|stages?) (\d+) ?(?:/|of|out of) ?\1\b|\b(\d+) ?(?:/|of|out of) ?\2 \w+", re.I
)
# A number that follows directly is one of a series, or a percentage: `complete 60`, `complete (1)`.
_NUMBER_BEHIND = re.compile(
    r"(?: |\s*[:=]\s*)\(?\d{1,3}(?![\w.:/\-])(?! ?(?:s|m|h|seconds?|secs?|min\w*|hours?|days?)\b)", re.I
)
# So is one that stands directly before it: `7 done`. And this is the end of something else, or none: `planned end:
# completed`, `attempt 1: completed`.
_NUMBER_BEFORE = re.compile(r"(?<![\w.:/\-])(?!100 )\d{1,3}(?:\.\d+)? \Z")
_OF_ANOTHER = re.compile(
    r"\b(?:expect\w*|planned|estimated|eta|goal|target state|due|previous|prior|earlier|former|last|attempt)\b"
    r"[^:=]*[:=]?\s*\Z",
    re.I,
)
_NAME = re.compile(r"\W*[\w.\-]+\s*")
_CELL = re.compile(r"\s{2,}|[:=]\s|[:=]$")
# In a line that reports a failure: what separates its phrases. Behind a colon, in brackets and in another cell of a
# table stands the reason.
_SEPARATOR = re.compile(
    r"(\s[-\u2013]\s|\s{2,}|\s*(?:->|\u2192)\s*|[.;,](?:\s|$)|\(|:\s|\b(?:and|then|so|but)\b)", re.I
)
_REASON_FOLLOWS = re.compile(r"\(|:\s|\s{2,}")
# What a failure may still lead to.
_WAY_AHEAD = re.compile(
    r"\b(?:will|would|to be|going to|roll[ -]?backs?|reverts?|reversion|retry|retries|recover(?:y|s)?|fall[ -]?back"
    r"|restores?|way back|back|returns?|returning|again|attempts?|tries|previous|shortly|soon|next|later|(?:re)?boots?"
    r"|restarts?|undo|swaps?|switch(?:es)?|downgrades?|goes (?:down|to))\b"
    # what is done, other than the steps of an operation, which say what has failed
    rf"|^\W*(?:(?:now|node|it|is) )*(?!(?:{FETCHING}|{CHANGING}|missing|existing|nothing|something|anything|timing"
    r"|warning|string)\b)\w+ing\b",
    re.I,
)
# That it is back is no way that lies ahead, nor is what there is not.
_IS_BACK = re.compile(
    r"\b(?:returned|restored|switched|went|gone|fell|fallen|booted|came|is) (?:back )?(?:to|on|in|into)\b[^,;]*"
    r"|\b(?:previous|old|former|earlier|original) (?:version|release|software|image)(?: \S*\d\S*)?"
    r" (?:was|has been) restored\b(?! (?:by|if|when|once|after|soon|next|shortly)\b)"
    r"|\b(?:no|not|never|without)\b[^,;]*",
    re.I,
)
_LAST_STEP = re.compile(r"\W*(?:(?:failed|last) )?(?:step|phase|stage)", re.I)
# Words that say that something is still missing, in lines that say no end.
_OPEN = re.compile(
    r"\b(?:confirm\w*|commit\w*|unconfirmed|soak\w*|checks?|required|needed|remaining|left|phase|step|stage\w*|next"
    r"|partial(?:ly)?|partly|half|mostly)\b",
    re.I,
)
_UNCONFIRMED = re.compile(rf"{_OPEN.pattern}|\b(?:un|not )?(?:confirm|commit|verif|activat|validat|permanent)\w*", re.I)
# That there is nothing of something else proves nothing, and leaves nothing open.
_OTHER_NONE = re.compile(r"\b(?:no|zero|0) (?:[\w\-]+ ){0,3}(?:found|known|recorded|active)\b", re.I)
_OF_NAME = re.compile(r"\b(?:for|on|of|at) (?:(?:the )?(?:router|node|asset|target|conductor) )?[\w.\-]+", re.I)
# In front of a denial: which node it is about, and that it is idle.
_NAMED = re.compile(r"\b(?:router|node|asset|target|conductor) [\w.\-]+|\bidle\b", re.I)
_FILLER = re.compile(
    r"(?:\b(?:post-upgrade )?(?:health )?checks? (?:has |have )?(?:passed|ok|succeeded)\b)"
    r"|\b(?:no reboot (?:is )?|a reboot is not )(?:required|needed|necessary)\b|\b(?:message|from)\b|"
    r"\b(?:a|all|an|and|as|at|by|for|from|in|is|it|local|now|of|on|the|to|has|have|been|was|were|with|within|without|took"
    r"|since"
    r"|ago|utc|z"
    r"|days?|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|ms|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    r"|mon|tue|wed|thu|fri|sat|sun|am|pm|router|node|conductor|asset|name|host|version|release|image|ssr|firmware"
    r"|software|upgraded?|downgraded?|installed|installation|install|reverted?|downloaded?|operations?|request|job|task"
    r"|status|state|result|outcome|end|ended|start|time|date|duration|elapsed|progress|total|errors?|warnings?|failed"
    r"|targets?|nodes|routers|checks?|user|admin|root|type|package|combo|primary|secondary|disk|memory|cpu"
    r"|used|free|yes|true|ok|none|no|null|n/a|passed|healthy|successful|successfully|success|started|begun|initiated"
    r"|queued|scheduled|requested|finished|completed?|done|succeeded|completion|completes)\b",
    re.I,
)


@lru_cache(maxsize=4096)
def leaves_open(line: str, operation: str = "upgrade") -> bool:
    """Whether something in the line keeps it from saying that nothing runs any more.

    That is whatever is not known to say nothing of an operation, and the end of a step; behind a failure, the way back.
    Names stand before.
    """
    text = split_words(line)
    if goes_on(line) or "?" in line:
        return True
    if reports_failure(line):
        return _failure_leaves_open(text)
    said = NO_FAILURE.sub(" ", text)
    if not ends_in_words(line):
        none = denial_in(said, operation)
        if none is None:
            return bool(_OPEN.search(text)) or _is_beside_an_end(_OTHER_NONE.sub(" ", IDLE.sub(" ", said)))
        before, behind = said[: none.start()], said[none.end() :]
        if _OPEN.search(f"{before} {behind}") or _is_unclear(_OF_NAME.sub(" ", behind)):
            return True
        # The last clause has the names in front of the denial, and what it is about.
        return _before_end_is_open([_NAMED.sub(" ", clause) for clause in clauses_of(before)[:-1]])
    clauses = clauses_of(RUNS_RELEASE.sub(" ", IDLE.sub(" ", said)))
    first = next((number for number, clause in enumerate(clauses) if ends_in_words(clause)), len(clauses))
    if not any(map(_ends_operation, clauses)) or _IN_A_WHILE.search(said):
        return True
    return _before_end_is_open(clauses[:first]) or any(map(_is_unclear, _behind_end(clauses[first:])))


def says_none(line: str, operation: str = "upgrade") -> bool:
    """Whether the line says that there is no such operation, or that none runs."""
    return denial_in(split_words(line), operation) is not None


def _is_beside_an_end(text: str) -> bool:
    """Whether a line that says neither an end nor that nothing runs says anything else that is not understood.

    It begins with names: `a.r1: trial period`, `r1  east  7.1.3`.
    """
    cells = [cell for clause in clauses_of(text) for cell in _CELL.split(clause)]
    named = len(cells) > 1
    return any(_is_unclear(cell) for cell in cells if not (named and cell in cells[:2] and _NAME.fullmatch(cell)))


def _before_end_is_open(clauses: list[str]) -> bool:
    """Whether a clause in front of the one with the end is not understood. The first may be, or begin with, a name."""
    if any(_UNCONFIRMED.search(_FILLER.sub(" ", clause)) for clause in clauses):
        return True
    parts = [_CELL.split(clause)[-1] for clause in clauses[:1] if not _NAME.fullmatch(clause)]
    return any(map(_is_unclear, [*parts, *clauses[1:]]))


def _ends_operation(clause: str) -> bool:
    """Whether an end in the clause is that of the operation: neither of a step, nor of what is not understood."""
    text = _ALL_STEPS.sub(" ", clause)
    since = 0
    for end in ENDED_WORDS.finditer(text):
        before, behind, since = text[since : end.start()], text[end.end() :], end.end()
        subject = QUANTITY.split(_CELL.split(before)[-1])[-1]
        of_step = _STEP_WORD.search(before) or _STEP_BEHIND.match(behind) or _NUMBER_BEHIND.match(behind)
        of_step = of_step or _NUMBER_BEFORE.search(before) or _OF_ANOTHER.search(before) or _THING_BEFORE.search(before)
        if not of_step and is_of_operation(subject):
            return True
    return False


def leads_back(line: str) -> bool:
    """Whether the line reports a failure, and something beside it may be a way back, or another attempt."""
    phrases = _phrases(split_words(line))
    return reports_failure(line) and any(_is_ahead(phrase, label) for _before, phrase, label, _behind in phrases)


def _failure_leaves_open(text: str) -> bool:
    """Whether what stands beside a failure is a way back, or anything but its reason that is not understood."""
    failed = False
    for separator, phrase, label, next_separator in _phrases(text):
        over = ends_in_words(phrase) or reports_failure(phrase)
        if _is_ahead(phrase, label):
            return True
        reason = _REASON_FOLLOWS.fullmatch(separator) or next_separator.startswith(":")
        if failed and not over and not reason and _is_unclear(_IS_BACK.sub(" ", phrase)):
            return True
        failed = failed or over
    return False


def _phrases(text: str) -> list[tuple[str, str, str, str]]:
    """The phrases of a text, each with what separates it from others, and with the one before."""
    parts = ["", *_SEPARATOR.split(text), ""]
    return list(zip(parts[:-1:2], parts[1::2], ["", *parts[1:-2:2]], parts[2::2], strict=True))


def _is_ahead(phrase: str, label: str) -> bool:
    """Whether a phrase beside a failure may speak of what follows on it; the last step says what has failed."""
    ahead = _WAY_AHEAD.search(_IS_BACK.sub(" ", phrase)) is not None
    return ahead and not reports_failure(phrase) and not _LAST_STEP.fullmatch(label)


def _behind_end(clauses: list[str]) -> list[str]:
    """What stands behind the first end: the rest of its own clause, and those that follow without one."""
    return [*(ENDED_WORDS.split(clause)[-1] for clause in clauses[:1]), *clauses[1:]]


def _is_unclear(text: str) -> bool:
    return re.search(r"[^\W\d_]", _FILLER.sub(" ", QUANTITY.sub(" ", text))) is not None
