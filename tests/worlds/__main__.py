# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.worlds --seeds 0:2000 --jobs 2``: plays worlds, and says which invariants did not hold in which."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from pathlib import Path

from .definition import literal
from .draw import draw
from .many import play_many, player
from .shrink import shrink

#: The states of nodes in an outcome.
_STATE = re.compile(r"=(\w+)")


def main(arguments: list[str] | None = None) -> int:
    """Play what is asked for. 1: something did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.worlds", description=__doc__)
    parser.add_argument("--seeds", default="0:200", help="from:to, without the last one")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--outcomes", metavar="FILE", help="write a line for each seed: what was sent, and all states")
    parser.add_argument("--only", help="report only this invariant")
    parser.add_argument("--quiet", action="store_true", help="only the summary")
    parser.add_argument("--known", action="store_true", help="print what does not hold, as test_worlds.py lists it")
    parser.add_argument("--seed", type=int, help="play one world")
    parser.add_argument("-v", "--verbose", action="store_true", help="with --seed: tell its story")
    parser.add_argument("--shrink", type=int, metavar="SEED", help="make a world smaller that breaks an invariant")
    options = parser.parse_args(arguments)
    if options.shrink is not None:
        return _shrink(options)
    if options.seed is not None:
        return _play_seed(options)
    first, _, last = options.seeds.partition(":")
    return _many(range(int(first), int(last)), options)


def _shrink(options: argparse.Namespace) -> int:
    data = draw(options.shrink)
    broken = [breach.invariant for breach in player()(data).breaks]
    wanted = options.only or next(iter(broken), None)
    if wanted not in broken:
        print(f"world {options.shrink} does not break {wanted or 'anything'}")
        return 0

    def breaks(candidate: dict) -> bool:
        try:
            return any(breach.invariant == wanted for breach in player()(candidate).breaks)
        except (LookupError, ValueError):  # what was taken away was needed
            return False

    print(literal(shrink(data, breaks)))
    return 1


def _play_seed(options: argparse.Namespace) -> int:
    played = player()(draw(options.seed))
    if options.verbose:
        for at, line in played.story:
            print(f"{at:8.0f}  {line}")
    for broken in played.breaks:
        print(f"seed {options.seed} {broken.invariant} at {broken.at:.0f}: {broken.what}: {broken.truth}")
    return 1 if played.breaks else 0


def _many(seeds: range, options: argparse.Namespace) -> int:
    began, broken, kinds, commands = time.monotonic(), 0, Counter(), 0
    states: Counter[str] = Counter()
    outcomes = []
    for seed, breaks, outcome, count in play_many(seeds, options.jobs):
        commands += count
        if outcome.startswith("THE WORLD"):
            print(f"seed {seed}: {outcome}", flush=True)
            kinds["world failed"] += 1
        states.update(_STATE.findall(outcome.partition(" | ")[2]))
        outcomes.append(f"{seed} {outcome}\n")
        broken += bool(breaks)
        kinds.update({invariant for invariant, *_ in breaks})
        if options.known and breaks:
            print(f"    {seed}: {sorted({invariant for invariant, *_ in breaks})!r},".replace("'", '"'))
        for invariant, at, what, truth in breaks:
            if not (options.quiet or options.known) and options.only in (None, invariant):
                print(f"seed {seed} {invariant} at {at:.0f}: {what}: {truth}", flush=True)
    if options.outcomes:
        Path(options.outcomes).write_text("".join(outcomes), encoding="utf-8")
    took = time.monotonic() - began
    print(f"verdicts: {', '.join(f'{state} {count}' for state, count in states.most_common())}")
    print(f"{len(seeds)} worlds in {took:.0f} s ({60 * len(seeds) / took:.0f} a minute), {commands} commands")
    for invariant, count in sorted(kinds.items()):
        print(f"  {invariant}: broken in {count} worlds")
    print(f"worlds: {len(seeds) - broken} of {len(seeds)} hold")
    return 1 if broken or kinds["world failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
