# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run as data: begun, merged from what batches and tasks know, counted, and ended. Pure.

``docs/schemas/report-1.json`` describes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..clock import format_timestamp, parse_record_timestamp
from ..planning.batches import BAD
from .views import SENTENCES, view

SCHEMA = "sessionsmart.ssr/report/1"
#: The page of a run that goes on loads itself anew so often, in seconds.
REFRESH = 10
#: The states of a run in which it goes on.
GOES_ON = ("running", "stopping")
#: The states of a router whose end is still to come.
OPEN = ("waiting", "running")
#: Worst first.
_WORST_FIRST = (*BAD, "blocked", "not_started", "running", "waiting", "planned", "done", "skipped", "up_to_date")
_NOT_WELL = (*BAD, "blocked", "not_started")


def new_report(facts: Mapping, operation: str, version: str, now: datetime) -> dict:
    """The report of a run that begins. ``facts``: of ``run``, what is known of it before."""
    moment = format_timestamp(now)
    run = {
        "id": "",
        "process": None,
        "authority": None,
        "operation": operation,
        "version": version,
        "playbook": [],
        "check_mode": False,
        "state": "running",
        "stopped": None,
        "started": moment,
        "updated": moment,
        "ended": None,
        "elapsed": 0,
        "eta": None,
        "forecast_end": None,
        "awaits_end": False,
        "refresh": REFRESH,
        "outcome": "",
        "ok": None,
        "started_by": {},
        "settings": {},
        "versions": {"collection": None, "ansible": None, "python": None, "conductor": None},
        "window": {"start_deadline": None, "window_end": None},
        "commit_allowed": None,
        "commit_words": "",
        "next_command": None,
        "next_words": None,
    }
    empty: dict[str, list] = {"batches": [], "pauses": [], "attention": [], "routers": [], "checks": []}
    return {"schema": SCHEMA, "run": {**run, **facts}, "totals": {}, **empty, "backup": None, "notices": []}


def empty_router(router: str, state: str = "waiting", reason: str = "", host: str | None = None) -> dict:
    """The entry of a router of which no plan is known."""
    plan = {"expected": 0, "outage": 0, "way_back": "", "notes": [], "order_reason": "", "sequencing": ""}
    unknown = dict.fromkeys(("batch", "group", "phase", "phase_node", "since", "begun", "ended", "next"))
    named = {"router": router, "host": host, "conductor": False, "state": state, "reason": reason, "wave": 0}
    return {**named, **unknown, "plan": plan, "nodes": [], "words": ""}


def merged_routers(known: Sequence[Mapping], news: Sequence[Mapping]) -> list[dict]:
    """The routers of a report with their news: each in its old place, conductors first.

    The nodes of a conductor are upgraded by a task each, so they are merged one by one.
    """
    routers = {entry["router"]: dict(entry) for entry in known}
    for entry in news:
        before = routers.get(entry["router"])
        routers[entry["router"]] = {**entry, "host": entry["host"] or (before or {}).get("host")}
        if before and entry["conductor"] and before["conductor"]:
            routers[entry["router"]] = _conductor(before, routers[entry["router"]])
    return sorted(routers.values(), key=lambda entry: not entry["conductor"])


def _conductor(before: Mapping, after: Mapping) -> dict:
    """A conductor with the nodes that earlier tasks have upgraded."""
    nodes = {node["node"]: node for node in (*before["nodes"], *after["nodes"])}
    whole = {**after, "nodes": list(nodes.values()), "begun": before["begun"] or after["begun"]}
    if after["state"] in OPEN:
        return whole
    state = worst(node["state"] for node in nodes.values())
    reason = after["reason"] if state == after["state"] else before["reason"]
    return {**whole, "state": state, "reason": reason}


def severity(state: str) -> int:
    """How bad a state is: 0 is the worst."""
    return _WORST_FIRST.index(state) if state in _WORST_FIRST else 0


def worst(states: Iterable[str]) -> str:
    """The worst of these states; ``done`` of none."""
    return min(states, key=severity, default="done")


def counted(report: Mapping, now: datetime) -> dict:
    """The report with all that follows from the rest of it: totals, outcome, attention, and whether to commit."""
    run = {**report["run"], "updated": format_timestamp(now)}
    ended = run["ended"] if run["state"] not in GOES_ON else None
    run["ended"] = ended
    begun, until = parse_record_timestamp(run["started"]), parse_record_timestamp(ended) if ended else now
    run["elapsed"] = max(0, round((until - begun).total_seconds()))
    run["refresh"] = REFRESH if run["state"] in GOES_ON else 0
    if run["state"] not in GOES_ON:
        run["eta"] = None
    run["commit_allowed"], run["commit_words"] = may_commit(run, report["routers"])
    states = [entry["state"] for entry in report["routers"] if not entry["conductor"]]
    totals = {state: states.count(state) for state in _WORST_FIRST if state in states}
    bad = [entry["state"] for entry in report["routers"] if entry["state"] in _NOT_WELL]
    run["ok"] = None if run["state"] in GOES_ON else run["state"] == "ended" and not bad and not run["stopped"]
    whole = {**report, "run": run, "totals": totals}
    run["outcome"] = _said("outcome", whole) or f"{run['operation']}: {run['state']}"
    whole["attention"] = _said("attention", whole) or _attention(whole)
    return whole


