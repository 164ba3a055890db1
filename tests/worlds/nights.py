# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws what a user does in a night: settings, and one run after the other."""

from __future__ import annotations

from random import Random

from .releases import NEW, NEW_CONDUCTOR, OLD

#: What only upgrades and downgrades take.
_OF_INSTALLS = (
    "download",
    "health_check",
    "revert",
    "compare",
    "sequencing",
    "simultaneous",
    "blocked",
    "reconnect_after",
)


def draw_settings(random: Random, data: dict) -> dict:
    """What the user sets."""
    names = [router["name"] for router in data["routers"]]
    settings = {
        "targets": names,
        "version": NEW,
        "in_flight": random.choice((1, 1, 2, 3, 10)),
        "max_failures": random.choice((0, 0, 1, 5)),
        "pair_soak": random.choice((0, 60, 300)),
        "breaker_percent": random.choice((100.0, 100.0, 100.0, 40.0)),
        "breaker_timeout": 900,
        "order": random.choice(("standby_first", "as_listed")),
        "download": random.random() < 0.4,
        "health_check": random.random() < 0.6,
        "revert": random.random() < 0.7,
        "compare": False,
        "poll_min": random.choice((2.0, 5.0, 10.0)),
        "poll_max": random.choice((15.0, 30.0, 60.0)),
        "journal": random.random() < 0.8,
        "stop_file": True,
        "fail_on_target": False,
    }
    if random.random() < 0.1:
        settings["reconnect_after"] = random.choice((60, 600))
    if random.random() < 0.12:
        settings["sequencing"] = "vendor"
    if random.random() < 0.06:
        settings["simultaneous"] = True
    if len(names) > 1:
        _draw_order(random, settings, names)
        if random.random() < 0.15:  # a limit: the others are of the same waves and groups all the same
            settings["targets"] = names[1:]
    if random.random() < 0.12:
        settings[random.choice(("start_deadline", "window_end"))] = random.choice((600, 3600, 9000))
    return settings


def _draw_order(random: Random, settings: dict, names: list[str]) -> None:
    if random.random() < 0.3:
        settings["waves"] = {name: random.randint(0, 1) for name in names}
    if random.random() < 0.4:
        settings["exclusive_groups"] = {name: random.choice("gh") for name in names if random.random() < 0.8}
    if random.random() < 0.1:
        settings["blocked"] = {names[-1]: "a check says no"}


def draw_runs(random: Random, data: dict) -> list[dict]:
    """The runs of the night: one, one that is killed and run again, batches, the way back, or the conductor itself."""
    settings = {**draw_settings(random, data), "run_id": "night"}
    run, shape = {"module": "software_upgrade", "args": settings}, random.random()
    if shape < 0.07:
        return _conductor(random, data, settings)
    if shape < 0.13:
        return _downgrade(data, settings)
    if shape < 0.21:
        return _back(random, data, settings)
    if shape < 0.26:
        _name_nodes(random, data, settings)
        return [run]
    if shape < 0.39:
        return _killed(random, run)
    if shape < 0.52 and len(data["routers"]) > 1:
        return _batches(data, settings, run)
    if shape < 0.57:
        return [run, _again(run, random.choice((60.0, 900.0, 90000.0)))]
    return [run]


def _again(run: dict, pause: float) -> dict:
    return {**run, "args": {**run["args"], "run_id": "again"}, "pause": pause}


def _killed(random: Random, run: dict) -> list[dict]:
    """A run whose controller dies, and the next one."""
    again = _again(run, random.choice((5.0, 60.0, 900.0)))
    return [{**run, "kill": random.choice((3.0, 8.0, 60.0, 400.0, 1200.0, 3000.0))}, again]


def _batches(data: dict, settings: dict, run: dict) -> list[dict]:
    """Two batches of one run; groups, waves and limits are those of the whole run."""
    names = [router["name"] for router in data["routers"]]
    half = len(names) // 2
    first, second = ({**run, "args": {**settings, "targets": part}} for part in (names[:half], names[half:]))
    return [first, {**second, "pause": 5.0}]


def _name_nodes(random: Random, data: dict, settings: dict) -> None:
    """Nodes that are named one by one are one router all the same."""
    named = [{"router": router["name"], "node": node["name"]} for router in data["routers"] for node in router["nodes"]]
    random.shuffle(named)
    settings["targets"] = named
    for name in ("sequencing", "simultaneous"):
        settings.pop(name, None)


def _conductor(random: Random, data: dict, settings: dict) -> list[dict]:
    """The nodes of the conductor, each in a session of its own; or both in one task."""
    names = data["conductor"]["nodes"]
    given = {
        name: settings[name] for name in ("poll_min", "poll_max", "journal", "run_id", "fail_on_target", "health_check")
    }
    targets = [{"router": "Conductor", "node": name} for name in names]
    args = {**given, "version": NEW_CONDUCTOR}
    if random.random() < 0.3:
        return [{"module": "software_upgrade", "args": {**args, "targets": targets}, "local": names[0]}]
    return [
        {"module": "software_upgrade", "args": {**args, "targets": [target]}, "local": target["node"]}
        | ({"only_after_good": True, "pause": 60.0} if number else {})
        for number, target in enumerate(targets)
    ]


def _plain(settings: dict) -> dict:
    return {name: value for name, value in settings.items() if name not in _OF_INSTALLS}


def _upgraded(data: dict) -> None:
    """All routers run the new release already."""
    for router in data["routers"]:
        for node in router["nodes"]:
            node.update(version=NEW, idle=OLD)


def _downgrade(data: dict, settings: dict) -> list[dict]:
    _upgraded(data)
    settings = {name: value for name, value in settings.items() if name not in ("revert", "simultaneous", "sequencing")}
    return [{"module": "software_downgrade", "args": {**settings, "version": OLD}}]


def _back(random: Random, data: dict, settings: dict) -> list[dict]:
    """A person takes back what was upgraded: months ago, or in this night."""
    back = {"module": "software_revert", "args": {**_plain(settings), "version": OLD, "run_id": "back"}, "pause": 30.0}
    if random.random() < 0.5:
        _upgraded(data)
        return [back]
    return [{"module": "software_upgrade", "args": settings}, back]
