# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several tasks say about the same routers adds up to one verdict for each of them."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import (
    STATES,
    NodeResult,
    changed,
    combine,
    merge,
    summary,
)


def result_of(router: str, state: str, reason: str = "because", **more) -> dict:
    """The result of a task that upgraded one router of one node."""
    return summary("upgrade", [NodeResult(router, "n", state, reason, **more)])


def entry(state: str, reason: str = "because", **more) -> dict:
    """The entry of a router in such a result."""
    return result_of("r", state, reason, **more)["by_router"]["r"]


@pytest.mark.parametrize(
    ("states", "wanted"),
    [
        (["done"], "done"),
        (["failed", "done"], "done"),  # the later task proved it
        (["failed", "up_to_date"], "up_to_date"),
        (["failed", "skipped"], "failed"),  # left out later: that does not fix it
        (["unknown", "not_started"], "unknown"),
        (["failed", "unknown"], "unknown"),
        (["skipped", "failed"], "failed"),
        (["done", "skipped"], "skipped"),
        (["up_to_date", "not_started"], "not_started"),
        (["planned"], "not_started"),  # a plan is no end
        (["planned", "done"], "done"),
    ],
)
def test_the_last_word_counts_unless_it_says_less_than_a_failure_before(states, wanted) -> None:
    assert combine([entry(state) for state in states])["state"] == wanted


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("later", [name for name in STATES if name not in ("done", "up_to_date")])
def test_nothing_that_proves_nothing_makes_a_failed_host_fine(state, later) -> None:
    state_of_both = combine([entry(state), entry(later)])["state"]
    if not STATES[state].ok:
        assert not STATES[state_of_both].ok


def test_the_reason_has_both_where_a_later_task_said_less() -> None:
    combined = combine([entry("failed", "the line is bad"), entry("skipped", "disconnected")])
    assert "the line is bad" in combined["reason"] and "disconnected" in combined["reason"]


def test_a_plan_is_a_good_end_in_check_mode_only() -> None:
    assert combine([entry("planned")], check_mode=True)["state"] == "planned"
    assert changed([entry("planned")], check_mode=True) and not changed([entry("planned")])


@pytest.mark.parametrize(("accepted", "wanted"), [(True, True), (False, False)])
def test_a_failed_node_has_changed_if_its_command_was_accepted(accepted, wanted) -> None:
    assert changed([entry("failed", accepted=accepted)]) is wanted


def test_a_download_before_a_failure_is_a_change() -> None:
    assert changed([entry("done"), entry("failed")])


def test_each_router_gets_the_entry_that_counts_in_the_order_in_which_the_tasks_name_them() -> None:
    merged = merge([result_of("b", "failed"), result_of("a", "done"), result_of("b", "done")])
    assert [(router, entry["state"]) for router, entry in merged.items()] == [("b", "done"), ("a", "done")]


def test_a_task_that_names_no_router_says_nothing_of_any() -> None:
    merged = merge([{"by_router": None}, {}, result_of("r", "held")])
    assert {router: entry["state"] for router, entry in merged.items()} == {"r": "held"}
