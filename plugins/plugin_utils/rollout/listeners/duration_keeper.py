# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps how long each upgrade and download took, for the order in which later runs do them."""

from __future__ import annotations

from ...software.node_id import NodeId
from ..context import RunContext
from ..events import Adopted, Event, Intended, MovedWithPeer, NodeEnded
from ..node_durations import keep_duration

#: What is measured, and as what. A downgrade installs anew, as an upgrade does, and takes as long.
_MEASURED = {"upgrade": "upgrade", "downgrade": "upgrade", "download": "download"}


class DurationKeeper:
    """Measures from the request until the end of the operation, of nodes that this run has moved itself."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._began: dict[NodeId, tuple[str, float]] = {}

    def on_event(self, event: Event) -> None:
        """Take the time of a request, and write down the duration of one that succeeded."""
        node_id = NodeId(event.router, event.node)
        if isinstance(event, Intended):
            self._began.pop(node_id, None)
            if event.record.operation in _MEASURED:
                self._began[node_id] = _MEASURED[event.record.operation], self._context.clock.now()
        elif isinstance(event, (Adopted, MovedWithPeer)):  # nobody knows when that began
            self._began.pop(node_id, None)
        elif isinstance(event, NodeEnded):
            kind, began = self._began.pop(node_id, ("", 0.0))
            if kind and event.state == "done":
                keep_duration(self._context.journal, kind, node_id, self._context.clock.now() - began)
