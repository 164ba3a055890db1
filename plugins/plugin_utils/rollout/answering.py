# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer to a request: taken, refused in words, not begun, or unknown; for each node that the request moves."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import timedelta

from ..pcli.errors import DeviceError, NotReached, PcliError, SessionBroken
from ..software import operation_status
from ..software.refusal_reasons import (
    already_running,
    at_version_already,
    failed_after_start,
    may_have_begun,
    not_there_yet,
    refusal_in,
)
from .context import Abandoned
from .events import RequestDated
from .join_text import one_line, sentences
from .node_outcome import Outcome
from .operation_state import FollowedNode, OperationRun

#: Refusals of which the node is followed all the same: what they speak of may be what was wanted.
_FOLLOWED = (
    (already_running, "an operation is running"),
    (at_version_already, "it is said to run that version already"),
)
_NOT_THERE = "Nothing was started: the release is not on the node yet."


def wait_for_answer(run: OperationRun, nodes: list[FollowedNode]) -> Generator[bool, None, bool]:
    """Wait a little for the answer to the request. False: a refusal in words. Raises Abandoned.

    No answer is no refusal: a conductor may block.
    """
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
    """Take note of what the request printed. False: a refusal in words."""
    pending = run.pending
    if not pending.over:
        run.accept(nodes, "the request keeps its prompt: taken for running")
        return True
    try:
        response = run.context.conductor.session.result(pending)
        if response.usage:
            raise DeviceError(pending.command, f"it prints how the command is used:\n{response.usage.text}")
        missing = refusal_in(response) if run.spec.installs else None
        if missing and not any(node.result.accepted for node in nodes):
            raise DeviceError(pending.command, missing)
    except DeviceError as error:
        _note_time(run, nodes)
        return _not_begun(run, error, nodes) if _begins_nothing(error, nodes) else _refused(run, error, nodes)
    except SessionBroken as error:
        run.accept(nodes, "the session broke while the request ran", str(error))
        return True
    except PcliError as error:
        if _begins_nothing(error, nodes):
            return _not_begun(run, error, nodes)
        run.end(nodes, Outcome("unknown", f"the request was sent, but {error}"))
        return False
    lines = operation_status.status_lines(response)
    _note_time(run, nodes)
    run.accept(nodes, "the conductor answered", "\n".join(lines) or "(nothing)")
    for node in nodes:
        node.answer = "; ".join(lines)
        if operation_status.hint(lines, run.spec.request.operation) == "failed":
            node.report, node.report_words = "failed", "; ".join(lines)
    return True


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


def _begins_nothing(error: PcliError, nodes: Sequence[FollowedNode]) -> bool:
    """True if the conductor says in words that the request did nothing; not of one that it has taken before."""
    if any(node.result.accepted for node in nodes):
        return False
    if isinstance(error, NotReached):
        return True
    # What it does already is followed, whatever it asked about it.
    return bool(error.declined) and not (isinstance(error, DeviceError) and already_running(error.words))


def _not_begun(run: OperationRun, error: PcliError, nodes: Sequence[FollowedNode]) -> bool:
    """Neither a refusal nor a failure: the request was declined at its question, or did not get to its targets."""
    for node in nodes:
        run.step(node, "nothing was begun", str(error))
    run.end(nodes, Outcome("not_started", f"nothing was begun: {error}"))
    return False


def _refused(run: OperationRun, error: DeviceError, nodes: Sequence[FollowedNode]) -> bool:
    """The request was answered with an error. True where its nodes are followed all the same."""
    for node in nodes:
        node.answer, node.refused = one_line(error.words), True
    if may_have_begun(error.words):  # neither a refusal nor the report of a failure
        run.accept(nodes, "the answer is an error that refuses nothing, so it may have begun", error.words)
        return True
    if any(node.result.accepted for node in nodes):  # a blocking request that ended badly after a while
        for node in nodes:
            node.report, node.report_words = "failed", error.words
            run.step(node, "the request ended with an error", error.words)
        return True
    if run.spec.installs and not_there_yet(error.words):
        run.missing = error.words
        for node in nodes:
            run.refused(node, "refused, since the release is not there yet", error.words)
        run.end(nodes, Outcome("failed", sentences(str(error), _NOT_THERE)))
        return False
    why = next((why for says, why in _FOLLOWED if says(error.words)), None)
    if why is not None:
        for node in nodes:
            run.refused(node, f"refused, since {why}; it is followed", error.words, followed=True)
        return True
    for node in nodes:
        run.refused(node, "refused", error.words)
    advice = "Nothing was started. Fix the cause named in the answer, then run again."
    if failed_after_start(error.words):
        advice = "It may have been begun: check the node, fix the cause named in the answer, then run again."
    run.end(nodes, Outcome("failed", sentences(str(error), advice)))
    return False
