# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applies ``planning/admission`` to a running rollout: which router may start, and may one that has begun go on?

It makes no rules of its own; it gives them the state of the rollout.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ..planning.admission import FAILURES, RolloutLimits, RolloutState, may_download, may_go_on, may_start, no_slot
from ..planning.durations import Durations
from ..planning.plan import RouterPlan
from .batch_watch import BatchWatch
from .begun import has_begun
from .broken_off import words_of
from .context import RunContext
from .download_lane import DownloadLane
from .events import StartsPaused, StartsStopped
from .join_text import sentences
from .listeners.ledger import NodeLedger
from .poller import StatusPoller
from .rollout_progress import CircuitBreaker, RolloutProgress


@dataclass(frozen=True)
class Start:
    """A router that may start now, or with a reason in ``never`` one that will not be started in this run."""

    plan: RouterPlan
    never: str = ""


@dataclass
class RolloutAdmission:
    """See the module. ``stop_file``: as soon as it exists, nothing new starts (rule 25)."""

    context: RunContext
    poller: StatusPoller
    bounds: RolloutLimits
    durations: Durations
    progress: RolloutProgress
    batch: BatchWatch
    breaker: CircuitBreaker
    stop_file: str | None = None
    operation: str = "upgrade"
    #: Does this rollout move nodes? Downloads do not: they hold no slots, and spend nothing of the run's budget.
    moves: bool = True
    #: Brings the release to the routers ahead of their upgrades. None: nothing is downloaded.
    lane: DownloadLane | None = None
    #: Why nothing new was started any more; None while that may still happen, and where everything was started.
    stopped: str | None = None
    #: Why everybody waits for the canaries, as far as it was reported.
    _waits: str = ""
    #: Was it reported that the conductor has enough to do?
    _loaded: bool = False
    #: Since when routers of exclusive groups are not well.
    _unwell_since: dict[str, float] = field(default_factory=dict)

    def next_start(self) -> Start | None:
        """The first router that may start, or the first that never may; None where there is none, or no more."""
        if self.poller.final and not self.stopped:
            self.stopped = str(self.poller.final)
        if self.stopped or not self.progress.waiting:
            return None
        state, waiting = self.state(), list(self.progress.waiting)
        full = sum(not (active.aside or active.waits) for active in self.progress.active) >= self.bounds.in_flight
        full = full and bool(no_slot(state, self.bounds))
        for plan in waiting[:1] if full else waiting:
            decision = may_start(self.left_of(plan, begun=True), state, self.bounds, self.durations)
            if decision.stop:
                self.stopped = decision.reason
                self.context.events.emit(StartsStopped(decision.reason))
                return None
            if decision.full:
                self._report_canaries(decision.reason, state)
                return None
            if decision.never:
                return Start(plan, self.not_sent(plan, decision.reason))
            if decision.go and (self.lane is None or self.lane.ready(plan.router)):
                return Start(plan)
        return None

    def may_continue(self, plan: RouterPlan, left: Sequence[str]) -> tuple[bool, str]:
        """May the next node of a router that has begun start now? If not, and it never will, why not.

        ``left``: its nodes that are still to be done. A stop file does not leave a pair half done that we have begun.
        What somebody else has begun there is followed; the first command of ours is a start as any other.
        """
        if self.poller.final:
            return False, str(self.poller.final)
        nodes = tuple(node for node in plan.nodes if node.node in left)
        rest = self.left_of(replace(plan, nodes=nodes))
        state = self.state(plan.router)
        # A record alone has let it start before all others, so what is sent first is a start as any other.
        first = not has_begun(
            self.context, self.poller, plan.router, self.operation, plan.to_version, open_counts=not plan.recorded
        )
        state = replace(state, stop_file=state.stop_file if first else False)
        slotless = plan.found_at_work and (first or not self.progress.has_turn(plan.router))
        decision = may_go_on(rest, state, self.bounds, self.durations, first, found_at_work=slotless)
        if plan.found_at_work:
            self.progress.take_turn(plan.router, decision.go, first)
        return decision.go, decision.reason if decision.stop or decision.never else ""

    def downloads(self) -> Callable[[RouterPlan], bool]:
        """Whether a download to a router may begin now, as a function of its plan."""
        state, opened = self.state(), not self.stopped and self.poller.answers and not self.poller.final
        return lambda plan: opened and may_download(plan, state, self.bounds, self.durations).go

    def in_transition(self) -> set[str]:
        """Routers that are worked on, came to a bad end, or are not settled: what leads to them is no loss."""
        unsettled = {asset.router for asset in self.poller.assets() if not asset.settled and asset.router}
        return unsettled | self.progress.active_routers() | self.progress.ended_badly()

    def moved(self) -> set[str]:
        """Routers whose assets may be away because of our own commands. What is followed for another reason is news."""
        entries = self.context.events.listener(NodeLedger).entries()
        begun = {node_id.router for node_id, entry in entries.items() if entry.ours}
        earlier = set(self.batch.earlier()[2]) - set(self.batch.record.relapsed)
        return begun | self.progress.ended_badly() | earlier

    def left_of(self, plan: RouterPlan, begun: bool = False) -> RouterPlan:
        """The plan without downloads that take no more time."""
        return self.lane.left(plan, begun) if self.lane else plan

    def state(self, asks: str = "") -> RolloutState:
        """This moment, for the admission of routers. ``asks``: the router that asks for its turn, if it is active."""
        progress = self.progress
        failures, total, bad = self.batch.earlier() if self.moves else (0, 0, {})
        return RolloutState(
            now=self.context.clock.wall(),
            running=[active.plan for active in progress.active],
            aside=sum(active.aside and not active.waits for active in progress.active),
            resting=frozenset(active.plan.router for active in progress.active if active.waits),
            asking=frozenset(active.plan.router for active in progress.active if active.asks),
            # Whether a slot is free matters to those that wait, and to what was found at work and asks for one.
            proving=self.proving() if progress.waiting or asks else frozenset(),
            waiting=progress.waiting,
            ended={**self._ending_badly(), **progress.states},
            total=len(progress.plans),
            failures_before=failures,
            total_before=total,
            bad_before=bad,
            stopped_before=self.batch.refusal() if self.moves else None,
            canaries=self.batch.canaries(asks),
            failing=FAILURES if self.moves else ("failed",),
            holding=self.moves and not self.bounds.reverts,
            stop_file=self.stop_file if self.stop_file and os.path.exists(self.stop_file) else False,
            parent_gone=not self.context.alive(),
            breaker=self.breaker.reason,
            breaker_since=self.breaker.paused_for,
            load=self._load(),
            unwell=self._unwell(),
            recent_left=self.batch.recent_left() if self.moves else None,
        )

    def proving(self) -> frozenset[str]:
        """The routers that only have to be proven; none where that makes no difference."""
        if not self.bounds.in_proof:
            return frozenset()
        return frozenset(active.plan.router for active in self.progress.active if active.proving)

    def _load(self) -> str | None:
        """Why the conductor has enough to do with what runs; where nothing of ours does, waiting changes nothing."""
        load = self.poller.load.too_high
        if bool(load) != self._loaded:
            self._loaded = bool(load)
            words = f"new starts pause: {load}; while nothing of this run is at work, one is started all the same"
            self.context.tell(words if load else "the conductor answers again: new starts go on")
            if not self.breaker.reason:  # one pause at a time is told to those that keep them
                self.context.events.emit(StartsPaused(load or ""))
        return load if self._at_work else None

    @property
    def _at_work(self) -> bool:
        """Does anything of this run work that will end soon? Not what waits for its turn, or is set aside."""
        active = any(not (active.waits or active.aside) for active in self.progress.active)
        return active or (self.lane is not None and self.lane.busy)

    def _ending_badly(self) -> dict[str, str]:
        """Routers that are worked on and have a node that came to a bad end, which is explained or taken back now."""
        active = {active.plan.router: active.run.bad_end for active in self.progress.active}
        return {router: state for router, state in active.items() if state}

    def _report_canaries(self, reason: str, state: RolloutState) -> None:
        """Say once that the others wait for the canaries, and once that these bake."""
        canaries = state.canaries
        held = canaries.wanted and ("canaries" in reason or "in place of batch" in reason)
        waits = f"{canaries.over} {canaries.in_place_of}" if held else ""
        if waits and waits != self._waits:
            self.context.tell(reason)
        self._waits = waits or self._waits

    def _unwell(self) -> dict[str, tuple[str, float]]:
        """The routers of exclusive groups that nobody works on and that are not well, wherever they belong (rule 23).

        While the conductor does not answer nothing starts anyway.
        """
        now, unwell = self.context.clock.now(), {}
        active = self.progress.active_routers()
        for router in self.progress.grouped:
            nodes = self.poller.peers(router, "")
            words = [f"has {node.node} {node.status}" for node in nodes if not node.settled]
            listed = {(node.router, node.node) for node in nodes}
            words += [
                f"has {node_id.node} in no list of assets"
                for node_id in self.poller.nodes_of(router)
                if node_id not in listed
            ]
            words = words or ([] if nodes else ["is not in the list of assets"])
            if router in active or not words:
                self._unwell_since.pop(router, None)
                continue
            since = self._unwell_since.setdefault(router, now)
            unwell[router] = (words[0], now - since)
        return unwell

    def not_sent(self, plan: RouterPlan, reason: str) -> str:
        """Why a router was not begun; a download that was asked for goes on by itself, and is mentioned."""
        download = self.lane.sent_to(plan.router) if self.lane else None
        if download:
            return sentences(f"its upgrade was not sent: {reason}", download)
        return f"nothing was sent: {reason}"

    def drain(self, error: Exception) -> None:
        """Nothing new is started any more, since an error came up that nobody expected."""
        if not self.stopped:
            self.stopped = words_of(error)
            self.context.events.emit(StartsStopped(self.stopped))
