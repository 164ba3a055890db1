# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of whole rollouts share: what really happened at the simulated conductor, and how to kill a run.

Everything here looks at the simulator's own log and truth, never at what the collection says of itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.integration.harness import Bench, Run
from tests.integration.routers import PACE, inventory

#: Operations that move a node; a download does not.
MOVES = ("upgrade", "downgrade", "revert")

#: How to end a run: the main process alone, its worker alone, all of them at once, or by a signal that can be caught.
WAYS = ("main", "worker", "everything", "hangup", "interrupt")

#: So slow that a playbook has begun long before an upgrade that runs has ended.
SLOW = 2

#: Seconds (of the wall) for anything that a test waits for.
PATIENCE = 60
#: Seconds for a whole run, on a machine that plays several at once.
RUN_PATIENCE = 220


# -- what really happened ---------------------------------------------------------------------------------------------


def intervals(bench: Bench, *kinds: str) -> list[tuple[str, str, float, float]]:
    """(router, node, begin, end) of each operation of these kinds, in simulated seconds; one that runs has no end."""
    ended, running = [], {}
    for event in bench.simulator.log:
        if event.get("kind") not in (kinds or MOVES):
            continue
        node, _dot, router = str(event.get("node", "")).partition(".")
        if event["event"] == "operation_begins":
            running[node, router] = event["sim"]
        elif event["event"] == "operation_ends" and (node, router) in running:
            ended.append((router, node, running.pop((node, router)), event["sim"]))
    return ended + [(router, node, begin, float("inf")) for (node, router), begin in running.items()]


def most_at_once(bench: Bench, *routers: str) -> int:
    """How many of these routers (of all of them, if none is named) were being moved at the same time, at most."""
    moments = []
    for router, _node, begin, end in intervals(bench):
        if not routers or router in routers:
            moments += [(begin, 1, router), (end, 0, router)]
    running: Counter[str] = Counter()
    most = 0
    for _moment, begins, router in sorted(moments, key=lambda moment: moment[:2]):
        running[router] += 1 if begins else -1
        most = max(most, sum(count > 0 for count in running.values()))
    return most


def began_at(bench: Bench, router: str) -> float:
    """When the first node of a router began to move, in simulated seconds."""
    return min(begin for name, _node, begin, _end in intervals(bench) if name == router)


def requests(bench: Bench, router: str | None = None, *kinds: str) -> list[str]:
    """The requests that move or feed a node, as they came; of one router, if it is named."""
    wanted = tuple(f"request system software {kind} " for kind in kinds or (*MOVES, "download"))
    return [
        command
        for command in bench.simulator.commands(startswith="request system software")
        # Without a router it only asks how the command is used.
        if command.startswith(wanted) and (f" router {router} " if router else " router ") in command
    ]


def assert_nothing_twice(bench: Bench) -> None:
    """No node got an upgrade while one was running there, none got it twice, and no pair was down as a whole.

    The simulator itself calls the first and the last a violation.
    """
    assert bench.simulator.violations == []
    truth = bench.simulator.truth()["nodes"]
    twice = {node_id: node["upgrades_started"] for node_id, node in truth.items() if node["upgrades_started"] > 1}
    assert not twice, f"upgraded more than once: {twice}"


def running(bench: Bench) -> dict[str, str]:
    """What each node of each router runs, by node.router; the conductor's own nodes are left out."""
    own = bench.simulator.ready()["router"]
    nodes = bench.simulator.truth()["nodes"]
    return {node_id: node["version"] for node_id, node in nodes.items() if node["router"] != own}


# -- runs that a test may end -----------------------------------------------------------------------------------------


def begin(bench: Bench, playbook: str = "upgrade_routers", *extra: str, **variables: Any) -> subprocess.Popen:
    """Start a playbook for routers at the pace of a test."""
    everything = {**PACE, "ssr_version": "6.3.5", "ssr_report_dir": str(bench.folder / "reports"), **variables}
    return bench.start(playbook, *extra, **everything)


def descendants(pid: int) -> list[int]:
    """The processes below this one, wherever their sessions are."""
    pids = []
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
            pids += [int(child), *descendants(int(child))]
    return pids


