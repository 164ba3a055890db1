# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""May another router start now? Slots, failures, waves, groups, the window, the stop file, and the circuit breaker."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.admission import (
    FAILURES,
    RolloutLimits,
    RolloutState,
    breaker_reason,
    may_download,
    may_go_on,
    may_start,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batches import CanaryState
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations, Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan import NodePlan, RouterPlan
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc)
#: A node takes 1,100 s with its download, a pair 2,210 s, and its second node starts after 1,110 s.
ESTIMATES = Estimates(download=100, upgrade=1000, revert=500, soak=10)


def node_plan(name: str, **more) -> NodePlan:
    plan = NodePlan("r", name, "6.3.0", "6.3.5", "image", True, "needed", False, None, "6.3.0 to 6.3.5")
    return replace(plan, **more)


def router(name: str = "r", nodes: int = 1, **more) -> RouterPlan:
    parts = tuple(node_plan(f"n{number + 1}") for number in range(nodes))
    plan = RouterPlan(name, "planned", "", parts, "as listed", "node", 0, None, 0.0, 0.0, "documented", ())
    return replace(plan, **more)


def ask(
    plan: RouterPlan | None = None, bounds: RolloutLimits | None = None, durations: Durations | None = None, **situation
):
    moment = RolloutState(**{"now": NOW, "running": (), "ended": {}, "total": 100, **situation})
    return may_start(plan or router(), moment, bounds or RolloutLimits(), durations or Durations(ESTIMATES))


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def running(count: int) -> list[RouterPlan]:
    return [router(f"busy-{number}") for number in range(count)]


def test_a_router_starts_if_nothing_is_against_it() -> None:
    assert ask().go


@pytest.mark.parametrize("state", ["blocked", "skipped", "up_to_date"])
def test_what_is_not_planned_never_starts(state) -> None:
    decision = ask(router(state=state, reason="x is Disconnected"))
    assert (decision.go, decision.never, decision.reason) == (False, True, "x is Disconnected")


# -- slots ------------------------------------------------------------------------------------------------------------


def test_no_more_routers_run_at_once_than_there_are_slots() -> None:
    assert ask(bounds=RolloutLimits(in_flight=3), running=running(2)).go
    full = ask(bounds=RolloutLimits(in_flight=3), running=running(3))
    assert (full.go, full.stop, full.never, full.full) == (False, False, False, True)


def test_a_router_that_ended_unknown_holds_its_slot() -> None:
    full = ask(bounds=RolloutLimits(in_flight=3), running=running(2), ended={"x": "unknown"})
    assert not full.go and not full.stop and "1 of them held by routers that ended unknown" in full.reason
    assert ask(bounds=RolloutLimits(in_flight=3), running=running(2), ended={"x": "failed"}).go


def test_unknown_routers_of_an_earlier_batch_hold_their_slots_too() -> None:
    assert not ask(bounds=RolloutLimits(in_flight=3), running=running(2), bad_before={"x": "unknown"}).go


def test_when_unknown_routers_hold_every_slot_the_run_ends_in_order() -> None:
    decision = ask(bounds=RolloutLimits(in_flight=2, max_failures=None), ended={"x": "unknown", "y": "unknown"})
    assert decision.stop and "x, y" in decision.reason and "nobody knows" in decision.reason


# -- the budget of failures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", FAILURES)
def test_no_failure_is_allowed_with_a_budget_of_zero(state) -> None:
    assert ask(bounds=RolloutLimits(max_failures=0)).go
    assert ask(bounds=RolloutLimits(max_failures=0), ended={"x": state}).stop


@pytest.mark.parametrize("state", ["done", "up_to_date", "skipped", "blocked", "not_started"])
def test_a_router_to_which_nothing_bad_happened_is_no_failure(state) -> None:
    assert ask(bounds=RolloutLimits(max_failures=0, max_fail_percentage=0), ended={"x": state}).go


def test_the_budget_is_finite_by_default() -> None:
    five = {f"x{number}": "failed" for number in range(5)}
    assert ask(ended=five).go
    decision = ask(ended=five | {"one too many": "held"})
    assert decision.stop and "6 of 100 routers failed" in decision.reason and "max_failures" in decision.reason


