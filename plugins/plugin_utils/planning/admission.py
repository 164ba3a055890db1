# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides about a router: may it start now? From what runs and has ended, the limits, and the time. Pure.

``eligibility`` decides beforehand whether it is part of the rollout, ``node_turn`` afterwards when its nodes begin.

Rules 18 and 23 to 26 of the procedure: an unknown holds its slot, a budget of failures, waves and exclusive groups, the
window with time for a revert, the stop file, and the circuit breaker.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from ..clock import format_duration
from ..software.counts import some
from ..software.node_id import NodeId
from .batches import CanaryState, held_by_canaries
from .durations import Durations
from .overrides import GROUP, lifts
from .plan import RouterPlan
from .window import over, too_late

#: What counts against the budget of failures. A router to which nothing was sent is no failure of the rollout.
FAILURES = ("failed", "unknown", "reverted", "held", "relapsed")


@dataclass(frozen=True)
class RolloutLimits:
    """What limits a rollout. None: no such limit. ``downloads_in_flight`` is for whoever sends the downloads.

    ``reverts``: the routers are taken back, which no limit but the number of slots holds up (rule 44).
    """

    in_flight: int = 10
    downloads_in_flight: int = 5
    max_failures: int | None = 5
    max_fail_percentage: float | None = None
    start_deadline: datetime | None = None
    window_end: datetime | None = None
    breaker_percent: float = 2.0
    breaker_patience: float = 1800
    reverts: bool = False
    #: Seconds for which a router waits for one of its exclusive group that is not well.
    group_patience: float = 900
    #: So many routers beyond ``in_flight`` may be begun while others only have to be proven. Reverts have none.
    in_proof: int = 0


@dataclass(frozen=True)
class RolloutState:
    """One moment of the run: make a new one whenever a router has started or ended.

    ``ended``: the state of each router that has ended in this batch; ``waiting``: those that have not begun;
    ``total``: the routers of this batch. ``failures_before``, ``total_before``, ``bad_before`` (router: state) come
    from earlier batches, and ``stopped_before`` says why they let no other begin. ``breaker``:
    why new starts are paused, for ``breaker_since`` seconds.
    """

    now: datetime
    running: Sequence[RouterPlan]
    ended: Mapping[str, str]
    total: int
    waiting: Sequence[RouterPlan] = ()
    failures_before: int = 0
    total_before: int = 0
    bad_before: Mapping[str, str] = field(default_factory=dict)
    stopped_before: str | None = None
    canaries: CanaryState = field(default_factory=CanaryState)
    stop_file: str | bool = False
    parent_gone: bool = False
    breaker: str | None = None
    breaker_since: float = 0.0
    #: Why the conductor is left alone with what runs already: it answers much slower than at first.
    load: str | None = None
    #: The states that count as failures, and whether an ``unknown`` keeps its slot: downloads hold none (rule 38).
    failing: tuple[str, ...] = FAILURES
    holding: bool = True
    #: Of the routers of exclusive groups, those that are not well: how they are, and for how many seconds.
    unwell: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    #: How many of those that run take no slot: downloads without a figure that shows whether they progress.
    aside: int = 0
    #: Of those that were found at work: the routers that wait for their turn, so nobody works on them just now; and
    #: all that ask for a slot and have not got it, so nothing runs there.
    resting: Collection[str] = frozenset()
    asking: Collection[str] = frozenset()
    #: Of those that run, the routers whose nodes are back, so that they only have to be proven.
    proving: Collection[str] = frozenset()
    #: So many more bad ends among those that ended last stop the run; None: any number may be bad.
    recent_left: int | None = None

    @cached_property
    def failures(self) -> int:
        """Failures of the whole run so far."""
        return self.failures_before + sum(state in self.failing for state in self.ended.values())

    @cached_property
    def unknowns(self) -> tuple[str, ...]:
        """Routers of which nobody knows whether something still runs there."""
        if not self.holding:
            return ()
        by_router = {router: state for states in (self.bad_before, self.ended) for router, state in states.items()}
        return tuple(router for router, state in by_router.items() if state == "unknown")

    @cached_property
    def earliest_wave(self) -> int | None:
        """The earliest wave that has not ended."""
        return min((plan.wave for plans in (self.running, self.waiting) for plan in plans), default=None)


@dataclass(frozen=True)
class Decision:
    """``stop``: nothing new will start in this run. ``never``: this router will not. ``full``: nobody can just now."""

    go: bool
    stop: bool
    reason: str
    never: bool = False
    full: bool = False


