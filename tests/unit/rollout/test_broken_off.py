# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An error that nobody thought of costs its own router, and no verdict (D13, I8, I9)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import TaskTimedOut
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import LoginRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import router_upgrade
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.broken_off import results_after
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.download_lane import DownloadLane
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.left_out import with_download
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.listeners.ledger import LedgerEntry
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Pacer
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.rollout_admission import RolloutAdmission
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.rollout_progress import CircuitBreaker
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.rollout_report import RolloutFigures
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.unit.fakes import NEW, Course, Night

ROUTERS = {"r1": ("a",), "r2": ("a",), "r3": ("a", "b"), "r4": ("a",)}
QUICK = {"download": False, "health_check": False, "compare": False, "start_order": "as_listed"}


def breaks(monkeypatch, owner: object, method: str, when: Callable[..., bool], error: Exception | None = None) -> None:
    """Let a method raise what nobody expects of it, whenever its arguments are such."""
    original = getattr(owner, method)

    def broken(*args, **kwargs):
        if when(*args, **kwargs):
            raise error or KeyError("nobody thought of this")
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, method, broken)


def node_of(result: dict, router: str, node: str = "a") -> dict:
    return next(entry for entry in result["by_router"][router]["nodes"] if entry["node"] == node)


def of_r1(router, *_node) -> bool:
    return router == "r1"


def test_an_error_while_a_router_is_followed_ends_that_router_unknown_and_no_other(night, monkeypatch) -> None:
    sent = night.conductor.sent
    breaks(monkeypatch, night.conductor, "system_of", lambda router, node: router == "r1" and bool(sent))
    result = night.go(in_flight=2, **QUICK)
    node = node_of(result, "r1")
    assert node["state"] == "unknown" and "nobody thought of this" in node["reason"]
    assert f"upgrade router r1 node a force version {NEW}" in node["reason"] and node["command"] and node["started"]
    assert any("sent:" in step["what"] for step in node["steps"])
    assert result["by_router"]["r2"]["state"] == "done"


def test_after_an_error_that_nobody_thought_of_nothing_new_begins(night, monkeypatch) -> None:
    sent = night.conductor.sent
    breaks(monkeypatch, night.conductor, "system_of", lambda router, node: router == "r1" and bool(sent))
    result = night.go(in_flight=2, **QUICK)
    assert {request.router for request in sent} == {"r1", "r2"}
    assert {result["by_router"][router]["state"] for router in ("r3", "r4")} == {"not_started"}
    assert "KeyError" in result["run"]["stopped"]
    assert any("nothing new is started any more" in line for line in night.lines)


def test_a_pair_that_has_begun_is_finished_after_an_error_elsewhere(night, monkeypatch) -> None:
    sent = night.conductor.sent
    breaks(monkeypatch, night.conductor, "system_of", lambda router, node: router == "r1" and len(sent) > 1)
    result = night.go("r3", "r1", in_flight=2, **QUICK)
    assert result["by_router"]["r1"]["state"] == "unknown" and result["by_router"]["r3"]["state"] == "done"
    assert [request.node for request in sent if request.router == "r3"] == ["a", "b"]


def test_an_error_before_anything_was_sent_is_no_unknown_state(night, monkeypatch) -> None:
    breaks(monkeypatch, night.conductor, "system_of", of_r1)
    result = night.go("r1", "r2", in_flight=2, **QUICK)
    node = node_of(result, "r1")
    assert node["state"] == "not_started" and "nothing was sent" in node["reason"] and not node["command"]
    assert result["by_router"]["r2"]["state"] in ("done", "not_started")


def test_an_error_while_what_somebody_else_began_is_followed_is_no_unknown_state(night, monkeypatch) -> None:
    night.conductor.told["upgrade"] = "a.r1: upgrade in progress"
    breaks(monkeypatch, night.conductor, "system_of", lambda router, node: router == "r1" and night.clock.now() > 1030)
    node = node_of(night.go("r1", **QUICK), "r1")
    assert node["state"] == "not_started" and "nothing was sent" in node["reason"] and node["adopted"]


