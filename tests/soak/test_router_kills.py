# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller that dies at any moment loses nothing: the same command again upgrades every router.

Many more moments, chosen by a seed, are tried in tests/soak.
"""

from __future__ import annotations

import pytest

from tests.integration.fleet import (
    assert_nothing_twice,
    everybody,
    intervals,
    kill_at,
    live_at,
    running,
    slow_until_taken_up,
    upgraded,
    wait_until,
)
from tests.integration.routers import NEW, authority, play, router, verdicts

#: What every run here has in common: one batch, and nothing that only costs time.
SETTINGS = {"ssr_serial": "100%", "router_upgrade_backup": False, "router_upgrade_checks": ["is_conductor"]}

#: How fast the conductors live unless a test slows them down.
SPEEDUP = 40


def fleet(bench, **more):
    """Two pairs and two single routers: six downloads, six upgrades, six health checks."""
    routers = [router("hub", "hub-1", "hub-2"), router("shop", "shop-1", "shop-2"), router("one"), router("two")]
    made = bench(authority(*routers, **more), speedup=SPEEDUP)
    everybody(made)
    return made


def finish(bench):
    """The same command again: as if nobody had disturbed the first, every node is done, and was upgraded once.

    It comes at once, while what the first began is still running.
    """
    left = {f"{node}.{router}" for router, node, _begin, end in intervals(bench) if end == float("inf")}
    assert left, "it was killed while upgrades were running"
    with slow_until_taken_up(bench, 300):
        run = play(bench, "upgrade_routers", **SETTINGS)
    assert run.code == 0, run.output
    assert set(verdicts(run).values()) <= {"done", "up_to_date"}, verdicts(run)
    nodes = [(name, node) for name, entry in upgraded(run).items() for node in entry["nodes"]]
    adopted = {f"{node['node']}.{name}" for name, node in nodes if node["adopted"]}
    others = {f"{node['node']}.{name}": node for name, node in nodes if f"{node['node']}.{name}" in left - adopted}
    assert left <= adopted, f"what ran was taken up, but not {others}"
    assert set(running(bench).values()) == {NEW}
    assert_nothing_twice(bench)


@pytest.mark.parametrize(("way", "request_number", "polls"), [("main", 7, 1), ("worker", 8, 0), ("interrupt", 8, 2)])
def test_a_run_that_is_killed_is_finished_by_the_next_one(bench, way, request_number, polls):
    """Its main process alone, its worker alone, or as Ctrl-C does: what ran goes on, and nothing is sent any more."""
    b = fleet(bench)
    assert kill_at(b, way, request_number, polls, **SETTINGS)
    finish(b)


def test_a_session_that_is_killed_amid_requests_that_keep_their_prompt_is_taken_up_again(bench):
    """What becomes of a blocking request whose session breaks is unknown, so it counts as still running (rule 28)."""
    b = fleet(bench, behaviour={"request_mode": "blocks"})
    assert kill_at(b, "everything", 8, 1, **SETTINGS)
    finish(b)


def test_a_pair_is_finished_although_its_other_node_raises_an_alarm_while_the_first_restarts(bench):
    """The alarm is critical, and what the killed run began explains it: the pair is not held for it."""
    b = bench(authority(router("hub", "hub-1", "hub-2")), speedup=SPEEDUP, habits={"alarm_catalogue": "new"})
    everybody(b)
    assert kill_at(b, "everything", 2, 1, **SETTINGS)
    live_at(b, SPEEDUP)
    wait_until(lambda: len(away(b)) == 1, "the restart of the first node")
    finish(b)


def away(bench) -> list[str]:
    """The nodes that restart just now."""
    return [node.node_id for router in bench.simulator.world.routers.values() for node in router.nodes if not node.up]
