# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""May the next batch begin, and may the rest of one follow its canaries?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batches import (
    BAD,
    BatchEnd,
    CanaryState,
    Tolerance,
    held_by_canaries,
    refusal,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES


def batch(**verdicts: str | None) -> BatchEnd:
    """A batch with the state of each router; None: it has none."""
    return BatchEnd(list(verdicts), {router: state for router, state in verdicts.items() if state})


@pytest.mark.parametrize("state", STATES)
def test_a_bad_end_stops_the_next_batch_and_a_router_to_which_nothing_was_sent_does_not(state) -> None:
    words = refusal([batch(a=state)], Tolerance())
    assert (words is not None) == (state in BAD)
    assert {*BAD} == {"failed", "reverted", "unknown", "held", "relapsed"}
    if words:
        assert words == f"a ({state}) of batch 1 did not end well"


def test_a_router_without_a_verdict_stops_it_whatever_may_fail() -> None:
    words = refusal([batch(a="done"), batch(b="done", c=None)], Tolerance(100, 0))
    assert "c of batch 2 has no verdict" in words
    assert "b, c of batch 1 have no verdict" in refusal([batch(b=None, c=None)], Tolerance(100, 0))


def test_before_the_first_batch_nothing_is_against_it() -> None:
    assert refusal([], Tolerance()) is None


@pytest.mark.parametrize(("percent", "stops"), [(0, True), (24, True), (25, False), (100, False)])
def test_a_percentage_of_each_batch_may_fail(percent, stops) -> None:
    first = batch(a="failed", b="done", c="blocked", d="up_to_date")
    assert (refusal([first, batch(e="done")], Tolerance(percent)) is not None) == stops


def test_three_bad_of_the_last_twenty_stop_it_although_so_many_of_a_batch_may_fail() -> None:
    well = {f"w{number}": "done" for number in range(17)}
    batches = [batch(a="failed", b="reverted"), batch(**well), batch(c="held")]
    assert refusal(batches, Tolerance(100)) == (
        "3 of the 20 routers that ended last did not end well: a (failed), b (reverted), c (held)"
    )
    assert refusal(batches, Tolerance(100, 0)) is None, "switched off"
    one_more = [*batches[:2], batch(d="done", c="held")]
    assert refusal(one_more, Tolerance(100)) is None, "the first of the three is the 21st from the end"


def test_routers_to_which_nothing_was_sent_are_none_of_the_last_twenty() -> None:
    left_out = {f"w{number}": "up_to_date" for number in range(30)}
    batches = [batch(a="failed", b="reverted"), batch(**left_out), batch(c="held")]
    assert "3 of the 3 routers" in refusal(batches, Tolerance(100))


def test_the_batch_under_way_counts_among_the_last_twenty_and_not_by_its_share() -> None:
    before = [batch(a="failed", w="done", x="done")]
    assert refusal(before, Tolerance(50), batch(b="failed", d=None)) is None
    assert "3 of the 5" in refusal(before, Tolerance(50), batch(b="failed", c="failed", d=None))


# -- canaries ---------------------------------------------------------------------------------------------------------

TWO = CanaryState(wanted=2)


def test_without_canaries_nobody_waits() -> None:
    assert held_by_canaries(CanaryState()) is None


def test_as_many_routers_with_work_go_first_as_there_were_canaries() -> None:
    assert held_by_canaries(TWO) is None
    assert held_by_canaries(replace(TWO, begun=1, running=["a"])) is None
    assert held_by_canaries(replace(TWO, before=1, begun=1, running=["a"])).reason == "waits for the canaries: a"
    assert "a, b" in held_by_canaries(replace(TWO, begun=2, running=["a", "b"])).reason


def test_the_others_wait_until_the_canaries_have_been_done_for_a_while() -> None:
    over = replace(TWO, before=2, over=True, bake=61)
    hold = held_by_canaries(over)
    assert hold.reason == "the canaries are done, and the others wait for 1 min 01 s more (bake)" and not hold.stop
    assert held_by_canaries(replace(over, bake=0)) is None


def test_a_bad_canary_stops_the_others_unless_that_many_may_fail() -> None:
    bad = replace(TWO, begun=2, bad=["a"], over=True)
    assert held_by_canaries(bad).stop and "a came first" in held_by_canaries(bad).reason
    assert held_by_canaries(replace(bad, percent=50)) is None