GO = Decision(True, False, "")


def may_start(plan: RouterPlan, situation: RolloutState, bounds: RolloutLimits, durations: Durations) -> Decision:
    """May this router start now? What was found at work always may: it is followed, and what is sent asks again."""
    if situation.parent_gone:
        return _stopped("the main process is gone, and with it whoever would hear of what happens")
    if plan.state != "planned":
        return _never(plan.reason)
    if plan.found_at_work:
        return GO
    if bounds.reverts:
        return _beside_its_group(plan, situation) or _slots(situation, bounds) or _wave(plan, situation) or GO
    return (
        _closed(situation, bounds)
        or _spent(situation, bounds)
        or _paused(situation, bounds)
        or _loaded(situation)
        or _behind_canaries(situation)
        or _group(plan, situation, bounds)
        or _window(plan, situation, bounds, durations)
        or _slots(situation, bounds)
        or _wave(plan, situation)
        or GO
    )


def may_download(plan: RouterPlan, situation: RolloutState, bounds: RolloutLimits, durations: Durations) -> Decision:
    """May the release be brought to this router now? Slots, waves and groups that wait concern upgrades only.

    Nothing is brought to a router that would not be upgraded any more.
    """
    if situation.parent_gone:
        return _stopped("the main process is gone, and with it whoever would hear of what happens")
    group = _group(plan, situation, bounds)
    return (
        _closed(situation, bounds)
        or _spent(situation, bounds)
        or _paused(situation, bounds)
        or _loaded(situation)
        or (group if group is not None and group.never else None)
        or _window(plan, situation, bounds, durations)
        or GO
    )


def may_go_on(
    plan: RouterPlan,
    situation: RolloutState,
    bounds: RolloutLimits,
    durations: Durations,
    first: bool = False,
    found_at_work: bool = False,
) -> Decision:
    """May the next node of a router that has begun start now? ``never`` and ``stop``: no, so the router is held.

    A budget of failures and full slots do not stop a pair halfway. ``plan``: what is left of the router; ``first``:
    no command of ours has moved it, so the budget and its group count. What was ``found_at_work`` was followed without
    a slot, and needs one as soon as something is sent to it (I5); if that is the first, also canaries and waves count.
    """
    if situation.parent_gone:
        return _stopped("the main process is gone, and with it whoever would hear of what happens")
    if bounds.reverts:
        return GO
    closed = _closed(situation, bounds) or (_spent(situation, bounds) if first else None)
    closed = closed or _paused(situation, bounds)
    if first and found_at_work:  # nobody has asked before it was followed
        closed = closed or _behind_canaries(situation) or _wave(plan, situation)
    if first:
        closed = closed or _group(plan, situation, bounds)
    if first or found_at_work:
        closed = closed or _own_slot(plan, situation, bounds)
    return closed or _window(plan, situation, bounds, durations) or GO


def why_closed(now: datetime, stop_file: str | bool, bounds: RolloutLimits) -> str:
    """Why nothing is sent any more, whatever it is: somebody said so, or it is too late; empty where it may be sent.

    ``stop_file``: it is there, and nothing was begun that it does not stop.
    """
    closed = _closed(RolloutState(now, running=(), ended={}, total=0, stop_file=stop_file), bounds)
    return closed.reason if closed else ""


def _stopped(reason: str) -> Decision:
    return Decision(False, True, reason, full=True)


def _never(reason: str) -> Decision:
    return Decision(False, False, reason, never=True)


def _closed(situation: RolloutState, bounds: RolloutLimits) -> Decision | None:
    """Nothing starts any more: somebody said so, or it is too late."""
    if situation.stop_file:
        where = "" if situation.stop_file is True else f" ({situation.stop_file})"
        return _stopped(
            f"the stop file is there{where}: nothing new starts, what runs is followed; remove the file to go on"
        )
    late = over(situation.now, bounds.start_deadline, bounds.window_end)
    return _stopped(late) if late else None


def _spent(situation: RolloutState, bounds: RolloutLimits) -> Decision | None:
    """What earlier batches left, the budget of the whole run, and slots that nobody will give back (rules 18, 40)."""
    if situation.stopped_before is not None:
        return _stopped(situation.stopped_before)
    failures, total = situation.failures, situation.total + situation.total_before
    overdrawn = _overdrawn(failures, total, bounds)
    if overdrawn:
        return _stopped(f"{failures} of {total} routers failed, {overdrawn}")
    unknowns = situation.unknowns
    if len(unknowns) >= bounds.in_flight:
        return _stopped(
            f"every slot is held by a router of which nobody knows whether something still runs there "
            f"({some(unknowns)}). Look at these, then run again"
        )
    return None


