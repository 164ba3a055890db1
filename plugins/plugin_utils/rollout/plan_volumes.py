# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode only: reads the volumes of the nodes in a plan, and blocks the plans that the run would block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..pcli.errors import PcliError
from ..pcli.waiting import Blocking, finish
from ..planning.eligibility import Rules
from ..planning.plan import NodePlan, RouterPlan
from ..planning.volume_rules import Rollback
from ..software.node_id import NodeId
from .boot_volumes import ask_boot_volume, ask_rollback
from .context import RunContext

#: Of so many nodes a plan tells what is selected for their next boot: a question to each takes about a second.
_NODES_IN_A_PLAN = 50


def judged_by_volumes(context: RunContext, plans: Sequence[RouterPlan], rules: Rules) -> list[RouterPlan]:
    """The same plans; blocked is a router with a node that must not be sent anything (rule 39).

    Each node of a revert is asked, since where it leads is the whole of its plan. Before an upgrade or a downgrade the
    first few dozen are, so that a plan for thousands stays a matter of minutes; the run itself asks each of them.
    """
    judged, left = [], _NODES_IN_A_PLAN
    for plan in plans:
        node_ids = (
            [(plan.router, node.node) for node in plan.nodes if _is_fresh(node)] if plan.state == "planned" else []
        )
        if rules.revert or len(node_ids) <= left:
            left -= len(node_ids)
            plan = _judged(context, plan, node_ids, rules)
        judged.append(plan)
    return judged


def _is_fresh(node: NodePlan) -> bool:
    """Would something be sent to this node, and may it have volumes?"""
    return node.needed and node.running is None and node.install_type != "package"


def _judged(context: RunContext, plan: RouterPlan, node_ids: Sequence[NodeId], rules: Rules) -> RouterPlan:
    notes = []
    for node_id in node_ids:
        try:
            back, prints = _ask(context, node_id, rules)
        except PcliError as error:
            back, prints = Rollback(warning=f"what its volumes hold could not be read: {error}"), False
        if back.refused:
            reason = f"{node_id[1]}: {back.refused}"
            return replace(plan, state="blocked", reason=reason, expected=0.0, outage=0.0, way_back="none")
        notes += [f"{node_id[1]}: {back.warning}"] if back.warning else []
        if not prints:
            break
    return replace(plan, notes=(*plan.notes, *notes))


def _ask(context: RunContext, node_id: NodeId, rules: Rules) -> tuple[Rollback, bool]:
    """What is known of the node, and whether its peer is worth a question too."""
    waiting = Blocking(context.clock)
    if rules.revert:
        return finish(ask_rollback(context.conductor, node_id, rules.of(node_id[0]).version_text, waiting)), True
    operation = "downgrade" if rules.downgrade else "upgrade"
    return finish(ask_boot_volume(context, node_id, operation, waiting))
