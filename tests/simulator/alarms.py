# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms: derived from what is so, plus those that the scenario raises. Texts from the alarms page of the manual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .alarm_texts import alarm_text

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
    return f"{alarm.node.node_id}:{world.records.number(alarm.node.node_id, alarm.source + alarm.message)}"


def _of_node(world: World, viewer: Node, node: Node) -> list[Alarm]:
    alarms = [
        Alarm(
            node,
            alarm["since"],
            alarm["severity"],
            alarm["source"],
            alarm["category"],
            alarm["message"],
            alarm["shelved"],
        )
        for alarm in node.local_alarms
    ]
    alarms += _path_alarms(world, node)
    return alarms + list(standing(world, node, viewer))


def standing(world: World, node: Node, viewer: Node | None = None) -> Iterator[Alarm]:
    """What follows from the state of a node, as `viewer` sees it or else as it is."""
    yield from _pair_alarms(world, node)
    state, since = world.seen_state(node, viewer) if viewer else (node.state, node.state_since)
    if state != "Synchronized":
        text = alarm_text(world.habits, "not_running", asset=node.asset_id, node_id=node.node_id)
        yield Alarm(node, since, "major", node.asset_id, "asset", text)
    if not node.up:
        yield from _away_alarms(world, node)
    elif node.service == "offline":
        text = alarm_text(world.habits, "process", process="routingManager")
        yield Alarm(node, node.booted, "major", "routingManager", "process", text)
    else:
        yield from _port_alarms(world, node)
    if node.up:
        yield from _own_alarms(world, node)
    if node.conductor and node is node.router.nodes[0]:
        yield from _duplicates(world, node)
    if world.scenario.behaviour.peer_alarms == "all":
        for peer, when in world.network.cut_off(node).items():
            yield Alarm(node, when, "critical", peer, "peer", alarm_text(world.habits, "unreachable", peer=peer))


def _away_alarms(world: World, node: Node) -> Iterator[Alarm]:
    text = alarm_text(world.habits, "no_connectivity", node_id=node.node_id)
    yield Alarm(node, node.down_since, "major", "unavailable", "system", text)
    if node.conductor:
        text = alarm_text(world.habits, "offline", node=node.name)
        yield Alarm(node, node.down_since, "critical", "unavailable", "system", text)


def _own_alarms(world: World, node: Node) -> Iterator[Alarm]:
    """What a node that runs complains of itself."""
    if world.disk_used(node) > _DISK_FULL:
        yield Alarm(node, node.booted, "major", "/", "system", alarm_text(world.habits, "disk"))
    text = alarm_text(world.habits, "out_of_sync", node=node.name)
    if text and node.peer and not node.peer.up:
        yield Alarm(node, node.peer.down_since, "critical", "unavailable", "system", text)
    text = alarm_text(world.habits, "passwords")
    if text and node.release.generation == "7.x":
        yield Alarm(node, node.booted, "major", "unavailable", "system", text)


def _path_alarms(world: World, node: Node) -> list[Alarm]:
    """Their events are recorded by the network itself, which knows when a path changes."""
    if world.scenario.behaviour.peer_alarms == "none":
        return []
    down = world.network.down(node)
    return [Alarm(node, outage.since, "major", outage.path.source, "peer", outage.path.complaint) for outage in down]


def _port_alarms(world: World, node: Node) -> Iterator[Alarm]:
    for interface in node.router.interfaces:
        if interface.admin == "down":
            text = alarm_text(world.habits, "port_closed", port=interface.name)
            yield Alarm(node, node.booted, "info", "unavailable", "interface", text)
        elif world.network.oper(node, interface) == "down":
            text = alarm_text(world.habits, "port_down", port=interface.name)
            yield Alarm(node, node.booted, "critical", interface.name, "interface", text)


def _duplicates(world: World, conductor: Node) -> Iterator[Alarm]:
    """The manual shows this alarm with the conductor as its place (`ts_ap_duplicate_asset_id`)."""
    if not world.faults.every("duplicate_asset"):
        return
    for node in world.nodes():
        if world.duplicated(node) and not node.conductor:
            name = node.asset_id
            text = alarm_text(world.habits, "duplicate", asset=name, router=node.router.name)
            yield Alarm(conductor, world.began, "critical", name, "asset", text)


def _mismatch_alarms(world: World, node: Node, peer: Node, since: float) -> Iterator[Alarm]:
    values = {"node": node.name, "version": node.release.name, "peer_version": peer.release.name}
    newer = alarm_text(world.habits, "node_mismatch", **values)  # the published page does not know it
    if world.habits["mismatch_alarm"] != "node" or not newer:
        text = alarm_text(world.habits, "asset_mismatch", node_id=node.node_id)
        yield Alarm(node, since, "critical", node.asset_id, "asset", text)
    if world.habits["mismatch_alarm"] != "asset" and newer and node.up:
        yield Alarm(node, since, "critical", "unavailable", "system", newer)


def _pair_alarms(world: World, node: Node) -> Iterator[Alarm]:
    peer = node.peer
    if peer is None:
        return
    since = max(node.booted, peer.booted)
    if node.release != peer.release:
        yield from _mismatch_alarms(world, node, peer, since)
    if node.current.type != peer.current.type:
        # Invented: the manual says that there is an alarm, not what it reads.
        named = world.habits["type_alarm"] == "names"
        values = {"node": node.name, "node_id": node.node_id, "kind": node.current.type, "peer_kind": peer.current.type}
        text = alarm_text(world.habits, "types_named" if named else "types", **values)
        yield Alarm(node, since, "critical", node.asset_id, "asset", text)
