# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws nights that are rare among the others, with what goes wrong right where they are decided.

Downgrades, reverts by a person and downloads have conditions of their own, and few other worlds try them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random

from .mishaps import _nodes, somebody_else
from .releases import NEW, OLD
from .wide import (
    FURTHER,
    downgrade,
    half_done_goes_back,
    killed_again_and_again,
    killed_in_between,
    may_be_another_night,
    somebody_beside,
    strikes_in_between,
)

#: The seeds of these worlds.
DENSE = range(9000, 10000)


def make_dense(random: Random, data: dict) -> None:
    """Make one of the rare nights of a world."""
    if not may_be_another_night(data):
        return
    random.choice(NIGHTS)(random, data)
    for _ in range(random.choice((1, 2, 2, 3))):
        random.choice(MISHAPS)(random, data)


def all_goes_back(random: Random, data: dict) -> None:
    """All nodes were upgraded in an earlier night, and somebody takes them back."""
    half_done_goes_back(random, data)
    for router in data["routers"]:
        for node in router["nodes"]:
            node.update(version=NEW, idle=OLD)


def downloads_first(random: Random, data: dict) -> None:
    """The release is on no node, and comes before the upgrade."""
    new = data["runs"][0]["args"]["version"]
    for run in data["runs"]:
        run["args"]["download"] = True
    for router in data["routers"]:
        for node in router["nodes"]:
            node["downloaded"] = [version for version in node["downloaded"] if version != new]
            seconds = random.choice((30.0, 400.0, 2500.0))
            data["downloads"][f"{node['name']}.{router['name']}"] = {"seconds": seconds, "end": "done"}


def killed_downgrade(random: Random, data: dict) -> None:
    """The controller dies in a downgrade, and the same is run again."""
    killed_again_and_again(random, data)
    downgrade(random, data)


def housekeeping(random: Random, data: dict) -> None:
    """Releases are brought, paused and removed, in any order; of some nodes it is what they run."""
    given = ("max_failures", "poll_min", "poll_max", "journal", "fail_on_target", "targets", "run_id")
    first = data["runs"][0]
    args = {name: value for name, value in first["args"].items() if name in given}
    for router in data["routers"]:
        for node in router["nodes"]:
            if random.random() < 0.4:
                node.update(version=NEW, idle=OLD)
            elif random.random() < 0.7:
                node["downloaded"] = [version for version in node["downloaded"] if version != NEW]
    states = [random.choice(("present", "paused", "absent", "absent")) for _ in range(random.choice((1, 2, 3)))]
    data["runs"] = [
        {
            "module": "software_download",
            "args": {**args, "version": random.choice((NEW, NEW, NEW, NEW, OLD)), "state": state},
        }
        | {"pause": random.choice((5.0, 100.0))}
        for state in states
    ]
    if random.random() < 0.5:  # what the controller of an upgrade has left behind when it died
        data["runs"].insert(0, {**first, "kill": random.choice((20.0, 100.0, 400.0))})


NIGHTS: tuple[Callable[[Random, dict], None], ...] = (
    downgrade,
    killed_downgrade,
    half_done_goes_back,
    all_goes_back,
    downloads_first,
    housekeeping,
)


def somebody_else_begins(random: Random, data: dict) -> None:
    """Somebody else has just begun an operation of a node, or begins it beside ours."""
    somebody_else(random, data)
    fault = data["faults"][-1]
    if random.random() < 0.5:
        fault["operation"] = data["runs"][0]["module"].removeprefix("software_")
    if random.random() < 0.6:
        fault["when"] = {"at": random.choice((0.0, 1.0, 3.0, 10.0, 40.0))}
    else:
        fault["when"] = {"over": random.choice(_nodes(data)), "after": random.choice((0.0, 30.0, 200.0))}


def begun_in_an_earlier_run(random: Random, data: dict) -> None:
    """The controller of an earlier run has died right after it had sent something."""
    first = data["runs"][0]
    first["args"]["journal"] = True
    killed = {**copy.deepcopy(first), "kill": random.choice((5.0, 20.0, 60.0, 300.0))}
    killed["args"]["run_id"] = "killed"
    data["runs"] = [killed, *({**run, "pause": random.choice((1.0, 60.0))} for run in data["runs"])]


MISHAPS: tuple[Callable[[Random, dict], None], ...] = (
    somebody_else_begins,
    somebody_else_begins,
    begun_in_an_earlier_run,
    strikes_in_between,
    strikes_in_between,
    somebody_beside,
    killed_in_between,
    *FURTHER,
)
