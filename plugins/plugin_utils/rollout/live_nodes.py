# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads nodes right before a command leaves: each of them is asked itself, all at once, and then the list of assets.

What is read for a decision must not be old when it is made. So whoever asks goes on as soon as the
last answer is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from ..clock import Clock
from ..conductor.second_witness import SecondWitness
from ..pcli.errors import FINAL, ConnectFailed, DeviceError, NoFreeShell, PcliError, SessionBroken
from ..pcli.waiting import Steps
from ..software.asset_states import read_state
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus
from ..software.system import service_runs
from .context import Abandoned, RunContext
from .moments import LiveNode
from .poller import StatusPoller

#: Answers that came longer ago than this (seconds), since others were worked on meanwhile, are asked for again.
_FRESH = 2.0
#: If a first round of questions takes longer than this (seconds), an operation may have begun since it was asked of.
_SLOW = 5.0
#: So often they are asked for beside others; after that the others wait, for so many seconds between two attempts to
#: process what has come.
_BESIDE_OTHERS = 3
_ATTEND = 0.1


def read_live(
    context: RunContext, poller: StatusPoller, node_ids: Mapping[NodeId, Sequence[str]]
) -> Steps[dict[NodeId, LiveNode]]:
    """How these nodes are now, each with the operations whose status is asked. Raises the errors of the session,
    and Abandoned.

    Their own answers are asked for last: where shells are few, these are the newest.
    """
    second = poller.conductor.second
    second.ask(node_ids, context.pace)  # before the others: what a slow web server says may be old
    own = [partial(_own_answer, poller, node_id) for node_id in node_ids]
    answers = yield from _all_fresh(context, poller, [*_status_questions(poller, node_ids), *own], len(own))
    own_answers = dict(zip(node_ids, answers[-len(own) :], strict=True))
    return {
        node_id: _with_second(second, _with_list(poller, replace(node, **own_answers[node_id])))
        for node_id, node in _shown_nodes(node_ids, answers).items()
    }


def read_shown(
    context: RunContext, poller: StatusPoller, node_ids: Mapping[NodeId, Sequence[str]]
) -> Steps[dict[NodeId, LiveNode]]:
    """The same without asking the nodes themselves: what the conductor shows of their operations."""
    questions = _status_questions(poller, node_ids)
    return _shown_nodes(node_ids, (yield from _all_fresh(context, poller, questions, len(questions))))


def _status_questions(poller: StatusPoller, node_ids: Mapping[NodeId, Sequence[str]]) -> list[Callable]:
    return [
        partial(poller.round.newest_status, operation, *node_id)
        for node_id, operations in node_ids.items()
        for operation in operations
    ]


def _shown_nodes(node_ids: Mapping[NodeId, Sequence[str]], answers: Sequence) -> dict[NodeId, LiveNode]:
    """The nodes with what the conductor shows of their operations."""
    answers = iter(answers)
    nodes = {}
    for node_id, operations in node_ids.items():
        shown = list(islice(answers, len(operations)))
        nodes[node_id] = LiveNode(node_id, shown=tuple(lines for lines, _whole in shown), whole=shown[0][1])
    return nodes


def _all_fresh(context: RunContext, poller: StatusPoller, questions: Sequence[Callable], newest: int) -> Steps[list]:
    """What the questions return, and a list of assets that was asked for after they were.

    The last ``newest`` of the answers are asked for again, with all others, until none of them is old; and once where
    the first time took long, such as where shells had to be opened.
    """
    clock = context.clock
    timed = [partial(_with_time, clock, question) for question in questions]
    for attempt in range(_BESIDE_OTHERS + 1):
        began, steps = clock.now(), context.waiting.ask_all(timed)
        answers = (yield from steps) if attempt < _BESIDE_OTHERS else _before_others(clock, context, steps)
        oldest = min((at for at, _answer in answers[-newest:]), default=began)
        slow = attempt == 0 and clock.now() - began > _SLOW
        if clock.now() - oldest <= _FRESH and not slow:
            break
    if poller.read_at < began and not poller.refresh():
        raise SessionBroken(f"The conductor cannot be asked: {poller.trouble}")
    return [answer for _at, answer in answers]


def _before_others(clock: Clock, context: RunContext, steps: Steps[list]) -> list:
    """The answers, while everything else waits. Raises Abandoned."""
    while True:
        if not context.alive():
            raise Abandoned("Nobody waits for this task any more.")
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        clock.sleep(_ATTEND)
        context.waiting.attend()


def _with_time(clock: Clock, question: Callable) -> tuple[float, object]:
    answer = question()
    return clock.now(), answer


def _own_answer(poller: StatusPoller, node_id: NodeId) -> dict[str, object]:
    """Does the node answer, and does its service run? None: unreadable. The session's own also shows what it runs."""
    try:
        if node_id == poller.local_node:
            status, own = poller.conductor.system(), poller.conductor.own_version()
            return {**_answer(True, status.status if status else None), "version": own.version if own else None}
        status = poller.conductor.system_of(*node_id)
        return _by_its_page(poller, node_id) if status is None else _answer(status.reached, status.status)
    except (*FINAL, SessionBroken, ConnectFailed, NoFreeShell):
        raise
    except PcliError:
        return _answer(None, None)


def _answer(reached: bool | None, service: str | None) -> dict[str, bool | str | None]:
    """The fields of a LiveNode that are its own answer; ``service`` as it was printed."""
    return {"reached": reached, "service": service_runs(service), "service_text": service}


def _by_its_page(poller: StatusPoller, node_id: NodeId) -> dict[str, bool | str | None]:
    """The same by the page of its asset, where this release does not show the systems of other nodes."""
    row = poller.asset(*node_id)
    try:
        detail = poller.conductor.asset_detail(row.asset_id) if row is not None and row.asset_id else None
    except DeviceError:
        detail = None
    if detail is None:
        return _answer(None, None)
    connected = {"connected": True, "disconnected": False}.get(detail.conductor_connectivity or "")
    return _answer(connected, detail.service)


def _with_list(poller: StatusPoller, live: LiveNode) -> LiveNode:
    """The same node with what the list of assets shows of it, where that counts."""
    if not poller.counts(live.node_id.router):
        return replace(live, state="its own session answers", settled=live.service is True)
    row = poller.asset(*live.node_id)
    if row is None:
        return live
    version = live.version if live.node_id == poller.local_node else row.version  # its own answer counts there
    return replace(live, state=row.status, settled=row.settled, version=version)


def _with_second(second: SecondWitness, live: LiveNode) -> LiveNode:
    """The same node with what the web API says of it: the careful one of both counts, and both are quoted."""
    if live.state is None:
        return live
    shown = read_state(live.state)
    status = NodeStatus(
        reachable=True,
        version=live.version,
        version_text=getattr(live.version, "text", None),
        state=live.state,
        settled=live.settled,
        away=shown.away,
        busy=shown.busy,
        service=live.service,
        service_text=live.service_text,
    )
    joined = second.join(live.node_id, status)
    return replace(live, state=f"{joined.state}{joined.beside}", settled=joined.settled, version=joined.version)
