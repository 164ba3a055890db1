# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running checks: each for the targets that it applies to, and what that means for each router."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..pcli.errors import DeviceError, NoPrompt, PcliError
from .context import Authority, Context
from .registry import Check, CheckResult, Finding, failed, skipped

#: Seconds between two lines about how far it is, where a fleet keeps the conductor busy for minutes.
_HEARTBEAT = 60.0
_REASONS = 3


@dataclass(frozen=True)
class CheckRun:
    """What the checks said: all results in the order of the checks, and which of them count for each router."""

    results: list[CheckResult] = field(default_factory=list)
    by_router: dict[str, list[CheckResult]] = field(default_factory=dict)

    def verdicts(self) -> dict[str, dict[str, str]]:
        """State (pass, warn or fail) and reason of each router. Only what blocks makes it fail."""
        return {router: _verdict(results) for router, results in self.by_router.items()}


def _verdict(results: Sequence[CheckResult]) -> dict[str, str]:
    blocking = [result for result in results if result.blocks]
    if blocking:
        return {"state": "fail", "reason": _reasons(blocking)}
    odd = [result for result in results if result.state in ("fail", "warn")]
    if odd:
        return {"state": "warn", "reason": _reasons(odd)}
    return {"state": "pass", "reason": f"{sum(result.state == 'pass' for result in results)} checks passed"}


def _reasons(results: Sequence[CheckResult]) -> str:
    told = "; ".join(f"{result.name}: {result.reason}" for result in results[:_REASONS])
    return told + (f"; and {len(results) - _REASONS} more" if len(results) > _REASONS else "")


def survey(
    checks: Sequence[Check], authority: Authority, kept: Mapping[tuple[str, str], CheckResult] | None = None
) -> CheckRun:
    """Make the checks; those that are ``kept`` (by name and target) count and are not made again.

    A lost session is raised.

    What is wrong with the authority as a whole blocks each of the routers.
    """
    routers = [target.router for target in authority.targets] or [authority.here[0]]
    found = CheckRun(by_router={router: [] for router in routers})
    told = authority.clock.now()
    for check in checks:
        contexts = contexts_of(check, authority)
        if check.prefetch:
            _ask_together(check, [context for context in contexts if (check.name, context.target) not in (kept or {})])
        for number, context in enumerate(contexts):
            result = (kept or {}).get((check.name, context.target)) or run_check(check, context)
            found.results.append(result)
            for router in _concerned(check, result, context):
                found.by_router[router].append(result)
            if authority.clock.now() - told >= _HEARTBEAT:
                told = authority.clock.now()
                authority.progress(f"checking {check.name}: {number + 1} of {len(contexts)}")
    return found


def _ask_together(check: Check, contexts: Sequence[Context]) -> None:
    asked = [context for context in contexts if not _unanswerable(check, context)]
    if asked:
        check.prefetch(asked)


def _concerned(check: Check, result: CheckResult, context: Context) -> Sequence[str]:
    """The routers for which a result counts: of what is said of the authority, only what stops everything."""
    targets = context.authority.targets
    if check.per != "authority" or not targets:
        return [context.router]
    return list(dict.fromkeys(target.router for target in targets)) if result.blocks else []


def contexts_of(one: Check, authority: Authority) -> list[Context]:
    """The targets that a check applies to."""
    if one.per == "authority":
        return [authority.own()]
    if not authority.targets:
        return [authority.own()] if "conductor" in one.applies else []
    found = []
    for target in authority.targets:
        if authority.kind(target.router) not in one.applies or not (target.nodes or one.unknown_targets):
            continue
        nodes = [None] if one.per == "router" else target.nodes
        found += [Context(authority, target.router, node) for node in nodes]
    return list({context.target: context for context in found}.values())  # both nodes may have been named singly


def run_check(one: Check, context: Context) -> CheckResult:
    """Make one check. What the device refuses is a finding of that check; a lost session is raised."""
    try:
        finding = _unanswerable(one, context) or one.function(context, **one.given)
    except (DeviceError, NoPrompt) as error:
        finding = failed(f"it could not be told: {error}", getattr(error, "words", str(error)))
    except PcliError as error:
        if error.connection:
            raise
        finding = failed(f"it could not be told: {error}")
    reason = finding.reason[:1].upper() + finding.reason[1:]
    return CheckResult(one.name, context.target, finding.state, one.severity, reason, finding.evidence, finding.pending)


def _unanswerable(check: Check, context: Context) -> Finding | None:
    """Why this check cannot be made here at all, if so."""
    if check.probes_target and context.away:
        return skipped("it is disconnected, so it cannot be asked")
    if check.since and not context.authority.release.at_least(*check.since):
        since = ".".join(str(part) for part in check.since)
        return skipped(f"it needs a conductor on {since} or newer, and this one runs {context.authority.release.text}")
    return None
