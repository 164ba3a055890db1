# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps how long each upgrade and download took, for the order in which later runs do them."""

from __future__ import annotations

from ...software.node_id import NodeId
from ..context import RunContext
from ..events import Adopted, Event, Intended, MovedWithPeer, NodeEnded, StartsPaused
from ..node_durations import keep_duration

#: What is measured, and as what. A downgrade installs anew, as an upgrade does, and takes as long.
_MEASURED = {"upgrade": "upgrade", "downgrade": "upgrade", "download": "download"}


class DurationKeeper:
    """Measures from the request until the end of the operation, of nodes that this run has moved itself.

    What one request does to several nodes, one after the other, is shared out evenly: their sum is what a router takes.
    """

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._began: dict[NodeId, tuple[str, float]] = {}
        #: By request, which is the same text for all of its nodes, the nodes that it moves.
        self._moved: dict[tuple[str, str], set[NodeId]] = {}
        self._requests: dict[NodeId, tuple[str, str]] = {}

    def on_event(self, event: Event) -> None:
        """Take the time of a request, and write down the duration of one that succeeded."""
        node_id = NodeId(event.router, event.node)
        if isinstance(event, Intended):
            self._begin(node_id, event.record.operation, event.record.command)
        elif isinstance(event, StartsPaused) and event.blind:  # what ends now is seen later
            self._began.clear()
        elif isinstance(event, (Adopted, MovedWithPeer)):  # nobody knows when that began
            self._began.pop(node_id, None)
        elif isinstance(event, NodeEnded):
            kind, began = self._began.pop(node_id, ("", 0.0))
            if kind and event.state == "done":
                shares = len(self._moved[self._requests[node_id]]) if kind == "upgrade" else 1
                keep_duration(self._context.journal, kind, node_id, (self._context.clock.now() - began) / shares)

    def _begin(self, node_id: NodeId, operation: str, command: str) -> None:
        self._began.pop(node_id, None)
        if operation not in _MEASURED:
            return
        request = self._requests[node_id] = node_id.router, command
        self._moved.setdefault(request, set()).add(node_id)
        self._began[node_id] = _MEASURED[operation], self._context.clock.now()
