# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session that the collection talks through: its own, on shells that lead into a world."""

from __future__ import annotations

import functools
import time

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import shell_pool
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access, Fallback
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    NoFreeShell,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import Login
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.session import Session
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import journal

from .reading import remember_readings

# The same answers come again and again.
shell_pool.read = functools.lru_cache(maxsize=5000)(read)
remember_readings()


class LockTime:
    """The time in which a run waits for the journal's lock: where two runs go on at once, it is that of their world."""

    def __init__(self) -> None:
        self.clock = None

    def monotonic(self) -> float:
        return self.clock.now() if self.clock else time.monotonic()

    def sleep(self, seconds: float) -> None:
        (self.clock or time).sleep(seconds)

    @staticmethod
    def time_ns() -> int:
        """The time of this machine, which is also that of its files."""
        return time.time_ns()


LOCK_TIME = LockTime()
journal.time = LOCK_TIME


class WorldShell:
    """One shell. Its interface is that of ``pcli/shell.Shell``."""

    learned = False
    declined = None

    def __init__(self, world, node) -> None:
        self.world, self.clock, self.node = world, world.clock, node
        self.prompt = find_prompt(f"admin@{node.name}.Conductor#")
        self.opened = world.clock.now()
        self.busy = self._closed = False
        self._reply = None
        self._ready_at = 0.0
        self._interrupted = False
        world.shells.append(self)

    @property
    def closed(self) -> bool:
        """Has it ended, with its node or without?"""
        return self._closed or not self.node.up or self.node.booted > self.opened

    def begin(self, command, answers=(), *, reads=False, probe=False) -> None:
        if self.closed or self.world.down:
            self._closed = True
            raise SessionBroken(f"The connection was closed before '{command}' was sent.")
        self.busy, self._interrupted = True, False
        self._reply = self.world.answer(command, self.node)
        self.declined = self._reply.declined
        self._ready_at = self.clock.now() + self.world.habits["latency"] + self._reply.after

    @property
    def ready_at(self) -> float | None:
        """When the answer will be there; None where that is not known yet."""
        return None if self._reply.until is not None and not self._reply.until() else self._ready_at

    def poll(self, wait: float = 0.0) -> str | None:
        if not self._over():
            if wait <= 0:
                return None
            ready = self.ready_at
            soon = self.clock.now() + wait
            self.clock.advance_to(soon if ready is None else min(soon, max(ready, self.clock.now())))
            if not self._over():
                return None
        if self._reply.breaks:
            self._closed = True
        if self.closed:
            raise SessionBroken("The device closed the connection while a command was running; it may go on.")
        self.busy = False
        if self._reply.error is not None:
            raise self._reply.error
        return self._reply.show()

    def _over(self) -> bool:
        if self.closed or self._interrupted:
            return True
        ready = self.ready_at
        return ready is not None and self.clock.now() >= ready

    def interrupt(self) -> str:
        self._interrupted = True
        return ""

    def alive(self) -> bool:
        return not self.closed

    def close(self) -> None:
        self._closed = True


def _access(name: str) -> Access:
    """How a conductor node is reached: by its name."""
    return Access(Login(name))


class WorldSession(Session):
    """A session of the collection itself, whose shells are those of a world."""

    def __init__(self, world) -> None:
        LOCK_TIME.clock = world.clock
        names = [node.name for node in world.authority.routers["Conductor"]]
        first = world.local or names[0]
        others = [Fallback(name, functools.partial(_access, name)) for name in names if name != first]
        super().__init__(_access(first), clock=world.clock, fallbacks=others)
        self._world = world

    def _wait_until(self, pending, deadline):
        """As the session does, but in one stride where it is known how long it takes."""
        if self.replay is not None and not pending.blocks:
            return super()._wait_until(pending, deadline)
        clock = self.clock
        while not self.poll(pending) and clock.now() < deadline:
            ready = pending.shell.ready_at
            ends = [deadline, ready, clock.next_plan() if ready is None else None]
            clock.advance_to(max(clock.now(), min(end for end in ends if end is not None)))
        return pending.over

    def _new_shell(self, access):
        world, login = self._world, access.login
        node = world.authority.node("Conductor", login.host)
        if world.down or not node.up:
            world.clock.sleep(world.habits["refuses_after"])
            raise ConnectFailed(f"Nothing answers at {login.address}.")
        world.clock.sleep(world.habits["latency"])
        if sum(not shell.closed for shell in world.shells) >= world.habits["shells"]:
            raise NoFreeShell(f"{login.address} opens no further shell now. Nothing was sent.")
        shell = WorldShell(world, node)
        if self._prompt and shell.prompt.where != self._prompt.where:
            raise SessionBroken(f"A further login to {login.address} landed on {shell.prompt.where}.")
        self._shells.append(shell)
        self._prompt = shell.prompt
        return shell
