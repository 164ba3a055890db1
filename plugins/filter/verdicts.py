# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that turn results of operations into text for people and data for the next job of a workflow."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_duration, parse_record_timestamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.join_text import sentences
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, two_versions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import never_begun
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import satisfies, spelled, try_parse

#: Where the role keeps what became of the nodes of a conductor; what stands later overrides: a review has those that
#: have relapsed.
_CONDUCTOR_RESULTS = ("conductor_upgrade_verdict", "conductor_upgrade_reviewed", "conductor_upgrade_revert_result")


def _nodes(result: Mapping) -> list[Mapping]:
    return [node for entry in (result.get("by_router") or {}).values() for node in entry.get("nodes") or []]


def _node_id(node: Mapping) -> NodeId:
    return NodeId(node["router"], node["node"])


def verdict_lines(results: Sequence[Mapping] | Mapping) -> list[str]:
    """A line for each node: its state, from which version to which, and why. Nodes with the same to say share one."""
    if isinstance(results, Mapping):
        results = [results]
    if not isinstance(results, Sequence) or isinstance(results, str):
        raise AnsibleFilterError("verdict_lines takes the result of an operation, or a list of such results.")
    lines = []
    for result in results:
        said: dict[tuple, list[Mapping]] = {}
        for node in _nodes(result or {}):
            said.setdefault((node["router"], node["state"], _versions(node), node["reason"]), []).append(node)
        for (_router, state, versions, reason), nodes in said.items():
            names = ", ".join(str(_node_id(node)) for node in nodes)
            lines.append(f"{names}: {state.upper()} ({versions}): {reason}")
            warnings = dict.fromkeys(line for node in nodes for line in node.get("warnings") or [])
            lines += [f"    warning: {line}" for line in warnings]
    return lines


def _versions(node: Mapping) -> str:
    """From which release to which, or what still runs where the other one was only downloaded."""
    before, wanted = spelled(node.get("from_version")) or "?", spelled(node.get("to_version")) or "?"
    running, target = try_parse(node.get("running_version")), try_parse(node.get("to_version"))
    if node["state"] in ("done", "up_to_date") and running and target and satisfies(running, target) is False:
        return f"runs {spelled(running.text)}; download of {wanted}"
    return f"{before} to {wanted}"


def verdict_table(results: Sequence[Mapping]) -> list[str]:
    """The nodes as a table: state, versions, and duration."""
    return _table([node for result in results for node in _nodes(result or {})])


def _table(nodes: Sequence[Mapping]) -> list[str]:
    """What a node runs has a column of its own only where that is not the target: a line has 80 columns at most."""
    rows = [("NODE", "STATE", "FROM", "TO", "RUNS", "TOOK")]
    for node in nodes:
        versions = [spelled(node.get(name)) or "?" for name in ("from_version", "to_version", "running_version")]
        rows.append((str(_node_id(node)).rstrip("."), node["state"], *versions, _took(node)))
    if all(row[3] == row[4] for row in rows[1:]):
        rows = [row[:4] + row[5:] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def conductor_lines(
    hostvars: Mapping,
    hosts: Sequence[str],
    complete: bool,
    waiting: Sequence[str] = (),
    files: Mapping[str, str] | None = None,
) -> list[str]:
    """The last lines about a conductor: a row for each node, also one that had no turn, and what was never begun.

    ``hosts``: its nodes, in their order; ``complete``: the run has come to its end; ``waiting``: the routers whose turn
    comes after the conductor; ``files``: paths on the controller by what they are, of which those that exist are named.
    """
    nodes: dict[NodeId, Mapping] = {}
    for variables in (hostvars[host] for host in hosts):
        for name in _CONDUCTOR_RESULTS:
            for node in _nodes(variables.get(name) or {}):
                nodes[_node_id(node)] = {**nodes.get(_node_id(node), {}), **node}
    wanted = next((node["to_version"] for node in nodes.values() if node.get("to_version")), None)
    for host in hosts:
        before = hostvars[host].get("conductor_upgrade_before") or {}
        node_id = NodeId(str(before.get("router") or ""), str(before.get("node") or host))
        running = before.get("running")
        row = {"router": node_id.router, "node": node_id.node, "from_version": running, "running_version": running}
        state = "blocked" if (hostvars[host].get("conductor_upgrade_precheck") or {}).get("blocked") else "not_started"
        nodes.setdefault(node_id, {**row, "to_version": wanted, "state": state})
    lines = [*_table(list(nodes.values())), *_files(hostvars, hosts, files or {})]
    if any(node["state"] == "planned" for node in nodes.values()):
        lines += [*_of_checks(hostvars, hosts), "Nothing was changed."]
    if complete:
        return lines
    if all(node["state"] in ("not_started", "blocked") for node in nodes.values()):
        lines.append("Nothing was sent to any conductor node.")
    return [*lines, never_begun(waiting)] if waiting else lines


def _of_checks(hostvars: Mapping, hosts: Sequence[str]) -> list[str]:
    """What the checks before an upgrade warn of, each line once: a dry run is made to read them."""
    tables = [(hostvars[host].get("conductor_upgrade_precheck") or {}).get("table") or [] for host in hosts]
    return list(dict.fromkeys(line for table in tables for line in table if line.startswith(("FAIL", "WARN"))))


def _files(hostvars: Mapping, hosts: Sequence[str], files: Mapping[str, str]) -> list[str]:
    """A line for each file of the run: the backup, and what the role names."""
    results = [hostvars[host].get("conductor_upgrade_backup_result") or {} for host in hosts]
    backup = next((result for result in results if result.get("path") or result.get("remote_path")), {})
    paths = {what: os.path.abspath(os.path.expanduser(path)) for what, path in files.items() if path}
    known = [f"file: {what} {path}" for what, path in paths.items() if os.path.exists(path)]
    if backup.get("path"):
        known.insert(0, f"file: backup {backup['path']}")
    elif backup:
        known.insert(0, f"file: backup {backup['remote_path']} (on the conductor only)")
    return known


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
    names = ", ".join(str(_node_id(node)) for node in entry["nodes"])
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
    nodes = [node for result in results for node in _nodes(result or {})]
    return {str(_node_id(node)): {key: node.get(key) for key in kept} for node in nodes}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "after_health": after_health,
            "conductor_lines": conductor_lines,
            "verdict_lines": verdict_lines,
            "verdict_summary": verdict_summary,
            "verdict_table": verdict_table,
        }
