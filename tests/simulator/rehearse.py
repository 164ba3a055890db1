# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rehearse tonight's upgrade: the real playbook, against a simulated conductor that manages your own authority.

`python -m tests.simulator.rehearse --from-assets FILE --version 6.3.5-39.r1.el7` starts the simulator on what your
`show assets` printed, or with `--from-probe bundle.zip` on all that a probe has recorded, runs the playbook, and sums
up: what became of the routers, and how long it will take.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .__main__ import add_assets_options, add_habits_options, overrides_of, read_assets, read_probe
from .from_assets import is_build
from .layout import duration
from .play import ROOT, run_playbook
from .scenario import read_scenario
from .schema import ScenarioError
from .simulator import Simulator

#: What is played when nothing is known of the real times: a spread, so that stragglers show.
DURATIONS = {
    "pre_check": {"mean": 60, "spread": 0.2},
    "download": {"mean": 600, "spread": 0.4},
    "install": {"mean": 600, "spread": 0.3},
    "restart": {"mean": 360, "spread": 0.3},
    "service_start": {"mean": 60, "spread": 0.2},
    "post_check": {"mean": 60, "spread": 0.2},
    "resync": {"mean": 120, "spread": 0.3},
}
SPEEDUP = 60.0
#: States that are no reason to look into it (the words of the playbooks).
_WELL = ("done", "up_to_date", "planned")
_SLOWEST = 10
#: Looks that are further apart than this (simulated seconds) make each step seem longer than it is.
_COARSE = 60


def main(arguments: list[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    cut = given.index("--") if "--" in given else len(given)
    options = _parser().parse_args(given[:cut])
    try:
        return rehearse(options, given[cut + 1 :])
    except ScenarioError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulator.rehearse",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="What follows -- goes to ansible-playbook as it is.",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    add_assets_options(parser, source)
    source.add_argument("--scenario", help="play this scenario instead, a file or a built-in name")
    parser.add_argument("--version", required=True, help="the wanted release, best the full one: 6.3.5-39.r1.el7")
    parser.add_argument(
        "--playbook", default="upgrade_authority", help="which one of playbooks/ (default: %(default)s)"
    )
    parser.add_argument("--routers", nargs="+", default=[], metavar="ROUTER", help="only these routers")
    parser.add_argument("--speedup", type=float, help=f"simulated seconds in one second (default: {SPEEDUP:g})")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="e.g. durations.install=900")
    parser.add_argument("--fault", action="append", default=[], metavar="TYPE[,KEY=VALUE…]", help="add a fault")
    add_habits_options(parser)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep journal, reports and log there")
    parser.add_argument("--summary", type=Path, metavar="FILE", help="write the summary there, too, as JSON")
    return parser


def rehearse(options: argparse.Namespace, more: list[str]) -> int:
    """Play, run, sum up; the exit code of ansible-playbook, or 3 if something happened that never must."""
    if not (ROOT / "playbooks" / f"{options.playbook}.yml").exists():
        raise ScenarioError(f"there is no playbook {options.playbook} in {ROOT / 'playbooks'}")
    source = _source(options)
    with _folder(options.keep) as folder:
        simulator = Simulator(source, log_file=folder / "simulator.log", **overrides_of(options, source))
        with simulator:
            variables = {"ssr_version": options.version}
            if options.routers:
                _only(simulator, options.routers)
            print(f"{simulator.scenario.name}: {simulator.scenario.description}")
            print(f"Playing playbooks/{options.playbook}.yml, {simulator.clock.speedup:g} times as fast.\n", flush=True)
            before, began = simulator.truth(), simulator.clock.now()
            code = run_playbook(simulator, options.playbook, folder, variables, more)
            summary = summarise(simulator, before, simulator.clock.now() - began, folder / "reports")
        summary["exit_code"] = code
        print("\n".join(["", *summary_lines(summary)]), flush=True)
        if options.summary:
            options.summary.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return code or (3 if summary["violations"] else 0)


def _source(options: argparse.Namespace) -> dict[str, Any]:
    """The scenario, with the wanted release on offer and times that differ where it has none of its own."""
    own = options.from_assets or options.from_probe
    if own:
        if is_build(options.version):
            options.release = [*options.release, options.version]
        source = read_probe(options) if options.from_probe else read_assets(options)
        source["durations"] = {**DURATIONS, **source.get("durations", {})}
    else:
        source = read_scenario(options.scenario)
    if not any(_fits(options.version, release["name"]) for release in source.get("releases") or []):
        raise ScenarioError(
            f"no release that is offered fits --version {options.version}. Give it in full, such as 6.3.5-39.r1.el7, "
            "or name the build with --release."
        )
    if options.speedup is None and (own or "clock" not in source):
        options.speedup = SPEEDUP
    return source


def _fits(requested: str, release: str) -> bool:
    """`6.3.5` is any build of it; a longer one begins the same way, whatever spelling it is in."""
    bare = requested.removeprefix("SSR-").removeprefix("128T-")
    return release == bare or release.startswith((f"{bare}-", f"{bare}."))


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="ssr-rehearsal-") as name:
            yield Path(name)
        return
    keep.mkdir(mode=0o700, parents=True, exist_ok=True)
    yield keep.resolve()


