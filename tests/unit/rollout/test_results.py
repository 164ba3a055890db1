# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of nodes, and how that adds up to a router and to the result of a module."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import (
    STATES,
    NodeResult,
    Step,
    by_router,
    combine,
    reason_of,
    router_state,
    summary,
    totals,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import spelled
from hypothesis import given
from hypothesis import strategies as st

# state: (does the host pass, changed where nothing was accepted, changed where a command was)
MEANINGS = {
    "planned": (True, True, True),
    "up_to_date": (True, False, False),
    "done": (True, True, True),
    "held": (False, True, True),
    "reverted": (False, True, True),
    "failed": (False, False, True),
    "blocked": (False, False, False),
    "skipped": (True, False, False),
    "not_started": (False, False, False),
    "unknown": (False, True, True),
    "relapsed": (False, True, True),
}


def node(state: str, name: str = "node1", router: str = "R", **more) -> NodeResult:
    """The result of a node."""
    return NodeResult(router, name, state, f"because of {name}", **more)


@pytest.mark.parametrize("state", MEANINGS)
def test_what_a_state_means_for_a_host(state) -> None:
    ok, untouched, touched = MEANINGS[state]
    assert STATES[state].ok is ok
    assert node(state).changed is untouched
    assert node(state, accepted=True).changed is touched


def test_no_state_is_left_out() -> None:
    assert set(STATES) == set(MEANINGS)


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (["done", "done"], "done"),
        (["done", "up_to_date"], "done"),
        (["up_to_date", "up_to_date"], "up_to_date"),
        (["planned", "up_to_date"], "planned"),
        (["done", "not_started"], "not_started"),
        (["done", "failed"], "failed"),
        (["done", "unknown"], "unknown"),
        (["held", "not_started"], "held"),
        (["reverted", "not_started"], "reverted"),
        (["failed", "unknown"], "unknown"),
        ([], "not_started"),
    ],
)
def test_a_router_is_as_well_as_its_worst_node(states, state) -> None:
    assert router_state([node(node_state) for node_state in states]) == state


@given(st.lists(st.sampled_from(list(STATES)), min_size=1, max_size=4))
def test_a_router_passes_only_if_every_node_does(states) -> None:
    assert STATES[router_state([node(state) for state in states])].ok is all(STATES[state].ok for state in states)


def test_every_node_of_a_router_is_in_its_entry_with_its_own_evidence() -> None:
    steps = [Step("2026-03-01T22:00:00Z", "sent", "words")]
    data = by_router([node("done", steps=steps), node("failed", "node2"), node("done", router="S")])
    assert list(data) == ["R", "S"]
    assert [entry["node"] for entry in data["R"]["nodes"]] == ["node1", "node2"]
    assert (data["R"]["state"], data["R"]["reason"]) == ("failed", "node2: because of node2")
    assert data["R"]["nodes"][0]["steps"] == [{"at": "2026-03-01T22:00:00Z", "what": "sent", "words": "words"}]
    json.dumps(data)


def test_totals_count_routers_and_name_only_states_that_occur() -> None:
    nodes = [node("done"), node("done", "node2"), node("failed", router="S"), node("done", router="T")]
    assert totals(nodes) == {"done": 2, "failed": 1}


def test_a_summary_of_failures_names_the_nodes_that_failed_and_no_other() -> None:
    result = summary("upgrade", [node("done"), node("failed", "node2")])
    assert result["msg"] == "upgrade of node2.R failed: because of node2"
    assert (result["ok"], result["changed"]) == (False, True)


def test_a_summary_of_successes_names_every_node() -> None:
    result = summary("upgrade", [node("up_to_date"), node("up_to_date", "node2")])
    assert "node1.R up_to_date" in result["msg"] and "node2.R up_to_date" in result["msg"]
    assert (result["ok"], result["changed"]) == (True, False)


def test_a_summary_of_nothing_says_so() -> None:
    assert summary("upgrade", []) == {
        "msg": "There was nothing to do.",
        "by_router": {},
        "totals": {},
        "changed": False,
        "ok": True,
    }


OLD, NEW = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"


