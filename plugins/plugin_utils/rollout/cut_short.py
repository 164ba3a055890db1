# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run that is broken off leaves behind: the nodes to which something was sent, without a known end. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..software.node_id import NodeId
from .journal import Record
from .listeners.ledger import NodeLedger

#: What to do about it.
AGAIN = "run the same again, it takes up what is running"


def sent_words(command: str) -> str:
    """The reason of a node to which this was sent last; without a command: where another one's is followed."""
    sent = f"'{command}' was sent" if command else "something runs there that was not sent by this task"
    return f"{sent}, and it is not known how it ended: {AGAIN}"


def left_behind(ledger: NodeLedger) -> dict[NodeId, str]:
    """The nodes of a task to which something was sent, or at which something is followed, without an end: and why."""
    return {
        node_id: sent_words(entry.commands[-1] if entry.commands else "")
        for node_id, entry in ledger.entries().items()
        if (entry.sent or entry.adopted) and not entry.concluded and not entry.ended
    }


def sent_by(records: Iterable[Record], process: str) -> dict[NodeId, str]:
    """The same from the journal: what this ansible-playbook was about to send, and never wrote an outcome of."""
    return {
        NodeId(record.router, record.node): sent_words(record.command)
        for record in records
        if record.open and record.process == process
    }


def by_router(left: Mapping[NodeId, str]) -> dict[str, dict[str, str]]:
    """The same by router: the reason of each of its nodes."""
    routers: dict[str, dict[str, str]] = {}
    for node_id, words in left.items():
        routers.setdefault(node_id.router, {})[node_id.node] = words
    return routers
