# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a rollout is, for people: the line, and how long it will still take."""

from __future__ import annotations

from datetime import datetime

from ..planning.plan import RouterPlan, expected_time
from .rollout_admission import RolloutAdmission
from .status import summary_line

#: So many times the expected time is too long. That time is what four of five routers need, so some take longer.
OVERDUE = 1.5


class RolloutFigures:
    """A rollout as it is now, for lines and listeners: a :class:`~.events.RunView`."""

    def __init__(self, admission: RolloutAdmission) -> None:
        self._admission = admission
        self._progress = admission.progress
        self._clock = admission.context.clock

    @property
    def stopped(self) -> str | None:
        """Why nothing new is started any more; None where that may still happen."""
        return self._admission.stopped

    @property
    def window_end(self) -> datetime | None:
        """When everything must be over; None where that is not limited."""
        return self._admission.bounds.window_end

    def line(self) -> str:
        """How far it is, in one line."""
        progress = self._progress
        counts = len(progress.active), len(progress.waiting)
        elapsed, proving = self._clock.now() - progress.began, len(self._admission.proving())
        return summary_line(progress.totals(), *counts, elapsed, self.seconds_left(), proving)

    def seconds_left(self) -> float | None:
        """Seconds until all is done; None where that cannot be estimated."""
        progress, admission, now = self._progress, self._admission, self._clock.now()
        if admission.stopped and not progress.active:
            return None
        left = [max(0.0, self._expected(active.plan) - (now - active.began)) for active in progress.active]
        left += [] if admission.stopped else [self._expected(plan) for plan in progress.waiting]
        held = progress.totals().get("unknown", 0) if admission.moves else 0
        return admission.durations.eta(left, max(1, admission.bounds.in_flight - held))

    def phase_of_waiting(self, router: str) -> tuple[str, str, float] | None:
        """Phase, node and since when (by the clock) of a router whose release is brought there; else None."""
        lane = self._admission.lane
        return lane.phase(router) if lane else None

    def overdue(self) -> dict[str, tuple[float, float]]:
        """The routers that take much longer than expected: for how long each is worked on, and the expected time.

        What was found at work may have been begun long before this run, and what waits for its turn is not late.
        """
        now, late = self._clock.now(), {}
        for active in self._progress.active:
            if not active.plan.found_at_work and not active.waits:
                took, expected = now - active.began, self._expected_of_all(active.plan)
                if took > max(OVERDUE * expected, expected + 60):
                    late[active.plan.router] = (took, expected)
        return late

    def _expected_of_all(self, plan: RouterPlan) -> float:
        """Seconds for all of its nodes, also for those that are done by now."""
        return expected_time(plan.nodes, plan.sequencing, self._admission.durations)

    def _expected(self, plan: RouterPlan) -> float:
        left = self._admission.left_of(plan)
        return expected_time(left.nodes, plan.sequencing, self._admission.durations)
