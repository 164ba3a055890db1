# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine against a conductor made of Python objects, in virtual time: what is sent, and what is concluded."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_timestamp, parse_record_timestamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import NotOffered
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    DeviceError,
    LoginRefused,
    NoPrompt,
    NotReached,
    PcliError,
    SessionBroken,
    UnexpectedQuestion,
    WrongNode,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal, JournalError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Abandoned, Loop, OperationSpec
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import spelled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.fakes import NEW, OLD, Box, FakeConductor, VirtualClock

LIMITS = Limits(poll_min=5, poll_max=5, stable_polls=3, request_timeout=30)
NODE1, NODE2 = ("Conductor", "node1"), ("Conductor", "node2")


class Stage:
    """A conductor pair, an engine, and a journal folder."""

    def __init__(self, folder: Path | None, *boxes: Box, limits: Limits = LIMITS) -> None:
        self.clock = VirtualClock()
        self.boxes = list(boxes) or [Box("Conductor", "node1"), Box("Conductor", "node2")]
        self.conductor = FakeConductor(self.clock, *self.boxes)
        self.folder = folder
        self.journal = Journal(str(folder) if folder else None, "run-1", self.clock, "cond1")
        self.lines: list[str] = []
        self.living = True
        self.loop = Loop(self.conductor, self.clock, limits, self.journal, self.lines.append, lambda: self.living)

    def spec(self, *nodes, operation="upgrade", wanted=NEW, **more) -> OperationSpec:
        nodes = nodes or (NODE1,)
        node = nodes[0][1] if len(nodes) == 1 else None
        return OperationSpec(Request(operation, router="Conductor", node=node, version=wanted), nodes, wanted, **more)

    def run(self, *nodes, check_mode=False, **more):
        return self.loop.run(self.spec(*nodes, **more), check_mode=check_mode)

    def run_on_node1(self, **more):
        (result,) = self.run(**more)
        return result

    def record(self, node="node1") -> dict:
        return json.loads((self.folder / f"Conductor__{node}.json").read_text())

    def leave_intent(self, age: float, operation="upgrade", node="node1", **more) -> None:
        """What a run that was killed leaves behind."""
        record = {
            "router": "Conductor",
            "node": node,
            "operation": operation,
            "command": f"request system software {operation} (by an earlier run)",
            "from_version": OLD,
            "to_version": NEW,
            "run_id": "run-0",
            "intent_at": format_timestamp(self.clock.wall() - timedelta(seconds=age)),
        } | more
        self.folder.mkdir(exist_ok=True)
        (self.folder / f"Conductor__{node}.json").write_text(json.dumps(record))

    def moves(self, box: Box, down: float = 60, back: float = 300, settled: float = 360, version: str = NEW) -> None:
        """A node restarts onto a version; if it is the conductor that we are on, the session goes with it."""
        own = box is self.conductor.own

        def leave():
            box.status = "Disconnected"
            if own:
                self.conductor.go()

        def come():
            box.boot(self.clock, version)
            box.status = "Synchronizing"
            if own:
                self.conductor.come_back()

        self.clock.after(down, leave)
        self.clock.after(back, come)
        self.clock.after(settled, lambda: setattr(box, "status", "Synchronized"))


@pytest.fixture
def stage(tmp_path) -> Stage:
    return Stage(tmp_path / "journal")


# -- the way it should go -----------------------------------------------------------------------------------------


def test_a_node_that_restarts_onto_the_wanted_version_is_done(stage) -> None:
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    result = stage.run_on_node1()
    assert (result.state, result.from_version, result.running_version) == ("done", OLD, NEW)
    assert (result.accepted, result.changed, result.adopted, result.moved_by_itself) == (True, True, False, False)
    assert [request.node for request in stage.conductor.sent] == ["node1"]
    assert result.command == f"request system software upgrade router Conductor node node1 force version {NEW}"
    assert result.started < result.ended


def test_the_intent_is_on_disk_before_the_request_goes_out_and_the_outcome_after_it(stage) -> None:
    at_sending = []

    def sent(request):
        at_sending.append(stage.record())
        stage.moves(stage.boxes[0])

    stage.conductor.on_send = sent
    stage.run_on_node1()
    assert at_sending[0]["outcome_at"] is None and at_sending[0]["command"].startswith(
        "request system software upgrade"
    )
    assert (at_sending[0]["from_version"], at_sending[0]["to_version"]) == (OLD, NEW)
    assert (stage.record()["state"], stage.record()["host"]) == ("done", "cond1")


def test_the_words_of_the_conductor_and_the_way_of_the_node_are_kept(stage) -> None:
    stage.conductor.answer = (1, "Upgrade of node1 accepted\nThis takes a while")
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    result = stage.run_on_node1()
    steps = [(step.what, step.words) for step in result.steps]
    assert ("the conductor answered", "Upgrade of node1 accepted\nThis takes a while") in steps
    told = " | ".join(what for what, _words in steps)
    for word in ("before:", "sent: request", "does not answer", "Synchronizing", "Synchronized"):
        assert word in told
    assert all(step.at.endswith("Z") for step in result.steps)
    assert any("node1: sent:" in line for line in stage.lines)


def test_a_request_that_blocks_until_the_restart_is_followed_all_the_same(stage) -> None:
    stage.conductor.answer = (60, SessionBroken("The device closed the connection."))
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    result = stage.run_on_node1()
    assert (result.state, result.accepted) == ("done", True)
    assert any("keeps its prompt" in step.what for step in result.steps)


