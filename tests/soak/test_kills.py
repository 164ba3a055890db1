# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Killing the controller at any moment loses nothing: many moments, chosen by a seed.

SSR_SOAK_KILLS says how many (12), SSR_SOAK_SEED which (1). A failure names its own number: set the seed and run that
test alone to see it again.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil

import pytest

from tests.integration.fleet import (
    WAYS,
    assert_nothing_twice,
    everybody,
    kill_at,
    running,
    slow_until_taken_up,
    wait_until_at_rest,
)
from tests.integration.routers import NEW, authority, play, router, verdicts

SEED = int(os.environ.get("SSR_SOAK_SEED", "1"))
KILLS = int(os.environ.get("SSR_SOAK_KILLS", "12"))

SETTINGS = {"ssr_serial": "100%", "router_upgrade_backup": False, "router_upgrade_checks": ["is_conductor"]}

GOOD = {"done", "up_to_date"}
#: What may be told of a node that just restarts where nobody remembers why: the conductor refuses, or does not see it.
UNTOUCHED = {"skipped", "not_started", "blocked", "held", "failed"}

#: Requests that a run of the fleet below sends, health checks included, and looks after one that are worth a try.
REQUESTS, LOOKS = 18, 12

BEHAVIOURS = ({}, {}, {"request_mode": "blocks"}, {"peer_moves_by_itself": True}, {"upgrading_state": "Upgrading"})


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(KILLS))
def test_a_run_that_is_killed_again_and_again_ends_as_if_nobody_had_disturbed_it(bench, number):
    dice = random.Random(f"{SEED}/{number}")
    routers = [router("hub", "hub-1", "hub-2"), router("shop", "shop-1", "shop-2"), router("one"), router("two")]
    behaviour = dice.choice(BEHAVIOURS)
    speedup = dice.choice([50, 100, 200])
    b = bench(authority(*routers, behaviour=behaviour), speedup=speedup)
    everybody(b)
    settings, plan = dict(SETTINGS), []
    if "peer_moves_by_itself" in behaviour:  # it begins to move after the first has ended, and has to be seen
        settings["router_upgrade_pair_soak"] = 3
    for _again in range(dice.choice([1, 1, 2, 3])):
        point = (dice.choice(WAYS), dice.randint(1, REQUESTS), dice.randint(0, LOOKS))
        plan.append(point)
        with slow_until_taken_up(b, speedup) if len(plan) > 1 else contextlib.nullcontext():
            kill_at(b, *point, **settings)
        if dice.random() < 0.25:  # correctness never needs the journal where the status tells what runs
            shutil.rmtree(b.folder / "journal", ignore_errors=True)
            plan.append("without the journal")
    print(f"\n{number}: {behaviour}, {plan}")
    with slow_until_taken_up(b, 200):
        run = play(b, "upgrade_routers", **settings)
    if not set(verdicts(run).values()) <= GOOD:
        assert "without the journal" in plan and set(verdicts(run).values()) <= GOOD | UNTOUCHED, run.output
        wait_until_at_rest(b)  # a run that begins nothing is over long before the node that restarts is back
        run = play(b, "upgrade_routers", **settings)
    assert run.code == 0, run.output
    assert set(verdicts(run).values()) <= GOOD, verdicts(run)
    assert set(running(b).values()) == {NEW}
    assert_nothing_twice(b)
