# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the recorded answers still hold: those of which nothing has changed that they show.

An answer shows the nodes of the routers that its command or its text names, or all of them. What it shows of them
decides when it holds again: a version is another one after an upgrade, ports and paths are what they were once the node
is back.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from ..faults import FaultSpec
from ..files import EXPORTS
from .bundle import Bundle, Row, read_bundle
from .tables import longest_line

if TYPE_CHECKING:
    from ..world import Node, World

#: Commands about what a node does, and not about what it runs.
_AT_WORK = (
    "show bgp",
    "show device-interface",
    "show peers",
    "show platform",
    "show plugins",
    "show system connectivity",
    "show system processes",
    "show system services",
)
#: Commands that list the releases on offer.
_OFFERS = ("show assets", "show system software available")
#: Commands that are about all routers where none is named.
_OF_ALL = (
    "show alarms",
    "show assets",
    "show config",
    "show events",
    "show system connectivity",
    "show system software",
)
_WORDS = re.compile(r"[\w.-]+")
#: Faults that change no answer.
_HARMLESS = ("dirty_candidate", "slow_prompt", "drop_session", "wrong_password", "linux_login", "blocked_pty")


class Recorded:
    """The answers of a bundle in a world. Callers hold the lock of the world."""

    def __init__(self, world: World, path: str) -> None:
        self._world = world
        self.bundle: Bundle = read_bundle(path)
        self._names = {router.name: router.name for router in world.routers.values()}
        self._names |= {node.node_id: node.router.name for node in world.nodes()}
        self._rows: dict[tuple[str, ...], list[Row]] = {}
        self._turn: dict[tuple[str, ...], int] = {}
        self._scopes: dict[int, list[Node]] = {}
        self._at_first = {node.node_id: (_working(world, node), _complete(node)) for node in world.nodes()}
        self._kept = {node.node_id: self._keeps(node) for node in world.conductors}
        self._offered_at_first = None if self._more_on_offer() else set(world.offered)
        for row in self.bundle.at_rest():
            if row.kind in ("pcli", "web"):
                self._rows.setdefault(self._key(row), []).append(row)
            elif row.kind == "login":
                self._rows.setdefault(("login", f"{row.node}.{row.router}"), []).append(row)

    def _key(self, row: Row) -> tuple[str, ...]:
        asked = f"{row.node}.{row.router}"
        if asked not in {node.node_id for node in self._world.conductors}:
            # A router was asked itself, which nobody can here; what names it may as well be asked of its conductor.
            asked = "" if f" router {row.router} " in f"{row.command} " else asked
        if row.kind == "web":
            return (asked, row.method, *_request(row.path, row.request))
        return (asked, row.context, row.command)

    # --- looking one up ---------------------------------------------------------------------------------------------

    def answer(self, node: Node, command: str, width: int, context: str = "", even_stale: bool = False) -> Row | None:
        """The answer to a command at a terminal of this width, as long as it holds; a later one at each look.

        `even_stale`: nobody else could answer, so better an old one.
        """
        command = " ".join(command.split())
        for asked in (node.node_id, ""):
            rows = self._rows.get((asked, context, command), [])
            fitting = [row for row in rows if row.width == width] or [row for row in rows if _fits(row, width)][:1]
            if not fitting and even_stale:
                fitting = rows[:1]
            if fitting and (even_stale or self._holds(fitting[0], node)):
                return self._take((asked, context, command, str(width)), fitting)
        return None

    def reply(self, node: Node, method: str, path: str, request: str) -> Row | None:
        """The answer of the web interface to a request, as long as it holds; never to what changes something."""
        key = (node.node_id, method, *_request(path, request))
        rows = [row for row in self._rows.get(key, []) if row.status and row.answer is not None and reads(row)]
        return self._take(key, rows) if rows and self._holds(rows[0], node) else None

    def login(self, node: Node) -> Row | None:
        """What is printed between a login and the first prompt."""
        rows = self._rows.get(("login", node.node_id), [])
        return self._take(("login", node.node_id), rows) if rows else None

    def _take(self, key: tuple[str, ...], rows: list[Row]) -> Row:
        turn = self._turn.get(key, 0)
        self._turn[key] = turn + 1
        return rows[min(turn, len(rows) - 1)]

    # --- does it hold? ----------------------------------------------------------------------------------------------

    def _holds(self, row: Row, asked: Node) -> bool:
        if row.kind == "pcli" and not row.command.startswith("show "):
            return True  # a usage, or a trace
        if row.command.startswith(("show config", "show user")) and self._kept[asked.node_id] != self._keeps(asked):
            return False
        if row.command.startswith(_OFFERS) and "software" in row.command and not self._offered_as_recorded():
            return False
        if row.number not in self._scopes:
            self._scopes[row.number] = self._shown(row, asked)
        at_work = row.command.startswith(_AT_WORK)
        for node in self._scopes[row.number]:
            working, complete = self._at_first[node.node_id]
            if working != _working(self._world, node) or not (at_work or complete == _complete(node)):
                return False
        return not self._troubled(self._scopes[row.number])

    def _shown(self, row: Row, asked: Node) -> list[Node]:
        words = row.command.split()
        named = words[words.index("router") + 1 :][:1] if "router" in words else []
        whole = row.kind == "web" or named == ["all"] or "resource-group" in words
        if whole or (not named and row.command.startswith(_OF_ALL)):
            return self._world.nodes()
        text = f"{row.command} {row.answer or ''}"
        routers = {self._names[word] for word in _WORDS.findall(text) if word in self._names}
        routers |= set() if named else {asked.router.name}
        return [node for name in sorted(routers) for node in self._world.routers[name].nodes]

    def _troubled(self, nodes: list[Node]) -> bool:
        """Does a fault concern one of them? What it does to an answer no recording can show."""
        faults = [fault for fault in self._world.faults.all() if fault.type not in _HARMLESS]
        return any(_concerns(fault, node) for fault in faults for node in nodes)

    def _offered_as_recorded(self) -> bool:
        withdrawn = self._world.faults.every("unavailable_version")
        return not withdrawn and self._offered_at_first == self._world.offered

    def _more_on_offer(self) -> bool:
        """Is a release on offer that no recorded answer names, such as the one that a rehearsal is about?"""
        named = {
            word
            for row in self.bundle.at_rest()
            if row.command.startswith(_OFFERS)
            for word in _WORDS.findall(row.answer or "")
        }
        running = {node.release.name for node in self._world.nodes()}
        offered = [self._world.releases[name] for name in self._world.offered - running]
        return any(not release.spellings() & named for release in offered)

    def _keeps(self, node: Node) -> Hashable:
        """What is in the store of a conductor node: the version of its configuration, and its exports."""
        authority = self._world.authority
        return (authority.version, authority.commits, tuple(node.files.names(EXPORTS)))


