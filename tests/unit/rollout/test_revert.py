# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rule 20: what a revert of one node needs before it is sent, whether it follows an upgrade or is done by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.gate import examine
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.read_moments import revert_moment
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.revert import RevertOptions, decide_revert
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_status import NodeStatus

from tests.unit.fakes import NEW, OLD

from .test_boot_volumes import Reverting, prints

NODE = NodeId("R", "a")
AFTER_UPGRADE = RevertOptions(NODE, before=OLD, upgraded_to=NEW)
BY_HAND = RevertOptions(NODE, before=OLD, by_hand=True)


def decide(authority: Reverting, options: RevertOptions, **more):
    """What is decided about the revert of a node."""
    authority.conductor.volumes.setdefault(("R", "a"), prints(OLD))
    poller = authority.loop.poller()
    return authority.loop.drive(decide_revert(authority.loop, poller, options, **more), poller)


@pytest.mark.parametrize("options", [AFTER_UPGRADE, BY_HAND])
def test_a_node_that_runs_the_new_version_may_be_reverted_to_the_one_from_before(options) -> None:
    decision = decide(Reverting(), options)
    assert (decision.refused, decision.back_to, decision.there) == (None, OLD, False)
    spec = decision.spec()
    assert (spec.request.operation, spec.request.router, spec.request.node) == ("revert", "R", "a")
    assert spec.nodes == (NODE,) and spec.wanted == OLD


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (replace(AFTER_UPGRADE, accepted=False), "was not accepted"),
        (replace(AFTER_UPGRADE, before=None), "not recorded"),
        (replace(AFTER_UPGRADE, upgraded_to="6.3.9"), "not the version of the upgrade"),
    ],
)
def test_what_is_not_ours_is_not_reverted(options, words) -> None:
    authority = Reverting()
    assert words in decide(authority, options).refused
    assert not authority.conductor.volumes_asked


@pytest.mark.parametrize("options", [AFTER_UPGRADE, BY_HAND])
def test_a_node_on_which_the_conductor_shows_an_operation_is_not_reverted(options) -> None:
    authority = Reverting()
    authority.conductor.told["upgrade"] = "a: upgrade in progress"
    assert "an operation runs on it" in decide(authority, options).refused


@pytest.mark.parametrize("options", [AFTER_UPGRADE, BY_HAND])
def test_a_node_that_is_away_is_not_reverted(options) -> None:
    authority = Reverting()
    authority.a.status = "Disconnected"
    assert "does not answer" in decide(authority, options).refused


def test_a_node_that_runs_the_version_from_before_has_nothing_to_revert() -> None:
    authority = Reverting()
    authority.a.version = OLD
    decision = decide(authority, BY_HAND)
    assert decision.there and decision.refused


def test_a_node_on_which_an_upgrade_was_begun_is_not_there_yet_although_it_runs_that_version(
    tmp_path,
) -> None:
    authority = Reverting()
    authority.a.version = OLD
    journal = authority.loop.journal = Journal(str(tmp_path), "run", authority.clock)
    journal.write(journal.intent(*NODE, "upgrade", "request system software upgrade", (OLD, NEW), 5400))
    decision = decide(authority, BY_HAND)
    assert not decision.there and "its end is not known" in decision.refused
    authority.clock.sleep(6000)
    assert decide(authority, BY_HAND).there, "its time is over, and the node is well"
    authority.conductor.told["upgrade"] = "a: upgrade in progress"
    decision = decide(authority, BY_HAND)
    assert not decision.there and "an operation runs on it" in decision.refused


def test_a_reason_of_the_caller_refuses_it_too() -> None:
    decision = decide(Reverting(), BY_HAND, forbids=lambda back_to: f"not to {back_to}")
    assert decision.refused == f"not to {OLD}"


def test_a_node_that_prints_nothing_of_its_volumes_is_reverted_with_a_warning() -> None:
    authority = Reverting()
    authority.conductor.volumes["R", "a"] = None
    decision = decide(authority, AFTER_UPGRADE)
    assert decision.refused is None and "idle volume" in decision.warning


@pytest.mark.parametrize(
    ("idle", "recorded", "named", "goes_to"),
    [
        (OLD, OLD, None, OLD),
        ("5.4.11-4.el7", OLD, None, None),
        ("5.4.11-4.el7", OLD, "5.4.11", "5.4.11"),
        ("5.4.11-4.el7", OLD, "5.4.12", None),
        ("5.4.11-4.el7", OLD, OLD, None),
        (None, OLD, "5.4.11", None),
    ],
)
def test_another_version_is_gone_back_to_only_if_it_is_named(idle, recorded, named, goes_to) -> None:
    authority = Reverting()
    authority.conductor.volumes["R", "a"] = prints(idle)
    decision = decide(authority, RevertOptions(NODE, before=recorded, upgraded_to=NEW, named=named))
    assert (None if decision.refused else decision.back_to) == goes_to


def test_a_revert_asks_for_no_confirmation_by_default() -> None:
    """Nobody answers questions at night."""
    assert decide(Reverting(), AFTER_UPGRADE).spec().request.force is True
    for force in (True, False):
        assert decide(Reverting(), replace(BY_HAND, force=force)).spec().request.force is force


@pytest.mark.parametrize("operation", ["upgrade", "revert"])
def test_an_operation_that_either_status_shows_forbids_a_revert(operation) -> None:
    """A way back that somebody has begun already shows in the status of reverts alone."""
    authority = Reverting()
    authority.conductor.told[operation] = "a: in progress"
    assert "an operation runs on it" in decide(authority, AFTER_UPGRADE).refused


def test_the_node_of_the_session_answers_whatever_its_asset_shows() -> None:
    """The assets of a conductor are Disconnected while it is half done."""
    authority = Reverting()
    own = NodeId(authority.conductor.own.router, authority.conductor.own.node)
    status = NodeStatus(reachable=True, state="Disconnected", away=True)
    poller = authority.loop.poller()
    assert examine([revert_moment(poller, own, status)]).sends
    assert not examine([revert_moment(poller, NODE, status)]).sends
