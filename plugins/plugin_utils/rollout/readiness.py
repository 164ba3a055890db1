# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether a command may be sent to a node now, or what seems to run there or at its peer (rules 15, 27, 32)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ..clock import format_duration
from ..pcli.waiting import Steps
from ..software import operation_status
from ..software.node_id import NodeId
from ..software.node_status import runs
from ..software.versions import satisfies
from .busy import Busy, open_intent, why_busy
from .journal import JournalError
from .node_outcome import Outcome
from .operation_state import FollowedNode, OperationRun


def why_not_now(run: OperationRun, node: FollowedNode) -> Steps[str | None]:
    """Why this node counts as being worked on; None where a command may be sent.

    A node that cannot be followed to an end either gets its outcome here.
    """
    poller, ask = run.poller, run.context.waiting.ask
    status = node.progress.seen
    if not status.reachable:
        status = yield from ask(partial(poller.look, *node.node_id))
    if not run.spec.ignore_running and (yield from ask(partial(_outweighed, run, node))):
        # The words are newer than the list: what they call over may have brought the wanted version meanwhile.
        if not poller.refresh():
            return "the end of an earlier command is not known, and its node cannot be looked at again now"
        status = yield from ask(
            lambda: poller.full_version(node.node_id, poller.look(*node.node_id), node.progress.wanted)
        )
    node.progress = replace(node.progress, seen=status)
    if runs(status, node.progress.wanted, None):
        return f"it runs the wanted version but is not settled ({status.words()})"
    if run.spec.ignore_running:
        return None
    busy = yield from ask(lambda: _busy(run, node) or _peer_busy(run, node))
    if busy is None:
        return None
    if not busy.follow:
        node.outcome = Outcome("not_started", f"nothing was sent: {busy.reason}")
    node.only_unsettled = busy.only_unsettled
    return busy.reason


def _busy(run: OperationRun, node: FollowedNode) -> Busy | None:
    """Why the node itself counts as being worked on."""
    operation, record = run.spec.request.operation, node.record
    lines = run.poller.told(operation, *node.node_id)
    age = record.age(run.context.clock.wall()) if record else 0.0
    same = record is None or record.operation == operation
    of_record = lines if same else run.poller.told(record.operation, *node.node_id)
    counts = open_intent(record, age, of_record, run.context.limits.upgrade_timeout)
    return why_busy(node.result.node, operation, node.progress.seen, lines, record, age, counts)


def _outweighed(run: OperationRun, node: FollowedNode) -> bool:
    """True if only the conductor's words keep an intent of ours from counting whose end nobody wrote down."""
    record, limit = node.record, run.context.limits.upgrade_timeout
    age = record.age(run.context.clock.wall()) if record else 0.0
    if not open_intent(record, age, (), limit):
        return False
    return not open_intent(record, age, run.poller.told(record.operation, *node.node_id), limit)


def _peer_busy(run: OperationRun, node: FollowedNode) -> Busy | None:
    """Why the other node of the pair keeps this one from being touched: an operation may run there.

    A node that writes its image may show Synchronized for an hour, and then both would restart together. What runs
    the wanted version and is settled is not worked on any more, whatever the conductor still shows of it. Single
    routers, and the second node after a first that is done, need no question.
    """
    for peer in run.peers.values():
        peer_id = NodeId(peer.router, peer.node)
        if peer.settled and peer.version is not None and satisfies(peer.version, node.progress.wanted):
            continue
        why = _left_open(run, peer_id)
        if why is None and run.poller.counts(peer.router):  # below 6.3 a conductor reports only about itself
            why = _shown_busy(run, peer_id, node.result.node)
        if why:
            return Busy(f"its peer {peer.node} is being worked on: {why}. Wait for its end", follow=False)
    return None


def _left_open(run: OperationRun, node_id: NodeId) -> str | None:
    """What was written down of a node whose end is not known."""
    try:
        record = run.records[node_id] = run.context.journal.last(*node_id)
    except JournalError as error:
        return str(error).rstrip(".")
    if record is None or not record.open:
        return None
    age, lines = record.age(run.context.clock.wall()), run.poller.told(record.operation, *node_id)
    if not open_intent(record, age, lines, run.context.limits.upgrade_timeout):
        return None
    return f"'{record.command}' was begun {format_duration(age)} ago, and its end is not known"


def _shown_busy(run: OperationRun, node_id: NodeId, but: str) -> str | None:
    """The conductor's line about an operation at a node. What it says about the node ``but`` is not meant."""
    for operation in dict.fromkeys((run.spec.request.operation, "upgrade", "revert")):
        lines = run.poller.told(operation, *node_id)
        line = operation_status.runs_now(
            [line for line in lines if node_id.node in line or but not in line], node_id.node
        )
        if line:
            return line
    return None
