# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of the starts within a batch: the longest first, behind what comes before it for another reason."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations, Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.known_durations import (
    KnownDurations,
    slot_seconds,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan import NodePlan, RouterPlan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.start_order import start_order
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

DURATIONS = Durations(Estimates(download=100, upgrade=1000, soak=50))


def router(name: str, *nodes: str, wave: int = 0, sequencing: str = "node") -> RouterPlan:
    plans = tuple(
        NodePlan(name, node, "6.3.0", "6.3.5", "image", True, "none", False, None, "") for node in nodes or ("a",)
    )
    return RouterPlan(name, "planned", "", plans, "", sequencing, wave, None, 0.0, 0.0, "documented", ())


def order(*plans: RouterPlan, how: str = "longest_first", foremost: int = 0, **seconds: float) -> str:
    known = KnownDurations({NodeId(name, "a"): duration for name, duration in seconds.items()})
    return "".join(plan.router for plan in start_order(plans, how, foremost, DURATIONS, known))


def test_pairs_come_before_single_nodes_and_the_rest_as_listed() -> None:
    assert order(router("R"), router("S", "a", "b"), router("T")) == "SRT"


def test_what_took_long_the_last_time_comes_before_what_did_not() -> None:
    assert order(router("R"), router("S"), router("T"), R=900, T=3000) == "TSR"


def test_as_listed_is_as_listed() -> None:
    assert order(router("R"), router("S", "a", "b"), how="as_listed", R=1, S=9000) == "RS"


def test_an_earlier_wave_comes_first_however_short_it_is() -> None:
    assert order(router("R"), router("S", wave=1), R=1, S=9000) == "RS"


def test_canaries_are_the_first_that_are_listed() -> None:
    assert order(router("R"), router("S"), router("T"), router("U"), foremost=2, S=1, T=2000, U=3000) == "RSUT"


def test_what_was_found_at_work_comes_before_canaries_and_takes_none_of_their_places() -> None:
    working = replace(router("W"), recorded=True)
    assert order(router("R"), router("S"), router("T"), working, foremost=1, S=1, T=9000) == "WRTS"


def test_of_nodes_that_move_at_once_the_longest_counts() -> None:
    pair = router("R", "a", "b", sequencing="simultaneous")
    known = KnownDurations({NodeId("R", "a"): 500.0, NodeId("R", "b"): 1500.0})
    assert slot_seconds(pair, DURATIONS, known) == 1500
    assert slot_seconds(replace(pair, sequencing="node"), DURATIONS, known) == 500 + 50 + 1500


def test_a_long_download_keeps_no_slot_so_it_changes_no_order_of_starts() -> None:
    slow = router("S")
    slow = replace(slow, nodes=tuple(replace(node, download="needed") for node in slow.nodes))
    assert order(router("R"), slow, R=1100, S=1000) == "RS"


def test_an_exclusive_group_is_as_long_as_all_of_it_since_its_routers_wait_for_each_other() -> None:
    hubs = [replace(router(name), group="hubs", members=("A", "B", "C")) for name in "ABC"]
    others = [router(name) for name in "RST"]
    known = dict.fromkeys("ABC", 600) | dict.fromkeys("RST", 1000)
    # 1800, 1200 and 600 seconds until the last of the group has ended.
    assert order(*hubs, *others, **known) == "ABRSTC"
    assert order(*others, *hubs, **{**known, "B": 700}) == "BARSTC"
