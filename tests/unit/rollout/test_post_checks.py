# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Named checks after a node, of routers and of the conductor itself: what holds, fails and reverts a node."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import UnknownCheck
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    LoginRefused,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarms import Alarm
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import Link

from tests.unit.fakes import NEW, OLD, Box, Course, FleetConductor, Night, authority
from tests.unit.rollout.nights import FAILS, PASSES

ROUTERS = {"R": ("a", "b")}


@pytest.fixture
def own(clock) -> Night:
    """A night on a conductor pair that is to be upgraded itself; the session is on its first node."""
    boxes = [Box("Conductor", "c1"), Box("Conductor", "c2"), Box("R", "a")]
    return Night(FleetConductor(clock, *boxes))


def result_of(night: Night, *targets: object, **more) -> dict:
    """The result of a night without soak, health check and comparison."""
    given = {"download": False, "pair_soak": 0, "health_check": False, "compare": False, "post_check_timeout": 120}
    return night.go(*(targets or ("R",)), **{**given, **more})


def nodes_of(result: dict) -> dict[str, dict]:
    """The result of each node by its name."""
    return {node["node"]: node for entry in result["by_router"].values() for node in entry["nodes"]}


def go(night: Night, *targets: object, **more) -> dict[str, dict]:
    """The result of each node of such a night."""
    return nodes_of(result_of(night, *targets, **more))


def sent(night: Night) -> list[tuple[str, str | None]]:
    """The operation and node of every request that was sent, in their order."""
    return [(request.operation, request.node) for request in night.conductor.sent]


def service_fails_after_upgrade(night: Night, node: tuple[str, str]) -> None:
    """The service of this node stops right after its operation has ended well."""
    box = night.conductor.boxes[node]
    tell = night.tell

    def stops(line: str) -> None:
        if "checks run" in line and box.version == NEW:
            night.conductor.show(box, service="offline")
        tell(line)

    night.tell = stops


# -- routers ----------------------------------------------------------------------------------------------------------


def test_checks_that_hold_let_the_next_node_start_and_their_results_are_returned(night) -> None:
    result = result_of(night, post_checks=["version", "service_running"])
    assert {node["state"] for node in nodes_of(result).values()} == {"done"}
    assert [(check["name"], check["target"], check["state"]) for check in result["checks"]] == [
        ("version", "a.R", "pass"),
        ("service_running", "a.R", "pass"),
        ("version", "b.R", "pass"),
        ("service_running", "b.R", "pass"),
    ]


def test_without_post_checks_none_runs(night) -> None:
    result = result_of(night)
    assert result["checks"] == [] and not any("checks run" in line for line in night.lines)


def pair_loses_its_link(night: Night) -> None:
    """The conductor shows the link between the nodes of the pair as down."""
    night.conductor.links = [Link("a.R", "b.R", "down")]


def test_a_failing_check_stops_before_the_next_node_and_reverts_nothing_that_is_not_bad_itself(night) -> None:
    pair_loses_its_link(night)
    nodes = go(night, post_checks=["pair_connected"])
    assert (nodes["a"]["state"], nodes["b"]["state"]) == ("failed", "not_started")
    assert "pair_connected" in nodes["a"]["reason"] and not nodes["a"]["local_fault"]
    assert sent(night) == [("upgrade", "a")]


def test_a_failing_check_is_repeated_while_there_is_time(night, clock) -> None:
    pair_loses_its_link(night)
    clock.after(700, night.conductor.links.clear)
    nodes = go(night, post_checks=["pair_connected"], post_check_timeout=900)
    assert {node["state"] for node in nodes.values()} == {"done"}
    assert any("not healthy yet: pair_connected" in line for line in night.lines)


def test_a_check_that_only_warns_stops_nothing(night) -> None:
    pair_loses_its_link(night)
    result = result_of(night, post_checks=[{"name": "pair_connected", "severity": "warn"}])
    assert nodes_of(result)["a"]["state"] == "done"
    assert [check["state"] for check in result["checks"]] == ["fail"]


