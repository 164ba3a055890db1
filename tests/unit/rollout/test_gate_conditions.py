# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which command may leave in which moment: a table for each command (rule 32)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import GRAMMAR
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.gate_conditions import (
    CONDITIONS,
    SEND,
    first_decision,
    follow,
    judge_request,
    never,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Record
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.moments import (
    AwayMoment,
    BegunCommand,
    LeavingMoment,
    LiveNode,
    NodeMoment,
    Patience,
    PeerMoment,
    Written,
    open_intent,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_status import NodeStatus
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse, spelled

from tests.unit.fakes import NEW, OLD

LIMIT = 3600.0
SETTLED = NodeStatus(
    reachable=True, version_text=OLD, version=parse(OLD), state="Synchronized", settled=True, away=False
)
RUNNING = ("a: upgrade in progress",)
OVER = ("a: upgrade completed",)


def record(operation: str = "upgrade", run_id: str = "run", ended: bool = False) -> Record:
    """What was written down about a command for node a of router R."""
    end = {"outcome_at": "2026-03-01T22:00:00Z"} if ended else {}
    command = f"request {operation}"
    return Record("R", "a", operation, command, OLD, NEW, run_id, "2026-03-01T21:00:00Z", **end)


def begun(operation: str = "upgrade", lines: tuple[str, ...] = (), age: float = 60.0) -> BegunCommand:
    """The same, as the gate gets it."""
    return BegunCommand(record(operation), age, LIMIT, lines)


def moment(operation: str, **changes: object) -> NodeMoment:
    """A node that is at rest on the old version, with changes."""
    return replace(NodeMoment(NodeId("R", "a"), operation, SETTLED, parse(NEW)), **changes)


def changed(**changes: object) -> NodeStatus:
    """The status of such a node, with changes."""
    return replace(SETTLED, **changes)


# -- what was written down --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of_record", "age", "words", "counts"),
    [
        (None, 0.0, (), False),
        (record(), 10.0, (), True),
        (record(ended=True), 10.0, (), False),
        (record(), LIMIT, (), False),  # its time is over
        (record(), LIMIT, RUNNING, True),  # and the conductor shows that it runs all the same
        (record("revert"), 10.0, RUNNING, True),
        (record(), 10.0, OVER, False),  # the conductor says in words that it is over
        (record("download"), 10.0, (), False),  # a download moves no node
    ],
)
def test_an_intent_without_an_end_counts_while_its_time_lasts(of_record, age, words, counts) -> None:
    assert open_intent(of_record, age, words, LIMIT) is counts


# -- upgrade, downgrade, revert ---------------------------------------------------------------------------------------

PEER = PeerMoment("b", settled=True, version=parse(OLD))
#: A node that runs something else than what is asked for.
OTHER = changed(version_text=OLD, version=parse(OLD))

# fmt: off
MOVES = [
    # what is known of the node, decision, words of its reason
    ({}, "send", ""),
    ({"begun": begun(age=LIMIT)}, "send", ""),
    ({"begun": begun("download")}, "send", ""),
    ({"status": changed(version=parse(NEW), version_text=NEW, settled=False)}, "follow", "runs the requested version"),
    ({"status": changed(state="Upgrading", busy=True)}, "follow", "Upgrading"),
    ({"lines": RUNNING}, "follow", "in progress"),
    ({"lines": OVER}, "send", ""),
    ({"status": changed(state="Connected", settled=False)}, "follow", "not settled"),
    ({"begun": begun(lines=OVER)}, "send", ""),
    ({"begun": replace(begun(lines=OVER), settle=300.0)}, "wait", "a status may not show it yet"),
    ({"begun": replace(begun(lines=OVER, age=300.0), settle=300.0)}, "send", ""),
    # the peer
    ({"peers": (PEER,)}, "send", ""),
    ({"peers": (replace(PEER, begun=replace(begun(lines=OVER), settle=300.0)),)}, "wait", "may not show it yet"),
    ({"peers": (replace(PEER, unreadable="The journal file cannot be read"),)}, "never", "cannot be read"),
    ({"peers": (replace(PEER, begun=begun()),)}, "never", "its peer b is being worked on"),
    ({"peers": (replace(PEER, begun=begun(age=LIMIT)),)}, "send", ""),
    ({"peers": (replace(PEER, shown=((), ("b: revert in progress",))),)}, "never", "b: revert in progress"),
    ({"peers": (replace(PEER, shown=(("a: upgrade in progress",),)),)}, "send", ""),  # said about this node
    ({"peers": (replace(PEER, version=parse(NEW), begun=begun()),)}, "send", ""),     # is done already
    ({"peers": (replace(PEER, version=parse(NEW), settled=False, begun=begun()),)}, "never", "its peer b"),
    # what the user has named
    ({"ignore_running": True, "lines": RUNNING}, "send", ""),
    ({"ignore_running": True, "begun": begun()}, "send", ""),
    ({"ignore_running": True, "begun": replace(begun(lines=OVER), settle=300.0)}, "send", ""),
    ({"ignore_running": True, "status": changed(state="Upgrading", busy=True, settled=False)}, "send", ""),
    ({"ignore_running": True, "peers": (replace(PEER, begun=begun()),)}, "never", "its peer b is being worked on"),
    ({"ignore_running": True, "only_follow": "a check stops it"}, "never", "a check stops it"),
    # its revert is decided
    ({"taken_back": True, "status": changed(state="Connected", settled=False)}, "send", ""),
    ({"taken_back": True, "lines": RUNNING}, "follow", "in progress"),
    ({"ignore_running": True, "status": changed(version=parse(NEW), version_text=NEW)}, "follow", "requested version"),
    ({"only_follow": "a check stops it"}, "never", "a check stops it"),
    ({"only_follow": "a check stops it", "lines": RUNNING}, "follow", "in progress"),
]
# fmt: on


@pytest.mark.parametrize("operation", ["upgrade", "downgrade", "revert"])
@pytest.mark.parametrize(("changes", "kind", "words"), MOVES)
def test_whether_a_command_that_moves_a_node_may_leave(operation, changes, kind, words) -> None:
    decision = first_decision(CONDITIONS[operation].examined, moment(operation, **changes))
    assert decision.kind == kind and words in decision.reason, decision


def test_a_command_of_the_same_kind_is_followed_and_the_end_of_another_waited_for() -> None:
    same = first_decision(CONDITIONS["upgrade"].examined, moment("upgrade", begun=begun("upgrade")))
    assert same.kind == "follow" and "its end is not known" in same.reason
    other = first_decision(CONDITIONS["upgrade"].examined, moment("upgrade", begun=begun("revert")))
    assert other.kind == "never" and "Wait for its end" in other.reason


def test_a_node_that_is_only_unsettled_is_known_as_such() -> None:
    status = changed(state="Connected", settled=False)
    assert first_decision(CONDITIONS["upgrade"].examined, moment("upgrade", status=status)).only_unsettled
    at_work = moment("upgrade", status=status, lines=RUNNING)
    assert not first_decision(CONDITIONS["upgrade"].examined, at_work).only_unsettled


@pytest.mark.parametrize("status", [NodeStatus(), changed(version=None)])
def test_nothing_that_moves_a_node_leaves_where_its_status_cannot_be_read(status) -> None:
    decision = first_decision(CONDITIONS["upgrade"].first_look, moment("upgrade", status=status, trouble="no answer"))
    assert decision.kind == "never" and "no answer" in decision.reason
    assert first_decision(CONDITIONS["upgrade"].first_look, moment("upgrade")) == SEND
    untold = first_decision(CONDITIONS["upgrade"].first_look, moment("upgrade", status=status))
    assert "None" not in untold.reason and "show assets" in untold.reason


def test_of_several_nodes_that_one_request_moves_none_is_sent_what_another_of_them_still_does() -> None:
    runs = follow("its asset shows Upgrading")
    assert judge_request([SEND, SEND]) == [SEND, SEND]
    decisions = judge_request([runs, SEND, never("it does not answer")])
    assert [decision.kind for decision in decisions] == ["follow", "follow", "never"]


def test_a_request_that_would_also_move_a_node_to_which_nothing_may_be_sent_is_not_sent_at_all() -> None:
    decisions = judge_request([SEND, never("a revert was begun 10 s ago")])
    assert [decision.kind for decision in decisions] == ["never", "never"]
    assert "a revert was begun 10 s ago" in decisions[0].reason


@pytest.mark.parametrize(
    ("examined", "now", "kind"),
    [
        (None, None, "send"),
        (None, record(), "wait"),
        (record(), record(), "send"),
        (record(), record(run_id="another"), "wait"),
        (record(), record(run_id="another", ended=True), "wait"),
    ],
)
def test_what_another_run_began_after_the_examination_has_everything_examined_anew(examined, now, kind) -> None:
    for node in ("a", "b"):  # the node itself, and its peer
        written = (Written(NodeId("R", "c"), None, None), Written(NodeId("R", node), examined, now))
        assert first_decision(CONDITIONS["upgrade"].locked, moment("upgrade", written=written)).kind == kind


# -- whether a revert is decided --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"status": NodeStatus()}, "does not answer"),
        ({"status": changed(away=True)}, "does not answer"),
        ({"status": changed(state="Upgrading", busy=True)}, "an operation runs on it (Upgrading)"),
        ({"lines": RUNNING}, "an operation runs on it (a: upgrade in progress)"),
        ({"lines": ("b: upgrade in progress", "a: upgrade completed")}, None),
    ],
)
def test_a_revert_is_decided_only_for_a_node_that_answers_and_is_at_rest(changes, words) -> None:
    decision = first_decision(CONDITIONS["revert decision"].examined, moment("revert decision", **changes))
    assert decision.sends if words is None else (decision.kind == "never" and words in decision.reason)


