# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets: many routers from one entry, always the same ones for the same scenario."""

from __future__ import annotations

from .draws import chance, dealt, some
from .schema import ScenarioError
from .specs import FleetSpec, NodeSpec, RouterSpec

_NAMES = ("node1", "node2")


def routers_of(fleet: FleetSpec, number: int) -> list[RouterSpec]:
    """The routers of the `number`-th entry. Raises ScenarioError when the entry contradicts itself."""
    _check(fleet, number)
    purpose = f"fleet{number}"

    def mixture(key: str, weights: dict[str, float], plain: str) -> list[str]:
        return dealt(weights or {plain: 1}, fleet.count, chance(fleet.seed, purpose, key))

    versions = mixture("versions", fleet.versions, fleet.version or "")
    kinds = mixture("install_types", fleet.install_types, fleet.install_type)
    states = mixture("states", fleet.states, "Synchronized")
    indices = range(fleet.count)
    pairs = set(some(indices, round(fleet.pairs * fleet.count), chance(fleet.seed, purpose, "pairs")))
    return [
        RouterSpec(
            name=(name := _name(fleet, fleet.first + index)),
            nodes=_nodes(fleet, name, fleet.first + index, 2 if index in pairs else fleet.nodes, states[index]),
            version=versions[index],
            install_type=kinds[index],  # type: ignore[arg-type]
            resource_groups=list(fleet.resource_groups),
            peers=fleet.peers,
            interfaces=fleet.interfaces,
            bgp=fleet.bgp,
            disk=fleet.disk,
        )
        for index in indices
    ]


def _check(fleet: FleetSpec, number: int) -> None:
    where = f"fleet[{number}]"
    if bool(fleet.name) == bool(fleet.prefix):
        raise ScenarioError(f"{where}: needs one of 'prefix' and 'name'")
    if not fleet.version and not fleet.versions:
        raise ScenarioError(f"{where}: needs 'version' or 'versions'")
    if not 0 <= fleet.pairs <= 1:
        raise ScenarioError(f"{where}.pairs: is the share of routers with two nodes, between 0 and 1")
    if not 1 <= fleet.nodes <= 2:
        raise ScenarioError(f"{where}.nodes: a router has one or two nodes")
    for key in ("versions", "install_types", "states"):
        weights = getattr(fleet, key)
        if weights and (min(weights.values()) < 0 or not sum(weights.values())):
            raise ScenarioError(f"{where}.{key}: weights must not be negative, nor all be 0")
    try:
        names = {_name(fleet, fleet.first), _name(fleet, fleet.first + 1)}
        for node in fleet.node_names:
            node.format(n=1, router="r")
    except (KeyError, IndexError, ValueError):
        raise ScenarioError(f"{where}: in names only {{n}} (such as {{n:04d}}) and {{router}} are replaced") from None
    if len(names) < 2 and fleet.count > 1:
        raise ScenarioError(f"{where}.name: '{fleet.name}' needs {{n}}, or all routers have the same name")


def _name(fleet: FleetSpec, number: int) -> str:
    if fleet.name:
        return fleet.name.format(n=number)
    width = max(4, len(str(fleet.first + fleet.count - 1)))
    return f"{fleet.prefix}{number:0{width}d}"


def _nodes(fleet: FleetSpec, router: str, number: int, count: int, state: str) -> list[NodeSpec]:
    names = [name.format(n=number, router=router) for name in [*fleet.node_names, *_NAMES[len(fleet.node_names) :]]]
    # Not always the first one is primary, or nobody would notice who relies on that.
    primary = chance(fleet.seed, "primary", router).randrange(count)
    return [
        NodeSpec(names[index], state=state, primary=index == primary, previous=fleet.previous)  # type: ignore[arg-type]
        for index in range(count)
    ]
