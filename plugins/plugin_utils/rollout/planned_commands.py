# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command of a plan, word by word, in the order in which it would be sent; with its condition where it has one.

The requests are those of the engine (``requests``), and whoever puts them into words is the one that it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from ..clock import format_duration
from ..conductor.addressing import reconnect_command
from ..conductor.grammar import NotOffered
from ..conductor.request import Request
from ..pcli.errors import DeviceError
from ..planning.plan import NodePlan, RouterPlan
from ..software.names import NameRefused
from ..software.node_id import NodeId
from ..software.versions import spelled
from .requests import (
    download_for,
    download_of,
    downloads_of,
    health_check_of,
    node_by_node,
    of_node,
    of_plan,
    of_router,
    revert_of,
)


@dataclass(frozen=True)
class PlannedCommand:
    """One command line. ``when``: on which condition it is sent; empty: always. ``changes`` False: it only reads.

    ``command``: None where this conductor takes no such command; then ``when`` says why.
    """

    command: str | None
    operation: str
    nodes: tuple[str, ...]
    when: str = ""
    changes: bool = True

    def as_data(self) -> dict:
        """The command as plain data."""
        return {**asdict(self), "nodes": list(self.nodes)}


@dataclass(frozen=True)
class CommandOptions:
    """What decides which commands are sent. ``request``: that of the run; ``build`` puts a request into words.

    ``on_loss``: a node is reverted as well where something was lost. ``reconnect_after``: seconds, 0: never.
    """

    request: Request
    build: Callable[[Request], str]
    takes_nodes: bool = True
    download: bool = False
    sequenced: bool = False
    revert: bool = False
    on_loss: bool = False
    health_check: bool = False
    reconnect_after: float = 0


def commands_of(plan: RouterPlan, options: CommandOptions, listed: Collection[str] = ()) -> list[PlannedCommand]:
    """The commands for one router. ``listed``: its nodes in the list of assets; none: those of the plan."""
    if plan.state != "planned":
        return []
    listed = listed or [node.node for node in (*plan.nodes, *plan.left_alone)]
    request = of_plan(plan, options.request)
    by_node = node_by_node(plan.sequencing, options.takes_nodes)
    nodes = [node for node in plan.nodes if node.counts]
    commands = [*_downloads(plan, request, options, listed)]
    for group in [[node] for node in nodes] if by_node else [nodes] if nodes else []:
        named = [node.node for node in group]
        moves = (
            of_node(request, NodeId(plan.router, named[0]))
            if by_node
            else of_router(request, plan.router, [node.node for node in plan.nodes], takes_nodes=options.takes_nodes)
        )
        commands.append(_said(options, moves, named, _adopted(group)))
        commands += _after(plan.router, group, moves, options, by_node)
    return commands


def commands_of_group(group: str, plans: Sequence[RouterPlan], options: CommandOptions) -> list[PlannedCommand]:
    """The commands for a resource group that is upgraded as it is: one download and one request for all of it."""
    nodes = [f"{node.node}.{node.router}" for plan in plans if plan.state == "planned" for node in plan.nodes]
    if not nodes:
        return []
    request = of_router(replace(options.request, resource_group=group), group, ())
    commands = []
    if options.download:
        when = "unless the release is on all of its nodes already"
        commands.append(_said(options, download_of(request, None), nodes, when))
    return [*commands, _said(options, request, nodes)]


# -- one by one -------------------------------------------------------------------------------------------------------


def _downloads(
    plan: RouterPlan, request: Request, options: CommandOptions, listed: Collection[str]
) -> Iterator[PlannedCommand]:
    if not options.download or plan.found_at_work:
        return
    kinds = {node.node: node.download for node in plan.nodes}
    for download, node_ids in downloads_of(plan, request, listed, options.sequenced):
        names = [node_id.node for node_id in node_ids]
        shown = {kinds[name] for name in names}
        if shown == {"present"}:
            continue
        unknown = f"unless {spelled(request.version)} is there already, which the conductor does not show"
        yield _said(options, download, names, "" if "needed" in shown else unknown)


def _after(
    router: str, group: Sequence[NodePlan], moves: Request, options: CommandOptions, by_node: bool
) -> Iterator[PlannedCommand]:
    """What is sent around the request for these nodes only if something is so."""
    names = [node.node for node in group]
    who = " or ".join(names)
    if options.download:
        when = f"only if the conductor refuses the upgrade of {who} because the release is not there"
        yield _said(options, download_for(moves), names, when)
    for node in group:
        node_id = NodeId(router, node.node)
        if options.reconnect_after:
            when = f"only if {node.node} stays away for {format_duration(options.reconnect_after)}"
            command = _built(lambda node_id=node_id: reconnect_command(*node_id))
            yield PlannedCommand(command[0], "reconnect", (node.node,), command[1] or when)
        if options.health_check and options.takes_nodes:
            when = f"as soon as {node.node} runs {spelled(node.to_version)} and is settled"
            yield _said(options, health_check_of(node_id), [node.node], when, changes=False)
        if options.revert and by_node:
            loss = " or something was lost since before" if options.on_loss else ""
            when = (
                f"only if {node.node} itself is bad after its upgrade{loss}, and a revert leads to what it ran before"
            )
            request = revert_of(node_id, options.request.cohort_id)
            yield _said(options, request, [node.node], when)


def _adopted(group: Sequence[NodePlan]) -> str:
    """The condition of a request for nodes at which something is under way, which is followed first."""
    running = [node for node in group if node.running is not None]
    if not running:
        return ""
    who = " and ".join(node.node for node in running)
    return f"only if nothing runs on {who} any more when its turn comes ({running[0].running})"


def _said(
    options: CommandOptions, request: Request, nodes: Sequence[str], when: str = "", changes: bool = True
) -> PlannedCommand:
    command, why = _built(lambda: options.build(request))
    return PlannedCommand(command, request.operation, tuple(nodes), why or when, changes)


def _built(build: Callable[[], str]) -> tuple[str | None, str]:
    """The command line, or why there is none."""
    try:
        return build(), ""
    except (NotOffered, NameRefused, DeviceError) as error:
        return None, f"never: {error}"
