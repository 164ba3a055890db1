# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which node of a pair leads it, when a rollout is planned and when the router starts: the leading one comes last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from ..conductor.client import Conductor
from ..pcli.errors import PcliError
from ..pcli.waiting import Steps
from ..planning.eligibility import NodeFacts, Rules
from ..planning.plan import RouterPlan
from ..planning.sequencing import ORDERS, POLICIES, requested
from ..software.node_id import NodeId
from ..software.system import primary_node
from ..software.targets import Target
from ..software.versions import satisfies
from .context import RunContext


def primaries(
    conductor: Conductor, targets: Sequence[Target], facts: Mapping[NodeId, NodeFacts], rules: Rules
) -> dict[str, str | None]:
    """The leading node of each pair whose order depends on it; None where it is not known."""
    pairs = [target for target in targets if order_depends_on_primary(target, facts, rules)]
    return {target.router: primary_of(conductor, target.router, target.nodes) for target in pairs}


def order_depends_on_primary(target: Target, facts: Mapping[NodeId, NodeFacts], rules: Rules) -> bool:
    """True if both nodes of a pair are to be moved one after the other, the standby first."""
    by_node = requested(rules.sequencing, rules.simultaneous).where(rules.takes_nodes).by_node
    if not ORDERS[rules.order].standby_first or not by_node:
        return False
    if not target.whole or len(target.nodes) < 2 or target.router == rules.conductor_router:
        return False
    nodes = [facts[node_id] for node_id in target.node_ids if node_id in facts]
    wanted = rules.of(target.router).version
    to_move = [node for node in nodes if node.settled and not (node.version and satisfies(node.version, wanted))]
    return len(to_move) > 1


def primary_of(conductor: Conductor, router: str, nodes: Sequence[str]) -> str | None:
    """The node of a pair whose routingManager is primary; None where that is not known."""
    try:
        return primary_node(conductor.processes(router) or (), nodes=nodes)
    except PcliError:
        return None


def order_now(context: RunContext, plan: RouterPlan, order: str) -> Steps[tuple[str, ...]]:
    """The order of the plan, unless another node leads by now, which may be hours later."""
    nodes = tuple(node.node for node in plan.nodes)
    both = all(node.needed and node.running is None for node in plan.nodes)
    by_node = POLICIES[plan.sequencing].by_node
    if not ORDERS[order].standby_first or not by_node or len(nodes) < 2 or not both:
        return nodes
    primary = yield from context.waiting.ask(partial(primary_of, context.conductor, plan.router, nodes))
    if primary is None or primary not in nodes or nodes[-1] == primary:
        return nodes
    context.tell(f"{plan.router}: {primary} leads its routingManager now, so it comes last")
    return tuple(sorted(nodes, key=lambda node: node == primary))
