# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One operation among many: what it waits for, what it sends, and what it concludes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import stamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    NoRoom,
    PcliError,
    SessionBroken,
)

from tests.unit.fakes import NEW, OLD, Course, Night, VirtualClock, authority


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def night(clock) -> Night:
    return Night(authority(clock, {"R": ("a",), "S": ("a",), "P": ("a", "b")}))


def go(night: Night, *targets: str, **more) -> dict[tuple[str, str], dict]:
    given = {"download": False, "health_check": False, "upgrade_timeout": 3000, **more}
    result = night.go(*(targets or ("R",)), **given)
    assert night.conductor.wrong == []
    return {(router, node["node"]): node for router, entry in result["by_router"].items() for node in entry["nodes"]}


def requests(night: Night) -> list[tuple[str, str, str | None]]:
    return [(one.operation, one.router, one.node) for one in night.conductor.sent]


def leave_intent(folder, night: Night, age: float, router="R", operation="upgrade", run_id="tonight") -> None:
    """What a run that was killed leaves behind."""
    record = {
        "router": router,
        "node": "a",
        "operation": operation,
        "command": f"request {operation}",
        "from_version": OLD,
        "to_version": NEW,
        "run_id": run_id,
        "intent_at": stamp(night.clock.wall() - timedelta(seconds=age)),
    }
    (folder / f"{router}__a.json").write_text(json.dumps(record))


# -- verdicts (rules 15 to 19) ----------------------------------------------------------------------------------------


def test_a_state_that_does_not_change_is_no_proof_until_the_time_is_over(night) -> None:
    night.conductor.courses["R", "a"] = Course(600, "never")
    node = go(night)["R", "a"]
    assert node["state"] == "unknown" and node["accepted"] and OLD in node["reason"]
    assert night.clock.now() - 1000 >= 3000 and len(requests(night)) == 1


def test_an_upgrade_that_goes_back_by_itself_is_seen_as_such_and_nothing_is_sent(night) -> None:
    night.conductor.courses["R", "a"] = Course(600, "back")
    node = go(night)["R", "a"]
    assert (node["state"], node["running_version"]) == ("reverted", OLD) and len(requests(night)) == 1


def test_a_refusal_in_words_is_a_failure_that_changed_nothing(night) -> None:
    night.conductor.refuse["R", "a"] = "there is not enough space"
    result = night.go("R", download=False, health_check=False)
    assert result["by_router"]["R"]["state"] == "failed" and result["changed"] is False and result["failed"] is True


def test_a_refusal_since_an_operation_is_running_is_followed(night) -> None:
    """Somebody else has begun it a moment before."""
    box = night.conductor.boxes["R", "a"]
    night.conductor.refuse["R", "a"] = "an upgrade is already in progress"
    night.clock.after(200, lambda: night.conductor.show(box, status="Disconnected"))
    night.clock.after(400, lambda: box.boot(night.clock, NEW))
    night.clock.after(401, lambda: night.conductor.show(box, status="Synchronized"))
    node = go(night)["R", "a"]
    assert (node["state"], node["adopted"], node["accepted"]) == ("done", True, False)


def test_a_time_out_says_what_was_seen_last_and_sends_nothing(night) -> None:
    night.conductor.courses["R", "a"] = Course(600, "stuck")
    node = go(night)["R", "a"]
    assert node["state"] == "unknown" and "Disconnected" in node["reason"] and len(requests(night)) == 1


def test_a_node_that_arrives_and_does_not_settle_is_unknown(night) -> None:
    box = night.conductor.boxes["R", "a"]
    night.clock.after(599, lambda: setattr(night.conductor, "show", lambda *_, **__: None))
    node = go(night, settle_timeout=900)["R", "a"]
    assert node["state"] == "unknown" and "did not settle" in node["reason"] and box.version == NEW


# -- what an earlier run began ----------------------------------------------------------------------------------------


def test_an_open_intent_is_not_sent_again_though_nothing_shows_that_it_runs(night, tmp_path) -> None:
    leave_intent(tmp_path, night, 100)
    box = night.conductor.boxes["R", "a"]
    night.clock.after(300, lambda: box.boot(night.clock, NEW))
    night.clock.after(301, lambda: night.conductor.show(box))
    node = go(night, journal=str(tmp_path))["R", "a"]
    assert (node["state"], node["adopted"]) == ("done", True) and requests(night) == []


def test_an_intent_that_is_older_than_an_upgrade_takes_is_forgotten(night, tmp_path) -> None:
    leave_intent(tmp_path, night, 4000)
    assert go(night, journal=str(tmp_path))["R", "a"]["state"] == "done" and len(requests(night)) == 1


def test_an_open_intent_of_another_operation_is_waited_for_and_nothing_is_sent(night, tmp_path) -> None:
    leave_intent(tmp_path, night, 100, operation="revert")
    node = go(night, journal=str(tmp_path))["R", "a"]
    assert node["state"] == "not_started" and "revert was begun" in node["reason"] and requests(night) == []


