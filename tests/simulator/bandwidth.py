# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source of downloads whose bandwidth is shared: more of them at once take longer.

Equal shares are followed by a common counter of work done per download (seconds at full speed), so that a change costs
the same with ten downloads as with thousands.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field

from .clock import FOREVER, Process, Scheduler, Signal


@dataclass
class Transfer:
    """One download; `left` is what is still to be done, in seconds at full speed."""

    left: float
    done: Signal = field(default_factory=Signal)
    finish: float = 0.0
    number: int = -1


class Link:
    """Caller holds the lock of the world."""

    def __init__(self, scheduler: Scheduler, capacity: float) -> None:
        self._scheduler = scheduler
        self._capacity = capacity
        self._active: dict[int, Transfer] = {}
        self._queue: list[tuple[float, int]] = []
        self._numbers = itertools.count()
        self._progress = 0.0
        self._seen = scheduler.moment()
        self._turn = 0

    @property
    def busy(self) -> int:
        return len(self._active)

    def start(self, transfer: Transfer) -> None:
        self._advance()
        transfer.number = next(self._numbers)
        transfer.finish = self._progress + transfer.left
        self._active[transfer.number] = transfer
        heapq.heappush(self._queue, (transfer.finish, transfer.number))
        self._plan()

    def stop(self, transfer: Transfer) -> float:
        """Take it out; what is still left of it."""
        transfer.left = self.left(transfer)
        if self._active.pop(transfer.number, None):
            self._plan()
        return transfer.left

    def left(self, transfer: Transfer) -> float:
        self._advance()
        active = transfer.number in self._active
        return max(transfer.finish - self._progress, 0.0) if active else transfer.left

    @property
    def _speed(self) -> float:
        return min(1.0, self._capacity / len(self._active)) if self._active else 1.0

    def _advance(self) -> None:
        now = self._scheduler.moment()
        self._progress += max(now - self._seen, 0.0) * self._speed
        self._seen = max(now, self._seen)

    def _plan(self) -> None:
        """Be woken when the next one is done; an alarm that was set before is then out of turn, and does nothing."""
        while self._queue and self._queue[0][1] not in self._active:
            heapq.heappop(self._queue)
        self._turn += 1
        if self._queue:
            wait = max(self._queue[0][0] - self._progress, 0.0) / self._speed
            self._scheduler.spawn(self._alarm(self._turn), min(wait, FOREVER))

    def _alarm(self, turn: int) -> Process:
        if turn == self._turn:
            self._advance()
            # The one the alarm was for is done, whatever rounding says.
            self._progress = max(self._progress, self._queue[0][0])
            while self._queue and self._queue[0][0] <= self._progress:
                transfer = self._active.pop(heapq.heappop(self._queue)[1], None)
                if transfer:
                    transfer.left = 0.0
                    self._scheduler.fire(transfer.done)
            self._plan()
        yield FOREVER
