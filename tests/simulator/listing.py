# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of assets as a conductor has it: what it has heard last, which may be a while ago, in the words of 6.3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .releases import Release
    from .world import Node, World

#: What an operation is called where the asset shows it at all; before its begin and after its end there is none.
_BUSY = {"download": "Downloading", "upgrade": "Upgrading", "downgrade": "Upgrading", "revert": "Upgrading"}


@dataclass(frozen=True)
class Listed:
    """An asset as it is listed; `since` is when its state began."""

    state: str
    since: float
    release: Release
    install_type: str


class Listing:
    """Callers hold the lock of the world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lag = float(world.habits["asset_lag"])
        self._busy = world.habits["busy_state"] != "hidden"
        self._past: dict[str, list[tuple[float, Listed]]] = {}
        self.begin()

    def begin(self) -> None:
        """As things stand now, so they have been for long."""
        self._past.clear()
        for node in self._world.nodes():
            self.note(node)

    def note(self, node: Node) -> None:
        """Something about the asset has changed."""
        if self._lag:
            self._past.setdefault(node.node_id, []).append((self._world.clock.now(), self._now(node)))

    @staticmethod
    def _now(node: Node) -> Listed:
        return Listed(node.state, node.state_since, node.release, node.current.type)

    def heard(self, node: Node, viewer: Node) -> Listed:
        """What `viewer` has heard of the node, whatever is being done there."""
        heard = self._heard(node)
        if heard == self._now(node):
            state, since = self._world.seen_state(node, viewer)
            heard = Listed(state, since, heard.release, heard.install_type)
        return heard

    def of(self, node: Node, viewer: Node) -> Listed:
        """What `viewer` lists for the node."""
        heard = self.heard(node, viewer)
        operation = node.operation
        if self._busy and operation and heard.state == "Synchronized":
            return Listed(_BUSY[operation.kind], operation.started, heard.release, heard.install_type)
        return heard

    def _heard(self, node: Node) -> Listed:
        past = self._past.get(node.node_id)
        if not past:
            return self._now(node)
        until = self._world.clock.now() - self._lag
        known = [entry for moment, entry in past if moment <= until]
        return known[-1] if known else past[0][1]
