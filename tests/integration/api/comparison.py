# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the readers of the API conclude, beside what is true in the simulated world.

A conclusion that is not known is never wrong. Whether enough is known is for the tests to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.alarms import AlarmList
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.assets import ApiAsset, download_state
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.client import ApiClient
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.nodes import conductor_links, in_sync, leader_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.download_entries import (
    NOTHING,
    RUNNING,
    THERE,
    UNREADABLE,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import Version, parse, satisfies

from tests.simulator import Simulator
from tests.simulator.alarms import alarms_of
from tests.simulator.world import Node

#: The types of events, by the PCLI. Whether the API keeps those of software is open (W9).
KINDS = ("ADMIN", "ALARM", "SYSTEM", "TRAFFIC", "PROVISIONING")

#: (about, what was concluded, what is true); None in the middle: not known.
Claim = tuple[str, object, object]


@dataclass
class Meeting:
    """What was wrong, and what was known and not known, by what it is about."""

    wrong: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def hear(self, claims: Iterator[Claim]) -> None:
        for about, concluded, true in claims:
            (self.unknown if concluded is None else self.known).add(about)
            if concluded is not None and concluded != true:
                self.wrong.append(f"{about}: concluded {concluded!r}, and true is {true!r}")


def compare(sim: Simulator, client: ApiClient, viewer: str = "c1") -> Meeting:
    """Everything that the client can ask of an authority, for every node."""
    meeting = Meeting()
    eye = sim.world.find(viewer, None)[0]
    assets = client.assets()
    assert assets is not None and assets.problems == ()
    with sim.world.lock:
        nodes = list(sim.world.nodes())
    listed = [asset.node_id for asset in assets.assets]
    # That one is missing from it, no list can tell.
    meeting.hear(iter([("the list", set(listed), {_id(node) for node in nodes if not sim.world.unlisted(node)})]))
    for node in nodes:
        asset = assets.of(_id(node))
        meeting.hear(iter([(f"{node.node_id} asset", asset and True, True)]))
        if asset is not None:
            meeting.hear(_of_asset(sim, node, eye, asset))
        meeting.hear(_of_node(sim, node, client))
    lone = nodes[-1]
    meeting.hear(_alarms(sim, lone.node_id, client.alarms(lone.router.name, lone.name), eye, [lone]))
    for router in sim.world.routers.values():
        if len(router.nodes) > 1:
            meeting.hear(_of_pair(sim, router.nodes, client))
            meeting.hear(_alarms(sim, router.name, client.alarms(router.name), eye, router.nodes))
    meeting.hear(_alarms(sim, "authority", client.alarms(), eye, nodes))
    return meeting


def _id(node: Node) -> NodeId:
    return NodeId(node.router.name, node.name)


def same_version(shown: Version | None, name: str) -> bool | None:
    """Whether a version that was read may be this release; None where none was read."""
    return None if shown is None else satisfies(parse(name), shown) is True


# -- assets ---------------------------------------------------------------------------------------------------------


def _of_asset(sim: Simulator, node: Node, eye: Node, asset: ApiAsset) -> Iterator[Claim]:
    name, row = node.node_id, asset.asset
    with sim.world.lock:
        heard = sim.world.listing.heard(node, eye)
        errors = sim.world.errors_of(node)
    yield f"{name} id", row.asset_id, node.asset_id
    yield f"{name} version", same_version(row.version, heard.release.name), True
    yield f"{name} away", row.away, heard.state == "Disconnected"
    # Settled is what may go on from here; that it is not is the careful side.
    yield f"{name} settled", row.settled or None, heard.state == "Synchronized"
    yield f"{name} busy", row.busy or None, node.operation is not None
    yield f"{name} install type", row.install_type, heard.install_type
    yield f"{name} errors", row.errors, len(errors)
    yield f"{name} error texts", all(any(e in text for text in row.error_texts) for e in errors) or None, True
    yield f"{name} duplicate", row.duplicate or None, sim.world.duplicated(node) is not None
    for release in sim.world.releases.values():
        state = download_state(asset, parse(release.name))
        known = None if state.kind == UNREADABLE else state.kind
        yield f"{name} download {release.name}", known, _download(node, release.name)


def _download(node: Node, release: str) -> str:
    if release in node.downloaded:
        return THERE
    operation = node.operation
    fetching = operation is not None and operation.release is not None and operation.release.name == release
    return RUNNING if fetching and (operation.kind == "download" or operation.phase == "download") else NOTHING


# -- nodes ----------------------------------------------------------------------------------------------------------


def _of_node(sim: Simulator, node: Node, client: ApiClient) -> Iterator[Claim]:
    name, node_id, world = node.node_id, _id(node), sim.world
    state = client.node_state(node_id)
    yield f"{name} service", state and state.service, node.service == "running"
    yield f"{name} running version", state and same_version(state.version, node.release.name), True
    role = "conductor" if node.conductor else "combo"
    yield f"{name} role", state and state.role and state.role.lower(), role
    yield f"{name} booted", state and state.started_at and int(state.started_at.timestamp()), int(node.booted)
    connections = client.connections(node_id)
    if connections is not None and not node.conductor:
        links = conductor_links(connections, [_id(conductor) for conductor in world.conductors])
        for conductor in world.conductors:
            yield f"{name} link to {conductor.name}", links[_id(conductor)], world.holds(node, conductor)
    disks = client.disks(node_id)
    yield f"{name} disk", disks and [disk.used for disk in disks], [world.disk_used(node)]
    yield from _events(sim, node, client)


def _events(sim: Simulator, node: Node, client: ApiClient) -> Iterator[Claim]:
    since = datetime.now(timezone.utc) - timedelta(days=1)
    history = client.events_since(_id(node), since)
    whole = history is not None and not history.problems
    shown = sorted(event.message for event in history.events) if history is not None and whole else None
    kinds = [kind.lower() for kind in KINDS if kind != "PROVISIONING" or sim.habits["audit_types"] == "provisioning"]
    own = [event for event in sim.world.records.events if event["node"] is node and event["type"] in kinds]
    yield f"{node.node_id} events", shown, sorted(event["message"] for event in own)


# -- pairs ----------------------------------------------------------------------------------------------------------


def _of_pair(sim: Simulator, nodes: list[Node], client: ApiClient) -> Iterator[Claim]:
    router, names, world = nodes[0].router.name, [node.name for node in nodes], sim.world
    fine = all(world.reachable(node) for node in nodes) and world.linked(*nodes)
    yield f"{router} in sync", in_sync(client.database_links(router), names), fine
    states = {node_id: client.node_state(node_id) for node_id in map(_id, nodes)}
    leader = leader_of({key: state for key, state in states.items() if state}, router, names, "routingManager")
    yield f"{router} leader", leader, next(node.name for node in nodes if node.primary)


def _alarms(sim: Simulator, name: str, shown: AlarmList | None, eye: Node, nodes: list[Node]) -> Iterator[Claim]:
    with sim.world.lock:
        true = alarms_of(sim.world, eye, nodes)
    for about, listed, shelved in (("alarms", "alarms", False), ("shelved alarms", "shelved", True)):
        rows = None if shown is None or shown.problems else getattr(shown, listed)
        yield (
            f"{name} {about}",
            rows if rows is None else sorted((row.router, row.node, row.severity, row.message) for row in rows),
            sorted((a.node.router.name, a.node.name, a.severity, a.message) for a in true if a.shelved is shelved),
        )
