# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the durations of a forecast come from: earlier runs, a rehearsal, or else estimates. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .durations import KINDS, Durations, Estimates

#: Where a duration comes from, best first, as people are told.
EARLIER, REHEARSED, ESTIMATED = "earlier runs", "a rehearsal", "estimates"


@dataclass(frozen=True)
class Basis:
    """How long one kind of work is taken to last, in seconds, and from where that is known."""

    kind: str
    seconds: float
    source: str
    samples: int = 0


def durations_for_forecast(
    estimates: Estimates, earlier: Sequence[object] = (), rehearsal: object = None
) -> tuple[Durations, list[Basis]]:
    """The durations for a forecast, and the basis of each kind: the best source that has enough samples of it.

    ``earlier`` and ``rehearsal``: samples by kind, in seconds, as ``Durations.as_data`` gives them; whatever is none
    in them does not count.
    """
    sources = ((EARLIER, _pooled(earlier)), (REHEARSED, _pooled([rehearsal])))
    chosen, basis = Durations(estimates), []
    for kind in KINDS:
        source, known = next((entry for entry in sources if entry[1].measured(kind)), (ESTIMATED, None))
        samples = known.as_data()[kind] if known else []
        for seconds in samples:
            chosen.add(kind, seconds)
        basis.append(Basis(kind, chosen.typical(kind), source, len(samples)))
    return chosen, basis


def _pooled(sources: Sequence[object]) -> Durations:
    pooled = Durations()
    for data in sources:
        samples: Mapping[str, Sequence[float]] = Durations.from_data(data).as_data()
        for kind, values in samples.items():
            for seconds in values:
                pooled.add(kind, seconds)
    return pooled
