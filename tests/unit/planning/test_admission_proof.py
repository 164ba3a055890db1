# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may start while others only have to be proven: slots, places of ``in_proof``, and the budget of failures."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.admission import (
    RolloutLimits,
    RolloutState,
    may_go_on,
    no_slot,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batches import CanaryState
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations

from .test_admission import ESTIMATES, NOW, ask, grouped, router, running

#: Three slots, and two places beside them.
BOUNDS = RolloutLimits(in_flight=3, in_proof=2)


def proving(count: int) -> list[str]:
    return [f"busy-{number}" for number in range(count)]


def starts(begun: int, back: int, bounds: RolloutLimits = BOUNDS, **situation) -> bool:
    """May one more start while so many are begun, of which some are back?"""
    decision = ask(bounds=bounds, running=running(begun), proving=proving(back), **situation)
    assert decision.go or (decision.full and not decision.stop and not decision.never and decision.reason)
    return decision.go


def test_a_router_that_is_back_gives_its_slot_to_the_next() -> None:
    assert not starts(3, 0)
    assert starts(3, 1)
    assert not starts(4, 1), "three are away"
    assert starts(4, 2)
    assert not starts(5, 2)


def test_begun_and_not_proven_are_never_more_than_both_numbers_together() -> None:
    assert starts(4, 4)
    assert not starts(5, 5), "all of them are back"
    assert "no more than 3 + 2 may be" in ask(bounds=BOUNDS, running=running(5), proving=proving(5)).reason


@pytest.mark.parametrize("back", range(4))
def test_without_places_nobody_gives_a_slot_back_before_its_end(back) -> None:
    none = replace(BOUNDS, in_proof=0)
    assert starts(2, min(back, 2), none) and not starts(3, back, none)
    assert ask(bounds=none, running=running(3), proving=proving(back)).reason == "all 3 slots are taken"
    reverts = replace(BOUNDS, reverts=True)
    assert not starts(3, back, reverts), "nor where routers are taken back"


def test_an_unknown_router_holds_its_slot_beside_those_that_are_proven() -> None:
    assert not starts(2, 0, ended={"x": "unknown"})
    assert starts(2, 1, ended={"x": "unknown"})
    assert not starts(4, 4, ended={"x": "unknown"}), "five are begun and not proven"


def test_the_budget_must_bear_that_all_fail_which_are_not_proven() -> None:
    bounds = RolloutLimits(in_flight=3, in_proof=10, max_failures=2)
    assert starts(4, 2, bounds)
    assert not starts(5, 3, bounds)
    assert starts(3, 1, bounds, ended={"x": "failed"})
    assert not starts(4, 2, bounds, ended={"x": "failed"})
    assert not starts(4, 2, bounds, failures_before=1)
    assert starts(2, 2, bounds, ended={"x": "failed", "y": "held"}), "no place of in_proof is taken"
    assert not starts(3, 1, replace(bounds, max_failures=0)), "not one may fail"
    assert starts(12, 10, replace(bounds, max_failures=None))


def test_the_percentage_reckons_with_them_as_well() -> None:
    bounds = RolloutLimits(in_flight=3, in_proof=10, max_failures=None, max_fail_percentage=10)
    assert starts(4, 2, bounds, total=20)
    assert not starts(4, 2, bounds, total=19)
    assert starts(4, 2, bounds, total=19, total_before=1)


def test_what_is_not_worked_on_takes_no_place() -> None:
    assert starts(6, 2, resting=frozenset(("busy-4", "busy-5")))
    assert starts(6, 2, aside=2)


def test_whoever_is_only_proven_has_not_ended_for_its_group_its_wave_and_the_canaries() -> None:
    mate = grouped("store-1")
    decision = ask(grouped("store-2"), bounds=BOUNDS, running=[mate], proving=["store-1"])
    assert not decision.go and "is in flight" in decision.reason
    hub = router("hub", wave=2)
    assert not ask(hub, bounds=BOUNDS, running=[router("a", wave=1)], waiting=[hub], proving=["a"]).go
    canaries = CanaryState(wanted=1, begun=1, running=("busy-0",))
    assert not ask(bounds=BOUNDS, running=running(1), proving=proving(1), canaries=canaries).go


def test_what_was_found_at_work_gets_the_slot_of_one_that_is_back() -> None:
    found = router("found", nodes=2, recorded=True)

    def goes_on(back: int, bounds: RolloutLimits = BOUNDS, others: int = 3) -> bool:
        moment = RolloutState(NOW, [*running(others), found], {}, 100, proving=proving(back))
        return may_go_on(found, moment, bounds, Durations(ESTIMATES), first=False, found_at_work=True).go

    assert not goes_on(0)
    assert goes_on(1)
    assert not goes_on(1, replace(BOUNDS, in_proof=0))
    assert not goes_on(1, replace(BOUNDS, max_failures=0))
    assert not goes_on(5, others=5)


def test_no_order_of_events_begins_more_than_the_three_rules_allow() -> None:
    """Every small state, against the rules in other words."""
    counts = (range(1, 4), range(4), range(7), range(7), range(3), (0, 2))
    for slots, places, begun, back, failed, most in product(*counts):
        if back > begun:
            continue
        bounds = RolloutLimits(in_flight=slots, in_proof=places, max_failures=most)
        ended = {f"f{number}": "failed" for number in range(failed)}
        state = RolloutState(NOW, running(begun), ended, 100, proving=proving(back))
        allowed = begun < slots or (begun - back < slots and begun < slots + places and failed + back <= most)
        assert (not no_slot(state, bounds)) == allowed, (slots, places, begun, back, failed, most)


def test_what_ended_last_counts_as_if_all_in_proof_were_bad() -> None:
    assert starts(4, 2, recent_left=3)
    assert not starts(4, 2, recent_left=2)
    assert "(recent_failures)" in ask(bounds=BOUNDS, running=running(4), proving=proving(2), recent_left=2).reason
    assert starts(2, 2, recent_left=1), "a slot is free without any place"
