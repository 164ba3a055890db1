# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers at once: two runs of the collection that go on in the same virtual time, as it passes for both.

Each run has a thread of its own, and only one of them ever works: whoever would wake first. So a world with two of them
is the same each time it is played.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from .clock import Killed

#: What belongs to one run and not to the world, by the object that has it.
_OF_RUN = ("run", "module", "shells", "begun_before", "local", "inside", "settings")
_OF_CLOCK = ("kill_at", "end_at", "resting")
_FAR = float("inf")


class _Controller:
    def __init__(self) -> None:
        self.wake = 0.0
        self.turn = threading.Event()
        self.over = False
        self.kept: dict[str, object] = {}


class Controllers:
    """The controllers of a world: its own, and those that begin beside it."""

    def __init__(self, world) -> None:
        self._world = world
        self._current = _Controller()
        self._all = [self._current]
        self._closed = False

    @property
    def several(self) -> bool:
        """Does more than one run go on?"""
        return len(self._all) > 1

    def begin(self, play: Callable[[], object]) -> None:
        """Begin another run beside the one that goes on; it starts as soon as that one waits."""
        other = _Controller()
        other.wake = self._world.clock.now()
        other.kept = {
            **{name: getattr(self._world, name) for name in _OF_RUN},
            **dict.fromkeys(_OF_CLOCK),
            "shells": [],
            "inside": False,
            "local": None,
            "resting": False,
        }

        def work() -> None:
            other.turn.wait()
            try:
                if not self._closed:
                    play()
            finally:
                other.over = True
                self._all.remove(other)
                self._keep(other)
                self._hand_to(min(self._all, key=lambda controller: controller.wake))

        self._all.append(other)
        threading.Thread(target=work, daemon=True).start()

    def wait(self, until: float) -> None:
        """The controller that works would sleep until then; whoever wakes before works meanwhile."""
        own = self._current
        own.wake = until
        nearest = min((other for other in self._all if other is not own), key=lambda other: other.wake)
        if nearest.wake > own.wake:
            return
        self._keep(own)
        own.turn.clear()
        self._hand_to(nearest)
        own.turn.wait()
        if self._closed:
            raise Killed

    def join(self) -> None:
        """Let the others come to their end."""
        while self.several:
            self.wait(_FAR)

    def close(self) -> None:
        """End whoever still works."""
        self._closed = True
        for controller in self._all:
            if controller is not self._current:
                controller.turn.set()

    def _keep(self, own: _Controller) -> None:
        own.kept = {name: getattr(self._world, name) for name in _OF_RUN}
        own.kept.update({name: getattr(self._world.clock, name) for name in _OF_CLOCK})

    def _hand_to(self, other: _Controller) -> None:
        for name, value in other.kept.items():
            setattr(self._world.clock if name in _OF_CLOCK else self._world, name, value)
        self._current = other
        other.turn.set()
