# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How upgrades are often scripted, as a reference: fixed chunks with a barrier, and a look every half minute. Pure.

A chunk has a barrier behind its downloads and one behind its upgrades. Within each of the two nothing waits for
another: a download begins as soon as a place is seen to be free.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

from .bound import NightLimits
from .fleet import BenchFleet, NodeWork

#: Seconds between two looks.
POLL = 30.0


def chunked_night(fleet: BenchFleet, limits: NightLimits) -> float:
    """Seconds of a night in chunks: the downloads of a chunk, then its upgrades, and only then the next chunk."""
    routers, total = list(fleet.routers.values()), 0.0
    for begin in range(0, len(routers), limits.in_flight):
        chunk = routers[begin : begin + limits.in_flight]
        total += _downloads(chunk, limits.downloads_in_flight)
        total += max(_upgrade(nodes, limits) for nodes in chunk)
    return total


def _downloads(chunk: Sequence[Sequence[NodeWork]], at_once: int) -> float:
    """Seconds until all downloads of a chunk are there, with so many at once."""
    free = [0.0] * at_once
    for node in (node for router in chunk for node in router):
        heapq.heapreplace(free, free[0] + _seen(node.download))
    return max(free)


def _upgrade(nodes: Sequence[NodeWork], limits: NightLimits) -> float:
    return sum(_seen(node.upgrade + limits.proof) for node in nodes) + limits.soak * (len(nodes) - 1)


def _seen(seconds: float) -> float:
    """When a script that looks now and then sees that something has ended."""
    return math.ceil(seconds / POLL) * POLL
