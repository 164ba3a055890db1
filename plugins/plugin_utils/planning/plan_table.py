# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as a table for people. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..clock import format_duration
from .plan import PATH_NOTE
from .sequencing import POLICIES

_HEADER = ("ROUTER", "STATE", "NODES", "FROM", "TO", "DOWNLOAD", "TYPE", "EXPECTED", "OUTAGE", "WAY BACK")


def plan_table(plans: Sequence[Mapping]) -> list[str]:
    """The plan as a table, from what ``as_data`` gives; then a line for each reason and note, and the totals.

    Routers that share a note share its line: 5,000 routers often have the same thing to say.
    """
    rows = [_HEADER, *(_row(plan) for plan in plans)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    said: dict[str, list[str]] = {}
    totals: dict[str, int] = {}
    for plan in plans:
        totals[plan["state"]] = totals.get(plan["state"], 0) + 1
        reason = [f"{plan['state']}: {plan['reason']}"] if plan["state"] in ("blocked", "skipped") else []
        order = [f"order: {plan['order_reason']}"] if sum(map(_counts, plan["nodes"])) > 1 else []
        for text in (*reason, *(order if plan["state"] == "planned" else ()), *plan["notes"]):
            said.setdefault(text, []).append(plan["router"])
    lines += [f"{_several(routers, counted=text.startswith(PATH_NOTE))}: {text}" for text, routers in said.items()]
    return [*lines, "total: " + (", ".join(f"{state} {count}" for state, count in totals.items()) or "no router")]


def _row(plan: Mapping) -> tuple[str, ...]:
    planned = plan["state"] == "planned"
    nodes = [node for node in plan["nodes"] if _counts(node) or not planned]
    return (
        plan["router"],
        plan["state"],
        " then ".join(node["node"] for node in nodes) if planned and _in_turn(plan) else _cell(nodes, "node"),
        _cell(nodes, "from_version", "?"),
        _cell(nodes, "to_version"),
        _cell(nodes, "download") if planned else "-",
        " / ".join(dict.fromkeys(_type(node) for node in nodes)) or "-",
        format_duration(plan["expected"]) if planned else "-",
        (format_duration(plan["outage"]) if plan["outage"] else "none") if planned else "-",
        plan["way_back"] if planned else "-",
    )


def _counts(node: Mapping) -> bool:
    return bool(node["needed"] or node["running"])


def _in_turn(plan: Mapping) -> bool:
    return POLICIES[plan["sequencing"]].by_node


def _cell(nodes: Sequence[Mapping], key: str, empty: str = "-") -> str:
    """What the nodes have in common, once; else one after the other, in their order."""
    return " / ".join(dict.fromkeys(str(node[key] or empty) for node in nodes)) or "-"


def _type(node: Mapping) -> str:
    return "package→image" if node["converts"] else node["install_type"] or "?"


def _several(routers: Sequence[str], counted: bool = False) -> str:
    shown = ", ".join(routers[:5])
    shown = f"{shown} and {len(routers) - 5} more" if len(routers) > 5 else shown
    return f"{len(routers)} routers ({shown})" if counted and len(routers) > 1 else shown