def _overdrawn(failures: int, total: int, bounds: RolloutLimits) -> str:
    """Which limit so many failures exceed, as the end of a sentence; empty where they exceed none."""
    if bounds.max_failures is not None and failures > bounds.max_failures:
        return f"and no more than {bounds.max_failures} may (max_failures)"
    limit = bounds.max_fail_percentage
    if limit is not None and failures * 100 > limit * total:
        return f"and no more than {limit:g} % may (max_fail_percentage)"
    return ""


def _loaded(situation: RolloutState) -> Decision | None:
    """What runs makes the conductor slow: wait until some of it has ended."""
    return Decision(False, False, f"paused: {situation.load}", full=True) if situation.load else None


def _paused(situation: RolloutState, bounds: RolloutLimits) -> Decision | None:
    """The circuit breaker (rule 24): wait for the fleet to recover, but not for ever."""
    if situation.breaker is None:
        return None
    if situation.breaker_since < bounds.breaker_patience:
        return Decision(False, False, f"paused: {situation.breaker}", full=True)
    return _stopped(f"{situation.breaker}, and that has not passed within {format_duration(situation.breaker_since)}")


def _group(plan: RouterPlan, situation: RolloutState, bounds: RolloutLimits) -> Decision | None:
    """Never two of an exclusive group, and none at all once one of them is not well (rule 23)."""
    for router in () if lifts(plan.overrides, GROUP) else plan.members:
        state = situation.ended.get(router) or situation.bad_before.get(router)
        if router != plan.router and state in FAILURES:
            return _never(f"{router} of the same group ({plan.group}) is {state}")
    return _beside_its_group(plan, situation) or _beside_the_unwell(plan, situation, bounds)


def _beside_its_group(plan: RouterPlan, situation: RolloutState) -> Decision | None:
    """Never two of an exclusive group at once."""
    if plan.group is None:
        return None
    for other in situation.running:
        if other.group == plan.group and other.router not in (plan.router, *situation.resting):
            return Decision(False, False, f"{other.router} of the same group ({plan.group}) is in flight")
    return None


def _beside_the_unwell(plan: RouterPlan, situation: RolloutState, bounds: RolloutLimits) -> Decision | None:
    """None while another of its exclusive group is not well, wherever that one belongs."""
    for router in () if lifts(plan.overrides, GROUP) else plan.mates:
        if router in situation.unwell:
            how, seconds = situation.unwell[router]
            words = f"{router} of the same group ({plan.group}) {how}"
            if seconds < bounds.group_patience:
                return Decision(False, False, words)
            return _never(f"{words}, and that has not passed within {format_duration(seconds)}")
    return None


def _window(plan: RouterPlan, situation: RolloutState, bounds: RolloutLimits, durations: Durations) -> Decision | None:
    """Refuse a router whose second node would start after the deadline, or whose revert would end after the window."""
    why = too_late(plan, situation.now, bounds.start_deadline, bounds.window_end, durations)
    return _never(why) if why else None


def _behind_canaries(situation: RolloutState) -> Decision | None:
    """The first routers with work go alone, and must have been done for a while (rules 40 and 48)."""
    hold = held_by_canaries(situation.canaries)
    if hold is None:
        return None
    return _stopped(hold.reason) if hold.stop else Decision(False, False, hold.reason, full=True)


def no_slot(situation: RolloutState, bounds: RolloutLimits) -> str:
    """Why nobody gets a slot just now; empty where one is free."""
    held = len(situation.unknowns)
    begun = len(situation.running) - len(situation.resting) - situation.aside + held
    unknown = f", {held} of them held by routers that ended unknown" if held else ""
    return _full(begun, len(situation.proving), situation, bounds, unknown)


