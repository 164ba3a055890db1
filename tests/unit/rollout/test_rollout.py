# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nights with many routers, in virtual time: who starts when, what stops a night, and what is told of it."""

from __future__ import annotations

import heapq
import itertools
import json
import math
import os
import random
import re
from datetime import timedelta

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_timestamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    LoginRefused,
    NoFreeShell,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.waiting import Cooperative
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Abandoned
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.poller import ASKED_IN_TURN
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import check_word
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import spelled

from tests.unit.fakes import NEW, OLD, Box, Course, Night, VirtualClock, authority

PAIR = ("a", "b")
#: One of the answers that count as a refusal.
REFUSAL = "% Error: permission denied"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def night_of(clock: VirtualClock, routers, **more) -> Night:
    """A night; the release lies on every node already unless a test wants downloads."""
    return Night(authority(clock, routers, **more))


def names(count: int) -> list[str]:
    return [f"r{number:02}" for number in range(count)]


def upgrades(night: Night) -> list[tuple[float, str, str | None]]:
    return [(at, router, node) for at, what, router, node in night.conductor.log if what == "upgrade"]


def begun(night: Night) -> dict[str, float]:
    """When the first upgrade of each router was begun."""
    first: dict[str, float] = {}
    for at, router, _ in upgrades(night):
        first.setdefault(router, at)
    return first


def at(clock: VirtualClock, seconds: float) -> str:
    """So many seconds from now, as a user writes it."""
    return format_timestamp(clock.wall() + timedelta(seconds=seconds))


def quick(**more) -> dict:
    """What most of these tests do not look at."""
    return {"download": False, "health_check": False, **more}


# -- the rolling window -----------------------------------------------------------------------------------------------


def test_as_soon_as_one_router_ends_the_next_one_starts_and_a_slow_one_holds_up_nobody(clock) -> None:
    night = night_of(clock, names(8))
    night.conductor.courses = {("r00", "a"): Course(4000)}
    assert set(night.states(**quick(in_flight=2)).values()) == {"done"}
    start, end = begun(night), night.conductor.ended
    others = names(8)[1:]
    for before, after in itertools.pairwise(others):
        assert end[before] < start[after] < end[before] + 20, "a poll, and the looks that prove the end"
    assert end["r07"] > 4000 > end["r06"] and night.conductor.most["in flight"] == 2


@pytest.mark.parametrize("in_flight", [1, 3, 7, 50])
def test_never_more_routers_are_worked_on_than_the_user_allows(clock, in_flight) -> None:
    night = night_of(clock, {name: PAIR if name < "r05" else ("a",) for name in names(20)})
    assert set(night.states(**quick(in_flight=in_flight)).values()) == {"done"}
    assert night.conductor.most["in flight"] == min(in_flight, 20)
    assert night.conductor.wrong == []


def test_one_list_of_assets_serves_all_routers_of_a_round(clock) -> None:
    night = night_of(clock, names(40))
    night.go(**quick(in_flight=40))
    assert len(night.conductor.rounds) <= clock.now() - 1000 / 5 + 3
    for questions in night.conductor.rounds:
        assert questions["assets"] == 1


@pytest.mark.parametrize("count", [5, 7, 40])
def test_a_round_costs_few_commands_however_many_routers_write_their_images(clock, count) -> None:
    night = night_of(clock, names(count))
    night.conductor.course = Course(4000, quiet=0.6)
    night.go(**quick(in_flight=count))
    quiet = [questions for questions in night.conductor.rounds if not questions["send"]][3:400]
    assert len(quiet) > 100
    assert max(questions["system_of"] for questions in quiet) <= ASKED_IN_TURN
    assert max(sum(questions.values()) for questions in quiet) <= 3 * ASKED_IN_TURN + 1


def test_nodes_that_the_list_shows_away_or_at_work_are_not_asked_themselves(clock) -> None:
    night = night_of(clock, names(8))
    night.conductor.course = Course(4000, quiet=0.0)
    night.go(**quick(in_flight=8))
    quiet = night.conductor.rounds[10:700]
    assert sum(questions["assets"] for questions in quiet) == len(quiet)
    assert sum(sum(questions.values()) for questions in quiet) == len(quiet)


def test_every_quiet_node_is_looked_at_in_its_turn(clock) -> None:
    night = night_of(clock, names(13))
    night.conductor.course = Course(2000, quiet=0.6)
    looked: dict[str, int] = {}
    real = night.conductor.system_of

    def system_of(router, node):
        looked[router] = looked.get(router, 0) + (clock.now() < 2100)
        return real(router, node)

    night.conductor.system_of = system_of
    night.go(**quick(in_flight=13))
    assert min(looked.values()) > 10 and max(looked.values()) < 2 * min(looked.values())


def test_who_is_only_looked_at_in_its_turn_does_not_shorten_the_pause_until_the_next_round(clock, monkeypatch) -> None:
    """A dozen routers that write their images for hours are no reason to ask the conductor every few seconds."""
    night = night_of(clock, names(13))
    night.conductor.course = Course(2000, quiet=0.6)
    wanted: set[bool] = set()
    real = Cooperative.ask

    def ask(waiting, function, soon=True):
        if 1300 < clock.now() < 2000:
            wanted.add(soon)
        return real(waiting, function, soon)

    monkeypatch.setattr(Cooperative, "ask", ask)
    night.go(**quick(in_flight=13))
    assert wanted == {False}


