# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of the nodes of one router with which nothing more is done."""

from __future__ import annotations

from dataclasses import dataclass

from ..software.node_id import NodeId
from ..software.versions import satisfies, spelled, try_parse
from .events import MovedWithPeer, NodeConcluded, NodeEnded
from .node_log import NodeLog
from .results import NodeResult
from .router_view import RouterView


@dataclass(frozen=True)
class ConcludedNodes:
    """The nodes of a router with which nothing more is done. ``results``: of each, in the order of their ends.

    ``reverts``: what was done with them is that they were taken back.
    """

    view: RouterView
    results: list[NodeResult]
    reverts: bool = False

    def correct_verdicts(self) -> None:
        """Correct the verdict of a node that was done and went back before the others of its router had ended (D15)."""
        for number, result in enumerate(self.results[:-1]):
            if result.state == "done" and self.view.went_back(self.view.node_id(result.node)):
                asset = self.view.poller.asset(self.view.router, result.node)
                running, before = asset.version_text, try_parse(result.from_version or "")
                log = NodeLog(self.view.context.events, result)
                # Somebody else may have moved it to a third release, which is no way back.
                back = before is None or satisfies(asset.version, before) is not False
                state, what = ("reverted", "went back to") if back else ("failed", "was moved on to")
                if self.reverts:  # "reverted" would tell people the contrary, as in final_outcome
                    state, what = "failed", "went forward again to" if back else what
                reason = f"was done ({result.reason}), and {what} {spelled(running)} before its router had ended"
                log.end(NodeEnded(state, reason, running_version=running))
                self.results[number] = log.result
                log.record(NodeConcluded(log.result))

    def not_touched(self, node_id: NodeId, reason: str, state: str = "not_started") -> None:
        """Add the result of a node to which nothing was sent."""
        asset = self.view.poller.asset(*node_id)
        running = asset.version_text if asset else None
        result = NodeResult(
            *node_id,
            from_version=running,
            running_version=running,
            to_version=self.view.wanted,
            install_type=asset.install_type if asset else None,
        )
        log = NodeLog(self.view.context.events, result)
        log.end(NodeEnded(state, reason))
        self.add(log)

    def add(self, log: NodeLog) -> None:
        """Nothing more is done with this node. What it was before it moved again with its peer counts no more (D15)."""
        nodes = [(result.router, result.node) for result in self.results]
        if log.node_id in nodes:
            number = nodes.index(log.node_id)
            log.record(MovedWithPeer(self.results[number].from_version))
            self.results[number] = log.result
        else:
            self.results.append(log.result)
        log.record(NodeConcluded(log.result))
