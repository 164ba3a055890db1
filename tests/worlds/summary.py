# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of many worlds, in figures."""

from __future__ import annotations

import re
import time
from collections import Counter

from .many import Night

#: The states of nodes in an outcome.
_STATE = re.compile(r"=(\w+)")
#: So often it is said how far it is, in seconds.
_EVERY = 15.0


class Summary:
    """Counts what came of worlds. ``count``: how many there will be."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.played = self.broken = self.failed = self.commands = 0
        self._kinds: Counter[str] = Counter()
        self._states: Counter[str] = Counter()
        self._began = self._told = time.monotonic()

    def add(self, night: Night) -> None:
        """One more world."""
        self.played, self.commands = self.played + 1, self.commands + night.commands
        self.broken, self.failed = self.broken + bool(night.breaks), self.failed + bool(night.failed)
        self._kinds.update({breach.invariant for breach in night.breaks})
        self._states.update(_STATE.findall(night.outcome.partition(" | ")[2]))

    def due(self) -> bool:
        """Is it time to say how far it is?"""
        due = time.monotonic() - self._told >= _EVERY
        self._told = time.monotonic() if due else self._told
        return due

    def progress(self) -> str:
        """How far it is."""
        pace = self.played / (time.monotonic() - self._began)
        left = (self.count - self.played) / pace
        figures = f"{self.broken} broken, {60 * pace:.0f} a minute, {left / 60:.0f} min left"
        return f"{self.played} of {self.count} worlds, {figures}"

    def text(self, took: float) -> str:
        """All figures; the last line says how many hold."""
        states = ", ".join(f"{state} {count}" for state, count in self._states.most_common())
        pace = 60 * self.count / max(took, 0.001)
        lines = [
            f"verdicts: {states}",
            f"{self.count} worlds in {took:.0f} s ({pace:.0f} a minute), {self.commands} commands",
            *(f"  {invariant}: broken in {count} worlds" for invariant, count in sorted(self._kinds.items())),
            *([f"  worlds that failed themselves: {self.failed}"] if self.failed else []),
            f"worlds: {self.count - self.broken - self.failed} of {self.count} hold",
        ]
        return "\n".join(lines)
