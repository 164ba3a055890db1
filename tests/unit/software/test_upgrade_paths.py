# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of which release may follow which, row by row, and the ways that they leave open."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, permutations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.path_defects import fixed_in, lacks
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.path_rules import RULES, converts
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.path_steps import Span, Step
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.upgrade_paths import judge, propose
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import Version, parse, satisfies
from hypothesis import given, settings
from hypothesis import strategies as st


def step(role: str, way: str, **more) -> Step:
    """`way`: "running > wanted", with "?" for a version that is not known, or "running > wanted @ conductor"."""
    moves, _at, conductor = way.partition(" @ ")
    running, wanted = moves.split(" > ")
    if "managed" in more:
        more["managed"] = tuple(parse(text) for text in more["managed"])
    known = None if running == "?" else parse(running)
    return Step(role, known, parse(wanted), parse(conductor) if conductor else None, **more)


def router(way: str, **more) -> Step:
    return step("router", way, **more)


def conductor(way: str, **more) -> Step:
    return step("conductor", way, **more)


def down(step: Step) -> Step:
    return replace(step, operation="downgrade")


def revert(step: Step) -> Step:
    return replace(step, operation="revert")


def names(step: Step) -> list[str]:
    return [finding.name for finding in judge(step)]


def blocked(step: Step) -> bool:
    return any(finding.blocks for finding in judge(step))


