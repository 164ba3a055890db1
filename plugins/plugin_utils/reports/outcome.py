# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run was and how it ended, in one sentence, and what needs a person now."""

from __future__ import annotations

from collections.abc import Mapping

from ..clock import format_duration
from ..software.counts import counted
from ..software.versions import spelled
from .states import OPERATIONS, by_weight, label, needs_person, weight, worst


def outcome(report: Mapping) -> str:
    """One sentence: what was asked, how many routers are where, and what keeps the run from going on.

    ``Upgrade to 6.3.5-39.r1 ended after 4 h 22 min: 8 of 12 routers are upgraded; 2 reverted, 1 unknown, 1 blocked.``
    """
    run, totals = report["run"], report.get("totals") or {}
    operation, done = OPERATIONS.get(run.get("operation"), ("Run", "are done"))
    version = spelled(run.get("version"))
    link = "of" if run.get("operation") == "download" else "to"
    what = f"{operation} {link} {version}" if version else operation
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
    """How many are as they were wanted; ``done``: a verb and what is done, in the plural."""
    count = sum(totals.values())
    if not count:
        return ""
    routers = counted(count, "router")
    if totals.get("up_to_date") == count:
        return f"{'all ' if count > 1 else ''}{routers} {'were' if count > 1 else 'was'} up to date"
    if check_mode:
        return f"{totals.get('planned', 0)} of {routers} would be {done.partition(' ')[2]}"
    well = totals.get("done", 0)
    verb = done if well != 1 else _singular(done)
    return f"{'all ' if count > 1 else ''}{routers} {verb}" if well == count else f"{well} of {routers} {verb}"


def _singular(done: str) -> str:
    verb, _blank, rest = done.partition(" ")
    return f"{'is' if verb == 'are' else 'has'} {rest}"


def _others(totals: Mapping[str, int]) -> str:
    """What became of the others, worst first."""
    count = sum(totals.values())
    others = [(state, number) for state, number in by_weight(totals) if state not in ("done", "planned")]
    return ", ".join(f"{number} {label(state)}" for state, number in others if (state, number) != ("up_to_date", count))


def _conductors(report: Mapping, done: str) -> str:
    """Conductors are not in the totals: how they are where one took part."""
    states = [router["state"] for router in report.get("routers") or () if router.get("conductor")]
    if not states:
        return ""
    state = worst(states)
    return f"the conductor {_singular(done) if state == 'done' else f'is {label(state)}'}"


def _stopped(run: Mapping) -> str:
    reason = " ".join(str(run.get("stopped") or "").split()).rstrip(".")
    verb = "is" if run.get("state") in ("running", "stopping") else "was"
    return f" Nothing new {verb} begun: {reason}." if reason else ""


def next_words(run: Mapping) -> str:
    """What to do next, as a sentence without the command, which stands below it."""
    words = str(run.get("next_words") or "").strip().removesuffix(str(run.get("next_command") or ""))
    words = words.rstrip(" :")
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('.') or not words else '.'}"


def without_attention(run: Mapping) -> str:
    """What is said where no router needs a person: of a run that nobody follows any more, that is no good news."""
    if run.get("state") == "interrupted":
        return "The run was interrupted: see with sessionsmart.ssr.report how the nodes are."
    return (
        "Nothing needs a person so far." if run.get("state") in ("running", "stopping") else "Nothing needs a person."
    )


def commit_headline(run: Mapping) -> str:
    """May configuration be committed, in one sentence; ``commit_words`` say why. Empty where nothing is said of it."""
    allowed = run.get("commit_allowed")
    if allowed is None:
        return "It is not known whether configuration may be committed." if run.get("commit_words") else ""
    return "Configuration may be committed." if allowed else "Do not commit configuration now."


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
