# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request for several routers within a rollout (rule 22).

Each of them is a router of the rollout as any other one: it needs a slot, whatever stops a router stops it, and it has
a verdict of its own. Their work is one, which begins once all of them have begun, and not at all where one never does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..clock import format_duration
from ..planning.batches import held_by_canaries
from ..planning.plan import RouterPlan
from .context import Abandoned, Steps
from .left_out import results_of
from .results import NodeResult, bad_end_of, reason_of
from .rollout import Rollout


class GroupWork(Protocol):
    """What is done with all of the routers at once. ``results``: of their nodes so far."""

    results: list[NodeResult]
    took: list[tuple[str, float]]

    @property
    def accepted(self) -> bool:
        """True if the conductor accepted the request that was sent last."""

    @property
    def ended(self) -> list[NodeResult]:
        """The results of the nodes whose operations have ended, though perhaps not the proof of that."""


@dataclass
class GroupRun:
    """The routers of one request. ``steps``: their ``work``, as a generator that returns the results of all nodes.

    ``patience``: for how long they wait for each other, in seconds.
    """

    fleet: Rollout
    plans: Sequence[RouterPlan]
    work: GroupWork
    steps: Callable[[], Steps]
    patience: float
    begun: list[str] = field(default_factory=list)
    over: bool = False
    error: Exception | None = None
    ended: list[NodeResult] = field(default_factory=list)

    def member(self, plan: RouterPlan) -> GroupMember:
        """The run of one of the routers."""
        return GroupMember(self, plan)

    def drive(self) -> Steps:
        """Do the work, for all of them. Raises what comes up in it, which then is the end of each of them."""
        try:
            why = yield from self._together()
            if why is None:
                self.ended = yield from self.steps()
            else:
                words = f"nothing was sent: {why}"
                self.ended = [node for plan in self.plans for node in results_of(plan, "not_started", words)]
        except Abandoned:
            raise
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.error = error
            raise
        finally:
            self.over = True

    def _together(self) -> Steps:
        """Wait until each router may begin. Returns why one never may; None: all have begun."""
        clock = self.fleet.loop.clock
        since = clock.now()
        while len(self.begun) < len(self.plans):
            why = self._left_out() or self._too_many()
            if why is None and clock.now() - since > self.patience:
                why = f"its routers could not begin together within {format_duration(self.patience)}"
            if why:
                return why
            yield False
        return None

    def _left_out(self) -> str | None:
        """Why one of the routers is not begun any more."""
        progress = self.fleet.progress
        ended = next((plan.router for plan in self.plans if plan.router in progress.states), None)
        if ended is not None:
            return f"the same request would move {ended}, which was not begun ({reason_of(progress.results[ended])})"
        return self.fleet.admission.stopped

    def _too_many(self) -> str | None:
        """Why they can never be begun together: some of them would wait for the ends of the others."""
        state, number = self.fleet.admission.state(), len(self.plans)
        if number + len(state.unknowns) > self.fleet.bounds.in_flight:
            return (
                f"one request would move {number} routers, and of {self.fleet.bounds.in_flight} slots (in_flight) "
                f"{len(state.unknowns)} are held by routers that ended unknown"
            )
        hold = held_by_canaries(state.canaries)
        if hold is not None and not hold.stop and not state.canaries.over:
            return (
                f"one request would move {number} routers, and no more than {state.canaries.wanted} come first, as "
                "canaries. Set sequencing to node"
            )
        return None


@dataclass
class GroupMember:
    """One of the routers: its place in the rollout, and its share of the results. The first to begin does the work."""

    group: GroupRun
    plan: RouterPlan
    aside = False
    #: It keeps its slot until the end: the request is one for all of them.
    proving = False

    @property
    def results(self) -> list[NodeResult]:
        """The results of its nodes so far."""
        return self._own(self.group.work.results)

    @property
    def took(self) -> list[tuple[str, float]]:
        """How long what took, once for all of them."""
        return self.group.work.took if self._leads else []

    @property
    def accepted(self) -> bool:
        """True if the conductor accepted the request that was sent last."""
        return self.group.work.accepted

    @property
    def bad_end(self) -> str:
        """See RouterRun."""
        return bad_end_of(self._own(self.group.work.ended))

    @property
    def _leads(self) -> bool:
        return self.group.begun[:1] == [self.plan.router]

    def steps(self, check_mode: bool = False) -> Steps:
        """Do the work, or wait for its end. Raises whatever has come up in it."""
        self.group.begun.append(self.plan.router)
        if self._leads:
            yield from self.group.drive()
        while not self.group.over:
            yield False
        if self.group.error is not None:
            raise self.group.error
        return self._own(self.group.ended)

    def _own(self, results: Sequence[NodeResult]) -> list[NodeResult]:
        return [result for result in results if result.router == self.plan.router]