def test_a_service_that_stops_after_the_upgrade_reverts_the_node_and_leaves_the_second_alone(night) -> None:
    service_fails_after_upgrade(night, ("R", "a"))
    nodes = go(night, post_checks=["service_running"])
    assert (nodes["a"]["state"], nodes["b"]["state"]) == ("reverted", "not_started")
    assert nodes["a"]["running_version"] == OLD and "service_running" in nodes["a"]["reason"]
    assert sent(night) == [("upgrade", "a"), ("revert", "a")]


def test_without_revert_a_bad_node_stays_as_it_is(night) -> None:
    service_fails_after_upgrade(night, ("R", "a"))
    nodes = go(night, post_checks=["service_running"], revert=False)
    assert nodes["a"]["state"] == "failed" and nodes["a"]["local_fault"]
    assert sent(night) == [("upgrade", "a")]


def test_the_health_check_of_the_vendor_as_a_named_check_runs_once_for_each_node(night) -> None:
    result = result_of(night, post_checks=["vendor_health_check"], health_check=True)
    assert {node["state"] for node in nodes_of(result).values()} == {"done"}
    assert len(night.conductor.health_asked) == 2


def test_the_health_check_of_the_vendor_counts_if_it_fails_twice(night) -> None:
    night.conductor.health = [FAILS, PASSES, FAILS, FAILS]
    nodes = go(night, post_checks=["vendor_health_check"])
    assert (nodes["a"]["state"], nodes["b"]["state"]) == ("done", "reverted")
    assert "System Processes Check" in nodes["b"]["reason"]


def test_a_check_that_could_not_be_made_is_no_fault_of_the_node(night) -> None:
    night.conductor.health = DeviceError("request system software health-check", "% Error: no")
    nodes = go(night, post_checks=["vendor_health_check"])
    assert nodes["a"]["state"] == "held" and "could not be determined" in nodes["a"]["reason"]
    assert not nodes["a"]["local_fault"] and sent(night) == [("upgrade", "a")]


@pytest.mark.parametrize(("unknown", "state", "second"), [("warn", "done", "done"), ("hold", "held", "not_started")])
def test_an_answer_of_the_vendor_that_cannot_be_read_warns_or_holds(night, unknown, state, second) -> None:
    night.conductor.health = Health("unknown", "no words that can be read", "???")
    nodes = go(night, post_checks=["vendor_health_check"], health_check_unknown=unknown)
    assert (nodes["a"]["state"], nodes["b"]["state"]) == (state, second)
    assert "not healthy" not in nodes["a"]["reason"]
    assert state == "done" or "but its health is unknown: vendor_health_check" in nodes["a"]["reason"]
    assert not any(operation == "revert" for operation, _node in sent(night))


def test_a_failure_of_no_named_check_holds_the_node_and_the_next_one(night) -> None:
    """Neither is the node taken back for words that are not understood, nor is it done."""
    night.conductor.health = Health("unknown", "1 failed", "1 failed", speaks_of_failure=True)
    nodes = go(night, post_checks=["vendor_health_check"], health_check_unknown="warn")
    assert (nodes["a"]["state"], nodes["b"]["state"]) == ("held", "not_started")
    assert "names no check that has clearly failed on this node: 1 failed" in nodes["a"]["reason"]


def test_the_nodes_of_a_resource_group_are_checked_each_as_its_own(clock) -> None:
    night = Night(authority(clock, {"R": ("a",), "S": ("a",)}))
    night.conductor.groups["all"] = ["R", "S"]
    service_fails_after_upgrade(night, ("S", "a"))
    given = {"targets": None, "resource_group": "all", "sequencing": "vendor", "post_checks": ["service_running"]}
    entries = result_of(night, **given)["by_router"]
    assert {router: entry["state"] for router, entry in entries.items()} == {"R": "done", "S": "failed"}


def test_a_session_that_is_lost_while_checking_is_opened_anew(night) -> None:
    connectivity, lost = night.conductor.connectivity, []

    def breaks_once(*where):
        if not lost:
            lost.append(where)
            night.conductor.go(SessionBroken("The device closed the connection."))
            night.conductor.come_back()
            raise SessionBroken("The device closed the connection.")
        return connectivity(*where)

    night.conductor.connectivity = breaks_once
    nodes = go(night, post_checks=["pair_connected"])
    assert {node["state"] for node in nodes.values()} == {"done"} and night.conductor.reopened