# -- downloads, and what takes them away ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "send"),
        ({"begun": begun("revert", age=LIMIT)}, "send"),
        ({"busy": "Upgrading"}, "never"),
        ({"begun": begun("upgrade")}, "never"),
        ({"shown": (RUNNING,)}, "never"),
        ({"unreadable": "The journal file cannot be read"}, "never"),
    ],
)
@pytest.mark.parametrize("node", ["a", "b"])
def test_a_release_is_brought_or_taken_away_only_while_no_node_of_its_router_moves(node, changes, kind) -> None:
    shown = tuple(tuple(line.replace("a:", f"{node}:") for line in lines) for lines in changes.get("shown", ()))
    peers = (PeerMoment("a"), replace(PeerMoment(node), **{**changes, "shown": shown}))
    for operation in ("download", "pause", "remove", "installer"):
        decision = first_decision(CONDITIONS[operation].locked, moment(operation, peers=peers, status=OTHER))
        assert decision.kind == kind
    assert first_decision(CONDITIONS["download"].examined, moment("download", peers=peers)).kind == kind
    downloading = moment("download", peers=peers, downloading=True)
    assert first_decision(CONDITIONS["download"].examined, downloading).kind == kind.replace("send", "follow")


@pytest.mark.parametrize(
    ("running", "kind"),
    [(OLD, "send"), (NEW, "never"), ("unreadable", "never"), (None, "send")],
)
def test_what_a_node_runs_is_never_removed(running, kind) -> None:
    version = parse(running) if running in (OLD, NEW) else None
    status = changed(version_text=running, version=version)
    assert first_decision(CONDITIONS["remove"].first_look, moment("remove", status=status)).kind == kind


