# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the message of a conductor's upgrade says was done about a node that went wrong."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.conductor_outcome import (
    RevertPolicy,
    after_failure,
    with_revert_reasons,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NOT_STARTED, STATES, NodeResult
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import spelled

OLD, NEW = "6.2.9-10.r1.el7", "6.3.5-37.r1.el7"
HOLDS, ON_LOSS, OFF = RevertPolicy(), RevertPolicy(on_loss=True), RevertPolicy(reverts=False)
LOST = f"runs {NEW}, but the conductor has lost something since before: peering"


def node(state: str = "failed", **more: object) -> NodeResult:
    known = {"reason": f"runs {NEW}", "command": "request", "accepted": True, "to_version": NEW, "running_version": NEW}
    return NodeResult("Conductor", "c1", state, **{**known, "from_version": OLD, **more})


def message(result: NodeResult, policy: RevertPolicy = HOLDS, **pair: bool) -> str:
    return after_failure(with_revert_reasons([result], policy), **pair)


@pytest.mark.parametrize("state", [name for name, state in STATES.items() if state.ok])
def test_of_nodes_that_are_well_nothing_is_said(state) -> None:
    assert message(node(state), from_below_63=True, peer_done=True) == ""


@pytest.mark.parametrize(
    ("result", "policy", "why"),
    [
        (node(), HOLDS, "no check proves a fault of the node itself"),
        (node("unknown"), HOLDS, "it is not known how its upgrade ended"),
        (node("unknown", running_version=None), HOLDS, "it is not known what it runs now"),
        (node("held"), HOLDS, "its health check could not be read, which proves no fault of the node"),
        (node("held", reason=LOST), HOLDS, "on_regression is hold, so what was lost only stops the run"),
        (node("held", reason=LOST), RevertPolicy(on_loss=True, by_node=False), "one request moved several nodes"),
        (node("held", reason=LOST), OFF, "reverting is turned off (revert is false)"),
        (node(running_version=OLD), HOLDS, f"it runs {spelled(OLD)}, not the version of the upgrade"),
        (
            node("unknown", accepted=False),
            HOLDS,
            "this run's upgrade was not accepted there, so there is nothing to revert",
        ),
        (node(accepted=False, command=None), HOLDS, "this run sent no upgrade to it"),
        (node(local_fault=True), OFF, "reverting is turned off (revert is false)"),
    ],
)
def test_why_a_node_was_not_reverted_stands_in_its_result_and_in_the_message(result, policy, why) -> None:
    (warned,) = with_revert_reasons([result], policy)
    assert warned.warnings == (f"not reverted: {why}",)
    assert f"It was not reverted: {why}." in message(result, policy)


def test_of_an_upgrade_that_was_refused_nobody_expects_a_revert() -> None:
    refused = node(accepted=False, reason=f"The device refused it. {NOT_STARTED}", running_version=OLD)
    (result,) = with_revert_reasons([refused], HOLDS)
    assert result.warnings == () and message(refused) == ""


def test_a_revert_that_was_refused_is_given_one_reason() -> None:
    result = node(local_fault=True, warnings=("not reverted: the node does not answer",))
    assert with_revert_reasons([result], HOLDS) == [result]
    assert message(result) == "It was not reverted: the node does not answer."


def test_a_refused_revert_after_a_loss_with_on_regression_revert_is_given_its_own_reason() -> None:
    result = node("held", reason=LOST, warnings=("not reverted: routers run something newer",))
    assert message(result, ON_LOSS).startswith("It was not reverted: routers run something newer.")


@pytest.mark.parametrize(
    "result",
    [
        node("reverted", local_fault=True, running_version=OLD),
        node("unknown", local_fault=True),
        node("not_started", accepted=False, command=None, running_version=OLD),
        node("blocked", accepted=False, command=None, running_version=OLD),
    ],
)
def test_what_the_reason_says_about_a_revert_is_not_said_again(result) -> None:
    assert message(result) == ""


def test_after_a_loss_the_message_says_how_to_accept_it() -> None:
    assert message(node("held", reason=LOST)).endswith("can be named in compare_exclude or compare_thresholds.")
    assert "compare_exclude" not in message(node("held"))


def test_a_node_that_still_runs_a_release_below_6_3_is_rolled_back_by_hand() -> None:
    words = message(node(to_version="6.2.11-2.r1.el7", running_version=OLD), from_below_63=True)
    assert "sudo install128t" in words and "stay Disconnected" not in words
    words = message(node("unknown", running_version=None), from_below_63=True, peer_done=True)
    assert "sudo install128t" in words and words.endswith("runs the new release as well: fix it first.")


def test_a_node_that_runs_6_3_already_needs_no_advice_for_older_releases() -> None:
    words = message(node(), from_below_63=True, peer_done=True)
    assert "below 6.3" not in words and "Disconnected" not in words


def test_a_refusal_that_gives_the_advice_for_older_releases_is_not_repeated() -> None:
    refused = message(node(running_version=OLD), from_below_63=True).split("It was not reverted: ")[1]
    result = node(running_version=OLD, local_fault=True, warnings=(f"not reverted: {refused}",))
    assert message(result, from_below_63=True).count("sudo install128t") == 1


def test_a_node_on_which_nothing_was_begun_is_not_rolled_back() -> None:
    words = message(node(accepted=False, running_version=OLD), from_below_63=True, peer_done=True)
    assert "install128t" not in words and words.endswith("fix it first.")