def _only(simulator: Simulator, names: list[str]) -> None:
    """The inventory has these routers and no others. Raises ScenarioError for one that is not in the authority."""
    for name in names:
        router = simulator.world.routers.get(name)
        if router is None or router.conductor:
            what = "the conductor" if router else "not there"
            raise ScenarioError(f"--routers: '{name}' is {what}")
    simulator.listed_routers = list(names)


# --- the summary ----------------------------------------------------------------------------------------------------


def summarise(simulator: Simulator, before: dict[str, Any], elapsed: float, reports: Path) -> dict[str, Any]:
    """What the playbook said of each router, beside what the simulator knows to be true, and the durations."""
    reported = _reported(reports)
    work = _work(simulator)
    routers: dict[str, Any] = {}
    for node_id, now in simulator.truth()["nodes"].items():
        entry = routers.setdefault(now["router"], {"nodes": {}, "conductor": now["node"] in simulator.nodes})
        was = before["nodes"][node_id]
        entry["nodes"][now["node"]] = {"from": was["version"], "to": now["version"], "asset": now["state"]}
    for name, entry in routers.items():
        entry["conductor"] = name == simulator.world.conductor_router.name
        entry.update(reported.get(name) or {"state": None, "reason": ""})
        entry["seconds"] = round(_covered(work.get(name, [])))
    begin, end = _span(simulator, work)
    return {
        "states": dict(Counter(entry["state"] for entry in routers.values() if entry["state"])),
        "moved": sum(any(n["from"] != n["to"] for n in entry["nodes"].values()) for entry in routers.values()),
        # Before and after, only the controller works, and that does not take longer in a night than it does here.
        "seconds": round(end - begin + (elapsed - (end - begin)) / simulator.clock.speedup),
        "simulated_seconds": round(elapsed),
        "working_seconds": round(end - begin),
        "seconds_between_looks": round(_between_looks(simulator)),
        "durations": _durations(simulator),
        "speedup": simulator.clock.speedup,
        "routers": routers,
        "violations": simulator.violations,
    }


def _span(simulator: Simulator, work: dict[str, list[tuple[float, float]]]) -> tuple[float, float]:
    """From the first request until nothing changed any more, in simulated seconds."""
    if not work:
        return 0.0, 0.0
    begin = min(first for spans in work.values() for first, _last in spans)
    moves = ("operation_ends", "asset_state", "service")
    return begin, max(event["sim"] for event in simulator.log if event["event"] in moves)


def _between_looks(simulator: Simulator) -> float:
    """The median of the simulated seconds from one `show assets` to the next; what happens in between is seen late."""
    looks = [e["sim"] for e in simulator.log if e["event"] == "command" and e["command"].startswith("show assets")]
    gaps = [later - earlier for earlier, later in itertools.pairwise(looks)]
    return statistics.median(gaps) if gaps else 0.0


