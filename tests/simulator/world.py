# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The truth: all routers, their nodes (nodes.py), and what is so at this moment.

One lock guards everything. `touch()` tells whoever waits that something changed.
"""

from __future__ import annotations

import itertools
import threading
import zlib
from collections.abc import Callable
from typing import Any

from .clock import Clock, Scheduler
from .configuration import Authority
from .draws import Spread, chance
from .faults import Faults
from .files import Files
from .journal import Journal
from .listing import Listing
from .network import Network
from .nodes import Installed, Node, Router
from .probe.recorded import Recorded
from .records import Records
from .releases import Release
from .scenario import Scenario
from .specs import InterfaceSpec, NodeSpec, RouterSpec


class World:
    def __init__(self, scenario: Scenario, clock: Clock, journal: Journal) -> None:
        self.scenario = scenario
        self.clock = clock
        self.journal = journal
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.scheduler = Scheduler(clock, self.lock, self._process_died)
        self.faults = Faults(scenario.faults)
        self.habits = scenario.habits
        self.releases = scenario.release_table()
        self.offered = {spec.name for spec in scenario.releases if spec.available}
        self.routers: dict[str, Router] = {}
        self.violations: list[str] = []
        self.records = Records(self)
        self.bad_logins: dict[str, int] = {}
        self.watchers: set[Callable[[], None]] = set()
        self.on_power: list[Callable[[Node, bool], None]] = []
        self._by_name: dict[str, list[Node]] = {}
        self._lasting: dict[tuple[str, str], float] = {}
        self._numbers = itertools.count(1)
        for spec in scenario.all_routers():
            self._add_router(spec)
        self.conductor_router = next(router for router in self.routers.values() if router.conductor)
        self.network = Network(self)
        self.began = clock.now()
        self.ran_first = {node.node_id: node.release for node in self.nodes()}
        self.listing = Listing(self)
        self.blackout = self._straddles()
        if self.blackout:
            self._black_out()
        self._apply_start_faults()
        self.listing.begin()
        self.authority = Authority(self)
        for node in self.nodes():
            self.records.review(node, quietly=True)
        self.recorded = Recorded(self, scenario.recorded) if scenario.recorded else None

    # --- building ---------------------------------------------------------------------------------------------

    def _add_router(self, spec: RouterSpec) -> None:
        router = Router(spec.name, spec.conductor, list(spec.resource_groups), spec.configured, peers=spec.peers)
        if not spec.conductor:
            router.interfaces = [InterfaceSpec(entry) if isinstance(entry, str) else entry for entry in spec.interfaces]
            router.bgp = spec.bgp
        explicit = any(node.primary is not None for node in spec.nodes)
        for index, node in enumerate(spec.nodes):
            primary = bool(node.primary) if explicit else index == 0
            built = self._node(router, spec, node, primary)
            router.nodes.append(built)
            for name in (built.name, built.node_id):
                self._by_name.setdefault(name, []).append(built)
        self._elect(router)
        self.routers[spec.name] = router

    def _node(self, router: Router, spec: RouterSpec, node: NodeSpec, primary: bool) -> Node:
        now = self.clock.now()
        kind = node.install_type or spec.install_type
        return Node(
            router=router,
            name=node.name,
            asset_id=node.asset_id or f"{node.name}.{router.name}".lower(),
            current=Installed(self.releases[str(node.version or spec.version)], kind),
            previous=Installed(self.releases[node.previous], kind) if node.previous else None,
            natural=node.state,
            state=node.state,
            state_since=now - node.in_status,
            booted=now - node.uptime,
            service=node.service,
            primary=primary,
            service_since=now - node.uptime,
            address=_address(next(self._numbers)),
            disk=node.disk or spec.disk,
            errors=list(node.errors),
            downloaded=set(node.downloaded),
            plugins=dict(node.plugins),
            files=Files(now),
        )

    def _apply_start_faults(self) -> None:
        for fault in self.faults.every("mixed_install_types"):
            named = self.find(fault.node, fault.router)
            pairs = [node for node in self.nodes() if node.peer and fault.concerns(node.name, node.router.name)]
            # Nobody named: the second conductor node, since a pair of conductors is what is upgraded here.
            victims = named or ([self.conductors[-1]] if fault.node is None else pairs)
            self._mix(victims[0], fault["install_type"])
        self._raise_start_alarms()

    @staticmethod
    def _mix(node: Node, kind: str) -> None:
        """Give the node this type, or the other one where its peer has this one already."""
        if node.peer and node.peer.current.type == kind:
            kind = "image" if kind == "package" else "package"
        node.current = Installed(node.release, kind)

    def _raise_start_alarms(self) -> None:
        for spec in self.scenario.alarms:
            for node in self.find(spec.node, None):
                self.records.raise_alarm(
                    node, spec.message, spec.severity, spec.category, spec.source, spec.shelved, spec.age
                )
        for fault in self.faults.every("critical_alarm"):
            if fault["when"] == "start":
                self.records.raise_fault_alarm(fault)

    # --- looking things up ------------------------------------------------------------------------------------

    @property
    def conductors(self) -> list[Node]:
        return self.conductor_router.nodes

    def nodes(self) -> list[Node]:
        """The nodes of all routers, those of the conductor included."""
        return [node for router in self.routers.values() for node in router.nodes]

    def find(self, node: str | None, router: str | None) -> list[Node]:
        """Nodes that a fault names; empty when it names none."""
        if node is not None:
            return [candidate for candidate in self._by_name.get(node, []) if router in (None, candidate.router.name)]
        return list(self.routers[router].nodes) if router in self.routers else []

    def lasting(self, what: str, node: Node) -> float:
        """Seconds that a phase takes on this node; drawn by seed, phase and node where the scenario gives a spread."""
        value = getattr(self.scenario.durations, what)
        if not isinstance(value, Spread):
            return value
        key = (what, node.node_id)
        if key not in self._lasting:
            self._lasting[key] = value.draw(chance(self.scenario.durations.seed, *key))
        return self._lasting[key]

    def release_for(self, text: str) -> Release | None:
        """The build that somebody typed, or None. A bare `6.3.5` only if the scenario lets it and it is unambiguous."""
        form = self.scenario.habits["package_cell"]
        matches = [release for release in self.releases.values() if text in release.spellings(form)]
        if not matches and self.scenario.behaviour.accept_bare_release:
            matches = [release for release in self.releases.values() if text == release.patch]
        offered = [release for release in matches if release.name in self.offered]
        pool = offered or matches
        return pool[0] if len(pool) == 1 else None

    def withdrawn(self, release: Release) -> bool:
        """Not on offer: neither in the scenario's list, or taken away by a fault."""
        if release.name not in self.offered:
            return True
        faults = self.faults.every("unavailable_version")
        return any(
            fault["version"] is None or fault["version"] in release.spellings() | {release.patch} for fault in faults
        )

    # --- what a conductor node sees ---------------------------------------------------------------------------

    def seen_state(self, node: Node, viewer: Node) -> tuple[str, float]:
        """Asset state in the words of 6.3 and since when, as `viewer` shows it."""
        fault = self.faults.peek("asset_synchronized_only_on_peer", node.name, node.router.name)
        if fault and node.state == "Synchronized" and self._blind(fault, viewer):
            return fault["state"], max(viewer.booted, node.state_since)
        if node.state == "Synchronized" and not node.conductor:
            return self._flapping(node)
        return node.state, node.state_since

    def _blind(self, fault: Any, viewer: Node) -> bool:
        wanted = fault["viewer"] or self.conductors[0].name
        if viewer.name != wanted or viewer.peer is None:
            return False
        return fault["when"] == "start" or viewer.counts.get("upgrade", 0) > 0

    def _flapping(self, node: Node) -> tuple[str, float]:
        """I95-64063: assets flap while one conductor node is away. Derived from time, so that no thread is needed."""
        away = [conductor for conductor in self.conductors if not conductor.up]
        if not away or not self.scenario.behaviour.flap_while_conductor_down:
            return node.state, node.state_since
        period = self.scenario.behaviour.flap_period
        turn = int((self.clock.now() - away[0].down_since) / period) + zlib.crc32(node.asset_id.encode()) % 2
        began = away[0].down_since + int((self.clock.now() - away[0].down_since) / period) * period
        return ("Disconnected" if turn % 2 else "Synchronized"), began

    def reachable(self, node: Node) -> bool:
        """Whether commands sent to the node get an answer; conductor nodes reach each other without the minion."""
        return node.up and (node.conductor or node.state != "Disconnected")

    # --- changes ----------------------------------------------------------------------------------------------

    def touch(self) -> None:
        """Something has changed: whoever waits checks again."""
        with self.lock:
            self.changed.notify_all()
            watchers = list(self.watchers)
        for watcher in watchers:
            watcher()

    def set_state(self, node: Node, state: str) -> None:
        """Change the state of an asset, with the event that belongs to it."""
        if node.state == state:
            return
        old, node.state, node.state_since = node.state, state, self.clock.now()
        self.listing.note(node)
        self.journal.add("asset_state", node=node.node_id, old=old, new=state)
        self.records.add(node, "provisioning", f"{old} -> {state}")
        if node.natural == "Disconnected":
            self.network.review(node)
        self.records.review(node)
        self.touch()

    def set_service(self, node: Node, service: str) -> None:
        """Change the state of the 128T service of a node, with everything that follows from it."""
        if service == "running" != node.service:
            node.service_since = self.scheduler.moment()
            self.scheduler.spawn(self.network.later(node))
        node.service = service
        self._elect(node.router)
        self.journal.add("service", node=node.node_id, service=service)
        self.network.review(node)
        self.records.review(node)
        self.touch()

    def go_down(self, node: Node) -> None:
        """The node restarts: no SSH, no service, and every candidate configuration on it is lost."""
        self._watch_pair(node)
        node.up = False
        node.restarts += 1
        node.down_since = self.clock.now()
        self.set_service(node, "offline")
        self.authority.forget_candidates(node)
        self.journal.add("restart_begins", node=node.node_id, version=node.release.name)
        self.set_state(node, "Disconnected")
        for listener in self.on_power:
            listener(node, False)
        self.touch()

    def come_up(self, node: Node, volume: Installed) -> None:
        """The node has booted from `volume`; the service is only starting."""
        if volume is not node.current:
            node.volume = "a" if node.volume == "b" else "b"
        node.current = volume
        node.up = True
        node.booted = self.clock.now()
        node.service = "starting"
        node.broken.clear()
        self.listing.note(node)
        self.records.review(node)
        self.journal.add("restart_ends", node=node.node_id, version=node.release.name, install_type=volume.type)
        self.touch()
        for listener in self.on_power:
            listener(node, True)

    @staticmethod
    def _elect(router: Router) -> None:
        """One node of a pair is primary. When its service goes and the other one's runs, that one takes over."""
        able = [node for node in router.nodes if node.up and node.service == "running"]
        chosen = next((node for node in able if node.primary), None) or (able[0] if able else None)
        if chosen:
            for node in router.nodes:
                node.primary = node is chosen

    def _watch_pair(self, node: Node) -> None:
        peer = node.peer
        if not peer:
            return
        wanted = node.operation is not None and "simultaneous" in node.operation.options
        if not peer.up and not wanted:
            self.violate(f"both nodes of {node.router.name} down at once ({node.name} went while {peer.name} was away)")

    def violate(self, text: str) -> None:
        """Write down that something happened which never must."""
        self.violations.append(text)
        self.journal.add("violation", text=text)
        self.touch()

    def _process_died(self, error: BaseException) -> None:
        self.violate(f"simulator error: {type(error).__name__}: {error}")

    # --- a pair of conductors on both sides of 6.3 --------------------------------------------------------------

    def _straddles(self) -> bool:
        kinds = {node.release.generation == "pre-6.3" for node in self.conductors}
        return len(kinds) == 2

    def review_blackout(self) -> bool:
        """Call after a conductor booted. True when assets may connect again, which they could not before.

        `upgrade_ibu_conductor`: coming from below 6.3 all assets are Disconnected until both nodes run the new version.
        """
        was, self.blackout = self.blackout, self._straddles()
        if self.blackout and not was:
            self._black_out()
        return was and not self.blackout

    def _black_out(self) -> None:
        for node in self.nodes():
            self.set_state(node, "Disconnected")

    # --- what a fault makes of a node -------------------------------------------------------------------------

    def errors_of(self, node: Node) -> list[str]:
        """Errors of the asset; the highstate found them."""
        fault = self.faults.peek("asset_errors", node.name, node.router.name, when="start")
        return [*node.errors, fault["text"]] if fault else node.errors

    def disk_used(self, node: Node) -> float:
        """In per cent."""
        fault = self.faults.peek("disk_low", node.name, node.router.name)
        return float(fault["used"]) if fault else node.disk.used

    def duplicated(self, node: Node) -> Any:
        """The fault by which a second machine has the asset id of this node, or None."""
        return self.faults.peek("duplicate_asset", node.name, node.router.name)

    def unlisted(self, node: Node) -> bool:
        """Is the asset counted, and missing from the list?"""
        return self.faults.peek("asset_unlisted", node.name, node.router.name) is not None

    def boots_next(self, node: Node) -> str:
        """The volume that is selected for the next boot: the one that runs, unless somebody has selected the other."""
        other = self.faults.peek("other_volume_selected", node.name, node.router.name)
        return node.other_volume if other and not node.restarts else node.volume

    def linked(self, node: Node, other: Node) -> bool:
        """Do two nodes of one router see each other over what connects the pair (I95-65455)?"""
        pair = (node, other)
        fault = any(
            self.faults.peek("pair_link_down", member.name, member.router.name, when="start") for member in pair
        )
        return not fault and not any(member.broken.link for member in pair)

    def holds(self, node: Node, conductor: Node) -> bool:
        """Has the minion of the node a connection to this conductor node? One may lose it and not retry (I95-63923)."""
        fault = self.faults.peek("minion_lost_conductor", node.name, node.router.name)
        lost = fault and (fault["conductor"] or self.conductors[-1].name)
        return conductor.up and self.reachable(node) and conductor.name != lost

    def review(self) -> None:
        """Something changed that is nobody's doing, such as a fault that came or went."""
        self.network.review_all()
        for node in self.nodes():
            self.records.review(node)


def _address(number: int) -> str:
    """Of a node towards its peers, in the shared address space of RFC 6598."""
    return f"100.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"
