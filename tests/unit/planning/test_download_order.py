# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of the downloads: short ones fill the slots, and what must not come late comes before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.download_order import Lanes, download_order
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations, Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.known_durations import (
    KnownDurations,
    download_seconds,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan import NodePlan, RouterPlan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.start_order import start_order
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

DURATIONS = Durations(Estimates(download=100, upgrade=1000, soak=50))


def router(name: str, *nodes: str, wave: int = 0, download: str = "needed", sequencing: str = "node") -> RouterPlan:
    plans = tuple(
        NodePlan(name, node, "6.3.0", "6.3.5", "image", True, download, False, None, "") for node in nodes or ("a",)
    )
    return RouterPlan(name, "planned", "", plans, "", sequencing, wave, None, 0.0, 0.0, "documented", ())


def known(upgrade: dict[str, float] | None = None, download: dict[str, float] | None = None) -> KnownDurations:
    """Durations of the first node of routers."""
    upgrade, download = ({NodeId(name, "a"): s for name, s in (kind or {}).items()} for kind in (upgrade, download))
    return KnownDurations(upgrade, download)


def order(
    plans: Sequence[RouterPlan],
    durations: KnownDurations | None = None,
    lanes: tuple[int, int] = (2, 1),
    how: str = "longest_first",
    foremost: int = 0,
) -> str:
    durations = durations or KnownDurations()
    starts = start_order(plans, how, foremost, DURATIONS, durations)
    return "".join(plan.router for plan in download_order(starts, how, foremost, DURATIONS, durations, Lanes(*lanes)))


def many(names: str) -> list[RouterPlan]:
    return [router(name) for name in names]


def test_while_slots_are_free_the_shortest_downloads_come_first_and_then_who_takes_longest() -> None:
    durations = known({"T": 1200, "U": 1300, "V": 1100}, {"R": 90, "S": 50, "T": 150, "U": 140, "V": 120})
    assert order(many("RSTUV"), durations) == "SRUTV"


def test_who_would_keep_the_night_open_comes_before_short_downloads() -> None:
    durations = known({"L": 9000}, {"R": 10, "S": 10, "L": 900})
    assert order(many("RSTL"), durations) == "LRST"


def test_who_could_just_wait_for_one_more_download_does_not_since_durations_are_known_roughly() -> None:
    durations = known({"L": 2900, "M": 2850}, {"R": 90})
    assert order(many("RSTULM"), durations, lanes=(4, 2)).startswith("LMR")


def test_where_nothing_is_known_single_nodes_fill_the_slots_before_pairs_as_long_as_the_night_is_long() -> None:
    plans = [router(name) for name in "RSTUVWXYZ"]
    assert order([*plans, router("P", "a", "b")], lanes=(2, 1)).startswith("RSP")


def test_pairs_come_first_where_the_night_is_no_longer_than_they_are() -> None:
    assert order([*many("RST"), router("P", "a", "b")], lanes=(3, 1)).startswith("P")


def test_what_has_its_release_needs_no_place_and_fills_a_slot_already() -> None:
    durations = known({"U": 1300}, {"S": 50, "T": 60, "U": 140, "V": 120})
    there = router("R", download="present")
    assert order([there, *many("STUV")], durations) == "RSUTV"


def test_where_downloads_are_what_all_wait_for_the_order_is_that_of_the_starts() -> None:
    durations = known({"T": 1100}, {"R": 4000, "S": 9000, "T": 10})
    assert order(many("RST"), durations, lanes=(3, 1)) == "TRS"


@pytest.mark.parametrize("more", [{"how": "as_listed"}, {"foremost": 1}])
def test_as_listed_is_as_listed_and_behind_canaries_downloads_run_ahead_anyway(more) -> None:
    assert order(many("RST"), known(download={"R": 300, "S": 200, "T": 100}), **more) == "RST"


def test_an_earlier_wave_and_what_was_found_at_work_come_first() -> None:
    plans = [router("R", wave=2), router("S", wave=1), router("T", wave=1), replace(router("W"), recorded=True)]
    assert order(plans, known(download={"R": 1, "S": 90, "T": 50, "W": 99}), lanes=(1, 1)) == "WTSR"


def test_every_router_comes_once_whatever_its_durations_are() -> None:
    plans = [router(f"{number:03}", *("ab"[: 1 + number % 2])) for number in range(200)]
    durations = known(
        {plan.router: 500.0 + 37 * (at * 7919 % 101) for at, plan in enumerate(plans)},
        {plan.router: 20.0 + 13 * (at * 104729 % 97) for at, plan in enumerate(plans)},
    )
    for lanes in ((50, 25), (10, 5), (3, 50), (1, 1), (500, 500)):
        starts = start_order(plans, "longest_first", 0, DURATIONS, durations)
        ordered = download_order(starts, "longest_first", 0, DURATIONS, durations, Lanes(*lanes))
        assert sorted(plan.router for plan in ordered) == [plan.router for plan in plans]


def test_one_request_brings_the_release_to_both_nodes_and_takes_as_long_as_the_slower_one() -> None:
    pair = router("R", "a", "b")
    seconds = {NodeId("R", "a"): 70.0, NodeId("R", "b"): 300.0}
    assert download_seconds(pair, DURATIONS, KnownDurations({}, seconds)) == 300
    assert download_seconds(pair, DURATIONS, known(download={"R": 70})) == 100
    assert download_seconds(pair, DURATIONS, KnownDurations()) == 125
    half = replace(pair, nodes=(pair.nodes[0], replace(pair.nodes[1], needed=False)))
    assert download_seconds(half, DURATIONS, KnownDurations({}, seconds)) == 70
    assert download_seconds(router("R", download="present"), DURATIONS, KnownDurations()) == 0
