# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each part of what holds a router up, one by one: canaries, earlier batches and its group; and a revert."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.admission import (
    RolloutLimits,
    RolloutState,
    may_go_on,
    why_closed,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batches import CanaryState
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.overrides import GROUP, Override

from .test_admission import ESTIMATES, NOW, ask, later, router, running

REVERTS = RolloutLimits(reverts=True, in_flight=1)
#: A router of an exclusive group of two.
OF_GROUP = {"group": "g", "members": ("r", "mate")}
LIFTED = (Override("r", GROUP, "the site is closed"),)


@pytest.mark.parametrize(
    ("canaries", "go", "stop"),
    [
        (CanaryState(), True, False),
        (CanaryState(wanted=1), True, False),
        (CanaryState(wanted=1, begun=1, running=("x",)), False, False),
        (CanaryState(wanted=1, begun=1, bad=("x",)), False, True),
    ],
)
def test_the_others_wait_for_the_canaries_and_none_begins_after_a_bad_one(canaries, go, stop) -> None:
    decision = ask(canaries=canaries)
    assert (decision.go, decision.stop) == (go, stop)


def test_nothing_begins_where_an_earlier_batch_said_so() -> None:
    decision = ask(stopped_before="batch 1 ended badly")
    assert decision.stop and decision.reason == "batch 1 ended badly"


def test_a_revert_waits_for_a_slot_its_wave_and_its_group_and_for_nothing_else() -> None:
    assert ask(bounds=REVERTS, stop_file=True).go
    assert not ask(bounds=REVERTS, running=running(1)).go
    assert not ask(router(wave=1), REVERTS, waiting=[router("other")]).go
    wide = RolloutLimits(reverts=True, in_flight=5)
    assert not ask(router(**OF_GROUP), wide, running=[router("mate", **OF_GROUP)]).go
    assert ask(router(), wide, running=[router("other")]).go  # none of them is of a group


def go_on(plan, bounds: RolloutLimits, first: bool = False, **situation):
    moment = RolloutState(**{"now": NOW, "running": (plan,), "ended": {}, "total": 100, **situation})
    return may_go_on(plan, moment, bounds, Durations(ESTIMATES), first)


def test_a_revert_that_has_begun_goes_on_whatever_ends_the_run() -> None:
    assert go_on(router(), REVERTS, stop_file=True).go
    assert not go_on(router(), RolloutLimits(), stop_file=True).go


def test_a_router_is_not_held_up_by_itself() -> None:
    plan = router(**OF_GROUP)
    assert go_on(plan, RolloutLimits(), first=True).go
    assert ask(plan, bad_before={"r": "failed"}).go
    assert ask(plan, bad_before={"mate": "failed"}).never
    assert ask(plan, ended={"mate": "failed"}).never


def test_a_mate_that_is_not_well_holds_it_up_unless_that_is_lifted() -> None:
    unwell = {"mate": ("is Disconnected", 10.0)}
    assert not ask(router(**OF_GROUP), unwell=unwell).go
    lifted = router(overrides=LIFTED, **OF_GROUP)
    assert ask(lifted, unwell=unwell).go and ask(lifted, ended={"mate": "failed"}).go


def test_why_nothing_is_sent_any_more_is_said_and_where_it_may_be_nothing_is() -> None:
    bounds = RolloutLimits(start_deadline=later(60))
    assert why_closed(NOW, False, bounds) == ""
    assert "stop file" in why_closed(NOW, True, bounds)
    assert "start_deadline" in why_closed(later(60), False, bounds)
