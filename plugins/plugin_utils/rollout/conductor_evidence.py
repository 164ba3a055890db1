# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the conductor says of an operation that is followed: status lines that are new, and the events it recorded.

Its words count only together with what is observed (rules 15 and 16), and only if they are about this request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from ..conductor import queries as questions
from ..pcli.errors import PcliError
from ..pcli.waiting import Steps
from ..software import operation_status
from ..software.events import upgrade_failure
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus
from .context import RunContext
from .judge import failure_may_be_recorded, report_counts, report_of
from .moments import MOVES
from .operation_end import StatusWatch, watch_status
from .operation_state import FollowedNode, OperationRun
from .poller import StatusPoller
from .round_answers import read_as_a_whole

#: So often the events are read within the time of an upgrade, where nothing else reports its end.
_EVENTS_READ = 18


def with_report(run: OperationRun, node: FollowedNode, status: NodeStatus, soon: bool = True) -> Steps[NodeStatus]:
    """The status with what the conductor reports of the operation, which is read only when it can matter.

    ``soon``: False where the node was asked although nothing was due.
    """
    operation = run.spec.request.operation
    if report_counts(node.progress, status, run.context.limits):
        fresh = yield from _new_lines(run, node, soon)
        report = report_of(fresh, node.node_id, operation) if _may_report(node.watch) else None
        over = run.pending is not None and run.pending.over
        if node.report is not None:
            return replace(status, report=node.report, report_words=node.report_words)
        may_be_recorded = failure_may_be_recorded(node.progress, status, report, over)
        if may_be_recorded and (words := (yield from _recorded_failure(run, node))):
            node.report, node.report_words = "failed", words
        elif report is not None:
            return replace(status, report=report.state, report_words=report.words)
    if (status.report, status.report_words) == (node.report, node.report_words):
        return status
    return replace(status, report=node.report, report_words=node.report_words)


def _may_report(watch: StatusWatch) -> bool:
    """Whether new lines may report an end: of what was taken up only once it was shown in the present tense."""
    return not watch.taken_up or watch.running_at is not None


def _new_lines(run: OperationRun, node: FollowedNode, soon: bool) -> Steps[list[str]]:
    """The status lines that are news of the node since our request.

    What moves by itself may be moved by another operation than ours, which somebody else has begun. So may what was
    taken up: of others only what they show in the present tense counts then, since their history was not read before.
    """
    operation = run.spec.request.operation
    by_itself = node.result.moved_by_itself
    taken_up = node.watch.taken_up and not by_itself
    others = [name for name in MOVES if name != operation] if by_itself or taken_up else ()
    read = partial(_lines_of_all, run.poller, operation, others, node.node_id, taken_up)
    lines, whole_own, whole = yield from run.context.waiting.ask(read, soon=soon)
    if node.watch.before is None or taken_up:  # an older release has no command for the others: they are not waited for
        whole = whole_own
    now = run.context.clock.now()
    node.watch, fresh = watch_status(node.watch, lines, whole, node.node_id, operation, now)
    return fresh


def _lines_of_all(
    poller: StatusPoller, operation: str, others: Sequence[str], node_id: NodeId, running: bool
) -> tuple[tuple[str, ...], bool, bool]:
    """What the status of several operations shows of a node; was that of the first read as a whole, and all of it?

    ``running``: of the others only the lines in the present tense.
    """
    own, whole = lines_about(poller, operation, node_id)
    readings = [lines_about(poller, other, node_id) for other in others]
    beside = [
        line
        for shown, _whole in readings
        for line in shown
        if not running or operation_status.runs_now([line], node_id.node)
    ]
    return tuple(dict.fromkeys((*own, *beside))), whole, whole and all(whole for _shown, whole in readings)


def lines_about(poller: StatusPoller, operation: str, node_id: NodeId) -> tuple[tuple[str, ...], bool]:
    """What the status of an operation shows that may be about a node, and whether that was read as a whole."""
    response = poller.round.status_of(operation, *node_id)
    whole = read_as_a_whole(response)
    lines = operation_status.status_lines(response)
    return tuple(operation_status.about(lines, node_id, poller.names_beside(node_id))), whole


def status_before(poller: StatusPoller, operation: str, node_id: NodeId, now: float, taken_up: bool) -> StatusWatch:
    """The watch of a node whose operation is about to be requested, or is taken up."""
    lines, whole = lines_about(poller, operation, node_id)
    watch = StatusWatch(lines if whole else None, taken_up)
    return watch_status(watch, lines, whole, node_id, operation, now)[0] if taken_up else watch


def _recorded_failure(run: OperationRun, node: FollowedNode) -> Steps[str | None]:
    """What the conductor has recorded of a failure since it took our request; read now and then."""
    clock, pause = run.context.clock, run.context.limits.upgrade_timeout / _EVENTS_READ
    since = max(node.progress.sent_at, node.events_at or 0.0)
    if not (node.taken_at and run.spec.installs) or clock.now() - since < pause:
        return None
    node.events_at = clock.now()
    return (yield from failure_recorded(run.context, run.poller, node.node_id, node.taken_at))


def failure_recorded(context: RunContext, poller: StatusPoller, node_id: NodeId, since: datetime) -> Steps[str | None]:
    """The event that says that the upgrade of this node failed since a moment of the conductor's clock; else None."""
    try:
        read = partial(questions.events, context.conductor, node_id[0], since, kinds=("provisioning",))
        events, _unavailable = yield from context.waiting.ask(read)
    except PcliError as error:
        poller.note(error)
        return None
    return upgrade_failure(events, *node_id, since)
