# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Goes on with the report of a run outside of the task that moves its routers: between batches, and at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..clock import format_timestamp
from ..planning.batches import BAD
from ..reports.additions import with_results
from ..reports.report_data import OPEN, counted, ended, new_report
from .case_file import add_case
from .report_folder import ReportFolder
from .report_index import update_index


def continue_report(
    folder: ReportFolder,
    operation: str,
    version: str,
    change: Callable[[dict], dict],
    *,
    ended: bool | None = None,
    reason: str = "",
) -> dict:
    """The report of this run after a change, written in all views. What cannot be written is a warning.

    ``ended``: the run is over, and why not all routers were begun is the ``reason``; False: other tasks follow, and one
    of them says that; None: it is over once no router waits.
    """
    now = folder.clock.wall()
    report = folder.begin(lambda: new_report(folder.facts, operation, version, now), operation)
    before = {entry["router"]: entry["state"] for entry in report["routers"]}
    report = _at_its_end(change(report), ended, folder.clean(reason) or None, now)
    run = report["run"]
    run["version"] = run["version"] or version
    report = counted(report, now)
    for entry in report["routers"]:
        if entry["state"] in BAD and before.get(entry["router"]) != entry["state"]:
            add_case(folder, run, entry, now)
    folder.write(report)
    update_index(folder, report)
    return report


def _at_its_end(report: dict, is_over: bool | None, reason: str | None, now) -> dict:
    run, waits = report["run"], any(entry["state"] in OPEN for entry in report["routers"])
    if is_over or (is_over is None and not waits and not run["awaits_end"]):
        return ended(report, now, reason) if is_over else _over(report, now)
    state = "stopping" if reason or run["stopped"] else "running"
    more = {"state": state, "ended": None, "stopped": run["stopped"] or reason}
    return {**report, "run": {**run, **more, "awaits_end": run["awaits_end"] or is_over is False}}


def _over(report: dict, now) -> dict:
    moment = report["run"]["ended"] or format_timestamp(now)
    return {**report, "run": {**report["run"], "state": "ended", "ended": moment}}


def report_relapsed(folder: ReportFolder, operation: str, by_router: Mapping[str, Mapping]) -> None:
    """Put routers that were done and are not well any more into the report of this run, if it has one."""
    report = folder.open(operation)
    if report is None or not by_router:
        return
    continue_report(folder, operation, "", lambda report: with_results(report, by_router))
