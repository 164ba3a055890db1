# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One operation among many: what it waits for, what it sends, and what it concludes."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_timestamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    NoFreeShell,
    PcliError,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.waiting import Cooperative
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.moments import (
    MOVES,
    BegunCommand,
    open_intent,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import SystemStatus

from tests.unit.fakes import NEW, OLD, Course, Night, SilentWitness, authority, refusal
from tests.unit.rollout.nights import nodes_after, requests

#: Neither what a node ran before nor what it is to run.
THIRD = "6.3.3-40.r1.el7"

ROUTERS = {"R": ("a",), "S": ("a",), "P": ("a", "b")}


def go(night: Night, *targets: str, **more) -> dict[tuple[str, str], dict]:
    """The result of each node of a night without downloads and health checks."""
    given = {"download": False, "health_check": False, "upgrade_timeout": 3000}
    return nodes_after(night, *targets, **{**given, **more})


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
        "intent_at": format_timestamp(night.clock.wall() - timedelta(seconds=age)),
    }
    (folder / f"{router}__a.json").write_text(json.dumps(record))


# -- verdicts (rules 15 to 19) ----------------------------------------------------------------------------------------


class Hangs(SilentWitness):
    """A web server that hangs before a verdict, while the service of the node stops for good."""

    def __init__(self, night: Night, seconds: float) -> None:
        self.night, self.seconds = night, seconds

    def ask(self, node_ids, pace) -> bool:
        box = self.night.conductor.boxes["R", "a"]
        if box.version == NEW and box.status == "Synchronized":
            self.night.clock.sleep(self.seconds)
            self.night.conductor.show(box, service="offline")
        return False


def test_what_changes_while_a_web_server_hangs_is_in_the_verdict(night) -> None:
    night.conductor.second = Hangs(night, 40)
    assert go(night, "R")["R", "a"]["state"] == "reverted"


def test_a_state_that_does_not_change_is_no_proof_until_the_time_is_over(night) -> None:
    night.conductor.courses["R", "a"] = Course(600, "never")
    node = go(night)["R", "a"]
    assert node["state"] == "unknown" and node["accepted"] and OLD.removesuffix(".el7") in node["reason"]
    assert night.clock.now() - 1000 >= 3000 and len(requests(night)) == 1


def test_an_upgrade_that_goes_back_by_itself_is_reverted_and_nothing_is_sent(night) -> None:
    night.conductor.courses["R", "a"] = Course(600, "back")
    node = go(night)["R", "a"]
    assert (node["state"], node["running_version"]) == ("reverted", OLD) and len(requests(night)) == 1


def test_a_refusal_in_words_is_a_failure_that_changed_nothing(night) -> None:
    night.conductor.refuse["R", "a"] = "version 6.3.5 is not available"
    result = night.go("R", download=False, health_check=False)
    assert result["by_router"]["R"]["state"] == "failed" and result["changed"] is False and result["failed"] is True


@pytest.mark.parametrize(
    "words",
    [
        "Internal Server Error",
        "Bad Gateway",
        "Unexpected end of stream",
        "no space",
        "[Errno 13] Permission denied: '/var/lib/x/upgrade.log'",
        "Permission denied (publickey)",
        "Software image not valid, installation aborted",
        "pre-check failed to report: lost contact",
    ],
)
def test_an_error_that_refuses_nothing_is_followed_and_not_sent_again_by_the_next_run(night, tmp_path, words) -> None:
    """D6: 13 of 14 such errors counted as refusals, and the next run sent again what was running."""
    night.conductor.refuse["R", "a"] = words
    node = go(night, journal=str(tmp_path), upgrade_timeout=600)["R", "a"]
    assert node["state"] == "unknown" and words in node["reason"] and node["accepted"]
    night.conductor.refuse.clear()
    again = go(night, journal=str(tmp_path), upgrade_timeout=3000)["R", "a"]
    assert again["adopted"] and len(requests(night)) == 1


def test_a_refusal_since_an_operation_is_running_is_followed(night) -> None:
    """Somebody else has begun it a moment before."""
    box = night.conductor.boxes["R", "a"]
    night.conductor.refuse["R", "a"] = "an upgrade is already in progress"
    night.clock.after(200, lambda: night.conductor.show(box, status="Disconnected"))
    night.clock.after(400, lambda: box.boot(night.clock, NEW))
    night.clock.after(401, lambda: night.conductor.show(box, status="Synchronized"))
    node = go(night)["R", "a"]
    assert (node["state"], node["adopted"], node["accepted"]) == ("done", True, False)


@pytest.mark.parametrize("words", ["a.R is already running version 6.3.5-37.r1.el7", "already at version SSR-6.3.5-37"])
def test_a_refusal_since_it_runs_that_version_already_is_followed(night, words) -> None:
    """It arrived between the look and the request, and the list of assets shows that later."""
    box = night.conductor.boxes["R", "a"]
    night.conductor.refuse["R", "a"] = words
    night.clock.after(200, lambda: box.boot(night.clock, NEW))
    night.clock.after(201, lambda: night.conductor.show(box))
    node = go(night)["R", "a"]
    assert (node["state"], node["adopted"], node["accepted"]) == ("done", True, False)


