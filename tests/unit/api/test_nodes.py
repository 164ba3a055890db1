# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes: processes and their leader, connections, disks, and the links of the database of a pair."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.nodes import (
    conductor_links,
    in_sync,
    leader_of,
    read_connections,
    read_database_links,
    read_disks,
    read_states,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.disks import Disk
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.unit.api.graph import wrapped

A, B = NodeId("R", "a"), NodeId("R", "b")


def routers(nodes: list[object], style: str = "nodes", router: str = "R") -> dict[str, object]:
    return {"allRouters": wrapped([{"name": router, "nodes": wrapped(nodes, style)}], style)}


def process(name: str = "routingManager", **fields: object) -> dict[str, object]:
    return {"name": name, "processName": name, "status": "RUNNING", "primary": False, "leaderStatus": "NONE", **fields}


def node(name: str, *processes: dict[str, object], **state: object) -> dict[str, object]:
    return {"name": name, "state": {"status": "RUNNING", "processes": list(processes), **state}}


# -- processes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["nodes", "edges"])
def test_a_sample_of_processes(style) -> None:
    """Of stage_check: `accessManager` leads nowhere, `dnsManager` here."""
    sample = [process("accessManager"), process("dnsManager", primary=True, leaderStatus="ACTIVE")]
    state = read_states(routers([node("a", *sample)], style))[A]
    assert [(row.name, row.status, row.primary) for row in state.processes] == [
        ("accessManager", "running", False),
        ("dnsManager", "running", True),
    ]


@pytest.mark.parametrize(
    ("primary", "word", "leads"),
    [
        (True, "ACTIVE", True),
        (True, "NONE", True),
        (None, "ACTIVE", True),
        (False, "STANDBY", False),
        (None, "standby", False),
        (None, "NONE", None),
        (None, None, None),
        (True, "STANDBY", None),
        (False, "ACTIVE", None),
        ("true", None, True),
        ("maybe", "UNHEARD_OF", None),
    ],
)
def test_two_words_for_one_thing_must_not_contradict_each_other(primary, word, leads) -> None:
    state = read_states(routers([node("a", process(primary=primary, leaderStatus=word))]))[A]
    assert state.processes[0].primary is leads


def leader(*nodes: dict[str, object], names: tuple[str, ...] = ("a", "b")) -> str | None:
    return leader_of(read_states(routers(list(nodes))), "R", names, "routingManager")


def test_the_leader_is_known_where_exactly_one_node_leads_and_all_are_shown() -> None:
    first, second = node("a", process(primary=True, leaderStatus="ACTIVE")), node("b", process())
    assert leader(first, second) == "a"
    assert leader(first) is None, "the other one is not shown"
    assert leader(first, node("b", process(primary=True))) is None, "two leaders"
    assert leader(node("a", process()), second) is None, "no leader"
    assert leader(first, node("b", process("other"))) is None, "the other one does not show the process"
    assert leader(node("a", process(primary=True, status="STOPPED")), second) is None


def test_state_and_version_of_a_node() -> None:
    fields = {
        "startTime": "2026-03-04T12:00:00Z",
        "role": "combo",
        "softwareVersion": "7.1.3-2.r1.el9",
        "alarmCount": 2,
    }
    state = read_states(routers([node("a", process(), **fields)]))[A]
    assert (state.service, state.role, state.version_text, state.alarms) == (True, "combo", "7.1.3-2.r1.el9", 2)
    assert state.version is not None and state.started_at.isoformat() == "2026-03-04T12:00:00+00:00"


@pytest.mark.parametrize("time", [1772625600, 1772625600000, "1772625600", "2026-03-04 12:00:00 UTC"])
def test_times_in_every_likely_form(time) -> None:
    state = read_states(routers([node("a", startTime=time)]))[A]
    assert state.started_at.isoformat() == "2026-03-04T12:00:00+00:00"


@pytest.mark.parametrize("time", [None, "", "yesterday", 1e30, float("inf"), True, []])
def test_a_time_that_cannot_be_read_is_not_known(time) -> None:
    assert read_states(routers([node("a", startTime=time)]))[A].started_at is None


@pytest.mark.parametrize(
    "nodes",
    [[], [None], [{"name": "a"}], [{"name": "a", "state": None}], [{"name": None, "state": {}}], [{"state": {}}]],
)
def test_a_node_that_is_not_shown_is_not_known(nodes) -> None:
    assert read_states(routers(nodes)) == {}


def test_nor_is_one_of_a_router_without_a_name() -> None:
    assert read_states({"allRouters": {"nodes": [None, {"name": None, "nodes": {"nodes": [node("a")]}}]}}) == {}
    assert [read_states(data) for data in ({}, None, [], {"allRouters": None})] == [{}] * 4


