# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a node counts as being worked on: its asset, the conductor's words, and what was written down."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.busy import open_intent, why_busy
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Record
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_status import NodeStatus

from tests.unit.fakes import NEW, OLD

LIMIT = 3600.0
SETTLED = NodeStatus(reachable=True, version_text=OLD, state="Synchronized", settled=True, away=False)
RUNNING = ("a: upgrade in progress",)


def record(operation: str = "upgrade", outcome: str | None = None) -> Record:
    fields = dict.fromkeys(Record.__dataclass_fields__)
    known = {
        "router": "R",
        "node": "a",
        "operation": operation,
        "command": f"request {operation}",
        "run_id": "run",
        "from_version": OLD,
        "to_version": NEW,
    }
    return Record(**{**fields, **known, **({"state": outcome} if "state" in fields else {})})


@pytest.mark.parametrize(
    ("of_record", "age", "words", "counts"),
    [
        (None, 0.0, (), False),
        (record(), 10.0, (), True),
        (record(), LIMIT, (), False),  # its time is over
        (record("revert"), 10.0, RUNNING, True),
        (record("download"), 10.0, (), False),  # a download moves no node
    ],
)
def test_an_intent_without_an_end_counts_while_its_time_lasts(of_record, age, words, counts) -> None:
    assert open_intent(of_record, age, words, LIMIT) is counts


def why(status: NodeStatus = SETTLED, words: tuple[str, ...] = (), of_record: Record | None = None, counts=False):
    return why_busy("a", "upgrade", status, words, of_record, 60.0, counts)


def test_a_settled_node_of_which_nothing_is_shown_may_be_sent_a_command() -> None:
    assert why() is None
    assert why(of_record=record()) is None, "an intent that does not count keeps nobody waiting"


def test_what_shows_an_operation_is_followed() -> None:
    assert "Upgrading" in why(NodeStatus(reachable=True, state="Upgrading", busy=True)).reason
    assert "in progress" in why(words=RUNNING).reason
    ours = why(of_record=record(), counts=True)
    assert ours.follow and "its end is not known" in ours.reason


def test_another_operation_that_was_begun_here_is_waited_for_and_not_followed() -> None:
    busy = why(of_record=record("revert"), counts=True)
    assert not busy.follow and "Wait for its end" in busy.reason


def test_a_node_that_is_only_unsettled_is_known_as_such() -> None:
    busy = why(NodeStatus(reachable=True, version_text=OLD, state="Connected", settled=False, away=False))
    assert busy.follow and busy.only_unsettled
