# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws in which words a conductor says things, and what its nodes are called, where documents leave that open.

Drawn behind everything else from a generator of its own, each kind with a modest probability: half of the seeds keep
the night that they were. What is hidden stays as short as rule 33 demands.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from .begun_words import ANSWERS
from .known import SYSLOG, WALL
from .names import NAMES, rename
from .requests import AMBIGUOUS
from .wordings import AT_WORK, NOT_OVER, NOT_PLAIN, RUNS, UP, WELL

#: What a health check prints of a node that is well, line by line.
_GOOD = (
    *WELL,
    "System Processes Check: passed\nDisk Check: passed",
    "System Processes Check   PASS\nNetwork Check            PASS\n\n2 checks passed, 0 failed",
    "System Processes Check: ok\nFailed checks: none",
    "Warning: disk usage 81 %\nSystem Processes Check: passed",
)
#: And of one that is not.
_BAD = (
    "System Processes Check: failed\nDisk Check: passed",
    "System Processes Check failed: highway is not running",
    "1 of 2 checks failed",
    "Overall: unhealthy\n  highway: stopped",
    "All checks were run.\nSystem Processes Check    FAIL",
    "Passed: 1\nFailed: 1 (System Processes Check)",
    "\u2716 System Processes Check\n\u2714 Disk Check",
)
_UNREADABLE = ("0x7f 2:1/0 --", "The health check was started; its result is in the log", "Passed\nFAULT in disk")
_SERVICE_UP = (*UP, "Running", "up", "in-service", "active", "running since 3 days")
_SERVICE_DOWN = ("", "Stopped", "failed", "not running", "running: no", "down since 2 h", "degraded (2 processes down)")
_LAST_BLOCK = "\u2714 Retrieving system status...\n\n======\n {name}\n======\n Status:  running\n Version: 6.3.5\n\n"
#: A node that is not reached, of which something is printed all the same.
_LAST_KNOWN = (
    _LAST_BLOCK + "\u26a0 {nodes} is disconnected; showing the last known state",
    _LAST_BLOCK + "as of 2 h ago",
    _LAST_BLOCK.replace("{name}", "c1") + "Completed in 0.04 seconds",
    _LAST_BLOCK.replace("status...", "status 0/1 targets complete"),
)
#: Refusals with more than one sentence or line: nothing was begun.
_REFUSED = (
    "% Error: Version {version} is not available. Run 'show system software available' for a list.",
    "% Error: Pre-upgrade health check failed. Nothing was changed.",
    "% Error: The request was rejected.\nVersion {version} is not available",
    "% Error: you do not have access to this command. Contact your administrator.",
    "% Error: Pre-upgrade health check failed\nSystem Processes Check: failed\nThe upgrade was not started.",
)
_BUSY = (
    "% Error: An upgrade is already in progress on {node}. Wait until it is completed.",
    "% Error: {node} is busy. Another operation is running.",
    "% Error: Request rejected\nAn upgrade is already in progress on {node}",
)
_AWAY = (
    "% Error: {node} is disconnected. No request was sent.",
    "% Error: Node {node} is not connected. Check its connectivity and try again.",
)
_MISSING = (
    "% Error: Version {version} is not downloaded. Download it first.",
    "% Error: Image {version} is not on the node.\nUse 'request system software download'.",
)
_ACCEPTED = (
    "Upgrade request accepted. This may take a while.",
    "1 target was requested; 0 failed",
    "Request accepted\nWarning: the node will restart",
    "\u2714 Requesting 1/1 targets complete...\n\nThe node will restart.\n\nCompleted in 0.3 seconds",
)
_COMPLETED = ("completed", "Complete", "successfully completed", "completed without errors")
_FAILED = ("failed", "Failed", "error", "failed: disk full")
_LIST_LINES = (WALL, SYSLOG, "WARNING: results are partial", "1 asset could not be read", "-- (1 more) --")
_LIST_NOTES = (
    "Assets are refreshed every 30 seconds.",
    "For more information see the documentation.",
    "Output truncated",
    "1 asset could not be read",
)


def draw_words(random: Random, data: dict) -> None:
    """Add words and names to the definition of a world."""
    if random.random() < 0.5:
        return
    for probability, kind in KINDS:
        if random.random() < probability:
            kind(random, data)


def _no_service_word(_random: Random, data: dict) -> None:
    data["habits"]["service"] = False


def _other_service_word(random: Random, data: dict) -> None:
    """One node has words of its own for a service that runs."""
    name = random.choice([node["name"] for router in data["routers"] for node in router["nodes"]])
    data["habits"]["service_up"] = {name: random.choice(_SERVICE_UP)}


def _service_down(random: Random, data: dict) -> None:
    data["habits"]["service_down"] = random.choice(_SERVICE_DOWN)


def _last_known(random: Random, data: dict) -> None:
    data["habits"]["not_reached"] = random.choice(_LAST_KNOWN)


def _bare_status(_random: Random, data: dict) -> None:
    """A status that names no node."""
    data["habits"]["status"] = "bare"
    _hide_no_longer(data, 240.0)


def _events(_random: Random, data: dict) -> None:
    data["habits"]["events"] = True


def _percent(_random: Random, data: dict) -> None:
    data["habits"]["percent"] = True


def _status_words(random: Random, data: dict) -> None:
    running = random.choice((*NOT_OVER, *RUNS))
    data["habits"]["status_words"] = [running, random.choice(_COMPLETED), random.choice(_FAILED)]
    if running in NOT_PLAIN:
        data["habits"]["status_says_what_runs"] = False
    _hide_no_longer(data, 240.0)