def may_commit(run: Mapping, routers: Sequence[Mapping]) -> tuple[bool | None, str]:
    """May configuration be committed now, and why: not while a node is on its way, or a pair runs two releases."""
    if run["operation"] == "download":
        return True, "A download changes nothing that runs."
    moving = [entry["router"] for entry in routers if entry["state"] == "running"]
    unknown = [entry["router"] for entry in routers if entry["state"] == "unknown"]
    split = [entry["router"] for entry in routers if _on_two_versions(entry)]
    if moving:
        return False, f"Commit nothing now: {_some(moving)} {_be(moving)} being worked on."
    if unknown:
        return False, f"Commit nothing now: it is not known what became of {_some(unknown)}."
    if split:
        return (
            False,
            f"Commit nothing now: {_some(split)} {'has' if len(split) == 1 else 'have'} nodes on two versions.",
        )
    foreign = [entry["router"] for entry in routers if followed_only(entry)]
    if foreign:
        return False, f"Commit nothing now: what runs on {_some(foreign)}, which this run has not begun, may go on."
    if run["state"] in GOES_ON:
        return False, "Commit nothing while the run goes on."
    if run["state"] == "interrupted":
        return None, "The run was interrupted: see with sessionsmart.ssr.report how the nodes are before you commit."
    if routers and all(entry["state"] == "not_started" and not entry["nodes"] for entry in routers):
        return None, "Nothing was learned of any node: see with sessionsmart.ssr.report how they are before you commit."
    return True, "No node of this run is on its way, and no pair runs two versions."


def followed_only(entry: Mapping) -> bool:
    """True if something that this run has not begun runs on a router, and nobody has seen its end."""
    return any(node.get("adopted") and node["state"] == "not_started" for node in entry.get("nodes") or [])


def _on_two_versions(entry: Mapping) -> bool:
    return len({node["running_version"] for node in entry["nodes"] if node["running_version"]}) > 1


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _be(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _attention(report: Mapping) -> list[dict]:
    """What needs a person, where no view says it in its own way."""
    bad = [entry for entry in report["routers"] if entry["state"] in (*BAD, "blocked")]
    return [
        {**{name: entry[name] for name in ("router", "state", "reason", "words")}, "next": "", "case": None}
        for entry in sorted(bad, key=lambda entry: severity(entry["state"]))
    ]


def _said(what: str, report: Mapping) -> Any:
    """What the sentences of the views make of the report; None where there are none, or they fail."""
    try:
        function = view(*SENTENCES[what])
        return function(report) if function else None
    except Exception:  # pylint: disable=broad-exception-caught
        return None  # a report without that sentence is better than none


# -- the end ----------------------------------------------------------------------------------------------------------


def ended(report: Mapping, now: datetime, reason: str | None = None) -> dict:
    """The report of a run that is over. ``reason``: why not all of its routers were begun.

    What no task has said an end of is unknown where something was begun, and not started elsewhere.
    """
    routers = [_closed(entry, now, reason or _NO_TURN) for entry in report["routers"]]
    run = {**report["run"], "state": "ended", "ended": format_timestamp(now), "awaits_end": False}
    return {**report, "run": {**run, "stopped": run["stopped"] or reason}, "routers": routers}


def interrupted(report: Mapping, left: Mapping[str, Mapping[str, str]] | None = None) -> dict:
    """The report of a run that nobody follows any more, which has no end of its own: it ends with its last news.

    ``left``: by router the nodes to which something was sent without a known end, and how that is told.
    """
    run = report["run"]
    now, left = parse_record_timestamp(run["updated"]), left or {}
    routers = [
        _closed(entry, now, left=left.get(entry["router"]))
        if entry["state"] == "running" or (entry["state"] == "waiting" and entry["router"] in left)
        else entry
        for entry in report["routers"]
    ]
    pauses = [{**pause, "to": pause["to"] or run["updated"]} for pause in report["pauses"]]
    run = {**run, "state": "interrupted", "ended": None, "awaits_end": False}
    return {**report, "run": run, "routers": routers, "pauses": pauses}


#: Why it is not known how a router is whose task has said nothing of its end.
NO_WORD = "its task ended without a result: something may have been sent there; run again, it takes up what is running"

_NO_TURN = "its turn did not come"


def _closed(entry: Mapping, now: datetime, reason: str = "", left: Mapping[str, str] | None = None) -> dict:
    """An entry whose end nobody has seen, with the one that is certain."""
    if entry["state"] not in OPEN:
        return dict(entry)
    left = left or {}
    begun = left or entry["state"] == "running" or any(node["state"] == "running" for node in entry["nodes"])
    state, why = ("unknown", NO_WORD) if begun else ("not_started", reason)
    nodes = [
        _closed_node(node, state, left.get(node["node"]) or why, now, node["node"] in left) for node in entry["nodes"]
    ]
    told = [f"{node}: {words}" if len(nodes) > 1 else words for node, words in left.items()]
    gone = {"phase": None, "phase_node": None, "since": None}
    return {**entry, **gone, "state": state, "reason": "; ".join(told) or why, "nodes": nodes}


def _closed_node(node: Mapping, state: str, reason: str, now: datetime, sent: bool = False) -> dict:
    moment = format_timestamp(now)
    phases = [{**phase, "to": phase["to"] or max(moment, phase["from"])} for phase in node["phases"]]
    if node["state"] not in OPEN:
        return {**node, "phases": phases}
    if node["state"] == "running" or sent:
        return {**node, "phases": phases, "state": state, "reason": reason}
    return {**node, "phases": phases, "state": "not_started", "reason": _NO_TURN if state == "unknown" else reason}
