# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what GraphQL shows of nodes: state, processes, leader, connections, disks, links of the database. Pure.

Shapes by stage_check (whose test data are answers of real conductors of 2019 to 2021) and ssr-mcp (2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..software.disks import Disk
from ..software.node_id import NodeId
from ..software.system import Process, primary_node, service_runs
from ..software.versions import Version, try_parse
from .values import Row, moment, number, rows, text, truth, whole


@dataclass(frozen=True)
class NodeState:
    """How a node is by its own account. None: not said. ``processes`` None: not shown."""

    node_id: NodeId
    status: str | None
    role: str | None
    version_text: str | None
    version: Version | None
    started_at: datetime | None
    alarms: int | None
    processes: tuple[Process, ...] | None

    @property
    def service(self) -> bool | None:
        """Whether its service runs, by the word for it; None where that is not known."""
        return service_runs(self.status)


@dataclass(frozen=True)
class Connection:
    """A connection of a node to another one. ``state`` is the word as it came."""

    local: NodeId
    remote: NodeId
    role: str
    state: str

    @property
    def to_conductor(self) -> bool:
        """Whether it leads to a node of the conductor."""
        return self.role.strip().lower() == "conductor"

    @property
    def up(self) -> bool | None:
        """Whether it stands; None for a word that says neither. Known is only ``CONNECTED``."""
        word = re.sub(r"[^a-z]", "", self.state.lower())
        if word == "connected":
            return True
        return False if word in ("disconnected", "notconnected") else None


def read_states(data: object) -> dict[NodeId, NodeState]:
    """The state of each node of which there is one in the answer. Who is missing is not known."""
    states = ((node_id, row.get("state")) for node_id, row in _nodes(data))
    return {node_id: _state(node_id, state) for node_id, state in states if isinstance(state, dict)}


def _state(node_id: NodeId, state: Row) -> NodeState:
    version_text = text(state, "softwareVersion")
    listed = rows(state.get("processes"))
    return NodeState(
        node_id=node_id,
        status=text(state, "status"),
        role=text(state, "role"),
        version_text=version_text,
        version=try_parse(version_text),
        started_at=moment(state.get("startTime")),
        alarms=whole(state.get("alarmCount")),
        # Every node has processes, so a list without any says nothing.
        processes=tuple(_process(node_id.node, row) for row in listed) if listed else None,
    )


_LEADS, _FOLLOWS = frozenset(("active", "leader", "primary")), frozenset(("standby", "follower", "secondary", "backup"))


def _process(node: str, row: Row) -> Process:
    """``primary`` and ``leaderStatus`` say the same thing twice. Where they differ, it is not known."""
    word = (text(row, "leaderStatus") or "").lower()
    by_word = True if word in _LEADS else False if word in _FOLLOWS else None
    primary = truth(row.get("primary"))
    known = {answer for answer in (primary, by_word) if answer is not None}
    return Process(
        node=node,
        name=text(row, "name", "processName") or "",
        status=(text(row, "status") or "").lower(),
        primary=known.pop() if len(known) == 1 else None,
    )


def leader_of(states: Mapping[NodeId, NodeState], router: str, nodes: Iterable[str], process: str) -> str | None:
    """The node of a router that leads a process; None unless every one of its nodes shows it and exactly one leads."""
    own = [states[NodeId(router, node)] for node in nodes if NodeId(router, node) in states]
    shown = [row for state in own for row in state.processes or ()]
    return primary_node(shown, process, nodes)


def read_connections(data: object) -> dict[NodeId, tuple[Connection, ...]]:
    """The connections of each node that shows any list of them."""
    found: dict[NodeId, tuple[Connection, ...]] = {}
    for node_id, row in _nodes(data):
        listed = rows(row.get("connectivity"))
        if listed is not None:
            connections = (_connection(node_id, entry) for entry in listed)
            found[node_id] = tuple(connection for connection in connections if connection is not None)
    return found


def _connection(local: NodeId, row: Row) -> Connection | None:
    node, router = text(row, "remoteNodeName"), text(row, "remoteRouterName")
    if not node or not router:
        return None
    return Connection(local, NodeId(router, node), text(row, "remoteNodeRole") or "", text(row, "status") or "")


def conductor_links(connections: Iterable[Connection], conductor: Iterable[NodeId]) -> dict[NodeId, bool | None]:
    """Whether the connection to each node of the conductor stands. None: not shown, or a word that says neither."""
    shown = {connection.remote: connection.up for connection in connections if connection.to_conductor}
    return {node_id: shown.get(node_id) for node_id in conductor}


def read_disks(data: object) -> dict[NodeId, tuple[Disk, ...]]:
    """The disks of each node that shows the use of any: ``disk`` in bytes, else ``platform.disks`` in per cent."""
    found: dict[NodeId, tuple[Disk, ...]] = {}
    for node_id, row in _nodes(data):
        platform = row.get("platform")
        disks = [_partition(node_id.node, entry) for entry in rows(row.get("disk")) or ()]
        listed = rows(platform.get("disks")) if isinstance(platform, dict) else None
        disks = [disk for disk in disks if disk] or [_disk(node_id.node, entry) for entry in listed or ()]
        known = tuple(disk for disk in disks if disk)
        if known:
            found[node_id] = known
    return found


def _partition(node: str, row: Row) -> Disk | None:
    """``capacity`` and ``usage`` are bytes (ssr-mcp). What has no size cannot be full."""
    mount, size, used = text(row, "partition"), whole(row.get("capacity")), whole(row.get("usage"))
    if not mount or not size or used is None or used > size:
        return None
    return Disk(node, mount, round(100 * used / size, 1), size - used, size)


def _disk(node: str, row: Row) -> Disk | None:
    """The unit of ``space`` is not documented, so only the percentage is taken."""
    name, used = text(row, "name"), number(row.get("percentUsed"))
    return Disk(node, name, used, None, None) if name and used is not None and 0 <= used <= 100 else None


# -- the database of a pair ---------------------------------------------------------------------------------------


def read_database_links(data: object) -> dict[str, int]:
    """How many links of the database each node has, by its name, as far as the answer says."""
    value: object = data
    for name in ("metrics", "redundancy", "databaseConnection", "activeConnections"):
        value = value.get(name) if isinstance(value, dict) else None
    links = {text(row, "node"): whole(row.get("value")) for row in rows(value) or ()}
    return {node: count for node, count in links.items() if node and count is not None}


def in_sync(links: Mapping[str, int], nodes: Iterable[str]) -> bool | None:
    """Whether every node of a pair has a link of the database.

    False only where a node shows that it has none. A node that is missing is not known: before 7.0.5 the figures of a
    dead peer came back empty (I95-64448).
    """
    shown = [links.get(node) for node in nodes]
    if 0 in shown:
        return False
    return True if shown and None not in shown else None


def _nodes(data: object) -> Iterator[tuple[NodeId, Row]]:
    """Every node in an answer about routers. One whose router or own name is not said is left out."""
    routers = data.get("allRouters") if isinstance(data, dict) else None
    for router in rows(routers) or ():
        for node in rows(router.get("nodes")) or ():
            names = text(router, "name"), text(node, "name")
            if all(names):
                yield NodeId(*names), node
