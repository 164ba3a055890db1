# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one clock: look at the authority once, let every operation take its step, and wait as long as nothing is due."""

from __future__ import annotations

from collections.abc import Generator

from ..pcli.errors import PcliError
from .context import Abandoned, Desk
from .operation import Job, Operation
from .poller import Observer
from .results import NodeResult

__all__ = ["Abandoned", "Engine", "Job"]

#: How much longer each pause is than the one before while nothing happens.
_SLOWER = 1.3


class Engine(Desk):
    """Runs operations on one conductor. See :class:`~.operation.Desk` for what it is given."""

    def observer(self, *, assets_count: bool = True, shared: bool = False) -> Observer:
        """Somebody who looks, and has looked once. Raises PcliError where the conductor cannot be asked."""
        stale = self.limits.poll_max
        found = Observer(self.conductor, self.clock, assets_count=assets_count, shared=shared, stale=stale)
        if not found.refresh():
            raise PcliError(f"The conductor cannot be asked: {found.trouble}")
        return found

    def run(self, job: Job, *, check_mode: bool = False) -> list[NodeResult]:
        """Do one job. Every node of it, and every peer that moved by itself, comes back with a result.

        Raises PcliError where nothing could be learned before anything was sent, and Abandoned.
        """
        if not check_mode:
            self.journal.prepare()
        observer = self.observer(assets_count=job.assets_count)
        return self.drive(Operation(self, observer, job).steps(check_mode), observer)

    def drive(self, steps: Generator[bool, None, list[NodeResult]], observer: Observer) -> list[NodeResult]:
        """Take step after step, with a new look before each, until the end. The observer has looked already."""
        pace = Pace(self)
        while True:
            try:
                news = next(steps)
            except StopIteration as end:
                return end.value
            pace.wait(news)
            look(observer)


class Pace:
    """The pause between two rounds: short while something is due, longer and longer in the quiet phases."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pause = desk.limits.poll_min
        self._woke = desk.clock.now()

    def wait(self, news: bool) -> None:
        """Sleep; never for less time than the round itself took, so that a slow conductor has air to breathe."""
        limits = self._desk.limits
        self._pause = limits.poll_min if news else min(limits.poll_max, self._pause * _SLOWER)
        took = self._desk.clock.now() - self._woke
        self._desk.clock.sleep(max(self._pause, min(took, limits.poll_max)))
        self._woke = self._desk.clock.now()


def look(observer: Observer) -> bool:
    """Look anew. What does not pass, such as a refused login, stays with the observer for whoever follows a node."""
    if observer.final:
        return False  # a password that was refused once is never tried again
    try:
        return observer.refresh()
    except PcliError as error:
        observer.final = error
        return False
