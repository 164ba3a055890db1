# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the status file of a rollout, for dashboards: at most once a second, since of a large fleet it is long."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ...clock import format_timestamp, parse_record_timestamp
from ...planning.plan import NodePlan, RouterPlan
from ...reports.report_data import NO_WORD
from ...software.versions import spelled
from ..context import RunContext
from ..cut_short import by_router, left_behind
from ..events import (
    Event,
    NodeConcluded,
    PhaseEntered,
    RouterEnded,
    RouterPutBack,
    RouterStarted,
    RunBegan,
    RunEnded,
    RunProgressed,
    RunView,
)
from ..report_texts import clean_text
from ..results import NodeResult
from ..status import WAITING, status_data
from .ledger import NodeLedger


@dataclass
class _Router:
    """What was reported of one router so far. ``phase`` stands for all nodes where ``node`` is empty."""

    plan: RouterPlan
    state: str = WAITING
    phase: str | None = None
    node: str = ""
    since: datetime | None = None
    results: dict[str, NodeResult] = field(default_factory=dict)
    #: The nodes to which something was sent, and nobody follows it any more: how that is told.
    left: dict[str, str] | None = None

    def cut_short(self, left: dict[str, str]) -> None:
        """Nobody follows these nodes any more."""
        self.state, self.phase, self.node, self.left = "unknown", None, "", left

    def take(self, event: Event) -> None:
        """Take note of what has happened to it."""
        if isinstance(event, RouterStarted):
            self.state, self.phase, self.node, self.since = "running", "waiting", "", event.at
        elif isinstance(event, PhaseEntered):
            self.phase, self.node, self.since = event.phase, event.node, event.at
        elif isinstance(event, NodeConcluded):
            self.results[event.node] = event.result
        elif isinstance(event, RouterPutBack):
            self.state, self.phase, self.node, self.since, self.results = WAITING, None, "", None, {}
        elif isinstance(event, RouterEnded):
            self.state, self.phase, self.node, self.since = event.state, None, "", event.at
            self.results = {result.node: result for result in event.results}

    def as_data(self) -> dict:
        """The entry of the router."""
        reasons = self._left_words()
        reasons += [result.reason for result in self.results.values() if result.state == self.state]
        return {
            "state": self.state,
            "phase": self.phase,
            "since": format_timestamp(self.since) if self.since else None,
            "reason": clean_text("; ".join(reasons) or self.plan.reason),
            "nodes": [self._node(node) for node in self.plan.nodes],
        }

    def _left_words(self) -> list[str]:
        if self.left is None:
            return []
        several = len(self.plan.nodes) > 1
        return [f"{node}: {words}" if several else words for node, words in self.left.items()] or [NO_WORD]

    def _node(self, node: NodePlan) -> dict:
        """The entry of one node."""
        result = self.results.get(node.node)
        return {
            "node": node.node,
            "state": result.state if result else "unknown" if node.node in (self.left or {}) else "waiting",
            "phase": self.phase if result is None and self.node in (node.node, "") else None,
            "version": spelled(result.running_version if result else node.from_version) or None,
        }


class StatusWriter:
    """Keeps what was reported of each router, and writes it after each round."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._run: RunBegan | None = None
        self._routers: dict[str, _Router] = {}
        #: The entries of all routers of this run before this task, and when its first batch began.
        self._earlier: dict[str, dict] = {}
        self._began_at: datetime | None = None
        #: Which batch it is, and when all must be over.
        self._batch: int | None = None
        self._window_end: str | None = None
        #: Has the work of this task ended, so that nothing of it can be interrupted any more?
        self._over = False

    def on_event(self, event: Event) -> None:
        """Take note of an event; write the file where a round, or the run, is over."""
        if self._context.status_file is None:
            return
        if isinstance(event, RunBegan):
            self._begin(event)
        elif isinstance(event, RunProgressed):
            state = "stopping" if event.run.stopped else "running"
            if event.last:
                self.interrupt()
            else:
                self._write(event.at, state, event.run.stopped, event.run)
        elif isinstance(event, RunEnded):
            # The other batches of the run, which wait, get their end from the task that ends the run.
            others = [entry for name, entry in self._earlier.items() if name not in self._routers]
            waits = any(entry.get("state") == WAITING for entry in others)
            self._over = True
            self._write(event.at, "running" if waits else "ended", event.stopped, force=True)
        elif event.router in self._routers:
            self._routers[event.router].take(event)

    def interrupt(self) -> None:
        """Nobody follows what was sent any more: the file says so, and to which routers something was sent."""
        if self._context.status_file is None or self._run is None or self._over:
            return
        left = by_router(left_behind(self._context.events.listener(NodeLedger)))
        for name, router in self._routers.items():
            if name in left or router.state == "running":
                router.cut_short(left.get(name, {}))
        self._write(self._context.clock.wall(), "interrupted", None, force=True)

    def _begin(self, event: RunBegan) -> None:
        self._run, self._over = event, False
        self._routers = {plan.router: _Router(plan) for plan in event.plans}
        earlier = self._context.status_file.earlier(event.run_id, event.operation) if event.run_id else {}
        self._earlier = dict(earlier.get("targets", {}))
        self._began_at = parse_record_timestamp(earlier["started"]) if earlier else event.at
        self._batch, self._window_end = earlier.get("batch"), earlier.get("window_end")

    def _write(
        self, now: datetime, state: str, stopped: str | None, run: RunView | None = None, force: bool = False
    ) -> None:
        file, began = self._context.status_file, self._run
        if began is None or not file.wanted(force):
            return
        if run is not None and run.window_end is not None:
            self._window_end = format_timestamp(run.window_end)
        data = status_data(
            run_id=began.run_id,
            operation=began.operation,
            version=began.version,
            started=self._began_at or began.at,
            now=now,
            state=state,
            reason=clean_text(stopped or ""),
            targets={
                **self._earlier,
                **{router: self._entry(entry, run) for router, entry in self._routers.items()},
            },
            eta=run.seconds_left() if run else None,
            origin=file.origin,
            batch=self._batch,
            window_end=self._window_end,
        )
        file.write(data, force)

    def _entry(self, router: _Router, run: RunView | None) -> dict:
        """The entry of a router; one that waits for its release has the phase of that."""
        waits = run.phase_of_waiting(router.plan.router) if run and router.state == "waiting" else None
        if waits is None:
            return router.as_data()
        clock, (phase, node, since) = self._context.clock, waits
        since_then = clock.wall() - timedelta(seconds=clock.now() - since)
        return _Router(router.plan, "waiting", phase, node, since_then).as_data()
