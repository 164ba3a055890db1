# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long things take: what the user expects at first, then what this run has measured. Pure."""

from __future__ import annotations

import heapq
import math
from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

KINDS = ("download", "upgrade", "revert")

#: From so many samples on, the samples count and the estimate does not.
ENOUGH = 3
#: A high quantile, not the mean: a window is missed by the slow routers.
QUANTILE = 0.8


@dataclass(frozen=True)
class Estimates:
    """Seconds that the user expects. ``upgrade``: from the command until settled; ``outage``: without traffic."""

    download: float = 900
    upgrade: float = 1800
    revert: float = 1200
    soak: float = 300
    outage: float = 420


class Durations:
    """The durations of one run, over all its batches."""

    def __init__(self, estimates: Estimates | None = None):
        self.estimates = estimates or Estimates()
        self._samples: dict[str, list[float]] = {kind: [] for kind in KINDS}

    def add(self, kind: str, seconds: float) -> None:
        """Something took so long. What cannot be a duration is ignored: it would spoil every later decision."""
        if kind not in self._samples:
            raise ValueError(f"{kind!r} is no kind of duration. Known: {', '.join(KINDS)}.")
        if math.isfinite(seconds) and seconds >= 0:
            insort(self._samples[kind], float(seconds))

    def typical(self, kind: str) -> float:
        """Seconds within which four of five ended in this run; the estimate while fewer than three were measured."""
        samples = self._samples[kind]
        if not self.measured(kind):
            return getattr(self.estimates, kind)
        return samples[math.ceil(QUANTILE * len(samples)) - 1]

    def measured(self, kind: str) -> bool:
        """True once enough was measured of a kind, so that the estimate does not count."""
        return len(self._samples[kind]) >= ENOUGH

    def as_data(self) -> dict[str, list[float]]:
        """The samples, as plain data for the record of the run."""
        return {kind: [round(seconds, 1) for seconds in samples] for kind, samples in self._samples.items()}

    @classmethod
    def from_data(cls, data: object, estimates: Estimates | None = None) -> Durations:
        """Take up what an earlier batch has measured. Whatever is no duration in it is left out."""
        durations = cls(estimates)
        for kind in KINDS:
            samples = data.get(kind) if isinstance(data, Mapping) else None
            for seconds in samples if isinstance(samples, list) else ():
                if isinstance(seconds, (int, float)) and not isinstance(seconds, bool):
                    durations.add(kind, seconds)
        return durations

    @staticmethod
    def eta(remaining: Sequence[float], in_flight: int) -> float:
        """Seconds until all is done, if each of these starts, in this order, as soon as one of the slots is free.

        ``remaining``: what is left of those that run, followed by those that wait.
        """
        slots = [0.0] * min(max(1, in_flight), len(remaining))
        for seconds in remaining:
            heapq.heapreplace(slots, slots[0] + max(0.0, seconds))
        return max(slots, default=0.0)
