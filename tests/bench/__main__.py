# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.bench``: all figures in one table, with their goals; JSON beside it with ``--json FILE``.

``--document`` writes the table into docs/performance.md, and one more line into the history there. It replaces the
whole table, so it needs all parts of it and the usual fleets.
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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ansible.release

import tests.conftest  # noqa: F401  the loader of collections comes before everything that it loads

from . import controller, endtoend
from .bulk import BulkClient
from .counts import ROOT, release
from .figures import Figure, document, median, table, with_history
from .fleet import BenchFleet, draw_fleet
from .makespan import NightFigures, commands_of_lengths, measured_night, night_limits
from .reference import chunked_night

PAGE = ROOT / "docs" / "performance.md"
#: Seeds of the fleets: the smaller a fleet, the more one of its routers decides.
SEEDS = {100: (1, 2, 3, 4, 5), 1000: (1, 2, 3), 5000: (1,)}
#: Goals of makespan / bound, with durations known from an earlier run and without.
KNOWN, UNKNOWN = {100: 1.10, 1000: 1.03, 5000: 1.02}, {100: 1.15, 1000: 1.05, 5000: 1.03}
#: Goals of the peak of memory, in MB.
PEAKS = {1000: 150.0, 5000: 400.0}
#: The fleets of the usual table.
USUAL = (100, 1000)
#: Seconds for which the end of an operation must have been seen where no status shows it, unless set otherwise.
SETTLE = 300
#: What the note of a figure says of the setting that decides most about it.
SHOWN = "the end shown by the conductor (operation_settle 0)"
NOT_SHOWN = f"no end shown: the default operation_settle {SETTLE}"


def makespans(sizes: Sequence[int]) -> Iterator[Figure]:
    """The engine in virtual time: first without durations, then with those that the first night has left behind."""
    for size in sizes:
        fleets = [draw_fleet(size, seed) for seed in SEEDS[size]]
        first, second = _twice(fleets)
        reference = [chunked_night(fleet, night_limits()) for fleet in fleets]
        routers = f"{size:,} routers"
        unknown, known = _ratios(first), _ratios(second)
        yield median(f"makespan / bound, {routers}, durations unknown", unknown, "", UNKNOWN[size], SHOWN)
        yield median(f"makespan / bound, {routers}, durations known", known, "", KNOWN[size], SHOWN)
        shares = [night.makespan / chunks for night, chunks in zip(second, reference, strict=True)]
        yield median(f"the same against chunks with a barrier, {routers}", shares, "", 0.5, SHOWN)
        yield median(f"CPU of the engine, {routers}", [n.cpu / size for n in first], "s a router", 0.05, SHOWN)
        polls = [night.makespan / night.polls for night in first]
        yield median(f"seconds between two lists of assets, {routers}", polls, "s", note=SHOWN)
        beside = [night.beside_lists for night in first]
        yield median(f"PCLI commands beside the lists, {routers}", beside, "a router", note=SHOWN)
        if size == min(SEEDS):
            first, second = _twice(fleets, operation_settle=SETTLE)
            note = f"{NOT_SHOWN}; its bound has a proof of {night_limits(operation_settle=SETTLE).proof:.0f} s a node"
            name = f"makespan / bound, {routers}, no end shown, durations"
            yield median(f"{name} unknown", _ratios(first), "", note=note)
            yield median(f"{name} known", _ratios(second), "", note=note)
            beside = [night.beside_lists for night in first]
            yield median(f"PCLI commands beside the lists, {routers}, no end shown", beside, "a router", note=NOT_SHOWN)


def _twice(fleets: Sequence[BenchFleet], **settings: object) -> tuple[list[NightFigures], list[NightFigures]]:
    """Two nights of each fleet, the second with the durations of the first."""
    first, second = [], []
    for fleet in fleets:
        with tempfile.TemporaryDirectory(prefix="ssr-bench-") as journal:
            first.append(measured_night(fleet, journal, **settings))
            second.append(measured_night(fleet, journal, **settings))
    return first, second


def _ratios(nights: Sequence[NightFigures]) -> list[float]:
    return [night.ratio for night in nights]


def commands(_sizes: Sequence[int]) -> Iterator[Figure]:
    """Whether what is asked for a router is bounded: its commands must not grow with the length of its upgrade."""
    for settle, setting, name in ((0, SHOWN, "60 routers"), (SETTLE, NOT_SHOWN, "60 routers, no end shown")):
        usual, longer = commands_of_lengths(60, 1, operation_settle=settle)
        yield Figure(f"PCLI commands beside the lists, {name}", usual, "a router", note=setting)
        note = f"{longer:.3g} a router; {setting}"
        yield Figure(f"the same with upgrades twice as long / usual, {name}", longer / usual, "", 1.1, note)


