# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What checks look at. An :class:`Authority` asks once for all targets, and a :class:`Context` is one target of it.

A fact is asked for only if a check wants it, and then once, also where the answer was a refusal: what one ``show``
tells of all routers is never asked for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..clock import Clock
from ..conductor.client import Conductor
from ..pcli.errors import DeviceError, NoPrompt, PcliError
from ..software.alarms import Alarm, duplicate_names
from ..software.assets import Asset, Downloads
from ..software.downloads import at_rest
from ..software.health import Health
from ..software.system import NodeVersion, SystemStatus
from ..software.targets import Target
from ..software.versions import Version, satisfies
from .facts import Config, by_router, read_config

_DUPLICATES_LIST = "the conductor lists among its duplicate asset ids:"

#: (router, node)
Place = tuple[str, str]


def asked_once(method: Callable) -> property:
    """A fact that is asked for at most once. A refusal is remembered too; a lost connection is not."""
    name = method.__name__

    def value(self):
        if name not in self._known:
            try:
                self._known[name] = (method(self), None)
            except PcliError as error:
                if error.connection and not isinstance(error, NoPrompt):
                    raise
                self._known[name] = (None, error)
        found, error = self._known[name]
        if error:
            raise error
        return found

    return property(value, doc=method.__doc__)


@dataclass
class Authority:
    """All that one conductor manages, and what the user wants of it. ``targets`` empty: the session's own node.

    ``settled_looks`` looks at the assets, ``look_pause`` seconds apart.
    """

    conductor: Conductor
    clock: Clock
    wanted: Version | None = None
    targets: tuple[Target, ...] = ()
    settled_looks: int = 3
    look_pause: float = 2.0
    #: Are the checks made after an operation? Then what is known to pass by itself after a boot has its time.
    after: bool = False
    #: Seconds since they were begun, while there is time to wait; None: there is none.
    waited: float | None = None
    #: Seconds for whatever is known to pass by itself; None: each has its own.
    grace: float | None = None
    allow_alarms: tuple[re.Pattern, ...] = ()
    #: Alarms that were there before, by category, message and router (None: whichever): only what came since counts.
    alarms_before: frozenset[tuple[str, str, str | None]] = frozenset()
    #: Why an operation on a node is ours to take up again; None where none of ours is open.
    ours: Callable[[str, str], str | None] = lambda router, node: None
    #: Do assets count? Not between the two nodes of a pair that comes from below 6.3 (rule 11).
    assets_count: bool = True
    #: Assets (ids) that were settled before a conductor was upgraded, and must be again (rule 13).
    settled_before: frozenset[str] = frozenset()
    #: How the releases of a conductor and its routers must compare, where a check is not told: see paths.Step.
    version_rule: str = "strict"
    #: The assets as other conductor nodes see them: one may show as settled on only one of them (I95-62830).
    others: tuple[Callable[[], list[Asset]], ...] = ()
    #: Plugin packages that were there before, version by name; None: not known.
    plugins_before: dict[str, str] | None = None
    health_timeout: float = 900
    health_unknown: str = "warn"
    progress: Callable[[str], None] = field(default=lambda line: None, repr=False)
    #: What the vendor's own health check said of routers that were asked side by side (see checks.vendor).
    health: dict[str, Health | PcliError] = field(default_factory=dict, init=False, repr=False)
    _known: dict[str, tuple] = field(default_factory=dict, init=False, repr=False)
    _pages: dict[str, Asset | None] = field(default_factory=dict, init=False, repr=False)

    # -- the conductor itself ---------------------------------------------------------------------------------

    @asked_once
    def here(self) -> Place:
        """(router, node) of the session."""
        return self.conductor.here()

    def kind(self, router: str) -> str:
        """``conductor`` or ``router``."""
        return "conductor" if router == self.here[0] else "router"

    @asked_once
    def system(self) -> SystemStatus | None:
        """The own node's status."""
        return self.conductor.system()

    @asked_once
    def own_version(self) -> NodeVersion | None:
        """What the own node runs, by its own word."""
        return self.conductor.own_version()

    @asked_once
    def release(self) -> Version:
        """What the own node runs. Raises PcliError where it cannot be read."""
        return self.conductor.release()

    @asked_once
    def available(self) -> list[str]:
        """The versions that are offered to the own node."""
        return self.conductor.available()

    @asked_once
    def plugins(self) -> dict[str, str] | None:
        """The plugin packages of the own node; they are installed on a conductor, for itself and for its routers."""
        return self.conductor.plugins()

    @asked_once
    def config(self) -> Config | None:
        """What checks want of the running configuration of all routers; None where it cannot be read."""
        return read_config(self.conductor.running_config())

    # -- all routers ------------------------------------------------------------------------------------------

    @asked_once
    def assets(self) -> list[Asset]:
        """The first look at all assets. A node that only downloads counts as settled (rule 38)."""
        return [at_rest(asset) for asset in self.conductor.assets()]

    @asked_once
    def looks(self) -> list[Mapping[str, Mapping[str, Asset]]]:
        """Several looks at all assets, by router and node, to tell settled from passing by."""
        looks = [self.nodes]
        while len(looks) < self.settled_looks:
            self.clock.sleep(self.look_pause)
            looks.append(by_router(map(at_rest, self.conductor.assets())))
        return looks

    @asked_once
    def nodes(self) -> Mapping[str, Mapping[str, Asset]]:
        """The assets of the first look, by router and node."""
        return by_router(self.assets)

    @asked_once
    def downloads(self) -> dict[Place, Downloads] | None:
        """What every node has downloaded; None where the conductor does not show it."""
        return self.conductor.downloads()

    @asked_once
    def all_alarms(self) -> list[Alarm]:
        """The alarms of the whole authority. Raises Unreadable, which is not the same as that there are none."""
        return self.conductor.alarms()

    @asked_once
    def _owners(self) -> dict[str, str]:
        """The router of each node, by ``node.router``, and of each asset id."""
        known = [asset for asset in self.assets if asset.router]
        owners = {one.asset_id: one.router for one in known if one.asset_id}
        return owners | {f"{one.node}.{one.router}": one.router for one in known if one.node}

    def named_in(self, message: str) -> set[str]:
        """The routers of which a message names a node, as ``node.router`` or by its asset id."""
        words = (word.rstrip(".") for word in re.findall(r"[\w.\-]+", message))
        return {self._owners[word] for word in words if word in self._owners}

    @asked_once
    def _alarms_by_router(self) -> dict[str, list[Alarm]]:
        """For routers: what they raised, and what the conductor says of one of their nodes by its name or asset id."""
        found: dict[str, list[Alarm]] = {}
        for alarm in self.all_alarms:
            # A dot may be part of a name, so the list of assets says where the node ends and the router begins.
            router = self._owners.get(f"{alarm.node}.{alarm.router}", alarm.router)
            named = self.named_in(alarm.message) if router == self.here[0] or not router else set()
            for one in named | ({router} if router else set()):
                found.setdefault(one, []).append(alarm)
        return found

    def alarms_of(self, router: str) -> list[Alarm]:
        """The alarms of one router; those of others are theirs (a large authority always has dead sites)."""
        if self.kind(router) == "router":
            return self._alarms_by_router.get(router, [])
        ours = f".{router}"
        return [alarm for alarm in self.all_alarms if not alarm.router or f"{alarm.node}.{alarm.router}".endswith(ours)]

    @property
    def alarms_untold(self) -> PcliError | None:
        """Why no alarm is known: they were refused, or cannot be read. None where they are known."""
        try:
            self.all_alarms  # noqa: B018
        except (DeviceError, NoPrompt) as error:
            return error
        return None

    def seen_alarms(self) -> list[Alarm] | None:
        """The alarms of the targets, if a check wanted them; nobody asks for them only to tell. None: not told."""
        if "all_alarms" not in self._known:
            return []
        if self.alarms_untold:
            return None
        routers = dict.fromkeys(target.router for target in self.targets) or [self.here[0]]
        found = {id(one): one for router in routers for one in self.alarms_of(router)}
        return list(found.values())

    def duplicates(self, router: str) -> list[str]:
        """In words: each node of a router that is listed twice, and each asset id that several boxes have."""
        return self._twins.get(router, [])

    @asked_once
    def _twins(self) -> dict[str, list[str]]:
        seen: dict[tuple[str, str], list[Asset]] = {}
        for asset in self.assets:
            for what, name in (
                ("asset", asset.asset_id),
                ("node", f"{asset.node}.{asset.router}" if asset.node else None),
            ):
                if name:
                    seen.setdefault((what, name), []).append(asset)
        found: dict[str, list[str]] = {}
        for (what, name), rows in seen.items():
            if len(rows) > 1:
                shown = ", ".join(f"{row.node}.{row.router} ({row.asset_id or 'no id'})" for row in rows)
                for router in {row.router for row in rows if row.router}:
                    found.setdefault(router, []).append(f"{what} {name} is listed {len(rows)} times: {shown}")
        for asset in self.assets:
            if asset.duplicate and asset.router:
                found.setdefault(asset.router, []).append(f"{_DUPLICATES_LIST} {asset.asset_id}")
        # Releases before 6.3.7 raise the same alarm again whenever a box tries to log in (I95-62859).
        alarms = [] if self.alarms_untold else self.all_alarms
        for alarm in {alarm.message: alarm for alarm in alarms}.values():
            for router in self.doubled_in(alarm):
                found.setdefault(router, []).append(f"the conductor's alarm says: {alarm.message}")
        return found

    def doubled_in(self, alarm: Alarm) -> set[str]:
        """The routers that an alarm about a duplicate asset means; empty for other alarms, and for an unknown asset.

        By the id that it names, else by what that is configured as (a router, or ``node.router``), else by its source.
        """
        names = duplicate_names(alarm.message)
        for name in (*names, alarm.source) if names else ():
            if owners := self._routers_by_name.get(name.lower()):
                return owners
        return set()

    @asked_once
    def _routers_by_name(self) -> dict[str, set[str]]:
        """Routers by their own names, and by asset ids and ``node.router`` of their nodes, in lower case."""
        found: dict[str, set[str]] = {}
        for asset in self.assets:
            for name in (asset.asset_id, f"{asset.node}.{asset.router}", asset.router) if asset.router else ():
                if name:
                    found.setdefault(name.lower(), set()).add(asset.router)
        return found

    def listed_as_duplicate(self, rows: list[Asset]) -> list[str]:
        """In words: each of these assets that its own page lists as a duplicate. A refused page says nothing."""
        found = []
        for row in rows:
            try:
                page = self.page(row)
            except (DeviceError, NoPrompt):
                continue
            if getattr(page, "duplicate", False) and not row.duplicate:
                found.append(f"{_DUPLICATES_LIST} {row.asset_id}")
        return found

    def page(self, asset: Asset) -> Asset | None:
        """The page of one asset, asked for once (``show assets <id>``); None where it has no id."""
        if not asset.asset_id:
            return None
        if asset.asset_id not in self._pages:
            self._pages[asset.asset_id] = self.conductor.asset_detail(asset.asset_id)
        return self._pages[asset.asset_id]

    def own(self) -> Context:
        """The session's own node as a target."""
        return Context(self, *self.here)


