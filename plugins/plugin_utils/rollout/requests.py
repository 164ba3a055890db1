# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests for a router, as the engine sends them and as a change document lists them: made here, once. Pure.

``conductor/command_builder`` puts them into the words of a release.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ..conductor.request import Request
from ..planning.plan import RouterPlan
from ..planning.sequencing import POLICIES
from ..software.node_id import NodeId


def of_plan(plan: RouterPlan, request: Request) -> Request:
    """The request of a run as it is for one router: with the version that its plan names. A revert sends none."""
    version = request.version and (plan.to_version or request.version)
    return replace(request, simultaneous=not POLICIES[plan.sequencing].one_after_the_other, version=version)


def node_by_node(sequencing: str, takes_nodes: bool) -> bool:
    """True if each node has a request of its own, which is proven before the next."""
    return POLICIES[sequencing].by_node and takes_nodes


def of_node(request: Request, node_id: NodeId) -> Request:
    """The request for one node."""
    return replace(request, router=node_id.router, node=node_id.node)


def of_router(
    request: Request, router: str, nodes: Sequence[str], whole: bool = True, takes_nodes: bool = True
) -> Request:
    """One request for all nodes of a router, or for its resource group.

    ``whole``: the router was named alone; otherwise a request without a node would reach further than what was named.
    """
    node = None if whole or not takes_nodes else nodes[0]
    return replace(request, router=None if request.resource_group else router, node=node)


def download_of(request: Request, router: str | None) -> Request:
    """The download that an upgrade or a downgrade needs."""
    return Request(
        "download",
        router=router,
        resource_group=request.resource_group,
        version=request.version,
        cohort_id=request.cohort_id,
        skip_version_check=request.operation == "downgrade",
    )


def download_for(request: Request) -> Request:
    """The download for what a request moves, once the conductor has refused it since the release is not there."""
    return replace(download_of(request, request.router), node=request.node)


def downloads_of(
    plan: RouterPlan, upgrade: Request, listed: Collection[str], sequenced: bool = False
) -> list[tuple[Request, tuple[NodeId, ...]]]:
    """One request for the router where all of its nodes need the release, else one for each that does.

    ``upgrade``: the request that the release is for; ``listed``: the nodes of the router in the list of assets.
    """
    needed = tuple(NodeId(node.router, node.node) for node in plan.nodes if node.needed)
    request = download_of(upgrade, plan.router)
    # A whole pair is served by one request, both nodes at once (CLI-7.2).
    whole = {node_id.node for node_id in needed} == set(listed)
    if POLICIES[plan.sequencing].by_node and not whole:
        return [(replace(request, node=node_id.node), (node_id,)) for node_id in needed]
    return [(replace(request, sequenced=sequenced and len(needed) > 1), needed)] if needed else []


def revert_of(node_id: NodeId, cohort_id: str | None = None, force: bool = True) -> Request:
    """The revert of one node."""
    return Request("revert", router=node_id.router, node=node_id.node, cohort_id=cohort_id, force=force)


def health_check_of(node_id: NodeId) -> Request:
    """The vendor's own health check of one node. It changes nothing."""
    return Request("health-check", router=node_id.router, node=node_id.node)
