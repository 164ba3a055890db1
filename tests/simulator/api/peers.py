# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peers of a router and the paths to them (SC, MCP): UP, DOWN, STANDBY; SC has seen other cases, and null."""

from __future__ import annotations

from typing import Any

from ..network import Path
from ..world import Router
from .caller import Caller


def peers(caller: Caller, router: Router) -> list[dict[str, Any]]:
    """What the nodes that answer know. Caller holds the lock."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in caller.world.network.paths(router):
        if caller.world.reachable(path.node):
            found.setdefault(path.peer.name, []).append(_path(caller, path))
    return [{"name": name, "paths": paths} for name, paths in found.items()]


def _path(caller: Caller, path: Path) -> dict[str, Any]:
    status = caller.world.network.status(path)
    return {
        "displayName": f"{path.peer.name} {path.destination}",
        "node": path.node.name,
        "adjacentNode": path.remote[0].name,
        "adjacentHostname": None,
        "adjacentAddress": path.destination,
        "deviceInterface": path.interface.name,
        "networkInterface": f"{path.interface.name}-net",
        "status": _word(caller, status),
        "mtu": 1500 if status in ("up", "standby") else None,
        "uptime": caller.world.clock.now() - path.node.service_since if status == "up" else None,
        **dict.fromkeys(("latency", "jitter", "loss"), 0.0 if status == "up" else None),
    }


def _word(caller: Caller, status: str) -> str | None:
    """Of a path that is coming up nothing is known: SC has seen null."""
    if status == "initializing":
        return None
    return "Down" if status == "down" and caller.habits["path_status"] == "mixed" else status.upper()
