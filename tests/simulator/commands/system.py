# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show system` and what stands below it; layouts from CLI-6.0 and the FIPS installation pages."""

from __future__ import annotations

from typing import Any

from ..alarms import alarms_of
from ..answer import Answer
from ..grammar import GENERATIONS, SELECT, command
from ..layout import Column, block, table, uptime
from ..selection import confirmed, fan_out, may_see, nodes
from ..volumes import version_block
from ..world import Node

_PROCESSES = ("routingManager", "conflux", "nodeMonitor", "persistentDataManager", "analyticsReporter")
_LEADERS = ("routingManager",)
_INTERNAL = (("Zookeeper", 4370), ("db-store", 9042), ("ssc", 12222), ("step-repository", 15555))
_SERVICES = ("128T", "salt-minion", "salt-master")


def _chosen(shell: Any, args: dict[str, Any]) -> list[Node]:
    chosen = nodes(shell, args)
    local_only = shell.scenario.behaviour.show_system_nodes == "local"
    if local_only and not {"router", "node", "resource-group"} & set(args):
        return [shell.node]
    return chosen


def _reached(shell: Any, chosen: list[Node]) -> list[Node]:
    return [node for node in chosen if shell.world.reachable(node)]


@command("show system", SELECT, summary="Display the overall state of the system.")
def show_system(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        chosen = _chosen(shell, args)
        lines: list[str] = []
        for node in _reached(shell, chosen):
            lines += ([""] if lines else []) + _system_block(shell, node, len(chosen) > 1)
        answer = fan_out(shell, "system", chosen, lines)
    if len(chosen) == 1 and answer.mark == "ok":
        answer.action = None  # the only sample, for one node, has no progress line
    return answer


def _system_block(shell: Any, node: Node, several: bool) -> list[str]:
    pairs = [
        ("Status", node.service),
        ("Version", node.release.patch),
        ("Uptime", uptime(shell.world.clock.now() - node.booted)),
        ("Role", "conductor" if node.conductor else "combo"),
        ("Alarm Count", str(sum(1 for alarm in alarms_of(shell.world, shell.node, [node]) if not alarm.shelved))),
    ]
    return block(node.node_id if several else node.name, pairs)


@command("show system version", f"{SELECT} [<verbosity>]")
def show_system_version(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        chosen = _chosen(shell, args)
        reached = _reached(shell, chosen)
        if args.get("verbosity") == "detail":
            return fan_out(
                shell, "system version", chosen, [line for node in reached for line in version_block(shell, node)]
            )
        rows = [_version_row(shell, node) for node in reached]
    names = ("Router", "Node", "Version", "Status", "Build Date", "Package")
    columns = [Column(name, group=name == "Router") for name in names]
    lines = table(columns, rows, shell.terminal.width, shell.style.wrap) if rows else []
    return fan_out(shell, "system version", chosen, lines)


def _version_row(shell: Any, node: Node) -> list[str]:
    release = node.release
    package = release.package(node.current.type, shell.habits["package_cell"])
    return [node.router.name, node.name, release.patch, release.rebuild, release.build_date, package]


@command("show system connectivity", SELECT)
def show_connectivity(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        local = [node for node in nodes(shell, args) if shell.world.reachable(node)]
        hides = shell.scenario.behaviour.connectivity_hides
        everybody = [node for node in shell.world.nodes() if not hides or may_see(shell, node.router)]
        rows = [
            [node.node_id, other.node_id, "connected" if _connected(shell, node, other) else "disconnected"]
            for node in local
            for other in (everybody if node.conductor else node.router.nodes)
            if other is not node
        ]
    if not rows and shell.habits["empty_tables"] == "words":
        return Answer(["No connectivity to show"], "Retrieving connectivity...")
    columns = [Column("Local Node"), Column("Remote Node"), Column("State")]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), "Retrieving connectivity...")


def _connected(shell: Any, node: Node, other: Node) -> bool:
    return shell.world.reachable(other) and (node.router is not other.router or shell.world.linked(node, other))


@command(
    "show system connectivity internal",
    dict.fromkeys(GENERATIONS, lambda shell: SELECT if shell.habits["connectivity_internal"] == "printed" else None),
)
def show_connectivity_internal(shell: Any, args: dict[str, Any]) -> Answer | None:
    """As the sample of CLI-6.0: every service of a node, and of the other one of its pair."""
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        chosen = _reached(shell, nodes(shell, args))
        rows = [row for node in chosen for other in node.router.nodes for row in _internal_rows(shell, node, other)]
    columns = [Column(name) for name in ("Local Node", "Remote Node", "Service", "Address", "Message")]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), "Retrieving connectivity...")


def _internal_rows(shell: Any, node: Node, other: Node) -> list[list[str]]:
    fine = other is node or (other.up and other.service == "running" and shell.world.linked(node, other))
    address = "127.0.0.1" if other is node else "169.254.127.1"
    state = "Connected" if fine else "Disconnected"
    return [[node.node_id, other.node_id, name, f"{address}:{port}", state] for name, port in _INTERNAL]


@command("show system processes", SELECT)
def show_processes(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        chosen = nodes(shell, args)
        rows = [row for node in _reached(shell, chosen) for row in _process_rows(shell, node)]
    columns = [Column("Node"), Column("Process"), Column("Status"), Column("Primary"), Column("Role")]
    return fan_out(shell, "processes", chosen, table(columns, rows, shell.terminal.width, shell.style.wrap))


def _process_rows(shell: Any, node: Node) -> list[list[str]]:
    status = {"running": "running", "starting": "starting"}.get(node.service, "offline")
    role = "conductor" if node.conductor else "combo"
    primary = "Y" if node.primary and status == "running" else "N"
    return [
        [node.node_id, name, status, primary if _shows_leader(shell, node, name) else "", role] for name in _PROCESSES
    ]


def _shows_leader(shell: Any, node: Node, process: str) -> bool:
    """CLI-6.0: only processes that have a leader show one. What a node without a second one shows is open."""
    habit = shell.habits["processes_primary"]
    return habit == "everywhere" or (process in _LEADERS and (habit == "leaders" or node.peer is not None))


@command("show system services", SELECT)
def show_services(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        chosen = nodes(shell, args)
        rows = [
            [node.node_id, service, "inactive" if service == "128T" and node.service == "offline" else "active"]
            for node in _reached(shell, chosen)
            for service in _SERVICES
            if node.conductor or service != "salt-master"
        ]
    columns = [Column("Node"), Column("Service"), Column("Active State")]
    return fan_out(shell, "services", chosen, table(columns, rows, shell.terminal.width, shell.style.wrap))
