# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gate reads of a moment: of a node, of its peer and of what was written down; and what it does not ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import SessionBroken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import read_moments
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal, JournalError, Record
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Loop
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.moments import LiveNode, PeerMoment
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits, NodeProgress
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.operation_state import (
    FollowedNode,
    OperationRun,
    OperationSpec,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.poller import partial_status
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_status import NodeStatus
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import NEW, OLD, Night, SilentWitness, authority

A, B, OTHER = NodeId("P", "a"), NodeId("P", "b"), NodeId("R", "a")
OVER = "node1: upgrade completed"
LIMIT = 3600.0


class Written:
    """A journal with these records. ``old``: how long ago all of them were written, in seconds."""

    def __init__(self, records: Mapping[NodeId, Record | JournalError], old: float = 60.0) -> None:
        self._records, self.old = records, old

    def last(self, router: str, node: str) -> Record | None:
        record = self._records.get(NodeId(router, node))
        if isinstance(record, JournalError):
            raise record
        return record

    def nodes_of(self, router: str) -> list[NodeId]:
        return [node_id for node_id in self._records if node_id.router == router]

    def age(self, record: Record) -> float:
        return self.old


def intent(node_id: NodeId, operation: str = "upgrade", ended: bool = False) -> Record:
    end = {"outcome_at": "2026-03-01T22:00:00Z"} if ended else {}
    command = f"request {operation}"
    return Record(*node_id, operation, command, OLD, NEW, "run", "2026-03-01T21:00:00Z", **end)


@pytest.fixture
def night(clock) -> Night:
    return Night(authority(clock, {"R": ("a",), "P": ("a", "b")}))


@pytest.fixture
def loop(night) -> Loop:
    limits = Limits(upgrade_timeout=LIMIT, operation_settle=0.0)
    return Loop(night.conductor, night.clock, limits, Journal(None, "run", night.clock))


def write(loop: Loop, *records: Record, old: float = 60.0) -> None:
    loop.journal = Written({NodeId(record.router, record.node): record for record in records}, old)


def shown(night: Night, node_id: NodeId, **changes: object) -> None:
    night.conductor.show(night.conductor.boxes[node_id], **changes)


def run_of(loop: Loop, *node_ids: NodeId, **spec: object) -> OperationRun:
    request = Request("upgrade", router=node_ids[0].router, version=NEW)
    return OperationRun(loop, loop.poller(), OperationSpec(request, node_ids, NEW, **spec))


def followed(run: OperationRun, node_id: NodeId, record: Record | None = None, **status: object) -> FollowedNode:
    asset = run.poller.asset(*node_id)
    now = replace(partial_status(asset), **status)
    progress = replace(NodeProgress(parse(NEW), parse(OLD), loop_time(run)), status=now)
    return FollowedNode(run.log(NodeResult(*node_id)), progress, record)


def loop_time(run: OperationRun) -> float:
    return run.context.clock.now()


def steps_end(loop: Loop, steps) -> None:
    for _soon in steps:
        loop.clock.sleep(1)
        loop.waiting.attend()


# -- a node at rest ---------------------------------------------------------------------------------------------------

AT_REST = NodeStatus(reachable=True, version=parse(OLD), state="Synchronized", settled=True, service=True)


@pytest.mark.parametrize(
    ("status", "rest"),
    [
        (AT_REST, True),
        (replace(AT_REST, service=None), True),  # as the list shows it
        (replace(AT_REST, service=False), False),
        (replace(AT_REST, settled=False), False),
        (replace(AT_REST, version=None), False),
    ],
)
def test_a_node_shows_nothing_of_an_operation_that_is_settled_in_service_and_on_a_version(status, rest) -> None:
    assert read_moments._at_rest(status) is rest


@pytest.mark.parametrize(
    ("changes", "old", "runs"),
    [
        ({}, 60.0, False),  # the words say that it is over
        ({"status": "Resynchronizing"}, 60.0, True),  # and its asset says that it is not
        ({"version": ""}, 60.0, True),
        ({}, 2 * LIMIT, False),
    ],
)
def test_words_about_a_download_count_where_its_node_is_at_rest(night, loop, changes, old, runs) -> None:
    shown(night, A, **changes)
    write(loop, intent(A), old=old)
    night.conductor.told["upgrade"] = OVER
    moments = list(read_moments.download_moments(loop, loop.poller(), A))
    assert [moment.peers[0].begun is not None for moment in moments] == [False, True, True]
    assert moments[-1].peers[0].begun.may_run is runs


def test_of_a_node_that_is_not_listed_nothing_is_known_to_move(night, loop) -> None:
    night.conductor.boxes[A].asset = False
    poller = loop.poller()
    assert not read_moments.partial_of(poller, A).away
    write(loop, intent(A))
    night.conductor.told["upgrade"] = OVER
    assert not list(read_moments.download_moments(loop, poller, A))[-1].peers[0].begun.may_run


@pytest.mark.parametrize(
    ("status", "words"),
    [("Synchronized", ""), ("Upgrading", "Upgrading"), ("Disconnected", "Disconnected")],
)
def test_nothing_is_brought_to_a_node_that_is_moved_or_away(night, loop, status, words) -> None:
    shown(night, A, status=status)
    assert read_moments.moved_or_away(read_moments.partial_of(loop.poller(), A)) == words


# -- the status once more ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "words", "old", "outweighed"),
    [
        (None, OVER, 60.0, False),
        (intent(A), "", 60.0, False),  # it counts
        (intent(A), OVER, 60.0, True),
        (intent(A), OVER, 2 * LIMIT, False),  # its time is over, whatever is said
        (intent(A, ended=True), OVER, 60.0, False),
    ],
)
def test_only_words_outweigh_an_intent_whose_time_is_not_over(night, loop, record, words, old, outweighed) -> None:
    write(loop, old=old)
    night.conductor.told["upgrade"] = words
    run = run_of(loop, A)
    assert read_moments._outweighed(run, followed(run, A, record)) is outweighed


