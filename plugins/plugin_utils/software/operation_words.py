# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads from one line whether an operation is in progress, has ended or has failed. Its words are documented nowhere.

A line may say several things at once (`download complete, upgrade in progress`). As long as one part of it is in
progress, the whole line is: an operation that is wrongly taken for ended would be sent again.
"""

from __future__ import annotations

import re

from .vocabulary import (
    BEGUN,
    CHANGED,
    CHANGING,
    CROSS,
    ENDED,
    FAILED,
    FETCHED,
    FETCHING,
    NO_FAILURE,
    REVERTED,
    TICK,
    UNABLE,
    UNDER_WAY,
    split_words,
)

_DOING = rf"(?:{FETCHING}|{CHANGING})"
# The words that follow do not end these (`waiting until the download is complete`).
_STILL = rf"(?:{UNDER_WAY}|pending|waiting|waits|has to wait|being (?:{CHANGED}|{FETCHED}|rebooted|restarted|verified))"
# The start of what may have ended since, as in a column of times.
_BEGUN = rf"(?:{BEGUN})"
_GOES_ON = rf"(?:{_STILL}|{_DOING}|{_BEGUN})\b"
_NOW = re.compile(
    rf"\b(?:{_STILL}|{_DOING})\b"
    r"|\b(?:upgrade|downgrade|download|revert|installation|reboot|restart)(?: is| has been)? (?:queued|scheduled)\b"
    r"(?!\s*(?:[:=]|at\b|for\b|on\b|in\b|\d))",
    re.I,
)
# A node that runs a release: no operation.
_RUNS_RELEASE = re.compile(
    r"\brunning (?:(?:now|on|the|with|software|new|release|version|image|firmware) ){0,4}"
    r"(?:version\b|release\b|SSR\b|v?\d+\.\d+)",
    re.I,
)
_END = rf"(?:{ENDED}|completes)"
_ENDED = re.compile(rf"\b{_END}\b|(?<![\d.])100(?:\.0+)? ?%|{TICK}", re.I)
_ENDED_WORDS = re.compile(rf"\b{_END}\b", re.I)
# One step has ended: `Installing 6.2.5: complete`, `✔ Installing`.
_STEP_OVER = re.compile(
    rf"{TICK}\s*{_DOING}\b|^\W*(?:[\w.\-]+: )?{_DOING}\b"
    r"(?:(?!\b(?:until|till|for|after|once|when|before|while|download|upgrade|install\w*|unpack|transfer|check)\b|\s\s)"
    r"[^:;,()\[\]])*?"
    rf"(?:\s*(?::|\.{{2,}}|…|[-–])\s*|\s+(?:(?:is|was|has|been) )*)(?:{_END}|ok|100 ?%|{TICK})[.!]?\s*$",
    re.I,
)
_NOT_ENDED = re.compile(
    r"\b(?:not|never|yet to|hasn't|isn't)(?: (?:yet|been|be|fully|currently|entirely)){0,3}"
    r" (?:completed?|finished|done)\b"
    r"|\b(?:incomplete|unfinished)\b"
    r"|\b(?:completed?|finished|done)\s*[:=]\s*(?:no|false)\b",
    re.I,
)
# `Finished: -` and `completed: 0`: nothing has ended, and nothing is in progress.
_NO_END = re.compile(
    r"\b(?:completed?|finished|done|succeeded)\s*[:=]\s*(?:never|none|n/?a\b|0(?![\d.])|-+(?!\w))", re.I
)
# The future, or a condition: it has not ended.
_AHEAD = re.compile(
    r"\b(?:until|till|when|once|before|after|if|unless|as soon as|will|would|can|may|must|should|to be)\b[^,;.]*", re.I
)
_PERCENT = re.compile(r"(?<![\d.])\d{1,2}(?:\.\d+)? ?%")
_AMOUNT_USED = re.compile(r"\b(?:used|usage|free|full|disk|memory|cpu|utili[sz]ation|loss)\b", re.I)
_PROGRESS = re.compile(r"\bprogress\s*[:=]?\s+\d{1,2}(?![\w:.%/\-])", re.I)
_SHARE = re.compile(r"(?<![\w./:\-])(\d{1,4}) ?(?:/|of|out of) ?(\d{1,4})(?![\w/:\-]|\.\d)", re.I)
# "No upgrade in progress", "not started", "0 operations are running", "Refresh In Progress: False".
IDLE = re.compile(
    rf"\b(?:no|not|nothing|none|never)\b"
    rf"(?: (?!(?:while|during|since|as|because|until|but|and|{_END})\b)[\w\-]+){{0,4}}? {_GOES_ON}"
    rf"|\b0 (?:(?:upgrades|downloads|downgrades|reverts|operations|nodes|targets)(?: are)? )?{_GOES_ON}"
    rf"|\b{_GOES_ON}(?: \w+)?\s*[:=]\s*(?:0(?![\d.])|no\b|none\b|false\b)",
    re.I,
)
NONE_KNOWN = re.compile(
    r"\b(?:no|zero|0) (?:[\w\-]+ ){0,3}(?:found|known|recorded|active)\b|\bnothing to show\b|^none\.?$", re.I
)
_FAILED = re.compile(
    rf"\b(?:{FAILED}|{REVERTED}|timed out|(?:did )?not (?:succeed(?:ed)?|successful))\b|{CROSS}",
    re.I,
)
# This may concern something else than the operation: `Unable to estimate the time left`.
_MISSING = re.compile(
    rf"\b(?:{UNABLE}|not (?:permitted|allowed|possible|supported|available))\b",
    re.I,
)
# A count of nothing and the name of a file report no failure.
_NO_FAILURE = re.compile(rf"{NO_FAILURE}|\berror[ -](?:logs?|files?|reports?|counters?|history)\b", re.I)
# Neither does what might happen.
_PROMISE = re.compile(r"\b(if|unless|in case|(up)?on failure|will|would|until)\b", re.I)
_CLAUSE = re.compile(r"(?<!\.)[.;,](?:\s|$)|\(|\)|\bbut\b", re.I)


def goes_on(line: str) -> bool:
    """Whether any part of the line says that something is in progress, even if another part has ended."""
    text = _NO_FAILURE.sub(" ", split_words(line))
    if _NOT_ENDED.search(text):
        return True
    clauses = _clauses(_RUNS_RELEASE.sub(" ", IDLE.sub(" ", text)))
    if any(_is_part(clause) or (_NOW.search(clause) and not _STEP_OVER.search(clause)) for clause in clauses):
        return True
    return bool(re.search(rf"\b{_BEGUN}\b", " ".join(clauses), re.I)) and not has_ended(line)


def _is_part(clause: str) -> bool:
    """Whether the clause gives a part of a whole, such as `45 %` or `3 of 12`."""
    if _PERCENT.search(clause) and not _AMOUNT_USED.search(clause):
        return True
    shares = ((int(share[1]), int(share[2])) for share in _SHARE.finditer(clause))
    return bool(_PROGRESS.search(clause)) or any(part < whole for part, whole in shares)


def has_ended(line: str) -> bool:
    """Whether a word of the line says that something has ended. Another part of the line may still be in progress."""
    text = _NO_END.sub(" ", _NOT_ENDED.sub(" ", split_words(line)))
    return any(_ENDED.search(_AHEAD.sub(" ", clause)) for clause in _clauses(text))


def ends_in_words(line: str) -> bool:
    """The same by a word for it: 100 % and a tick may be those of one step."""
    text = _NO_END.sub(" ", _NOT_ENDED.sub(" ", split_words(line)))
    return any(_ENDED_WORDS.search(_AHEAD.sub(" ", clause)) for clause in _clauses(text))


def reports_failure(line: str, accepted: bool = False) -> bool:
    """Whether the line reports a failure that has happened.

    ``accepted``: other lines say that the request was accepted. Then something that is missing concerns something else.
    """
    clauses = re.split(r"[.;,](?:\s|$)", _NO_FAILURE.sub("", split_words(line)))
    return any(
        (_FAILED.search(clause) or (_MISSING.search(clause) and not accepted)) and not _PROMISE.search(clause)
        for clause in clauses
    )


def says_none(line: str) -> bool:
    """Whether the line says that there is nothing, or that nothing runs."""
    text = split_words(line)
    return bool(IDLE.search(text) or NONE_KNOWN.search(text))


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if clause]
