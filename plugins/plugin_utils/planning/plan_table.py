# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as a table for people. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ..clock import format_duration
from ..software.versions import spelled
from .plan import PATH_NOTE
from .sequencing import POLICIES

_HEADER = ("ROUTER", "STATE", "NODES", "FROM", "TO", "DOWNLOAD", "TYPE", "EXPECTED", "OUTAGE", "WAY BACK")
#: What Ansible leaves of 80 columns for a line of a list; a row that is wider takes two lines.
NARROW = 69
#: What is in a line of its own where it is the same for all.
_COMMON = ("TO", "DOWNLOAD", "TYPE", "EXPECTED", "OUTAGE", "WAY BACK")

_ORDINALS = ("first", "second")
#: The states of routers with which nothing would be done, for a reason.
_LEFT_OUT = ("blocked", "skipped", "not_started")


def plan_table(plans: Sequence[Mapping], width: int = NARROW, most: int | None = None) -> list[str]:
    """The plan as a table, from what ``as_data`` gives; then what all share, reasons and notes, and the totals.

    Routers that share a note share its line: 5,000 routers often have the same thing to say. ``width``: the columns of
    a row; ``most``: with more routers none has a row of its own, and nothing is said of why their nodes are in this
    order.
    """
    in_rows = most is None or len(plans) <= most
    rows = [_row(plan) for plan in plans]
    common = _common(rows) if sum(plan["state"] == "planned" for plan in plans) > 1 else {}
    shown = [column for column, title in enumerate(_HEADER) if title not in common]
    rows = [tuple(row[column] for column in shown) for row in [_HEADER, *rows]]
    lines = _lines(rows, width) if in_rows else []
    if common:
        lines.append(f"all planned: {', '.join(f'{title} {cell}' for title, cell in common.items())}")
    said: dict[str, dict[str, str]] = {}
    totals: dict[str, int] = {}
    for plan in plans:
        totals[plan["state"]] = totals.get(plan["state"], 0) + 1
        reason = [f"{plan['state']}: {plan['reason']}"] if plan["state"] in _LEFT_OUT else []
        order = [f"order: {plan['order_reason']}"] if most is None and sum(map(_counts, plan["nodes"])) > 1 else []
        for text in (*reason, *(order if plan["state"] == "planned" else ()), *plan["notes"]):
            said.setdefault(_of_any(text, plan), {})[plan["router"]] = text
    for shared, texts in said.items():
        text = shared if len(set(texts.values())) > 1 else next(iter(texts.values()))
        lines.append(f"{_several(list(texts), counted=text.startswith(PATH_NOTE))}: {text}")
    return [*lines, "total: " + (", ".join(f"{state} {count}" for state, count in totals.items()) or "no router")]


def _of_any(text: str, plan: Mapping) -> str:
    """The text without the names of the nodes of its router, as several routers share it: ``its first node ...``."""
    names = [node["node"] for node in plan["nodes"]]
    for number, name in enumerate(names):
        which = "its node" if len(names) == 1 else f"its {_ORDINALS[number] if number < 2 else number + 1} node"
        # At the begin, alone or as the head of a reason, or where the text speaks of something of it.
        text = re.sub(rf"^((?:{'|'.join(_LEFT_OUT)}): )?{re.escape(name)}(?=[ :])", rf"\g<1>{which}", text)
        text = re.sub(rf"(?<= of ){re.escape(name)}(?=[ ,;])", which, text)
    return text


def _row(plan: Mapping) -> tuple[str, ...]:
    planned = plan["state"] == "planned"
    nodes = [node for node in plan["nodes"] if _counts(node) or not planned]
    return (
        plan["router"],
        plan["state"],
        " then ".join(node["node"] for node in nodes) if planned and _in_turn(plan) else _cell(nodes, "node"),
        _cell(nodes, "from_version", "?", spelled),
        _cell(nodes, "to_version", spelling=spelled),
        _cell(nodes, "download") if planned else "-",
        " / ".join(dict.fromkeys(_type(node) for node in nodes)) or "-",
        _about(plan["expected"]) if planned else "-",
        (_about(plan["outage"]) if plan["outage"] else "none") if planned else "-",
        plan["way_back"] if planned else "-",
    )


def _lines(rows: Sequence[tuple[str, ...]], width: int) -> list[str]:
    """The rows with aligned columns; two lines for each where one would be too wide."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    fitting = [count for count in range(1, len(widths) + 1) if sum(widths[:count]) + 2 * (count - 1) <= width]
    first = max(fitting, default=1)
    lines = []
    for row in rows:
        cells = [cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)]
        lines.append("  ".join(cells[:first]).rstrip())
        if cells[first:]:
            lines.append(f"    {'  '.join(cells[first:])}".rstrip())
    return lines


def _common(rows: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """The cells that all rows share, by the titles of their columns; a row that has none says nothing else."""
    cells = {title: {row[column] for row in rows} - {"-"} for column, title in enumerate(_HEADER)}
    return {title: cells[title].pop() for title in _COMMON if len(cells[title]) == 1}


def _about(seconds: float) -> str:
    """An estimate, without seconds that it does not have: a table that is wider than a terminal is hard to read."""
    return format_duration(seconds).removesuffix(" 00 s")


def _counts(node: Mapping) -> bool:
    return bool(node["needed"] or node["running"])


def _in_turn(plan: Mapping) -> bool:
    return POLICIES[plan["sequencing"]].by_node


def _cell(nodes: Sequence[Mapping], key: str, empty: str = "-", spelling: Callable[[str], str] = str) -> str:
    """What the nodes have in common, once; else one after the other, in their order."""
    return " / ".join(dict.fromkeys(spelling(node[key]) if node[key] else empty for node in nodes)) or "-"


def _type(node: Mapping) -> str:
    return "package→image" if node["converts"] else node["install_type"] or "?"


def _several(routers: Sequence[str], counted: bool = False) -> str:
    shown = ", ".join(routers[:5])
    shown = f"{shown} and {len(routers) - 5} more" if len(routers) > 5 else shown
    return f"{len(routers)} routers ({shown})" if counted and len(routers) > 1 else shown
