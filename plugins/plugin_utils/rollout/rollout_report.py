# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a rollout is, for people: the line, and how long it will still take."""

from __future__ import annotations

from typing import Protocol

from ..planning.admission import RolloutLimits
from ..planning.durations import Durations
from ..planning.plan import RouterPlan, expected_time
from .context import RunContext
from .rollout_progress import RolloutProgress
from .status import summary_line


class RolloutView(Protocol):
    """What of a rollout is reported: see :class:`~.rollout.Rollout`."""

    loop: RunContext
    bounds: RolloutLimits
    durations: Durations
    moves: bool
    stopped: str | None
    progress: RolloutProgress

    def left_of(self, plan: RouterPlan) -> RouterPlan:
        """The plan without downloads that take no more time."""


def progress_line(rollout: RolloutView) -> str:
    """How far it is, in one line."""
    progress = rollout.progress
    elapsed = rollout.loop.clock.now() - progress.began
    counts = len(progress.active), len(progress.waiting)
    return summary_line(progress.totals(), *counts, elapsed, seconds_left(rollout))


def seconds_left(rollout: RolloutView) -> float | None:
    """Seconds until all is done; None where that cannot be estimated."""
    progress = rollout.progress
    if rollout.stopped and not progress.active:
        return None
    now = rollout.loop.clock.now()
    left = [max(0.0, _expected(rollout, active.plan) - (now - active.began)) for active in progress.active]
    left += [] if rollout.stopped else [_expected(rollout, plan) for plan in progress.waiting]
    held = progress.totals().get("unknown", 0) if rollout.moves else 0
    return rollout.durations.eta(left, max(1, rollout.bounds.in_flight - held))


def _expected(rollout: RolloutView, plan: RouterPlan) -> float:
    return expected_time(rollout.left_of(plan).nodes, plan.sequencing, rollout.durations)
