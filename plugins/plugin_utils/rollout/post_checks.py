# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Named checks of the registry after a node, for conductors and routers: repeated until they hold or time is up.

A check that stops the procedure makes the node ``failed``. Only a fault of the node itself counts as ``local_fault``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..checks.authority import Authority
from ..checks.registry import CHECKS, Check, CheckResult, table
from ..checks.runner import CheckRun, Kept, check_steps
from ..checks.waiter import StableWait
from ..pcli.errors import FINAL, PcliError
from ..pcli.waiting import Steps
from ..planning.revert_rules import local_fault
from ..software.targets import Target
from ..software.versions import Version, spelled
from .events import Judged
from .node_log import NodeLog
from .regressions import ComparisonOutcome
from .router_view import RouterView

#: A node that needed nothing is checked as well: an earlier run may have ended before it was.
_CHECKED_STATES = ("done", "up_to_date")

#: What a round is called that could not be finished, among the names of checks.
_SESSION = "session"

_VENDOR_CHECK = "vendor_health_check"


@dataclass(frozen=True)
class PostCheckOptions:
    """Which checks run after a node, and what they are given; see the options of the module health_check.

    ``wait_timeout``: seconds for which failing checks are repeated; ``record``: is given the results of each node.
    """

    checks: tuple[Check, ...] = ()
    requested_version: Version | None = None
    wait_timeout: float = 900
    poll_interval: float = 2
    retry_pause: float = 30
    stable_polls: int = 3
    allow_alarms: tuple[re.Pattern, ...] = ()
    alarms_before: frozenset[tuple[str, str, str | None]] = frozenset()
    plugins_before: dict[str, str] | None = None
    grace: float | None = None
    health_timeout: float = 900
    health_unknown: str = "warn"
    #: What is said of the checks that a person has lifted, by router and check (rule 46).
    lifted: Mapping[tuple[str, str], str] = field(default_factory=dict)
    record: Callable[[Sequence[CheckResult]], None] = lambda results: None
    #: False: they are those before an operation, made once more.
    after: bool = True

    @property
    def names(self) -> set[str]:
        """The names of the checks."""
        return {check.name for check in self.checks}


