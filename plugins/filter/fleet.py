# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that turn plans and results of many routers into text, reports, and data for the next job of a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_duration
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning import plan_table as table_of_plan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, merge
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import (
    parse_requested_version,
    satisfies,
    try_parse,
)

#: If there are more routers than this, only those with problems are printed.
SHOWN = 100
#: The next job of a workflow gets small data, whatever the size of the fleet: so many routers, and so many characters
#: of each reason. The report contains everything.
HANDED_ON = 20
LETTERS = 160


def plan_table(plan: object) -> list[str]:
    """The plan as a table, followed by the reasons and notes about individual routers."""
    if isinstance(plan, Mapping):
        plan = plan.get("plan") or []
    if not isinstance(plan, Sequence) or isinstance(plan, str):
        raise AnsibleFilterError("plan_table takes the plan of an operation, or a result that has one.")
    return table_of_plan.plan_table(plan) if plan else ["There is nothing to plan: no router was named."]


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


def fleet_lines(report: Mapping) -> list[str]:
    """A report for people: totals, what stopped it, and the routers; if there are many, only those with problems."""
    routers = report.get("by_router") or {}
    shown = routers if len(routers) <= SHOWN else fleet_problems(report, len(routers))
    lines = [_total(report)]
    lines += [f"The task failed: {error}" for error in report.get("errors") or []]
    if report.get("stopped"):
        lines.append(f"No other router was started: {report['stopped']}")
    lines += [_line(router, routers[router]) for router in sorted(shown, key=lambda router: _rank(routers[router]))]
    if len(shown) < len(routers):
        lines.append(f"{len(routers) - len(shown)} routers without problems are not listed.")
    return lines


def _total(report: Mapping) -> str:
    counts = ", ".join(f"{count} {state}" for state, count in report["totals"].items()) or "none"
    seconds = sum(run.get("elapsed") or 0 for run in report.get("runs") or [])
    number = len(report["by_router"])
    ended = f"; it took {format_duration(seconds)}" if seconds else ""
    return f"{number} {'router' if number == 1 else 'routers'}: {counts}{ended}"


def _rank(entry: Mapping) -> int:
    return list(STATES).index(entry["state"])


def _line(router: str, entry: Mapping) -> str:
    return f"{router}: {entry['state'].upper()}: {entry['reason']}"


def fleet_problems(report: Mapping, at_most: int = SHOWN) -> dict:
    """State and reason of the routers that did not succeed, worst first, at most so many."""
    bad = {name: entry for name, entry in (report.get("by_router") or {}).items() if not STATES[entry["state"]].ok}
    worst = sorted(bad, key=lambda name: _rank(bad[name]))[: int(at_most)]
    return {name: {"state": bad[name]["state"], "reason": bad[name]["reason"]} for name in worst}


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
        "problems": {
            name: {"state": entry["state"], "reason": _short(entry["reason"])} for name, entry in kept.items()
        },
        "more_problems": known + int(report.get("not_ok") or 0) - len(kept),
        "errors": [_short(error) for error in [*(before.get("errors") or []), *(report.get("errors") or [])][:3]],
    }


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
    plain = " ".join(str(text or "").split())
    return plain if len(plain) <= LETTERS else plain[: LETTERS - 1] + "…"


def fleet_totals(report: Mapping, before: Mapping | None = None) -> dict:
    """The totals of a report, added to those of the earlier batches."""
    mine, theirs = report.get("totals") or {}, before or {}
    return {state: mine.get(state, 0) + theirs.get(state, 0) for state in STATES if state in mine or state in theirs}


# -- the state of an authority ----------------------------------------------------------------------------------------


def authority_state(assets: Sequence[Mapping], version: str = "") -> dict:
    """How many nodes run which version, and a few names of those that are not settled or on another release.

    ``assets``: as M(sessionsmart.ssr.assets_info) returns them. ``version``: the requested release; empty for none.
    """
    requested = parse_requested_version(version) if version else None
    nodes = {
        NodeId(asset["router"], asset["node"]): asset for asset in assets if asset.get("node") and asset.get("router")
    }
    elsewhere = [
        str(node_id) for node_id, asset in nodes.items() if requested and not _runs(asset.get("version"), requested)
    ]
    unsettled = [str(node_id) for node_id, asset in nodes.items() if not asset.get("settled")]
    versions: dict[str, int] = {}
    for asset in nodes.values():
        running = asset.get("version") or "unknown"
        versions[running] = versions.get(running, 0) + 1
    return {
        "nodes": len(nodes),
        "versions": dict(sorted(versions.items())),
        "wanted": version,
        "elsewhere": len(elsewhere),
        "elsewhere_names": sorted(elsewhere)[:HANDED_ON],
        "unsettled": len(unsettled),
        "unsettled_names": sorted(unsettled)[:HANDED_ON],
    }


def _runs(version: str | None, requested: object) -> bool:
    running = try_parse(version)
    return bool(running and satisfies(running, requested))


def authority_lines(state: Mapping) -> list[str]:
    """The lines for people that describe a result of :func:`authority_state`."""
    lines = [f"{state['nodes']} nodes:"] + [f"    {count} on {version}" for version, count in state["versions"].items()]
    if state["wanted"]:
        lines.append(_named(state, "elsewhere", f"do not run {state['wanted']}", f"All run {state['wanted']}."))
    lines.append(_named(state, "unsettled", "are not settled", "All are settled."))
    return lines


def _named(state: Mapping, what: str, bad: str, good: str) -> str:
    count, names = state[what], state[f"{what}_names"]
    more = f" and {count - len(names)} more" if count > len(names) else ""
    return f"{count} {bad}: {', '.join(names)}{more}." if count else good


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "authority_lines": authority_lines,
            "authority_state": authority_state,
            "fleet_handover": fleet_handover,
            "fleet_lines": fleet_lines,
            "fleet_problems": fleet_problems,
            "fleet_relapsed": fleet_relapsed,
            "fleet_report": fleet_report,
            "fleet_totals": fleet_totals,
            "plan_table": plan_table,
        }
