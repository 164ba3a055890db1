# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rolling window over many routers: as soon as one ends, the next one starts.

Which may start is decided in ``planning/admission``; what is done with a router stands in ``router_upgrade``. Here all
of them share one clock and one list of assets, and what happens is reported while it happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from ..planning.admission import RolloutLimits
from ..planning.download_order import Lanes, download_order
from ..planning.durations import Durations
from ..planning.plan import RouterPlan
from ..planning.start_order import LONGEST_FIRST, start_order
from ..software.node_id import NodeId
from .batch_watch import BatchWatch
from .context import Abandoned
from .events import RouterPutBack, RouterStarted, RunBegan, RunEnded, RunProgressed
from .guard import Guard
from .left_out import results_of, with_downloads
from .levels import QUIET
from .listeners.run_report import RunReport
from .loop import Loop, Pacer, poll
from .missing_release import ReleaseMissing
from .node_durations import known_durations
from .poller import StatusPoller
from .release_fetch import NO_FIGURES
from .results import NodeResult
from .rollout_admission import RolloutAdmission
from .rollout_progress import ActiveRouter, CircuitBreaker, RolloutProgress
from .rollout_report import RolloutFigures
from .router_ends import RouterEnds
from .router_run import RouterRun
from .run_record import RunRecord
from .status import Pulse


