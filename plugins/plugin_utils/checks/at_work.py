# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a router at work: the connection and the roles of its nodes, and the vendor's own check."""

from __future__ import annotations

from ..pcli.errors import PcliError
from ..software.system import within
from .context import Context
from .registry import Finding, check, failed, passed, skipped, warned
from .vendor import ask_together


@check("pair_connected", "The two nodes of a pair see each other.", per="router", asks=True)
def pair_connected(context: Context) -> Finding:
    router = context.router
    if len(context.pair) < 2:
        return skipped("the router has one node")
    links = context.conductor.connectivity(*(() if context.kind == "conductor" else (router,))) or []
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
    "processes_led", "Every process that leads somewhere has one primary.", stages=("post",), per="router", asks=True
)
def processes_led(context: Context) -> Finding:
    shown = context.conductor.processes(*(() if context.kind == "conductor" else (context.router,))) or []
    processes = [one for one in shown if one.primary is not None]
    if not processes:
        return skipped("no process is shown with a primary")
    names = dict.fromkeys(one.name for one in processes)
    orphans = [name for name in names if not any(one.primary for one in processes if one.name == name)]
    if orphans:
        return failed(f"no node leads {', '.join(orphans)}", ", ".join(orphans))
    return passed(f"a primary is shown for {', '.join(names)}")


@check(
    "vendor_health_check",
    "The conductor's own health check does not fail (from 6.3 on).",
    per="router",
    since=(6, 3, 0),
    asks=True,
    together=ask_together,
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