def list_schedule(durations: list[float], slots: int) -> float:
    """How long it takes at least, if each begins in this order as soon as a slot is free."""
    ends = [0.0] * slots
    for seconds in durations:
        heapq.heapreplace(ends, ends[0] + seconds)
    return max(ends)


def test_many_routers_take_no_longer_than_a_perfect_schedule_of_the_same_durations_and_five_per_cent(clock) -> None:
    """Twenty for each slot, as a thousand are where fifty are worked on."""
    dice, soak, in_flight = random.Random(11), 300, 15
    routers = {f"r{number:04}": PAIR if dice.random() < 0.3 else ("a",) for number in range(20 * in_flight)}
    night = night_of(clock, routers)
    takes = {(router, node): dice.uniform(2500, 5300) for router, nodes in routers.items() for node in nodes}
    night.conductor.courses = {node_id: Course(seconds) for node_id, seconds in takes.items()}
    states = night.states(**quick(in_flight=in_flight, pair_soak=soak, poll_min=60.0, poll_max=60.0, stable_polls=1))
    assert set(states.values()) == {"done"}
    true = [sum(takes[router, node] for node in nodes) + soak * (len(nodes) - 1) for router, nodes in routers.items()]
    assert clock.now() - 1000 <= 1.05 * list_schedule(true, in_flight)
    assert night.conductor.most["in flight"] == in_flight and night.conductor.wrong == []


# -- pairs ------------------------------------------------------------------------------------------------------------


def test_the_node_in_standby_comes_first_and_that_is_asked_again_when_the_router_starts(clock) -> None:
    night = night_of(clock, {"r00": PAIR, "r01": PAIR})
    night.conductor.leaders = {"r00": "a", "r01": "a"}
    clock.after(900, lambda: night.conductor.leaders.update(r01="b"))
    night.go(**quick(in_flight=1))
    assert [(router, node) for _, router, node in upgrades(night)] == [
        *[("r00", "b"), ("r00", "a")],
        *[("r01", "a"), ("r01", "b")],
    ]


def test_a_router_whose_peer_moves_by_itself_gets_one_request_and_both_nodes_are_done(clock) -> None:
    night = night_of(clock, {"r00": PAIR, "r01": ("a",)})
    night.conductor.courses = {
        ("r00", "a"): Course(600, moves_peer=True),
        ("r00", "b"): Course(600, quiet=0),
    }
    result = night.go(**quick())
    assert [(router, node) for _, router, node in upgrades(night)] == [("r00", "a"), ("r01", "a")]
    first, second = result["by_router"]["r00"]["nodes"]
    assert (first["state"], second["state"]) == ("done", "done")
    assert second["adopted"] and not second["accepted"], "nothing was sent to it; it was followed"
    assert night.conductor.wrong == []


def test_the_first_node_that_does_not_come_back_keeps_the_second_untouched(clock) -> None:
    night = night_of(clock, {"r00": PAIR, "r01": PAIR})
    night.conductor.courses = {("r00", "a"): Course(600, "stuck")}
    result = night.go(**quick())
    first, second = result["by_router"]["r00"]["nodes"]
    assert (first["state"], second["state"]) == ("unknown", "not_started")
    assert "a is unknown" in second["reason"]
    assert result["by_router"]["r01"]["state"] == "done"
    assert ("r00", "b") not in [upgrade[1:] for upgrade in upgrades(night)]


# -- unknown, groups, waves, budgets ----------------------------------------------------------------------------------


def test_a_router_that_ended_unknown_holds_its_slot_to_the_end(clock) -> None:
    night = night_of(clock, names(8))
    night.conductor.courses = {("r00", "a"): Course(600, "stuck")}
    states = night.states(**quick(in_flight=2, upgrade_timeout=1500))
    assert states["r00"] == "unknown" and [states[name] for name in names(8)[1:]] == ["done"] * 7
    starts = [when for when in begun(night).values() if when > 1505]
    assert all(later - sooner > 600 for sooner, later in itertools.pairwise(starts)), "one at a time"
    assert len(starts) > 2


def test_when_unknown_routers_hold_every_slot_the_night_ends_and_names_them(clock) -> None:
    night = night_of(clock, names(5))
    night.conductor.courses = {(name, "a"): Course(600, "stuck") for name in names(2)}
    result = night.go(**quick(in_flight=2, upgrade_timeout=1500))
    assert result["totals"] == {"unknown": 2, "not_started": 3}
    assert "r00, r01" in result["run"]["stopped"] and len(begun(night)) == 2


