# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What GraphQL walks through: mappings, with functions where something is asked for only when it is wanted.

A field that the conductor has to get from a node fails alone where it does not reach the node (MCP, SC); releases
before 7.0.5 answered with nothing, or failed for the whole router (I95-64448, I95-63462).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..alarms import alarms_of
from ..answer import Refused
from ..world import Node, Router
from .assets import duplicates, listed
from .audit import logs
from .caller import Caller
from .node_state import connectivity, cpu, database_connections, disk, interfaces, memory, platform, processes, services
from .peers import peers
from .rights import forbidden
from .routes import FieldError
from .software import start

_PAGE = 1000


def root(caller: Caller) -> dict[str, Any]:
    """Queries and mutations. Caller holds the lock."""
    return {
        "allAuthorities": lambda _info, **_args: pages([_authority(caller)]),
        "allRouters": lambda _info, **args: pages(_routers(caller, **args)),
        "metrics": lambda _info: _metrics(caller),
        "sendAssetDownloadSoftwareRequest": lambda _info, **args: _mutate(caller, "download", **args),
        "sendAssetUpgradeRequest": lambda _info, **args: _mutate(caller, "upgrade", **args),
    }


def pages(items: list[Any], first: int | None = None, begin: int = 0) -> dict[str, Any]:
    """A list in both styles, `nodes` and `edges`; the schema decides which can be asked for."""
    end = begin + (first or _PAGE)
    shown = items[begin:end]
    more = end < len(items)
    return {
        "nodes": shown,
        "edges": [{"node": item, "cursor": str(begin + number + 1)} for number, item in enumerate(shown)],
        "pageInfo": {"endCursor": str(end) if more else None, "hasNextPage": more},
    }


# --- queries ------------------------------------------------------------------------------------------------------


def _authority(caller: Caller) -> dict[str, Any]:
    return {
        "name": "Authority128",
        "assets": lambda _info, assetIds=None: listed(caller, assetIds),
        "duplicateAssets": lambda _info, assetIds=None: duplicates(caller, assetIds),
    }


def _routers(caller: Caller, name: str | None = None, names: list[str] | None = None) -> list[dict[str, Any]]:
    wanted = [name] if name else names
    return [_router(caller, router) for router in caller.routers() if not wanted or router.name in wanted]


def _router(caller: Caller, router: Router) -> dict[str, Any]:
    return {
        "name": router.name,
        "nodes": lambda _info, **args: _nodes(caller, router, **args),
        "peers": lambda _info, **args: pages(_peers(caller, router, **args)),
        "auditLogs": lambda _info, **args: _logs(caller, router, **args),
    }


def _peers(caller: Caller, router: Router, name: str | None = None, names: list[str] | None = None) -> list[Any]:
    wanted = [name] if name else names
    shown = [peer for peer in peers(caller, router) if not wanted or peer["name"] in wanted]
    return [{**peer, "router": _router(caller, router)} for peer in shown]


def _logs(
    caller: Caller,
    router: Router,
    startTime: str | None = None,
    endTime: str | None = None,
    first: int | None = None,
    filter: list[str] | None = None,
    subtype: str | None = None,
    startIndex: str | None = None,
) -> dict[str, Any]:
    try:
        rows = logs(caller, {router.name}, startTime, endTime, filter, subtype)
    except Refused as refusal:
        raise FieldError(str(refusal)) from None
    begin = int(startIndex) if startIndex and startIndex.isdigit() else 0
    return pages(rows, first, begin)


def _nodes(
    caller: Caller, router: Router, name: str | None = None, first: int | None = None, after: str | None = None
) -> dict[str, Any]:
    begin = int(after) if after and after.isdigit() else 0
    chosen = [node for node in router.nodes if name in (None, node.name)]
    return pages([_node(caller, node, alone=name is not None) for node in chosen], first, begin)


def _node(caller: Caller, node: Node, alone: bool) -> dict[str, Any]:
    def live(read: Callable[..., Any], empty: Any) -> Callable[..., Any]:
        """A field that the node itself has to answer; `empty` is what it holds where nothing came."""
        return lambda _info, **args: _asked(caller, node, alone, read, empty, args)

    return {
        "name": node.name,
        "role": "conductor" if node.conductor else "combo",
        "assetId": node.asset_id,
        "state": live(_state, None),
        "connectivity": live(connectivity, []),
        "cpu": live(cpu, []),
        "memory": live(memory, None),
        "disk": live(disk, []),
        "platform": live(platform, None),
        "deviceInterfaces": live(lambda *args, **more: pages(interfaces(*args, **more)), None),
    }


def _asked(caller: Caller, node: Node, alone: bool, read: Callable[..., Any], empty: Any, args: dict) -> Any:
    away = [other for other in node.router.nodes if not caller.world.reachable(other)]
    habit = caller.habits["graphql_unreachable"]
    if node in away:
        if habit == "empty":
            return empty
        raise FieldError(f"No connectivity to highwayManager@{node.node_id}")
    if away and habit == "whole" and not alone:
        raise FieldError(f"No connectivity to highwayManager@{away[0].node_id}")
    return read(caller, node, **args)


def _state(caller: Caller, node: Node) -> dict[str, Any]:
    world = caller.world
    found = alarms_of(world, caller.node, [node])
    return {
        "status": node.service.upper(),
        "startTime": world.clock.iso(node.booted),
        "role": "conductor" if node.conductor else "combo",
        "softwareVersion": node.release.name,
        "alarmCount": sum(1 for alarm in found if not alarm.shelved),
        "processes": processes(caller, node),
        "services": services(node),
    }


def _metrics(caller: Caller) -> dict[str, Any]:
    def active(_info: Any, router: str | None = None) -> list[dict[str, str]]:
        chosen = [found for found in caller.routers() if router in (None, found.name)]
        return [row for found in chosen for row in database_connections(caller, found)]

    return {"redundancy": {"databaseConnection": {"activeConnections": active}}}


# --- mutations ----------------------------------------------------------------------------------------------------


def _mutate(
    caller: Caller,
    kind: str,
    routerNames: list[str],
    version: str,
    force: bool = False,
    ignorePreCheck: bool = False,
) -> list[Any]:
    """`force` is known by its name only; nothing here depends on it."""
    if not caller.conductor:
        raise FieldError("This command can only be run on a Conductor")
    if not caller.may("provisioning") or caller.user.privilege != "admin":
        problem = forbidden(caller, "provisioning")
        if caller.habits["api_forbidden"] == "errors":
            raise FieldError(str(problem))
        raise problem
    return start(caller, kind, routerNames, version, ignorePreCheck)
