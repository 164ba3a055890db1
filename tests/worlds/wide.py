# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws what seeds below ``FROM`` do not have: other nights, several controllers, full disks, and every bad moment.

Those below stay the worlds that they were, since tests and notes name them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random

from .mishaps import _beside, _nodes, _when
from .releases import NEW, NEW_CONDUCTOR, OLD

#: The first seed of a wide world.
FROM = 5000
#: Another build, which single hosts get.
OTHER = "7.1.5-7.r2.el9"
_ERRORS = (
    "KeyError",
    "TypeError",
    "ValueError",
    "AttributeError",
    "IndexError",
    "RuntimeError",
    "OSError",
    "UnicodeError",
)


def widen(random: Random, data: dict) -> None:
    """Add the further kinds to the definition of a world."""
    _habits(random, data)
    _courses(random, data)
    _settings(random, data)
    if any("local" in run for run in data["runs"]):
        conductors_differ(random, data)
    if random.random() < 0.5 and may_be_another_night(data):
        random.choice(NIGHTS)(random, data)
    for _ in range(random.choice((0, 1, 1, 1, 2))):
        random.choice(FURTHER)(random, data)


def conductors_differ(random: Random, data: dict) -> None:
    """The nodes of the conductor have courses of their own; a pair may be left to the vendor, in one request."""
    names = data["conductor"]["nodes"]
    for name in names:
        course = copy.deepcopy(random.choice(list(data["courses"].values())))[:1]
        course[0]["end"] = random.choice(("done", "done", "fails", "falls", "reverts", "down", "dead"))
        course[0]["check"] = max(course[0]["check"], 20.0 if course[0]["end"] == "reverts" else 0.0)
        data["courses"][f"{name}.Conductor"] = course
    if len(names) > 1 and random.random() < 0.3:
        run = data["runs"][0]
        args = {**run["args"], "targets": ["Conductor"], "sequencing": "vendor"}
        data["runs"] = [{**run, "args": args, "local": names[0]}]


def may_be_another_night(data: dict) -> bool:
    """Is it a night like most: routers are upgraded, in any number of runs, by a conductor from 6.3 on?"""
    upgrades = all(run["module"] == "software_upgrade" and "local" not in run for run in data["runs"])
    return upgrades and not data["habits"]["legacy"]


def _habits(random: Random, data: dict) -> None:
    data["habits"]["software_lag"] = random.choice((0.0, 0.0, 30.0, 120.0))
    if random.random() < 0.2:
        data["habits"]["shells"] = random.choice((4, 5, 6))


def _courses(random: Random, data: dict) -> None:
    for courses in data["courses"].values():
        for course in courses:
            if random.random() < 0.2:
                course["quiet"] = random.choice((20.0, 60.0, 120.0))
            if random.random() < 0.1:
                course["twice"], course["between"] = True, random.choice((20.0, 45.0, 90.0, 200.0))
    for entry in data["history"]:
        if random.random() < 0.05:  # whatever wrote this line has died without an end
            entry["end"] = "in progress"


def _settings(random: Random, data: dict) -> None:
    breaker, percent = random.choice((None, None, 2.0, 20.0)), random.choice((None, None, None, 0.0, 20.0, 50.0))
    ends = random.choice((None, None, None, None, "start_deadline", "window_end"))
    compare, seconds = random.random() < 0.08, random.choice((900, 3600, 7200, 12000, 20000))
    for run in data["runs"]:
        args = run["args"]
        if "in_flight" not in args:  # the conductor itself
            continue
        if breaker is not None:
            args["breaker_percent"] = breaker
        if percent is not None:
            args["max_fail_percentage"] = percent
        if ends is not None:
            args[ends] = seconds
            args["expected_revert"] = 300
            if "version" in args and run["module"] != "software_revert":
                args["expected_upgrade"] = 600
        if compare and "compare" in args:
            args["compare"] = True


# -- nights ---------------------------------------------------------------------------------------------------------


