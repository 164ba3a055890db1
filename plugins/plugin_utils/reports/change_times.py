# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a run keeps to the times that were approved: points in time, whatever the words for them. Pure.

``05:00`` is another time on another day, and in another zone. Only a limit that counts from the begin (``+6h``) moves
with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from ..clock import format_duration, format_timestamp, parse_timestamp
from ..planning.user_times import counts_from_begin
from .change_differences import Difference
from .change_rules import WINDOW

#: So far from the planned begin a run may begin, in seconds, where the plan names no other distance.
BEGIN_TOLERANCE = 12 * 3600
#: What a process needs until it knows its begin.
_SLACK = timedelta(minutes=1)


def times_differ(approved: Mapping, now: Mapping) -> Iterator[Difference]:
    """The limits of time, and the begin."""
    for name in WINDOW:
        yield from _limit_differs(name, approved["window"], now["window"])
    yield from _begin_differs(approved["window"], now["window"])


def _limit_differs(name: str, approved: Mapping, now: Mapping) -> Iterator[Difference]:
    before, after = _allowed(name, approved, now), _moment(now.get(name))
    text = f"{name} was {_shown(before)} and is {_shown(after)}"
    if before is None:
        if after is not None:
            yield Difference(text, more=False)
    elif after is None or after > before + _SLACK:
        yield Difference(text)
    elif after < before - _SLACK:
        yield Difference(text, more=False)


def _allowed(name: str, approved: Mapping, now: Mapping) -> datetime | None:
    """The approved limit, counted from the begin of this run where it counts from the begin."""
    limit = approved.get(name) or {}
    moment, begin, begins = _moment(limit), _moment(approved.get("begins")), _moment(now.get("begins"))
    if moment is None or begin is None or begins is None or not counts_from_begin(limit.get("given")):
        return moment
    return begins + (moment - begin)


def _begin_differs(approved: Mapping, now: Mapping) -> Iterator[Difference]:
    """A begin that was named is approved as well: nothing begins before its day, nor after it without a window."""
    named, begins = approved.get("begins") or {}, _moment(now.get("begins"))
    planned = _moment(named)
    if not named.get("given") or planned is None or begins is None:
        return
    tolerance = named.get("tolerance")
    seconds = BEGIN_TOLERANCE if tolerance is None else float(tolerance)
    fixed = any(_moment(approved.get(name)) and not _counts(approved, name) for name in WINDOW)
    away = (begins - planned).total_seconds()
    if away < -seconds or (away > seconds and not fixed):
        side = "after" if away > 0 else "before"
        yield Difference(
            f"it was approved to begin at {_shown(planned)}, and begins at {_shown(begins)}, "
            f"{format_duration(abs(away))} {side} that; {format_duration(seconds)} were approved"
        )


def _counts(window: Mapping, name: str) -> bool:
    return counts_from_begin((window.get(name) or {}).get("given"))


def _moment(limit: Mapping | None) -> datetime | None:
    at = (limit or {}).get("at")
    return parse_timestamp(at, "the window") if at else None


def _shown(moment: datetime | None) -> str:
    return format_timestamp(moment) if moment else "none"