def _status_ends(random: Random, data: dict) -> None:
    """From some moment on, the status of operations shows nothing any more."""
    then = random.choice(("silent", "unreadable", "refused"))
    data["habits"] |= {"status_ends": random.choice((100.0, 400.0, 900.0, 2400.0)), "status_then": then}
    _hide_no_longer(data, 240.0)


def _health(random: Random, data: dict) -> None:
    habits = data["habits"]
    habits |= {"health_fails": random.choice(_BAD), "health_unreadable": random.choice(_UNREADABLE)}
    if habits["health"] == "readable":
        habits["health"] = random.choice(_GOOD)


def _health_fails(random: Random, data: dict) -> None:
    """The vendor's own check finds something at each node."""
    data["habits"] |= {"health": "fails", "health_fails": random.choice(_BAD)}


def _refusals(random: Random, data: dict) -> None:
    data["habits"] |= {"busy": random.choice(_BUSY), "away": random.choice(_AWAY), "missing": random.choice(_MISSING)}
    for answer in data["answers"]:
        if answer["how"] == "refused":
            answer["words"] = random.choice(_REFUSED)
        elif answer["how"] == "error":
            answer["words"] = random.choice(list(ANSWERS.values()))


def _accepted(random: Random, data: dict) -> None:
    data["habits"]["accepted"] = random.choice(_ACCEPTED)


def _answers(random: Random, data: dict) -> None:
    """A request asks something, or comes back when all is over."""
    ends = {"how": "ends", "words": random.choice(AMBIGUOUS)}
    says = random.choice(("", "% Error: Operation aborted", "Aborted."))
    asks = {"how": "asks", "words": random.choice(("Do you want to reboot? [y/N]", "Abort it? (yes/no)")), "says": says}
    data["answers"].append({"nth": random.choice((1, 1, 2, 3)), **random.choice((ends, asks))})


def _states(random: Random, data: dict) -> None:
    """Nodes that are worked on show a settled state with something beside it."""
    for courses in data["courses"].values():
        for course in courses:
            if random.random() < 0.5:
                course["shown"] = random.choice(AT_WORK)


def _lists(random: Random, data: dict) -> None:
    """A line of something else stands in the lists, for a while or always."""
    data["habits"][random.choice(("list_line", "list_line", "list_note"))] = random.choice(_LIST_LINES)
    _for_a_while(random, data)


def _notes(random: Random, data: dict) -> None:
    data["habits"]["list_note"] = random.choice(_LIST_NOTES)
    _for_a_while(random, data)


def _for_a_while(random: Random, data: dict) -> None:
    begin = random.choice((0.0, 0.0, 100.0, 600.0))
    length = random.choice((10.0, 60.0, 600.0, 1e9))
    data["habits"]["strange_between"] = [begin, begin + length]


def _names(random: Random, data: dict) -> None:
    """Nodes have other names: with dots, that of a router, or one that begins like another."""
    rename(data, {router["name"]: random.choice(NAMES) for router in data["routers"] if random.random() < 0.7})


def _settle_time(random: Random, data: dict) -> None:
    """The user has another settle time (rule 33); no operation hides for longer."""
    seconds = random.choice((120, 200, 600, 900))
    _hide_no_longer(data, 0.8 * seconds)
    for run in data["runs"]:
        if run["module"] in ("software_upgrade", "software_downgrade", "software_revert"):
            run["args"]["operation_settle"] = seconds


def _vendors_check(random: Random, data: dict) -> None:
    """The vendor's own check after an upgrade is skipped, or does not take the node back."""
    name = random.choice(("skip_health_check", "skip_health_check", "no_revert"))
    if data["habits"]["legacy"]:
        return
    for run in data["runs"]:
        if run["module"] == "software_upgrade":
            run["args"][name] = True
    for course in _courses(data):
        if course["end"] == "reverts":
            course["end"] = "done" if name == "skip_health_check" else "down"
        course["check"] = 0.0 if name == "skip_health_check" else course["check"]


def _running_ignored(_random: Random, data: dict) -> None:
    """A running operation is ignored by name, where somebody has made sure that there is none."""
    others = {"foreign", "second", "beside", "kill"} & {fault["kind"] for fault in data["faults"]}
    run, by_itself = data["runs"][0], data["habits"]["moves_peer"]
    if len(data["runs"]) == 1 and run["module"] == "software_upgrade" and not others and not by_itself:
        run["args"]["ignore_running_operation"] = True


def _courses(data: dict) -> list[dict]:
    own = [course for courses in data["courses"].values() for course in courses]
    return own + [fault["course"] for fault in data["faults"] if "course" in fault]


def _hide_no_longer(data: dict, seconds: float) -> None:
    """Whatever a course hides takes no longer than this."""
    for course in _courses(data):
        for phase in ("check", "quiet", "between"):
            if phase in course:
                course[phase] = min(course[phase], seconds)


KINDS: tuple[tuple[float, Callable[[Random, dict], None]], ...] = (
    (0.06, _no_service_word),
    (0.10, _other_service_word),
    (0.15, _service_down),
    (0.10, _last_known),
    (0.04, _bare_status),
    (0.20, _events),
    (0.15, _percent),
    (0.15, _status_words),
    (0.10, _status_ends),
    (0.25, _health),
    (0.05, _health_fails),
    (0.25, _refusals),
    (0.15, _accepted),
    (0.10, _answers),
    (0.10, _states),
    (0.08, _lists),
    (0.08, _notes),
    (0.25, _names),
    (0.15, _settle_time),
    (0.10, _vendors_check),
    (0.05, _running_ignored),
)
