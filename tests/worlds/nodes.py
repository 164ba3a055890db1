# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes and what runs on them, as they really are, with their history."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from .clock import WorldClock

SYNCHRONIZED, DISCONNECTED, DOWNLOADING = "Synchronized", "Disconnected", "Downloading"
#: The states of a node that is where it should be: a download moves nothing (rule 38).
AT_REST = (SYNCHRONIZED, DOWNLOADING)
#: Operations that move a node; a download does not.
MOVES = ("upgrade", "downgrade", "revert")


@dataclass(eq=False)
class Operation:
    """Something that somebody began on a node. ``run``: the number of our run that sent it; None: somebody else's."""

    kind: str
    node: Node
    target: str
    began: float
    run: int | None
    course: dict
    #: False: its node was not named; the vendor moved it together with its peer.
    named: bool = True
    over_at: float | None = None
    end: str = "in progress"
    #: Does its status call it failed although it is not over yet?
    called_failed: bool = False
    goes_back: bool = False
    #: Called once it is over.
    on_end: list[Callable[[], object]] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.over_at is not None


@dataclass(frozen=True)
class Moment:
    """How a node was from a moment on."""

    at: float
    state: str
    version: str
    up: bool
    service: bool
    operation: str | None

    @property
    def looks_well(self) -> bool:
        """There, settled and at work."""
        return self.up and self.state in AT_REST and self.service

    @property
    def well(self) -> bool:
        """The same, and nothing runs there."""
        return self.looks_well and self.operation is None


class Node:
    """One node of a router. ``idle`` is what lies on its other volume: where a revert leads."""

    def __init__(self, clock: WorldClock, router: str, data: dict) -> None:
        self.clock, self.router, self.name = clock, router, data["name"]
        self.version, self.idle = data["version"], data.get("idle")
        self.up, self.linked, self.service = data.get("up", True), True, data.get("service", True)
        #: What its asset shows while it is connected.
        self.word = data.get("word", SYNCHRONIZED)
        #: Does the list of assets have a row of it?
        self.listed = data.get("listed", True)
        self.booted = -86400.0 * 30
        self.operation: Operation | None = None
        self.past: list[Operation] = []
        self.downloaded: set[str] = set(data.get("downloaded", ()))
        self.downloading: dict[str, Operation] = {}
        #: When the releases came that were not there from the beginning.
        self.arrived: dict[str, float] = {}
        #: Does its asset show that it downloads (t128-bulk-upgrade)?
        self.shows_downloads = False
        self.moments: list[Moment] = []
        self._times: list[float] = []
        self.note()

    @property
    def id(self) -> str:
        return f"{self.name}.{self.router}"

    @property
    def present(self) -> bool:
        """Does the conductor reach it?"""
        return self.up and self.linked

    @property
    def state(self) -> str:
        if not self.present:
            return DISCONNECTED
        return DOWNLOADING if self.shows_downloads and self.downloading and self.word == SYNCHRONIZED else self.word

    @property
    def settled(self) -> bool:
        """Is it there, synchronized, and its service at work?"""
        return self.present and self.word == SYNCHRONIZED and self.service

    @property
    def busy(self) -> bool:
        """Does an operation run that moves it?"""
        return self.operation is not None

    @property
    def moved_by_us(self) -> bool:
        """Has a run of the collection ever moved it?"""
        return any(old.run is not None and old.kind in MOVES for old in self.past)

    def note(self) -> None:
        """Keep how it is from now on."""
        kind = self.operation.kind if self.operation else None
        moment = Moment(self.clock.now(), self.state, self.version, self.present, self.service, kind)
        self.moments.append(moment)
        self._times.append(moment.at)

    def at(self, seconds: float) -> Moment:
        """How it was at a moment."""
        return self.moments[max(0, bisect_right(self._times, seconds) - 1)]

    def in_state_since(self, moment: Moment) -> float:
        """Since when its asset has shown the state of that moment."""
        since = moment.at
        for earlier in reversed(self.moments[: bisect_right(self._times, since)]):
            if earlier.state != moment.state:
                break
            since = earlier.at
        return since

    def between(self, begin: float, end: float) -> list[Moment]:
        """How it was from a moment to another, in all that it was."""
        return [self.at(begin), *(moment for moment in self.moments if begin < moment.at <= end)]

    def change(self, **changes: object) -> None:
        """Change it, and keep that."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.note()
