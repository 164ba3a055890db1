# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the benchmark: medians, goals, and what is written into the page."""

from __future__ import annotations

import json

import pytest

from tests.bench.counts import ROOT
from tests.bench.figures import END, HISTORY_END, START, Figure, document, median, table, with_history


def test_several_runs_are_told_by_their_median_and_their_range():
    figure = median("ratio", [1.3, 1.1, 1.2], "", 1.15)
    assert (figure.value, figure.note, figure.met) == (1.2, "1.1 to 1.3 in 3 runs", False)


def test_one_run_has_no_range():
    assert median("ratio", [1.1], "", 1.15).note == ""


@pytest.mark.parametrize(("value", "goal", "met"), [(1.0, 1.0, True), (1.01, 1.0, False), (5.0, None, None)])
def test_a_goal_is_reached_by_what_is_no_larger(value, goal, met):
    figure = Figure("time", value, "s", goal)
    assert figure.met is met and json.loads(json.dumps(figure.as_data()))["met"] is met


def test_the_table_says_of_each_figure_whether_its_goal_is_met():
    rows = table([Figure("a", 0.2, "s", 0.1), Figure("b", 1234.0, "MB"), Figure("c", 1.0, "", 2.0, "once")])
    assert rows[2:] == [
        "| a | 0.2 s | ≤ 0.1 | **missed** |  |",
        "| b | 1,234 MB |  |  |  |",
        "| c | 1 | ≤ 2 | met | once |",
    ]


PERFORMANCE = ROOT / "docs" / "performance.md"
PAGE = f"# Page\n\nbefore\n\n{START}\nold\n{END}\n\nafter\n"


def test_the_page_gets_the_new_table_between_its_markers_and_keeps_the_rest():
    changed = document(PAGE, ["| new |"])
    assert "old" not in changed and "| new |" in changed
    assert changed.startswith("# Page\n\nbefore\n") and changed.endswith("\n\nafter\n")
    assert document(changed, ["| new |"]) == changed


def test_a_page_without_markers_is_refused():
    with pytest.raises(ValueError, match="markers"):
        document("# Page\n", ["| new |"])


def test_the_history_gets_a_line_and_one_of_the_same_day_and_release_is_replaced():
    page = f"| date | release |\n|---|---|\n| 2026-01-01 | 0.3.0 | old |\n{HISTORY_END}\nafter\n"
    name = "imports and first command"
    once = with_history(page, "2026-02-01", "0.4.0", [Figure(name, 0.5, "s")])
    twice = with_history(once, "2026-02-01", "0.4.0", [Figure(name, 0.25, "s")])
    assert twice.splitlines()[2:] == [
        "| 2026-01-01 | 0.3.0 | old |",
        "| 2026-02-01 | 0.4.0 |  |  |  | 0.25 s |  |",
        HISTORY_END,
        "after",
    ]


def test_the_page_of_this_tree_has_its_markers():
    page = PERFORMANCE.read_text(encoding="utf-8")
    assert document(page, ["| new |"]) != page
    assert with_history(page, "2026-02-01", "0.4.0", []).count("| 2026-02-01 | 0.4.0 |") == 1
