# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays a world: runs the collection's own action plugins in it, run after run, and judges what came of it."""

from __future__ import annotations

import copy
import os
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

from ansible.utils.display import Display
from ansible_collections.sessionsmart.ssr.plugins.action import (
    precheck,
    software_downgrade,
    software_download,
    software_revert,
    software_upgrade,
)

from .batches import BatchJudge
from .clock import Endless, Killed
from .definition import complete
from .downloads import judge_downloads
from .judge import Break
from .role import RolePlay, review_action
from .session import LOCK_TIME, WorldSession
from .strikes import Injected
from .verdicts import RunJudge
from .world import World

_ACTIONS = {
    "run_review": review_action(),
    "precheck": precheck.ActionModule,
    "software_upgrade": software_upgrade.ActionModule,
    "software_downgrade": software_downgrade.ActionModule,
    "software_revert": software_revert.ActionModule,
    "software_download": software_download.ActionModule,
}
#: After the last run so much time passes until everything has come to its end.
_AFTERWARDS = 6 * 3600.0


@dataclass
class Played:
    """What came of a world."""

    data: dict
    breaks: list[Break] = field(default_factory=list)
    results: list[dict] = field(default_factory=list)
    story: list[tuple[float, str]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    commands: int = 0
    seconds: float = 0.0
    warnings: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """What was sent in which order, and the states of all nodes, in one line; without times, which may shift."""
        ends = []
        for result in self.results:
            states = [
                f"{node['node']}.{router}={node['state']}"
                for router, entry in (result.get("by_router") or {}).items()
                for node in entry.get("nodes", ())
            ]
            ends.append(" ".join(states) or str(result.get("end") or result.get("msg", ""))[:100])
        sent = [line.partition(" ")[2].replace("request system software ", "") for line in self.sent]
        return f"{' ; '.join(sent)} | {' / '.join(ends)}"


def play(data: dict) -> Played:
    """Play a world that is defined by ``data``."""
    data = complete(data)
    world = World(data)
    played = Played(data)
    lines = _listen(world)
    seconds: dict[int, dict] = {}
    modules, beside = {number: run["module"] for number, run in enumerate(data["runs"])}, count(200)
    others = count(100)

    def play_second(number: int) -> None:
        run, own = data["runs"][number], next(others)
        second = {**run, "args": {**run["args"], "run_id": "second"}, "kill": None}
        modules[own] = run["module"]
        seconds[own] = _run(world, own, second)

    def begin_beside(fault: dict) -> None:
        run, number = data["runs"][world.run], next(beside)
        args = {**run["args"], "run_id": "beside", **fault.get("args", {})}
        modules[number] = run["module"]
        world.beside += 1
        world.controllers.begin(
            lambda: seconds.update({number: _run(world, number, {**run, "args": args, "kill": None})})
        )

    world.play_second, world.begin_beside = play_second, begin_beside
    try:
        with world.disk.in_use():
            _play_runs(world, played)
        played.results += seconds.values()
        _judge_ends(world, played.results)
        _judge(world, played.results, [*range(len(played.results) - len(seconds)), *seconds], modules)
        played.results = [_without(world.folder, result) for result in played.results]
    finally:
        lines()
        LOCK_TIME.clock = None  # whoever locks a journal afterwards waits for another process again
        world.close()
    played.breaks, played.story = world.judge.breaks, world.story
    played.sent = [f"{command.at:.0f} {command.text}" for command in world.judge.commands]
    played.commands, played.seconds = world.commands, world.clock.now()
    return played


def _play_runs(world: World, played: Played) -> None:
    """One run after the other, and then nothing for so long that everything has ended."""
    for number, run in enumerate(played.data["runs"]):
        if run.get("only_after_good") and not _good(played.results[-1]):
            break
        world.clock.sleep(run.get("pause", 0.0))
        if run.get("jump"):
            world.strikes.jump(run["jump"])
        played.results.append(_run(world, number, run))
    _finish(world)
    world.controllers.join()
    world.clock.sleep(_AFTERWARDS)


def _finish(world: World) -> None:
    """The last play of the playbook that had batches."""
    if world.role is not None and not world.killed:
        try:
            result = world.role.finish(world.settings.arguments)
        except Exception as error:
            world.judge.breach("I8", "the end of the run", f"it ended with {type(error).__name__}: {error}")
            return
        world.say(f"finished: {result and result.get('msg')}")
        BatchJudge(world).finished(result)


def _good(result: dict) -> bool:
    """Did a run end well, so that whoever runs the next one goes on?"""
    entries = (result.get("by_router") or {}).values()
    return bool(entries) and all(entry["state"] in ("done", "up_to_date") for entry in entries)


def _listen(world: World):
    """Let what Ansible would show become part of the story. Returns how to end that."""
    before = Display.display, Display.warning

    def display(_self, text, *_args, **_more):
        world.say(f"    {text}")

    Display.display = Display.warning = display

    def restore() -> None:
        Display.display, Display.warning = before

    return restore


def _arguments(world: World, run: dict) -> dict:
    """The arguments of a run; times are relative to its begin, and files lie in the folder of the world."""
    arguments = copy.deepcopy(run["args"])
    for name in ("start_deadline", "window_end"):
        if arguments.get(name):
            moment = world.clock.wall() + timedelta(seconds=arguments[name])
            arguments[name] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    for name, file in (("journal", "journal"), ("stop_file", "stop"), ("status_file", "status.json")):
        given = arguments.pop(name, False)
        if given:
            arguments[name] = os.path.join(world.folder, given if isinstance(given, str) else file)
    return arguments


def _variables(world: World, run: dict) -> dict:
    """What Ansible knows of the hosts: those of the routers are named by the run."""
    hosts = copy.deepcopy(run.get("hosts", {}))
    if run.get("role"):  # each router is a host of its own name
        hosts.update({name: {} for name in world.authority.routers})
    return {"inventory_hostname": "conductor", "hostvars": hosts}


def _action(world: World, module: str, arguments: dict, check_mode: bool = False):
    """The action plugin, as Ansible would make it, with a connection that leads into the world."""
    task = SimpleNamespace(
        args=arguments,
        async_val=0,
        check_mode=check_mode,
        diff=False,
        delegate_to=None,
        action=module,
        remote_user=None,
    )
    connection = SimpleNamespace(
        transport="sessionsmart.ssr.pcli",
        session=WorldSession(world),
        get_option=lambda _name: None,
        close=lambda: None,
        _shell=SimpleNamespace(tmpdir="/"),
    )
    kind = _ACTIONS[module]
    own = {"process": property(lambda _action: world.process_of(world.run)), "__module__": kind.__module__}
    action = type(kind.__name__, (kind,), own)(task, connection, SimpleNamespace(connection="pcli"), None, None)
    action.clock_class = lambda: world.clock
    return action


def _act(world: World, run: dict, module: str, arguments: dict, check_mode: bool = False) -> dict:
    if module.startswith("software_"):
        arguments = {"progress": "all", **arguments}  # every step is part of the story, and the judges read some
    return _action(world, module, arguments, check_mode).run(None, _variables(world, run))


def _play_role(world: World, run: dict, arguments: dict) -> dict:
    """One batch of the role."""
    if world.role is None:
        world.role = RolePlay(world, lambda module, given, check_mode: _act(world, run, module, given, check_mode))
    return world.role.play(run["module"], arguments)


def _run(world: World, number: int, run: dict) -> dict:
    """One run, to its end or until it is killed."""
    module, arguments = run["module"], _arguments(world, run)
    world.local = run.get("local")
    world.begin_run(number, module, arguments, run.get("hosts"))
    world.say(f"run {number}: {module} {arguments}")
    if run.get("kill"):
        world.clock.kill_at = world.clock.now() + run["kill"]
    try:
        result = _play_role(world, run, arguments) if run.get("role") else _act(world, run, module, arguments)
    except Killed:
        world.say("killed")
        world.killed.add(number)
        result = {"end": "killed"}
    except Endless:
        world.judge.breach(
            "I4", f"run {number}", f"no end after {world.clock.now():.0f} s and {world.commands} commands"
        )
        result = {"end": "endless"}
    except Exception as error:
        # Where something was sent, whatever comes out loses its verdict; before that, what nobody threw is a mistake.
        sent = any(command.run == number and command.begun for command in world.judge.commands)
        sent = sent or any(run == number for run, _nodes in world.judge.downloads)
        if sent or (type(error).__module__ == "builtins" and not isinstance(error, Injected)):
            world.judge.breach("I8", f"run {number}", f"it ended with {type(error).__name__}: {error}")
        result = {"end": f"raised {type(error).__name__}"}
    world.ends[number] = {name: entry["state"] for name, entry in (result.get("by_router") or {}).items()}
    world.end_run()
    world.say(f"result: {result.get('msg', result.get('end'))}")
    return result


def _judge_ends(world: World, results: list[dict]) -> None:
    """A small world may say how its routers and nodes end, run by run, how much is sent in all, and for how long."""
    said = world.data.get("ends", ())
    if len(said) > len(results):
        world.judge.breach("END", "all runs", f"{len(results)} came back, and not {len(said)}")
    for number, (ends, result) in enumerate(zip(said, results, strict=False)):
        states = _states(result)
        for name, state in ends.items():
            if states.get(name) != state:
                world.judge.breach("END", f"run {number}", f"{name} is {states.get(name)} and not {state}")
    sent = sum(text.startswith("> ") for _at, text in world.story)
    if world.data.get("sent", sent) != sent:
        world.judge.breach("END", "all runs", f"{sent} commands were sent, and not {world.data['sent']}")
    longest = max(ended - began for began, ended in world.spans.values())
    if longest > world.data.get("within", longest):
        world.judge.breach("END", "all runs", f"one took {longest:.0f} s")


def _states(result: dict) -> dict[str, str]:
    """How routers and nodes ended; of a node also whether it has moved with its peer, by itself."""
    states = {}
    for router, entry in (result.get("by_router") or {}).items():
        states[router] = entry.get("state", "")
        for node in entry.get("nodes", ()):
            moved = " with its peer" if node.get("moved_by_itself") else ""
            states[f"{node['node']}.{router}"] = f"{node['state']}{moved}"
    return states


def _without(folder: str, result: dict) -> dict:
    """The result without the name of the world's folder, which differs from one playing to the next."""
    return {name: value.replace(folder, "~") if isinstance(value, str) else value for name, value in result.items()}


def _judge(world: World, results: list[dict], numbers: list[int], modules: dict[int, str]) -> None:
    """Judge the runs that came back, now that everything has come to its end."""
    for number, result in zip(numbers, results, strict=True):
        moves = modules[number] not in ("software_download", "precheck")
        if "end" not in result and moves:  # a download that ended well is no upgrade that did
            world.use(number)
            RunJudge(world.judge, number, result).judge_all()
        elif "end" not in result and modules[number] == "software_download":
            world.use(number)
            judge_downloads(world, number, result)
