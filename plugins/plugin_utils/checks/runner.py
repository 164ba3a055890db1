# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs checks on the targets that they apply to, and sums up the results of each router."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ..pcli.errors import DeviceError, NoPrompt, PcliError
from ..pcli.waiting import Blocking, Steps, Waiting, finish
from ..software.versions import spelled
from .authority import Authority
from .check_context import CheckContext, local_context
from .registry import Check, CheckResult, Finding, failed, skipped

#: Seconds between two progress lines, where a fleet keeps the conductor busy for minutes.
_HEARTBEAT = 60.0
_REASONS = 3
_NOT_MADE = "it could not be determined: {}"

#: Results that are not made again, by the name of the check and its target.
Kept = Mapping[tuple[str, str], CheckResult]


@dataclass(frozen=True)
class CheckRun:
    """All results in the order of the checks, and those that count for each router."""

    results: list[CheckResult] = field(default_factory=list)
    by_router: dict[str, list[CheckResult]] = field(default_factory=dict)

    def verdicts(self) -> dict[str, dict[str, str]]:
        """State (pass, warn or fail) and reason of each router. Only a blocking check makes it fail."""
        return {router: _verdict(results) for router, results in self.by_router.items()}


def _verdict(results: Sequence[CheckResult]) -> dict[str, str]:
    blocking = [result for result in results if result.blocks]
    if blocking:
        return {"state": "fail", "reason": _reasons(blocking)}
    notable = [result for result in results if result.state in ("fail", "warn")]
    if notable:
        return {"state": "warn", "reason": _reasons(notable)}
    return {"state": "pass", "reason": f"{sum(result.state == 'pass' for result in results)} checks passed"}


def _reasons(results: Sequence[CheckResult]) -> str:
    shown = "; ".join(f"{result.name}: {result.reason}" for result in results[:_REASONS])
    return shown + (f"; and {len(results) - _REASONS} more" if len(results) > _REASONS else "")


def run_checks(checks: Sequence[Check], authority: Authority, kept: Kept | None = None) -> CheckRun:
    """The same as :func:`check_steps`, without yielding."""
    return finish(check_steps(checks, authority, Blocking(authority.clock), kept))


def check_steps(
    checks: Sequence[Check], authority: Authority, waiting: Waiting, kept: Kept | None = None
) -> Steps[CheckRun]:
    """Make the checks. Results that are ``kept`` count, and their checks are not made again.

    A failure of the authority as a whole blocks each of the routers. Raises the error of a lost session.
    """
    local_node = yield from waiting.ask(lambda: authority.local_node)
    routers = [target.router for target in authority.targets] or [local_node.router]
    check_run = CheckRun(by_router={router: [] for router in routers})
    reported_at = authority.clock.now()
    for check in checks:
        contexts = yield from waiting.ask(partial(contexts_of, check, authority))
        due = [context for context in contexts if (check.name, context.target) not in (kept or {})]
        if check.prefetch:
            yield from _prefetch(check, due, waiting)
        for number, context in enumerate(contexts):
            result = (kept or {}).get((check.name, context.target))
            result = result or (yield from waiting.ask(partial(run_check, check, context)))
            result = _unless_lifted(result, authority.lifted.get((context.router, check.name)))
            check_run.results.append(result)
            for router in _concerned(check, result, context):
                check_run.by_router[router].append(result)
            if authority.clock.now() - reported_at >= _HEARTBEAT:
                reported_at = authority.clock.now()
                authority.progress(f"checking {check.name}: {number + 1} of {len(contexts)}")
    return check_run


def _unless_lifted(result: CheckResult, words: str | None) -> CheckResult:
    """A check that a person has lifted by name for this router warns, and says who that was (rule 46)."""
    if words is None or not result.blocks:
        return result
    return replace(result, state="warn", reason=f"{result.reason} ({words})")


def _prefetch(check: Check, contexts: Sequence[CheckContext], waiting: Waiting) -> Steps[None]:
    def applicable() -> list[CheckContext]:
        return [context for context in contexts if not _not_applicable(check, context)]

    contexts = yield from waiting.ask(applicable)
    if contexts:
        yield from check.prefetch(contexts, waiting)


def _concerned(check: Check, result: CheckResult, context: CheckContext) -> Sequence[str]:
    """The routers for which a result counts. One of the whole authority counts for all, but only if it blocks."""
    targets = context.authority.targets
    if check.per != "authority" or not targets:
        return [context.router]
    return list(dict.fromkeys(target.router for target in targets)) if result.blocks else []


def contexts_of(check: Check, authority: Authority) -> list[CheckContext]:
    """The targets that a check applies to."""
    if check.per == "authority":
        return [local_context(authority)]
    if not authority.targets:
        return [local_context(authority)] if "conductor" in check.applies else []
    contexts = []
    for target in authority.targets:
        if authority.kind(target.router) not in check.applies or not (target.nodes or check.unknown_targets):
            continue
        nodes = [None] if check.per == "router" else target.nodes
        contexts += [CheckContext(authority, target.router, node) for node in nodes]
    return list({context.target: context for context in contexts}.values())  # both nodes may be targets of their own


def run_check(check: Check, context: CheckContext) -> CheckResult:
    """Make one check. What only the restart of a node explains that an earlier run began is a warning.

    That operation is followed to its end before anything else is sent, and the pair is examined again then.
    """
    result = _make(check, context)
    if not (result.blocks and check.fails_in_restart):
        return result
    moved = context.moved
    ours = moved.get(context.node) if check.per == "node" else next(iter(moved.values()), None)
    if ours is None:
        return result
    reason = f"{ours[:1].upper()}{ours[1:]}, so it is resumed: {result.reason}"
    return replace(result, state="warn", reason=reason, excused=True)


def checks_to_repeat(checks: Sequence[Check], check_run: CheckRun) -> dict[str, list[str | dict]]:
    """The checks that stop a router once what an earlier run began is over, by router, as a user's list names them."""
    entries = {check.name: {"name": check.name, **check.given} if check.given else check.name for check in checks}
    excused = {
        router: list(dict.fromkeys(result.name for result in results if result.excused))
        for router, results in check_run.by_router.items()
    }
    return {router: [entries[name] for name in names] for router, names in excused.items() if names}


def _make(check: Check, context: CheckContext) -> CheckResult:
    """Make one check. A refusal of the device is a finding of that check; the error of a lost session is raised."""
    try:
        finding = _not_applicable(check, context) or check.function(context, **check.given)
    except (DeviceError, NoPrompt) as error:
        finding = failed(_NOT_MADE.format(error), getattr(error, "words", str(error)), undetermined=True)
    except PcliError as error:
        if error.connection:
            raise
        finding = failed(_NOT_MADE.format(error), undetermined=True)
    reason = finding.reason[:1].upper() + finding.reason[1:]
    return CheckResult(
        check.name,
        context.target,
        finding.state,
        check.severity,
        reason,
        finding.evidence,
        finding.pending,
        finding.undetermined,
        finding.excused and check.severity == "block",
    )


def _not_applicable(check: Check, context: CheckContext) -> Finding | None:
    """Why this check cannot be made on this target; None if it can."""
    if check.probes_target and context.away:
        return skipped("it is disconnected, so it cannot be asked")
    if check.since and not context.authority.local_facts.release.at_least(*check.since):
        since = ".".join(str(part) for part in check.since)
        own = spelled(context.authority.local_facts.release.text)
        return skipped(f"it needs a conductor on {since} or newer, and this one runs {own}")
    return None
