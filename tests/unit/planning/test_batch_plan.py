# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The batches of a plan: canaries are routers that have work, and each batch says what it waits for."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batch_plan import (
    batch_lines,
    split_into_batches,
)

TEN = [f"r{number}" for number in range(10)]


@pytest.mark.parametrize(
    ("serial", "sizes"),
    [
        ([1, "10%", "100%"], [1, 1, 8]),
        ([1, "30%"], [1, 3, 3, 3]),
        ([3], [3, 3, 3, 1]),
        (["100%"], [10]),
        (["1%", 50], [1, 9]),
    ],
)
def test_hosts_are_split_as_ansible_does_it(serial, sizes) -> None:
    batches = split_into_batches(TEN, serial)
    assert [len(batch) for batch in batches] == sizes and [host for batch in batches for host in batch] == TEN


def test_the_first_batch_is_the_canary_and_the_next_waits_for_its_bake() -> None:
    assert batch_lines([["a"], ["b", "c"], ["d"]], dict.fromkeys("abcd", "planned"), 600) == [
        "batch 1: a, 1 with work; canary: a",
        "batch 2: 2 routers, 2 with work; begins when batch 1 has ended well; its upgrades wait until the canary has "
        "been done for 10 min",
        "batch 3: d, 1 with work; begins when batch 2 has ended well",
    ]


@pytest.mark.parametrize("state", ["skipped", "up_to_date", "blocked"])
def test_a_first_router_without_work_is_no_canary(state) -> None:
    states = {"a": state, **dict.fromkeys("bcd", "planned")}
    assert batch_lines([["a"], ["b", "c", "d"]], states, 600)[1] == (
        "batch 2: 3 routers, 3 with work; begins when batch 1 has ended well; canary: b; the other 2 wait until the "
        "canary has been done for 10 min"
    )


def test_canaries_come_in_the_order_of_the_plan() -> None:
    states = {"c": "planned", "b": "planned", "a": "up_to_date"}
    assert (
        "canary: c; the other one waits until the canary has been done"
        in batch_lines([["a"], ["b", "c"]], states, 0)[1]
    )


def test_a_batch_that_had_too_little_work_is_made_up_for_in_a_larger_one() -> None:
    batches = [["a"], ["b", "c", "d"], ["e", "f", "g", "h"]]
    states = {**dict.fromkeys("abcdefgh", "planned"), **dict.fromkeys("bcd", "up_to_date")}
    assert batch_lines(batches, states, 0)[2] == (
        "batch 3: 4 routers, 4 with work; begins when batch 2 has ended well; its upgrades wait until the canary has "
        "been done; e, f, g come in place of batch 2, and the other one waits for them"
    )
    assert "in place" not in " ".join(batch_lines(batches, dict.fromkeys("abcdefgh", "planned"), 0))
    assert "in place" not in " ".join(
        batch_lines([["a", "b"], ["c", "d"], ["e", "f"]], dict.fromkeys("abcef", "planned"), 0)
    )


def test_a_batch_of_one_without_work_is_made_up_for_as_well() -> None:
    """hub, kiosk and ten others, where kiosk is a dead site: hub, one more, then nine."""
    states = {"hub": "planned", "kiosk": "skipped", **dict.fromkeys(TEN, "planned")}
    assert batch_lines([["hub"], ["kiosk"], TEN], states, 0)[2].endswith(
        "; r0 comes in place of batch 2, and the other 9 wait for it"
    )
    assert batch_lines([["hub"], ["kiosk"], ["dead"], TEN], states, 0)[3].endswith(
        "; r0 comes in place of batch 2, r1 comes in place of batch 3, and the other 8 wait for them"
    )


def test_one_router_and_several_canaries_read_as_people_say_it() -> None:
    states = {**dict.fromkeys("abc", "planned"), "d": "up_to_date"}
    assert batch_lines([["a", "b"], ["c", "d"]], states, 90)[1] == (
        "batch 2: 2 routers, 1 with work; begins when batch 1 has ended well; its upgrade waits until the canaries "
        "have been done for 1 min 30 s"
    )


def test_without_work_there_is_no_canary() -> None:
    assert batch_lines([["a"], ["b"]], {}, 600) == [
        "batch 1: a, 0 with work",
        "batch 2: b, 0 with work; begins when batch 1 has ended well",
    ]