def resource_group(random: Random, data: dict) -> None:
    """The routers are named by their resource group; with the vendor's sequencing it goes out as it is."""
    names = [router["name"] for router in data["routers"]]
    data["resource_groups"] = {"edge": [name for name in names if random.random() < 0.8] or names[:1]}
    vendor = random.random() < 0.6
    for run in data["runs"]:
        args = run["args"]
        args.pop("targets")
        args["resource_group"] = "edge"
        if vendor:
            args["sequencing"] = "vendor"


def batches(random: Random, data: dict) -> None:
    """A canary, then a few, then all; windows are given as durations, and each batch reads its own."""
    names, run = [router["name"] for router in data["routers"]], data["runs"][0]
    run.pop("kill", None)
    if len(names) < 3:
        for number in range(len(names), 4):
            _add_router(data, f"r{number + 1}")
    names = [router["name"] for router in data["routers"]]
    second = random.randint(2, len(names) - 1)
    role = {"role": True} if random.random() < 0.7 else {}
    run["args"]["journal"] = not role or random.random() < 0.7
    if role:
        run["args"]["bake"] = random.choice((0, 60, 600))
    data["runs"] = [
        {**run, "args": {**copy.deepcopy(run["args"]), "targets": part}, "pause": 5.0 if number else 0.0, **role}
        for number, part in enumerate((names[:1], names[1:second], names[second:]))
    ]
    if random.random() < 0.5:
        groups = {name: random.choice("gh") for name in names}
        for each in data["runs"]:
            each["args"]["exclusive_groups"] = groups


def _add_router(data: dict, name: str) -> None:
    router = copy.deepcopy(data["routers"][0])
    first = router["name"]
    data["routers"].append({**router, "name": name})
    for node in router["nodes"]:
        course = {**data["courses"][f"{node['name']}.{first}"][0], "end": "done"}
        data["courses"][f"{node['name']}.{name}"] = [course]


def hosts(random: Random, data: dict) -> None:
    """Hosts of an inventory stand for the routers; some are held back, or get another build."""
    data["conductor"]["offers"] = [NEW, OTHER, NEW_CONDUCTOR]
    variables = {}
    for router in data["routers"]:
        own = {"ssr_router": router["name"]}
        if random.random() < 0.4:
            own["ssr_version"] = random.choice((OLD, OTHER))
        if random.random() < 0.4:
            own["ssr_exclusive_group"] = random.choice("gh")
        variables[f"host-{router['name']}"] = own
        for node in router["nodes"]:
            node["downloaded"] = [*node["downloaded"], OTHER]
    for run in data["runs"]:
        args = run["args"]
        named = {target if isinstance(target, str) else target["router"] for target in args.pop("targets")}
        args["target_hosts"] = [host for host, own in variables.items() if own["ssr_router"] in named]
        args.pop("exclusive_groups", None)
        run["hosts"] = variables


def conductor_and_routers(random: Random, data: dict) -> None:
    """The conductor and routers in one task."""
    names = data["conductor"]["nodes"]
    own = ["Conductor"] if random.random() < 0.5 else [{"router": "Conductor", "node": name} for name in names]
    args = {**data["runs"][0]["args"], "version": NEW_CONDUCTOR}
    for name in ("sequencing", "simultaneous"):
        args.pop(name, None)
    args["targets"] = [*own, *(router["name"] for router in data["routers"])]
    for router in data["routers"]:
        for node in router["nodes"]:
            node["downloaded"] = [*node["downloaded"], NEW_CONDUCTOR]
    for name in names:
        course = copy.deepcopy(random.choice(list(data["courses"].values())))
        data["courses"][f"{name}.Conductor"] = course
    data["runs"] = [{"module": "software_upgrade", "args": args, "local": names[0]}]


def killed_again_and_again(random: Random, data: dict) -> None:
    """The controller dies more than once; the same playbook is run again each time."""
    run = data["runs"][0]
    run["args"]["journal"] = True
    kills = [random.choice((3.0, 20.0, 100.0, 500.0, 2000.0)) for _ in range(random.choice((2, 2, 3)))]
    runs = [{**run, "kill": seconds, "pause": random.choice((5.0, 60.0, 900.0))} for seconds in kills]
    last = {name: value for name, value in run.items() if name != "kill"}
    data["runs"] = [copy.deepcopy(each) for each in (*runs, {**last, "pause": 60.0})]
    for number, each in enumerate(data["runs"]):
        each["args"]["run_id"] = f"night-{number}"


