# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rolling window over many routers: as soon as one ends, the next one starts.

Which may start is decided in ``planning/admission``; what is done with a router stands in ``router_upgrade``. Here all
of them share one clock and one list of assets, and what happens is reported while it happens.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ..pcli.errors import PcliError
from ..planning.admission import FAILURES, RolloutLimits, RolloutState, may_download, may_go_on, may_start
from ..planning.durations import Durations
from ..planning.plan import RouterPlan
from ..software.names import NameRefused
from .context import Abandoned
from .download_lane import NO_FIGURES, DownloadLane
from .events import RouterEnded, RouterPutBack, RouterStarted, RunBegan, RunEnded, RunProgressed, StartsStopped
from .journal import JournalError
from .left_out import results_of, with_downloads
from .listeners.run_report import RunReport
from .loop import Loop, Pacer, look
from .missing_release import ReleaseMissing
from .poller import StatusPoller
from .results import NodeResult, reason_of, router_state
from .rollout_progress import ActiveRouter, CircuitBreaker, RolloutProgress
from .rollout_report import progress_line, seconds_left
from .router_run import RouterRun
from .status import Pulse, RunRecord


@dataclass
class Rollout:
    """One rollout, a :class:`.RunView`. ``stop_file``: as soon as it exists, nothing new starts (rule 25)."""

    loop: Loop
    poller: StatusPoller
    bounds: RolloutLimits
    durations: Durations
    record: RunRecord
    operation: str = "upgrade"
    version: str = ""
    stop_file: str | None = None
    #: Brings the release to the routers ahead of their upgrades. None: nothing is downloaded.
    lane: DownloadLane | None = None
    #: Does this rollout move nodes? Downloads do not: they hold no slots, and spend nothing of the run's budget.
    moves: bool = True
    #: Why nothing new was started any more; None while that may still happen, and where everything was started.
    stopped: str | None = None
    progress: RolloutProgress = field(default_factory=RolloutProgress)

    def __post_init__(self) -> None:
        self._breaker = CircuitBreaker(self.loop, self.poller, self.bounds.breaker_percent)

    @property
    def results(self) -> dict[str, list[NodeResult]]:
        """The results of the routers that have ended."""
        return self.progress.results

    # -- the whole of it ------------------------------------------------------------------------------------------

    def run(self, plans: Sequence[RouterPlan], make: Callable[[RouterPlan], RouterRun]) -> list[NodeResult]:
        """Roll over the routers of the plan; ``make`` makes the run of one. Every node comes back with a result.

        Raises Abandoned. What goes wrong with one router never stops the others.
        """
        self._prepare(plans)
        progress, pacer, pulse = self.progress, Pacer(self.loop), Pulse(self.loop.clock)
        while progress.waiting or progress.active:
            if not self.loop.alive():
                self.loop.events.emit(RunProgressed(self, last=True))
                raise Abandoned("Nobody waits for this task any more. What was sent goes on; a new run takes it up.")
            self._breaker.watch(progress.touched())
            self._set_aside()
            news = self._download()
            self._start(make)
            news = self._step() or news
            self.loop.events.emit(RunProgressed(self))
            if pulse.due():
                self._report_progress()
            if not progress.active and (self.stopped or not progress.waiting):
                break
            pacer.wait(news)
            look(self.poller)
        self._leave_out()
        self.loop.events.emit(RunEnded(self.stopped))
        self._save()
        self.loop.tell(self.line())
        return [result for plan in plans for result in self.results[plan.router]]

    def line(self) -> str:
        """How far it is, in one line."""
        return progress_line(self)

    def report(self) -> dict:
        """The run itself, as data."""
        return self.loop.events.listener(RunReport).data

    def seconds_left(self) -> float | None:
        """Seconds until all is done; None where that cannot be estimated."""
        return seconds_left(self)

    def phase_of_waiting(self, router: str) -> tuple[str, str, float] | None:
        """What the lane of the downloads does with a router that waits; see :class:`.RunView`."""
        return self.lane.phase(router) if self.lane else None

    def may_continue(self, plan: RouterPlan, left: Sequence[str]) -> tuple[bool, str]:
        """May the next node of a router that has begun start now? If not, and it never will, why not.

        ``left``: its nodes that are still to be done. A stop file does not leave a pair half done.
        """
        if self.poller.final:
            return False, str(self.poller.final)
        nodes = tuple(node for node in plan.nodes if node.node in left)
        rest = self.left_of(replace(plan, nodes=nodes))
        state = self._state()
        first = len(nodes) == len(plan.nodes)
        state = replace(state, stop_file=state.stop_file and first)
        decision = may_go_on(rest, state, self.bounds, self.durations, first)
        return decision.go, decision.reason if decision.stop or decision.never else ""

    def in_transition(self) -> set[str]:
        """Routers that are worked on, came to a bad end, or are not settled: what leads to them is no loss."""
        unsettled = {asset.router for asset in self.poller.assets() if not asset.settled and asset.router}
        return unsettled | self.progress.touched()

    def left_of(self, plan: RouterPlan, begun: bool = False) -> RouterPlan:
        """The plan without downloads that take no more time."""
        return self.lane.left(plan, begun) if self.lane else plan

    def _prepare(self, plans: Sequence[RouterPlan]) -> None:
        self.progress.begin(plans, self.loop.clock.now())
        self._breaker.begin()
        began = RunBegan(self.loop.journal.run_id, self.operation, self.version, tuple(plans))
        self.loop.events.emit(began)
        for plan in plans:
            if plan.state != "planned":
                self._end(plan, results_of(plan))
        if self.lane:
            self.lane.prepare(self.progress.waiting)
        self.loop.events.emit(RunProgressed(self))

    # -- downloads ------------------------------------------------------------------------------------------------

    def _download(self) -> bool:
        """One round of the lane of the downloads. True if anything has ended there."""
        if self.lane is None:
            return False
        progress = self.progress
        state, open_ = self._state(), not self.stopped and self.poller.answers and not self.poller.final

        def may(plan: RouterPlan) -> bool:
            return open_ and may_download(plan, state, self.bounds, self.durations).go

        accepted = [active.plan.router for active in progress.active if active.run.accepted]
        news = self.lane.step(progress.waiting, may, accepted)
        for seconds in self.lane.took:
            self.durations.add("download", seconds)
        self.lane.took.clear()
        for plan, state_of_router, reason, downloads in self.lane.over():
            progress.waiting.remove(plan)
            self._end(plan, with_downloads(results_of(plan, state_of_router, reason), downloads))
        return news

    def _set_aside(self) -> None:
        """A download that tells no figure must not keep others waiting for hours; it is followed all the same."""
        for active in self.progress.active:
            if active.run.aside and not active.aside:
                self.loop.tell(f"{active.plan.router}: {NO_FIGURES}")
            active.aside = active.aside or active.run.aside

    def _put_back(self, active: ActiveRouter, words: str) -> None:
        """Its release is not there yet: it waits again, in its old place, and gives its slot back."""
        self.progress.put_back(active.plan)
        self.loop.events.emit(RouterPutBack(words, router=active.plan.router))
        line = self.lane.refused(active.plan, words)
        if line:
            self.loop.tell(f"{active.plan.router}: {line}")

    # -- starting -------------------------------------------------------------------------------------------------

    def _start(self, make: Callable[[RouterPlan], RouterRun]) -> None:
        """Start what may start now."""
        self.stopped = self.stopped or (str(self.poller.final) if self.poller.final else None)
        while self.progress.waiting and not self.stopped and self._start_next(make):
            pass

    def _start_next(self, make: Callable[[RouterPlan], RouterRun]) -> bool:
        """Start the first router that may start, or end the first that never may. False: there is none."""
        progress, state = self.progress, self._state()
        full = sum(not active.aside for active in progress.active) >= self.bounds.in_flight
        for plan in progress.waiting[:1] if full else list(progress.waiting):
            decision = may_start(self.left_of(plan, begun=True), state, self.bounds, self.durations)
            if decision.stop:
                self.stopped = decision.reason
                self.loop.events.emit(StartsStopped(decision.reason))
                return False
            if decision.full:
                return False
            if decision.never:
                progress.waiting.remove(plan)
                self._end(plan, results_of(plan, "not_started", self._not_sent(plan, decision.reason)))
                return True
            if decision.go and (self.lane is None or self.lane.ready(plan.router)):
                progress.waiting.remove(plan)
                run = make(plan)
                progress.active.append(ActiveRouter(plan, run, run.steps(), self.loop.clock.now()))
                self.loop.events.emit(RouterStarted(router=plan.router))
                return True
        return False

    def _state(self) -> RolloutState:
        """This moment, for the admission of routers."""
        progress = self.progress
        return RolloutState(
            now=self.loop.clock.wall(),
            running=[active.plan for active in progress.active],
            aside=sum(active.aside for active in progress.active),
            waiting=progress.waiting,
            ended=progress.states,
            total=len(progress.plans),
            failures_before=self.record.failures if self.moves else 0,
            total_before=self.record.total if self.moves else 0,
            bad_before=self.record.bad if self.moves else {},
            failing=FAILURES if self.moves else ("failed",),
            holding=self.moves,
            stop_file=bool(self.stop_file) and os.path.exists(self.stop_file),
            parent_gone=not self.loop.alive(),
            breaker=self._breaker.reason,
            breaker_since=self._breaker.paused_for,
        )

    # -- what runs, and what has ended ----------------------------------------------------------------------------

    def _step(self) -> bool:
        """One step of every router that is worked on. True if anything is new or due."""
        news = False
        for active in list(self.progress.active):
            try:
                news = next(active.steps) or news
                continue
            except StopIteration as end:
                results = end.value
            except ReleaseMissing as missing:
                self._release(active)
                self._put_back(active, str(missing))
                news = True
                continue
            except (PcliError, JournalError, NameRefused) as error:
                results = _broken(active, str(error))
            self._release(active)
            for kind, seconds in active.run.took:
                self.durations.add(kind, seconds)
            self._end(active.plan, results)  # pylint: disable=used-before-assignment
            news = True
        return news

    def _release(self, active: ActiveRouter) -> None:
        """Nobody works on this router any more: its slot is free."""
        self.progress.active.remove(active)
        self.poller.forget(active.plan.router)

    def _end(self, plan: RouterPlan, results: list[NodeResult]) -> None:
        progress, router = self.progress, plan.router
        progress.results[router] = results
        if self.lane:
            self.lane.forget(router)
        progress.states[router] = state = router_state(results)
        planned = plan.state == "planned"
        self.loop.events.emit(RouterEnded(state, reason_of(results), tuple(results), planned, router=router))

    def _leave_out(self) -> None:
        """The routers that were not started until the end of the run."""
        for plan in self.progress.waiting:
            reason = self._not_sent(plan, self.stopped or "it could not be started")
            self._end(plan, results_of(plan, "not_started", reason))
        self.progress.waiting = []

    def _not_sent(self, plan: RouterPlan, reason: str) -> str:
        """Why a router was not begun; a download that was asked for goes on by itself, and is mentioned."""
        download = self.lane.sent_to(plan.router) if self.lane else None
        return f"its upgrade was not sent: {reason}. {download}" if download else f"nothing was sent: {reason}"

    def _report_progress(self) -> None:
        self.loop.tell(self.line())
        downloads = self.lane.line() if self.lane and not self.stopped else None
        if downloads:
            self.loop.tell(downloads)

    def _save(self) -> None:
        """Counters that span batches (A5). What cannot be written down is only a convenience."""
        record = self.record
        failed = {router: state for router, state in self.progress.states.items() if state in FAILURES}
        if self.moves:
            record.failures += len(failed)
            record.total += len(self.progress.plans)
            record.bad |= failed
            record.stopped = self.stopped
        record.durations = self.durations.as_data()
        warning = record.save()
        if warning:
            self.loop.tell(warning)


def _broken(active: ActiveRouter, words: str) -> list[NodeResult]:
    """The results of a router at which something came up that its own steps do not know how to go on from."""
    results = list(active.run.results)
    known = {result.node for result in results}
    left = results_of(active.plan, "not_started", f"nothing was sent: {words}")
    return [*results, *(result for result in left if result.node not in known)]