def test_an_error_of_the_proof_does_not_say_that_nothing_was_sent(night, monkeypatch) -> None:
    def broken(*_args):
        raise LoginRefused("The password was refused.")
        yield

    monkeypatch.setattr(router_upgrade, "health_steps", broken)
    result = night.go("r1", **QUICK)
    node = node_of(result, "r1")
    assert node["state"] == "unknown" and node["command"] and "nothing was sent" not in node["reason"]
    assert f"runs {NEW.removesuffix('.el7')}" in node["reason"] and "The password was refused" in node["reason"]


def test_an_error_of_the_proof_leaves_a_bad_end_as_bad_as_it_is(night, monkeypatch) -> None:
    night.conductor.course = Course(end="back")
    breaks(monkeypatch, router_upgrade, "explain", lambda *_args: True)
    result = night.go("r1", **QUICK)
    node = node_of(result, "r1")
    assert node["state"] in ("reverted", "failed") and "nobody thought of this" in node["reason"]


def test_the_first_node_keeps_its_end_where_the_second_breaks_off(night, monkeypatch) -> None:
    sent = night.conductor.sent
    breaks(monkeypatch, night.conductor, "system_of", lambda router, node: node == "b" and len(sent) > 1)
    result = night.go("r3", **QUICK)
    assert node_of(result, "r3", "a")["state"] == "done" and node_of(result, "r3", "b")["state"] == "unknown"


def test_an_error_in_a_revert_does_not_hide_the_upgrade(night, monkeypatch) -> None:
    night.conductor.course = Course(end="down")
    sent = night.conductor.sent
    breaks(monkeypatch, night.conductor, "system_of", lambda router, node: sent and sent[-1].operation == "revert")
    result = night.go("r1", revert=True, **QUICK)
    node = node_of(result, "r1")
    assert [request.operation for request in sent] == ["upgrade", "revert"]
    assert node["state"] == "unknown" and "revert router r1" in node["reason"]
    assert sum("sent:" in step["what"] for step in node["steps"]) == 2


@pytest.mark.parametrize(
    ("owner", "method"),
    [
        (CircuitBreaker, "watch"),
        (RolloutAdmission, "next_start"),
        (DownloadLane, "step"),
        (DownloadLane, "over"),
        (RolloutFigures, "line"),
        (Pacer, "wait"),
    ],
)
def test_an_error_of_the_run_itself_loses_no_verdict(night, monkeypatch, owner, method) -> None:
    sent = night.conductor.sent
    breaks(monkeypatch, owner, method, lambda *_args: any(request.operation == "upgrade" for request in sent))
    result = night.go("r1", "r2", **{**QUICK, "download": True, "in_flight": 1})
    assert {router: entry["state"] for router, entry in result["by_router"].items()} == {
        "r1": "done",
        "r2": "not_started",
    }
    assert "nobody thought of this" in result["run"]["stopped"]


def test_a_list_of_assets_that_cannot_be_read_once_costs_no_router(night, monkeypatch) -> None:
    polls = []

    def fourth(*_args) -> bool:
        polls.append(night.clock.now())
        return len(polls) == 6

    breaks(monkeypatch, night.conductor, "assets", fourth)
    result = night.go("r1", "r2", **QUICK)
    assert {entry["state"] for entry in result["by_router"].values()} == {"done"}


def test_an_error_of_a_download_costs_its_own_router(night, monkeypatch) -> None:
    asked = []

    def for_r1(request) -> bool:
        asked.append(request)
        return request.operation == "download" and request.router == "r1"

    breaks(monkeypatch, night.conductor, "send", for_r1)
    result = night.go("r1", "r2", **{**QUICK, "download": True})
    assert result["by_router"]["r1"]["state"] == "not_started"
    assert "nobody thought of this" in node_of(result, "r1")["reason"]
    assert result["by_router"]["r2"]["state"] in ("done", "not_started")