def test_a_removal_for_the_whole_router_spares_a_peer_that_runs_the_version() -> None:
    decision = first_decision(CONDITIONS["remove"].examined, moment("remove", running_beside=("b",)))
    assert decision.kind == "never" and decision.reason.startswith("b runs it")
    assert first_decision(CONDITIONS["pause"].examined, moment("pause", running_beside=("b",))).sends


# -- what leaves ------------------------------------------------------------------------------------------------------

NOW = LeavingMoment(now=100.0, since=90.0, patience=60.0)

LEAVING = [
    (NOW, "send"),
    (replace(NOW, forbidden="the stop file exists"), "never"),
    (replace(NOW, allowed=False), "wait"),
    (replace(NOW, allowed=False, now=151.0), "never"),
]


@pytest.mark.parametrize(("moment_of_request", "kind"), LEAVING)
def test_limits_hold_for_what_installs_and_for_no_way_back_nor_a_release(moment_of_request, kind) -> None:
    for operation in ("upgrade", "downgrade"):
        assert first_decision(CONDITIONS[operation].leaving, moment_of_request).kind == kind
    for operation in ("revert", "download", "pause", "remove", "installer"):
        assert first_decision(CONDITIONS[operation].leaving, moment_of_request).sends


def test_a_wait_says_for_what_and_until_when() -> None:
    decision = first_decision(CONDITIONS["upgrade"].leaving, replace(NOW, allowed=False))
    assert (decision.reason, decision.until) == ("the limits of the run", 150.0)


