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

from ..pcli.reply import Reply


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
    r"|(?:fail\w*|errors?)(?: \w+)?\s*[:=]\s*(?:0|none|no|-)(?!\w)"
    r"|\b(?:if|unless|in case|on)\b[^.;]*\b(?:fail\w*|errors?)"
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
    r"|\bmismatch\b|\bexpired\b|✖|✗|❌"
)
_PAUSED = re.compile(r"\bpaus(?:ed|ing)\b|\bsuspended\b|\bhalted\b|\bon hold\b|^\W*pause\W*$")
_NOT_PAUSED = re.compile(rf"\b{_NOT} (?:paused|suspended)\b|\bpaused\s*[:=]\s*(?:no|false|0)\b")
_NONE = re.compile(
    r"\b(?:no|zero|0) (?:[\w\-]+ ){0,3}?(?:downloads?|downloading|releases?|versions?|software|operations?|entries)\b"
    rf"|\b{_NOT} (?:downloading|in[ -]?progress|running)\b|\bin[ -]?progress\s*[:=]\s*(?:no|false|0|none)\b"
    r"|\bnothing\b|^[\s(]*(?:none|n/a|idle|-+)[\s.)]*$"
)
_UNFINISHED = re.compile(
    rf"\b{_NOT} (?:complete|finished|done|successful|succeeded)|\bincomplete|\bunfinished|\bpartial"
)
_ABSENT = re.compile(
    rf"\b{_NOT} (?:downloaded|available|present|started|found|there|ready|stored|requested|known|on (?:the |this )?\w+|"
    r"installed)\b|\bunavailable\b|\bmissing\b|\b(?:available|ready|required|needed)(?: for| to)(?: be)? download"
    r"|\bneeds? (?:a |to be )?download|\bdownload (?:is )?(?:required|needed|available|possible)\b|\bdeleted\b"
    r"|\bremoved\b"
)
_RUNNING = re.compile(
    r"\bdownloading\b|\bin[ -]?progress\b|\brunning\b|\bongoing\b|\bfetching\b|\btransferring\b|\bverifying\b"
    r"|\bvalidating\b|\bchecking\b|\bunpacking\b|\bextracting\b|\bresum(?:ed|ing)\b|\bactive\b|\bunder ?way\b"
    r"|\bwaiting\b|\bbeing (?:downloaded|fetched|transferred)\b|\bstarting\b"
    r"|\binitiali[sz]ing\b|\bpreparing\b|\bcopying\b"
    r"|\bcurrently\b"
)
_THERE = re.compile(
    r"\bcomplet(?:e|ed|ion)\b|\bsuccess(?:ful|fully)?\b|\bsucceeded\b|\bdownloaded\b|\bdone\b|\bfinished\b"
    r"|\bpresent\b|\bstored\b|\bcached\b|\bon disk\b|\bon the node\b|\binstalled\b|\bok\b|✔|✓"
    r"|\b(?:available|ready) (?:to|for) (?:be )?(?:install|upgrad|activat|use)|\bavailable (?:on|locally)\b"
    r"|\bis ready\b"
)
_READY = re.compile(r"\W*(?:already )?(?:available|ready|there)\W*(?:100 ?%)?\W*")
_BEGUN = re.compile(
    r"\bstarted\b|\bqueued\b|\bscheduled\b|\brequested\b|\bpending\b|\binitiated\b|\bbegun\b|\baccepted for\b"
)
_PERCENT = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?) ?(?:%|percent\b|pct\b)")
_UNIT = r"(?:[kmgt]i?b?|bytes?|b)"
_SHARE = re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?) ?({_UNIT})?\s*(?:/|of|out of)\s*(\d+(?:\.\d+)?) ?({_UNIT})(?!\w)")
_AMOUNT = re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?) ?({_UNIT})(?![\w/])")
_SPEED = re.compile(rf"(?<![\w.])\d+(?:\.\d+)? ?(?:{_UNIT}|[kmg]?bits?)(?:/s|ps)\b")
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
    if kind is None and figures:
        kind = _kind(figures, percent)
        kind = None if kind == "nothing" and text.strip(" -") else kind  # an empty column says nothing of strange words
    if kind is None and percent is not None and not text.strip(" -"):
        kind = "there" if percent >= _SCALE else "running"
    waits = kind in ("running", "paused") and _WAITS.search(f"{text} {figures}") is not None
    return Words(kind, percent, _mark(kind, percent, text, figures), waits)


def _plain(text: str) -> str:
    return " ".join(_SPEED.sub(" ", text.lower().replace("’", "'")).split())


def _kind(text: str, percent: float | None) -> str | None:
    """The first rule that has something to say."""
    words = _NO_FAILURE.sub(" ", text)
    unfinished = percent is not None and percent < _SCALE
    for kind, says in (
        ("running", _RETRIES.search(words)),
        ("failed", _FAILED.search(words)),
        ("paused", _PAUSED.search(_NOT_PAUSED.sub(" ", words))),
        ("nothing", _NONE.search(words) if words.strip() else None),
        ("running", _UNFINISHED.search(words)),
        ("running", _RUNNING.search(words)),
        ("nothing", _ABSENT.search(words)),
        ("running", unfinished),
        ("there", _THERE.search(words) or _READY.fullmatch(words)),
        ("running", _BEGUN.search(words)),
        ("there", percent is not None),
    ):
        if says:
            return kind
    return None


def _percent(text: str) -> float | None:
    """How many of a hundred parts are there, from `45 %` or `512 MB of 2 GB`."""
    match = _PERCENT.search(text)
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


def still_downloading(words: str) -> bool:
    """Does a refusal say that the release is on its way? Then it need not be asked for again."""
    return bool(_STILL.search(" ".join(words.split())))


_TAKEN = re.compile(r"\b(?:accepted|started|starting|initiated|queued|scheduled|will|begun)\b", re.I)


def refusal_in(reply: Reply) -> str | None:
    """The words of an answer that holds nothing but such a refusal, though it is not marked as an error; else None."""
    words = "; ".join(reply.messages)
    if reply.error or not words or any(one.mark == "ok" for one in reply.progress) or _TAKEN.search(words):
        return None
    return words if not_there_yet(words) else None
