# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forecast of a night: order, lanes, waves, groups, canaries, the window, and how large a fleet it takes."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.admission import RolloutLimits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.duration_sources import (
    EARLIER,
    ESTIMATED,
    REHEARSED,
    durations_for_forecast,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations, Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.forecast import (
    Forecast,
    ForecastOptions,
    forecast,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.known_durations import KnownDurations
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan import NodePlan, RouterPlan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=timezone.utc)
ESTIMATES = Estimates(download=200, upgrade=600, revert=300, soak=60, outage=120)


def plan(router: str, *nodes: str, download: str = "present", **more) -> RouterPlan:
    """A router that is to be upgraded."""
    planned = tuple(
        NodePlan(router, node, "6.3.0", "6.3.5", "image", True, download, False, None, "") for node in nodes or ("a",)
    )
    fields = {"sequencing": "node", "wave": 0, "group": None, "expected": 0.0, "outage": 0.0, **more}
    return RouterPlan(
        router=router,
        state="planned",
        reason="",
        nodes=planned,
        order_reason="",
        way_back="documented",
        notes=(),
        **fields,
    )


def play(plans, batches=None, bake=0.0, stock=None, **limits) -> Forecast:
    durations = Durations(ESTIMATES)
    options = ForecastOptions(BEGIN, RolloutLimits(**limits), durations, durations, bake, stock)
    return forecast(plans, batches or [[one.router for one in plans]], options)


def names(count: int) -> list[str]:
    return [f"r{number:04}" for number in range(count)]


def begins(night: Forecast) -> dict[str, float | None]:
    return {name: router.begins for name, router in night.routers.items()}


def test_as_one_ends_the_next_begins_and_never_more_than_allowed_at_once() -> None:
    night = play([plan(name) for name in names(5)], in_flight=2)
    assert list(begins(night).values()) == [0, 0, 600, 600, 1200]
    assert night.ends == 1800


def test_the_nodes_of_a_pair_follow_each_other_after_their_soak_and_each_is_away_at_its_end() -> None:
    night = play([plan("R", "a", "b")])
    first, second = night.routers["R"].nodes["a"], night.routers["R"].nodes["b"]
    assert [(phase.name, phase.begins, phase.ends) for phase in first] == [
        ("upgrade", 0, 480),
        ("away", 480, 600),
        ("soak", 600, 660),
    ]
    assert [(phase.name, phase.begins, phase.ends) for phase in second] == [
        ("upgrade", 660, 1140),
        ("away", 1140, 1260),
    ]


@pytest.mark.parametrize(("sequencing", "ends"), [("vendor", 1200), ("simultaneous", 600)])
def test_other_sequencings_have_no_soak_of_ours(sequencing, ends) -> None:
    assert play([plan("R", "a", "b", sequencing=sequencing)]).ends == ends


def test_downloads_have_a_lane_of_their_own_and_a_router_begins_as_soon_as_its_release_is_there() -> None:
    plans = [plan(name, download="needed") for name in names(4)]
    night = play(plans, in_flight=1, downloads_in_flight=2)
    assert [router.download for router in night.routers.values()] == [(0, 200), (0, 200), (200, 400), (200, 400)]
    assert list(begins(night).values()) == [200, 800, 1400, 2000]


def test_without_download_first_no_more_releases_are_brought_than_can_be_used_soon() -> None:
    plans = [plan(name, download="needed") for name in names(6)]
    night = play(plans, in_flight=1, downloads_in_flight=1, stock=1)
    assert night.routers["r0003"].download[0] > 600


def test_whoever_has_its_release_already_does_not_wait_for_those_before_it() -> None:
    night = play([plan("slow", download="needed"), plan("there")], in_flight=1)
    assert begins(night) == {"slow": 600, "there": 0}


def test_a_wave_waits_for_the_one_before_and_two_of_a_group_never_go_at_once() -> None:
    plans = [plan("a", group="site"), plan("b", group="site"), plan("c"), plan("late", wave=1)]
    night = play(plans, in_flight=10)
    assert begins(night) == {"a": 0, "b": 600, "c": 0, "late": 1200}


def test_batches_follow_each_other_and_the_others_wait_until_the_canary_has_baked() -> None:
    plans = [plan(name) for name in names(6)]
    night = play(plans, [names(6)[:1], names(6)[1:3], names(6)[3:]], bake=300)
    assert list(begins(night).values()) == [0, 900, 900, 1500, 1500, 1500]
    assert [router.canary for router in night.routers.values()] == [True, *[False] * 5]
    assert night.batches == [(0, 600), (600, 1500), (1500, 2100)]