def test_the_nodes_of_the_conductor_keep_their_ends_where_the_routers_cannot_be_planned(night, monkeypatch) -> None:
    night.conductor.show(night.conductor.own, version="6.3.0-107.r1.el7")
    breaks(monkeypatch, Night, "plan", lambda *_args: True)
    result = night.go("Conductor", "r1", **QUICK)
    assert result["by_router"]["Conductor"]["state"] == "done"
    assert result["by_router"]["r1"]["state"] == "not_started" and result["failed"]
    assert "nobody thought of this" in node_of(result, "r1")["reason"]


def test_an_error_at_a_node_of_the_conductor_ends_it_unknown_and_no_router_begins(night, monkeypatch) -> None:
    night.conductor.show(night.conductor.own, version="6.3.0-107.r1.el7")
    sent = night.conductor.sent
    breaks(monkeypatch, night.conductor, "system", lambda: bool(sent))
    result = night.go("Conductor", "r1", **QUICK)
    node = node_of(result, "Conductor", "c1")
    assert node["state"] == "unknown" and node["command"] and len(sent) == 1
    assert result["by_router"]["r1"]["state"] == "not_started"


def test_results_that_cannot_be_put_together_are_in_the_failed_result(night, monkeypatch) -> None:
    breaks(monkeypatch, Night, "fleet_result", lambda *_args: True)
    with pytest.raises(KeyError) as broken:
        night.go("r1", "r2", **QUICK)
    failure = night._failure(broken.value)
    assert failure["failed"] and "nobody thought of this" in failure["msg"]
    assert {router: entry["state"] for router, entry in failure["by_router"].items()} == {"r1": "done", "r2": "done"}


# -- Ansible ends the task --------------------------------------------------------------------------------------------


class TimeIsOver(BaseException):
    """What Ansible raises in a task whose time is over, as its own class is no Exception either."""


def ended_after(night: Night, seconds: float, *targets: str, **args) -> dict | None:
    """The result of a task that Ansible ends after so many seconds; None where it had ended before."""
    sleep = night.clock.sleep

    def until_then(pause: float) -> None:
        if night.clock.now() >= 1000 + seconds:
            raise TimeIsOver
        sleep(pause)

    night.clock.sleep = until_then
    try:
        night.go(*targets, **args)
    except TimeIsOver:
        night.clock.sleep = sleep
        return night._failure(TaskTimedOut(seconds))
    return None


def test_a_task_that_ends_between_the_nodes_of_a_pair_leaves_no_router_that_is_done(night) -> None:
    args = {**QUICK, "in_flight": 1, "pair_soak": 2000}
    failure = ended_after(night, 1500, "r3", "r4", **args)
    assert [request.node for request in night.conductor.sent] == ["a"]
    assert node_of(failure, "r3", "a")["state"] == "done"
    second = node_of(failure, "r3", "b")
    assert second["state"] == "held" and "nothing was sent: Ansible ended this task after 1500 s" in second["reason"]
    assert "something was sent" not in second["reason"] and "run the same again" in second["reason"]
    assert {router: entry["state"] for router, entry in failure["by_router"].items()} == {
        "r3": "held",
        "r4": "not_started",
    }
    assert failure["failed"] and failure["broke_off"] and "on two versions" in failure["by_router"]["r3"]["reason"]


def test_that_ansible_has_ended_the_task_is_said_once_where_its_nodes_say_it(night) -> None:
    failure = ended_after(night, 300, "r1", **QUICK)
    assert node_of(failure, "r1", "a")["state"] == "unknown"
    assert failure["msg"].startswith("upgrade of a.r1 unknown: ") and failure["msg"].count("Ansible ended") == 1


