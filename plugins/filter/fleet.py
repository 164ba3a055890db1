# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans and results of many routers, for people, for reports and for the next job of a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import spoken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import fleet_plan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.share import together
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.verdicts import STATES

#: More routers than this are not printed one by one, unless something is the matter with them.
SHOWN = 100


def plan_table(plan: object) -> list[str]:
    """The plan as a table, and below it what there is to say about single routers."""
    if isinstance(plan, Mapping):
        plan = plan.get("plan") or []
    if not isinstance(plan, Sequence) or isinstance(plan, str):
        raise AnsibleFilterError("plan_table takes the plan of an operation, or a result that has one.")
    return fleet_plan.plan_table(plan) if plan else ["There is nothing to plan: no router was named."]


def fleet_report(results: Sequence[Mapping], check_mode: bool = False) -> dict:
    """What became of each router, of all that these tasks did, with totals and with what stopped them."""
    results = [one for one in results or [] if isinstance(one, Mapping) and not one.get("skipped")]
    routers = together(results, check_mode)
    totals: dict[str, int] = {}
    for entry in routers.values():
        totals[entry["state"]] = totals.get(entry["state"], 0) + 1
    runs = [one["run"] for one in results if one.get("run")]
    return {
        "totals": {state: totals[state] for state in STATES if state in totals},
        "ok": sum(count for state, count in totals.items() if STATES[state].ok),
        "not_ok": sum(count for state, count in totals.items() if not STATES[state].ok),
        "stopped": next((run["stopped"] for run in reversed(runs) if run.get("stopped")), None),
        "errors": [str(one.get("msg")) for one in results if one.get("msg") and "by_router" not in one],
        "version": next((one["version"] for one in reversed(results) if one.get("version")), None),
        "runs": runs,
        "by_router": routers,
    }


def fleet_lines(report: Mapping) -> list[str]:
    """A report for people: totals, what stopped it, and the routers; of many only those that are not well."""
    routers = report.get("by_router") or {}
    shown = routers if len(routers) <= SHOWN else fleet_problems(report, len(routers))
    lines = [_total(report)]
    lines += [f"The task failed: {one}" for one in report.get("errors") or []]
    if report.get("stopped"):
        lines.append(f"No other router was begun: {report['stopped']}")
    lines += [_line(router, routers[router]) for router in sorted(shown, key=lambda one: _rank(routers[one]))]
    if len(shown) < len(routers):
        lines.append(f"{len(routers) - len(shown)} routers that are well are not listed here.")
    return lines


def _total(report: Mapping) -> str:
    counts = ", ".join(f"{count} {state}" for state, count in report["totals"].items()) or "none"
    took = sum(run.get("elapsed") or 0 for run in report.get("runs") or [])
    number = len(report["by_router"])
    ended = f"; it took {spoken(took)}" if took else ""
    return f"{number} {'router' if number == 1 else 'routers'}: {counts}{ended}"


def _rank(entry: Mapping) -> int:
    return list(STATES).index(entry["state"])


def _line(router: str, entry: Mapping) -> str:
    return f"{router}: {entry['state'].upper()}: {entry['reason']}"


def fleet_problems(report: Mapping, at_most: int = SHOWN) -> dict:
    """State and reason of the routers that did not come to a good end, worst first, no more than so many."""
    bad = {name: entry for name, entry in (report.get("by_router") or {}).items() if not STATES[entry["state"]].ok}
    worst = sorted(bad, key=lambda name: _rank(bad[name]))[: int(at_most)]
    return {name: {"state": bad[name]["state"], "reason": bad[name]["reason"]} for name in worst}


def fleet_totals(report: Mapping, before: Mapping | None = None) -> dict:
    """The totals of a report, added to those of the batches before it."""
    mine, theirs = report.get("totals") or {}, before or {}
    return {state: mine.get(state, 0) + theirs.get(state, 0) for state in STATES if state in mine or state in theirs}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "fleet_lines": fleet_lines,
            "fleet_problems": fleet_problems,
            "fleet_report": fleet_report,
            "fleet_totals": fleet_totals,
            "plan_table": plan_table,
        }
