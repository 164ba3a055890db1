# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a node may be reverted, what is a fault of its own, and what the revert of a conductor would leave behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.revert_rules import (
    RevertCase,
    local_fault,
    newer_routers,
    revert_refused,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import Box


def asset(router, node, version="6.3.0-107.r1.el7") -> Asset:
    return Box(router, node, version).as_asset()


# -- rule 20 ------------------------------------------------------------------------------------------------------

GOOD = RevertCase(True, None, parse("6.3.5-37.r1.el7"), parse("6.3.5-37.r1.el7"), parse("6.3.0-107.r1.el7"))

# fmt: off
REVERTS = [
    (GOOD, None),
    (replace(GOOD, accepted=False), "was not accepted"),
    (replace(GOOD, not_now="an operation runs on it"), "an operation runs on it"),
    (replace(GOOD, accepted=False, not_now="an operation runs on it"), "was not accepted"),
    (replace(GOOD, before=None), "not recorded"),
    (replace(GOOD, upgraded_to=None), "not recorded"),
    (replace(GOOD, running=None), "an unreadable version"),
    (replace(GOOD, running=parse("6.3.0-107.r1.el7")), "not the version of the upgrade"),
    (replace(GOOD, running=parse("6.3.1-2.r1.el7")), "not the version of the upgrade"),
    (replace(GOOD, before=parse("6.3.5-37.r1.el7")), "ran this version before"),
    (replace(GOOD, upgraded_to=parse("SSR-6.3.5-37")), None),
    # The running text shows no build: it must be another release than before.
    (replace(GOOD, running=parse("6.3.5")), None),
    (replace(GOOD, running=parse("6.3.5"), before=parse("6.3.5-30.r1.el7")), "not the version of the upgrade"),
]
# fmt: on


@pytest.mark.parametrize(("case", "words"), REVERTS)
def test_a_revert_is_sent_only_where_this_runs_upgrade_is_what_runs(case, words) -> None:
    why = revert_refused(case)
    assert (why is None) if words is None else (words in why)


# -- rule 14 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("router", "back_to", "newer"),
    [
        ("6.3.5-37.r1.el7", "6.3.0-107.r1.el7", True),
        ("7.0.1-1.r1.el9", "6.3.5-37.r1.el7", True),
        ("6.3.0-107.r1.el7", "6.3.0-100.r1.el7", False),
        ("6.3.0-107.r1.el7", "6.3.0", False),
        ("6.2.5-5.r2.el7", "6.3.0", False),
        ("6.3.5-37.r1.el7", "6.3", True),
        (None, "6.3.0", False),
    ],
)
def test_a_router_that_is_newer_than_what_the_conductor_goes_back_to_is_named(router, back_to, newer) -> None:
    assets = [asset("Conductor", "node1", "7.2.3-8.r2.el9"), asset("branch-1", "east", router)]
    assert [row.node for row in newer_routers(assets, "Conductor", parse(back_to))] == (["east"] if newer else [])


# -- rule 21 ------------------------------------------------------------------------------------------------------


def check(name: str, state: str = "fail", undetermined: bool = False) -> dict:
    return {"name": name, "state": state, "reason": "Something is bad", "undetermined": undetermined}


FAULTS = [
    ({"local_fault": True, "reason": "its service is Stopped"}, None, "its service is Stopped"),
    ({}, {"checks": [check("service_running")]}, "Something is bad"),
    ({}, {"checks": [check("vendor_health_check")]}, "Something is bad"),
    ({}, {"checks": [check("pair_connected"), check("vendor_health_check")]}, "Something is bad"),
    ({}, None, None),
    ({}, {"failed": True, "msg": "the session broke"}, None),
    ({}, {"checks": []}, None),
    ({}, {"checks": [check("vendor_health_check", "warn")]}, None),
    ({}, {"checks": [check("service_running", "pass")]}, None),
    ({}, {"checks": [check("pair_connected"), check("assets_back"), check("critical_alarms")]}, None),
    ({}, {"checks": [check("asset_settled"), check("version"), check("processes_led")]}, None),
    ({}, {"checks": [check("vendor_health_check", undetermined=True)]}, None),
    ({"state": "unknown", "reason": "has not come back"}, None, None),
]


@pytest.mark.parametrize(("entry", "health", "fault"), FAULTS)
def test_only_what_is_local_to_the_node_takes_an_upgrade_back(entry, health, fault) -> None:
    assert local_fault(entry, health) == fault