def test_a_time_out_states_the_last_status_and_sends_nothing(night) -> None:
    night.conductor.courses["R", "a"] = Course(600, "stuck")
    node = go(night)["R", "a"]
    assert node["state"] == "unknown" and "Disconnected" in node["reason"] and len(requests(night)) == 1


def test_a_node_that_arrives_and_does_not_settle_is_unknown(night) -> None:
    box = night.conductor.boxes["R", "a"]
    night.clock.after(599, lambda: setattr(night.conductor, "show", lambda *_, **__: None))
    node = go(night, settle_timeout=900)["R", "a"]
    assert node["state"] == "unknown" and "did not settle" in node["reason"] and box.version == NEW


# -- what an earlier run began ----------------------------------------------------------------------------------------


def test_what_a_killed_run_began_and_has_ended_since_is_done_and_proven_as_such(night, tmp_path) -> None:
    """It was called up to date, its health was never checked, and the second node of its pair was begun."""
    leave_intent(tmp_path, night, 1000)
    box = night.conductor.boxes["R", "a"]
    box.boot(night.clock, NEW)
    night.conductor.show(box)
    night.conductor.told["upgrade"] = "a.R: upgrade completed"
    node = go(night, journal=str(tmp_path), health_check=True)["R", "a"]
    assert (node["state"], node["adopted"], node["from_version"]) == ("done", True, OLD), node
    assert node["command"] == "request upgrade" and "an earlier run began" in node["reason"]
    assert [request[0] for request in requests(night)] == [], "nothing was sent"
    assert any("health check" in step["what"] for step in node["steps"])
    again = go(night, journal=str(tmp_path))["R", "a"]
    assert (again["state"], again["adopted"]) == ("up_to_date", False), "its end was written down"


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
    assert node["state"] == "not_started" and "earlier revert" in node["reason"] and requests(night) == []


def test_an_open_intent_whose_end_the_conductor_reports_in_words_does_not_count(night, tmp_path) -> None:
    leave_intent(tmp_path, night, 100)
    night.conductor.told["upgrade"] = "No upgrade in progress"
    assert go(night, journal=str(tmp_path))["R", "a"]["state"] == "done" and len(requests(night)) == 1


def test_before_words_outweigh_an_open_intent_the_node_is_polled_again(night, tmp_path) -> None:
    """The words are newer than the list of assets: what they call over may have brought the version meanwhile."""
    leave_intent(tmp_path, night, 100)
    box, status = night.conductor.boxes["R", "a"], night.conductor.status

    def ends(*asked):
        if box.version == OLD:
            box.boot(night.clock, NEW)
            night.conductor.show(box)
        return status(*asked)

    night.conductor.told["upgrade"], night.conductor.status = "Upgrade completed", ends
    assert go(night, journal=str(tmp_path))["R", "a"]["state"] == "done" and requests(night) == []


def test_where_it_cannot_be_polled_again_words_do_not_outweigh_an_open_intent(night, tmp_path) -> None:
    """The conductor goes away between its words and the new look: what ran is followed, and nothing is sent."""
    leave_intent(tmp_path, night, 100)
    box, status, assets = night.conductor.boxes["R", "a"], night.conductor.status, night.conductor.assets
    planned = []

    def away():
        night.conductor.assets = assets
        raise ConnectFailed("Nobody answers.")

    def ends(*asked):
        if not planned:  # the plan asks as well
            planned.append(asked)
        elif box.version == OLD:
            box.boot(night.clock, NEW)
            night.conductor.show(box)
            night.conductor.assets = away
        return status(*asked)

    night.conductor.told["upgrade"], night.conductor.status = "Upgrade completed", ends
    assert go(night, journal=str(tmp_path))["R", "a"]["state"] == "done" and requests(night) == []


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


@pytest.mark.parametrize("error", [SessionBroken("It broke."), ConnectFailed("Nobody answers."), NoFreeShell("Full.")])
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

    def one_at_a_time():
        if night.conductor.working:
            raise NoFreeShell("No shell is free. Nothing was sent.")

    night.conductor.session.make_ready = one_at_a_time
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


def test_times_and_versions_of_a_node_show_what_was_done(night) -> None:
    node = go(night)["R", "a"]
    assert (node["from_version"], node["to_version"], node["running_version"]) == (OLD, NEW, NEW)
    assert node["started"] < node["ended"] and "router R node a" in node["command"]


def test_an_asset_that_stays_away_is_reconnected_once_and_only_by_setting(night) -> None:
    night.conductor.courses = {("R", "a"): Course(600, "stuck"), ("S", "a"): Course(600, "stuck")}
    night.conductor.told["upgrade"] = "No upgrade in progress"
    go(night, "R", "S", reconnect_after=600)
    assert sorted(night.conductor.reconnected) == [("R", "a"), ("S", "a")]
    night.conductor.reconnected.clear()
    night.conductor.show(night.conductor.boxes["S", "a"], status="Synchronized", version=OLD)
    night.conductor.working.clear()
    go(night, "S")
    assert night.conductor.reconnected == []