def state_and_parent(pid: int) -> tuple[str, int]:
    """The state of a process and its parent; ("", 0) where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "", 0
    state, parent = stat.rpartition(")")[2].split()[:2]
    return state, int(parent)


def lives(pid: int) -> bool:
    """Does this process still run? One that is dead and not yet waited for does not."""
    return state_and_parent(pid)[0] not in ("", "Z")


def kill(process: subprocess.Popen, way: str) -> list[int]:
    """End a run in one of the :data:`WAYS`. Returns the processes that ran below the main one."""
    below = descendants(process.pid)
    single = {"hangup": signal.SIGHUP, "interrupt": signal.SIGINT, "main": signal.SIGKILL}
    victims = below if way == "worker" else [process.pid, *below] if way == "everything" else [process.pid]
    for victim in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, single.get(way, signal.SIGKILL))
    if way == "main":  # it dies a moment later, and until then its workers have a parent
        wait_until(lambda: not any(state_and_parent(pid)[1] == process.pid for pid in below), "the end of its parent")
    return below


def wait_until(condition: Callable[[], Any], awaited: str, patience: float = PATIENCE) -> None:
    """Wait for something that must happen, and say what did not."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, f"{awaited} did not happen within {patience} s"
        time.sleep(0.02)


def wait_for_end(process: subprocess.Popen, below: list[int], way: str) -> str:
    """Wait until a run is over, workers included: they end by themselves. Returns what it has printed.

    Ctrl-C is pressed where the workers have gone and the main process stays: a worker may end also amid a message to
    the main process, and ansible-core then waits for the rest of it, and for the lock that the worker held.
    """
    end = time.monotonic() + RUN_PATIENCE  # most of it passes before anybody ends the run
    try:
        while True:
            try:
                output, _none = process.communicate(timeout=PATIENCE / 6)
                break
            except subprocess.TimeoutExpired:
                if time.monotonic() > end:
                    raise
                if way in ("interrupt", "worker") and below and not any(map(lives, below)):
                    os.kill(process.pid, signal.SIGINT)
        wait_until(lambda: not any(map(lives, below)), f"the end of its workers {[pid for pid in below if lives(pid)]}")
    finally:
        for pid in [process.pid, *below]:
            if lives(pid):
                os.kill(pid, signal.SIGKILL)
    return output


