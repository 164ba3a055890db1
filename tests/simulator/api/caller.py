# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever asks over the web, in the shape in which admission.py and selection.py know a login of the PCLI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..accounts import may
from ..answer import Refused
from ..habits import Habits
from ..releases import Release
from ..scenario import Scenario
from ..selection import may_see
from ..specs import UserSpec
from ..world import Node, Router, World

if TYPE_CHECKING:
    from ..lifecycle import Lifecycle
    from .shared import Shared


@dataclass(frozen=True)
class Caller:
    world: World
    lifecycle: Lifecycle
    node: Node
    user: UserSpec
    shared: Shared

    @property
    def scenario(self) -> Scenario:
        return self.world.scenario

    @property
    def habits(self) -> Habits:
        return self.world.habits

    @property
    def generation(self) -> str:
        """Of the conductor node that answers."""
        return self.scenario.dialect.pin or self.node.release.generation

    @property
    def modern(self) -> bool:
        return self.generation != "pre-6.3"

    @property
    def conductor(self) -> bool:
        """Does the node that answers take itself for a conductor?"""
        return self.world.faults.peek("not_a_conductor", self.node.name, self.node.router.name) is None

    def may(self, capability: str | None) -> bool:
        return may(self.world, self.node, self.user, capability)

    def routers(self) -> list[Router]:
        """Those that this user may see, the conductor's own first where it is listed first."""
        return [router for router in self.world.routers.values() if may_see(self, router)]

    def router(self, name: str) -> Router:
        """Raises Refused."""
        found = next((router for router in self.routers() if router.name == name), None)
        if found is None:
            raise Refused(f"Router '{name}' not found")
        return found

    def spelled(self, release: Release) -> str:
        """A release as this conductor writes it: BU has read `6.2.5-5.sts.el7`; what 7.x writes is open."""
        return release.offered if self.habits["api_versions"] == "offered" else release.name
