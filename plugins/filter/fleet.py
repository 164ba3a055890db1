# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that turn plans and results of many routers into text, reports, and data for the next job of a workflow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.filter.play import serial_batches
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.hidden_results import columns
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_duration
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning import plan_table as table_of_plan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batch_plan import (
    batch_lines as lines_of_batches,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batch_plan import split_into_batches
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.join_text import in_short, listed
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.levels import NONE, QUIET
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, merge
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import counted, some

#: If there are more routers than this, only those with problems are printed.
SHOWN = 100
#: The next job of a workflow gets small data, whatever the size of the fleet: so many routers, and so many characters
#: of each reason. The report contains everything.
HANDED_ON = 20
LETTERS = 300


def plan_table(plan: object, most: int | str | None = None) -> list[str]:
    """The plan as a table, followed by the reasons and notes about individual routers.

    ``most``: with more routers than this, none has a row of its own; None or empty: each has one.
    """
    limits = []
    if isinstance(plan, Mapping):
        limits, plan = list(plan.get("limits") or []), plan.get("plan") or []
    if not isinstance(plan, Sequence) or isinstance(plan, str):
        raise AnsibleFilterError("plan_table takes the plan of an operation, or a result that has one.")
    lines = table_of_plan.plan_table(plan, columns(), None if most in (None, "") else int(most)) if plan else []
    return [*lines, *limits] if plan else ["There is nothing to plan: no router was named."]


def batch_lines(plan: Mapping, hosts: Sequence[str], serial: object, bake: object) -> list[str]:
    """The batches that a run over these hosts would have: who comes first, and what each waits for."""
    rows = plan.get("plan") or []
    states = {entry["router"]: entry["state"] for entry in rows}
    routers = {entry["host"]: entry["router"] for entry in rows}
    batches = split_into_batches([routers.get(host, host) for host in hosts], serial_batches(serial))
    return lines_of_batches(batches, states, float(str(bake)))


def fleet_report(results: Sequence[Mapping], check_mode: bool = False) -> dict:
    """The outcome of each router over all these tasks, with totals and with what stopped them."""
    results = [result for result in results or [] if isinstance(result, Mapping) and not result.get("skipped")]
    routers = merge(results, check_mode)
    totals: dict[str, int] = {}
    for entry in routers.values():
        totals[entry["state"]] = totals.get(entry["state"], 0) + 1
    runs = [result["run"] for result in results if result.get("run")]
    return {
        "totals": {state: totals[state] for state in STATES if state in totals},
        "ok": sum(count for state, count in totals.items() if STATES[state].ok),
        "not_ok": sum(count for state, count in totals.items() if not STATES[state].ok),
        "stopped": next((run["stopped"] for run in reversed(runs) if run.get("stopped")), None),
        "errors": [str(result.get("msg")) for result in results if result.get("msg") and "by_router" not in result],
        "version": next((result["version"] for result in reversed(results) if result.get("version")), None),
        "runs": runs,
        "by_router": routers,
    }


def preparation_failure(results: Sequence[Mapping], host: str) -> str:
    """Why a batch cannot begin: the first of these results of its preparation that failed, as a sentence; else empty.

    ``host``: the first of the batch.
    """
    for result in results:
        if result.get("failed") or result.get("unreachable"):
            why = " ".join(str(result.get("msg") or "it gave no reason").split()).rstrip(".")
            return f"The preparation of the batch that begins with {host} failed: {why}."
    return ""


def not_begun(routers: Iterable[str], reason: str) -> dict:
    """The result of a batch to which nothing was sent, as a task of an upgrade would return it."""
    why = reason.rstrip(".").removesuffix("Nothing was sent").rstrip(". ")
    entry = {"state": "not_started", "reason": f"{why}. Nothing was sent.", "nodes": []}
    return {"msg": entry["reason"], "by_router": dict.fromkeys(routers, entry)}


def fleet_lines(report: Mapping, progress: str = NONE) -> list[str]:
    """A report for people: totals, what stopped it, and the routers; if there are many, only those with problems.

    ``progress``: how much was printed before. After a quiet run each router stands above with its reason.
    """
    if progress == QUIET:
        return _in_few_lines(report)
    routers = report.get("by_router") or {}
    shown = routers if len(routers) <= SHOWN else fleet_problems(report, len(routers))
    lines = [_total(report)]
    lines += [f"The task failed: {error}" for error in report.get("errors") or []]
    if report.get("stopped"):
        lines.append(f"No other router was started: {report['stopped']}")
    for names in _alike({router: routers[router] for router in sorted(shown, key=lambda name: _rank(routers[name]))}):
        entry = routers[names[0]]
        reason = entry["reason"] if len(names) == 1 else without_nodes(_problem(entry))
        lines.append(f"{', '.join(names)}: {entry['state'].upper()}: {reason}")
    if len(shown) < len(routers):
        rest = counted(len(routers) - len(shown), "router without problems is", "routers without problems are")
        lines.append(f"{rest} not listed.")
    return lines


def _in_few_lines(report: Mapping) -> list[str]:
    """Totals, what stopped it, and the names of the routers that did not succeed, or were left out."""
    named: dict[str, list[str]] = {}
    for router, entry in (report.get("by_router") or {}).items():
        if not STATES[entry["state"]].ok or entry["state"] == "skipped":
            named.setdefault(entry["state"], []).append(router)
    stopped = [f"No other router was started: {report['stopped']}"] if report.get("stopped") else []
    errors = [f"The task failed: {error}" for error in report.get("errors") or []]
    ordered = [state for state in STATES if state in named]
    return [_total(report), *errors, *stopped, *(f"{state}: {some(named[state], HANDED_ON)}" for state in ordered)]


def totals_line(totals: Mapping[str, int]) -> str:
    """How many routers there are, and how many in each state."""
    counts = ", ".join(f"{count} {state}" for state, count in totals.items()) or "none"
    return f"{counted(sum(totals.values()), 'router')}: {counts}"


def _total(report: Mapping) -> str:
    seconds = sum(run.get("elapsed") or 0 for run in report.get("runs") or [])
    ended = f"; it took {format_duration(seconds)}" if seconds else ""
    return f"{totals_line(report['totals'])}{ended}"


def _rank(entry: Mapping) -> int:
    return list(STATES).index(entry["state"])


def _alike(routers: Mapping[str, Mapping]) -> list[list[str]]:
    """The routers that share a line: those that did not succeed for one reason, whatever their nodes are called."""
    said: dict[tuple, list[str]] = {}
    for name, entry in routers.items():
        key = (name,) if STATES[entry["state"]].ok else (entry["state"], without_nodes(_problem(entry)))
        said.setdefault(key, []).append(name)
    return list(said.values())


def _problem(entry: Mapping) -> dict:
    """State and reason of a router; ``nodes`` is how its reason names them in front, where it does."""
    problem = {"state": entry["state"], "reason": entry["reason"]}
    names = listed(node["node"] for node in entry.get("nodes") or [] if node["state"] == entry["state"])
    return {**problem, "nodes": names} if names and entry["reason"].startswith(f"{names}: ") else problem


def without_nodes(problem: Mapping) -> str:
    """The reason of a router without the names of its nodes, for a line of several routers."""
    return problem["reason"].removeprefix(f"{problem['nodes']}: ") if problem.get("nodes") else problem["reason"]


def fleet_problems(report: Mapping, at_most: int = SHOWN) -> dict:
    """State and reason of the routers that did not succeed, worst first, at most so many."""
    bad = {name: entry for name, entry in (report.get("by_router") or {}).items() if not STATES[entry["state"]].ok}
    worst = sorted(bad, key=lambda name: _rank(bad[name]))[: int(at_most)]
    return {name: _problem(bad[name]) for name in worst}


def fleet_handover(report: Mapping, before: Mapping | None = None, run_id: str = "") -> dict:
    """The data for the next job of a workflow: totals, and a few routers with problems. A few kilobytes for any fleet.

    ``before``: the same data of the earlier batches.
    """
    before = before or {}
    problems = {**(before.get("problems") or {}), **fleet_problems(report, HANDED_ON)}
    kept = dict(list(problems.items())[:HANDED_ON])
    known = len(before.get("problems") or {}) + int(before.get("more_problems") or 0)
    return {
        "run_id": str(run_id),
        "version": report.get("version") or before.get("version"),
        "totals": fleet_totals(report, before.get("totals")),
        "stopped": _short(report.get("stopped")),
        "problems": {name: {**entry, "reason": _short(entry["reason"])} for name, entry in kept.items()},
        "more_problems": known + int(report.get("not_ok") or 0) - len(kept),
        "skipped": dict([*(before.get("skipped") or {}).items(), *_left_out(report)][:HANDED_ON]),
        "errors": [_short(error) for error in [*(before.get("errors") or []), *(report.get("errors") or [])][:3]],
    }


def _left_out(report: Mapping) -> list[tuple[str, str]]:
    """The routers that a rule left out, with it. The reason of a node alone names no node."""
    routers = {name: entry for name, entry in (report.get("by_router") or {}).items() if entry["state"] == "skipped"}
    return [(name, _short(without_nodes(_problem(entry)))) for name, entry in routers.items()]


def fleet_relapsed(handover: Mapping, relapsed: Mapping[str, str]) -> dict:
    """The data for the next job of a workflow, after these routers, which were done, have relapsed."""
    totals = dict(handover.get("totals") or {})
    totals["done"] = max(0, totals.get("done", 0) - len(relapsed))
    totals["relapsed"] = totals.get("relapsed", 0) + len(relapsed)
    problems = {name: {"state": "relapsed", "reason": _short(reason)} for name, reason in relapsed.items()}
    problems |= dict(handover.get("problems") or {})
    kept = dict(list(problems.items())[:HANDED_ON])
    return {
        **handover,
        "totals": {state: totals[state] for state in STATES if totals.get(state)},
        "problems": kept,
        "more_problems": int(handover.get("more_problems") or 0) + len(problems) - len(kept),
    }


def _short(text: object) -> str:
    return in_short(text, LETTERS)


def fleet_totals(report: Mapping, before: Mapping | None = None) -> dict:
    """The totals of a report, added to those of the earlier batches."""
    mine, theirs = report.get("totals") or {}, before or {}
    return {state: mine.get(state, 0) + theirs.get(state, 0) for state in STATES if state in mine or state in theirs}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "batch_lines": batch_lines,
            "fleet_handover": fleet_handover,
            "fleet_lines": fleet_lines,
            "fleet_problems": fleet_problems,
            "fleet_relapsed": fleet_relapsed,
            "fleet_report": fleet_report,
            "fleet_totals": fleet_totals,
            "not_begun": not_begun,
            "plan_table": plan_table,
            "preparation_failure": preparation_failure,
        }
