# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers and their nodes: what is so of each of them at this moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .files import Files
from .network import Broken
from .releases import Release
from .specs import BgpSpec, DiskSpec, InterfaceSpec

if TYPE_CHECKING:
    from .alarms import Alarm
    from .operations import Operation


@dataclass
class Installed:
    """One volume of a node: what would run if the node booted from it."""

    release: Release
    type: str


@dataclass
class Router:
    name: str
    conductor: bool
    groups: list[str]
    configured: bool
    nodes: list[Node] = field(default_factory=list)
    peers: list[str] | None = None
    interfaces: list[InterfaceSpec] = field(default_factory=list)
    bgp: list[BgpSpec] = field(default_factory=list)


@dataclass
class Node:
    router: Router
    name: str
    asset_id: str
    current: Installed
    previous: Installed | None
    natural: str
    state: str
    state_since: float
    booted: float
    service: str
    primary: bool
    service_since: float
    address: str
    disk: DiskSpec
    up: bool = True
    errors: list[str] = field(default_factory=list)
    downloaded: set[str] = field(default_factory=set)
    partial: dict[str, float] = field(default_factory=dict)  # release -> share of a paused download that is left
    plugins: dict[str, str] = field(default_factory=dict)
    operation: Operation | None = None
    history: list[Operation] = field(default_factory=list)
    files: Files = field(default_factory=Files)
    restarts: int = 0
    down_since: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    local_alarms: list[dict[str, Any]] = field(default_factory=list)
    known_alarms: dict[tuple[str, str], Alarm] = field(default_factory=dict)  # by message and source
    broken: Broken = field(default_factory=Broken)
    installer_updated: bool = False
    volume: str = "b"  # that it runs from

    @property
    def node_id(self) -> str:
        """Its name in the journal and in the truth: `node.router`."""
        return f"{self.name}.{self.router.name}"

    @property
    def release(self) -> Release:
        return self.current.release

    @property
    def other_volume(self) -> str:
        """The idle one of its two volumes."""
        return "b" if self.volume == "a" else "a"

    @property
    def peer(self) -> Node | None:
        return next((node for node in self.router.nodes if node is not self), None)

    @property
    def conductor(self) -> bool:
        return self.router.conductor
