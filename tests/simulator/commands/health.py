# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`request system software health-check`. Its output is not public: everything it prints is invented.

There are many layouts, so that nobody comes to rely on one; the only public name of a check is in I95-64218.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..admission import reachable, refused_by_fault
from ..answer import Answer
from ..grammar import MODERN, command
from ..layout import Column, table
from ..selection import nodes
from ..statuses import UNREADABLE
from ..world import Node
from .requests import COMMON, WHERE

#: (node, name of the check, what is wrong or nothing)
Findings = list[tuple[Node, str, str]]
#: How many checks there are, and how much longer one takes that is late.
_CHECKS = 5
_LATE = 10


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
    late = _LATE if shell.habits["health_check_answer"] == "late" else 1
    shell.sleep(late * max(shell.world.lasting("health_check", node) for node in chosen))
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


def _health_answer(shell: Any, findings: Findings) -> Answer:
    done = f"{len(findings)}/{len(findings)} targets complete..."
    garbage = [text for _node, check, text in findings if check == "unreadable"]
    if garbage:
        return Answer(garbage, f"Performing health check {done}")
    failed = any(text for _node, check, text in findings)
    habit = shell.habits["health_check_answer"]
    if habit in ("lines", "late"):
        habit = {"lines": "lines", "table": "table", "none": "empty"}[shell.style.health_layout]
    lines = _ANSWERS[habit](shell, findings)
    if failed and habit not in ("unreadable", "failures", "counted"):
        lines.append("% Error: Health check failed")
    return Answer(lines, f"Performing health check {done}", mark="fail" if failed else "ok")


def _lines(shell: Any, findings: Findings) -> list[str]:
    lines = []
    for node, check, text in findings:
        mark = "✖" if text else "✔"
        lines.append(f"{mark} {node.node_id}: {check}" + (f" failed: {text}" if text else " passed"))
    return lines


def _table(shell: Any, findings: Findings) -> list[str]:
    columns = [Column(name) for name in ("Node", "Check", "Status", "Reason")]
    rows = [[node.node_id, check, "FAIL" if text else "PASS", text] for node, check, text in findings]
    return table(columns, rows, shell.terminal.width, shell.style.wrap)


def _sentence(shell: Any, findings: Findings) -> list[str]:
    bad = [f"✖ Health check of {node.node_id} failed: {check}: {text}" for node, check, text in findings if text]
    return bad or ["✔ All health checks have passed."]


def _counted(shell: Any, findings: Findings) -> list[str]:
    lines = []
    for node, check, text in findings:
        lines.append(f"{node.node_id}: {_CHECKS - bool(text)} of {_CHECKS} checks passed")
        lines += [f"  {check}: {text}"] * bool(text)
    return lines


def _capitals(shell: Any, findings: Findings) -> list[str]:
    return [
        f"{node.node_id} {check}: {'FAILED (' + text + ')' if text else 'PASSED'}" for node, check, text in findings
    ]


def _failures(shell: Any, findings: Findings) -> list[str]:
    """Only what is wrong is named, as a runbook says of a failed check."""
    bad = [f"Failed health checks of {node.node_id}: {check}" for node, check, text in findings if text]
    return bad or ["Health check passed"]


def _empty(shell: Any, findings: Findings) -> list[str]:
    return []


def _unreadable(shell: Any, findings: Findings) -> list[str]:
    return [UNREADABLE]


_ANSWERS: dict[str, Callable[[Any, Findings], list[str]]] = {
    "lines": _lines,
    "table": _table,
    "sentence": _sentence,
    "counted": _counted,
    "capitals": _capitals,
    "failures": _failures,
    "empty": _empty,
    "unreadable": _unreadable,
}
