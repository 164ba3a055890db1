# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the message of a conductor's upgrade says was done about a node that went wrong."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.conductor_outcome import after_failure
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, NodeResult


def node(state: str = "failed", **more: object) -> NodeResult:
    """The result of a node of the conductor."""
    return NodeResult("Conductor", "c1", state, "runs 6.3.5", **{"accepted": True, **more})


@pytest.mark.parametrize("state", [name for name, state in STATES.items() if state.ok])
def test_of_nodes_that_are_well_nothing_is_said(state) -> None:
    assert after_failure([node(state)], reverts=True, from_below_63=True, peer_done=True) == ""


@pytest.mark.parametrize(
    ("result", "reverts", "words"),
    [
        (node(), True, "It was not reverted: nothing is bad about the node itself."),
        (node("unknown"), True, "It was not reverted: nothing is bad about the node itself."),
        (node("held"), True, "It was not reverted: nothing is bad about the node itself."),
        (node(accepted=False), True, "It was not reverted: this run's upgrade was not accepted there"),
        (
            node(local_fault=True, warnings=("not reverted: the node does not answer",)),
            True,
            "the node does not answer.",
        ),
        (node(local_fault=True), False, "Nothing was reverted."),
        (node("held"), False, "Nothing was reverted."),
    ],
)
def test_it_says_why_a_node_was_not_reverted(result, reverts, words) -> None:
    assert words in after_failure([result], reverts=reverts)


@pytest.mark.parametrize("result", [node("reverted", local_fault=True), node("unknown", local_fault=True)])
def test_what_the_reason_says_about_a_revert_is_not_said_again(result) -> None:
    assert after_failure([result], reverts=True) == ""


def test_the_advice_for_a_pair_from_below_6_3_is_how_to_revert_by_hand() -> None:
    words = after_failure([node()], reverts=True, from_below_63=True)
    assert "sudo install128t" in words and "stay Disconnected" not in words


def test_the_second_node_of_a_pair_from_below_6_3_keeps_all_assets_disconnected() -> None:
    words = after_failure([node()], reverts=True, from_below_63=True, peer_done=True)
    assert words.endswith("until this node runs the new release as well: fix it first.")