def test_a_lost_session_is_opened_anew_until_the_node_answers(stage) -> None:
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0], down=60, back=2000, settled=2100)
    assert stage.run_on_node1().state == "done"
    assert stage.conductor.reopened > 3


def test_a_session_on_which_a_request_is_unanswered_is_never_closed_for_a_slow_answer(stage) -> None:
    """Rule 28: nobody knows what becomes of a request whose shell is closed."""
    stage.conductor.answer = (2000, "Upgrade complete")

    def sent(request):
        stage.clock.after(60, lambda: stage.conductor.go(NoPrompt("'show assets' has not come back within 60 s.")))
        stage.clock.after(300, stage.conductor.come_back)
        stage.clock.after(300, lambda: setattr(stage.conductor, "_login_needed", False))
        stage.clock.after(600, lambda: stage.boxes[0].boot(stage.clock, NEW))

    stage.conductor.on_send = sent
    assert stage.run_on_node1().state == "done"
    assert stage.conductor.reopened == 0


def test_a_refusal_of_a_question_while_following_does_not_close_the_session(stage) -> None:
    def sent(request):
        stage.clock.after(20, lambda: stage.conductor.go(DeviceError("show assets", "% Error: Internal error")))
        stage.clock.after(60, stage.conductor.come_back)
        stage.clock.after(60, lambda: setattr(stage.conductor, "_login_needed", False))
        stage.clock.after(90, lambda: stage.boxes[0].boot(stage.clock, NEW))

    stage.conductor.on_send = sent
    assert stage.run_on_node1().state == "done"
    assert stage.conductor.reopened == 0


def test_below_6_3_the_own_session_of_the_node_is_the_proof(tmp_path) -> None:
    """Rule 11: assets show Disconnected until both nodes are done, and do not count."""
    box = Box("Conductor", "node1", "6.2.5-5.r2.el7", "Disconnected", install_type=None)
    stage = Stage(tmp_path / "journal", box, Box("Conductor", "node2", "6.2.5-5.r2.el7", "Disconnected"))

    def sent(request):
        stage.moves(box)
        stage.clock.after(300, lambda: setattr(box, "status", "Disconnected"))
        stage.clock.after(361, lambda: setattr(box, "status", "Disconnected"))

    stage.conductor.on_send = sent
    result = stage.run_on_node1(assets_count=False)
    assert (result.state, result.running_version) == ("done", NEW)


# -- nothing to do, or nothing to be done -------------------------------------------------------------------------


def test_a_node_that_runs_the_wanted_version_is_left_alone(stage) -> None:
    stage.boxes[0].version = NEW
    result = stage.run_on_node1()
    assert (result.state, result.changed, result.started) == ("up_to_date", False, None)
    assert not stage.conductor.sent and not list(stage.folder.iterdir())


def test_any_build_of_a_wanted_release_is_up_to_date_but_no_longer_release(stage) -> None:
    stage.boxes[0].version = "6.3.5-40.r1.el7"
    assert stage.run_on_node1(wanted="6.3.5").state == "up_to_date"
    stage.boxes[0].version = "6.3.50-1.r1.el7"
    stage.conductor.answer = (1, "% Error: refused by the test")
    stage.run_on_node1(wanted="6.3.5")
    assert len(stage.conductor.sent) == 1


def test_of_a_half_done_pair_only_the_other_node_is_upgraded(stage) -> None:
    stage.boxes[0].version = NEW
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[1])
    first, second = stage.run(NODE1)[0], stage.run(NODE2)[0]
    assert (first.state, second.state) == ("up_to_date", "done")
    assert [request.node for request in stage.conductor.sent] == ["node2"]


def test_a_node_that_moved_since_the_run_began_counts_as_moved_with_its_peer(stage) -> None:
    """Rule 8: the documents disagree on whether a node command moves the peer, too."""
    stage.boxes[0].version = NEW
    result = stage.run_on_node1(recorded=OLD)
    assert (result.state, result.moved_by_itself, result.from_version) == ("done", True, OLD)
    assert not stage.conductor.sent


def test_a_node_that_ran_the_wanted_version_when_the_run_began_is_up_to_date(stage) -> None:
    stage.boxes[0].version = NEW
    result = stage.run_on_node1(recorded=NEW)
    assert (result.state, result.moved_by_itself) == ("up_to_date", False)


def test_a_node_that_the_conductor_does_not_list_is_not_started(stage) -> None:
    stage.boxes[1].asset = False
    (result,) = stage.run(NODE2)
    assert (result.state, result.changed) == ("not_started", False)
    assert not stage.conductor.sent


def test_a_version_that_is_none_is_refused(stage) -> None:
    with pytest.raises(PcliError, match="not a version"):
        stage.run(wanted="latest")


def test_a_conductor_that_cannot_be_asked_at_the_beginning_is_an_error(stage) -> None:
    def lost():
        raise SessionBroken("The device closed the connection.")

    stage.conductor.assets = lost
    with pytest.raises(PcliError, match="cannot be asked"):
        stage.run()
    assert not stage.conductor.sent


@pytest.mark.parametrize("version", [OLD, NEW])
def test_check_mode_sends_nothing_and_writes_no_journal(stage, version) -> None:
    stage.boxes[0].version = version
    result = stage.run_on_node1(check_mode=True)
    assert result.state == ("planned" if version == OLD else "up_to_date")
    assert result.changed is (version == OLD)
    assert not stage.conductor.sent and not stage.folder.exists()


