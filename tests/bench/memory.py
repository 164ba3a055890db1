# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the memory of a long night stays flat: ``python -m tests.bench.memory``. It needs a process of its own."""

from __future__ import annotations

import gc
import sys
import tracemalloc

import tests.conftest  # noqa: F401  the loader of collections comes before everything that it loads
from tests.unit.fakes import Course, Night, authority
from tests.unit.virtual_clock import VirtualClock

from .makespan import SETTINGS

HOUR = 3600.0


def long_night(routers: int = 200, hours: int = 13, early: float = 2, late: float = 12) -> tuple[float, float]:
    """MB of living objects after so many hours of one night in which all routers are at work and nothing else happens.

    What the peak of the process would hide is counted as it is, so it runs slower than it would otherwise.
    """
    clock, taken = VirtualClock(), []
    conductor = authority(clock, [f"site-{number:05d}" for number in range(routers)])
    conductor.shows_status = True
    conductor.course = Course(seconds=hours * HOUR, download=60.0)
    for at in (early, late):
        clock.after(at * HOUR, lambda: taken.append(_living(conductor)))
    patience = (hours + 1) * HOUR
    limits = {"in_flight": routers, "downloads_in_flight": routers}
    limits |= {"upgrade_timeout": patience, "settle_timeout": patience}
    tracemalloc.start()
    try:
        result = Night(conductor).go(**{**SETTINGS, **limits})
    finally:
        tracemalloc.stop()
    assert result["totals"] == {"done": routers}, result["totals"]
    return taken[0], taken[1]


def _living(conductor) -> float:
    conductor.rounds.clear()  # what the conductor of a test notes for the test is no memory of the engine
    gc.collect()
    return tracemalloc.get_traced_memory()[0] / 2**20


if __name__ == "__main__":
    early, late = long_night(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    print(f"{early:.1f} MB after 2 hours, {late:.1f} MB after 12 hours")
