# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node is doing from when to when, in the phases of a picture: from what the engine reports of it. Pure.

All times are those of the controller's clock, since the bars of many nodes stand below each other.
"""

from __future__ import annotations

from datetime import datetime

from ..clock import format_timestamp
from .events import (
    Adopted,
    Event,
    Intended,
    MovedWithPeer,
    NodeConcluded,
    NodeEnded,
    Reverted,
    Sent,
    Stepped,
)

WAITING = "waiting"
#: The phases of the engine that have another name in a picture. The operations are none of them: see NodePhases.
_PICTURED = {
    "download": "download",
    "pause": "download",
    "remove": "download",
    "soak": "soak",
    "post checks": "health",
    "health check": "health",
    "comparison": "compare",
}
_OPERATIONS = ("upgrade", "downgrade", "revert")


class NodePhases:
    """The bar of one node. ``current``: the phase that goes on now; None: none does."""

    def __init__(self) -> None:
        self._phases: list[tuple[str, datetime, datetime | None]] = []
        #: The operation that is followed; empty where none is, or it has ended.
        self._operation = ""
        self._began = False
        #: Has the operation of the node had an end, so that it does not wait for it any more?
        self._worked_on = False
        self._over = False

    @property
    def current(self) -> str | None:
        """The phase that goes on."""
        return self._phases[-1][0] if self._phases and self._phases[-1][2] is None else None

    @property
    def since(self) -> datetime | None:
        """Since when it goes on."""
        return self._phases[-1][1] if self.current else None

    def enter(self, phase: str, at: datetime) -> None:
        """This is what it does from now on."""
        if self._over or self.current == phase:
            return
        at = self.close(at)
        self._phases.append((phase, at, None))

    def close(self, at: datetime) -> datetime:
        """Nothing goes on from now on. Returns the moment, which never lies before an earlier one."""
        if self._phases:
            phase, began, ended = self._phases[-1]
            at = max(at, began, ended or began)
            if ended is None:
                self._phases[-1] = (phase, began, at)
        return at

    def begin_phase(self, phase: str, at: datetime) -> None:
        """The engine has begun a phase of this node."""
        if phase in _OPERATIONS:
            self._operation, self._began = phase, False
            if not self._worked_on:  # until its command has gone out, it waits
                self.enter(WAITING, at)
            return
        self.enter(_PICTURED.get(phase, WAITING), at)

    def rest(self, at: datetime) -> None:
        """The engine turns to another node of its router."""
        if self.current not in (None, WAITING):
            self.close(at)
            if not self._worked_on:
                self.enter(WAITING, at)

    def take(self, event: Event, at: datetime) -> None:
        """Something has happened to this node."""
        if isinstance(event, Intended):
            self._operation = event.record.operation
        elif isinstance(event, (Sent, MovedWithPeer, Adopted)):
            self._begin(event, at)
        elif isinstance(event, Stepped) and event.seen and self._began and not self._goes_back:
            self.enter({"away": "away", "arrived": "settle"}.get(event.seen, self._main), at)
        elif isinstance(event, (NodeEnded, Reverted)):
            self._end(at)
        elif isinstance(event, NodeConcluded):
            self.finish(at)

    def finish(self, at: datetime) -> None:
        """Nothing more is done with it."""
        self.close(at)
        self._over = True

    def reopen(self) -> None:
        """It is worked on after all, such as a router that waits again."""
        self._over = self._worked_on = False

    @property
    def _goes_back(self) -> bool:
        """Is it reverted after its upgrade in this run? In a picture that is one phase, whatever happens in it."""
        return self._operation == "revert" and self._worked_on

    @property
    def _main(self) -> str:
        return {"revert": "revert", "": "download"}.get(self._operation, _PICTURED.get(self._operation, "upgrade"))

    def _begin(self, event: Event, at: datetime) -> None:
        if isinstance(event, Adopted):
            self._operation = event.operation
        elif isinstance(event, MovedWithPeer):
            self._operation = self._operation or "upgrade"
        self._began = True
        self.enter(self._main, at)

    def _end(self, at: datetime) -> None:
        """Its operation has ended. After a download it waits for its upgrade; after a move it is proven."""
        moved = self._operation in _OPERATIONS
        self.close(at)
        self._worked_on = self._worked_on or moved
        if self._began and not moved:
            self.enter(WAITING, at)
        self._operation, self._began = "", False

    def as_data(self) -> list[dict]:
        """The phases, in the order of time. One of less than a second says nothing."""
        data: list[dict] = []
        for phase, began, ended in self._phases:
            moment, end = format_timestamp(began), format_timestamp(ended) if ended else None
            if moment == end:
                continue
            if data and (data[-1]["phase"], data[-1]["to"]) == (phase, moment):
                data[-1]["to"] = end
            else:
                data.append({"phase": phase, "from": moment, "to": end})
        return data
