# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated time, and processes (generators) that sleep in it.

A process is a generator that yields simulated seconds to wait, a Signal, or FOREVER. One thread resumes them all, under
the lock of the world, so a process may change the world without further care.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Generator
from datetime import datetime, timezone

FOREVER = float("inf")


class Signal:
    """Something that processes wait for; once it was fired, nobody has to wait any more."""

    def __init__(self) -> None:
        self.fired = False
        self.waiting: list[Process] = []


Process = Generator["float | Signal", None, None]


class Clock:
    """Simulated seconds since the epoch: `start` + wall seconds * `speedup`."""

    def __init__(self, start: datetime | None, speedup: float) -> None:
        self.speedup = speedup
        self._start = start.timestamp() if start else time.time()
        self._began = time.monotonic()

    def now(self) -> float:
        """The simulated time, in seconds since the epoch."""
        return self._start + (time.monotonic() - self._began) * self.speedup

    def wall(self, simulated: float) -> float:
        """Wall seconds that `simulated` seconds last."""
        return simulated / self.speedup

    def text(self, form: str, at: float | None = None) -> str:
        """A simulated moment (now, by default) in a form of `strftime`."""
        moment = datetime.fromtimestamp(self.now() if at is None else at, tz=timezone.utc)
        return moment.strftime(form)

    def iso(self, at: float | None = None) -> str:
        """A simulated moment (now, by default) as in `2026-01-31T01:00:00Z`."""
        return self.text("%Y-%m-%dT%H:%M:%SZ", at)


class Scheduler(threading.Thread):
    """Resumes processes when their simulated time has come."""

    def __init__(self, clock: Clock, lock: threading.RLock, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(name="simulator-scheduler", daemon=True)
        self._clock = clock
        self._wake = threading.Condition(lock)
        self._heap: list[tuple[float, int, Process]] = []
        self._order = itertools.count()
        self._on_error = on_error
        self._running = True
        self._due: float | None = None

    def moment(self) -> float:
        """Now, as processes see it: within one the time it was due, so that being late does not add up."""
        return self._clock.now() if self._due is None else self._due

    def spawn(self, process: Process, delay: float = 0.0) -> None:
        """Start a process, after so many simulated seconds."""
        with self._wake:
            heapq.heappush(self._heap, (self.moment() + delay, next(self._order), process))
            self._wake.notify_all()

    def fire(self, signal: Signal) -> None:
        """Let everybody go on who waits for it."""
        with self._wake:
            signal.fired = True
            waiting, signal.waiting = signal.waiting, []
            for process in waiting:
                self.spawn(process)

    def stop(self) -> None:
        """End the thread. What has not happened yet never will."""
        with self._wake:
            self._running = False
            self._heap.clear()
            self._wake.notify_all()
        if self.is_alive():
            self.join(5)

    def run(self) -> None:
        with self._wake:
            while self._running:
                now = self._clock.now()
                if self._heap and self._heap[0][0] <= now:
                    due, _order, process = heapq.heappop(self._heap)
                    self._resume(process, due)
                    continue
                self._wake.wait(self._clock.wall(self._heap[0][0] - now) if self._heap else None)

    def _resume(self, process: Process, due: float) -> None:
        self._due = due
        try:
            delay = next(process)
        except StopIteration:
            return
        except Exception as error:  # a bug here must show up in the truth, not kill the clock of everybody
            self._on_error(error)
            return
        finally:
            self._due = None
        if isinstance(delay, Signal):
            if not delay.fired:
                delay.waiting.append(process)
                return
            delay = 0.0
        if delay != FOREVER:
            # From the due time, not from now: on a busy machine durations do not add up their delays.
            heapq.heappush(self._heap, (due + max(delay, 0.0), next(self._order), process))
