# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show platform`: a block for each node with a section for each category (CLI-6.0).

The only sample breaks off before the disks: how they look is invented, and `style.disk_layout` chooses between several.
"""

from __future__ import annotations

from typing import Any

from ..answer import Answer, Refused
from ..grammar import SELECT, command
from ..layout import Column, table
from ..selection import confirmed, fan_out, nodes
from ..world import Node

_CATEGORIES = (
    "all", "cpu", "device-interfaces", "disk", "fan-speeds", "memory", "operating-system", "temperatures", "vendor"
)  # fmt: skip
_RULE = "=" * 56


@command("show platform", f"{SELECT} [<category>]")
def show_platform(shell: Any, args: dict[str, Any]) -> Answer | None:
    wanted = args.get("category", "all")
    if wanted not in _CATEGORIES:
        raise Refused(f"invalid category '{wanted}'")
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        chosen = nodes(shell, args)
        lines: list[str] = []
        for node in [candidate for candidate in chosen if shell.world.reachable(candidate)]:
            lines += ([""] if lines else []) + [_RULE, f" {node.name}", _RULE]
            for name, body in _sections(shell, node):
                if wanted in ("all", name.lower()):
                    title = f"{name} Information"
                    lines += ["", "-" * (len(title) + 2), f" {title}", "-" * (len(title) + 2), *body]
        answer = fan_out(shell, "platform information", chosen, lines)
    if answer.mark == "ok":
        answer.action = None
    return answer


def _sections(shell: Any, node: Node) -> list[tuple[str, list[str]]]:
    return [
        ("Memory", [" Memory:"]),
        ("CPU", [" Type:            Pentium (Fill By OEM)", " Speed:           1.60", " Cores:           4"]),
        ("Disk", _disk(shell, node)),
    ]


def _disk(shell: Any, node: Node) -> list[str]:
    size, used = node.disk.size, shell.world.disk_used(node)
    cells = {
        "Mount": "/",
        "Size": f"{size:.1f} GB",
        "Used": f"{size * used / 100:.1f} GB",
        "Free": f"{size * (100 - used) / 100:.1f} GB",
        "Utilization": f"{used:.0f}%",
    }
    if shell.style.disk_layout == "none":
        return []
    if shell.style.disk_layout == "table":
        return table([Column(name) for name in cells], [list(cells.values())], shell.terminal.width, shell.style.wrap)
    return [f" {name + ':':<17}{value}" for name, value in cells.items()]