@pytest.mark.parametrize("seconds", [60, 300, 1500, 2500])
def test_a_task_that_ends_at_any_moment_says_what_became_of_every_node_and_records_it(night, tmp_path, seconds) -> None:
    status = tmp_path / "status.json"
    args = {**QUICK, "journal": str(tmp_path), "run_id": "tonight", "status_file": str(status), "pair_soak": 2000}
    failure = ended_after(night, seconds, "r3", "r1", "r2", **args, in_flight=1)
    sent = {(request.router, request.node) for request in night.conductor.sent}
    nodes = {
        (node["router"], node["node"]): node["state"]
        for entry in failure["by_router"].values()
        for node in entry["nodes"]
    }
    assert set(nodes) == {("r3", "a"), ("r3", "b"), ("r1", "a"), ("r2", "a")}
    assert {node_id for node_id, state in nodes.items() if state in ("done", "unknown")} == sent
    verdicts = failure["run_record"]["batches"][0]["verdicts"]
    assert verdicts == {router: entry["state"] for router, entry in failure["by_router"].items()}
    assert json.loads(status.read_text())["state"] == "ended"
    reasons = [node["reason"] for entry in failure["by_router"].values() for node in entry["nodes"]]
    assert not any("If something was sent" in reason for reason in reasons)
    assert not any(".." in text for text in [*reasons, failure["msg"]])
    assert all("run the same again" in reason for reason in reasons if "ended this task" in reason)
    followed = [reason for reason in reasons if "broke off: Ansible ended" in reason]
    assert all("What was sent goes on there" in reason for reason in followed)


def test_a_download_that_breaks_off_does_not_say_that_nothing_was_sent() -> None:
    entry = LedgerEntry(
        NodeResult("r1", "a"), sent=["download"], commands=["request system software download router r1"]
    )
    left = [NodeResult("r1", "a")]
    (result,) = results_after(left, [], {NodeId("r1", "a"): entry}, "the task was ended", downloads=True)
    assert result.state == "unknown" and "download router r1' was sent" in result.reason
    assert "nothing was sent" not in result.reason and "somebody else" not in result.reason


def test_an_upgrade_of_somebody_else_that_was_followed_does_not_hide_our_download() -> None:
    entry = LedgerEntry(NodeResult("r1", "a"), sent=["download"], commands=["download"], adopted=True)
    (result,) = results_after([NodeResult("r1", "a")], [], {NodeId("r1", "a"): entry}, "the task was ended")
    assert result.state == "not_started" and "somebody else" in result.reason
    assert "nothing was sent" not in result.reason and "download was" in result.reason


@pytest.mark.parametrize("ends", ["", "."])
def test_the_sentences_about_a_node_whose_download_alone_was_sent_end_in_one_stop(ends) -> None:
    entry = LedgerEntry(NodeResult("r1", "a"), sent=["download"], commands=["download"])
    (result,) = results_after([NodeResult("r1", "a")], [], {NodeId("r1", "a"): entry}, f"the task was ended{ends}")
    assert result.reason == "its upgrade was not sent: the task was ended. Its download was sent, and may go on"


def test_where_only_a_download_was_sent_no_reason_says_that_nothing_was() -> None:
    unsent = NodeResult("r1", "a", reason="nothing was sent: The journal file x cannot be written: No space left")
    result = with_download(unsent, "The release is there")
    assert result.reason == (
        "its upgrade was not sent: The journal file x cannot be written: No space left. The release is there"
    )
    done = NodeResult("r1", "a", "done", "runs it")
    assert with_download(done, "The release is there") == done


def test_what_a_node_was_last_seen_to_run_is_kept_where_the_work_breaks_off(night, monkeypatch) -> None:
    original = night.conductor.system_of

    def broken(router, node):
        if any("it runs 7" in line or f"it runs {NEW.removesuffix('.el7')}" in line for line in night.lines):
            raise KeyError("nobody thought of this")
        return original(router, node)

    monkeypatch.setattr(night.conductor, "system_of", broken)
    node = node_of(night.go("r1", **QUICK), "r1")
    assert node["state"] == "unknown" and node["running_version"] == NEW and node["from_version"] != NEW
