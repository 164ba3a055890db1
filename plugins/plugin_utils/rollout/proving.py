# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether a router that is being upgraded only has to be proven, since all of its nodes are back. Pure.

Then it takes no slot of ``in_flight`` any more, but a place of ``in_proof``. It has not ended: what waits for its end,
such as a wave, its exclusive group or the canaries, waits until it is proven (see ``planning/admission``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .node_progress import NodeProgress
from .operation_end import NO_SIGNS, Signs

#: The verdicts of nodes against which nothing speaks.
_WELL = ("done", "up_to_date")


@dataclass(frozen=True)
class NodeProof:
    """One node of a router, as it is known at this moment.

    ``listed``: does the list of assets show it settled, and not on another version than the requested one? ``ours``:
    this run sent the upgrade, and it was accepted. ``verdict``: the one so far; None while its operation is followed,
    for which ``progress`` and ``signs`` count. Without ``progress`` it has not been begun. ``looks``: so many good
    looks in a row must have shown it back. Before them nobody has read the status of its operation.
    """

    listed: bool
    ours: bool = False
    verdict: str | None = None
    progress: NodeProgress | None = None
    signs: Signs = NO_SIGNS
    looks: int = 1


#: It has not been begun, or is not there again.
NOT_BACK = NodeProof(listed=False)


def is_proving(nodes: Iterable[NodeProof], doubted: bool = False) -> bool:
    """True if nothing but the proof is missing. ``nodes``: all of the router, also those that have not been begun.

    ``doubted``: a check after the operation has found something, and is repeated.
    """
    ours = False
    for node in () if doubted else nodes:
        if not _is_back(node):
            return False  # none of the others is asked for: this is done with every router in every round
        ours = ours or node.ours
    return ours


def _is_back(node: NodeProof) -> bool:
    """The requested version, connected and settled, its service runs, and nothing shows that the operation goes on."""
    if not node.listed or node.verdict is not None:
        return node.listed and node.verdict in _WELL
    progress, watch = node.progress, node.signs.watch
    if progress is None or not node.ours or not node.signs.request_over:
        return False
    quiet = watch.running is None and not watch.failed and progress.status.report not in ("failed", "running")
    return progress.good >= node.looks and progress.in_sight and quiet