def memory(sizes: Sequence[int]) -> Iterator[Figure]:
    """The most memory of a process that plays one night, and whether that of a long night stays flat."""
    for size, goal in PEAKS.items():
        if size in sizes:
            (peak,) = _printed(f"from tests.bench.makespan import nights; print(nights({size}, (1,))[0].memory)")
            yield Figure(f"peak memory, {size:,} routers", peak, "MB", goal)
    early, late = _printed("from tests.bench.memory import long_night; print(*long_night(60))")
    note = f"{late:.2f} and {early:.2f} MB of living objects, 60 routers at work all the time"
    yield Figure("memory after 12 virtual hours / after 2", late / early, "", 1.1, note)


def _printed(program: str) -> list[float]:
    """The numbers that a program prints at last, in a process of its own."""
    command = [sys.executable, "-c", f"import tests.conftest; {program}"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(number) for number in run.stdout.splitlines()[-1].split()]


def reading(_sizes: Sequence[int]) -> Iterator[Figure]:
    """What reading and planning cost the controller."""
    yield median("`show assets`, 10,000 rows", [controller.seconds_to_read(10_000) for _ in range(5)], "s of CPU", 0.15)
    yield median("plan for 5,000 routers", [controller.seconds_to_plan(5_000) for _ in range(3)], "s of CPU", 3.0)


def start(_sizes: Sequence[int]) -> Iterator[Figure]:
    """What the first command of ours costs beside Ansible's own start."""
    with endtoend.fleet_bench(1) as bench:
        ours = [endtoend.first_command(bench).cpu for _ in range(5)]
        without = [endtoend.empty_play(bench).cpu for _ in range(5)]
    yield median("imports and first command", [own - none for own, none in zip(ours, without, strict=True)], "s", 0.4)
    engine = [controller.seconds_to_import("action.software_upgrade") for _ in range(5)]
    note = "a fresh process that has loaded what ansible-playbook loads; no login and no command"
    yield median("import of the action software_upgrade, with its engine", engine, "s of CPU", 0.4, note)


def whole_runs(sizes: Sequence[int]) -> Iterator[Figure]:
    """Playbooks over SSH, from start to end."""
    with endtoend.fleet_bench(1) as bench:
        alone = endtoend.empty_play(bench).cpu
    few, many = endtoend.results_of_hosts(10), endtoend.results_of_hosts(300)
    yield Figure(
        "per-host part of the play", (many.cpu - few.cpu) / 290, "s of CPU a router", note="the verdict task alone"
    )
    few, (many, tail) = endtoend.nothing_to_do(10)[0], endtoend.nothing_to_do(300)
    slope = (many.cpu - few.cpu) / 290
    note = "what one more router adds to a whole run, between 10 and 300"
    yield Figure("a run that finds nothing to do, with all checks", slope, "s of CPU a router", 0.05, note)
    yield Figure("the same without any router", few.cpu - 10 * slope - alone, "s of CPU")
    yield Figure("after its last command, 300 routers", tail, "s")
    if 100 in sizes:
        yield from _over_ssh(100, alone)


def large_run(_sizes: Sequence[int]) -> Iterator[Figure]:
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


def against_bulk(_sizes: Sequence[int]) -> Iterator[Figure]:
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
        print("our playbook: begun, with all 60 routers in one batch", file=sys.stderr, flush=True)
        at_once = {"router_upgrade_in_flight": 10, "router_upgrade_downloads_in_flight": 10}
        spent = endtoend.spent_on(bench, "upgrade_routers", **endtoend.paced(speedup), **at_once)
        assert spent.code == 0, spent.output[-4000:]
        ours = endtoend.length_of_night(bench.simulator)
    note = (
        f"{bulk / 60:.0f} and {ours / 60:.0f} minutes of the night, both with ten at once, downloads too, and no soak"
    )
    yield Figure("our playbook / a bulk tool's way of working, 60 routers", ours / bulk, "", 0.65, note)


