# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits until a node may be begun: the limits of the run, and for the second node of a pair the soak (rule 9).

Whether the pair is fit for it is judged by ``pair``; whether its command may be sent, by ``gate_conditions``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from ..clock import format_duration
from ..software.node_id import NodeId
from .results import NodeResult
from .router_view import RouterView
from .verify import Soak


@dataclass
class NodeTurn:
    """The nodes of one router, one after the other. ``results``: of those that have ended, which grow meanwhile.

    ``may_continue``: may the next node be started now, given those that are left? With a reason, it never will.
    ``soak``: seconds, None: none. ``enter``: says which phase of the router begins, and at which node.
    """

    view: RouterView
    may_continue: Callable[[list[str]], tuple[bool, str]]
    soak: float | None
    results: list[NodeResult]
    enter: Callable[[str, str], None]

    def steps(self, node_id: NodeId, nodes: Sequence[str]) -> Generator[bool, None, tuple[str | None, list[str]]]:
        """Wait until the pair is fit for its next node. Returns why it must not be touched, and warnings."""
        asset = self.view.poller.asset(*node_id)
        if not self.results or not self.view.needs_operation(node_id) or (asset is not None and asset.busy):
            return None, []
        stopped = yield from self.wait_for_limits(node_id, nodes)
        if stopped or self.soak is None:
            return stopped, []
        self.enter("soak", node_id.node)
        done = [result.node for result in self.results]
        soak = Soak(self.view, nodes, done, node_id.node, self.soak)
        well_for = format_duration(self.soak)
        self.view.report(node_id.node, f"waits until {', '.join(done)} has been well for {well_for}")
        troubles = yield from soak.steps()
        if troubles:
            limit = format_duration(soak.limit)
            why = f"nothing was sent, since the pair has not been well for long enough within {limit}: {troubles}"
            return why, soak.unavailable
        return (yield from self.wait_for_limits(node_id, nodes)), soak.unavailable

    def wait_for_limits(
        self, node_id: NodeId, nodes: Sequence[str], phase: str = "waits until the authority is well again"
    ) -> Generator[bool, None, str | None]:
        """Wait while the whole authority is not well; the reason as soon as no further node may be started."""
        while True:
            go, never = self.limits(nodes)
            if go or never:
                return f"nothing was sent: {never}" if never else None
            self.enter(phase, node_id.node)
            yield False

    def limits(self, nodes: Sequence[str]) -> tuple[bool, str]:
        """Whether the next of these nodes may be started now, and if it never may, why not."""
        ended = {result.node for result in self.results}
        return self.may_continue([node for node in nodes if node not in ended])
