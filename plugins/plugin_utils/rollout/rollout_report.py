# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people and dashboards see of a rollout while it runs: the line, the estimate, the status file."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from ..clock import format_duration, format_timestamp
from ..planning.admission import RolloutLimits
from ..planning.durations import Durations
from ..planning.plan import NodePlan, RouterPlan, expected_time
from .download_lane import DownloadLane
from .loop import Loop
from .results import NodeResult
from .rollout_progress import RolloutProgress
from .router_upgrade import RouterUpgrade
from .status import StatusFile, status_data, summary_line


class RolloutView(Protocol):
    """What of a rollout is reported: see :class:`~.rollout.Rollout`."""

    loop: Loop
    bounds: RolloutLimits
    durations: Durations
    status: StatusFile
    operation: str
    version: str
    lane: DownloadLane | None
    moves: bool
    stopped: str | None
    progress: RolloutProgress

    def left_of(self, plan: RouterPlan) -> RouterPlan:
        """The plan without downloads that take no more time."""


def progress_line(rollout: RolloutView) -> str:
    """How far it is, in one line."""
    progress = rollout.progress
    elapsed = rollout.loop.clock.now() - progress.began
    counts = len(progress.active), len(progress.waiting)
    return summary_line(progress.totals(), *counts, elapsed, seconds_left(rollout))


def seconds_left(rollout: RolloutView) -> float | None:
    """Seconds until all is done; None where that cannot be estimated."""
    progress = rollout.progress
    if rollout.stopped and not progress.active:
        return None
    now = rollout.loop.clock.now()
    left = [max(0.0, _expected(rollout, active.plan) - (now - active.run.began)) for active in progress.active]
    left += [] if rollout.stopped else [_expected(rollout, plan) for plan in progress.waiting]
    held = progress.totals().get("unknown", 0) if rollout.moves else 0
    return rollout.durations.eta(left, max(1, rollout.bounds.in_flight - held))


def _expected(rollout: RolloutView, plan: RouterPlan) -> float:
    return expected_time(rollout.left_of(plan).nodes, plan.sequencing, rollout.durations)


def publish(rollout: RolloutView, state: str, force: bool = False) -> None:
    """Rewrite the status file, at most once a second: of a large fleet it is long."""
    clock, progress = rollout.loop.clock, rollout.progress
    if not rollout.status.wanted(force):
        return
    active = {active.plan.router: active.run for active in progress.active}
    rollout.status.write(
        status_data(
            run_id=rollout.loop.journal.run_id,
            operation=rollout.operation,
            version=rollout.version,
            started=clock.wall() - timedelta(seconds=clock.now() - progress.began),
            now=clock.wall(),
            state=state,
            reason=rollout.stopped or "",
            targets={plan.router: _router_entry(rollout, plan, active.get(plan.router)) for plan in progress.plans},
            eta=None if state == "ended" else seconds_left(rollout),
        ),
        force,
    )


def _router_entry(rollout: RolloutView, plan: RouterPlan, run: RouterUpgrade | None) -> dict:
    """What the status file says of one router."""
    progress, lane = rollout.progress, rollout.lane
    results = run.results if run else progress.results.get(plan.router, [])
    state = progress.states.get(plan.router, "waiting")
    reason = "; ".join(result.reason for result in results if result.state == state) or plan.reason
    entry = {"state": state, "phase": None, "since": progress.ended_at.get(plan.router), "reason": reason}
    phase = None
    if run:
        phase = (run.phase, run.node, run.since)
        entry["state"] = "running"
    elif lane and state == "waiting":
        phase = lane.phase(plan.router)
    if phase:
        clock = rollout.loop.clock
        since = format_timestamp(clock.wall() - timedelta(seconds=clock.now() - phase[2]))
        entry |= {"phase": phase[0], "since": since}
    by_node = {result.node: result for result in results}
    entry["nodes"] = [_node_entry(node, by_node.get(node.node), phase) for node in plan.nodes]
    return entry


def _node_entry(node: NodePlan, result: NodeResult | None, phase: tuple[str, str, float] | None) -> dict:
    """What the status file says of one node. A phase without a node stands for all of the router."""
    shown = phase[0] if phase and phase[1] in (node.node, "") else None
    return {
        "node": node.node,
        "state": result.state if result else "waiting",
        "phase": None if result else shown,
        "version": result.running_version if result else node.from_version,
    }


def run_as_data(rollout: RolloutView) -> dict:
    """The run itself, as data."""
    clock = rollout.loop.clock
    elapsed = clock.now() - rollout.progress.began
    return {
        "run_id": rollout.loop.journal.run_id,
        "started": format_timestamp(clock.wall() - timedelta(seconds=elapsed)),
        "ended": format_timestamp(clock.wall()),
        "elapsed": round(elapsed),
        "took": format_duration(elapsed),
        "stopped": rollout.stopped,
    }
