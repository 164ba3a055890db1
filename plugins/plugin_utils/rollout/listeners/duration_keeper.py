# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps how long each upgrade and download took, for the order in which later runs do them."""

from __future__ import annotations

from ...planning.sequencing import POLICIES
from ...software.node_id import NodeId
from ..context import RunContext
from ..events import Adopted, Event, Intended, MovedWithPeer, NodeEnded, RunBegan, StartsPaused
from ..node_durations import keep_duration

#: What is measured, and as what. A downgrade installs anew, as an upgrade does, and takes as long.
_MEASURED = {"upgrade": "upgrade", "downgrade": "upgrade", "download": "download"}


class DurationKeeper:
    """Measures from the request until the end of the operation, of nodes that this run has moved itself.

    Where the conductor does the nodes of a router one after the other, for one request, their time is shared out
    evenly: the sum is what the router takes.
    """

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._began: dict[NodeId, tuple[str, float]] = {}
        #: Into how many shares the time of an upgrade goes, by router.
        self._shares: dict[str, int] = {}

    def on_event(self, event: Event) -> None:
        """Take the time of a request, and write down the duration of one that succeeded."""
        node_id = NodeId(event.router, event.node)
        if isinstance(event, RunBegan):
            in_turn = [plan for plan in event.plans if POLICIES[plan.sequencing].conductor_orders]
            self._shares = {plan.router: sum(node.counts for node in plan.nodes) for plan in in_turn}
        elif isinstance(event, Intended):
            self._began.pop(node_id, None)
            if event.record.operation in _MEASURED:
                self._began[node_id] = _MEASURED[event.record.operation], self._context.clock.now()
        elif isinstance(event, StartsPaused) and event.blind:  # what ends now is seen later
            self._began.clear()
        elif isinstance(event, (Adopted, MovedWithPeer)):  # nobody knows when that began
            self._began.pop(node_id, None)
        elif isinstance(event, NodeEnded):
            kind, began = self._began.pop(node_id, ("", 0.0))
            if kind and event.state == "done":
                shares = self._shares.get(event.router) or 1 if kind == "upgrade" else 1
                keep_duration(self._context.journal, kind, node_id, (self._context.clock.now() - began) / shares)
