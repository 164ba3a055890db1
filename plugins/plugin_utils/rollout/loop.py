# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one clock: look at the authority once, let every operation take its step, and wait as long as nothing is due."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from ..pcli.errors import PcliError
from .broken_off import words_of
from .context import Abandoned, RunContext
from .events import StillAtWork
from .listeners.registered import LISTENERS
from .listeners.report_writer import ReportWriter
from .listeners.status_writer import StatusWriter
from .operation import Operation, OperationSpec
from .poller import StatusPoller
from .results import NodeResult

__all__ = ["Abandoned", "Loop", "OperationSpec"]

#: How much longer each pause is than the one before while nothing happens: in a large night something is new every half
#: minute, and a longer echo of each would never end.
_SLOWER = 2.0
#: While responses are awaited, a pause is interrupted so often to process what has come, in seconds.
_ATTEND = 0.25


class Loop(RunContext):
    """Runs operations on one conductor. See :class:`~.context.RunContext` for what it is given."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.events.add(make(self) for make in LISTENERS)

    def interrupt(self) -> None:
        """Status file and report say one last time what is known: this task ends here, and what was sent goes on."""
        if self.report is not None:
            self.report.warn = lambda words: None  # the screen may be gone, or be what this has interrupted
        for listener in (StatusWriter, ReportWriter):
            with contextlib.suppress(Exception):  # the other one must not be lost with it
                self.events.listener(listener).interrupt()

    def poller(self, *, assets_count: bool = True, shared: bool = False) -> StatusPoller:
        """Somebody who looks, and has looked once. Raises PcliError where the conductor cannot be asked."""
        stale = self.limits.poll_max
        poller = StatusPoller(
            self.conductor,
            self.clock,
            assets_count=assets_count,
            shared=shared,
            stale=stale,
            recorded=self.journal.nodes_of,
        )
        if not poller.refresh():
            raise PcliError(f"The conductor cannot be asked: {poller.trouble}")
        return poller

    def run(self, spec: OperationSpec, *, check_mode: bool = False) -> list[NodeResult]:
        """Do one job. Every node of it, and every peer that moved by itself, comes back with a result.

        Raises PcliError where nothing could be learned before anything was sent, and Abandoned.
        """
        if not check_mode:
            self.journal.prepare()
        poller = self.poller(assets_count=spec.assets_count)
        return self.drive(Operation(self, poller, spec).steps(check_mode), poller)

    def drive(self, steps: Generator[bool, None, list[NodeResult]], poller: StatusPoller) -> list[NodeResult]:
        """Take step after step, with a new look before each, until the end. The observer has looked already."""
        pace = Pacer(self)
        while True:
            try:
                news = next(steps)
            except StopIteration as end:
                return end.value
            self.events.emit(StillAtWork())
            pace.wait(news)
            poll(poller)


class Pacer:
    """The pause between two rounds: short while something is due, longer and longer in the quiet phases."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._pause = context.limits.poll_min
        self._woke = context.clock.now()

    def wait(self, news: bool) -> None:
        """Sleep; never for less time than the round itself took, so that a slow conductor has air to breathe."""
        limits = self._context.limits
        self._pause = limits.poll_min if news else min(limits.poll_max, self._pause * _SLOWER)
        took = min(self._context.clock.now() - self._woke, limits.poll_max)
        self._sleep(max(self._pause, took), max(limits.poll_min, took))
        self._woke = self._context.clock.now()

    def _sleep(self, longest: float, shortest: float) -> None:
        """Sleep, and process the responses that come meanwhile. The shortest time is enough once one is complete.

        What somebody needs to decide at once, such as the gate, ends the pause: it must not be old when it is used.
        """
        clock, waiting = self._context.clock, self._context.waiting
        began = clock.now()
        while True:
            waiting.attend()
            if waiting.has_urgent_news:
                return
            left = began + (shortest if waiting.has_news else longest) - clock.now()
            if left <= 0:
                return
            clock.sleep(min(left, _ATTEND) if waiting.busy else left)


def poll(poller: StatusPoller) -> bool:
    """Poll anew. What does not pass, such as a refused login, stays with the poller for whoever follows a node."""
    if poller.final:
        return False  # a password that was refused once is never tried again
    try:
        return poller.refresh()
    except PcliError as error:
        poller.final = error
        return False
    except Exception as error:  # pylint: disable=broad-exception-caught
        poller.note(PcliError(f"the list of assets could not be read: {words_of(error)}"), of_node=False)
        return False
