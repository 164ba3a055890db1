# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run was and how it ended, in one sentence, and what needs a person now."""

from __future__ import annotations

from collections.abc import Mapping

from ..clock import format_duration
from ..software.counts import counted
from ..software.versions import spelled
from .states import OPERATIONS, by_weight, label, needs_person, weight

#: These are as they were wanted.
_WELL = ("done", "up_to_date")


def outcome(report: Mapping) -> str:
    """One sentence: what was asked, how many routers are where, and what keeps the run from going on.

    ``Upgrade to 6.3.5-39.r1 ended after 4 h 22 min: 8 of 12 routers are upgraded; 2 reverted, 1 unknown, 1 blocked.``
    """
    run, totals = report["run"], report.get("totals") or {}
    operation, done = OPERATIONS.get(run.get("operation"), ("Run", "done"))
    version = spelled(run.get("version"))
    what = f"{operation} to {version}" if version and run.get("operation") != "download" else operation
    if version and run.get("operation") == "download":
        what = f"{operation} of {version}"
    parts = [_routers(totals, done, bool(run.get("check_mode"))), _others(totals), _conductors(report, done)]
    said = "; ".join(part for part in parts if part)
    return f"{what} {_state_of_run(run)}: {said or 'no router took part'}.{_stopped(run)}"


def _state_of_run(run: Mapping) -> str:
    elapsed = format_duration(float(run.get("elapsed") or 0))
    state = {
        "running": f"has been running for {elapsed}",
        "stopping": f"is stopping after {elapsed}",
        "interrupted": f"was interrupted after {elapsed}",
    }.get(run.get("state"), f"ended after {elapsed}")
    return f"(dry run) {state}" if run.get("check_mode") else state


def _routers(totals: Mapping[str, int], done: str, check_mode: bool) -> str:
    count = sum(totals.values())
    if not count:
        return ""
    well = sum(totals.get(state, 0) for state in _WELL)
    if check_mode:
        planned = totals.get("planned", 0)
        return f"{planned} of {counted(count, 'router')} would be {done}"
    verb = "is" if well == 1 else "are"
    if well == count:
        return f"{'all ' if count > 1 else ''}{counted(count, 'router')} {verb} {done}"
    return f"{well} of {counted(count, 'router')} {verb} {done}"


def _others(totals: Mapping[str, int]) -> str:
    """What became of the others, worst first."""
    others = [(state, count) for state, count in by_weight(totals) if state not in (*_WELL, "planned")]
    return ", ".join(f"{count} {label(state)}" for state, count in others)


def _conductors(report: Mapping, done: str) -> str:
    """Conductors are not in the totals: how they are where one took part."""
    states = [router["state"] for router in report.get("routers") or () if router.get("conductor")]
    if not states:
        return ""
    state = min(states, key=weight)
    return f"the conductor is {done if state == 'done' else label(state)}"


def _stopped(run: Mapping) -> str:
    reason = " ".join(str(run.get("stopped") or "").split()).rstrip(".")
    return f" Nothing new is begun: {reason}." if reason else ""


def attention(report: Mapping) -> list[dict]:
    """What needs a person now, worst first: each router in a bad state, with its reason and what to do next.

    Routers that a run has not begun count once it has ended. ``words``: the conductor's own. ``case``: None; whoever
    writes a case file adds its name.
    """
    run = report["run"]
    goes_on = run.get("state") in ("running", "stopping")
    bad = [
        router
        for router in report.get("routers") or ()
        if needs_person(router["state"]) and not (goes_on and router["state"] == "not_started")
    ]
    return [
        {
            "router": router["router"],
            "state": router["state"],
            "reason": router.get("reason") or "",
            "words": router.get("words") or "",
            "next": router.get("next") or run.get("next_command") or "",
            "case": None,
        }
        for router in sorted(bad, key=lambda router: weight(router["state"]))
    ]
