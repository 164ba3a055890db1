# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole upgrades on conductors whose habits a seed has drawn: what they must come to, and a script that plays many.

``python -m tests.integration.habits --seeds 40`` plays that many seeds and prints a line for each: the verdict of the
playbook beside the simulator's truth. ``--seed 17 --keep FOLDER`` plays a single one and keeps what it left behind.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.integration.fleet import intervals, untrue, upgraded
from tests.integration.harness import Bench, Run
from tests.integration.routers import NEW, authority, inventory, router, verdicts
from tests.integration.routers import PACE as ROUTER_PACE
from tests.simulator import Simulator
from tests.simulator.draws import chance, some
from tests.simulator.habits import Habits

#: Where the seeds of a run come from, such as ``SSR_HABITS_SEEDS=1,2,3``; otherwise they are drawn.
SEEDS = "SSR_HABITS_SEEDS"
SPEEDUP = 600

#: Where a habit is about times, the conductors live slower: a list that lags, a status that comes late, and a request
#: that keeps its prompt must span several looks, as they do on a real night, or nobody would notice.
TIMELY = {"asset_lag": ("60",), "status_until": ("later",), "request_answer": ("blocks",)}
SLOW = 120

KINDS = ("conductor", "fleet", "trouble")

#: The demonstrations among which a seed chooses, with the release that they are to get; without a seed the first.
CONDUCTORS = (
    ("ha-6.3-image", NEW),
    ("ha-6.3-image", NEW),
    ("ha-6.2-package", NEW),
    ("standalone-6.3", NEW),
    ("ha-7.x", "7.2.3-8.r2.el9"),
)
#: "" stands for the small authority of :func:`fleet`.
FLEETS = (("", NEW), ("", NEW), ("authority-6.2", "6.2.5-5.r2.el7"), ("fleet-small", NEW))
REQUESTED = dict((*CONDUCTORS, *FLEETS))

#: Seconds of the wall after which a playbook has hung.
PATIENCE = 400

#: Between the nodes of a pair there is time enough to see that the second one moves by itself.
SOAK = 2


def seeds(count: int) -> list[int]:
    """The seeds of this run: those of the environment, or so many by chance, the same ones in every test process."""
    given = os.environ.get(SEEDS, "")
    if given:
        return [int(part) for part in given.split(",")]
    # Processes of one run must find the same tests, so what is drawn there hangs on the name of the run.
    source = random.Random(os.environ.get("PYTEST_XDIST_TESTRUNUID"))
    return [source.randrange(1, 100_000) for _number in range(count)]


def conductor(**habits: Any) -> dict[str, Any]:
    """A conductor of the demonstrations, with these habits: key words for a simulator."""
    return {"scenario": _world("world", CONDUCTORS, habits), "habits": habits, "speedup": _speedup(habits)}


def fleet(*, faults: list[Any] | None = None, **habits: Any) -> dict[str, Any]:
    """Routers below a conductor pair that is done, with these habits; a seed may choose one of the demonstrations.

    Otherwise they are a pair, a package-based router and two more.
    """
    world = _world("fleet", FLEETS, habits)
    if not world:
        routers = [
            router("hub", "hub-1", "hub-2"),
            router("branch", install_type="package"),
            router("one"),
            router("two"),
        ]
        world = authority(*routers)
    # A dozen routers of twenty minutes each: what the others need time for is seen there at this speed too.
    speedup = max(_speedup(habits), 300) if world == "fleet-small" else _speedup(habits)
    return {"scenario": world, "habits": habits, "speedup": speedup, "faults": faults or []}


def _world(kind: str, worlds: Sequence[tuple[str, str]], habits: dict[str, Any]) -> str:
    return (chance(habits["seed"], kind).choice(worlds) if "seed" in habits else worlds[0])[0]


def _speedup(habits: dict[str, Any]) -> float:
    ways = ways_of(habits)
    return SLOW if any(ways[name] in slow for name, slow in TIMELY.items()) else SPEEDUP


def ways_of(habits: dict[str, Any]) -> Habits:
    """The way of every habit where these are named, and a seed may have drawn the others."""
    named = {name: way for name, way in habits.items() if name != "seed"}
    return Habits(named, habits.get("seed"))


