# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that find variables that nobody reads: Ansible ignores them, whether mistyped or set for the wrong group.

A limit, or a window, would be ignored with it.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.sessionsmart.ssr.plugins.filter.input import PLAYBOOK_VARIABLES, role_options
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import some

_ROLES = ("conductor_upgrade_", "router_upgrade_")
_PLAYBOOKS = "ssr_"
#: What the tasks of the roles register or set themselves.
SET_BY_ROLES = frozenset(
    {
        *("conductor_upgrade_assets_after", "conductor_upgrade_assets_count", "conductor_upgrade_backup_result"),
        *(
            "conductor_upgrade_change",
            "conductor_upgrade_complete",
            "conductor_upgrade_passed",
            "conductor_upgrade_run",
        ),
        *("conductor_upgrade_before", "conductor_upgrade_precheck", "conductor_upgrade_result"),
        *("conductor_upgrade_revert_health", "conductor_upgrade_revert_result"),
        *("conductor_upgrade_reviewed", "conductor_upgrade_settled_before"),
        *("conductor_upgrade_stage_result", "conductor_upgrade_verdict", "conductor_upgrade_wanted"),
        *("router_upgrade_again", "router_upgrade_answer", "router_upgrade_backup_result"),
        *("router_upgrade_batch", "router_upgrade_begun", "router_upgrade_hosts"),
        *(
            "router_upgrade_change",
            "router_upgrade_checked",
            "router_upgrade_handover",
            "router_upgrade_precheck",
            "router_upgrade_ready",
        ),
        *("router_upgrade_record", "router_upgrade_reviewed", "router_upgrade_run", "router_upgrade_staged"),
        *("router_upgrade_input", "router_upgrade_shown", "router_upgrade_unfinished", "router_upgrade_valid"),
        *("router_upgrade_run_report", "router_upgrade_verdict"),
    }
)
#: What the playbooks register, set, publish, or give to the play that checks their input.
SET_BY_PLAYBOOKS = frozenset(
    {
        *("ssr_assets", "ssr_backup", "ssr_hosts", "ssr_restore", "ssr_earlier", "ssr_published"),
        *("ssr_conductor_revert", "ssr_conductor_stage", "ssr_conductor_upgrade", "ssr_config_export", "ssr_report"),
        *("ssr_router_download", "ssr_router_plan", "ssr_router_revert", "ssr_router_upgrade"),
        *("ssr_needs_first", "ssr_needs_previous", "ssr_needs_routers", "ssr_needs_source", "ssr_needs_version"),
        "ssr_waiting_routers",
    }
)
#: What a host may have of its own.
OF_HOSTS = frozenset({"ssr_exclusive_group", "ssr_router", "ssr_wave"})
#: The groups of inventories, beside what the inventory plugin sets: names that nobody mistypes for a variable.
SET_BY_INVENTORIES = frozenset(
    {
        *("ssr_conductors", "ssr_pairs", "ssr_routers", "ssr_singles"),
        *("ssr_asset_ids", "ssr_conductor", "ssr_ha", "ssr_install_type", "ssr_node", "ssr_nodes", "ssr_release"),
        *("ssr_role", "ssr_running_version", "ssr_settled", "ssr_state", "ssr_unassigned_assets", "ssr_versions"),
    }
)
#: Variables of playbooks that only the roles of routers read, beside their own.
_OF_ROUTERS = ("ssr_bake", "ssr_max_fail_percentage", "ssr_override", "ssr_serial", "ssr_time_zone")
#: How alike two names must be (0 to 1), so that one is taken for the other: of two that begin alike, the rest is
#: compared; otherwise a name must be long, since another product may have a short one.
_ALIKE = 0.82
_ALIKE_AS_A_WHOLE = 0.92
_LONG = 15
#: Hosts that a sentence names.
_NAMED = 3


def name_mistakes(hostvars: Mapping, hosts: Sequence[str], visible: Iterable[str] = ()) -> list[str]:
    """A sentence for each variable that is set and that nothing reads, since its name is mistyped.

    ``hosts``: whose variables are checked; ``visible``: the names of variables that the play has beside them.
    """
    holders: dict[str, list[str]] = {str(name): [] for name in visible}
    checked = [host for host in dict.fromkeys(hosts) if host in hostvars]
    for host in checked:
        for name in hostvars[host]:
            holders.setdefault(str(name), []).append(host)
    sentences = []
    for name, named in sorted(holders.items()):
        mistake = mistake_in_name(name, holders)
        if mistake:
            sentences.append(f"{mistake}{_whose(named, len(checked))}")
    return sentences


