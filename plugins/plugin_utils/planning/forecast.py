# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a night is expected to go: when each router and each node begins, is away, and ends. Pure.

It plays the night without its waiting: the decisions are those of ``admission`` and ``batches``, only the durations are
assumed, and that everything goes well. All times are seconds from the begin of the run.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .admission import RolloutLimits, RolloutState, may_download, may_start
from .batches import CanaryState, foremost, held_by_canaries, stages_before
from .download_order import Lanes, download_order
from .durations import Durations
from .known_durations import KnownDurations, one_by_one
from .plan import RouterPlan
from .sequencing import POLICIES
from .start_order import LONGEST_FIRST, start_order


@dataclass(frozen=True)
class ForecastOptions:
    """What of a run bears on its course. ``begins``: when it does; ``bake``: see :class:`.BatchWatch`, in seconds.

    ``expected``: how long things take; ``judged``: what the run itself assumes at first when it looks at its window.
    ``outage``: how long a node is away. ``stock``: how many routers may have their release beforehand; None: all.
    """

    begins: datetime
    limits: RolloutLimits
    expected: Durations
    judged: Durations
    bake: float = 0.0
    stock: int | None = None
    #: The order of the starts, and what the last operations of each node took, as far as that was measured.
    starts: str = LONGEST_FIRST
    known: KnownDurations = field(default_factory=KnownDurations)

    @property
    def outage(self) -> float:
        """Seconds for which a node is away."""
        return min(self.expected.estimates.outage, self.expected.typical("upgrade"))


@dataclass(frozen=True)
class Phase:
    """What a node does from when to when. ``name``: download, upgrade, away, soak, as reports call it."""

    name: str
    begins: float
    ends: float


@dataclass
class RouterForecast:
    """One router. ``never``: why it does not begin in this run; then it has no times.

    ``download``: from when to when its release is brought; ``nodes``: the phases of each node, in their order.
    """

    router: str
    batch: int
    canary: bool = False
    download: tuple[float, float] | None = None
    begins: float | None = None
    ends: float | None = None
    nodes: dict[str, list[Phase]] = field(default_factory=dict)
    never: str = ""


@dataclass
class Forecast:
    """All of it. ``batches``: from when to when each batch goes; ``stopped``: why nothing more begins from then on."""

    routers: dict[str, RouterForecast] = field(default_factory=dict)
    batches: list[tuple[float, float]] = field(default_factory=list)
    stopped: str = ""

    @property
    def ends(self) -> float:
        """Seconds until the last router has ended."""
        return max((router.ends for router in self.routers.values() if router.ends is not None), default=0.0)

    @property
    def never(self) -> list[str]:
        """The routers that have work and do not begin."""
        return [router.router for router in self.routers.values() if router.never]


def forecast(plans: Sequence[RouterPlan], batches: Sequence[Sequence[str]], options: ForecastOptions) -> Forecast:
    """How a run is expected to go. ``plans``: in the order of their starts; ``batches``: the routers of each."""
    by_router = {plan.router: plan for plan in plans}
    order = {plan.router: position for position, plan in enumerate(plans)}
    result, run = Forecast(), _Run(options, [len(batch) for batch in batches])
    for number, batch in enumerate(batches):
        work = sorted((r for r in batch if r in by_router and by_router[r].state == "planned"), key=order.__getitem__)
        begins = run.now
        played = _Batch(run, number, [by_router[router] for router in work])
        result.routers |= played.play()
        result.batches.append((begins, run.now))
    result.stopped = run.stopped
    return result


@dataclass
class _Run:
    """What batches leave to the next: the time, how many were tried, when the canaries had ended."""

    options: ForecastOptions
    sizes: Sequence[int]
    now: float = 0.0
    tried: int = 0
    canaries_ended: float | None = None
    stopped: str = ""

    def __post_init__(self) -> None:
        self.judged = Durations.from_data(self.options.judged.as_data(), self.options.judged.estimates)


