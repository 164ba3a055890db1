# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers that move by themselves after a command for one node, and are followed from then on (rule 8)."""

from __future__ import annotations

from collections.abc import Sequence

from ..software.assets import Asset
from ..software.versions import satisfies, try_parse
from .events import MovedWithPeer, Note
from .judge import moves_by_itself
from .node_progress import NodeProgress
from .operation_end import StatusWatch
from .operation_state import FollowedNode, OperationRun
from .results import NodeResult


def peers_that_move(run: OperationRun, followed: Sequence[FollowedNode]) -> list[FollowedNode]:
    """The peers that have begun to move since they were seen first, and are not followed yet.

    The documents disagree on whether a command for one node moves its peer, too. If it does, the peer is followed.
    """
    node_ids = run.spec.nodes
    if not run.poller.counts(node_ids[0][0]) or len(node_ids) != 1 or not followed:
        return []
    known = {node.result.node for node in followed}
    moving = []
    for peer in run.poller.peers(*node_ids[0]):
        if peer.node in known:
            continue
        first = run.peers.setdefault(peer.node, peer)
        if moves_by_itself(first, peer):
            moving.append(_follow(run, first, peer, followed[0]))
    return moving


def _follow(run: OperationRun, peer: Asset, now: Asset, beside: FollowedNode) -> FollowedNode:
    """A peer as it was at first and as it is now, from now on followed to the same version as the node beside it."""
    wanted = beside.progress.wanted
    log = run.log(NodeResult(peer.router, peer.node, to_version=run.spec.wanted))
    # One that ran the requested version goes back, to whatever it ran before that (D15).
    arrived = peer.version is not None and satisfies(peer.version, wanted)
    before = try_parse(run.spec.before.get(peer.node) or "") if arrived else peer.version
    first = before or peer.version
    log.record(MovedWithPeer(first.text if first else None))
    log.record(Note(f"{log.name}: moves by itself with its peer; nothing more is sent, and it is followed"))
    node = FollowedNode(log, NodeProgress(wanted, before, run.context.clock.now()))
    # Where it shows another version already, it may have booted before that was shown.
    moved = now.version is not None and now.version != peer.version
    node.baseline = beside.baseline if moved else run.baseline_now()
    node.watch = StatusWatch(taken_up=True)  # nothing was asked about it before our request
    return node
