# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts that checks work on: an :class:`Authority` reads them for all targets, a :class:`Context` is one target.

A fact is read only if a check needs it, and then once, also where the answer was a refusal: what one ``show`` prints
of all routers is never read for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..clock import Clock
from ..conductor.client import Conductor
from ..pcli.errors import DeviceError, NoPrompt, PcliError
from ..pcli.waiting import Blocking, Steps, Waiting, finish
from ..software.alarms import Alarm, duplicate_names
from ..software.assets import Asset, Downloads
from ..software.downloads import at_rest
from ..software.health import Health
from ..software.node_id import NodeId
from ..software.system import NodeVersion, SystemStatus
from ..software.targets import Target
from ..software.versions import Version, satisfies
from .facts import Config, by_router, read_config

_DUPLICATES_LIST = "the conductor lists among its duplicate asset ids:"


def read_once(method: Callable) -> property:
    """A fact that is read at most once. A refusal is remembered too; a lost connection is not."""
    name = method.__name__

    def value(self):
        if name not in self._facts:
            try:
                self._facts[name] = (method(self), None)
            except PcliError as error:
                if error.connection and not isinstance(error, NoPrompt):
                    raise
                self._facts[name] = (None, error)
        fact, error = self._facts[name]
        if error:
            raise error
        return fact

    return property(value, doc=method.__doc__)


