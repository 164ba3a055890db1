# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routers of a change document: from the rows of a plan, and back to plans where a forecast needs them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..planning.overrides import Override
from ..planning.plan import NodePlan, RouterPlan
from ..software.versions import spelled

#: The states of a check, as a document calls them.
_STATES = {"pass": "pass", "warn": "warn", "skipped": "skip"}
_CONDITIONS = ("condition", "reason", "by")


def router_entry(
    row: Mapping, commands: Sequence[Mapping] = (), volumes: Mapping[str, str] | None = None, conductor: bool = False
) -> dict:
    """A router of the document, from a row of the plan (``RouterPlan.as_data``) and its commands.

    ``volumes``: from which volume each node runs, as far as that is known.
    """
    volumes = volumes or {}
    nodes = [_node_entry(node, volumes.get(node["node"])) for node in row["nodes"]]
    same = (
        "router",
        "state",
        "reason",
        "wave",
        "group",
        "order_reason",
        "sequencing",
        "expected",
        "outage",
        "way_back",
    )
    return {
        **{name: row[name] for name in same},
        "host": row.get("host"),
        "conductor": conductor,
        "batch": None,
        "canary": False,
        "notes": list(row["notes"]),
        "overrides": [{name: override[name] for name in _CONDITIONS} for override in row["overrides"]],
        "nodes": nodes,
        "rollback": _rollback(row, nodes),
        "checks": [],
        "commands": [dict(command) for command in commands],
        "forecast": None,
    }


def _node_entry(node: Mapping, volume: str | None) -> dict:
    same = ("node", "from_version", "to_version", "install_type", "needed", "download", "converts", "running", "reason")
    return {**{name: node[name] for name in same}, "volume": volume}


def _rollback(row: Mapping, nodes: Sequence[Mapping]) -> str:
    """Where a revert of each node would lead (rule 39), as far as that is known beforehand."""
    moved = [node for node in nodes if node["needed"]]
    if row["state"] != "planned" or not moved:
        return ""
    return "; ".join(f"{node['node']}: {_leads_to(node)}" for node in moved)


def _leads_to(node: Mapping) -> str:
    runs = spelled(node["from_version"]) or "the version that it runs now, which is not known"
    if node["converts"]:
        return f"from {runs} it is converted from package to image, and how to take that back is not documented"
    if node["install_type"] == "package":
        return f"back to {runs}; how that works for a package-based node is not documented"
    where = f"volume {node['volume']}" if node["volume"] else "the volume that it runs from now (its name is not shown)"
    return f"boots {where} again, with {runs}"


def same_router(before: Mapping | None, entry: Mapping) -> dict:
    """An entry with the nodes that other tasks have planned for the same router: those of a conductor come apart."""
    if before is None or not entry["conductor"]:
        return dict(entry)
    mine = {node["node"] for node in entry["nodes"]}
    nodes = [*(node for node in before["nodes"] if node["node"] not in mine), *entry["nodes"]]
    left = [command for command in before["commands"] if not mine.intersection(command["nodes"])]
    planned = next((other for other in (before, entry) if other["state"] == "planned"), entry)
    checks = {(check["name"], check["target"]): check for check in (*before["checks"], *entry["checks"])}
    return {
        **planned,
        "nodes": nodes,
        "commands": [*left, *entry["commands"]],
        "notes": list(dict.fromkeys([*before["notes"], *entry["notes"]])),
        "rollback": _rollback(planned, nodes),
        "checks": list(checks.values()),
        "reason": "; ".join(f"{node['node']}: {node['reason']}" for node in nodes),
    }


def plans_of(entries: Iterable[Mapping]) -> list[RouterPlan]:
    """The plans behind the routers of a document, in their order, for a forecast."""
    entries = list(entries)
    members: dict[str, list[str]] = {}
    for entry in entries:
        if entry["group"]:
            members.setdefault(entry["group"], []).append(entry["router"])
    plans = [_plan_of(entry, tuple(members.get(entry["group"] or "", ()))) for entry in entries]
    return sorted(plans, key=lambda plan: plan.wave)


def _plan_of(entry: Mapping, members: tuple[str, ...]) -> RouterPlan:
    names = [name for name in NodePlan.__dataclass_fields__ if name != "router"]
    nodes = tuple(NodePlan(entry["router"], **{name: node[name] for name in names}) for node in entry["nodes"])
    return RouterPlan(
        router=entry["router"],
        state=entry["state"],
        reason=entry["reason"],
        nodes=nodes,
        order_reason=entry["order_reason"],
        sequencing=entry["sequencing"],
        wave=entry["wave"],
        group=entry["group"],
        expected=entry["expected"],
        outage=entry["outage"],
        way_back=entry["way_back"],
        notes=tuple(entry["notes"]),
        members=members,
        overrides=tuple(Override(entry["router"], *(row[name] for name in _CONDITIONS)) for row in entry["overrides"]),
    )


# -- checks -----------------------------------------------------------------------------------------------------------


def check_entry(check: Mapping) -> dict:
    """A check as a document has it. What is red and does not stop anything warns."""
    if check.get("undetermined"):
        state = "not_made"
    elif check["state"] == "fail":
        state = "block" if check.get("severity") == "block" else "warn"
    else:
        state = _STATES.get(check["state"], "not_made")
    target, words = str(check.get("target") or ""), str(check.get("evidence") or "")
    return {"name": check["name"], "target": target, "state": state, "text": check["reason"], "words": words}


def sort_checks(checks: Iterable[Mapping], entries: Sequence[dict]) -> list[dict]:
    """Give each check to the router that it is about. Returns those of the authority as a whole."""
    owners = {entry["router"]: entry for entry in entries}
    for entry in entries:
        owners |= {f"{node['node']}.{entry['router']}": entry for node in entry["nodes"]}
    left = []
    for check in checks:
        row = check_entry(check)
        owner = owners.get(row["target"])
        (owner["checks"] if owner is not None else left).append(row)
    return left
