# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends the request of an operation: first the intent is written down, then the request goes out, once."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from ..conductor.grammar import NotOffered
from ..pcli.errors import ConnectFailed, DeviceError, NoFreeShell, PcliError, SessionBroken
from ..software.names import NameRefused
from .answering import wait_for_answer
from .context import Abandoned, sent
from .events import Intended, Sent, Warned
from .journal import JournalError
from .node_outcome import Outcome
from .operation_state import AskAgain, FollowedNode, OperationRun
from .poller import CommandBaseline


def send_steps(run: OperationRun, nodes: list[FollowedNode], deadline: float) -> Generator[bool, None, bool]:
    """Write down the intent, send the request once, and wait for its answer.

    False: nothing was sent, or it was refused, and nothing is to be followed. Raises AskAgain until the deadline where
    nothing was sent, and Abandoned.
    """
    context, spec = run.context, run.spec
    try:
        command = context.conductor.command_for(spec.request)
    except (NotOffered, NameRefused, DeviceError) as error:
        run.end(nodes, Outcome("not_started", f"nothing was sent: {error}"))
        return False
    except (SessionBroken, ConnectFailed, NoFreeShell) as error:
        if not run.poller.shared or context.clock.now() >= deadline:
            raise
        run.poller.note(error)
        raise AskAgain from error
    if not context.alive():  # asked before the intent is written, too
        raise Abandoned("Nobody waits for this task any more, so nothing was sent.")
    lines = yield from context.waiting.ask(
        lambda: [run.poller.told(spec.request.operation, *node.node_id) for node in nodes]
    )
    run.baseline = CommandBaseline(context.clock.now(), run.poller.conductor_time, tuple(sum(lines, ())))
    if not _write_intents(run, nodes, command):
        return False
    context.reassure()
    try:
        run.pending = yield from sent(context, run.poller, spec.request, context.limits.upgrade_timeout, spec.may)
    except SessionBroken as error:  # it may have got through
        run.accept(nodes, "the session broke while the request was sent", str(error))
        return True
    except (PcliError, NameRefused) as error:
        run.end(nodes, Outcome("not_started", f"nothing was sent: {error}"))
        return False
    for node in nodes:  # it may have waited long for a shell
        node.progress = replace(node.progress, sent_at=context.clock.now())
    return (yield from wait_for_answer(run, nodes))


def _write_intents(run: OperationRun, nodes: Sequence[FollowedNode], command: str) -> bool:
    """Write down what is about to be sent. Raises AskAgain where another run was faster.

    Between reading the records and writing the new ones nobody else on this controller writes any.
    """
    try:
        with run.context.journal.locked() as warning:
            if warning:
                run.context.tell(warning)
                nodes[0].log.record(Warned(warning))
            _still_alone(run)
            return _intend(run, nodes, command)
    except JournalError as error:
        run.end(nodes, Outcome("not_started", f"nothing was sent: {error}"))
        return False


def _still_alone(run: OperationRun) -> None:
    """Raise AskAgain if another run has begun something at one of the nodes since they were examined."""
    for node_id, before in run.records.items():
        now = run.context.journal.last(*node_id)
        if now is not None and now.open and (before is None or not now.same_intent(before)):
            run.context.tell(f"{node_id}: another run has begun '{now.command}' there a moment ago")
            raise AskAgain


def _intend(run: OperationRun, nodes: Sequence[FollowedNode], command: str) -> bool:
    context, operation = run.context, run.spec.request.operation
    for node in nodes:
        versions = (node.result.from_version, run.spec.wanted)
        try:
            record = context.journal.intent(*node.node_id, operation, command, versions)
            node.log.record(Intended(record))
        except JournalError as error:
            run.end(nodes, Outcome("not_started", f"nothing was sent: {error}"))
            return False
        node.record = record
        node.log.record(Sent(command))
        node.progress = replace(node.progress, sent_at=run.baseline.at)
        run.step(node, f"sent: {command}")
    return True
