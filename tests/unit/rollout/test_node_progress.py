# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered of a node from one poll to the next: when it left last, and since when it has been still."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import NodeProgress, remember
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.rollout.test_judge import (
    AWAY,
    BARE,
    BEFORE,
    BOOTED_OLD,
    DOWN,
    GOOD,
    LIMITS,
    OLD,
    SETTLING,
    SILENT,
    WANTED,
)


def after(polls) -> NodeProgress:
    """The progress of a node after these polls, the first of them ten seconds after the command, ten seconds apart."""
    progress = NodeProgress(parse(WANTED), parse(BEFORE), sent_at=0.0)
    for number, status in enumerate(polls, 1):
        progress = remember(progress, status, 10.0 * number, LIMITS)
    return progress


@pytest.mark.parametrize(
    ("polls", "left_at"),
    [
        ([OLD, OLD], None),
        ([OLD, AWAY, AWAY, OLD], 30.0),
        ([OLD, SILENT, OLD], None),
        ([OLD, BOOTED_OLD, BOOTED_OLD], 20.0),
        ([OLD, GOOD, GOOD], 20.0),
        ([GOOD, BARE, GOOD], None),
        ([OLD, *[SILENT] * 9, OLD], None),
        ([OLD, *[SILENT] * 10, OLD], 120.0),
    ],
    ids=[
        "one that stays has never left",
        "away in the list of assets",
        "a conductor that does not answer says nothing of it",
        "its uptime shows a restart, once",
        "another version shows a restart",
        "a text that shows less of the same version does not",
        "a short silence is none",
        "after a long silence it may have been away",
    ],
)
def test_when_a_node_left_last(polls, left_at) -> None:
    assert after(polls).left_at == left_at


@pytest.mark.parametrize(
    ("polls", "still_since"),
    [
        ([OLD, OLD], 10.0),
        ([OLD, GOOD], 20.0),
        ([GOOD, BARE], 10.0),
        ([GOOD, DOWN], 20.0),
        ([GOOD, SILENT, GOOD], 10.0),
        ([GOOD, SETTLING], None),
        ([OLD, BOOTED_OLD], 20.0),
    ],
    ids=[
        "from the first poll that shows it",
        "another version begins it anew",
        "less of the same version does not",
        "another state of its service begins it anew",
        "a moment without an answer does not",
        "what is not settled is not still",
        "a restart begins it anew",
    ],
)
def test_since_when_a_node_is_still(polls, still_since) -> None:
    assert after(polls).still_since == still_since
