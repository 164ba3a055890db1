# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the case file of a router when it gets its verdict: all that is known of it, for the vendor's support."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from ..clock import format_timestamp
from ..reports.case_data import case_data, case_markdown
from ..reports.names import case_name
from .report_entries import NodeEntry, RouterEntry
from .report_folder import ReportFolder, read_json
from .report_texts import cleaned


def write_case(
    folder: ReportFolder, run: Mapping, entry: RouterEntry, now: datetime, router: Mapping | None = None
) -> None:
    """Write the case of a router of this task. Never raises for what cannot be written.

    ``router``: its entry of the report, where that says more than its own events.
    """
    times = [node.evidence.conductor_time for node in entry.nodes.values() if node.evidence]
    conductor = next((time for time in reversed(times) if time), None)
    verdict = {
        "controller_time": format_timestamp(now),
        "conductor_time": format_timestamp(conductor) if conductor else None,
    }
    raw = _raw(entry.nodes)
    _write(folder, case_data(run, router or entry.as_data(folder.clean), verdict, cleaned(raw, folder.clean)))


def add_case(folder: ReportFolder, run: Mapping, router: Mapping, now: datetime) -> None:
    """Write the case of a router whose bad end was only seen later: with what an earlier case of it holds, if any."""
    earlier = read_json(folder.file(case_name(router["router"]))) or {}
    raw = {name: earlier.get(name) for name in ("answers", "events", "alarms", "unavailable")}
    verdict = {"conductor_time": None, **(earlier.get("verdict") or {}), "controller_time": format_timestamp(now)}
    verdict = {name: verdict[name] for name in ("controller_time", "conductor_time")}
    _write(folder, case_data(run, router, verdict, raw))


def _write(folder: ReportFolder, case: dict) -> None:
    name = case["router"]["router"]
    case = cleaned(case, folder.clean)
    folder.write_file(case_name(name), f"{json.dumps(case, indent=1, ensure_ascii=False)}\n")
    folder.write_file(case_name(name, "md"), case_markdown(case))


def _raw(nodes: Mapping[str, NodeEntry]) -> dict:
    """What was kept of the nodes beside their results. What several of them have in common is there once."""
    answers = [
        {"node": name, "at": at, "command": command, "text": text, "cut": cut}
        for name, node in nodes.items()
        for at, command, text, cut in node.answers
    ]
    evidence = [node.evidence for node in nodes.values() if node.evidence]
    events = dict.fromkeys(event for shown in evidence for event in shown.events)
    alarms = dict.fromkeys(alarm for shown in evidence for alarm in shown.alarms)
    unavailable = dict.fromkeys(words for shown in evidence for words in shown.unavailable)
    return {
        "answers": answers,
        "events": [{"at": at or None, "text": text} for at, text in events],
        "alarms": [{"at": at or None, "severity": severity, "text": text} for at, severity, text in alarms],
        "unavailable": list(unavailable),
    }