def test_two_routers_of_an_exclusive_group_are_never_in_flight_together(clock) -> None:
    night = night_of(clock, names(6))
    groups = {"r00": "hubs", "r02": "hubs", "r05": "hubs"}
    assert set(night.states(**quick(exclusive_groups=groups)).values()) == {"done"}
    start, end = begun(night), night.conductor.ended
    assert end["r00"] < start["r02"] and end["r02"] < start["r05"]
    assert max(start[name] for name in ("r01", "r03", "r04")) < 60, "the others do not wait for them"


@pytest.mark.parametrize(("course", "state"), [(Course(600, "stuck"), "unknown"), (Course(600, "back"), "reverted")])
def test_after_a_bad_end_no_other_router_of_its_exclusive_group_is_begun(clock, course, state) -> None:
    night = night_of(clock, names(3))
    night.conductor.courses = {("r00", "a"): course}
    states = night.states(**quick(exclusive_groups={"r00": "hubs", "r01": "hubs"}, upgrade_timeout=1500))
    assert states == {"r00": state, "r01": "not_started", "r02": "done"}
    assert "r01" not in begun(night)


def test_a_wave_begins_when_every_router_of_the_wave_before_has_ended(clock) -> None:
    night = night_of(clock, names(6))
    night.conductor.courses = {("r03", "a"): Course(2500)}
    night.go(**quick(waves={"r00": 2, "r01": 1, "r02": 1}))
    start, end = begun(night), night.conductor.ended
    assert end["r03"] < min(start["r01"], start["r02"])
    assert max(end["r01"], end["r02"]) < start["r00"]


def test_beyond_the_budget_of_failures_nothing_starts_and_what_runs_is_followed_to_its_end(clock) -> None:
    night = night_of(clock, names(10))
    night.conductor.refuse = {("r02", "a"): REFUSAL, ("r03", "a"): REFUSAL}
    result = night.go(**quick(in_flight=4, max_failures=1))
    assert result["totals"] == {"failed": 2, "done": 2, "not_started": 6}
    assert "max_failures" in result["run"]["stopped"]
    assert all("max_failures" in entry["reason"] for entry in result["by_router"].values() if entry["state"][0] == "n")


def test_the_budget_in_per_cent_is_of_all_routers(clock) -> None:
    night = night_of(clock, names(20))
    night.conductor.refuse = {(name, "a"): REFUSAL for name in names(3)}
    result = night.go(**quick(in_flight=1, max_failures=None, max_fail_percentage=10.0))
    assert result["totals"] == {"failed": 3, "not_started": 17}


def test_the_budget_counts_over_the_batches_of_a_run(clock, tmp_path) -> None:
    night = night_of(clock, names(4))
    night.conductor.refuse = {(name, "a"): REFUSAL for name in names(2)}
    common = quick(max_failures=1, journal=str(tmp_path), run_id="tonight")
    assert set(night.states("r00", "r01", **common).values()) == {"failed"}
    assert set(night.states("r02", "r03", **common).values()) == {"not_started"}


# -- the window -------------------------------------------------------------------------------------------------------


def test_no_node_is_begun_after_the_start_deadline(clock) -> None:
    night = night_of(clock, names(6))
    result = night.go(**quick(in_flight=2, start_deadline=at(clock, 700)))
    assert result["totals"] == {"done": 4, "not_started": 2}
    assert max(begun(night).values()) < 700 and "start_deadline" in result["by_router"]["r05"]["reason"]


def test_a_pair_whose_second_node_would_come_too_late_is_not_begun_and_a_single_router_takes_its_slot(clock) -> None:
    night = night_of(clock, {"r00": PAIR, "r01": ("a",)})
    states = night.states(**quick(in_flight=1, start_deadline=at(clock, 1800)))
    assert states == {"r00": "not_started", "r01": "done"}, "the estimate is 1,800 s for a node, and the soak"


def test_a_pair_whose_first_node_took_longer_than_expected_is_held_and_not_begun_on_its_second(clock) -> None:
    night = night_of(clock, {"r00": PAIR})
    night.conductor.course = Course(3000)
    result = night.go(**quick(start_deadline=at(clock, 2500)))
    assert [(node["node"], node["state"]) for node in result["by_router"]["r00"]["nodes"]] == [
        ("a", "done"),
        ("b", "held"),
    ]
    assert "start_deadline" in result["by_router"]["r00"]["reason"] and len(upgrades(night)) == 1


def test_the_deadline_that_passes_during_a_download_keeps_the_router_from_being_upgraded(clock) -> None:
    night = night_of(clock, names(1))
    night.conductor.course = Course(600, download=1000)
    result = night.go(health_check=False, start_deadline=at(clock, 900))
    assert result["totals"] == {"not_started": 1} and upgrades(night) == []


def test_a_router_is_begun_only_if_it_and_a_way_back_fit_into_the_window(clock) -> None:
    night = night_of(clock, names(4))
    result = night.go(**quick(in_flight=2, window_end=at(clock, 3050), expected_revert=1200))
    assert result["totals"] == {"done": 2, "not_started": 2}
    assert "window_end" in result["by_router"]["r03"]["reason"]