def test_a_canary_is_a_router_that_has_work() -> None:
    """As rule 40 has it: the first batch has none, so the first of the second goes alone."""
    plans = [plan("b"), plan("c")]
    night = play(plans, [["there"], ["b", "c"]], bake=300)
    assert begins(night) == {"b": 0, "c": 900}
    assert night.routers["b"].canary and not night.routers["c"].canary


def test_a_batch_that_makes_up_for_an_earlier_one_without_work_goes_in_its_stages() -> None:
    plans = [plan(name) for name in ("b", "c", "d", "e", "f")]
    night = play(plans, [["a"], ["x", "y"], ["b", "c", "d", "e", "f"]])
    assert list(begins(night).values()) == [0, 600, 600, 1200, 1200]


def test_what_does_not_fit_into_the_window_is_not_begun_and_says_why() -> None:
    plans = [plan(name) for name in names(4)]
    night = play(plans, in_flight=1, window_end=BEGIN + timedelta(seconds=2200))
    assert list(begins(night).values()) == [0, 600, 1200, None]
    assert night.never == ["r0003"] and "window_end" in night.routers["r0003"].never


def test_after_the_deadline_nothing_begins_and_the_night_is_stopped() -> None:
    night = play([plan(name) for name in names(3)], in_flight=1, start_deadline=BEGIN + timedelta(seconds=700))
    assert list(begins(night).values()) == [0, 600, None]
    assert "start_deadline" in night.stopped and night.never == ["r0002"]


def test_what_is_under_way_comes_first_and_what_has_no_work_has_no_time() -> None:
    adopted = plan("later", "a")
    adopted = RouterPlan(**{**vars(adopted), "recorded": True})
    idle = RouterPlan(**{**vars(plan("idle")), "state": "up_to_date"})
    night = play([plan("first"), idle, adopted], in_flight=1)
    assert begins(night) == {"later": 0, "first": 600}


@pytest.mark.parametrize("kind", ["plain", "pairs", "groups", "waves", "one group", "all at once"])
def test_a_fleet_of_thousands_takes_few_decisions(kind) -> None:
    """The work grows with the fleet, and not with its square: counted in decisions, since times are no test."""
    counted = []
    for count in (200, 400):
        plans = _fleet(kind, count)
        night = play(
            plans, [names(1), names(count // 10)[1:], names(count)[count // 10 :]], 600, in_flight=_slots(kind)
        )
        assert not night.never
        counted.append(_decisions(plans, count, kind))
    assert counted[1] < 2.5 * counted[0]


def _slots(kind: str) -> int:
    return 5000 if kind == "all at once" else 10


def _fleet(kind: str, count: int) -> list[RouterPlan]:
    more = {
        "groups": lambda number: {"group": f"g{number // 2}"},
        "waves": lambda number: {"wave": number // 50},
        "one group": lambda number: {"group": "all"},
    }.get(kind, lambda number: {})
    nodes = ("a", "b") if kind == "pairs" else ("a",)
    return [plan(name, *nodes, download="needed", **more(number)) for number, name in enumerate(names(count))]


def _decisions(plans, count, kind) -> int:
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning import forecast as module

    calls, real = itertools.count(), module.may_start
    module.may_start = lambda *args: (next(calls), real(*args))[1]
    try:
        play(plans, [names(1), names(count)[1:]], in_flight=_slots(kind))
    finally:
        module.may_start = real
    return next(calls)


def test_durations_come_from_earlier_runs_then_a_rehearsal_then_estimates_and_it_is_said_which() -> None:
    earlier = [{"upgrade": [700, 700]}, {"upgrade": [900], "download": [1]}, "no record", None]
    durations, basis = durations_for_forecast(ESTIMATES, earlier, {"download": [10, 20, 30], "upgrade": [1, 1, 1]})
    assert [(one.kind, one.seconds, one.source, one.samples) for one in basis] == [
        ("download", 30, REHEARSED, 3),
        ("upgrade", 900, EARLIER, 3),
        ("revert", 300, ESTIMATED, 0),
    ]
    assert durations.typical("upgrade") == 900


def test_the_order_is_that_of_the_run_which_knows_what_single_nodes_took_the_last_time() -> None:
    plans = [plan(name, download="needed") for name in "rst"]
    known = KnownDurations({NodeId("t", "a"): 3000.0}, {NodeId("s", "a"): 10.0, NodeId("t", "a"): 100.0})
    durations = Durations(ESTIMATES)
    limits = RolloutLimits(in_flight=1, downloads_in_flight=1)

    def downloads(**more) -> list[str]:
        night = forecast(plans, [["r", "s", "t"]], ForecastOptions(BEGIN, limits, durations, durations, **more))
        return sorted(night.routers, key=lambda name: night.routers[name].download[0])

    assert downloads(known=known) == ["s", "t", "r"]
    assert downloads(known=known, starts="as_listed") == ["r", "s", "t"]
