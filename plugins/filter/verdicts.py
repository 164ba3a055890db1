# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that turn results of operations into text for people and data for the next job of a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_duration, parse_record_timestamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.revert_rules import ROLLBACK_BELOW_63
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId


def _nodes(result: Mapping) -> list[Mapping]:
    return [node for entry in (result.get("by_router") or {}).values() for node in entry.get("nodes") or []]


def _node_id(node: Mapping) -> NodeId:
    return NodeId(node["router"], node["node"])


def verdict_lines(results: Sequence[Mapping] | Mapping) -> list[str]:
    """One line for each node: its state, from which version to which, and why."""
    if isinstance(results, Mapping):
        results = [results]
    if not isinstance(results, Sequence) or isinstance(results, str):
        raise AnsibleFilterError("verdict_lines takes the result of an operation, or a list of such results.")
    lines = []
    for result in results:
        for node in _nodes(result or {}):
            before, wanted = node.get("from_version") or "?", node.get("to_version") or "?"
            lines.append(f"{_node_id(node)}: {node['state'].upper()} ({before} to {wanted}): {node['reason']}")
            lines += [f"    warning: {line}" for line in node.get("warnings") or []]
    return lines


def verdict_table(results: Sequence[Mapping]) -> list[str]:
    """The nodes as a table: state, versions, and duration."""
    rows = [("NODE", "STATE", "FROM", "TO", "TOOK")]
    for node in (node for result in results for node in _nodes(result or {})):
        now = node.get("to_version" if node["state"] == "planned" else "running_version")
        versions = (node.get("from_version") or "?", now or "?")
        rows.append((str(_node_id(node)), node["state"], *versions, _took(node)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _took(node: Mapping) -> str:
    try:
        return format_duration(
            (parse_record_timestamp(node["ended"]) - parse_record_timestamp(node["started"])).total_seconds()
        )
    except (KeyError, TypeError, ValueError):
        return "-"


def failure_story(
    parts: Sequence[Mapping], revert: Mapping | None = None, from_below_63: bool = False, second: bool = False
) -> str:
    """What failed, what was done about it, and what to do next: the final message of a rescue.

    ``from_below_63`` and ``second`` add the advice for a pair that comes from below 6.3 (upgrade_ibu_conductor).
    """
    bad = [_sentence(str(part["msg"])) for part in parts if part and part.get("failed") and part.get("msg")]
    story = " ".join(bad) or "The node is not in the expected state."
    nodes = _nodes(revert or {})
    if not nodes:
        outcome = "Nothing was reverted."
    else:
        node = nodes[0]
        outcome = {
            "done": f"The node was reverted: it {_sentence(node.get('reason'))}",
            "up_to_date": f"It runs {node.get('running_version')} again by itself.",
            "not_started": f"It was not reverted: {_sentence(_bare(node.get('reason')))}",
        }.get(
            node.get("state"),
            f"The revert is {node.get('state')}: {_sentence(node.get('reason'))} Look at the node by hand.",
        )
    advice = "No other node is touched. Fix the cause, then run the same playbook again."
    if from_below_63:
        advice += f" {ROLLBACK_BELOW_63}"
    if from_below_63 and second:
        advice += " All assets stay Disconnected until this node runs the new release as well: fix it first."
    return f"{story} {outcome} {advice}"


def _sentence(text: object) -> str:
    plain = str(text or "").strip()
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."


def _bare(reason: object) -> str:
    return str(reason or "").removeprefix("nothing was sent: ")


def final_verdict(upgrade: Mapping, later: Sequence[Mapping] = (), revert: Mapping | None = None) -> dict:
    """The result of an upgrade, combined with the later steps that failed, and with the revert.

    Both are about the node of the task, which is the first in the result; a peer that was upgraded by itself keeps its
    own verdict.
    """
    routers = {
        router: {**entry, "nodes": [dict(node) for node in entry.get("nodes") or []]}
        for router, entry in (upgrade.get("by_router") or {}).items()
    }
    node = next((node for entry in routers.values() for node in entry["nodes"]), None)
    if node is None:
        return {"by_router": routers}
    failed = [step for step in later if step and step.get("failed") and step.get("msg")]
    if failed:
        # If only the comparison fails, something else was lost, as for a router: the node itself is done.
        state = "held" if all(_lost_only(step) for step in failed) else "failed"
        node.update(state=state, reason=" ".join(str(step["msg"]) for step in failed))
    for reverted in _nodes(revert or {})[:1]:
        if reverted.get("state") in ("done", "up_to_date"):
            node.update(state="reverted", reason=f"{node['reason']} Then reverted: {reverted.get('reason')}")
        elif reverted.get("state") == "not_started":
            node["warnings"] = [*(node.get("warnings") or []), f"not reverted: {_bare(reverted.get('reason'))}"]
        else:
            node.update(state=reverted.get("state"), reason=f"{node['reason']} The revert: {reverted.get('reason')}")
        node["running_version"] = reverted.get("running_version") or node.get("running_version")
        node["ended"] = reverted.get("ended") or node.get("ended")
    return {"by_router": routers}


def _lost_only(step: Mapping) -> bool:
    """Whether only the comparison with the state before has failed in a health check."""
    bad = [
        check for check in step.get("checks") or () if check.get("state") == "fail" and check.get("severity") == "block"
    ]
    return {check.get("name") for check in bad} == {"comparison"}


def verdict_summary(results: Sequence[Mapping]) -> dict:
    """The verdicts as small data for the next job of a workflow: state, versions and reason of each node."""
    kept = ("state", "reason", "from_version", "to_version", "running_version", "started", "ended", "adopted")
    nodes = [node for result in results for node in _nodes(result or {})]
    return {str(_node_id(node)): {key: node.get(key) for key in kept} for node in nodes}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "failure_story": failure_story,
            "final_verdict": final_verdict,
            "verdict_lines": verdict_lines,
            "verdict_summary": verdict_summary,
            "verdict_table": verdict_table,
        }