def test_check_mode_says_what_would_be_sent_in_a_sentence_with_one_spelling_of_versions(stage) -> None:
    result = stage.run_on_node1(check_mode=True)
    assert result.reason == f"the upgrade from {spelled(OLD)} to {spelled(NEW)} would be sent"


def test_check_mode_says_that_a_running_upgrade_would_be_followed(stage) -> None:
    stage.leave_intent(60)
    before = stage.record()
    result = stage.run_on_node1(check_mode=True)
    assert result.state == "planned" and "would be followed" in result.reason
    assert stage.record() == before and not stage.conductor.sent


# -- what the conductor says to the request -----------------------------------------------------------------------


def test_a_refusal_in_words_is_the_end_and_nothing_is_followed(stage) -> None:
    stage.conductor.answer = (2, "% Error: Pre-check failed: not enough disk space")
    begun = stage.clock.now()
    result = stage.run_on_node1()
    assert (result.state, result.accepted, result.changed) == ("failed", False, False)
    assert "not enough disk space" in result.reason and "Nothing was started" in result.reason
    assert stage.clock.now() - begun < 30
    assert (stage.record()["state"], len(stage.conductor.sent)) == ("failed", 1)


def test_a_refusal_because_an_upgrade_is_running_is_followed_instead(stage) -> None:
    stage.conductor.answer = (2, "% Error: An upgrade is already in progress on node1")
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    result = stage.run_on_node1()
    assert (result.state, result.adopted, len(stage.conductor.sent)) == ("done", True, 1)


def test_a_usage_text_instead_of_an_answer_is_a_refusal(stage) -> None:
    stage.conductor.answer = (
        1,
        "usage: upgrade [router <router>] version <version>\nkeyword arguments:\nversion   The version",
    )
    result = stage.run_on_node1()
    assert (result.state, result.accepted) == ("failed", False)
    assert "usage: upgrade" in result.reason


def test_a_blocking_request_that_ends_with_an_error_while_the_node_stays_is_failed(stage) -> None:
    stage.conductor.answer = (
        600,
        "% Error: SSR firmware upgrade failed for the local node: SSR upgrade failed after reboot",
    )
    result = stage.run_on_node1()
    assert (result.state, result.accepted) == ("failed", True)
    assert "failed after reboot" in result.reason
    assert len(stage.conductor.sent) == 1


def test_a_blocking_request_that_ends_with_an_error_does_not_outweigh_the_wanted_version(stage) -> None:
    stage.conductor.answer = (600, "% Error: Timed out while waiting for the node")
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[1], 100, 500, 560)
    (result,) = stage.run(NODE2)
    assert result.state == "done"


def test_a_promise_about_failures_is_no_failure(stage) -> None:
    stage.conductor.answer = (1, "Upgrade started. The node will be reverted if the post upgrade health check fails.")
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    assert stage.run_on_node1().state == "done"


def test_a_revert_whose_answer_speaks_of_a_revert_has_not_failed(stage) -> None:
    stage.boxes[0].version = NEW
    stage.conductor.answer = (1, "node1: boot volume reverted to the previous version, restarting")

    def goes_back(_request):
        stage.conductor.told["revert"] = "node1.Conductor: revert is in progress."
        stage.moves(stage.boxes[0], version=OLD)

    stage.conductor.on_send = goes_back
    result = stage.run_on_node1(operation="revert", wanted=OLD, ignore_running=True)
    assert (result.state, result.from_version, result.running_version) == ("done", NEW, OLD)


def test_a_request_that_asks_a_question_nobody_can_answer_is_unknown(stage) -> None:
    stage.conductor.answer = (1, UnexpectedQuestion("'request' asked 'Which volume?'", "Which volume?"))
    result = stage.run_on_node1()
    assert (result.state, result.changed) == ("unknown", True)
    assert stage.record()["outcome_at"] is None


CANCELED = DeviceError("request system software upgrade", "Operation canceled")
CANCELED.declined = "Wipe the other volume? [y/N]:"
AWAY = NotReached(
    "request system software upgrade", "0/1 targets complete", (("node1.Conductor", "disconnected"),), sent_to_none=True
)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UnexpectedQuestion("asked 'Wipe it? [y/N]', told no", "Wipe it? [y/N]", declined=True), "Wipe it?"),
        (CANCELED, "Operation canceled"),
        (AWAY, "did not reach node1.Conductor (disconnected)"),
    ],
)
def test_a_request_that_did_nothing_by_the_conductors_own_word_was_not_started(stage, error, words) -> None:
    stage.conductor.answer = (1, error)
    result = stage.run_on_node1()
    assert (result.state, result.changed, result.accepted) == ("not_started", False, False)
    assert words in result.reason and stage.record()["state"] == "not_started"


def test_a_request_that_asked_late_may_have_begun_before(stage) -> None:
    """It has kept its prompt for long, so it did something before it asked."""
    stage.conductor.answer = (500, UnexpectedQuestion("'request' asked 'Go on?'", "Go on?", declined=True))
    assert stage.run_on_node1().state == "unknown"


@pytest.mark.parametrize(
    "error",
    [
        NotOffered("This conductor's command has no no-revert."),
        DeviceError("request system software upgrade", "Command not found", denied=True),
    ],
)
def test_a_command_that_this_release_or_user_does_not_have_is_never_sent(stage, error) -> None:
    stage.conductor.command_error = error
    result = stage.run_on_node1()
    assert (result.state, result.changed) == ("not_started", False)
    assert str(error) in result.reason
    assert not stage.conductor.sent and not list(stage.folder.iterdir())


