# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order the releases are brought to the routers of a batch, so that no slot waits for one. Pure.

As long as slots are free because no release is there yet, the shortest downloads come first: they fill the slots
fastest. A router that would keep the night open if its download came later still comes before them. Once every slot
has had its first router, the order is that of the starts: from then on the downloads are ahead.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from .durations import Durations
from .known_durations import KnownDurations, chain_seconds, download_seconds, slot_seconds
from .plan import RouterPlan
from .start_order import LONGEST_FIRST

#: A router is urgent so many mean downloads before the last moment: durations are known roughly, and slots are taken.
_AHEAD = 1.0


@dataclass(frozen=True)
class Lanes:
    """How many routers may be upgraded at once, and to how many the release may be brought at once."""

    in_flight: int
    downloads_in_flight: int


@dataclass(frozen=True)
class _Work:
    plan: RouterPlan
    download: float
    #: How long it keeps a slot itself, and with those that wait for its end.
    slot: float
    chain: float


def download_order(
    plans: Sequence[RouterPlan], how: str, foremost: int, durations: Durations, known: KnownDurations, lanes: Lanes
) -> list[RouterPlan]:
    """The routers in the order of their downloads. ``plans``: in that of their starts; for the rest see there.

    Behind canaries it is the order of the starts, since downloads run ahead while these are waited for; so it is in
    later waves.
    """
    if how != LONGEST_FIRST or foremost or not plans:
        return list(plans)
    first = sum(plan.found_at_work for plan in plans)
    wave = min((plan.wave for plan in plans[first:]), default=0)
    last = first + sum(plan.wave == wave for plan in plans[first:])
    chain = chain_seconds(plans[first:last], durations, known)
    work = [
        _Work(plan, download_seconds(plan, durations, known), slot_seconds(plan, durations, known), chain[plan.router])
        for plan in plans[first:last]
    ]
    there = [one for one in work if not one.download]
    ordered = _fill_slots([one for one in work if one.download], there, lanes)
    return [*plans[:first], *(one.plan for one in (*there, *ordered)), *plans[last:]]


def _fill_slots(work: Sequence[_Work], there: Sequence[_Work], lanes: Lanes) -> list[_Work]:
    """The order of these downloads. ``there``: those that have their release already.

    It plays the downloads, one after the other in as many places as there are, and chooses for each place that is
    free: who is urgent, else the shortest while slots are free, else the next in the order of the starts.
    """
    if not work:
        return []
    slots, places = min(lanes.in_flight, len(work) + len(there)), min(lanes.downloads_in_flight, len(work))
    downloads = sum(one.download for one in work)
    upgrades = sum(one.slot for one in (*work, *there)) / slots
    if downloads / places > upgrades:
        return list(work)  # the slots wait for downloads all the time, so who takes longest comes first
    mean = downloads / len(work)
    # How long all of it takes, about: slots that are busy from their first release on, or the longest router.
    until_first = mean * (1 + max(0.0, (slots - len(there)) / places - 1) / 2)
    end = max(upgrades + until_first, max(one.download + one.chain for one in work))
    latest = [end - _AHEAD * mean - one.download - one.chain for one in work]
    urgent = _Queue(sorted(range(len(work)), key=latest.__getitem__))
    shortest = _Queue(sorted(range(len(work)), key=lambda at: work[at].download))
    as_started = _Queue(range(len(work)))
    free, chosen = [0.0] * places, {}
    while len(chosen) < len(work):
        at = urgent.first_without(chosen)
        if latest[at] > free[0]:
            filled = len(there) + len(chosen) >= lanes.in_flight
            at = (as_started if filled else shortest).first_without(chosen)
        chosen[at] = work[at]
        heapq.heapreplace(free, free[0] + work[at].download)
    return list(chosen.values())


class _Queue:
    """Positions in an order, some of which have been chosen from another one meanwhile."""

    def __init__(self, order: Sequence[int]) -> None:
        self._order, self._at = order, 0

    def first_without(self, chosen: dict[int, _Work]) -> int:
        """The first one that was not chosen yet."""
        while self._order[self._at] in chosen:
            self._at += 1
        return self._order[self._at]