def downgrade(_random: Random, data: dict) -> None:
    """Everybody goes back to the release before, which is a download and an installation like any other."""
    for router in data["routers"]:
        for node in router["nodes"]:
            node.update(version=OTHER, idle=NEW, downloaded=[NEW, OTHER])
    data["conductor"]["offers_below"] = [NEW, OLD]
    for run in data["runs"]:
        run["module"] = "software_downgrade"
        for name in ("revert", "simultaneous", "sequencing"):
            run["args"].pop(name, None)


def half_done_goes_back(random: Random, data: dict) -> None:
    """One node of each pair was upgraded in an earlier night, and somebody takes it back."""
    for router in data["routers"]:
        router["nodes"][0].update(version=NEW, idle=OLD)
    given = ("in_flight", "pair_soak", "poll_min", "poll_max", "journal", "stop_file", "fail_on_target", "targets")
    args = {name: value for name, value in data["runs"][0]["args"].items() if name in given}
    back = {"module": "software_revert", "args": {**args, "version": OLD, "run_id": "back"}}
    data["runs"] = [back, {**copy.deepcopy(back), "pause": 60.0}] if random.random() < 0.3 else [back]


NIGHTS: tuple[Callable[[Random, dict], None], ...] = (
    resource_group,
    batches,
    batches,
    hosts,
    conductor_and_routers,
    downgrade,
    killed_again_and_again,
    half_done_goes_back,
)


# -- mishaps ----------------------------------------------------------------------------------------------------------


def _at_command(random: Random) -> dict:
    """A moment between two commands, whichever they are."""
    return {"command": round(5 * 10 ** random.uniform(0.0, 2.1))}


def _any_moment(random: Random, data: dict) -> dict:
    return _at_command(random) if random.random() < 0.5 else _when(random, data)


def strikes_in_between(random: Random, data: dict) -> None:
    """A node dies, loses its service or flaps between two commands, as between a look and what follows from it."""
    kind = random.choice(("die", "die", "service", "flap"))
    fault = {"kind": kind, "when": _at_command(random), "node": random.choice(_nodes(data))}
    data["faults"].append(fault if kind == "die" else {**fault, "for": random.choice((60.0, 600.0, 4000.0))})


def dies_while_downloading(random: Random, data: dict) -> None:
    """A node dies, often the peer, while a release comes to a router."""
    new = data["runs"][0]["args"]["version"]
    for run in data["runs"]:
        if "download" in run["args"]:
            run["args"]["download"] = True
    for router in data["routers"]:
        for node in router["nodes"]:
            node["downloaded"] = [version for version in node["downloaded"] if version != new]
            seconds = random.choice((100.0, 600.0, 2000.0))
            data["downloads"].setdefault(f"{node['name']}.{router['name']}", {"seconds": seconds, "end": "done"})
    name = random.choice(_nodes(data))
    when = {"downloads": name, "after": random.choice((5.0, 90.0, 580.0))}
    data["faults"].append({"kind": "die", "when": when, "node": _beside(random, data, {"began": name})})


def somebody_beside(random: Random, data: dict) -> None:
    """Somebody does the same on another controller, in the same seconds or a little later."""
    if any("local" in run for run in data["runs"]):
        return
    args: dict = {}
    if random.random() < 0.6:
        args["journal"] = random.choice(("journal-2", False))
    when = {"at": random.choice((0.0, 0.1, 2.0, 30.0))} if random.random() < 0.6 else _any_moment(random, data)
    data["faults"].append({"kind": "beside", "when": when, "args": args})


