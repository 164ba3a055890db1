# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of the authority: running, one candidate per node and user, and exported copies.

A configuration is a list of flat lines, one full path each, as `show config running flat` prints it. The content of a
real export is not documented; here it is those lines, gzipped.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from .files import EXPORTS

if TYPE_CHECKING:
    from .world import Node, World


class Authority:
    def __init__(self, world: World) -> None:
        self._world = world
        self.running = _lines(world)
        self.version = int(world.clock.now()) - 86400
        self.commits = 0
        self._candidates: dict[tuple[str, str], list[str]] = {}
        for name in world.scenario.exports:
            for node in world.conductors:
                self.write_export(node, name, self.running, world.clock.now() - 864000)
        for fault in world.faults.every("dirty_candidate"):
            for node in world.find(fault.node, None) or world.conductors:
                for user in [fault["user"]] if fault["user"] else [user.name for user in world.scenario.users]:
                    self.set_candidate(node, user, [*self.running, "config authority name Somebody-was-here"])

    # --- candidates -------------------------------------------------------------------------------------------

    def candidate(self, node: Node, user: str) -> list[str]:
        return list(self._candidates.get((node.node_id, user), self.running))

    def set_candidate(self, node: Node, user: str, lines: list[str]) -> None:
        self._candidates[node.node_id, user] = list(lines)

    def discard(self, node: Node, user: str) -> None:
        self._candidates.pop((node.node_id, user), None)

    def is_dirty(self, node: Node, user: str) -> bool:
        own = self._candidates.get((node.node_id, user))
        return own is not None and own != self.running

    def dirty_users(self, node: Node) -> list[str]:
        return [user for node_id, user in self._candidates if node_id == node.node_id and self.is_dirty(node, user)]

    def forget_candidates(self, node: Node) -> None:
        """A reboot loses the candidates of everybody on that node (since 5.3)."""
        self._candidates = {key: lines for key, lines in self._candidates.items() if key[0] != node.node_id}

    def commit(self, node: Node, user: str) -> None:
        self.running = self.candidate(node, user)
        self.discard(node, user)
        self.version = int(self._world.clock.now())
        self.commits += 1
        self._world.journal.add("commit", node=node.node_id, user=user)

    # --- exports ----------------------------------------------------------------------------------------------

    def write_export(self, node: Node, name: str, lines: list[str], now: float) -> str:
        path = f"{EXPORTS}/{with_suffix(name)}"
        node.files.put(path, pack(lines), now)
        return path

    def read_export(self, node: Node, name: str) -> list[str] | None:
        file = node.files.get(f"{EXPORTS}/{with_suffix(name)}")
        if not file or not file.readable:
            return None
        return unpack(file.data)


def with_suffix(name: str) -> str:
    return name if name.endswith(".gz") else f"{name}.gz"


def pack(lines: list[str]) -> bytes:
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)


def unpack(data: bytes) -> list[str] | None:
    """The lines of an export, or None when it is not one."""
    try:
        lines = gzip.decompress(data).decode().splitlines()
    except (OSError, EOFError, UnicodeDecodeError):
        return None
    return lines if lines and all(line.startswith("config ") for line in lines) else None


def problems(lines: list[str]) -> list[str]:
    """What `validate` finds. Only what tests need: a line that says it is invalid."""
    return [line for line in lines if "invalid" in line.split()]


def indented(lines: list[str]) -> list[str]:
    """The usual form of `show config running`: one word of the path per level, closed by `exit`."""
    shown: list[str] = []
    open_path: list[str] = []
    for line in lines:
        path, value = _split(line)
        common = 0
        while common < min(len(path), len(open_path)) and path[common] == open_path[common]:
            common += 1
        for depth in range(len(open_path), common, -1):
            shown.append("    " * (depth - 1) + "exit")
        for depth in range(common, len(path)):
            shown.append("    " * depth + path[depth])
        open_path = path
        if value:
            shown.append("    " * len(path) + value)
    for depth in range(len(open_path), 0, -1):
        shown.append("    " * (depth - 1) + "exit")
    return shown


_KEYED = {"router", "node", "service", "tenant", "access-policy"}


def _split(line: str) -> tuple[list[str], str]:
    """`config authority router R asset-id X` -> (['config', 'authority', 'router R'], 'asset-id X')."""
    words = line.split()
    path: list[str] = []
    index = 0
    while index < len(words):
        if words[index] in _KEYED and index + 1 < len(words):
            path.append(f"{words[index]} {words[index + 1]}")
            index += 2
        elif words[index] in ("config", "authority", "system", "software-update"):
            path.append(words[index])
            index += 1
        else:
            break
    return path, " ".join(words[index:])


def _lines(world: World) -> list[str]:
    lines = ["config authority name Authority128"]
    for router in world.routers.values():
        if not router.configured:
            continue
        base = f"config authority router {router.name}"
        lines.append(f"{base} name {router.name}")
        for node in router.nodes:
            role = "conductor" if router.conductor else "combo"
            lines.append(f"{base} node {node.name} name {node.name}")
            lines.append(f"{base} node {node.name} asset-id {node.asset_id}")
            lines.append(f"{base} node {node.name} role {role}")
    return lines + list(world.scenario.configuration)
