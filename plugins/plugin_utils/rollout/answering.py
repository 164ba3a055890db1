# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits for the answer to a request, and records what it means (see ``judge``)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import timedelta

from ..pcli.errors import DeviceError, PcliError
from ..software import operation_status
from ..software.pre_check_words import target_names
from ..software.refusals import refusal_in
from .context import Abandoned
from .events import Answered, RequestDated
from .judge import Answer, judge_error, judge_lines, no_answer
from .operation_state import FollowedNode, OperationRun


def wait_for_answer(run: OperationRun, nodes: list[FollowedNode]) -> Generator[bool, None, bool]:
    """Wait a little for the answer to the request. False: its nodes are not followed. Raises Abandoned."""
    context = run.context
    deadline = context.clock.now() + context.limits.request_timeout
    if not run.poller.shared:  # where there are others, they are not held up
        context.conductor.session.wait(run.pending, 1.0)
    while not context.conductor.session.poll(run.pending) and context.clock.now() < deadline:
        if not context.alive():
            raise Abandoned("Nobody waits for this task any more; what was sent goes on.")
        yield True
    return take_answer(run, nodes)


def take_answer(run: OperationRun, nodes: list[FollowedNode]) -> bool:
    """Take note of what the request printed. False: its nodes are not followed."""
    answer, run.answered = _judged(run, nodes), run.pending.over
    for node in nodes:
        _record(run, node, answer)
        if run.pending.response is not None:
            node.log.record(Answered(run.pending.command, run.pending.response.text))
    run.missing = answer.missing or run.missing
    if answer.outcome is not None:
        run.end(nodes, answer.outcome)
    if answer.kind == "taken":
        run.context.reassure()
    return answer.outcome is None


def _judged(run: OperationRun, nodes: Sequence[FollowedNode]) -> Answer:
    """What the answer to the request means."""
    pending, installs = run.pending, run.spec.installs
    if not pending.over:
        return no_answer()
    taken_before = any(node.result.accepted for node in nodes)
    try:
        response = run.context.conductor.session.result(pending)
        if response.usage:
            raise DeviceError(pending.command, f"it prints how the command is used:\n{response.usage.text}")
        missing = refusal_in(response) if installs and not taken_before else None
        if missing:
            raise DeviceError(pending.command, missing)
    except PcliError as error:
        if isinstance(error, DeviceError):
            _note_time(run, nodes)
        return judge_error(error, installs, taken_before, target_names(run.spec.nodes))
    _note_time(run, nodes)
    return judge_lines(operation_status.status_lines(response), run.spec.request.operation)


def _record(run: OperationRun, node: FollowedNode, answer: Answer) -> None:
    """Remember what the answer means for a node."""
    if answer.kind == "taken":
        run.accept([node], answer.step, answer.words)
    elif answer.kind == "refused":
        run.refused(node, answer.step, answer.words, followed=answer.outcome is None)
    elif answer.step:
        run.step(node, answer.step, answer.words)
    if answer.text is not None:
        node.answer = answer.text
    node.refused = node.refused or answer.error
    if answer.failure is not None:
        node.report, node.report_words = "failed", answer.failure


def _note_time(run: OperationRun, nodes: Sequence[FollowedNode]) -> None:
    """When the conductor took the request, by its own clock: what it recorded before says nothing of it."""
    date = run.pending.response.date if run.pending.response else None
    if date is None or date.tzinfo is None:
        return
    for node in nodes:
        if not node.result.accepted:
            node.taken_at = date
            # Whether the date is of the begin or of the end of the answer is documented nowhere.
            since_sent = max(0.0, run.context.clock.now() - node.progress.sent_at)
            node.log.record(RequestDated(date - timedelta(seconds=since_sent)))