def machine() -> str:
    """The processor and its cores, as far as this system names them."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return f"{os.cpu_count()} cores, {next(line for line in lines if 'model name' in line).split(':')[1].strip()}"
    return f"{os.cpu_count()} cores, {platform.machine()}"


def _seeds_of_fleets(sizes: Sequence[int]) -> str:
    return ", ".join(f"{_listed(SEEDS[size])} for {size:,} routers" for size in sizes)


def _listed(seeds: Sequence[int]) -> str:
    return "1" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"


def _one_seed(_sizes: Sequence[int]) -> str:
    return "1"


@dataclass(frozen=True)
class Part:
    """One part of the table. ``seeds``: those of its fleets, where it draws any."""

    figures: Callable[[Sequence[int]], Iterator[Figure]]
    seeds: Callable[[Sequence[int]], str] | None = None
    #: What takes too long for each time.
    on_demand: bool = False


PARTS = {
    "makespan": Part(makespans, _seeds_of_fleets),
    "commands": Part(commands, _one_seed),
    "memory": Part(memory, lambda sizes: "1" if set(sizes) & set(PEAKS) else ""),
    "reading": Part(reading, _one_seed),
    "start": Part(start),
    "ssh": Part(whole_runs),
    "bulk": Part(against_bulk),
    "large": Part(large_run, on_demand=True),
}
USUAL_PARTS = [name for name, part in PARTS.items() if not part.on_demand]


def seeds_of(parts: Sequence[str], sizes: Sequence[int]) -> str:
    """The seeds of the parts that draw fleets; empty where none does."""
    said = {name: part.seeds(sizes) for name in parts if (part := PARTS[name]).seeds}
    return "; ".join(f"{seeds} ({name})" for name, seeds in said.items() if seeds)


def fleets(text: str) -> list[int]:
    """Sizes of fleets as they are written on the command line. Raises ArgumentTypeError where one has no goals."""
    try:
        sizes = [int(size) for size in text.split(",")]
    except ValueError:
        sizes = []
    if not sizes or not set(sizes) <= set(SEEDS):
        raise argparse.ArgumentTypeError(f"{text!r}: fleets are {_of_these(SEEDS)}, separated by commas")
    return sorted(set(sizes))


def _of_these(sizes: Iterable[int]) -> str:
    return ", ".join(map(str, sizes))


def _as_argument(sizes: Iterable[int]) -> str:
    return ",".join(map(str, sizes))


def asked_for(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What to measure. Whatever would fail after the measuring is refused here, with a SystemExit."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="only these parts")
    parser.add_argument("--sizes", type=fleets, default=_as_argument(USUAL), help=f"fleets, from {_of_these(SEEDS)}")
    parser.add_argument("--json", metavar="FILE", help="write the figures as data, too")
    parser.add_argument("--document", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    options.parts = [name for name in PARTS if name in (options.only or USUAL_PARTS)]
    missing = [name for name in USUAL_PARTS if name not in options.parts]
    if options.document and missing:
        parser.error(
            f"--document replaces the whole table, so it needs all of its parts; {', '.join(missing)} would be lost. "
            "Leave --only out, or name these too."
        )
    if options.document and not set(USUAL) <= set(options.sizes):
        parser.error(f"--document replaces the whole table, so it needs at least --sizes {_as_argument(USUAL)}.")
    if options.json and not Path(options.json).absolute().parent.is_dir():
        parser.error(f"--json {options.json}: the folder does not exist.")
    if options.json and Path(options.json).is_dir():
        parser.error(f"--json {options.json}: this is a folder; name a file.")
    return options


def measured(parts: Sequence[str], sizes: Sequence[int]) -> list[Figure]:
    """The figures of these parts, each told as soon as it is there."""
    figures: list[Figure] = []
    for name in parts:
        before = len(figures)
        for figure in PARTS[name].figures(sizes):
            figures.append(figure)
            print(f"{figure.name}: {figure.value:.3g} {figure.unit}", file=sys.stderr, flush=True)
        if len(figures) == before:
            print(f"{name}: no figure for fleets of {_of_these(sizes)} routers", file=sys.stderr, flush=True)
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for, and print the table."""
    options = asked_for(arguments)
    figures = measured(options.parts, options.sizes)
    about = {
        "release": release(),
        "date": date.today().isoformat(),
        "machine": machine(),
        "python": platform.python_version(),
        "ansible": ansible.release.__version__,
        "seeds": seeds_of(options.parts, options.sizes),
    }
    said = ", ".join(f"{name} {value}" for name, value in about.items() if value)
    lines = ["", f"{said}.", "", *table(figures), ""]
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
