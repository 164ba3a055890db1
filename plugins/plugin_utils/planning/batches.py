# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides about the batches of a run: may the next one begin, and may the rest of one follow its canaries? Pure.

Rules 40, 47 and 48 of the procedure. Nothing of it relies on what Ansible counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..clock import format_duration
from ..software.counts import some

#: What stops the next batch. A router to which nothing was sent does not.
BAD = ("unknown", "failed", "relapsed", "reverted", "held")
#: So many of the routers that ended last are counted together, whatever share of a batch may fail.
RECENT = 20
#: The ends of routers that were worked on; the others say nothing about how the release does.
_TRIED = (*BAD, "done")


@dataclass(frozen=True)
class BatchEnd:
    """How a batch ended. ``routers``: all that were in it; ``verdicts``: the states of those that have ended."""

    routers: Sequence[str]
    verdicts: Mapping[str, str] = field(default_factory=dict)

    @property
    def bad(self) -> list[str]:
        """Its routers that stop the next batch."""
        return [router for router, state in self.verdicts.items() if state in BAD]

    @property
    def missing(self) -> list[str]:
        """Its routers without a verdict."""
        return [router for router in self.routers if router not in self.verdicts]


@dataclass(frozen=True)
class Tolerance:
    """``percent``: how many of a batch may end badly; ``recent``: how many of the last twenty must not (0: any)."""

    percent: float = 0.0
    recent: int = 3


def refusal(batches: Sequence[BatchEnd], tolerance: Tolerance, under_way: BatchEnd | None = None) -> str | None:
    """Why no other router of the run may begin, as a clause; None where one may (rule 47).

    ``under_way``: the batch to which it belongs, if that has begun.
    """
    for number, batch in enumerate(batches, 1):
        if batch.missing:
            return (
                f"{some(batch.missing)} of batch {number} {_has(batch.missing)} no verdict: the task that worked on "
                "that batch did not come to its end"
            )
        if exceeds(len(batch.bad), len(batch.routers), tolerance.percent):
            ended = some([f"{router} ({batch.verdicts[router]})" for router in batch.bad])
            allowed = f", and {tolerance.percent:g} % of a batch may" if tolerance.percent else ""
            return f"{ended} of batch {number} did not end well{allowed}"
    return _recent([*batches, under_way] if under_way else batches, tolerance.recent)


def exceeds(bad: int, number: int, percent: float) -> bool:
    """True if so many bad routers are more than what may fail of this number."""
    return bad * 100 > percent * number


def recent_left(batches: Sequence[BatchEnd], limit: int) -> int | None:
    """How many more bad ends stop the run because of those that ended last; None where any number may be bad."""
    return limit - len(_recently_bad(batches)[0]) if limit else None


def _recent(batches: Sequence[BatchEnd], limit: int) -> str | None:
    bad, ended = _recently_bad(batches)
    if not limit or len(bad) < limit:
        return None
    return f"{len(bad)} of the {ended} routers that ended last did not end well: {some(bad)}"


def _recently_bad(batches: Sequence[BatchEnd]) -> tuple[list[str], int]:
    """Of the routers that ended last those that did not end well, with their states; and how many these last are."""
    states = [item for batch in batches for item in batch.verdicts.items()]
    ended = [(router, state) for router, state in states if state in _TRIED][-RECENT:]
    return [f"{router} ({state})" for router, state in ended if state in BAD], len(ended)


def _has(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"


# -- canaries ---------------------------------------------------------------------------------------------------------


def stages_before(earlier: Sequence[int], size: int) -> list[tuple[int, int]]:
    """With how many routers it must have been tried before all of a batch may go on: after which batch, and how many.

    Batches are counted in routers that have work (rule 40), and Ansible counts hosts. ``earlier``: the sizes of the
    batches before; ``size``: that of this one. Only smaller ones are made up for: so many at once have been allowed.
    """
    stages, wanted = [], 0
    for number, routers in enumerate(earlier, 1):
        if routers < size:
            wanted += routers
            stages.append((number, wanted))
    return stages


def foremost(earlier: Sequence[int], size: int, canaries: int, tried: int) -> int:
    """With how many routers it is tried before the others of a batch begin: canaries, and who makes up for them.

    These are the first that the user has listed, not those that take longest. ``earlier``, ``size``: as above;
    ``tried``: how many routers earlier batches have tried. The first batch is nothing but canaries, and waits for none.
    """
    if not canaries or not earlier:
        return 0
    return max(0, max([canaries, *(wanted for _number, wanted in stages_before(earlier, size))]) - tried)


@dataclass(frozen=True)
class CanaryState:
    """Where the canaries of a run are. ``wanted``: how many routers with work come before all others; 0: none.

    ``before`` and ``begun``: with how many it was tried in earlier batches, and in this one. ``running``: those of this
    batch that have not ended, ``bad`` those that did not end well. ``over``: all have ended, and ``bake`` seconds are
    left until the others may start. ``percent``: how many of them may end badly. ``in_place_of``: the number of the
    batch that had too little work, where these routers make up for that one and are no canaries.
    """

    wanted: int = 0
    before: int = 0
    begun: int = 0
    running: Sequence[str] = ()
    bad: Sequence[str] = ()
    over: bool = False
    bake: float = 0.0
    percent: float = 0.0
    in_place_of: int = 0


@dataclass(frozen=True)
class Hold:
    """Why a router does not start now. ``stop``: no other one will in this run."""

    reason: str
    stop: bool = False


def held_by_canaries(state: CanaryState) -> Hold | None:
    """Why a router must not start yet because of the canaries; None where it may (rules 40 and 48)."""
    if not state.wanted:
        return None
    batch = f"in place of batch {state.in_place_of}" if state.in_place_of else ""
    if state.bad and exceeds(len(state.bad), state.wanted, state.percent):
        return Hold(f"{some(state.bad)} came first, {batch or 'as canaries'}, and did not end well", stop=True)
    if state.over:
        bakes = f"the canaries are done, and the others wait for {format_duration(state.bake)} more (bake)"
        return Hold(bakes) if state.bake > 0 else None
    if state.before + state.begun < state.wanted:
        return None
    if batch:
        return Hold(f"waits for the routers that come {batch}: {some(state.running)}")
    return Hold(f"waits for the canaries: {some(state.running)}")