def test_what_a_node_runs_or_may_run_is_never_removed_from_it() -> None:
    def kind(text: str | None) -> str:
        version = parse(text) if text and text[0].isdigit() else None
        status = replace(SETTLED, version_text=text, version=version)
        return first_decision(CONDITIONS["remove"].first_look, moment("remove", status=status)).kind

    assert kind(NEW) == "never" and kind(OLD) == "send"
    assert kind(NEW.partition("-")[0]) == "never", "it shows too little to tell"
    assert kind("unreadable") == "never" and kind(None) == "send"


# -- right before it leaves -------------------------------------------------------------------------------------------

WELL = LiveNode(NodeId("R", "a"), reached=True, service=True, state="Synchronized", settled=True)
UNWELL = {
    "away": {"reached": False},
    "not readable": {"reached": None},
    "service down": {"service": False},
    "not settled": {"state": "Resynchronizing", "settled": False},
    "not listed": {"state": None, "settled": False},
}


def test_an_empty_cell_for_the_service_is_not_the_absence_of_the_cell() -> None:
    """Some releases print no such cell; an empty one says that its word is not known."""
    assert replace(WELL, service=None, service_text=None).unwell is None
    assert "an empty cell for its service" in replace(WELL, service=None, service_text="").unwell


WAITING = Patience(now=100.0, since=90.0, unwell=60.0, operation=300.0)
TOO_LONG = replace(WAITING, now=151.0)


def beside(node: str = "b", **changes: object) -> PeerMoment:
    """The other node, as it is right before the command leaves."""
    live = replace(WELL, node_id=NodeId("R", node), **changes)
    return PeerMoment(node, settled=live.settled, version=parse(OLD), live=live)


def locked(operation: str, **changes: object):
    """What is decided about a command whose node and whose peer are well, with changes."""
    given = {"live": WELL, "peers": (beside(),), "patience": WAITING, **changes}
    return first_decision(CONDITIONS[operation].locked, moment(operation, **given))


@pytest.mark.parametrize("operation", ["upgrade", "downgrade", "revert"])
def test_a_command_leaves_where_its_node_its_peer_and_its_group_are_well(operation) -> None:
    assert locked(operation, mates=(beside("a.S"),)).sends