@pytest.mark.parametrize(("told", "after"), [("a.R  Upgrade in progress", None), ("", 3600.0)])
def test_an_asset_is_not_reconnected_while_its_own_upgrade_keeps_it_away(night, told, after) -> None:
    """Where nothing says so, an operation is over once its own installer would have given it up."""
    began, asked = night.clock.now(), []
    night.conductor.courses["R", "a"] = Course(600, "stuck")
    night.conductor.told["upgrade"] = told
    night.conductor.reconnect = lambda *node_id: asked.append(night.clock.now() - began)
    night.conductor.on_send = lambda request: night.conductor.told.update(upgrade=told)
    night.conductor.told["upgrade"] = ""
    go(night, "R", reconnect_after=60, upgrade_timeout=5400)
    assert not asked if after is None else [at >= after for at in asked] == [True]


def test_a_conductor_is_asked_no_oftener_for_an_asset_that_cannot_be_reconnected_yet(night) -> None:
    """The status of what keeps it away is read with every look, for hours, and nobody is in a hurry."""
    night.conductor.courses["R", "a"] = Course(600, "stuck")
    night.conductor.told["upgrade"] = "a.R  Upgrade in progress"
    night.conductor.on_send = lambda request: night.conductor.told.update(upgrade="a.R  Upgrade in progress")
    night.conductor.told["upgrade"] = ""
    looks, assets = [], night.conductor.assets

    def looked() -> list:
        looks.append(night.clock.now())
        return assets()

    night.conductor.assets = looked
    go(night, "R", reconnect_after=60, upgrade_timeout=5400, poll_min=10, poll_max=60)
    late = [after - before for before, after in itertools.pairwise(looks) if before > looks[0] + 1800]
    assert night.conductor.reconnected == [] and late and min(late) >= 10


def test_a_node_that_arrived_while_its_operation_is_said_to_run_on_is_asked_in_no_hurry(night, monkeypatch) -> None:
    """It may be one of a group, and another one of it hangs for hours: what is open is not about this node."""
    night.conductor.courses["R", "a"] = Course(600)
    night.conductor.on_send = lambda request: night.conductor.told.update(upgrade="a.R  Upgrade in progress")
    began, hurried, real = night.clock.now(), set(), Cooperative.ask

    def ask(waiting, function, soon=True):
        if 1800 < night.clock.now() - began < 5000:
            hurried.add(soon)
        return real(waiting, function, soon)

    monkeypatch.setattr(Cooperative, "ask", ask)
    go(night, "R", upgrade_timeout=5400)
    assert hurried == {False}


def test_a_row_that_is_missing_does_not_have_its_node_reconnected(night) -> None:
    night.conductor.courses["R", "a"] = Course(600, "stuck")
    night.conductor.told["upgrade"] = "No upgrade in progress"
    box, assets = night.conductor.boxes["R", "a"], night.conductor.assets
    seen_away = []

    def once() -> list:
        """It is shown as away once, and not at all afterwards."""
        rows, away = assets(), box.status == "Disconnected"
        seen_away.extend(["R"] * away)
        return [row for row in rows if row.router != "R" or len(seen_away) < 2]

    night.conductor.assets = once
    go(night, "R", reconnect_after=60, upgrade_timeout=5400)
    assert len(seen_away) > 2 and night.conductor.reconnected == []


# -- what goes on by itself -------------------------------------------------------------------------------------------


def goes_on(lines) -> list[str]:
    return [line for line in lines if "goes on by itself" in line]


def test_that_what_was_sent_goes_on_is_not_said_of_a_request_that_was_refused(night) -> None:
    night.conductor.refuse["R", "a"] = "version 6.3.5 is not available"
    go(night)
    assert goes_on(night.lines) == [] and any("refused: version 6.3.5" in line for line in night.lines)


def test_that_what_was_sent_goes_on_is_said_once_a_request_was_taken(night) -> None:
    go(night)
    (line,) = goes_on(night.lines)
    assert next(at for at, other in enumerate(night.lines) if ": sent: " in other) < night.lines.index(line)


# -- an error that refuses nothing ------------------------------------------------------------------------------------


def answers(night: Night, final: object, after: float = 1) -> None:
    """Every request begins what it asks for, and is answered with this."""
    send = night.conductor.send

    def begins(request):
        pending = send(request)
        pending.final, pending.ends_at = final, night.clock.now() + after
        return pending

    night.conductor.send = begins


@pytest.mark.parametrize("words", ["% Error: Request timed out", "% Error: Lost connection to the node"])
@pytest.mark.parametrize("after", [1, 300])
def test_an_answer_that_came_too_late_is_no_refusal_and_no_failure(night, words, after) -> None:
    """What was asked for goes on, in the first minute as well as after a request that has kept its prompt."""
    answers(night, refusal(words), after)
    night.conductor.course = Course(900, quiet=0.6)
    node = go(night)["R", "a"]
    assert (node["state"], node["running_version"], node["accepted"]) == ("done", NEW, True)
    assert len(requests(night)) == 1


def test_where_no_node_moves_after_it_the_end_is_unknown_and_the_intent_stays_open(night, tmp_path) -> None:
    answers(night, refusal("% Error: Request timed out"))
    night.conductor.course = Course(600, "never")
    node = go(night, journal=str(tmp_path))["R", "a"]
    assert node["state"] == "unknown" and any("timed out" in step["words"] for step in node["steps"])
    assert json.loads((tmp_path / "R__a.json").read_text())["outcome_at"] is None


