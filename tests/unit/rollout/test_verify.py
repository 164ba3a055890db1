# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between the two nodes of a pair, and after each of them: soak, health check, and the way back."""

from __future__ import annotations

import math

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    LoginRefused,
    NoFreeShell,
    NoPrompt,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import Link, Process

from tests.unit.fakes import NEW, OLD, Course, FakePending, Night
from tests.unit.rollout.nights import FAILS, PASSES, nodes_after, requests

ROUTERS = {"R": ("a", "b"), "S": ("a",)}
UNREADABLE = Health("unknown", "no words that can be read", "???")
SOAK = 300


def go(night: Night, *targets: str, **more) -> dict[tuple[str, str], dict]:
    """The result of each node of a night with a soak, and without downloads and health checks unless a test asks."""
    given = {"download": False, "pair_soak": SOAK, "health_check": False, "settle_timeout": 2000}
    return nodes_after(night, *targets, **{**given, **more})


def second_at(night: Night) -> float:
    """When the upgrade of the second node was sent."""
    return next(at for at, what, router, node in night.conductor.log if (what, router, node) == ("upgrade", "R", "b"))


# -- the soak ---------------------------------------------------------------------------------------------------------


def test_the_second_node_waits_for_the_whole_soak(night) -> None:
    assert {node["state"] for node in go(night).values()} == {"done"}
    assert SOAK <= second_at(night) - night.conductor.log[0][0] - 600 <= SOAK + 30


def test_a_first_node_that_flaps_begins_the_soak_anew(night, clock) -> None:
    first = night.conductor.boxes["R", "a"]
    clock.after(800, lambda: night.conductor.show(first, status="Disconnected"))
    clock.after(850, lambda: night.conductor.show(first, status="Synchronized"))
    assert {node["state"] for node in go(night).values()} == {"done"}
    assert 850 + SOAK <= second_at(night) <= 850 + SOAK + 30


def test_a_first_node_that_is_never_well_for_long_enough_holds_the_pair(night, clock) -> None:
    first = night.conductor.boxes["R", "a"]
    for moment in range(700, 4000, 200):
        clock.after(moment, lambda: night.conductor.show(first, status="Disconnected"))
        clock.after(moment + 50, lambda: night.conductor.show(first, status="Synchronized"))
    nodes = go(night)
    assert (nodes["R", "a"]["state"], nodes["R", "b"]["state"]) == ("done", "held")
    assert "a is Disconnected again" in nodes["R", "b"]["reason"]
    assert requests(night) == [("upgrade", "R", "a")] and nodes["R", "b"]["accepted"] is False


@pytest.mark.parametrize("trouble", [None, DeviceError("show system …", "% Error: Internal error"), NoPrompt("no")])
def test_a_pair_of_which_nothing_can_be_read_is_not_held_and_the_result_says_so(night, trouble) -> None:
    def answer(router=None):
        if trouble is not None:
            raise trouble
        return None

    night.conductor.connectivity = night.conductor.processes = answer
    nodes = go(night)
    assert {node["state"] for node in nodes.values()} == {"done"}
    assert SOAK <= second_at(night) - night.conductor.log[0][0] - 600 <= SOAK + 30
    assert nodes["R", "a"]["warnings"] == []
    told = " ".join(nodes["R", "b"]["warnings"])
    assert "could not be read whether the pair was connected" in told and "led its processes" in told


def test_a_pair_that_can_be_read_again_before_its_second_node_has_nothing_to_warn_of(night, clock) -> None:
    night.conductor.connectivity = lambda router=None: None if clock.now() < 1000 + 700 else []
    assert go(night)["R", "b"]["warnings"] == []


def test_a_second_node_that_only_synchronizes_for_a_moment_is_waited_for(night, clock) -> None:
    second = night.conductor.boxes["R", "b"]
    clock.after(905, lambda: night.conductor.show(second, status="Synchronizing"))
    clock.after(1000, lambda: night.conductor.show(second, status="Synchronized"))
    assert {node["state"] for node in go(night).values()} == {"done"}
    assert second_at(night) >= 1000 + SOAK