def _reported(reports: Path) -> dict[str, dict[str, str]]:
    """State and reason of each router, from the reports of the batches; a later one counts."""
    reported: dict[str, dict[str, str]] = {}
    for path in sorted(reports.glob("*.json"), key=lambda path: path.stat().st_mtime):
        with contextlib.suppress(ValueError):
            by_router = json.loads(path.read_text(encoding="utf-8")).get("by_router") or {}
            reported |= {
                name: {"state": report["state"], "reason": report.get("reason", "")}
                for name, report in by_router.items()
            }
    return reported


def _work(simulator: Simulator) -> dict[str, list[tuple[float, float]]]:
    """For each router from when to when something was done to it, in simulated seconds."""
    spans: dict[str, list[tuple[float, float]]] = {}
    begun: dict[str, float] = {}
    for event in simulator.log:
        if event["event"] == "operation_begins" and event["origin"] != "elsewhere":
            begun[event["node"]] = event["sim"]
        elif event["event"] == "operation_ends" and event["node"] in begun:
            router = event["node"].partition(".")[2]
            spans.setdefault(router, []).append((begun.pop(event["node"]), event["sim"]))
    return spans


def _durations(simulator: Simulator) -> dict[str, list[int]]:
    """How long the operations of each kind took, in simulated seconds: for the forecast of a change document."""
    took: dict[str, list[int]] = {"download": [], "upgrade": [], "revert": []}
    begun: dict[tuple[str, str], float] = {}
    for event in simulator.log:
        key = (str(event.get("node")), str(event.get("kind")))
        if event["event"] == "operation_begins" and event["origin"] != "elsewhere":
            begun[key] = event["sim"]
        elif event["event"] == "operation_ends" and key in begun:
            kind = "upgrade" if key[1] == "downgrade" else key[1]
            took.setdefault(kind, []).append(round(event["sim"] - begun.pop(key)))
    return {kind: took[kind] for kind in ("download", "upgrade", "revert")}


def _covered(spans: list[tuple[float, float]]) -> float:
    """Seconds in which at least one of them was going on."""
    total, reached = 0.0, 0.0
    for begin, end in sorted(spans):
        total += max(end - max(begin, reached), 0.0)
        reached = max(reached, end)
    return total


def summary_lines(summary: dict[str, Any]) -> list[str]:
    """The summary for people."""
    lines = ["What the rehearsal showed", "========================="]
    states = ", ".join(f"{count} {state}" for state, count in sorted(summary["states"].items()))
    lines.append(f"Routers, as the playbook judged them: {states or 'it reported on none'}.")
    lines.append(f"Routers that run something else than before: {summary['moved']}.")
    routers = summary["routers"]
    for entry in routers.values():
        if entry["conductor"]:
            lines += [f"  conductor {n}: {v['from']} -> {v['to']}, {v['asset']}" for n, v in entry["nodes"].items()]
    bad = {name: entry for name, entry in routers.items() if entry["state"] and entry["state"] not in _WELL}
    if bad:
        lines += ["", "Not done:", *(f"  {name}: {e['state']}: {e['reason']}" for name, e in bad.items())]
    lines += ["", f"Predicted duration: {duration(summary['seconds'])}"]
    if summary["working_seconds"]:
        lines.append(f"  of that from the first request until all was quiet: {duration(summary['working_seconds'])}")
    if summary["seconds_between_looks"] > _COARSE:
        lines.append(
            f"  too long rather than too short: looks at the assets were {duration(summary['seconds_between_looks'])} "
            "of simulated time apart. A lower --speedup predicts better."
        )
    slow = sorted((e["seconds"], name) for name, e in routers.items() if e["seconds"])[-_SLOWEST:][::-1]
    if slow:
        lines += ["The slowest:", *(f"  {name}: {duration(seconds)}" for seconds, name in slow)]
    if summary["violations"]:
        lines += ["", "Things that must never happen, and did:", *(f"  {text}" for text in summary["violations"])]
    return lines


if __name__ == "__main__":
    sys.exit(main())
