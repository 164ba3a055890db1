# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is recorded: events in the order in which they happened, alarms that somebody raised, and their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .alarms import standing

if TYPE_CHECKING:
    from .world import Node, World


class Records:
    def __init__(self, world: World) -> None:
        self._world = world
        self.events: list[dict[str, Any]] = []
        self._numbers: dict[tuple[str, str], int] = {}

    # --- alarms -----------------------------------------------------------------------------------------------

    def raise_alarm(
        self,
        node: Node,
        message: str,
        severity: str = "major",
        category: str = "system",
        source: str = "unavailable",
        shelved: bool = False,
        age: float = 0.0,
    ) -> None:
        """An alarm that stays until it is cleared."""
        alarm = {
            "message": message,
            "severity": severity,
            "category": category,
            "source": source,
            "shelved": shelved,
            "since": self._world.clock.now() - age,
        }
        node.local_alarms.append(alarm)
        self.alarm(node, "add", message, severity, source, category)

    def clear_alarm(self, node: Node, message: str) -> None:
        """The alarm that somebody raised with this text is over."""
        for alarm in [local_alarm for local_alarm in node.local_alarms if local_alarm["message"] == message]:
            node.local_alarms.remove(alarm)
            self.alarm(node, "clear", message, alarm["severity"], alarm["source"], alarm["category"])
        self._world.touch()

    def review(self, node: Node, quietly: bool = False) -> None:
        """Alarms that follow from how things stand: what is new and what is over are events."""
        for viewer in [node, node.peer] if node.peer else [node]:
            known, viewer.known_alarms = (
                viewer.known_alarms,
                {(alarm.message, alarm.source): alarm for alarm in standing(self._world, viewer)},
            )
            if quietly:
                continue
            for change, those, others in (("add", viewer.known_alarms, known), ("clear", known, viewer.known_alarms)):
                for alarm in [alarm for key, alarm in those.items() if key not in others]:
                    self.alarm(viewer, change, alarm.message, alarm.severity, alarm.source, alarm.category)

    def raise_fault_alarm(self, fault: Any, node: Node | None = None) -> None:
        for victim in [node] if node else self._world.find(fault.node, fault.router) or self._world.conductors[:1]:
            self.raise_alarm(victim, fault["message"], fault["severity"], fault["category"])

    def number(self, node_id: str, message: str) -> int:
        """The n of `node.router:n`: the same alarm keeps its number for as long as the world lasts."""
        return self._numbers.setdefault((node_id, message), len(self._numbers) + 1)

    # --- events -----------------------------------------------------------------------------------------------

    def alarm(self, node: Node, change: str, message: str, severity: str, source: str, category: str) -> None:
        """`events_overview`: an event when an alarm comes (`add`) and when it goes (`clear`)."""
        self.add(node, "alarm", message, change=change, severity=severity, category=category, source=source)

    def add(self, node: Node, kind: str, message: str, **more: Any) -> None:
        self.events.append({"time": self._world.clock.now(), "node": node, "type": kind, "message": message, **more})