@pytest.mark.parametrize(
    ("bad", "good", "words"),
    [
        ({"links": [Link("a.R", "b.R", "disconnected")]}, {"links": [Link("a.R", "b.R", "connected")]}, "disconnected"),
        (
            {
                "processes_shown": [
                    Process("a", "routingManager", "up", False),
                    Process("b", "routingManager", "up", False),
                ]
            },
            {
                "processes_shown": [
                    Process("a", "routingManager", "up", True),
                    Process("b", "routingManager", "up", False),
                ]
            },
            "no node leads routingManager",
        ),
    ],
    ids=["connectivity", "primary"],
)
def test_the_pair_must_be_connected_and_led_before_the_second_node(night, clock, bad, good, words) -> None:
    night.conductor.__dict__.update(bad)
    clock.after(1500, lambda: night.conductor.__dict__.update(good))
    assert {node["state"] for node in go(night).values()} == {"done"}
    assert 1500 + SOAK <= second_at(night) <= 1500 + SOAK + 30, "it must have been well for the whole soak"
    assert any("not yet" in line and words in line for line in night.lines)


def test_what_is_bad_at_the_end_of_the_soak_begins_it_anew(night, clock) -> None:
    clock.after(700, lambda: setattr(night.conductor, "links", [Link("a.R", "b.R", "down")]))
    clock.after(1200, lambda: setattr(night.conductor, "links", []))
    go(night)
    assert second_at(night) >= 1200 + SOAK


def test_what_cannot_be_read_of_connections_and_processes_holds_nobody_up(night) -> None:
    night.conductor.links, night.conductor.processes_shown = [], []
    go(night)
    assert second_at(night) < 600 + SOAK + 40


def test_a_conductor_that_is_away_during_the_soak_begins_it_anew_and_holds_nobody_for_good(night, clock) -> None:
    night.conductor.away(800, 1100)
    assert {node["state"] for node in go(night).values()} == {"done"}
    assert second_at(night) >= 1100 + SOAK


def test_a_conductor_that_stays_away_during_the_soak_holds_the_pair(night, clock) -> None:
    clock.after(800, night.conductor.go)
    nodes = go(night)
    assert (nodes["R", "a"]["state"], nodes["R", "b"]["state"]) == ("done", "held")
    assert requests(night) == [("upgrade", "R", "a")]


def test_the_second_node_of_a_half_done_pair_waits_for_the_soak_too(night) -> None:
    night.conductor.boxes["R", "a"].version = NEW
    night.conductor.show(night.conductor.boxes["R", "a"])
    nodes = go(night)
    assert (nodes["R", "a"]["state"], nodes["R", "b"]["state"]) == ("up_to_date", "done")
    assert second_at(night) >= SOAK and requests(night) == [("upgrade", "R", "b")]


# -- the health check -------------------------------------------------------------------------------------------------


def test_a_check_that_fails_once_and_then_passes_is_no_failure(night) -> None:
    night.conductor.health = [FAILS, PASSES]
    nodes = go(night, "S", health_check=True)
    assert nodes["S", "a"]["state"] == "done" and len(night.conductor.health_asked) == 2
    assert ("revert", "S", "a") not in requests(night)


def test_a_check_that_fails_twice_takes_the_node_back(night) -> None:
    night.conductor.health = [FAILS, FAILS]
    nodes = go(night, health_check=True)
    assert (nodes["R", "a"]["state"], nodes["R", "b"]["state"]) == ("reverted", "not_started")
    assert requests(night) == [("upgrade", "R", "a"), ("revert", "R", "a")]
    assert nodes["R", "a"]["running_version"] == OLD and "System Processes Check" in nodes["R", "a"]["reason"]


@pytest.mark.parametrize(("unknown", "state", "second"), [("warn", "done", "done"), ("hold", "held", "not_started")])
def test_an_answer_that_cannot_be_read_warns_or_holds_and_never_reverts(night, unknown, state, second) -> None:
    night.conductor.health = UNREADABLE
    nodes = go(night, health_check=True, health_check_unknown=unknown)
    assert (nodes["R", "a"]["state"], nodes["R", "b"]["state"]) == (state, second)
    assert "unknown" in nodes["R", "a"]["warnings"][0]
    assert not any(operation == "revert" for operation, *_ in requests(night))


