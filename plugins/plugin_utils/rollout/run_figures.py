# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a run over all its tasks, from its events: how many routers are in which state, and for how long."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..clock import Clock, format_timestamp, parse_record_timestamp
from ..planning.admission import FAILURES
from ..software.counts import counted
from .events import Event, PhaseEntered, RouterEnded, RouterPutBack, RouterStarted, RunBegan, RunView
from .results import STATES
from .status import WAITING

RUNNING = "running"
#: The states after which somebody must look at a router: what was sent there did not end well.
NEEDS_PERSON = FAILURES


@dataclass(frozen=True)
class Review:
    """What the record of a run says between two batches, and at its end (``over``), of all its routers.

    ``reasons``: why routers are relapsed; ``stopped``: why no other batch begins, None where one may.
    """

    routers: Sequence[str]
    verdicts: Mapping[str, str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    stopped: str | None = None
    over: bool = False


@dataclass
class RunFigures:
    """``routers``: the state of each router of the run; ``phases``: seconds and number of those that have left each."""

    clock: Clock
    operation: str = ""
    version: str = ""
    started: datetime | None = None
    last_progress: datetime | None = None
    routers: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    phases: dict[str, tuple[float, int]] = field(default_factory=dict)
    #: The phase of each router that is in one, and since when, by the clock.
    _since: dict[str, tuple[str, float]] = field(default_factory=dict)
    #: The nodes of the only router of a run that has one.
    _nodes: tuple[str, ...] = ()

    # -- what happens -------------------------------------------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, RunBegan):
            self.operation, self.version = event.operation, event.version or self.version
            self.started = self.started or self.clock.wall()
            self._nodes = tuple(node.node for plan in event.plans for node in plan.nodes)
            self.know(plan.router for plan in event.plans)
            self.routers.update(dict.fromkeys((plan.router for plan in event.plans), WAITING))
        if isinstance(event, RunBegan) or event.router:
            # By the controller's clock: an event may have the time of a conductor, whose clock may be wrong.
            self.last_progress = self.clock.wall()
        if isinstance(event, RouterStarted):
            self.routers[event.router] = RUNNING
            self._leave(event.router)
        elif isinstance(event, PhaseEntered):
            self._enter(event.router, event.phase, self.clock.now())
        elif isinstance(event, (RouterPutBack, RouterEnded)):
            self._leave(event.router)
            ended = isinstance(event, RouterEnded)
            self.end(event.router, event.state, event.reason) if ended else self.wait(event.router)

    def review(self, review: Review) -> None:
        """Take what the record of the run says."""
        self.started = self.started or self.clock.wall()
        self.know(review.routers)
        for router, state in review.verdicts.items():
            self.end(router, state, review.reasons.get(router, ""))
        if review.over:
            self.end_all()

    def know(self, routers: Iterable[str]) -> None:
        """These routers belong to the run; those that are new wait."""
        for router in routers:
            self.routers.setdefault(router, WAITING)

    def wait(self, router: str) -> None:
        """A router waits again."""
        self.routers[router] = WAITING

    def end(self, router: str, state: str, reason: str = "") -> None:
        """What became of a router."""
        self.routers[router] = state
        if state in NEEDS_PERSON and reason:
            self.reasons[router] = reason

    def end_all(self, state: str = "not_started") -> None:
        """The run is over: whoever still waits was never begun, and of whoever was worked on nobody knows."""
        for router, known in self.routers.items():
            self.routers[router] = {WAITING: state, RUNNING: "unknown"}.get(known, known)

    def look(self, view: RunView | None) -> None:
        """Note in which phase the routers are that wait, for their release."""
        for router in [name for name, state in self.routers.items() if state == WAITING] if view else ():
            phase = view.phase_of_waiting(router)
            if phase is None:
                self._leave(router)
            else:
                self._enter(router, phase[0], phase[2])

    def _enter(self, router: str, phase: str, since: float) -> None:
        if self._since.get(router, ("", 0.0))[0] != phase:
            self._leave(router)
            self._since[router] = (phase, since)
            self.last_progress = self.clock.wall()

    def _leave(self, router: str) -> None:
        phase, since = self._since.pop(router, ("", 0.0))
        if phase:
            seconds, count = self.phases.get(phase, (0.0, 0))
            self.phases[phase] = (seconds + max(0.0, self.clock.now() - since), count + 1)

    # -- what they say ------------------------------------------------------------------------------------------------

    def totals(self) -> dict[str, int]:
        """How many routers are in each state: those that wait and are worked on first, then worst first."""
        counts = dict.fromkeys((WAITING, RUNNING, *STATES), 0)
        for state in self.routers.values():
            counts[state] = counts.get(state, 0) + 1
        return counts

    def failures(self) -> list[str]:
        """The routers that count as failures."""
        return [router for router, state in self.routers.items() if state in FAILURES]

    @property
    def subject(self) -> str:
        """What the run is about: its only router, with its nodes, or how many there are."""
        if len(self.routers) != 1:
            return counted(len(self.routers), "router")
        router = next(iter(self.routers))
        nodes = [node for node in self._nodes if node and node != router]
        return f"{router} ({', '.join(nodes)})" if nodes else router

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return (self.clock.wall() - self.started).total_seconds() if self.started else 0.0

    # -- from one task to the next ------------------------------------------------------------------------------------

    def as_data(self) -> dict:
        """The figures as plain data."""
        times = {"started": self.started, "last_progress": self.last_progress}
        return {
            "operation": self.operation,
            "version": self.version,
            "routers": self.routers,
            "reasons": self.reasons,
            "phases": {phase: list(figures) for phase, figures in self.phases.items()},
            **{name: format_timestamp(moment) if moment else None for name, moment in times.items()},
        }

    @classmethod
    def from_data(cls, data: Mapping, clock: Clock) -> RunFigures:
        """What earlier tasks have counted; fresh figures where that is none."""
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
            started, progress = (
                parse_record_timestamp(data[key]) if data[key] else None for key in ("started", "last_progress")
            )
            return cls(
                clock,
                str(data["operation"]),
                str(data["version"]),
                started,
                progress,
                {str(router): str(state) for router, state in data["routers"].items()},
                {str(router): str(reason) for router, reason in data["reasons"].items()},
                {str(phase): (float(sum_), int(count)) for phase, (sum_, count) in data["phases"].items()},
            )
        return cls(clock)
