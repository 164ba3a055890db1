# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of operations, as lines for people and as data for the next job."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.filter.verdicts import (
    FilterModule,
    failure_story,
    final_verdict,
    verdict_lines,
    verdict_summary,
    verdict_table,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, NodeResult, summary


def result(state="done", name="node1", operation="upgrade", **more) -> dict:
    node = NodeResult("Conductor", name, state, "runs 6.3.5", from_version="6.3.0", to_version="6.3.5", **more)
    return summary(operation, [node])


# -- lines --------------------------------------------------------------------------------------------------------


def test_a_line_says_what_became_of_a_node_from_where_to_where_and_why() -> None:
    assert verdict_lines(result()) == ["node1.Conductor: DONE (6.3.0 to 6.3.5): runs 6.3.5"]


def test_a_node_without_versions_has_a_line_all_the_same() -> None:
    lines = verdict_lines(summary("upgrade", [NodeResult("R", "a")]))
    assert lines == ["a.R: NOT_STARTED (? to ?): nothing was sent"]


def test_several_results_make_one_list_in_their_order() -> None:
    lines = verdict_lines([result(), result("failed", "node2")])
    assert [line.split(":")[0] for line in lines] == ["node1.Conductor", "node2.Conductor"]


def test_warnings_stand_below_their_node() -> None:
    lines = verdict_lines([result(warnings=["the health check is unknown"]), result(name="node2")])
    assert lines[1] == "    warning: the health check is unknown" and lines[2].startswith("node2")


@pytest.mark.parametrize("nothing", [[], {}, [{}], [None], {"failed": True, "msg": "x"}, [{"skipped": True}, None]])
def test_a_result_without_nodes_has_no_lines(nothing) -> None:
    assert verdict_lines(nothing) == []


@pytest.mark.parametrize("wrong", ["text", 7])
def test_what_is_no_result_is_an_error_of_the_filter(wrong) -> None:
    with pytest.raises(AnsibleFilterError):
        verdict_lines(wrong)


# -- the story of a failure ---------------------------------------------------------------------------------------

FAILED = {"failed": True, "msg": "upgrade of node1 failed: its service is Stopped."}


def test_the_story_tells_what_failed_what_was_done_and_what_to_do() -> None:
    story = failure_story([FAILED, {}], result(operation="revert"))
    assert story.startswith("upgrade of node1 failed: its service is Stopped. The node was reverted: it runs 6.3.5.")
    assert "run the same playbook again" in story


@pytest.mark.parametrize("revert", [None, {}, {"skipped": True}])
def test_where_nothing_was_reverted_the_story_says_so(revert) -> None:
    assert "Nothing was reverted." in failure_story([FAILED], revert)


@pytest.mark.parametrize("state", sorted(STATES))
def test_the_story_tells_of_every_end_of_a_revert(state) -> None:
    story = failure_story([FAILED], result(state, operation="revert", running_version="6.3.0"))
    ours = {"done": "was reverted", "up_to_date": "runs 6.3.0 again by itself", "not_started": "It was not reverted"}
    assert ours.get(state, f"The revert is {state}") in story
    if state not in ours:
        assert "by hand" in story


def test_parts_that_did_not_fail_are_no_part_of_the_story() -> None:
    story = failure_story([{"failed": False, "msg": "fine"}, None, {}, {"msg": "also fine"}])
    assert "fine" not in story and story.startswith("The node is not in the expected state.")


def test_every_failure_is_part_of_the_story() -> None:
    story = failure_story([FAILED, {"failed": True, "msg": "And the session was lost."}])
    assert "Stopped" in story and "session was lost" in story


# -- data for the next job ----------------------------------------------------------------------------------------


def test_the_summary_is_small_data_by_node() -> None:
    data = verdict_summary([result(running_version="6.3.5", adopted=True), result("not_started", "node2")])
    assert list(data) == ["node1.Conductor", "node2.Conductor"]
    assert data["node1.Conductor"] == {
        "state": "done",
        "reason": "runs 6.3.5",
        "from_version": "6.3.0",
        "to_version": "6.3.5",
        "running_version": "6.3.5",
        "started": None,
        "ended": None,
        "adopted": True,
    }
    json.dumps(data)


