# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Targets: resolves what a user names to routers and nodes that the conductor knows. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from .assets import Asset
from .names import check_word
from .node_id import NodeId


class TargetError(ValueError):
    """A target or an option that is not valid. The message names the field and what is accepted."""


@dataclass(frozen=True)
class Target:
    """A router and its selected nodes, in order. ``whole``: all of its nodes, because only the router was named."""

    router: str
    nodes: tuple[str, ...]
    whole: bool

    @property
    def node_ids(self) -> tuple[NodeId, ...]:
        """The id of each node."""
        return tuple(NodeId(self.router, node) for node in self.nodes)


def resolve_targets(raw: Sequence[object], assets: Sequence[Asset], local_node: tuple[str, str]) -> list[Target]:
    """Resolve the option ``targets``, in its order. The session's own node is known even if no asset lists it.

    Raises TargetError for an empty list, an unknown router or node, and a node that is named twice.
    """
    local_router, local_name = local_node
    known: dict[str, list[str]] = {local_router: []}
    for asset in assets:
        if asset.router and asset.node:
            known.setdefault(asset.router, []).append(asset.node)
    if local_name not in known[local_router]:
        known[local_router].append(local_name)
    if not raw:
        raise TargetError("targets is empty. Name routers, or mappings of router and node.")
    targets = [_resolve(entry, known) for entry in raw]
    node_ids = [node_id for target in targets for node_id in target.node_ids]
    for node_id in node_ids:
        if node_ids.count(node_id) > 1:
            raise TargetError(f"targets names node {node_id.node} of router {node_id.router} more than once.")
    return targets


def each_router_once(targets: Sequence[Target]) -> list[Target]:
    """Two targets that name the nodes of one router are one: else both nodes could be worked on at once."""
    merged: dict[str, Target] = {}
    for target in targets:
        before = merged.get(target.router)
        nodes = tuple(dict.fromkeys((*(before.nodes if before else ()), *target.nodes)))
        merged[target.router] = Target(target.router, nodes, target.whole or bool(before and before.whole))
    return list(merged.values())


def _resolve(entry: object, known: dict[str, list[str]]) -> Target:
    if isinstance(entry, str):
        entry = {"router": entry}
    if not isinstance(entry, dict) or not set(entry) <= {"router", "node"} or "router" not in entry:
        raise TargetError(
            f"targets contains {entry!r}. Give the name of a router as text, or a mapping of 'router' and 'node'."
        )
    router = check_word(entry["router"], "router")
    if router not in known:
        raise TargetError(f"The conductor knows no router '{router}'.{_close(router, list(known))}")
    if entry.get("node") is None:
        return Target(router, tuple(dict.fromkeys(known[router])), True)
    node = check_word(entry["node"], "node")
    if node not in known[router]:
        raise TargetError(f"Router {router} has no node '{node}'; it has: {', '.join(known[router])}.")
    return Target(router, (node,), False)


def _close(name: str, known: list[str]) -> str:
    similar = difflib.get_close_matches(name, known, 3)
    if similar:
        return f" Did you mean {' or '.join(similar)}?"
    return f" It knows: {', '.join(sorted(known)[:20])}{' …' if len(known) > 20 else ''}."
