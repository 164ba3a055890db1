# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an operation goes: what a node does from the request until the operation is over, and whatever comes between."""

from __future__ import annotations

from collections.abc import Callable

from .nodes import SYNCHRONIZED, Operation

#: After so many seconds the vendor ends an upgrade that gets no further (I95-63292).
VENDORS_LIMIT = 3600.0
#: What a course holds where a world does not say otherwise, in seconds.
USUAL = {
    "write": 300.0,
    "away": 120.0,
    "settle": 60.0,
    "check": 30.0,
    "end": "done",
    "twice": False,
    "between": 20.0,
    "quiet": 0.0,
    "shown": "",
    "back": None,
    "lands": "",
    "early": False,
    "after": 0.0,
}


class Course:
    """Plays one operation on its node.

    ``end``: done; fails (before it restarts, on the old version); falls (comes back on the old version); reverts (its
    post-check fails, and it goes back); down (its service does not start); dead (never comes back); stuck (never gets
    further than its preparations; where no status shows that, the vendor's own limit ends it).
    ``twice``: it restarts twice, and ``between`` that it runs for so long what it ran before. ``quiet``: no status
    shows the operation for so long after the request. ``lands``: it comes back on this version.
    ``early``: its status calls it failed before it has gone back, which is over so long ``after`` it has settled.
    """

    def __init__(self, operation: Operation, longest_hidden: float | None = None) -> None:
        self.longest_hidden = longest_hidden
        self.operation, self.node, self.clock = operation, operation.node, operation.node.clock
        self.data = {**USUAL, **operation.course}
        self.before = self.node.version
        self.start()

    def start(self) -> None:
        self.node.change(operation=self.operation, word=self.data["shown"] or self.node.word)
        if self.data["end"] == "stuck":
            if self.longest_hidden is not None:
                self._after(self.longest_hidden, lambda: self._over("failed"))
            return
        if self.data["end"] == "fails":
            self._after("write", lambda: self._over("failed"))
        else:
            self._after("write", self._leave)

    def _after(self, phase: str | float, do: Callable[[], object]) -> None:
        seconds = self.data[phase] if isinstance(phase, str) else phase
        self.clock.after(seconds, lambda: do() if self.node.operation is self.operation and self.alive else None)

    @property
    def alive(self) -> bool:
        """A node that died in the middle does nothing any more."""
        return not getattr(self.node, "dead", False)

    def _leave(self) -> None:
        self.node.change(up=False, word="Synchronizing")
        if self.data["end"] == "dead":
            self.node.dead = True
        elif self.data["twice"]:
            self._after("away", self._return_for_a_moment)
        else:
            self._after("away", self._arrive)

    def _return_for_a_moment(self) -> None:
        """Some installers restart a node twice; in between it shows what it ran."""
        self._boot(self.before)
        self.node.change(word=SYNCHRONIZED)
        self._after("between", lambda: self.node.change(up=False, word="Synchronizing"))
        self._after(self.data["between"] + self.data["away"], self._arrive)

    def _boot(self, version: str) -> None:
        self.node.booted = self.clock.now()
        self.node.change(up=True, version=version, service=self.data["end"] != "down")

    def _arrive(self) -> None:
        arrived = self.data["lands"] or (self.before if self.data["end"] == "falls" else self.operation.target)
        if arrived != self.node.version:
            self.node.idle = self.node.version
        self._boot(arrived)
        self._after("settle", self._settle)

    def _settle(self) -> None:
        self.node.change(word=SYNCHRONIZED)
        if self.data["end"] == "falls":
            self._over("failed")
        elif self.data["end"] == "reverts":
            self._after("check", self._go_back)
        else:
            self._after("check", lambda: self._over("completed"))

    def _go_back(self) -> None:
        self.operation.called_failed, self.operation.goes_back = self.data["early"], True
        self.node.change(up=False, word="Synchronizing")
        self._after("away", self._come_back)

    def _come_back(self) -> None:
        self.node.idle, self.node.booted = self.node.version, self.clock.now()
        self.node.change(up=True, version=self.before, service=True)
        self._after("settle", self._settle_back)

    def _settle_back(self) -> None:
        self.node.change(word=SYNCHRONIZED)
        self._after("after", lambda: self._over("failed"))

    def _over(self, end: str) -> None:
        operation, node = self.operation, self.node
        operation.over_at, operation.end, node.operation = self.clock.now(), end, None
        node.change(word=SYNCHRONIZED if node.word == self.data["shown"] else node.word)
        for do in operation.on_end:
            do()
