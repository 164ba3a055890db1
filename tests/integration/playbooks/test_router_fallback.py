# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two conductor nodes: routers are upgraded through whichever of them is there, and none is asked for twice."""

from __future__ import annotations

import pytest

from tests.integration.fleet import assert_nothing_twice, everybody, intervals, requests, running, upgraded
from tests.integration.routers import NEW, authority, play, router, verdicts

# The backup and the pre-checks are made as well: they need a conductor node, too.
SETTINGS = {"ssr_serial": "100%"}


def fleet(bench, *faults, **more):
    b = bench(authority(router("hub", "hub-1", "hub-2"), router("one"), router("two")), faults=list(faults), **more)
    everybody(b)
    return b


def assert_all_done(b, run):
    assert run.code == 0, run.output
    assert verdicts(run) == {"hub": "done", "one": "done", "two": "done"}
    assert set(running(b).values()) == {NEW}
    assert_nothing_twice(b)
    assert not [command for command in b.sent if " router Conductor " in f"{command} "], (
        "the conductor is never touched"
    )


def test_a_first_node_that_is_not_there_leaves_everything_to_the_second(bench):
    b = fleet(bench)
    b.change_host("c1", ansible_port=1)
    run = play(b, "upgrade_routers", **SETTINGS)
    assert_all_done(b, run)
    assert b.simulator.commands("c1") == [] and len(requests(b, None, "upgrade")) == 4


@pytest.mark.parametrize("seconds", [900, 100000], ids=["for a while", "for good"])
def test_a_node_that_vanishes_amid_upgrades_loses_no_track(bench, seconds):
    """What was begun through it is followed through the other. New starts wait until it is back (rule 24)."""
    gone = {"type": "conductor_node_down", "node": "c1", "after": 250, "seconds": seconds, "since": "first_request"}
    b = fleet(bench, gone, speedup=150)
    settings = {"router_upgrade_download": False, "router_upgrade_breaker_timeout": 40 if seconds == 900 else 4}
    run = play(b, "upgrade_routers", **SETTINGS, **settings, router_upgrade_in_flight=2)
    down = next(event["sim"] for event in b.simulator.log if event["event"] == "ssh_down" and "c1" in event["node"])
    caught = [router for router, _node, begin, end in intervals(b) if begin < down < end]
    assert caught, "it vanished while upgrades were running"
    assert len(requests(b, None, "upgrade")) == sum(node["upgrades_started"] for node in routers_truth(b)), (
        "none is lost"
    )
    assert_nothing_twice(b)
    states, broke = verdicts(run), requests_cut_off(run)
    assert len(broke) <= 1, "one request at most is on its way in the moment in which the node vanishes"
    cut_off = [name for name, node in broke.items() if b.truth(node)["upgrades_started"] == 0]  # it has not arrived
    assert [name for name in states if states[name] == "unknown"] == cut_off, (states, broke)
    followed = [name for name in caught if name not in cut_off]
    others = [failure for failure in run.failures if not failure.startswith(tuple(f"{name} " for name in cut_off))]
    if seconds == 900:
        assert {states[name] for name in states if name not in cut_off} == {"done"}, states
        assert (run.code == 0) == (not cut_off), run.output
        return
    assert b.truth("c1")["up"] is False
    assert all(states[name] in ("done", "held") for name in followed), "what ran was followed to its end"
    assert "not_started" in states.values() and all("conductor" in failure for failure in others), run.failures


def requests_cut_off(run):
    """The node whose request was on its way when the session broke, by router.

    Whether the write or the wait for an answer broke is a matter of the network's buffers; both end as unknown.
    """
    return {
        name: node["node"]
        for name, router in upgraded(run).items()
        for node in router["nodes"]
        if any(step["what"].startswith("the session broke while the request ") for step in node["steps"])
    }


def routers_truth(bench):
    return [node for node in bench.simulator.truth()["nodes"].values() if node["router"] != "Conductor"]