def test_an_open_intent_whose_end_the_conductor_tells_in_words_does_not_count(night, tmp_path) -> None:
    leave_intent(tmp_path, night, 100)
    night.conductor.told["upgrade"] = "No upgrade in progress"
    assert go(night, journal=str(tmp_path))["R", "a"]["state"] == "done" and len(requests(night)) == 1


def test_a_node_that_ends_unknown_keeps_its_intent_open_and_one_that_is_done_does_not(night, tmp_path) -> None:
    night.conductor.courses["R", "a"] = Course(600, "stuck")
    go(night, "R", "S", journal=str(tmp_path))
    records = {name: json.loads((tmp_path / f"{name}__a.json").read_text()) for name in "RS"}
    assert records["R"]["outcome_at"] is None and records["S"]["state"] == "done"


def test_records_of_routers_belong_to_no_inventory_host(night, tmp_path) -> None:
    """The checks of a conductor look for open records of its host, and must not find those of its routers."""
    go(night, journal=str(tmp_path))
    assert json.loads((tmp_path / "R__a.json").read_text())["host"] is None


# -- sessions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [SessionBroken("It broke."), ConnectFailed("Nobody answers."), NoRoom("Full.")])
def test_what_is_asked_before_a_request_may_fail_for_a_while(night, clock, error) -> None:
    command_for, times = night.conductor.command_for, []

    def fails(request):
        times.append(clock.now())
        if clock.now() < 1100:
            raise error
        return command_for(request)

    night.conductor.command_for = fails
    assert go(night)["R", "a"]["state"] == "done" and len(requests(night)) == 1 and len(times) > 3


def test_what_is_asked_before_a_request_and_fails_for_good_ends_that_router_in_order(night, clock) -> None:
    def fails(request):
        raise ConnectFailed("Nobody answers.")

    night.conductor.command_for = fails
    node = go(night)["R", "a"]
    assert node["state"] == "not_started" and "Nobody answers" in node["reason"] and clock.now() < 5000


def test_other_errors_before_a_request_end_only_that_router(night) -> None:
    command_for = night.conductor.command_for

    def fails(request):
        if request.router == "R":
            raise PcliError("The release cannot be read.")
        return command_for(request)

    night.conductor.command_for = fails
    nodes = go(night, "R", "S")
    assert (nodes["R", "a"]["state"], nodes["S", "a"]["state"]) == ("not_started", "done")


def test_the_session_that_breaks_while_a_request_is_sent_counts_as_sent(night, clock) -> None:
    send, broken = night.conductor.send, []

    def breaks(request):
        pending = send(request)
        if not broken:
            broken.append(request)
            night.conductor.go()
            clock.after(30, night.conductor.come_back)
            raise SessionBroken("The device closed the connection.")
        return pending

    night.conductor.send = breaks
    nodes = go(night, "R", "S")
    assert {node["state"] for node in nodes.values()} == {"done"} and nodes["R", "a"]["accepted"]
    assert requests(night) == [("upgrade", "R", "a"), ("upgrade", "S", "a")]


def test_the_time_that_a_request_waits_for_a_shell_is_not_taken_from_its_upgrade(clock) -> None:
    night = Night(authority(clock, {"R": ("a",), "S": ("a",), "T": ("a",)}, blocking=True))
    night.conductor.course = Course(2000)
    send = night.conductor.send

    def one_at_a_time(request):
        if night.conductor.working:
            raise NoRoom("No shell is free. Nothing was sent.")
        return send(request)

    night.conductor.send = one_at_a_time
    nodes = go(night, "R", "S", upgrade_timeout=2500)
    assert {node["state"] for node in nodes.values()} == {"done"}


def test_a_conductor_that_is_away_fills_no_screen(night, clock) -> None:
    """What waits to be begun says nothing in each look at a conductor that does not answer."""
    night.conductor.courses["R", "a"] = Course(100)
    clock.after(105, night.conductor.go)
    clock.after(900, night.conductor.come_back)
    go(night, "R", "S", in_flight=1)
    assert sum("does not answer" in line for line in night.lines) <= 2


# -- below 6.3, and the way of the words ------------------------------------------------------------------------------


def test_the_words_of_the_conductor_are_kept_for_each_node(night) -> None:
    steps = go(night)["R", "a"]["steps"]
    assert any(step["words"] == "Request accepted" for step in steps)
    assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)


def test_times_and_versions_of_a_node_tell_what_was_done(night) -> None:
    node = go(night)["R", "a"]
    assert (node["from_version"], node["to_version"], node["running_version"]) == (OLD, NEW, NEW)
    assert node["started"] < node["ended"] and "router R node a" in node["command"]


def test_an_asset_that_stays_away_is_reconnected_once_and_only_by_setting(night) -> None:
    night.conductor.courses = {("R", "a"): Course(600, "stuck"), ("S", "a"): Course(600, "stuck")}
    go(night, "R", "S", reconnect_after=600)
    assert sorted(night.conductor.reconnected) == [("R", "a"), ("S", "a")]
    night.conductor.reconnected.clear()
    night.conductor.show(night.conductor.boxes["S", "a"], status="Synchronized", version=OLD)
    night.conductor.working.clear()
    go(night, "S")
    assert night.conductor.reconnected == []
