# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which routers that were done are not well any more, and when nobody can know (rule 48)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.relapse import RelapseWatch, departure
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import NEW, OLD

DONE = {"r1": {"a": NEW}}


def asset(router: str = "r1", version: str | None = NEW, settled: bool = True, node: str = "a") -> Asset:
    state = "Synchronized" if settled else "Disconnected"
    parsed = parse(version) if version else None
    row = SimpleNamespace(router=router, node=node, settled=settled, status=state, state=state.lower())
    row.version, row.version_text = parsed, version
    return row


class Fleet:
    """A conductor's list, and a clock."""

    local_node = NodeId("Conductor", "c1")

    def __init__(self, *rows: Asset) -> None:
        self.rows, self.answers, self.seconds = rows, True, 0.0
        self.watch = RelapseWatch(self, self, flap=300.0)

    def now(self) -> float:
        return self.seconds

    def asset(self, router: str, node: str) -> Asset | None:
        return next((row for row in self.rows if (row.router, row.node) == (router, node)), None)

    def peers(self, router: str, node: str) -> list[Asset]:
        return [row for row in self.rows if row.router == router and row.node != node]

    def after(self, seconds: float, *rows: Asset) -> dict[str, str]:
        """Who is relapsed so many seconds later, while these rows are listed."""
        self.seconds, self.rows = self.seconds + seconds, rows or self.rows
        return self.watch.watch(DONE)


@pytest.mark.parametrize(
    ("row", "version", "words"),
    [
        (None, NEW, "is not listed any more"),
        (asset(settled=False), NEW, "is Disconnected"),
        (asset(version=OLD), NEW, "runs 6.3.0"),
        (asset(), NEW, None),
        (asset(version=None), NEW, None),  # nothing is known of it
        (asset(version=OLD), None, None),  # any version will do
    ],
)
def test_a_node_that_was_done_has_left_its_state_if_it_is_away_or_runs_another_version(row, version, words) -> None:
    left = departure(row, version)
    assert left == words if words is None else left is not None and left.startswith(words)


def test_a_router_is_relapsed_once_a_node_was_away_for_longer_than_a_flap() -> None:
    fleet = Fleet(asset(settled=False))
    assert fleet.after(0.0) == {} and fleet.after(300.0) == {}
    assert fleet.after(1.0) == {"r1": "was done, but a is Disconnected for 5 min 01 s"}


def test_one_that_was_well_in_earlier_polls_is_seen_to_leave() -> None:
    fleet = Fleet(asset())
    assert fleet.after(0.0) == {} and fleet.after(15.0) == {} and fleet.after(15.0, asset(settled=False)) == {}
    assert fleet.after(301.0) == {"r1": "was done, but a is Disconnected for 5 min 01 s"}


def test_one_that_is_well_is_not_and_neither_is_one_that_came_back_meanwhile() -> None:
    fleet = Fleet(asset())
    assert fleet.after(0.0) == {} and fleet.after(900.0) == {}
    assert fleet.after(1.0, asset(settled=False)) == {} and fleet.after(299.0, asset()) == {}
    assert fleet.after(1.0, asset(settled=False)) == {} and fleet.after(299.0) == {}


def test_while_the_conductor_does_not_answer_no_time_counts() -> None:
    fleet = Fleet(asset(settled=False))
    assert fleet.after(0.0) == {}
    fleet.answers = False
    assert fleet.after(301.0) == {}
    fleet.answers = True
    assert fleet.after(1.0) == {} and fleet.after(299.0) == {}


def test_while_all_nodes_of_the_conductor_are_settled_time_counts() -> None:
    fleet = Fleet(asset("Conductor", node="c1"), asset(settled=False))
    assert fleet.after(0.0) == {} and list(fleet.after(301.0)) == ["r1"]


def test_while_a_node_of_the_conductor_is_not_settled_no_time_counts() -> None:
    lost, own = asset(settled=False), asset("Conductor", settled=False, node="c1")
    fleet = Fleet(lost, own)
    assert fleet.after(0.0) == {} and fleet.after(301.0) == {}
    assert fleet.after(1.0, lost, asset("Conductor", node="c1")) == {} and fleet.after(299.0) == {}


def test_another_router_that_is_not_settled_holds_nothing_up() -> None:
    fleet = Fleet(asset(settled=False), asset("r2", settled=False))
    assert fleet.after(0.0) == {} and list(fleet.after(301.0)) == ["r1"]
