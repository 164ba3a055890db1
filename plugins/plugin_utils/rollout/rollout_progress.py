# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the routers of a rollout stand: those that wait, those that are worked on, those that have ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..planning.admission import Standing, breaker_reason
from ..planning.batches import BAD
from ..planning.plan import RouterPlan
from ..software.assets import Asset
from ..software.node_id import NodeId
from .context import RunContext, Steps
from .events import StartsPaused
from .levels import QUIET
from .poller import StatusPoller
from .results import NodeResult
from .router_run import RouterRun

#: States of routers that are well: what leaves its settled state there is news.
_WELL = ("done", "up_to_date", "skipped")
#: An asset of which only that is known.
_SETTLED = Asset(None, None, None, settled=True)


@dataclass
class ActiveRouter:
    """A router that is being worked on."""

    plan: RouterPlan
    run: RouterRun
    steps: Steps
    began: float
    #: Does it take no slot any more? See RolloutState.
    aside: bool = False
    #: Of one that was found at work: True once it may be sent something, which gives it a slot until it ends; False
    #: while it waits for that, nothing was sent to it yet, and nothing runs there; None: nobody has asked.
    turn: bool | None = None
    #: Of one that was found at work: does it ask for a slot, and has not got it?
    asks: bool = False

    @property
    def waits(self) -> bool:
        """True while it is not worked on, since its turn has not come."""
        return self.turn is False

    @property
    def proving(self) -> bool:
        """True while it only has to be proven. What was found at work keeps its slot until its end."""
        return not self.plan.found_at_work and self.run.proving


@dataclass
class RolloutProgress:
    """The routers of a rollout. ``states`` and ``results``: of those that have ended, by router."""

    plans: list[RouterPlan] = field(default_factory=list)
    waiting: list[RouterPlan] = field(default_factory=list)
    active: list[ActiveRouter] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    results: dict[str, list[NodeResult]] = field(default_factory=dict)
    began: float = 0.0
    #: The routers of all exclusive groups that matter, also of those that are not in this run.
    grouped: set[str] = field(default_factory=set)
    _order: dict[str, int] = field(default_factory=dict)

    def begin(self, plans: Sequence[RouterPlan], now: float) -> None:
        """These routers are to be done. What is under way already holds its slot from the beginning."""
        self.plans, self.began = list(plans), now
        self.grouped = {router for plan in plans if plan.state == "planned" for router in plan.members}
        planned = [plan for plan in plans if plan.state == "planned"]
        self.arrange(sorted(planned, key=lambda plan: not plan.found_at_work))

    def arrange(self, order: Sequence[RouterPlan]) -> None:
        """The routers that have work are started in this order, as soon as each may be."""
        self.waiting = list(order)
        self._order = {plan.router: at for at, plan in enumerate(self.waiting)}

    def put_back(self, plan: RouterPlan) -> None:
        """A router that could not be begun yet waits again, in its old place."""
        self.waiting = sorted([*self.waiting, plan], key=lambda plan: self._order[plan.router])

    def take_turn(self, router: str, turn: bool, first: bool) -> None:
        """What was found at work, and has ended, may be sent something now, or waits for that. ``first``: of ours."""
        for active in self.active:
            if active.plan.router == router:
                # A pair that we have begun keeps its slot, whatever its second node waits for (I7).
                active.turn = turn if first or turn else active.turn
                active.asks = not active.turn

    def has_turn(self, router: str) -> bool:
        """Was it found at work, and has a slot by now?"""
        return any(active.turn for active in self.active if active.plan.router == router)

    def active_routers(self) -> set[str]:
        """Routers that are worked on."""
        return {active.plan.router for active in self.active}

    def ended_badly(self) -> set[str]:
        """Routers that were worked on and came to a bad end: that their assets are away is no news.

        One to which nothing was sent is lost for another reason, and that is news.
        """
        others = {router for router, state in self.states.items() if state not in (*_WELL, "relapsed")}
        return {router for router in others if self.states[router] in BAD or self._was_moved(router)}

    def _was_moved(self, router: str) -> bool:
        return any(result.accepted for result in self.results[router])

    def totals(self) -> dict[str, int]:
        """How many routers have ended in each state."""
        counts: dict[str, int] = {}
        for state in self.states.values():
            counts[state] = counts.get(state, 0) + 1
        return counts


@dataclass
class CircuitBreaker:
    """Pauses new starts while assets that this run has not moved leave their settled state (rule 24).

    ``percent``: of the assets that were settled at the beginning, how many may have left that state.
    """

    context: RunContext
    poller: StatusPoller
    percent: float
    reason: str | None = None
    _since: float = 0.0
    _baseline: dict[tuple[str, str], Standing] = field(default_factory=dict)

    def begin(self, known: Sequence[NodeId] | None = None) -> list[NodeId]:
        """Take the settled assets of this moment as the baseline, or those that were when the run began (``known``)."""
        if known is None:
            known = [NodeId(*key) for key, asset in self.poller.by_node().items() if asset.settled and all(key)]
        self._baseline = dict.fromkeys(known, _SETTLED)
        return list(known)

    def watch(self, moved: set[str]) -> None:
        """Compare the assets of this moment with the baseline. ``moved``: routers that do not count."""
        conductor_router = self.poller.local_node[0]
        reason = breaker_reason(self._baseline, self.poller.by_node(), moved, conductor_router, self.percent)
        if not self.poller.answers:
            reason = f"the conductor cannot be asked ({self.poller.trouble or self.poller.final})"
        if reason and not self.reason:
            self._since = self.context.clock.now()
            self.context.tell(f"new starts pause: {reason}", QUIET)
            self.context.events.emit(StartsPaused(reason, blind=not self.poller.answers))
        elif self.reason and not reason:
            self.context.tell("the authority is well again: new starts go on", QUIET)
            self.context.events.emit(StartsPaused())
        self.reason = reason

    @property
    def paused_for(self) -> float:
        """Seconds since new starts pause; 0 where they do not."""
        return self.context.clock.now() - self._since if self.reason else 0.0
