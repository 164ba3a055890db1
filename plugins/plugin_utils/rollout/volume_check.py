# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a revert leads, or which volume boots next, before something is sent to the nodes of a router (rule 39)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from ..planning.volume_rules import Rollback
from ..software.node_id import NodeId
from .boot_volumes import boot_volume_steps, rollback_steps
from .results import NodeResult
from .router_view import RouterView


@dataclass
class VolumeCheck:
    """The volumes of one router's nodes. ``results``: of those that have ended, which grow meanwhile."""

    view: RouterView
    operation: str
    results: list[NodeResult]
    #: False once a node of this router has printed no volumes: its peer is not asked then.
    _prints_volumes: bool = True

    def steps(self, node_ids: Sequence[NodeId], all_nodes: Sequence[NodeId]) -> Generator[bool, None, Rollback]:
        """Where a revert leads, or whether another volume is selected for the next boot of a node.

        What seems to run there, or was begun by an earlier run, is followed to its end, and not judged.
        ``all_nodes``: those of the whole router that are to be changed, in order.
        """
        context, poller = self.view.context, self.view.poller
        assets = {node_id: poller.asset(*node_id) for node_id in node_ids}
        fresh = [
            node_id
            for node_id, asset in assets.items()
            if not (self.view.may_be_running(node_id) or (asset is not None and asset.busy))
        ]
        if not fresh:
            return Rollback()
        if self.operation != "revert":
            if not self._prints_volumes:
                return Rollback()
            rollback, self._prints_volumes = yield from boot_volume_steps(context, poller, fresh, self.operation)
            return rollback
        rollback = Rollback()
        # The last answer is the one of the node that comes now.
        for node_id in reversed(self._with_later_nodes(fresh, all_nodes)):
            rollback = yield from rollback_steps(context, poller, node_id, self.view.wanted)
            if rollback.refused:
                named = f"{node_id.node}: {rollback.refused}"
                return rollback if node_id in node_ids else replace(rollback, refused=named)
        return rollback

    def _with_later_nodes(self, node_ids: list[NodeId], all_nodes: Sequence[NodeId]) -> list[NodeId]:
        """Before a router is begun, with the nodes behind: a pair of which one cannot go back is not torn apart."""
        if self.results:
            return node_ids
        later = [node_id for node_id in all_nodes if node_id not in node_ids and self.view.needs_operation(node_id)]
        return [*node_ids, *(node_id for node_id in later if not self.view.may_be_running(node_id))]

    def refused_state(self, rollback: Rollback, check_mode: bool) -> str:
        """How a node ends to which nothing may be sent. In a rollout that is no failure: the router is blocked."""
        if any(result.state == "done" for result in self.results) and not check_mode:
            return "held"
        return "blocked" if self.view.poller.shared and rollback.asked else "not_started"
