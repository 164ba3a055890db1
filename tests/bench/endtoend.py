# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole runs of ansible-playbook over SSH: what they cost the controller beside what Ansible costs without us."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.harness import Bench
from tests.integration.routers import PACE, authority, inventory, router
from tests.simulator import Simulator

#: How much faster than the clock of the wall the simulated authority goes.
SPEEDUP = 300.0


@dataclass(frozen=True)
class Spent:
    """One run of ansible-playbook: CPU seconds of all of its processes, seconds of the wall, the largest one in MB."""

    code: int
    cpu: float
    wall: float
    memory: float
    output: str = ""
    #: When it ended, in seconds since the epoch.
    ended: float = 0.0


@contextmanager
def fleet_bench(routers: int, speedup: float = SPEEDUP, **more: Any) -> Iterator[Bench]:
    """An authority with so many routers, three in ten of them pairs, on a simulator of its own."""
    names = [f"site-{number:04d}" for number in range(routers)]
    members = [
        router(name, *((f"{name}-a", f"{name}-b") if number % 10 < 3 else ())) for number, name in enumerate(names)
    ]
    scenario = {**authority(*members), **more, "clock": {"start": "now", "speedup": speedup}}
    with tempfile.TemporaryDirectory(prefix="ssr-bench-") as folder, Simulator(scenario) as simulator:
        bench = Bench(Path(folder), simulator)
        inventory(bench, **{name.replace("-", "_"): None for name in names})
        yield bench


def spent_on(bench: Bench, playbook: str | Path, *extra: str, **variables: Any) -> Spent:
    """Run a playbook as a user does, and count what it and its workers have used."""
    everything = {**PACE, "ssr_version": "6.3.5", "ssr_report_dir": str(bench.folder / "reports"), **variables}
    command, printed = bench.command(playbook, *extra, **everything), bench.folder / "output.txt"
    # The callback of the tests stays off: it records, and it spares Ansible's workers half of what they read.
    environment = {key: value for key, value in bench.environment.items() if key != "ANSIBLE_CALLBACKS_ENABLED"}
    began = time.monotonic()
    with printed.open("wb") as stream:
        actions = [(os.POSIX_SPAWN_DUP2, stream.fileno(), 1), (os.POSIX_SPAWN_DUP2, stream.fileno(), 2)]
        child = os.posix_spawn(command[0], command, environment, file_actions=actions)
        _pid, status, usage = os.wait4(child, 0)
    return Spent(
        code=os.waitstatus_to_exitcode(status),
        cpu=usage.ru_utime + usage.ru_stime,
        wall=time.monotonic() - began,
        memory=usage.ru_maxrss / 1024,
        output=printed.read_text(encoding="utf-8", errors="replace"),
        ended=time.time(),
    )


#: One batch, so that what is measured is work and not the canaries' time. A night of hours is over in minutes, so polls
#: of the default would be as many as in hours: these look about four times at each node.
ONE_BATCH = {
    "ssr_serial": "100%",
    "router_upgrade_in_flight": 50,
    "router_upgrade_downloads_in_flight": 25,
    "router_upgrade_poll_min": 2,
    "router_upgrade_poll_max": 5,
}


def upgraded(routers: int) -> tuple[Spent, list[str]]:
    """The upgrade of a whole fleet, and the commands that the conductor got. Raises AssertionError where it failed."""
    with fleet_bench(routers) as bench:
        spent = spent_on(bench, "upgrade_routers", **ONE_BATCH)
        assert spent.code == 0, spent.output[-4000:]
        return spent, bench.simulator.commands()


def nothing_to_do(routers: int) -> tuple[Spent, float]:
    """A run over routers that have nothing to do, and how many seconds of the wall it lasts after its last command."""
    with fleet_bench(routers) as bench:
        spent = spent_on(bench, "upgrade_routers", **{**ONE_BATCH, "ssr_version": "6.3.0"})
        assert spent.code == 0, spent.output[-4000:]
        last = max(event["wall"] for event in bench.simulator.log.records() if event["event"] == "command")
        return spent, spent.ended - last


def results_of_hosts(routers: int) -> Spent:
    """The only task of the play that runs for each host, which gives it its result; and nothing else of ours."""
    with fleet_bench(routers) as bench:
        playbook = bench.folder / "results.yml"
        names = [f"site-{number:04d}" for number in range(routers)]
        entries = {name: {"state": "up_to_date", "reason": "runs it already", "nodes": []} for name in names}
        role = {"name": "sessionsmart.ssr.router_upgrade", "tasks_from": "verdict", "rolespec_validate": False}
        tasks = [
            {
                "name": "Keep what the task for the batch would have said",
                "ansible.builtin.set_fact": {"router_upgrade_answer": {"by_router": entries}},
                "run_once": True,
            },
            {"name": "Take the results", "ansible.builtin.import_role": role},
        ]
        play = {"name": "Results", "hosts": "ssr_routers", "gather_facts": False, "tasks": tasks}
        playbook.write_text(json.dumps([{**play, "connection": "local"}]), encoding="utf-8")
        spent = spent_on(bench, playbook)
        assert spent.code == 0, spent.output[-4000:]
        return spent


#: Times of a night that differ from node to node: 20 minutes an upgrade, 6 a download, on average.
DURATIONS = {
    "download": {"mean": 360, "spread": 0.5},
    **{phase: {"mean": 120, "spread": 0.25} for phase in ("service_start", "post_check", "resync")},
    "install": {"mean": 600, "spread": 0.25},
    "restart": {"mean": 240, "spread": 0.25},
}


def paced(speedup: float) -> dict[str, Any]:
    """The defaults of the role as seconds of the wall, for a night that goes so much faster; no soak between nodes."""
    polls = {"poll_min": 2 / speedup, "poll_max": 15 / speedup}
    whole = {"operation_settle": 300, "revert_grace": 30, "service_timeout": 300}
    times = {**polls, **{name: max(1, round(seconds / speedup)) for name, seconds in whole.items()}}
    scaled = {f"router_upgrade_{name}": seconds for name, seconds in times.items()}
    return {"ssr_serial": "100%", "router_upgrade_pair_soak": 0, "router_upgrade_stable_polls": 3, **scaled}


def length_of_night(simulator: Simulator) -> float:
    """Seconds of the night from the begin of the first operation to the end of the last one, downloads included."""
    times = [event["sim"] for event in simulator.log.records() if event["event"].startswith("operation_")]
    return max(times) - min(times)


def empty_play(bench: Bench) -> Spent:
    """What Ansible itself costs: a play that does nothing on the same inventory."""
    playbook = bench.folder / "empty.yml"
    task = {"name": "Say something", "ansible.builtin.debug": {"msg": "nothing"}}
    play = {
        "name": "Empty",
        "hosts": "ssr_conductors[0]",
        "connection": "local",
        "gather_facts": False,
        "tasks": [task],
    }
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    return spent_on(bench, playbook)


def first_command(bench: Bench) -> Spent:
    """Our imports, a login and the first command, of a dry run on one conductor."""
    playbook = bench.folder / "first.yml"
    task = {"name": "List the assets", "sessionsmart.ssr.assets_info": {}}
    play = {
        "name": "First command",
        "hosts": "ssr_conductors[0]",
        "connection": "sessionsmart.ssr.pcli",
        "gather_facts": False,
        "tasks": [task],
    }
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    spent = spent_on(bench, playbook, "--check")
    assert spent.code == 0, spent.output[-4000:]
    return spent
