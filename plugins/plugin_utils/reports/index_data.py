# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of all runs of a folder of reports: a line for each, from its report. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

#: What a line takes over from ``run`` of a report.
_OF_RUN = (
    "id",
    "process",
    "authority",
    "operation",
    "version",
    "started",
    "updated",
    "ended",
    "state",
    "ok",
    "outcome",
    "elapsed",
)


def index_entry(report: Mapping, folder: str) -> dict:
    """The line of a run. ``folder``: the name of its folder, beside the index.

    ``versions``: on how many nodes which release was seen to run last, those of the conductor among them.
    """
    running = Counter(
        node["running_version"]
        for router in report["routers"]
        for node in router["nodes"]
        if isinstance(node.get("running_version"), str)
    )
    run = report["run"]
    return {
        **{name: run.get(name) for name in _OF_RUN},
        "controller": (run.get("started_by") or {}).get("controller"),
        "totals": dict(report["totals"]),
        "versions": dict(sorted(running.items())),
        "folder": folder,
    }


def with_entry(entries: Iterable[Mapping], entry: Mapping) -> list[dict]:
    """The lines with a new one, or with the news of an old one; the newest run comes last."""
    by_folder = {line["folder"]: dict(line) for line in entries}
    by_folder[entry["folder"]] = dict(entry)
    return sorted(by_folder.values(), key=lambda line: (str(line.get("started") or ""), line["folder"]))


def read_entries(data: object) -> list[dict]:
    """The lines of an index that was written before; those that are none are left out."""
    runs = data.get("runs") if isinstance(data, dict) else None
    return [
        line
        for line in (runs if isinstance(runs, list) else [])
        if isinstance(line, dict) and isinstance(line.get("folder"), str) and "/" not in line["folder"]
    ]
