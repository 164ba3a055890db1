# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A world as it is written down: only what is not the plainest of its kind."""

from __future__ import annotations

import copy
import pprint

from .courses import USUAL
from .releases import CONDUCTOR, NEW, NEW_CONDUCTOR, OLD, OLDER

#: The habits of the plainest conductor.
PLAIN = {
    "lag": 0.0,
    "software_lag": 0.0,
    "latency": 0.4,
    "answer": 0.5,
    "refuses_after": 0.1,
    "marks": True,
    "completed": True,
    "time_in_status": False,
    "versions_while_away": True,
    "software": True,
    "volumes": False,
    "status": "silent",
    "status_words": ["in progress", "completed", "failed"],
    "keeps_ended": True,
    "blocks": False,
    "downloads_block": False,
    "fetches": True,
    "moves_peer": False,
    "legacy": False,
    "download_state": False,
    "shells": 60,
    "health": "readable",
    "accepted": "Request accepted",
    "service": True,
    "not_reached": "table",
    "service_down": "offline",
    "service_up": {},
    "list_line": "",
    "events": False,
    "percent": False,
    "status_ends": None,
    "status_then": "silent",
    "status_says_what_runs": True,
    "health_fails": "System Processes Check: failed",
    "health_unreadable": "0x7f 2:1/0 --",
    "busy": "% Error: An upgrade is already in progress on {node}",
    "away": "% Error: {node} is disconnected",
    "missing": "% Error: Version {version} is not downloaded",
    "list_note": "",
    "strange_between": None,
}
_CONDUCTOR = {"release": CONDUCTOR, "nodes": ["c1"], "offers": [NEW, NEW_CONDUCTOR], "offers_below": [OLD]}
_NODE = {"version": OLD, "idle": OLDER, "downloaded": [OLD, NEW]}
_EMPTY = {"courses": {}, "downloads": {}, "history": [], "faults": [], "answers": [], "resource_groups": {}}
#: What the runs of all worlds are given.
_ARGUMENTS = {"version": NEW, "compare": False, "fail_on_target": False}


def complete(small: dict) -> dict:
    """The whole definition of a world that is written down."""
    data = {**copy.deepcopy(_EMPTY), **copy.deepcopy(small)}
    data["habits"] = {**PLAIN, **data.get("habits", {})}
    data["conductor"] = {**_CONDUCTOR, **data.get("conductor", {})}
    data["courses"] = {name: [{**USUAL, **course} for course in courses] for name, courses in data["courses"].items()}
    for router in data["routers"]:
        router.setdefault("leader", None)
        router["nodes"] = [{**_NODE, **node} for node in router["nodes"]]
    for run in data["runs"]:
        run.setdefault("module", "software_upgrade")
        if not {"target_hosts", "resource_group"} & set(run["args"]) and run["module"] != "precheck":
            run["args"] = {"targets": [router["name"] for router in data["routers"]], **run["args"]}
        for name, value in _ARGUMENTS.items():
            if name != "compare" or run["module"] not in ("software_revert", "software_download", "precheck"):
                run["args"].setdefault(name, value)
    return data


def small(data: dict) -> dict:
    """The same world with only what is not the plainest."""
    names = [router["name"] for router in data["routers"]]
    arguments = {**_ARGUMENTS, "targets": names}
    stated = {
        "habits": _without(data["habits"], PLAIN),
        "conductor": _without(data["conductor"], _CONDUCTOR),
        "routers": [
            {**router, "nodes": [_without(node, _NODE) for node in router["nodes"]]} for router in data["routers"]
        ],
        "courses": {name: [_without(course, USUAL) for course in courses] for name, courses in data["courses"].items()},
        "runs": [
            {**_without(run, {"module": "software_upgrade"}), "args": _without(run["args"], arguments)}
            for run in data["runs"]
        ],
        **{name: data[name] for name in _EMPTY if name != "courses"},
    }
    return {name: value for name, value in stated.items() if value}


def _without(data: dict, usual: dict) -> dict:
    return {name: value for name, value in data.items() if name not in usual or usual[name] != value}


def literal(data: dict) -> str:
    """A world as a Python literal."""
    return pprint.pformat(small(data), width=110, sort_dicts=False)
