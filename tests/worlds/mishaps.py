# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong in a world: they come alone, in twos and in threes. Each only ever does what documents allow."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from .requests import AMBIGUOUS, REFUSED

_ENDS = ("fails", "falls", "falls", "reverts", "reverts", "down", "dead", "stuck")


def draw_mishaps(random: Random, data: dict) -> None:
    """Add what goes wrong to the definition of a world."""
    for _ in range(random.choice((0, 1, 1, 2, 2, 2, 3, 3))):
        random.choice(MISHAPS)(random, data)


def _nodes(data: dict) -> list[str]:
    return [f"{node['name']}.{router['name']}" for router in data["routers"] for node in router["nodes"]]


def _peer(data: dict, name: str) -> str:
    """The other node of a pair, or the node itself."""
    router = name.partition(".")[2]
    return next((other for other in _nodes(data) if other.endswith(f".{router}") and other != name), name)


def _beside(random: Random, data: dict, when: dict) -> str:
    """The node that something happens to: beside the one whose operation has begun, or the one whose is over."""
    if "began" in when:
        return _peer(data, when["began"])
    return when.get("over") or random.choice(_nodes(data))


def _when(random: Random, data: dict) -> dict:
    """A moment: by the clock, or some time after an operation has begun somewhere, or is over."""
    kind = random.random()
    if kind < 0.3:
        return {"over": random.choice(_nodes(data)), "after": float(random.choice((0, 5, 30, 55, 150, 290, 600)))}
    if kind < 0.5:
        return {"at": float(random.choice((0, 3, 30, 300, 900, 2400, 6000)))}
    return {
        "began": random.choice(_nodes(data)),
        "after": float(random.choice((1, 30, 150, 400, 700, 1000, 1500, 2500))),
    }


def bad_end(random: Random, data: dict) -> None:
    """An operation of a node does not succeed."""
    course = data["courses"][random.choice(_nodes(data))][0]
    course["end"] = random.choice(_ENDS)
    if course["end"] == "reverts":
        course["check"] = max(course["check"], 20.0)


def restarts_twice(random: Random, data: dict) -> None:
    data["courses"][random.choice(_nodes(data))][0]["twice"] = True


def dies(random: Random, data: dict) -> None:
    """A node dies, often the peer of the one that is being upgraded."""
    when = _when(random, data)
    node = _beside(random, data, when)
    data["faults"].append({"kind": "die", "when": when, "node": node})


def conductor_restarts(random: Random, data: dict) -> None:
    """A node of the conductor restarts, or goes for longer; its sessions end, and the other node may answer."""
    node = f"{random.choice(data['conductor']['nodes'])}.Conductor"
    seconds = random.choice((30.0, 200.0, 2000.0))
    data["faults"].append({"kind": "restart", "when": _when(random, data), "node": node, "for": seconds})


def restarts_by_itself(random: Random, data: dict) -> None:
    when = _when(random, data)
    node = _beside(random, data, when)
    seconds = random.choice((20.0, 100.0, 600.0))
    data["faults"].append({"kind": "restart", "when": when, "node": node, "for": seconds})


def loses_service(random: Random, data: dict) -> None:
    when = _when(random, data)
    node = _beside(random, data, when)
    data["faults"].append({"kind": "service", "when": when, "node": node, "for": random.choice((120.0, 3000.0, None))})


def flaps(random: Random, data: dict) -> None:
    """Assets lose their conductor for a while: one, or all of them (I95-64063)."""
    node = "*" if random.random() < 0.3 else random.choice(_nodes(data))
    seconds = random.choice((10.0, 60.0, 85.0, 400.0, 4000.0)) if node != "*" else random.choice((10.0, 60.0, 85.0))
    data["faults"].append({"kind": "flap", "when": _when(random, data), "node": node, "for": seconds})


def loses_session(random: Random, data: dict) -> None:
    seconds = random.choice((1.0, 30.0, 300.0, 1500.0))
    data["faults"].append({"kind": "lost", "when": _when(random, data), "for": seconds})


def answers_badly(random: Random, data: dict) -> None:
    """A request is answered with an error: it refuses, or it says nothing of what has begun."""
    how = random.choice(("error", "error", "nothing", "refused", "lost"))
    words = random.choice(REFUSED if how == "refused" else AMBIGUOUS)
    data["answers"].append({"nth": random.choice((1, 1, 2, 3)), "how": how, "words": words})


def somebody_else(random: Random, data: dict) -> None:
    """Another person upgrades a node at the same time."""
    version = data["runs"][0]["args"]["version"]
    course = dict(random.choice(list(data["courses"].values()))[0])
    fault = {"kind": "foreign", "when": _when(random, data), "node": random.choice(_nodes(data))}
    data["faults"].append({**fault, "operation": "upgrade", "version": version, "course": course})


def another_download(random: Random, data: dict) -> None:
    """Somebody downloads a release to a node."""
    fault = {"kind": "download", "when": _when(random, data), "node": random.choice(_nodes(data))}
    data["faults"].append({**fault, "version": "7.1.5-7.r2.el9", "seconds": random.choice((60.0, 2000.0))})


def not_downloaded(random: Random, data: dict) -> None:
    """The release is not on some nodes yet."""
    new = data["runs"][0]["args"]["version"]
    for router in data["routers"]:
        if random.random() < 0.7:
            for node in router["nodes"]:
                node["downloaded"] = [version for version in node["downloaded"] if version != new]
                seconds = random.choice((30.0, 400.0, 2500.0))
                end = random.choice(("done", "done", "done", "done", "failed", "stuck"))
                data["downloads"][f"{node['name']}.{router['name']}"] = {"seconds": seconds, "end": end}


def second_run(random: Random, data: dict) -> None:
    """A second controller does the same, while the first one is suspended."""
    data["faults"].append({"kind": "second", "when": _when(random, data)})


def clock_jumps(random: Random, data: dict) -> None:
    by = random.choice((-86400.0, -3600.0, 3600.0, 86400.0))
    data["faults"].append({"kind": "jump", "when": _when(random, data), "by": by})


def stops(random: Random, data: dict) -> None:
    data["faults"].append({"kind": "stop", "when": _when(random, data)})


def disk_is_full(random: Random, data: dict) -> None:
    data["faults"].append({"kind": "disk", "when": _when(random, data)})


def raises(random: Random, data: dict) -> None:
    """Something goes wrong that nobody thought of."""
    if random.random() < 0.7:
        return
    data["faults"].append({"kind": "raise", "when": {"command": random.choice((20, 40, 80, 150, 300))}})


MISHAPS: tuple[Callable[[Random, dict], None], ...] = (
    bad_end,
    bad_end,
    bad_end,
    restarts_twice,
    dies,
    dies,
    loses_service,
    restarts_by_itself,
    conductor_restarts,
    flaps,
    flaps,
    loses_session,
    answers_badly,
    answers_badly,
    somebody_else,
    another_download,
    not_downloaded,
    second_run,
    clock_jumps,
    stops,
    disk_is_full,
    raises,
)
