# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the request of an operation to the gate: what is remembered and written down of its nodes on the way."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from functools import partial

from ..pcli.waiting import Steps
from .answering import wait_for_answer
from .conductor_evidence import status_before
from .events import Intended, Sent, Warned
from .gate import Departure, Passage, examine_again, pass_gate
from .gate_conditions import Decision
from .judge import Outcome
from .observation import CommandBaseline
from .operation_state import AskAgain, FollowedNode, OperationRun
from .read_moments import locked_moments


def send_steps(run: OperationRun, nodes: list[FollowedNode], deadline: float) -> Generator[bool, None, bool]:
    """Write down the intent, send the request once, and wait for its answer.

    False: nothing was sent, or it was refused, and nothing is to be followed. Raises AskAgain until the deadline where
    nothing was sent, and Abandoned.
    """
    passage = yield from pass_gate(run.context, run.poller, _departure(run, nodes))
    decision = passage.decision
    if decision.kind == "wait":
        _ask_again(run, passage, deadline)
    if decision.kind == "never":
        run.end(nodes, Outcome("not_started", f"nothing was sent: {decision.reason}"))
        return False
    run.baseline = _baseline(run)
    if passage.pending is None:  # it may have got through
        run.accept(nodes, "the session broke while the request was sent", str(passage.error))
        return True
    run.pending = passage.pending
    for node in nodes:  # it may have waited long for a shell
        node.progress = replace(node.progress, sent_at=run.context.clock.now())
    return (yield from wait_for_answer(run, nodes))


def _ask_again(run: OperationRun, passage: Passage, deadline: float) -> None:
    """Have everything examined anew. Raises AskAgain, or the error of a conductor that was away for too long."""
    if passage.error is None:
        if passage.decision.reason:
            run.context.tell(passage.decision.reason)
    elif not run.poller.shared or run.context.clock.now() >= deadline:
        raise passage.error
    else:
        run.poller.note(passage.error)
    raise AskAgain


def _departure(run: OperationRun, nodes: Sequence[FollowedNode]) -> Departure:
    context, spec = run.context, run.spec
    operation = spec.request.operation

    def prepare() -> Steps[None]:
        for node in nodes:
            read = partial(status_before, run.poller, operation, node.node_id, context.clock.now(), taken_up=False)
            node.watch = yield from context.waiting.ask(read)
        run.baseline = _baseline(run)

    def locked() -> Decision:
        return examine_again(locked_moments(run, nodes))

    def intend(command: str) -> None:
        for node in nodes:
            _intend(run, node, command)
        context.reassure()

    def warn(warning: str) -> None:
        context.tell(warning)
        nodes[0].log.record(Warned(warning))

    return Departure(spec.request, context.limits.upgrade_timeout, spec.may, prepare, locked, intend, warn)


def _baseline(run: OperationRun) -> CommandBaseline:
    """What is true now: a node that boots before its command has left has not booted since (rule 16)."""
    return CommandBaseline(run.context.clock.now(), run.poller.conductor_time_now)


def _intend(run: OperationRun, node: FollowedNode, command: str) -> None:
    """Write down that a command is about to be sent to a node. Raises JournalError."""
    versions = (node.result.from_version, run.spec.wanted)
    record = run.context.journal.intent(*node.node_id, run.spec.request.operation, command, versions)
    node.log.record(Intended(record))
    node.record = record
    node.log.record(Sent(command))
    node.progress = replace(node.progress, sent_at=run.baseline.at)
    run.step(node, f"sent: {command}")
