# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rolling window over many routers: as soon as one ends, the next one starts.

Which may start is decided in ``gate``; what is done with a router stands in ``sequence``. Here all of them share one
clock and one list of assets, and what happens is told while it happens.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ..clock import format_duration, format_timestamp
from ..pcli.errors import PcliError
from ..planning.admission import (
    FAILURES,
    RolloutLimits,
    RolloutState,
    breaker_reason,
    may_download,
    may_go_on,
    may_start,
)
from ..planning.durations import Durations
from ..planning.plan import RouterPlan, expected_time
from ..software.assets import Asset
from ..software.names import NameRefused
from .context import Abandoned, Steps
from .download_lane import NO_FIGURES, DownloadLane
from .journal import JournalError
from .left_out import results_of, with_downloads
from .loop import Loop, Pacer, look
from .poller import StatusPoller
from .results import NodeResult, reason_of, router_state
from .router_upgrade import ReleaseMissing, RouterUpgrade
from .status import Pulse, RunRecord, StatusFile, status_data, summary_line


@dataclass
class _Active:
    """A router that is being worked on."""

    plan: RouterPlan
    run: RouterUpgrade
    steps: Steps
    #: Does it take no slot any more? See Situation.
    aside: bool = False


@dataclass
class Rollout:
    """One roll-out. ``stop_file``: as soon as it exists, nothing new starts (rule 25)."""

    loop: Loop
    poller: StatusPoller
    bounds: RolloutLimits
    durations: Durations
    status: StatusFile
    record: RunRecord
    operation: str = "upgrade"
    version: str = ""
    stop_file: str | None = None
    #: Brings the release to the routers ahead of their upgrades. None: nothing is downloaded.
    lane: DownloadLane | None = None
    #: Does this roll-out move nodes? Downloads do not: they hold no slots, and spend nothing of the run's budget.
    moves: bool = True
    #: Why nothing new was started any more; None while that may still happen, and where everything was started.
    stopped: str | None = None
    results: dict[str, list[NodeResult]] = field(default_factory=dict)
    _plans: list[RouterPlan] = field(default_factory=list)
    _by_name: dict[str, RouterPlan] = field(default_factory=dict)
    _waiting: list[RouterPlan] = field(default_factory=list)
    _active: list[_Active] = field(default_factory=list)
    _baseline: dict[tuple[str, str], Asset] = field(default_factory=dict)
    _breaker: str | None = None
    _breaker_at: float = 0.0
    _states: dict[str, str] = field(default_factory=dict)
    _ended_at: dict[str, str] = field(default_factory=dict)
    _began: float = 0.0

    # -- the whole of it --------------------------------------------------------------------------------------

    def run(self, plans: Sequence[RouterPlan], make: Callable[[RouterPlan], RouterUpgrade]) -> list[NodeResult]:
        """Roll over the routers of the plan; ``make`` makes the run of one. Every node comes back with a result.

        Raises Abandoned. What goes wrong with one router never stops the others.
        """
        self._prepare(plans)
        pace, pulse = Pacer(self.loop), Pulse(self.loop.clock)
        while self._waiting or self._active:
            if not self.loop.alive():
                self._publish("stopping", force=True)
                raise Abandoned("Nobody waits for this task any more. What was sent goes on; a new run takes it up.")
            self._watch_authority()
            self._set_aside()
            news = self._download()
            self._start(make)
            news = self._step() or news
            self._publish("stopping" if self.stopped else "running")
            if pulse.due():
                self._tell_how_far()
            if not self._active and (self.stopped or not self._waiting):
                break
            pace.wait(news)
            look(self.poller)
        self._leave_out()
        self._publish("ended", force=True)
        self._save()
        self.loop.tell(self.line())
        return [one for plan in plans for one in self.results[plan.router]]

    def may_continue(self, plan: RouterPlan, left: Sequence[str]) -> tuple[bool, str]:
        """May the next node of a router that has begun start now? If not, and it never will, why not.

        ``left``: its nodes that are still to be done. A stop file does not leave a pair half done.
        """
        if self.poller.final:
            return False, str(self.poller.final)
        nodes = tuple(node for node in plan.nodes if node.node in left)
        rest = self._left(replace(plan, nodes=nodes))
        situation = self._situation()
        first = len(nodes) == len(plan.nodes)
        situation = replace(situation, stop_file=situation.stop_file and first)
        decision = may_go_on(rest, situation, self.bounds, self.durations, first)
        return decision.go, decision.reason if decision.stop or decision.never else ""

    def in_transition(self) -> set[str]:
        """Routers that are worked on, came to a bad end, or are not settled: what leads to them is no loss."""
        unsettled = {asset.router for asset in self.poller.assets() if not asset.settled and asset.router}
        bad = {router for router, state in self._states.items() if state not in ("done", "up_to_date", "skipped")}
        return unsettled | bad | {one.plan.router for one in self._active}

    def _prepare(self, plans: Sequence[RouterPlan]) -> None:
        self._plans, self._began = list(plans), self.loop.clock.now()
        self._by_name = {plan.router: plan for plan in plans}
        self._baseline = {(asset.router, asset.node): asset for asset in self.poller.assets() if asset.settled}
        for plan in plans:
            if plan.state != "planned":
                self._end(plan.router, results_of(plan))
        # What is under way already holds its slot from the beginning.
        self._waiting = sorted((plan for plan in plans if plan.state == "planned"), key=lambda plan: not plan.adopted)
        if self.lane:
            self.lane.prepare(self._waiting)
        self._publish("running", force=True)

    # -- downloads --------------------------------------------------------------------------------------------

    def _download(self) -> bool:
        """One round of the lane of the downloads. True if anything has ended there."""
        if self.lane is None:
            return False
        situation, open_ = self._situation(), not self.stopped and self.poller.answers and not self.poller.final

        def may(plan: RouterPlan) -> bool:
            return open_ and may_download(plan, situation, self.bounds, self.durations).go

        news = self.lane.step(self._waiting, may, [one.plan.router for one in self._active if one.run.accepted])
        for seconds in self.lane.took:
            self.durations.add("download", seconds)
        self.lane.took.clear()
        for plan, state, reason, downloads in self.lane.over():
            self._waiting.remove(plan)
            self._end(plan.router, with_downloads(results_of(plan, state, reason), downloads))
        return news

    def _set_aside(self) -> None:
        """A download that tells no figure must not keep others waiting for hours; it is followed all the same."""
        for active in self._active:
            if active.run.aside and not active.aside:
                self.loop.tell(f"{active.plan.router}: {NO_FIGURES}")
            active.aside = active.aside or active.run.aside

    def _ready(self, plan: RouterPlan) -> bool:
        return self.lane is None or self.lane.ready(plan.router)

    def _left(self, plan: RouterPlan, begun: bool = False) -> RouterPlan:
        """The plan without downloads that take no more time."""
        return self.lane.left(plan, begun) if self.lane else plan

    def _put_back(self, active: _Active, words: str) -> None:
        """Its release is not there yet: it waits again, in its old place, and gives its slot back."""
        order = {plan.router: place for place, plan in enumerate(self._plans)}
        self._waiting = sorted([*self._waiting, active.plan], key=lambda plan: order[plan.router])
        line = self.lane.refused(active.plan, words)
        if line:
            self.loop.tell(f"{active.plan.router}: {line}")

    # -- starting ---------------------------------------------------------------------------------------------

    def _start(self, make: Callable[[RouterPlan], RouterUpgrade]) -> None:
        """Start what may start now."""
        self.stopped = self.stopped or (str(self.poller.final) if self.poller.final else None)
        started = True
        while started and self._waiting and not self.stopped:
            started = False
            full = sum(not one.aside for one in self._active) >= self.bounds.in_flight
            situation = self._situation()
            for plan in self._waiting[:1] if full else list(self._waiting):
                decision = may_start(self._left(plan, begun=True), situation, self.bounds, self.durations)
                if decision.stop:
                    self.stopped = decision.reason
                    self.loop.tell(f"nothing new is started any more: {decision.reason}")
                    return
                if decision.full:
                    break
                if decision.never:
                    self._waiting.remove(plan)
                    self._end(plan.router, results_of(plan, "not_started", self._not_sent(plan, decision.reason)))
                    started = True
                    break
                if decision.go and self._ready(plan):
                    self._waiting.remove(plan)
                    run = make(plan)
                    run.since = self.loop.clock.now()
                    self._active.append(_Active(plan, run, run.steps()))
                    started = True
                    break

    def _situation(self) -> RolloutState:
        clock = self.loop.clock
        return RolloutState(
            now=clock.wall(),
            running=[one.plan for one in self._active],
            aside=sum(one.aside for one in self._active),
            waiting=self._waiting,
            ended=self._states,
            total=len(self._plans),
            failures_before=self.record.failures if self.moves else 0,
            total_before=self.record.total if self.moves else 0,
            bad_before=self.record.bad if self.moves else {},
            failing=FAILURES if self.moves else ("failed",),
            holding=self.moves,
            stop_file=bool(self.stop_file) and os.path.exists(self.stop_file),
            parent_gone=not self.loop.alive(),
            breaker=self._breaker,
            breaker_since=clock.now() - self._breaker_at if self._breaker else 0.0,
        )

    def _watch_authority(self) -> None:
        """Rule 24: new starts pause while assets that nobody works on leave their settled state."""
        ours = {one.plan.router for one in self._active}
        ours |= {router for router, state in self._states.items() if state not in ("done", "up_to_date", "skipped")}
        now = {(asset.router, asset.node): asset for asset in self.poller.assets()}
        here = self.poller.here[0]
        reason = breaker_reason(self._baseline, now, ours, here, self.bounds.breaker_percent)
        if not self.poller.answers:
            reason = f"the conductor cannot be asked ({self.poller.trouble or self.poller.final})"
        if reason and not self._breaker:
            self._breaker_at = self.loop.clock.now()
            self.loop.tell(f"new starts pause: {reason}")
        elif self._breaker and not reason:
            self.loop.tell("the authority is well again: new starts go on")
        self._breaker = reason

    # -- what runs --------------------------------------------------------------------------------------------

    def _step(self) -> bool:
        """One step of every router that is worked on. True if anything is new or due."""
        news = False
        for active in list(self._active):
            try:
                news = next(active.steps) or news
                continue
            except StopIteration as end:
                results = end.value
            except ReleaseMissing as missing:
                self._active.remove(active)
                self.poller.forget(active.plan.router)
                self._put_back(active, str(missing))
                news = True
                continue
            except (PcliError, JournalError, NameRefused) as error:
                results = self._broken(active, str(error))
            self._active.remove(active)
            self.poller.forget(active.plan.router)
            for kind, seconds in active.run.took:
                self.durations.add(kind, seconds)
            self._end(active.plan.router, results)  # pylint: disable=used-before-assignment
            news = True
        return news

    def _broken(self, active: _Active, words: str) -> list[NodeResult]:
        """A router at which something came up that its own steps do not know how to go on from."""
        results = list(active.run.results)
        known = {result.node for result in results}
        for one in results_of(active.plan, "not_started", f"nothing was sent: {words}"):
            if one.node not in known:
                results.append(one)
        return results

    def _end(self, router: str, results: list[NodeResult]) -> None:
        self.results[router] = results
        if self.lane:
            self.lane.forget(router)
        self._states[router] = state = router_state(results)
        self._ended_at[router] = format_timestamp(self.loop.clock.wall())
        if self._by_name[router].state == "planned":
            self.loop.tell(f"{router}: {state.upper()}: {reason_of(results)}")

    def _leave_out(self) -> None:
        for plan in self._waiting:
            reason = self._not_sent(plan, self.stopped or "it could not be started")
            self._end(plan.router, results_of(plan, "not_started", reason))
        self._waiting = []

    def _not_sent(self, plan: RouterPlan, reason: str) -> str:
        """Why a router was not begun; a download that was asked for goes on by itself, and is told of."""
        download = self.lane.sent_to(plan.router) if self.lane else None
        return f"its upgrade was not sent: {reason}. {download}" if download else f"nothing was sent: {reason}"

    # -- what people see --------------------------------------------------------------------------------------

    def _tell_how_far(self) -> None:
        self.loop.tell(self.line())
        downloads = self.lane.line() if self.lane and not self.stopped else None
        if downloads:
            self.loop.tell(downloads)

    def line(self) -> str:
        """How far it is, in one line."""
        return summary_line(
            self._totals(), len(self._active), len(self._waiting), self.loop.clock.now() - self._began, self._eta()
        )

    def _totals(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for state in self._states.values():
            counts[state] = counts.get(state, 0) + 1
        return counts

    def _eta(self) -> float | None:
        if self.stopped and not self._active:
            return None
        now = self.loop.clock.now()
        left = [max(0.0, self._expected(one.plan) - (now - one.run.began)) for one in self._active]
        left += [] if self.stopped else [self._expected(plan) for plan in self._waiting]
        held = sum(state == "unknown" for state in self._states.values()) if self.moves else 0
        return self.durations.eta(left, max(1, self.bounds.in_flight - held))

    def _expected(self, plan: RouterPlan) -> float:
        return expected_time(self._left(plan).nodes, plan.sequencing, self.durations)

    def _publish(self, state: str, force: bool = False) -> None:
        """Rewrite the status file, at most once a second: of a large fleet it is long."""
        clock = self.loop.clock
        if not self.status.wanted(force):
            return
        active = {one.plan.router: one.run for one in self._active}
        self.status.write(
            status_data(
                run_id=self.loop.journal.run_id,
                operation=self.operation,
                version=self.version,
                started=clock.wall() - timedelta(seconds=clock.now() - self._began),
                now=clock.wall(),
                state=state,
                reason=self.stopped or "",
                targets={plan.router: self._target(plan, active.get(plan.router)) for plan in self._plans},
                eta=None if state == "ended" else self._eta(),
            ),
            force,
        )

    def _target(self, plan: RouterPlan, run: RouterUpgrade | None) -> dict:
        """What the status file says of one router."""
        clock, nodes = self.loop.clock, run.results if run else self.results.get(plan.router, [])
        state = self._states.get(plan.router, "waiting")
        reason = "; ".join(one.reason for one in nodes if one.state == state) or plan.reason
        entry = {"state": state, "phase": None, "since": self._ended_at.get(plan.router), "reason": reason}
        if run:
            since = format_timestamp(clock.wall() - timedelta(seconds=clock.now() - run.since))
            entry |= {"state": "running", "phase": run.phase, "since": since}
        lane = self.lane.phase(plan.router) if self.lane and state == "waiting" and not run else None
        if lane:
            since = format_timestamp(clock.wall() - timedelta(seconds=clock.now() - lane[2]))
            entry |= {"phase": lane[0], "since": since}
        known = {one.node: one for one in nodes}
        entry["nodes"] = [
            {
                "node": node.node,
                "state": known[node.node].state if node.node in known else "waiting",
                "phase": None if node.node in known else _phase_of(node.node, run, lane),
                "version": known[node.node].running_version if node.node in known else node.from_version,
            }
            for node in plan.nodes
        ]
        return entry

    def _save(self) -> None:
        """Counters that span batches (A5). What cannot be written down is only a convenience."""
        record = self.record
        failed = {router: state for router, state in self._states.items() if state in FAILURES}
        if self.moves:
            record.failures += len(failed)
            record.total += len(self._plans)
            record.bad |= failed
            record.stopped = self.stopped
        record.durations = self.durations.as_data()
        warning = record.save()
        if warning:
            self.loop.tell(warning)

    def report(self) -> dict:
        """The run itself, as data."""
        clock = self.loop.clock
        elapsed = clock.now() - self._began
        return {
            "run_id": self.loop.journal.run_id,
            "started": format_timestamp(clock.wall() - timedelta(seconds=elapsed)),
            "ended": format_timestamp(clock.wall()),
            "elapsed": round(elapsed),
            "took": format_duration(elapsed),
            "stopped": self.stopped,
        }


def _phase_of(node: str, run: RouterUpgrade | None, lane: tuple[str, str, float] | None) -> str | None:
    """What is done at a node that has no result yet; an empty name of a node stands for all of its router."""
    phase, at = (run.phase, run.node) if run else (lane[0], lane[1]) if lane else (None, "")
    return phase if at in (node, "") else None
