# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One kind of work on one node, and what one command asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from .bandwidth import Link, Transfer
from .clock import Signal
from .releases import Release
from .world import Node

Steps = Generator[float | Signal, None, None]
ENDED = ("completed", "failed", "reverted", "not started", "paused")


@dataclass
class Operation:
    """One kind of work on one node."""

    kind: str
    node: Node
    release: Release | None
    options: set[str]
    user: str
    origin: str
    started: float = 0.0
    ended: float = 0.0
    state: str = "queued"
    phase: str = "queued"
    detail: str = ""
    job: Job | None = None
    transfer: Transfer | None = None
    link: Link | None = None

    @property
    def over(self) -> bool:
        return self.state in ENDED


@dataclass
class Job:
    """What one command asked for: operations on one or more nodes."""

    kind: str
    operations: list[Operation] = field(default_factory=list)
    watchers: set[Callable[[], None]] = field(default_factory=set)

    @property
    def over(self) -> bool:
        return all(operation.over for operation in self.operations)
