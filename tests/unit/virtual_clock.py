# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time in unit tests."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import Clock


class VirtualClock(Clock):
    """Time that passes only where somebody waits. What is planned by :meth:`after` happens on the way."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._start = datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc)
        self._plans: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        return self._now

    def wall(self) -> datetime:
        return self._start + timedelta(seconds=self._now - 1000.0)

    def after(self, seconds: float, do: Callable[[], object]) -> None:
        heapq.heappush(self._plans, (self._now + seconds, next(self._numbers), do))

    def sleep(self, seconds: float) -> None:
        end = self._now + max(0.0, seconds)
        while self._plans and self._plans[0][0] <= end:
            moment, _, do = heapq.heappop(self._plans)
            self._now = max(self._now, moment)
            do()
        self._now = max(self._now, end)