@dataclass
class Authority:
    """All that one conductor manages, and the options of the checks. ``targets`` empty: the session's own node.

    Whether assets are settled is decided by ``settled_polls`` polls, ``poll_pause`` seconds apart.
    """

    conductor: Conductor
    clock: Clock
    wanted: Version | None = None
    targets: tuple[Target, ...] = ()
    settled_polls: int = 3
    poll_pause: float = 2.0
    #: True after an operation: what is known to pass by itself after a boot is given time.
    after: bool = False
    #: Seconds since the checks were started, while there is time to wait; None: there is none.
    waited: float | None = None
    #: Seconds for whatever is known to pass by itself; None: each has its own.
    grace: float | None = None
    allow_alarms: tuple[re.Pattern, ...] = ()
    #: Alarms from before the operation, by category, message and router (None: any): only new ones count.
    alarms_before: frozenset[tuple[str, str, str | None]] = frozenset()
    #: Says why an operation on a node belongs to an earlier run and is resumed; None where no record of ours is open.
    ours: Callable[[str, str], str | None] = lambda router, node: None
    #: False between the two nodes of a conductor pair that comes from below 6.3: assets do not count then (rule 11).
    assets_count: bool = True
    #: Assets (ids) that were settled before a conductor was upgraded, and must be again (rule 13).
    settled_before: frozenset[str] = frozenset()
    #: How the releases of a conductor and its routers must compare, unless a check has a rule of its own: see Step.
    version_rule: str = "strict"
    #: The assets as other conductor nodes see them: one may show as settled on only one of them (I95-62830).
    others: tuple[Callable[[], list[Asset]], ...] = ()
    #: Plugin packages that were there before, version by name; None: not known.
    plugins_before: dict[str, str] | None = None
    health_timeout: float = 900
    health_unknown: str = "warn"
    progress: Callable[[str], None] = field(default=lambda line: None, repr=False)
    #: Results of the vendor's own health check, which runs on several routers at once (see vendor_health.py).
    health: dict[str, Health | PcliError] = field(default_factory=dict, init=False, repr=False)
    _facts: dict[str, tuple] = field(default_factory=dict, init=False, repr=False)
    _details: dict[str, Asset | None] = field(default_factory=dict, init=False, repr=False)

    # -- the conductor itself ---------------------------------------------------------------------------------

    @read_once
    def local_node(self) -> NodeId:
        """The node that the session is on."""
        return self.conductor.local_node()

    def kind(self, router: str) -> str:
        """``conductor`` or ``router``."""
        return "conductor" if router == self.local_node.router else "router"

    @read_once
    def system(self) -> SystemStatus | None:
        """The own node's status."""
        return self.conductor.system()

    @read_once
    def own_version(self) -> NodeVersion | None:
        """What the own node runs, as it says itself."""
        return self.conductor.own_version()

    @read_once
    def release(self) -> Version:
        """What the own node runs. Raises PcliError where it cannot be read."""
        return self.conductor.release()

    @read_once
    def available(self) -> list[str]:
        """The versions that are offered to the own node."""
        return self.conductor.available()

    @read_once
    def plugins(self) -> dict[str, str] | None:
        """The plugin packages of the own node; they are installed on a conductor, for itself and for its routers."""
        return self.conductor.plugins()

    @read_once
    def config(self) -> Config | None:
        """What checks need from the running configuration of all routers; None where it cannot be read."""
        return read_config(self.conductor.running_config())

    # -- all routers ------------------------------------------------------------------------------------------

    @read_once
    def assets(self) -> list[Asset]:
        """All assets, as first read. A node that only downloads counts as settled (rule 38)."""
        return [at_rest(asset) for asset in self.conductor.assets()]

    @read_once
    def polls(self) -> list[Mapping[str, Mapping[str, Asset]]]:
        """The assets by router and node, read several times: an asset that is settled once may not stay so."""
        return finish(self._poll_steps(Blocking(self.clock)))

    def read_polls(self, waiting: Waiting) -> Steps[None]:
        """Read the polls now, unless they have been read; a refusal is remembered as in :func:`read_once`."""
        if "polls" in self._facts:
            return
        try:
            self._facts["polls"] = ((yield from self._poll_steps(waiting)), None)
        except PcliError as error:
            if error.connection and not isinstance(error, NoPrompt):
                raise
            self._facts["polls"] = (None, error)

    def _poll_steps(self, waiting: Waiting) -> Steps[list[Mapping[str, Mapping[str, Asset]]]]:
        polls = [(yield from waiting.ask(lambda: self.nodes))]
        while len(polls) < self.settled_polls:
            yield from waiting.pause(self.poll_pause)
            rows = yield from waiting.ask(self.conductor.assets)
            polls.append(by_router(map(at_rest, rows)))
        return polls

    @read_once
    def nodes(self) -> Mapping[str, Mapping[str, Asset]]:
        """The assets as first read, by router and node."""
        return by_router(self.assets)

    @read_once
    def downloads(self) -> dict[NodeId, Downloads] | None:
        """What every node has downloaded; None where the conductor does not show it."""
        return self.conductor.downloads()

    @read_once
    def all_alarms(self) -> list[Alarm]:
        """The alarms of the whole authority. Raises Unreadable, which is not the same as that there are none."""
        return self.conductor.alarms()

    @read_once
    def _owners(self) -> dict[str, str]:
        """The router of each node, by ``node.router``, and of each asset id."""
        assigned = [asset for asset in self.assets if asset.router]
        owners = {asset.asset_id: asset.router for asset in assigned if asset.asset_id}
        return owners | {f"{asset.node}.{asset.router}": asset.router for asset in assigned if asset.node}

    def named_in(self, message: str) -> set[str]:
        """The routers of which a message names a node, as ``node.router`` or by its asset id."""
        words = (word.rstrip(".") for word in re.findall(r"[\w.\-]+", message))
        return {self._owners[word] for word in words if word in self._owners}

    @read_once
    def _alarms_by_router(self) -> dict[str, list[Alarm]]:
        """For routers: what they raised, and what the conductor says of one of their nodes by its name or asset id."""
        alarms: dict[str, list[Alarm]] = {}
        for alarm in self.all_alarms:
            # A dot may be part of a name, so the list of assets says where the node ends and the router begins.
            router = self._owners.get(f"{alarm.node}.{alarm.router}", alarm.router)
            named = self.named_in(alarm.message) if router == self.local_node.router or not router else set()
            for concerned in named | ({router} if router else set()):
                alarms.setdefault(concerned, []).append(alarm)
        return alarms

    def alarms_of(self, router: str) -> list[Alarm]:
        """The alarms of one router, without those of others (a large authority always has dead sites)."""
        if self.kind(router) == "router":
            return self._alarms_by_router.get(router, [])
        suffix = f".{router}"
        return [
            alarm for alarm in self.all_alarms if not alarm.router or f"{alarm.node}.{alarm.router}".endswith(suffix)
        ]

    @property
    def alarms_unavailable(self) -> PcliError | None:
        """Why no alarm is known: the question was refused, or the answer cannot be read. None where they are known."""
        try:
            self.all_alarms  # noqa: B018
        except (DeviceError, NoPrompt) as error:
            return error
        return None

    def known_alarms(self) -> list[Alarm] | None:
        """The alarms of the targets if a check has read them, else an empty list. None: they are unavailable."""
        if "all_alarms" not in self._facts:
            return []
        if self.alarms_unavailable:
            return None
        routers = dict.fromkeys(target.router for target in self.targets) or [self.local_node.router]
        alarms = {id(alarm): alarm for router in routers for alarm in self.alarms_of(router)}
        return list(alarms.values())

    def duplicates(self, router: str) -> list[str]:
        """In words: each node of a router that is listed twice, and each asset id that several boxes have."""
        return self._duplicates.get(router, [])

    @read_once
    def _duplicates(self) -> dict[str, list[str]]:
        texts: dict[str, list[str]] = {}
        for (what, name), rows in self._rows_by_name().items():
            if len(rows) > 1:
                shown = ", ".join(f"{row.node}.{row.router} ({row.asset_id or 'no id'})" for row in rows)
                for router in {row.router for row in rows if row.router}:
                    texts.setdefault(router, []).append(f"{what} {name} is listed {len(rows)} times: {shown}")
        for asset in self.assets:
            if asset.duplicate and asset.router:
                texts.setdefault(asset.router, []).append(f"{_DUPLICATES_LIST} {asset.asset_id}")
        # Releases before 6.3.7 raise the same alarm again whenever a box tries to log in (I95-62859).
        alarms = [] if self.alarms_unavailable else self.all_alarms
        for alarm in {alarm.message: alarm for alarm in alarms}.values():
            for router in self.duplicated_in(alarm):
                texts.setdefault(router, []).append(f"the conductor's alarm says: {alarm.message}")
        return texts

    def _rows_by_name(self) -> dict[tuple[str, str], list[Asset]]:
        """The rows of each asset id and of each node."""
        rows: dict[tuple[str, str], list[Asset]] = {}
        for asset in self.assets:
            node = f"{asset.node}.{asset.router}" if asset.node else None
            for what, name in (("asset", asset.asset_id), ("node", node)):
                if name:
                    rows.setdefault((what, name), []).append(asset)
        return rows

    def duplicated_in(self, alarm: Alarm) -> set[str]:
        """The routers that an alarm about a duplicate asset concerns; empty for other alarms and for unknown assets.

        They are found by the id in it, else by what that is configured as (a router, or ``node.router``), else by its
        source.
        """
        names = duplicate_names(alarm.message)
        for name in (*names, alarm.source) if names else ():
            if owners := self._routers_by_name.get(name.lower()):
                return owners
        return set()

    @read_once
    def _routers_by_name(self) -> dict[str, set[str]]:
        """Routers by their own names, and by asset ids and ``node.router`` of their nodes, in lower case."""
        routers: dict[str, set[str]] = {}
        for asset in self.assets:
            for name in (asset.asset_id, f"{asset.node}.{asset.router}", asset.router) if asset.router else ():
                if name:
                    routers.setdefault(name.lower(), set()).add(asset.router)
        return routers

    def listed_as_duplicate(self, rows: list[Asset]) -> list[str]:
        """In words: each of these assets whose details list it as a duplicate. Refused details say nothing."""
        texts = []
        for row in rows:
            try:
                details = self.details(row)
            except (DeviceError, NoPrompt):
                continue
            if getattr(details, "duplicate", False) and not row.duplicate:
                texts.append(f"{_DUPLICATES_LIST} {row.asset_id}")
        return texts

    def details(self, asset: Asset) -> Asset | None:
        """The details of one asset, read once (``show assets <id>``); None where it has no id."""
        if not asset.asset_id:
            return None
        if asset.asset_id not in self._details:
            self._details[asset.asset_id] = self.conductor.asset_detail(asset.asset_id)
        return self._details[asset.asset_id]

    def local_context(self) -> Context:
        """The session's own node as a target."""
        return Context(self, *self.local_node)


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
    def polls(self) -> list[Mapping[str, Asset]]:
        """The nodes of this router in each poll."""
        return [poll.get(self.router, {}) for poll in self.authority.polls]

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
            return self.authority.system
        return self.conductor.system_of(self.router, self.node)

    @property
    def version(self) -> NodeVersion | None:
        """What this node runs: as it says itself where the session is on it, else as the conductor shows it."""
        if self.is_local:
            return self.authority.own_version
        asset = self.pair.get(self.node)
        if asset is None or not asset.version_text:
            return None
        return NodeVersion(self.router, self.node, asset.version_text, asset.version, asset.install_type)

    @property
    def running(self) -> Version | None:
        """The version of this node. Raises PcliError where the own node does not show it."""
        if self.is_local:
            return self.authority.release
        return self.version.version if self.version else None

    @property
    def ours(self) -> str | None:
        """Why an operation on this node (or any node of this router) belongs to an earlier run and is resumed."""
        nodes = [self.node] if self.node else list(self.pair)
        return next(filter(None, (self.authority.ours(self.router, node) for node in nodes)), None)

    def moved_by_us(self, node: str | None) -> str | None:
        """Why a node of this router is away or in transition: an earlier run began it. None where it is settled.

        A settled node with an open record explains nothing: what was sent there may never have been accepted.
        """
        asset = self.pair.get(node) if node else None
        return None if asset is None or asset.settled else self.authority.ours(self.router, node)

    @property
    def half_done(self) -> bool:
        """True if one node of the pair runs the wanted version and another does not yet: they may differ (rule 7).

        An asset that shows less than was requested (`SSR-6.3.5-37` of `6.3.5-37.r1.el7`) may run it, and counts so.
        """
        if self.wanted is None:
            return False
        versions = [asset.version for asset in self.pair.values() if asset.version is not None]
        answers = {satisfies(version, self.wanted) is not False for version in versions}
        return answers == {True, False}
