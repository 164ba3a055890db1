# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads why a request was refused: an operation already runs, the release is missing, or it is only too early.

A refusal is the text of an error. Its words are documented nowhere.
"""

from __future__ import annotations

import re

from ..pcli.response import Response
from .download_words import plain
from .vocabulary import BEGUN, CHANGED, FETCHED, IN_PROGRESS, UNDER_WAY

# -- an operation that runs, a check that failed, a release that runs ------------------------------------------------

_OPERATION = r"(?:(?:upgrade|download|downgrade|revert|installation|conversion|transfer|operation|request)s?)"
_AT_WORK = rf"(?:{UNDER_WAY}|running|active|pending|queued|scheduled|(?:been )?started)\b"
_ALREADY = re.compile(
    rf"\b{_OPERATION}(?: (?:of|on|for|to|at|from|the|this|node|router|version|operation|request|process|\S*\d\S*"
    rf"|[\w\-]+\.[\w.\-]+)){{0,8}} (?:(?:is|are|was|has|have|already|currently|still) )+{_AT_WORK}"
    rf"|\b{_OPERATION}(?: [\w.\-]+){{0,6}}? already {_AT_WORK}"
    rf"|\b{_OPERATION}(?: [\w.\-]+){{0,4}} in[ -]progress\b"
    rf"|\banother (?:[\w\-]+ ){{0,2}}?{_OPERATION}\b[^.;:\n]{{0,40}}\b{_AT_WORK}"
    r"|\b(?:already|currently|still|is|are) (?:being )?(?:upgrad|download|downgrad|revert|install|convert)ing\b"
    rf"|\b(?:already|currently|still|is|are) being (?:{CHANGED}|{FETCHED})\b"
    r"|\b(?:node|router|asset|target|conductor|provision\w*|installer|system|[\w\-]*\d"
    r"|[\w\-]+\.[\w.\-]+) is (?:currently |already )?busy\b"
    r"|\bbusy (?:with an? |upgrading|downloading|downgrading|reverting|installing|converting)",
    re.I,
)
_PRE_CHECK = re.compile(
    r"\bpre[- ]?(?:(?:upgrade|downgrade|revert|install(?:ation)?|flight)[- ]?)?(?:software )?(?:health[- ]?)?"
    r"(?:checks?|validation)\b(?:(?!pass|succe|complete|\bok\b|\bbut\b|\band\b)[^.;,:\n]){0,60}?"
    r"(?:\s*:)?\s*\b(?:failed|failure|fails?|unsuccessful|(?:did|does|has|have) not pass(?:ed)?)\b"
    r"|\bpre[- ]?(?:\w+[- ])?(?:health[- ]?)?checks?\s*:(?: [\w\-]+){0,6} checks? (?:failed|did not pass)\b"
    r"|\bfailed (?:the |a |its )?pre[- ]?(?:(?:upgrade|downgrade|revert|flight)[- ]?)?(?:health[- ]?)?checks?\b",
    re.I,
)
_SOME_DONE = re.compile(r"\band ([1-9]\d*) (?:targets? )?succeeded\b", re.I)


def pre_check_failed(words: str) -> bool:
    """Whether a refusal names a failed pre-check. Then nothing was started, whatever else it says (rule 34).

    False if some of its targets have accepted the request.
    """
    flat = " ".join(words.split())
    return bool(_PRE_CHECK.search(flat)) and not _SOME_DONE.search(flat)


def already_running(words: str) -> bool:
    """Whether a refusal says that an operation already runs. Then that operation is followed, not started again.

    Only words for an operation count: a disk may be busy, and a service may already be stopped.
    """
    return not pre_check_failed(words) and bool(_ALREADY.search(words))


_AT_VERSION = re.compile(
    r"\balready (?:running|on|at|upgraded to|using|installed)\b(?: (?:the |this |that |software |target )*)?"
    r"(?:version|release|\S*\d+\.\d+\S*)",
    re.IGNORECASE,
)


def at_version_already(words: str) -> bool:
    """Whether a refusal says that the node already runs the version. The list of assets may show it only later."""
    return not pre_check_failed(words) and bool(_AT_VERSION.search(words))


def failed_after_start(words: str) -> bool:
    """Whether a refusal reports the failure of an operation that had started (`upgrade failed: ...`).

    A request that blocks may report it within a moment, and then "nothing was started" would be wrong.
    """
    return not pre_check_failed(words) and bool(
        re.search(r"\b(upgrade|downgrade|revert|install\w*|transfer|conversion)\b[^.;:]{0,40}\bfailed\b", words, re.I)
    )


def may_have_begun(words: str) -> bool:
    """Whether an error means a missing response or a fault in the PCLI (I95-50540) rather than a refusal.

    The operation may have started nevertheless, and then "nothing was started" would be wrong.
    """
    return not pre_check_failed(words) and bool(
        re.search(
            r"\btim(?:ed|e|ing)[ -]?out\b|\bno (?:response|reply|answer)\b|\bnot respond|\bunhandled \w+"
            r"|\b(?:lost|closed|broken|reset)\b.*\bconnection\b|\bconnection\b.*\b(?:lost|closed|broken|reset)\b",
            words,
            re.I,
        )
    )


# -- the list of refusals (rule 34) -----------------------------------------------------------------------------------

_RELEASE = r"(?:version|software|release|image|package|firmware|upgrade|downgrade|revert|command|\d+\.\d+[\w.\-]*)"
_TARGET = r"(?:router|node|target|asset|resource[- ]group|conductor)s?"
_ARGUMENT = r"(?:arguments?|parameters?|keywords?|options?|commands?|inputs?|attributes?)"
_NOT_HAD = (
    r"(?:not (?:currently |yet )?(?:available|offered|found|known|supported|valid|a valid|recogni[sz]ed|downloaded"
    r"|permitted|allowed|configured|managed)|unsupported|invalid|obsolete|does not exist|do not exist)"
)
_REFUSALS = re.compile(
    # usage, and arguments that are unknown or missing
    r"\busage:|\bprints how the command is used\b"
    rf"|\b(?:unknown|invalid|unrecogni[sz]ed|unexpected|ambiguous|incomplete|missing|required|no such)"
    rf" (?:[\w\-]+ )?(?:{_ARGUMENT}|{_TARGET}|version|release)\b"
    rf"|\b(?:{_ARGUMENT}|{_TARGET}|version)\b(?: ['\"]?[\w.\-]+['\"]?){{0,2}} (?:is|are|was|were|must be)"
    r" (?:required|missing|mandatory|unknown|invalid|ambiguous|unexpected|unrecogni[sz]ed|specified|given)\b"
    # a release that is not offered, a target that there is not
    rf"|\b(?:{_RELEASE}|{_TARGET})\b(?: ['\"]?[\w.\-]+['\"]?){{0,5}} (?:is |are |was |were |has been )?{_NOT_HAD}\b"
    rf"|\bno (?:such |previous |other )?(?:{_RELEASE}|{_TARGET})(?: or {_TARGET})?\b(?! (?:response|reply|answer))",
    re.I,
)
# What is between the conductor and its target, or behind the request: that it fails refuses nothing.
_IN_BETWEEN = re.compile(
    r"\b(?:connections?|contact|gateway|repl(?:y|ies)|respon\w+|results?|server|service|sessions?|status)\b"
    r"|\btimed? ?out\b",
    re.I,
)
_NO_RIGHT = re.compile(
    r"\bnot authori[sz]ed\b|\bunauthori[sz]ed\b|\bfailed to authorize\b|\bpermission denied\b|\baccess denied\b"
    r"|\bdo(?:es)? not have (?:access|permission|the right)\b|\binsufficient (?:privilege|permission|right)s?\b"
    r"|\boperation not permitted\b|\bcan only be (?:run|executed|used|issued) (?:on|from) (?:a|the) conductor\b",
    re.I,
)


def refuses(words: str) -> bool:
    """Whether an error is one of the listed refusals (rule 34): nothing was begun.

    They are: usage, an unknown argument, no right, a release that is not offered or not there yet, an operation that
    runs already, a failed pre-check, no such target. Every other error says nothing of what has begun.
    """
    flat = " ".join(words.split())
    if _SOME_DONE.search(flat) or failed_after_start(words):
        return False
    if pre_check_failed(words) or already_running(words) or at_version_already(words) or not_there_yet(words):
        return True
    return bool(_NO_RIGHT.search(flat) or (_REFUSALS.search(flat) and not _IN_BETWEEN.search(flat)))


# -- a release that is not on the node --------------------------------------------------------------------------------

_WHAT = r"(?:version|software|release|image|package|firmware|download\w*|it|ssr[\w.\-]*|\d+\.\d+\.\d+[\w.\-]*)"
_STILL = re.compile(
    r"\bstill (?:being )?(?:download|transferr|fetch)|\b(?:is|are|being|currently|already|now) (?:being )?downloading\b"
    rf"|\bbeing (?:{FETCHED})\b|\bdownload(?:s|ing)?\b[^.;]{{0,60}}?\b{IN_PROGRESS}"
    r"|\bdownload(?:s|ing)?\b[^.;]{0,60}?\b(?:(?:still |is )+running|ongoing|pending|not (?:yet )?"
    r"(?:complete|finished|done|ready)|has not (?:yet )?(?:complete|finish|end)|incomplete)"
    r"|\b(?:wait|until|after|once)\b[^.;]{0,40}\bdownload\b[^.;]{0,40}\b(?:complete|finish|end|over|done|is there)",
    re.I,
)
_NOT_THERE = re.compile(
    rf"\b{_WHAT}\b[^.;]{{0,80}}?\b(?:not|never|n't)(?: yet| been| fully)* (?:downloaded|present|there"
    r"|on (?:the |this )?(?:node|disk|router|system|target)|stored)\b"
    r"|\bnot (?:yet )?(?:been )?downloaded\b"
    r"|\b(?:must|has to|have to|needs? to|should) be downloaded\b|\bdownload (?:it|the \w+|\S+) first\b"
    r"|\b(?:no|missing) (?:local |downloaded )(?:copy|image|software|version|release|package)\b",
    re.I,
)


def not_there_yet(words: str) -> bool:
    """Whether a refusal says that the release is not on the node yet. Then nothing was started; it is retried later.

    A release that is not offered or not known is something else: waiting does not help.
    """
    return still_downloading(words) or bool(_NOT_THERE.search(" ".join(words.split())))


_NOT_NOW = re.compile(
    r"\b(?:max\w*|too many|limit)\b[^.;]{0,60}"
    r"\b(?:download|operation|transfer|request|upgrade|session|connection|task)s?\b"
    r"|\b(?:concurrent|simultaneous|parallel)\b[^.;]{0,40}\b(?:limit|max\w*|reached|exceeded|not allowed)\b"
    r"|\b(?:try|retry|come back)(?: \w+){0,2} later\b|\blater\b[^.;]{0,20}\btry again\b|\bbusy\b|\btemporar(?:y|ily)\b"
    r"|\bunreachable\b|\bnot (?:currently )?(?:reachable|connected|online|responding)\b|\bdisconnected\b|\boffline\b"
    r"|\b(?:cannot|could not|unable to|failed to) (?:reach|contact|connect)\b"
)
_NOT_TO_BE_HAD = re.compile(
    r"\bnot (?:found|offered|known|supported|a valid|valid|permitted|allowed to)\b|\bno such\b|\bunknown \w+"
    r"|\bdoes not exist\b|\binvalid\b|\bno (?:version|release|software)\b"
)


def not_now(words: str) -> bool:
    """Whether a refusal is only temporary. Then nothing was started; it is requested again later.

    Such as too many downloads at a time, a busy conductor, or a node that cannot be reached. A release that is not
    known is something else, whatever the rest of the refusal says.
    """
    text = plain(words)
    return still_downloading(words) or bool(_NOT_NOW.search(text) and not _NOT_TO_BE_HAD.search(text))


def still_downloading(words: str) -> bool:
    """Whether a refusal says that the download of the release runs. Then it need not be requested again."""
    return bool(_STILL.search(" ".join(words.split())))


_ACCEPTED = re.compile(rf"\b(?:{BEGUN}|starting|accepted|will)\b", re.I)


def refusal_in(response: Response) -> str | None:
    """The words of a response that is only such a refusal, although it is not marked as an error; else None."""
    words = "; ".join(response.messages)
    if response.error or not words or any(line.mark == "ok" for line in response.progress) or _ACCEPTED.search(words):
        return None
    return words if not_there_yet(words) else None