def _play(bench: Bench, playbook: str, **variables: Any) -> Run:
    """Run a playbook; one that does not end is killed, and its code is -1."""
    process = bench.start(playbook, **variables)
    try:
        output, _none = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _none = process.communicate()
        return bench.finished(-1, output + f"\n(it has not ended within {PATIENCE} s)")
    return bench.finished(process.returncode, output)


#: What may become of a router in the world of faults, of which a seed draws three.
TROUBLES = (
    "pre_check_refuses",
    "request_refused_words",
    "version_unchanged_after_reboot",
    "post_check_fails_and_reverts",
    "download_fails",
    "download_hangs",
    "health_check_fails",
    "service_down_after_upgrade",
    "never_comes_back",
    "stuck_disconnected",
    "upgrade_hangs",
    "restarts_twice",
)

#: What may be told instead where drawn habits make unreadable what would tell it: (faults, habits with their ways,
#: states); all of the habits must be such. Where it can be read, routers are held to what :mod:`.fleet` expects.
UNREADABLE: tuple[tuple[tuple[str, ...], dict[str, tuple[str, ...]], tuple[str, ...]], ...] = (
    # That an upgrade has ended is then told by nothing but assets and uptimes, which prove no failure (rule 15).
    (
        ("version_unchanged_after_reboot", "post_check_fails_and_reverts"),
        {"upgrade_status": ("unreadable", "empty")},
        ("unknown",),
    ),
    # A history that is not kept says no more of it.
    (
        ("version_unchanged_after_reboot", "post_check_fails_and_reverts"),
        {"status_history": ("running_only",)},
        ("unknown",),
    ),
    # Downloads of which nothing can be read are tried (rule 38), and the answer of the upgrade counts.
    (
        ("download_fails", "download_hangs"),
        {"download_status": ("unreadable", "empty")},
        ("failed", "unknown", "done"),
    ),
    # What was shown of last month before is shown again once ours has ended, well or badly, and nothing lists releases.
    (
        ("download_fails",),
        {"status_history": ("running_only",), "old_lines": ("last_month",), "assets_software": ("refused",)},
        ("unknown",),
    ),
    # A health check that cannot be read is no failure (rule 17): the node runs what it should.
    (("health_check_fails",), {"health_check_answer": ("unreadable",)}, ("done",)),
    # One that says that it has failed, and names no check, is no fault of the node; somebody must look.
    (("health_check_fails",), {"health_check_answer": ("empty",)}, ("held",)),
)


