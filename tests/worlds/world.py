# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One world: its truth, what goes wrong in it, and the runs of the collection in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta

from .authority import Authority
from .clock import BEGIN, Endless, WorldClock
from .judge import Judge
from .nodes import Node, Operation
from .questions import Questions
from .replies import Reply
from .requests import Requests

#: More commands than any run of this size needs.
MOST_COMMANDS = 40_000


class Injected(RuntimeError):
    """An exception that nobody thought of."""


class World:
    """Everything of one world. ``data`` is its definition (see draw.py), which may be written down and read again."""

    def __init__(self, data: dict) -> None:
        self.data, self.habits = data, data["habits"]
        self.clock = WorldClock()
        self.authority = Authority(self.clock, data)
        #: The conductor node that the run begins on.
        self.local: str | None = None
        #: Does a run go on at this moment? And what plays a second one meanwhile.
        self.inside = False
        self.play_second: Callable[[int], object] = lambda number: None
        self.begun_before: set[str] = set()
        #: The runs whose controller was killed.
        self.killed: set[int] = set()
        self.begun_before_of: dict[int, set[str]] = {}
        self.questions = Questions(self.authority, self.habits)
        self.judge = Judge(self)
        self.requests = Requests(self)
        self.shells: list = []
        self.down = False
        self.run, self.module, self.spans = 0, "", {}
        self.commands = 0
        self.story: list[tuple[float, str]] = []
        self.stop_file_since: float | None = None
        self._jumps: list[tuple[float, float]] = [(0.0, 0.0)]
        self.folder = tempfile.mkdtemp(prefix="world-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self._pending_faults = [dict(fault) for fault in data.get("faults", ())]
        self.authority.watchers += [self._began, self.judge.begun]
        for fault in self._pending_faults:
            if "at" in fault["when"]:
                self.clock.after(fault["when"]["at"], lambda fault=fault: self._strike(fault))
        self._all_arguments: dict[int, dict] = {}
        self._arguments: dict = {}

    def close(self) -> None:
        """Remove what lies on the disk."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def say(self, text: str) -> None:
        """A line of the story."""
        self.story.append((self.clock.now(), text))

    # -- what the judge asks ------------------------------------------------------------------------------------

    def begin_run(self, number: int, module: str, arguments: dict) -> None:
        self.run, self.module, self._all_arguments[number] = number, module, arguments
        self.inside = True
        self.use(number)
        #: Routers that an earlier run has begun: one of their nodes moves, or runs the wanted release already.
        self.begun_before = {
            node.router
            for node in self.authority.nodes.values()
            if node.version == self.wanted or (node.operation is not None and node.operation.run is not None)
        }
        self.begun_before_of[number] = self.begun_before
        self.clock.end_at = self.clock.now() + 4 * 86400.0
        self.spans[number] = (self.clock.now(), self.clock.now())

    def use(self, number: int) -> None:
        """From now on the settings of this run count."""
        self._arguments = self._all_arguments[number]

    def end_run(self) -> None:
        self.spans[self.run] = (self.spans[self.run][0], self.clock.now())
        self.inside = False
        self.clock.kill_at = self.clock.end_at = None
        for shell in self.shells:
            shell.close()
        self.shells = []

    @property
    def remembers(self) -> bool:
        """Does this run know what earlier ones sent?"""
        return all(arguments.get("journal") for arguments in self._all_arguments.values())

    @property
    def obeys_stop_file(self) -> bool:
        """Was this run given the name of the stop file?"""
        return bool(self._arguments.get("stop_file"))

    @property
    def wanted(self) -> str:
        """The release that the run is to bring."""
        return self._arguments.get("version") or ""

    @property
    def groups(self) -> dict:
        return self._arguments.get("exclusive_groups") or {}

    @property
    def waves(self) -> dict:
        return self._arguments.get("waves") or {}

    @property
    def blocked(self) -> dict:
        return self._arguments.get("blocked") or {}

    @property
    def in_flight(self) -> int | None:
        return self._arguments.get("in_flight", 10)

    @property
    def max_failures(self) -> int | None:
        return self._arguments.get("max_failures", 5)

    @property
    def limits(self) -> dict[str, float]:
        """The ends of the night, in seconds of the world."""
        names = ("start_deadline", "window_end")
        texts = {name: self._arguments.get(name) for name in names}
        return {
            name: self.seconds_of(datetime.fromisoformat(text.replace("Z", "+00:00")))
            for name, text in texts.items()
            if text
        }

    def seconds_of(self, wall: datetime) -> float:
        """When it was so late by the wall clock, in seconds of the world."""
        if wall in self.clock.told:
            return self.clock.told[wall]
        plain = (wall - BEGIN) / timedelta(seconds=1)
        for at, jumped in reversed(self._jumps):
            if plain - jumped >= at - 1.0:
                return plain - jumped
        return plain

    # -- commands -----------------------------------------------------------------------------------------------

    def answer(self, command: str, node: Node) -> Reply:
        """What a shell gets for a command."""
        self.commands += 1
        if self.commands > MOST_COMMANDS:
            raise Endless
        for fault in self._pending_faults:
            if fault["when"].get("command") == self.commands:
                raise Injected("nobody thought of this")
        reply = self.requests.reply(command, node)
        if reply is not None:
            return reply
        self.questions.local = node
        text = self.questions.answer(command)
        return Reply(f"Command '{command}' not found (use '?' for help)" if text is None else text)

    # -- what goes wrong ----------------------------------------------------------------------------------------

    def _began(self, operation: Operation) -> None:
        whose = "somebody else's" if operation.run is None else "our"
        self.say(f"  {whose} {operation.kind} of {operation.node.id} to {operation.target} begins: {operation.course}")
        operation.on_end.append(lambda: self.say(f"  {operation.kind} of {operation.node.id} {operation.end}"))
        self._trigger("began", operation)
        operation.on_end.append(lambda: self._trigger("over", operation))

    def _trigger(self, what: str, operation: Operation) -> None:
        """An operation has begun, or is over: what waited for that happens in its time."""
        for fault in self._pending_faults:
            when = fault["when"]
            if when.get(what) == operation.node.id and not fault.get("struck"):
                fault["struck"] = True
                self.clock.after(when["after"], lambda fault=fault: self._strike(fault))

    def _nodes(self, fault: dict) -> list[Node]:
        if fault["node"] == "*":
            return [node for node in self.authority.nodes.values() if node.router != "Conductor"]
        node = self.authority.nodes.get(fault["node"])
        return [node] if node else []

    def _strike(self, fault: dict) -> None:
        self.say(
            f"  * {fault['kind']} { ({name: fault[name] for name in fault if name not in ('kind', 'when', 'struck')}) }"
        )
        getattr(self, f"_do_{fault['kind']}")(fault)

    def _do_die(self, fault: dict) -> None:
        for node in self._nodes(fault):
            self.authority.die(node)

    def _do_restart(self, fault: dict) -> None:
        """A node restarts by itself."""
        for node in self._nodes(fault):
            if node.up and not node.busy:
                node.change(up=False)
                self.clock.after(fault["for"], lambda node=node: self._return(node))

    def _return(self, node: Node) -> None:
        node.booted = self.clock.now()
        node.change(up=True)

    def _do_flap(self, fault: dict) -> None:
        for node in self._nodes(fault):
            node.change(linked=False)
            self.clock.after(fault["for"], lambda node=node: node.change(linked=True))

    def _do_service(self, fault: dict) -> None:
        for node in self._nodes(fault):
            node.change(service=False)
            if fault.get("for"):
                self.clock.after(fault["for"], lambda node=node: node.change(service=True))

    def _do_lost(self, fault: dict) -> None:
        self.down = True
        for shell in self.shells:
            shell.close()

        def back() -> None:
            self.down = False

        self.clock.after(fault["for"], back)

    def _do_foreign(self, fault: dict) -> None:
        for node in self._nodes(fault):
            if node.present and not node.busy and node.version != fault["version"]:
                self.authority.begin(fault["operation"], node, fault["version"], None, dict(fault["course"]))

    def _do_download(self, fault: dict) -> None:
        for node in self._nodes(fault):
            self.authority.download(node, fault["version"], fault["seconds"])

    def _do_second(self, fault: dict) -> None:
        """The controller of a run is suspended for a while, and in that time somebody else does a run of his own."""
        if not self.inside or not self.clock.resting:
            if self.clock.seconds < self.spans.get(self.run, (0.0, 0.0))[0] + 86400.0:
                self.clock.after(7.0, lambda: self._do_second(fault))
            return
        kept = (self.run, self.module, self.shells, self.begun_before, self.local)
        clocks = (self.clock.kill_at, self.clock.end_at)
        self.clock.kill_at, self.clock.resting, self.inside, self.shells = None, False, False, []
        self.play_second(kept[0])
        self.run, self.module, self.shells, self.begun_before, self.local = kept
        self.clock.kill_at, self.clock.end_at = clocks
        if clocks[1] is not None:
            self.clock.end_at += 4 * 86400.0
        self.use(self.run)
        self.inside = True

    def _do_jump(self, fault: dict) -> None:
        self.clock.jumped += fault["by"]
        self._jumps.append((self.clock.now(), self.clock.jumped))

    def _do_stop(self, _fault: dict) -> None:
        self.stop_file_since = self.clock.now()
        with open(os.path.join(self.folder, "stop"), "w", encoding="utf-8"):
            pass

    def _do_disk(self, _fault: dict) -> None:
        """The journal cannot be written any more."""
        path = os.path.join(self.folder, "journal")
        shutil.rmtree(path, ignore_errors=True)
        with open(path, "w", encoding="utf-8"):
            pass
