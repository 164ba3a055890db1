# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a scenario by hand: `python -m tests.simulator ha-6.3-image` from the root of the collection."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import yaml

from .faults import TYPES
from .from_assets import scenario_from_assets
from .from_probe import scenario_from_probe
from .habits import HABITS
from .scenario import builtin_names, read_scenario
from .schema import ScenarioError
from .server import fingerprint
from .simulator import Simulator, write_atomically


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.list:
        for name in builtin_names():
            print(f"{name:<24}{read_scenario(name).get('description', '')}")
        return 0
    if options.list_faults:
        for name, params in sorted(TYPES.items()):
            print(f"{name:<34}{', '.join(f'{key}={value}' for key, value in params.items())}")
        return 0
    if options.list_habits:
        for habit in HABITS.values():
            print(f"{habit.name:<24}{', '.join(habit.ways)}")
        return 0
    try:
        simulator = _build(options)
    except ScenarioError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: cannot listen: {error}", file=sys.stderr)
        return 1
    return _play(simulator, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("scenario", nargs="?", default="ha-6.3-image", help="a file, or a built-in name (see --list)")
    parser.add_argument("--list", action="store_true", help="list the built-in scenarios")
    parser.add_argument("--list-faults", action="store_true", help="list the types of fault and their parameters")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port-base", type=int, default=0, help="port of the first node; default: any free ports")
    parser.add_argument("--api", action="store_true", help="with the web interface (HTTPS, REST, GraphQL)")
    parser.add_argument("--api-port-base", type=int, default=0, help="its port of the first node; default: any")
    parser.add_argument("--ready-file", type=Path, help="write addresses and host keys here (JSON) when listening")
    parser.add_argument("--inventory", type=Path, help="write an Ansible inventory (YAML) here")
    parser.add_argument("--log", type=Path, help="append what happens to this file as JSON lines")
    parser.add_argument("--state", type=Path, help="keep the truth in this file (JSON)")
    parser.add_argument("--speedup", type=float, help="simulated seconds in one second")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="e.g. durations.install=30")
    parser.add_argument("--fault", action="append", default=[], metavar="TYPE[,KEY=VALUE…]", help="add a fault")
    parser.add_argument("--list-habits", action="store_true", help="list the habits and their ways")
    add_habits_options(parser)
    add_assets_options(parser)
    parser.add_argument("--parent-pid", type=int, help="end when this process is gone")
    parser.add_argument("--quiet", action="store_true", help="print nothing")
    return parser


def add_habits_options(parser: argparse.ArgumentParser) -> None:
    """How the conductor behaves where the documents leave a choice."""
    parser.add_argument(
        "--habits-seed",
        type=int,
        default=os.environ.get("SSR_HABITS_SEED"),
        metavar="N",
        help="draw the habits of the conductor by this seed (default: SSR_HABITS_SEED of the environment)",
    )
    parser.add_argument(
        "--habit", action="append", default=[], metavar="NAME=WAY", help="e.g. download_status=words (repeatable)"
    )


def add_assets_options(parser: argparse.ArgumentParser, source: Any = None) -> None:
    """What it takes to play somebody's own authority; `source` is the group of options that exclude each other."""
    (source or parser).add_argument(
        "--from-assets", type=Path, metavar="FILE", help="play the authority of this `show assets`"
    )
    (source or parser).add_argument(
        "--from-probe", type=Path, metavar="BUNDLE", help="play the conductor of this bundle.zip, with its own answers"
    )
    parser.add_argument("--conductor", metavar="ROUTER", help="the router that is the conductor, if no prompt tells")
    parser.add_argument(
        "--release", action="append", default=[], metavar="VERSION", help="offer this release too (repeatable)"
    )


def read_assets(options: argparse.Namespace) -> dict[str, Any]:
    """The scenario that `--from-assets` asks for; says on standard error what could not be played as it stands."""
    try:
        text = options.from_assets.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ScenarioError(f"{options.from_assets} cannot be read: {error.strerror}") from None
    try:
        played = scenario_from_assets(text, options.conductor, options.release)
    except ScenarioError as error:
        raise ScenarioError(f"{options.from_assets}: {error}") from None
    for note in played.notes:
        print(f"note: {note}", file=sys.stderr)
    return played.scenario