# For each rule: the steps that it speaks of, and those next to them of which it says nothing.
ROWS: dict[str, tuple[list[Step], list[Step]]] = {
    "router_not_newer_than_conductor": (
        [
            router("6.2.0 > 6.3.6 @ 6.3.5-37.r1.el7"),
            router("6.3.0 > 7.1.3 @ 7.0.5", rule="minor"),
            down(router("7.2.3 > 7.1.3 @ 7.0.5")),
        ],
        [
            router("6.2.0 > 6.3.5-40 @ 6.3.5-37.r1.el7"),
            router("6.3.5 > 6.3.7 @ 6.3.6", rule="minor"),
            router("6.2.0 > 6.3.6"),
            conductor("6.2.0 > 6.3.6 @ 6.3.5"),
            revert(router("7.2.3 > 7.1.3 @ 7.0.5")),
        ],
    ),
    "router_from_6_3_5_needs_conductor_6_3_5": (
        [router("6.2.0 > 6.3.5 @ 6.3.4", rule="minor")],
        [
            router("6.2.0 > 6.3.4 @ 6.3.3", rule="minor"),
            router("6.2.0 > 6.3.7 @ 6.3.5", rule="minor"),
            router("6.2.0 > 6.3.5", rule="minor"),
        ],
    ),
    "router_to_5_4_0_under_6_3_5": (
        [router("5.3.0 > 5.4.0 @ 6.3.5"), down(router("6.2.0 > 5.4.0-3.el7 @ 7.0.5"))],
        [router("5.3.0 > 5.4.1 @ 6.3.5"), router("5.3.0 > 5.4.0 @ 6.3.4"), revert(router("6.2.0 > 5.4.0 @ 7.0.5"))],
    ),
    "router_from_5_4_0_under_6_3_5": (
        [router("5.4.0 > 6.3.5 @ 6.3.5")],
        [router("5.4.1 > 6.3.5 @ 6.3.5"), router("5.4.0 > 6.3.4 @ 6.3.4"), router("5.3.0 > 5.4.0 @ 6.3.5")],
    ),
    "conductor_to_6_3_5_with_old_routers": (
        [conductor("6.2.5 > 6.3.5", managed=["6.2.5", "5.4.0-2.el7"])],
        [
            conductor("6.2.5 > 6.3.4", managed=["6.2.5", "5.4.0"]),
            conductor("6.2.5 > 6.3.5", managed=["6.2.5", "5.4.1"]),
            conductor("6.2.5 > 6.3.5"),
            conductor("6.3.5 > 6.3.6", managed=["5.4.0"]),
        ],
    ),
    "conductor_back_below_routers": (
        [
            revert(conductor("7.1.3 > 6.3.5", managed=["6.3.4", "6.3.6"])),
            down(conductor("7.1.3 > 7.0.5", managed=["7.1.0"], rule="minor")),
        ],
        [
            revert(conductor("7.1.3 > 6.3.5", managed=["6.3.5-99"])),
            revert(conductor("7.1.3 > 6.3.5", managed=["6.3.6"], rule="minor")),
            conductor("6.3.2 > 6.3.5", managed=["6.3.6"]),
        ],
    ),
    "conductor_from_below_6_0": (
        [conductor("5.6.8 > 6.2.5")],
        [conductor("6.0.0 > 6.2.5"), router("5.6.8 > 6.2.5"), conductor("? > 6.2.5")],
    ),
    "conductor_to_7_through_6_3_5": (
        [conductor("6.3.4 > 7.0.1"), conductor("6.2.5-5r2 > 7.1.3-20.r1.el9")],
        [
            conductor("6.3.5 > 7.0.1"),
            conductor("6.3.4 > 6.3.7"),
            router("6.3.4 > 7.0.1 @ 7.0.1"),
            conductor("? > 7.0.1"),
        ],
    ),
    "assets_settled_before_7": (
        [conductor("6.3.5 > 7.0.5", unsettled=1)],
        [
            conductor("6.3.5 > 7.0.5", unsettled=0),
            conductor("6.3.5 > 7.0.5"),
            conductor("6.3.4 > 7.0.5", unsettled=1),
            conductor("6.3.5 > 6.3.7", unsettled=1),
            conductor("7.0.1 > 7.0.5", unsettled=1),
        ],
    ),
    "assets_counted_before_7": (
        [conductor("6.3.5 > 7.0.5")],
        [
            conductor("6.3.5 > 7.0.5", unsettled=0),
            conductor("6.3.4 > 7.0.5"),
            conductor("6.3.5 > 6.3.7"),
            conductor("7.0.1 > 7.0.5"),
        ],
    ),
    "first_step_to_6_3_by_packages": (
        [conductor("6.2.5 > 6.3.0")],
        [conductor("6.3.0 > 6.3.5"), conductor("6.1.0 > 6.2.5"), router("6.2.5 > 6.3.0 @ 6.3.0")],
    ),
    "pair_from_below_6_3_node_by_node": (
        [conductor("6.2.5 > 6.3.5", pair=True)],
        [
            conductor("6.2.5 > 6.3.5"),
            conductor("6.3.0 > 6.3.5", pair=True),
            router("6.2.5 > 6.3.5 @ 6.3.5", pair=True),
        ],
    ),
    "offline_needs_installation_service": (
        [conductor("6.3.0 > 6.3.5")],
        [conductor("6.2.9 > 6.3.0"), conductor("6.3.5 > 7.0.0"), router("6.3.0 > 6.3.5 @ 6.3.5")],
    ),
    "conversion_needs_disk": (
        [
            router("6.0.0 > 6.1.0 @ 6.3.0", install_type="package"),
            conductor("6.3.5 > 7.0.5", install_type="package"),
        ],
        [
            router("6.0.0 > 6.0.5 @ 6.3.0", install_type="package"),
            router("6.0.0 > 6.1.0 @ 6.2.9", install_type="package"),
            router("6.0.0 > 6.1.0 @ 6.3.0", install_type="image"),
            router("6.0.0 > 6.1.0 @ 6.3.0"),
            conductor("6.2.5 > 6.3.5", install_type="package"),
            down(router("6.3.5 > 6.3.4 @ 6.3.5", install_type="package")),
        ],
    ),
    "conversion_needs_lvm": (
        [router("6.2.0 > 6.3.5 @ 6.3.5", install_type="package")],
        [router("6.2.0 > 6.3.5 @ 6.3.5", install_type="image"), conductor("6.2.5 > 6.3.5", install_type="package")],
    ),
    "vm_interface_names": (
        [router("6.2.0 > 7.0.5 @ 7.0.5"), router("6.3.5 > 7.0.5 @ 7.0.5", install_type="package")],
        [
            router("6.3.5 > 7.0.5 @ 7.0.5"),
            router("6.2.0 > 7.0.5 @ 7.0.5", install_type="image"),
            router("6.2.0 > 6.3.5 @ 7.0.5"),
            router("7.0.1 > 7.0.5 @ 7.0.5", install_type="package"),
        ],
    ),
    "plugins_too_old_for_5_3": (
        [conductor("5.1.0 > 5.3.0", plugins={"128T-dns-cache": "3.2.0-1", "wireguard": "2.0.3"})],
        [
            conductor("5.1.0 > 5.3.0", plugins={"128T-dns-cache": "3.2.1-1", "wireguard": "2.0.3"}),
            conductor("5.1.0 > 5.3.0", plugins={"128T-dns-cache": ""}),
            conductor("5.1.0 > 5.3.0", plugins={"other": "1.0.0"}),
            conductor("4.5.0 > 5.3.0", plugins={"dns-cache": "3.2.0"}),
            conductor("5.2.0 > 5.2.9", plugins={"dns-cache": "3.2.0"}),
            router("5.1.0 > 5.3.0", plugins={"dns-cache": "3.2.0"}),
        ],
    ),
    "plugins_unseen_before_5_3": (
        [conductor("5.2.4 > 5.4.1")],
        [conductor("5.2.4 > 5.4.1", plugins={"other": "1.0.0"}), conductor("5.3.0 > 5.4.1"), router("5.2.4 > 5.4.1")],
    ),
    "installer_before_5_4": (
        [router("5.3.0 > 5.4.0"), router("6.1.0 > 6.2.5"), router("5.3.0 > 6.3.5 @ 6.3.5")],
        [router("5.2.0 > 5.3.0"), router("5.4.0 > 6.3.0"), router("6.2.5 > 6.3.5"), router("6.3.0 > 6.2.5")],
    ),
    "ha_sync_redundancy_and_7": (
        [router("6.3.5 > 7.0.1", plugins={"128T-ha-sync-redundancy-router": "2.0.0"})],
        [
            router("6.3.5 > 7.0.1", plugins={"dns-cache": "3.2.1"}),
            router("6.3.5 > 6.3.7", plugins={"ha-sync-redundancy": "2.0.0"}),
            router("7.0.1 > 7.2.3", plugins={"ha-sync-redundancy": "2.0.0"}),
        ],
    ),
    "team_interface_and_7": (
        [router("6.3.5 > 7.0.1", pair=True), conductor("6.3.5 > 7.0.1", pair=True)],
        [router("6.3.5 > 7.0.1"), router("6.3.5 > 6.3.7", pair=True), router("7.0.1 > 7.1.3", pair=True)],
    ),
    "downgrade_from_7_to_6": (
        [down(router("7.0.1 > 6.3.7 @ 7.2.3"))],
        [
            down(router("7.0.5 > 7.0.1 @ 7.2.3")),
            down(router("6.3.7 > 6.3.5 @ 7.2.3")),
            revert(router("7.0.1 > 6.3.7 @ 7.2.3")),
        ],
    ),
    "downgrade_below_configuration_integrity": (
        [down(router("7.1.3 > 7.1.2 @ 7.2.3"))],
        [
            down(router("7.2.0 > 7.1.3 @ 7.2.3")),
            down(router("7.1.2 > 7.1.0 @ 7.2.3")),
            revert(router("7.1.3 > 7.1.2 @ 7.2.3")),
        ],
    ),
    "downgrade_command_missing": (
        [down(router("6.2.0 > 6.1.0 @ 6.2.5")), down(conductor("6.2.5 > 6.2.0"))],
        [down(router("6.2.0 > 6.1.0 @ 6.3.0")), revert(router("6.2.0 > 6.1.0 @ 6.2.5")), down(router("6.2.0 > 6.1.0"))],
    ),
    "downgrade_command_from_6_3_3": (
        [down(router("6.3.0 > 6.2.5 @ 6.3.0")), down(router("6.3.0 > 6.2.5 @ 6.3.2"))],
        [down(router("6.3.0 > 6.2.5 @ 6.3.3")), down(router("6.2.0 > 6.1.0 @ 6.2.5"))],
    ),
    "downgrade_of_a_pair": (
        [down(router("7.2.3 > 7.2.0 @ 7.2.3", pair=True))],
        [
            down(router("7.2.3 > 7.2.0 @ 7.2.3")),
            revert(router("7.2.3 > 7.2.0 @ 7.2.3", pair=True)),
            down(router("7.2.3 > 7.2.0 @ 7.2.3", pair=True, conductor_orders=False)),
        ],
    ),
    "downgrade_of_a_pair_by_the_conductor": (
        [down(router("7.2.3 > 7.2.0 @ 7.2.3", pair=True, conductor_orders=True))],
        [
            down(router("7.2.3 > 7.2.0 @ 7.2.3", pair=True, conductor_orders=False)),
            down(router("7.2.3 > 7.2.0 @ 7.2.3", conductor_orders=True)),
            router("7.2.0 > 7.2.3 @ 7.2.3", pair=True, conductor_orders=True),
        ],
    ),
    "downgrade_of_a_pair_crashes": (
        [
            down(router("7.0.4 > 7.0.1 @ 7.2.3", pair=True)),
            down(router("7.1.0 > 7.0.5 @ 7.2.3", pair=True)),
            down(router("7.2.2 > 7.2.0 @ 7.2.3", pair=True)),
        ],
        [
            down(router("7.0.5 > 7.0.1 @ 7.2.3", pair=True)),
            down(router("7.2.3 > 7.2.0 @ 7.2.3", pair=True)),
            down(router("7.1.7 > 7.1.5 @ 7.2.3", pair=True)),
            down(router("7.2.2 > 7.2.0 @ 7.2.3")),
            down(router("6.3.7 > 6.3.5 @ 7.2.3", pair=True)),
        ],
    ),
    "one_node_back_stays_disconnected": (
        [
            revert(router("7.2.2 > 7.1.3", pair=True)),
            down(router("7.2.2 > 7.2.0", pair=True)),
            revert(router("7.1.5 > 7.0.5", pair=True)),
            revert(router("7.0.5 > 6.3.5", pair=True)),
        ],
        [
            revert(router("7.2.3 > 7.1.3", pair=True)),
            revert(router("7.1.6 > 7.0.5", pair=True)),
            revert(router("7.2.2 > 7.1.3")),
            router("7.1.3 > 7.2.2", pair=True),
        ],
    ),
    "bgp_closes_the_way_back": (
        [router("6.1.9 > 6.2.0"), conductor("6.1.0 > 6.3.5")],
        [router("6.2.0 > 6.2.5"), router("6.0.0 > 6.1.9"), router("? > 6.2.0")],
    ),
    "bgp_before_going_back": (
        [revert(router("6.2.0 > 6.1.9")), down(router("6.3.5 > 6.1.9 @ 6.3.5"))],
        [revert(router("6.3.5 > 6.2.0")), revert(router("6.1.9 > 6.1.0"))],
    ),
    "router_from_5_straight_to_7": (
        [router("5.5.12 > 7.0.0 @ 7.2.3"), router("5.9.0 > 7.0.4 @ 7.2.3"), router("5.5.12 > 7.1.5 @ 7.2.3")],
        [
            router("5.5.12 > 7.1.6 @ 7.2.3"),
            router("5.5.12 > 7.2.0 @ 7.2.3"),
            router("5.5.12 > 7.0.5 @ 7.2.3"),
            router("5.5.12 > 7.2.3 @ 7.2.3"),
            router("6.0.0 > 7.1.3 @ 7.2.3"),
            router("5.5.12 > 6.3.5 @ 7.2.3"),
        ],
    ),
    "key_exchange_between_releases": (
        [
            router("7.0.5 > 7.1.6 @ 7.2.3"),
            router("7.2.1 > 7.2.3 @ 7.2.3"),
            revert(router("7.2.3 > 7.1.0 @ 7.2.3")),
        ],
        [
            router("7.0.5 > 7.1.7 @ 7.2.3"),
            router("7.1.0 > 7.2.1 @ 7.2.3"),
            router("7.0.4 > 7.1.6 @ 7.2.3"),
            conductor("7.0.5 > 7.1.6"),
        ],
    ),
    "router_falls_back_to_6_3_0": (
        [router("6.3.0-107.r1.el7 > 6.3.1 @ 6.3.7"), router("6.3.0 > 6.3.4 @ 6.3.7")],
        [router("6.3.0 > 6.3.5 @ 6.3.7"), router("6.3.1 > 6.3.3 @ 6.3.7"), conductor("6.3.0 > 6.3.3")],
    ),
    "assets_stuck_below_6_3_5": (
        [conductor("6.2.5 > 6.3.0"), conductor("6.2.5 > 6.3.4")],
        [conductor("6.2.5 > 6.3.5"), conductor("6.2.3 > 6.2.5"), router("6.2.5 > 6.3.4 @ 6.3.4")],
    ),
    "out_of_memory_from_6_2_5": (
        [router("6.2.5-5r2 > 6.2.6")],
        [router("6.2.5 > 6.3.0"), router("6.2.4 > 6.2.6"), router("6.2.6 > 6.2.7"), conductor("6.2.5 > 6.2.6")],
    ),
    "aws_conductor_below_6_3": (
        [conductor("6.1.0 > 6.2.5")],
        [conductor("6.1.0 > 6.3.0"), router("6.1.0 > 6.2.5")],
    ),
    "idp_after_6_3_3": (
        [router("6.2.5 > 6.3.3-40.r2.el7 @ 6.3.7")],
        [router("6.2.5 > 6.3.4 @ 6.3.7"), router("6.2.5 > 6.3.2 @ 6.3.7"), conductor("6.2.5 > 6.3.3")],
    ),
    "idp_after_7_0_1": (
        [router("6.2.5 > 7.0.1 @ 7.0.5")],
        [router("6.2.5 > 7.0.2 @ 7.0.5"), router("6.2.5 > 7.0.0 @ 7.0.5"), conductor("6.3.5 > 7.0.1")],
    ),
    "second_conductor_node_to_7": (
        [
            conductor("6.3.5 > 7.0.0", pair=True),
            conductor("6.3.5 > 7.0.4", pair=True),
            conductor("6.3.5 > 7.1.0", pair=True),
            conductor("6.3.5 > 7.1.2", pair=True),
            conductor("6.3.5 > 7.2.3", pair=True),
        ],
        [
            conductor("6.3.0 > 6.3.5", pair=True),
            conductor("6.3.5 > 7.0.5", pair=True),
            conductor("6.3.5 > 7.1.3", pair=True),
            conductor("6.3.5 > 7.0.4"),
            router("6.3.5 > 7.0.4 @ 7.0.5", pair=True),
        ],
    ),
    "conductor_pair_fails_its_processes_check": (
        [conductor("6.3.5 > 7.0.4", pair=True), conductor("7.0.5 > 7.1.7", pair=True)],
        [conductor("6.3.5 > 7.0.5", pair=True), conductor("6.3.5 > 7.0.4"), conductor("6.3.0 > 6.3.5", pair=True)],
    ),
    "conductor_health_check_times_out": (
        [
            conductor("6.3.5 > 7.0.4"),
            conductor("6.3.5 > 7.1.6"),
            conductor("7.1.7 > 7.2.0"),
            conductor("7.1.7 > 7.2.2"),
        ],
        [
            conductor("6.3.5 > 7.0.5"),
            conductor("6.3.5 > 7.1.7"),
            conductor("7.1.7 > 7.2.3"),
            conductor("6.3.0 > 6.3.5"),
        ],
    ),
    "assets_away_after_upgrade": (
        [
            conductor("6.3.5 > 7.0.0"),
            conductor("6.3.5 > 7.0.5"),
            conductor("7.1.7 > 7.2.0"),
            conductor("6.3.5 > 7.2.2"),
            conductor("6.2.15 > 6.3.5"),
            conductor("6.1.9 > 6.2.14"),
        ],
        [
            conductor("6.2.5 > 6.3.5"),
            conductor("6.3.0 > 6.3.7"),
            conductor("6.3.5 > 7.2.3"),
            conductor("6.2.5 > 6.2.15"),
            conductor("6.0.1 > 6.1.9"),
            router("6.3.5 > 7.2.2 @ 7.2.2"),
            revert(conductor("7.2.3 > 7.2.0")),
        ],
    ),
    "assets_synchronize_long_after_upgrade": (
        [conductor("6.3.5 > 7.0.4"), conductor("6.3.5 > 7.1.6"), conductor("7.1.7 > 7.2.1")],
        [
            conductor("6.3.5 > 7.0.5"),
            conductor("6.3.5 > 7.1.7"),
            conductor("7.1.7 > 7.2.3"),
            conductor("6.2.5 > 6.3.5"),
        ],
    ),
    "minions_restart_while_a_conductor_node_is_away": (
        [conductor("7.2.0 > 7.2.3", pair=True, managed=["6.3.5", "7.1.6"])],
        [
            conductor("7.2.0 > 7.2.3", pair=True, managed=["6.3.5", "7.1.7", "7.0.5", "7.2.0"]),
            conductor("7.2.0 > 7.2.3", managed=["7.1.6"]),
            conductor("7.2.0 > 7.2.3", pair=True),
        ],
    ),
    "onboarding_waits_after_upgrade": (
        [
            conductor("7.1.3 > 7.2.0"),
            conductor("7.1.3 > 7.2.2"),
            conductor("7.0.5 > 7.1.3"),
            conductor("7.0.5 > 7.1.6"),
        ],
        [
            conductor("7.1.3 > 7.2.3"),
            conductor("7.0.5 > 7.1.7"),
            conductor("7.0.5 > 7.1.2"),
            router("7.1.3 > 7.2.0 @ 7.2.0"),
        ],
    ),
    "offline_image_incomplete": (
        [conductor("6.3.5 > 7.0.4"), conductor("6.3.5 > 7.1.6"), conductor("7.1.7 > 7.2.1")],
        [
            conductor("6.3.5 > 7.0.5"),
            conductor("6.3.5 > 7.1.7"),
            conductor("6.2.5 > 6.3.5"),
            router("7.1.7 > 7.2.1 @ 7.2.3"),
        ],
    ),
    "commits_fail_after_upgrade": (
        [conductor("6.3.5 > 7.1.6"), router("7.1.7 > 7.2.1 @ 7.2.3"), conductor("6.3.5 > 7.0.5")],
        [conductor("6.3.5 > 7.1.7"), router("7.1.7 > 7.2.3 @ 7.2.3"), conductor("6.2.5 > 6.3.7")],
    ),
    "pair_stuck_in_its_upgrade": (
        [router("6.3.5 > 7.1.5 @ 7.2.3", pair=True), router("6.3.5 > 7.0.4 @ 7.2.3", pair=True)],
        [
            router("6.3.5 > 7.1.6 @ 7.2.3", pair=True),
            router("6.3.5 > 7.2.0 @ 7.2.3", pair=True),
            router("6.3.5 > 7.1.5 @ 7.2.3"),
        ],
    ),
    "router_stays_disconnected_after_boot": (
        [router("6.2.5 > 6.3.5 @ 7.1.4"), router("6.2.5 > 6.3.5 @ 7.0.4")],
        [router("6.2.5 > 6.3.5 @ 7.1.5"), router("6.2.5 > 6.3.5 @ 7.2.0"), router("6.2.5 > 6.3.5 @ 6.3.7")],
    ),
    "routing_manager_stuck_in_standby": (
        [
            router("6.1.9 > 6.2.12 @ 7.2.3", pair=True),
            router("6.2.13 > 6.3.7 @ 7.2.3", pair=True),
            router("7.1.7 > 7.2.1 @ 7.2.3", pair=True),
        ],
        [
            router("6.1.9 > 6.2.13 @ 7.2.3", pair=True),
            router("6.3.0 > 6.3.7 @ 7.2.3", pair=True),  # it is there already
            router("7.0.5 > 7.1.7 @ 7.2.3", pair=True),
            router("7.1.7 > 7.2.1 @ 7.2.3"),
        ],
    ),
    "ha_sync_without_address": (
        [router("6.3.5 > 7.1.5 @ 7.2.3", pair=True)],
        [router("6.3.5 > 7.2.0 @ 7.2.3", pair=True), router("6.3.5 > 7.1.5 @ 7.2.3")],
    ),
    "bond_routes_missing": (
        [router("6.3.5 > 7.1.6 @ 7.2.3"), router("7.1.7 > 7.2.2 @ 7.2.3")],
        [router("6.3.5 > 7.1.7 @ 7.2.3"), router("7.1.7 > 7.2.3 @ 7.2.3")],
    ),
    "certificates_after_upgrade": (
        [router("6.3.5 > 7.1.5 @ 7.2.3"), router("6.3.5 > 7.0.5 @ 7.2.3")],
        [router("6.3.5 > 7.1.6 @ 7.2.3"), router("7.1.7 > 7.2.0 @ 7.2.3"), router("6.2.5 > 6.3.5 @ 7.2.3")],
    ),
    "time_servers_rejected": (
        [router("6.3.5 > 7.1.6 @ 7.2.3"), router("7.1.7 > 7.2.0 @ 7.2.3")],
        [router("6.3.5 > 7.1.7 @ 7.2.3"), router("7.1.7 > 7.2.3 @ 7.2.3"), router("6.2.5 > 6.3.5 @ 7.2.3")],
    ),
    "newer_mist_agent": (
        [router("7.1.7 > 7.2.1 @ 7.2.3")],
        [router("7.1.7 > 7.2.3 @ 7.2.3"), router("7.1.3 > 7.1.5 @ 7.2.3")],
    ),
    "azure_hangs": (
        [router("6.3.5 > 7.1.3 @ 7.2.3"), conductor("6.3.5 > 7.1.5")],
        [router("6.3.5 > 7.1.2 @ 7.2.3"), router("6.3.5 > 7.1.6 @ 7.2.3"), conductor("7.1.6 > 7.2.0")],
    ),
    "ssr130_to_6_3_3": (
        [router("6.2.5 > 6.3.3-40.r2.el7 @ 6.3.7")],
        [router("6.2.5 > 6.3.4 @ 6.3.7"), conductor("6.2.5 > 6.3.3")],
    ),
    "ssr440_pair": (
        [
            router("7.1.0 > 7.1.3 @ 7.2.3", pair=True, platform="ssr440"),
            router("7.1.0 > 7.1.1 @ 7.2.3", pair=True, platform="ssr440"),
        ],
        [
            router("7.1.0 > 7.1.4 @ 7.2.3", pair=True, platform="ssr440"),
            router("7.1.0 > 7.1.3 @ 7.2.3", platform="ssr440"),
            router("7.1.0 > 7.1.3 @ 7.2.3", pair=True, platform="other"),
            router("7.1.0 > 7.1.3 @ 7.2.3", pair=True),
        ],
    ),
    "ssr440_pair_perhaps": (
        [router("7.1.0 > 7.1.3 @ 7.2.3", pair=True), router("7.1.0-1.r1.el9.aarch64 > 7.1.2 @ 7.2.3", pair=True)],
        [
            router("7.1.0 > 7.1.3 @ 7.2.3", pair=True, platform="ssr440"),
            router("7.1.0-1.r1.el9.x86_64 > 7.1.3 @ 7.2.3", pair=True),
            router("7.1.0 > 7.1.4 @ 7.2.3", pair=True),
            router("6.3.5 > 7.1.3 @ 7.2.3", pair=True),  # none of them ran a release before 7.1.0
        ],
    ),
    "ssr400_not_to_7_1_3": (
        [router("7.1.0 > 7.1.3 @ 7.2.3"), router("7.1.2 > 7.1.3-29.r2.el9 @ 7.2.3", platform="ssr400")],
        [
            router("7.1.0 > 7.1.4 @ 7.2.3"),
            router("6.3.5 > 7.1.3 @ 7.2.3"),
            router("7.1.0 > 7.1.3 @ 7.2.3", platform="other"),
        ],
    ),
    "ssr400_upgrades": (
        [
            router("7.1.3 > 7.2.0 @ 7.2.3"),
            router("7.1.3 > 7.2.2 @ 7.2.3"),
            router("7.1.0 > 7.1.5 @ 7.2.3"),
        ],
        [
            router("7.1.3 > 7.2.3 @ 7.2.3"),
            router("7.1.0 > 7.1.6 @ 7.2.3"),
            router("7.0.5 > 7.1.3 @ 7.2.3"),
            conductor("7.1.3 > 7.2.2"),
        ],
    ),
}


