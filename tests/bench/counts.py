# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fixed night asks of the conductor, in counts: the same on every machine, so that a test can compare them.

``python -m tests.bench.counts`` prints them beside those that are remembered; ``--remember`` writes them down. That is
done for a release, and where a count has become smaller. ``--wire``: those of a small night over SSH instead.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import tests.conftest  # noqa: F401  the loader of collections comes before everything that it loads

# isort: split
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import module_options

from tests.integration.harness import NURSERIES
from tests.unit.fakes import Course, Night, authority
from tests.unit.virtual_clock import VirtualClock

from . import wire
from .fleet import draw_fleet

REMEMBERED = Path(__file__).with_name("counts.json")
ROOT = Path(__file__).resolve().parents[2]

#: The nights: 60 routers of one seed, as the defaults have it and with many at once.
ROUTERS, SEED = 60, 1
NIGHTS: Mapping[str, Mapping[str, object]] = {
    "defaults": {},
    "50 in flight": {"in_flight": 50, "downloads_in_flight": 25},
}
#: Where the stand-in for a task of unit tests differs from a user who changes nothing.
_AS_DOCUMENTED = ("poll_min", "poll_max", "pair_soak", "operation_settle", "breaker_percent")


def counts_of(settings: Mapping[str, object]) -> dict[str, int]:
    """Commands by kind, lists of assets (polls), sessions opened, and looks at nodes of one night."""
    options = module_options("software_upgrade")
    defaults = {name: options[name]["default"] for name in _AS_DOCUMENTED}
    fleet, clock = draw_fleet(ROUTERS, SEED), VirtualClock()
    conductor = authority(clock, {router: [node.node for node in nodes] for router, nodes in fleet.routers.items()})
    conductor.shows_status = True
    for router, nodes in fleet.routers.items():
        for node in nodes:
            conductor.courses[router, node.node] = Course(seconds=node.upgrade, download=node.download)
    result = Night(conductor).go(**{**defaults, **settings})
    assert result["totals"] == {"done": ROUTERS}, result["totals"]
    assert conductor.wrong == [], conductor.wrong
    commands = sum(conductor.rounds, Counter())
    return {
        **dict(sorted(commands.items())),
        "sessions opened": conductor.reopened,
        "seconds of the night": _end(clock),
    }


def _end(clock: VirtualClock) -> int:
    """Virtual seconds: they depend on no machine."""
    return round(clock.now() - 1000.0)


def all_counts() -> dict[str, dict[str, int]]:
    """The counts of each night."""
    return {name: counts_of(settings) for name, settings in NIGHTS.items()}


def remembered() -> dict:
    """The counts that were written down, with the release of which they are."""
    return json.loads(REMEMBERED.read_text(encoding="utf-8"))


def differences(before: Mapping[str, Mapping[str, int]], now: Mapping[str, Mapping[str, int]]) -> tuple[list, list]:
    """A sentence for each count that has grown, and for each that has become smaller."""
    grown, shrunk = [], []
    for night in sorted({*before, *now}):
        old, new = before.get(night, {}), now.get(night, {})
        for what in sorted({*old, *new}):
            was, is_now = old.get(what, 0), new.get(what, 0)
            change = f"{night}: {what} {was} -> {is_now}" + (f" ({(is_now - was) / was:+.1%})" if was else "")
            if is_now != was:
                (grown if is_now > was else shrunk).append(change)
    return grown, shrunk


def release() -> str:
    """The release of this tree, from galaxy.yml."""
    lines = (ROOT / "galaxy.yml").read_text(encoding="utf-8").splitlines()
    return next(line.split(":")[1].strip() for line in lines if line.startswith("version:"))


def over_the_wire(remember: bool) -> int:
    """The same for what a small night sends over SSH."""
    try:
        with tempfile.TemporaryDirectory(prefix="ssr-wire-") as folder:
            now = wire.night(Path(folder))
    finally:
        while NURSERIES:
            NURSERIES.pop().close()
    if remember:
        text = json.dumps({"release": release(), "counts": now}, indent=1)
        wire.REMEMBERED.write_text(text + "\n", encoding="utf-8")
    print(json.dumps(now, indent=1))
    print(*(f"grown: {change}" for change in wire.grown(wire.remembered()["counts"], now)), sep="\n")
    return 0


def main() -> int:
    """Print the counts, or write them down."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.counts", description=__doc__)
    parser.add_argument("--remember", action="store_true", help="write the counts down, as those of this release")
    parser.add_argument("--wire", action="store_true", help="what a small night sends over SSH, in their stead")
    options = parser.parse_args()
    if options.wire:
        return over_the_wire(options.remember)
    now = all_counts()
    if options.remember:
        REMEMBERED.write_text(json.dumps({"release": release(), "nights": now}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(now, indent=1))
    for words, changes in zip(("grown", "smaller"), differences(remembered()["nights"], now), strict=True):
        print(*(f"{words}: {change}" for change in changes), sep="\n", end="\n" if changes else "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
