# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which requests a conductor takes: the nodes that they are for, the build that they name, and why it says no.

The PCLI and the web interface decide by it. `shell` is whoever asks: a login of the PCLI, or a caller of the API.
"""

from __future__ import annotations

from typing import Any

from .answer import Refused
from .releases import Release
from .selection import by_router, nodes
from .world import Node


def targets(shell: Any, args: dict[str, Any]) -> list[Node]:
    """The nodes in the order in which they will be served. Before 6.3 it is always the node itself."""
    if not shell.modern:
        return [shell.node]
    chosen = nodes(shell, args)
    if "node" in args:
        return chosen
    return [node for pair in by_router(chosen) for node in in_order(shell, pair)]


def split(shell: Any, chosen: list[Node]) -> tuple[list[Node], list[Node]]:
    """(those that can be told, those that are away) of many routers; one router is told whole or refused."""
    if len(by_router(chosen)) < 2:
        return chosen, []
    reached = [node for node in chosen if node is shell.node or shell.world.reachable(node)]
    return reached, [node for node in chosen if node is not shell.node and not shell.world.reachable(node)]


def in_order(shell: Any, pair: list[Node]) -> list[Node]:
    behaviour = shell.scenario.behaviour
    order = behaviour.conductor_order if pair[0].conductor else behaviour.router_order
    if order == "standby_first":
        return sorted(pair, key=lambda node: node.primary)
    if order == "local_last":
        return sorted(pair, key=lambda node: node is shell.node)
    return pair


def release_of(shell: Any, text: str) -> Release:
    """The release that a user names. Raises Refused where this node does not offer it."""
    release = shell.world.release_for(text)
    if release is None or (shell.world.withdrawn(release) and release.name not in shell.node.downloaded):
        raise Refused(f"Version '{text}' is not available")
    return release


def reachable(shell: Any, chosen: list[Node]) -> None:
    """I95-56628: a pair on both sides of 6.3 cannot drive its other node."""
    for node in chosen:
        if node is not shell.node and node.conductor and shell.world.blackout:
            raise Refused(
                f"The requested resource could not be found: node '{node.name}' in router '{node.router.name}'"
            )
        if node is not shell.node and not shell.world.reachable(node):
            raise Refused(f"Node '{node.node_id}' is disconnected")


def idle(chosen: list[Node], shell: Any) -> None:
    for node in chosen:
        if node.operation:
            if node.operation.kind != "download":
                shell.world.violate(
                    f"a request was sent for {node.node_id} while {node.operation.kind} was running there"
                )
            raise Refused(f"A software {node.operation.kind} is already in progress on {node.node_id}")


def refused_by_fault(shell: Any, kind: str, chosen: list[Node]) -> None:
    """Raises Refused where a fault of one of these nodes says so."""
    for node in chosen:
        fault = shell.world.faults.take("request_refused_words", node.name, node.router.name, command=kind)
        if fault:
            raise Refused(fault["text"])
        if kind in ("upgrade", "downgrade"):
            fault = shell.world.faults.take("pre_check_refuses", node.name, node.router.name, when="at_once")
            if fault:
                raise Refused(fault["text"])


def _fits(shell: Any, kind: str, release: Release, chosen: list[Node]) -> None:
    conductor = max((node.release for node in shell.world.conductors), key=lambda release: release.key)
    for node in chosen:
        if kind == "upgrade" and release.key == node.release.key and len(chosen) == 1:
            raise Refused(f"{node.node_id} is already running version {release.offered}")
        if kind == "upgrade" and release.key < node.release.key:
            raise Refused(f"Version {release.offered} is lower than the running version of {node.node_id}")
        if kind == "downgrade" and release.key >= node.release.key:
            raise Refused(f"Version {release.offered} is not lower than the running version of {node.node_id}")
        if not node.conductor and release.key[:3] > conductor.key[:3]:
            raise Refused(f"Version {release.offered} is newer than the version of the conductor")
        if kind != "download" and _needs_download(shell, node) and release.name not in node.downloaded:
            raise Refused(f"Version {release.offered} has not been downloaded on {node.node_id}")


def _needs_download(shell: Any, node: Node) -> bool:
    behaviour = shell.scenario.behaviour
    return behaviour.conductor_needs_download if node.conductor else behaviour.router_needs_download


def left_to_do(kind: str, chosen: list[Node], release: Release | None) -> list[Node]:
    """A half-done pair: the node that runs the release already is left alone."""
    return [node for node in chosen if kind != "upgrade" or node.release != release]


def check(shell: Any, kind: str, release: Release | None, chosen: list[Node], args: dict[str, Any]) -> None:
    reachable(shell, chosen)
    idle(chosen, shell)
    if args.get("simultaneous") and "node" in args:
        raise Refused("'simultaneous' is only valid when targeting a router")
    if release:
        _fits(shell, kind, release, chosen)
    pairs = any(len(pair) > 1 for pair in by_router(chosen))
    if kind == "downgrade" and pairs and not args.get("simultaneous"):
        raise Refused("A sequenced downgrade is not supported; target a single node or use 'simultaneous'")
    once = kind == "download" and shell.scenario.behaviour.download_again == "refused"
    if once and release and all(release.name in node.downloaded for node in chosen):
        raise Refused(f"Version {release.offered} is already downloaded on {chosen[0].node_id}")
    if kind == "revert":
        _may_revert(shell, chosen)
    if all(node.release == release for node in chosen) and kind == "upgrade":
        raise Refused(f"{chosen[0].router.name} is already running version {args['version']}")


def _may_revert(shell: Any, chosen: list[Node]) -> None:
    for node in chosen:
        fault = shell.world.faults.take("revert_fails", node.name, node.router.name, how="refused")
        if fault:
            raise Refused(fault["text"])
        if node.previous is None:
            raise Refused(f"{node.node_id} has no previous version to revert to")
