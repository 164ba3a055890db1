# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much a run prints: a line where something happens to a router, little about hundreds, and never long silence."""

from __future__ import annotations

import re

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import level_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.levels import ALL, LEVELS, NORMAL, QUIET, shows

from tests.unit.fakes import Course, Night, VirtualClock, authority

#: Ten minutes, and what one round may take longer.
SILENCE = 600 + 60


def night(routers: int, level: str = QUIET, **courses: Course) -> Night:
    """A night of so many routers, every third of them a pair."""
    nodes = {f"r{number:03}": ("a", "b")[: 2 if number % 3 == 0 else 1] for number in range(routers)}
    made = Night(authority(VirtualClock(), nodes))
    made.conductor.courses = {(router, "a"): course for router, course in courses.items()}
    made._progress = level
    return made


def options(**more: object) -> dict:
    return {"download": False, "health_check": False, "run_id": "tonight", **more}


def longest_silence(made: Night) -> float:
    return max(later - earlier for earlier, later in zip([0.0, *made.told_at], made.told_at, strict=False))


def test_a_dozen_routers_have_two_lines_each_at_most() -> None:
    quiet, everything = night(12), night(12, ALL)
    quiet.states(**options())
    everything.states(**options())
    assert len(quiet.lines) <= 24 and len(quiet.lines) < len(everything.lines) / 3, quiet.lines
    begun = [router for line in quiet.lines if line.startswith("begun: ") for router in line[7:].split(", ")]
    assert sorted(begun) == [f"r{number:03}" for number in range(12)]
    assert sum(": DONE: " in line for line in quiet.lines) == 12
    assert not any("it runs" in line or "sent:" in line for line in quiet.lines)


def test_each_router_is_begun_before_it_ends() -> None:
    made = night(12)
    made.states(**options(in_flight=3))
    text = "\n".join(made.lines)
    for number in range(12):
        assert 0 <= text.index(f"r{number:03}") < text.index(f"r{number:03}: DONE")


def test_three_hundred_routers_have_a_line_for_each_tenth_and_none_of_their_own() -> None:
    made = night(300)
    states = made.states(**options(in_flight=30, poll_min=30.0, poll_max=30.0))
    assert set(states.values()) == {"done"}
    assert 9 <= len(made.lines) <= 60 and not any(": DONE: " in line for line in made.lines), made.lines
    assert longest_silence(made) <= SILENCE
    assert all(line.startswith("done ") and " in flight " in line for line in made.lines), made.lines


def test_of_many_routers_a_bad_end_has_a_line_with_its_reason() -> None:
    made = night(60, r007=Course(600, end="back"), r021=Course(600, end="back"))
    made.states(**options(in_flight=20, max_failures=100))
    ends = [line for line in made.lines if ": REVERTED: " in line]
    assert sorted(line.split(":")[0] for line in ends) == ["r007", "r021"]
    assert all("went back" in line for line in ends)


def test_a_batch_of_a_large_run_is_part_of_it() -> None:
    made = night(4)
    made._vars["ansible_play_hosts_all"] = [f"r{number}" for number in range(300)]
    made.states(**options())
    assert not any("begun" in line or ": DONE: " in line for line in made.lines), made.lines


@pytest.mark.parametrize("routers", [1, 35])
def test_a_run_in_which_nothing_happens_for_hours_is_never_silent_for_long(routers) -> None:
    slow = {f"r{number:03}": Course(4 * 3600) for number in range(routers)}
    made = night(routers, **slow)
    made.states(**options(in_flight=routers, upgrade_timeout=6 * 3600, poll_min=30.0, poll_max=30.0))
    assert longest_silence(made) <= SILENCE
    late = [line for line in made.lines if "overdue: " in line]
    assert "overdue: r000 (" in late[-1] and late[-1].endswith("more") == (routers > 3), late


def test_a_run_that_stops_says_why_once_and_names_no_router_that_waits() -> None:
    bad = {f"r{number:03}": Course(600, end="back") for number in range(40)}
    made = night(100, **bad)
    states = made.states(**options(in_flight=5, max_failures=2))
    assert list(states.values()).count("not_started") > 50
    assert sum("nothing new is started any more" in line for line in made.lines) == 1
    assert len(made.lines) <= 30, made.lines


def test_an_estimate_is_compared_with_the_window() -> None:
    made = night(60)
    made.states(**options(in_flight=5, window_end="+20h"))
    assert any("before the window ends" in line for line in made.lines), made.lines


def test_normal_has_what_is_sent_and_answered_and_not_each_look() -> None:
    normal, everything = night(12, NORMAL), night(12, ALL)
    normal.states(**options())
    everything.states(**options())
    assert any("sent: request" in line for line in normal.lines)
    assert any(re.match(r"\S+: it runs ", line) for line in everything.lines)
    assert not any(re.match(r"\S+: it runs ", line) for line in normal.lines)
    assert len(normal.lines) < len(everything.lines)


def test_levels_are_in_order_and_modules_that_only_know_on_and_off_have_two() -> None:
    for number, level in enumerate(LEVELS):
        assert [shows(level, line) for line in LEVELS[1:]] == [number >= rank for rank in (1, 2, 3)]
    assert [level_of(args) for args in ({}, {"progress": True}, {"progress": False}, {"progress": QUIET})] == [
        "all",
        "all",
        "none",
        "quiet",
    ]
