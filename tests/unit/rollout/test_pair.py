# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps the second node of a pair from being touched (rule 9), as a pure function."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.pair import pair_troubles
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import Link, Process

from tests.unit.fakes import Box

A, B = Box("R", "a"), Box("R", "b")


def troubles(links=(), processes=(), a=A, b=B) -> list[str]:
    """What keeps pair R from being fit."""
    return pair_troubles("R", ["a"], [a.as_asset(), b.as_asset()], links, processes)


def leads(name: str, a: bool | None, b: bool | None) -> list[Process]:
    """A process of both nodes, and on which of them it leads."""
    return [Process("a", name, "running", a), Process("b", name, "running", b)]


def test_a_pair_of_which_nothing_bad_is_shown_is_fit() -> None:
    assert troubles() == []
    assert troubles([Link("a.R", "b.R", "connected")], leads("routingManager", True, False)) == []


@pytest.mark.parametrize("status", ["Disconnected", "Synchronizing", "Stopped", "Running late"])
def test_the_node_that_is_done_must_have_stayed_settled(status) -> None:
    (trouble,) = troubles(a=Box("R", "a", status=status))
    assert trouble == f"a is {status} again"


@pytest.mark.parametrize("ends", [("a.R", "b.R"), ("b.R", "a.R")])
def test_the_nodes_must_be_connected_to_each_other(ends) -> None:
    (trouble,) = troubles([Link(*ends, "disconnected")])
    assert "a.R" in trouble and "b.R" in trouble and "disconnected" in trouble


def test_connections_to_other_routers_are_no_matter_of_the_pair() -> None:
    assert troubles([Link("a.R", "c1.Conductor", "disconnected"), Link("a.R", "a.Other", "down")]) == []


def test_the_node_whose_turn_it_is_need_not_be_settled_nor_be_connected_to_itself() -> None:
    assert troubles(b=Box("R", "b", status="Disconnected")) == []
    assert troubles([Link("a.R", "a.R", "disconnected")]) == []


def test_a_process_that_nobody_leads_keeps_the_second_node_untouched() -> None:
    processes = [*leads("routingManager", False, False), *leads("stateMonitor", True, False)]
    assert troubles((), processes) == ["no node leads routingManager"]


def test_a_process_of_which_no_leader_is_ever_shown_says_nothing() -> None:
    assert troubles((), leads("highway", None, None)) == []


def test_a_node_that_the_conductor_does_not_list_is_no_trouble_of_its_own() -> None:
    assert pair_troubles("R", ["a"], [], (), ()) == []