def test_failures_of_earlier_batches_count() -> None:
    assert ask(failures_before=5).go
    assert ask(failures_before=5, ended={"x": "failed"}).stop


def test_the_percentage_is_of_all_routers_of_the_run() -> None:
    bounds = RolloutLimits(max_failures=None, max_fail_percentage=10)
    failed = {"x": "failed"}
    assert ask(bounds=bounds, total=10, ended=failed).go, "10 % is not more than 10 %"
    assert ask(bounds=bounds, total=9, ended=failed).stop
    assert ask(bounds=bounds, total=9, total_before=1, ended=failed).go
    assert ask(bounds=bounds, total=9, total_before=1, failures_before=1, ended=failed).stop
    assert ask(bounds=RolloutLimits(max_failures=None, max_fail_percentage=0), ended=failed).stop


# -- waves and groups -------------------------------------------------------------------------------------------------


def test_a_wave_waits_until_the_one_before_has_ended() -> None:
    hub = router("hub", wave=2)
    assert not ask(hub, waiting=[hub, router("a", wave=1)]).go
    decision = ask(hub, running=[router("a", wave=1)], waiting=[hub])
    assert (decision.go, decision.stop, decision.never, decision.full) == (False, False, False, False)
    assert "wave 1 has not ended" in decision.reason
    assert ask(hub, waiting=[hub, router("other", wave=2), router("last", wave=3)]).go


def grouped(name: str, **more) -> RouterPlan:
    return router(name, group="store", members=("store-1", "store-2"), **more)


def test_two_of_a_group_are_never_in_flight() -> None:
    decision = ask(grouped("store-2"), running=[grouped("store-1")])
    assert (decision.go, decision.stop, decision.never) == (False, False, False)
    assert "store-1 of the same group (store) is in flight" in decision.reason
    assert ask(grouped("store-2"), running=[router("else", group="other")], ended={"store-1": "done"}).go


@pytest.mark.parametrize("state", FAILURES)
@pytest.mark.parametrize("where", ["ended", "bad_before"])
def test_a_router_does_not_start_while_another_of_its_group_is_not_well(state, where) -> None:
    decision = ask(grouped("store-2"), **{where: {"store-1": state}})
    assert (decision.go, decision.stop, decision.never) == (False, False, True)
    assert f"store-1 of the same group (store) is {state}" in decision.reason
    assert ask(router("other"), **{where: {"store-1": state}}).go, "others start"


# -- the window -------------------------------------------------------------------------------------------------------


def test_nothing_starts_at_or_after_the_deadline() -> None:
    assert ask(bounds=RolloutLimits(start_deadline=later(1))).go
    for seconds in (0, -1):
        decision = ask(bounds=RolloutLimits(start_deadline=later(seconds)))
        assert decision.stop and "2026-03-01" in decision.reason


def test_a_pair_does_not_start_if_its_second_node_would_come_too_late() -> None:
    assert ask(router(nodes=2), bounds=RolloutLimits(start_deadline=later(1111))).go
    decision = ask(router(nodes=2), bounds=RolloutLimits(start_deadline=later(1110)))
    assert (decision.go, decision.stop, decision.never) == (False, False, True)
    assert "second node" in decision.reason and "half done" in decision.reason
    assert ask(router(nodes=1), bounds=RolloutLimits(start_deadline=later(1110))).go, "a single router still fits"


def test_a_pair_that_is_done_in_one_step_has_no_second_node_to_start() -> None:
    assert ask(router(nodes=2, sequencing="simultaneous"), bounds=RolloutLimits(start_deadline=later(1))).go


def test_a_half_done_pair_has_only_one_node_to_start() -> None:
    half = router(nodes=2)
    half = replace(half, nodes=(replace(half.nodes[0], needed=False), half.nodes[1]))
    assert ask(half, bounds=RolloutLimits(start_deadline=later(1))).go