def test_nodes_without_a_result_are_left_out() -> None:
    assert verdict_summary([None, {}, {"failed": True}]) == {}


def test_the_filters_are_known_by_their_names() -> None:
    assert set(FilterModule().filters()) == {
        "failure_story",
        "final_verdict",
        "verdict_lines",
        "verdict_summary",
        "verdict_table",
    }


# -- circumstances, and the table ---------------------------------------------------------------------------------


def test_from_below_6_3_the_story_tells_the_way_back_by_hand() -> None:
    story = failure_story([FAILED], None, from_below_63=True)
    assert "sudo install128t" in story and "stay Disconnected" not in story


def test_the_second_node_from_below_6_3_is_said_to_keep_all_assets_disconnected() -> None:
    assert "All assets stay Disconnected until this node" in failure_story([FAILED], None, True, True)


def test_the_table_has_a_row_for_each_node_with_the_time_it_took() -> None:
    times = {"started": "2026-01-01T00:00:00Z", "ended": "2026-01-01T00:06:05Z", "running_version": "6.3.5-37"}
    lines = verdict_table([result(**times), result("failed", "node2")])
    assert [line.split()[0] for line in lines] == ["NODE", "node1.Conductor", "node2.Conductor"]
    assert "6.3.5-37" in lines[1] and "6 min 05 s" in lines[1]
    assert lines[2].split()[1] == "failed" and lines[2].endswith("-")


# -- the verdict that counts --------------------------------------------------------------------------------------


def only(verdict: dict) -> dict:
    return verdict["by_router"]["Conductor"]["nodes"][0]


def test_a_node_that_fails_a_later_step_is_not_done() -> None:
    node = only(final_verdict(result(), [{}, {"failed": True, "msg": "its health check failed"}]))
    assert (node["state"], node["reason"]) == ("failed", "its health check failed")


def blocking(*names: str) -> dict:
    checks = [{"name": name, "state": "fail", "severity": "block"} for name in names]
    return {"failed": True, "msg": "it lost a peer path", "checks": [*checks, {"name": "disk_space", "state": "pass"}]}


def test_a_node_that_is_well_while_something_else_was_lost_is_held() -> None:
    assert only(final_verdict(result(), [blocking("comparison")]))["state"] == "held"
    assert only(final_verdict(result(), [blocking("comparison", "service_running")]))["state"] == "failed"
    assert only(final_verdict(result(), [blocking("comparison"), blocking("assets_back")]))["state"] == "failed"
    back = result("done", operation="revert")
    assert only(final_verdict(result(), [blocking("comparison")], back))["state"] == "reverted"


@pytest.mark.parametrize(
    ("back", "state"),
    [("done", "reverted"), ("up_to_date", "reverted"), ("unknown", "unknown"), ("failed", "failed")],
)
def test_the_end_of_the_revert_is_the_end_of_the_node(back, state) -> None:
    later = [{"failed": True, "msg": "its health check failed."}]
    revert = result(back, operation="revert", running_version="6.3.0")
    node = only(final_verdict(result(running_version="6.3.5"), later, revert))
    assert node["state"] == state and node["running_version"] == "6.3.0"
    assert node["reason"].startswith("its health check failed.")


def test_a_revert_that_was_not_sent_is_a_warning() -> None:
    revert = result("not_started", operation="revert")
    node = only(final_verdict(result("failed"), [], revert))
    assert node["state"] == "failed" and node["warnings"][0].startswith("not reverted: ")


def test_without_a_result_there_is_no_verdict_and_no_error() -> None:
    assert final_verdict({"failed": True, "msg": "x"}) == {"by_router": {}}


def test_the_result_of_the_upgrade_itself_stays_as_it_was() -> None:
    upgrade = result()
    final_verdict(upgrade, [{"failed": True, "msg": "x"}])
    assert only(upgrade)["state"] == "done"


def test_the_table_shows_the_wanted_version_of_what_is_planned() -> None:
    assert "6.3.5" in verdict_table([result("planned", running_version="6.3.0")])[1]
