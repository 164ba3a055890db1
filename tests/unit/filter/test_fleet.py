# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans and results of many routers: one verdict for each router, totals, and lines for people."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.filter.fleet import (
    SHOWN,
    FilterModule,
    fleet_lines,
    fleet_problems,
    fleet_report,
    fleet_totals,
    not_begun,
    plan_table,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult, summary


def result(stopped=None, **routers):
    nodes = [NodeResult(name, "n", state, "because") for name, state in routers.items()]
    return {**summary("upgrade", nodes), "version": "6.3.5-39", "run": {"elapsed": 60, "stopped": stopped}}


# -- the report ---------------------------------------------------------------------------------------------------


def test_totals_are_by_the_verdict_that_counts_worst_first() -> None:
    report = fleet_report([result(a="failed", b="done", c="done"), result(a="done", b="unknown")])
    assert report["totals"] == {"unknown": 1, "done": 2} and next(iter(report["totals"])) == "unknown"
    assert (report["ok"], report["not_ok"]) == (2, 1)


def test_tasks_that_were_skipped_say_nothing_and_those_that_failed_say_why() -> None:
    failed = {"failed": True, "msg": "Nobody answers at 192.0.2.11."}
    report = fleet_report([{"skipped": True}, {}, failed])
    assert report["errors"] == ["Nobody answers at 192.0.2.11."] and report["by_router"] == {}
    assert "Nobody answers" in "\n".join(fleet_lines(report))


def test_what_stopped_the_run_is_told() -> None:
    report = fleet_report([result(stopped="6 routers failed, and max_failures is 5", a="failed")])
    assert "max_failures is 5" in "\n".join(fleet_lines(report))


def test_lines_begin_with_the_totals_and_with_the_worst_router() -> None:
    lines = fleet_lines(fleet_report([result(a="done", b="failed", c="skipped")]))
    assert lines[0] == "3 routers: 1 failed, 1 done, 1 skipped; it took 1 min 00 s"
    assert [line.split(":")[0] for line in lines[1:]] == ["b", "a", "c"]


def test_routers_that_differ_only_in_the_names_of_their_nodes_share_a_line_of_what_did_not_succeed() -> None:
    why = "its upgrade was not sent"
    nodes = [NodeResult("s1", "a", "not_started", why), NodeResult("s2", "b", "not_started", why)]
    nodes += [NodeResult("s3", name, "not_started", why) for name in ("b", "a")]
    nodes += [NodeResult("s4", "a", "not_started", "left out"), *(NodeResult(name, "a", "done", why) for name in "xy")]
    lines = fleet_lines(fleet_report([summary("upgrade", nodes)]))
    assert lines[1:] == [
        f"s1, s2, s3: NOT_STARTED: {why}",
        "s4: NOT_STARTED: a: left out",
        f"x: DONE: a: {why}",
        f"y: DONE: a: {why}",
    ]


def test_of_a_large_fleet_only_those_that_are_not_well_are_listed() -> None:
    many = {f"store_{number}": "done" for number in range(SHOWN * 3)}
    lines = fleet_lines(fleet_report([result(**many, sick="failed")]))
    assert len(lines) == 3 and lines[1].startswith("sick: FAILED") and str(SHOWN * 3) in lines[2]


def test_problems_are_few_and_small_whatever_the_fleet() -> None:
    many = {f"store_{number}": "held" for number in range(SHOWN * 3)}
    problems = fleet_problems(fleet_report([result(**many, gone="unknown", fine="done")]))
    assert len(problems) == SHOWN and next(iter(problems)) == "gone" and "fine" not in problems
    assert problems["gone"] == {"state": "unknown", "reason": "n: because", "nodes": "n"}
    assert len(fleet_problems(fleet_report([result(**many)]), "3")) == 3, "a number from the command line is text"


def test_a_report_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(fleet_report([result(a="done")])))["version"] == "6.3.5-39"


