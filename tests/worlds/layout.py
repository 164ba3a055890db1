# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a PCLI prints things: tables, blocks, the frame around an answer (CLI-6.0, upgrade_ibu_conductor)."""

from __future__ import annotations

from collections.abc import Sequence


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with the rules that show where its columns are."""
    widths = [max(map(len, column)) + 2 for column in zip(columns, *rows, strict=True)]
    rule = " ".join("=" * width for width in widths)
    lines = [rule, _row(columns, widths), rule, *(_row(row, widths) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join([f" {cell}".ljust(width) for cell, width in zip(cells, widths, strict=True)]).rstrip()


def block(title: str, fields: Sequence[tuple[str, str]]) -> str:
    """A titled block of fields."""
    rule = "=" * max(40, len(title) + 2)
    return "\n".join([rule, f" {title}", rule, *(f"  {f'{name}:':<29} {value}" for name, value in fields)])


def framed(habits: dict, doing: str, body: str, mark: str = "\u2714") -> str:
    """An answer with its line of progress and its end, as far as this conductor prints them."""
    lines = [f"{mark} {doing}..." if habits.get("marks", True) else f"{doing}...", "", body]
    if habits.get("completed", True):
        lines += ["", "Completed in 0.04 seconds"]
    return "\n".join(lines)


#: What a conductor may print of a node that it does not reach beside its documented table: no document names the words.
NOT_REACHED = (
    "table",
    "",
    "\u2714 Retrieving system status...\n\nCompleted in 0.04 seconds",
    "Retrieving system status 0/1 targets complete",
    "\u26a0 Retrieving system status... 0/1 targets complete\n{nodes} was not reached",
    "\u2716 Retrieving system status...\n {nodes}: timeout\n1 target failed",
    "% Error: Request timed out",
    "% Error: {nodes}: No response",
)


def not_reached(habits: dict, doing: str, nodes: Sequence[str]) -> str:
    """The answer of a command whose targets the conductor does not reach (ts_mist), or other words for the same."""
    if habits.get("not_reached", "table") != "table":
        return habits["not_reached"].format(nodes=", ".join(nodes), name=nodes[0].rpartition(".")[0])
    rows = [(node, "Disconnected") for node in nodes]
    body = table(("Target", "Message"), rows)
    what = (doing[0].lower() + doing[1:]).replace("retrieving", "retrieve").replace("requesting", "request upgrade")
    count = "1 target is" if len(nodes) == 1 else f"{len(nodes)} targets are"
    tail = f"Failed to {what}. 0 targets failed, {count} disconnected, and 0 succeeded."
    text = framed({**habits, "completed": False}, f"{doing} 0/{len(nodes)} targets complete", body, "\u26a0")
    return f"{text}\n\n{tail}\nCompleted in 0.03 seconds"


def in_days(seconds: float) -> str:
    """A duration as ``show assets`` prints it; coarser than it could be, so that answers repeat."""
    whole = int(seconds)
    whole -= whole % (3600 if whole > 86400 else 60) if whole > 600 else 0
    days, hours, minutes = whole // 86400, whole // 3600 % 24, whole // 60 % 60
    parts = [f"{days}d" if days else "", f"{hours}h" if days or hours else "", f"{minutes}m", f"{whole % 60}s"]
    return " ".join(part for part in parts if part)


def uptime(seconds: float) -> str:
    """A duration as ``show system`` prints it."""
    whole = int(seconds)
    if whole > 7 * 86400:  # to the minute is enough then, and the answer repeats
        whole -= whole % 60
    return f"{whole // 86400} days {whole // 3600 % 24:2d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