def _full(begun: int, proving: int, situation: RolloutState, bounds: RolloutLimits, of_them: str = "") -> str:
    """Why no other router may be begun beside those that are; empty where one may.

    ``begun``: how many take a slot, ``proving`` of which only have to be proven. Only those give theirs back before
    their end, up to ``in_proof``, and only as long as the budget would bear it if all of them failed.
    """
    if begun < bounds.in_flight:
        return ""
    extra = 0 if bounds.reverts else bounds.in_proof
    if not extra or begun - proving >= bounds.in_flight:
        return f"all {bounds.in_flight} slots are taken{of_them}"
    if begun >= bounds.in_flight + extra:
        return f"{begun} routers are begun and not proven yet, and no more than {bounds.in_flight} + {extra} may be"
    if situation.recent_left is not None and proving >= situation.recent_left:
        return f"{proving} routers are not proven yet, and so many bad ones would stop the run (recent_failures)"
    at_worst, total = situation.failures + proving, situation.total + situation.total_before
    overdrawn = _overdrawn(at_worst, total, bounds)
    if not overdrawn:
        return ""
    return f"{at_worst} routers have failed or are not proven yet, {overdrawn}"


def _slots(situation: RolloutState, bounds: RolloutLimits) -> Decision | None:
    full = no_slot(situation, bounds)
    return Decision(False, False, full, full=True) if full else None


def _own_slot(plan: RouterPlan, situation: RolloutState, bounds: RolloutLimits) -> Decision | None:
    """What was found at work is followed without a slot, and sends something only once it has one (I5)."""
    running = [other.router for other in situation.running]
    before = running[: running.index(plan.router)] if plan.router in running else running
    behind = situation.running[len(before) + 1 :] if plan.found_at_work else ()
    behind = [other.router for other in behind if other.router not in situation.asking]
    held = [router for router in (*before, *behind) if router not in situation.resting]
    proving = sum(router in situation.proving for router in held)
    full = _full(len(held) + len(situation.unknowns), proving, situation, bounds)
    return Decision(False, False, full, full=True) if full else None


def _wave(plan: RouterPlan, situation: RolloutState) -> Decision | None:
    earliest = situation.earliest_wave
    if earliest is None or plan.wave <= earliest:
        return None
    return Decision(False, False, f"wave {earliest} has not ended, and this router is of wave {plan.wave}")


# -- the circuit breaker ----------------------------------------------------------------------------------------------


class Standing(Protocol):
    """What the circuit breaker asks of a node: a row of assets has it, and so have the facts of a plan."""

    @property
    def settled(self) -> bool:
        """True if it is in a state that is final."""

    @property
    def state(self) -> str:
        """Its state, in the conductor's words."""


def breaker_reason(
    baseline: Mapping[NodeId, Standing],
    now: Mapping[NodeId, Standing],
    moved_routers: Collection[str],
    conductor_router: str,
    percent: float,
) -> str | None:
    """Why new starts must pause (rule 24), by (router, node) then and now; None while the fleet is as it was.

    ``moved_routers``: by commands of ours; that their assets are away is no news. One lost asset never pauses a
    run: single sites come and go.
    """
    lost = _lost(baseline, now)
    lost_own = [node_id for node_id in lost if node_id[0] == conductor_router]
    if lost_own:
        return f"a node of the conductor is not settled any more: {some(_shown(lost_own, now))}"
    lost = [node_id for node_id in lost if node_id[0] not in moved_routers]
    # It is asked in each poll: as long as hardly anything is lost, nobody counts the others.
    if len(lost) <= 1:
        return None
    settled = _settled(baseline, moved_routers, conductor_router)
    if len(lost) <= percent * settled / 100:
        return None
    return (
        f"{len(lost)} of {settled} assets that this run has not moved have left their settled state since the start "
        f"({some(_shown(lost, now))})"
    )


def _lost(baseline: Mapping[NodeId, Standing], now: Mapping[NodeId, Standing]) -> list[NodeId]:
    """The nodes that were settled then, and are not now, or not listed."""
    return [
        node_id
        for node_id, then in baseline.items()
        if not ((row := now.get(node_id)) and row.settled) and then.settled
    ]


def _shown(node_ids: Sequence[NodeId], now: Mapping[NodeId, Standing]) -> list[str]:
    return [
        f"{node}.{router} {now[router, node].state if (router, node) in now else 'is not listed'}"
        for router, node in node_ids
    ]


def _settled(baseline: Mapping[NodeId, Standing], moved_routers: Collection[str], conductor_router: str) -> int:
    """How many nodes of other routers were settled then, that this run has not moved."""
    others = (
        then for node_id, then in baseline.items() if node_id[0] != conductor_router and node_id[0] not in moved_routers
    )
    return sum(then.settled for then in others)
