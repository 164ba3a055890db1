# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a node's own answer to `show system router R node N`."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import (
    SystemStatus,
    read_system_of,
    service_runs,
    status_of,
)

NODE = NodeId("r1", "a")
FIELDS = " Status:       running\n Version:      7.1.3\n Uptime:       4 days  6:17:31\n"


def block(title: str, fields: str = FIELDS) -> str:
    return f"======\n {title}\n======\n{fields}"


def answer(body: str, progress: str = "\u2714 Retrieving system status...") -> SystemStatus | None:
    return read_system_of(NODE, read(f"{progress}\n\n{body}\n\nCompleted in 0.04 seconds", ended=True))


@pytest.mark.parametrize("title", ["a", "a.r1", "Node: a", "Node: a.r1"])
def test_the_block_that_bears_the_name_of_the_node_is_its_answer(title: str) -> None:
    status = answer(block(title))
    assert (status.reached, status.runs) == (True, True)


@pytest.mark.parametrize("title", ["c1", "b", "b.r1", "a.r2", "A node"])
def test_the_block_of_another_node_is_not_its_answer(title: str) -> None:
    status = answer(block(title))
    assert (status.reached, status.status) == (None, None)


def test_a_block_without_a_name_is_not_its_answer() -> None:
    assert answer(FIELDS).reached is None


def test_a_line_that_names_the_node_is_understood() -> None:
    assert answer(f"Target: a.r1\n\n{block('a')}").runs is True
    assert answer(f"Target: b.r1\n\n{block('a')}").reached is None


@pytest.mark.parametrize(
    "note", ["Tip: use 'show system services' for more information.", "Welcome!", "Site 12, rack 3"]
)
def test_a_note_beside_its_block_says_nothing_against_it(note: str) -> None:
    assert answer(f"{note}\n\n{block('a')}").runs is True
    assert answer(f"{block('a')}\n\n{note}").runs is True


def test_its_own_block_among_others_is_its_answer() -> None:
    assert answer(block("b", FIELDS.replace("running", "offline")) + "\n" + block("a")).runs is True


@pytest.mark.parametrize(
    "body",
    [
        block("a") + "\n\u26a0 a.r1 is disconnected; showing the last known state",
        block("a") + "\n(last known, node not reached)",
        block("a") + "\nshowing cached data",
        block("a") + "\n% Error: timeout",
        "showing the last known state\n\n" + block("a"),
        block("a") + "\n\nThe node did not answer",
        block("a") + "\n\nAs of 5 minutes ago",
        "Target: a.r1 (disconnected)\n\n" + block("a"),
        "From the cache\n\n" + block("a"),
        "Data is 3 minutes old\n\n" + block("a"),
        block("a") + "\n\na.r1 is away",
        block("a") + "\n\nCompleted in 0.04 seconds\n\nshowing stale data",
    ],
)
def test_a_line_of_doubt_beside_its_block_makes_it_no_answer_of_the_node(body: str) -> None:
    assert answer(body).reached is None


@pytest.mark.parametrize("mark", ["\u2714", "\u26a0", "\u2716"])
def test_a_block_below_an_unfinished_progress_is_no_answer_of_the_node(mark: str) -> None:
    assert answer(block("a"), f"{mark} Retrieving system status 0/1 targets complete...").reached is not True


def test_a_count_of_disconnected_targets_says_that_it_is_not_reached() -> None:
    below = "Failed to retrieve system status. 0 targets failed, 1 target is disconnected, and 0 succeeded."
    assert answer(block("a") + "\n" + below).reached is False


def test_an_empty_cell_for_the_service_is_not_the_same_as_none() -> None:
    without = answer(block("a", FIELDS.split("\n", 1)[1]))
    empty = answer(block("a", FIELDS.replace("running", "")))
    assert (without.reached, without.status) == (True, None)
    assert (empty.reached, empty.status) == (True, "")
    assert service_runs(empty.status) is None


def test_an_own_session_is_not_described_by_the_block_of_another_node() -> None:
    unnamed, other = SystemStatus(None, status="running"), SystemStatus("b", status="running")
    assert status_of(NODE, [unnamed]) is unnamed
    assert status_of(NODE, [other]) is None
    assert status_of(NODE, [unnamed, other]) is None
