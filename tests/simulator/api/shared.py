# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the web servers of both conductor nodes share: the tokens, and what has been set in motion over the web."""

from __future__ import annotations

from ..world import Node, World
from .tokens import Tokens

#: Simulated seconds for which an asset says that its list of releases is being refreshed. How long it takes is nowhere.
_REFRESH = 20.0


class Shared:
    def __init__(self, world: World) -> None:
        self._world = world
        habits = world.habits
        self.tokens = Tokens(world.scenario.api.token_seconds, habits["token_scope"], habits["nonce_use"])
        self._refreshed: dict[str, float] = {}

    def refresh(self, nodes: list[Node]) -> None:
        """Look again for releases that can be downloaded."""
        now = self._world.clock.now()
        self._refreshed.update({node.node_id: now for node in nodes})

    def refreshing(self, node: Node) -> bool:
        began = self._refreshed.get(node.node_id)
        return began is not None and self._world.clock.now() < began + _REFRESH