def test_every_rule_has_its_rows() -> None:
    rule_names = [rule.name for rule in RULES]
    assert len(rule_names) == len(set(rule_names))
    assert set(rule_names) == set(ROWS)


@pytest.mark.parametrize(("name", "step"), [(name, step) for name, (steps, _) in ROWS.items() for step in steps])
def test_the_rule_speaks(name: str, step: Step) -> None:
    assert name in names(step)


@pytest.mark.parametrize(("name", "step"), [(name, step) for name, (_, quiet) in ROWS.items() for step in quiet])
def test_the_rule_is_quiet_about_its_nearest_neighbour(name: str, step: Step) -> None:
    assert name not in names(step)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_in_sentences_what_it_is_about_and_where_it_is_from(rule) -> None:
    steps = ROWS[rule.name][0][0]
    finding = next(finding for finding in judge(steps) if finding.name == rule.name)
    assert re.fullmatch(r"[A-Z].*\.", finding.text) and "{" not in finding.text and len(finding.text) > 40
    assert re.search(r"I95-[0-9]{5}|intro_|release notes|upgrade_|CLI-", finding.source)
    assert finding.severity in ("block", "warn")


# issue, and for each stream the last patch without the repair and the first one with it; None: no patch has it
MATRIX = [
    ("I95-65826", {"6.2": (13, 14), "7.1": (6, 7), "7.2": (2, 3), "6.3": (7, None), "7.0": (5, None)}),
    ("I95-66125", {"6.2": (14, 15), "7.2": (2, 3), "7.1": (7, None)}),
    ("I95-65656", {"7.0": (4, 5), "7.1": (6, 7), "7.2": (2, 3)}),
    ("I95-63923", {"7.0": (4, 5), "7.1": (2, 3), "7.2": (3, None)}),
    ("I95-64541", {"7.0": (4, 5), "7.1": (5, 6)}),
    ("I95-65680", {"6.2": (12, 13), "7.0": (4, 5), "7.1": (6, 7), "7.2": (2, 3), "6.3": (7, None)}),
    ("I95-64521", {"7.1": (3, 4)}),
    ("I95-65691", {"7.1": (5, 6), "7.2": (2, 3), "7.0": (5, None)}),
]


