# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong in a world, when its moment has come."""

from __future__ import annotations

import builtins
import os
import shutil

from .clock import Killed
from .nodes import Node, Operation


class Injected(Exception):
    """An exception that nobody thought of: it is of some other type as well."""


def injected(name: str) -> Exception:
    """An exception of a type that Python's own errors have."""
    kind = getattr(builtins, name)
    return type(f"Injected{name}", (Injected, kind), {})("nobody thought of this")


class Strikes:
    """The mishaps of one world. A ``_do_`` for each kind; ``when`` says at which moment, or after what."""

    def __init__(self, world) -> None:
        self.world = world
        self._faults = [dict(fault) for fault in world.data.get("faults", ())]
        #: Exceptions that come where a router is asked for the next time, or every time.
        self._raising: list[dict] = []
        world.authority.watchers.append(self._began)
        for fault in self._faults:
            if "at" in fault["when"]:
                world.clock.after(fault["when"]["at"], lambda fault=fault: self._strike(fault))

    def at_command(self, number: int, command: str) -> Exception | None:
        """A command arrives; an exception may come of it, raised in its place or returned in place of its answer."""
        for fault in self._faults:
            if fault["when"].get("command") == number or self._is_sent(fault, command):
                self._strike(fault)
        for fault in self._raising:
            if fault.get("node") is None or f" router {fault['node'].rpartition('.')[2]} " in f"{command} ":
                if not fault.get("always"):
                    self._raising.remove(fault)
                error = injected(fault.get("error", "RuntimeError"))
                self.world.say(f"  * {type(error).__name__} at '{command}'")
                if fault.get("answered"):
                    return error
                raise error
        return None

    @staticmethod
    def _is_sent(fault: dict, command: str) -> bool:
        """Is it the first request of the kind that this mishap waits for?"""
        kind = fault["when"].get("sends")
        if kind is None or fault.get("struck") or not command.startswith(f"request system software {kind} router "):
            return False
        fault["struck"] = True
        return True

    def _began(self, operation: Operation) -> None:
        if operation.kind == "download":
            self._trigger("downloads", operation)
            return
        whose = "somebody else's" if operation.run is None else "our"
        self.world.say(
            f"  {whose} {operation.kind} of {operation.node.id} to {operation.target} begins: {operation.course}"
        )
        operation.on_end.append(lambda: self.world.say(f"  {operation.kind} of {operation.node.id} {operation.end}"))
        self._trigger("began", operation)
        operation.on_end.append(lambda: self._trigger("over", operation))

    def _trigger(self, what: str, operation: Operation) -> None:
        """An operation has begun, or is over: what waited for that happens in its time."""
        for fault in self._faults:
            when = fault["when"]
            if when.get(what) == operation.node.id and not fault.get("struck"):
                fault["struck"] = True
                self.world.clock.after(when["after"], lambda fault=fault: self._strike(fault))

    def _nodes(self, fault: dict) -> list[Node]:
        if fault["node"] == "*":
            return [node for node in self.world.authority.nodes.values() if node.router != "Conductor"]
        node = self.world.authority.nodes.get(fault["node"])
        return [node] if node else []

    def _strike(self, fault: dict) -> None:
        self.world.say(
            f"  * {fault['kind']} { ({name: fault[name] for name in fault if name not in ('kind', 'when', 'struck')}) }"
        )
        getattr(self, f"_do_{fault['kind']}")(fault)

    # -- nodes --------------------------------------------------------------------------------------------------

    def _do_die(self, fault: dict) -> None:
        for node in self._nodes(fault):
            self.world.authority.die(node)

    def _do_vanish(self, fault: dict) -> None:
        """The row of a node that dies is in no list any more; ``recorded``: only where the common journal knows it.

        What no list has ever shown is known to nobody, so its row stays.
        """
        seen = any(self.world.looks.values())
        for node in self._nodes(fault):
            self.world.authority.die(node)
            written = any(node in command.nodes for command in self.world.judge.commands)
            node.listed = not seen or (bool(fault.get("recorded")) and not written)

    def _do_restart(self, fault: dict) -> None:
        """A node restarts by itself."""
        for node in self._nodes(fault):
            if node.up and not node.busy:
                node.change(up=False)
                self.world.clock.after(fault["for"], lambda node=node: self._return(node))

    def _return(self, node: Node) -> None:
        node.booted = self.world.clock.now()
        node.change(up=True)

    def _do_flap(self, fault: dict) -> None:
        for node in self._nodes(fault):
            node.change(linked=False)
            self.world.clock.after(fault["for"], lambda node=node: node.change(linked=True))

    def _do_service(self, fault: dict) -> None:
        for node in self._nodes(fault):
            node.change(service=False)
            if fault.get("for"):
                self.world.clock.after(fault["for"], lambda node=node: node.change(service=True))

    def _do_word(self, fault: dict) -> None:
        """The asset of a node shows another state for a while, though the node is there and at work."""
        for node in self._nodes(fault):
            before = node.word
            node.change(word=fault["word"])
            self.world.clock.after(fault["for"], lambda node=node, before=before: node.change(word=before))

    def _do_foreign(self, fault: dict) -> None:
        for node in self._nodes(fault):
            if node.present and not node.busy and node.version != fault["version"]:
                self.world.authority.begin(fault["operation"], node, fault["version"], None, dict(fault["course"]))

    def _do_download(self, fault: dict) -> None:
        for node in self._nodes(fault):
            self.world.authority.download(node, fault["version"], fault["seconds"])

    # -- the conductor and its sessions -----------------------------------------------------------------------------

    def _do_lost(self, fault: dict) -> None:
        self.world.down = True
        for shell in self.world.shells:
            shell.close()

        def back() -> None:
            self.world.down = False

        self.world.clock.after(fault["for"], back)

    def _do_raise(self, fault: dict) -> None:
        """Something goes wrong at a command that nobody thought of: once, or for one router always."""
        self._raising.append(fault)

    # -- the controller -------------------------------------------------------------------------------------------

    def _do_kill(self, fault: dict) -> None:
        """The process of the controller is killed, in a command or between two."""
        if self.world.inside:
            self.world.clock.kill_at = self.world.clock.now()
            if "command" in fault["when"] or "sends" in fault["when"]:
                raise Killed

    def _do_second(self, fault: dict) -> None:
        """The controller of a run is suspended for a while, and in that time somebody else does a run of his own."""
        world = self.world
        if world.controllers.several or world.run not in range(len(world.data["runs"])):
            return  # there are two of them already
        if world.inside and world.clock.resting:
            world.suspend()
        elif world.clock.seconds < world.spans.get(world.run, (0.0, 0.0))[0] + 86400.0:
            world.clock.after(7.0, lambda: self._do_second(fault))

    def _do_beside(self, fault: dict) -> None:
        """Somebody else begins a run of his own, on another controller or on the same, while this one goes on."""
        if self.world.inside and self.world.run in range(len(self.world.data["runs"])):
            self.world.begin_beside(fault)

    def _do_jump(self, fault: dict) -> None:
        self.jump(fault["by"])

    def jump(self, by: float) -> None:
        """Somebody sets the wall clock of the controller."""
        self.world.clock.jumped += by
        self.world.jumps.append((self.world.clock.now(), self.world.clock.jumped))

    def _do_stop(self, _fault: dict) -> None:
        self.world.stop_file_since = self.world.clock.now()
        os.close(os.open(os.path.join(self.world.folder, "stop"), os.O_CREAT | os.O_WRONLY, 0o600))

    def _do_disk(self, _fault: dict) -> None:
        """The journal cannot be written any more."""
        path = os.path.join(self.world.folder, "journal")
        shutil.rmtree(path, ignore_errors=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        self.world.disk.journal_lost_since = self.world.clock.now()

    def _do_full(self, fault: dict) -> None:
        """The disk of the controller is full, for a while or for good; what lies there stays readable."""
        self.world.disk.fill()
        if fault.get("for"):
            self.world.clock.after(fault["for"], self.world.disk.free)