def pair(first: tuple[str, str, str], second: tuple[str, str, str]) -> list[NodeResult]:
    """The results of a pair; of each node its state, reason and running version."""
    return [
        NodeResult("hub", name, state, reason, running_version=version)
        for name, (state, reason, version) in (("hub-1", first), ("hub-2", second))
    ]


def test_a_line_about_a_router_names_its_nodes_once() -> None:
    good = ("done", f"runs {NEW}, Synchronized", NEW)
    assert reason_of(pair(good, good)) == f"hub-1 and hub-2 run {NEW}, Synchronized"
    assert by_router(pair(good, good))["hub"]["reason"] == f"hub-1 and hub-2 run {NEW}, Synchronized"
    other = ("done", f"runs {NEW}, Running", NEW)
    assert reason_of(pair(good, other)) == f"hub-1 runs {NEW}, Synchronized; hub-2 runs {NEW}, Running"
    assert reason_of(pair(good, good)[:1]) == f"runs {NEW}, Synchronized"


def test_a_reason_that_names_its_node_is_not_headed_by_it_again() -> None:
    away = ("skipped", "hub-1 is Disconnected", None)
    assert reason_of(pair(away, ("done", "runs it", NEW))) != "hub-1: hub-1 is Disconnected"
    assert by_router(pair(away, ("done", "runs it", NEW))[:1])["hub"]["reason"] == "hub-1 is Disconnected"


def test_a_router_that_has_no_nodes_is_named_by_its_own_name_alone() -> None:
    nowhere = [NodeResult("nosuch-1", "", "blocked", "the conductor does not show this router")]
    assert by_router(nowhere)["nosuch-1"]["reason"] == "the conductor does not show this router"
    assert summary("upgrade", nowhere)["msg"] == "upgrade of nosuch-1 blocked: the conductor does not show this router"
    assert str(NodeId("nosuch-1", "")) == "nosuch-1" and str(NodeId("", "cond-1")) == "cond-1"
    runs = [NodeResult("R", "", "held", f"runs {NEW}"), NodeResult("R", "", "held", "has no nodes")]
    assert by_router(runs)["R"]["reason"] == f"runs {NEW}; has no nodes"


def test_what_is_the_same_of_both_nodes_is_said_once_in_a_message() -> None:
    same = ("failed", "the release is not offered.", OLD)
    message = summary("upgrade", pair(same, same))["msg"]
    assert message == "upgrade of hub-1.hub and hub-2.hub failed: the release is not offered."
    good = ("done", f"runs {NEW}", NEW)
    assert summary("upgrade", pair(good, good))["msg"] == f"hub-1.hub and hub-2.hub done: runs {NEW}"


def test_what_came_afterwards_is_a_sentence_of_its_own() -> None:
    bad = by_router([NodeResult("hub", "hub-1", "failed", "refused. Run again.")])["hub"]
    later = by_router([NodeResult("hub", "hub-1", "skipped", "left out")])["hub"]
    assert (
        ".." not in combine([bad, later])["reason"] and "again. Afterwards: skipped" in combine([bad, later])["reason"]
    )
    bad["reason"] = "refused"
    assert "refused. Afterwards: skipped" in combine([bad, later])["reason"]


def test_a_router_that_is_left_on_two_versions_gets_advice() -> None:
    nodes = pair(("done", f"runs {NEW}", NEW), ("failed", "refused. Run again.", OLD))
    versions = f"hub-1 runs {spelled(NEW)} and hub-2 runs {spelled(OLD)}"
    sentence = f"{versions}. Commit nothing until they are alike: run again, or revert"
    assert sentence in reason_of(nodes) and sentence in by_router(nodes)["hub"]["reason"]
    message = summary("upgrade", nodes)["msg"]
    assert message.count("Commit nothing") == 1 and ".." not in message and ".;" not in message
    assert "Commit nothing" not in reason_of(pair(("failed", "refused.", OLD), ("not_started", "not sent", OLD)))
    assert "Commit nothing" not in reason_of(pair(("done", "runs it", NEW), ("failed", "x", "SSR-6.3.5-39.r1")))
