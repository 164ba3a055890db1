# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet drawn from a seed: how many nodes each router has, and how long each download and upgrade takes."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: What the goals are stated for: a share of pairs, and log-normal durations with mean and deviation, in seconds.
PAIRS = 0.3
UPGRADE = (1200.0, 300.0)
DOWNLOAD = (360.0, 180.0)


@dataclass(frozen=True)
class NodeWork:
    """One node: seconds of its download, and of its upgrade from the request until it is settled."""

    node: str
    download: float
    upgrade: float


@dataclass(frozen=True)
class BenchFleet:
    """The routers with the work on each of their nodes, in the order in which an inventory lists them."""

    seed: int
    routers: Mapping[str, Sequence[NodeWork]]

    @property
    def nodes(self) -> list[NodeWork]:
        """All nodes."""
        return [node for nodes in self.routers.values() for node in nodes]


def draw_fleet(count: int, seed: int) -> BenchFleet:
    """So many routers. The same seed gives the same fleet on every machine."""
    chance = random.Random(seed)
    routers = {}
    for number in range(count):
        names = ("a", "b") if chance.random() < PAIRS else ("a",)
        routers[f"site-{number:05d}"] = [
            NodeWork(name, _log_normal(chance, *DOWNLOAD), _log_normal(chance, *UPGRADE)) for name in names
        ]
    return BenchFleet(seed, routers)


def _log_normal(chance: random.Random, mean: float, deviation: float) -> float:
    spread = math.log(1 + (deviation / mean) ** 2)
    return chance.lognormvariate(math.log(mean) - spread / 2, math.sqrt(spread))
