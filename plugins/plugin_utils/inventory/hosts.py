# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the hosts and groups of an inventory from the answer of a conductor. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..software.names import NameRefused, check_word
from .addresses import ConductorAddress, is_reserved
from .cached_answer import CachedAnswer

CONDUCTORS, ROUTERS, PAIRS, SINGLES = "ssr_conductors", "ssr_routers", "ssr_pairs", "ssr_singles"

Variables = dict[str, object]
Row = Mapping[str, object]


class InventoryHostsError(ValueError):
    """Something that the conductor lists cannot become a host. Its text names it and says what to do."""


@dataclass
class InventoryHosts:
    """An inventory: the variables of each host by its name, and the names of the hosts of each group, both in order."""

    conductors: dict[str, Variables] = field(default_factory=dict)
    routers: dict[str, Variables] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    #: Routers that the filters left out.
    left_out: list[str] = field(default_factory=list)


def make_hosts(
    answer: CachedAnswer, addresses: Sequence[ConductorAddress], keep: Callable[[Variables], bool] = bool
) -> InventoryHosts:
    """The hosts and groups. ``keep`` says of a router's variables whether it belongs to the inventory.

    Raises InventoryHostsError for a name that cannot be carried.
    """
    hosts = InventoryHosts(groups={CONDUCTORS: [], ROUTERS: []})
    by_router = _by_router(answer.rows)
    own = by_router.pop(answer.router, [])
    hosts.conductors = _conductors(answer, addresses, own)
    for host in hosts.conductors:
        hosts.groups[CONDUCTORS].append(host)
    taken: dict[str, str] = {address.name: f"the conductor node {address.name}" for address in addresses}
    for router, rows in by_router.items():
        variables = {**_variables(router, rows, "router"), "ssr_conductor": addresses[0].name}
        if not keep(variables):
            hosts.left_out.append(router)
            continue
        host = _host_name(router, {address.name for address in addresses})
        if host in taken:
            raise InventoryHostsError(
                f"The router '{router}' and {taken[host]} would both be the host '{host}'. Leave one of them out with "
                f"filters (\"ssr_router != '{router}'\") and put it into an inventory of its own."
            )
        taken[host] = f"the router '{router}'"
        hosts.routers[host] = variables
        for group in groups_of(variables):
            hosts.groups.setdefault(group, []).append(host)
    return hosts


def _by_router(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The nodes of each router, in the order of the conductor. What belongs to no router is not listed."""
    by_router: dict[str, list[Row]] = {}
    for row in rows:
        if row["router"]:
            by_router.setdefault(str(row["router"]), []).append(row)
    return by_router


# -- variables ----------------------------------------------------------------------------------------------------


def _variables(router: str, rows: Sequence[Row], role: str) -> Variables:
    """The variables of a router's host, from its nodes. What the conductor does not show is None."""
    states = _different(row["state"] for row in rows)
    types = _different(row["install_type"] for row in rows)
    return {
        "ssr_role": role,
        "ssr_router": router,
        "ssr_nodes": [
            {
                "node": row["node"],
                "version": row["version"],
                "install_type": row["install_type"],
                "state": row["state"],
                "status": row["status"],
                "settled": row["settled"],
                "errors": row["errors"],
                "asset_id": row["asset_id"],
            }
            for row in rows
        ],
        "ssr_ha": len(_different(row["node"] for row in rows)) > 1,
        "ssr_running_version": _same(row["version"] for row in rows),
        "ssr_versions": _different(row["version"] for row in rows),
        "ssr_release": _same(row["release"] for row in rows),
        "ssr_install_type": "mixed" if len(types) > 1 else _same(row["install_type"] for row in rows),
        "ssr_state": "mixed" if len(states) > 1 else (states or [None])[0],
        "ssr_settled": bool(rows) and all(row["settled"] for row in rows),
        "ssr_asset_ids": _different(row["asset_id"] for row in rows),
    }


def _conductors(
    answer: CachedAnswer, addresses: Sequence[ConductorAddress], rows: Sequence[Row]
) -> dict[str, Variables]:
    """The hosts of the conductor's own nodes, in the order of the user."""
    shared = {**_variables(_checked(answer.router), rows, "conductor"), "ssr_conductor": addresses[0].name}
    shared["ssr_unassigned_assets"] = [row["asset_id"] for row in answer.rows if not row["router"] and row["asset_id"]]
    names = node_names(answer, addresses, rows)
    hosts = {}
    for address in addresses:
        variables: Variables = {"ansible_host": address.host, "ansible_port": address.port, **shared}
        node = names[address.name]
        if node:
            variables["ssr_node"] = variables["ansible_pcli_node"] = node
        hosts[address.name] = variables
    return hosts


def node_names(
    answer: CachedAnswer, addresses: Sequence[ConductorAddress], rows: Sequence[Row]
) -> dict[str, str | None]:
    """Which node is at which address: as the user says, as its own prompt says, and of two the one that is left.

    A name that were wrong would do no harm: it is a guard (ansible_pcli_node), and nothing is sent to another node.
    """
    names = {
        address.name: address.node or (answer.node if address.address == answer.address else None)
        for address in addresses
    }
    nodes = [str(node) for node in _different(row["node"] for row in rows)]
    unknown = [name for name, node in names.items() if not node]
    left = [node for node in nodes if node not in names.values()]
    if len(addresses) == len(nodes) == 2 and len(unknown) == len(left) == 1:
        names[unknown[0]] = left[0]
    return names


def _different(values: Iterable[object]) -> list:
    """Each value that is known, once."""
    return list(dict.fromkeys(value for value in values if value is not None))


def _same(values: Iterable[object]) -> object:
    """The value that all have; None where they differ, or where one is not known."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


# -- names --------------------------------------------------------------------------------------------------------


def groups_of(variables: Variables) -> list[str]:
    """The groups of a router. One whose nodes differ is in the group of each of them, and in ``..._mixed``."""
    nodes: list[Row] = list(variables["ssr_nodes"])
    groups = [ROUTERS, PAIRS if variables["ssr_ha"] else SINGLES]
    for what in ("state", "install_type", "version"):
        values = [row[what] for row in nodes]
        groups += [_group(what, value or "unknown") for value in values]
        if len(_different(values)) > 1:
            groups.append(_group(what, "mixed"))
    if variables["ssr_release"]:
        groups.append(_group("release", variables["ssr_release"]))
    return list(dict.fromkeys(groups))


def _group(what: str, value: object) -> str:
    """A group's name out of a value: letters, digits and underscores are all that Ansible takes."""
    return f"ssr_{what}_{re.sub(r'[^A-Za-z0-9]+', '_', str(value)).strip('_') or 'unknown'}"


def _host_name(router: str, conductors: Iterable[str]) -> str:
    """The name of a router's host: the SSR's own, unless Ansible would take that for something else."""
    safe = re.sub(r"[^\w.-]", "_", _checked(router))
    if is_reserved(safe) or safe in conductors:
        return f"router-{safe}"
    return safe


def _checked(router: str) -> str:
    """The name, if it is safe in a command line and in a template. Raises InventoryHostsError."""
    try:
        check_word(router, "name")
        if "{" in router or "}" in router:
            raise NameRefused("Ansible may take its braces for a template.")
    except NameRefused as error:
        raise InventoryHostsError(
            f"The conductor lists a router {router!r}, which cannot be worked on by name: {error} Leave it out with "
            "filters, for instance \"ssr_router != 'NAME'\"."
        ) from error
    return router
