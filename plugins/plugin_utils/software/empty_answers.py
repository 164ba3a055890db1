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

#: Between "no" and the name of the thing: at most three words, none of which makes it a failure.
_BEFORE = (
    r"(?:(?!(?:to|from|of|for|about|response|reply|answer|data|information|info|access|longer|connection|route)\b)"
    r"[\w\-]+ ){0,3}?"
)
_BEHIND = (
    r"(?: (?:(?:(?:are|is|was|were|have been|has been|currently|yet) )*"
    r"(?:found|configured|present|installed|exported|defined|known|active|raised|offered|listed|recorded|in progress)"
    r"|(?:to|that) (?:display|show|list|match)|exists?|match(?:es)?|matched|matching))?"
    # A location of one word: "for router branch1".
    r"(?: (?:in|on|for|at) (?:(?:this|the|router|node|vrf|resource-group) )*[\w.\-]+)?"
)


def is_whole(response: Response) -> bool:
    """Whether a response with a table without rows is complete.

    The prompt came back behind it, or it shows its own end: `Completed in 0.04 seconds`, or the whole rule below the
    header if the release prints no such line.
    """
    if response.error or response.broken:
        return False
    if response.ended:
        return True
    lines = [line.rstrip() for line in response.text.split("\n") if line.strip()]
    closed = bool(lines) and is_rule(lines[-1]) and lines[-1] in lines[:-1]
    return response.completed is not None or closed


def unreached(response: Response) -> bool:
    """Whether any of the targets was not reached. Then what is missing may be theirs."""
    counted = response.counts and response.counts.failed + response.counts.disconnected
    partly = any(
        progress.mark in ("partial", "failed") or (progress.total or 0) > (progress.done or 0)
        for progress in response.progress
    )
    return bool(response.disconnected or counted or partly)


def only_frame(response: Response) -> bool:
    """Whether a complete response shows nothing: it was retrieved and completed, without any other word."""
    retrieved = bool(response.progress) and all(progress.mark == "ok" for progress in response.progress)
    beside = response.tables or response.blocks or response.messages or response.usage or unreached(response)
    ended = response.completed is not None or response.ended
    return retrieved and ended and not (response.error or beside or response.broken)


@lru_cache(maxsize=64)
def _none(what: str) -> re.Pattern[str]:
    there = rf"(?:there (?:are|is) (?:currently )?)?(?:no|0) {_BEFORE}(?:{what}){_BEHIND}"
    return re.compile(rf"(?:{there}|{_BEFORE}(?:{what}): (?:none|no|0))[.!]?", re.IGNORECASE)


def is_none(sentence: str, what: str) -> bool:
    """Whether a sentence says only that there are none of `what` (a regular expression for its names).

    `No device interfaces to display`, `There are no events.`, `0 alarms found`, `Plugins: none`. "No connection to
    node2", "No asset data available" and "No versions could be retrieved" report a failure.
    """
    return _none(what).fullmatch(" ".join(sentence.split())) is not None


def says_none(response: Response, what: str) -> bool:
    """Whether a line of a response says that there are none (see :func:`is_none`), with all targets reached."""
    if response.error or response.broken or unreached(response):
        return False
    return any(is_none(line, what) for line in response.messages)


def shows_none(response: Response, tables: Sequence[Table], what: str) -> bool:
    """Whether a response without rows says that there are none: in words, or by a complete table without rows.

    A refusal does not, and neither does silence: the device may not have understood the command.
    """
    return (bool(tables) and is_whole(response) and not unreached(response)) or says_none(response, what)


def why_unreadable(response: Response, otherwise: str) -> str:
    """Why a response could not be read, as part of a sentence: `otherwise` if the response is complete."""
    return response.broken or otherwise