@pytest.mark.parametrize("processes", [None, [], "none"])
def test_no_processes_are_not_known_since_every_node_has_some(processes) -> None:
    state = read_states(routers([{"name": "a", "state": {"status": "UNKNOWN", "processes": processes}}]))[A]
    assert state.processes is None and state.service is None


# -- connections ------------------------------------------------------------------------------------------------------


def remote(name: str, status: str = "CONNECTED", role: str = "CONDUCTOR") -> dict[str, object]:
    return {"remoteNodeName": name, "remoteRouterName": "cond", "remoteNodeRole": role, "status": status}


def test_both_connections_to_the_conductor() -> None:
    sample = [remote("cond_A"), remote("cond_B", "DISCONNECTED"), remote("peer", role="COMBO")]
    shown = read_connections(routers([{"name": "a", "connectivity": sample}, {"name": "b", "connectivity": None}]))
    assert set(shown) == {A}, "of b nothing is known"
    nodes = [NodeId("cond", "cond_A"), NodeId("cond", "cond_B"), NodeId("cond", "cond_C")]
    assert conductor_links(shown[A], nodes) == {nodes[0]: True, nodes[1]: False, nodes[2]: None}
    assert [connection.to_conductor for connection in shown[A]] == [True, True, False]


@pytest.mark.parametrize(
    ("word", "up"),
    [
        ("CONNECTED", True),
        ("connected", True),
        ("NOT_CONNECTED", False),
        ("CONNECTING", None),
        ("", None),
        ("LOST", None),
    ],
)
def test_a_word_that_nobody_knows_is_neither_up_nor_down(word, up) -> None:
    (connection,) = read_connections(routers([{"name": "a", "connectivity": [remote("c", word)]}]))[A]
    assert connection.up is up and connection.state == word


def test_a_connection_without_an_end_is_left_out() -> None:
    assert read_connections(routers([{"name": "a", "connectivity": [{"status": "CONNECTED"}, None]}])) == {A: ()}


# -- disks ------------------------------------------------------------------------------------------------------------


def test_partitions_are_in_bytes() -> None:
    disk = [{"partition": "/", "capacity": "1000", "usage": 850}, {"partition": "/proc", "capacity": 0, "usage": 0}]
    assert read_disks(routers([{"name": "a", "disk": disk}])) == {A: (Disk("a", "/", 85.0, 150, 1000),)}


def test_disks_of_the_platform_have_a_percentage() -> None:
    nodes = [
        {"name": "a", "disk": None, "platform": {"disks": [{"name": "/dev/sda", "space": "9", "percentUsed": "40"}]}}
    ]
    assert read_disks(routers(nodes)) == {A: (Disk("a", "/dev/sda", 40.0, None, None),)}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"disk": []},
        {"disk": [{"partition": "/", "capacity": None, "usage": 1}]},
        {"disk": [{"partition": "/", "capacity": 10, "usage": None}]},
        {"disk": [{"partition": "/", "capacity": 10, "usage": 11}]},
        {"disk": [{"partition": "", "capacity": 10, "usage": 1}]},
        {"platform": {"disks": None}},
        {"platform": {"disks": [{"name": "x", "percentUsed": 140}]}},
        {"platform": "none"},
    ],
)
def test_a_disk_whose_use_is_not_shown_is_not_known(fields) -> None:
    assert read_disks(routers([{"name": "a", **fields}])) == {}


# -- the database of a pair ---------------------------------------------------------------------------------------


def links(listed: object) -> dict[str, int]:
    return read_database_links({"metrics": {"redundancy": {"databaseConnection": {"activeConnections": listed}}}})


@pytest.mark.parametrize(
    ("listed", "synced"),
    [
        ([{"node": "a", "value": "2"}, {"node": "b", "value": "1"}], True),
        ([{"node": "a", "value": "2"}, {"node": "b", "value": "0"}], False),
        ([{"node": "a", "value": 2}, {"node": "b", "value": 2.0}], True),
        ([{"node": "a", "value": "2"}], None),
        ([{"node": "a", "value": "0"}], False),
        ([{"node": "a", "value": "2"}, {"node": "b", "value": None}], None),
        ([{"node": "a", "value": "2"}, {"node": "b", "value": "many"}], None),
        ([], None),
        (None, None),
    ],
)
def test_a_pair_is_out_of_sync_only_where_a_node_shows_no_link(listed, synced) -> None:
    assert in_sync(links(listed), ("a", "b")) is synced


def test_without_nodes_or_figures_nothing_is_known() -> None:
    assert in_sync({}, ()) is None
    assert [read_database_links(data) for data in (None, {}, {"metrics": None}, {"metrics": {"redundancy": 7}})] == [
        {}
    ] * 4