@pytest.mark.parametrize("how", UNWELL)
@pytest.mark.parametrize("operation", ["upgrade", "downgrade", "revert"])
def test_it_waits_for_a_peer_that_is_not_well_and_not_for_ever(operation, how) -> None:
    decision = locked(operation, peers=(beside(**UNWELL[how]),))
    assert (decision.kind, decision.until) == ("wait", 150.0) and "its peer b" in decision.reason
    decision = locked(operation, peers=(beside(**UNWELL[how]),), patience=TOO_LONG)
    assert decision.kind == "never" and "run the same command again" in decision.reason


@pytest.mark.parametrize("operation", ["upgrade", "downgrade", "revert"])
def test_also_where_a_running_operation_is_ignored_by_name(operation) -> None:
    assert locked(operation, peers=(beside(reached=False),), ignore_running=True).kind == "wait"


@pytest.mark.parametrize("how", UNWELL)
def test_a_member_of_its_group_that_is_not_well_keeps_it_out(how) -> None:
    decision = locked("upgrade", mates=(beside("a.S", **UNWELL[how]),))
    assert decision.kind == "wait" and "a.S of the same exclusive group" in decision.reason
    assert locked("upgrade", mates=(beside("a.S", **UNWELL[how]),), patience=TOO_LONG).kind == "never"


@pytest.mark.parametrize(
    "changes",
    [{"shown": (RUNNING,)}, {"begun": begun()}, {"unreadable": "its record cannot be read"}],
    ids=["shown", "begun", "unreadable"],
)
def test_a_member_of_its_group_that_is_being_worked_on_keeps_it_out(changes) -> None:
    assert locked("upgrade", mates=(replace(beside("a"), **changes),)).kind == "wait"


@pytest.mark.parametrize("how", ["away", "not readable", "not settled", "not listed"])
def test_it_waits_for_its_own_node_to_be_there_and_settled(how) -> None:
    assert locked("upgrade", live=replace(WELL, **UNWELL[how])).kind == "wait"
    assert locked("upgrade", live=replace(WELL, **UNWELL[how]), patience=TOO_LONG).kind == "never"


def test_a_node_whose_own_service_is_down_may_be_upgraded() -> None:
    assert locked("upgrade", live=replace(WELL, service=False)).sends


def test_a_revert_needs_a_node_that_answers_and_not_one_that_is_well() -> None:
    assert locked("revert", live=replace(WELL, reached=False)).kind == "wait"
    assert locked("revert", live=replace(WELL, **UNWELL["not settled"])).sends


def test_a_node_whose_service_is_proven_down_is_taken_back_although_its_peer_is_dead() -> None:
    dead = (beside(reached=False),)
    assert locked("revert", live=replace(WELL, service=False), peers=dead).sends
    assert locked("revert", live=replace(WELL, service=None), peers=dead).kind == "wait", "not proven"
    assert locked("upgrade", live=replace(WELL, service=False), peers=dead).kind == "wait", "reverts only (rule 45)"


def test_what_began_on_the_node_since_it_was_examined_is_examined_anew() -> None:
    running = replace(WELL, shown=((), RUNNING))
    assert locked("upgrade", live=running).kind == "wait"
    assert locked("upgrade", live=running, ignore_running=True).sends, "by the user's name for it"
    assert not locked("upgrade", live=replace(running, reached=False), ignore_running=True).sends, "and nothing else"
    assert locked("revert", live=running, ignore_running=True).kind == "never"


@pytest.mark.parametrize("operation", ["upgrade", "revert"])
def test_nothing_leaves_while_something_runs_at_its_peer(operation) -> None:
    at_work = replace(beside(), shown=(("b: upgrade in progress",),))
    assert locked(operation, peers=(at_work,)).kind == "never"
    assert locked(operation, peers=(replace(beside(), begun=begun()),)).kind == "never"
    assert locked(operation, peers=(replace(beside(), unreadable="no record"),)).kind == "never"
    assert locked(operation, peers=(at_work,), ignore_running=True).kind == "never", "nobody has named its peer"