@pytest.mark.parametrize(("issue", "streams"), MATRIX, ids=lambda value: value if isinstance(value, str) else "")
def test_a_repair_counts_for_its_own_stream_only(issue: str, streams: dict) -> None:
    for stream, (without, repaired) in streams.items():
        assert lacks(parse(f"{stream}.{without}-1"), issue), stream
        if repaired is not None:
            assert not lacks(parse(f"{stream}.{repaired}-1"), issue), stream
            assert not lacks(parse(f"{stream}.{repaired + 9}"), issue), stream


def test_a_repair_in_a_lower_release_says_nothing_of_a_higher_one() -> None:
    """I95-65826 is fixed in 7.1.7, and not in 7.2.0 and 7.2.1, which are higher and older (about_releases)."""
    assert not lacks(parse("7.1.7-15-sts"), "I95-65826")
    assert lacks(parse("7.2.0"), "I95-65826") and lacks(parse("7.2.1-1r1"), "I95-65826")
    assert not lacks(None, "I95-65826") and not lacks(parse("7.3.0"), "I95-65826")


def test_it_is_told_in_which_releases_the_repair_is() -> None:
    assert fixed_in("I95-65656") == "fixed in 7.0.5, 7.1.7 and 7.2.3"
    assert fixed_in("I95-64521") == "fixed in 7.1.4"
    assert fixed_in("I95-63923") == "fixed in 7.0.5 and 7.1.3; for 7.2 none is listed"
    assert fixed_in("I95-65826", "I95-66125") == "fixed in 6.2.15 and 7.2.3; for 6.3, 7.0 and 7.1 none is listed"


