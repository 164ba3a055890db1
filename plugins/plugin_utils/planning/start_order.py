# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order the routers of a batch are started, as soon as each may be: the longest first, or as listed. Pure.

A router that takes two hours and begins last keeps the night open alone; one that begins first costs nothing. Waves and
exclusive groups come before it, and so do canaries: these are who the user has listed first (rule 40). In which order
their releases are brought stands in ``download_order``.
"""

from __future__ import annotations

from collections.abc import Sequence

from .durations import Durations
from .known_durations import KnownDurations, chain_seconds
from .plan import RouterPlan

LONGEST_FIRST = "longest_first"
#: The choices of the option ``start_order``.
START_ORDERS = (LONGEST_FIRST, "as_listed")


def start_order(
    plans: Sequence[RouterPlan],
    how: str,
    foremost: int,
    durations: Durations,
    known: KnownDurations,
) -> list[RouterPlan]:
    """The routers that have work, in the order of their starts.

    ``foremost``: so many of them come as they are listed, since the others wait for how these end. ``known``: what the
    last upgrade of a node took, of those where that was measured. What was found at work comes before all.
    """
    plans = sorted(plans, key=lambda plan: not plan.found_at_work)
    if how != LONGEST_FIRST:
        return plans
    first = sum(plan.found_at_work for plan in plans) + foremost
    seconds = chain_seconds(plans[first:], durations, known)
    rest = sorted(plans[first:], key=lambda plan: (plan.wave, -seconds[plan.router]))
    return [*plans[:first], *rest]
