# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual time: it passes only where somebody waits, and what was planned happens on the way."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .controllers import Controllers

#: When every world begins, by the wall clock of its controller.
BEGIN = datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc)


class Killed(BaseException):
    """The controller's process is killed at this moment. No ``Exception``, so that nothing under test survives it."""


class Endless(BaseException):
    """The run has waited or worked for longer than any run may (I4)."""


class WorldClock:
    """The clock of the controller and of the world. ``kill_at``, ``end_at``: seconds at which the run is ended."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.kill_at: float | None = None
        self.end_at: float | None = None
        #: How far the wall clock of the controller was set forward, in seconds.
        self.jumped = 0.0
        #: Is the run between two rounds, with nothing in its hands?
        self.resting = False
        #: When it told which time, in seconds of the world.
        self.told: dict[datetime, list[float]] = {}
        #: Lets the other controllers of a world work, where there are several.
        self.others: Controllers | None = None
        self._plans: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        """Monotonic seconds."""
        return self.seconds

    def wall(self) -> datetime:
        """The wall clock, which somebody may set. What it told is remembered: it may tell the same time twice."""
        wall = BEGIN + timedelta(seconds=self.seconds + self.jumped)
        times = self.told.setdefault(wall.replace(microsecond=0), [])
        if not times or times[-1] < self.seconds - 1.0:
            times.append(self.seconds)
        else:
            times[-1] = self.seconds
        return wall

    @staticmethod
    def wall_at(seconds: float) -> datetime:
        """How late it is at that moment by a clock that nobody sets, such as that of the conductor."""
        return BEGIN + timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.resting = seconds >= 1.0
        self.advance_to(self.seconds + max(0.0, seconds))
        self.resting = False

    def after(self, seconds: float, do: Callable[[], object]) -> None:
        """Let something happen in so many seconds."""
        heapq.heappush(self._plans, (self.seconds + max(0.0, seconds), next(self._numbers), do))

    def advance_to(self, end: float) -> None:
        """Let time pass until then. Raises Killed and Endless where the run does not live that long."""
        stop = end if self.kill_at is None else min(end, self.kill_at)
        if self.others is not None and self.others.several:
            self.others.wait(stop)
        self._run_plans(stop)
        if self.kill_at is not None and self.seconds >= self.kill_at:
            raise Killed
        if self.end_at is not None and self.seconds >= self.end_at:
            raise Endless

    def next_plan(self) -> float | None:
        """When the next planned thing happens."""
        return self._plans[0][0] if self._plans else None

    def _run_plans(self, end: float) -> None:
        while self._plans and self._plans[0][0] <= end:
            moment, _number, do = heapq.heappop(self._plans)
            self.seconds = max(self.seconds, moment)
            do()
        self.seconds = max(self.seconds, end)
