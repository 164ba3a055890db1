# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One poll of nodes through a conductor that may be away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    LoginRefused,
    Unreadable,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.observation import CommandBaseline, observe
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.poller import ASKED_IN_TURN, StatusPoller
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import NEW, OLD, Box, FakeConductor, VirtualClock


@pytest.fixture
def conductor() -> FakeConductor:
    return FakeConductor(VirtualClock(), Box("Conductor", "c1"), Box("R", "a"), Box("R", "b"))


@pytest.fixture
def poller(conductor) -> StatusPoller:
    poller = StatusPoller(conductor, conductor.clock)
    assert poller.refresh()
    return poller


def test_a_poll_shows_what_a_node_runs_and_how_it_is(poller) -> None:
    status = observe(poller, NodeId("R", "a"))
    assert (status.version_text, status.settled, status.service, status.away) == (OLD, True, True, False)


def test_a_conductor_that_is_away_is_an_observation_and_is_asked_again(conductor, poller) -> None:
    conductor.go()
    assert not poller.refresh() and not poller.answers and "closed the connection" in poller.trouble
    conductor.come_back()
    assert poller.refresh() and poller.answers and poller.trouble is None and conductor.reopened == 1


@pytest.mark.parametrize(
    ("error", "answers"),
    [(DeviceError("show assets", "Unknown command"), True), (Unreadable("show assets", "a line is strange"), False)],
)
def test_below_6_3_a_list_may_be_refused_but_one_that_cannot_be_read_is_not_empty(conductor, error, answers) -> None:
    poller = StatusPoller(conductor, conductor.clock, assets_count=False)
    assert poller.refresh() and poller.asset("R", "a")

    def fails() -> list:
        raise error

    conductor.assets = fails
    assert poller.refresh() is answers
    assert (poller.asset("R", "a") is None) is answers


def test_a_refused_login_does_not_pass(conductor, poller) -> None:
    conductor.go(LoginRefused("The password was refused."))
    with pytest.raises(LoginRefused):
        poller.refresh()


def test_a_session_with_an_unanswered_request_is_not_opened_anew(conductor, poller) -> None:
    poller.pending.append(type("Pending", (), {"over": False})())
    conductor.go()
    poller.refresh()
    conductor.come_back()
    poller.refresh()
    assert conductor.reopened == 0


def test_a_node_that_booted_after_the_command_is_known_by_its_uptime(conductor, poller) -> None:
    baseline = CommandBaseline(conductor.clock.now(), conductor.clock.wall())
    conductor.clock.sleep(100)
    assert observe(poller, NodeId("R", "a"), baseline).booted_since is False
    conductor.boxes["R", "a"].boot(conductor.clock, NEW)
    conductor.clock.sleep(10)
    poller.refresh()
    assert observe(poller, NodeId("R", "a"), baseline).booted_since is True


def test_a_short_version_is_completed_by_the_node_itself_unless_it_contradicts_the_list(conductor, poller) -> None:
    conductor.boxes["R", "a"].version = "6.3.5"
    conductor.full_version["R", "a"] = NEW
    poller.refresh()
    assert poller.round.full_version(("R", "a"), observe(poller, NodeId("R", "a")), parse(NEW)).version_text == NEW
    conductor.full_version["R", "a"] = OLD
    poller.refresh()
    assert poller.round.full_version(("R", "a"), observe(poller, NodeId("R", "a")), parse(NEW)).version_text == "6.3.5"


def test_a_quiet_fleet_is_asked_in_turn_and_few_nodes_in_each_round() -> None:
    boxes = [Box(f"r{number:02}", "a") for number in range(12)]
    conductor = FakeConductor(VirtualClock(), Box("Conductor", "c1"), *boxes)
    poller = StatusPoller(conductor, conductor.clock)
    asked = []
    for _round in range(4):
        poller.refresh()
        asked.append([box.router for box in boxes if poller.is_its_turn(NodeId(box.router, "a"))])
    assert all(len(routers) <= 4 for routers in asked)
    assert {router for routers in asked for router in routers} == {box.router for box in boxes}


def test_quick_rounds_give_no_more_turns_than_slow_ones() -> None:
    """A round every two seconds, since something ends somewhere, is no reason to ask all others more often."""
    boxes = [Box(f"r{number:02}", "a") for number in range(40)]
    conductor = FakeConductor(VirtualClock(), Box("Conductor", "c1"), *boxes)
    poller = StatusPoller(conductor, conductor.clock, stale=15.0)
    asked = []
    for _round in range(600):
        poller.refresh()
        asked += [box.router for box in boxes if poller.is_its_turn(NodeId(box.router, "a"))]
        conductor.clock.sleep(2.0)
    counts = [asked.count(box.router) for box in boxes]
    assert sum(counts) <= len(boxes) + ASKED_IN_TURN * 600 * 2.0 / 15.0
    assert min(counts) >= max(counts) - 1 >= 7


def test_what_is_asked_for_one_node_is_asked_once_in_a_round(conductor, poller) -> None:
    asked = []
    conductor.status = lambda *args: asked.append(args)
    for _time in range(2):
        poller.round.status_lines("upgrade", "R", "a")
    assert asked == [("upgrade", "R", "a")]
    poller.refresh()
    poller.round.status_lines("upgrade", "R", "a")
    assert len(asked) == 2


def test_a_refused_list_of_alarms_is_refused_for_all_of_the_round(conductor, poller) -> None:
    asked = []

    def alarms() -> list:
        asked.append("alarms")
        raise DeviceError("show alarms", "Access denied")

    conductor.alarms = alarms
    for _time in range(2):
        with pytest.raises(DeviceError):
            poller.round.alarms()
    assert len(asked) == 1


def test_of_a_list_only_the_rows_that_have_changed_are_sorted_in_anew() -> None:
    boxes = [Box(f"r{number}", node) for number in range(3) for node in ("a", "b")]
    conductor = FakeConductor(VirtualClock(), Box("Conductor", "c1"), *boxes)
    poller = StatusPoller(conductor, conductor.clock)
    poller.refresh()
    before = poller.assets()
    boxes[2].status = "Disconnected"
    poller.refresh()
    assert [old is new for old, new in zip(before, poller.assets(), strict=True)].count(False) == 1
    assert poller.asset("r1", "a").status == "Disconnected" == poller.peers("r1", "b")[0].status
    assert poller.by_node()["r1", "a"].status == "Disconnected"


def test_a_list_with_other_nodes_or_another_order_is_sorted_anew(conductor, poller) -> None:
    poller.refresh()
    rows = conductor.assets()
    for listed in (rows[:1], [*rows, *rows[:1]], rows[::-1], rows, []):
        conductor.assets = lambda listed=listed: listed
        poller.refresh()
        assert sorted(map(id, poller.assets())) == sorted(map(id, listed))
        assert all(poller.asset(row.router, row.node) is not None for row in listed)
        assert len(poller.by_node()) == len({(row.router, row.node) for row in listed})


def test_of_a_node_that_is_listed_twice_each_row_counts_somewhere(conductor, poller) -> None:
    first, *others = conductor.assets()
    second = replace(first, status="Disconnected", settled=False, away=True)
    conductor.assets = lambda: [first, second, *others]
    for _round in range(2):
        poller.refresh()
        assert poller.asset(first.router, first.node).settled
        assert not poller.by_node()[first.router, first.node].settled
