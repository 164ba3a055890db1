# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms: derived from what is so, plus those that the scenario raises. Texts from the alarms page of the manual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .world import Node, World

#: The manual: less than 10 % of the disk is free.
_DISK_FULL = 90.0


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
    return f"{alarm.node.place}:{world.records.number(alarm.node.place, alarm.source + alarm.message)}"


def _of_node(world: World, viewer: Node, node: Node) -> list[Alarm]:
    alarms = [
        Alarm(node, a["since"], a["severity"], a["source"], a["category"], a["message"], a["shelved"])
        for a in node.local_alarms
    ]
    alarms += _path_alarms(world, node)
    return alarms + list(standing(world, node, viewer))


def standing(world: World, node: Node, viewer: Node | None = None) -> Iterator[Alarm]:
    """What follows from the state of a node, as `viewer` sees it or else as it is."""
    yield from _pair_alarms(node)
    state, since = world.seen_state(node, viewer) if viewer else (node.state, node.state_since)
    if state != "Synchronized":
        text = f"Asset {node.asset_id}, which is configured as {node.place}, is not running"
        yield Alarm(node, since, "major", node.asset_id, "asset", text)
    if not node.up:
        yield Alarm(node, node.down_since, "major", "unavailable", "system", f"No connectivity to {node.place}")
        if node.conductor:
            text = f"Node {node.name} went offline"
            yield Alarm(node, node.down_since, "critical", "unavailable", "system", text)
    elif node.service == "offline":
        text = "Process has exited unexpectedly: routingManager"
        yield Alarm(node, node.booted, "major", "routingManager", "process", text)
    else:
        yield from _port_alarms(world, node)
    if node.up and world.disk_used(node) > _DISK_FULL:
        yield Alarm(node, node.booted, "major", "/", "system", "disk space low")
    if node.conductor and node is node.router.nodes[0]:
        yield from _duplicates(world, node)
    if world.scenario.behaviour.peer_alarms == "all":
        for peer, when in world.network.cut_off(node).items():
            yield Alarm(node, when, "critical", peer, "peer", f"Peer {peer} is not reachable")


def _path_alarms(world: World, node: Node) -> list[Alarm]:
    """Their events are recorded by the network itself, which knows when a path changes."""
    if world.scenario.behaviour.peer_alarms == "none":
        return []
    down = world.network.down(node)
    return [Alarm(node, item.since, "major", item.path.source, "peer", item.path.complaint) for item in down]


def _port_alarms(world: World, node: Node) -> Iterator[Alarm]:
    for interface in node.router.interfaces:
        if interface.admin == "down":
            text = f"Intf {interface.name} (1) administratively down"
            yield Alarm(node, node.booted, "info", "unavailable", "interface", text)
        elif world.network.oper(node, interface) == "down":
            yield Alarm(node, node.booted, "critical", interface.name, "interface", "interface operational down")


def _duplicates(world: World, conductor: Node) -> Iterator[Alarm]:
    """The manual shows this alarm with the conductor as its place (`ts_ap_duplicate_asset_id`)."""
    if not world.faults.every("duplicate_asset"):
        return
    for node in world.nodes():
        if world.duplicated(node) and not node.conductor:
            name = node.asset_id
            text = (
                f"A duplicate asset with id '{name}', which is configured as {node.router.name}, has been detected. "
                f"Ensure all assets have a unique id and restart salt-minion on asset '{name}'"
            )
            yield Alarm(conductor, world.began, "critical", name, "asset", text)


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
