# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long things take: estimates first, then what was seen, and what that means for the rest."""

from __future__ import annotations

import json
import math

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations, Estimates
from hypothesis import given
from hypothesis import strategies as st


def after(*seconds: float, kind: str = "upgrade") -> Durations:
    durations = Durations(Estimates(upgrade=1800))
    for second in seconds:
        durations.add(kind, second)
    return durations


@pytest.mark.parametrize(("kind", "seconds"), [("download", 900), ("upgrade", 1800), ("revert", 1200)])
def test_without_samples_the_estimate_counts(kind, seconds) -> None:
    assert Durations().typical(kind) == seconds


def test_two_samples_are_too_few_to_believe() -> None:
    assert after(60, 60).typical("upgrade") == 1800


def test_from_three_samples_on_four_of_five_fit_into_the_typical_duration() -> None:
    assert after(60, 90, 70).typical("upgrade") == 90
    assert after(*range(1, 11)).typical("upgrade") == 8


def test_one_slow_router_among_many_does_not_spoil_the_estimate() -> None:
    assert after(*[600] * 20, 9000).typical("upgrade") == 600


def test_the_samples_of_one_kind_say_nothing_about_another() -> None:
    assert after(60, 60, 60, kind="download").typical("upgrade") == 1800


@pytest.mark.parametrize("nonsense", [-1.0, math.nan, math.inf])
def test_what_cannot_be_a_duration_is_ignored(nonsense) -> None:
    assert after(60, 60, nonsense).typical("upgrade") == 1800


def test_an_unknown_kind_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="'soaking' is no kind"):
        Durations().add("soaking", 1)


def test_durations_are_carried_over_to_the_next_batch() -> None:
    data = json.loads(json.dumps(after(60, 90, 70).as_data()))
    assert Durations.from_data(data).typical("upgrade") == 90


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "text",
        {},
        {"upgrade": None},
        {"upgrade": "123"},
        {"upgrade": ["1", None, True, -5, {}]},
        {"other": [1]},
    ],
)
def test_what_is_no_duration_in_a_record_is_left_out(data) -> None:
    assert Durations.from_data(data, Estimates(upgrade=7)).typical("upgrade") == 7


def test_the_estimate_of_what_is_left_fills_the_slots_in_order() -> None:
    assert Durations.eta([], 5) == 0
    assert Durations.eta([10, 10, 10], 1) == 30
    assert Durations.eta([10, 10, 10], 2) == 20
    assert Durations.eta([10, 10, 10], 50) == 10
    assert Durations.eta([30, 10, 10, 10], 2) == 30
    assert Durations.eta([10, -5], 1) == 10, "what is overdue takes no negative time"
    assert Durations.eta([10, 10], 0) == 20, "one at a time at least"


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=60), st.integers(1, 20))
def test_the_estimate_lies_within_the_bounds_of_list_scheduling(remaining, slots) -> None:
    lower = max(max(remaining), sum(remaining) / slots)
    estimate = Durations.eta(remaining, slots)
    assert lower - 1e-6 <= estimate <= sum(remaining) / slots + max(remaining) + 1e-6


@given(st.lists(st.floats(0, 100_000), min_size=3, max_size=100))
def test_the_typical_duration_is_a_measured_one_and_covers_four_of_five(samples) -> None:
    typical = after(*samples).typical("upgrade")
    assert typical in samples
    assert sum(sample <= typical for sample in samples) >= 0.8 * len(samples)
