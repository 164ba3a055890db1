# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.bench``: all figures in one table, with their goals; JSON beside it with ``--json FILE``.

``--document`` writes the table into docs/performance.md, and one more line into the history there.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import ansible.release

import tests.conftest  # noqa: F401  the loader of collections comes before everything that it loads

from . import controller, endtoend
from .bulk import BulkClient
from .counts import ROOT, release
from .figures import Figure, document, median, table, with_history
from .fleet import draw_fleet
from .makespan import NightFigures, measured_night, night_limits
from .reference import chunked_night

PAGE = ROOT / "docs" / "performance.md"
#: Seeds of the fleets: the smaller a fleet, the more one of its routers decides.
SEEDS = {100: (1, 2, 3, 4, 5), 1000: (1, 2, 3), 5000: (1,)}
#: Goals of makespan / bound, with durations known from an earlier run and without.
KNOWN, UNKNOWN = {100: 1.10, 1000: 1.03, 5000: 1.02}, {100: 1.15, 1000: 1.05, 5000: 1.03}


def makespans(sizes: list[int]) -> Iterator[Figure]:
    """The engine in virtual time: first without durations, then with those that the first night has left behind."""
    for size in sizes:
        first, second, reference = [], [], []
        for seed in SEEDS[size]:
            fleet = draw_fleet(size, seed)
            with tempfile.TemporaryDirectory(prefix="ssr-bench-") as journal:
                first.append(measured_night(fleet, journal))
                second.append(measured_night(fleet, journal))
            reference.append(chunked_night(fleet, night_limits()))
        yield median(f"makespan / bound, {size:,} routers, durations unknown", _ratios(first), "", UNKNOWN[size])
        yield median(f"makespan / bound, {size:,} routers, durations known", _ratios(second), "", KNOWN[size])
        shares = [night.makespan / chunks for night, chunks in zip(second, reference, strict=True)]
        yield median(f"the same against chunks with a barrier, {size:,} routers", shares, "", 0.5)
        yield median(f"CPU of the engine, {size:,} routers", [night.cpu / size for night in first], "s a router", 0.05)
        polls = [night.makespan / night.polls for night in first]
        yield median(f"seconds between two lists of assets, {size:,} routers", polls, "s")
        yield median(f"PCLI commands beside the lists, {size:,} routers", [_beside(n) for n in first], "a router")


def _ratios(nights: list[NightFigures]) -> list[float]:
    return [night.ratio for night in nights]


def _beside(night: NightFigures) -> float:
    return (night.commands - night.polls) / night.routers


def memory(sizes: list[int]) -> Iterator[Figure]:
    """The most memory of a process that plays one night, each in a process of its own."""
    goals = {1000: 150.0, 5000: 400.0}
    for size in sizes:
        program = f"from tests.bench.makespan import nights; print(nights({size}, (1,))[0].memory)"
        run = subprocess.run(
            [sys.executable, "-c", f"import tests.conftest; {program}"], check=True, capture_output=True, text=True
        )
        yield Figure(f"peak memory, {size:,} routers", float(run.stdout.split()[-1]), "MB", goals[size])


def reading(_sizes: list[int]) -> Iterator[Figure]:
    """What reading and planning cost the controller."""
    yield median("`show assets`, 10,000 rows", [controller.seconds_to_read(10_000) for _ in range(5)], "s of CPU", 0.15)
    yield median("plan for 5,000 routers", [controller.seconds_to_plan(5_000) for _ in range(3)], "s of CPU", 3.0)


def start(_sizes: list[int]) -> Iterator[Figure]:
    """What the first command of ours costs beside Ansible's own start."""
    with endtoend.fleet_bench(1) as bench:
        ours = [endtoend.first_command(bench).cpu for _ in range(5)]
        without = [endtoend.empty_play(bench).cpu for _ in range(5)]
    yield median("imports and first command", [own - none for own, none in zip(ours, without, strict=True)], "s", 0.4)


def whole_runs(sizes: list[int]) -> Iterator[Figure]:
    """Playbooks over SSH, from start to end."""
    with endtoend.fleet_bench(1) as bench:
        alone = endtoend.empty_play(bench).cpu
    few, many = endtoend.results_of_hosts(10), endtoend.results_of_hosts(300)
    yield Figure("per-host part of the play", (many.cpu - few.cpu) / 290, "s of CPU a router", 0.05)
    few, (many, tail) = endtoend.nothing_to_do(10)[0], endtoend.nothing_to_do(300)
    yield Figure("a run that finds nothing to do, with all checks", (many.cpu - few.cpu) / 290, "s of CPU a router")
    yield Figure("the same without any router", few.cpu - 10 * (many.cpu - few.cpu) / 290 - alone, "s of CPU")
    yield Figure("after its last command, 300 routers", tail, "s")
    if 100 in sizes:
        yield from _over_ssh(100, alone)


