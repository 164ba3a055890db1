# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a night looks at its conductor, and what it asks beside the list of assets: counts, no seconds of CPU."""

from __future__ import annotations

import itertools

import pytest

from tests.unit.fakes import Course, FleetConductor, Night, VirtualClock, authority

LOOKS = {"poll_min": 2.0, "poll_max": 15.0, "pair_soak": 300}


def played(count: int, course: Course, **settings: object) -> tuple[FleetConductor, list[float]]:
    """The conductor after a night of so many routers, all of which are done; and when its list was asked for."""
    clock, lists = VirtualClock(), []
    night = Night(authority(clock, [f"r{number:03}" for number in range(count)]))
    night.conductor.course = course
    assets = night.conductor.assets

    def listed() -> list:
        lists.append(clock.now() - 1000)
        return assets()

    night.conductor.assets = listed
    assert set(night.states(**{**LOOKS, **settings}).values()) == {"done"}
    return night.conductor, lists


def beside(conductor: FleetConductor) -> int:
    """The commands of a night beside its lists of assets."""
    return sum(sum(asked.values()) - asked["assets"] for asked in conductor.rounds)


@pytest.mark.parametrize("count", [1, 40])
def test_a_quiet_hour_costs_one_list_in_the_longest_pause_whatever_the_fleet(count) -> None:
    course = Course(2 * 3600, quiet=0.0)
    conductor, lists = played(count, course, in_flight=count, download=False, upgrade_timeout=3 * 3600)
    assert sum(1800 <= at < 1800 + 3600 for at in lists) == 240
    quiet = conductor.rounds[150:300]
    assert sum(sum(asked.values()) for asked in quiet) == len(quiet)


def test_a_change_is_seen_within_one_poll_and_proven_by_quick_ones() -> None:
    conductor, _lists = played(1, Course(1800, quiet=0.0), download=False)
    (ended,) = conductor.ended.values()
    # Seen after 15 s at the latest, proven by two looks of 2 s, and the health check takes a second.
    assert conductor.clock.now() - 1000 - ended <= 15 + 2 * 2 + 2 * 2


def test_after_something_new_it_is_quiet_again_within_half_a_minute() -> None:
    """In a large night a node ends every half minute: a longer echo of each would never end."""
    conductor, lists = played(1, Course(1800, quiet=0.0), download=False)
    ((sent, *_),) = (entry for entry in conductor.log)
    pauses = [round(after - before, 1) for before, after in itertools.pairwise(lists) if before >= sent]
    assert pauses[2:7] == [2.0, 4.0, 8.0, 15.0, 15.0]


def test_commands_for_each_router_are_bounded_whatever_the_fleet() -> None:
    small, large = (beside(played(count, Course(1200), in_flight=30)[0]) / count for count in (30, 90))
    assert large <= small + 1 <= 60


def test_one_that_only_has_to_stay_as_it_is_is_looked_at_as_rarely_as_while_all_is_quiet() -> None:
    """Others keep the list going; their news are no reason to ask this one."""
    conductor, _lists = played(1, Course(600, quiet=0.0), download=False, operation_settle=900)
    busy, _lists = played(40, Course(600, quiet=0.0), download=False, operation_settle=900, in_flight=4)
    assert beside(conductor) <= 3 * 900 / 15 + 40
    assert beside(busy) / 40 <= 3 * 900 / 15 + 40