# -- the other node of a pair -----------------------------------------------------------------------------------------

SECOND = {"router": "P", "node": "b"}


def test_while_somebody_elses_upgrade_runs_on_its_peer_a_node_is_not_touched(night) -> None:
    """The peer writes its image, so its asset shows Synchronized; only the conductor's status tells."""
    night.conductor.shows_status, night.conductor.working = True, {("P", "a"): "upgrade"}
    node = go(night, SECOND)["P", "b"]
    assert node["state"] == "not_started" and "its peer a is being worked on" in node["reason"], node["reason"]
    assert requests(night) == []
    night.conductor.working.clear()
    assert go(night, SECOND)["P", "b"]["state"] == "done"


def test_while_another_run_has_begun_something_on_its_peer_a_node_is_not_touched(night, tmp_path) -> None:
    leave_intent(tmp_path, night, 100, router="P", run_id="another")
    node = go(night, SECOND, journal=str(tmp_path))["P", "b"]
    assert node["state"] == "not_started" and "its peer a is being worked on" in node["reason"], node["reason"]
    assert requests(night) == []
    night.conductor.told["upgrade"] = "No upgrade in progress"
    assert go(night, SECOND, journal=str(tmp_path))["P", "b"]["state"] == "done"


def test_what_only_a_record_has_taken_up_first_is_a_start_as_any_other(night, tmp_path) -> None:
    """It is so new that words that nothing runs do not count yet; once they do, nothing was begun past the limits."""
    leave_intent(tmp_path, night, 1)
    night.conductor.told["upgrade"] = "No upgrade in progress"
    stop = tmp_path / "stop"
    stop.touch()
    node = go(night, journal=str(tmp_path), stop_file=str(stop), operation_settle=300)["R", "a"]
    assert node["state"] == "not_started" and "stop file" in node["reason"], node["reason"]
    assert requests(night) == []


@pytest.mark.parametrize("order", ["standby_first", "as_listed"])
def test_a_pair_at_which_an_earlier_run_was_at_work_is_finished_whatever_its_order(night, tmp_path, order) -> None:
    """Its asset is still Synchronized; the node that leads comes last, but what was begun is followed first."""
    leave_intent(tmp_path, night, 100, router="P")
    night.conductor.leaders["P"] = "a"
    box = night.conductor.boxes["P", "a"]
    night.clock.after(300, lambda: box.boot(night.clock, NEW))
    night.clock.after(301, lambda: night.conductor.show(box))
    nodes = go(night, "P", order=order, journal=str(tmp_path))
    assert {node_id: node["state"] for node_id, node in nodes.items()} == {("P", "a"): "done", ("P", "b"): "done"}
    assert nodes["P", "a"]["adopted"] and requests(night) == [("upgrade", "P", "b")]


def test_a_status_that_never_shows_an_end_needs_to_be_ignored_by_name(night) -> None:
    """Rule 33: an operation that is shown in progress is not over, however well its node looks."""
    status = night.conductor.status

    def never_cleared(operation, router=None, node=None):
        done = (router, node) == ("P", "a") and night.conductor.boxes["P", "a"].version == NEW
        return read("a.P   Upgrade in progress   97%") if done else status(operation, router, node)

    night.conductor.status = never_cleared
    first = go(night, {"router": "P", "node": "a"}, settle_timeout=600)["P", "a"]
    assert first["state"] == "unknown" and "97%" in first["reason"]
    night.conductor.boxes["P", "a"].boot(night.clock, OLD)
    night.conductor.show(night.conductor.boxes["P", "a"])
    ended = go(night, {"router": "P", "node": "a"}, ignore_running_operation=True)["P", "a"]
    assert ended["state"] == "done" and len(requests(night)) == 2


def test_what_runs_on_its_peer_holds_a_node_also_where_what_runs_on_itself_is_ignored(night) -> None:
    night.conductor.told["upgrade"] = "a.P   Upgrade in progress"
    node = go(night, SECOND, ignore_running_operation=True)["P", "b"]
    assert node["state"] == "not_started" and "its peer a is being worked on" in node["reason"]
    night.conductor.told["upgrade"] = "b.P   Upgrade in progress"
    assert go(night, SECOND, ignore_running_operation=True)["P", "b"]["state"] == "done"


@pytest.mark.parametrize("how", [{"simultaneous": True}, {"sequencing": "vendor"}])
def test_one_request_for_both_nodes_asks_nothing_about_peers(night, how) -> None:
    assert {node["state"] for node in go(night, "P", **how).values()} == {"done"}
    assert len(requests(night)) == 1


def test_right_before_a_command_it_is_asked_what_runs_on_its_node_and_on_its_peer(night) -> None:
    asked, status = [], night.conductor.status

    def counts(operation, router=None, node=None):
        asked.append((len(night.conductor.sent), operation, node))
        return status(operation, router, node)

    night.conductor.status = counts
    go(night, "R")
    alone = [(operation, node) for sent, operation, node in asked if not sent]
    assert alone == [("upgrade", "a"), *((operation, "a") for operation in MOVES)]
    asked.clear()
    night.conductor.sent.clear()
    go(night, "P", order="as_listed")
    assert [(operation, node) for sent, operation, node in asked if not sent] == [
        ("upgrade", "a"),
        *((operation, "b") for operation in MOVES),
        *((operation, node) for node in "ab" for operation in MOVES),
    ]


