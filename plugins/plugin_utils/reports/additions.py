# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible knows of a run and the task that moves its routers does not, put into the report. Pure.

Results of tasks, checks, the backup, and the batches that are still to come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..software.versions import spelled
from .report_data import OPEN, empty_router, severity

#: The fields of a node in a report that a result of a task has under the same name.
_OF_RESULT = ("state", "reason", "install_type", "command", "adopted", "started", "ended")
_VERSIONS = ("from_version", "to_version", "running_version")


def with_routers(report: Mapping, routers: Mapping[str, str]) -> dict:
    """The report with all routers of the run. ``routers``: the inventory host of each, in the order of the run.

    Those that no task has named yet wait.
    """
    known = {entry["router"]: dict(entry) for entry in report["routers"]}
    conductors = [entry for entry in known.values() if entry["conductor"]]
    others = {name: known.pop(name, None) or empty_router(name) for name in routers}
    for name, host in routers.items():
        others[name] = {**others[name], "host": others[name]["host"] or host}
    rest = [entry for entry in known.values() if not entry["conductor"]]
    others = {name: entry for name, entry in others.items() if not entry["conductor"]}
    return {**report, "routers": [*conductors, *others.values(), *rest]}


def with_batches(report: Mapping, batches: Sequence[Sequence[str]]) -> dict:
    """The report with all batches of the run: the routers of each. Those that have begun are known better."""
    known = {batch["number"]: batch for batch in report["batches"]}
    ahead = {"began": None, "ended": None, "canaries": []}
    for number, routers in enumerate(batches, 1):
        own = {"number": number, "routers": list(routers), **ahead}
        own["canaries"] = list(routers) if number == 1 and len(batches) > 1 else []
        known.setdefault(number, own)
    number_of = {router: batch["number"] for batch in known.values() for router in batch["routers"]}
    routers = [
        entry if entry["conductor"] else {**entry, "batch": entry["batch"] or number_of.get(entry["router"])}
        for entry in report["routers"]
    ]
    return {**report, "batches": [known[number] for number in sorted(known)], "routers": routers}


# -- results ----------------------------------------------------------------------------------------------------------


def with_results(report: Mapping, results: Mapping[str, Mapping], conductor: bool = False) -> dict:
    """The report with what tasks have returned, as one entry of ``by_router`` for each router.

    An end that was seen while it happened stays, unless the result is worse: a health check behind it has failed, or
    the router has relapsed. ``conductor``: these are the nodes of the conductor.
    """
    routers = {entry["router"]: entry for entry in report["routers"]}
    for name, result in results.items():
        known = routers.get(name) or {**empty_router(name), "conductor": conductor}
        if result.get("state") != "planned":
            routers[name] = _with_result(known, result)
    return {**report, "routers": sorted(routers.values(), key=lambda entry: not entry["conductor"])}


def _with_result(entry: Mapping, result: Mapping) -> dict:
    nodes = {node["node"]: node for node in entry["nodes"]}
    for node in result.get("nodes") or []:
        if node.get("node"):
            nodes[node["node"]] = _node(nodes.get(node["node"]), node)
    merged = {**entry, "nodes": list(nodes.values())}
    if not _counts(entry["state"], result["state"]):
        return merged
    gone = {"phase": None, "phase_node": None, "since": None}
    own = {"state": result["state"], "reason": str(result.get("reason") or "")}
    if entry["conductor"] and len(nodes) > len(result.get("nodes") or []):
        states = [node["state"] for node in nodes.values() if node["state"] not in OPEN]
        own["state"] = min([own["state"], *states], key=severity)
    return {**merged, **gone, **own}


def _counts(known: str, new: str) -> bool:
    """Does a new state stand for a router of which another one is known?"""
    return known in OPEN or known == new or severity(new) < severity(known)


def _node(known: Mapping | None, result: Mapping) -> dict:
    """A node with the result of a task; what only the report knows, such as its phases, stays."""
    fresh = known is None
    known = known or empty_node(str(result["node"]))
    news = {name: result[name] for name in _OF_RESULT if result.get(name) is not None}
    news |= {name: spelled(result[name]) or None for name in _VERSIONS if result.get(name)}
    if not _counts(known["state"], str(news.get("state", known["state"]))) and not fresh:
        return dict(known)
    steps = [
        {name: str(step.get(name) or "") for name in ("at", "what", "words")} for step in result.get("steps") or []
    ]
    warnings = list(dict.fromkeys([*known["warnings"], *map(str, result.get("warnings") or [])]))
    longer = steps if len(steps) > len(known["steps"]) else known["steps"]
    return {**known, **news, "steps": longer, "warnings": warnings}


def empty_node(node: str) -> dict:
    """The entry of a node of which nothing is known."""
    unknown = dict.fromkeys((*_VERSIONS, "install_type", "command", "started", "ended", "comparison"))
    lists: dict[str, list] = {name: [] for name in ("phases", "steps", "warnings", "alarms", "events")}
    return {"node": node, "state": "waiting", "reason": "", "converts": False, "adopted": False, **unknown, **lists}


# -- checks and backup ------------------------------------------------------------------------------------------------


def with_checks(report: Mapping, checks: Sequence[Mapping], when: str) -> dict:
    """The report with the results of checks. ``when``: before or after. One that is made again replaces the old one."""
    known = {(check["name"], check["when"], check["target"]): check for check in report["checks"]}
    for check in checks:
        own = {
            "name": str(check.get("name") or ""),
            "when": when,
            "target": str(check.get("target") or ""),
            "state": _state_of_check(check),
            "text": str(check.get("reason") or ""),
            "words": str(check.get("evidence") or ""),
        }
        known[own["name"], when, own["target"]] = own
    return {**report, "checks": list(known.values())}


def _state_of_check(check: Mapping) -> str:
    if check.get("undetermined"):
        return "not_made"
    if check.get("state") == "fail":
        return "block" if check.get("severity") == "block" and not check.get("excused") else "fail"
    return {"pass": "pass", "warn": "warn"}.get(str(check.get("state")), "skip")


def with_backup(report: Mapping, result: Mapping, required: bool) -> dict:
    """The report with the backup of the configuration, from the result of its task."""
    if not result or result.get("skipped"):
        return dict(report)
    size = result.get("size")
    backup = {
        "made": not result.get("failed") and bool(result.get("path") or result.get("remote_path")),
        "required": required,
        "path": result.get("path") or None,
        "bytes": int(size) if isinstance(size, (int, str)) and str(size).isdigit() else None,
        "sha256": result.get("checksum") or None,
        "method": result.get("method") or None,
        "restorable": result.get("restorable") if isinstance(result.get("restorable"), bool) else None,
        "words": str(result.get("msg") or ""),
    }
    return {**report, "backup": backup}
