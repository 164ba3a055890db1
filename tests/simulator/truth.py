# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The truth for whoever looks from outside: plain data, and no more than README.md promises."""

from __future__ import annotations

from typing import Any

from .faults import FaultSpec
from .files import EXPORTS
from .world import Node, World


def truth_of(world: World) -> dict[str, Any]:
    with world.lock:
        return {
            "time": world.clock.iso(),
            "nodes": {node.node_id: node_truth(node) for node in world.nodes()},
            "blackout": world.blackout,
            "bad_logins": dict(world.bad_logins),
            "config_version": world.authority.version,
            "commits": world.authority.commits,
            "violations": list(world.violations),
            "faults": [_fault_truth(fault) for fault in world.faults.all()],
        }


def node_truth(node: Node) -> dict[str, Any]:
    """What is really so on a node. Caller holds the lock."""
    operation = node.operation
    return {
        "router": node.router.name,
        "node": node.name,
        "asset_id": node.asset_id,
        "version": node.release.name,
        "install_type": node.current.type,
        "previous_version": node.previous.release.name if node.previous else None,
        "state": node.state,
        "service": node.service,
        "up": node.up,
        "restarts": node.restarts,
        "primary": node.primary,
        "downloaded": sorted(node.downloaded),
        "paused": sorted(node.partial),
        "plugins": dict(node.plugins),
        "broken": node.broken.texts(),
        "operation": operation.kind if operation else None,
        "phase": operation.phase if operation else None,
        "started": dict(node.counts),
        "upgrades_started": node.counts.get("upgrade", 0),
        "reverts_started": node.counts.get("revert", 0),
        "history": [
            [operation.kind, operation.release.name if operation.release else None, operation.state]
            for operation in node.history
        ],
        "exports": node.files.names(EXPORTS),
    }


def _fault_truth(fault: FaultSpec) -> dict[str, Any]:
    named = {"node": fault.node, "router": fault.router}
    return {"type": fault.type, **{key: value for key, value in named.items() if value is not None}}