# -- two runs at once -------------------------------------------------------------------------------------------------


def begins_first(night: Night, folder, **more) -> None:
    """Another run looks in the same moment, and writes down its intent just before this one would."""
    command_for, begun = night.conductor.command_for, []

    def slow(request):
        if not begun:
            begun.append(request)
            leave_intent(folder, night, 0, run_id="another", **more)
        return command_for(request)

    night.conductor.command_for = slow


def test_of_two_runs_that_begin_at_once_one_sends_and_the_other_follows(night, tmp_path) -> None:
    begins_first(night, tmp_path)
    box = night.conductor.boxes["R", "a"]
    night.clock.after(298, lambda: box.boot(night.clock, NEW))
    night.clock.after(298, lambda: night.conductor.show(box))
    node = go(night, journal=str(tmp_path))["R", "a"]
    assert (node["state"], node["adopted"], node["accepted"]) == ("done", True, False)
    assert requests(night) == []


def test_where_the_other_run_does_something_else_this_one_sends_nothing_and_leaves_its_record(night, tmp_path) -> None:
    begins_first(night, tmp_path, operation="revert")
    node = go(night, journal=str(tmp_path))["R", "a"]
    assert node["state"] == "not_started" and "earlier revert" in node["reason"] and requests(night) == []
    kept = json.loads((tmp_path / "R__a.json").read_text())
    assert (kept["run_id"], kept.get("outcome_at")) == ("another", None), "it is still at work, also for the next run"


def test_where_the_other_run_begins_with_the_other_node_this_one_waits_for_no_accident(night, tmp_path) -> None:
    begins_first(night, tmp_path, router="P")
    node = go(night, SECOND, journal=str(tmp_path))["P", "b"]
    assert node["state"] == "not_started" and "its peer a" in node["reason"] and requests(night) == []


def test_a_node_that_another_run_begins_to_upgrade_gets_no_download_either(night, tmp_path) -> None:
    begins_first(night, tmp_path)
    node = go(night, download=True, journal=str(tmp_path))["R", "a"]
    assert node["state"] in ("not_started", "unknown") and requests(night) == [], node["reason"]
    kept = json.loads((tmp_path / "R__a.json").read_text())
    assert (kept["run_id"], kept["operation"], kept.get("outcome_at")) == ("another", "upgrade", None)


def test_a_conductor_that_is_away_ends_nobody_elses_intent(night, tmp_path) -> None:
    leave_intent(tmp_path, night, 100, run_id="another")
    asset = night.conductor.asset_detail

    def goes(asset_id):
        night.conductor.go()
        return asset(asset_id)

    night.conductor.asset_detail = goes
    node = go(night, journal=str(tmp_path))["R", "a"]
    assert node["state"] == "not_started"
    assert json.loads((tmp_path / "R__a.json").read_text()).get("outcome_at") is None


def test_a_journal_folder_without_locks_is_a_warning(night, tmp_path, monkeypatch) -> None:
    def fails(handle, how):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(journal.fcntl, "flock", fails)
    nodes = go(night, "R", "S", journal=str(tmp_path))
    assert {node["state"] for node in nodes.values()} == {"done"}
    assert sum("No locks" in warning for node in nodes.values() for warning in node["warnings"]) == 1


# -- lists that show less than is wanted -----------------------------------------------------------------------------

BARE = "SSR-6.3.5-37"


def shows(night: Night, version: str, *node_ids: tuple[str, str]) -> None:
    """The list of assets shows this version of these nodes."""
    for node_id in node_ids:
        night.conductor.show(night.conductor.boxes[node_id], version=version)


def test_a_router_that_is_there_is_not_upgraded_again_because_the_list_does_not_show_its_rebuild(night) -> None:
    shows(night, BARE, ("R", "a"))
    node = go(night)["R", "a"]
    assert node["state"] == "up_to_date" and "does not show its rebuild" in node["reason"] and requests(night) == []
    night.conductor.full_version["R", "a"] = f"{BARE}.r1.el7"
    node = go(night)["R", "a"]
    assert node["state"] == "up_to_date" and "rebuild" not in node["reason"] and requests(night) == []


def test_another_rebuild_that_the_node_itself_shows_is_upgraded(night) -> None:
    rebuilt = "6.3.5-37.r2.el7"
    shows(night, BARE, ("R", "a"), ("P", "a"), ("P", "b"))
    night.conductor.offers[None] = [rebuilt]
    night.conductor.full_version = dict.fromkeys((("R", "a"), ("P", "b")), "6.3.5-37.r1.el7")
    night.conductor.full_version["P", "a"] = rebuilt
    nodes = go(night, "R", "P", version="6.3.5-37r2")
    states = {node_id: node["state"] for node_id, node in nodes.items()}
    assert states == {("R", "a"): "done", ("P", "a"): "up_to_date", ("P", "b"): "done"}
    assert sorted(requests(night)) == [("upgrade", "P", "b"), ("upgrade", "R", "a")]