@pytest.mark.parametrize(
    ("words", "version"),
    [(OVER, NEW), ("", OLD)],  # words are newer than the list
)
def test_where_words_outweigh_an_intent_the_list_is_read_anew(night, loop, words, version) -> None:
    write(loop)
    night.conductor.told["upgrade"] = words
    run = run_of(loop, A)
    node = followed(run, A, intent(A))
    shown(night, A, version=NEW)
    steps_end(loop, read_moments.read_status_again(run, node))
    assert node.progress.status.version_text == version


def test_a_node_whose_status_cannot_be_read_anew_is_not_known(night, loop) -> None:
    write(loop)
    night.conductor.told["upgrade"] = OVER
    run = run_of(loop, A)
    node = followed(run, A, intent(A))

    def away():
        raise SessionBroken("gone")

    night.conductor.assets = away
    steps_end(loop, read_moments.read_status_again(run, node))
    assert not node.progress.status.reachable


def test_a_node_that_could_not_be_read_is_read_again(loop) -> None:
    write(loop)
    run = run_of(loop, A)
    node = followed(run, A, reachable=False)
    steps_end(loop, read_moments.read_status_again(run, node))
    assert node.progress.status.reachable


# -- before a command -------------------------------------------------------------------------------------------------


def moments(loop: Loop, *node_ids: NodeId, version: str = OLD, **spec: object) -> list:
    run = run_of(loop, *node_ids, **spec)
    run.peers = {B.node: run.poller.asset(*B)}
    node = followed(run, node_ids[0], version=parse(version))
    return list(read_moments.operation_moments(run, node))


def test_of_the_node_itself_nothing_more_is_read_where_its_operation_does_not_count(loop) -> None:
    write(loop)
    assert [len(moments(loop, A, ignore_running=ignored)) for ignored in (False, True)] == [2, 1]
    ignored = moments(loop, A, ignore_running=True)[-1]
    assert (ignored.begun, ignored.lines) == (None, ()) and [peer.node for peer in ignored.peers] == [B.node]


def test_nothing_more_is_read_of_a_node_that_runs_what_is_wanted(loop) -> None:
    write(loop)
    assert len(moments(loop, A, version=NEW)) == 1


@pytest.mark.parametrize(
    ("changes", "is_read"),
    [
        ({"version": NEW}, False),  # it has arrived
        ({"version": NEW, "status": "Resynchronizing"}, True),
        ({}, True),
        ({"version": ""}, True),
    ],
)
def test_of_a_peer_that_has_arrived_nothing_is_asked(night, loop, changes, is_read) -> None:
    shown(night, B, **changes)
    write(loop, intent(B))
    assert (moments(loop, A)[-1].peers[0].begun is not None) is is_read


@pytest.mark.parametrize(
    ("words", "old", "counts"),
    [
        ("", 60.0, True),
        (OVER, 60.0, False),
        ("", 2 * LIMIT, False),
    ],
)
def test_what_was_begun_at_a_peer_counts_until_it_is_over(night, loop, words, old, counts) -> None:
    write(loop, intent(B), old=old)
    night.conductor.told["upgrade"] = words
    peer = moments(loop, A)[-1].peers[0]
    assert (peer.begun is not None) is counts
    assert peer.shown == (() if counts else ((words,) if words else (), (), ()))


def test_below_6_3_a_conductor_shows_nothing_of_its_peer(night, loop) -> None:
    night.conductor.told["upgrade"] = "upgrade in progress"
    run = run_of(loop, A)
    run.poller.counts = lambda router: False
    moment = next(read_moments.operation_moments(run, followed(run, A)))
    peer = read_moments._with_operation(run, moment, run.poller.asset(*B), PeerMoment("b"))
    assert peer.shown == ()


def test_a_peer_whose_record_cannot_be_read_is_not_known(loop) -> None:
    loop.journal = Written({B: JournalError("it is damaged.")})
    assert moments(loop, A)[-1].peers[0].unreadable == "it is damaged"


# -- under the lock ---------------------------------------------------------------------------------------------------


def locked(run: OperationRun, *node_ids: NodeId) -> list:
    return list(read_moments.locked_moments(run, [followed(run, node_id) for node_id in node_ids]))