def test_a_download_that_is_over_is_not_counted_again_before_the_upgrade(clock) -> None:
    """1,800 s for the upgrade and 1,200 s for a way back fit in 3,200 s, once the download has taken its 600 s."""
    night = night_of(clock, names(1))
    night.conductor.course = Course(600, download=600)
    times = {"expected_download": 600, "expected_upgrade": 1800, "expected_revert": 1200}
    assert night.states(health_check=False, window_end=at(clock, 3800), **times) == {"r00": "done"}


@pytest.mark.parametrize(("seconds", "fit"), [(300, 12), (1500, 8)])
def test_the_durations_that_were_seen_decide_for_the_routers_that_follow(clock, seconds, fit) -> None:
    """The estimate is 900 s; by it, the last four would not fit after the first eight."""
    night = night_of(clock, names(12))
    night.conductor.course = Course(seconds)
    window = {300: 2700, 1500: 3400 + 1200}[seconds]
    times = {"expected_upgrade": 900, "expected_revert": 1200}
    states = night.states(**quick(in_flight=4, window_end=at(clock, window), **times))
    assert list(states.values()).count("done") == fit


# -- the stop file ----------------------------------------------------------------------------------------------------


def test_with_a_stop_file_nothing_new_starts_and_a_pair_that_has_begun_is_finished(clock, tmp_path) -> None:
    night = night_of(clock, {"r00": PAIR, "r01": ("a",), "r02": ("a",)})
    stop = tmp_path / "stop"
    clock.after(100, stop.touch)
    result = night.go(**quick(in_flight=2, stop_file=str(stop)))
    assert {router: entry["state"] for router, entry in result["by_router"].items()} == {
        "r00": "done",
        "r01": "done",
        "r02": "not_started",
    }
    assert [upgrade[1:] for upgrade in upgrades(night)][-1] == ("r00", "b") and "stop file" in result["run"]["stopped"]


def test_with_a_stop_file_a_router_that_only_downloads_or_waits_for_that_is_not_upgraded(clock, tmp_path) -> None:
    night = night_of(clock, names(3))
    night.conductor.course = Course(600, download=1000)
    stop = tmp_path / "stop"
    clock.after(100, stop.touch)
    result = night.go(health_check=False, stop_file=str(stop), downloads_in_flight=1)
    assert result["totals"] == {"not_started": 3} and len(night.conductor.sent) == 1
    assert clock.now() - 1000 < 1100, "nobody waits for the downloads of the others"


@pytest.mark.parametrize("how", ["stop file", "budget"])
def test_what_has_waited_for_a_shell_is_not_sent_after_a_limit_is_reached(clock, tmp_path, how) -> None:
    night = night_of(clock, names(3))
    stop = tmp_path / "stop"

    def one_shell():
        if night.conductor.sent and clock.now() < 1500:
            raise NoFreeShell("No shell is free. Nothing was sent.")

    night.conductor.session.make_ready = one_shell
    if how == "budget":
        night.conductor.courses["r00", "a"] = Course(100, "back")
    else:
        clock.after(300, stop.touch)
    result = night.go(**quick(stop_file=str(stop), max_failures=0))
    assert [entry["state"] for entry in result["by_router"].values()][1:] == ["not_started"] * 2
    assert [router for _, router, _ in upgrades(night)] == ["r00"]
    word = {"budget": "max_failures", "stop file": "stop file"}[how]
    assert word in result["by_router"]["r02"]["reason"]


# -- the circuit breaker ----------------------------------------------------------------------------------------------


def many(clock: VirtualClock, count: int) -> Night:
    night = night_of(clock, names(count))
    night.conductor.course = Course(300)
    return night


def lose(night: Night, *routers: str, status: str = "Disconnected") -> None:
    for router in routers:
        night.conductor.show(night.conductor.boxes[router, "a"], status=status)


def test_new_starts_pause_while_idle_routers_are_lost_and_go_on_when_they_are_back(clock) -> None:
    night = many(clock, 40)
    lost = names(40)[-3:]
    clock.after(100, lambda: lose(night, *lost))
    clock.after(1000, lambda: lose(night, *lost, status="Synchronized"))
    states = night.states(**quick(in_flight=2, breaker_percent=2.0))
    assert set(states.values()) == {"done"}
    assert not [when for when in begun(night).values() if 105 < when < 1000], "nothing was begun meanwhile"
    assert any("new starts pause" in line and "r37" in line for line in night.lines)
    assert any("go on" in line for line in night.lines)


def test_what_is_not_well_again_in_time_ends_the_night_in_order(clock) -> None:
    night = many(clock, 40)
    clock.after(100, lambda: lose(night, *names(40)[-3:]))
    result = night.go(**quick(in_flight=2, breaker_percent=2.0, breaker_timeout=900))
    assert result["totals"] == {"done": 2, "not_started": 38}
    assert "r37" in result["run"]["stopped"]


def test_routers_in_flight_and_those_that_ended_badly_do_not_open_the_breaker(clock) -> None:
    night = many(clock, 10)
    night.conductor.courses = {(name, "a"): Course(300, "stuck") for name in names(3)}
    states = night.states(**quick(in_flight=5, breaker_percent=2.0, upgrade_timeout=1000))
    assert list(states.values()) == ["unknown"] * 3 + ["done"] * 7
    assert not any("pause" in line for line in night.lines)


