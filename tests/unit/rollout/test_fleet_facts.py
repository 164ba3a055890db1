# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of each node when a rollout is planned, and which questions that costs."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.eligibility import Rules
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.context import RunContext
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.fleet_facts import (
    fleet_facts,
    has_no_known_end,
    is_dead_site,
    is_downloaded,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Downloads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import Target
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import NEW, OLD, Box, FakeConductor, VirtualClock

NODE = NodeId("R", "a")
RULES = Rules(version=parse(NEW), version_text=NEW, conductor_version=parse(NEW), conductor_router="Conductor")
LIMIT = Limits().upgrade_timeout


@pytest.fixture
def conductor() -> FakeConductor:
    return FakeConductor(
        VirtualClock(), Box("Conductor", "c1", NEW), Box("R", "a"), Box("mate", "a"), Box("other", "a")
    )


def facts_of(conductor: FakeConductor, rules: Rules = RULES, record: object = None, recorded=(), **changes: object):
    journal = SimpleNamespace(
        last=lambda router, node: record,
        age=lambda record: record.age,
        nodes_of=lambda router: [NodeId(router, node) for node in recorded if router == NODE.router],
    )
    context = RunContext(conductor, conductor.clock, Limits(), journal)
    assets = [replace(asset, **changes) if asset.router == "R" else asset for asset in conductor.assets()]
    return fleet_facts(context, "upgrade", [Target("R", ("a",), whole=True)], assets, rules)


def record(open: bool = True, operation: str = "upgrade", age: float = 10) -> SimpleNamespace:
    return SimpleNamespace(
        router=NODE.router,
        node=NODE.node,
        open=open,
        operation=operation,
        age=age,
        command="the command",
        intent_at="yesterday",
        limit=None,
    )


def test_members_of_exclusive_groups_are_known_too_and_nothing_else(conductor) -> None:
    rules = replace(RULES, groups={"R": "east", "mate": "east"})
    assert {node_id.router for node_id in facts_of(conductor, rules)} == {"R", "mate"}


def test_a_node_is_asked_for_its_version_only_where_the_list_leaves_it_open(conductor) -> None:
    conductor.full_version[NODE] = NEW
    assert facts_of(conductor)[NODE].version_text == OLD and conductor.versions_asked == []
    conductor.boxes[NODE].version = NEW.partition("-")[0]
    assert facts_of(conductor)[NODE].version_text == NEW
    conductor.full_version[NODE] = OLD
    assert facts_of(conductor)[NODE].version_text == NEW.partition("-")[0], "it contradicts the list"


def test_what_an_earlier_run_left_without_an_end_runs_on_an_unsettled_node_only(conductor) -> None:
    assert facts_of(conductor, record=record())[NODE].running is None
    conductor.boxes[NODE].status = "Disconnected"
    assert "'the command' was sent at yesterday" in facts_of(conductor, record=record())[NODE].running


def test_what_was_left_without_an_end_runs_on_a_settled_node_whose_peer_is_away(conductor) -> None:
    """Such a pair may be skipped before the turn of the node comes."""
    conductor.boxes[NodeId("R", "b")] = Box("R", "b", status="Disconnected")
    assert "'the command' was sent at yesterday" in facts_of(conductor, record=record())[NODE].running
    conductor.boxes[NodeId("R", "b")].status = "Synchronized"
    assert facts_of(conductor, record=record())[NODE].running is None


@pytest.mark.parametrize(
    ("record", "words", "recorded"),
    [
        (record(), "", True),
        (record(), "Upgrade in progress", True),
        (record(), "No upgrade in progress", True),  # so new that a status may not show it yet
        (record(age=400), "No upgrade in progress", False),
        (record(age=LIMIT), "", False),
        (record(operation="revert"), "", False),
        (record(open=False), "", False),
    ],
)
def test_what_may_run_on_a_settled_node_is_recorded_and_adopts_no_router(conductor, record, words, recorded) -> None:
    conductor.told["upgrade"] = words
    facts = facts_of(conductor, record=record)[NODE]
    assert (facts.recorded, facts.running) == (recorded, None)
    conductor.boxes[NODE].status = "Disconnected"
    assert not facts_of(conductor, record=record)[NODE].recorded, "what is not settled is judged by itself"


def test_a_dead_site_is_not_asked_and_counts_as_no_operation(conductor) -> None:
    conductor.boxes[NODE].status = "Disconnected"
    conductor.status = lambda *args: pytest.fail("it was asked")
    assert facts_of(conductor, time_in_status=LIMIT + 1)[NODE].running is None


@pytest.mark.parametrize(
    ("record", "running"),
    [
        (None, False),
        (record(), True),
        (record(open=False), False),
        (record(operation="download"), False),
        (record(operation="revert"), True),
        (record(age=LIMIT), True),
    ],
)
def test_a_command_has_no_known_end_while_its_record_is_open_however_old_it_is(record, running) -> None:
    assert has_no_known_end(record) is running


@pytest.mark.parametrize("age", [10, LIMIT, 100 * LIMIT])
def test_what_was_begun_counts_on_a_node_that_has_arrived_until_its_end_is_proven(conductor, age) -> None:
    conductor.boxes[NODE].version = NEW
    assert facts_of(conductor, record=record(age=age))[NODE].running
    assert facts_of(conductor, record=record(open=False))[NODE].running is None


@pytest.mark.parametrize(("of", "running"), [(True, True), (False, False)])
def test_a_node_that_only_the_journal_knows_is_away_and_what_was_begun_there_has_no_end(conductor, of, running) -> None:
    facts = facts_of(conductor, record=record(open=of), recorded=("gone",))[NodeId(NODE.router, "gone")]
    assert (facts.away, facts.settled, bool(facts.running)) == (True, False, running)
    assert "remove its record" in (facts.running or facts.state)


def test_a_node_that_an_earlier_run_left_away_is_never_forgotten_by_the_age_of_its_record(conductor) -> None:
    """D11: it ended as skipped, a good end, and a member of its group began."""
    conductor.boxes[NODE].status = "Disconnected"
    assert facts_of(conductor, record=record(age=100 * LIMIT), time_in_status=LIMIT + 1)[NODE].running


@pytest.mark.parametrize(
    ("status", "seconds", "dead"),
    [
        ("Disconnected", LIMIT + 1, True),
        ("Disconnected", LIMIT, False),
        ("Disconnected", None, False),
        ("Running", LIMIT + 1, False),
    ],
)
def test_only_what_is_away_for_longer_than_any_operation_is_a_dead_site(status, seconds, dead) -> None:
    asset = replace(Box("R", "a", status=status).as_asset(), time_in_status=seconds)
    assert is_dead_site(asset, LIMIT) is dead


@pytest.mark.parametrize(
    ("software", "downloaded"),
    [
        (None, None),
        ({}, None),
        ({NODE: Downloads((OLD,))}, False),
        ({NODE: Downloads((OLD, NEW))}, True),
        ({NODE: Downloads((NEW.partition("-")[0],))}, True),
    ],
)
def test_a_release_counts_as_downloaded_where_a_list_may_mean_it(software, downloaded) -> None:
    assert is_downloaded(software, NODE, parse(NEW)) is downloaded
