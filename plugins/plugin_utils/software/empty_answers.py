# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an answer without rows says that there is nothing: only where it is whole (rule 35, unreadable is not none)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ..pcli.response import Response
from ..pcli.tables import Table, is_rule

#: What stands between "no" and the name of the thing: at most three words, none of which turns it into a failure.
_BEFORE = (
    r"(?:(?!(?:to|from|of|for|about|response|reply|answer|data|information|info|access|longer|connection|route)\b)"
    r"[\w\-]+ ){0,3}?"
)
_BEHIND = (
    r"(?: (?:(?:(?:are|is|was|were|have been|has been|currently|yet) )*"
    r"(?:found|configured|present|installed|exported|defined|known|active|raised|offered|listed|recorded|in progress)"
    r"|(?:to|that) (?:display|show|list|match)|exists?|match(?:es)?|matched|matching))?"
    # A place that is named in one word: "for router branch1".
    r"(?: (?:in|on|for|at) (?:(?:this|the|router|node|vrf|resource-group) )*[\w.\-]+)?"
)


def is_whole(response: Response) -> bool:
    """Is an answer that shows a table without rows there to its end?

    The prompt came back behind it, or it shows its end itself: `Completed in 0.04 seconds`, or the whole rule below
    the header where a release prints no such line.
    """
    if response.error or response.broken:
        return False
    if response.ended:
        return True
    lines = [line.rstrip() for line in response.text.split("\n") if line.strip()]
    closed = bool(lines) and is_rule(lines[-1]) and lines[-1] in lines[:-1]
    return response.completed is not None or closed


def unreached(response: Response) -> bool:
    """Was somebody who was asked not reached, or not all of them? Then what is missing may be theirs."""
    counted = response.counts and response.counts.failed + response.counts.disconnected
    partly = any(
        progress.mark in ("partial", "failed") or (progress.total or 0) > (progress.done or 0)
        for progress in response.progress
    )
    return bool(response.disconnected or counted or partly)


def only_frame(response: Response) -> bool:
    """Is it a whole answer that shows nothing: it was retrieved, and completed, and there is not a word beside that?"""
    retrieved = bool(response.progress) and all(progress.mark == "ok" for progress in response.progress)
    beside = response.tables or response.blocks or response.messages or response.usage or unreached(response)
    ended = response.completed is not None or response.ended
    return retrieved and ended and not (response.error or beside or response.broken)


@lru_cache(maxsize=64)
def _none(what: str) -> re.Pattern[str]:
    there = rf"(?:there (?:are|is) (?:currently )?)?(?:no|0) {_BEFORE}(?:{what}){_BEHIND}"
    return re.compile(rf"(?:{there}|{_BEFORE}(?:{what}): (?:none|no|0))[.!]?", re.IGNORECASE)


def is_none(sentence: str, what: str) -> bool:
    """Does a sentence say, with no other word, that there are none of `what` (a regular expression for its names)?

    `No device interfaces to display`, `There are no events.`, `0 alarms found`, `Plugins: none`. "No connection to
    node2", "No asset data available" and "No versions could be retrieved" tell of a failure.
    """
    return _none(what).fullmatch(" ".join(sentence.split())) is not None


def says_none(response: Response, what: str) -> bool:
    """Does an answer say so (see :func:`is_none`) in a line of its own, with everybody reached and nothing amiss?"""
    if response.error or response.broken or unreached(response):
        return False
    return any(is_none(line, what) for line in response.messages)


def shows_none(response: Response, tables: Sequence[Table], what: str) -> bool:
    """Does an answer without rows say that there are none: by words, or by a whole table without rows?

    A refusal does not, and neither does silence: it may come from a device that was not asked in words that it knows.
    """
    return (bool(tables) and is_whole(response) and not unreached(response)) or says_none(response, what)


def why_unreadable(response: Response, otherwise: str) -> str:
    """What is wrong with an answer that no reader could read, in part of a sentence: `otherwise` where it is whole."""
    return response.broken or otherwise
