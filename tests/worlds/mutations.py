# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.worlds.mutations``: turns off each condition of the gate and of the judge; which world notices it?

A condition is noticed if a world breaks a promise that it keeps with the condition. Which world that was, and what had
to be turned off together with it, is remembered in ``noticed.json``, so that it is played first; the others are played
where the condition has made a difference.
"""

from __future__ import annotations

import argparse
import functools
import json
import multiprocessing
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from .draw import draw
from .many import player
from .mutants import Mutant, all_mutants, gate_watched, turned_off, watched
from .suite import BY_NAME
from .unit_tests import failing, is_test, tests_of

#: Which world noticed what, the last time.
REMEMBERED = Path(__file__).with_name("noticed.json")
#: Plain worlds, those that have everything in them (wide.py), and nights that are rare otherwise (dense.py).
SEEDS = "0:500,5000:6000,9000:9500"
#: A world that takes longer than this has no end, in seconds of real time.
_ENDLESS = 120
#: So many worlds are played for conditions that are turned off together, and so often something else decides then.
_TOGETHER = 40
_IN_ITS_STEAD = 5


class Stuck(BaseException):
    """A world does not come to its end. No ``Exception``, so that nothing under test survives it."""


@dataclass
class Plain:
    """A world as it is without a mutation: what breaks in it, and which conditions make a difference."""

    broken: set[str]
    asked: Counter = field(default_factory=Counter)


@dataclass
class Row:
    """A line of the table. ``world`` None: no world noticed it, of so many in which the condition made a difference."""

    mutant: Mutant
    world: str | None = None
    promise: str = ""
    played: int = 0
    differs: int = 0
    #: What was turned off together with it, where it was not noticed alone.
    together: tuple[Mutant, ...] = ()


# -- one world --------------------------------------------------------------------------------------------------------


def world_of(name: str) -> dict:
    """The definition of a world: by its seed, or by its name."""
    return draw(int(name)) if name.isdigit() else BY_NAME[name][1]


def broken_in(name: str) -> set[str]:
    """The promises that a world breaks as the collection is now."""

    def stop(_signal, _frame) -> None:
        raise Stuck

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(_ENDLESS)
    try:
        return {breach.invariant for breach in player()(world_of(name)).breaks}
    except Stuck:
        return {"I4"}
    except (LookupError, ValueError):  # a fault of the world, and none of what it judges
        return set()
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def plain(name: str) -> tuple[str, Plain]:
    """A world without a mutation."""
    world = Plain(set())

    def asked(mutant: Mutant) -> None:
        world.asked[mutant] += 1

    with watched(asked):
        world.broken = broken_in(name)
    return name, world


def noticed(mutants: Sequence[Mutant], worlds: Sequence[tuple[str, set[str]]]) -> tuple[str | None, str, int]:
    """The first of these worlds that breaks another promise without the conditions, which, and how many were played.

    ``worlds``: their names, and what breaks in each of them anyway.
    """
    with turned_off(mutants):
        for played, (name, broken) in enumerate(worlds, 1):
            new = broken_in(name) - broken
            if new:
                return name, ", ".join(sorted(new)), played
    return None, "", len(worlds)


def read_remembered() -> dict[str, tuple[str, tuple[Mutant, ...]]]:
    """Which world noticed which condition the last time, and what was turned off together with it."""
    if not REMEMBERED.exists():
        return {}
    known = {mutant.key: mutant for mutant in all_mutants()}
    lines = json.loads(REMEMBERED.read_text(encoding="utf-8"))
    noticed_by = {key: line for key, line in lines.items() if line}  # of the others it is known that nothing has yet
    found = {key: (name, [known.get(other) for other in others]) for key, (name, *others) in noticed_by.items()}
    return {
        key: (name, tuple(others))
        for key, (name, others) in found.items()
        if key in known and None not in others and (name.isdigit() or name in BY_NAME or is_test(name))
    }


def write_remembered(rows: Sequence[Row]) -> None:
    """Write down what noticed these, beside what is known of the others. Nothing noticed: an empty line."""
    kept = {mutant.key: [] for mutant in all_mutants() if mutant.kind != "part" and not mutant.silent}
    kept |= {key: [name, *(other.key for other in others)] for key, (name, others) in read_remembered().items()}
    fresh = {
        row.mutant.key: [row.world, *(other.key for other in row.together)] for row in rows if row.world is not None
    }
    lines = (f" {json.dumps(key)}: {json.dumps(value)}" for key, value in sorted({**kept, **fresh}.items()))
    REMEMBERED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _remembered(job: tuple[Mutant, str, tuple[Mutant, ...]]) -> tuple[Mutant, str, tuple[Mutant, ...], str]:
    """Does the world that noticed it the last time notice it again? An empty promise: it does not."""
    mutant, name, others = job
    return mutant, name, others, noticed([mutant, *others], [(name, _broken_anyway(name))])[1]


@functools.cache
def _broken_anyway(name: str) -> set[str]:
    """What a world breaks without a mutation; the tests hold that nothing does in those with names."""
    return broken_in(name) if name.isdigit() or BY_NAME[name][0] else set()


def _asked_without(name: str, off: Sequence[Mutant]) -> tuple[set[str], set[Mutant]]:
    """What a world breaks without these conditions of the gate, and which others decide something then."""
    asked: set[Mutant] = set()
    with turned_off(off), gate_watched(asked.add):
        broken = broken_in(name)
    return broken, asked


def chased(job: tuple[Mutant, list]) -> tuple[Mutant, str | None, str, tuple[Mutant, ...]]:
    """A condition of the gate, turned off together with whatever decides in its stead: who notices, and what it was."""
    mutant, worlds = job
    for name, broken in worlds:
        off = [mutant]
        for _ in range(_IN_ITS_STEAD):
            now_broken, asked = _asked_without(name, off)
            if now_broken - broken:
                return mutant, name, ", ".join(sorted(now_broken - broken)), tuple(off[1:])
            others = [other for other in asked if _command(other) == _command(mutant) and not other.silent]
            if not others:
                break
            off += others
    return mutant, None, "", ()


def _noticed(job: tuple[tuple[Mutant, ...], list]) -> tuple[tuple[Mutant, ...], tuple]:
    return job[0], noticed(*job)


# -- all of them ------------------------------------------------------------------------------------------------------


class Mutations:
    """Plays worlds for conditions, on so many ``jobs``, and at ``most`` so many for each.

    ``tell`` takes what is printed while that goes on.
    """

    def __init__(
        self,
        mutants: Sequence[Mutant],
        worlds: Sequence[str],
        jobs: int,
        most: int,
        tell: Callable[[str], object],
    ):
        self.rows = {mutant: Row(mutant) for mutant in mutants}
        self.worlds, self.tell = worlds, tell
        self.plain: dict[str, Plain] = {}
        self._jobs, self._most = jobs, most

    def _map(self, do: Callable, jobs: Sequence, what: str) -> Iterator:
        """Do all of it on several cores, in any order; say how far it is."""
        began = told = time.monotonic()
        with ProcessPoolExecutor(self._jobs, mp_context=multiprocessing.get_context("fork")) as pool:
            left = [pool.submit(do, job) for job in jobs]
            for number, future in enumerate(as_completed(left), 1):
                yield future.result()
                if time.monotonic() - told > 15:
                    told = time.monotonic()
                    self.tell(f"{what}: {number} of {len(jobs)} after {told - began:.0f} s")

    @property
    def left(self) -> list[Row]:
        """Rows that nothing has noticed yet, though a world could."""
        return [row for row in self.rows.values() if row.world is None and not row.mutant.silent]

    def play_remembered(self, remembered: dict[str, tuple[str, tuple[Mutant, ...]]]) -> None:
        """The worlds and the unit tests that noticed something the last time."""
        known = [(row.mutant, *remembered[row.mutant.key]) for row in self.left if row.mutant.key in remembered]
        self._tests([(mutant, name) for mutant, name, _others in known if is_test(name)])
        jobs = sorted((job for job in known if not is_test(job[1])), key=lambda job: job[1])
        for mutant, name, others, promise in self._map(_remembered, jobs, "remembered worlds"):
            if promise:
                row = self.rows[mutant]
                row.world, row.promise, row.played, row.together = name, promise, 1, others

    def run_tests(self) -> None:
        """The unit tests of its file, for each condition that is left."""
        for number in range(max((len(tests_of(row.mutant)) for row in self.left), default=0)):
            left = ((row.mutant, tests_of(row.mutant)) for row in self.left)
            self._tests([(mutant, tests[number]) for mutant, tests in left if len(tests) > number])

    def _tests(self, wanted: Sequence[tuple[Mutant, str]]) -> None:
        for mutant, test in failing(wanted, self._jobs).items():
            row = self.rows[mutant]
            row.world, row.promise, row.played = test, "fails", 1

    def play_plain(self) -> None:
        """All worlds without a mutation, to know in which of them a condition makes a difference."""
        if self.left:
            played = dict(self._map(plain, self.worlds, "worlds without a mutation"))
            self.plain = {name: played[name] for name in self.worlds}

    def _asked_in(self, mutant: Mutant) -> list[tuple[str, set[str]]]:
        """The worlds in which a condition makes a difference; first small ones, and those in which nothing breaks."""
        names = [name for name, world in self.plain.items() if world.asked[mutant]]
        names.sort(key=lambda name: (bool(self.plain[name].broken), name.isdigit()))
        return [(name, self.plain[name].broken) for name in names]

    def play_alone(self) -> None:
        """Each condition that is left, turned off alone."""
        jobs = [((row.mutant,), self._asked_in(row.mutant)[: self._most]) for row in self.left]
        jobs.sort(key=lambda job: len(job[1]))
        for (mutant,), (world, promise, played) in self._map(_noticed, jobs, "conditions"):
            row = self.rows[mutant]
            row.differs = sum(bool(other.asked[mutant]) for other in self.plain.values())
            row.world, row.promise, row.played = world, promise, played
            self.tell(table([row]))

    def play_together(self) -> None:
        """Those that are still left, together with what decides in their stead."""
        left = self.left
        jobs = [(row.mutant, self._asked_in(row.mutant)[:_TOGETHER]) for row in left if row.mutant.kind == "gate"]
        for mutant, world, promise, others in self._map(chased, jobs, "conditions of the gate together"):
            self._together(mutant, world, promise, others)
        sets = [(row.mutant, *self._beside(row.mutant)) for row in left if row.mutant.kind != "gate"]
        jobs = [(off, self._asked_in(off[0])[:_TOGETHER]) for off in sets if len(off) > 1]
        for (mutant, *others), (world, promise, _played) in self._map(
            _noticed, jobs, "conditions of the judge together"
        ):
            self._together(mutant, world, promise, tuple(others))

    def _together(self, mutant: Mutant, world: str | None, promise: str, others: tuple[Mutant, ...]) -> None:
        """Each that is left has been noticed together with the others: while one of them held, nothing was."""
        if world is None:
            return
        for each in (mutant, *others):
            row = self.rows.get(each)
            if row is not None and row.world is None:
                row.world, row.promise = world, promise
                row.together = tuple(other for other in (mutant, *others) if other != each)
                self.tell(table([row]))

    def _beside(self, mutant: Mutant) -> list[Mutant]:
        """What else of a function of the judge nothing has noticed."""
        return [row.mutant for row in self.left if row.mutant != mutant and row.mutant.where == mutant.where]


def _command(mutant: Mutant) -> str:
    """The command; whether a revert is decided at all is asked right before its own conditions."""
    return mutant.where.partition("/")[0].removesuffix(" decision")


def table(rows: Sequence[Row]) -> str:
    """What was noticed by what, one condition a line."""
    lines = []
    for row in rows:
        if row.world is not None:
            beside = f", together with {'; '.join(f'{other.where} {other.name}' for other in row.together)}"
            end = f"{row.promise} in {_quoted(row.world)}{beside if row.together else ''}"
        elif row.mutant.silent:
            end = f"({row.mutant.silent}, so there is nothing to notice)"
        elif row.differs:
            end = f"SURVIVED in {row.played} worlds in which it makes a difference"
        else:
            end = "SURVIVED: it makes no difference in any world"
        lines.append(f"{row.mutant.where:<28} {row.mutant.name:<58} {end}")
    return "\n".join(lines)


def _summary(rows: Sequence[Row], survived: int) -> str:
    """The last line."""
    silent = sum(bool(row.mutant.silent) for row in rows)
    noticed_now = sum(row.world is not None for row in rows)
    return f"mutations: {noticed_now} of {len(rows) - silent} noticed, {survived} survived; {silent} with a reason"


def _quoted(world: str) -> str:
    if is_test(world):
        return world.removeprefix("tests/unit/")
    return f"seed {world}" if world.isdigit() else f"'{world}'"


def seeds_of(text: str) -> list[str]:
    """``0:10,50:60`` as the names of worlds."""
    parts = (part.partition(":") for part in text.split(","))
    return [str(seed) for first, _, last in parts for seed in range(int(first), int(last))]


def main(arguments: list[str] | None = None) -> int:
    """Play what is asked for. 1: a condition survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.worlds.mutations", description=__doc__)
    parser.add_argument("--seeds", default=SEEDS, help="from:to, without the last one; several with commas")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--most", type=int, default=2000, help="play at most so many worlds for each condition")
    parser.add_argument("--only", default="", help="only conditions whose name, command or function matches this")
    parser.add_argument("--forget", action="store_true", help="do not begin with the worlds that noticed the last time")
    parser.add_argument("--remember", action="store_true", help=f"write down in {REMEMBERED.name} what noticed")
    parser.add_argument("--parts", action="store_true", help="also each part of what an if of the judge asks")
    parser.add_argument("--list", action="store_true", help="only print what can be turned off")
    options = parser.parse_args(arguments)
    player()
    mutants = [mutant for mutant in all_mutants() if re.search(options.only, mutant.key)]
    mutants = [mutant for mutant in mutants if options.parts or mutant.kind != "part"]
    if options.list:
        lines = (f"{mutant.key}  ({mutant.silent})" if mutant.silent else mutant.key for mutant in mutants)
        print("\n".join(lines))
        return 0
    began = time.monotonic()
    worlds = [*BY_NAME, *seeds_of(options.seeds)]
    tell = functools.partial(print, file=sys.stderr, flush=True)
    mutations = Mutations(mutants, worlds, options.jobs, options.most, tell)
    if not options.forget:
        mutations.play_remembered(read_remembered())
    mutations.run_tests()
    mutations.play_plain()
    mutations.play_alone()
    mutations.play_together()
    rows = list(mutations.rows.values())
    if options.remember:
        write_remembered(rows)
    print(table(rows))
    left = len(mutations.left)
    print(f"took {time.monotonic() - began:.0f} s, {len(worlds)} worlds")
    print(_summary(rows, left))
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
