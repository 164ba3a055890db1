# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user's words mean, and what is refused before anything is changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.request_rules import RequestOptions, refuse
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.revert_rules import (
    RevertCase,
    local_fault,
    newer_routers,
    revert_refused,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import TargetError, resolve_targets
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

HERE = ("Conductor", "node1")


def asset(router, node, version="6.3.0-107.r1.el7") -> Asset:
    return Asset(router, node, f"{node}.example", version, parse(version) if version else None)


ASSETS = [
    asset("Conductor", "node1"),
    asset("Conductor", "node2"),
    asset("branch-1", "east"),
    asset("branch-1", "west"),
    asset("branch-2", "only"),
    Asset(None, None, "T10_DUT2"),
]


def names(targets):
    return [(target.router, target.nodes, target.whole) for target in targets]


# -- targets ------------------------------------------------------------------------------------------------------


def test_a_router_by_its_name_means_all_its_nodes_in_the_order_of_the_assets() -> None:
    assert names(resolve_targets(["branch-1"], ASSETS, HERE)) == [("branch-1", ("east", "west"), True)]


def test_a_mapping_names_one_node() -> None:
    found = resolve_targets([{"router": "Conductor", "node": "node2"}], ASSETS, HERE)
    assert names(found) == [("Conductor", ("node2",), False)]
    assert found[0].node_ids == (("Conductor", "node2"),)


def test_a_mapping_without_a_node_means_the_whole_router() -> None:
    for entry in ({"router": "branch-2"}, {"router": "branch-2", "node": None}):
        assert names(resolve_targets([entry], ASSETS, HERE)) == [("branch-2", ("only",), True)]


def test_targets_keep_the_order_of_the_user() -> None:
    found = resolve_targets(["branch-2", "Conductor", "branch-1"], ASSETS, HERE)
    assert [one.router for one in found] == ["branch-2", "Conductor", "branch-1"]


def test_the_nodes_of_one_router_may_be_named_one_by_one() -> None:
    raw = [{"router": "branch-1", "node": "west"}, {"router": "branch-1", "node": "east"}]
    assert names(resolve_targets(raw, ASSETS, HERE)) == [("branch-1", ("west",), False), ("branch-1", ("east",), False)]


def test_the_own_node_is_known_even_where_no_asset_lists_it() -> None:
    assert names(resolve_targets(["Conductor"], [], HERE)) == [("Conductor", ("node1",), True)]
    both = resolve_targets(["Conductor"], [asset("Conductor", "node2")], HERE)
    assert set(both[0].nodes) == {"node1", "node2"}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ([], "targets is empty"),
        (["Branch-1"], "Did you mean branch-1"),
        (["zzz"], "It knows: Conductor, branch-1, branch-2"),
        ([{"router": "branch-1", "node": "north"}], "has no node 'north'; it has: east, west"),
        (["branch-1", "branch-1"], "more than once"),
        (["branch-1", {"router": "branch-1", "node": "east"}], "more than once"),
        ([{"node": "east"}], "mapping of 'router' and 'node'"),
        ([{"router": "branch-1", "nodes": "east"}], "mapping of 'router' and 'node'"),
        ([None], "Give the name of a router"),
        ([7], "Give the name of a router"),
        ([["branch-1"]], "Give the name of a router"),
        (["None"], "no router 'None'"),
        (["all"], "no router 'all'"),
    ],
)
def test_a_target_that_cannot_be_meant_is_refused_with_what_is_accepted(raw, words) -> None:
    with pytest.raises(TargetError, match=words):
        resolve_targets(raw, ASSETS, HERE)


@pytest.mark.parametrize("name", [123, True, "", "branch 1", "branch-1|shell", "branch-1\nquit", "-branch"])
def test_a_name_that_is_no_name_is_refused(name) -> None:
    with pytest.raises(NameRefused):
        resolve_targets([{"router": name}], ASSETS, HERE)
    with pytest.raises(NameRefused):
        resolve_targets([{"router": "branch-1", "node": name}], ASSETS, HERE)


# -- refusals -----------------------------------------------------------------------------------------------------

