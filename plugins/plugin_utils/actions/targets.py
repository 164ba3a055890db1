# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user names, as targets: routers, inventory hosts that stand for them, and resource groups."""

from __future__ import annotations

import getpass
import os
from collections.abc import Collection, Mapping, Sequence

from ansible.errors import AnsibleUndefinedVariable

from ..conductor.client import Conductor
from ..planning.overrides import Override, OverrideError, read_overrides
from ..software.assets import Asset
from ..software.names import NameRefused, check_word, decrypted
from ..software.node_id import NodeId
from ..software.targets import Target, TargetError, resolve_targets
from .base import BadInput

#: The variables of inventory hosts, by host.
Hosts = Mapping[str, Mapping[str, object]]
_GROUP = "ssr_exclusive_group"


def named_targets(
    targets: Sequence[object] | None,
    target_hosts: Sequence[str] | None,
    resource_group: str | None,
    unknown: str,
    *,
    conductor: Conductor,
    hosts: Hosts,
    assets: Sequence[Asset],
) -> list[Target]:
    """Everything that is named, each router once. Raises TargetError for what makes no sense.

    A router that the conductor does not know is an error, or a target without nodes where ``unknown`` (``block``,
    ``skip``) says that the others go on without it.
    """
    named = list(targets or [])
    named += [router_of(hosts, host) for host in target_hosts or []]
    if resource_group:
        named += _members(conductor, resource_group, named)
    if not named:
        raise TargetError("There is no target. Name routers in targets, target_hosts or resource_group.")
    local_node = conductor.local_node()
    if unknown == "fail":
        return resolve_targets(named, assets, local_node)
    known = {asset.router for asset in assets} | {local_node.router}
    names = [entry.get("router") if isinstance(entry, dict) else entry for entry in named]
    unknown_targets = [name for name in names if isinstance(name, str) and name not in known]
    for name in unknown_targets:
        check_word(name, "router")
    there = [entry for entry, name in zip(named, names, strict=True) if name not in unknown_targets]
    known_targets = resolve_targets(there, assets, local_node) if there else []
    return known_targets + [Target(name, (), True) for name in dict.fromkeys(unknown_targets)]


def nodes_of(targets: Sequence[Target]) -> list[NodeId]:
    """All nodes of these targets; a router that has none is a node without a name."""
    return [NodeId(*node_id) for target in targets for node_id in target.node_ids or (NodeId(target.router, ""),)]


def router_of(hosts: Hosts, host: str) -> str:
    """The SSR's name of the router that an inventory host stands for (``ssr_router``). Raises BadInput."""
    name = of_host(hosts, host, "ssr_router", host)
    if not isinstance(name, str):
        raise BadInput(
            f"The SSR's name of host {host} is {name!r}, which is no text. Put it in quotes in the inventory "
            "(ssr_router)."
        )
    return check_word(str(name), "ssr_router")


def router_named(hosts: Hosts, host: str) -> str:
    """The same; the name of the host where that cannot be read, which the checks at the start say."""
    try:
        return router_of(hosts, host)
    except (BadInput, NameRefused):
        return str(host)


def of_host(hosts: Hosts, host: str, name: str, default: object = None) -> object:
    """A variable of an inventory host; an empty one counts as none. Raises BadInput for an unknown host."""
    if host not in hosts:
        raise BadInput(f"target_hosts names '{host}', which is not a host of the inventory.")
    value = decrypted(hosts[host].get(name, default))
    return default if value is None or value == "" else value


def by_router(
    option: Mapping[str, object] | None, target_hosts: Sequence[str] | None, hosts: Hosts, variable: str
) -> dict[str, object]:
    """A property of routers: from the option, else from a variable of the hosts that stand for them."""
    values = {str(name): value for name, value in (option or {}).items()}
    for host in target_hosts or []:
        value = of_host(hosts, host, variable)
        if value is not None:
            values.setdefault(router_of(hosts, host), value)
    return values


def exclusive_groups(
    option: Mapping[str, object] | None,
    target_hosts: Sequence[str] | None,
    hosts: Hosts,
    groups: Mapping[str, Sequence[str]],
) -> dict[str, object]:
    """The exclusive group of each router that has one. ``groups``: the hosts of each group of the inventory.

    A member counts for the others wherever it stands in the inventory. Router hosts are those of the group
    ``ssr_routers``; where the targets are not among them, any host but a conductor's may be one.
    """
    named, routers = list(target_hosts or []), list(groups.get("ssr_routers") or [])
    known = dict.fromkeys([*named, *routers])
    others: list[str] = []
    if not routers or not set(named) <= set(routers):
        others = sorted(set(hosts) - {*known, *(groups.get("ssr_conductors") or [])})
    grouped = [host for host in others if _has_group(hosts, host)]
    return by_router(option, [*known, *grouped], hosts, _GROUP)


def _has_group(hosts: Hosts, host: str) -> bool:
    """Is a host in an exclusive group? One that nobody has named is not, where its variable cannot be rendered."""
    try:
        return of_host(hosts, host, _GROUP) is not None
    except AnsibleUndefinedVariable:
        return False


def overrides_of(entries: object, variables: Mapping[str, object], known: Collection[str]) -> tuple[Override, ...]:
    """The conditions that the user has lifted by name (rule 46). ``variables``: of the task. Raises BadInput."""
    try:
        return read_overrides(entries, started_by(variables), known)
    except OverrideError as error:
        raise BadInput(f"{error} Nothing was sent.") from error


def started_by(variables: Mapping[str, object]) -> str:
    """Who has started the run: the user of the job in AWX, else the account on the controller."""
    for name in ("awx_user_name", "tower_user_name"):
        if variables.get(name):
            return str(variables[name])
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return f"uid {os.getuid()}"


def waves_of(option: Mapping[str, object] | None, target_hosts: Sequence[str] | None, hosts: Hosts) -> dict[str, int]:
    """The wave of each router that has one. Raises BadInput."""
    waves = {}
    for router, value in by_router(option, target_hosts, hosts, "ssr_wave").items():
        try:
            waves[router] = int(str(value))
        except ValueError as error:
            raise BadInput(f"The wave of {router} is {value!r} (ssr_wave); a whole number is needed.") from error
    return waves


def _members(conductor: Conductor, group: str, named: Sequence[object]) -> list[str]:
    """The routers of a resource group (rule 22), without those that are named anyway."""
    members = conductor.members(check_word(group, "resource_group"))
    routers = list(dict.fromkeys(member.router for member in members if member.router))
    if not routers:
        raise TargetError(
            f"The conductor shows no asset in resource group '{group}'. Check its name ('show assets "
            f"resource-group {group}'), and whether this account may see it."
        )
    names = {entry.get("router") if isinstance(entry, dict) else entry for entry in named}
    return [router for router in routers if router not in names]