def test_a_node_that_an_earlier_run_has_upgraded_is_checked_before_the_other_one(night) -> None:
    night.conductor.show(night.conductor.boxes["R", "a"], version=NEW)
    pair_loses_its_link(night)
    nodes = go(night, post_checks=["pair_connected"])
    assert nodes["a"]["state"] == "failed" and sent(night) == []


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"post_checks": ["no_such_check"]}, UnknownCheck),
        ({"post_checks": [{"name": "own", "command": "delete everything"}]}, BadInput),
        ({"allow_alarms": ["("]}, BadInput),
    ],
)
def test_a_check_that_cannot_be_used_is_an_error_before_anything_is_sent(night, wrong, error) -> None:
    with pytest.raises(error, match=r"Nothing was sent|not a regular expression"):
        go(night, **wrong)
    assert night.conductor.sent == []


@pytest.mark.parametrize(("known", "state"), [(True, "done"), (False, "failed")])
def test_only_alarms_that_were_not_there_before_count(night, known, state) -> None:
    alarm = Alarm("1", "now", "critical", "a.R", "process", "The process highway is down", "a", "R")
    night.conductor.alarms = lambda: [alarm]
    before = [{"category": alarm.category, "message": alarm.message, "router": None}] if known else []
    nodes = go(night, post_checks=["critical_alarms"], alarms_before=before)
    assert nodes["a"]["state"] == state


# -- the conductor itself ---------------------------------------------------------------------------------------------

FIRST = {"router": "Conductor", "node": "c1"}


def test_of_a_conductor_the_session_of_the_node_shows_its_version(own) -> None:
    result = result_of(own, FIRST, post_checks=["service_running"])
    assert [(check["name"], check["target"]) for check in result["checks"]] == [
        ("version", "c1.Conductor"),
        ("service_running", "c1.Conductor"),
    ]
    assert nodes_of(result)["c1"]["state"] == "done"


def test_a_bad_node_of_a_conductor_is_reverted_and_the_message_says_so(own) -> None:
    service_fails_after_upgrade(own, ("Conductor", "c1"))
    result = result_of(own, FIRST, post_checks=["service_running"])
    assert nodes_of(result)["c1"]["state"] == "reverted" and result["failed"]
    assert sent(own) == [("upgrade", "c1"), ("revert", "c1")]
    assert "service_running" in result["msg"] and "Then reverted: runs" in result["msg"]
    assert "not reverted" not in result["msg"]


def test_a_conductor_that_would_be_older_than_its_routers_stays_as_it_is_and_the_message_says_why(own) -> None:
    service_fails_after_upgrade(own, ("Conductor", "c1"))
    own.conductor.show(own.conductor.boxes["R", "a"], version=NEW)
    result = result_of(own, FIRST, post_checks=["service_running"])
    assert nodes_of(result)["c1"]["state"] == "failed" and sent(own) == [("upgrade", "c1")]
    assert "It was not reverted: routers run something newer than" in result["msg"]


def test_newer_routers_may_be_allowed(own) -> None:
    service_fails_after_upgrade(own, ("Conductor", "c1"))
    own.conductor.show(own.conductor.boxes["R", "a"], version=NEW)
    assert go(own, FIRST, post_checks=["service_running"], allow_newer_routers=True)["c1"]["state"] == "reverted"


def test_a_fault_beside_the_node_of_a_conductor_reverts_nothing_and_the_message_says_why(own) -> None:
    own.conductor.links = [Link("c1.Conductor", "c2.Conductor", "down")]
    own.conductor.processes_shown = []
    result = result_of(own, FIRST, post_checks=["pair_connected"])
    assert nodes_of(result)["c1"]["state"] == "failed"
    assert "It was not reverted: no check proves a fault of the node itself." in result["msg"]
    assert nodes_of(result)["c1"]["warnings"][-1] == "not reverted: no check proves a fault of the node itself"


def test_a_node_that_reverts_by_itself_while_it_is_checked_ends_reverted(own) -> None:
    service_fails_after_upgrade(own, ("Conductor", "c1"))
    box, tell = own.conductor.boxes["Conductor", "c1"], own.tell

    def goes_back(line: str) -> None:
        tell(line)
        if "not healthy yet" in line:
            own.conductor.show(box, version=OLD, service="offline")

    own.tell = goes_back
    node = go(own, FIRST, post_checks=[{"name": "version", "severity": "warn"}, "service_running"])["c1"]
    assert node["state"] == "reverted" and "runs 6.3.0-107.r1 again by itself" in node["reason"]
    assert sent(own) == [("upgrade", "c1")]