def careful(ways: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """What may be told of a router with such a fault beside what is expected, since these habits print too little."""
    allowed: dict[str, tuple[str, ...]] = {}
    for faults, habits, states in UNREADABLE:
        if all(ways[habit] in unreadable for habit, unreadable in habits.items()):
            for fault in faults:
                allowed[fault] = (*allowed.get(fault, ()), *states)
    return allowed


def trouble(**habits: Any) -> dict[str, Any]:
    """Routers of which some cannot be upgraded, whatever the habits: what is told of them must be true as well.

    A seed draws three faults; without one they are the first, the third and the fifth.
    """
    drawn = some(TROUBLES, 3, chance(habits["seed"], "troubles")) if "seed" in habits else TROUBLES[0:5:2]
    names = ("first", "second", "third", "one")
    faults = [{"type": kind, "node": f"{name}-node"} for kind, name in zip(drawn, names, strict=False)]
    return {
        "scenario": authority(router("hub", "hub-1", "hub-2"), *map(router, names)),
        "habits": habits,
        "speedup": _speedup(habits),
        "faults": faults,
    }


@dataclass
class Outcome:
    """What a playbook said in the end, and everything in which that is not the truth or not how it had to end."""

    said: dict[str, str]
    wrong: list[str] = field(default_factory=list)
    run: Run | None = None

    def __str__(self) -> str:
        states = ", ".join(f"{name} {state}" for name, state in sorted(self.said.items())) or "nothing"
        return f"{states}" + "".join(f"\n    {line}" for line in self.wrong)


def play_conductor(bench: Bench, **variables: Any) -> Outcome:
    """Upgrade the conductor. Every node must end done, with one request at most, and none while something ran there."""
    requested = requested_version(bench)
    everything = {
        "ssr_version": _patch(requested),
        "conductor_upgrade_pair_soak": SOAK,
        "conductor_upgrade_request_timeout": 1,
        # A peer that moves by itself may restart meanwhile. By default the checks are repeated for 900 s; what is more
        # is for the controller, for which no second is shorter here.
        "conductor_upgrade_health_wait": 1200 // SLOW,
    }
    run = _play(bench, "upgrade_conductor", **{**everything, **variables})
    said = {
        node["node"]: node["state"]
        for result in run.results("software_upgrade")
        for entry in result.get("by_router", {}).values()
        for node in entry["nodes"]
    }
    wrong = _of_run(bench, run)
    for name in bench.simulator.nodes:
        truth = bench.simulator.node_truth(f"{name}.{bench.simulator.ready()['router']}")
        node = truth["node"]
        if said.get(node) != "done":
            wrong.append(f"{node} is told {said.get(node, 'nothing')}, and runs {truth['version']}")
        if (truth["version"], truth["state"], truth["service"]) != (requested, "Synchronized", "running"):
            wrong.append(f"{node} runs {truth['version']}, is {truth['state']}, service {truth['service']}")
        if len(bench.upgrades(node)) > 1:
            wrong.append(f"{node} got {bench.upgrades(node)}")
    return Outcome(said, wrong, run)


def play_fleet(bench: Bench, **variables: Any) -> Outcome:
    """Upgrade all routers at once. Every one that is there must end done, with one upgrade that began, none twice."""
    requested, nodes = requested_version(bench), bench.simulator.truth()["nodes"].values()
    away = {node["router"] for node in nodes if node["state"] != "Synchronized"}
    behind = {node["router"] for node in nodes if node["version"] != requested} - away
    outcome = _upgrade(bench, **variables)
    wrong = outcome.wrong
    for name in [name for name in bench.simulator.world.routers if name != bench.simulator.ready()["router"]]:
        expected = "done" if name in behind else "skipped" if name in away else "up_to_date"
        if outcome.said.get(name) != expected:
            wrong.append(f"{name} is told {outcome.said.get(name, 'nothing')}, expected {expected}")
    for node_id, node in bench.simulator.truth()["nodes"].items():
        if node["upgrades_started"] > 1 or node["reverts_started"]:
            wrong.append(f"{node_id}: {node['upgrades_started']} upgrades and {node['reverts_started']} reverts began")
    return outcome


def requested_version(bench: Bench) -> str:
    """The release that this world is to get."""
    return REQUESTED.get(bench.simulator.scenario.name, NEW)


def _patch(version: str) -> str:
    """`6.3.5` of `6.3.5-39.r1.el7`: what a user writes."""
    return version.partition("-")[0]


def play_trouble(bench: Bench, **variables: Any) -> Outcome:
    """Upgrade all routers at once, of which some cannot be: each must end as its fault has it, the others done."""
    unlimited = {
        "ssr_max_fail_percentage": 100,
        "router_upgrade_max_failures": 100,
        # What never ends is waited for as long; a good node takes a few seconds.
        "router_upgrade_upgrade_timeout": 12,
        "router_upgrade_settle_timeout": 12,
        "router_upgrade_download_timeout": 12,
    }
    outcome = _upgrade(bench, **{**unlimited, **variables})
    for node_id, node in bench.simulator.truth()["nodes"].items():
        if node["upgrades_started"] > 1:
            outcome.wrong.append(f"{node_id}: {node['upgrades_started']} upgrades began")
    return outcome


def _upgrade(bench: Bench, **variables: Any) -> Outcome:
    inventory(bench)
    before = {node_id: node["version"] for node_id, node in bench.simulator.truth()["nodes"].items()}
    requested = requested_version(bench)
    everything = {
        **ROUTER_PACE,
        "ssr_version": _patch(requested),
        "ssr_serial": "100%",
        "router_upgrade_pair_soak": SOAK,
    }
    everything |= {"router_upgrade_request_timeout": 1, "ssr_report_dir": str(bench.folder / "reports")}
    run = _play(bench, "upgrade_routers", **{**everything, **variables})
    said = verdicts(run)
    # A run in which nothing went wrong ends with 0, and no other.
    wrong = _of_run(bench, run, bool(said) and set(said.values()) <= {"done", "up_to_date", "skipped"})
    less = careful(bench.simulator.scenario.habits.ways)
    return Outcome(said, wrong + untrue(bench, before, upgraded(run), requested, less), run)


def _of_run(bench: Bench, run: Run, ends_well: bool = True) -> list[str]:
    """What is wrong whatever was played: another end, a traceback, a request that must not have been sent."""
    wrong = [f"VIOLATION: {violation}" for violation in bench.simulator.violations]
    if bool(run.code) == ends_well or run.code < 0:
        wrong.append(f"the playbook ended with {run.code}: " + " / ".join(run.failures)[:600])
    if "Traceback" in run.output:
        wrong.append("there is a traceback")
    wrong += [f"'{secret}' is shown" for secret in bench.secrets if secret in run.output]
    return wrong + _together(bench)


def _together(bench: Bench) -> list[str]:
    """Pairs of which both nodes were moved at the same time."""
    moves = intervals(bench)
    return [
        f"{router}: {node} and {other} were moved at the same time"
        for router, node, begin, end in moves
        for again, other, since, until in moves
        if router == again and node < other and begin < until and since < end
    ]


PLAYS = {"conductor": (conductor, play_conductor), "fleet": (fleet, play_fleet), "trouble": (trouble, play_trouble)}


def report(bench: Bench, outcome: Outcome) -> str:
    """All that is needed to see what went wrong: habits, verdicts, the last screen of the playbook."""
    habits = ", ".join(f"{name}={way}" for name, way in bench.simulator.scenario.habits.unusual().items())
    seed = bench.simulator.scenario.habits.seed
    again = f"repeat it with {SEEDS}={seed}" if seed is not None else ""
    tail = "\n".join(outcome.run.output.splitlines()[-60:]) if outcome.run else ""
    return f"{outcome}\n  habits: {habits}\n  {again}\n{tail}"


# -- many seeds --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _bench(kind: str, seed: int | None, named: dict[str, str], keep: Path | None) -> Iterator[Bench]:
    habits: dict[str, Any] = {**named, **({} if seed is None else {"seed": seed})}
    with tempfile.TemporaryDirectory(prefix="ssr-habits-") as temporary:
        folder = keep / f"{kind}-{seed}" if keep else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with Simulator(**PLAYS[kind][0](**habits), log_file=folder / "simulator.log") as simulator:
            yield Bench(folder, simulator)


def main(arguments: list[str] | None = None) -> int:
    """Play the seeds; 1 if one of them did not end with the truth."""
    parser = argparse.ArgumentParser(prog="python -m tests.integration.habits", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2, help=f"how many, by chance; or name them in {SEEDS}")
    parser.add_argument("--seed", type=int, action="append", default=[], help="this one (repeatable)")
    parser.add_argument("--habit", action="append", default=[], metavar="NAME=WAY", help="in every world (repeatable)")
    parser.add_argument("--plain", action="store_true", help="no seed: only the habits that are named")
    parser.add_argument("--kind", choices=KINDS, action="append", default=[])
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep journals, reports, logs and screens there")
    options = parser.parse_args(arguments)
    named = dict(assignment.split("=", 1) for assignment in options.habit)
    bad = 0
    for seed in [None] if options.plain else options.seed or seeds(options.seeds):
        for kind in options.kind or KINDS:
            with _bench(kind, seed, named, options.keep) as bench:
                outcome = PLAYS[kind][1](bench)
                world = bench.simulator.scenario.name
                print(f"{'WRONG' if outcome.wrong else 'right'}  seed {seed}  {world:<14} {outcome}", flush=True)
                if outcome.wrong:
                    bad += 1
                    text = report(bench, outcome)
                    print(f"    habits: {text.partition('habits: ')[2].partition(chr(10))[0]}", flush=True)
                if options.keep and outcome.run:
                    (bench.folder / "screen.txt").write_text(outcome.run.output, encoding="utf-8")
    print(f"{bad} did not end with the truth." if bad else "All of them ended with the truth.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