def test_a_rebuild_that_nobody_shows_afterwards_either_is_unknown_and_no_failure(night, clock) -> None:
    shows(night, BARE, ("R", "a"))
    night.conductor.offers[None] = ["6.3.5-37.r2.el7"]
    night.conductor.full_version["R", "a"] = "6.3.5-37.r1.el7"
    box = night.conductor.boxes["R", "a"]

    def boot(at, version):
        box.version, box.booted_at = BARE, at.now()
        night.conductor.full_version.clear()

    box.boot = boot
    assert go(night, version="6.3.5-37r2")["R", "a"]["state"] == "unknown"


def test_nobody_is_asked_for_a_version_that_the_list_shows_in_full(night) -> None:
    go(night, "R", "P")
    assert night.conductor.versions_asked == []


def test_a_pair_whose_list_shows_no_rebuild_is_finished_without_a_second_download_or_restart(night) -> None:
    shows(night, BARE, ("P", "a"))
    nodes = go(night, "P", download=True)
    assert nodes["P", "b"]["state"] == "done" and nodes["P", "a"]["state"] == "up_to_date"
    assert requests(night) == [("download", "P", "b"), ("upgrade", "P", "b")]


def test_a_router_of_which_only_the_release_is_shown_is_blocked_unless_its_node_shows_more(night) -> None:
    shows(night, "6.3.5", ("R", "a"))
    node = go(night)["R", "a"]
    assert node["state"] == "blocked" and "shows only 6.3.5" in node["reason"] and requests(night) == []
    night.conductor.full_version["R", "a"] = NEW
    assert go(night)["R", "a"]["state"] == "up_to_date"


# -- the words of an answer -------------------------------------------------------------------------------------------


def test_words_that_nobody_could_read_stand_in_the_reason_of_a_node_whose_end_is_not_known(night) -> None:
    answers(night, read("Not enough free disk space on a"))
    night.conductor.course = Course(600, "never")
    node = go(night)["R", "a"]
    assert node["state"] == "unknown" and "Not enough free disk space on a" in node["reason"]


@pytest.mark.parametrize(
    ("words", "started"),
    [("% Error: upgrade failed: bad signature", True), ("% Error: version is not available", False)],
)
def test_only_of_a_request_that_was_not_taken_it_is_said_that_nothing_was_started(night, words, started) -> None:
    night.conductor.refuse["R", "a"] = words
    node = go(night)["R", "a"]
    assert node["state"] == "failed" and words in node["reason"]
    assert ("Nothing was started" not in node["reason"]) is started


# -- the status -------------------------------------------------------------------------------------------------------

LAST_MONTH = "R.a  SSR-6.3.5-37  failed  SSR upgrade failed after reboot"


def test_a_failure_with_the_words_of_last_month_counts_where_its_line_was_gone_meanwhile(night) -> None:
    """A conductor that keeps one line for each version shows the same one again."""
    night.conductor.course, told = Course(3000, "never"), night.conductor.told
    told["upgrade"] = LAST_MONTH
    night.clock.after(60, lambda: told.update(upgrade="R.a  SSR-6.3.5-37  in progress  installing"))
    night.clock.after(500, lambda: told.update(upgrade=LAST_MONTH))
    node = go(night)["R", "a"]
    assert node["state"] == "failed" and "failed after reboot" in node["reason"]
    assert night.clock.now() - 1000 < 1500


@pytest.mark.parametrize("meanwhile", ["", "% Error: Request timed out", LAST_MONTH, LAST_MONTH + "\nR.a  in progress"])
def test_the_line_of_last_month_alone_is_no_failure(night, meanwhile) -> None:
    night.conductor.course, told = Course(3000, "never"), night.conductor.told
    told["upgrade"] = LAST_MONTH
    night.clock.after(60, lambda: told.update(upgrade=meanwhile))
    night.clock.after(500, lambda: told.update(upgrade=LAST_MONTH))
    assert go(night)["R", "a"]["state"] == "unknown"


# -- refusals and their words ----------------------------------------------------------------------------------------

REFUSED = "Failed to start software upgrade. 1 target failed, 0 targets are disconnected, and 0 succeeded.\na.R: {}"


def test_a_failed_pre_check_is_a_refusal_at_once_in_clean_words(night) -> None:
    words = "Pre-upgrade health check failed: Connection to the peer hub-1 lost"
    night.conductor.refuse["R", "a"] = REFUSED.format(words)
    node = go(night)["R", "a"]
    assert (node["state"], node["accepted"], node["adopted"]) == ("failed", False, False)
    assert f"{words}. It was refused by the conductor's own pre-check (Connection to" in node["reason"]
    assert node["reason"].count("Nothing was started. Fix") == 1
    assert "\n" not in node["reason"] and ".." not in node["reason"]
    assert any(line.endswith(f"refused: a.R: {words}") for line in night.lines), "the line says why"


@pytest.mark.parametrize(
    "words",
    [
        "Upgrade blocked by pre-upgrade check: System Processes Check",
        "Upgrade rejected by the pre-upgrade health check: System Processes Check",
        "Pre-upgrade health check: System Processes Check: FAIL",
        "Pre-upgrade check 'System Processes Check' not passed",
    ],
)
def test_a_pre_check_that_refuses_in_other_words_has_begun_nothing(night, words) -> None:
    night.conductor.refuse["R", "a"] = REFUSED.format(words)
    node = go(night)["R", "a"]
    assert (node["state"], node["accepted"]) == ("failed", False)
    assert "refused by the conductor's own pre-check" in node["reason"] and "System Processes Check" in node["reason"]
    assert "Nothing was started" in node["reason"] and "begun" not in node["reason"]


