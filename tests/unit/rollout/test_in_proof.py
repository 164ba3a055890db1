# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nights with places of ``in_proof``, in virtual time: when a router gives its slot to the next, and when not."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.rollout_admission import RolloutAdmission
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.rollout_progress import ActiveRouter
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.router_upgrade import RouterUpgrade

from tests.unit.fakes import Course, Night, VirtualClock, authority

from .nights import FAILS, PASSES

PAIR = ("a", "b")
#: In these nights the proof of a node takes this long, and its upgrade much less.
PROOF = 2000
QUICK = {
    "download": False,
    "health_check": False,
    "compare": False,
    "start_order": "as_listed",
    "operation_settle": PROOF,
    "max_failures": None,
}
#: A few looks: until it is seen that a node is back, and until the next one has been sent its command.
LOOKS = 40


def night_of(courses: dict[str, float], pairs: tuple[str, ...] = ()) -> Night:
    """A night with these routers, and for how many seconds the upgrade of each node takes."""
    nodes = {router: PAIR if router in pairs else ("a",) for router in courses}
    night = Night(authority(VirtualClock(), nodes))
    for router, seconds in courses.items():
        for node in nodes[router]:
            night.conductor.courses[router, node] = Course(seconds)
    return night


def begins(night: Night, **args: object) -> dict[str, float]:
    """When the first command was sent to each router of a night that went well."""
    states = night.states(**{**QUICK, **args})
    assert set(states.values()) == {"done"} and night.conductor.wrong == []
    return begun(night)


def begun(night: Night) -> dict[str, float]:
    first: dict[str, float] = {}
    for at, _what, router, _node in night.conductor.log:
        first.setdefault(router, at)
    return first


def test_the_next_one_begins_as_soon_as_a_router_is_back() -> None:
    night = night_of({"r0": 100, "r1": 5000, "r2": 100})
    assert 100 < begins(night, in_flight=2, in_proof=1)["r2"] < 100 + LOOKS
    assert night.conductor.most["in flight"] == 2


def test_without_the_option_it_begins_after_the_proof_and_nobody_asks_who_is_back(monkeypatch) -> None:
    monkeypatch.setattr(RouterUpgrade, "proving", property(lambda _run: 1 / 0))
    night = night_of({"r0": 100, "r1": 5000, "r2": 100})
    assert 100 + PROOF < begins(night, in_flight=2)["r2"] < 100 + PROOF + 2 * LOOKS
    assert not any("proving" in line for line in night.lines)


def test_no_more_are_begun_and_not_proven_than_both_numbers_allow() -> None:
    start = begins(night_of({f"r{number}": 100 for number in range(4)}), in_flight=1, in_proof=1)
    assert start["r1"] < 100 + LOOKS
    assert 100 + PROOF < start["r2"] < 100 + PROOF + 2 * LOOKS, "r0 is proven, and r1 is back"
    assert start["r1"] + 100 + PROOF < start["r3"]


def test_the_budget_bears_that_all_fail_which_are_not_proven() -> None:
    night = night_of({"r0": 100, "r1": 200, "r2": 100, "r3": 100})
    start = begins(night, in_flight=2, in_proof=5, max_failures=1)
    assert 100 < start["r2"] < 100 + LOOKS, "r0 alone is back"
    assert start["r3"] > 100 + PROOF, "r0 and r1 were back, and only one may fail"


def test_with_a_budget_of_zero_every_router_is_proven_first() -> None:
    assert begins(night_of({"r0": 100, "r1": 100}), in_flight=1, in_proof=5, max_failures=0)["r1"] > 100 + PROOF


def test_a_router_that_goes_away_again_takes_its_slot_back() -> None:
    night = night_of({"r0": 100, "r1": 5000, "r2": 100, "r3": 100})
    box = night.conductor.boxes["r0", "a"]
    night.clock.after(150, lambda: night.conductor.show(box, status="Disconnected"))
    night.clock.after(1000, lambda: night.conductor.show(box, status="Synchronized"))
    start = begins(night, in_flight=2, in_proof=5)
    assert start["r2"] < 100 + LOOKS
    assert 1000 < start["r3"] < 1000 + LOOKS, "r2 was back at 220, and r0 was away"


def test_a_service_that_stops_takes_the_slot_back() -> None:
    night = night_of({"r0": 100, "r1": 5000, "r2": 100, "r3": 100})
    box = night.conductor.boxes["r0", "a"]
    night.clock.after(150, lambda: night.conductor.show(box, service="offline"))
    night.clock.after(800, lambda: night.conductor.show(box, service="Running"))
    assert 800 < begins(night, in_flight=2, in_proof=5)["r3"] < 800 + 3 * LOOKS


def test_a_router_whose_service_stays_down_gives_no_slot_before_its_end() -> None:
    night = night_of({"r0": 100, "r1": 100})
    night.conductor.courses["r0", "a"] = Course(100, end="down")
    states = night.states(**QUICK, in_flight=1, in_proof=5, revert=False)
    assert states == {"r0": "failed", "r1": "done"}
    assert begun(night)["r1"] > 100 + 900


def test_a_health_check_that_has_failed_keeps_the_slot_until_it_passes() -> None:
    """r1 is back at about 425, when the check of r0 has just failed for the first time, and is repeated."""
    start = {}
    for first in (PASSES, FAILS):
        night = night_of({"r0": 100, "r1": 290, "r2": 20})
        night.conductor.health = [first, *[PASSES] * 9]
        start[first] = begins(night, in_flight=1, in_proof=5, health_check=True, operation_settle=300)["r2"]
    assert start[PASSES] + 10 < start[FAILS] < start[PASSES] + 40