def somebody_goes_back(random: Random, data: dict) -> None:
    """Somebody else takes a node back: while it is worked on, or after its end."""
    name = random.choice(_nodes(data))
    when = {random.choice(("over", "began")): name, "after": random.choice((5.0, 100.0, 400.0, 1500.0))}
    fault = {"kind": "foreign", "when": when, "node": name, "operation": "revert", "version": ""}
    data["faults"].append({**fault, "course": dict(random.choice(list(data["courses"].values()))[0])})


def reverts_go_badly(random: Random, data: dict) -> None:
    """A way back does not succeed either."""
    for name in _nodes(data):
        course = copy.deepcopy(data["courses"][name][:1])
        course[0]["end"] = random.choice(("done", "fails", "falls", "down", "dead"))
        data["courses"][f"{name} revert"] = course


def overridden(random: Random, data: dict) -> None:
    """A node is dead, and somebody has the rest done all the same, by name; or beside a member of its group."""
    router = random.choice(data["routers"])
    condition = random.choice(("peer_not_well", "peer_not_well", "group_member_not_well"))
    for run in data["runs"]:
        if "in_flight" in run["args"]:
            entry = {"router": router["name"], "condition": condition, "reason": "the site is empty"}
            run["args"]["override"] = [entry]
    others = [node["name"] for node in router["nodes"]][1:] if condition == "peer_not_well" else []
    name = f"{others[0]}.{router['name']}" if others else random.choice(_nodes(data))
    when = {"at": 0.0} if random.random() < 0.7 else _any_moment(random, data)
    data["faults"].append({"kind": random.choice(("die", "die", "service")), "when": when, "node": name})


def killed_in_between(random: Random, data: dict) -> None:
    """The controller dies in a command or right after one, and the same is run again."""
    first = data["runs"][0]
    if len(data["runs"]) > 1 or "local" in first:
        return
    when = _at_command(random)
    if random.random() < 0.6:
        when = {"began": random.choice(_nodes(data)), "after": random.choice((0.0, 0.2, 1.0, 3.0, 30.0))}
    data["faults"].append({"kind": "kill", "when": when})
    again = copy.deepcopy(first)
    again["args"]["run_id"] = "again"
    data["runs"].append({**again, "pause": random.choice((1.0, 30.0, 900.0, 5000.0))})


def raises_anything(random: Random, data: dict) -> None:
    """An exception of any type, once or at every question about one router, in place of a command or of its answer."""
    fault = {"kind": "raise", "error": random.choice(_ERRORS), "answered": random.random() < 0.5}
    if random.random() < 0.6:
        fault["node"] = random.choice(_nodes(data))
        fault["always"] = random.random() < 0.3
    data["faults"].append({**fault, "when": _any_moment(random, data)})


def request_hangs(random: Random, data: dict) -> None:
    """A request gives no answer for a long time, though its operation goes on, and ends."""
    seconds = random.choice((100.0, 1000.0, 6000.0, 30000.0))
    data["answers"].append({"nth": random.choice((1, 1, 2, 3)), "how": "hangs", "seconds": seconds})


def clock_is_set_between_runs(random: Random, data: dict) -> None:
    for run in data["runs"][1:]:
        run["jump"] = random.choice((-8 * 86400.0, -86400.0, -3600.0, 3600.0, 86400.0, 8 * 86400.0))


def disk_fills_up(random: Random, data: dict) -> None:
    """The disk is full, for a while or for good."""
    fault = {"kind": "full", "when": _any_moment(random, data), "for": random.choice((None, None, 60.0, 1800.0))}
    data["faults"].append(fault)
    for run in data["runs"]:
        run["args"]["status_file"] = True


def stops_in_between(random: Random, data: dict) -> None:
    data["faults"].append({"kind": "stop", "when": _any_moment(random, data)})


FURTHER: tuple[Callable[[Random, dict], None], ...] = (
    strikes_in_between,
    strikes_in_between,
    dies_while_downloading,
    somebody_beside,
    somebody_goes_back,
    reverts_go_badly,
    overridden,
    killed_in_between,
    raises_anything,
    request_hangs,
    clock_is_set_between_runs,
    disk_fills_up,
    stops_in_between,
)
