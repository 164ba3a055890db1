# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans and results of many routers, for people, for reports and for the next job of a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_duration
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning import plan as fleet_plan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, merge
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import (
    parse_requested_version,
    satisfies,
    try_parse,
)

#: More routers than this are not printed one by one, unless something is the matter with them.
SHOWN = 100
#: What is handed on to the next job of a workflow is small, whatever the fleet: so many routers, and so many letters of
#: each reason. The whole story is in the report.
HANDED_ON = 20
LETTERS = 160


def plan_table(plan: object) -> list[str]:
    """The plan as a table, and below it what there is to say about single routers."""
    if isinstance(plan, Mapping):
        plan = plan.get("plan") or []
    if not isinstance(plan, Sequence) or isinstance(plan, str):
        raise AnsibleFilterError("plan_table takes the plan of an operation, or a result that has one.")
    return fleet_plan.plan_table(plan) if plan else ["There is nothing to plan: no router was named."]


def fleet_report(results: Sequence[Mapping], check_mode: bool = False) -> dict:
    """What became of each router, of all that these tasks did, with totals and with what stopped them."""
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
    """A report for people: totals, what stopped it, and the routers; of many only those that are not well."""
    routers = report.get("by_router") or {}
    shown = routers if len(routers) <= SHOWN else fleet_problems(report, len(routers))
    lines = [_total(report)]
    lines += [f"The task failed: {error}" for error in report.get("errors") or []]
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
    ended = f"; it took {format_duration(took)}" if took else ""
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


def fleet_handover(report: Mapping, before: Mapping | None = None, run_id: str = "") -> dict:
    """What the next job of a workflow gets: totals, and a few routers with problems. A few kilobytes for any fleet.

    ``before``: the same of the batches before.
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
        "problems": {name: {"state": one["state"], "reason": _short(one["reason"])} for name, one in kept.items()},
        "more_problems": known + int(report.get("not_ok") or 0) - len(kept),
        "errors": [_short(error) for error in [*(before.get("errors") or []), *(report.get("errors") or [])][:3]],
    }


def _short(text: object) -> str:
    plain = " ".join(str(text or "").split())
    return plain if len(plain) <= LETTERS else plain[: LETTERS - 1] + "…"


def fleet_totals(report: Mapping, before: Mapping | None = None) -> dict:
    """The totals of a report, added to those of the batches before it."""
    mine, theirs = report.get("totals") or {}, before or {}
    return {state: mine.get(state, 0) + theirs.get(state, 0) for state in STATES if state in mine or state in theirs}


# -- how an authority is now ------------------------------------------------------------------------------------------


def authority_state(assets: Sequence[Mapping], version: str = "") -> dict:
    """How many nodes run what, and which are not settled or do not run the wanted release; few names, always.

    ``assets``: as M(sessionsmart.ssr.assets_info) returns them. ``version``: the wanted release; empty for none.
    """
    wish = parse_requested_version(version) if version else None
    places = {
        f"{asset['node']}.{asset['router']}": asset for asset in assets if asset.get("node") and asset.get("router")
    }
    elsewhere = [place for place, one in places.items() if wish and not _runs(one.get("version"), wish)]
    unsettled = [place for place, one in places.items() if not one.get("settled")]
    versions: dict[str, int] = {}
    for one in places.values():
        runs = one.get("version") or "unknown"
        versions[runs] = versions.get(runs, 0) + 1
    return {
        "nodes": len(places),
        "versions": dict(sorted(versions.items())),
        "wanted": version,
        "elsewhere": len(elsewhere),
        "elsewhere_names": sorted(elsewhere)[:HANDED_ON],
        "unsettled": len(unsettled),
        "unsettled_names": sorted(unsettled)[:HANDED_ON],
    }


def _runs(version: str | None, wish: object) -> bool:
    running = try_parse(version)
    return bool(running and satisfies(running, wish))


def authority_lines(state: Mapping) -> list[str]:
    """The same for people."""
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
            "fleet_report": fleet_report,
            "fleet_totals": fleet_totals,
            "plan_table": plan_table,
        }
