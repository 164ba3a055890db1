# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts that checks of all targets share: what one ``show`` prints of all routers is not read for each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..clock import Clock
from ..conductor.client import Conductor
from ..pcli.errors import DeviceError, NoPrompt, PcliError
from ..pcli.waiting import Blocking, Steps, Waiting, finish
from ..software.alarms import Alarm
from ..software.assets import Asset, Downloads
from ..software.downloads import at_rest
from ..software.health import Health
from ..software.node_id import NodeId
from ..software.targets import Target
from ..software.versions import Version
from .alarm_owners import AlarmOwners, alarms_of_conductor
from .duplicate_assets import DuplicateAssets
from .facts import Config, by_router, read_config
from .local_facts import LocalFacts
from .read_once import read_once


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
    #: Is it enough that one node of the conductor answers, since nothing is done to the conductor itself?
    one_conductor_node: bool = False
    #: Says why an operation on a node belongs to an earlier run and is resumed; None where no record of ours is open.
    ours: Callable[[str, str], str | None] = lambda router, node: None
    #: Was it begun so lately that the node may still be restarting although it is shown as settled?
    began_lately: Callable[[str, str], bool] = lambda router, node: True
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
    #: The versions of those routers that get another one than the rest.
    versions: Mapping[str, Version] = field(default_factory=dict)
    #: What is said of the checks that a person has lifted, by router and check (rule 46).
    lifted: Mapping[tuple[str, str], str] = field(default_factory=dict)
    health_timeout: float = 900
    health_unknown: str = "warn"
    progress: Callable[[str], None] = field(default=lambda line: None, repr=False)
    #: Results of the vendor's own health check, which runs on several routers at once (see vendor_health.py).
    health: dict[str, Health | PcliError] = field(default_factory=dict, init=False, repr=False)
    local_facts: LocalFacts = field(init=False, repr=False)
    _facts: dict[str, tuple] = field(default_factory=dict, init=False, repr=False)
    _details: dict[str, Asset | None] = field(default_factory=dict, init=False, repr=False)
    _reached: dict[NodeId, bool | None] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.local_facts = LocalFacts(self.conductor)

    # -- the conductor itself ---------------------------------------------------------------------------------

    @read_once
    def local_node(self) -> NodeId:
        """The node that the session is on."""
        return self.conductor.local_node()

    def kind(self, router: str) -> str:
        """``conductor`` or ``router``."""
        return "conductor" if router == self.local_node.router else "router"

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
        return finish(_poll_steps(self, Blocking(self.clock)))

    def read_polls(self, waiting: Waiting) -> Steps[None]:
        """Read the polls now, unless they have been read; a refusal is remembered as in :func:`read_once`."""
        if "polls" in self._facts:
            return
        try:
            self._facts["polls"] = ((yield from _poll_steps(self, waiting)), None)
        except PcliError as error:
            if error.connection and not isinstance(error, NoPrompt):
                raise
            self._facts["polls"] = (None, error)

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
    def alarm_owners(self) -> AlarmOwners:
        """The alarms by the router that they belong to. Raises Unreadable."""
        return AlarmOwners(self.assets, self.all_alarms, self.local_node.router)

    def alarms_of(self, router: str) -> list[Alarm]:
        """The alarms of one router, without those of others (a large authority always has dead sites)."""
        if self.kind(router) == "conductor":
            return alarms_of_conductor(self.all_alarms, router)
        return self.alarm_owners.of_router(router)

    @property
    def alarms_unavailable(self) -> PcliError | None:
        """Why no alarm is known: the question was refused, or the answer cannot be read. None where they are known."""
        try:
            self.all_alarms  # noqa: B018
        except (DeviceError, NoPrompt) as error:
            return error
        return None

    @read_once
    def duplicates(self) -> DuplicateAssets:
        """What is listed twice, or has an asset id that another box has, too."""
        return DuplicateAssets(self.assets, [] if self.alarms_unavailable else self.all_alarms)

    def details(self, asset: Asset) -> Asset | None:
        """The details of one asset, read once (``show assets <id>``); None where it has no id."""
        if not asset.asset_id:
            return None
        if asset.asset_id not in self._details:
            self._details[asset.asset_id] = self.conductor.asset_detail(asset.asset_id)
        return self._details[asset.asset_id]

    def is_reached(self, router: str, node: str) -> bool | None:
        """Does a node answer when it is asked itself? Asked once; None where that is not known."""
        node_id = NodeId(router, node)
        if node_id not in self._reached:
            try:
                status = self.conductor.system_of(router, node)
            except (DeviceError, NoPrompt):
                status = None
            self._reached[node_id] = status.reached if status else None
        return self._reached[node_id]


def known_alarms(authority: Authority) -> list[Alarm] | None:
    """The alarms of the targets if a check has read them, else an empty list. None: they are unavailable."""
    if "all_alarms" not in authority._facts:
        return []
    if authority.alarms_unavailable:
        return None
    routers = dict.fromkeys(target.router for target in authority.targets) or [authority.local_node.router]
    alarms = {id(alarm): alarm for router in routers for alarm in authority.alarms_of(router)}
    return list(alarms.values())


def _poll_steps(authority: Authority, waiting: Waiting) -> Steps[list[Mapping[str, Mapping[str, Asset]]]]:
    polls = [(yield from waiting.ask(lambda: authority.nodes))]
    while len(polls) < authority.settled_polls:
        yield from waiting.pause(authority.poll_pause)
        rows = yield from waiting.ask(authority.conductor.assets)
        polls.append(by_router(map(at_rest, rows)))
    return polls
