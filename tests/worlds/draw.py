# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws a world from a seed: a fleet, a conductor's habits, a user's settings, and what goes wrong. Plain data."""

from __future__ import annotations

from random import Random

from .mishaps import draw_mishaps
from .questions import STATUS_WORDS

OLD, NEW, OLDER = "6.3.5-37.r1.el7", "7.1.3-29.r2.el9", "6.3.0-107.r1.el7"
CONDUCTOR = "7.2.0-10.r1.el9"


def draw(seed: int) -> dict:
    """The world of a seed."""
    random = Random(f"world {seed}")
    data = {"seed": seed, "habits": draw_habits(random), "conductor": draw_conductor(random)}
    data["routers"] = draw_routers(random)
    data["courses"] = draw_courses(random, data)
    data["downloads"], data["history"] = {}, draw_history(random, data)
    data["runs"] = draw_runs(random, data)
    data["faults"], data["answers"] = [], []
    draw_mishaps(random, data)
    return data


def draw_conductor(random: Random) -> dict:
    nodes = ["c1", "c2"] if random.random() < 0.3 else ["c1"]
    return {"release": CONDUCTOR, "nodes": nodes, "offers": [NEW]}


def draw_habits(random: Random) -> dict:
    """How this conductor prints things where documents leave a choice, and how it works."""
    status = random.choice(("silent", "table", "table", "lines", "lines", "unreadable", "refused"))
    return {
        "lag": random.choice((0.0, 0.0, 5.0, 20.0, 45.0)),
        "latency": random.choice((0.1, 0.4, 1.5)),
        "answer": random.choice((0.5, 2.0, 8.0)),
        "refuses_after": random.choice((0.1, 5.0)),
        "marks": random.random() < 0.7,
        "completed": random.random() < 0.8,
        "time_in_status": random.random() < 0.1,
        "versions_while_away": random.random() < 0.7,
        "software": random.random() < 0.7,
        "volumes": random.random() < 0.4,
        "status": status,
        "status_words": list(random.choice(STATUS_WORDS)),
        "keeps_ended": random.random() < 0.7,
        "blocks": random.random() < 0.3,
        "downloads_block": random.random() < 0.3,
        "fetches": random.random() < 0.8,
        "moves_peer": random.random() < 0.12,
        "health": "readable" if random.random() < 0.8 else "unreadable",
        "accepted": random.choice(
            ("Request accepted", "Upgrade request accepted", "", "\u2714 Requesting 1/1 targets complete...")
        ),
    }


def draw_routers(random: Random) -> list[dict]:
    count = random.choice((1, 1, 2, 2, 3, 4)) if random.random() < 0.95 else random.randint(6, 12)
    routers = []
    for number in range(count):
        pair = random.random() < 0.6
        names = ["a", "b"] if pair else ["a"]
        nodes = [{"name": name, "version": OLD, "idle": OLDER, "downloaded": [OLD, NEW]} for name in names]
        routers.append({"name": f"r{number + 1}", "nodes": nodes, "leader": random.choice(names)})
    if random.random() < 0.1:
        routers[0]["nodes"][0].update(version=NEW, idle=OLD)
    return routers


def node_ids(data: dict) -> list[str]:
    """The nodes of all routers."""
    return [f"{node['name']}.{router['name']}" for router in data["routers"] for node in router["nodes"]]


def draw_course(random: Random, data: dict, end: str = "done") -> dict:
    """How an operation goes. What nothing shows, no world hides for longer than the settle time of rule 33."""
    readable = data["habits"]["status"] in ("table", "lines")
    course = {"write": random.choice((20.0, 60.0, 200.0, 200.0, 600.0, 1500.0)), "away": random.choice((40.0, 100.0, 300.0))}
    course["settle"] = random.choice((5.0, 60.0, 240.0))
    course["check"] = random.choice((0.0, 20.0, 120.0, 240.0, *((600.0,) if readable else ())))
    course["shown"] = random.choice(("", "", "", "Upgrading", "Resynchronizing"))
    course["twice"] = random.random() < 0.08
    return {**course, "end": end}


def draw_courses(random: Random, data: dict) -> dict:
    courses = {name: [draw_course(random, data)] for name in node_ids(data)}
    if random.random() < 0.5:  # a vendor's check that takes no time, so that it hides nothing else
        for course in courses.values():
            course[0]["check"] = 0.0
    return courses


def draw_history(random: Random, data: dict) -> list[dict]:
    """Lines of earlier months in the status of operations."""
    if random.random() < 0.5:
        return []
    return [
        {"node": name, "kind": random.choice(("upgrade", "upgrade", "revert")), "version": random.choice((OLD, NEW))}
        | {"end": random.choice(("completed", "failed"))}
        for name in node_ids(data)
        if random.random() < 0.6
    ]


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
    if random.random() < 0.12:
        settings["sequencing"] = "vendor"
    if random.random() < 0.06:
        settings["simultaneous"] = True
    if len(names) > 1:
        _draw_order(random, settings, names)
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
    """The runs of the night: one, or one that is killed and run again, or batches."""
    settings = {**draw_settings(random, data), "run_id": "night"}
    run = {"module": "software_upgrade", "args": settings}
    shape = random.random()
    if shape < 0.15:
        again = {**run, "args": {**settings, "run_id": "again"}, "pause": random.choice((5.0, 60.0, 900.0))}
        return [{**run, "kill": random.choice((60.0, 400.0, 1200.0, 3000.0))}, again]
    if shape < 0.3 and len(data["routers"]) > 1:
        names = settings["targets"]
        half = len(names) // 2
        return [
            {**run, "args": {**settings, "targets": names[:half]}},
            {**run, "args": {**settings, "targets": names[half:]}, "pause": 5.0},
        ]
    if shape < 0.36:
        again = {**run, "args": {**settings, "run_id": "again"}, "pause": random.choice((60.0, 900.0, 90000.0))}
        return [run, again]
    return [run]