class _Batch:
    """One batch as it is played: routers wait, get their release, are worked on, and end."""

    def __init__(self, run: _Run, number: int, plans: Sequence[RouterPlan]) -> None:
        self.run, self.options, self.number = run, run.options, number
        ordering = (self.options.starts, self._foremost(), run.judged, self.options.known)
        self.plans = start_order(plans, *ordering)
        limits = self.options.limits
        downloads = download_order(self.plans, *ordering, Lanes(limits.in_flight, limits.downloads_in_flight))
        places = {plan.router: position for position, plan in enumerate(self.plans)}
        #: Positions in the order of the downloads.
        self.order = [places[plan.router] for plan in downloads]
        first = max(0, (run.sizes[0] if run.sizes else 0) - run.tried)
        self.routers = {
            plan.router: RouterForecast(plan.router, number + 1, canary=position < first)
            for position, plan in enumerate(self.plans)
        }
        self.before, self.ended = run.tried, 0
        self.running: dict[int, RouterPlan] = {}
        self.waves = _Waves(self.plans)
        #: Positions of those that may start as far as their release goes; and of those that wait for their group.
        self.ready: list[int] = []
        self.parked: dict[str, list[int]] = {}
        self.fetching: list[int] = []
        self.downloading = 0
        self.events: list[tuple[float, int, str]] = []
        self.bakes = False
        self.without_downloads: dict[int, RouterPlan] = {}

    def _foremost(self) -> int:
        """With how many routers it is tried before the others of this batch begin (BatchWatch.foremost)."""
        sizes = self.run.sizes
        return foremost(sizes[: self.number], sizes[self.number], sizes[0], self.run.tried) if sizes else 0

    def play(self) -> dict[str, RouterForecast]:
        """Play it to its end."""
        for position in self.order:
            plan = self.plans[position]
            if _download_seconds(plan, 1.0) and not plan.found_at_work:
                self.fetching.append(position)
            else:
                heapq.heappush(self.ready, position)
        self.fetching.reverse()
        while True:
            self._fetch()
            self._start()
            if not self.events:
                break
            self._advance()
        for router in self.routers.values():
            if router.begins is None and not router.never:
                router.never = self.run.stopped or "it would wait for ever"
        return self.routers

    def _advance(self) -> None:
        """To the next moment at which something ends, and all that ends in it."""
        now, position, kind = heapq.heappop(self.events)
        self.run.now = max(self.run.now, now)
        if kind == "download":
            self.downloading -= 1
            heapq.heappush(self.ready, position)
            self.run.judged.add("download", self.options.expected.typical("download"))
        elif kind == "router":
            self._end(position)

    def _end(self, position: int) -> None:
        plan = self.plans[position]
        del self.running[position]
        self.ended += 1
        self.run.tried += 1
        self.waves.ended(plan)
        self._release(plan.group)
        for _node in [node for node in plan.nodes if node.counts]:
            self.run.judged.add("upgrade", self.options.expected.typical("upgrade"))
        wanted = self.run.sizes[0] if self.run.sizes else 0
        if self.run.canaries_ended is None and self.run.tried >= wanted and not self.running:
            self.run.canaries_ended = self.run.now

    # -- downloads ------------------------------------------------------------------------------------------------

    def _fetch(self) -> None:
        """Begin the downloads that may, in their order (see DownloadLane)."""
        limits, stock = self.options.limits, self.options.stock
        while self.fetching and self.downloading < limits.downloads_in_flight and not self.run.stopped:
            if stock is not None and len(self.ready) >= stock:
                return
            position = self.fetching.pop()
            plan, router = self.plans[position], self.routers[self.plans[position].router]
            if not may_download(plan, self._state(), limits, self.run.judged).go:
                heapq.heappush(self.ready, position)  # whether it starts is decided in its turn
                continue
            seconds = _download_seconds(plan, self.options.expected.typical("download"))
            router.download = (self.run.now, self.run.now + seconds)
            self.downloading += 1
            heapq.heappush(self.events, (self.run.now + seconds, position, "download"))

    # -- starts ---------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        """Start what may, in the order of the routers (see RolloutAdmission.next_start)."""
        while self.ready and not self.run.stopped:
            plan = self.plans[self.ready[0]]
            if len(self.running) >= self.options.limits.in_flight and not plan.found_at_work:
                return
            position = heapq.heappop(self.ready)
            decision = may_start(self._fetched(position), self._state(), self.options.limits, self.run.judged)
            if decision.go:
                self._begin(position)
                continue
            if decision.stop:
                self.run.stopped = decision.reason
            elif decision.never:
                self.routers[plan.router].never = decision.reason
                self.waves.ended(plan)
                self._release(plan.group)
            elif plan.group is not None and self._in_flight(plan.group):
                heapq.heappush(self.parked.setdefault(plan.group, []), position)
            else:  # nobody behind it may start either
                heapq.heappush(self.ready, position)
                return

    def _fetched(self, position: int) -> RouterPlan:
        """The plan without its downloads, which are over when it starts."""
        if position not in self.without_downloads:
            plan = self.plans[position]
            nodes = tuple(replace(node, download="none") for node in plan.nodes)
            self.without_downloads[position] = replace(plan, nodes=nodes)
        return self.without_downloads[position]

    def _begin(self, position: int) -> None:
        plan, now = self.plans[position], self.run.now
        router = self.routers[plan.router]
        router.begins, router.nodes = now, _phases(plan, now, self.options)
        router.ends = max((phase.ends for phases in router.nodes.values() for phase in phases), default=now)
        self.running[position] = plan
        heapq.heappush(self.events, (router.ends, position, "router"))

    def _in_flight(self, group: str) -> bool:
        return any(other.group == group for other in self.running.values())

    def _release(self, group: str | None) -> None:
        """The next one of an exclusive group may ask again."""
        if group is not None and self.parked.get(group):
            heapq.heappush(self.ready, heapq.heappop(self.parked[group]))

    # -- the moment, for the decisions of the engine --------------------------------------------------------------

    def _state(self) -> RolloutState:
        canaries = self._canaries()
        if canaries.bake and not self.bakes:
            self.bakes = True
            heapq.heappush(self.events, (self.run.now + canaries.bake, -1, "bake"))
        state = RolloutState(
            now=self.options.begins + timedelta(seconds=self.run.now),
            running=list(self.running.values()),
            ended={},  # all of them well
            total=len(self.plans),
            canaries=canaries,
        )
        # Otherwise it would count all that wait, each time: of thousands of routers that would take minutes.
        vars(state)["earliest_wave"] = self.waves.earliest
        return state

    def _canaries(self) -> CanaryState:
        """As :meth:`.BatchWatch.canaries`, where everything ends well."""
        run = self.run
        if not self.number or not run.sizes[0]:
            return CanaryState()
        over = run.canaries_ended is not None
        bake = round(max(0.0, run.canaries_ended + self.options.bake - run.now), 3) if over else 0.0
        state = CanaryState(
            run.sizes[0],
            before=self.before,
            begun=self.ended + len(self.running),
            running=[plan.router for plan in list(self.running.values())[:3]],
            over=over,
            bake=bake,
        )
        if held_by_canaries(state) or state.before + state.begun < state.wanted:
            return state
        for number, wanted in stages_before(run.sizes[: self.number], run.sizes[self.number]):
            if wanted <= self.before:
                continue
            over = self.before + self.ended >= wanted
            stage = replace(state, wanted=wanted, over=over, bake=0.0, in_place_of=number)
            if held_by_canaries(stage):
                return stage
            if stage.before + stage.begun < wanted:
                break
        return state


