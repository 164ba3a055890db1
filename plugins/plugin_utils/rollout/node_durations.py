# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the last upgrade of each node took, kept in the journal: a later run starts the longest routers first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ..software.node_id import NodeId
from .journal import Journal

_KIND = "durations"


def known_durations(journal: Journal, routers: Iterable[str]) -> dict[NodeId, float]:
    """Seconds from the request until the node was settled, of the nodes of which an earlier run has measured that."""
    known = {}
    for router in routers:
        for node, seconds in _of_router(journal, router).items():
            known[NodeId(router, node)] = seconds
    return known


def keep_duration(journal: Journal, node_id: NodeId, seconds: float) -> None:
    """A node has taken so long. What cannot be written is only missed."""
    nodes = {**_of_router(journal, node_id.router), node_id.node: round(seconds, 1)}
    journal.keep(_KIND, node_id.router, {"router": node_id.router, "nodes": nodes})


def _of_router(journal: Journal, router: str) -> dict[str, float]:
    nodes = (journal.kept(_KIND, router) or {}).get("nodes")
    if not isinstance(nodes, Mapping):
        return {}
    return {node: float(seconds) for node, seconds in nodes.items() if _is_duration(seconds)}


def _is_duration(value: object) -> bool:
    """What somebody has written by hand, or half a file, must not spoil the order of a night."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
