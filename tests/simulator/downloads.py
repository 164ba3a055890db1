# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads of releases onto nodes: from the conductor or the HA peer, paused, taken up again, removed.

Facts: config-smart-download (pause, HA peer as the first source), CLI-7.2 (`sequenced`).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from .bandwidth import Link, Transfer
from .clock import FOREVER, Signal
from .operations import Operation, Steps
from .releases import Release
from .world import Node, World

if TYPE_CHECKING:
    from .lifecycle import Lifecycle


class Downloads:
    def __init__(self, world: World, work: Lifecycle) -> None:
        self._world = world
        self._work = work
        bandwidth = world.scenario.bandwidth.conductor
        self._conductor_link = Link(world.scheduler, FOREVER if bandwidth is None else bandwidth)
        self._free_link = Link(world.scheduler, FOREVER)

    def perform(self, operation: Operation) -> Steps:
        problem = ""
        # Paused before it was its turn.
        if operation.over:
            return
        if operation.release and operation.release.name not in operation.node.downloaded:
            problem = yield from self.fetch(operation)
        # Paused, or taken away in the meantime by `delete system software`.
        if not operation.over:
            self._work.close(operation, "failed" if problem else "completed", problem)

    def fetch(self, operation: Operation) -> Generator[float | Signal, None, str]:
        """Bring the release onto the node; returns what went wrong, or nothing."""
        node, release = operation.node, operation.release
        assert release is not None
        names = (node.name, node.router.name)
        link = self._source(node, release)
        left = self._world.lasting("download", node) * node.partial.get(release.name, 1.0)
        operation.transfer, operation.link = Transfer(left), link
        self._work.enter(operation, "download")
        if not self._work.hangs(operation, "download"):
            link.start(operation.transfer)
        yield operation.transfer.done
        if operation.over:
            return ""
        fault = self._world.faults.take("download_fails", *names)
        if fault:
            return fault["text"]
        node.partial.pop(release.name, None)
        node.downloaded.add(release.name)
        return ""

    def _source(self, node: Node, release: Release) -> Link:
        """config-smart-download: the HA peer is asked before the conductor; conductors themselves load elsewhere."""
        peer = node.peer
        if node.conductor or (peer and peer.up and release.name in peer.downloaded):
            return self._free_link
        return self._conductor_link

    def progress(self, operation: Operation) -> float:
        """The share of a running download that is done."""
        if operation.transfer is None or operation.link is None or operation.over:
            return 0.0
        return 1 - operation.link.left(operation.transfer) / (self._world.lasting("download", operation.node) or 1.0)

    def pause(self, node: Node, release: Release) -> bool:
        """Stop it and keep what is there; the same download again goes on from there."""
        left = self._stop(node, release, "paused", "")
        if left is None:
            return False
        node.partial[release.name] = left
        return True

    def cancel(self, node: Node, release: Release) -> bool:
        """Remove what is there of the release, or of its download."""
        stopped = self._stop(node, release, "failed", "cancelled") is not None
        known = release.name in node.downloaded or release.name in node.partial
        node.downloaded.discard(release.name)
        node.partial.pop(release.name, None)
        return stopped or known

    def _stop(self, node: Node, release: Release, state: str, detail: str) -> float | None:
        """End a running download; the share of it that was left, or None when there is none."""
        operation = node.operation
        if not (operation and operation.kind == "download" and operation.release == release):
            return None
        left = 1.0
        if operation.transfer and operation.link:
            left = operation.link.stop(operation.transfer) / (self._world.lasting("download", node) or 1.0)
        self._work.close(operation, state, detail)
        if operation.transfer:
            self._world.scheduler.fire(operation.transfer.done)
        return left
