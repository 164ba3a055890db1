# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws a world from a seed: a fleet, a conductor's habits, a user's settings, and what goes wrong. Plain data."""

from __future__ import annotations

import json
from random import Random

from .dense import DENSE, make_dense
from .layout import NOT_REACHED
from .mishaps import draw_mishaps
from .nights import draw_runs
from .questions import SERVICE_DOWN, STATUS_WORDS
from .releases import BELOW_63, CONDUCTOR, NEW, NEW_CONDUCTOR, OLD, OLDER
from .wide import FROM, widen
from .words import draw_words


def draw(seed: int) -> dict:
    """The world of a seed."""
    random = Random(f"world {seed}")
    data = {"seed": seed, "habits": draw_habits(random), "conductor": draw_conductor(random)}
    data["routers"] = draw_routers(random)
    data["courses"] = draw_courses(random, data)
    data["downloads"], data["history"] = {}, draw_history(random, data)
    data["runs"] = draw_runs(random, data)
    data["faults"], data["answers"], data["resource_groups"] = [], [], {}
    draw_mishaps(random, data)
    plain = all(run["module"] == "software_upgrade" and "local" not in run for run in data["runs"])
    data = _below_63(data) if plain and random.random() < 0.1 else data
    if seed in DENSE:
        make_dense(Random(f"dense {seed}"), data)
    elif seed >= FROM:
        widen(Random(f"wide {seed}"), data)
    _draw_refusals_to_answer(Random(f"words {seed}"), data)
    draw_words(Random(f"wordings {seed}"), data)
    _draw_places(Random(f"places {seed}"), data)
    return data


def _draw_places(random: Random, data: dict) -> None:
    """Places beside the slots, for routers that are begun while others only have to be proven."""
    if random.random() < 0.7:
        return
    places = random.choice((1, 1, 2, 5))
    for run in data["runs"]:
        if "in_flight" in run["args"] and run["module"] in ("software_upgrade", "software_downgrade"):
            run["args"]["in_proof"] = places


def _draw_refusals_to_answer(random: Random, data: dict) -> None:
    """Words that no document shows, and rows that vanish. Drawn last, so that the night stays the same."""
    if random.random() < 0.5:
        return
    data["habits"] |= {"not_reached": random.choice(NOT_REACHED), "service_down": random.choice(SERVICE_DOWN)}
    lost = any(fault["kind"] in ("disk", "full", "beside") for fault in data["faults"])
    keeps = not lost and all(run["args"].get("journal") is True for run in data["runs"])
    for fault in data["faults"]:
        # What no list of a run has shown, and no journal knows, is known to nobody in it.
        shown_before = len(data["runs"]) == 1 and fault["when"].get("at", 30.0) >= 30.0
        if fault["kind"] == "die" and (shown_before or keeps) and random.random() < 0.3:
            fault["kind"] = "vanish"
            if not shown_before:
                fault["recorded"] = True


def _below_63(data: dict) -> dict:
    """The same world with a conductor from below 6.3, which upgrades whole routers."""
    text = json.dumps(data)
    for release, older in BELOW_63.items():
        text = text.replace(release, older)
    data = json.loads(text)
    data["habits"] |= {"legacy": True, "volumes": False, "moves_peer": False}
    for course in (course for courses in data["courses"].values() for course in courses):
        course["check"] = min(course["check"], 240.0)  # no status of a single router shows that it still runs
    for run in data["runs"]:
        run["args"].pop("simultaneous", None)
        run["args"]["targets"] = [name for name in run["args"]["targets"] if isinstance(name, str)] or [
            router["name"] for router in data["routers"]
        ]
    return data


def draw_conductor(random: Random) -> dict:
    nodes = ["c1", "c2"] if random.random() < 0.3 else ["c1"]
    return {"release": CONDUCTOR, "nodes": nodes, "offers": [NEW, NEW_CONDUCTOR], "offers_below": [OLD]}


def draw_habits(random: Random) -> dict:
    """How this conductor prints things where documents leave a choice, and how it works."""
    status = random.choice(("silent", "table", "table", "lines", "lines", "unreadable", "refused"))
    return {
        "software_lag": 0.0,
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
        "legacy": False,
        "download_state": random.random() < 0.3,
        "shells": random.choice((60, 60, 60, 4)),
        "health": "readable" if random.random() < 0.8 else "unreadable",
        "service": True,
        "events": False,
        "percent": False,
        "status_ends": None,
        "status_then": "silent",
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
    course = {
        "write": random.choice((20.0, 60.0, 200.0, 200.0, 600.0, 1500.0)),
        "away": random.choice((40.0, 100.0, 300.0)),
    }
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
