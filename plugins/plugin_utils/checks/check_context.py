# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One target of the checks, with the facts that they work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..conductor.client import Conductor
from ..software.alarms import Alarm
from ..software.assets import Asset
from ..software.system import NodeVersion, SystemStatus
from ..software.versions import Version, satisfies
from .authority import Authority


@dataclass
class CheckContext:
    """One target: a router with all its nodes, or one node of it."""

    authority: Authority
    router: str
    node: str | None = None

    @property
    def conductor(self) -> Conductor:
        return self.authority.conductor

    @property
    def wanted(self) -> Version | None:
        return self.authority.versions.get(self.router, self.authority.wanted)

    @property
    def target(self) -> str:
        """The name of the target, as the PCLI spells it."""
        return f"{self.node}.{self.router}" if self.node else self.router

    @property
    def kind(self) -> str:
        """``conductor`` or ``router``."""
        return self.authority.kind(self.router)

    @property
    def is_local(self) -> bool:
        """True for the node that the session is on."""
        return (self.router, self.node) == self.authority.local_node

    @property
    def pair(self) -> Mapping[str, Asset]:
        """The assets of this router's nodes, as first read."""
        return self.authority.nodes.get(self.router, {})

    @property
    def rows(self) -> list[Asset]:
        """The assets of the target: of one node, or of all nodes of the router."""
        return [asset for name, asset in self.pair.items() if self.node in (None, name)]

    @property
    def away(self) -> bool:
        """True if the conductor has lost all of its nodes, so that none can be asked. Never of the conductor itself."""
        return self.kind == "router" and bool(self.rows) and all(row.away for row in self.rows)

    @property
    def not_needed(self) -> list[str]:
        """The nodes of the conductor that are away, where routers are worked on through the one that answers."""
        if not self.authority.one_conductor_node or self.kind != "conductor":
            return []
        own = self.authority.local_node.node
        return [name for name, asset in self.pair.items() if asset.away and name != own]

    @property
    def alarms(self) -> list[Alarm]:
        """The alarms of this router, each message once (see I95-62859). Raises Unreadable."""
        alarms = self.authority.alarms_of(self.router)
        return list({(alarm.node, alarm.router, alarm.severity, alarm.message): alarm for alarm in alarms}.values())

    @property
    def back_for(self) -> float | None:
        """For how many seconds the router has been back; None: that is not known, and there is no time to wait."""
        shown = [asset.time_in_status for asset in self.pair.values() if asset.time_in_status is not None]
        waited = self.authority.waited
        if not shown:
            return waited
        return max(float(min(shown)), waited or 0.0)

    @cached_property
    def system(self) -> SystemStatus | None:
        """The status of this node, as it says itself."""
        if self.is_local:
            return self.authority.local_facts.system
        return self.conductor.system_of(self.router, self.node)

    @property
    def version(self) -> NodeVersion | None:
        """What this node runs: as it says itself where the session is on it, else as the conductor shows it."""
        if self.is_local:
            return self.authority.local_facts.version
        asset = self.pair.get(self.node)
        if asset is None or not asset.version_text:
            return None
        return NodeVersion(self.router, self.node, asset.version_text, asset.version, asset.install_type)

    @property
    def ours(self) -> str | None:
        """Why an operation on this node (or any node of this router) belongs to an earlier run and is resumed."""
        nodes = [self.node] if self.node else list(self.pair)
        return next(filter(None, (self.authority.ours(self.router, node) for node in nodes)), None)

    def moved_by_us(self, node: str | None) -> str | None:
        """Why a node of this router restarts, or has just done so: an earlier run began it. None: it does not.

        A node that answers, is settled and runs another version explains nothing, whatever was sent to it: it may
        never have been accepted.
        """
        asset = self.pair.get(node) if node else None
        ours = self.authority.ours(self.router, node) if asset is not None else None
        if ours is None or not asset.settled:
            return ours
        moved = self.authority.began_lately(self.router, node) and (self._is_there(asset) or self._is_away(node))
        return ours if moved else None

    @property
    def moved(self) -> dict[str, str]:
        """The nodes of this router that restart, or have just done so, for an operation of ours, each with why."""
        reasons = {name: self.moved_by_us(name) for name in self.pair}
        return {name: reason for name, reason in reasons.items() if reason}

    def _is_there(self, asset: Asset) -> bool:
        return bool(self.wanted and asset.version and satisfies(asset.version, self.wanted))

    def _is_away(self, node: str) -> bool:
        """True only if the node itself is asked and does not answer: the list of assets may be late."""
        own = (self.router, node) == self.authority.local_node
        return not own and self.authority.is_reached(self.router, node) is False

    @property
    def half_done(self) -> bool:
        """True if one node of the pair runs the requested version and another does not yet: they may differ (rule 7).

        An asset that shows less than was requested (`SSR-6.3.5-37` of `6.3.5-37.r1.el7`) may run it, and counts so.
        """
        if self.wanted is None:
            return False
        versions = [asset.version for asset in self.pair.values() if asset.version is not None]
        answers = {satisfies(version, self.wanted) is not False for version in versions}
        return answers == {True, False}


def local_context(authority: Authority) -> CheckContext:
    """The session's own node as a target."""
    return CheckContext(authority, *authority.local_node)


def running_version(context: CheckContext) -> Version | None:
    """The version of a node. Raises PcliError where the own node does not show it."""
    if context.is_local:
        return context.authority.local_facts.release
    return context.version.version if context.version else None
