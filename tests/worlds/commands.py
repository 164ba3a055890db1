# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds that each command of the gate is played in: the same night with upgrades, downgrades and reverts.

Each of them notices that a condition is not asked of that command, by a broken promise or by another end.
"""

from __future__ import annotations

import copy

from .kinds import fleet
from .known import PLAINLY, QUICK, foreign
from .releases import NEW, OLD

#: The release that somebody else installs meanwhile.
OTHER = "7.1.5-7.r2.el9"
COMMANDS = ("upgrade", "downgrade", "revert")
_ONLY_INSTALLS = ("download", "health_check", "sequencing", "blocked", "reconnect_after", "override", "revert")
LINES = {"status": "lines"}
SLOW = {**QUICK, "write": 900.0}
#: The question after which something happens: between the examination of a node, or of its peer, and the request.
_AT_ITSELF = {"upgrade": 16, "downgrade": 17, "revert": 12}
_BEFORE_IT = {"upgrade": 14, "downgrade": 15, "revert": 12}
_AT_PEER = {"upgrade": 18, "downgrade": 20, "revert": 14}
_DIES = {"kind": "kill", "when": {"began": "a.r1", "after": 5.0}}


def _foreign(node: str, when: dict, operation: str = "upgrade", **course: object) -> dict:
    return foreign(node, when, OTHER, {**QUICK, **course}, operation)


def _beside_unknown(at: dict[str, float]) -> dict:
    """The other node of a pair was sent a command a day ago; it is well, and then it flaps."""
    nodes = [{"targets": [{"router": "r1", "node": name}]} for name in "ab"]
    flaps = {"kind": "flap", "when": {"at": at}, "node": "a.r1", "for": 600.0}
    return {
        "habits": {"status": "refused"},
        "routers": fleet(1, "ab"),
        "courses": {"a.r1": [{"write": 2.0, "away": 1.0, "settle": 1.0, "check": 0.0, "end": "fails"}]},
        "runs": [
            {"args": {**PLAINLY, "journal": True, **nodes[0]}},
            {"args": {**PLAINLY, "journal": True, **nodes[1]}, "pause": 90000.0},
        ],
        "faults": [_DIES, flaps],
        "sent": 1,
    }


#: When something happens in a run that begins a day later: before a node is examined, and afterwards.
_EXAMINED = {"upgrade": 90023.0, "downgrade": 90023.0, "revert": 90020.0}
_LOCKED = {"upgrade": 90028.0, "downgrade": 90028.0, "revert": 90024.0}

#: What each of them is named, with the world in which routers are upgraded.
NIGHTS: dict[str, dict] = {
    "a node on which an operation of a killed run shows is followed": {
        "habits": LINES,
        "routers": fleet(1),
        "courses": {"a.r1": [SLOW]},
        "runs": [{"args": PLAINLY}, {"args": PLAINLY, "pause": 30.0}],
        "faults": [_DIES],
        "ends": [{}, {"r1": "done"}],
        "sent": 1,
    },
    "and one whose asset shows it": {
        "habits": {"status": "refused"},
        "routers": fleet(1),
        "courses": {"a.r1": [{**SLOW, "shown": "Upgrading", "away": 200.0, "end": "falls"}]},
        "runs": [{"args": PLAINLY}, {"args": PLAINLY, "pause": 30.0}],
        "faults": [_DIES],
        "ends": [{}, {"r1": "reverted"}],
        "sent": 1,
    },
    "and one of which only the journal knows": {
        "habits": {"status": "refused"},
        "routers": fleet(1),
        "courses": {"a.r1": [SLOW]},
        "runs": [{"args": {**PLAINLY, "journal": True}}, {"args": {**PLAINLY, "journal": True}, "pause": 30.0}],
        "faults": [_DIES],
        "ends": [{}, {"r1": "done"}],
        "sent": 1,
    },
    "and one of which the journal knows and no status yet": {
        "habits": LINES,
        "routers": fleet(1),
        "courses": {"a.r1": [{**SLOW, "quiet": 100.0}]},
        "runs": [{"args": {**PLAINLY, "journal": True}}, {"args": {**PLAINLY, "journal": True}, "pause": 5.0}],
        "faults": [_DIES],
        "ends": [{}, {"r1": "done"}],
        "sent": 1,
    },
    "a node that settles on what is wanted is followed": {
        "habits": {"status": "refused"},
        "routers": fleet(1),
        "courses": {"a.r1": [{**QUICK, "settle": 300.0}]},
        "runs": [{"args": PLAINLY}, {"args": PLAINLY, "pause": 60.0}],
        "faults": [{"kind": "kill", "when": {"began": "a.r1", "after": 30.0}}],
        "ends": [{}, {"r1": "done"}],
        "sent": 1,
    },
    "a node that is lost right before it is examined is followed until it is settled": {
        "routers": fleet(1),
        "courses": {"a.r1": [QUICK]},
        "runs": [{"args": PLAINLY}],
        "faults": [{"kind": "flap", "when": {"command": 8}, "node": "a.r1", "for": 60.0}],
        "ends": [{"r1": "not_started"}],
        "sent": 0,
        "within": 600.0,
    },
    "and its version with it": {
        "habits": {"versions_while_away": False},
        "routers": fleet(1),
        "courses": {"a.r1": [QUICK]},
        "runs": [{"args": PLAINLY}],
        "faults": [{"kind": "flap", "when": {"command": 6}, "node": "a.r1", "for": 60.0}],
        "sent": 0,
    },
    "a node of whose peer an operation shows gets nothing": {
        "habits": LINES,
        "routers": fleet(1, "ab"),
        "courses": {"a.r1": [SLOW]},
        "runs": [
            {"args": {**PLAINLY, "targets": [{"router": "r1", "node": "a"}]}},
            {"args": {**PLAINLY, "targets": [{"router": "r1", "node": "b"}]}, "pause": 30.0},
        ],
        "faults": [_DIES],
        "ends": [{}, {"r1": "not_started"}],
        "sent": 1,
    },
    "a node of whose peer nobody knows how its command ended gets nothing": _beside_unknown(_EXAMINED),
    "and neither right before it is sent": _beside_unknown(_LOCKED),
    "a router that a check has blocked is followed, and its other node gets nothing": {
        "habits": {"status": "refused"},
        "routers": fleet(1, "ab"),
        "courses": {"a.r1": [{**SLOW, "shown": "Upgrading"}]},
        "runs": [
            {"args": {**PLAINLY, "order": "as_listed"}},
            {"args": {**PLAINLY, "blocked": {"r1": "a check says no"}}, "pause": 30.0},
        ],
        "faults": [_DIES],
        "sent": 1,
    },
    "the stop file comes while requests wait for a shell": {
        "habits": {"shells": 4, "blocks": True},
        "routers": fleet(5),
        "courses": {f"a.r{number}": [{**QUICK, "write": 600.0}] for number in range(1, 6)},
        "runs": [{"args": {**PLAINLY, "in_flight": 5, "stop_file": True}}],
        "faults": [{"kind": "stop", "when": {"at": 200.0}}],
    },
    "assets are lost while requests wait for a shell": {
        "habits": {"shells": 4, "blocks": True},
        "routers": fleet(8),
        "courses": {f"a.r{number}": [{**QUICK, "write": 600.0}] for number in range(1, 6)},
        "runs": [
            {
                "args": {
                    **PLAINLY,
                    "targets": [f"r{number}" for number in range(1, 6)],
                    "in_flight": 5,
                    "breaker_percent": 2.0,
                    "breaker_timeout": 3000,
                }
            }
        ],
        "faults": [{"kind": "die", "when": {"at": 200.0}, "node": f"a.r{number}"} for number in (6, 7, 8)],
    },
    "two runs with one journal in the same second": {
        "routers": fleet(1),
        "courses": {"a.r1": [SLOW]},
        "runs": [{"args": {**PLAINLY, "journal": True}}],
        "faults": [{"kind": "beside", "when": {"at": 0.1}}],
    },
    "somebody else begins between two looks": {
        "habits": {**LINES, "answer": 8.0, "latency": 1.5},
        "routers": fleet(1),
        "courses": {"a.r1": [SLOW]},
        "runs": [{"args": PLAINLY, "pause": 10.0}],
        "faults": [_foreign("a.r1", {"command": _AT_ITSELF}, write=900.0)],
    },
    "a node dies between two looks": {
        "habits": {"lag": 45.0},
        "routers": fleet(1),
        "runs": [{"args": PLAINLY, "pause": 10.0}],
        "faults": [{"kind": "die", "when": {"command": _BEFORE_IT}, "node": "a.r1"}],
    },
    "the peer of a node dies between two looks": {
        "habits": {"lag": 45.0},
        "routers": fleet(1, "ab"),
        "runs": [{"args": {**PLAINLY, "targets": [{"router": "r1", "node": "a"}]}, "pause": 10.0}],
        "faults": [{"kind": "die", "when": {"at": 8.0}, "node": "b.r1"}],
    },
    "somebody else begins at the peer between two looks": {
        "habits": {**LINES, "answer": 8.0, "latency": 1.5},
        "routers": fleet(1, "ab"),
        "courses": {"a.r1": [SLOW]},
        "runs": [{"args": {**PLAINLY, "targets": [{"router": "r1", "node": "a"}]}, "pause": 10.0}],
        "faults": [_foreign("b.r1", {"command": _AT_PEER}, write=900.0)],
    },
    "a member of the group dies between two looks": {
        "habits": {"lag": 45.0},
        "routers": fleet(2),
        "runs": [
            {"args": {**PLAINLY, "targets": ["r1"], "exclusive_groups": {"r1": "g", "r2": "g"}}, "pause": 10.0},
        ],
        "faults": [{"kind": "die", "when": {"at": 8.0}, "node": "a.r2"}],
    },
    "the first node goes back before the second begins": {
        "habits": LINES,
        "routers": fleet(1, "ab"),
        "courses": {"a.r1": [QUICK], "b.r1": [QUICK]},
        "runs": [{"args": {**PLAINLY, "order": "as_listed"}}],
        "faults": [
            _foreign("a.r1", {"over": "a.r1", "after": 24.0}, "revert", write=0.0, away=2.0, settle=1.0, check=0.0)
        ],
    },
}
#: What is meant by each world for one command only.
_NOT_FOR = {
    "revert": ("a router that a check", "a member of", "the first node goes", "assets are lost", "the stop file"),
}


def of_command(command: str, world: dict) -> dict:
    """The same world with another command: its nodes run what is gone back from."""
    world = copy.deepcopy(world)
    for fault in world.get("faults", ()):
        for name, moments in fault["when"].items():
            if isinstance(moments, dict):
                fault["when"][name] = moments[command]
    if command == "upgrade":
        return world
    newer, older = (OTHER, NEW) if command == "downgrade" else (NEW, OLD)
    world["conductor"] = {"offers_below": [older]}
    for router in world["routers"]:
        for node in router["nodes"]:
            node.update({"version": newer, "idle": older, "downloaded": [older]})
    for fault in world.get("faults", ()):
        if fault["kind"] == "foreign" and command == "downgrade":
            fault["version"] = OLD
    for run in world["runs"]:
        run["module"], run["args"]["version"] = f"software_{command}", older
        left = _ONLY_INSTALLS if command == "revert" else ("revert",)
        run["args"] = {name: value for name, value in run["args"].items() if name not in left}
    if command == "revert":
        failed = {"reverted": "failed"}  # it is back on what was to be taken back
        ends = [{name: failed.get(state, state) for name, state in ends.items()} for ends in world.get("ends", ())]
        world["ends"] = ends
        world["courses"] = {f"{name} revert": courses for name, courses in world.get("courses", {}).items()}
    return world


def _excluded(command: str, name: str) -> bool:
    return any(name.startswith(words) for words in _NOT_FOR.get(command, ()))


BY_COMMAND: dict[str, tuple[str | None, dict]] = {
    f"{command}: {name}": (None, of_command(command, world))
    for command in COMMANDS
    for name, world in NIGHTS.items()
    if not _excluded(command, name)
}
