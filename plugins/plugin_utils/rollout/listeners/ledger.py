# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was sent to each node, and what became of it, kept apart from the work that sends it and may break off."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...software.node_id import NodeId
from ..context import RunContext
from ..events import (
    Adopted,
    Event,
    Intended,
    MovedWithPeer,
    NodeConcluded,
    NodeEnded,
    Reverted,
    RouterEnded,
    RouterPutBack,
    Sent,
)
from ..journal import Record
from ..node_log import apply
from ..results import NodeResult

#: The operations that restart a node.
MOVES = ("upgrade", "downgrade", "revert")


@dataclass
class LedgerEntry:
    """One node. ``result``: as its events tell it; ``sent``: the operations whose commands went out, or were to."""

    result: NodeResult
    sent: list[str] = field(default_factory=list)
    #: Does it follow an operation that somebody else, or an earlier run, has begun?
    adopted: bool = False
    #: May a command of ours, of this run or an earlier one, have moved it?
    ours: bool = False
    commands: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    #: Did one of its operations begin for certain, so that a later one that did not changes nothing about that?
    begun: bool = False
    #: Has the operation of its last command an end? And is its result the last one?
    ended: bool = False
    concluded: bool = False

    @property
    def moved(self) -> bool:
        """True if a command that restarts the node may have been sent, or one that runs there is followed."""
        return self.adopted or any(operation in MOVES for operation in self.sent)


class NodeLedger:
    """Hears of every event. ``ended``: the results of the routers that have theirs."""

    def __init__(self, context: RunContext) -> None:
        self._nodes: dict[NodeId, LedgerEntry] = {}
        self.ended: dict[str, tuple[NodeResult, ...]] = {}

    def on_event(self, event: Event) -> None:
        """Take note of what happens to a node."""
        if isinstance(event, RouterEnded):
            self.ended[event.router] = event.results
        if isinstance(event, (RouterEnded, RouterPutBack)):
            self.forget(event.router)
        elif event.router and event.node:
            self._take(self._nodes.setdefault(NodeId(event.router, event.node), _fresh(event)), event)

    def entries(self) -> dict[NodeId, LedgerEntry]:
        """The nodes of routers that have no results yet."""
        return dict(self._nodes)

    def of_router(self, router: str) -> dict[NodeId, LedgerEntry]:
        """What is known of the nodes of a router that has no results yet."""
        return {node_id: entry for node_id, entry in self._nodes.items() if node_id.router == router}

    def forget(self, router: str) -> None:
        """The router has its results, or begins anew."""
        self._nodes = {node_id: entry for node_id, entry in self._nodes.items() if node_id.router != router}

    @staticmethod
    def _take(entry: LedgerEntry, event: Event) -> None:
        if isinstance(event, NodeConcluded):
            entry.result, entry.concluded = event.result, True
            return
        if isinstance(event, Intended):  # what became of an earlier command says nothing of this one
            entry.records.append(event.record)
            entry.sent.append(event.record.operation)
            entry.commands.append(event.record.command)
            entry.ours = entry.ours or event.record.operation in MOVES
            entry.ended = entry.concluded = False
        elif isinstance(event, MovedWithPeer) or (isinstance(event, Adopted) and event.operation in MOVES):
            entry.adopted = True
            entry.ours = entry.ours or isinstance(event, MovedWithPeer) or event.ours
        elif isinstance(event, Sent) and event.command not in entry.commands:
            entry.sent.append("other")
            entry.commands.append(event.command)
        entry.result = apply(entry.result, event)
        if isinstance(event, (NodeEnded, Reverted)):
            entry.ended = True
            entry.begun = entry.begun or (entry.moved and entry.result.state != "not_started")


def _fresh(event: Event) -> LedgerEntry:
    return LedgerEntry(NodeResult(event.router, event.node))
