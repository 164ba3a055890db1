# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of routers that are not worked on. Pure: from their plans, and from what became of their downloads."""

from __future__ import annotations

from collections.abc import Iterable

from ..planning.plan import NodePlan, RouterPlan
from .events import Downloaded, NodeEnded
from .join_text import sentences
from .node_log import apply
from .results import NodeResult

_NOTHING = "nothing was sent"
#: What became of a download that was sent.
IS_THERE, MAY_GO_ON = "The release is there", "Its download was asked for, and may go on"


def with_downloads(results: list[NodeResult], downloads: list[NodeResult]) -> list[NodeResult]:
    """The results of routers that were not upgraded, with what was sent and told of their downloads."""
    by_node = {download.node: Downloaded(download) for download in downloads}
    return [apply(result, by_node[result.node]) if result.node in by_node else result for result in results]


def results_of(plan: RouterPlan, state: str | None = None, reason: str | None = None) -> list[NodeResult]:
    """The results of a router that is not worked on, from its plan. A router that has no nodes is its own result."""
    state = state or plan.state
    if not plan.nodes:
        return [apply(NodeResult(plan.router, ""), NodeEnded(state, reason or plan.reason))]
    results = []
    for node in plan.nodes:
        own = "up_to_date" if state == "planned" and not node.needed and not node.running else state
        why = reason or (node.reason if state in ("planned", "up_to_date") else "") or plan.reason
        results.append(_untouched(node, own, why))
    return with_left_alone(plan, results)


def with_left_alone(plan: RouterPlan, results: list[NodeResult]) -> list[NodeResult]:
    """The results of a router, with those of its nodes that are away while the others are handled."""
    named = {result.node for result in results}
    return results + [_untouched(node, "skipped", node.reason) for node in plan.left_alone if node.node not in named]


def with_download(result: NodeResult, download: str) -> NodeResult:
    """The result of a node of which nothing but its download was sent. ``download``: what became of it, a sentence."""
    if result.accepted or not result.reason.startswith(_NOTHING):
        return result
    reason = sentences(f"its upgrade was not sent{result.reason[len(_NOTHING) :]}", download)
    return apply(result, NodeEnded(result.state, reason))


def _untouched(node: NodePlan, state: str, reason: str) -> NodeResult:
    result = NodeResult(
        node.router,
        node.node,
        from_version=node.from_version,
        running_version=node.from_version,
        to_version=node.to_version,
        install_type=node.install_type,
    )
    return apply(result, NodeEnded(state, reason))


def planned_results(plans: Iterable[RouterPlan]) -> list[NodeResult]:
    """What check mode returns: the plan, as results."""
    return [result for plan in plans for result in results_of(plan)]