def read_probe(options: argparse.Namespace) -> dict[str, Any]:
    """The scenario that `--from-probe` asks for; says on standard error what could not be played as it stands."""
    probed = scenario_from_probe(options.from_probe, options.release)
    for note in probed.notes:
        print(f"note: {note}", file=sys.stderr)
    for command in probed.habits.strange():
        print(
            f"note: No habit prints what was recorded of `{command}` ({probed.habits.fit[command]:.0%} alike, and what "
            "a probe has replaced counts as a difference): once something has changed, it is answered in a layout of "
            "the simulator.",
            file=sys.stderr,
        )
    return probed.scenario


def overrides_of(options: argparse.Namespace, source: dict[str, Any]) -> dict[str, Any]:
    """`--set`, `--speedup` and `--fault`, as changes of the scenario `source`."""
    overrides: dict[str, Any] = {}
    for assignment in options.set:
        path, separator, value = assignment.partition("=")
        if not separator:
            raise ScenarioError(f"--set {assignment}: expected PATH=VALUE")
        overrides[path] = yaml.safe_load(value)
    if options.habits_seed is not None:
        overrides["habits.seed"] = options.habits_seed
    for assignment in options.habit:
        name, separator, way = assignment.partition("=")
        if not separator:
            raise ScenarioError(f"--habit {assignment}: expected NAME=WAY")
        overrides[f"habits.{name}"] = way
    if getattr(options, "api", False):
        overrides["api.enabled"] = True
    if options.speedup is not None:
        overrides["speedup"] = options.speedup
    if options.fault:
        overrides["faults"] = (source.get("faults") or []) + [_fault(text) for text in options.fault]
    return overrides


def _source(options: argparse.Namespace) -> dict[str, Any]:
    if options.from_assets and options.from_probe:
        raise ScenarioError("--from-assets and --from-probe are two authorities, and one conductor plays one")
    if options.from_probe:
        return read_probe(options)
    return read_assets(options) if options.from_assets else read_scenario(options.scenario)


def _build(options: argparse.Namespace) -> Simulator:
    source = _source(options)
    return Simulator(
        source,
        host=options.host,
        port_base=options.port_base,
        api_port_base=options.api_port_base,
        log_file=options.log,
        state_file=options.state,
        **overrides_of(options, source),
    )


def _fault(text: str) -> dict[str, Any]:
    kind, *pairs = text.split(",")
    fault: dict[str, Any] = {"type": kind}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator:
            raise ScenarioError(f"--fault {text}: expected TYPE,KEY=VALUE")
        fault[key] = yaml.safe_load(value)
    return fault


def _play(simulator: Simulator, options: argparse.Namespace) -> int:
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with simulator:
        if options.inventory:
            text = yaml.safe_dump(simulator.inventory(), sort_keys=False, explicit_start=True)
            write_atomically(options.inventory, text)
        if not options.quiet:
            _describe(simulator)
        if options.ready_file:
            write_atomically(options.ready_file, json.dumps(simulator.ready(), indent=2) + "\n")
        while not over.wait(1.0 if options.parent_pid else None):
            if not _alive(options.parent_pid):
                break
    if simulator.violations and not options.quiet:
        print("\nThings that must never happen, and did:", *simulator.violations, sep="\n  ", flush=True)
    return 0


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _describe(simulator: Simulator) -> None:
    scenario = simulator.scenario
    print(f"{scenario.name}: {scenario.description}")
    if scenario.habits.seed is not None:
        print(f"Habits drawn by seed {scenario.habits.seed}.")
    print(f"One second here is {scenario.clock.speedup:g} simulated seconds.\n")
    for name, node in simulator.nodes.items():
        truth = simulator.truth()["nodes"][f"{name}.{simulator.world.conductor_router.name}"]
        print(f"  {name:<20} {node.host}:{node.port}   {truth['version']} ({truth['install_type']})")
        print(f"  {'':<20} host key {fingerprint(simulator.host_key(name))}")
        if node.api_port:
            print(f"  {'':<20} https://{node.host}:{node.api_port}/api/v1   SHA256 of its certificate:")
            print(f"  {'':<20} {simulator.certificates[name].fingerprint}")
    print("\nUsers (this is a simulator: the passwords are no secret):")
    for user in scenario.users:
        print(f"  {user.name:<20} password {user.password}   lands in {user.shell}, rights of {user.privilege}")
    first = next(iter(simulator.nodes.values()))
    print(f"\n  ssh -p {first.port} {scenario.users[0].name}@{first.host}\n\nCtrl-C ends it.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