def misplaced_mistakes(
    hostvars: Mapping, conductors: Sequence[str], routers: Sequence[str], of_routers: bool = True
) -> list[str]:
    """A sentence for each variable that is set for hosts of a group, where only those of the other group are read.

    One that hosts of the right group have as well comes from what both have in common, or from the command line.
    ``of_routers``: whether the run is about routers.
    """
    options = [*role_options()]
    for_routers = [*_OF_ROUTERS, *(name for name in options if name.startswith("router_upgrade_"))]
    for_conductors = [name for name in options if name.startswith("conductor_upgrade_")]
    mistakes = _misplaced(hostvars, conductors, routers, for_routers, "ssr_routers") if of_routers else []
    return [*mistakes, *_misplaced(hostvars, routers, conductors, for_conductors, "ssr_conductors")]


def _misplaced(
    hostvars: Mapping, holders: Sequence[str], readers: Sequence[str], names: Sequence[str], group: str
) -> list[str]:
    if not readers:
        return []
    read = {name for host in readers if host in hostvars for name in hostvars[host]}
    unread = set(names) - read
    holding: dict[str, list[str]] = {}
    for host in holders:
        for name in unread.intersection(hostvars.get(host, ())):
            holding.setdefault(name, []).append(host)
    return [
        f"{name} is set for {some(named, _NAMED)}, where nothing reads it. Set it for {group}, for all, or with -e."
        for name, named in sorted(holding.items())
    ]


def mistake_in_name(name: str, given: Iterable[str] = ()) -> str:
    """What is wrong with the name of a variable; empty if nothing is. ``given``: all names that are set."""
    if name in _known() or name.startswith(("ansible_", "_")):
        return ""
    nearest = _nearest(name, given)
    if name.startswith(_ROLES):
        role = next(prefix.rstrip("_") for prefix in _ROLES if name.startswith(prefix))
        where = f"ansible-doc -t role sessionsmart.ssr.{role} lists the variables of this role."
        return f"{name} is not a variable of this collection. {_did_you_mean(nearest, where)}"
    return f"{name} is not a variable of this collection. {_did_you_mean(nearest, '')}" if nearest else ""


def _did_you_mean(nearest: str | None, otherwise: str) -> str:
    return f"Did you mean {nearest}?" if nearest else otherwise


def _nearest(name: str, given: Iterable[str]) -> str | None:
    """The known variable that was meant; None where none is like it."""
    prefix = next((prefix for prefix in (*_ROLES, _PLAYBOOKS) if name.startswith(prefix)), None)
    if prefix is None:
        alike = difflib.get_close_matches(name, _settable(), 1, _ALIKE_AS_A_WHOLE) if len(name) >= _LONG else []
        return alike[0] if alike else None
    rest = name.removeprefix(prefix)
    if rest.startswith(_ROLES):  # ssr_router_upgrade_window_end
        return rest if rest in _settable() else _nearest(rest, given)
    # The right name after the wrong prefix. One who sets both has a variable of his own, and hands it on.
    for other in (*_ROLES, _PLAYBOOKS):
        if f"{other}{rest}" in _settable() and f"{other}{rest}" not in given:
            return f"{other}{rest}"
    least = _ALIKE if prefix == _PLAYBOOKS else 0.6
    rests = [known.removeprefix(prefix) for known in sorted(_settable()) if known.startswith(prefix)]
    alike = difflib.get_close_matches(rest, rests, 1, least)
    return f"{prefix}{alike[0]}" if alike else None


def _whose(named: Sequence[str], checked: int) -> str:
    """Which hosts have it, unless all have it or the play has it."""
    if not named or len(named) == checked:
        return ""
    return f" It is a variable of {some(named, _NAMED)}."


@functools.cache
def _settable() -> frozenset[str]:
    """What a user may set."""
    versions = {f"{prefix}version" for prefix in _ROLES}
    return frozenset({*PLAYBOOK_VARIABLES, *role_options(), *versions, *OF_HOSTS})


@functools.cache
def _known() -> frozenset[str]:
    return _settable() | SET_BY_INVENTORIES | SET_BY_ROLES | SET_BY_PLAYBOOKS


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {"misplaced_mistakes": misplaced_mistakes, "name_mistakes": name_mistakes}