@pytest.mark.parametrize("operation", ["upgrade", "downgrade", "revert"])
def test_the_second_node_is_left_where_the_first_does_not_run_any_more_what_it_was_moved_to(operation) -> None:
    first = beside()  # it runs another version than what is wanted
    assert locked(operation, peers=(first,), done=("b",)).kind == "never"
    assert locked(operation, peers=(replace(first, version=parse(NEW)),), done=("b",)).sends
    assert locked(operation, peers=(first,)).sends


def test_only_the_end_of_an_operation_is_missing_at_a_peer_that_is_there_already() -> None:
    arrived = replace(beside(), version=parse(NEW), shown=(("b: upgrade in progress",),))
    assert (locked("upgrade", peers=(arrived,)).kind, locked("upgrade", peers=(arrived,)).until) == ("wait", 390.0)
    assert locked("upgrade", peers=(arrived,), patience=replace(WAITING, now=391.0)).kind == "never"


def test_what_a_check_has_blocked_is_never_sent() -> None:
    assert first_decision(CONDITIONS["upgrade"].examined, moment("upgrade", only_follow="no space")).kind == "never"
    at_work = moment("upgrade", only_follow="no space", lines=RUNNING)
    assert first_decision(CONDITIONS["upgrade"].examined, at_work).kind == "follow", "what runs there is followed"


# -- reconnecting -----------------------------------------------------------------------------------------------------

AWAY = AwayMoment(after=300.0, away_for=400.0, node="a", lines=("No upgrade in progress",))


@pytest.mark.parametrize(
    ("asset", "sends"),
    [
        (AWAY, True),
        (replace(AWAY, after=0.0), False),  # by setting only
        (replace(AWAY, away_for=None), False),
        (replace(AWAY, away_for=299.0), False),
        (replace(AWAY, reachable=False), False),  # the conductor itself is away
        (replace(AWAY, asked_before=True), False),
        (replace(AWAY, ended=True), False),
        (replace(AWAY, unanswered=True), False),  # our own request keeps it away
        (replace(AWAY, lines=RUNNING), False),
        (replace(AWAY, followed_for=299.0, settle=300.0), False),  # a status may not show yet what has just begun
        (replace(AWAY, followed_for=300.0, settle=300.0), True),
        (replace(AWAY, lines=()), False),  # nothing readable says that nothing runs
        (replace(AWAY, lines=(), followed_for=3599.0), False),
        (replace(AWAY, lines=(), followed_for=3600.0), True),
        (replace(AWAY, lines=(), followed_for=3600.0, nodes=2), False),  # the turn of the second comes later
        (replace(AWAY, lines=(), followed_for=7200.0, nodes=2), True),
    ],
)
def test_an_asset_is_reconnected_once_after_its_grace(asset, sends) -> None:
    assert first_decision(CONDITIONS["reconnect"].examined, asset).sends is sends


# -- the table --------------------------------------------------------------------------------------------------------


def test_every_command_of_the_grammar_has_its_conditions() -> None:
    """The vendor's health check only reads, and leaves without them."""
    assert {row.operation for row in GRAMMAR} - {"health-check"} <= set(CONDITIONS)


def test_every_condition_says_what_it_holds_for() -> None:
    every = {
        condition
        for row in CONDITIONS.values()
        for condition in (*row.first_look, *row.examined, *row.locked, *row.leaving)
    }
    assert all((condition.__doc__ or "").strip() for condition in every)


@pytest.mark.parametrize("operation", ["upgrade", "downgrade", "revert"])
def test_a_node_that_runs_another_version_than_when_it_was_examined_is_examined_anew(operation) -> None:
    decision = locked(operation, live=replace(WELL, version=parse(NEW)))
    assert decision.kind == "wait" and all(spelled(text) in decision.reason for text in (NEW, OLD))
    assert locked(operation, live=replace(WELL, version=parse(OLD))).sends
    assert locked(operation, live=WELL).sends, "the list shows no version"