def large_run(_sizes: list[int]) -> Iterator[Figure]:
    """1,000 routers over SSH: a simulated conductor answers 60,000 commands, for a quarter of an hour."""
    with endtoend.fleet_bench(1) as bench:
        alone = endtoend.empty_play(bench).cpu
    yield from _over_ssh(1000, alone)


def _over_ssh(size: int, alone: float) -> Iterator[Figure]:
    spent, commands = endtoend.upgraded(size)
    name = f"{size:,} routers over SSH"
    yield Figure(f"controller CPU, {name}", (spent.cpu - alone) / size, "s of CPU a router", 0.05)
    yield Figure(f"the same for each PCLI command, {name}", 1000 * (spent.cpu - alone) / len(commands), "ms of CPU")
    yield Figure(f"PCLI commands, {name}", len(commands) / size, "a router")


def against_bulk(_sizes: list[int]) -> Iterator[Figure]:
    """60 routers through the web API in chunks of ten, and through our playbook with ten in flight.

    What counts is the time from the first operation to the last one. What Ansible takes before and after is measured in
    figures of its own: here it would count as often as the night is faster than the wall.
    """
    speedup = 60.0
    with endtoend.fleet_bench(60, speedup, durations=endtoend.DURATIONS, api={"enabled": True}) as bench:
        login = bench.simulator.inventory()["all"]["children"]["ssr_conductors"]["hosts"]
        host = next(iter(login.values()))
        address = f"{host['ansible_host']}:{next(iter(bench.simulator.nodes.values())).api_port}"
        client = BulkClient(address, host["ansible_user"], host["ansible_password"], speedup)
        client.run([f"site-{number:04d}" for number in range(60)], "6.3.5-39.r1.el7", 10)
        bulk = endtoend.length_of_night(bench.simulator)
    with endtoend.fleet_bench(60, speedup, durations=endtoend.DURATIONS) as bench:
        spent = endtoend.spent_on(bench, "upgrade_routers", **endtoend.paced(speedup), router_upgrade_in_flight=10)
        assert spent.code == 0, spent.output[-4000:]
        ours = endtoend.length_of_night(bench.simulator)
    note = f"{bulk / 60:.0f} and {ours / 60:.0f} minutes of the night, both with ten at once and no soak"
    yield Figure("our playbook / a bulk tool's way of working, 60 routers", ours / bulk, "", 0.65, note)


def machine() -> str:
    """The processor and its cores, as far as this system names them."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return f"{os.cpu_count()} cores, {next(line for line in lines if 'model name' in line).split(':')[1].strip()}"
    return f"{os.cpu_count()} cores, {platform.machine()}"


PARTS: dict[str, Callable[[list[int]], Iterator[Figure]]] = {
    "makespan": makespans,
    "memory": lambda sizes: memory([size for size in sizes if size >= 1000]),
    "reading": reading,
    "start": start,
    "ssh": whole_runs,
    "bulk": against_bulk,
    "large": large_run,
}
#: What takes too long for each time.
ON_DEMAND = ("large",)


def main() -> int:
    """Measure what is asked for, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="only these parts")
    parser.add_argument("--sizes", default="100,1000", help="fleets, from 100, 1000 and 5000")
    parser.add_argument("--json", metavar="FILE", help="write the figures as data, too")
    parser.add_argument("--document", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    figures: list[Figure] = []
    for name in options.only or [name for name in PARTS if name not in ON_DEMAND]:
        for figure in PARTS[name](sizes):
            figures.append(figure)
            print(f"{figure.name}: {figure.value:.3g} {figure.unit}", file=sys.stderr, flush=True)
    about = {
        "release": release(),
        "date": date.today().isoformat(),
        "machine": machine(),
        "python": platform.python_version(),
        "ansible": ansible.release.__version__,
        "seeds": "; ".join(f"{size:,} routers: {', '.join(map(str, SEEDS[size]))}" for size in sizes),
    }
    lines = ["", ", ".join(f"{name} {value}" for name, value in about.items()) + ".", "", *table(figures), ""]
    print("\n".join(lines[1:-1]))
    if options.document:
        page = document(PAGE.read_text(encoding="utf-8"), lines)
        PAGE.write_text(with_history(page, about["date"], about["release"], figures), encoding="utf-8")
    if options.json:
        data = {**about, "figures": [figure.as_data() for figure in figures]}
        Path(options.json).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