def test_each_node_has_what_is_written_of_itself_and_of_those_that_are_not_asked_for(loop) -> None:
    write(loop)
    run = run_of(loop, A, OTHER)
    run.records = dict.fromkeys((A, B, OTHER))
    first, second = locked(run, A, OTHER)
    assert [written.node_id for written in first.written] == [A, B]
    assert [written.node_id for written in second.written] == [B, OTHER]


def test_the_peers_of_a_node_are_those_of_its_own_router_and_no_node_is_its_own_peer(loop) -> None:
    write(loop)
    first, second = locked(run_of(loop, A, OTHER), A, OTHER)
    assert ([peer.node for peer in first.peers], second.peers) == (["b"], ())
    assert [moment.peers for moment in locked(run_of(loop, A, B), A, B)] == [(), ()]


@pytest.mark.parametrize("unwell_since", [None, 700.0])
def test_how_long_a_command_waits_for_nodes_counts_from_when_it_began_to(loop, unwell_since) -> None:
    write(loop)
    run = run_of(loop, A)
    run.unwell_since = unwell_since
    patience = locked(run, A)[0].patience
    assert patience.since == (loop.clock.now() if unwell_since is None else unwell_since)


@pytest.mark.parametrize(
    ("operation", "missing", "state", "holds"),
    [
        ("upgrade", "it is required", "Synchronized", "is Synchronized, but it is required"),
        ("downgrade", "it is required", "Synchronized", "is Synchronized, but it is required"),
        ("revert", "it is required", "Synchronized", None),
        ("upgrade", None, "Synchronized", None),
        ("upgrade", "it is required", None, "is not in the list of assets"),
    ],
)
def test_a_web_api_that_is_required_and_missing_holds_what_begins_something(
    night, loop, operation, missing, state, holds
) -> None:
    night.conductor.second = SilentWitness()
    night.conductor.second.missing = lambda node_id: missing
    run = run_of(loop, A)
    run.spec = replace(run.spec, request=replace(run.spec.request, operation=operation))
    run.live = {A: LiveNode(A, True, True, "Running", state, settled=state is not None)}
    (moment,) = locked(run, A)
    assert moment.live.unwell == holds


def live_peer(night: Night, loop: Loop, **live: object) -> PeerMoment:
    poller = loop.poller()
    asset = poller.asset(*B)
    well = LiveNode(B, True, True, "running", "Synchronized", True, parse(OLD), shown=((OVER,),))
    return read_moments.live_peer(loop, replace(well, **live), "b", asset)


@pytest.mark.parametrize(
    ("changes", "live", "runs"),
    [
        ({}, {}, False),
        ({"status": "Resynchronizing"}, {}, True),
        ({"version": ""}, {}, True),
        ({}, {"reached": False}, True),
        ({"asset": False}, {}, True),
    ],
)
def test_words_about_a_peer_count_where_it_is_well_and_at_rest(night, loop, changes, live, runs) -> None:
    if "asset" in changes:
        night.conductor.boxes[B].asset = False
    else:
        shown(night, B, **changes)
    write(loop, intent(B))
    assert live_peer(night, loop, **live).begun.may_run is runs


@pytest.mark.parametrize("record", [intent(B, ended=True), intent(B, "download")])
def test_what_has_ended_at_a_peer_or_moves_no_node_does_not_count(night, loop, record) -> None:
    write(loop, record)
    assert not live_peer(night, loop).begun.may_run


@pytest.mark.parametrize(
    ("changes", "busy", "settled", "version"),
    [
        ({}, "", True, OLD),
        ({"status": "Upgrading"}, "Upgrading", False, OLD),
        ({"version": ""}, "", True, None),
    ],
)
def test_a_peer_is_as_the_list_shows_it(night, loop, changes, busy, settled, version) -> None:
    shown(night, B, **changes)
    peer = live_peer(night, loop)
    assert (peer.busy, peer.settled, peer.version and peer.version.text) == (busy, settled, version)


def test_of_a_peer_of_which_nothing_is_written_down_nothing_was_begun(night, loop) -> None:
    write(loop)
    assert live_peer(night, loop).begun is None


def test_of_a_peer_that_is_not_listed_nothing_is_known(night, loop) -> None:
    night.conductor.boxes[B].asset = False
    peer = live_peer(night, loop)
    assert (peer.busy, peer.settled, peer.version) == ("", False, None)


# -- of other requests ------------------------------------------------------------------------------------------------


def test_the_node_of_the_session_is_not_away_whatever_its_asset_shows(loop) -> None:
    poller = loop.poller()
    away = NodeStatus(reachable=True, away=True)
    states = [read_moments.revert_moment(poller, node_id, away).status.away for node_id in (poller.local_node, A)]
    assert states == [False, True]


def test_a_node_beside_whose_version_is_not_read_is_not_said_to_run_it(night, loop) -> None:
    shown(night, B, version="")
    remove = Request("remove", router="P", version=NEW)
    assert read_moments.withdrawal_moment(loop.poller(), A, remove).running_beside == ()