def test_a_session_that_breaks_while_the_request_is_sent_is_followed_since_it_may_have_got_through(stage) -> None:
    def broken(request):
        stage.moves(stage.boxes[0], down=0)
        raise SessionBroken("The connection broke while it was being sent.")

    stage.conductor.on_send = broken
    result = stage.run_on_node1()
    assert (result.state, len(stage.conductor.sent)) == ("done", 1)
    assert any("broke while the request was sent" in step.what for step in result.steps)


def test_a_request_that_got_no_shell_was_not_sent(stage) -> None:
    def full(request):
        raise NoPrompt("6 commands have not come back yet.")

    stage.conductor.on_send = full
    result = stage.run_on_node1()
    assert (result.state, result.accepted) == ("not_started", False)
    assert stage.record()["state"] == "not_started"


# -- losing sight -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [LoginRefused("Password refused."), WrongNode("The session is on node2.")])
def test_a_login_that_is_turned_away_after_the_restart_is_unknown_and_never_tried_again(stage, error) -> None:
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    stage.conductor.reopen_error = error
    result = stage.run_on_node1()
    assert (result.state, stage.conductor.reopened) == ("unknown", 1)
    assert str(error) in result.reason
    assert stage.record()["outcome_at"] is None


@pytest.mark.parametrize("error", [SessionBroken("gone"), LoginRefused("Password refused.")])
def test_of_a_node_whose_conductor_cannot_be_asked_any_more_nobody_says_what_it_runs(stage, error) -> None:
    stage.conductor.on_send = lambda request: stage.clock.after(60, lambda: stage.conductor.go(error))
    (result,) = stage.run(NODE2)
    assert (result.state, result.running_version) == ("unknown", None)


def test_a_login_that_is_turned_away_in_the_middle_of_a_round_is_unknown_as_well(stage) -> None:
    def refuse():
        raise LoginRefused("Password refused.")

    stage.conductor.on_send = lambda request: setattr(stage.conductor, "system", refuse)
    assert stage.run_on_node1().state == "unknown"


def test_a_node_that_never_comes_back_is_unknown_and_nothing_more_is_sent(stage) -> None:
    stage.conductor.on_send = lambda request: stage.clock.after(60, stage.conductor.go)
    begun = stage.clock.now()
    result = stage.run_on_node1()
    assert result.state == "unknown" and "has not come back within 1 h 30 min" in result.reason
    assert result.running_version is None, "it is not known which of the two it runs"
    assert 5400 <= stage.clock.now() - begun < 5500
    assert len(stage.conductor.sent) == 1


def test_a_closed_door_is_knocked_at_until_the_time_is_over(stage) -> None:
    stage.conductor.on_send = lambda request: stage.clock.after(
        60, lambda: stage.conductor.go(ConnectFailed("Connection refused."))
    )
    assert stage.run_on_node1().state == "unknown"
    assert stage.conductor.reopened > 100


def test_an_upgrade_that_hangs_while_the_asset_stays_synchronized_is_unknown_and_no_failure(stage) -> None:
    """Rule 15: images are written while the asset stays Synchronized."""
    result = stage.run_on_node1()
    assert result.state == "unknown" and "has not reached the requested version" in result.reason
    assert stage.record()["outcome_at"] is None


def test_a_node_that_boots_back_into_the_old_version_is_reverted(stage) -> None:
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0], version=OLD)
    result = stage.run_on_node1()
    assert (result.state, result.running_version, result.local_fault) == ("reverted", OLD, False)
    assert "by itself" in result.reason and stage.record()["state"] == "reverted"


def test_what_the_conductor_reported_before_the_command_says_nothing_about_it(stage) -> None:
    stage.conductor.told["upgrade"] = "node1: upgrade to 6.3.4 failed"
    assert stage.run_on_node1().state == "unknown"


def test_what_the_conductor_reports_since_the_command_ends_the_wait_on_the_old_version(stage) -> None:
    def sent(request):
        stage.clock.after(
            120, lambda: stage.conductor.told.update(upgrade="node1: upgrade to 6.3.5 failed: Unpacker Failure")
        )

    stage.conductor.on_send = sent
    result = stage.run_on_node1()
    assert result.state == "failed" and "Unpacker Failure" in result.reason


def test_a_dropped_line_to_a_conductor_below_6_3_is_no_revert(tmp_path) -> None:
    """An uptime that is older than the command proves that the node did not boot, on any release."""
    box = Box("Conductor", "node1", "6.2.5-5.r2.el7", install_type=None)
    stage = Stage(tmp_path / "journal", box)

    def sent(request):
        stage.clock.after(60, stage.conductor.go)
        stage.clock.after(360, stage.conductor.come_back)

    stage.conductor.on_send = sent
    assert stage.run_on_node1(assets_count=False).state == "unknown"


def test_a_young_uptime_is_no_sign_of_a_boot_before_6_3(tmp_path) -> None:
    """I95-58152: there a bounce of the link between the nodes resets it."""
    box = Box("Conductor", "node1", "6.2.5-5.r2.el7", install_type=None)
    stage = Stage(tmp_path / "journal", box)
    stage.conductor.on_send = lambda request: stage.clock.after(30, lambda: box.boot(stage.clock, box.version))
    assert stage.run_on_node1(assets_count=False).state == "unknown"