def test_a_router_that_is_reverted_takes_its_slot_again() -> None:
    """r0 is back at 100, and proven until 400; then its check fails twice. Meanwhile r1 begins, and is back at 700."""
    night = night_of({"r0": 100, "r1": 500, "r2": 20})
    night.conductor.courses["r0", "a"] = Course(100, back=Course(1000))
    night.conductor.health = [FAILS, FAILS, *[PASSES] * 9]
    more = {"in_flight": 1, "in_proof": 5, "health_check": True, "operation_settle": 300}
    states = night.states(**{**QUICK, **more})
    assert states == {"r0": "reverted", "r1": "done", "r2": "done"}
    reverted = next(at for at, what, *_ in night.conductor.log if what == "revert")
    assert 400 < reverted < 600 and begun(night)["r2"] > reverted + 1000, "it was away again, and held the only slot"


def test_the_first_node_of_a_pair_frees_no_slot() -> None:
    night = night_of({"pair": 100, "single": 100}, pairs=("pair",))
    start = begins(night, in_flight=1, in_proof=5)
    second = next(at for at, _what, router, _node in night.conductor.log[1:] if router == "pair")
    assert second > 100 + PROOF and second + 100 < start["single"] < second + 100 + LOOKS


def test_a_pair_takes_its_slot_again_when_the_node_that_was_done_goes_away() -> None:
    night = night_of({"pair": 100, "r1": 300, "r2": 100}, pairs=("pair",))
    box, second = night.conductor.boxes["pair", "a"], 100 + PROOF + 60

    def away() -> None:
        night.conductor.show(box, status="Disconnected")
        night.clock.after(400, lambda: night.conductor.show(box, status="Synchronized"))

    night.clock.after(second + 250, away)
    start = begins(night, in_flight=1, in_proof=5)
    assert second + 100 < start["r1"] < second + 250, "both nodes were back"
    assert second + 650 <= start["r2"] < second + 650 + LOOKS, "r1 was back long before"


def test_a_router_that_must_wait_for_its_group_lets_those_behind_it_begin() -> None:
    groups = {"r0": "g", "r1": "g"}
    start = begins(night_of({"r0": 100, "r1": 100, "r2": 100}), in_flight=1, in_proof=5, exclusive_groups=groups)
    assert start["r2"] < 100 + LOOKS and start["r1"] > 100 + PROOF


def test_what_was_found_at_work_keeps_its_slot() -> None:
    back = SimpleNamespace(proving=True)
    for found in (False, True):
        active = ActiveRouter(SimpleNamespace(found_at_work=found), back, iter(()), 0.0)
        assert active.proving != found


def test_a_conductor_that_shows_the_operation_in_progress_keeps_the_slot() -> None:
    night = night_of({"r0": 100, "r1": 100})
    night.clock.after(50, lambda: night.conductor.told.update(upgrade="a.r0: upgrade in progress"))
    night.clock.after(700, night.conductor.told.clear)
    assert 700 < begins(night, in_flight=1, in_proof=5)["r1"] < 700 + LOOKS


def test_waves_and_exclusive_groups_wait_for_the_proof() -> None:
    waves = begins(night_of({"r0": 100, "r1": 100}), in_flight=5, in_proof=5, waves={"r1": 1})
    groups = begins(night_of({"r0": 100, "r1": 100}), in_flight=5, in_proof=5, exclusive_groups={"r0": "g", "r1": "g"})
    assert waves["r1"] > 100 + PROOF and groups["r1"] > 100 + PROOF


def test_the_line_of_progress_says_how_many_are_proven() -> None:
    night = night_of({"r0": 100, "r1": 1500})
    begins(night, in_flight=1, in_proof=1)
    assert any("in flight 2 (1 proving)" in line for line in night.lines)
    assert any("in flight 1, " in line for line in night.lines), "while none is"


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_fleet_no_more_are_away_or_begun_than_allowed(seed, monkeypatch) -> None:
    chance = random.Random(seed)
    routers = {f"r{number:02}": chance.uniform(20, 900) for number in range(14)}
    night = night_of(routers, pairs=tuple(router for router in routers if chance.random() < 0.3))
    slots, places, failures = chance.randint(1, 4), chance.randint(1, 6), chance.choice((1, 3, None))
    seen = []
    real = RolloutAdmission.next_start

    def next_start(admission):
        start, progress = real(admission), admission.progress
        if start is not None:
            away = {router for router, _node in night.conductor.working}
            seen.append((len(progress.active) + 1, len(progress.active) - len(admission.proving()), away))
        return start

    monkeypatch.setattr(RolloutAdmission, "next_start", next_start)
    begins(night, in_flight=slots, in_proof=places, operation_settle=300, max_failures=failures)
    assert max(begun for begun, _holding, _away in seen) <= slots + places
    worst = failures or slots + places
    assert all(begun <= slots or begun - 1 - holding <= worst for begun, holding, _away in seen)
    assert all(holding < slots and len(away) < slots for _begun, holding, away in seen)
    assert any(begun > slots for begun, _holding, _away in seen), "the places are used"
    assert night.conductor.most["in flight"] <= slots