class _Waves:
    """Which wave is the earliest that has not ended."""

    def __init__(self, plans: Sequence[RouterPlan]) -> None:
        self._left: dict[int, int] = {}
        for plan in plans:
            self._left[plan.wave] = self._left.get(plan.wave, 0) + 1
        self._order = sorted(self._left, reverse=True)

    def ended(self, plan: RouterPlan) -> None:
        """One of them has ended, or never begins."""
        self._left[plan.wave] -= 1
        while self._order and not self._left[self._order[-1]]:
            self._order.pop()

    @property
    def earliest(self) -> int | None:
        """The earliest wave that has not ended."""
        return self._order[-1] if self._order else None


def _download_seconds(plan: RouterPlan, seconds: float) -> float:
    """How long the release takes to all nodes of a router: a request for the whole of it serves both at once."""
    needed = [node for node in plan.nodes if node.needed and node.download in ("needed", "unknown")]
    if not needed:
        return 0.0
    return seconds * (len(needed) if one_by_one(plan) else 1)


def _phases(plan: RouterPlan, begins: float, options: ForecastOptions) -> dict[str, list[Phase]]:
    """What each node of a router does that begins now."""
    policy, upgrade, soak = (
        POLICIES[plan.sequencing],
        options.expected.typical("upgrade"),
        options.expected.estimates.soak,
    )
    nodes = [node for node in plan.nodes if node.counts]
    phases: dict[str, list[Phase]] = {}
    for node, start in zip(nodes, policy.starts(len(nodes), upgrade, soak), strict=True):
        at, away = begins + start, begins + start + upgrade - options.outage
        phases[node.node] = [Phase("upgrade", at, away), Phase("away", away, at + upgrade)]
        if policy.by_node and node is not nodes[-1]:
            phases[node.node].append(Phase("soak", at + upgrade, at + upgrade + soak))
    return phases