def test_a_finding_names_the_versions_in_the_spelling_of_all_messages() -> None:
    (finding,) = judge(router("6.3.0 > 6.3.6 @ 6.3.5-37.r1.el7"))
    assert finding.blocks and "6.3.6" in finding.text and "6.3.5-37.r1," in finding.text
    assert "6.3.5" in judge(Step("router", None, Version(6, 3, 6), Version(6, 3, 5)))[0].text


def test_a_warning_does_not_block() -> None:
    assert judge(conductor("6.3.5 > 7.2.3")) and not blocked(conductor("6.3.5 > 7.2.3"))


@pytest.mark.parametrize("step", [router("6.3.5 > 6.3.7 @ 6.3.7"), conductor("7.2.3 > 7.2.4"), router("? > 6.3.5")])
def test_an_ordinary_step_has_nothing_against_it(step: Step) -> None:
    assert judge(step) == []


def test_the_missing_release_is_named() -> None:
    finding = next(finding for finding in judge(conductor("6.2.5 > 7.1.3")) if finding.blocks)
    assert str(finding.via) == "6.3.5 to 6.3.7"
    assert parse("6.3.7-6-sts") in finding.via
    assert parse("6.3.8") not in finding.via and parse("6.3.4") not in finding.via


def test_a_span_of_one_release_is_shown_as_one() -> None:
    assert str(Span((7, 0, 5), (7, 0, 5))) == "7.0.5"
    assert "7.0.5" not in Span((7, 0, 5), (7, 0, 5))


