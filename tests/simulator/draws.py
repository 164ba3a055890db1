# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chance that always falls the same way: a draw depends on the seed and on what it is for, never on the order."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .schema import ScenarioError

_T = TypeVar("_T")


def chance(seed: int, *purpose: str) -> random.Random:
    """A source of its own for each purpose: one more router or fault does not change what the others get."""
    return random.Random(":".join([str(seed), *purpose]))


def dealt(weights: Mapping[str, float], count: int, source: random.Random) -> list[str]:
    """`count` values in the proportions of `weights`, as exactly as whole numbers allow, shuffled."""
    total = sum(weights.values())
    exact = {value: count * weight / total for value, weight in weights.items()}
    hand = [value for value, share in exact.items() for dummy in range(int(share))]
    # What is left goes to those that were rounded down the most.
    by_loss = sorted(exact, key=lambda value: int(exact[value]) - exact[value])
    hand += by_loss[: count - len(hand)]
    source.shuffle(hand)
    return hand


def some(items: Sequence[_T], count: int, source: random.Random) -> list[_T]:
    """`count` of them in their own order; all when there are not that many."""
    chosen = sorted(source.sample(range(len(items)), min(count, len(items))))
    return [items[index] for index in chosen]


@dataclass(frozen=True)
class Spread:
    """Durations that differ: `mean` and `spread` (standard deviation as a share of it), or `min` and `max`."""

    mean: float | None = None
    spread: float = 0.0
    min: float | None = None
    max: float | None = None

    def __post_init__(self) -> None:
        if self.mean is None and (self.min is None or self.max is None):
            raise ScenarioError("durations: a mapping needs 'mean', or both 'min' and 'max'")
        if self.mean is not None and self.mean <= 0:
            raise ScenarioError("durations: 'mean' must be above 0")
        if self.spread < 0 or (self.min is not None and self.max is not None and self.min > self.max):
            raise ScenarioError("durations: 'spread' must not be negative, nor 'min' be above 'max'")

    def draw(self, source: random.Random) -> float:
        """Stragglers are what hurts: with a mean the values have a long tail upwards (log-normal)."""
        if self.mean is None:
            assert self.min is not None and self.max is not None
            return source.uniform(self.min, self.max)
        variance = math.log(1 + self.spread**2)
        value = source.lognormvariate(math.log(self.mean) - variance / 2, math.sqrt(variance))
        return min(max(value, self.min or 0.0), math.inf if self.max is None else self.max)
