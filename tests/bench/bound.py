# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shortest night that any scheduler could have: what the makespan is compared with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .fleet import BenchFleet, NodeWork


@dataclass(frozen=True)
class NightLimits:
    """``soak``: between the nodes of a pair; ``proof``: the least time in which a node can be proven, in seconds."""

    in_flight: int = 50
    downloads_in_flight: int = 25
    soak: float = 300.0
    proof: float = 0.0


def shortest_night(fleet: BenchFleet, limits: NightLimits) -> float:
    """Seconds below which no order of the same work can end.

    The slots of the upgrades are never idle; or those of the downloads are not, and what comes last is upgraded
    thereafter; or the longest router begins at once.
    """
    lengths = [router_length(nodes, limits) for nodes in fleet.routers.values()]
    downloads = [sum(node.download for node in nodes) for nodes in fleet.routers.values()]
    slots = min(limits.in_flight, len(lengths))
    lanes = min(limits.downloads_in_flight, len(fleet.nodes))
    return max(
        sum(lengths) / slots,
        sum(downloads) / lanes + min(lengths),
        max(length + _first_download(nodes) for length, nodes in zip(lengths, fleet.routers.values(), strict=True)),
    )


def router_length(nodes: Sequence[NodeWork], limits: NightLimits) -> float:
    """Seconds for which a router holds its slot at least: its nodes one after the other, with soak and proof."""
    return sum(node.upgrade + limits.proof for node in nodes) + limits.soak * (len(nodes) - 1)


def _first_download(nodes: Sequence[NodeWork]) -> float:
    """Both nodes of a pair may download side by side, before the first of them is begun."""
    return max(node.download for node in nodes)
