# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration: exports and their download (SCR), the state of the candidate (SALT), the running one (BU, MCP)."""

from __future__ import annotations

from typing import Any

from ..answer import Refused
from ..commands.config import export_named
from ..files import EXPORTS
from .caller import Caller
from .routes import ApiError, Reply, Request, route


@route("GET", "/nonce")
def nonce(caller: Caller, request: Request) -> Reply:
    return Reply({"nonce": caller.shared.tokens.nonce()})


@route("POST", "/config/export", "config-read")
def export(caller: Caller, request: Request) -> Reply:
    given = request.json()
    if caller.user.privilege != "admin":
        raise ApiError(403, "exports are for administrators")
    path = export_named(caller, str(given.get("filename", "")), str(given.get("datastore", "running")))
    return Reply({"exportPath": path})


@route("GET", "/config/export", "config-read")
def exports(caller: Caller, request: Request) -> Reply:
    return Reply([{"name": name} for name in caller.node.files.names(EXPORTS)])


@route("GET", "/config/export/{name}/download", "config-read")
def download(caller: Caller, request: Request, name: str) -> Reply:
    """The nonce goes with the token, not instead of it (SCR)."""
    if not caller.shared.tokens.admits(request.query.get("nonce", "")):
        raise ApiError(401, "Unauthorized: the nonce is missing or not valid")
    file = _file(caller, name)
    if not file.readable:
        raise ApiError(500, f"cannot read {name}")
    return Reply(raw=file.data, kind="application/gzip")


@route("DELETE", "/config/export/{name}", "config-write")
def delete(caller: Caller, request: Request, name: str) -> Reply:
    """200 with an empty body happens (MCP); where, nobody says."""
    _file(caller, name)
    caller.node.files.remove(f"{EXPORTS}/{name}")
    caller.world.touch()
    return Reply(raw=b"")


def _file(caller: Caller, name: str) -> Any:
    file = caller.node.files.get(f"{EXPORTS}/{name}") if "/" not in name else None
    if file is None:
        raise ApiError(404, f"Exported configuration '{name}' not found")
    return file


@route("GET", "/config/version", "config-read")
def version(caller: Caller, request: Request) -> Reply:
    """`isDirty` tells of changes that nobody has committed. There is one candidate for each user here."""
    store = request.query.get("datastore", "running")
    with caller.world.lock:
        dirty = store == "candidate" and caller.world.authority.is_dirty(caller.node, caller.user.name)
    return Reply({"isDirty": dirty})


@route("GET", "/config/running", "config-read")
def running(caller: Caller, request: Request) -> Reply:
    return running_part(caller, request, "")


@route("GET", "/config/running/{path+}", "config-read")
def running_part(caller: Caller, request: Request, path: str) -> Reply:
    """The path follows the data model; 404 also where something is not configured (MCP)."""
    with caller.world.lock:
        part: Any = {"authority": _authority(caller)}
    for name in filter(None, path.split("/")):
        if isinstance(part, dict) and name in part:
            part = part[name]
        elif isinstance(part, list) and (entries := [entry for entry in part if entry["name"] == name]):
            part = entries[0]
        else:
            raise Refused(f"/config/running/{path} not found")
    return Reply(part)


def _authority(caller: Caller) -> dict[str, Any]:
    routers = [router for router in caller.routers() if router.configured]
    return {
        "name": "Authority128",
        "router": [
            {
                "name": router.name,
                "node": [
                    {
                        "name": node.name,
                        "asset-id": node.asset_id,
                        "role": "conductor" if router.conductor else "combo",
                        "enabled": True,
                    }
                    for node in router.nodes
                ],
            }
            for router in routers
        ],
    }
