# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State: `/system` (BU, MCP), `/router…` (BU, MCP, SWG), alarms (MCP, SLK, SALT), `/audit` (SWG)."""

from __future__ import annotations

from typing import Any

from ..alarms import Alarm, alarms_of
from ..answer import Refused
from ..world import Node, Router
from .audit import logs
from .caller import Caller
from .routes import Reply, Request, route


@route("GET", "/system")
def system(caller: Caller, request: Request) -> Reply:
    """Of the node that answers; nothing else tells which one it is."""
    node = caller.node
    with caller.world.lock:
        found = alarms_of(caller.world, node, [node])
    return Reply(
        {
            "router": node.router.name,
            "node": node.name,
            "role": "conductor" if caller.conductor else "combo",
            "softwareVersion": node.release.name,
            "status": node.service,
            "alarmCount": sum(1 for alarm in found if not alarm.shelved),
            "shelvedAlarmCount": sum(1 for alarm in found if alarm.shelved),
            "isConductor": caller.conductor,
            "isManaged": False,
            "isManagedByCloud": False,
        }
    )


# --- routers ------------------------------------------------------------------------------------------------------


@route("GET", "/router")
def routers(caller: Caller, request: Request) -> Reply:
    with caller.world.lock:
        return Reply([_router(caller, router) for router in caller.routers()])


@route("GET", "/router/{router}")
def router(caller: Caller, request: Request, router: str) -> Reply:
    with caller.world.lock:
        return Reply(_router(caller, caller.router(router)))


@route("GET", "/router/{router}/node")
def router_nodes(caller: Caller, request: Request, router: str) -> Reply:
    with caller.world.lock:
        return Reply([_node(node) for node in caller.router(router).nodes])


@route("GET", "/router/{router}/node/{node}")
def router_node(caller: Caller, request: Request, router: str, node: str) -> Reply:
    with caller.world.lock:
        return Reply(_node(_named(caller, router, node)))


def _router(caller: Caller, router: Router) -> dict[str, Any]:
    return {
        "name": router.name,
        "managementConnected": any(caller.world.reachable(node) for node in router.nodes),
    }


def _node(node: Node) -> dict[str, Any]:
    return {"name": node.name, "role": "conductor" if node.conductor else "combo"}


def _named(caller: Caller, router: str, node: str) -> Node:
    found = next((candidate for candidate in caller.router(router).nodes if candidate.name == node), None)
    if found is None:
        raise Refused(f"Node '{node}' not found in router '{router}'")
    return found


# --- alarms -------------------------------------------------------------------------------------------------------


@route("GET", "/alarm")
def alarms(caller: Caller, request: Request) -> Reply:
    with caller.world.lock:
        return _alarms(caller, [node for router in caller.routers() for node in router.nodes])


@route("GET", "/router/{router}/alarm")
def router_alarms(caller: Caller, request: Request, router: str) -> Reply:
    with caller.world.lock:
        return _alarms(caller, caller.router(router).nodes)


@route("GET", "/router/{router}/node/{node}/alarm")
def node_alarms(caller: Caller, request: Request, router: str, node: str) -> Reply:
    with caller.world.lock:
        return _alarms(caller, [_named(caller, router, node)])


def _alarms(caller: Caller, nodes: list[Node]) -> Reply:
    return Reply([alarm_shape(caller, alarm) for alarm in alarms_of(caller.world, caller.node, nodes)])


def alarm_shape(caller: Caller, alarm: Alarm) -> dict[str, Any]:
    """Keys of MCP, SLK and SALT; the router is `router` or `routerName`. Severities are upper case (MCP)."""
    source = "" if alarm.source == "unavailable" and caller.habits["alarm_source"] == "empty" else alarm.source
    upper = caller.habits["alarm_case"] == "upper"
    return {
        "id": alarm.identity,
        "routerName" if caller.habits["alarm_keys"] == "router_name" else "router": alarm.node.router.name,
        "node": alarm.node.name,
        "process": alarm.source if alarm.category == "process" else "",
        "source": source,
        "message": alarm.message,
        "category": alarm.category.upper() if upper else alarm.category,
        "severity": alarm.severity.upper(),
        "timestamp": caller.world.clock.iso(alarm.since),
        "shelvedStatus": "SHELVED" if alarm.shelved else "NOTSHELVED",
        "shelvedReason": "",
        "value": "",
    }


# --- history ------------------------------------------------------------------------------------------------------


@route("GET", "/audit")
def audit(caller: Caller, request: Request) -> Reply:
    """The whole history. SWG names it without its answer: here it is what GraphQL shows of each router."""
    with caller.world.lock:
        names = {router.name for router in caller.routers()}
        return Reply(logs(caller, names))
