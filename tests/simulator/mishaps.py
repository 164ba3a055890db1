# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that happen at a time of their own, and not because somebody asked for something.

A conductor node vanishes for a while; many assets lose their conductor, or flap (I95-64063, I95-64696, I95-66125).
They hit nobody who is being worked on: what becomes of an operation should have one reason.
"""

from __future__ import annotations

from .draws import chance, some
from .faults import TIMED, FaultSpec
from .lifecycle import Lifecycle, Steps
from .world import Node, World


class Mishaps:
    def __init__(self, world: World, lifecycle: Lifecycle) -> None:
        self._world = world
        self._lifecycle = lifecycle

    def start_all(self) -> None:
        for fault in self._world.faults.all():
            self.start(fault)

    def start(self, fault: FaultSpec) -> None:
        """Let it happen when its time comes. Caller holds the lock."""
        if fault.type in TIMED:
            self._world.scheduler.spawn(self._happens(fault))

    def _happens(self, fault: FaultSpec) -> Steps:
        if fault["since"] == "first_request":
            yield self._lifecycle.first_request
        yield fault["after"]
        self._world.journal.add("mishap", type=fault.type)
        if fault.type == "conductor_node_down":
            yield from self._conductor_node_down(fault)
        else:
            yield from self._assets_lost(fault)

    def _conductor_node_down(self, fault: FaultSpec) -> Steps:
        victims = [node for node in self._world.find(fault.node, fault.router) if node.conductor]
        node = (victims or self._world.conductors)[-1]
        if not node.up or node.operation or (node.peer and not node.peer.up):
            return
        yield from self._lifecycle.away(node, fault["seconds"])

    def _assets_lost(self, fault: FaultSpec) -> Steps:
        """All of them away at once for so long; with a `period`, away and back in turns."""
        period = fault.params.get("period")
        end = self._world.scheduler.moment() + fault["seconds"]
        members = self._members(fault)
        while True:
            left = end - self._world.scheduler.moment()
            away = [node for node in members if self._alone(node) and node.state == "Synchronized"]
            for node in away:
                self._world.set_state(node, "Disconnected")
            yield min(left, period / 2 if period else left)
            left = end - self._world.scheduler.moment()
            for node in away:
                if self._alone(node) and node.state == "Disconnected":
                    self._return(node, flapping=bool(period and left > 0))
            if not period or left <= 0:
                return
            yield min(left, period / 2)

    def _members(self, fault: FaultSpec) -> list[Node]:
        named = self._world.find(fault.node, fault.router)
        pool = [node for node in named or self._world.nodes() if not node.conductor]
        return some(pool, round(fault["share"] * len(pool)), chance(fault["seed"], fault.type))

    @staticmethod
    def _alone(node: Node) -> bool:
        return node.up and not any(item.operation for item in node.router.nodes)

    def _return(self, node: Node, flapping: bool) -> None:
        if flapping:
            self._world.set_state(node, "Synchronized")
        else:
            self._lifecycle.reconnect(node)
