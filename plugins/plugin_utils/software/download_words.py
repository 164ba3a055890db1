# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the state of a download from the words of one entry: there, running, paused, failed, nothing, or unknown.

The words come from public material (upgrade_router and its drafts, config_smart_download, CLI-6.0, release notes,
t128-bulk-upgrade), with similar ones. The order of the rules matters: "failed download", "not complete", "incomplete"
and "available for download" all contain a word that alone means that the release is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .vocabulary import (
    BEGUN,
    CROSS,
    ENDED,
    FAILED,
    FETCHED,
    FETCHING,
    IN_PROGRESS,
    NO_FAILURE,
    TICK,
    UNABLE,
    UNDER_WAY,
    split_words,
)


@dataclass(frozen=True)
class Words:
    """What an entry says about its download. ``kind`` None: it cannot be interpreted.

    ``mark``: words and figures without times; None without figures. ``waits``: the download waits for its turn or its
    next attempt.
    """

    kind: str | None
    percent: float | None = None
    mark: str | None = None
    waits: bool = False


_NOT = r"(?:not|never|n't|isn't|hasn't|wasn't)(?: yet| been| fully| currently)*"
_NO_FAILURE = re.compile(
    rf"{NO_FAILURE}"
    r"|\b(?:if|unless|in case)\b[^.;]*\b(?:fail\w*|errors?)|\bon (?:an? |any )?(?:failure|errors?)\b|\bnot failed\b"
)
_RETRY = (
    r"\bretrying\b|\bretry in \d|\bwill (?:be )?retr|\bnext (?:attempt|try)\b|\btrying again\b|\bback(?:ing)?[ -]?off\b"
)
_RETRIES = re.compile(rf"{_RETRY}|\battempt \d+ of \d+\b(?!.*\bfailed\W*$)")
#: From 7.1.3 on a download is tried ten times, with pauses of 30 s to an hour in between (config-smart-download).
_WAITS = re.compile(
    rf"{_RETRY}|\bwill (?:be )?resum|\bwaiting\b|\bqueued\b|\bpending\b|\bscheduled\b|\bresumes? (?:in|at)\b"
)
_FAILED = re.compile(
    rf"\b(?:{FAILED}|{UNABLE}|timed?[ -]?out|revert(?:ed|ing)?|roll(?:ed|ing)? back|cancel+ed)\b|\bcorrupt"
    rf"|\bmismatch\b|\bexpired\b|{CROSS}"
    r"|\bwith (?:\w+ )?errors\b|\b[1-9]\d* (?:\w+ )?errors?\b"
    r"|\berrors?(?: \w+)?\s*[:=]\s*[1-9]|\b(?:no|not enough|insufficient|out of) (?:\w+ )?(?:space|room)\b"
    r"|\bdisk full\b"
)
_PAUSED = re.compile(r"\bpaus(?:ed|ing)\b|\bsuspended\b|\bhalted\b|\bon hold\b|^\W*pause\W*$")
_NOT_PAUSED = re.compile(rf"\b{_NOT} (?:paused|suspended)\b|\bpaused\s*[:=]\s*(?:no|false|0)\b")
_NONE = re.compile(
    r"\b(?:no|zero|0) (?:[\w\-]+ ){0,3}?(?:downloads?|downloading|releases?|versions?|software|operations?|entries)\b"
    rf"|\b{_NOT} (?:downloading|{IN_PROGRESS}|running)\b|\b{IN_PROGRESS}\s*[:=]\s*(?:no|false|0|none)\b"
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
    # What will be done later, and what is stored elsewhere.
    r"|\b(?:to|will|shall|should|must|can|could|would|may|might|cannot) (?:\w+ )?be \w+"
    r"|\b(?:on|at|in|by)(?: the| an?| its)? (?:peers?|other|conductors?|internet|source|server|mirror|repo\w*|remote"
    r"|cloud|mist)\b|\bremotely\b|\belsewhere\b"
)
_RUNNING = re.compile(
    rf"\b(?:{FETCHING}|{UNDER_WAY}|being (?:{FETCHED})|resum(?:ed|ing)|active|waiting|currently|pending)\b"
)
_THERE = re.compile(
    rf"\b(?:{ENDED}|downloaded|present|stored|cached|on disk|on the node|installed|ok)\b|{TICK}"
    r"|\b(?:available|ready) (?:to|for) (?:be )?(?:install|upgrad|activat|use)|\bavailable (?:on|locally)\b"
    r"|\bis ready\b"
)
_THERE_WORD = (
    r"(?:complet\w+|success\w*|succeeded|downloaded|done|finished|present|stored|cached|installed|ok|ready|available)"
)
#: A word for *there* that another word negates. What it means instead is not known.
_NEGATED = re.compile(
    r"\b(?:not|never|none|no|nothing|neither|hardly|n't|cannot)\b(?: [\w']+){0,3}? "
    rf"{_THERE_WORD}\b|\b{_THERE_WORD}{_IS_NO}|\bstale\b|\bobsolete\b|\binvalid\b|\bunknown\b"
)
_READY = re.compile(r"\W*(?:already )?(?:available|ready|there)\W*(?:100 ?%)?\W*")
_BEGUN = re.compile(rf"\b(?:{BEGUN}|requested|accepted for)\b")
#: `Complete 45`, `Complete: 45`: per cent without the sign.
_UNSIGNED = re.compile(r"\b(?:complet\w+|done|downloaded|finished|progress)[\s:=(]+(\d{1,3}(?:\.\d+)?)[\s).]*\Z")
_PERCENT = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?) ?(?:%|percent\b|pct\b)")
_UNIT = r"(?:[kmgt]i?b?|bytes?|b)"
_SHARE = re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?) ?({_UNIT})?\s*(?:/|of|out of)\s*(\d+(?:\.\d+)?) ?({_UNIT})(?!\w)")
_COUNT = re.compile(r"(?<![\w./:])(\d+)\s*(?:/|of|out of)\s*(\d+)(?![\w./:])")
_AMOUNT = re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?) ?({_UNIT})(?![\w/])")
_SPEED = re.compile(rf"(?<![\w.])\d+(?:\.\d+)? ?(?:{_UNIT}|[kmg]?bits?)(?:/s|ps)\b")
#: `Downloaded 5 MB`, `5 MB downloaded`: the total is not known.
_FETCHED = r"(?:downloaded|done|complet\w+|finished|stored)"
_SO_FAR = re.compile(rf"\b{_FETCHED}[\s:=]+(?:{_AMOUNT.pattern}|\d{{3,}}\Z)|{_AMOUNT.pattern} (?:\w+ )?{_FETCHED}")
_FACTORS = {"k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
_SCALE = 100.0


def read_words(status: str, progress: str = "") -> Words:
    """Read a status, with the text of the column or field for the progress if there is one."""
    text, figures = plain(status), plain(progress)
    percent = _percent(figures) if _percent(figures) is not None else _percent(text)
    if percent is None and re.fullmatch(r"\W*(\d{1,3})(?:\.\d+)?\W*", figures):
        percent = float(re.findall(r"\d+(?:\.\d+)?", figures)[0])  # a column named Percent needs no sign
        percent = percent if percent <= _SCALE else None
    kind = _kind(text, _percent(text))
    if kind == "there" and percent is not None and percent < _SCALE:
        kind = "running"
    if kind is None and figures:
        kind = _kind(figures, percent)
        kind = None if kind == "nothing" and text.strip(" -") else kind  # an empty column explains no unknown words
    if kind is None and percent is not None and not text.strip(" -"):
        kind = "there" if percent >= _SCALE else "running"
    waits = kind in ("running", "paused") and _WAITS.search(f"{text} {figures}") is not None
    return Words(kind, percent, _mark(kind, percent, text, figures), waits)


def plain(text: str) -> str:
    """The text in lower case, without speeds, with blanks between the words of names such as `DownloadComplete`."""
    return " ".join(_SPEED.sub(" ", split_words(text).replace("\u2019", "'").lower()).split())


def _kind(text: str, percent: float | None) -> str | None:
    """The kind of the first rule that applies."""
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
        (None, _NEGATED.search(words) or (percent is None and _SO_FAR.search(words))),
        ("there", _THERE.search(words) or _READY.fullmatch(words)),
        ("running", _BEGUN.search(words)),
        ("there", percent is not None),
    ):
        if says:
            return kind
    return None


def _percent(text: str) -> float | None:
    """The per cent of a download, from `45 %`, `Complete 45` or `512 MB of 2 GB`."""
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
    """What changes only when the download progresses. Other digits are left out: they may be a time of day."""
    amount = _AMOUNT.search(figures) or _AMOUNT.search(text)
    if percent is None and amount is None:
        return None
    words = " ".join(re.findall(r"[a-z]{3,}", _PERCENT.sub(" ", text)))
    return f"{kind} {percent if percent is not None else amount[0]} {words}"
