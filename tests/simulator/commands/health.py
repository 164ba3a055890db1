# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`request system software health-check`. Its output is not public: everything it prints is invented.

Two layouts and none, so that nobody comes to rely on one; the only public name of a check is in I95-64218.
"""

from __future__ import annotations

from typing import Any

from ..answer import Answer
from ..grammar import MODERN, command
from ..layout import Column, table
from ..selection import nodes
from ..world import Node
from .requests import COMMON, WHERE, reachable, refused_by_fault


@command("request system software health-check", f"{WHERE} [force] [node <node>] [<target>]", only=MODERN, **COMMON)
def health_check(shell: Any, args: dict[str, Any]) -> Answer | None:
    with shell.world.lock:
        chosen = nodes(shell, args)
        reachable(shell, chosen)
        for node in chosen:
            node.counts["health-check"] = node.counts.get("health-check", 0) + 1
        silent = [n for n in chosen if shell.world.faults.take("health_check_times_out", n.name, n.router.name)]
        refused_by_fault(shell, "health-check", chosen)
    if not args.get("force") and not shell.confirm("Are you sure you want to run a health check?", "health-check"):
        return None
    if silent:
        shell.wait_for(lambda: False)
    if shell.scenario.behaviour.health_check_mode == "returns":
        return Answer([], f"Starting health check {len(chosen)}/{len(chosen)} targets complete...", frame=False)
    shell.sleep(max(shell.world.lasting("health_check", node) for node in chosen))
    with shell.world.lock:
        findings = [(node, *_finding(shell, node)) for node in chosen]
    return _health_answer(shell, findings)


def _finding(shell: Any, node: Node) -> tuple[str, str]:
    """(name of the check, what is wrong or nothing). The word `unreadable` makes an answer that nobody understands."""
    world = shell.world
    unreadable = world.faults.take("health_check_unreadable", node.name, node.router.name)
    if unreadable:
        return "unreadable", unreadable["text"]
    fault = world.faults.take("health_check_fails", node.name, node.router.name)
    if fault:
        return fault["check"], "one or more processes are not running"
    if node.service != "running":
        return "System Processes Check", "one or more processes are not running"
    return "System Processes Check", ""


def _health_answer(shell: Any, findings: list[tuple[Node, str, str]]) -> Answer:
    done = f"{len(findings)}/{len(findings)} targets complete..."
    garbage = [text for _node, check, text in findings if check == "unreadable"]
    if garbage:
        return Answer(garbage, f"Performing health check {done}")
    failed = any(text for _node, check, text in findings)
    lines: list[str] = []
    if shell.style.health_layout == "table":
        lines = _health_table(shell, findings)
    elif shell.style.health_layout == "lines":
        for node, check, text in findings:
            mark = "✖" if text else "✔"
            lines.append(f"{mark} {node.place}: {check}" + (f" failed: {text}" if text else " passed"))
    if failed:
        lines.append("% Error: Health check failed")
    return Answer(lines, f"Performing health check {done}", mark="fail" if failed else "ok")


def _health_table(shell: Any, findings: list[tuple[Node, str, str]]) -> list[str]:
    columns = [Column(name) for name in ("Node", "Check", "Status", "Reason")]
    rows = [[node.place, check, "FAIL" if text else "PASS", text] for node, check, text in findings]
    return table(columns, rows, shell.terminal.width, shell.style.wrap)
