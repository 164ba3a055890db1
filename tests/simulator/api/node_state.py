# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node tells of itself: processes, services, disks, memory, connections. All sizes are in bytes (MCP)."""

from __future__ import annotations

from typing import Any

from ..specs import InterfaceSpec
from ..world import Node, Router
from .caller import Caller

_PROCESSES = ("accessManager", "dnsManager", "routingManager", "conflux", "nodeMonitor", "persistentDataManager")
#: SC's data has one with a leader, of which one node is ACTIVE; that the routing has one too is CLI-6.0's word.
_LED = ("dnsManager", "routingManager")
_SERVICES = ("128T", "salt-minion", "salt-master")
_GIGA = 1e9
_MEMORY = 16e9


def processes(caller: Caller, node: Node) -> list[dict[str, Any]]:
    """Shape and words of SC's data: RUNNING, NONE, ACTIVE. What a leader's other side shows is open."""
    status = {"running": "RUNNING", "starting": "STARTING"}.get(node.service, "OFFLINE")
    standby = "STANDBY" if caller.habits["leader_status"] == "standby" else "NONE"
    rows = []
    for name in _PROCESSES:
        leads = name in _LED and node.primary and status == "RUNNING"
        waits = name in _LED and node.peer is not None and not leads
        word = "ACTIVE" if leads else standby if waits else "NONE"
        rows.append({"name": name, "processName": name, "status": status, "primary": leads, "leaderStatus": word})
    return rows


def services(node: Node) -> list[dict[str, str]]:
    names = [name for name in _SERVICES if node.conductor or name != "salt-master"]
    return [
        {"name": name, "activeState": "inactive" if name == "128T" and node.service == "offline" else "active"}
        for name in names
    ]


def connectivity(caller: Caller, node: Node) -> list[dict[str, str]]:
    """To both conductor nodes and to the other node of the pair (SC)."""
    world = caller.world
    rows = []
    for other in [*world.conductors, *([] if node.conductor else node.router.nodes)]:
        if other is node:
            continue
        if other.conductor and not node.conductor:
            fine = world.holds(node, other)
        else:
            fine = world.reachable(other) and world.linked(node, other)
        rows.append(
            {
                "remoteNodeName": other.name,
                "remoteRouterName": other.router.name,
                "remoteNodeRole": "CONDUCTOR" if other.conductor else "COMBO",
                "status": "CONNECTED" if fine else "DISCONNECTED",
            }
        )
    return rows


def cpu(_caller: Caller, _node: Node) -> list[dict[str, Any]]:
    return [
        {"core": 0, "utilization": 12, "type": "machine"},
        {"core": 1, "utilization": 8, "type": "packetProcessing"},
    ]


def memory(_caller: Caller, _node: Node) -> dict[str, float]:
    return {"capacity": _MEMORY, "usage": 0.4 * _MEMORY}


def disk(caller: Caller, node: Node) -> list[dict[str, Any]]:
    size = node.disk.size * _GIGA
    return [{"partition": "/", "capacity": size, "usage": size * caller.world.disk_used(node) / 100}]


def platform(caller: Caller, node: Node) -> dict[str, Any]:
    used = caller.world.disk_used(node)
    return {
        "memory": "16 GB",
        "cpu": [{"type": "Pentium (Fill By OEM)", "speed": "1.60", "cores": 4}],
        "disks": [{"name": "/dev/sda", "space": f"{node.disk.size:.1f} GB", "percentUsed": used}],
        "operatingSystem": {"name": "Oracle Linux Server", "version": "7.9", "kernelVersion": "5.4.17"},
        "vendor": {"vendor": "Juniper", "product": "SSR1400", "version": "1.0", "serialNumber": node.asset_id},
    }


def interfaces(caller: Caller, node: Node, name: str | None = None) -> list[dict[str, Any]]:
    return [_interface(caller, node, port) for port in node.router.interfaces if name in (None, port.name)]


def _interface(caller: Caller, node: Node, port: InterfaceSpec) -> dict[str, Any]:
    shared = port.shared and node.peer
    return {
        "name": port.name,
        "description": "",
        "type": "ethernet",
        "state": {
            "adminStatus": f"ADMIN_{port.admin.upper()}",
            "operationalStatus": f"OPER_{caller.world.network.oper(node, port).upper()}",
            "provisionalStatus": "PROV_UP",
            "redundancyStatus": ("ACTIVE" if node.primary else "STANDBY") if shared else "NON_REDUNDANT",
        },
    }


def database_connections(caller: Caller, router: Router) -> list[dict[str, str]]:
    """SC: two nodes with a number each, as text; `0`, or a node that is missing, is a pair that is not in step."""
    rows = []
    for node in router.nodes:
        if node.peer and caller.world.reachable(node):
            fine = caller.world.reachable(node.peer) and caller.world.linked(node, node.peer)
            value = ("2" if node.primary else "1") if fine else "0"
            rows.append({"router": router.name, "node": node.name, "value": value})
    return rows