def test_a_router_starts_only_if_it_and_a_way_back_fit_into_the_window() -> None:
    assert ask(bounds=RolloutLimits(window_end=later(1601))).go
    decision = ask(bounds=RolloutLimits(window_end=later(1570)))
    assert (decision.go, decision.stop, decision.never) == (False, False, True)
    assert "ends 30 s after" in decision.reason and "18 min 20 s" in decision.reason


def test_a_longer_router_that_does_not_fit_leaves_room_for_a_shorter_one() -> None:
    bounds = RolloutLimits(window_end=later(2000))
    assert ask(router(nodes=2), bounds=bounds).never
    assert ask(router(nodes=1), bounds=bounds).go


def test_after_the_window_nothing_starts() -> None:
    assert ask(bounds=RolloutLimits(window_end=later(0))).stop


def test_the_durations_of_this_run_decide_what_fits() -> None:
    slow, bounds = Durations(ESTIMATES), RolloutLimits(window_end=later(1700))
    assert ask(bounds=bounds, durations=slow).go
    for _ in range(3):
        slow.add("upgrade", 1200)
    assert ask(bounds=bounds, durations=slow).never


def test_the_deadline_may_be_given_in_another_zone() -> None:
    zone = timezone(timedelta(hours=2))
    assert ask(bounds=RolloutLimits(start_deadline=NOW.astimezone(zone))).stop
    assert ask(bounds=RolloutLimits(start_deadline=later(60).astimezone(zone))).go


# -- stop file, main process, circuit breaker -------------------------------------------------------------------------


def test_a_stop_file_is_named_with_what_to_do_about_it() -> None:
    reason = ask(stop_file="/journal/stop-routers").reason
    assert "the stop file is there (/journal/stop-routers)" in reason and "remove the file" in reason
    assert "(" not in ask(stop_file=True).reason


def test_a_stop_file_drains() -> None:
    decision = ask(stop_file=True)
    assert decision.stop and not decision.go and "stop file" in decision.reason


def test_nothing_starts_and_nothing_is_taken_up_once_the_main_process_is_gone() -> None:
    assert ask(parent_gone=True).stop
    assert ask(adopted(), parent_gone=True).stop


def test_the_breaker_pauses_and_stops_only_when_patience_is_over() -> None:
    paused = ask(breaker="3 of 100 assets are lost", breaker_since=1799)
    assert (paused.go, paused.stop, paused.full) == (False, False, True) and "3 of 100" in paused.reason
    assert ask(breaker="3 of 100 assets are lost", breaker_since=1800).stop


def adopted() -> RouterPlan:
    return replace(router(), nodes=(node_plan("n1", running="begun 90 s ago"),))


@pytest.mark.parametrize(
    "situation",
    [
        {"stop_file": True},
        {"ended": {f"x{number}": "failed" for number in range(9)}},
        {"running": running(10)},
        {"breaker": "3 of 100 assets are lost"},
        {"bounds": RolloutLimits(start_deadline=later(-1), window_end=later(-1))},
    ],
)
def test_a_router_at_which_something_runs_already_is_always_followed(situation) -> None:
    assert ask(adopted(), **situation).go
    assert ask(replace(router(), recorded=True), **situation).go
    assert not ask(router(), **situation).go


# -- the next node of a pair ------------------------------------------------------------------------------------------


def may_continue(bounds: RolloutLimits | None = None, **situation):
    moment = RolloutState(**{"now": NOW, "running": (), "ended": {}, "total": 100, **situation})
    return may_go_on(router(), moment, bounds or RolloutLimits(), Durations(ESTIMATES))


def test_a_pair_that_has_begun_is_finished_though_no_other_router_may_start() -> None:
    assert may_continue().go
    assert may_continue(running=running(10), ended={f"x{number}": "unknown" for number in range(20)}).go


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ({"stop_file": True}, "stop file"),
        ({"parent_gone": True}, "main process"),
        ({"bounds": RolloutLimits(start_deadline=NOW)}, "start_deadline"),
        ({"bounds": RolloutLimits(window_end=later(1599))}, "window_end"),
        ({"breaker": "lost", "breaker_since": 1800}, "lost"),
    ],
)
def test_the_second_node_does_not_start_when_it_is_too_late_for_it(how, word) -> None:
    decision = may_continue(**how)
    assert not decision.go and (decision.stop or decision.never) and word in decision.reason


