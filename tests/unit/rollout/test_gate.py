# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a request through the gate: in which order it is judged, written down and sent, and what stops it."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import NotOffered
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    LoginRefused,
    NoFreeShell,
    PcliError,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.context import Abandoned
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.gate import (
    Departure,
    Passage,
    examine,
    import_image,
    pass_gate,
    reconnect,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.gate_conditions import SEND, follow, wait
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import JournalError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.moments import AwayMoment, NodeMoment, PeerMoment
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_status import NodeStatus

from tests.unit.fakes import NEW, VirtualClock

REQUEST = Request("upgrade", router="R", node="a", version=NEW)


class Gate:
    """A run of which everything that happens at the gate is written down in ``happened``.

    ``busy``: how often no shell is free; ``error``: what sending raises then.
    """

    def __init__(self, shared: bool = True) -> None:
        self.clock, self.happened = VirtualClock(), []
        self.shared, self.pending = shared, []
        self.conductor = self.journal = self.session = self
        self.parent, self.busy = True, 0
        self.error: Exception | None = None
        self.unbuildable: Exception | None = None
        self.limits = lambda: (True, "")
        self.unapproved = None

    def alive(self) -> bool:
        return self.parent

    def command_for(self, request: Request) -> str:
        self.happened.append("command")
        if self.unbuildable:
            raise self.unbuildable
        return f"request {request.operation}"

    @contextlib.contextmanager
    def locked(self):
        self.happened.append("lock")
        yield None
        self.happened.append("unlock")

    def make_ready(self) -> None:
        if self.busy:
            self.busy -= 1
            raise NoFreeShell("no shell is free")
        self.happened.append("shell")

    def send(self, request: Request) -> str:
        if self.error:
            raise self.error
        self.happened.append("send")
        return "pending"

    def reconnect(self, *node_id: str) -> None:
        if self.error:
            raise self.error
        self.happened.append("reconnect")

    def import_iso(self, path: str | None) -> str:
        return f"imported {path}"

    def departure(self, decision=SEND, intend=None, patience: float = 60.0, **more) -> Departure:
        return Departure(
            REQUEST,
            patience,
            limits=lambda: self.limits(),
            prepare=lambda: self.happened.append("prepare") or (),
            locked=lambda: self.happened.append("judge") or decision,
            intend=intend or (lambda command: self.happened.append("intent")),
            **more,
        )

    def steps(self, departure: Departure | None = None):
        """The passage; each pause is half a minute."""
        steps = pass_gate(self, self, departure or self.departure())
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value
            self.happened.append("pause")
            self.clock.sleep(30.0)


@pytest.fixture
def gate() -> Gate:
    return Gate()


def test_a_request_is_judged_under_the_lock_written_down_and_sent(gate) -> None:
    passage = gate.steps()
    assert gate.happened == [
        "command", "shell", "prepare", "shell", "lock", "judge", "intent", "unlock", "send"
    ]  # fmt: skip
    assert (passage.decision, passage.command, passage.pending) == (SEND, "request upgrade", "pending")
    assert gate.pending == ["pending"], "its session stays while it is unanswered"


def test_what_is_decided_under_the_lock_outweighs_every_earlier_decision(gate) -> None:
    passage = gate.steps(gate.departure(decision=wait("another run")))
    assert passage.decision.kind == "wait" and "intent" not in gate.happened and "send" not in gate.happened


def test_without_a_written_intent_nothing_is_sent(gate) -> None:
    def full(command: str) -> None:
        raise JournalError("the disk is full")

    passage = gate.steps(gate.departure(intend=full))
    assert (passage.decision.kind, passage.decision.reason) == ("never", "the disk is full") and not passage.pending
    assert "send" not in gate.happened


def test_a_request_that_needs_no_record_takes_no_lock(gate) -> None:
    assert gate.steps(Departure(REQUEST, 60.0)).pending == "pending"
    assert gate.happened == ["command", "shell", "shell", "send"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [(NotOffered("no such command"), "never"), (SessionBroken("gone"), "wait"), (ConnectFailed("away"), "wait")],
)
def test_a_command_line_that_cannot_be_built_is_not_sent(gate, error, kind) -> None:
    gate.unbuildable = error
    passage = gate.steps()
    assert (passage.decision.kind, passage.decision.reason) == (kind, str(error)) and passage.error is error
    assert gate.happened == ["command"]


def test_what_goes_wrong_for_good_before_the_intent_is_an_error(gate) -> None:
    gate.unbuildable = LoginRefused("wrong password")
    with pytest.raises(LoginRefused):
        gate.steps()


def test_once_nobody_waits_for_it_nothing_is_written_down_and_nothing_sent(gate) -> None:
    gate.parent = False
    with pytest.raises(Abandoned):
        gate.steps()
    assert gate.happened == ["command"]


@pytest.mark.parametrize("when", ["pause", "prepare"])
def test_nor_if_that_turns_out_after_a_wait_or_after_its_nodes_were_read(gate, when) -> None:
    gate.busy = 1
    gate.alive = lambda: when not in gate.happened
    with pytest.raises(Abandoned):
        gate.steps()
    assert "intent" not in gate.happened and "send" not in gate.happened


def test_a_name_that_could_mean_another_command_is_never_sent(gate) -> None:
    gate.unbuildable = NameRefused("a name with a blank")
    assert gate.steps().decision.kind == "never"
    gate.unbuildable, gate.error = None, NameRefused("a name with a blank")
    passage = gate.steps()
    assert passage.decision.kind == "never" and "send" not in gate.happened


@pytest.mark.parametrize(("error", "kind"), [(SessionBroken("gone"), "wait"), (ConnectFailed("away"), "wait")])
def test_a_shell_that_cannot_be_opened_just_now_is_waited_for_before_the_intent(gate, error, kind) -> None:
    def ready():
        raise error

    gate.make_ready = ready
    passage = gate.steps()
    assert passage.decision.kind == kind and passage.error is error and "intent" not in gate.happened


def test_nodes_that_cannot_be_read_now_are_examined_anew(gate) -> None:
    def lost():
        raise SessionBroken("gone")

    passage = gate.steps(replace(gate.departure(), prepare=lost))
    assert passage.decision.kind == "wait" and "intent" not in gate.happened


def test_the_limits_of_the_run_are_asked_again_after_each_wait(gate) -> None:
    answers = [(True, ""), (True, ""), (False, "the stop file exists")]
    gate.busy, gate.limits = 5, lambda: answers.pop(0)
    passage = gate.steps()
    assert passage.decision.reason == "the stop file exists" and "send" not in gate.happened
    assert gate.happened.count("pause") == 2 and "intent" not in gate.happened


def test_the_limits_of_the_run_are_asked_once_more_after_the_nodes_were_read(gate) -> None:
    gate.limits = lambda: (False, "the window is over") if "prepare" in gate.happened else (True, "")
    assert gate.steps().decision.reason == "the window is over" and "intent" not in gate.happened


def test_what_the_limits_held_up_is_examined_anew_and_nothing_was_written_down(gate) -> None:
    gate.limits = lambda: ("pause" in gate.happened, "")
    assert gate.steps(gate.departure(anew=True)).decision == wait("")
    assert gate.happened == ["command", "pause", "shell"]
    assert gate.steps(gate.departure(anew=True)).pending == "pending"


def test_what_the_limits_hold_up_once_its_nodes_were_read_is_examined_anew(gate) -> None:
    answers = [(True, ""), (False, ""), (True, ""), (True, "")]
    gate.limits = lambda: answers.pop(0)
    assert gate.steps(gate.departure(anew=True)).decision == wait("") and "intent" not in gate.happened


def test_what_is_to_be_examined_anew_is_not_given_up_however_long_that_took(gate) -> None:
    gate.limits = lambda: ("pause" in gate.happened, "")
    passage = gate.steps(gate.departure(anew=True, patience=20.0, since=gate.clock.now()))
    assert passage.decision == wait("")


def test_what_runs_already_is_followed_however_long_its_request_has_waited(gate) -> None:
    departure = gate.departure(decision=follow("an upgrade runs"), since=gate.clock.now() - 61)
    assert gate.steps(departure).decision.kind == "follow"


@pytest.mark.parametrize("error", [None, NameRefused("a name"), NotOffered("no such command"), NoFreeShell("none")])
def test_what_is_no_lost_connection_is_not_tried_again(error) -> None:
    Passage(SEND, error=error).raise_lost()


def test_what_the_limits_hold_up_for_too_long_is_never_sent(gate) -> None:
    gate.limits = lambda: (False, "")
    passage = gate.steps()
    assert passage.decision.kind == "never" and gate.happened == ["command", "pause", "pause", "pause"]


def test_in_a_rollout_a_shell_is_waited_for_and_not_for_ever(gate) -> None:
    gate.busy = 2
    assert gate.steps().pending == "pending"
    assert gate.happened.count("pause") == 2 and gate.happened.index("intent") > gate.happened.index("shell")
    gate.busy = 100
    passage = gate.steps()
    assert passage.decision.reason == "no shell is free" and isinstance(passage.error, NoFreeShell)


def test_what_waited_for_a_shell_is_examined_anew_by_whoever_does_that(gate) -> None:
    gate.busy = 1
    assert gate.steps(gate.departure(anew=True)).decision == wait("") and "intent" not in gate.happened


def test_a_shell_that_others_took_while_the_nodes_were_read_is_waited_for_before_the_intent(gate) -> None:
    def taken():
        gate.busy = 1 if gate.happened.count("prepare") == 0 else 0
        gate.happened.append("prepare")
        return ()

    departure = replace(gate.departure(), prepare=taken)
    assert gate.steps(departure).pending == "pending"
    assert gate.happened.count("prepare") == 2 and gate.happened.count("intent") == 1


def test_what_is_held_up_under_the_lock_is_not_held_up_for_ever(gate) -> None:
    departure = replace(gate.departure(decision=wait("another run")), since=gate.clock.now() - 61)
    assert gate.steps(departure).decision.kind == "never"


def test_outside_of_a_rollout_nobody_gives_a_shell_back() -> None:
    gate = Gate(shared=False)
    gate.busy = 1
    assert gate.steps().decision.kind == "never" and "pause" not in gate.happened


def test_a_session_that_breaks_while_it_is_sent_may_have_let_it_through(gate) -> None:
    gate.error = SessionBroken("gone")
    passage = gate.steps()
    assert passage.decision.sends and passage.pending is None and passage.error is gate.error


def test_any_other_error_while_it_is_sent_means_that_nothing_was(gate) -> None:
    gate.error = ConnectFailed("away")
    passage = gate.steps()
    assert passage.decision.kind == "never"
    with pytest.raises(ConnectFailed):
        passage.raise_lost()


def test_of_a_node_no_more_is_read_once_something_is_decided() -> None:
    def moments():
        yield NodeMoment(NodeId("R", "a"), "download", NodeStatus(), peers=(PeerMoment("a", busy="Upgrading"),))
        raise AssertionError("the conductor is asked although the list of assets decides")

    assert examine(moments()).kind == "never"


def test_an_asset_is_reconnected_only_where_it_may_be(gate) -> None:
    stays_away = AwayMoment(after=300.0, away_for=400.0, lines=("No upgrade in progress",))
    assert reconnect(gate, NodeId("R", "a"), stays_away).decision.sends and gate.happened == ["reconnect"]
    assert not reconnect(gate, NodeId("R", "a"), AwayMoment(after=0.0, away_for=400.0)).decision.sends
    assert gate.happened == ["reconnect"]
    gate.error = PcliError("refused")
    assert reconnect(gate, NodeId("R", "a"), stays_away).error is gate.error


def test_a_command_that_nobody_approved_does_not_leave_and_nothing_is_even_read_for_it(gate) -> None:
    gate.unapproved = lambda command: f"'{command}' is not in the approved plan"
    passage = gate.steps()
    assert (
        passage.decision.kind == "never" and passage.decision.reason == "'request upgrade' is not in the approved plan"
    )
    assert gate.happened == ["command"]
    stays_away = AwayMoment(after=300.0, away_for=400.0, lines=("No upgrade in progress",))
    assert not reconnect(gate, NodeId("R", "a"), stays_away, gate.unapproved).decision.sends
    gate.unapproved = lambda command: ""
    assert gate.steps().pending and reconnect(gate, NodeId("R", "a"), stays_away, gate.unapproved).decision.sends


def test_an_image_is_imported_by_the_node_of_the_session(gate) -> None:
    assert import_image(gate, "/tmp/ssr.iso") == "imported /tmp/ssr.iso"