@pytest.mark.parametrize(
    "wrong", [{"operation": "upgrad"}, {"rule": "loose"}, {"install_type": "Package"}, {"role": "node"}]
)
def test_a_word_that_no_rule_knows_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):
        Step(**{"role": "router", "running": parse("6.2.0"), "wanted": parse("6.3.0"), **wrong})


@pytest.mark.parametrize(
    ("plugin", "needed", "older"),
    [
        ("dns-cache", "3.2.1", "3.2.0"),
        ("dns-app-id", "3.1.3", "3.1.2"),
        ("ha-sync-redundancy", "1.1.0", "1.0.9"),
        ("icmp-reachability-detection", "3.0.3", "3.0.2"),
        ("wireguard", "2.0.3", "2.0.2"),
    ],
)
def test_each_plugin_has_its_own_least_version_for_5_3(plugin: str, needed: str, older: str) -> None:
    rule = "plugins_too_old_for_5_3"
    assert rule not in names(conductor("5.1.0 > 5.3.0", plugins={plugin: needed}))
    assert rule in names(conductor("5.1.0 > 5.3.0", plugins={plugin: older}))


@pytest.mark.parametrize("peer", ["7.0.5", "7.1.7", "7.2.3"])
@pytest.mark.parametrize(
    ("release", "meets"),
    [("7.0.9", False), ("7.1.0", True), ("7.1.6", True), ("7.1.8", False), ("7.2.0", True), ("7.2.1", True)]
    + [("7.2.2", False)],
)
def test_releases_that_find_no_key_are_found_in_both_directions(release: str, peer: str, meets: bool) -> None:
    for way in (f"{release} > {peer}", f"{peer} > {release}"):
        assert ("key_exchange_between_releases" in names(router(way))) is meets


