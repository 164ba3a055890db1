# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router's state as plain data, taken before an upgrade and after it, to be compared (compare.py).

The cost: two commands for all routers together (``show assets``, ``show alarms``; pass them to :func:`take`), and
for each router five (connectivity, processes, peers, device interfaces, BGP) and one for each of its nodes (``show
system``). An area that is not requested costs nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..conductor import queries
from ..conductor.client import Conductor
from ..conductor.queries import NotAvailable
from ..pcli.errors import DeviceError, PcliError
from ..software.alarms import GRAVE, Alarm, leads_to
from ..software.assets import Asset
from ..software.system import Link, Process, service_runs

VERSION = 1

#: An area: an entry for each thing in it, by a key that is the same before and after. Every entry has ``state`` (the
#: word) and ``well`` (True if it works, None if that is not known), and may have ``towards``: where it leads.
Area = dict[str, dict[str, Any]]

#: The state of something that is listed without a state.
UNKNOWN = "unknown"


@dataclass
class _Source:
    """What the areas of one router are read from; what serves two areas is read once."""

    conductor: Conductor
    router: str
    nodes: Sequence[str]
    assets: Sequence[Asset] | None
    alarms: Sequence[Alarm] | DeviceError | None
    _processes: list[Process] | None = None

    def all_assets(self) -> Sequence[Asset]:
        if self.assets is None:
            self.assets = self.conductor.assets()
        return self.assets

    def own_assets(self) -> list[Asset]:
        """The rows of the router's nodes. Raises NotAvailable where one of them is not listed."""
        own = {asset.node: asset for asset in self.all_assets() if asset.router == self.router}
        if lost := [node for node in self.nodes if node not in own]:
            raise NotAvailable(f"'show assets' does not list {', '.join(lost)} of {self.router}.")
        return [own[node] for node in self.nodes]

    def all_alarms(self) -> Sequence[Alarm]:
        if self.alarms is None:
            self.alarms = self.conductor.alarms()
        if isinstance(self.alarms, DeviceError):
            raise self.alarms
        return self.alarms

    def all_processes(self) -> list[Process]:
        if self._processes is None:
            self._processes = self.conductor.processes(self.router)
        if self._processes is None:
            raise NotAvailable(f"'show system processes' shows nothing of {self.router} that can be read.")
        return self._processes

    def node_of(self, shown: str) -> str:
        """The node's own name in ``node`` or ``node.router`` (both may hold dots)."""
        return shown[: -len(self.router) - 1] if shown.endswith(f".{self.router}") else shown


# -- the areas ----------------------------------------------------------------------------------------------------


def _versions(source: _Source) -> Area:
    return {
        asset.node or "": {"state": asset.version_text, "well": None, "install_type": asset.install_type}
        for asset in source.own_assets()
    }


def _assets(source: _Source) -> Area:
    # A state that nobody knows is neither (rule 15): only what is away, or waits for somebody, is not well.
    area = {}
    for asset in source.own_assets():
        well = True if asset.settled else False if asset.away or asset.state in ("stopped", "not installed") else None
        area[asset.node or ""] = {"state": asset.status, "well": well}
    return area


def _services(source: _Source) -> Area:
    area: Area = {}
    for node in source.nodes:
        status = source.conductor.system_of(source.router, node)
        word = status.status if status else None
        # A node that is away must not hide what the other one says.
        area[node] = {"state": word.lower() if word else UNKNOWN, "well": service_runs(word)}
    if not any(entry["state"] != UNKNOWN for entry in area.values()):
        raise NotAvailable(f"'show system' shows nothing of the service of any node of {source.router}.")
    return area


def _alarms(source: _Source) -> Area:
    area: Area = {}
    for alarm in source.all_alarms():
        node = _node_of_alarm(alarm, source)
        if node is None:
            continue
        # Not by its id, which is another one whenever the alarm comes again.
        key = f"{node or source.router}: {alarm.category}: {' '.join(alarm.message.split())}"
        entry = {
            "state": alarm.severity,
            "well": False if alarm.severity in GRAVE else None,
            "category": alarm.category,
        }
        # Of what is being worked on, or is not settled, it says nothing about this router.
        if towards := leads_to(alarm.message):
            entry["towards"] = towards
        if key not in area or entry["well"] is False:
            area[key] = entry | {"since": alarm.time}
    return area


def _node_of_alarm(alarm: Alarm, source: _Source) -> str | None:
    """The node that an alarm is about, empty for the whole router, None for another router.

    The conductor reports assets of others as its own alarms and names them in the message as ``node.router``
    (events_alarms), so the message counts before the node that reports it.
    """
    reported_by = f"{alarm.node}.{alarm.router}"
    for node in source.nodes:
        names = (f"{node}.{source.router}", f"{source.router}.{node}")
        if reported_by == names[0] or any(_says(alarm.message, name) for name in names):
            return node
    return (alarm.node or "") if alarm.router == source.router else None


def _says(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.\-]){re.escape(name)}(?![\w\-])(?!\.\w)", text) is not None


def _connectivity(source: _Source) -> Area:
    links: list[Link] | None = source.conductor.connectivity(source.router)
    # The two nodes of a pair see each other, or do not: no row at all is no answer. A single node may have nobody.
    if links is None or (not links and len(source.nodes) > 1):
        raise NotAvailable(f"'show system connectivity' shows nothing of {source.router} that can be read.")
    return {
        f"{link.local} -> {link.remote}": {"state": link.state.lower(), "well": link.up, "towards": link.remote}
        for link in links
    }


def _processes(source: _Source) -> Area:
    return {
        f"{source.node_of(process.node)}: {process.name}": {
            "state": process.status,
            "well": service_runs(process.status),
        }
        for process in source.all_processes()
    }