# -- taking up what runs already ----------------------------------------------------------------------------------


def test_an_open_intent_of_a_killed_run_is_taken_up_and_nothing_is_sent(stage) -> None:
    stage.leave_intent(600)
    stage.moves(stage.boxes[0], 10, 100, 150)
    result = stage.run_on_node1()
    assert (result.state, result.adopted, result.from_version) == ("done", True, OLD)
    assert result.command.endswith("(by an earlier run)")
    assert not stage.conductor.sent
    assert (stage.record()["state"], stage.record()["run_id"]) == ("done", "run-0")


def test_a_node_that_goes_away_while_it_is_examined_is_waited_for_if_an_earlier_run_began_something(stage) -> None:
    """It is restarting, as it must: that is no reason to end the run that would have taken it up."""
    stage.leave_intent(600)
    system = stage.conductor.system

    def restart():
        stage.conductor.system = system
        stage.moves(stage.boxes[0], 0, 100, 150)
        stage.conductor.go()
        return system()

    stage.conductor.system = restart
    result = stage.run_on_node1(only_follow="nothing runs there now")
    assert (result.state, result.adopted, result.running_version) == ("done", True, NEW)
    assert not stage.conductor.sent


def test_the_time_of_an_upgrade_that_is_taken_up_runs_from_its_intent(stage) -> None:
    stage.leave_intent(5000)
    begun = stage.clock.now()
    assert stage.run_on_node1().state == "unknown"
    assert stage.clock.now() - begun < 500


def test_an_intent_whose_time_is_over_does_not_keep_from_sending(stage) -> None:
    stage.leave_intent(5401)
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    result = stage.run_on_node1()
    assert (result.state, result.adopted, len(stage.conductor.sent)) == ("done", False, 1)


def test_an_intent_that_was_ended_does_not_keep_from_sending(stage) -> None:
    stage.leave_intent(60, outcome_at="2026-03-01T21:59:30Z", state="failed", reason="refused")
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    assert stage.run_on_node1().state == "done"
    assert len(stage.conductor.sent) == 1


@pytest.mark.parametrize(
    "words", ["No upgrade operations found.", "node1: upgrade to 6.3.5 failed", "No upgrade in progress"]
)
def test_readable_words_of_the_conductor_outweigh_an_open_intent(stage, words) -> None:
    stage.leave_intent(60)
    stage.conductor.told["upgrade"] = words
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    result = stage.run_on_node1()
    assert (result.state, result.adopted, len(stage.conductor.sent)) == ("done", False, 1)


def test_words_that_nobody_can_read_do_not_outweigh_an_open_intent(stage) -> None:
    stage.leave_intent(60)
    stage.conductor.told["upgrade"] = "node1  SSR-6.3.5-37  phase 7"
    stage.moves(stage.boxes[0], 10, 100, 150)
    assert stage.run_on_node1().adopted is True
    assert not stage.conductor.sent


@pytest.mark.parametrize(
    "words",
    [
        "node1: 45% complete",
        "node1: step 3 of 7 complete",
        "node1: download complete, upgrade in progress",
        "node1: upgrade not complete",
        "node1: checks passed successfully, installing",
        "node1: UPGRADE_IN_PROGRESS",
    ],
)
def test_what_has_ended_in_a_part_only_does_not_outweigh_an_open_intent(stage, words) -> None:
    stage.leave_intent(60)
    stage.conductor.told["upgrade"] = words
    stage.moves(stage.boxes[0], 10, 100, 150)
    assert stage.run_on_node1().adopted is True
    assert not stage.conductor.sent


@pytest.mark.parametrize("status", ["Upgrading", "Synchronizing", "Disconnected"])
def test_a_node_that_is_not_settled_is_followed_and_nothing_is_sent(stage, status) -> None:
    """Rule 27: without a readable status, a node that is not settled counts as busy."""
    stage.boxes[1].status = status
    stage.moves(stage.boxes[1], 10, 100, 150)
    (result,) = stage.run(NODE2)
    assert (result.state, result.adopted, result.accepted) == ("done", True, False)
    assert not stage.conductor.sent


def test_an_upgrade_that_the_conductor_shows_is_followed_and_nothing_is_sent(stage) -> None:
    stage.conductor.told["upgrade"] = "node1.Conductor   SSR-6.3.5-37   In Progress   50%"
    stage.clock.after(400, lambda: stage.conductor.told.update(upgrade="node1.Conductor   SSR-6.3.5-37   Completed"))
    stage.moves(stage.boxes[0], 10, 100, 150)
    assert (stage.run_on_node1().state, stage.conductor.sent) == ("done", [])


def test_an_upgrade_that_the_conductor_shows_for_the_other_node_does_not_stop_this_one(stage) -> None:
    stage.conductor.told["upgrade"] = "node1: upgrade completed\nnode2: upgrade in progress"
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    assert stage.run_on_node1().adopted is False


def test_an_old_intent_does_not_shorten_the_wait_for_what_runs_now(stage) -> None:
    stage.leave_intent(9 * 24 * 3600)
    stage.boxes[0].status = "Upgrading"
    stage.moves(stage.boxes[0], 10, 1000, 1060)
    result = stage.run_on_node1()
    assert (result.state, result.accepted, result.command) == ("done", False, None)