def reads(row: Row) -> bool:
    """Does a request to the web interface only read?"""
    path, text = _request(row.path, row.request)
    return row.method == "GET" or (row.method == "POST" and path == "/graphql" and not text.startswith("mutation"))


def _request(path: str, text: str) -> tuple[str, str]:
    """A path below the base of the interface with its parameters in order, and GraphQL in one line."""
    bare, _mark, query = path.partition("?")
    parameters = urlencode(sorted(parse_qsl(query, keep_blank_values=True)))
    bare = bare.removeprefix("/api/v1")
    return (f"{bare}?{parameters}" if parameters else bare), " ".join(text.split())


def _fits(row: Row, width: int) -> bool:
    """Would a terminal of that width show the same? What was fitted to a width fills it, and so does its rule."""
    longest = longest_line(row.answer or "")
    return longest <= width and longest < row.width


def _concerns(fault: FaultSpec, node: Node) -> bool:
    return fault.concerns(node.name, node.router.name)


def _working(world: World, node: Node) -> Hashable:
    """Does the node do its work as it did at first, with its paths and neighbours back after a restart?"""
    back = not node.restarts or world.clock.now() >= node.service_since + world.lasting("peers", node)
    return (node.up, node.service, world.reachable(node), tuple(node.broken.texts()), back)


def _complete(node: Node) -> Hashable:
    """All that is shown of a node: what it runs, holds and does, and how it is listed."""
    operation = node.operation
    return (
        node.release.name,
        node.current.type,
        node.state,
        operation and (operation.kind, operation.phase, operation.state),
        len(node.history),
        node.restarts,
        tuple(sorted(node.downloaded)),
        tuple(sorted(node.partial)),
        tuple(node.errors),
    )
