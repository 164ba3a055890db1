# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Targets: which routers and nodes a user's words mean."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import TargetError, resolve_targets

from tests.unit.fakes import Box

LOCAL_NODE = ("Conductor", "node1")


def asset(router, node) -> Asset:
    return Box(router, node).as_asset()


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


def test_a_router_by_its_name_means_all_its_nodes_in_the_order_of_the_assets() -> None:
    assert names(resolve_targets(["branch-1"], ASSETS, LOCAL_NODE)) == [("branch-1", ("east", "west"), True)]


def test_a_mapping_names_one_node() -> None:
    targets = resolve_targets([{"router": "Conductor", "node": "node2"}], ASSETS, LOCAL_NODE)
    assert names(targets) == [("Conductor", ("node2",), False)]
    assert targets[0].node_ids == (("Conductor", "node2"),)


def test_a_mapping_without_a_node_means_the_whole_router() -> None:
    for entry in ({"router": "branch-2"}, {"router": "branch-2", "node": None}):
        assert names(resolve_targets([entry], ASSETS, LOCAL_NODE)) == [("branch-2", ("only",), True)]


def test_targets_keep_the_order_of_the_user() -> None:
    targets = resolve_targets(["branch-2", "Conductor", "branch-1"], ASSETS, LOCAL_NODE)
    assert [target.router for target in targets] == ["branch-2", "Conductor", "branch-1"]


def test_the_nodes_of_one_router_may_be_named_one_by_one() -> None:
    raw = [{"router": "branch-1", "node": "west"}, {"router": "branch-1", "node": "east"}]
    assert names(resolve_targets(raw, ASSETS, LOCAL_NODE)) == [
        ("branch-1", ("west",), False),
        ("branch-1", ("east",), False),
    ]


def test_the_own_node_is_known_even_where_no_asset_lists_it() -> None:
    assert names(resolve_targets(["Conductor"], [], LOCAL_NODE)) == [("Conductor", ("node1",), True)]
    both = resolve_targets(["Conductor"], [asset("Conductor", "node2")], LOCAL_NODE)
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
        resolve_targets(raw, ASSETS, LOCAL_NODE)


@pytest.mark.parametrize("name", [123, True, "", "branch 1", "branch-1|shell", "branch-1\nquit", "-branch"])
def test_a_name_that_is_no_name_is_refused(name) -> None:
    with pytest.raises(NameRefused):
        resolve_targets([{"router": name}], ASSETS, LOCAL_NODE)
    with pytest.raises(NameRefused):
        resolve_targets([{"router": "branch-1", "node": name}], ASSETS, LOCAL_NODE)