def test_check_mode_runs_no_post_check(own) -> None:
    own._task.check_mode = True
    result = result_of(own, FIRST, post_checks=["service_running"])
    assert nodes_of(result)["c1"]["state"] == "planned" and result["checks"] == []


@pytest.mark.parametrize("bad", ["c1", "c2"])
def test_with_the_vendors_sequencing_both_nodes_of_a_conductor_are_checked_each_for_itself(own, bad) -> None:
    service_fails_after_upgrade(own, ("Conductor", bad))
    result = result_of(own, "Conductor", sequencing="vendor", post_checks=["service_running"])
    assert {(check["name"], check["target"]) for check in result["checks"]} == {
        (name, f"{node}.Conductor") for name in ("version", "service_running") for node in ("c1", "c2")
    }
    states = {node: entry["state"] for node, entry in nodes_of(result).items()}
    assert states == {"c1": "done", "c2": "done", bad: "failed"}
    assert [request.operation for request in own.conductor.sent] == ["upgrade"]


def test_what_only_the_session_of_a_node_shows_is_skipped_on_the_other_one(own) -> None:
    own.conductor.plugins = lambda: {"dns": "2"}
    given = {"sequencing": "vendor", "post_checks": ["plugins_kept"], "plugins_before": {"dns": "1"}}
    checks = [check for check in result_of(own, "Conductor", **given)["checks"] if check["name"] == "plugins_kept"]
    assert [(check["target"], check["state"]) for check in checks] == [
        ("c1.Conductor", "pass"),
        ("c2.Conductor", "skipped"),
    ]


def test_a_plugin_that_is_missing_afterwards_counts(own) -> None:
    own.conductor.plugins = lambda: {"dns": "2"}
    given = {"post_checks": [{"name": "plugins_kept", "severity": "block"}]}
    node = go(own, FIRST, plugins_before={"dns": "1", "wireguard": "1"}, **given)["c1"]
    assert node["state"] == "failed" and "wireguard" in node["reason"]


def test_assets_that_do_not_count_fail_no_check(own) -> None:
    """Between the nodes of a pair from below 6.3 all assets are Disconnected, and it means nothing (rule 11)."""
    own.conductor.show(own.conductor.boxes["Conductor", "c2"], status="Disconnected")
    result = result_of(own, FIRST, post_checks=["asset_settled"], assets_count=False)
    assert nodes_of(result)["c1"]["state"] == "done", nodes_of(result)["c1"]["reason"]


def test_a_refused_login_ends_the_checks_and_the_conductor_is_not_asked_again(night) -> None:
    asked, tell = [], night.tell

    def refused(*where):
        asked.append(where)
        raise LoginRefused("The password was refused.")

    def refuses(line: str) -> None:
        if "checks run" in line:
            night.conductor.connectivity = refused
        tell(line)

    night.tell = refuses
    first = go(night, post_checks=["pair_connected"], compare=True)["a"]
    assert first["state"] == "failed" and "could not be checked: The password was refused" in first["reason"]
    assert len(asked) == 1


def test_only_an_unreadable_health_check_of_the_vendor_holds_by_setting(night) -> None:
    def refused(*where):
        raise DeviceError("show network-interface", "% Error: no")

    night.conductor.connectivity = refused
    nodes = go(night, post_checks=["pair_connected"], health_check_unknown="hold")
    assert nodes["a"]["state"] == "failed" and "could not be determined" in nodes["a"]["reason"]


@pytest.mark.parametrize(("peer", "said"), [(NEW, True), (OLD, False)])
def test_the_second_node_from_below_6_3_says_that_assets_stay_disconnected(own, peer, said) -> None:
    own.conductor.show(own.conductor.boxes["Conductor", "c2"], version=peer)
    own.conductor.courses["Conductor", "c1"] = Course(end="back")
    result = result_of(own, FIRST, post_checks=["service_running"], assets_count=False)
    assert nodes_of(result)["c1"]["state"] == "reverted"
    assert ("All assets stay Disconnected" in result["msg"]) is said
