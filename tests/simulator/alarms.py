# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms: derived from what is so, plus those that the scenario raises. Texts from the alarms page of the manual."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .world import Node, World


@dataclass(frozen=True)
class Alarm:
    node: Node
    since: float
    severity: str
    source: str
    category: str
    message: str
    shelved: bool = False
    identity: str = ""


def alarms_of(world: World, viewer: Node, nodes: list[Node]) -> list[Alarm]:
    """All alarms of these nodes as `viewer` knows them, shelved ones too. Caller holds the lock."""
    alarms = [alarm for node in nodes for alarm in _of_node(world, viewer, node)]
    return [replace(alarm, identity=_identity(world, alarm)) for alarm in alarms]


def _identity(world: World, alarm: Alarm) -> str:
    return f"{alarm.node.place}:{world.alarm_number(alarm.node.place, alarm.message)}"


def _of_node(world: World, viewer: Node, node: Node) -> list[Alarm]:
    alarms = [
        Alarm(node, a["since"], a["severity"], a["source"], a["category"], a["message"], a["shelved"])
        for a in node.local_alarms
    ]
    alarms += _pair_alarms(node)
    state, since = world.seen_state(node, viewer)
    if state != "Synchronized":
        text = f"Asset {node.asset_id}, which is configured as {node.place}, is not running"
        alarms.append(Alarm(node, since, "major", node.asset_id, "asset", text))
    if not node.up:
        alarms.append(
            Alarm(node, node.down_since, "major", "unavailable", "system", f"No connectivity to {node.place}")
        )
        if node.conductor:
            text = f"Node {node.name} went offline"
            alarms.append(Alarm(node, node.down_since, "critical", "unavailable", "system", text))
    elif node.service == "offline":
        text = "Process has exited unexpectedly: routingManager"
        alarms.append(Alarm(node, node.booted, "major", "routingManager", "process", text))
    return alarms


def _pair_alarms(node: Node) -> list[Alarm]:
    peer = node.peer
    if peer is None:
        return []
    alarms = []
    since = max(node.booted, peer.booted)
    if node.release != peer.release:
        text = f"{node.place} has a software version that does not match its peer."
        alarms.append(Alarm(node, since, "critical", node.asset_id, "asset", text))
    if node.current.type != peer.current.type:
        # Invented: the manual says that there is an alarm, not what it reads.
        text = f"{node.place} has a software installation type that does not match its peer."
        alarms.append(Alarm(node, since, "critical", node.asset_id, "asset", text))
    return alarms
