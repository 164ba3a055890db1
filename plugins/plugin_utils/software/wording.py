# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the words of one entry say of a download: there, running, paused, failed, nothing; or none of these.

The words are those of public material (upgrade_router and its drafts, config_smart_download, CLI-6.0, release notes,
t128-bulk-upgrade) and their relatives. The order of the rules is what matters: "failed download", "not complete",
"incomplete" and "available for download" all hold a word that would say that it is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..pcli.response import Response


@dataclass(frozen=True)
class Words:
    """``kind`` None: nothing that can be read. ``mark``: words and figures without times; None without figures.

    ``waits``: does it wait by itself, for its turn or for its next attempt?
    """

    kind: str | None
    percent: float | None = None
    mark: str | None = None
    waits: bool = False


_NOT = r"(?:not|never|n't|isn't|hasn't|wasn't)(?: yet| been| fully| currently)*"
_NO_FAILURE = re.compile(
    r"\b(?:0|no|without)(?: of \d+)?(?: \w+)? (?:fail\w*|errors?)"
    r"|(?:fail\w*|errors?)(?: \w+)?\s*[:=]\s*(?:0|none|no(?! \w)|-)(?!\w)"
    r"|\b(?:if|unless|in case)\b[^.;]*\b(?:fail\w*|errors?)|\bon (?:an? |any )?(?:failure|errors?)\b|\bnot failed\b"
)
_RETRIES = re.compile(
    r"\bretrying\b|\bretry in \d|\bwill (?:be )?retr|\bnext (?:attempt|try)\b|\btrying again\b|\bback(?:ing)?[ -]?off\b"
    r"|\battempt \d+ of \d+\b(?!.*\bfailed\W*$)"
)
#: From 7.1.3 on a download is tried ten times, with pauses of 30 s to an hour in between (config-smart-download).
_WAITS = re.compile(
    r"\bretrying\b|\bretry in \d|\bwill (?:be )?(?:retr|resum)|\bnext (?:attempt|try)\b|\btrying again\b"
    r"|\bback(?:ing)?[ -]?off\b|\bwaiting\b|\bqueued\b|\bpending\b|\bscheduled\b|\bresumes? (?:in|at)\b"
)
_FAILED = re.compile(
    r"\bfail(?:ed|ure|s|ing)?\b|\berror\b|\brefused\b|\breject|\bdenied\b|\babort|\bunsuccessful|\bunable\b|\bcannot\b"
    r"|\bcould not\b|\btimed?[ -]?out\b|\brevert(?:ed|ing)?\b|\broll(?:ed|ing)? back\b|\bcancel+ed\b|\bcorrupt"
    r"|\bmismatch\b|\bexpired\b|✖|✗|✘|❌|\bwith (?:\w+ )?errors\b|\b[1-9]\d* (?:\w+ )?errors?\b"
    r"|\berrors?(?: \w+)?\s*[:=]\s*[1-9]|\b(?:no|not enough|insufficient|out of) (?:\w+ )?(?:space|room)\b"
    r"|\bdisk full\b"
)
_PAUSED = re.compile(r"\bpaus(?:ed|ing)\b|\bsuspended\b|\bhalted\b|\bon hold\b|^\W*pause\W*$")
_NOT_PAUSED = re.compile(rf"\b{_NOT} (?:paused|suspended)\b|\bpaused\s*[:=]\s*(?:no|false|0)\b")
_NONE = re.compile(
    r"\b(?:no|zero|0) (?:[\w\-]+ ){0,3}?(?:downloads?|downloading|releases?|versions?|software|operations?|entries)\b"
    rf"|\b{_NOT} (?:downloading|in[ -]?progress|running)\b|\bin[ -]?progress\s*[:=]\s*(?:no|false|0|none)\b"
    r"|\bnothing\b|^[\s(]*(?:none|n/a|idle|-+)[\s.)]*$"
)
_IS_NO = r"\s*[:=?]\s*(?:no|none|false|never|0(?![\d.]))\b"
_UNFINISHED = re.compile(
    rf"\b{_NOT} (?:complete|finished|done|successful|succeeded|verified|validated|checked)|\bincomplete|\bunfinished"
    rf"|\bpartial|\b(?:complete|completed|finished|done){_IS_NO}"
)
_ABSENT = re.compile(
    rf"\b{_NOT} (?:downloaded|available|present|started|found|there|ready|stored|requested|known|on (?:the |this )?\w+|"
    r"installed)\b|\bunavailable\b|\bmissing\b|\b(?:available|ready|required|needed)(?: for| to)(?: be)? download"
    r"|\bneeds? (?:a |to be )?download|\bdownload (?:is )?(?:required|needed|available|possible)\b|\bdeleted\b"
    rf"|\bremoved\b|\b(?:downloaded|available|present|stored|installed|ready){_IS_NO}"
    # What is still to come, and what lies elsewhere.
    r"|\b(?:to|will|shall|should|must|can|could|would|may|might|cannot) (?:\w+ )?be \w+"
    r"|\b(?:on|at|in|by)(?: the| an?| its)? (?:peers?|other|conductors?|internet|source|server|mirror|repo\w*|remote"
    r"|cloud|mist)\b|\bremotely\b|\belsewhere\b"
)
_RUNNING = re.compile(
    r"\bdownloading\b|\bin[ -]?progress\b|\brunning\b|\bongoing\b|\bfetching\b|\btransferring\b|\bverifying\b"
    r"|\bvalidating\b|\bchecking\b|\bunpacking\b|\bextracting\b|\bresum(?:ed|ing)\b|\bactive\b|\bunder ?way\b"
    r"|\bwaiting\b|\bbeing (?:downloaded|fetched|transferred)\b|\bstarting\b"
    r"|\binitiali[sz]ing\b|\bpreparing\b|\bcopying\b"
    r"|\bcurrently\b|\bpending\b"
)
_THERE = re.compile(
    r"\bcomplet(?:e|ed|ion)\b|\bsuccess(?:ful|fully)?\b|\bsucceeded\b|\bdownloaded\b|\bdone\b|\bfinished\b"
    r"|\bpresent\b|\bstored\b|\bcached\b|\bon disk\b|\bon the node\b|\binstalled\b|\bok\b|✔|✓"
    r"|\b(?:available|ready) (?:to|for) (?:be )?(?:install|upgrad|activat|use)|\bavailable (?:on|locally)\b"
    r"|\bis ready\b"
)
_THERE_WORD = (
    r"(?:complet\w+|success\w*|succeeded|downloaded|done|finished|present|stored|cached|installed|ok|ready|available)"
)
#: A word that it is there, taken back by another one. What it means instead is not known.
_TAKEN_BACK = re.compile(
    r"\b(?:not|never|none|no|nothing|neither|hardly|n't|cannot)\b(?: [\w']+){0,3}? "
    rf"{_THERE_WORD}\b|\b{_THERE_WORD}{_IS_NO}|\bstale\b|\bobsolete\b|\binvalid\b|\bunknown\b"
)
_READY = re.compile(r"\W*(?:already )?(?:available|ready|there)\W*(?:100 ?%)?\W*")
_BEGUN = re.compile(
    r"\bstarted\b|\bqueued\b|\bscheduled\b|\brequested\b|\bpending\b|\binitiated\b|\bbegun\b|\baccepted for\b"
)
#: `Complete 45`, `Complete: 45`: parts of a hundred, though no sign says so.
_UNSIGNED = re.compile(r"\b(?:complet\w+|done|downloaded|finished|progress)[\s:=(]+(\d{1,3}(?:\.\d+)?)[\s).]*\Z")
_PERCENT = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?) ?(?:%|percent\b|pct\b)")
_UNIT = r"(?:[kmgt]i?b?|bytes?|b)"
_SHARE = re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?) ?({_UNIT})?\s*(?:/|of|out of)\s*(\d+(?:\.\d+)?) ?({_UNIT})(?!\w)")
_COUNT = re.compile(r"(?<![\w./:])(\d+)\s*(?:/|of|out of)\s*(\d+)(?![\w./:])")
_AMOUNT = re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?) ?({_UNIT})(?![\w/])")
_SPEED = re.compile(rf"(?<![\w.])\d+(?:\.\d+)? ?(?:{_UNIT}|[kmg]?bits?)(?:/s|ps)\b")
#: `Downloaded 5 MB`, `5 MB downloaded`: of how much is not said.
_FETCHED = r"(?:downloaded|done|complet\w+|finished|stored)"
_SO_FAR = re.compile(rf"\b{_FETCHED}[\s:=]+(?:{_AMOUNT.pattern}|\d{{3,}}\Z)|{_AMOUNT.pattern} (?:\w+ )?{_FETCHED}")
_CAMEL = re.compile(r"(?<=[A-Za-z][a-z])(?=[A-Z][a-z]{2}|OK\b)")
_FACTORS = {"k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
_SCALE = 100.0


def read_words(status: str, progress: str = "") -> Words:
    """What the text of a status says, with the text of a column or field for the progress where there is one."""
    text, figures = _plain(status), _plain(progress)
    percent = _percent(figures) if _percent(figures) is not None else _percent(text)
    if percent is None and re.fullmatch(r"\W*(\d{1,3})(?:\.\d+)?\W*", figures):
        percent = float(re.findall(r"\d+(?:\.\d+)?", figures)[0])  # a column that is called Percent needs no sign
        percent = percent if percent <= _SCALE else None
    kind = _kind(text, _percent(text))
    if kind == "there" and percent is not None and percent < _SCALE:
        kind = "running"
    if kind is None and figures:
        kind = _kind(figures, percent)
        kind = None if kind == "nothing" and text.strip(" -") else kind  # an empty column says nothing of strange words
    if kind is None and percent is not None and not text.strip(" -"):
        kind = "there" if percent >= _SCALE else "running"
    waits = kind in ("running", "paused") and _WAITS.search(f"{text} {figures}") is not None
    return Words(kind, percent, _mark(kind, percent, text, figures), waits)


def _plain(text: str) -> str:
    """In lower case, with blanks between the words also of `DOWNLOAD_IN_PROGRESS` and `DownloadComplete`."""
    return " ".join(_SPEED.sub(" ", words_apart(text).replace("\u2019", "'").lower()).split())


def words_apart(text: str) -> str:
    """`UPGRADE_IN_PROGRESS` and `InProgress` with blanks between their words."""
    return _CAMEL.sub(" ", text.replace("_", " "))


def _kind(text: str, percent: float | None) -> str | None:
    """The first rule that has something to say."""
    words = _NO_FAILURE.sub(" ", text)
    unfinished = (percent is not None and percent < _SCALE) or any(
        int(part) < int(whole) for part, whole in _COUNT.findall(words)
    )
    for kind, says in (
        ("running", _RETRIES.search(words)),
        ("failed", _FAILED.search(words)),
        ("paused", _PAUSED.search(_NOT_PAUSED.sub(" ", words))),
        ("nothing", _NONE.search(words) if words.strip() else None),
        ("running", _UNFINISHED.search(words)),
        ("running", _RUNNING.search(words)),
        ("nothing", _ABSENT.search(words)),
        ("running", unfinished),
        (None, _TAKEN_BACK.search(words) or (percent is None and _SO_FAR.search(words))),
        ("there", _THERE.search(words) or _READY.fullmatch(words)),
        ("running", _BEGUN.search(words)),
        ("there", percent is not None),
    ):
        if says:
            return kind
    return None


def _percent(text: str) -> float | None:
    """How many of a hundred parts are there, from `45 %`, `Complete 45` or `512 MB of 2 GB`."""
    match = _PERCENT.search(text) or _UNSIGNED.search(text)
    if match:
        return float(match[1]) if float(match[1]) <= _SCALE else None
    share = _SHARE.search(text)
    if share is None:
        return None
    part, whole = _bytes(share[1], share[2] or share[4]), _bytes(share[3], share[4])
    return round(_SCALE * part / whole, 1) if whole and part <= whole else None


def _bytes(number: str, unit: str | None) -> float:
    return float(number) * _FACTORS.get((unit or "b")[0], 1.0)


def _mark(kind: str | None, percent: float | None, text: str, figures: str) -> str | None:
    """What changes as soon as the download gets on. Digits that are no figure of it may be a clock."""
    amount = _AMOUNT.search(figures) or _AMOUNT.search(text)
    if percent is None and amount is None:
        return None
    words = " ".join(re.findall(r"[a-z]{3,}", _PERCENT.sub(" ", text)))
    return f"{kind} {percent if percent is not None else amount[0]} {words}"


# -- refusals of an upgrade -------------------------------------------------------------------------------------------

_WHAT = r"(?:version|software|release|image|package|firmware|download\w*|it|ssr[\w.\-]*|\d+\.\d+\.\d+[\w.\-]*)"
_STILL = re.compile(
    r"\bstill (?:being )?(?:download|transferr|fetch)|\b(?:is|are|being|currently|already|now) (?:being )?downloading\b"
    r"|\bbeing (?:downloaded|fetched|transferred)\b"
    r"|\bdownload(?:s|ing)?\b[^.;]{0,60}?\b(?:in[ -]?progress|(?:still |is )+running|ongoing|pending|not (?:yet )?"
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
    """Does a refusal say that the release is not there yet? Then nothing was begun, and it is tried again later.

    That it is not offered, or not known, is another thing: no waiting mends it.
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
    """Does a refusal say that it is only the moment that is wrong? Then nothing was begun, and it is asked again later.

    Too many downloads at a time, a busy conductor, a node that is not reached. A release that is not known is another
    thing, whatever else is said.
    """
    text = _plain(words)
    return still_downloading(words) or bool(_NOT_NOW.search(text) and not _NOT_TO_BE_HAD.search(text))


def still_downloading(words: str) -> bool:
    """Does a refusal say that the release is on its way? Then it need not be asked for again."""
    return bool(_STILL.search(" ".join(words.split())))


_TAKEN = re.compile(r"\b(?:accepted|started|starting|initiated|queued|scheduled|will|begun)\b", re.I)


def refusal_in(reply: Response) -> str | None:
    """The words of an answer that holds nothing but such a refusal, though it is not marked as an error; else None."""
    words = "; ".join(reply.messages)
    if reply.error or not words or any(one.mark == "ok" for one in reply.progress) or _TAKEN.search(words):
        return None
    return words if not_there_yet(words) else None
