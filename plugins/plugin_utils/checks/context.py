# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What checks look at: facts of one conductor node, each asked for once and only if a check wants it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from ..clock import Clock
from ..conductor import Conductor
from ..software.assets import Asset
from ..software.system import Alarm, NodeVersion, SystemStatus
from ..software.versions import Version, satisfies


@dataclass
class Context:
    """One node and its pair, seen from its own session. ``settled_looks`` looks, ``look_pause`` seconds apart."""

    conductor: Conductor
    clock: Clock
    wanted: Version | None = None
    settled_looks: int = 3
    look_pause: float = 2.0
    allow_alarms: tuple[re.Pattern, ...] = ()
    #: Alarms that were there before, by category and message: only what came since counts.
    alarms_before: frozenset[tuple[str, str]] = frozenset()
    #: Why an operation on this node is ours to take up again; None where none of ours is open.
    ours: str | None = None
    #: Do assets count? Not between the two nodes of a pair that comes from below 6.3 (rule 11).
    assets_count: bool = True
    #: Assets (ids) that were settled before a conductor was upgraded, and must be again (rule 13).
    settled_before: frozenset[str] = frozenset()
    #: The assets as other conductor nodes see them: one may show as settled on only one of them (I95-62830).
    others: tuple[Callable[[], list[Asset]], ...] = ()
    #: Plugin packages that were there before, version by name; None: not known.
    plugins_before: dict[str, str] | None = None
    health_timeout: float = 900
    health_unknown: str = "warn"
    progress: Callable[[str], None] = field(default=lambda line: None, repr=False)

    @cached_property
    def place(self) -> tuple[str, str]:
        """(router, node) of the session."""
        return self.conductor.here()

    @property
    def target(self) -> str:
        """The node, as the PCLI spells it."""
        return f"{self.place[1]}.{self.place[0]}"

    @cached_property
    def assets(self) -> list[Asset]:
        """The last look at all assets."""
        return self.conductor.assets()

    @cached_property
    def looks(self) -> list[dict[str, Asset]]:
        """Several looks at the nodes of this router, to tell settled from passing by."""
        looks = [self._nodes(self.assets)]
        while len(looks) < self.settled_looks:
            self.clock.sleep(self.look_pause)
            looks.append(self._nodes(self.conductor.assets()))
        return looks

    def _nodes(self, assets: list[Asset]) -> dict[str, Asset]:
        return {one.node: one for one in assets if one.router == self.place[0]}

    @property
    def pair(self) -> dict[str, Asset]:
        """The nodes of this router in the first look."""
        return self._nodes(self.assets)

    @cached_property
    def system(self) -> SystemStatus | None:
        """This node's own status."""
        return self.conductor.system()

    @cached_property
    def own_version(self) -> NodeVersion | None:
        """What this node runs, by its own word."""
        return self.conductor.own_version()

    @cached_property
    def release(self) -> Version:
        """What this node runs."""
        return self.conductor.release()

    @cached_property
    def alarms(self) -> list[Alarm]:
        """The alarms of this router; those of others are theirs (a large authority always has dead sites)."""
        ours = f".{self.place[0]}"  # a dot may be part of a node's name, so the place is compared from its end
        return [one for one in self.conductor.alarms() if not one.router or f"{one.node}.{one.router}".endswith(ours)]

    def seen_alarms(self) -> list[Alarm]:
        """The alarms, if a check wanted them; nobody asks for them only to tell."""
        return self.__dict__.get("alarms", [])

    @property
    def half_done(self) -> bool:
        """Does one node of the pair run the wanted version, and another not yet? Then unequal is normal (rule 7)."""
        if self.wanted is None:
            return False
        answers = {satisfies(one.version, self.wanted) is True for one in self.pair.values() if one.version is not None}
        return answers == {True, False}
