# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one line says of an operation: it goes on, it has ended, it failed. The words are documented nowhere.

A line may say several things at once (`download complete, upgrade in progress`). Whatever has ended in it, it goes on
as long as one part of it does: an operation that is taken for ended is sent again.
"""

from __future__ import annotations

import re

# Words that show by their form that something is being done now.
_DOING = (
    r"(?:running|installing|upgrading|downgrading|downloading|reverting|converting|rebooting|restarting|transferring"
    r"|activating|verifying|validating|checking|preparing|unpacking|extracting|copying|writing|applying|processing"
    r"|executing|migrating|committing|synchroni[sz]ing|finishing|finali[sz]ing|rolling back|starting|stopping|updating"
    r"|fetching|retrying|initiali[sz]ing|booting)"
)
# These are never over in the words behind them (`waiting until the download is complete`).
_STILL = (
    r"(?:in[ -]?progress|ongoing|under ?way|pending|waiting|waits|has to wait"
    r"|being (?:upgraded|downgraded|downloaded|installed|reverted|converted|rebooted|restarted|transferred|verified))"
)
# These tell the beginning of what may have ended since, as a column of times does.
_BEGUN = r"(?:started|scheduled|queued|initiated)"
_GOES_ON = rf"(?:{_STILL}|{_DOING}|{_BEGUN})\b"
_NOW = re.compile(
    rf"\b(?:{_STILL}|{_DOING})\b"
    r"|\b(?:upgrade|downgrade|download|revert|installation|reboot|restart)(?: is| has been)? (?:queued|scheduled)\b"
    r"(?!\s*(?:[:=]|at\b|for\b|on\b|in\b|\d))",
    re.I,
)
# A release that a node runs is no operation that runs.
_RUNS_RELEASE = re.compile(
    r"\brunning (?:(?:now|on|the|with|software|new|release|version|image|firmware) ){0,4}"
    r"(?:version\b|release\b|SSR\b|v?\d+\.\d+)",
    re.I,
)
_END = r"(?:completed?|completes|completion|done|success(?:ful(?:ly)?)?|finished|succeeded)"
_ENDED = re.compile(rf"\b{_END}\b|(?<![\d.])100(?:\.0+)? ?%|✔", re.I)
# The end of one step, told behind the step: `Installing 6.2.5: complete`, `✔ Installing`.
_STEP_OVER = re.compile(
    rf"✔\s*{_DOING}\b|^\W*(?:[\w.\-]+: )?{_DOING}\b"
    r"(?:(?!\b(?:until|till|for|after|once|when|before|while|download|upgrade|install\w*|unpack|transfer|check)\b|\s\s)"
    r"[^:;,()\[\]])*?"
    rf"(?:\s*(?::|\.{{2,}}|…|[-–])\s*|\s+(?:(?:is|was|has|been) )*)(?:{_END}|ok|100 ?%|✔)[.!]?\s*$",
    re.I,
)
_NOT_ENDED = re.compile(
    r"\b(?:not|never|yet to|hasn't|isn't)(?: (?:yet|been|be|fully|currently|entirely)){0,3}"
    r" (?:completed?|finished|done)\b"
    r"|\b(?:incomplete|unfinished)\b"
    r"|\b(?:completed?|finished|done)\s*[:=]\s*(?:no|false)\b",
    re.I,
)
# `Finished: -` and `completed: 0` tell of no end, and of nothing that goes on.
_NO_END = re.compile(
    r"\b(?:completed?|finished|done|succeeded)\s*[:=]\s*(?:never|none|n/?a\b|0(?![\d.])|-+(?!\w))", re.I
)
# What will be, or is waited for, has not ended.
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
    r"\b(fail(ed|ure|s|ing)?|error|refused|reject(ed|s)?|denied|abort(ed|s)?|unsuccessful|reverted|rolled back"
    r"|timed out|(did )?not (succeed(ed)?|successful))\b|✖",
    re.I,
)
# What is not so may be something beside the operation: `Unable to estimate the time left`.
_MISSING = re.compile(
    r"\b(unable|cannot|could not|not (permitted|allowed|possible|supported|available))\b",
    re.I,
)
# A count of nothing reports nothing, and neither does a promise about what would happen, or the name of a file.
_NO_FAILURE = re.compile(
    r"\b(0|no|without)( of \d+)?( \w+)? (fail\w*|errors?)|(fail\w*|errors?)( \w+)?\s*[:=]\s*(0|none|no)\b"
    r"|\berror[ -](logs?|files?|reports?|counters?|history)\b",
    re.I,
)
_PROMISE = re.compile(r"\b(if|unless|in case|(up)?on failure|will|would|until)\b", re.I)
_CLAUSE = re.compile(r"(?<!\.)[.;,](?:\s|$)|\(|\)|\bbut\b", re.I)
_WORDS_IN_ONE = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


def plain(line: str) -> str:
    """The line with blanks between the words of a name such as `UPGRADE_IN_PROGRESS` or `UpgradeInProgress`."""
    return _WORDS_IN_ONE.sub(" ", line.replace("_", " "))


def goes_on(line: str) -> bool:
    """Does any part of the line say that something has not ended, whatever other part of it has?"""
    text = _NO_FAILURE.sub(" ", plain(line))
    if _NOT_ENDED.search(text):
        return True
    clauses = _clauses(_RUNS_RELEASE.sub(" ", IDLE.sub(" ", text)))
    if any(_is_part(clause) or (_NOW.search(clause) and not _STEP_OVER.search(clause)) for clause in clauses):
        return True
    return bool(re.search(rf"\b{_BEGUN}\b", " ".join(clauses), re.I)) and not has_ended(line)


def _is_part(clause: str) -> bool:
    """Does it tell how much of the whole is done?"""
    if _PERCENT.search(clause) and not _AMOUNT_USED.search(clause):
        return True
    shares = ((int(share[1]), int(share[2])) for share in _SHARE.finditer(clause))
    return bool(_PROGRESS.search(clause)) or any(part < whole for part, whole in shares)


def has_ended(line: str) -> bool:
    """Does a word of the line say that something has ended? The same line may tell of something that goes on."""
    text = _NO_END.sub(" ", _NOT_ENDED.sub(" ", plain(line)))
    return any(_ENDED.search(_AHEAD.sub(" ", clause)) for clause in _clauses(text))


def tells_failure(line: str, taken: bool = False) -> bool:
    """Does the line tell of a failure that has happened?

    ``taken``: lines beside it say that a request was taken; then what is missing is missing elsewhere.
    """
    clauses = re.split(r"[.;,](?:\s|$)", _NO_FAILURE.sub("", plain(line)))
    return any(
        (_FAILED.search(clause) or (_MISSING.search(clause) and not taken)) and not _PROMISE.search(clause)
        for clause in clauses
    )


def says_none(line: str) -> bool:
    """Does the line say that there is nothing, or that nothing runs?"""
    return bool(IDLE.search(plain(line)) or NONE_KNOWN.search(plain(line)))


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if clause]