def _primaries(source: _Source) -> Area:
    """Which node of a pair leads each process that has a leader. None that leads is bad, two are no verdict."""
    area: Area = {}
    if len(source.nodes) < 2:  # a node that is alone may show that it leads nothing
        return area
    by_name: dict[str, list[Process]] = {}
    for process in source.all_processes():
        if process.primary is not None:
            by_name.setdefault(process.name, []).append(process)
    if not by_name:
        raise NotAvailable(f"'show system processes' shows of no process of {source.router} whether it leads.")
    for name, processes in by_name.items():
        leading = sorted(source.node_of(process.node) for process in processes if process.primary)
        well = {0: False, 1: True}.get(len(leading))
        area[name] = {"state": ", ".join(leading) or "none", "well": well}
    return area


def _peers(source: _Source) -> Area:
    area: Area = {}
    shown = queries.peers(source.conductor, source.router)
    paths = [path for path in shown if path.router in (None, source.router)]
    if shown and not paths:
        raise NotAvailable(f"'show peers' shows paths of other routers, and none of {source.router}.")
    # Two paths may source the same: then the better one comes first, before and after.
    for path in sorted(paths, key=lambda path: path.well is not True):
        group = f"{path.node or source.router}: {path.interface or 'any interface'} -> {path.peer}"
        entry = {"state": path.status, "well": path.well, "towards": path.peer, "group": group}
        _add(area, f"{group} ({path.destination})" if path.destination else group, entry)
    return area


def _interfaces(source: _Source) -> Area:
    area: Area = {}
    for interface in queries.device_interfaces(source.conductor, source.router):
        # A port whose state is not shown is there all the same, and not gone.
        entry = {
            "state": interface.oper or UNKNOWN,
            "well": interface.well,
            "admin": interface.admin,
            "redundancy": interface.redundancy,
        }
        _add(area, f"{interface.node or source.router}: {interface.name}", entry)
    return area


def _bgp(source: _Source) -> Area:
    area: Area = {}
    for neighbour in queries.bgp_neighbours(source.conductor, source.router):
        _add(
            area,
            f"{neighbour.address} ({neighbour.family})" if neighbour.family else neighbour.address,
            {"state": neighbour.state, "well": neighbour.well},
        )
    return area


def _add(area: Area, key: str, entry: dict[str, Any]) -> None:
    number = 2
    unique = key
    while unique in area:
        unique, number = f"{key} #{number}", number + 1
    area[unique] = entry


def _totals(source: _Source) -> Area:
    """How many assets of the whole authority are in each state."""
    counted = Counter(asset.state for asset in source.all_assets())
    settled = {asset.state for asset in source.all_assets() if asset.settled}
    return {
        state: {"state": number, "well": None, "settled": state in settled} for state, number in sorted(counted.items())
    }


#: Every area, in the order of a report.
AREAS: dict[str, Callable[[_Source], Area]] = {
    "versions": _versions,
    "assets": _assets,
    "services": _services,
    "alarms": _alarms,
    "connectivity": _connectivity,
    "processes": _processes,
    "primaries": _primaries,
    "peers": _peers,
    "interfaces": _interfaces,
    "bgp": _bgp,
    "totals": _totals,
}


# -- taking -------------------------------------------------------------------------------------------------------


def take(
    conductor: Conductor,
    router: str,
    nodes: Iterable[str],
    areas: Iterable[str] | None = None,
    *,
    assets: Sequence[Asset] | None = None,
    alarms: Sequence[Alarm] | DeviceError | None = None,
) -> dict[str, Any]:
    """A router's state as plain data. ``areas``: names in AREAS, all by default.

    ``assets`` and ``alarms``: those of the whole authority, read once for many routers; read anew where they are not
    given. An error instead of the alarms is what the conductor answered. An area that is not available is None, and
    ``unavailable`` holds the reason. Raises ValueError for an area that does not exist, and the errors of the
    connection: a conductor that is away says nothing of a router.
    """
    wanted = check_areas(areas)
    source = _Source(conductor, router, list(nodes), assets, alarms)
    areas_taken: dict[str, Area | None] = {}
    unavailable: dict[str, str] = {}
    for name in wanted:
        try:
            areas_taken[name] = AREAS[name](source)
        except NotAvailable as reason:
            areas_taken[name], unavailable[name] = None, str(reason)
        except DeviceError as error:
            areas_taken[name], unavailable[name] = None, str(error)
        except PcliError as error:
            if error.connection not in (None, "no_prompt"):
                raise
            areas_taken[name], unavailable[name] = None, str(error)
    at = conductor.clock.stamp()
    return {
        "version": VERSION,
        "router": router,
        "nodes": list(source.nodes),
        "at": at,
        "areas": areas_taken,
        "unavailable": unavailable,
    }


#: Between the nodes of a conductor pair from below 6.3 assets show Disconnected, and the nodes may not see each other
#: (rule 11; upgrade_ibu_conductor): none of that is a loss.
_ASSET_AREAS = ("assets", "connectivity", "totals")


def comparable_areas(areas: Sequence[str] | None, assets_count: bool) -> list[str] | None:
    """The areas whose changes mean something; None for all. ``assets_count``: whether the states of assets do."""
    if assets_count:
        return None if areas is None else list(areas)
    return [area for area in (AREAS if areas is None else areas) if area not in _ASSET_AREAS]


def check_areas(areas: Iterable[str] | None) -> list[str]:
    """The requested areas, in the order of AREAS. Raises ValueError with the known ones."""
    wanted = list(AREAS) if areas is None else list(areas)
    for name in wanted:
        if name not in AREAS:
            raise ValueError(f"There is no area '{name}' in a snapshot. Known are: {', '.join(AREAS)}.")
    return [name for name in AREAS if name in wanted]