@pytest.mark.parametrize("peer", ["7.0.4", "7.0.6", "7.1.8", "7.2.2", "7.2.4"])
def test_other_peers_find_their_key(peer: str) -> None:
    assert "key_exchange_between_releases" not in names(router(f"7.1.0 > {peer}"))


def test_a_conversion_is_told_from_an_upgrade_that_keeps_its_packages() -> None:
    assert converts(conductor("6.3.5 > 7.0.5", install_type="package"))
    assert not converts(conductor("6.2.5 > 6.3.5", install_type="package"))


# -- the way there --------------------------------------------------------------------------------------------------

KNOWN = ["6.2.6-1", "6.3.0-107.r1.el7", "6.3.5-37.r1.el7", "6.3.5-39.r1", "7.0.5-7-lts", "SSR-7.1.3-20", "7.2.3-8r2"]


@pytest.mark.parametrize(
    ("step", "way"),
    [
        (conductor("6.2.5 > 7.1.3"), ["6.3.5-39.r1", "SSR-7.1.3-20"]),
        (conductor("6.2.5 > 7.1.3-20.r1.el9"), ["6.3.5-39.r1", "SSR-7.1.3-20"]),
        (conductor("6.3.5-37.r1.el7 > 7.1.3"), ["SSR-7.1.3-20"]),
        (conductor("6.2.5 > 7.2.9"), ["6.3.5-39.r1", "7.2.9"]),
        (conductor("6.2.5 > 6.3.0"), ["6.3.0-107.r1.el7"]),
        (router("6.2.5 > 7.1.3 @ 7.1.3"), ["SSR-7.1.3-20"]),
        (router("5.5.3 > 7.1.3 @ 7.1.3"), ["6.3.5-39.r1", "SSR-7.1.3-20"]),
        (router("5.5.3 > 7.0.5 @ 7.1.3"), ["7.0.5-7-lts"]),
        (router("6.2.5 > 7.1.3 @ 7.0.5"), []),
        (conductor("5.6.0 > 6.3.5"), []),
        (conductor("? > 7.1.3"), []),
        (conductor("7.1.3-20 > 7.1.3"), []),
        (conductor("7.2.3 > 7.1.3"), []),
        (revert(conductor("7.1.3 > 6.3.5-39.r1")), ["6.3.5-39.r1"]),
        (down(router("7.1.3 > 6.3.5 @ 7.2.3")), []),
        (down(router("7.2.3 > 7.2.0 @ 7.2.3")), ["7.2.0"]),
    ],
)
def test_the_steps_that_lead_there_are_proposed(step: Step, way: list[str]) -> None:
    assert propose(step, KNOWN) == way