def test_totals_of_batches_add_up() -> None:
    report = fleet_report([result(a="done", b="failed")])
    assert fleet_totals(report) == {"failed": 1, "done": 1}
    assert fleet_totals(report, {"done": 10, "skipped": 2}) == {"failed": 1, "done": 11, "skipped": 2}


# -- the plan -----------------------------------------------------------------------------------------------------


def test_a_plan_without_routers_says_so() -> None:
    assert plan_table({"plan": []}) == plan_table([]) == ["There is nothing to plan: no router was named."]


@pytest.mark.parametrize("wrong", ["text", 7])
def test_what_is_no_plan_is_an_error_of_the_filter(wrong) -> None:
    with pytest.raises(AnsibleFilterError):
        plan_table(wrong)


def test_filters_are_known_by_their_names() -> None:
    assert set(FilterModule().filters()) == {
        "batch_lines",
        "fleet_handover",
        "fleet_lines",
        "fleet_problems",
        "fleet_relapsed",
        "fleet_report",
        "fleet_totals",
        "not_begun",
        "plan_table",
        "preparation_failure",
    }


def test_what_fails_in_the_preparation_of_a_batch_becomes_the_result_of_each_of_its_routers() -> None:
    filters = FilterModule().filters()
    assert filters["preparation_failure"]([{}, {"skipped": True}, {"failed": False}], "h1") == ""
    why = filters["preparation_failure"]([{}, {"unreachable": True, "msg": "no\n route."}, {"failed": True}], "h1")
    assert why == "The preparation of the batch that begins with h1 failed: no route."
    result = filters["not_begun"](["r1"], why)
    assert fleet_report([result])["totals"] == {"not_started": 1}
    assert result["by_router"]["r1"]["reason"].endswith("failed: no route. Nothing was sent.")


def test_that_nothing_was_sent_is_said_once_of_a_batch_that_was_not_begun() -> None:
    for reason in ("The check failed", "The check failed.", "The check failed. Nothing was sent."):
        result = not_begun(["hub"], reason)
        assert result["msg"] == result["by_router"]["hub"]["reason"] == "The check failed. Nothing was sent."


def plan_of(count: int) -> list[dict]:
    """The plan of so many pairs, as modules return it."""
    nodes = [
        {
            "node": node,
            "needed": True,
            "running": None,
            "from_version": "6.3.0",
            "to_version": "6.3.5",
            "converts": False,
        }
        | {"download": "needed", "install_type": "image"}
        for node in ("a", "b")
    ]
    common = {"state": "planned", "reason": "", "nodes": nodes, "sequencing": "node", "order_reason": "standby first"}
    common |= {"expected": 60.0, "outage": 0.0, "way_back": "documented", "notes": ["its disk is nearly full"]}
    return [{"router": f"store-{number}", **common} for number in range(count)]


def test_a_plan_with_many_routers_has_no_row_for_each_where_that_is_wanted() -> None:
    whole, short = plan_table(plan_of(40)), plan_table(plan_of(40), 30)
    assert sum(line.startswith("store-") and "planned" in line for line in whole) == 40
    assert any("order: standby first" in line for line in whole)
    assert len(short) == 3 and short[0].startswith("all planned: TO 6.3.5") and short[-1] == "total: planned 40", short
    assert "its disk is nearly full" in short[1]
    assert plan_table(plan_of(4), "") == plan_table(plan_of(4)) != plan_table(plan_of(4), 30)


def test_after_a_quiet_run_a_summary_has_names_and_no_reasons() -> None:
    report = fleet_report([result(a="done", b="failed", c="skipped", d="failed", stopped="max_failures is 1")])
    assert fleet_lines(report, "quiet") == [
        "4 routers: 2 failed, 1 done, 1 skipped; it took 1 min 00 s",
        "No other router was started: max_failures is 1",
        "failed: b, d",
        "skipped: c",
    ]
    assert fleet_lines(report, "all") == fleet_lines(report)
