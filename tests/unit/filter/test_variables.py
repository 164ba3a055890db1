# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mistyped variable is refused with the name that was meant; variables of the user's own are left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.sessionsmart.ssr.plugins.filter.variables import (
    OF_HOSTS,
    SET_BY_INVENTORIES,
    SET_BY_PLAYBOOKS,
    SET_BY_ROLES,
    misplaced_mistakes,
    mistake_in_name,
    name_mistakes,
)

from tests.unit.roles.test_argument_specs import Role, walk

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("router_upgrade_inflight", "router_upgrade_in_flight"),
        ("router_upgrade_windowend", "router_upgrade_window_end"),
        ("router_upgrade_max_failure", "router_upgrade_max_failures"),
        ("conductor_upgrade_pairsoak", "conductor_upgrade_pair_soak"),
        ("router_upgrade_serial", "ssr_serial"),
        ("router_upgrade_assets_timeout", "conductor_upgrade_assets_timeout"),
        ("ssr_window_end", "router_upgrade_window_end"),
        ("ssr_versoin", "ssr_version"),
        ("ssr_seriall", "ssr_serial"),
        ("ssr_max_fail_percent", "ssr_max_fail_percentage"),
        ("ssr_waves", "router_upgrade_waves"),
        ("routr_upgrade_in_flight", "router_upgrade_in_flight"),
        ("router_upgrades_window_end", "router_upgrade_window_end"),
        ("ssr_router_upgrade_window_end", "router_upgrade_window_end"),
        ("ssr_router_upgrade_windowend", "router_upgrade_window_end"),
        ("ssr_conductor_upgrade_pair_soak", "conductor_upgrade_pair_soak"),
    ],
)
def test_a_mistyped_variable_is_refused_with_the_nearest_name(name, meant) -> None:
    assert mistake_in_name(name).endswith(f"Did you mean {meant}?")


def test_an_unknown_variable_of_a_role_is_refused_although_nothing_is_near() -> None:
    assert "ansible-doc -t role sessionsmart.ssr.router_upgrade" in mistake_in_name("router_upgrade_zzzz")


@pytest.mark.parametrize(
    "name",
    [
        *("ssr_site", "ssr_region", "ssr_stage", "ssr_serial_number", "ssr_notes", "ssr_my_folder", "ssr_contact"),
        *(
            "ssr_routers",
            "ssr_conductors",
            "ssr_roles",
            "ssr_conductor_ip",
            "ssr_asset_id",
            "ssr_releases",
            "ssr_states",
        ),
        *("asr_version", "upgrade_version", "in_flight", "ansible_pcli_node", "router", "version", "conductor_ip"),
        *("ssr_router_upgrade", "router_upgrade_run", "router_upgrade_version", "ssr_needs_version", "ssr_asset_ids"),
    ],
)
def test_variables_of_others_and_known_ones_are_left_alone(name) -> None:
    assert mistake_in_name(name) == ""


def test_a_survey_variable_that_is_handed_on_to_the_right_one_is_the_users_own() -> None:
    assert mistake_in_name("ssr_in_flight")
    assert not mistake_in_name("ssr_in_flight", ["ssr_in_flight", "router_upgrade_in_flight"])


def test_hosts_are_named_where_only_some_have_the_variable() -> None:
    hostvars = {"c": {}, "a": {"router_upgrade_inflight": 20}, "b": {"ssr_site": "x", "ssr_wave": 2}}
    (mistake,) = name_mistakes(hostvars, ["c", "a", "b", "localhost"])
    assert mistake.endswith("Did you mean router_upgrade_in_flight? It is a variable of a.")


def test_a_variable_of_the_play_is_checked_too() -> None:
    (mistake,) = name_mistakes({"a": {}}, ["a"], ["router_upgrade_inflight", "ssr_needs_version"])
    assert mistake.endswith("Did you mean router_upgrade_in_flight?")


def test_what_the_roles_set_is_known() -> None:
    assert Role("conductor_upgrade").set_by_itself() | Role("router_upgrade").set_by_itself() == SET_BY_ROLES


def test_what_the_playbooks_set_is_known() -> None:
    names = set()
    for path in (ROOT / "playbooks").glob("*.yml"):
        for play in yaml.safe_load(path.read_text(encoding="utf-8")):
            names |= set(play.get("vars") or {})
            for task in walk(play.get("tasks") or []):
                names |= {task.get("register", ""), *(task.get("vars") or {})}
                names |= set((task.get("ansible.builtin.set_stats") or {}).get("data") or {})
    for path in (ROOT / "roles").glob("*/tasks/*.yml"):
        names |= set(re.findall(r"__router_upgrade_stat: (\w+)", path.read_text(encoding="utf-8")))
    unknown = {name for name in names if name.startswith(("ssr_", "router_", "conductor_")) and mistake_in_name(name)}
    assert not unknown
    assert {name for name in names if name.startswith("ssr_needs_")} <= SET_BY_PLAYBOOKS


def test_what_the_inventory_plugin_sets_is_known() -> None:
    text = (ROOT / "plugins" / "plugin_utils" / "inventory" / "hosts.py").read_text(encoding="utf-8")
    names = set(re.findall(r'"(ssr_\w+)"', text))
    assert names and names <= SET_BY_INVENTORIES | OF_HOSTS


# -- the wrong group --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["router_upgrade_window_end", "router_upgrade_in_flight", "ssr_serial", "ssr_bake"])
def test_a_setting_of_routers_that_only_conductor_nodes_have_is_refused(name) -> None:
    (mistake,) = misplaced_mistakes({"a": {name: 1}, "b": {name: 1}, "store": {}}, ["a", "b"], ["store"])
    assert mistake == f"{name} is set for a, b, where nothing reads it. Set it for ssr_routers, for all, or with -e."


def test_a_setting_of_conductors_that_only_routers_have_is_refused() -> None:
    variables = {"a": {}, "store": {"conductor_upgrade_pair_soak": 1}}
    for of_routers in (True, False):
        (mistake,) = misplaced_mistakes(variables, ["a"], ["store"], of_routers)
        assert "is set for store, where nothing reads it. Set it for ssr_conductors, for all, or with -e." in mistake


def test_what_both_groups_have_or_a_run_without_routers_is_no_mistake() -> None:
    given = {"router_upgrade_in_flight": 4, "conductor_upgrade_pair_soak": 4}
    assert misplaced_mistakes({"a": given, "store": given}, ["a"], ["store"]) == []
    assert misplaced_mistakes({"a": given}, ["a"], []) == []
    assert misplaced_mistakes({"a": {"ssr_serial": 1}, "store": {}}, ["a"], ["store"], False) == []
    assert misplaced_mistakes({"a": {"ssr_journal_dir": 1}, "store": {}}, ["a"], ["store"]) == []