def test_the_budget_counts_as_long_as_nothing_was_sent() -> None:
    moment = RolloutState(NOW, (), {f"x{number}": "failed" for number in range(9)}, 100)
    assert may_go_on(router(), moment, RolloutLimits(), Durations(ESTIMATES)).go
    assert "max_failures" in may_go_on(router(), moment, RolloutLimits(), Durations(ESTIMATES), first=True).reason


def test_the_second_node_waits_while_the_breaker_pauses() -> None:
    decision = may_continue(breaker="lost", breaker_since=5)
    assert (decision.go, decision.stop, decision.never) == (False, False, False)


# -- downloads --------------------------------------------------------------------------------------------------------


def download(plan: RouterPlan | None = None, bounds: RolloutLimits | None = None, **situation):
    moment = RolloutState(**{"now": NOW, "running": (), "ended": {}, "total": 100, **situation})
    return may_download(plan or router(), moment, bounds or RolloutLimits(), Durations(ESTIMATES))


@pytest.mark.parametrize("asks", [ask, download], ids=["upgrade", "download"])
def test_nothing_begins_while_what_runs_makes_the_conductor_slow(asks) -> None:
    decision = asks(load="the conductor answers slowly")
    assert (decision.go, decision.stop, decision.never) == (False, False, False)
    assert decision.full and decision.reason == "paused: the conductor answers slowly"
    assert asks(load=None).go


@pytest.mark.parametrize("how", [{"first": True}, {"found_at_work": True}])
def test_what_was_found_at_work_sends_something_only_once_it_has_a_slot(how) -> None:
    """It was followed although the slots were taken; those that began before it go first, so none waits for another."""
    bounds, mine = RolloutLimits(in_flight=2), router("mine")
    before = RolloutState(NOW, [*running(2), mine], {}, 100)
    assert not may_go_on(mine, before, bounds, Durations(ESTIMATES), **how).go
    behind = RolloutState(NOW, [*running(1), mine, router("later")], {}, 100)
    assert may_go_on(mine, behind, bounds, Durations(ESTIMATES), **how).go
    held = RolloutState(NOW, [*running(1), mine], {"lost": "unknown"}, 100)
    assert not may_go_on(mine, held, bounds, Durations(ESTIMATES), **how).go
    assert may_go_on(mine, before, bounds, Durations(ESTIMATES)).go, "a pair that this run has begun"


def found(name: str, **changes) -> RouterPlan:
    """A router at which somebody else is at work."""
    return replace(adopted(), router=name, **changes)


def first_of_ours(plan: RouterPlan, bounds: RolloutLimits | None = None, **situation):
    """May the first command of ours leave for a router that was found at work, beside what somebody else has begun?"""
    moment = RolloutState(**{"now": NOW, "running": (plan,), "ended": {}, "total": 100, **situation})
    limits = bounds or RolloutLimits()
    return may_go_on(plan, moment, limits, Durations(ESTIMATES), first=True, found_at_work=True)


def test_the_first_command_to_what_was_found_at_work_waits_for_canaries_and_earlier_waves() -> None:
    mine, zero = found("mine", wave=1), router("zero")
    waits = first_of_ours(mine, waiting=[zero])
    assert not waits.go and not waits.never and "wave 0" in waits.reason
    assert first_of_ours(mine).go
    baking = CanaryState(wanted=1, before=1, over=True, bake=60.0)
    assert "bake" in first_of_ours(mine, canaries=baking).reason
    begun = RolloutState(NOW, (mine,), {}, 100, waiting=[zero], canaries=baking)
    assert may_go_on(mine, begun, RolloutLimits(), Durations(ESTIMATES), found_at_work=True).go, "we have begun it"
    asked = may_go_on(replace(mine, nodes=router().nodes), begun, RolloutLimits(), Durations(ESTIMATES), first=True)
    assert asked.go, "what was started was asked before"