@dataclass
class PostChecks:
    """The checks after nodes of one router. ``options`` None: there are none."""

    view: RouterView
    options: PostCheckOptions | None
    #: Called as soon as a check does not hold, before it is repeated.
    doubt: Callable[[], None] = lambda: None
    #: True once the conductor must not be asked again.
    conductor_lost: bool = False

    def _due(self, logs: Sequence[NodeLog]) -> list[NodeLog]:
        """The nodes that are to be checked."""
        checks = self.options is not None and self.options.checks
        return [log for log in logs if log.result.state in _CHECKED_STATES] if checks else []

    def includes_vendor_check(self, node: str) -> bool:
        """True if the vendor's own health check of this node is one of the checks."""
        named = self.options is not None and _VENDOR_CHECK in self.options.names
        return named and (not self._is_conductor or node == self.view.poller.local_node[1])

    @property
    def _is_conductor(self) -> bool:
        return self.view.router == self.view.poller.local_node[0]

    def steps(self, logs: Sequence[NodeLog]) -> Steps[None]:
        """Check these nodes. One that a check stops becomes ``failed``."""
        due = self._due(logs)
        if not due:
            return
        context = self.view.context
        context.tell(f"{', '.join(str(log.node_id) for log in due)}: the checks run")
        try:
            check_run = yield from self.wait_until_they_hold(_targets(due))
        except PcliError as error:
            self.conductor_lost = True
            for log in due:
                running = log.result.running_version
                log.record(Judged("failed", f"runs {spelled(running)}, but it could not be checked: {error}"))
            return
        for line in table(check_run.results):
            context.tell(line)
        self.options.record(check_run.results)
        targets = {str(log.node_id) for log in due}
        for log in due:
            others = targets - {str(log.node_id)}
            of_router = check_run.by_router.get(log.result.router) or check_run.results
            self._judge(log, [check for check in of_router if check.target not in others])

    def record_comparison(self, outcome: ComparisonOutcome) -> None:
        """Record the comparison with the time before as one of the checks."""
        if self.options is None:
            return
        state, reason = "pass", "Nothing was lost since before"
        if outcome.lost:
            state, reason = "fail", outcome.lost
        elif outcome.not_compared:
            state, reason = "warn", f"Not compared with the time before: {outcome.not_compared}"
        undetermined = outcome.not_compared is not None
        self.options.record(
            [CheckResult("comparison", self.view.router, state, "block", reason, undetermined=undetermined)]
        )

    def _judge(self, log: NodeLog, checks: Sequence[CheckResult]) -> None:
        """The verdict of these checks on one node."""
        blocking = [check for check in checks if check.blocks]
        if not blocking:
            return
        words = "; ".join(f"{check.name}: {check.reason.rstrip('.')}" for check in blocking)
        local = bool(local_fault({}, {"checks": [check.as_data() for check in blocking]}))
        only_unreadable = all(check.name == _VENDOR_CHECK and check.undetermined for check in blocking)
        state = "held" if only_unreadable else "failed"
        unknown = all(check.undetermined for check in blocking)
        what = f"but its health is unknown: {words}" if unknown else f"but it is not healthy: {words}"
        reason = f"runs {spelled(log.result.running_version)}, {what}"
        log.record(Judged(state, reason, local_fault=local))

    def _checks(self) -> list[Check]:
        """The checks; of the conductor the version always, as its own session shows it."""
        checks = list(self.options.checks)
        needs_version = self._is_conductor and "version" not in self.options.names
        return [CHECKS["version"], *checks] if needs_version else checks

    def wait_until_they_hold(self, targets: Sequence[Target]) -> Steps[CheckRun]:
        """The results of the last round. Raises PcliError where the conductor must not be asked again."""
        context, options = self.view.context, self.options
        started = context.clock.now()

        def run_round(kept: Kept) -> Steps[CheckRun]:
            return self._run_round(targets, kept, context.clock.now() - started)

        stable_wait = StableWait(
            context.clock,
            wait_timeout=options.wait_timeout,
            soak=0,
            pause=options.poll_interval,
            retry_pause=options.retry_pause,
            report_progress=self._not_yet,
        )
        return (yield from stable_wait.steps(run_round, context.alive, context.waiting))

    def _not_yet(self, line: str) -> None:
        self.doubt()
        self.view.context.tell(f"{self.view.router}: not healthy yet: {line}")

    def _run_round(self, targets: Sequence[Target], kept: Kept, waited: float) -> Steps[CheckRun]:
        """All checks once. Where the session is lost, the round has failed; the next poll opens it anew."""
        try:
            authority = self._authority(targets, waited)
            return (yield from check_steps(self._checks(), authority, self.view.context.waiting, kept))
        except FINAL:
            raise
        except PcliError as error:
            self.view.poller.note(error)
            reason = f"The checks could not be finished: {error}"
            lost = CheckResult(_SESSION, self.view.router, "fail", "block", reason, undetermined=True)
            return CheckRun([lost], {self.view.router: [lost]})

    def _authority(self, targets: Sequence[Target], waited: float) -> Authority:
        """What is examined in one round: nothing is kept of the answers of the last one."""
        context, poller, options = self.view.context, self.view.poller, self.options
        # The session's own node alone is checked together with its peer, as health_check does without targets.
        own_only = [node_id for target in targets for node_id in target.node_ids] == [poller.local_node]
        return Authority(
            conductor=context.conductor,
            clock=context.clock,
            wanted=options.requested_version,
            targets=() if own_only else tuple(targets),
            settled_polls=options.stable_polls,
            poll_pause=options.poll_interval,
            after=options.after,
            waited=waited if options.wait_timeout else None,
            grace=options.grace,
            allow_alarms=options.allow_alarms,
            alarms_before=options.alarms_before,
            plugins_before=options.plugins_before,
            assets_count=poller.counts(self.view.router),
            health_timeout=options.health_timeout,
            health_unknown=options.health_unknown,
            lifted=options.lifted,
            progress=context.tell,
        )


def _targets(logs: Sequence[NodeLog]) -> list[Target]:
    """The nodes as targets of checks, by router."""
    nodes: dict[str, list[str]] = {}
    for log in logs:
        nodes.setdefault(log.result.router, []).append(log.result.node)
    return [Target(router, tuple(names), whole=False) for router, names in nodes.items()]
