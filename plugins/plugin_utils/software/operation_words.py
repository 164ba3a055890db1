# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads from one line whether an operation is in progress, has ended or has failed. Its words are documented nowhere.

A line may say several things at once (`download complete, upgrade in progress`). As long as one part of it is in
progress, the whole line is, even behind a failure (`check failed, reverting`): an operation that is wrongly taken for
ended would be sent again. That nothing runs any more is believed only if every part of the line says so.
"""

from __future__ import annotations

import re
from functools import lru_cache

from . import vocabulary
from .operation_denials import FIELD_END
from .vocabulary import (
    BEGUN,
    CHANGED,
    CHANGING,
    CROSS,
    ENDED,
    FAILED,
    FETCHED,
    FETCHING,
    REVERTED,
    SUCCESS,
    TICK,
    UNABLE,
    UNDER_WAY,
    split_words,
)

# What follows a failure: the way back, or another attempt.
_WAY_BACK = (
    r"(?:reverting|rolling[ -]?back|going (?:back|down|to)|falling back|switching|swapping|undoing|returning|restoring"
    r"|recovering|retrying|trying|again|rebooting|restarting|booting)"
)
# Not as a part of a name (`confirming-hub`); a router may be called `staging`.
_CLOSING = (
    r"(?<![-.])(?:confirming|performing|soaking|settling|flashing|formatting|switching|restoring|recovering|going back"
    r"|falling back|rolling-back|staging (?:the )?(?:image|release|software|version|firmware))(?!-)"
)
_DOING = rf"(?:{FETCHING}|{CHANGING}|{_CLOSING})"
# The words that follow do not end these (`waiting until the download is complete`).
_STILL = (
    rf"(?:{UNDER_WAY}|pending|outstanding|waiting|waits|awaiting|awaits|has to wait"
    rf"|being (?:{CHANGED}|{FETCHED}|rebooted|restarted|verified|rolled back|restored))"
)
# The start of what may have ended since, as in a column of times.
_BEGUN = rf"(?:{BEGUN}|(?<![-.])(?:staged|active)(?!-))"
_GOES_ON = rf"(?:{_STILL}|{_DOING}|{_BEGUN})\b"
_NOW = re.compile(
    rf"\b(?:{_STILL}|{_DOING})\b"
    r"|\b(?:upgrade|downgrade|download|revert|installation|reboot|restart)(?: is| has been)? (?:queued|scheduled)\b"
    r"(?!\s*(?:[:=]|at\b|for\b|on\b|in\b|\d))",
    re.I,
)
# A node that runs a release, or the one of a pair that is active: no operation.
RUNS_RELEASE = re.compile(
    r"\bactive (?:node|conductor|volume|partition|slot|image|version|release)\b|\brole\s*[:=]\s*active\b|"
    r"\brunning (?:(?:now|on|the|with|software|new|release|version|image|firmware) ){0,4}"
    r"(?:version\b|release\b|SSR\b|v?\d+\.\d+)",
    re.I,
)
_END = rf"(?:{ENDED}|completes)"
_OF_HUNDRED = r"(?:%|percent\b|pct\b)"
_ENDED = re.compile(rf"\b{_END}\b|(?<![\d.])100(?:\.0+)? ?{_OF_HUNDRED}|{TICK}", re.I)
ENDED_WORDS = re.compile(rf"\b{_END}\b", re.I)
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
    rf"|\b(?:almost|nearly|not quite) {_END}\b"
    r"|\b(?:incomplete|unfinished)\b"
    r"|\b(?:completed?|finished|done)\s*[:=]\s*(?:no|false)\b",
    re.I,
)
# `Finished: -`, `completed: 0` and `Finished:`: nothing has ended, and nothing is in progress. Nor has all of it, if it
# has ended `partially`.
_NO_END = re.compile(
    r"\b(?:completed?|finished|done|succeeded)\s*[:=]\s*(?:never|none|n/?a\b|0(?![\d.])|-+(?!\w)|(?=[;,|]|$))"
    rf"|\b(?:completed?|completion|{SUCCESS})\s*[:=]\s*(?:no|false|null|none|never){FIELD_END}"
    rf"|\b(?:partial(?:ly)?|partly|half|mostly) {_END}\b",
    re.I,
)
# The future, or a condition: it has not ended.
_AHEAD = re.compile(
    r"\b(?:until|till|when|once|before|after|if|unless|as soon as|will|would|can|may|must|should|to be)\b[^,;.]*", re.I
)
_PERCENT = re.compile(rf"(?<![\d.])\d{{1,2}}(?:\.\d+)? ?{_OF_HUNDRED}", re.I)
_AMOUNT_USED = re.compile(r"\b(?:used|usage|free|full|disk|space|memory|cpu|utili[sz]ation|loss)\b", re.I)
_PROGRESS = re.compile(r"\bprogress(?:\s*[:=]\s*|\s+)\d{1,2}(?![\w:.%/\-])", re.I)
_TIME_LEFT = re.compile(
    r"\b(?:eta|time left|(?:time )?remaining)(?:\s*[:=]\s*|\s+)(?:about |~ ?)?[1-9]"
    r"|\b[1-9]\d* ?(?:s|m|h|secs?|seconds?|mins?|minutes?|hours?) (?:are )?(?:left|remaining)\b",
    re.I,
)
_SHARE = re.compile(r"(?<![\w./:\-])(\d{1,4}) ?(?:/|of|out of) ?(\d{1,4})(?![\w/:\-]|\.\d)", re.I)
# What may stand between `no` and a word that something runs: `no problems upgrading` denies the problems only.
_DENIED = (
    r"(?:software|firmware|ssr|image|other|active|known|such|more|longer|any|this|that|the|it|there|yet|currently|now"
    r"|(?:up|down)grades?|downloads?|reverts?|rollbacks?|installations?|reboots?|restarts?|operations?|requests?|jobs?"
    r"|tasks?|activity|processes|lifecycle|is|are|was|were|has|have|been|being|be|on|of|for|at|node|router|conductor"
    r"|nodes|routers|targets?|assets?|(?:[\w\-]*\d[\w\-]*))"
)
# "No upgrade in progress", "not started", "0 operations are running", "Refresh In Progress: False". What they deny does
# not run; whether anything else does is another question (see ``operation_denials``).
IDLE = re.compile(
    rf"\b(?:no|not|nothing|none|never)\b(?: {_DENIED}){{0,4}}? {_GOES_ON}"
    rf"|\b0 (?:(?:upgrades|downloads|downgrades|reverts|operations|nodes|targets)(?: are)? )?{_GOES_ON}"
    rf"|\b{_GOES_ON}(?: \w+)?\s*[:=]\s*(?:0|no|none|false){FIELD_END}",
    re.I,
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
# So does this: what was to be done, or failed, is neither the operation nor a part of it.
_PART = (
    r"(?:upgrad|downgrad|revert|roll|install|start|begin|boot|reboot|restart|activat|appl|complet|finish|switch|writ|cop"
    r"|download|unpack|extract|transfer|verif|validat|convert|prepar|stage|commit|execut|perform|run|initiat|schedul"
    r"|request|mount|format|process|updat|come|go|pass|succeed)"
)
_OF_ELSE = re.compile(
    rf"\b(?:(?:fail(?:ed|s|ure)?|unable) to|cannot|could not) (?!(?:be )?{_PART})\w+"
    r"|\b(?:\d+(?:st|nd|rd|th)|first|second|third|last|previous|earlier|mirror|server|source|attempt|try|peer|link|ping|dns"
    r"|lookup|telemetry|notification|logging|metrics|statistics|estimate|fetch|query|poll)\b[^,;:.]{0,20}?"
    rf" (?:(?:has|have|was|were|is) )?(?:{FAILED})\b",
    re.I,
)
_NOT_TO_BE_DONE = re.compile(
    rf"\b(?:{UNABLE})\b|\b(?:upgrade|downgrade|revert|operation|request|command|version|release|software|image)\b"
    r"[^,;:]{0,60}\bnot (?:permitted|allowed|possible|supported|available)\b",
    re.I,
)
# What an answer must name for its failure to be that of the request: the operation, a part of it, or nothing.
_OF_REQUEST = re.compile(
    rf"{CROSS}|(?:^|:\s+|\s{{2,}})\W*(?:{FAILED}|{REVERTED})\b|{_NOT_TO_BE_DONE.pattern}"
    r"|\b(?:upgrad\w*|downgrad\w*|revert\w*|rollback|operation|request|install\w*|conversion|transfer|activation|unpack\w*"
    r"|boot|(?:pre)?check|verification|validation|targets?|node|router|software|firmware|image|package|version|release)\b"
    r"(?:(?!\b(?:progress|status|events?|logs?|report|history|fetch\w*|query)\b)[^:;]){0,80}"
    rf"\b(?:{FAILED}|{REVERTED}|timed out|not (?:succeed(?:ed)?|successful))\b",
    re.I,
)
# A count of nothing, a measured value, the name of a file, and going over to another source report no failure.
NO_FAILURE = re.compile(
    rf"{vocabulary.NO_FAILURE}|\berror[ -](?:logs?|files?|reports?|counters?|history|rates?|thresholds?)\b"
    r"|\bfail(?:ed|s|ing|ure)?[ -]?overs?\b|\b(?:rejected|refused|denied|aborted) by none\b"
    r"|\b(?:failed|rejected|refused|denied|aborted) (?!targets?\b|nodes?\b|routers?\b|upgrades?\b|operations?\b)\w+"
    r"\s*[:=]\s*\d+(?![\w.:])",
    re.I,
)
# Neither does what might happen.
_PROMISE = re.compile(r"\b(if|unless|in case|(up)?on failure|will|would|until)\b", re.I)
_CLAUSE = re.compile(r"(?<!\.)[.;,](?:\s|$)|\(|\)|\bbut\b", re.I)
_BEGUN_WORD = re.compile(rf"\b{_BEGUN}\b", re.I)
# What has begun behind an end is the next step, unless it is a service: `Download completed. Install started`.
_NEXT_STEP = re.compile(
    rf"\b(?:install\w*|upgrade|downgrade|activation|reboot|restart|check|verification|soak|revert|rollback|commit)\b"
    rf"(?:(?!\bservices?\b).)*\b{_BEGUN}\b(?!\s*[:=])",
    re.I,
)
# In a line that reports a failure: what separates it from what follows, and what only says when or where it failed.
_PHRASE = re.compile(r"\s[-\u2013]\s|\s{2,}|\s*(?:->|\u2192)\s*|\b(?:and|then|so)\b", re.I)
_AFTER_COLON = re.compile(r":\s")
_CIRCUMSTANCE = re.compile(
    r"\b(?:while|during|when|before|after|because|since|as)\b(?:(?!\b(?:and|then|so)\b|\s[-\u2013]\s|\s{2})[^,;.()])*",
    re.I,
)
_DESCRIBES = re.compile(r"\W*(?:(?:failed|last) )?(?:reason|cause|message|error|detail|step|phase|stage)s?\s*:", re.I)
_BEING_TAKEN_BACK = re.compile(r"\b(?:being|getting) (?:reverted|rolled back)\b", re.I)
_BACK_NOW = re.compile(rf"\b(?:{_STILL}|{_WAY_BACK})\b", re.I)
_BACK = r"(?:roll[ -]?back|revert|reversion|retry|recovery|fall[ -]?back|restore|way back|undo|swap|downgrade)"
_BACK_BEGUN = re.compile(rf"\b{_BACK}\b.*\b(?:{_BEGUN}|running)\b", re.I)


@lru_cache(maxsize=4096)
def goes_on(line: str) -> bool:
    """Whether any part of the line says that something is in progress, even if another part has ended or failed."""
    text = _BEING_TAKEN_BACK.sub("reverting", NO_FAILURE.sub(" ", split_words(line)))
    clauses = clauses_of(RUNS_RELEASE.sub(" ", IDLE.sub(" ", text)))
    if reports_failure(line):
        return any(map(_goes_on_after_failure, clauses))
    if _NOT_ENDED.search(text):
        return True
    if any(_is_part(clause) or (_NOW.search(clause) and not _STEP_OVER.search(clause)) for clause in clauses):
        return True
    return _has_begun(clauses, line)


def _has_begun(clauses: list[str], line: str) -> bool:
    """Whether the line says that something has begun, and not that it has ended since."""
    if not any(_BEGUN_WORD.search(clause) for clause in clauses):
        return False
    if not has_ended(line):
        return True
    last_end = max((number for number, clause in enumerate(clauses) if has_ended(clause)), default=-1)
    return any(_NEXT_STEP.search(clause) for clause in clauses[last_end + 1 :])


def _goes_on_after_failure(clause: str) -> bool:
    """Whether a clause of a line that reports a failure says that the way back, or another attempt, is in progress.

    `failed while installing` and `Last step: rebooting` say what has failed.
    """
    for sentence in _PHRASE.split(_CIRCUMSTANCE.sub(" ", clause)):
        parts = _AFTER_COLON.split(sentence)
        describes = len(parts) > 1 and (_DESCRIBES.match(sentence) or any(map(reports_failure, parts)))
        for part in parts if describes else [sentence]:
            now = _BACK_NOW.search(part) or _BACK_BEGUN.search(part) or (not describes and _NOW.search(part))
            if now and not reports_failure(part) and not has_ended(part):
                return True
    return False


def _is_part(clause: str) -> bool:
    """Whether the clause gives a part of a whole, such as `45 %` or `3 of 12`."""
    if _PERCENT.search(clause) and not _AMOUNT_USED.search(clause):
        return True
    shares = ((int(share[1]), int(share[2])) for share in _SHARE.finditer(clause))
    if _TIME_LEFT.search(clause) and not _AMOUNT_USED.search(clause):
        return True
    return bool(_PROGRESS.search(clause)) or any(part < whole for part, whole in shares)


def has_ended(line: str) -> bool:
    """Whether a word of the line says that something has ended. Another part of the line may still be in progress."""
    text = _NO_END.sub(" ", _NOT_ENDED.sub(" ", split_words(line)))
    return any(_ENDED.search(_AHEAD.sub(" ", clause)) for clause in clauses_of(text))


def ends_in_words(line: str) -> bool:
    """The same by a word for it: 100 % and a tick may be those of one step."""
    text = _NO_END.sub(" ", _NOT_ENDED.sub(" ", split_words(line)))
    return any(ENDED_WORDS.search(_AHEAD.sub(" ", clause)) for clause in clauses_of(text))


def reports_failure(line: str) -> bool:
    """Whether the line reports any failure that has happened."""
    return any(
        (_FAILED.search(clause) or _MISSING.search(clause)) and not _PROMISE.search(clause)
        for clause in _statements(line)
    )


def fails(line: str, accepted: bool = False) -> bool:
    """Whether the line reports a failure of the operation, or of a part of it.

    ``accepted``: other lines say that the request was accepted. Then something that is missing concerns something else.
    """
    clauses = [_OF_ELSE.sub(" ", clause) for clause in _statements(line)]
    return any(
        (_FAILED.search(clause) or (_NOT_TO_BE_DONE.search(clause) and not accepted)) and not _PROMISE.search(clause)
        for clause in clauses
    )


def fails_request(line: str) -> bool:
    """Whether a line of an answer speaks of a failure of what was requested, not of what shows or watches it."""
    return any(_OF_REQUEST.search(_OF_ELSE.sub(" ", clause)) for clause in _statements(line))


def _statements(line: str) -> list[str]:
    return re.split(r"[.;,](?:\s|$)", NO_FAILURE.sub("", split_words(line)))


def clauses_of(text: str) -> list[str]:
    return _CLAUSE.split(text)