def test_an_intent_of_another_operation_is_not_taken_for_an_upgrade(stage) -> None:
    stage.leave_intent(60, operation="download", from_version="6.2.0-1.r1.el7")
    stage.boxes[0].status = "Upgrading"
    stage.moves(stage.boxes[0], 10, 1000, 1060)
    result = stage.run_on_node1()
    assert (result.adopted, result.accepted, result.command, result.from_version) == (True, False, None, OLD)


def test_a_node_that_downloads_is_neither_adopted_nor_taken_for_one_that_moves(stage) -> None:
    """A download is no operation on the node (rule 38)."""
    stage.boxes[0].status = stage.boxes[1].status = "Downloading"
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    result = stage.run_on_node1()
    assert (result.adopted, result.state, len(stage.conductor.sent)) == (False, "done", 1)


def test_a_run_that_only_follows_takes_up_what_was_begun(stage) -> None:
    stage.leave_intent(600)
    stage.moves(stage.boxes[0], 10, 100, 150)
    assert stage.run_on_node1(only_follow="nothing runs there now").state == "done"
    assert not stage.conductor.sent


def test_a_run_that_only_follows_sends_nothing_where_nothing_was_begun(stage) -> None:
    result = stage.run_on_node1(only_follow="nothing runs there now")
    assert (result.state, result.changed) == ("not_started", False)
    assert not stage.conductor.sent and not list(stage.folder.iterdir())


def test_a_node_on_the_wanted_version_that_has_not_settled_is_followed_to_its_end(stage) -> None:
    stage.boxes[0].version, stage.boxes[0].status = NEW, "Synchronizing"
    stage.clock.after(100, lambda: setattr(stage.boxes[0], "status", "Synchronized"))
    result = stage.run_on_node1()
    assert (result.state, result.adopted) == ("done", True)
    assert not stage.conductor.sent


def test_ignore_running_sends_although_something_seems_to_run(stage) -> None:
    stage.conductor.told["upgrade"] = "node1.Conductor: upgrade in progress"
    stage.leave_intent(60)
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    result = stage.run_on_node1(ignore_running=True)
    assert (result.state, result.adopted, len(stage.conductor.sent)) == ("done", False, 1)


def test_ignore_running_sends_nothing_to_a_node_on_the_wanted_version(stage) -> None:
    stage.boxes[0].version, stage.boxes[0].status = NEW, "Synchronizing"
    stage.clock.after(100, lambda: setattr(stage.boxes[0], "status", "Synchronized"))
    stage.run_on_node1(ignore_running=True)
    assert not stage.conductor.sent


# -- the journal --------------------------------------------------------------------------------------------------


def test_without_a_journal_that_can_be_written_nothing_is_sent(tmp_path) -> None:
    (tmp_path / "journal").write_text("a file where the folder should be")
    stage = Stage(tmp_path / "journal")
    with pytest.raises(JournalError, match="Nothing was sent"):
        stage.run()
    assert not stage.conductor.sent


def test_an_intent_that_cannot_be_written_keeps_the_request_from_being_sent(stage, monkeypatch) -> None:
    def full(*_args):
        raise JournalError("The journal file cannot be written: No space left on device.")

    monkeypatch.setattr(stage.journal, "write", full)
    result = stage.run_on_node1()
    assert (result.state, result.accepted) == ("not_started", False)
    assert "No space left" in result.reason and not stage.conductor.sent


@pytest.mark.parametrize("text", ["", "{", "[]", '{"router": "Conductor"}', '{"surprise": 1}'])
def test_a_journal_file_that_cannot_be_read_keeps_everything_from_being_sent(stage, text) -> None:
    """Rule 27: it is not known whether a command was sent."""
    stage.leave_intent(0)
    (stage.folder / "Conductor__node1.json").write_text(text)
    with pytest.raises(JournalError, match="cannot be read"):
        stage.run()
    assert not stage.conductor.sent


def test_a_verdict_is_not_lost_when_its_outcome_cannot_be_written_down(stage, monkeypatch) -> None:
    def full(*_args):
        raise JournalError("No space left on device.")

    monkeypatch.setattr(stage.journal, "outcome", full)
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    result = stage.run_on_node1()
    assert result.state == "done" and "No space left" in result.warnings[0]


def test_without_a_folder_everything_works_and_nothing_is_remembered(tmp_path) -> None:
    stage = Stage(None)
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    assert stage.run_on_node1().state == "done"
    assert os.listdir(tmp_path) == []


# -- nobody waits any more ----------------------------------------------------------------------------------------


def test_nothing_is_started_once_nobody_waits(stage) -> None:
    """A3: a killed ansible-playbook leaves its worker running."""
    stage.living = False
    with pytest.raises(Abandoned, match="nothing was sent"):
        stage.run()
    assert not stage.conductor.sent and not list(stage.folder.iterdir())


def test_watching_ends_once_nobody_waits_and_the_intent_stays_open_for_the_next_run(stage) -> None:
    stage.conductor.on_send = lambda request: stage.clock.after(60, lambda: setattr(stage, "living", False))
    with pytest.raises(Abandoned, match="a new run takes it up"):
        stage.run()
    assert stage.record()["outcome_at"] is None
    stage.living = True
    stage.moves(stage.boxes[0], 10, 100, 150)
    assert stage.run_on_node1().adopted is True
    assert len(stage.conductor.sent) == 1


