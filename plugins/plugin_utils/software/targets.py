# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Targets: which routers and nodes a user means, among those that the conductor knows. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from .assets import Asset
from .names import check_word


class TargetError(ValueError):
    """A target or an option that cannot be what the user meant. Its text names the field and what is accepted."""


@dataclass(frozen=True)
class Target:
    """A router and those of its nodes that are meant, in order. ``whole``: all of them, the router was named alone."""

    router: str
    nodes: tuple[str, ...]
    whole: bool

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """(router, node) of each node."""
        return tuple((self.router, node) for node in self.nodes)


def resolve_targets(raw: Sequence[object], assets: Sequence[Asset], here: tuple[str, str]) -> list[Target]:
    """What ``targets`` means, in its order. The session's own node counts as known even if no asset lists it.

    Raises TargetError for an empty list, an unknown router or node, and a router that is named twice.
    """
    known: dict[str, list[str]] = {here[0]: []}
    for asset in assets:
        if asset.router and asset.node:
            known.setdefault(asset.router, []).append(asset.node)
    if here[1] not in known[here[0]]:
        known[here[0]].append(here[1])
    if not raw:
        raise TargetError("targets is empty. Name routers, or mappings of router and node.")
    targets = [_resolve(entry, known) for entry in raw]
    places = [place for target in targets for place in target.places]
    for place in places:
        if places.count(place) > 1:
            raise TargetError(f"targets names node {place[1]} of router {place[0]} more than once.")
    return targets


def _resolve(entry: object, known: dict[str, list[str]]) -> Target:
    if isinstance(entry, str):
        entry = {"router": entry}
    if not isinstance(entry, dict) or not set(entry) <= {"router", "node"} or "router" not in entry:
        raise TargetError(
            f"targets holds {entry!r}. Give the name of a router as text, or a mapping of 'router' and 'node'."
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
    near = difflib.get_close_matches(name, known, 3)
    if near:
        return f" Did you mean {' or '.join(near)}?"
    return f" It knows: {', '.join(sorted(known)[:20])}{' …' if len(known) > 20 else ''}."
