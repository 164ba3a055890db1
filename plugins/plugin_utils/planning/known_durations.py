# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a router takes: by what its own nodes took the last time, else by what is typical in this run. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..software.node_id import NodeId
from .durations import Durations
from .plan import RouterPlan, expected_time
from .sequencing import POLICIES

#: Two nodes that download side by side end with the slower of them: so much later than one, where nothing is known.
_SIDE_BY_SIDE = 1.25


@dataclass(frozen=True)
class KnownDurations:
    """Seconds that the last operation of a node took, of those nodes where that was measured, by kind of operation.

    ``upgrade``: from the request until the node was settled; ``download``: until the release was there.
    """

    upgrade: Mapping[NodeId, float] = field(default_factory=dict)
    download: Mapping[NodeId, float] = field(default_factory=dict)


def slot_seconds(plan: RouterPlan, durations: Durations, known: KnownDurations) -> float:
    """How long a router keeps a slot of the upgrades once its release is there."""
    typical = durations.typical("upgrade")
    there = [replace(node, download="none") for node in plan.nodes]
    own = [known.upgrade.get(NodeId(node.router, node.node), typical) - typical for node in there if node.counts]
    policy = POLICIES[plan.sequencing]
    more = (sum(own) if policy.one_after_the_other else max(own)) if own else 0.0
    return expected_time(there, plan.sequencing, durations) + more


def chain_seconds(plans: Sequence[RouterPlan], durations: Durations, known: KnownDurations) -> dict[str, float]:
    """How long each router keeps a slot, together with those that wait for its end: the rest of its exclusive group.

    The routers of a group are done one after the other, the longest of each wave first.
    """
    own = {plan.router: slot_seconds(plan, durations, known) for plan in plans}
    chain: dict[str | None, float] = {}
    seconds = {}
    order = sorted(plans, key=lambda plan: (plan.wave, -own[plan.router]))
    for plan in reversed(order):
        before = chain.get(plan.group, 0.0) if plan.group is not None else 0.0
        seconds[plan.router] = chain[plan.group] = before + own[plan.router]
    return seconds


def download_seconds(plan: RouterPlan, durations: Durations, known: KnownDurations) -> float:
    """How long a router keeps a place of the downloads; 0 where nothing is to be brought to it."""
    needed = [node for node in plan.nodes if node.needed and node.download in ("needed", "unknown")]
    if not needed:
        return 0.0
    typical = durations.typical("download")
    seconds = [known.download.get(NodeId(node.router, node.node)) for node in needed]
    if one_by_one(plan):
        return sum(typical if one is None else one for one in seconds)
    if len(seconds) > 1 and all(one is None for one in seconds):
        return typical * _SIDE_BY_SIDE
    return max(typical if one is None else one for one in seconds)


def one_by_one(plan: RouterPlan) -> bool:
    """True if each node has a download of its own: one request for the whole router serves all nodes at once."""
    return POLICIES[plan.sequencing].by_node and not all(node.needed for node in plan.nodes)
