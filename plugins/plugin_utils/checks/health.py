# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a router's health: the connection and the roles of its nodes, and the vendor's own health check."""

from __future__ import annotations

from ..pcli.errors import PcliError
from ..pcli.waiting import Blocking, finish
from ..software.counts import counted
from ..software.system import within
from .check_context import CheckContext
from .registry import Finding, check, failed, passed, skipped, warned
from .vendor_health import prefetch_health


@check(
    "pair_connected",
    "The two nodes of a pair see each other.",
    per="router",
    probes_target=True,
    fails_in_restart=True,
)
def pair_connected(context: CheckContext) -> Finding:
    router = context.router
    if len(context.pair) < 2:
        return skipped("the router has one node")
    links = context.conductor.connectivity(*(() if context.kind == "conductor" else (router,)))
    if links is None:
        reason = "how the two nodes are connected could not be determined: the answer cannot be read"
        return warned(reason, undetermined=True)
    others = (node for name, nodes in context.authority.nodes.items() if name != router for node in nodes)
    inside = within(links, router, context.pair, others)
    if not inside:
        return skipped("the connectivity between the two nodes is not shown")
    down = [link for link in inside if not link.up]
    evidence = "; ".join(f"{link.local} to {link.remote}: {link.state}" for link in inside)
    if not down:
        return passed("the nodes are connected", evidence)
    if context.half_done and not context.authority.assets_count:
        return warned("not connected while the pair is half done from below 6.3", evidence)
    if context.not_needed:
        return warned(f"the nodes are not connected, since {' and '.join(context.not_needed)} is away", evidence)
    return failed(
        f"the nodes are not connected ({evidence}). While one of them restarts, the other could not take over: fix "
        "the connection between them first",
        evidence,
    )


@check(
    "pair_in_sync",
    "The services of each node of a pair are reached by the other one.",
    per="router",
    probes_target=True,
    fails_in_restart=True,
)
def pair_in_sync(context: CheckContext) -> Finding:
    router = context.router
    if len(context.pair) < 2:
        return skipped("the router has one node")
    links = context.conductor.internal_connectivity(*(() if context.kind == "conductor" else (router,)))
    if links is None:
        return skipped("'show system connectivity internal' is not printed, or cannot be read")
    others = (node for name, nodes in context.authority.nodes.items() if name != router for node in nodes)
    inside = within(links, router, context.pair, others)
    if not inside:
        return skipped("no service between the two nodes is shown")
    evidence = "; ".join(f"{link.local} to {link.remote}: {link.service} {link.state}" for link in inside)
    bad = [f"{link.service} of {link.remote} is {link.state}" for link in inside if link.up is False]
    unclear = [f"{link.service} of {link.remote} is {link.state}" for link in inside if link.up is None]
    if not bad and not unclear:
        return passed(f"{counted(len(inside), 'service is', 'services are')} connected between the nodes", evidence)
    if not bad:
        reason = f"whether the pair is in sync could not be determined: {'; '.join(unclear)}"
        return warned(reason, evidence, undetermined=True)
    if context.half_done:
        return warned(f"not in sync while the pair is half done: {'; '.join(bad)}", evidence)
    return failed(
        f"the pair is not in sync: {'; '.join(bad)}. The node that would take over lacks what the other one "
        "knows: fix that first",
        evidence,
    )


@check(
    "processes_led",
    "Every process that leads somewhere has one primary, in a pair.",
    stages=("post",),
    per="router",
    probes_target=True,
)
def processes_led(context: CheckContext) -> Finding:
    if len(context.pair) < 2:
        return skipped("the router has one node, so there is none to lead")
    shown = context.conductor.processes(*(() if context.kind == "conductor" else (context.router,)))
    if shown is None:
        reason = "which node leads could not be determined: the list of processes cannot be read"
        return warned(reason, undetermined=True)
    leaders: dict[str, set[str]] = {}
    for process in shown:
        if process.primary is not None:
            leaders.setdefault(process.name, set()).update({process.node} if process.primary else ())
    if not leaders:
        return skipped("no process is shown with a primary")
    orphans = [name for name, nodes in leaders.items() if not nodes]
    if orphans:
        return failed(f"no node leads {', '.join(orphans)}", ", ".join(orphans))
    doubled = [f"{name} ({' and '.join(sorted(nodes))})" for name, nodes in leaders.items() if len(nodes) > 1]
    if doubled:
        return warned(f"several nodes are shown as primary: {', '.join(doubled)}", ", ".join(doubled))
    return passed(f"a primary is shown for {', '.join(leaders)}")


@check(
    "vendor_health_check",
    "The conductor's own health check does not fail (from 6.3 on).",
    per="router",
    since=(6, 3, 0),
    probes_target=True,
    fails_in_restart=True,
    prefetch=prefetch_health,
)
def vendor_health_check(context: CheckContext) -> Finding:
    authority = context.authority
    if context.target not in authority.health:
        finish(prefetch_health([context], Blocking(authority.clock)))
    verdict = authority.health[context.target]
    if isinstance(verdict, PcliError):
        raise verdict
    if verdict.state == "fail":
        return failed(f"the conductor's own health check failed: {verdict.reason}", verdict.words)
    if verdict.state == "pass":
        return passed("the conductor's own health check passed", verdict.words)
    reason = f"the result of the conductor's own health check could not be determined: {verdict.why_unknown}"
    return (failed if verdict.holds(authority.health_unknown) else warned)(reason, verdict.words, undetermined=True)