@contextlib.contextmanager
def trap(bench: Bench, request: int, polls: int, then: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Do something once the conductor has got its n-th request, and so many lists of assets after that.

    It is done inside the conductor, between hearing the command and acting on it: no moment is sharper. Gives a
    function that tells whether it was done, and waits for its end where it has begun.
    """
    log = bench.simulator.log
    add, counts, done, doing = log.add, [0, 0], [], threading.Lock()

    def watched(event: str, **fields: Any) -> dict[str, Any]:
        record = add(event, **fields)
        if event == "command" and not done:
            command = fields["command"]
            # Asking for the usage is no request, and polls count only once there were enough requests.
            asked = command.startswith("request ") and " router " in command
            counts[0] += asked
            counts[1] += counts[0] >= request and command.startswith("show assets")
            with doing:
                if counts[0] >= request and counts[1] >= polls and not done:
                    done.append(True)
                    then()
        return record

    def sprung() -> bool:
        with doing:
            return bool(done)

    log.add = watched
    try:
        yield sprung
    finally:
        log.add = add


def live_at(bench: Bench, speedup: float) -> None:
    """Let the simulated conductors live slower or faster from now on."""
    world, clock = bench.simulator.world, bench.simulator.clock
    with world.lock:
        clock._start, clock._began, clock.speedup = clock.now(), time.monotonic(), speedup
        world.scheduler._wake.notify_all()  # it sleeps until a moment by the old speed


@contextlib.contextmanager
def slow_until_taken_up(bench: Bench, speedup: float) -> Iterator[None]:
    """Hardly any time passes until the next run follows its upgrades: it finds what the last one has left."""
    log, status = bench.simulator.log, bench.folder / "journal" / "status-routers.json"
    add, began, polls = log.add, time.time(), []

    def upgrades() -> bool:
        with contextlib.suppress(OSError, ValueError):
            if status.stat().st_mtime > began:
                data = json.loads(status.read_text(encoding="utf-8"))
                return data["operation"] == "upgrade" and "in_flight" in data["settings"]  # of the task of a batch
        return False

    def watched(event: str, **fields: Any) -> dict[str, Any]:
        if len(polls) < 2 and event == "command" and fields["command"].startswith("show assets") and upgrades():
            polls.append(fields["command"])
            if len(polls) == 2:
                live_at(bench, speedup)
        return add(event, **fields)

    live_at(bench, SLOW)
    log.add = watched
    try:
        yield
    finally:
        log.add = add
        live_at(bench, speedup)  # also where the run has followed nothing


def wait_until_at_rest(bench: Bench) -> None:
    """Wait until every node is there, and nothing moves any more: what a person does before a run that is repeated."""

    def at_rest(simulator: Any) -> bool:
        nodes = simulator.truth()["nodes"].values()
        return all(node["operation"] is None and node["state"] in ("Synchronized", "Running") for node in nodes)

    assert bench.simulator.wait_for(at_rest, PATIENCE), bench.simulator.truth()["nodes"]


def kill_at(bench: Bench, way: str, request: int, polls: int, **variables: Any) -> bool:
    """Run a playbook and end it at that point (see :func:`trap`). False: the run was over before.

    Its workers must end by themselves, and send no request any more. From then on hardly any time passes at the
    conductor, so that the next run finds what this one has left.
    """
    below: list[int] = []
    started: list[subprocess.Popen] = []
    sent: list[int] = []

    def end() -> None:
        below.extend(kill(started[0], way))
        live_at(bench, SLOW)
        sent.append(len(requests(bench)))

    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # below nohup it is ignored, also by whatever begins here
    with trap(bench, request, polls, end) as sprung:
        started.append(begin(bench, **variables))
        output = wait_for_end(started[0], below, way)
    if sprung():
        wait_until(lambda: not any(map(lives, below)), "the end of its workers")
        assert len(requests(bench)) == sent[0], f"after its end ({way}) it sent {requests(bench)[sent[0] :]}:\n{output}"
    return sprung()


# -- results ----------------------------------------------------------------------------------------------------------


def upgraded(run: Run) -> dict[str, dict[str, Any]]:
    """What the last task of the upgrade said of each router, by its name."""
    results = run.results("software_upgrade")
    return {name: entry for result in results for name, entry in result.get("by_router", {}).items()}


def everybody(bench: Bench, **more: dict[str, Any]) -> None:
    """An inventory with every router of the authority, with variables for some."""
    own = bench.simulator.ready()["router"]
    names = [router for router in bench.simulator.world.routers if router != own]
    inventory(bench, **{name: more.get(name, {}) for name in names})


# -- verdicts against the truth ---------------------------------------------------------------------------------------

#: What may become of a router that has this fault: nothing better, and nothing worse. Without one it must be done.
EXPECTED: dict[str, tuple[str, ...]] = {
    "pre_check_refuses": ("failed",),
    "request_refused_words": ("failed",),
    # That it has booted is told by its uptime, which runs faster here than the clock of the controller.
    "post_check_fails_and_reverts": ("reverted", "failed"),
    "version_unchanged_after_reboot": ("reverted", "failed"),
    "upgrade_hangs": ("unknown",),
    "never_comes_back": ("unknown",),
    "restarts_twice": ("done",),
    # Its service does not start on the old version either, so going back does not mend it.
    "service_down_after_upgrade": ("failed",),
    "stuck_disconnected": ("unknown",),
    "stuck_synchronizing": ("unknown",),
    "health_check_fails": ("reverted",),
    "health_check_unreadable": ("done",),
    "health_check_times_out": ("done",),
    "download_fails": ("blocked",),
    "download_hangs": ("blocked",),
    "mixed_install_types": ("blocked",),
    "mid_operation": ("done", "up_to_date"),
}

#: What each state of a node claims about what it really runs: the requested version, what it ran before, or either.
_RUNS = {
    "done": "new",
    "up_to_date": "new",
    "reverted": "old",
    "blocked": "old",
    "skipped": "old",
    "not_started": "old",
    "held": "either",
    "failed": "either",
    "unknown": "either",
}


def faults_of(bench: Bench) -> dict[str, str]:
    """The fault of each router that has one."""
    router_of_node = {node["node"]: node["router"] for node in bench.simulator.truth()["nodes"].values()}
    fault_of_router = {}
    for fault in bench.simulator.truth()["faults"]:
        node, _dot, router = str(fault.get("node") or "").partition(".")
        name = fault.get("router") or router or router_of_node.get(node)
        if name:
            fault_of_router[name] = fault["type"]
    return fault_of_router


def untrue(
    bench: Bench,
    before: dict[str, str],
    results: dict[str, dict[str, Any]],
    requested: str,
    careful: Mapping[str, tuple[str, ...]] | None = None,
) -> list[str]:
    """Everything in which the results of a rollout differ from what is really so.

    ``before`` is what the nodes ran, ``careful`` what may also be told of a router by its fault.
    """
    truth, faults = bench.simulator.truth()["nodes"], faults_of(bench)
    wrong = []
    for router in sorted({node["router"] for node in truth.values()} - {bench.simulator.ready()["router"]}):
        entry = results.get(router)
        if entry is None:
            wrong.append(f"{router}: nothing was told of it")
            continue
        fault = faults.get(router)
        expected = EXPECTED.get(fault, ("done", "up_to_date", "skipped")) + (careful or {}).get(fault or "", ())
        if entry["state"] not in expected:
            wrong.append(f"{router} ({fault}): {entry['state']}, expected {' or '.join(expected)}: {entry['reason']}")
        for node in entry["nodes"]:
            node_id = f"{node['node']}.{router}"
            wrong += [
                f"{node_id} ({fault}): {sentence}"
                for sentence in _untrue_of_node(node, truth[node_id], before[node_id], requested)
            ]
    return wrong


def _build(version: str) -> str:
    """`6.3.5-39` of `SSR-6.3.5-39.r1.el7`: conductors differ in how they spell the same build."""
    match = re.search(r"\d+\.\d+\.\d+-\d+", version)
    assert match, f"'{version}' is no build"
    return match.group()


def _untrue_of_node(node: dict[str, Any], truth: dict[str, Any], before: str, requested: str) -> list[str]:
    state, wrong = node["state"], []
    if state not in _RUNS:
        return [f"is told {state}, which is no end"]
    allowed = {"new": {requested}, "old": {before}, "either": {before, requested}}[_RUNS[state]]
    if truth["version"] not in allowed:
        wrong.append(f"is told {state}, and runs {truth['version']}")
    if state in ("done", "up_to_date") and (truth["state"], truth["service"]) != ("Synchronized", "running"):
        wrong.append(f"is told {state}, and is {truth['state']}, service {truth['service']}")
    if state in ("done", "up_to_date") and truth["operation"] not in (None, "download"):
        wrong.append(f"is told {state} while {truth['operation']} runs")
    if state in ("blocked", "skipped", "not_started") and truth["upgrades_started"]:
        wrong.append(f"is told {state}, and an upgrade was started")
    if state == "skipped" and truth["state"] == "Synchronized":
        wrong.append("is told skipped, and was there")
    said = node.get("running_version")
    if state != "unknown" and said is not None and _build(said) != _build(truth["version"]):
        wrong.append(f"is told to run {node['running_version']}, and runs {truth['version']}")
    return wrong


# -- what is on the screen --------------------------------------------------------------------------------------------


def screen(output: str) -> list[str]:
    """The lines behind Ansible's recap."""
    _before, _recap, after = output.rpartition("PLAY RECAP")
    lines = after.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("SSR "))
    return [line.rstrip() for line in lines[begin:]]


def own_lines(output: str) -> list[str]:
    """The lines of a whole run that are ours: progress, what our tasks say, and the last screen."""
    lines = re.findall(r'^(?:\[[^\]]+\] |        ").*', output, re.MULTILINE)
    return [line for line in lines if not line.startswith("[ERROR]")] + screen(output)
