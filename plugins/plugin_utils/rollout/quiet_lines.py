# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few lines of a quiet run: what happens to a router, and now and then how far all of it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..checks.waiter import SILENCE
from ..clock import format_duration
from ..planning.plan import RouterPlan
from ..software import operation_status
from ..software.counts import some
from .events import (
    Adopted,
    Event,
    NodeConcluded,
    PhaseEntered,
    Refused,
    RouterEnded,
    RouterPutBack,
    RouterStarted,
    RunBegan,
    RunProgressed,
    RunView,
    Stepped,
    StillAtWork,
)
from .results import STATES
from .status import summary_line

#: Up to so many routers of a run each have lines of their own.
FEW = 30
#: A router is overdue when it has taken so many times what was expected.
_OVERDUE = 1.5
#: Routers that a line names as overdue.
_NAMED = 3


@dataclass
class _Started:
    """A router that is worked on, and since when; its phase, and since when that."""

    at: float
    phase: str = ""
    since: float = 0.0


@dataclass
class QuietLines:
    """Takes the events of a task, each with the time of the clock, and gives the lines. ``hosts``: of the whole run."""

    hosts: int = 0
    _plans: dict[str, RouterPlan] = field(default_factory=dict)
    _states: dict[str, str] = field(default_factory=dict)
    _active: dict[str, _Started] = field(default_factory=dict)
    _fresh: list[str] = field(default_factory=list)
    _rollout: bool = False
    _began: float | None = None
    _spoke: float = 0.0
    _tenths: int = 0
    #: Work outside a rollout: the last that was seen of each node.
    _seen: dict[str, str] = field(default_factory=dict)

    def lines(self, event: Event, now: float) -> list[str]:
        """The lines about an event; none for most of them. ``now``: seconds of a clock that never goes back."""
        if self._began is None:
            self._began = self._spoke = now
        lines = (
            self._of_rollout(event, now) if self._rollout or isinstance(event, RunBegan) else self._alone(event, now)
        )
        if lines:
            self._spoke = now
        return lines

    @property
    def few(self) -> bool:
        """True while each router of the run has lines of its own."""
        return max(self.hosts, len(self._plans)) <= FEW

    # -- a rollout ------------------------------------------------------------------------------------------------

    def _of_rollout(self, event: Event, now: float) -> list[str]:
        if isinstance(event, RunBegan):
            self._plans = {plan.router: plan for plan in event.plans if plan.state == "planned"}
            self._states, self._active, self._fresh = {}, {}, []
            self._rollout, self._began, self._tenths = True, now, 0
        elif isinstance(event, RouterStarted):
            self._active[event.router] = _Started(now)
            self._fresh.append(event.router)
        elif isinstance(event, PhaseEntered) and event.router in self._active:
            started = self._active[event.router]
            started.phase, started.since = event.phase, now
        elif isinstance(event, RouterPutBack):
            return self._put_back(event)
        elif isinstance(event, RouterEnded):
            return self._ended(event)
        elif isinstance(event, RunProgressed):
            lines = self._begun()
            return lines if not self._due(now, bool(lines)) else [*lines, self._summary(event, now)]
        return []

    def _begun(self) -> list[str]:
        """The line about all that were begun since the last round: those of a batch often begin together."""
        fresh, self._fresh = self._fresh, []
        return [f"begun: {', '.join(fresh)}"] if fresh and self.few else []

    def _put_back(self, event: RouterPutBack) -> list[str]:
        self._active.pop(event.router, None)
        if event.router in self._fresh:
            self._fresh.remove(event.router)
            return []
        return [f"{event.router}: waits again: {event.words}"] if self.few else []

    def _ended(self, event: RouterEnded) -> list[str]:
        self._active.pop(event.router, None)
        if event.router in self._plans:
            self._states[event.router] = event.state
        # Of those that never had a turn there may be hundreds; the reason stands in a line of its own.
        bad = not STATES[event.state].ok and event.state != "not_started"
        if not event.planned or not (self.few or bad):
            return []
        return [*self._begun(), f"{event.router}: {event.state.upper()}: {event.reason}"]

    def _due(self, now: float, spoken: bool) -> bool:
        """Is it time for the line about all of them? Each tenth of many routers is worth one as well."""
        tenths = 10 * len(self._states) // max(1, len(self._plans))
        further = tenths > self._tenths and not self.few
        self._tenths = tenths
        return further or (not spoken and now - self._spoke >= SILENCE)

    def _summary(self, event: RunProgressed, now: float) -> str:
        """How far all of it is, and which routers take longer than expected."""
        waiting = [router for router in self._plans if router not in self._states and router not in self._active]
        left = event.run.seconds_left()
        elapsed = now - (self._began or 0.0)
        counts = {state: list(self._states.values()).count(state) for state in set(self._states.values())}
        line = summary_line(counts, len(self._active), len(waiting), elapsed, left)
        loading = sum(event.run.phase_of_waiting(router) is not None for router in waiting)
        line += f" ({loading} of those that wait get their release)" if loading else ""
        line += _margin(event.at, left, event.run)
        overdue = self._overdue(now)
        return f"{line}; overdue: {some(overdue, _NAMED)}" if overdue else line

    def _overdue(self, now: float) -> list[str]:
        """Routers that take much longer than expected, the worst first, with their phase."""
        late = []
        for router, started in self._active.items():
            over = now - started.at - self._plans[router].expected if router in self._plans else 0.0
            if over > (_OVERDUE - 1) * self._plans[router].expected and over > 0:
                phase = f"{started.phase} for " if started.phase else "at work for "
                late.append((over, f"{router} ({phase}{format_duration(now - (started.since or started.at))})"))
        return [text for _over, text in sorted(late, key=lambda item: (-item[0], item[1]))]

    # -- nodes of the conductor, and other work outside a rollout ---------------------------------------------------

    def _alone(self, event: Event, now: float) -> list[str]:
        if isinstance(event, NodeConcluded):
            self._seen.pop(event.name, None)
            return [f"{event.name or event.node}: {event.result.state.upper()}: {event.result.reason}"]
        if isinstance(event, Adopted):
            return [f"{event.name}: {event.words}"]
        if isinstance(event, Stepped) and not event.quiet:
            self._seen[event.name] = event.what
            if event.what.startswith("sent: ") or isinstance(event, Refused):
                return [step_line(event)]
        if isinstance(event, StillAtWork) and now - self._spoke >= SILENCE:
            last = "; ".join(f"{name}: {what}" for name, what in self._seen.items())
            took = format_duration(now - (self._began or 0.0))
            return [f"still at work after {took}{f' ({last})' if last else ''}"]
        return []


def step_line(event: Stepped) -> str:
    """The line about a step of a node, with the gist of the conductor's words."""
    return f"{event.name}: {event.what}" + (f": {operation_status.gist(event.words)}" if event.words else "")


def _margin(now: datetime | None, left: float | None, run: RunView) -> str:
    """How the estimate lies in the window; empty where there is none of the two."""
    if now is None or left is None or run.window_end is None:
        return ""
    margin = (run.window_end - (now + timedelta(seconds=left))).total_seconds()
    which = "before the window ends" if margin >= 0 else "after the window has ended"
    return f", {format_duration(abs(margin))} {which}"
