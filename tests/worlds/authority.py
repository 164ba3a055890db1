# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet behind a conductor, and what the conductor does when it is asked for something."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from .clock import WorldClock
from .courses import VENDORS_LIMIT, Course
from .nodes import MOVES, Node, Operation


class Authority:
    """All nodes, and the operations on them. ``courses``: how the next operations of a node go, by its id."""

    def __init__(self, clock: WorldClock, data: dict) -> None:
        self.clock, self.data = clock, data
        conductor = data["conductor"]
        own = [{"name": name, "version": conductor["release"]} for name in conductor["nodes"]]
        routers = [{"name": "Conductor", "nodes": own}, *data["routers"]]
        self.routers = {
            router["name"]: [Node(clock, router["name"], node) for node in router["nodes"]] for router in routers
        }
        self.leaders = {router["name"]: router.get("leader") for router in data["routers"]}
        for node in (node for nodes in self.routers.values() for node in nodes):
            node.shows_downloads = data["habits"].get("download_state", False)
        self.nodes = {node.id: node for nodes in self.routers.values() for node in nodes}
        self.courses = {name: list(courses) for name, courses in data.get("courses", {}).items()}
        habits = data["habits"]
        readable = habits.get("status") in ("table", "lines") and not habits.get("status_ends")
        readable = readable and habits.get("status_says_what_runs", True)
        shown = readable and not habits.get("legacy")
        #: How long an operation may get no further where no status shows it; None: one does.
        self.longest_hidden = None if shown else VENDORS_LIMIT
        #: Called whenever an operation begins.
        self.watchers: list[Callable[[Operation], object]] = []

    def node(self, router: str, name: str) -> Node | None:
        return self.nodes.get(f"{name}.{router}")

    def peers(self, node: Node) -> list[Node]:
        return [other for other in self.routers[node.router] if other is not node]

    def begin(
        self, kind: str, node: Node, target: str | None, run: int | None, course: dict | None = None
    ) -> Operation:
        """An operation begins on a node."""
        if course is None:
            planned = self.courses.get(f"{node.id} {kind}") or (kind != "revert" and self.courses.get(node.id)) or []
            course = planned.pop(0) if planned else {}
        target = node.idle or node.version if kind == "revert" else target
        operation = Operation(kind, node, target, self.clock.now(), run, course)
        node.past.append(operation)
        for watch in self.watchers:
            watch(operation)
        Course(operation, self.longest_hidden)
        return operation

    def begin_many(
        self, kind: str, nodes: Sequence[Node], target: str | None, run: int | None, named: Collection[Node]
    ) -> list[Operation]:
        """One request for several nodes, which the conductor takes one after the other."""
        first = self.begin(kind, nodes[0], target, run)
        first.named = nodes[0] in named

        def go_on() -> None:
            following = nodes[1]
            if first.end == "completed" and following.present and not following.busy:
                self.begin_many(kind, nodes[1:], target, run, named)

        if len(nodes) > 1:
            first.on_end.append(go_on)
        return [first]

    def download(self, node: Node, version: str, seconds: float, end: str = "done") -> None:
        """A download: it moves nothing."""
        operation = Operation("download", node, version, self.clock.now(), None, {})
        node.past.append(operation)
        node.downloading[version] = operation
        node.note()
        for watch in self.watchers:
            watch(operation)
        if end == "stuck":
            return

        def arrive() -> None:
            if node.downloading.get(version) is not operation:  # it was stopped
                return
            del node.downloading[version]
            node.note()
            operation.over_at, operation.end = self.clock.now(), "completed" if end == "done" else "failed"
            if end == "done":
                node.downloaded.add(version)
                node.arrived[version] = self.clock.now()
            for do in operation.on_end:
                do()

        self.clock.after(seconds, arrive)

    def stop_download(self, node: Node, version: str) -> None:
        """A download is paused, or what it brings is removed."""
        operation = node.downloading.pop(version, None)
        if operation is not None:
            operation.over_at, operation.end = self.clock.now(), "stopped"
            node.note()

    def die(self, node: Node) -> None:
        """A node dies, whatever it was doing."""
        node.dead = True
        node.change(up=False)

    def running(self, run: int | None) -> set[str]:
        """Routers on which an operation of a run of ours has not ended."""
        return {
            node.router
            for node in self.nodes.values()
            for operation in [node.operation]
            if operation is not None and operation.run == run and operation.kind in MOVES
        }
