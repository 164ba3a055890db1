# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes a request about a release to the gate: a download, one that is paused or taken back, or that of the installer.

None of them moves a node, and none leaves while an upgrade, a downgrade or a revert may run on its router (rule 32).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..conductor.request import Request
from ..pcli.waiting import Steps
from ..software.node_id import NodeId
from ..software.versions import try_parse
from .context import RunContext
from .events import Intended, Warned
from .gate import Departure, examine_again
from .gate_decisions import Decision
from .journal import Record
from .levels import QUIET
from .live_nodes import read_shown
from .moments import MOVES, LiveNode, NodeMoment
from .node_log import NodeLog
from .poller import StatusPoller
from .read_moments import live_peer, moved_or_away, partial_of


def release_departure(
    context: RunContext,
    poller: StatusPoller,
    request: Request,
    patience: float,
    logs: Sequence[NodeLog],
    records: dict[str, Record] | None = None,
    passed_over: frozenset[str] = frozenset(),
) -> Departure:
    """The request on its way through the gate: what runs on its routers is read, and its intent is written.

    ``records``: takes what is written down, by node. ``passed_over``: the names of conditions that a person has lifted.
    """
    live: dict[NodeId, LiveNode] = {}

    def prepare() -> Steps[None]:
        node_ids = {log.node_id for log in logs}
        for router in dict.fromkeys(log.node_id.router for log in logs):
            node_ids |= {node_id for node_id in poller.nodes_of(router) if poller.counts(router)}
        live.update((yield from read_shown(context, poller, dict.fromkeys(sorted(node_ids), MOVES))))

    def locked() -> Decision:
        moments = _moments(context, poller, request, logs, live)
        return examine_again(replace(moment, lifted=passed_over) for moment in moments)

    def intend(command: str) -> None:
        for log in logs:
            versions = (log.result.running_version, request.version)
            record = context.journal.intent(*log.node_id, request.operation, command, versions)
            log.record(Intended(record))
            if records is not None:
                records[log.result.node] = record

    def warn(warning: str) -> None:
        context.tell(warning, QUIET)
        logs[0].record(Warned(warning))

    return Departure(request, patience, prepare=prepare, locked=locked, intend=intend, warn=warn)


def _moments(
    context: RunContext, poller: StatusPoller, request: Request, logs: Sequence[NodeLog], live: dict[NodeId, LiveNode]
) -> Iterator[NodeMoment]:
    """The nodes of the request and those beside them, as they are under the lock. Raises JournalError."""
    for log in logs:
        node_id, status = log.node_id, partial_of(poller, log.node_id)
        beside = [
            other for other in poller.nodes_of(node_id.router) if other != node_id and poller.counts(other.router)
        ]
        this_node = live_peer(context, live.get(node_id) or LiveNode(node_id), node_id.node, poller.asset(*node_id))
        others = (
            live_peer(context, live.get(other) or LiveNode(other), other.node, poller.asset(*other)) for other in beside
        )
        yield NodeMoment(
            node_id,
            request.operation,
            status,
            try_parse(request.version or ""),
            peers=(replace(this_node, busy=moved_or_away(status)), *others),
        )
