# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assets and software: `GET /asset`, `GET /upgrade/versions`, `POST /provisioning/refresh` (BU)."""

from __future__ import annotations

from ..selection import nodes
from .assets import REST_KEYS, VERBOSE_KEYS, listed
from .caller import Caller
from .routes import ApiError, Reply, Request, route


@route("GET", "/asset", conductor_only=True)
def assets(caller: Caller, request: Request) -> Reply:
    keys = VERBOSE_KEYS if request.query.get("verbose") == "true" else REST_KEYS
    with caller.world.lock:
        return Reply([{key: row[key] for key in keys} for row in listed(caller)])


@route("GET", "/upgrade/versions", conductor_only=True)
def versions(caller: Caller, request: Request) -> Reply:
    """Everything on offer, or what is newer than this node; `null` where there is nothing (BU guards against it)."""
    newer = request.query.get("onlyUpgrades", "true") == "true"
    with caller.world.lock:
        offered = sorted(
            (release for release in caller.world.releases.values() if not caller.world.withdrawn(release)),
            key=lambda release: release.key,
        )
        rows = [
            {"version": caller.spelled(release)}
            for release in offered
            if not newer or release.key > caller.node.release.key
        ]
    return Reply(rows or None)


@route("POST", "/provisioning/refresh", "provisioning", conductor_only=True)
def refresh(caller: Caller, request: Request) -> Reply:
    """What it answers nobody reads (BU): here an empty object."""
    names = request.json().get("routerNames")
    if not isinstance(names, list):
        raise ApiError(400, "routerNames is required")
    with caller.world.lock:
        chosen = [node for name in names for node in nodes(caller, {"router": name})]
        caller.shared.refresh(chosen)
        caller.world.touch()
    return Reply({})


@route("PUT", "/asset/{asset}/control", conductor_only=True)
def control(caller: Caller, request: Request, asset: str) -> Reply:
    """SWG names it and nobody knows its body; it may restart a node. Whoever sends it does so blindly."""
    caller.world.violate(f"PUT /asset/{asset}/control was sent, of which nothing is known")
    raise ApiError(400, "unknown command")
