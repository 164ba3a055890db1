# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads why a request was refused: an operation already runs, the release is missing, or it is only too early.

A refusal is the text of an error. Its words are documented nowhere.
"""

from __future__ import annotations

import re

from ..pcli.error_lines import is_program_fault
from .download_words import plain
from .vocabulary import BEGUN, CHANGED, CHANGING, FETCHED, IN_PROGRESS, UNDER_WAY

# What is between the conductor and its target, or behind the request: that it fails refuses nothing.
IN_BETWEEN = re.compile(
    r"\b(?:connections?|contact|gateway|repl(?:y|ies)|respon\w+|results?|server|service|sessions?|status|states?"
    r"|outputs?|streams?|cache|tables?|database|volumes?|disks?|hardware|callbacks?|sequence|queue|errors?|exceptions?"
    r"|rpc|grpc|internal)\b(?!\s*[:!])|\btimed? ?out\b",
    re.I,
)
# That something went on before the error.
BROKE_OFF = r"\b(?:abort\w*|interrupt\w*|returned|lost|crash\w*|roll(?:ed|ing) back)\b"
# That something was begun, goes on or goes back, whatever else is said.
_MAY_GO_ON = re.compile(
    rf"\b(?:{BEGUN}|{UNDER_WAY}|{CHANGING}|start(?:s|ing| of)|began|begins?|beginning|launched|submitted|accepted"
    r"|triggered|taken|will|shall|pending|active|going|goes|go on|continu\w*|proceed\w*|resum\w*|retr(?:y|ies|ied|ying)"
    r"|attempt\w*|forc\w*|ignor\w*|overr[iuo]\w*|bypass\w*|skip\w*|waived?|warning|anyway|nevertheless|regardless"
    r"|despite|roll(?:s|ed|ing)?[ -]?back|revert(?:s|ed)|(?:been|being|was|were|now) \w+ed|sent|done|(?<!\b0 )succeeded"
    r"|completed?|rebooted|restarted|then|while|meanwhile|but|although|however)\b|(?<!not )\brunning\b",
    re.I,
)


def may_go_on(words: str) -> bool:
    """Whether a text says, or may say, that something was begun, goes on or goes back."""
    return _MAY_GO_ON.search(" ".join(words.split())) is not None


# -- an operation that runs, a check that failed, a release that runs ------------------------------------------------

_OPERATION = r"(?:(?:upgrade|download|downgrade|revert|installation|conversion|transfer|operation|request)s?)"
_AT_WORK = rf"(?:{UNDER_WAY}|running|active|pending|queued|scheduled|(?:been )?started)\b"
ALREADY = re.compile(
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
#: What an answer calls the checks before an operation.
PRE_CHECK_NAME = (
    r"pre[- ]?(?:(?:upgrade|downgrade|revert|install(?:ation)?|flight)[- ]?)?(?:software )?(?:health[- ]?)?"
    r"(?:checks?|validation)"
)
PRE_CHECK = re.compile(
    rf"\b{PRE_CHECK_NAME}\b(?:(?!pass|succe|complete|\bok\b|\b(?:but|and|then|while|during|after|started|returned)\b)[^.;,:\n]){{0,60}}?"
    r"(?:\s*:)?\s*\b(?:failed|failure|fails?|unsuccessful|unhealthy|not passed|(?:did|does|has|have) not pass(?:ed)?)\b"
    r"(?! to \w)"
    r"|\bpre[- ]?(?:\w+[- ])?(?:health[- ]?)?checks?\s*:(?: [\w\-]+){0,6} checks?:? (?:fail(?:ed)?|did not pass)\b"
    r"|\bfailed (?:the |a |its )?pre[- ]?(?:(?:upgrade|downgrade|revert|flight)[- ]?)?(?:health[- ]?)?checks?\b"
    r"|\b(?:blocked|rejected|refused|prevented|stopped|denied|declined) by (?:(?:the|a|its|conductor's|vendor's) )*"
    rf"{PRE_CHECK_NAME}\b",
    re.I,
)
_CHECK_NAMED = re.compile(
    rf"\b{PRE_CHECK_NAME}\b(?:[^.;:\n]{{0,60}}:\s*(?P<name>[^.;:\n]{{2,100}}?)|[^.;:(\n]{{0,60}}\((?P<inside>[^.;:()\n]{{2,100}})\))"
    r"(?:(?::|\s)\s*(?:fail(?:ed)?|did not pass))?\s*(?:[.;:\n]|$)",
    re.I,
)
SOME_DONE = re.compile(r"\band ([1-9]\d*) (?:targets? )?succeeded\b", re.I)


def pre_check_failed(words: str) -> bool:
    """Whether an answer names a failed pre-check, and no part of it may say that something goes on (rule 34).

    False if some of its targets have accepted the request.
    """
    flat = " ".join(words.split())
    said = PRE_CHECK.search(flat)
    if said is None:
        return False
    if may_go_on(flat[: said.start()]) or may_go_on(flat[said.end() :]) or may_go_on(said[0]):
        return False
    return not IN_BETWEEN.search(said[0])


def named_check(words: str) -> str:
    """The check that a failed pre-check names, in its own words; empty where it names none."""
    named = _CHECK_NAMED.search(words)
    return " ".join((named["name"] or named["inside"]).split()) if named else ""


def already_running(words: str) -> bool:
    """Whether a refusal says that an operation already runs. Then that operation is followed, not started again.

    Only words for an operation count: a disk may be busy, and a service may already be stopped.
    """
    return not pre_check_failed(words) and bool(ALREADY.search(words))


AT_VERSION = re.compile(
    r"\balready (?:running|on|at|upgraded to|using|installed)\b(?: (?:the |this |that |software |target )*)?"
    r"(?:version|release|\S*\d+\.\d+\S*)",
    re.IGNORECASE,
)


def at_version_already(words: str) -> bool:
    """Whether a refusal says that the node already runs the version. The list of assets may show it only later."""
    return not pre_check_failed(words) and bool(AT_VERSION.search(words))


# Not that of what shows the operation, and not one that goes over to another conductor.
_FAILED_AFTER_START = re.compile(
    r"\b(?:upgrade|downgrade|revert|install\w*|transfer|conversion)\b"
    r"(?:(?!\b(?:progress|status|state|events?|logs?|output|report|history|fetch\w*|query)\b)[^.;:]){0,40}"
    r"\bfailed\b(?![ -]?over\b)",
    re.I,
)


def failed_after_start(words: str) -> bool:
    """Whether a refusal reports the failure of an operation that had started (`upgrade failed: ...`).

    A request that blocks may report it within a moment, and then "nothing was started" would be wrong.
    """
    return not pre_check_failed(words) and bool(_FAILED_AFTER_START.search(words))


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


# -- a release that is not on the node --------------------------------------------------------------------------------

#: A node may be called `ssr-1`, and an address has numbers with dots, too.
SSR = r"ssr(?= (?:software|version|release|image|firmware|package)\b)"
NO_ADDRESS = r"(?:ssr[ \-]?)?(?<![\d.])(?!\d{1,3}(?:\.\d{1,3}){3}(?![\w.\-]))"
WHAT = (
    r"(?:version|software|release|image|package|firmware|download\w*|it"
    rf"|{SSR}|{NO_ADDRESS}\d+\.\d+\.\d+[\w.\-]*)"
)
_STILL = re.compile(
    r"\bstill (?:being )?(?:download|transferr|fetch)|\b(?:is|are|being|currently|already|now) (?:being )?downloading\b"
    rf"|\bbeing (?:{FETCHED})\b|\bdownload(?:s|ing)?\b[^.;]{{0,60}}?\b{IN_PROGRESS}"
    r"|\bdownload(?:s|ing)?\b[^.;]{0,60}?\b(?:(?:still |is )+running|ongoing|pending|not (?:yet )?"
    r"(?:complete|finished|done|ready)|has not (?:yet )?(?:complete|finish|end)|incomplete)"
    r"|\b(?:wait|until|after|once)\b[^.;]{0,40}\bdownload\b[^.;]{0,40}\b(?:complete|finish|end|over|done|is there)",
    re.I,
)
_NOT_THERE = re.compile(
    rf"\b{WHAT}\b[^.;]{{0,80}}?\b(?:not|never|n't)(?: yet| been| fully)* (?:downloaded|present|there"
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
    flat = " ".join(words.split())
    missing = still_downloading(words) or _NOT_THERE.search(flat)
    return bool(missing) and not is_program_fault(flat) and not re.search(BROKE_OFF, flat, re.I)


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