def test_what_waits_for_its_turn_holds_up_nobody() -> None:
    """Nobody works on it: else two that were found at work would wait for each other."""
    mine, other = found("mine", group="g", members=("mine", "other")), found("other", group="g")
    for running in ([mine, other], [other, mine]):
        assert "in flight" in first_of_ours(mine, running=running).reason
        assert first_of_ours(mine, running=running, resting={"other"}).go
    bounds = RolloutLimits(in_flight=1)
    assert not ask(router(), running=[found("x")], bounds=bounds).go
    assert ask(router(), running=[found("x")], resting={"x"}, bounds=bounds).go


def test_who_is_at_work_or_has_a_slot_counts_for_those_that_wait_before_it() -> None:
    """What runs there was begun by an earlier run, or by somebody else: it is in flight all the same (I5)."""
    mine, bounds = found("mine"), RolloutLimits(in_flight=1)
    assert not first_of_ours(mine, bounds, running=[mine, found("later")]).go
    assert first_of_ours(mine, bounds, running=[mine, found("later")], asking={"later"}).go, "it comes after mine"
    assert not first_of_ours(mine, bounds, running=[mine, router("later")]).go
    assert not first_of_ours(mine, bounds, running=[found("x"), mine]).go
    assert first_of_ours(mine, bounds, running=[found("x"), mine], resting={"x"}).go


@pytest.mark.parametrize(("seconds", "never"), [(10.0, False), (900.0, True)])
def test_a_member_of_its_group_that_is_not_well_keeps_a_router_out_wherever_it_is(seconds, never) -> None:
    mine = router("mine", group="g", members=("mine", "elsewhere"))
    unwell = {"elsewhere": ("has a Disconnected", seconds)}
    decision = ask(mine, unwell=unwell)
    assert not decision.go and decision.never is never and "elsewhere of the same group (g)" in decision.reason
    assert ask(mine, unwell={"mine": ("has a Disconnected", seconds)}).go
    state = RolloutState(NOW, [mine], {}, 100, unwell=unwell)
    assert not may_go_on(mine, state, RolloutLimits(), Durations(ESTIMATES), first=True).go
    assert may_go_on(mine, state, RolloutLimits(), Durations(ESTIMATES)).go, "the rest of what has begun"


def test_slots_waves_and_groups_in_flight_hold_up_no_download() -> None:
    mate = router("mate", group="hubs")
    assert download(running=running(10)).go
    assert download(router(wave=3), waiting=[router("first")]).go
    assert download(router(group="hubs", members=("r", "mate")), running=[mate]).go


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ({"stop_file": True}, "stop file"),
        ({"parent_gone": True}, "main process"),
        ({"bounds": RolloutLimits(window_end=NOW)}, "window_end"),
        ({"bounds": RolloutLimits(window_end=later(1599))}, "window_end"),
        ({"ended": {f"x{number}": "failed" for number in range(9)}}, "max_failures"),
        ({"breaker": "lost", "breaker_since": 5}, "lost"),
        ({"plan": router(group="hubs", members=("r", "mate")), "ended": {"mate": "failed"}}, "mate"),
    ],
)
def test_nothing_is_brought_to_a_router_that_would_not_be_upgraded(how, word) -> None:
    decision = download(**how)
    assert not decision.go and word in decision.reason


def test_a_download_that_is_unknown_holds_no_slot_and_is_no_failure() -> None:
    ended = {f"x{number}": "unknown" for number in range(20)}
    assert ask(ended=ended, failing=("failed",), holding=False).go
    assert not ask(ended=ended).go


