# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What routers are connected with: peer paths, ports, BGP neighbours.

States follow from what is so at the moment (is a node up, since when does its service run), so that nothing has to be
kept for each of many thousand paths; only those that are down are remembered, for their alarms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .clock import Process
from .specs import BgpSpec, InterfaceSpec

if TYPE_CHECKING:
    from .world import Node, Router, World


@dataclass
class Broken:
    """What an upgrade left behind on a node; another boot repairs it."""

    peers: set[str] = field(default_factory=set)
    interfaces: set[str] = field(default_factory=set)
    bgp: dict[str, str] = field(default_factory=dict)  # address -> state
    link: bool = False  # to the other node of the pair

    def clear(self) -> None:
        self.peers.clear()
        self.interfaces.clear()
        self.bgp.clear()
        self.link = False

    def texts(self) -> list[str]:
        broken = {"peer": self.peers, "interface": self.interfaces, "bgp": set(self.bgp)}
        texts = [f"{kind} {name}" for kind, names in broken.items() for name in sorted(names)]
        return texts + ["link of the pair"] * self.link


@dataclass(frozen=True)
class Path:
    """One way from a node to a peer. Behind an address that a pair shares there are two nodes."""

    node: Node
    peer: Router
    interface: InterfaceSpec
    destination: str
    remote: tuple[Node, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.peer.name, self.destination

    @property
    def source(self) -> str:
        """Of its alarm, as in the sample of `events_overview`."""
        return f"If - {self.interface.name} | Destination - {self.destination} | Vlan - 0"

    @property
    def complaint(self) -> str:
        where = f"PeerName: {self.peer.name} | Destination: {self.destination} | NodeName: {self.node.name}"
        return f"Peer {self.peer.name} path is down ({where} | DeviceInterface: {self.interface.name} | Vlan: 0)"


@dataclass(frozen=True)
class Down:
    """A path that is down, since when, and whether no other one leads to that peer."""

    path: Path
    since: float


class Network:
    def __init__(self, world: World) -> None:
        self._world = world
        self._peers = _adjacency(world)
        self._paths: dict[str, list[Path]] = {}
        self._down: dict[str, dict[tuple[str, str], Down]] = {}
        self.review_all(quietly=True)

    # --- peer paths -------------------------------------------------------------------------------------------

    def peers(self, router: Router) -> list[Router]:
        """The routers that this one peers with."""
        return self._peers.get(router.name, [])

    def paths(self, router: Router) -> list[Path]:
        """All paths of the nodes of a router to its peers."""
        if router.name not in self._paths:
            self._paths[router.name] = list(self._all_paths(router))
        return self._paths[router.name]

    def _all_paths(self, router: Router) -> Iterator[Path]:
        for peer in self.peers(router):
            for node in router.nodes:
                for destination, remote in _addresses(peer):
                    if router.interfaces:
                        yield Path(node, peer, router.interfaces[0], destination, remote)

    def status(self, path: Path) -> str:
        """`up`, `down`, `initializing` or `standby`, the words of `show peers`."""
        if not self._carries(path.node, path.interface) or path.peer.name in path.node.broken.peers:
            return "down"
        remotes = [node for node in path.remote if self._answers(node, path.node.router)]
        if not remotes:
            return "down"
        if path.interface.shared and not path.node.primary:
            return "standby"
        begun = max(self._ready_at(path.node), min(map(self._ready_at, remotes)))
        return "up" if self._world.clock.now() >= begun else "initializing"

    def _answers(self, node: Node, asker: Router) -> bool:
        return self._carries(node, node.router.interfaces[0]) and asker.name not in node.broken.peers

    def _carries(self, node: Node, interface: InterfaceSpec) -> bool:
        return self.forwards(node) and self.oper(node, interface) == "up" and interface.admin == "up"

    @staticmethod
    def forwards(node: Node) -> bool:
        """Whether traffic passes. An asset that was Disconnected from the start is a dead site, not a lost minion."""
        dead = node.natural == node.state == "Disconnected"
        return node.up and node.service == "running" and not dead

    def _ready_at(self, node: Node) -> float:
        return node.service_since + self._world.lasting("peers", node)

    # --- ports and BGP ----------------------------------------------------------------------------------------

    def oper(self, node: Node, interface: InterfaceSpec) -> str:
        """Its operational status: `up`, `down` or `unknown`."""
        fault = self._world.faults.peek("interface_down", node.name, node.router.name, when="start")
        named = fault and interface.name == (fault["interface"] or node.router.interfaces[-1].name)
        if named or interface.name in node.broken.interfaces or interface.admin == "down":
            return "down"
        return interface.oper

    def bgp_state(self, speaker: Node, neighbour: BgpSpec) -> str:
        """Of the session that the primary node of a router has with a neighbour."""
        state = speaker.broken.bgp.get(neighbour.address, neighbour.state)
        if state != "Established":
            return state
        return state if self._world.clock.now() >= self._ready_at(speaker) else "Connect"

    def bgp_age(self, speaker: Node) -> float:
        """Seconds since the neighbours came up."""
        return max(self._world.clock.now() - self._ready_at(speaker), 0.0)

    # --- what is down, for alarms -----------------------------------------------------------------------------

    def down(self, node: Node) -> list[Down]:
        """The paths of a node that are down."""
        return list(self._down.get(node.node_id, {}).values())

    def cut_off(self, node: Node) -> dict[str, float]:
        """Peers to which no path of this node leads any more, and since when."""
        since_by_peer: dict[str, list[float]] = {}
        for outage in self.down(node):
            since_by_peer.setdefault(outage.path.peer.name, []).append(outage.since)
        width = {peer.name: len(_addresses(peer)) for peer in self.peers(node.router) if peer.name in since_by_peer}
        return {name: max(since) for name, since in since_by_peer.items() if len(since) == width[name]}

    def review_all(self, quietly: bool = False) -> None:
        for router in self._world.routers.values():
            for path in self.paths(router):
                self._review(path, quietly)

    def review(self, node: Node) -> None:
        """Something happened to this node: paths from it and to it may be down or up again."""
        for path in self.paths(node.router):
            if path.node is node:
                self._review(path)
        for peer in self.peers(node.router):
            for path in self.paths(peer):
                if path.peer is node.router and node in path.remote:
                    self._review(path)

    def later(self, node: Node) -> Process:
        """Look again when its paths have had the time to come up."""
        yield self._world.lasting("peers", node)
        self.review(node)

    def _review(self, path: Path, quietly: bool = False) -> None:
        known = self._down.setdefault(path.node.node_id, {})
        # A node that does not run complains of nothing; what it complained of before went with it.
        bad = self.forwards(path.node) and self.status(path) in ("down", "initializing")
        if bad == (path.key in known):
            return
        if bad:
            known[path.key] = Down(path, self._world.clock.now())
        else:
            del known[path.key]
        if not quietly:
            self._record(path, "add" if bad else "clear")

    def _record(self, path: Path, change: str) -> None:
        if self._world.scenario.behaviour.peer_alarms != "none":
            self._world.records.alarm(path.node, change, path.complaint, "major", path.source, "peer")


def _adjacency(world: World) -> dict[str, list[Router]]:
    """Peering is mutual. Who names nobody peers with the first router, as spokes do with their hub."""
    routers = {name: router for name, router in world.routers.items() if not router.conductor}
    hub = next(iter(routers), None)
    adjacent: dict[str, dict[str, Router]] = {name: {} for name in routers}
    for name, router in routers.items():
        for peer in [hub] if router.peers is None else router.peers:
            if peer and peer != name:
                adjacent[name][peer] = routers[peer]
                adjacent[peer][name] = router
    return {name: list(peers.values()) for name, peers in adjacent.items()}


def _addresses(router: Router) -> list[tuple[str, tuple[Node, ...]]]:
    """Where a router is reached: each node by its own address, or both by the one that they share."""
    if not router.interfaces:
        return []
    if router.interfaces[0].shared:
        return [(router.nodes[0].address, tuple(router.nodes))]
    return [(node.address, (node,)) for node in router.nodes]
