# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for the last lines of a run over the nodes of a conductor: what happened, why, and what to type next."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ansible_collections.sessionsmart.ssr.plugins.filter.fleet import LETTERS
from ansible_collections.sessionsmart.ssr.plugins.filter.last_lines import next_step, playbooks_of_run
from ansible_collections.sessionsmart.ssr.plugins.filter.verdicts import node_id_of, node_table, nodes_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.join_text import in_short, listed
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import never_begun
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

#: Where the role keeps what became of the nodes; what stands later overrides: a review has those that have relapsed.
_MOVED = ("conductor_upgrade_verdict", "conductor_upgrade_reviewed", "conductor_upgrade_revert_result")
_LOADED = ("conductor_upgrade_stage_result",)

#: Where it keeps the checks of a node before its turn, what else must go well before it, in the order in which that is
#: asked, and the work itself, which has no result of a node if it failed before anything was sent.
_CHECKS = ("__conductor_upgrade_checked", "conductor_upgrade_precheck")
_BEFORE = (
    "__conductor_upgrade_input",
    "__conductor_upgrade_checked",
    "conductor_upgrade_backup_result",
    "__conductor_upgrade_wanted",
    "__conductor_upgrade_info",
    "conductor_upgrade_before",
    "__conductor_upgrade_assets",
    "conductor_upgrade_precheck",
    "__conductor_upgrade_alike",
    "__conductor_upgrade_pair",
)
_WORK = ("conductor_upgrade_result", "conductor_upgrade_revert_result", "conductor_upgrade_stage_result")
#: Where it keeps what comes after the work.
_AFTER = ("__conductor_upgrade_back", "conductor_upgrade_assets_after", "conductor_upgrade_reviewed")


def conductor_lines(
    hostvars: Mapping,
    hosts: Sequence[str],
    complete: bool,
    waiting: Sequence[str] = (),
    files: Mapping[str, str] | None = None,
    version: str = "",
    download: bool = False,
) -> list[str]:
    """The last lines about a conductor: a row for each node, also one that had no turn, why, and what to type next.

    ``hosts``: its nodes, in their order; ``complete``: the run has come to its end; ``waiting``: the routers whose turn
    comes after the conductor; ``files``: paths on the controller by what they are, of which those that exist are named;
    ``version``: the release that was asked for; ``download``: it was to be downloaded, and nothing more.
    """
    found: dict[NodeId, Mapping] = {}
    for variables in (hostvars[host] for host in hosts):
        for name in _LOADED if download else _MOVED:
            for node in nodes_of(variables.get(name) or {}):
                found[node_id_of(node)] = {**found.get(node_id_of(node), {}), **node}
    began = bool(found)
    wanted = next((node["to_version"] for node in found.values() if node.get("to_version")), None)
    for host, node_id in _names(hostvars, hosts).items():
        if node_id not in found:
            found[node_id] = _without_turn(hostvars[host], node_id, _runs(hostvars, hosts, node_id), wanted or version)
    nodes = list(found.values())
    lines = [*node_table(nodes, download), *_reasons(nodes), *(_afterwards(hostvars, hosts) if began else [])]
    if not complete or not all(STATES[node["state"]].ok for node in nodes):
        unknown = any(node["state"] == "unknown" for node in nodes)
        lines.append(next_step({}, playbooks_of_run(), unknown, "nodes"))
    lines += _files(hostvars, hosts, files or {})
    if any(node["state"] == "planned" for node in nodes):
        lines += [*_of_checks(hostvars, hosts), "Nothing was changed."]
    if all(node["state"] in ("not_started", "blocked") for node in nodes):
        lines.append("Nothing was sent to any conductor node.")
    return [*lines, never_begun(waiting)] if waiting and not complete else lines


def _names(hostvars: Mapping, hosts: Sequence[str]) -> dict[str, NodeId]:
    """The node of each host: as the conductor names it, if any task has learned that, else as the inventory does."""
    known: dict[str, NodeId] = {}
    for host in hosts:
        for name in ("conductor_upgrade_before", *_CHECKS):
            said = hostvars[host].get(name) or {}
            if host not in known and said.get("router") and said.get("node"):
                known[host] = NodeId(str(said["router"]), str(said["node"]))
    router = next((node_id.router for node_id in known.values()), "")
    before = [hostvars[host].get("conductor_upgrade_before") or {} for host in hosts]
    members = dict.fromkeys(str(node) for said in before for node in said.get("nodes") or [])
    left = [node for node in members if NodeId(router, node) not in known.values()]
    others = [host for host in hosts if host not in known]
    named = dict(zip(others, left, strict=True)) if len(left) == len(others) == 1 else {}
    return {host: known.get(host) or NodeId(router, named.get(host, host)) for host in hosts}


def _runs(hostvars: Mapping, hosts: Sequence[str], node_id: NodeId) -> str | None:
    """What the node ran before this run, by itself or as its peer shows it; None where nobody has asked."""
    peers = None
    for host in hosts:
        before = hostvars[host].get("conductor_upgrade_before") or {}
        if before.get("router") == node_id.router:
            if before.get("node") == node_id.node:
                return before.get("running")
            peers = peers or (before.get("peer_versions") or {}).get(node_id.node)
    return peers


def _without_turn(variables: Mapping, node_id: NodeId, running: str | None, wanted: str) -> dict:
    """The entry of a node to which nothing was sent."""
    name, said = _failed(variables, (*_BEFORE, *_WORK))
    return {
        "router": node_id.router,
        "node": node_id.node,
        "state": "blocked" if name in _CHECKS and said.get("blocked") else "not_started",
        "reason": str(said.get("msg") or "").removeprefix(f"{node_id}: "),
        "from_version": running or "-",
        "to_version": wanted,
        "running_version": running or "-",
    }


def _failed(variables: Mapping, names: Sequence[str]) -> tuple[str, Mapping]:
    """The first of these results of a host that kept it from going on, with its name; empty where none did."""
    results = [(name, variables.get(name)) for name in names]
    kept = (
        (name, result)
        for name, result in results
        if isinstance(result, Mapping) and any(map(result.get, ("failed", "unreachable", "blocked")))
    )
    return next(kept, ("", {}))


def _reasons(nodes: Sequence[Mapping]) -> list[str]:
    """A line for each reason of nodes that are not well, with their names. A node that only had no turn has none."""
    said: dict[tuple[str, str], list[str]] = {}
    for node in nodes:
        if not STATES[node["state"]].ok and node.get("reason"):
            said.setdefault((node["state"], str(node["reason"])), []).append(str(node_id_of(node)))
    return [f"{state}: {listed(names)}: {in_short(why, LETTERS)}" for (state, why), names in said.items()]


def _afterwards(hostvars: Mapping, hosts: Sequence[str]) -> list[str]:
    """Why the run did not come to its end after the nodes had their turn."""
    said = [_failed(hostvars[host], _AFTER)[1].get("msg") for host in hosts]
    return list(dict.fromkeys(in_short(words, LETTERS) for words in said if words))


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


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {"conductor_lines": conductor_lines}