@dataclass
class Rollout:
    """One rollout. ``admission`` says what may start; ``stop_file``: once it exists, nothing new does (rule 25)."""

    loop: Loop
    poller: StatusPoller
    bounds: RolloutLimits
    durations: Durations
    record: RunRecord
    operation: str = "upgrade"
    version: str = ""
    stop_file: str | None = None
    #: The order of the starts, one of planning/start_order.
    starts: str = LONGEST_FIRST

    def __post_init__(self) -> None:
        self.progress = RolloutProgress()
        self._breaker = CircuitBreaker(self.loop, self.poller, self.bounds.breaker_percent)
        self.batch = BatchWatch(self.loop, self.poller, self.record, self.progress)
        self.admission = RolloutAdmission(
            self.loop,
            self.poller,
            self.bounds,
            self.durations,
            self.progress,
            self.batch,
            self._breaker,
            self.stop_file,
            self.operation,
        )
        self._ends = RouterEnds(self.admission)
        self._figures = RolloutFigures(self.admission)
        self._downloads: list[RouterPlan] = []

    # -- the whole of it ------------------------------------------------------------------------------------------

    def run(self, plans: Sequence[RouterPlan], make: Callable[[RouterPlan], RouterRun]) -> list[NodeResult]:
        """Roll over the routers of the plan; ``make`` makes the run of one. Every node comes back with a result.

        Raises Abandoned. What goes wrong with one router never stops the others, and an error that nobody expected
        only the starts of new ones.
        """
        self._prepare(plans)
        pacer, pulse = Pacer(self.loop), Pulse(self.loop.clock)
        guard = Guard(self.admission.drain)
        while self.progress.waiting or self.progress.active:
            if not self.loop.alive():
                self.loop.events.emit(RunProgressed(self._figures, last=True))
                raise Abandoned("Nobody waits for this task any more. What was sent goes on; a new run takes it up.")
            news = self._round(guard, make)
            guard.run(partial(self._report_progress, pulse))
            if not self.progress.active and (self.admission.stopped or not self.progress.waiting):
                break
            if not self._wait(guard, pacer, news):
                break
            poll(self.poller)
        self._finish(guard)
        return [result for plan in plans for result in self.progress.results[plan.router]]

    def _round(self, guard: Guard, make: Callable[[RouterPlan], RouterRun]) -> bool:
        """One round: what may start does, and what runs gets on by a step. True if anything is new or due."""
        guard.run(self._watch)
        guard.run(self._set_aside)
        news = guard.run(self._download)
        guard.run(lambda: self._start(make))
        return self._step() or bool(news)

    def _wait(self, guard: Guard, pacer: Pacer, news: bool) -> bool:
        """The pause between two rounds. False where not even that works, so that nothing can be followed any more."""
        guard.run(partial(pacer.wait, news))
        if guard.error is not None:
            guard.run(partial(self.loop.clock.sleep, self.loop.limits.poll_max))
        return guard.error is None

    def _finish(self, guard: Guard) -> None:
        """Every router gets its results, whatever has come up."""
        for active in list(self.progress.active):
            self._ends.break_off(active, guard.error)
        self._ends.leave_out()
        guard.run(lambda: self.loop.events.emit(RunEnded(self.admission.stopped)))
        guard.run(partial(self.batch.save, self.admission.stopped, self.durations))
        guard.run(lambda: self.loop.tell(self._figures.line()))

    def break_off(self, why: str, words: str, unsent: str = "") -> None:
        """The task of this rollout ends here: every router gets its results, also one never begun.

        ``why``: the reason for the run; ``words``, ``unsent``: as for :func:`.broken_off.results_after`.
        """
        if self._ends.break_off_all(words, unsent):
            self.admission.stopped = self.admission.stopped or why
            self.loop.events.emit(RunEnded(self.admission.stopped))
            self.batch.save(self.admission.stopped, self.durations)

    def report(self) -> dict:
        """The run itself, as data."""
        return self.loop.events.listener(RunReport).data

    def _prepare(self, plans: Sequence[RouterPlan]) -> None:
        self.poller.load.compare_with(self.record.first_list)
        self.record.first_list = self.poller.load.first
        self.progress.begin(plans, self.loop.clock.now())
        self.batch.counts = self.admission.moves and not self.bounds.reverts
        self.batch.begin(plans)
        self._arrange()
        baseline = self._breaker.begin(self.record.baseline if self.batch.counts else None)
        if self.batch.counts:
            self.record.baseline = baseline
        nodes = [node for plan in plans if plan.state == "planned" for node in (*plan.nodes, *plan.left_alone)]
        self.poller.know([*baseline, *(NodeId(node.router, node.node) for node in nodes)])
        nodes_of = {plan.router: self.poller.nodes_of(plan.router) for plan in plans}  # before anything is written
        for router, node_ids in nodes_of.items():
            self.loop.journal.know(router, [node_id.node for node_id in node_ids])
        self._announce(plans)
        for plan in plans:
            if plan.state != "planned":
                self._ends.end(plan, results_of(plan))
        if self.admission.lane:
            self.admission.lane.prepare(self._downloads)
        self.loop.events.emit(RunProgressed(self._figures))

    def _arrange(self) -> None:
        """Put the routers that have work into the order of their starts, and find that of their downloads."""
        work = self.progress.waiting
        known = known_durations(self.loop.journal, [plan.router for plan in work])
        foremost = self.batch.foremost() if self.batch.counts else 0
        order = start_order(work, self.starts, foremost, self.durations, known)
        self.progress.arrange(order)
        lanes = Lanes(self.bounds.in_flight, self.bounds.downloads_in_flight)
        self._downloads = download_order(order, self.starts, foremost, self.durations, known, lanes)

    def _announce(self, plans: Sequence[RouterPlan]) -> None:
        own, record = self.poller.asset(*self.poller.local_node), self.record
        began = RunBegan(
            self.loop.journal.run_id,
            self.operation,
            self.version,
            tuple(plans),
            batch=len(record.batches) if self.batch.counts else None,
            canaries=record.canaries or 0,
            bounds=self.bounds,
            conductor_version=own.version_text if own else None,
        )
        self.loop.events.emit(began)

    # -- what this run has not moved --------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Compare the authority with what it was when the run began, and what this run has done with what it is now."""
        moved = self.admission.moved()
        if self.bounds.reverts:  # that those are not well is why they are taken back
            moved |= {plan.router for plan in self.progress.plans}
        self._breaker.watch(moved)
        for router, reason in self.batch.watch().items():
            plan = next((plan for plan in self.progress.plans if plan.router == router), None)
            if plan is None:
                self.loop.tell(f"{router}: RELAPSED: {reason}", QUIET)
            else:
                self._ends.end(plan, self.batch.relapsed_results(self.progress.results[router], reason))

    # -- downloads ------------------------------------------------------------------------------------------------

    def _download(self) -> bool:
        """One round of the lane of the downloads. True if anything has ended there."""
        progress, lane = self.progress, self.admission.lane
        if lane is None:
            return False
        accepted = [active.plan.router for active in progress.active if active.run.accepted]
        news = lane.step(progress.waiting, self.admission.downloads(), accepted)
        for seconds in lane.took:
            self.durations.add("download", seconds)
        lane.took.clear()
        for plan, state_of_router, reason, downloads in lane.over():
            progress.waiting.remove(plan)
            self._ends.end(plan, with_downloads(results_of(plan, state_of_router, reason), downloads))
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
        line = self.admission.lane.refused(active.plan, words)
        if line:
            self.loop.tell(f"{active.plan.router}: {line}")

    # -- starting -------------------------------------------------------------------------------------------------

    def _start(self, make: Callable[[RouterPlan], RouterRun]) -> None:
        """Start what may start now, and end what never may."""
        progress = self.progress
        while (start := self.admission.next_start()) is not None:
            plan = start.plan
            progress.waiting.remove(plan)
            if start.never:
                self._ends.end(plan, results_of(plan, "not_started", start.never))
                continue
            run = make(plan)
            progress.active.append(ActiveRouter(plan, run, run.steps(), self.loop.clock.now()))
            self.loop.events.emit(RouterStarted(router=plan.router))

    # -- what runs, and what has ended ----------------------------------------------------------------------------

    def _step(self) -> bool:
        """One step of every router that is worked on. True if anything is new or due."""
        news = False
        for active in list(self.progress.active):
            try:
                news = self._advance(active) or news
            except Abandoned:
                raise
            except Exception as error:  # pylint: disable=broad-exception-caught
                self._ends.break_off(active, error)
                news = True
        return news

    def _advance(self, active: ActiveRouter) -> bool:
        """One step of one router. True if anything is new or due. Raises whatever its work raises."""
        try:
            return next(active.steps)
        except StopIteration as end:
            results = end.value
        except ReleaseMissing as missing:
            self._ends.release(active)
            self._put_back(active, str(missing))
            return True
        self._ends.release(active)
        for kind, seconds in active.run.took:
            self.durations.add(kind, seconds)
        self._ends.end(active.plan, results)
        return True

    def _report_progress(self, pulse: Pulse) -> None:
        self.loop.events.emit(RunProgressed(self._figures))
        if not pulse.due():
            return
        self.loop.tell(self._figures.line())
        lane = self.admission.lane
        downloads = lane.line() if lane and not self.admission.stopped else None
        if downloads:
            self.loop.tell(downloads)
