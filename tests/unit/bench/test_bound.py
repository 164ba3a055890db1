# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bound of a night is one: no order of the same work is shorter. And the reference is not."""

from __future__ import annotations

import random

import pytest

from tests.bench.bound import NightLimits, router_length, shortest_night
from tests.bench.fleet import BenchFleet, NodeWork, draw_fleet
from tests.bench.makespan import SETTINGS, night_limits, play_night
from tests.bench.reference import chunked_night


def fleet(*routers):
    """Routers, each a list of (download, upgrade) of its nodes."""
    members = {f"r{n}": [NodeWork("ab"[i], *node) for i, node in enumerate(nodes)] for n, nodes in enumerate(routers)}
    return BenchFleet(0, members)


def any_order(night, limits, chance):
    """The end of a night whose downloads and upgrades begin in some order, each as soon as a slot is free."""
    routers = list(night.routers.values())
    chance.shuffle(routers)
    lanes, slots, end = [0.0] * limits.downloads_in_flight, [0.0] * limits.in_flight, 0.0
    for nodes in routers:
        there = 0.0
        for node in nodes:
            lane = lanes.index(min(lanes))
            lanes[lane] += node.download
            there = max(there, lanes[lane])
        slot = slots.index(min(slots))
        slots[slot] = max(slots[slot], there) + router_length(nodes, limits)
        end = max(end, slots[slot])
    return end


@pytest.mark.parametrize("seed", range(40))
def test_no_order_of_the_same_work_is_shorter_than_the_bound(seed):
    chance = random.Random(seed)
    limits = NightLimits(chance.randint(1, 6), chance.randint(1, 4), chance.choice([0.0, 300.0]), 30.0)
    night = draw_fleet(chance.randint(1, 12), seed)
    bound = shortest_night(night, limits)
    assert all(any_order(night, limits, chance) >= bound - 1e-6 for _ in range(50))
    assert chunked_night(night, limits) >= bound - 1e-6


def test_the_engine_is_not_faster_than_the_bound():
    """Without the soak and the proof, which it may take differently."""
    night = draw_fleet(6, 3)
    conductor, result = play_night(night, {"in_flight": 2, "downloads_in_flight": 2})
    assert result["totals"] == {"done": 6}
    assert conductor.clock.now() - 1000 >= shortest_night(night, NightLimits(2, 2, SETTINGS["pair_soak"], 0.0))


@pytest.mark.parametrize(
    ("night", "limits", "seconds"),
    [
        # Slots: three routers of 100 s, two at once.
        (fleet([(0, 100)], [(0, 100)], [(0, 100)]), NightLimits(2, 9, 0.0), 150),
        # Downloads: 200 s of them in one lane, and the shortest upgrade thereafter.
        (fleet([(100, 10)], [(100, 20)]), NightLimits(9, 1, 0.0), 210),
        # The longest router: a pair with its soak, whose nodes download side by side.
        (fleet([(50, 100), (60, 100)], [(1, 1)]), NightLimits(9, 9, 300.0), 560),
    ],
    ids=["slots", "downloads", "longest"],
)
def test_each_of_the_three_bounds_counts(night, limits, seconds):
    assert shortest_night(night, limits) == pytest.approx(seconds)


def test_the_reference_waits_for_the_slowest_of_each_chunk_and_looks_every_half_minute():
    night = fleet([(10, 100)], [(40, 31)], [(5, 60)])
    # Downloads of a chunk: 60 s (seen at the second look), its upgrades 120 s; then 30 s and 60 s.
    assert chunked_night(night, NightLimits(2, 2, 0.0)) == 60 + 120 + 30 + 60


def test_in_a_chunk_of_the_reference_downloads_have_no_second_barrier():
    """Three downloads beside a long one take the other place in turn: 120 s, not 120 + 30 + 30."""
    night = fleet([(100, 30)], [(10, 30)], [(10, 30)], [(10, 30)])
    assert chunked_night(night, NightLimits(4, 2, 0.0)) == 120 + 30
    # With one chunk for each router there is nothing to run beside it.
    assert chunked_night(night, NightLimits(1, 2, 0.0)) == 120 + 30 + 3 * (30 + 30)


def test_the_bound_takes_the_least_proof_of_the_settings():
    """Where no status shows the end, the default wait for it belongs to each proof."""
    shown, waited = night_limits(), night_limits(operation_settle=300)
    assert waited.proof >= 300 > shown.proof > 0
    assert night_limits(in_flight=7, pair_soak=60) == NightLimits(7, 25, 60, shown.proof)


def test_a_seed_gives_the_same_fleet_with_the_stated_means():
    night = draw_fleet(4000, 7)
    assert night == draw_fleet(4000, 7) != draw_fleet(4000, 8)
    nodes = night.nodes
    assert sum(node.upgrade for node in nodes) / len(nodes) == pytest.approx(1200, rel=0.02)
    assert sum(node.download for node in nodes) / len(nodes) == pytest.approx(360, rel=0.04)
    assert sum(len(router) == 2 for router in night.routers.values()) / 4000 == pytest.approx(0.3, abs=0.03)
