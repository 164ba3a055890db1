# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole night of a drawn fleet, in virtual time: the real action and engine on a conductor whose routers move."""

from __future__ import annotations

import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from tests.unit.fakes import Course, FleetConductor, Night, authority
from tests.unit.virtual_clock import VirtualClock

from .bound import NightLimits, shortest_night
from .fleet import BenchFleet, NodeWork, draw_fleet


@dataclass(frozen=True)
class NightFigures:
    """One night. Times of the night in seconds of its own; ``cpu``: of this process; ``memory`` in MB, at its most."""

    routers: int
    seed: int
    makespan: float
    bound: float
    cpu: float
    memory: float
    polls: int
    commands: int
    most_in_flight: int

    @property
    def ratio(self) -> float:
        """How much longer than the shortest night that there could be."""
        return self.makespan / self.bound

    @property
    def beside_lists(self) -> float:
        """PCLI commands a router, without the lists of assets, which serve all routers."""
        return (self.commands - self.polls) / self.routers


#: The settings for which the goals are stated; all others are the defaults.
SETTINGS = {
    "in_flight": 50,
    "downloads_in_flight": 25,
    "pair_soak": 300,
    "poll_min": 2.0,
    "poll_max": 15.0,
    # As if the conductor showed the end of each operation. Without that the default makes each proof 300 s longer.
    "operation_settle": 0,
    "breaker_percent": 2.0,
}


def play_night(fleet: BenchFleet, settings: Mapping[str, object] | None = None, journal: str | None = None):
    """The conductor and the result of one night of this fleet."""
    clock = VirtualClock()
    conductor = authority(clock, {router: [node.node for node in nodes] for router, nodes in fleet.routers.items()})
    conductor.shows_status = True
    for router, nodes in fleet.routers.items():
        for node in nodes:
            conductor.courses[router, node.node] = Course(seconds=node.upgrade, download=node.download)
    night = Night(conductor)
    result = night.go(**{**SETTINGS, "journal": journal, **(settings or {})})
    return conductor, result


def measured_night(fleet: BenchFleet, journal: str | None = None, **settings: object) -> NightFigures:
    """The figures of one night. Raises AssertionError where not every router is done."""
    limits = night_limits(**settings)
    began = time.process_time()
    conductor, result = play_night(fleet, settings, journal)
    cpu = time.process_time() - began
    assert result["totals"] == {"done": len(fleet.routers)}, result["totals"]
    return NightFigures(
        routers=len(fleet.routers),
        seed=fleet.seed,
        makespan=conductor.clock.now() - 1000.0,
        bound=shortest_night(fleet, limits),
        cpu=cpu,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        polls=len(conductor.rounds),
        commands=sum(sum(counted.values()) for counted in conductor.rounds),
        most_in_flight=conductor.most["in flight"],
    )


def night_limits(**settings: object) -> NightLimits:
    """The limits for which the goals are stated, or those of other settings, as the bound takes them."""
    taken = {**SETTINGS, **settings}
    proof = least_proof(**settings)
    return NightLimits(taken["in_flight"], taken["downloads_in_flight"], taken["pair_soak"], proof)


@cache
def least_proof(**settings: object) -> float:
    """Seconds in which the engine proves a node at best with these settings.

    One router is alone, with polls as fast as they are allowed.
    """
    alone = BenchFleet(0, {"site": [NodeWork("a", 60.0, 600.0)]})
    conductor, _result = play_night(alone, {**settings, "poll_max": {**SETTINGS, **settings}["poll_min"]})
    return ended_after(conductor) - 600.0


def ended_after(conductor: FleetConductor) -> float:
    """Seconds from the first request of an upgrade until the end of the night."""
    return conductor.clock.now() - 1000.0 - min(at for at, operation, *_ in conductor.log if operation == "upgrade")


def commands_of_lengths(count: int, seed: int, **settings: object) -> tuple[float, float]:
    """PCLI commands beside the lists, a router: in a night of usual upgrades, and in one of upgrades twice as long."""
    usual = draw_fleet(count, seed)
    longer = {
        router: [replace(node, upgrade=2 * node.upgrade) for node in nodes] for router, nodes in usual.routers.items()
    }
    first, second = (measured_night(fleet, **settings) for fleet in (usual, replace(usual, routers=longer)))
    return first.beside_lists, second.beside_lists


def nights(count: int, seeds: tuple[int, ...], **settings: object) -> list[NightFigures]:
    """One night for each seed."""
    return [measured_night(draw_fleet(count, seed), **settings) for seed in seeds]
