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
    assert "6.3.5" in verdict_table([result("planned", running_version="6.3.0")])[1]
