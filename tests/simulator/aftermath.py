# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade leaves behind: lost paths, ports and neighbours, alarms that come and go, a neighbour that is away.

Also conversions from package to image. `upgrade_ibu_conductor`: they halve the usable disk, and fail where that is too
little; the failure is an event on the conductor, with its reasons, the success one on the router. The words of both
are invented.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .faults import FaultSpec
from .operations import Steps
from .world import Installed, Node, World

#: Half of the disk is what a converted system has to fit into.
_HALF = 50.0
_PASSING = {
    "process": ("Process has exited unexpectedly: conflux", "conflux", "process"),  # I95-65432
    "ntp": ("No active NTP server", "unavailable", "system"),  # I95-64603
}
Away = Callable[[Node, float], Steps]


class Aftermath:
    """`away` lets a node be gone for so many seconds."""

    def __init__(self, world: World, away: Away) -> None:
        self._world = world
        self._away = away

    def conversion_problem(self, node: Node, kind: str) -> str:
        """Why the node cannot get this install type, or nothing. The reasons are recorded."""
        if node.current.type == kind:
            return ""
        fault = self._world.faults.take("conversion_fails", node.name, node.router.name)
        used = self._world.disk_used(node)
        if fault:
            reason = str(fault["text"])
        elif used > _HALF:
            reason = f"{used:.0f}% of the disk is in use, and a second volume needs half of it"
        else:
            return ""
        text = f"conversion of {node.node_id} from {node.current.type} to {kind} failed: {reason}"
        self._world.records.add(self._recorder(), "provisioning", text)
        return text

    def _recorder(self) -> Node:
        """The conductor node that keeps such records."""
        conductors = self._world.conductors
        return next((node for node in conductors if node.up), conductors[0])

    def upgrade_begins(self, node: Node) -> None:
        self._neighbour(node, "upgrade_starts")

    def upgraded(self, node: Node, old: Installed) -> None:
        """The node runs the new release. Caller holds the lock."""
        if node.current.type != old.type:
            self._world.records.add(node, "provisioning", f"converted from {old.type} to {node.current.type}")
        alarm = self._take("critical_alarm", node, when="after_upgrade")
        if alarm:
            self._world.records.raise_fault_alarm(alarm, node)
        self._break(node)
        passing = self._take("transient_alarm", node)
        if passing:
            self._world.scheduler.spawn(self._passes(node, passing))
        self._neighbour(node, "after_upgrade")

    def _take(self, kind: str, node: Node, **params: Any) -> FaultSpec | None:
        return self._world.faults.take(kind, node.name, node.router.name, **params)

    def _break(self, node: Node) -> None:
        router, peers = node.router, self._world.network.peers(node.router)
        path = self._take("peer_path_lost", node)
        if path and peers:
            node.broken.peers.add(path["peer"] or peers[0].name)
        neighbour = self._take("bgp_neighbour_lost", node)
        if neighbour and router.bgp:
            node.broken.bgp[neighbour["address"] or router.bgp[0].address] = neighbour["state"]
        port = self._take("interface_down", node, when="after_upgrade")
        if port and router.interfaces:
            node.broken.interfaces.add(port["interface"] or router.interfaces[-1].name)
        if node.peer and self._take("pair_link_down", node, when="after_upgrade"):
            node.broken.link = True
        errors = self._take("asset_errors", node, when="after_upgrade")
        if errors:
            node.errors.append(errors["text"])
        self._world.network.review(node)
        self._world.records.review(node)

    def _passes(self, node: Node, fault: FaultSpec) -> Steps:
        message, source, category = _PASSING[fault["what"]]
        message = fault["message"] or message
        self._world.records.raise_alarm(node, message, fault["severity"], category, source)
        yield fault["seconds"]
        self._world.records.clear_alarm(node, message)

    # --- a neighbour that is away at the wrong moment ---------------------------------------------------------

    def _neighbour(self, node: Node, when: str) -> None:
        fault = self._take("neighbour_reboots", node, when=when)
        if fault:
            self._world.scheduler.spawn(self._goes_away(node, fault), fault["after"])

    def _goes_away(self, node: Node, fault: FaultSpec) -> Steps:
        """One node of it, so that a pair stays in service; nobody who is away or being worked on."""
        peers = (
            [self._world.routers[fault["neighbour"]]] if fault["neighbour"] else self._world.network.peers(node.router)
        )
        able = [router for router in peers if router is not node.router and not router.conductor]
        for router in able[:1]:
            if all(member.up and not member.operation for member in router.nodes):
                self._world.journal.add("mishap", type=fault.type, node=router.nodes[0].node_id)
                yield from self._away(router.nodes[0], fault["seconds"])