def test_waiting_for_the_answer_ends_once_nobody_waits(stage) -> None:
    stage.conductor.answer = (1000, "done")
    stage.conductor.on_send = lambda request: setattr(stage, "living", False)
    with pytest.raises(Abandoned):
        stage.run()


# -- pairs --------------------------------------------------------------------------------------------------------


def test_a_peer_that_moves_by_itself_is_followed_to_its_end_and_nothing_more_is_sent(stage) -> None:
    """Rule 8."""

    def sent(request):
        stage.moves(stage.boxes[0], 60, 300, 700)
        stage.moves(stage.boxes[1], 350, 600, 800)

    stage.conductor.on_send = sent
    first, second = stage.run(NODE1)
    assert (first.node, first.state, first.moved_by_itself) == ("node1", "done", False)
    assert (second.node, second.state, second.moved_by_itself) == ("node2", "done", True)
    assert second.from_version == OLD and len(stage.conductor.sent) == 1
    assert first.ended and second.ended and second.started is None
    assert any("moves by itself" in line for line in stage.lines)


def test_a_peer_that_moves_is_not_done_while_another_operation_than_ours_is_shown_there(stage) -> None:
    """Somebody else may have begun it: its own check can take it back after it looks well."""

    def sent(request):
        stage.moves(stage.boxes[0], 60, 300, 700)
        stage.moves(stage.boxes[1], 350, 600, 800)
        stage.clock.after(350, lambda: stage.conductor.told.update(revert="node2: revert to 6.3.5 in progress"))
        stage.clock.after(3000, lambda: stage.conductor.told.update(revert=""))

    stage.conductor.on_send = sent
    first, second = stage.run(NODE1)
    assert (first.state, second.state) == ("done", "done")
    assert stage.clock.now() > 1000 + 3000


def test_a_peer_is_not_done_while_the_status_of_the_other_operation_cannot_be_read(stage) -> None:
    """What was shown in progress may go on, whatever the status of our own operation says of an earlier one."""
    told, status = stage.conductor.told, stage.conductor.status
    told["upgrade"] = f"node2: upgrade to {OLD} completed"

    def unreadable(operation, *scope):
        if operation == "revert" and 1450 <= stage.clock.now() < 4000:
            raise NoPrompt("It printed nothing.")
        return status(operation, *scope)

    def sent(request):
        stage.moves(stage.boxes[0], 60, 300, 700)
        stage.moves(stage.boxes[1], 350, 400, 420)
        stage.clock.after(350, lambda: told.update(revert="node2: revert to 6.3.5 in progress"))
        stage.clock.after(3000, lambda: told.update(revert=""))

    stage.conductor.on_send, stage.conductor.status = sent, unreadable
    _first, second = stage.run(NODE1)
    assert second.state == "done" and "has been still for" in second.reason


def test_a_peer_that_stays_is_not_reported(stage) -> None:
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[0])
    assert [result.node for result in stage.run(NODE1)] == ["node1"]


def test_a_peer_that_only_loses_its_connection_did_not_move(stage) -> None:
    def sent(request):
        stage.moves(stage.boxes[0], 60, 300, 700)
        stage.clock.after(200, lambda: setattr(stage.boxes[1], "status", "Disconnected"))
        stage.clock.after(400, lambda: setattr(stage.boxes[1], "status", "Synchronized"))

    stage.conductor.on_send = sent
    assert [result.node for result in stage.run(NODE1)] == ["node1"]


def test_the_vendors_own_sequencing_is_one_request_and_both_nodes_are_followed(stage) -> None:
    def sent(request):
        stage.moves(stage.boxes[1], 60, 300, 360)
        stage.moves(stage.boxes[0], 400, 900, 960)

    stage.conductor.on_send = sent
    results = stage.run(NODE1, NODE2)
    assert [(result.node, result.state, result.accepted) for result in results] == [
        ("node1", "done", True),
        ("node2", "done", True),
    ]
    assert len(stage.conductor.sent) == 1 and stage.conductor.sent[0].node is None


def test_a_conductor_that_is_away_says_nothing_about_its_peer(stage) -> None:
    """Under the vendor's sequencing the conductor goes first; the peer, not begun yet, has not been 'away'."""
    stage.boxes[1].booted_at = None  # no uptime that would prove the contrary

    def sent(request):
        stage.moves(stage.boxes[0], 60, 900, 960)
        stage.moves(stage.boxes[1], 1100, 1400, 1460)

    stage.conductor.on_send = sent
    assert [result.state for result in stage.run(NODE1, NODE2)] == ["done", "done"]


def test_a_poll_that_breaks_between_two_nodes_says_nothing_about_the_second(stage) -> None:
    stage.boxes[1].booted_at = None
    ask, broken = stage.conductor.system, []

    def breaks_once():
        if not broken and stage.boxes[0].status == "Disconnected":
            broken.append(True)
            stage.conductor.go()
        return ask()

    def sent(request):
        stage.clock.after(60, lambda: setattr(stage.boxes[0], "status", "Disconnected"))
        stage.clock.after(900, lambda: stage.boxes[0].boot(stage.clock, NEW))
        stage.clock.after(900, lambda: setattr(stage.boxes[0], "status", "Synchronized"))
        stage.clock.after(900, stage.conductor.come_back)
        stage.moves(stage.boxes[1], 1100, 1400, 1460)

    stage.conductor.system, stage.conductor.on_send = breaks_once, sent
    assert [result.state for result in stage.run(NODE1, NODE2)] == ["done", "done"]