@dataclass
class Context:
    """One target: a router with all its nodes, or one node of it."""

    authority: Authority
    router: str
    node: str | None = None

    @property
    def conductor(self) -> Conductor:
        return self.authority.conductor

    @property
    def wanted(self) -> Version | None:
        return self.authority.wanted

    @property
    def target(self) -> str:
        """What is looked at, as the PCLI spells it."""
        return f"{self.node}.{self.router}" if self.node else self.router

    @property
    def kind(self) -> str:
        """``conductor`` or ``router``."""
        return self.authority.kind(self.router)

    @property
    def is_own(self) -> bool:
        """Is it the very node that the session is on?"""
        return (self.router, self.node) == self.authority.here

    @property
    def pair(self) -> Mapping[str, Asset]:
        """The nodes of this router in the first look."""
        return self.authority.nodes.get(self.router, {})

    @property
    def rows(self) -> list[Asset]:
        """The assets of what is looked at: one node, or all of the router."""
        return [one for name, one in self.pair.items() if self.node in (None, name)]

    @property
    def away(self) -> bool:
        """Can none of its nodes be asked, since the conductor has lost them? Never said of the conductor itself."""
        return self.kind == "router" and bool(self.rows) and all(row.away for row in self.rows)

    @property
    def looks(self) -> list[Mapping[str, Asset]]:
        """Several looks at the nodes of this router."""
        return [look.get(self.router, {}) for look in self.authority.looks]

    @property
    def alarms(self) -> list[Alarm]:
        """The alarms of this router, each message once (see I95-62859). Raises Unreadable."""
        found = self.authority.alarms_of(self.router)
        return list({(one.node, one.router, one.severity, one.message): one for one in found}.values())

    @property
    def back_for(self) -> float | None:
        """For how many seconds the router has been back; None: nobody can tell, and there is no time to wait."""
        shown = [one.time_in_status for one in self.pair.values() if one.time_in_status is not None]
        waited = self.authority.waited
        if not shown:
            return waited
        return max(float(min(shown)), waited or 0.0)

    @cached_property
    def system(self) -> SystemStatus | None:
        """The status of this node, by its own word."""
        if self.is_own:
            return self.authority.system
        return self.conductor.system_of(self.router, self.node)

    @property
    def version(self) -> NodeVersion | None:
        """What this node runs: by its own word where it is the session's, else as the conductor shows it."""
        if self.is_own:
            return self.authority.own_version
        asset = self.pair.get(self.node)
        if asset is None or not asset.version_text:
            return None
        return NodeVersion(self.router, self.node, asset.version_text, asset.version, asset.install_type)

    @property
    def running(self) -> Version | None:
        """The version of this node. Raises PcliError where the own node does not tell."""
        if self.is_own:
            return self.authority.release
        return self.version.version if self.version else None

    @property
    def ours(self) -> str | None:
        """Why an operation on this node (or any node of this router) is ours to take up again."""
        nodes = [self.node] if self.node else list(self.pair)
        return next(filter(None, (self.authority.ours(self.router, node) for node in nodes)), None)

    def moved_by_us(self, node: str | None) -> str | None:
        """Why a node of this router is away or on its way: an earlier run of ours began it. None where it is settled.

        A settled node with an open record explains nothing: what was begun there may never have been accepted.
        """
        asset = self.pair.get(node) if node else None
        return None if asset is None or asset.settled else self.authority.ours(self.router, node)

    @property
    def half_done(self) -> bool:
        """Does one node of the pair run the wanted version, and another not yet? Then unequal is normal (rule 7).

        An asset that shows less than the wish (`SSR-6.3.5-37` of `6.3.5-37.r1.el7`) may run it, and explains as much.
        """
        if self.wanted is None:
            return False
        versions = [one.version for one in self.pair.values() if one.version is not None]
        answers = {satisfies(version, self.wanted) is not False for version in versions}
        return answers == {True, False}