def test_a_failure_of_no_named_check_is_asked_for_once_more_and_then_holds_the_router(night) -> None:
    """Nobody knows what failed, so the node is neither taken back nor done, whatever the setting."""
    failed = Health("unknown", "1 failed", "1 failed", speaks_of_failure=True)
    night.conductor.health = [failed, failed]
    nodes = go(night, health_check=True, health_check_unknown="warn")
    assert (nodes["R", "a"]["state"], nodes["R", "b"]["state"]) == ("held", "not_started")
    assert "names no check that has clearly failed on this node: 1 failed" in nodes["R", "a"]["reason"]
    assert requests(night) == [("upgrade", "R", "a")]
    night.conductor.health = [failed, PASSES]
    assert go(night, "S", health_check=True)["S", "a"]["state"] == "done"


@pytest.mark.parametrize("error", [NoPrompt("It has not come back."), DeviceError("health-check", "no")])
def test_a_check_that_cannot_be_made_is_unknown(night, error) -> None:
    night.conductor.health = error
    assert go(night, "S", health_check=True)["S", "a"]["state"] == "done"


def test_a_check_that_never_answers_ends_unknown_and_holds_up_no_other_router(night, clock) -> None:
    begin = night.conductor.begin_health_check

    def never(request):
        pending = begin(request)
        if request.router == "S":
            pending.ends_at = clock.now() + 1e9
        return pending

    night.conductor.begin_health_check = never
    nodes = go(night, "S", "R", health_check=True, health_timeout=5000)
    assert {node["state"] for node in nodes.values()} == {"done"}
    assert "not answered" in nodes["S", "a"]["warnings"][0]
    assert night.conductor.ended["R"] < 3000, "the pair did not wait for it"


@pytest.mark.parametrize(("busy_for", "unknown"), [(300, False), (1e9, True)])
def test_a_health_check_waits_for_a_free_shell_and_not_for_ever(night, clock, busy_for, unknown) -> None:
    begin, asked_at = night.conductor.begin_health_check, []

    def begin_when_free(request):
        asked_at.append(clock.now())
        if clock.now() - asked_at[0] < busy_for:
            raise NoFreeShell("All shells are busy.")
        return begin(request)

    night.conductor.begin_health_check = begin_when_free
    node = go(night, "S", health_check=True, health_timeout=900)["S", "a"]
    assert node["state"] == "done"
    assert any("could not be run: All shells are busy." in line for line in node["warnings"]) is unknown


def test_a_health_check_that_does_not_come_back_gives_its_shell_up(night) -> None:
    """Its session may be closed then: nothing of it is waited for any more (rule 28)."""
    never = FakePending("request system software health-check", math.inf, read(""))
    night.conductor.begin_health_check = lambda request: never
    node = go(night, "S", health_check=True, health_timeout=100)["S", "a"]
    assert node["state"] == "done" and any("has not answered" in line for line in node["warnings"])
    assert never.given_up


# -- the way back -----------------------------------------------------------------------------------------------------


def test_a_node_whose_service_stays_down_is_taken_back_and_its_peer_left_alone(night) -> None:
    night.conductor.courses["R", "a"] = Course(600, "down")
    nodes = go(night, service_timeout=300)
    assert (nodes["R", "a"]["state"], nodes["R", "b"]["state"]) == ("reverted", "not_started")
    (revert,) = [request for request in night.conductor.sent if request.operation == "revert"]
    assert (revert.router, revert.node) == ("R", "a"), "a revert names router and node, always"


def test_nothing_is_taken_back_where_the_user_does_not_want_it(night) -> None:
    night.conductor.courses["S", "a"] = Course(600, "down")
    assert go(night, "S", service_timeout=300, revert=False)["S", "a"]["state"] == "failed"
    assert requests(night) == [("upgrade", "S", "a")]


@pytest.mark.parametrize("how", [{"sequencing": "vendor"}, {"simultaneous": True}])
def test_what_one_request_moved_is_never_taken_back_by_itself(night, how) -> None:
    night.conductor.courses["R", "a"] = Course(600, "down")
    nodes = go(night, service_timeout=300, **how)
    assert nodes["R", "a"]["state"] == "failed" and "not reverted" in nodes["R", "a"]["reason"]
    assert nodes["R", "b"]["state"] == "done" and len(night.conductor.sent) == 1