def test_routers_that_are_done_and_then_lost_open_the_breaker(clock) -> None:
    night = many(clock, 12)
    clock.after(900, lambda: lose(night, "r00", "r01"))
    result = night.go(**quick(in_flight=2, breaker_percent=2.0, breaker_timeout=600))
    assert "r00" in result["run"]["stopped"] and result["totals"]["not_started"] >= 4


def test_the_second_node_of_a_pair_waits_while_the_breaker_is_open(clock) -> None:
    night = night_of(clock, {"r00": PAIR, **dict.fromkeys(names(40)[20:], ("a",))})
    others = names(40)[20:]
    clock.after(100, lambda: lose(night, *others))
    clock.after(1500, lambda: lose(night, *others, status="Synchronized"))
    states = night.states("r00", **quick(breaker_percent=2.0))
    assert states == {"r00": "done"}
    assert upgrades(night)[1][0] > 1500


@pytest.mark.parametrize(("when", "lost"), [(700, ("idle", "a")), (1800, ("r00", "a"))])
def test_a_router_to_which_nothing_was_sent_counts_as_lost_while_it_waits_and_afterwards(clock, when, lost) -> None:
    night = night_of(clock, {"first": ("a",), "r00": PAIR, "r01": PAIR, "idle": ("a",)})
    boxes, show = night.conductor.boxes, night.conductor.show
    night.conductor.course = Course(300)
    clock.after(100, lambda: show(boxes["r00", "b"], status="Disconnected"))
    clock.after(when, lambda: show(boxes[lost], status="Disconnected"))
    clock.after(4000, lambda: show(boxes[lost], status="Synchronized"))
    waves = {"r00": 1, "r01": 1}
    limits = {"breaker_percent": 2.0, "breaker_timeout": 4000, "pair_soak": 1500}
    states = night.states("first", "r00", "r01", **quick(in_flight=2, waves=waves, **limits))
    assert states == {"first": "done", "r00": "not_started", "r01": "done"}
    assert [router for _at, router, _node in upgrades(night)] == ["first", "r01", "r01"]
    assert upgrades(night)[2][0] >= 4000, "the second node waits until less of the fleet is lost"


def test_a_conductor_node_that_is_not_well_pauses_new_starts(clock) -> None:
    night = many(clock, 6)
    second = Box("Conductor", "c2", version=NEW)
    night.conductor.boxes["Conductor", "c2"] = second
    night.conductor._peers["Conductor"].append(second)
    night.conductor.show(second)
    clock.after(100, lambda: night.conductor.show(second, status="Disconnected"))
    clock.after(1200, lambda: night.conductor.show(second, status="Synchronized"))
    assert set(night.states(**quick(in_flight=2)).values()) == {"done"}
    assert not [when for when in begun(night).values() if 105 < when < 1200]


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_few_shells_and_requests_that_keep_their_prompts_lose_nothing_and_send_nothing_twice(clock) -> None:
    night = night_of(clock, names(20), blocking=True, shells=3)
    night.conductor.course = Course(300)
    states = night.states(in_flight=20, health_check=True, download=True)
    assert set(states.values()) == {"done"}
    sent = [(request.operation, request.router) for request in night.conductor.sent]
    assert len(sent) == len(set(sent)) and night.conductor.wrong == []


def test_requests_that_never_give_their_prompt_back_do_not_stop_the_looking(clock) -> None:
    night = night_of(clock, names(4), blocking=True, shells=3)
    night.conductor.courses = {(name, "a"): Course(300, "stuck") for name in names(4)}
    result = night.go(**quick(in_flight=4, upgrade_timeout=1500))
    assert set(result["totals"]) <= {"unknown", "not_started"}
    assert clock.now() - 1000 < 2 * 1500 + 300, "it comes to an end"


@pytest.mark.parametrize("blocking", [False, True])
@pytest.mark.parametrize("begin", [3, 100, 250, 303, 599, 605, 700, 1000])
def test_a_conductor_that_is_away_for_minutes_costs_no_router_its_upgrade(clock, begin, blocking) -> None:
    night = night_of(clock, {**dict.fromkeys(names(6), ("a",)), "p": PAIR}, blocking=blocking)
    night.conductor.away(begin, begin + 400)
    states = night.states(in_flight=3, health_check=False, upgrade_timeout=3000)
    assert set(states.values()) == {"done"}
    upgraded = [upgrade[1:] for upgrade in upgrades(night)]
    assert len(upgraded) == len(set(upgraded)) == 8 and night.conductor.wrong == []


