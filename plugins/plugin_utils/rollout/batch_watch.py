# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout as one batch of its run: what earlier batches left, its canaries, and who of those done relapses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..planning.batches import BAD, CanaryState, foremost, held_by_canaries, stages_before
from ..planning.durations import Durations
from ..planning.plan import RouterPlan
from .context import RunContext
from .events import Judged
from .levels import QUIET
from .node_log import apply
from .poller import StatusPoller
from .relapse import RelapseWatch, departure
from .results import NodeResult
from .rollout_progress import RolloutProgress
from .run_record import Batch, RunRecord
from .run_record_data import save_record

#: The states of nodes that must stay as they are. What was left alone was away before.
_WELL = ("done", "up_to_date")


@dataclass
class BatchWatch:
    """``bake``: for how long the canaries must have been done before the others begin, in seconds (rule 48).

    ``counts`` False: a download or a revert. Its routers are no batch of the run.
    """

    context: RunContext
    poller: StatusPoller
    record: RunRecord
    progress: RolloutProgress
    bake: float = 0.0
    counts: bool = True
    batch: Batch = field(default_factory=lambda: Batch({}))
    _before: int = 0
    _earlier: tuple[int, int, dict[str, str]] | None = None
    _refusal: str | None = None
    _recent_left: int | None = None

    def __post_init__(self) -> None:
        self._relapses = RelapseWatch(self.poller, self.context.clock, self.context.limits.flap)

    def begin(self, plans: Sequence[RouterPlan]) -> None:
        """These routers are a batch of the run from now on."""
        if self.counts:
            self.batch = self.record.take_batch(plan.router for plan in plans)
            self._before = len(self.record.batches) - 1
            self._forget()
            self._write()  # where nothing comes back from this task, it is known that it has begun

    def ended(self, router: str, state: str, results: Sequence[NodeResult]) -> None:
        """A router of this batch has its verdict."""
        if not self.counts:
            return
        self.batch.verdicts[router] = state
        if state in BAD:
            self._forget()
        if was_tried(results):
            self.batch.tried = list(dict.fromkeys([*self.batch.tried, router]))
            if state == "done":
                self.record.done[router] = {
                    result.node: result.running_version for result in results if result.state in _WELL
                }
        self._mark_canaries()

    def downloaded(self, router: str) -> None:
        """A download was sent to a router of this batch."""
        if self.counts and router not in self.batch.downloads:
            self.batch.downloads.append(router)

    def save(self, stopped: str | None, durations: Durations) -> None:
        """Record what spans batches (A5). ``stopped``: why this rollout started nothing more."""
        record = self.record
        if self.counts and self.context.alive():  # what ends with the main process is no limit of the run
            record.stopped = record.stopped or stopped
            record.blind = str(self.poller.final) if self.poller.final else None
        record.durations = durations.as_data()
        self._write()

    def _write(self) -> None:
        """Write the record down. Where that fails, only a convenience is lost."""
        warning = save_record(self.record)
        if warning:
            self.context.tell(warning, QUIET)

    def watch(self) -> dict[str, str]:
        """The routers that are relapsed since the last poll, with the reason. Those of earlier batches are recorded."""
        relapsed = self._relapses.watch(self.record.done) if self.record.done else {}
        for router, reason in relapsed.items():
            self.record.relapse(router, reason)
            self._forget()
        return relapsed

    def relapsed_results(self, results: Sequence[NodeResult], reason: str) -> list[NodeResult]:
        """The results of a router that was done and is relapsed: its nodes that are not as they were."""
        changed = [
            apply(result, Judged("relapsed", reason))
            if result.state in _WELL
            and departure(self.poller.asset(result.router, result.node), result.running_version)
            else result
            for result in results
        ]
        return changed if any(result.state == "relapsed" for result in changed) else list(results)

    # -- what counts when a router is to begin --------------------------------------------------------------------

    def earlier(self) -> tuple[int, int, dict[str, str]]:
        """Of the earlier batches: how many failed, how many routers there were, and those that did not end well."""
        if not self.counts:
            return 0, 0, {}
        if self._earlier is None:
            bad = self.record.bad(self._before)
            self._earlier = len(bad), self.record.total(self._before), bad
            self._refusal = self.record.refusal(self._before)
            self._recent_left = self.record.recent_left(self._before)
        return self._earlier

    def refusal(self) -> str | None:
        """Why nothing new begins because of how the routers of this run have ended; None where it may."""
        self.earlier()
        return self._refusal

    def recent_left(self) -> int | None:
        """How many more bad ends among the routers that ended last stop the run; None where any number may be bad."""
        if not self.counts:
            return None
        self.earlier()
        return self._recent_left

    def canaries(self, asks: str = "") -> CanaryState:
        """Where the canaries of the run are, or the routers that make up for an earlier batch without work (rule 40).

        ``asks``: the router that asks whether it may begin, if it is followed already; then it is none of them.
        The stages come in their order: one that has not been tried with enough routers yet has none behind it.
        """
        if not self.counts or not self.record.canaries or not self._before:
            return CanaryState()  # the first batch is nothing but canaries
        first = self._canaries(self.record.canaries, asks)
        if held_by_canaries(first) or first.before + first.begun < first.wanted:
            return first
        sizes = [len(batch.routers) for batch in self.record.batches[: self._before]]
        for number, wanted in stages_before(sizes, len(self.batch.routers)):
            if wanted <= first.before:
                continue
            stage = self._stage(wanted, number, asks)
            if held_by_canaries(stage):
                return stage
            if stage.before + stage.begun < wanted:
                break
        return first

    def foremost(self) -> int:
        """With how many routers it is tried before the others of this batch begin (planning/batches)."""
        sizes = [len(batch.routers) for batch in self.record.batches[: self._before]]
        tried = self.record.tried(self._before)
        return foremost(sizes, len(self.batch.routers), self.record.canaries or 0, tried)

    def _canaries(self, wanted: int, asks: str) -> CanaryState:
        record, over = self.record, self.record.canaries_ended is not None
        # By the clock of this machine. A time that lies ahead is as good as one from now.
        passed = max(0.0, self.context.clock.now() - record.canaries_ended) if over else 0.0
        return replace(self._foremost(wanted, asks), over=over, bake=max(0.0, self.bake - passed) if over else 0.0)

    def _stage(self, wanted: int, number: int, asks: str) -> CanaryState:
        """Where so many routers are that make up for the batch of this number. Its verdicts are all that is awaited."""
        stage = self._foremost(wanted, asks)
        return replace(stage, over=stage.before + len(set(self.batch.tried)) >= wanted, in_place_of=number)

    def _foremost(self, wanted: int, asks: str) -> CanaryState:
        """So many routers with work that come before all others, in earlier batches and in this one."""
        record, before = self.record, self.record.tried(self._before)
        running = [
            active.plan.router
            for active in self.progress.active
            if not active.waits and active.plan.router != asks  # what waits for its turn is tried by nobody yet
        ]
        own, states = self.batch.tried[: max(0, wanted - before)], self.progress.states
        return CanaryState(
            wanted,
            before=before,
            begun=len(set(self.batch.tried).union(running)),
            running=running,
            bad=[router for router in own if states.get(router) in BAD],
            percent=record.tolerance.percent if record.tolerance else 0.0,
        )

    def _mark_canaries(self) -> None:
        record, tried = self.record, self.record.tried()
        working = [active for active in self.progress.active if not active.waits]
        if record.canaries and record.canaries_ended is None and tried >= record.canaries and not working:
            record.canaries_ended = self.context.clock.now()

    def _forget(self) -> None:
        self._earlier = None


def was_tried(results: Sequence[NodeResult]) -> bool:
    """True if something was sent to a router, or followed there."""
    return any(result.accepted or result.adopted or result.state in (*BAD, "done") for result in results)
