# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a router at work: the connection and the roles of its nodes, and the vendor's own check."""

from __future__ import annotations

from ..pcli.errors import PcliError
from ..software.system import within
from .context import Context
from .registry import Finding, check, failed, passed, skipped, warned
from .vendor_health import ask_together


@check("pair_connected", "The two nodes of a pair see each other.", per="router", probes_target=True)
def pair_connected(context: Context) -> Finding:
    router = context.router
    if len(context.pair) < 2:
        return skipped("the router has one node")
    links = context.conductor.connectivity(*(() if context.kind == "conductor" else (router,)))
    if links is None:
        return warned("how the two nodes are connected could not be told: the answer cannot be read")
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
    ours = next(filter(None, map(context.moved_by_us, context.pair)), None)
    if ours:
        return warned(f"not connected, and {ours}: it is taken up again", evidence)
    return failed(
        f"the nodes are not connected ({evidence}). With one of them restarting nobody would take over: mend the "
        "connection between them first",
        evidence,
    )


@check(
    "pair_in_sync",
    "The services of each node of a pair are reached by the other one.",
    per="router",
    probes_target=True,
)
def pair_in_sync(context: Context) -> Finding:
    router = context.router
    if len(context.pair) < 2:
        return skipped("the router has one node")
    links = context.conductor.internal_connectivity(*(() if context.kind == "conductor" else (router,)))
    if links is None:
        return skipped("'show system connectivity internal' is not printed here, or cannot be read")
    others = (node for name, nodes in context.authority.nodes.items() if name != router for node in nodes)
    inside = within(links, router, context.pair, others)
    if not inside:
        return skipped("no service between the two nodes is shown")
    evidence = "; ".join(f"{link.local} to {link.remote}: {link.service} {link.state}" for link in inside)
    bad = [f"{link.service} of {link.remote} is {link.state}" for link in inside if link.up is False]
    odd = [f"{link.service} of {link.remote} is {link.state}" for link in inside if link.up is None]
    if not bad and not odd:
        return passed(f"{len(inside)} services are connected between the nodes", evidence)
    if not bad:
        return warned(f"whether the pair is in sync could not be told: {'; '.join(odd)}", evidence)
    if context.half_done:
        return warned(f"not in sync while the pair is half done: {'; '.join(bad)}", evidence)
    ours = next(filter(None, map(context.moved_by_us, context.pair)), None)
    if ours:
        return warned(f"not in sync ({'; '.join(bad)}), and {ours}: it is taken up again", evidence)
    return failed(
        f"the pair is not in sync: {'; '.join(bad)}. What one node knows is not at the other, which would take over: "
        "mend that first",
        evidence,
    )


@check(
    "processes_led",
    "Every process that leads somewhere has one primary, in a pair.",
    stages=("post",),
    per="router",
    probes_target=True,
)
def processes_led(context: Context) -> Finding:
    if len(context.pair) < 2:
        return skipped("the router has one node, so there is nobody to lead")
    shown = context.conductor.processes(*(() if context.kind == "conductor" else (context.router,)))
    if shown is None:
        return warned("which node leads could not be told: the list of processes cannot be read")
    leaders: dict[str, set[str]] = {}
    for one in shown:
        if one.primary is not None:
            leaders.setdefault(one.name, set()).update({one.node} if one.primary else ())
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
    prefetch=ask_together,
)
def vendor_health_check(context: Context) -> Finding:
    authority = context.authority
    if not context.is_own and context.router not in authority.health:
        ask_together([context])
    own = context.is_own
    verdict = context.conductor.vendor_health(authority.health_timeout) if own else authority.health[context.router]
    if isinstance(verdict, PcliError):
        raise verdict
    if verdict.state == "fail":
        return failed(f"the conductor's own health check failed: {verdict.reason}", verdict.words)
    if verdict.state == "pass":
        return passed("the conductor's own health check passed", verdict.words)
    reason = "the conductor's own health check could not be told: its answer cannot be read"
    return (failed if authority.health_unknown == "hold" else warned)(reason, verdict.words)