@pytest.mark.parametrize("step", range(1, 40, 2))
def test_a_session_that_breaks_between_two_commands_costs_no_router_its_upgrade(clock, step) -> None:
    """The session is lost at any command but a request, while others of the same round are still to come."""
    night = night_of(clock, {**dict.fromkeys(names(3), ("a",)), "p": PAIR})
    conductor, seen = night.conductor, [0]
    count = conductor._count

    def counted(what):
        if what not in ("send", "health", "available") and len(conductor.rounds) > 1:
            seen[0] += what != "assets"
            if seen[0] == step and not conductor._login_needed:
                seen[0] += 1000
                conductor.go()
                clock.after(30, conductor.come_back)
        count(what)

    begin, conductor._count = clock.now(), counted
    states = night.states(in_flight=4, health_check=False)
    assert set(states.values()) == {"done"} and clock.now() > begin
    upgraded = [upgrade[1:] for upgrade in upgrades(night)]
    assert len(upgraded) == len(set(upgraded)) and conductor.wrong == []


def test_a_conductor_that_never_comes_back_ends_the_night_and_says_so(clock) -> None:
    night = night_of(clock, names(6))
    clock.after(100, night.conductor.go)
    result = night.go(**quick(in_flight=2, upgrade_timeout=3000))
    assert result["totals"] == {"unknown": 2, "not_started": 4}
    assert "closed the connection" in result["run"]["stopped"]
    assert clock.now() - 1000 < 5000


def test_a_refused_login_in_the_middle_ends_the_night_and_is_not_tried_again(clock) -> None:
    night = night_of(clock, {"p": PAIR, **dict.fromkeys(names(5), ("a",))})
    night.conductor.courses = {
        ("p", "a"): Course(250),
        ("r00", "a"): Course(600),
        ("r01", "a"): Course(600, download=math.inf),
    }
    night.conductor.reopen_error = LoginRefused("The password was not accepted.")
    clock.after(480, night.conductor.go)
    clock.after(490, night.conductor.come_back)
    result = night.go("p", *names(5), health_check=False, in_flight=3, pair_soak=2000)
    states = {router: entry["state"] for router, entry in result["by_router"].items()}
    assert states["r00"] == "unknown" and states["p"] == "held"
    assert states["r02"] == "unknown", "the router that only downloads has not kept it waiting"
    assert [states[name] for name in ("r01", "r03", "r04")] == ["not_started"] * 3
    assert night.conductor.reopened == 1, "one refused password ends it: accounts lock"
    assert "password was not accepted" in result["run"]["stopped"]
    assert clock.now() - 1000 < 600, "there is nothing to wait for"


def test_a_login_that_is_refused_where_a_bad_node_would_be_taken_back_does_not_hide_that_it_was_upgraded(clock) -> None:
    night = night_of(clock, names(1))
    night.conductor.courses = {("r00", "a"): Course(300, "down")}
    look, asked = night.conductor.system_of, [0.0]

    def refused(router, node):
        if asked[0] == clock.now() > 1300:  # the second look at the same time is before the revert
            raise LoginRefused("The password was not accepted.")
        asked[0] = clock.now()
        return look(router, node)

    night.conductor.system_of = refused
    (node,) = night.go(**quick(service_timeout=600))["by_router"]["r00"]["nodes"]
    assert (node["state"], node["accepted"]) == ("failed", True)
    assert "password was not accepted" in node["warnings"][0]


def test_after_a_new_login_on_the_other_conductor_node_everything_goes_on(clock) -> None:
    night = night_of(clock, names(4))
    other = Box("Conductor", "c2", version=NEW)
    night.conductor.boxes["Conductor", "c2"] = other
    night.conductor._peers["Conductor"].append(other)
    night.conductor.show(other)
    night.conductor.other = other
    night.conductor.away(200, 260)
    assert set(night.states(**quick(in_flight=2)).values()) == {"done"}
    assert night.conductor.local_node() == ("Conductor", "c2") and len(upgrades(night)) == 4


# -- what goes wrong with one router ----------------------------------------------------------------------------------


def test_faults_of_single_routers_stay_with_them(clock) -> None:
    night = night_of(clock, {**dict.fromkeys(names(8), ("a",)), "p": PAIR})
    night.conductor.courses = {
        ("r00", "a"): Course(600, "back"),
        ("r01", "a"): Course(600, "stuck"),
        ("r02", "a"): Course(600, "down"),
        ("p", "a"): Course(600, "back"),
    }
    night.conductor.refuse = {("r03", "a"): "Pre-upgrade check failed: not enough disk space"}
    result = night.go(**quick(max_failures=None, upgrade_timeout=2000, service_timeout=200))
    states = {router: entry["state"] for router, entry in result["by_router"].items()}
    assert states == {
        "r00": "reverted",
        "r01": "unknown",
        "r02": "reverted",
        "r03": "failed",
        "p": "reverted",
        **dict.fromkeys(("r04", "r05", "r06", "r07"), "done"),
    }
    assert "not enough disk space" in result["by_router"]["r03"]["reason"]
    truth = {node_id: box.version for node_id, box in night.conductor.boxes.items()}
    for router, entry in result["by_router"].items():
        for node in entry["nodes"]:
            if node["state"] != "unknown":
                assert node["running_version"] == truth[router, node["node"]]
    assert night.conductor.wrong == []


def test_a_journal_that_cannot_be_written_for_one_router_stops_only_that_one(clock, tmp_path) -> None:
    night = night_of(clock, names(3))
    (tmp_path / "r01__a.json").write_text("{ half of a record")
    states = night.states(**quick(journal=str(tmp_path), in_flight=1))
    assert states == {"r00": "done", "r01": "not_started", "r02": "done"}


