# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One asset as the web interface shows it: keys of `GET /asset?verbose=true` (BU, SC) and of GraphQL (SC, MCP)."""

from __future__ import annotations

from typing import Any

from ..world import Node
from .caller import Caller

# `upgrade_ibu_conductor`: the states have new names in 6.3. BU saw RESYNCHRONIZING before that.
_OLD_WORDS = {"Synchronized": "Running", "Synchronizing": "Connected"}
_NEVER_SEEN = ("Pending", "Key Accepted", "Not Installed")
_UPGRADES = ("upgrade", "downgrade", "revert")
_FIRST_OTHER_CASE = (5, 6, 8)


def listed(caller: Caller, ids: list[str] | None = None) -> list[dict[str, Any]]:
    """All assets that this user may see, or those with these ids. Caller holds the lock."""
    world = caller.world
    rows: list[dict[str, Any]] = []
    if not caller.conductor:
        return rows
    for node in [node for router in caller.routers() for node in router.nodes]:
        if world.unlisted(node) or (ids and node.asset_id not in ids):
            continue
        rows.append(asset(caller, node))
        fault = world.duplicated(node)
        if fault and fault["row"]:
            rows.append({**rows[-1], "status": _cased(caller, "Disconnected")})
    return rows


def duplicates(caller: Caller, ids: list[str] | None = None) -> list[dict[str, Any]]:
    """The ids that more than one machine has."""
    nodes = [node for router in caller.routers() for node in router.nodes if caller.world.duplicated(node)]
    return [{"assetId": node.asset_id} for node in nodes if not ids or node.asset_id in ids]


def asset(caller: Caller, node: Node) -> dict[str, Any]:
    """Everything that is known of one. REST and each release of GraphQL show a part of it."""
    world = caller.world
    seen = world.listing.heard(node, caller.node)
    status = _cased(caller, _state(caller, node, seen.state))
    errors = world.errors_of(node)
    version = None if seen.state in _NEVER_SEEN else seen.release.name
    software = _software(caller, node)
    lie = world.faults.peek("web_lies", node.name, node.router.name)
    if lie and (lie["when"] == "start" or node.restarts):
        status, version = lie["state"] or status, lie["version"] or version
        if lie["software"] != "true":
            there = [*software["availableVersion"]] if lie["software"] == "everything" else []
            software |= {"downloadedVersion": there, "currentlyDownloadingVersion": ""}
    return {
        "assetId": node.asset_id,
        "routerName": node.router.name,
        "nodeName": node.name,
        # Of a node that was never connected nothing is known (MCP, SC and BU guard against it).
        "t128Version": version,
        "status": status,
        "assetIdConfigured": node.router.configured,
        "text": _text(caller, node),
        "failedStatus": status if errors else None,
        "softwareVersions": software,
        "upgradeWarning": None,
        "statusDurationSeconds": int(world.clock.now() - seen.since),
        "firstConnectedDate": world.clock.iso(node.booted - 8640000),
        "installationType": seen.install_type.capitalize(),
        "platformType": "SSR1400",
        "errorsJson": [{"env": "base", "operation": "highstate", "reason": error} for error in errors],
    }


def _state(caller: Caller, node: Node, state: str) -> str:
    """BU saw UPGRADING until 6.2; whether anything shows an upgrade since is open. A download never shows here."""
    upgrading = node.operation is not None and node.operation.kind in _UPGRADES
    shown = not caller.modern or caller.habits["api_busy"] == "status"
    if state == "Synchronized" and upgrading and shown:
        return "Upgrading"
    old = not caller.modern or caller.habits["api_words"] == "old"
    return _OLD_WORDS.get(state, state) if old else state


def _cased(caller: Caller, state: str) -> str:
    words = state.split()
    case = caller.habits["api_case"]
    if case == "upper" or caller.node.release.key[:3] < _FIRST_OTHER_CASE:
        return "_".join(words).upper()
    if case == "camel":
        return words[0].lower() + "".join(words[1:])
    return state if case == "title" else "_".join(words).lower()


def _text(caller: Caller, node: Node) -> str:
    """A text about progress for people (BU); its words are invented."""
    operation = node.operation
    if operation and operation.release and operation.phase == "download":
        share = int(caller.lifecycle.downloads.progress(operation) * 100)
        return f"Downloading {caller.spelled(operation.release)}: {share}%"
    if operation and operation.release and operation.kind in _UPGRADES and caller.habits["api_busy"] == "text":
        return f"Upgrading to {caller.spelled(operation.release)}"
    return ""


def _software(caller: Caller, node: Node) -> dict[str, Any]:
    world, operation = caller.world, node.operation
    newer = [
        release
        for release in world.releases.values()
        if release.key > node.release.key and not world.withdrawn(release)
    ]
    downloading = operation.release if operation and operation.phase == "download" else None
    upgrading = operation.release if operation and operation.kind in _UPGRADES else None
    flag = world.faults.peek("download_flag_stays", node.name, node.router.name)
    if flag and not downloading and node.downloaded:
        downloading = world.releases[max(node.downloaded)]
    return {
        "availableVersion": [caller.spelled(r) for r in sorted(newer, key=lambda release: release.key)],
        "downloadedVersion": [caller.spelled(world.releases[name]) for name in sorted(node.downloaded)],
        "currentlyDownloadingVersion": caller.spelled(downloading) if downloading else "",
        "currentlyUpgradingVersion": caller.spelled(upgrading) if upgrading else "",
        "refresh": {"inProgress": caller.shared.refreshing(node)},
    }


#: What `GET /asset` shows, and what it adds with `verbose=true`.
REST_KEYS = (
    "assetId", "routerName", "nodeName", "t128Version", "status", "assetIdConfigured", "text", "failedStatus"
)  # fmt: skip
VERBOSE_KEYS = (*REST_KEYS, "softwareVersions")
