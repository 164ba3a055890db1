# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes of a router one after the other: never the second while the first is not proven to be done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..clock import stamp
from ..conductor import Request
from ..pcli.errors import PcliError
from .engine import Engine, Job
from .journal import JournalError
from .plan import Target
from .verdicts import NodeResult, Step

GOOD = ("done", "up_to_date", "planned")


@dataclass(frozen=True)
class HealthWish:
    """Whether the vendor's own health check is run after a node, and what an unreadable answer means (rule 17)."""

    run: bool = True
    unknown: str = "warn"
    timeout: float = 900


def upgrade_target(
    engine: Engine, target: Target, job: Job, sequencing: str, health: HealthWish, check_mode: bool
) -> list[NodeResult]:
    """Upgrade the nodes of one target in order, or with one request where the vendor sequences them."""
    if sequencing == "vendor" or job.request.simultaneous:
        request = replace(job.request, router=target.router, node=None if target.whole else target.nodes[0])
        results = engine.run(replace(job, request=request, nodes=target.places), check_mode=check_mode)
        for result in results:
            prove_health(engine, result, health)
        return results
    results: list[NodeResult] = []
    for place in target.places:
        mine = next((one for one in results if (one.router, one.node) == place), None)
        if mine is not None:
            continue  # moved by itself with its peer, and followed to its end already
        bad = next((one for one in results if one.state not in GOOD), None)
        if bad is not None:
            results.append(
                NodeResult(*place, reason=f"nothing was sent, since {bad.node} is {bad.state}", to_version=job.wanted)
            )
            continue
        request = replace(job.request, router=place[0], node=place[1])
        try:
            found = engine.run(replace(job, request=request, nodes=(place,)), check_mode=check_mode)
        except (PcliError, JournalError) as error:
            if not results:
                raise
            # What became of the nodes before must not get lost.
            found = [NodeResult(*place, reason=f"nothing was sent: {error}", to_version=job.wanted)]
        for result in found:
            prove_health(engine, result, health)
        results += found
    return results


def prove_health(engine: Engine, result: NodeResult, health: HealthWish) -> None:
    """A node is done only if its own health check does not fail; an unreadable answer warns, or holds by setting."""
    if result.state != "done" or not health.run:
        return
    conductor = engine.conductor
    engine.tell(f"{result.node}: the conductor's own health check runs")
    try:
        if not conductor.release().at_least(6, 3, 0):
            result.warnings.append("no health check of the vendor's exists below 6.3")
            return
        request = Request("health-check", router=result.router, node=result.node)
        verdict = conductor.health_check(request, health.timeout)
    except PcliError as error:
        _unreadable(engine, result, health, f"it could not be run: {error}")
        return
    result.steps.append(Step(stamp(engine.clock.wall()), f"health check: {verdict.state}", verdict.words))
    engine.tell(f"{result.node}: health check {verdict.state}: {verdict.reason}")
    if verdict.state == "fail":
        result.state, result.local_fault = "failed", True
        result.reason = f"runs {result.running_version}, but its own health check failed: {verdict.reason}"
    elif verdict.state == "unknown":
        _unreadable(engine, result, health, verdict.reason)


def _unreadable(engine: Engine, result: NodeResult, health: HealthWish, why: str) -> None:
    result.warnings.append(f"the health check is unknown: {why}")
    if health.unknown == "hold":
        result.state = "held"
        result.reason = f"runs {result.running_version}, but its health check is unknown: {why}"