def test_a_node_whose_name_cannot_be_sent_stops_only_its_router(clock) -> None:
    night = night_of(clock, {"r00": ("a",), "r01": ("a;b",), "r02": ("a",)})
    look = night.conductor.system_of
    night.conductor.system_of = lambda router, node: look(router, check_word(node, "node") and node)
    states = night.states(**quick(in_flight=1))
    assert states == {"r00": "done", "r01": "not_started", "r02": "done"}


def test_a_primary_that_cannot_be_asked_when_a_router_is_about_to_start_does_not_end_the_night(clock) -> None:
    night = night_of(clock, dict.fromkeys(names(4), PAIR))
    night.conductor.leaders = dict.fromkeys(names(4), "a")
    ask, broken = night.conductor.processes, []

    def processes(router):
        if clock.now() > 1100 and not broken:
            broken.append(router)
            raise SessionBroken("The device closed the connection.")
        return ask(router)

    night.conductor.processes = processes
    assert set(night.states(**quick(in_flight=2)).values()) == {"done"} and broken


# -- what people see --------------------------------------------------------------------------------------------------


def test_the_status_file_follows_the_night_from_its_begin_to_its_end(clock, tmp_path) -> None:
    night = night_of(clock, {"r00": PAIR, "r01": ("a",), "r02": ("a",)})
    night.conductor.refuse = {("r01", "a"): "Pre-upgrade check failed: not enough disk space"}
    path, seen = tmp_path / "status.json", {}
    for moment in (2, 300, 660):
        clock.after(moment, lambda moment=moment: seen.update({moment: json.loads(path.read_text())}))
    night.go(**quick(in_flight=2, status_file=str(path), journal=str(tmp_path / "journal"), run_id="tonight"))
    begin, middle, soak, end = seen[2], seen[300], seen[660], json.loads(path.read_text())
    assert begin["state"] == "running" and begin["totals"] == {"waiting": 3}
    assert middle["totals"] == {"running": 2, "failed": 1} and middle["run_id"] == "tonight"
    first, second = middle["targets"]["r00"]["nodes"]
    assert (middle["targets"]["r00"]["phase"], first["phase"], second["state"]) == ("upgrade", "upgrade", "waiting")
    assert "not enough disk space" in middle["targets"]["r01"]["reason"] and middle["eta_seconds"] > 0
    assert soak["targets"]["r00"]["phase"] == "soak" and soak["targets"]["r00"]["nodes"][0]["state"] == "done"
    assert end["state"] == "ended" and end["totals"] == {"done": 2, "failed": 1} and end["eta_seconds"] is None
    assert end["targets"]["r00"]["nodes"][1] == {"node": "b", "state": "done", "phase": None, "version": spelled(NEW)}
    assert (end["version"], end["operation"]) == (spelled(NEW), "upgrade")
    for status in (begin, middle, soak, end):
        assert sum(status["totals"].values()) == 3 == len(status["targets"])
        assert status["started"] == "2026-03-01T22:00:00Z" and status["updated"] >= status["started"]


def test_the_status_file_says_why_nothing_new_starts(clock, tmp_path) -> None:
    night = night_of(clock, names(4))
    stop, path, seen = tmp_path / "stop", tmp_path / "status.json", []
    clock.after(100, stop.touch)
    clock.after(300, lambda: seen.append(json.loads(path.read_text())))
    night.go(**quick(in_flight=2, status_file=str(path), stop_file=str(stop)))
    assert seen[0]["state"] == "stopping" and "stop file" in seen[0]["reason"]
    end = json.loads(path.read_text())
    assert end["state"] == "ended" and end["totals"] == {"done": 2, "not_started": 2}


def test_a_disk_that_is_full_stops_no_night(clock, tmp_path, monkeypatch) -> None:
    night = night_of(clock, names(3))

    def full(*_):
        raise OSError(28, "No space left on device")

    clock.after(100, lambda: monkeypatch.setattr(os, "replace", full))
    states = night.states(**quick(status_file=str(tmp_path / "status.json"), run_id="tonight"))
    assert set(states.values()) == {"done"}


def test_a_line_tells_at_least_once_a_minute_how_far_it_is(clock) -> None:
    night = night_of(clock, names(5))
    night.go(**quick(in_flight=2))
    told = [when for when, line in zip(night.told_at, night.lines, strict=True) if line.startswith("done ")]
    assert all(after - before <= 66 for before, after in zip([0, *told], told, strict=False))
    assert (
        night.lines[-1] == "done 5, failed 0, in flight 0, waiting 0, elapsed " + night.lines[-1].split("elapsed ")[1]
    )
    middle = next(
        line for line, when in zip(night.lines, night.told_at, strict=True) if when > 900 and "elapsed" in line
    )
    assert re.fullmatch(
        r"done 2, failed 0, in flight 2, waiting 1, elapsed 1[56] min \d\d s, about \d+ min left", middle
    )


