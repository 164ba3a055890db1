# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the routers of a rollout end, each with its results: worked on to the end, broken off, or never begun."""

from __future__ import annotations

from collections.abc import Sequence

from ..planning.plan import RouterPlan
from .broken_off import EXPECTED, results_after, words_of
from .events import RouterEnded
from .left_out import results_of, with_download, with_left_alone
from .listeners.ledger import NodeLedger
from .results import NodeResult, reason_of, router_state
from .rollout_admission import RolloutAdmission
from .rollout_progress import ActiveRouter


class RouterEnds:
    """Records the ends of routers where they count: in the progress of the rollout, its batch, and the events."""

    def __init__(self, admission: RolloutAdmission) -> None:
        self._admission = admission
        self._progress = admission.progress
        self._context = admission.context

    def break_off(self, active: ActiveRouter, error: Exception | None) -> None:
        """The work on a router ended with an error, in its own steps or, after too many others, in those of the run."""
        if error is not None and not isinstance(error, EXPECTED):
            self._admission.drain(error)
        plan, words = active.plan, words_of(error) if error else "the run ended"
        if active in self._progress.active:
            self.release(active)
        if plan in self._progress.waiting or plan.router in self._progress.states:
            return  # it broke off after its own end
        self._end_broken_off(plan, active.run.results, words)

    def break_off_all(self, words: str, unsent: str = "") -> bool:
        """The whole rollout was broken off, at any point, for this reason. False if all of its routers had ended.

        ``unsent``: the reason for nodes to which nothing was sent, where it is another one.
        """
        progress, ended = self._progress, self._context.events.listener(NodeLedger).ended
        left = [plan for plan in progress.plans if plan.router not in ended]
        concluded = {active.plan.router: active.run.results for active in progress.active}
        progress.active, progress.waiting = [], []
        for plan in left:
            if plan.state == "planned":
                self._end_broken_off(plan, concluded.get(plan.router, []), words, unsent)
            else:
                self.end(plan, results_of(plan))
        return bool(left)

    def _end_broken_off(self, plan: RouterPlan, concluded: Sequence[NodeResult], words: str, unsent: str = "") -> None:
        entries = self._context.events.listener(NodeLedger).of_router(plan.router)
        left = results_of(plan, "not_started", f"nothing was sent: {unsent or words}")
        self.end(plan, results_after(left, concluded, entries, words, not self._admission.moves, unsent))

    def release(self, active: ActiveRouter) -> None:
        """Nobody works on this router any more: its slot is free."""
        self._progress.active.remove(active)
        self._admission.poller.forget(active.plan.router)

    def end(self, plan: RouterPlan, results: list[NodeResult]) -> None:
        """The router has ended with these results."""
        router, results = plan.router, with_left_alone(plan, results)
        if self._admission.lane:
            download = self._admission.lane.sent_to(router)
            if download:
                results = [with_download(result, download) for result in results]
                self._admission.batch.downloaded(router)
            self._admission.lane.forget(router)
        self._progress.results[router] = results
        self._progress.states[router] = state = router_state(results)
        planned = plan.state == "planned"
        self._admission.batch.ended(router, state, results)
        self._context.events.emit(RouterEnded(state, reason_of(results), tuple(results), planned, router=router))

    def leave_out(self) -> None:
        """The routers that were not started until the end of the run."""
        for plan in self._progress.waiting:
            reason = self._admission.not_sent(plan, self._admission.stopped or "it could not be started")
            self.end(plan, results_of(plan, "not_started", reason))
        self._progress.waiting = []