# fmt: off
REFUSALS = [
    # router, wishes, running, types, words (None: nothing is against it)
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": "6.3.0-107.r1.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": "6.3.5-37.r1.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5-37.r1.el7")), {"node1": "6.3.5-37.r1.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5-37")), {"node1": "6.3.5"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": None}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5"), simultaneous=True),
     {"node1": "6.3.0-107.r1.el7"}, {}, "for a conductor"),
    ("branch-1", RequestOptions(parse("6.3.5"), simultaneous=True), {"node1": "6.3.0-107.r1.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.0")), {"node1": "6.3.5-37.r1.el7"}, {}, "never goes back"),
    ("Conductor", RequestOptions(parse("6.1.1")), {"node1": "6.1.10-8.lts.el7"}, {}, "older than 6.1.10"),
    ("Conductor", RequestOptions(parse("6.3.5-36")), {"node1": "6.3.5-37.r1.el7"}, {}, "older"),
    # A milestone never decides the order.
    ("Conductor", RequestOptions(parse("6.3.5-37.r1.el7")), {"node1": "6.3.5-37.r2.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("7.0.5-7-lts")), {"node1": "7.0.5-14-lts"}, {}, "older than 7.0.5-14-lts"),
    ("Conductor", RequestOptions(parse("6.3.0")), {"node1": "6.2.5", "node2": "6.3.5-37.r1.el7"}, {},
     "not upgraded by one task"),
    ("Conductor", RequestOptions(parse("6.3.0"), sequencing="vendor"), {"node1": "6.3.0", "node2": "6.3.5-37.r1.el7"},
    {},
     "which node2 runs"),
    ("Conductor", RequestOptions(parse("6.3.5"), skip_package_transfer=True), {"node1": "6.3.0-107"}, {"node1":
    "package"},
     "only for image-based"),
    ("Conductor", RequestOptions(parse("6.3.5"), skip_package_transfer=True), {"node1": "6.3.0-107"},
     {"node1": "image"}, None),
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": "6.3.0-107"}, {"node1": "package"}, None),
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": "5.6.8-1.el7"}, {}, "below 6.0"),
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": "6.2.5-5.r2.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5"), sequencing="vendor"),
     {"node1": "6.2.5-5.r2.el7"}, {}, "exists from 6.3 on"),
    ("Conductor", RequestOptions(parse("6.3.5"), sequencing="vendor"), {"node1": "6.3.0-107", "node2": "6.2.5-5"}, {},
     "node2 runs 6.2.5-5"),
    ("Conductor", RequestOptions(parse("6.3.5"), sequencing="vendor"), {"node1": "6.3.0-107.r1.el7"}, {}, None),
]
# fmt: on


@pytest.mark.parametrize(("router", "wishes", "running", "types", "words"), REFUSALS)
def test_what_is_refused_before_anything_is_sent(router, wishes, running, types, words) -> None:
    versions = {node: parse(text) if text else None for node, text in running.items()}
    target = replace(resolve_targets(["branch-2"], ASSETS, HERE)[0], router=router, nodes=tuple(running))
    why = refuse(target, wishes, versions, types, "Conductor")
    assert (why is None) if words is None else (words in why)


# -- rule 20 ------------------------------------------------------------------------------------------------------

GOOD = RevertCase(True, True, None, parse("6.3.5-37.r1.el7"), parse("6.3.5-37.r1.el7"), parse("6.3.0-107.r1.el7"))

# fmt: off
REVERTS = [
    (GOOD, None),
    (replace(GOOD, accepted=False), "was not accepted"),
    (replace(GOOD, answers=False), "does not answer"),
    (replace(GOOD, operation="node1: upgrade in progress"), "an operation runs on it"),
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
    assert [one.node for one in newer_routers(assets, "Conductor", parse(back_to))] == (["east"] if newer else [])


# -- rule 21 ------------------------------------------------------------------------------------------------------


def check(name: str, state: str = "fail", reason: str = "Something is bad") -> dict:
    return {"name": name, "state": state, "reason": reason}


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
    ({}, {"checks": [check("vendor_health_check", reason="It could not be determined: no prompt")]}, None),
    ({"state": "unknown", "reason": "has not come back"}, None, None),
]


@pytest.mark.parametrize(("entry", "health", "fault"), FAULTS)
def test_only_what_is_local_to_the_node_takes_an_upgrade_back(entry, health, fault) -> None:
    assert local_fault(entry, health) == fault