def test_a_pre_check_that_refuses_after_the_request_was_taken_says_so_and_that_nothing_was_begun(night) -> None:
    night.conductor.course, told = Course(3000, "never"), night.conductor.told
    said = "R.a  SSR-6.3.5-37  failed  Pre-upgrade health check failed: System Processes Check"
    night.clock.after(60, lambda: told.update(upgrade=said))
    node = go(night)["R", "a"]
    assert node["state"] == "failed"
    told = "stays on 6.3.0-107.r1: the conductor's own pre-check (System Processes Check) failed, and nothing was begun"
    assert told in node["reason"] and "may have" not in node["reason"] and ".." not in node["reason"]
    assert "refused" not in node["reason"], "the request was taken"
    assert "no status shows" not in node["reason"] and "its status reports a failure, and it has been" in node["reason"]


@pytest.mark.parametrize("words", ["Connection to the node lost", "an upgrade is already in progress"])
def test_the_conductors_words_are_in_the_verdict_of_what_was_followed_after_a_refusal(night, words) -> None:
    night.conductor.refuse["R", "a"] = REFUSED.format(words)
    night.conductor.course = Course(600, "never")
    node = go(night)["R", "a"]
    assert node["state"] == "unknown" and f"a.R: {words}" in node["reason"]


# -- events ----------------------------------------------------------------------------------------------------------

RECORDED = """
=========== ======= ============== ====================== ===================================================
 Router      Node    Event Type     Time                   Message
=========== ======= ============== ====================== ===================================================
 R           {node}       provisioning   {time}   {message}
"""


def records(night: Night, message: str, time: str = "2026-03-01T22:05:00Z", node: str = "a") -> list[str]:
    """The conductor takes the request at 22:04:05 by its clock, and has recorded this. Its questions are returned."""
    asked, text = [], RECORDED.format(node=node, time=time, message=message)
    answers(night, read("Sun 2026-03-01 22:04:05 UTC\n✔ Starting software upgrade 1/1 targets complete..."))

    def run(command, *_, **__):
        if "show events" in command:
            asked.append(command)
            return read(text, ended=True)
        return read("Command not found")

    night.conductor.session.run = run
    night.conductor.course = Course(3000, "never")
    return asked


def test_what_the_conductor_recorded_of_the_failure_of_this_upgrade_ends_the_wait(night) -> None:
    asked = records(night, "SSR firmware upgrade failed for the local node")
    node = go(night)["R", "a"]
    assert node["state"] == "failed" and node["reason"].count("SSR firmware upgrade failed for the local node") == 1
    assert night.clock.now() - 1000 < 600 and "type provisioning from 2026-03-01T22:04:05Z" in asked[0]


@pytest.mark.parametrize(
    "more",
    [
        {"message": "SSR firmware upgrade failed", "time": "2026-03-01T22:04:00Z"},
        {"message": "SSR firmware upgrade failed", "time": "2026-03-01T22:05:00"},
        {"message": "SSR firmware upgrade failed", "node": "b"},
        {"message": "upgrade started"},
        {"message": "download completed"},
        {"message": "SSR upgrade failed, retrying"},
        {"message": "SSR firmware download failed"},
    ],
)
def test_what_was_recorded_of_something_else_ends_nothing(night, more) -> None:
    records(night, **more)
    assert go(night)["R", "a"]["state"] == "unknown"


def test_while_the_status_shows_that_it_runs_no_event_is_asked_for(night) -> None:
    asked = records(night, "SSR firmware upgrade failed")
    night.clock.after(5, lambda: night.conductor.told.update(upgrade="R.a  in progress"))
    night.clock.after(2900, lambda: asked.append("late"))
    go(night)
    assert asked[0] == "late"


# -- when a record is forgotten (D11, D12, D14) -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "lines", "well", "may_run"),
    [
        (100, (), True, True),  # silence is no end
        (4000, (), True, False),
        (4000, (), False, True),  # never by age alone
        (100, ("No upgrade operations found.",), True, False),
        (100, ("No upgrade operations found.",), False, True),
        (100, ("a.R: upgrade completed",), True, False),
        (100, ("a.R: 100 %",), True, True),  # of one step
        (100, ("a.R: upgrade in progress",), True, True),
    ],
)
def test_a_record_is_forgotten_only_where_its_node_is_well_and_at_rest(age, lines, well, may_run) -> None:
    record = journal.Record("R", "a", "upgrade", "request", OLD, NEW, "night", "2026-03-01T22:00:00Z")
    assert open_intent(record, age, lines, 3600, well) is may_run


@pytest.mark.parametrize(("age", "may_run"), [(299, True), (300, False)])
def test_words_that_nothing_runs_count_once_they_may_know_of_the_command(age, may_run) -> None:
    record = journal.Record("R", "a", "upgrade", "request", OLD, NEW, "night", "2026-03-01T22:00:00Z")
    begun = BegunCommand(record, age, 3600, ("No upgrade operations found.",), settle=300)
    assert begun.may_run is begun.is_new is may_run
    silent = replace(begun, lines=())
    assert silent.may_run and not silent.is_new


