# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.worlds --seeds 0:2000 --jobs 2``: plays worlds, and says which invariants did not hold in which."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .definition import literal
from .draw import draw
from .judge import Break
from .many import Night, play_many, player
from .shrink import shrink
from .story import short, whole
from .suite import SEEDS, write_known
from .summary import Summary


def main(arguments: list[str] | None = None) -> int:
    """Play what is asked for. 1: something did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.worlds", description=__doc__)
    parser.add_argument("--seeds", default="0:200", help="from:to, without the last one")
    parser.add_argument("--fresh", type=int, metavar="N", help="so many seeds that nobody has played, printed first")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--outcomes", metavar="FILE", help="write a line for each seed: what was sent, and all states")
    parser.add_argument("--only", help="report only this invariant")
    parser.add_argument("--quiet", action="store_true", help="only the summary")
    parser.add_argument(
        "--stories", type=int, default=3, help="of so many worlds that break something the story is told"
    )
    parser.add_argument("--suite", action="store_true", help="play the worlds that are played for every change")
    parser.add_argument("--write-known", action="store_true", help="and write down what does not hold in them")
    parser.add_argument("--seed", type=int, help="play one world")
    parser.add_argument("-v", "--verbose", action="store_true", help="with --seed: tell its story")
    parser.add_argument("--shrink", type=int, metavar="SEED", help="make a world smaller that breaks an invariant")
    options = parser.parse_args(arguments)
    if options.shrink is not None:
        return _shrink(options)
    if options.seed is not None:
        return _play_seed(options)
    return _many(_seeds(options), options)


def _seeds(options: argparse.Namespace) -> Sequence[int]:
    if options.suite or options.write_known:
        return SEEDS
    if options.fresh is not None:
        first = fresh_seed()
        seeds = range(first, first + options.fresh)
        print(f"worlds with new seeds, again with: .venv/bin/python -m tests.worlds --seeds {first}:{seeds.stop}")
        return seeds
    first, _, last = options.seeds.partition(":")
    return range(int(first), int(last))


def fresh_seed() -> int:
    """A seed behind those that are written down anywhere, another one at each time."""
    return 1_000_000 + int.from_bytes(os.urandom(4), "big")


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
        print(whole(played.story))
    for broken in played.breaks:
        print(f"seed {options.seed} {broken.invariant} at {broken.at:.0f}: {broken.what}: {broken.truth}")
    return 1 if played.breaks else 0


def _many(seeds: Sequence[int], options: argparse.Namespace) -> int:
    began, summary = time.monotonic(), Summary(len(seeds))
    outcomes, nights, stories = [], [], options.stories
    for night in play_many(seeds, options.jobs):
        summary.add(night)
        nights += [night] if options.write_known else []
        outcomes.append(f"{night.seed} {night.outcome}\n")
        if night.failed:
            print(f"seed {night.seed}: {night.failed}", flush=True)
        if not options.quiet:
            breaks = [breach for breach in night.breaks if options.only in (None, breach.invariant)]
            _tell(night, breaks, stories > 0)
            stories -= bool(breaks)
        if summary.due() and not options.quiet:
            print(summary.progress(), file=sys.stderr, flush=True)
    if options.outcomes:
        Path(options.outcomes).write_text("".join(outcomes), encoding="utf-8")
    if options.write_known:
        write_known(nights)
    print(summary.text(time.monotonic() - began))
    return 1 if summary.broken or summary.failed else 0


def _tell(night: Night, breaks: Sequence[Break], story: bool) -> None:
    """Every broken promise of a world; the first worlds with their story, and how they are played again."""
    for breach in breaks:
        print(f"seed {night.seed} {breach.invariant} at {breach.at:.0f}: {breach.what}: {breach.truth}", flush=True)
    if breaks and story:
        print(short(night.story, breaks[0].at))
        print(f"  again: .venv/bin/python -m tests.worlds --seed {night.seed} -v", flush=True)
        print(f"  smaller: .venv/bin/python -m tests.worlds --shrink {night.seed} --only {breaks[0].invariant}")


if __name__ == "__main__":
    sys.exit(main())
