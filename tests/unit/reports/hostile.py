# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports whose every word is hostile, and reports that know next to nothing."""

from __future__ import annotations

from tests.unit.reports.examples import night

#: What a conductor, a name or an inventory could bring with it.
NASTY = (
    "</script><img src=x onerror=alert(1)>\"'&amp;{{ 7 * 7 }}|`` ``` [a](javascript:alert(2)) @all <!-- \x00\x1b[31mred"
    "\x07\u202eabc\ud800\ufffe\u2028\r\n# heading\n| a | b |\n]]>"
)
#: What our own code writes, and only from its own lists.
_OURS = {"schema", "state", "phase", "when", "operation"}


def hostile(value: object, name: str = "") -> object:
    """The same report, with the hostile text in place of every other text, times included."""
    if isinstance(value, dict):
        return {key: hostile(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [hostile(inner, name) for inner in value]
    return f"{NASTY}{value}" if isinstance(value, str) and name not in _OURS else value


def hostile_night(**args: object) -> dict:
    """A hostile night: once with times that are none, once (``times=True``) with true ones."""
    times = args.pop("times", False)
    report = night(**args)
    attacked = hostile(report)
    return restored_times(attacked, report) if times else attacked


def restored_times(value: object, original: object, name: str = "") -> object:
    """The hostile report with the times of the original."""
    if isinstance(value, dict):
        return {key: restored_times(inner, original[key], key) for key, inner in value.items()}
    if isinstance(value, list):
        return [restored_times(inner, other, name) for inner, other in zip(value, original, strict=True)]
    times = {"started", "updated", "ended", "eta", "begun", "since", "from", "to", "at", "began"}
    times |= {"start_deadline", "window_end"}
    return original if name in times else value


def unknown_everywhere() -> dict:
    """A night of which nothing is known that may be unknown."""
    report = night(routers=3)
    run = report["run"]
    for name in ("authority", "stopped", "ended", "eta", "ok", "commit_allowed", "next_command", "next_words"):
        run[name] = None
    run["versions"] = dict.fromkeys(run["versions"])
    run["window"] = dict.fromkeys(run["window"])
    report["backup"] = None
    for router in report["routers"]:
        for name in ("host", "batch", "group", "phase", "phase_node", "since", "begun", "ended", "next"):
            router[name] = None
        for node in router["nodes"]:
            for name in (
                "from_version",
                "to_version",
                "running_version",
                "install_type",
                "command",
                "started",
                "ended",
            ):
                node[name] = None
            node["comparison"] = None
            for phase in node["phases"]:
                phase["to"] = None
            for about in (*node["alarms"], *node["events"]):
                about["at"] = None
    return report


def empty() -> dict:
    """A run in which nothing took part."""
    report = night(routers=0, conductor=False)
    report["run"].update(commit_allowed=None, window={"start_deadline": None, "window_end": None})
    nothing = {name: [] for name in ("batches", "pauses", "attention", "checks", "notices")}
    return {**report, **nothing, "totals": {}, "backup": None}
