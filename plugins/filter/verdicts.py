# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that turn results of operations into text for people and data for the next job of a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_duration, parse_record_timestamp
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


def verdict_summary(results: Sequence[Mapping]) -> dict:
    """The verdicts as small data for the next job of a workflow: state, versions and reason of each node."""
    kept = ("state", "reason", "from_version", "to_version", "running_version", "started", "ended", "adopted")
    nodes = [node for result in results for node in _nodes(result or {})]
    return {str(_node_id(node)): {key: node.get(key) for key in kept} for node in nodes}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "verdict_lines": verdict_lines,
            "verdict_summary": verdict_summary,
            "verdict_table": verdict_table,
        }