def test_a_request_that_moves_several_nodes_may_take_the_time_of_all_of_them() -> None:
    record = journal.Record("R", "a", "upgrade", "request", OLD, NEW, "night", "2026-03-01T22:00:00Z", limit=7200)
    assert open_intent(record, 4000, (), 3600) and not open_intent(record, 7300, (), 3600)


def test_a_node_that_an_earlier_run_left_away_ends_unknown_at_once_and_nothing_is_sent(night, tmp_path) -> None:
    leave_intent(tmp_path, night, 9 * 24 * 3600)
    night.conductor.show(night.conductor.boxes["R", "a"], status="Disconnected")
    node = go(night, journal=str(tmp_path))["R", "a"]
    assert (node["state"], node["adopted"]) == ("unknown", True) and requests(night) == []
    assert night.clock.now() - 1000 < 600


def test_what_was_begun_may_take_back_a_node_that_runs_the_version_already(night, tmp_path) -> None:
    leave_intent(tmp_path, night, 100)
    box = night.conductor.boxes["R", "a"]
    box.boot(night.clock, NEW)
    night.conductor.show(box)
    node = go(night, journal=str(tmp_path), operation_settle=300)["R", "a"]
    assert (node["state"], node["adopted"]) == ("done", True) and night.clock.now() - 1000 > 300


def test_what_somebody_else_has_begun_is_never_unknown_since_nothing_was_sent(night) -> None:
    night.conductor.told["upgrade"] = "a.R: upgrade in progress"
    node = go(night)["R", "a"]
    assert node["state"] == "not_started" and "nothing was sent" in node["reason"]


# -- the boot of a node, and its silence (D8, N1) ---------------------------------------------------------------------


def test_a_node_that_is_not_reached_is_not_done_however_late_the_list_is(night) -> None:
    """The list still shows it Synchronized; the node itself does not answer."""
    conductor, box = night.conductor, night.conductor.boxes["R", "a"]
    answers = conductor.system_of

    def system_of(router, node):
        if (router, node) == ("R", "a") and box.version == NEW:
            return SystemStatus(node, router, reached=False)
        return answers(router, node)

    conductor.system_of = system_of
    node = go(night, settle_timeout=900)["R", "a"]
    assert node["state"] == "unknown" and "not reached" in node["reason"]


# -- the verdict of the first of two (D15) ----------------------------------------------------------------------------


def goes_back(night, seconds: float, node: str = "a") -> None:
    """A node of the pair goes back to the old version by itself."""
    box = night.conductor.boxes["P", node]
    night.clock.after(seconds, lambda: box.boot(night.clock, OLD))
    night.clock.after(seconds + 1, lambda: night.conductor.show(box))


def test_of_two_moved_by_one_request_the_first_is_not_done_where_it_goes_back_meanwhile(night) -> None:
    night.conductor.courses = {("P", "a"): Course(100), ("P", "b"): Course(900)}
    goes_back(night, 400)
    nodes = go(night, "P", simultaneous=True)
    assert (nodes["P", "a"]["state"], nodes["P", "b"]["state"]) == ("reverted", "done")


def test_the_first_of_a_pair_is_not_done_where_it_goes_back_while_the_second_is_worked_on(night) -> None:
    night.conductor.courses = {("P", "a"): Course(100), ("P", "b"): Course(900)}
    goes_back(night, 600)
    nodes = go(night, "P", order="as_listed")
    assert nodes["P", "a"]["state"] == "reverted" and OLD.removesuffix(".el7") in nodes["P", "a"]["reason"], nodes[
        "P", "a"
    ]["reason"]
    assert nodes["P", "a"]["running_version"] == OLD


def test_the_first_of_a_pair_that_somebody_moves_to_a_third_release_has_failed_and_did_not_go_back(night) -> None:
    night.conductor.courses = {("P", "a"): Course(100), ("P", "b"): Course(900)}
    box = night.conductor.boxes["P", "a"]
    night.clock.after(600, lambda: box.boot(night.clock, THIRD))
    night.clock.after(601, lambda: night.conductor.show(box))
    node = go(night, "P", order="as_listed")["P", "a"]
    assert node["state"] == "failed" and THIRD.removesuffix(".el7") in node["reason"], node["reason"]
    assert "went back" not in node["reason"]


# -- a wait that nothing ends (I4) ------------------------------------------------------------------------------------


def test_a_race_for_the_lock_has_an_end(night, tmp_path, monkeypatch) -> None:
    """Another run writes a new intent between every examination and the lock."""
    count = iter(range(10**9))

    def raced(self, router, node):
        record = journal.Record(router, node, "upgrade", "other", OLD, NEW, "x", "2026-03-01T22:00:00Z")
        return replace(record, command=f"other {next(count)}") if self._lock._held else None

    monkeypatch.setattr(journal.Journal, "last", raced)
    node = go(night, journal=str(tmp_path), upgrade_timeout=600)["R", "a"]
    assert node["state"] in ("not_started", "unknown") and requests(night) == []
    assert "another run" in node["reason"], node["reason"]
    assert night.clock.now() - 1000 < 3600