@pytest.mark.parametrize("how", [{"sequencing": "vendor"}, {"simultaneous": True}])
def test_one_request_for_a_router_names_no_node(night, how) -> None:
    nodes = go(night, **how)
    assert {node["state"] for node in nodes.values()} == {"done"}
    (request,) = night.conductor.sent
    assert (request.router, request.node, request.simultaneous) == ("R", None, "simultaneous" in how)


@pytest.mark.parametrize(
    "course", [Course(600, "stuck"), Course(600, "back"), Course(600, "never")], ids=["stuck", "back", "never"]
)
def test_what_is_no_fault_of_the_node_itself_reverts_nothing(night, course) -> None:
    night.conductor.courses["S", "a"] = course
    node = go(night, "S", upgrade_timeout=1500)["S", "a"]
    assert node["state"] == ("reverted" if course.end == "back" else "unknown")
    assert requests(night) == [("upgrade", "S", "a")]


def test_an_adopted_upgrade_of_another_run_is_never_taken_back(night) -> None:
    night.conductor.courses["S", "a"] = Course(600, "down")
    box = night.conductor.boxes["S", "a"]
    night.conductor.show(box, version=NEW, status="Synchronizing", service="offline")
    night.clock.after(60, lambda: night.conductor.show(box, status="Synchronized"))
    node = go(night, "S", service_timeout=300)["S", "a"]
    assert (node["state"], node["adopted"], requests(night)) == ("failed", True, [])
    assert "It was not reverted: " in node["reason"] and "sent nothing to it" in node["reason"], node["reason"]


def test_a_revert_that_is_refused_leaves_the_node_failed_and_says_why(night) -> None:
    night.conductor.courses["S", "a"] = Course(600, "down")
    night.conductor.on_send = lambda request: night.conductor.refuse.update(
        {("S", "a"): "no such version to go back to"}
    )
    node = go(night, "S", service_timeout=300)["S", "a"]
    assert node["state"] == "failed" and "no such version to go back to" in node["reason"]
    assert node["running_version"] == NEW


def test_a_revert_that_does_not_come_back_is_unknown(night) -> None:
    night.conductor.courses["S", "a"] = Course(600, "down", back=Course(600, "stuck"))
    node = go(night, "S", service_timeout=300, upgrade_timeout=1500)["S", "a"]
    assert node["state"] == "unknown" and "Its revert ended in an unknown state: " in node["reason"]


def test_a_revert_is_done_only_when_the_version_from_before_runs_again(night) -> None:
    """The conductor accepts the revert, and the node comes back on what it ran."""
    night.conductor.courses["S", "a"] = Course(600, "down", back=Course(600, "back"))
    node = go(night, "S", service_timeout=300, upgrade_timeout=1500)["S", "a"]
    assert (node["state"], node["running_version"]) == ("failed", NEW)
    assert "Its revert failed: " in node["reason"]


def test_the_session_that_breaks_while_a_revert_is_sent_is_taken_for_a_revert_that_runs(night, clock) -> None:
    night.conductor.courses["S", "a"] = Course(600, "down")
    send = night.conductor.send

    def breaks(request) -> FakePending:
        pending = send(request)
        if request.operation == "revert":
            raise SessionBroken("The device closed the connection.")
        return pending

    night.conductor.send = breaks
    assert go(night, "S", service_timeout=300)["S", "a"]["state"] == "reverted"
    assert len(night.conductor.sent) == 2


def test_a_login_that_is_refused_in_the_soak_holds_the_pair_at_once(night, clock) -> None:
    night.conductor.reopen_error = LoginRefused("The password was not accepted.")
    clock.after(750, night.conductor.go)
    clock.after(760, night.conductor.come_back)
    nodes = go(night)
    assert (nodes["R", "a"]["state"], nodes["R", "b"]["state"]) == ("done", "held")
    assert clock.now() - 1000 < 900 and night.conductor.reopened == 1


def test_a_refused_login_is_not_tried_again_while_a_health_check_waits_for_its_second_try(night, clock) -> None:
    night.conductor.health = [FAILS, PASSES]
    night.conductor.reopen_error = LoginRefused("The password was not accepted.")
    clock.after(623, night.conductor.go)
    clock.after(624, night.conductor.come_back)
    node = go(night, "S", health_check=True)["S", "a"]
    assert any("health check: fail" in step["what"] for step in node["steps"])
    assert night.conductor.reopened == 1 and clock.now() - 1000 > 640