def test_without_the_release_that_is_needed_nothing_is_proposed() -> None:
    assert propose(conductor("6.2.5 > 7.1.3"), [text for text in KNOWN if not text.startswith("6.3.5")]) == []
    assert propose(conductor("6.2.5 > 7.1.3"), []) == []


def test_without_the_release_that_is_only_advised_the_straight_way_is_proposed() -> None:
    assert propose(router("5.5.3 > 7.1.3 @ 7.1.3"), ["7.1.3-20"]) == ["7.1.3-20"]


def test_what_cannot_be_read_and_what_is_no_release_yet_are_no_steps() -> None:
    assert propose(conductor("6.2.5 > 7.1.3"), ["none", "", "6.3.6-snapshot1"]) == []


def test_assets_that_are_not_settled_block_the_first_step_only() -> None:
    assert propose(conductor("6.3.5 > 7.1.3", unsettled=3), KNOWN) == []
    assert propose(conductor("6.2.5 > 7.1.3", unsettled=3), KNOWN) == ["6.3.5-39.r1", "SSR-7.1.3-20"]


releases = st.sampled_from(
    [
        f"{minor}.{patch}"
        for minor in ("5.1", "5.4", "5.5", "6.0", "6.2", "6.3", "7.0", "7.1", "7.2")
        for patch in range(8)
    ]
)
texts = st.builds("{}-{}.r1".format, releases, st.integers(1, 3))
steps = st.builds(
    Step,
    role=st.sampled_from(["router", "conductor"]),
    running=texts.map(parse),
    wanted=(releases | texts).map(parse),
    conductor=st.none() | texts.map(parse),
    install_type=st.sampled_from(["image", "package", None]),
    pair=st.booleans(),
    operation=st.sampled_from(["upgrade", "upgrade", "upgrade", "downgrade", "revert"]),
    rule=st.sampled_from(["strict", "minor"]),
    managed=st.lists(texts.map(parse), max_size=2).map(tuple),
    unsettled=st.sampled_from([None, 0, 2]),
)


def hops(step: Step, way: list[str]) -> list[Step]:
    """The single steps of a way."""
    single_steps, at = [], step
    for text in way:
        single_steps.append(replace(at, wanted=parse(text)))
        at = replace(at, running=parse(text), unsettled=None)
    return single_steps


@settings(deadline=None, max_examples=300)
@given(steps, st.lists(texts, max_size=8))
def test_every_step_of_a_way_is_allowed_and_the_last_is_the_wanted_one(step: Step, known: list[str]) -> None:
    way = propose(step, known)
    if not way:
        return
    assert not any(blocked(hop) for hop in hops(step, way))
    assert satisfies(parse(way[-1]), step.wanted)
    assert set(way[:-1]) <= set(known)
    if step.operation == "upgrade":
        assert all(before < after for before, after in pairwise([step.running, *map(parse, way)]))
    else:
        assert len(way) == 1


@settings(deadline=None, max_examples=150)
@given(steps.filter(lambda step: step.operation == "upgrade"), st.lists(texts, max_size=4, unique=True))
def test_a_way_is_found_wherever_there_is_one(step: Step, known: list[str]) -> None:
    ends = [text for text in known if satisfies(parse(text), step.wanted)] or [step.wanted.text]
    ways = [
        [*between, end]
        for end in ends
        for count in range(len(known) + 1)
        for between in permutations([text for text in known if text not in ends], count)
    ]

    def forward(way: list[str]) -> bool:
        numbers = [step.running.numbers, *(parse(text).numbers for text in way)]
        return all(first < second for first, second in pairwise(numbers))

    open_ways = [way for way in ways if forward(way) and not any(blocked(hop) for hop in hops(step, way))]
    if open_ways:
        assert propose(step, known)
