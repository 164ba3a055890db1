# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run itself as data, for results and reports: when it began and ended, and why it was stopped."""

from __future__ import annotations

from dataclasses import asdict

from ...clock import format_duration, format_timestamp
from ..context import RunContext
from ..events import Event, RunBegan, RunEnded


class RunReport:
    """``data``: the report of a run that has ended; empty before."""

    def __init__(self, context: RunContext) -> None:
        self._clock = context.clock
        self._run: RunBegan | None = None
        self._began_at = 0.0
        self.data: dict = {}

    def on_event(self, event: Event) -> None:
        """Take the times of the run."""
        if isinstance(event, RunBegan):
            self._run, self._began_at = event, self._clock.now()
        elif isinstance(event, RunEnded) and self._run is not None:
            elapsed = self._clock.now() - self._began_at
            self.data = {
                "run_id": self._run.run_id,
                "started": format_timestamp(self._run.at),
                "ended": format_timestamp(event.at),
                "elapsed": round(elapsed),
                "took": format_duration(elapsed),
                "stopped": event.stopped,
            }
            lifted = [asdict(override) for plan in self._run.plans for override in plan.overrides]
            self.data |= {"overrides": lifted} if lifted else {}
