# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each part of the conditions about a node, its peer and its group, one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import gate_conditions as of_node
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import live_conditions as live
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.gate_decisions import Decision
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.moments import (
    AwayMoment,
    LiveNode,
    NodeMoment,
    Patience,
    PeerMoment,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import NEW, OLD

from .test_gate_conditions import LIMIT, OVER, RUNNING, begun, changed, moment, record

OVERDUE = replace(begun(age=LIMIT + 1.0), well=False)
#: Its words count only once it is older.
TOO_NEW = replace(begun(lines=OVER), settle=300.0)
#: A command waits for what may pass.
PATIENT = Patience(now=10.0, since=0.0, unwell=100.0, operation=100.0)


def kind(decision: Decision | None) -> str | None:
    return decision.kind if decision is not None else None


def peer(name: str = "b", **more: object) -> PeerMoment:
    return replace(PeerMoment(name), **more)


def beside(operation: str = "upgrade", own: dict | None = None, **of_peer: object) -> NodeMoment:
    """A node whose peer is like that."""
    return moment(operation, patience=PATIENT, peers=(peer(**of_peer),), **(own or {}))


def well(**changes: object) -> LiveNode:
    return replace(LiveNode(NodeId("R", "a"), True, True, "running", "Synchronized", True), **changes)


def grouped(**of_mate: object) -> NodeMoment:
    """A node of whose exclusive group another router is like that, and well beside it."""
    mate = peer(**{"name": "m", "live": well(node_id=NodeId("M", "m")), **of_mate})
    return moment("upgrade", patience=PATIENT, mates=(mate,))


DOWN = well(node_id=NodeId("R", "b"), service=False, service_text="offline")


@pytest.mark.parametrize(
    ("condition", "of_moment", "decided"),
    [
        # a command at the peer whose time is over, and whose end nobody knows
        (live.peer_end_unknown, beside(begun=OVERDUE), "never"),
        (live.peer_end_unknown, beside(begun=OVERDUE, own={"ignore_running": True}), "never"),
        (live.peer_end_unknown, beside("revert", begun=OVERDUE, own={"ignore_running": True}), "never"),
        (live.peer_end_unknown, beside("download", name="a", begun=OVERDUE), None),  # of the node itself
        (live.peer_end_unknown, beside(begun=OVERDUE, settled=True, version=parse(NEW)), "wait"),
        (live.peer_end_unknown, beside(begun=OVERDUE, settled=False, version=parse(NEW)), "never"),
        (live.peer_begun, beside(begun=OVERDUE), None),
        # one that is newer
        (live.peer_begun, beside(begun=begun()), "never"),
        (live.peer_begun, beside(begun=TOO_NEW), "wait"),
        (live.peer_begun, beside(begun=begun(), settled=True, version=parse(NEW)), "wait"),
        # what the conductor shows of it
        (live.peer_begun, beside(shown=(("b: upgrade in progress",),)), "never"),
        (live.peer_begun, beside(shown=(("upgrade in progress",),)), "never"),
        (live.peer_begun, beside(shown=(("a and b: upgrade in progress",),)), "never"),
        (live.peer_begun, beside(shown=(("a: upgrade in progress",),)), None),
        # a release is brought while the router moves
        (live.router_moves, beside("download", name="a", begun=OVERDUE), "never"),
        (live.router_moves, beside("download", begun=OVERDUE), None),
        (live.router_moves, beside("download", begun=begun()), "never"),
        # the node itself, right before
        (live.node_not_well, moment("upgrade", patience=PATIENT, live=well()), None),
        (live.node_not_well, moment("upgrade", patience=PATIENT, live=well(service=False)), None),
        (live.node_not_well, moment("upgrade", patience=PATIENT, live=well(reached=False)), "wait"),
        (live.node_not_well, moment("upgrade", patience=PATIENT, live=well(settled=False)), "wait"),
        (live.node_does_not_answer, moment("revert", patience=PATIENT, live=well(settled=False)), None),
        (live.node_does_not_answer, moment("revert", patience=PATIENT, live=well(reached=False)), "wait"),
        (live.node_does_not_answer, moment("revert", patience=PATIENT, live=well(state=None)), "wait"),
        # the first node has gone back
        (live.peer_went_back, beside(version=parse(NEW), own={"done": ("b",)}), None),
        (live.peer_went_back, beside(version=parse(OLD), own={"done": ("b",)}), "never"),
        (live.peer_went_back, beside(version=None, own={"done": ("b",)}), "never"),
        (live.peer_went_back, beside(version=parse(OLD)), None),
        # another router of its exclusive group: what is lifted by nobody, and what is
        (live.group_member_at_work, grouped(), None),
        (live.group_member_at_work, grouped(begun=begun()), "wait"),
        (live.group_member_at_work, grouped(begun=OVERDUE), None),
        (live.group_member_at_work, grouped(begun=OVERDUE, shown=(("m: upgrade in progress",),)), "wait"),
        (live.group_member_at_work, grouped(shown=(("m: upgrade in progress",),)), "wait"),
        (live.group_member_at_work, grouped(unreadable="its record is damaged"), None),
        (live.group_member_at_work, grouped(live=DOWN), None),
        (live.group_member_not_well, grouped(), None),
        (live.group_member_not_well, grouped(begun=OVERDUE), "wait"),
        (live.group_member_not_well, grouped(unreadable="its record is damaged"), "wait"),
        (live.group_member_not_well, grouped(live=DOWN), "wait"),
        # a revert beside a peer that is not well
        (live.peer_not_well_at_revert, beside("revert", live=DOWN), "wait"),
        (live.peer_not_well_at_revert, beside("revert", live=DOWN, own={"live": well()}), "wait"),
        (live.peer_not_well_at_revert, beside("revert", live=DOWN, own={"live": well(service=False)}), None),
        (
            live.peer_not_well_at_revert,
            beside("revert", live=DOWN, own={"live": well(service=False, reached=None)}),
            "wait",
        ),
        # the node as it was examined
        (of_node.unknown_status, moment("upgrade"), None),
        (of_node.unknown_status, moment("upgrade", status=changed(reachable=False)), "never"),
        (of_node.unknown_status, moment("upgrade", status=changed(version=None)), "never"),
        (of_node.does_not_answer, moment("revert", status=changed(reachable=False)), "never"),
        (of_node.does_not_answer, moment("revert", status=changed(away=True)), "never"),
        (of_node.does_not_answer, moment("revert"), None),
        (of_node.arrived_unsettled, moment("upgrade"), None),
        (of_node.arrived_unsettled, moment("upgrade", status=changed(version=parse(NEW))), "follow"),
        (
            of_node.arrived_unsettled,
            moment("upgrade", status=changed(version=parse(NEW)), begun=begun("revert")),
            "never",
        ),
        (of_node.arrived_unsettled, moment("upgrade", status=changed(version=parse(NEW)), begun=begun()), "follow"),
        (
            of_node.arrived_unsettled,
            moment("upgrade", status=changed(version=parse(NEW)), begun=begun("revert", OVER)),
            "follow",
        ),
        (of_node.runs_beside, moment("remove"), None),
        (of_node.runs_beside, moment("remove", running_beside=("b",)), "never"),
        (of_node.operation_keeps_it_away, AwayMoment(60.0, 100.0, lines=RUNNING, followed_for=4000.0), "wait"),
        (of_node.operation_keeps_it_away, AwayMoment(60.0, 100.0, followed_for=4000.0), None),
    ],
)
def test_each_part_of_a_condition_decides(condition, of_moment, decided) -> None:
    assert kind(condition(of_moment)) == decided


def test_the_time_of_a_command_is_over_once_the_longer_of_its_limits_is() -> None:
    longer = replace(begun(age=LIMIT + 1.0), record=replace(record(), limit=2 * LIMIT))
    assert OVERDUE.overdue and not begun().overdue and not longer.overdue
    assert replace(longer, age=2 * LIMIT).overdue


@pytest.mark.parametrize(
    ("node", "unwell"),
    [
        (well(), False),
        (well(service=None, service_text=None), False),  # as some releases print it
        (well(service=None, service_text="fault"), True),
        (well(service=False), True),
        (well(settled=False), True),
        (well(state=None, settled=False), True),
        (well(reached=None), True),
        (well(reached=False), True),
    ],
)
def test_a_node_is_well_that_answers_is_settled_and_at_work(node, unwell) -> None:
    assert (node.unwell is not None) is unwell
