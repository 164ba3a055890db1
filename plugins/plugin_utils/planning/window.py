# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a router still fit into the window of a run (rule 26)? For the moment of its start, and for a plan. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..clock import format_duration
from .durations import Durations
from .plan import RouterPlan, expected_time, time_to_second


def over(now: datetime, start_deadline: datetime | None, window_end: datetime | None) -> str:
    """Why nothing starts any more, whatever it is; empty where it may."""
    if start_deadline is not None and now >= start_deadline:
        return f"nothing starts after {_time(start_deadline)} (start_deadline)"
    if window_end is not None and now >= window_end:
        return f"the window ended at {_time(window_end)} (window_end)"
    return ""


def too_late(
    plan: RouterPlan,
    now: datetime,
    start_deadline: datetime | None,
    window_end: datetime | None,
    durations: Durations,
) -> str:
    """Why this router must not start now: its second node would be after the deadline, or a revert after the window.

    Empty where it may start.
    """
    second = time_to_second(plan.nodes, plan.sequencing, durations)
    if start_deadline is not None and second is not None:
        late = _late(now, second, start_deadline)
        if late >= 0:
            return (
                f"its second node would start {format_duration(late)} after {_time(start_deadline)} "
                "(start_deadline), and a pair is not left half done"
            )
    if window_end is not None:
        expected = expected_time(plan.nodes, plan.sequencing, durations) if plan.nodes else plan.expected
        back = durations.typical("revert")
        late = _late(now, expected + back, window_end)
        if late >= 0:
            return (
                f"it takes about {format_duration(expected)} and a revert {format_duration(back)}, which ends "
                f"{format_duration(late)} after {_time(window_end)} (window_end)"
            )
    return ""


def judged_by_window(
    plans: Sequence[RouterPlan],
    now: datetime,
    window: tuple[datetime | None, datetime | None],
    durations: Durations,
    closed: str = "",
) -> list[RouterPlan]:
    """The same plans; what would not be begun if its turn came at this moment is ``not_started``, as the run says it.

    ``window``: deadline and end; ``closed``: why nothing at all would be begun. What something runs on is followed.
    """
    judged = []
    for plan in plans:
        why = closed or too_late(plan, now, *window, durations)
        if plan.state == "planned" and not plan.found_at_work and why:
            plan = replace(plan, state="not_started", reason=f"it would not begin: {why}")
        judged.append(plan)
    return judged


def _late(now: datetime, seconds: float, limit: datetime) -> float:
    return (now + timedelta(seconds=seconds) - limit).total_seconds()


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}".strip()
