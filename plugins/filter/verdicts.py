# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that turn results of operations into text for people and data for the next job of a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_duration, parse_record_timestamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.join_text import sentences
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, two_versions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import satisfies, spelled, try_parse


def nodes_of(result: Mapping) -> list[Mapping]:
    """The nodes in the result of an operation, in the order in which it has them."""
    return [node for entry in (result.get("by_router") or {}).values() for node in entry.get("nodes") or []]


def node_id_of(node: Mapping) -> NodeId:
    """The id of a node of a result."""
    return NodeId(node["router"], node["node"])


def verdict_lines(results: Sequence[Mapping] | Mapping, download: bool = False) -> list[str]:
    """A line for each node: its state, from which version to which, and why. Nodes with the same to say share one.

    ``download``: nothing but a download was to be done, so no node goes from a version to another one.
    """
    if isinstance(results, Mapping):
        results = [results]
    if not isinstance(results, Sequence) or isinstance(results, str):
        raise AnsibleFilterError("verdict_lines takes the result of an operation, or a list of such results.")
    lines = []
    for result in results:
        said: dict[tuple, list[Mapping]] = {}
        for node in nodes_of(result or {}):
            key = (node["router"], node["state"], _versions(node, download), node["reason"])
            said.setdefault(key, []).append(node)
        for (_router, state, versions, reason), nodes in said.items():
            names = ", ".join(str(node_id_of(node)) for node in nodes)
            lines.append(f"{names}: {state.upper()} ({versions}): {reason}")
            warnings = dict.fromkeys(line for node in nodes for line in node.get("warnings") or [])
            lines += [f"    warning: {line}" for line in warnings]
    return lines


def _versions(node: Mapping, download: bool) -> str:
    """From which release to which, or what still runs where the other one was only downloaded."""
    before, wanted = spelled(node.get("from_version")) or "?", spelled(node.get("to_version")) or "?"
    running, target = try_parse(node.get("running_version")), try_parse(node.get("to_version"))
    other = running and target and satisfies(running, target) is False
    if download or (node["state"] in ("done", "up_to_date") and other):
        runs = spelled(running.text) if running else before
        return f"download of {wanted}" if runs == "?" else f"runs {runs}; download of {wanted}"
    return f"{before} to {wanted}"


def verdict_table(results: Sequence[Mapping]) -> list[str]:
    """The nodes as a table: state, versions, and duration."""
    return node_table([node for result in results for node in nodes_of(result or {})])


def node_table(nodes: Sequence[Mapping], download: bool = False) -> list[str]:
    """A row for each node. What it runs has a column only where that is not the target: a line has 80 at most.

    ``?``: it could not be learned, and ``-``: nobody asked. ``download``: nothing but a download was to be done.
    """
    rows = [("NODE", "STATE", "FROM", "TO", "RUNS", "TOOK")]
    for node in nodes:
        versions = [spelled(node.get(name)) or "?" for name in ("from_version", "to_version", "running_version")]
        rows.append((str(node_id_of(node)), node["state"], *versions, _took(node)))
    if download:
        rows = [row[:2] + (row[4], row[3], row[5]) for row in rows]
        rows[0] = ("NODE", "STATE", "RUNS", "DOWNLOAD", "TOOK")
    elif all(row[4] in (row[3], "-") for row in rows[1:]):
        rows = [row[:4] + row[5:] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def after_health(result: Mapping, health: Mapping) -> dict:
    """The result of a revert of conductor nodes, in which the check of their health after it counts.

    ``health``: what M(sessionsmart.ssr.health_check) returned, or failed with; one that was skipped says nothing.
    """
    known = "blocked" in health
    if health.get("skipped") or (known and not health["blocked"]) or not (known or health.get("failed")):
        return dict(result)
    state, routers = ("held" if _unreadable(health) else "failed"), {}
    for router, entry in (result.get("by_router") or {}).items():
        if not STATES[entry["state"]].ok:
            routers[router] = entry
            continue
        what = ((health.get("by_router") or {}).get(router) or {}).get("reason") or health.get("msg")
        how = (
            "its health is unknown" if state == "held" else "it is not healthy" if known else "it could not be checked"
        )
        runs = [(node["node"], node.get("running_version")) for node in entry["nodes"]]
        apart = two_versions([*runs, *(result.get("other_nodes") or {}).items()])
        nodes = [
            {**node, "state": state, "reason": sentences(f"runs {spelled(running)}, but {how}: {what}", apart)}
            for node, (_name, running) in zip(entry["nodes"], runs, strict=True)
        ]
        routers[router] = {**entry, "state": state, "reason": nodes[0]["reason"], "nodes": nodes}
    return {**result, "by_router": routers, "msg": "; ".join(_sentence(entry) for entry in routers.values())}


def _sentence(entry: Mapping) -> str:
    names = ", ".join(str(node_id_of(node)) for node in entry["nodes"])
    return f"{names} {entry['state']}: {entry['reason']}"


def _unreadable(health: Mapping) -> bool:
    """Whether nothing but the answer of the vendor's health check, which could not be read, holds the node."""
    failing = [check for check in health.get("checks") or [] if check.get("state") == "fail"]
    return bool(failing) and all(
        check.get("undetermined") and check.get("name") == "vendor_health_check" for check in failing
    )


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
    nodes = [node for result in results for node in nodes_of(result or {})]
    return {str(node_id_of(node)): {key: node.get(key) for key in kept} for node in nodes}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "after_health": after_health,
            "verdict_lines": verdict_lines,
            "verdict_summary": verdict_summary,
            "verdict_table": verdict_table,
        }
