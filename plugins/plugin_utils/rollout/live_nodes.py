# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads nodes right before a command leaves: each of them is asked itself, all at once, and then the list of assets.

What is read for a decision must not be old when it is made. So whoever asks goes on as soon as the
last answer is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice

from ..clock import Clock
from ..pcli.errors import FINAL, ConnectFailed, DeviceError, NoFreeShell, PcliError, SessionBroken
from ..pcli.waiting import Steps
from ..software.node_id import NodeId
from .context import RunContext
from .moments import LiveNode
from .poller import StatusPoller

#: Answers that came longer ago than this (seconds), since others were worked on meanwhile, are asked for again.
_FRESH = 2.0
#: So often they are asked for beside others; after that the others wait.
_BESIDE_OTHERS = 3


def read_live(
    context: RunContext, poller: StatusPoller, node_ids: Mapping[NodeId, Sequence[str]]
) -> Steps[dict[NodeId, LiveNode]]:
    """How these nodes are now, each with the operations whose status is asked. Raises the errors of the session."""
    questions = [partial(_own_answer, poller, node_id) for node_id in node_ids]
    for node_id, operations in node_ids.items():
        questions += [partial(poller.round.newest_lines, operation, *node_id) for operation in operations]
    answers = yield from _all_fresh(context, poller, questions)
    own, lines = dict(zip(node_ids, answers, strict=False)), iter(answers[len(node_ids) :])
    return {
        node_id: _with_list(poller, LiveNode(node_id, *own[node_id], shown=tuple(islice(lines, len(operations)))))
        for node_id, operations in node_ids.items()
    }


def read_shown(
    context: RunContext, poller: StatusPoller, node_ids: Mapping[NodeId, Sequence[str]]
) -> Steps[dict[NodeId, LiveNode]]:
    """The same without asking the nodes themselves: what the conductor shows of their operations."""
    questions = [
        partial(poller.round.newest_lines, operation, *node_id)
        for node_id, operations in node_ids.items()
        for operation in operations
    ]
    lines = iter((yield from _all_fresh(context, poller, questions)))
    return {
        node_id: LiveNode(node_id, shown=tuple(islice(lines, len(operations))))
        for node_id, operations in node_ids.items()
    }


def _all_fresh(context: RunContext, poller: StatusPoller, questions: Sequence[Callable]) -> Steps[list]:
    """What the questions return, and a list of assets that was asked for after they were."""
    clock = context.clock
    timed = [partial(_with_time, clock, question) for question in questions]
    for _attempt in range(_BESIDE_OTHERS):
        began = clock.now()
        answers = yield from context.waiting.ask_all(timed)
        if clock.now() - max((at for at, _answer in answers), default=began) <= _FRESH:
            break
    else:
        began, answers = clock.now(), [question() for question in timed]
    if poller.read_at < began and not poller.refresh():
        raise SessionBroken(f"The conductor cannot be asked: {poller.trouble}")
    return [answer for _at, answer in answers]


def _with_time(clock: Clock, question: Callable) -> tuple[float, object]:
    answer = question()
    return clock.now(), answer


def _own_answer(poller: StatusPoller, node_id: NodeId) -> tuple[bool | None, bool | None]:
    """Does the node answer, and does its service run? None: that cannot be read."""
    try:
        if node_id == poller.local_node:
            status = poller.conductor.system()
            return True, status.runs if status else None
        status = poller.conductor.system_of(*node_id)
        return _by_its_page(poller, node_id) if status is None else (status.reached, status.runs)
    except (*FINAL, SessionBroken, ConnectFailed, NoFreeShell):
        raise
    except PcliError:
        return None, None


def _by_its_page(poller: StatusPoller, node_id: NodeId) -> tuple[bool | None, bool | None]:
    """The same by the page of its asset, where this release does not show the systems of other nodes."""
    row = poller.asset(*node_id)
    try:
        detail = poller.conductor.asset_detail(row.asset_id) if row is not None and row.asset_id else None
    except DeviceError:
        detail = None
    if detail is None:
        return None, None
    connected = {"connected": True, "disconnected": False}.get(detail.conductor_connectivity or "")
    service = None if detail.service is None else detail.service == "running"
    return connected, service


def _with_list(poller: StatusPoller, live: LiveNode) -> LiveNode:
    """The same node with what the list of assets shows of it, where that counts."""
    if not poller.counts(live.node_id.router):
        return _replace(live, "its own session answers", live.service is True)
    row = poller.asset(*live.node_id)
    return live if row is None else _replace(live, row.status, row.settled)


def _replace(live: LiveNode, state: str, settled: bool) -> LiveNode:
    return LiveNode(live.node_id, live.reached, live.service, state, settled, live.shown)
