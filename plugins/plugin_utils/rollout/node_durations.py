# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the last upgrade and download of each node took, kept in the journal for the order of a later run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..planning.known_durations import KnownDurations
from ..software.node_id import NodeId
from .journal import Journal

_FILE = "durations"
#: Nothing takes longer than a month.
_LONGEST = 30 * 86400
#: Where the seconds of each kind of operation stand in the file of a router.
_KINDS = {"upgrade": "nodes", "download": "downloads"}


def known_durations(journal: Journal, routers: Iterable[str]) -> KnownDurations:
    """What earlier runs have measured of these routers. Files from before downloads were measured lack these."""
    known = KnownDurations({}, {})
    for router in routers:
        kept = _of_router(journal, router)
        for kind, by_node in ((known.upgrade, kept["nodes"]), (known.download, kept["downloads"])):
            kind.update((NodeId(router, node), seconds) for node, seconds in by_node.items())
    return known


def keep_duration(journal: Journal, kind: str, node_id: NodeId, seconds: float) -> None:
    """An operation has taken so long; ``kind``: upgrade or download. What cannot be written is only missed."""
    kept = _of_router(journal, node_id.router)
    kept[_KINDS[kind]][node_id.node] = round(seconds, 1)
    journal.keep(_FILE, node_id.router, {"router": node_id.router, **kept})


def _of_router(journal: Journal, router: str) -> dict[str, dict[str, float]]:
    kept = journal.kept(_FILE, router) or {}
    return {name: _durations(kept.get(name)) for name in _KINDS.values()}


def _durations(by_node: object) -> dict[str, float]:
    if not isinstance(by_node, Mapping):
        return {}
    return {node: float(seconds) for node, seconds in by_node.items() if _is_duration(seconds)}


def _is_duration(value: object) -> bool:
    """What somebody has written by hand, or half a file, must not spoil the order of a night."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _LONGEST
