# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the request of an operation to the gate: what is remembered and written down of its nodes on the way."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import replace

from ..pcli.waiting import Steps
from ..software import operation_status
from .answering import wait_for_answer
from .events import Intended, Sent, Warned
from .gate import Departure, Passage, examine_again, pass_gate
from .gate_conditions import Decision
from .journal import JournalError, Record
from .judge import Outcome
from .levels import QUIET
from .live_nodes import read_live
from .operation_end import StatusWatch
from .operation_state import AskAgain, FollowedNode, OperationRun
from .read_moments import locked_moments, nodes_that_matter


def send_steps(run: OperationRun, nodes: list[FollowedNode], deadline: float) -> Generator[bool, None, bool]:
    """Write down the intent, send the request once, and wait for its answer.

    False: nothing was sent, or it was refused, and nothing is to be followed. Raises AskAgain until the deadline where
    nothing was sent, and Abandoned.
    """
    if run.at_gate_since is None:
        run.at_gate_since = run.context.clock.now()
    passage = yield from pass_gate(run.context, run.poller, _departure(run, nodes))
    decision = passage.decision
    if decision.kind == "wait":
        _ask_again(run, nodes, passage, deadline)
    if decision.kind == "never":
        run.end(nodes, Outcome(run.nothing_sent, f"nothing was sent: {decision.reason}"))
        return False
    baseline = run.baseline_now()
    for node in nodes:
        node.baseline = baseline
    if passage.pending is None:  # it may have got through
        run.accept(nodes, "the session broke while the request was sent", str(passage.error))
        return True
    run.pending = passage.pending
    return (yield from wait_for_answer(run, nodes))


def _ask_again(run: OperationRun, nodes: Sequence[FollowedNode], passage: Passage, deadline: float) -> None:
    """Have everything examined anew. Raises AskAgain, or the error of a conductor that was away for too long."""
    if passage.error is None:
        report_wait(run, nodes, passage.decision)
    elif not run.poller.shared or run.context.clock.now() >= deadline:
        raise passage.error
    else:
        run.poller.note(passage.error)
    raise AskAgain


def report_wait(run: OperationRun, nodes: Sequence[FollowedNode], decision: Decision) -> None:
    """Remember since when it waits for nodes that are not as they must be, and say once what it waits for."""
    if decision.until is None:
        run.unwell_since = None
    elif run.unwell_since is None:
        run.unwell_since = run.context.clock.now()
    if decision.reason and decision.reason != run.wait_reported:
        run.context.tell(f"{nodes[0].log.name}: waits, since {decision.reason}")
        run.wait_reported = decision.reason


def _departure(run: OperationRun, nodes: Sequence[FollowedNode]) -> Departure:
    context, spec = run.context, run.spec

    def prepare() -> Steps[None]:
        run.live = yield from read_live(context, run.poller, nodes_that_matter(run))
        for node in nodes:
            node.watch = _status_before(run, node)

    def locked() -> Decision:
        decision = examine_again(locked_moments(run, nodes))
        if decision.sends:
            _record_lifted(run, nodes, decision)
        return decision

    def intend(command: str) -> None:
        _intend(run, nodes, command)

    def warn(warning: str) -> None:
        context.tell(warning, QUIET)
        nodes[0].log.record(Warned(warning))

    patience = context.limits.upgrade_timeout
    return Departure(
        spec.request, patience, spec.may, prepare, locked, intend, warn, since=run.at_gate_since, anew=True
    )


def _status_before(run: OperationRun, node: FollowedNode) -> StatusWatch:
    """The watch of the status of a node that is about to be sent a command, from what was read for the gate."""
    live, others = run.live[node.node_id], run.poller.names_beside(node.node_id)
    return StatusWatch(tuple(operation_status.about(live.shown[0], node.node_id, others)) if live.whole else None)


def _record_lifted(run: OperationRun, nodes: Sequence[FollowedNode], decision: Decision) -> None:
    """What was against the request and does not count by name is in the result, with who says so (rule 46)."""
    who = "; ".join(f"{override.by}: {override.reason}" for override in run.spec.overrides)
    for objection in dict.fromkeys(decision.lifted):
        run.context.tell(f"{nodes[0].log.name}: sent although {objection}; this is lifted by name ({who})", QUIET)
        for node in nodes:
            node.log.record(Warned(f"it was sent although {objection}; this was lifted by name ({who})"))


def _intend(run: OperationRun, nodes: Sequence[FollowedNode], command: str) -> None:
    """Write down that a command is about to be sent to these nodes; to all of them, or it is not sent.

    Raises JournalError.
    """
    journal, operation = run.context.journal, run.spec.request.operation
    limit = run.limits.upgrade_timeout
    records: list[Record] = []
    try:
        for node in nodes:
            versions = (node.result.from_version, run.spec.wanted)
            record = journal.intent(*node.node_id, operation, command, versions, limit)
            if run.spec.overrides:
                words = "; ".join(f"{over.condition} by {over.by}: {over.reason}" for over in run.spec.overrides)
                record = replace(record, override=words)
            node.log.record(Intended(record))
            records.append(record)
    except JournalError as error:
        for record in records:
            with contextlib.suppress(JournalError):
                journal.outcome(record, "not_started", f"nothing was sent: {error}")
        raise
    for node, record in zip(nodes, records, strict=True):
        node.record = record
        node.log.record(Sent(command))
        node.progress = replace(node.progress, sent_at=run.context.clock.now())
        run.step(node, f"sent: {command}")