def test_under_the_vendors_sequencing_each_node_has_its_time(stage) -> None:
    def sent(request):
        stage.moves(stage.boxes[0], 60, 5000, 5060)
        stage.moves(stage.boxes[1], 5100, 10000, 10060)

    stage.conductor.on_send = sent
    assert [result.state for result in stage.run(NODE1, NODE2)] == ["done", "done"]


def test_a_pair_of_which_one_node_is_being_worked_on_gets_no_second_request(stage) -> None:
    stage.boxes[1].status = "Upgrading"
    stage.moves(stage.boxes[1], 10, 100, 150)
    stage.moves(stage.boxes[0], 200, 400, 450)
    results = stage.run(NODE1, NODE2)
    assert [(result.state, result.adopted) for result in results] == [("done", True), ("done", True)]
    assert not stage.conductor.sent
    assert not any("since None" in line for line in stage.lines)


def test_a_request_to_one_node_that_ends_late_says_nothing_about_the_next(stage) -> None:
    stage.conductor.answer = (700, "% Error: the session timed out")
    stage.conductor.on_send = lambda request: stage.moves(stage.boxes[1], 60, 300, 360)
    assert stage.run(NODE2)[0].state == "done"
    stage.boxes[0].status = "Upgrading"
    stage.clock.after(900, lambda: stage.boxes[0].boot(stage.clock, NEW))
    stage.clock.after(900, lambda: setattr(stage.boxes[0], "status", "Synchronized"))
    first = stage.run(NODE1)[0]
    assert first.state == "done"
    assert not any("timed out" in step.words for step in first.steps)


# -- whatever happens ---------------------------------------------------------------------------------------------

MOMENTS = st.sampled_from(
    ["old", "new", "other", "boot old", "boot new", "settle", "unsettle", "away", "busy", "up", "down", "coming"]
    + ["gone", "back", "failed", "running", "refused", "reopen refused"]
)


def _happen(stage: Stage, moment: str) -> None:
    box, conductor = stage.boxes[0], stage.conductor
    versions = {"old": OLD, "new": NEW, "other": "6.3.1-1.r1.el7"}
    states = {"settle": "Synchronized", "unsettle": "Synchronizing", "away": "Disconnected", "busy": "Upgrading"}
    services = {"up": "Running", "down": "Stopped", "coming": "Starting"}
    if moment in versions:
        box.version = versions[moment]
    elif moment.startswith("boot"):
        box.boot(stage.clock, versions[moment.split()[1]])
    elif moment in states:
        box.status = states[moment]
    elif moment in services:
        box.service = services[moment]
    elif moment == "gone":
        conductor.go()
    elif moment == "back":
        conductor.come_back()
    elif moment == "refused":
        conductor.told["upgrade"] = "% Error: not now"
    elif moment == "reopen refused":
        conductor.reopen_error = LoginRefused("Password refused.")
    else:
        conductor.told["upgrade"] = f"node1: upgrade {moment}"


@given(
    before=st.lists(st.sampled_from(["settle", "unsettle", "busy", "away", "new", "down", "running"]), max_size=2),
    intent=st.sampled_from([None, 30, 4000, 9000]),
    answer=st.sampled_from(
        [
            "accepted",
            "",
            "% Error: no",
            "% Error: already in progress",
            SessionBroken("x"),
            UnexpectedQuestion("x", "y"),
        ]
    ),
    answer_after=st.sampled_from([1, 20, 500, 4000]),
    story=st.lists(st.tuples(st.integers(1, 900), MOMENTS), max_size=14),
    rerun=st.booleans(),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_never_more_than_one_request_and_never_done_without_proof(
    tmp_path_factory, before, intent, answer, answer_after, story, rerun
) -> None:
    limits = replace(LIMITS, poll_min=20, poll_max=60)
    stage = Stage(tmp_path_factory.mktemp("journal") / "journal", limits=limits)
    box, polled, list_assets = stage.boxes[0], [], stage.loop.conductor.assets
    if intent is not None:
        stage.leave_intent(intent)
    for moment in before:
        _happen(stage, moment)

    def polled_assets():
        assets = list_assets()
        polled.append((box.version, box.status, box.service))
        return assets

    stage.conductor.assets = polled_assets
    stage.conductor.answer = (answer_after, answer)
    at = 0
    for pause, moment in story:
        at += pause
        stage.clock.after(at, lambda moment=moment: _happen(stage, moment))
    result = stage.run_on_node1()
    assert len(stage.conductor.sent) <= 1
    if result.state == "done":
        assert polled[-1] == (NEW, "Synchronized", "Running")
        assert all((version, status) == (NEW, "Synchronized") for version, status, _service in polled[-3:])
        assert all(service != "Stopped" for _version, _status, service in polled[-3:])
    if result.state == "not_started":
        assert not stage.conductor.sent
    assert result.accepted or not result.local_fault or not stage.conductor.sent or result.adopted
    if rerun and stage.conductor.sent and stage.record()["outcome_at"] is None:
        # Whoever runs next does not send again while the intent is young and no readable words say that nothing runs.
        age = (stage.clock.wall() - parse_record_timestamp(stage.record()["intent_at"])).total_seconds()
        stage.conductor.told["upgrade"], stage.conductor.reopen_error = "", None
        stage.conductor.come_back()
        stage.conductor.reopen()
        stage.run_on_node1()
        assert len(stage.conductor.sent) == 1 or age >= LIMITS.upgrade_timeout
