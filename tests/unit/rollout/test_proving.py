# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When does a router only have to be proven? What its nodes, the status and the checks have to show for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import NodeProgress
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.operation_end import Signs, StatusWatch
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.proving import NOT_BACK, NodeProof, is_proving
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_status import NodeStatus
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

#: Its last looks were good ones: the requested version, settled, with its service.
GOOD = NodeProgress(parse("6.3.5"), parse("6.3.0"), 0.0, good=3, status=NodeStatus(reachable=True))
BACK = NodeProof(listed=True, ours=True, progress=GOOD, looks=3)
DONE = NodeProof(listed=True, ours=True, verdict="done")


def test_a_node_that_is_back_is_only_proven() -> None:
    assert is_proving([BACK])
    assert is_proving([DONE]), "its operation is over, and it is checked"
    assert not is_proving([]) and not is_proving([NOT_BACK])


@pytest.mark.parametrize(
    "against",
    [
        replace(BACK, listed=False),
        replace(BACK, ours=False),
        replace(BACK, progress=replace(GOOD, good=2)),
        replace(BACK, progress=replace(GOOD, in_sight=False)),
        replace(BACK, progress=replace(GOOD, status=NodeStatus(report="failed"))),
        replace(BACK, progress=replace(GOOD, status=NodeStatus(report="running"))),
        replace(BACK, signs=Signs(request_over=False)),
        replace(BACK, signs=Signs(StatusWatch(running="in progress"))),
        replace(BACK, signs=Signs(StatusWatch(failed=True))),
        *(replace(DONE, verdict=state) for state in ("failed", "held", "unknown", "reverted", "not_started")),
        replace(DONE, listed=False),
    ],
)
def test_whatever_speaks_against_a_node_keeps_the_slot_of_its_router(against) -> None:
    assert not is_proving([against])
    assert not is_proving([DONE, against]) and not is_proving([against, DONE]), "also beside a node that is done"


def test_a_pair_is_proven_once_its_second_node_is_back() -> None:
    assert not is_proving([DONE, NOT_BACK])
    assert is_proving([DONE, BACK])
    assert is_proving([NodeProof(listed=True, verdict="up_to_date"), BACK]), "there was nothing to be done at the other"


def test_a_router_to_which_this_run_has_sent_nothing_frees_no_slot() -> None:
    assert not is_proving([replace(DONE, ours=False)])
    assert not is_proving([NodeProof(listed=True, verdict="up_to_date")])


def test_a_check_that_has_found_something_and_is_repeated_keeps_the_slot() -> None:
    assert not is_proving([DONE], doubted=True)