# -- the whole of it --------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.sampled_from([None, "g1", "g2"]), st.integers(0, 2), st.integers(1, 2)), max_size=25),
    st.lists(st.sampled_from(["done", "done", "done", "failed", "unknown", "held"]), min_size=25, max_size=25),
    st.integers(1, 4),
    st.integers(0, 4),
)
def test_a_whole_run_keeps_every_bound_and_comes_to_its_end(routers, ends, in_flight, budget) -> None:
    groups = {f"r{number}": group for number, (group, _, _) in enumerate(routers) if group}
    waiting = [
        router(f"r{number}", nodes, group=group, wave=wave) for number, (group, wave, nodes) in enumerate(routers)
    ]
    waiting = [
        replace(plan, members=tuple(name for name in groups if groups[name] == plan.group)) if plan.group else plan
        for plan in waiting
    ]
    states, bounds = iter(ends), RolloutLimits(in_flight=in_flight, max_failures=budget)
    durations, busy, ended, waves, stopped = Durations(ESTIMATES), [], {}, [], False
    while waiting or busy:
        before = len(waiting)
        for plan in list(waiting):
            moment = RolloutState(NOW, tuple(busy), dict(ended), len(routers), tuple(waiting))
            decision = may_start(plan, moment, bounds, durations)
            stopped = stopped or decision.stop
            if decision.never:
                waiting.remove(plan)
            elif decision.go:
                assert not stopped, "once nothing new starts, nothing new starts"
                waiting.remove(plan)
                busy.append(plan)
                waves.append(plan.wave)
            open_groups = [busy_plan.group for busy_plan in busy if busy_plan.group]
            assert len(open_groups) == len(set(open_groups))
            assert len(busy) + sum(state == "unknown" for state in ended.values()) <= in_flight
        if not busy and len(waiting) == before:
            assert stopped or not waiting, "somebody waits for ever"
            break
        if busy:
            ended[busy.pop(0).router] = next(states)
    assert waves == sorted(waves)
    assert sum(state in FAILURES for state in ended.values()) <= budget + in_flight


# -- the circuit breaker ----------------------------------------------------------------------------------------------


def fleet(count: int, lost: int = 0, conductor: bool = True) -> dict:
    assets = {
        (f"r{number}", "n1"): SimpleNamespace(settled=number >= lost, state="Disconnected" if number < lost else "ok")
        for number in range(count)
    }
    return assets | {("Conductor", "c1"): SimpleNamespace(settled=conductor, state="Synchronizing")}


def breaks(now, busy=(), percent=2.0, baseline=None) -> str | None:
    return breaker_reason(baseline or fleet(200), now, set(busy), "Conductor", percent)


def test_the_breaker_opens_when_more_than_the_share_of_idle_assets_is_lost() -> None:
    assert breaks(fleet(200, lost=4)) is None
    reason = breaks(fleet(200, lost=5))
    assert "5 of 200" in reason and "n1.r0 Disconnected" in reason


def test_only_the_first_five_are_named() -> None:
    reason = breaks(fleet(200, lost=50))
    assert "n1.r4 Disconnected and 45 more" in reason and "n1.r5 " not in reason


def test_routers_in_flight_and_those_that_were_down_before_do_not_count() -> None:
    assert breaks(fleet(200, lost=5), busy={"r0", "r1"}) is None
    assert breaks(fleet(200, lost=5), baseline=fleet(200, lost=5)) is None


def test_the_share_is_one_of_those_that_this_run_has_not_moved() -> None:
    """Two of two hundred are no share of 2 %, but of the fifty that this run has not moved they are."""
    now, moved = fleet(200, lost=2), {f"r{number}" for number in range(50, 200)}
    assert breaks(now) is None
    assert breaks(now, busy=moved).startswith("2 of 50 assets")


def test_one_lost_asset_of_a_small_fleet_pauses_nothing() -> None:
    assert breaks(fleet(10, lost=1), baseline=fleet(10)) is None
    assert breaks(fleet(10, lost=2), baseline=fleet(10))


def test_an_asset_that_is_not_listed_any_more_is_lost() -> None:
    now = {node_id: asset for node_id, asset in fleet(200).items() if node_id[0] not in ("r1", "r2", "r3", "r4", "r5")}
    assert "n1.r1 is not listed" in breaks(now)


def test_a_conductor_node_that_was_settled_and_is_not_opens_the_breaker_at_once() -> None:
    assert "node of the conductor" in breaks(fleet(200, conductor=False))
    assert breaks(fleet(200, conductor=False), baseline=fleet(200, conductor=False)) is None
