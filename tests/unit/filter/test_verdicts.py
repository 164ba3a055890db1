# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of operations, as lines for people and as data for the next job."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.filter.conductor import conductor_lines
from ansible_collections.sessionsmart.ssr.plugins.filter.verdicts import (
    FilterModule,
    after_health,
    verdict_lines,
    verdict_summary,
    verdict_table,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult, summary


def result(state="done", name="node1", operation="upgrade", **more) -> dict:
    node = NodeResult("Conductor", name, state, "runs 6.3.5", from_version="6.3.0", to_version="6.3.5", **more)
    return summary(operation, [node])


# -- lines --------------------------------------------------------------------------------------------------------


def test_a_line_says_what_became_of_a_node_from_where_to_where_and_why() -> None:
    assert verdict_lines(result()) == ["node1.Conductor: DONE (6.3.0 to 6.3.5): runs 6.3.5"]


@pytest.mark.parametrize("state", ["done", "up_to_date"])
def test_a_node_that_only_has_the_release_does_not_read_as_upgraded(state) -> None:
    versions = {
        "from_version": "6.3.0-107.r1.el7",
        "running_version": "6.3.0-107.r1.el7",
        "to_version": "SSR-6.3.5-39.r1",
    }
    node = NodeResult("Conductor", "node1", state, "6.3.5-39.r1 is on the node", **versions)
    (line,) = verdict_lines(summary("download", [node]))
    assert line.startswith(f"node1.Conductor: {state.upper()} (runs 6.3.0-107.r1; download of 6.3.5-39.r1): ")


@pytest.mark.parametrize("state", ["failed", "planned", "unknown"])
def test_a_download_that_failed_does_not_read_as_an_upgrade_that_did(state) -> None:
    node = NodeResult("Conductor", "node1", state, "no space left", "6.3.0-107.r1.el7", "SSR-6.3.5-39.r1", None)
    (line,) = verdict_lines(summary("download", [node]), True)
    assert line == f"node1.Conductor: {state.upper()} (runs 6.3.0-107.r1; download of 6.3.5-39.r1): no space left"
    (line,) = verdict_lines(summary("download", [NodeResult("R", "a", "not_started", to_version="6.3.5")]), True)
    assert line.startswith("a.R: NOT_STARTED (download of 6.3.5): ")


def test_a_node_that_runs_what_is_offered_without_its_rebuild_reads_as_upgraded() -> None:
    lines = verdict_lines(
        summary("upgrade", [NodeResult("R", "a", "done", "runs it", "6.3.0-1", "SSR-7.1.0-50", "7.1.0-50.r1")])
    )
    assert lines == ["a.R: DONE (6.3.0-1 to 7.1.0-50): runs it"]


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
        "after_health",
        "verdict_lines",
        "verdict_summary",
        "verdict_table",
    }


# -- the table --------------------------------------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_node_with_the_time_it_took() -> None:
    times = {"started": "2026-01-01T00:00:00Z", "ended": "2026-01-01T00:06:05Z", "running_version": "6.3.5-37"}
    lines = verdict_table([result(**times), result("failed", "node2")])
    assert [line.split()[0] for line in lines] == ["NODE", "node1.Conductor", "node2.Conductor"]
    assert "6.3.5-37" in lines[1] and "6 min 05 s" in lines[1]
    assert lines[2].split()[1] == "failed" and lines[2].endswith("-")


def test_the_table_shows_the_wanted_version_of_what_is_planned() -> None:
    head, row = verdict_table([result("planned", running_version="6.3.1")])
    assert dict(zip(head.split(), row.split(), strict=True)) == {
        "NODE": "node1.Conductor",
        "STATE": "planned",
        "FROM": "6.3.0",
        "TO": "6.3.5",
        "RUNS": "6.3.1",
        "TOOK": "-",
    }


def test_a_good_run_has_no_column_for_what_runs_beside_the_target() -> None:
    (head, _row) = verdict_table([result("done", running_version="6.3.5")])
    assert head.split() == ["NODE", "STATE", "FROM", "TO", "TOOK"]


def test_nodes_with_the_same_to_say_share_a_line_and_one_spelling_of_the_release() -> None:
    same = {"from_version": "6.3.0-107.r1.el7", "to_version": "SSR-6.3.5-39.r1", "reason": "not offered"}
    nodes = [NodeResult("hub", name, "failed", **same) for name in ("a", "b")]
    assert verdict_lines(summary("upgrade", nodes)) == [
        "a.hub, b.hub: FAILED (6.3.0-107.r1 to 6.3.5-39.r1): not offered"
    ]


# -- a node that was reverted and is not well -------------------------------------------------------------------------

VENDOR = {"name": "vendor_health_check", "state": "fail", "undetermined": False}


def health(check=None, **more) -> dict:
    reason = "vendor_health_check: it failed"
    by_router = {"Conductor": {"state": "fail", "reason": reason}} if check else {}
    return {"blocked": bool(check), "checks": [check] if check else [], "by_router": by_router, "msg": "said", **more}


@pytest.mark.parametrize("well", [health(), {"skipped": True, "changed": False}])
@pytest.mark.parametrize("state", ["done", "failed"])
def test_the_result_of_a_revert_stays_where_nothing_is_wrong_with_the_health(state, well) -> None:
    reverted = result(state, operation="revert")
    assert after_health(reverted, well) == reverted


@pytest.mark.parametrize(
    ("checked", "state", "words"),
    [
        (health(VENDOR), "failed", "but it is not healthy: vendor_health_check: it failed"),
        (health({**VENDOR, "undetermined": True}), "held", "but its health is unknown: vendor_health_check: it failed"),
        ({"failed": True, "msg": "Nobody answers."}, "failed", "but it could not be checked: Nobody answers."),
    ],
)
@pytest.mark.parametrize("ended", ["done", "up_to_date"])
def test_a_reverted_node_that_is_not_well_did_not_succeed(ended, checked, state, words) -> None:
    judged = after_health(result(ended, operation="revert", running_version="6.3.0-107.r1.el7"), checked)
    assert judged["msg"] == f"node1.Conductor {state}: runs 6.3.0-107.r1, {words}"
    assert judged["by_router"]["Conductor"]["state"] == state
    assert verdict_summary([judged])["node1.Conductor"]["state"] == state
    hosts = {"node1": {"conductor_upgrade_revert_result": judged}}
    assert conductor_lines(hosts, ["node1"], False)[1].split()[:2] == ["node1.Conductor", state]


def test_a_reverted_node_that_is_not_well_says_that_the_pair_is_left_on_two_versions() -> None:
    reverted = {
        **result("done", operation="revert", running_version="6.3.0-107.r1.el7"),
        "other_nodes": {"node2": "SSR-6.3.5-39.r1"},
    }
    assert after_health(reverted, health(VENDOR))["msg"].endswith(
        "it failed. The pair is left on two versions: node1 runs 6.3.0-107.r1 and node2 runs 6.3.5-39.r1. Commit "
        "nothing until they are alike: run again, or revert"
    )
    reverted["other_nodes"] = {"node2": "SSR-6.3.0-107.r1"}
    assert "two versions" not in after_health(reverted, health(VENDOR))["msg"]


def test_a_revert_that_failed_keeps_its_own_reason() -> None:
    failed = result("unknown", operation="revert")
    assert after_health(failed, health(VENDOR))["by_router"] == failed["by_router"]