def test_the_end_of_each_router_is_told_when_it_happens_and_only_once(clock) -> None:
    night = night_of(clock, names(3))
    night.conductor.refuse = {("r01", "a"): REFUSAL}
    night.go(**quick(in_flight=3))
    ends = {line.split(":")[0]: when for when, line in zip(night.told_at, night.lines, strict=True) if ": DONE" in line}
    assert set(ends) == {"r00", "r02"} and max(ends.values()) < 640
    assert sum("r01: FAILED" in line for line in night.lines) == 1


# -- whoever watches goes away ----------------------------------------------------------------------------------------


MIXED = {"p": PAIR, "r00": ("a",), "r01": ("a",), "q": PAIR}


class Killed(BaseException):
    """The controller is killed."""


def mixed(clock: VirtualClock, blocking: bool) -> Night:
    night = night_of(clock, MIXED, blocking=blocking)
    night.conductor.course = Course(120, download=40)
    night.conductor.courses = {("q", "a"): Course(200, moves_peer=True, download=40)}
    return night


def again_until_done(night: Night, **args) -> dict[str, str]:
    """Run it again, as an operator would, until there is nothing left to do."""
    for _ in range(8):
        states = night.states(**args)
        if set(states.values()) <= {"done", "up_to_date"}:
            return states
        night.clock.sleep(200)
    return states


def common(folder, journal: bool) -> dict:
    where = str(folder / "journal") if journal else None
    return {
        "in_flight": 2,
        "journal": where,
        "run_id": "tonight",
        "max_failures": None,
        "poll_min": 10.0,
        "poll_max": 10.0,
    }


def steps_of_a_night(tmp_path) -> int:
    night = mixed(VirtualClock(), False)
    assert set(night.states(**common(tmp_path, False)).values()) == {"done"}
    return len(night.lines)


@pytest.mark.parametrize("journal", [True, False], ids=["journal", "no journal"])
@pytest.mark.parametrize("how", ["told", "slept", "gone", "blocking"])
def test_a_night_that_is_killed_anywhere_is_finished_by_running_it_again(tmp_path, how, journal) -> None:
    """At every line that is told, at every pause, and whenever somebody looks whether the main process is there."""
    step = 0
    while True:
        step += 3 if how == "gone" else 1
        clock = VirtualClock()
        night = mixed(clock, how == "blocking")
        night.conductor.shows_status = not journal
        folder = tmp_path / str(step)
        passed = kill_at(night, "told" if how == "blocking" else how, step)
        try:
            night.states(**common(folder, journal))
        except (Killed, Abandoned):
            pass
        if not passed():
            assert step > 20, "the night has more steps than that"
            break
        heal(night)
        states = again_until_done(night, **common(folder, journal))
        assert set(states.values()) <= {"done", "up_to_date"}, (step, states)
        assert night.conductor.wrong == [], step
        assert {box.version for box in night.conductor.boxes.values()} == {NEW}
        upgraded = [upgrade[1:] for upgrade in upgrades(night)]
        assert len(upgraded) == len(set(upgraded)), (step, upgraded)


def kill_at(night: Night, how: str, step: int):
    """Kill it at the n-th step of its kind. Returns whether it came to that."""
    left = [step]

    def count() -> bool:
        left[0] -= 1
        return left[0] == 0

    if how == "told":
        tell = night.tell

        def told(line):
            tell(line)
            if count():
                raise Killed

        night.tell = told
    elif how == "slept":
        sleep = night.clock.sleep

        def slept(seconds):
            if count():
                raise Killed
            sleep(seconds)

        night.clock.sleep = slept
    else:
        night.living = lambda: not count() and left[0] > 0
    return lambda: left[0] <= 0


def heal(night: Night) -> None:
    """A new controller: nothing of the old one is left but its files."""
    night.__dict__.pop("tell", None)
    night.clock.__dict__.pop("sleep", None)
    night.living = lambda: True
    night.conductor.session.max_shells = 6
    night.conductor.pendings = []


def test_what_is_told_when_nobody_waits_any_more(clock, tmp_path) -> None:
    night = night_of(clock, names(4))
    path = tmp_path / "status.json"
    clock.after(100, lambda: setattr(night, "living", lambda: False))
    with pytest.raises(Abandoned, match="goes on"):
        night.go(**quick(in_flight=2, status_file=str(path)))
    assert len(upgrades(night)) == 2 and json.loads(path.read_text())["totals"] == {"unknown": 2, "waiting": 2}


def test_a_run_that_takes_up_what_an_earlier_one_began_says_so_and_sends_nothing(clock, tmp_path) -> None:
    night = night_of(clock, names(2))
    clock.after(300, lambda: setattr(night, "living", lambda: False))
    with pytest.raises(Abandoned):
        night.go(**quick(journal=str(tmp_path)))
    heal(night)
    result = night.go(**quick(journal=str(tmp_path)))
    assert result["totals"] == {"done": 2} and len(night.conductor.sent) == 2
    assert all(entry["nodes"][0]["adopted"] for entry in result["by_router"].values())
    assert all(entry["nodes"][0]["from_version"] == OLD for entry in result["by_router"].values())
