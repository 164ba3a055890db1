# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Named checks of the registry after a node, for conductors and routers: repeated until they hold or time is up.

A check that stops the procedure makes the node ``failed``. Only a fault of the node itself counts as ``local_fault``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from ..checks.authority import Authority
from ..checks.registry import CHECKS, Check, CheckResult, table
from ..checks.runner import CheckRun, run_checks
from ..checks.waiter import Kept, StableWait
from ..pcli.errors import PcliError
from ..planning.revert_rules import NOT_DETERMINED, local_fault
from ..software.targets import Target
from ..software.versions import Version
from .poller import FINAL
from .results import NodeResult
from .router_view import RouterView

#: A node that needed nothing is checked as well: an earlier run may have ended before it was.
_CHECKED_STATES = ("done", "up_to_date")

#: What a round is called that could not be finished, among the names of checks.
_SESSION = "session"


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
    record: Callable[[Sequence[CheckResult]], None] = lambda results: None

    @property
    def names(self) -> set[str]:
        """The names of the checks."""
        return {check.name for check in self.checks}


@dataclass
class PostChecks:
    """The checks after nodes of one router. ``options`` None: there are none."""

    view: RouterView
    options: PostCheckOptions | None

    def due(self, results: Sequence[NodeResult]) -> list[NodeResult]:
        """The results of the nodes that are to be checked."""
        checks = self.options is not None and self.options.checks
        return [result for result in results if result.state in _CHECKED_STATES] if checks else []

    def includes_vendor_check(self, node: str) -> bool:
        """True if the vendor's own health check of this node is one of the checks."""
        named = self.options is not None and "vendor_health_check" in self.options.names
        return named and (not self._is_conductor or node == self.view.poller.here[1])

    @property
    def _is_conductor(self) -> bool:
        return self.view.router == self.view.poller.here[0]

    def steps(self, results: Sequence[NodeResult]) -> Generator[bool, None, None]:
        """Check the nodes of these results. A node that a check stops becomes ``failed``."""
        due = self.due(results)
        if not due:
            return
        context = self.view.context
        context.tell(
            f"{', '.join(result.node for result in due)} of {self.view.router}: {len(self._checks())} checks run"
        )
        try:
            check_run = yield from self._wait_until_they_hold([result.node for result in due])
        except PcliError as error:
            for result in due:
                result.state = "failed"
                result.reason = f"runs {result.running_version}, but it could not be checked: {error}"
            return
        for line in table(check_run.results):
            context.tell(line)
        self.options.record(check_run.results)
        nodes = {f"{result.node}.{result.router}" for result in due}
        for result in due:
            others = nodes - {f"{result.node}.{result.router}"}
            self._judge(result, [check for check in check_run.by_router[result.router] if check.target not in others])

    def record_comparison(self, lost: str | None) -> None:
        """Record the comparison with the time before as one of the checks. ``lost``: what was lost since then."""
        if self.options is not None:
            state, reason = ("fail", lost) if lost else ("pass", "Nothing was lost since before")
            self.options.record([CheckResult("comparison", self.view.router, state, "block", reason)])

    @staticmethod
    def _judge(result: NodeResult, checks: Sequence[CheckResult]) -> None:
        """The verdict of these checks on one node."""
        blocking = [check for check in checks if check.blocks]
        if not blocking:
            return
        found = "; ".join(f"{check.name}: {check.reason.rstrip('.')}" for check in blocking)
        result.state = "failed"
        result.reason = f"runs {result.running_version}, but it is not healthy: {found}"
        result.local_fault = bool(local_fault({}, {"checks": [check.as_data() for check in blocking]}))

    def _checks(self) -> list[Check]:
        """The checks; of the conductor the version always, as its own session shows it."""
        checks = list(self.options.checks)
        needs_version = self._is_conductor and "version" not in self.options.names
        return [CHECKS["version"], *checks] if needs_version else checks

    def _wait_until_they_hold(self, nodes: Sequence[str]) -> Generator[bool, None, CheckRun]:
        """The results of the last round. Raises PcliError where the conductor must not be asked again."""
        context, options = self.view.context, self.options
        started = context.clock.now()
        stable_wait = StableWait(
            context.clock, options.wait_timeout, 0, options.poll_interval, options.retry_pause, context.tell
        )

        def run_round(kept: Kept) -> CheckRun:
            return self._run_round(nodes, kept, context.clock.now() - started)

        steps = stable_wait.steps(run_round, context.alive)
        while True:
            try:
                again = context.clock.now() + next(steps)
            except StopIteration as end:
                return end.value
            while context.clock.now() < again:
                yield False

    def _run_round(self, nodes: Sequence[str], kept: Kept, waited: float) -> CheckRun:
        """All checks once. Where the session is lost, the round has failed; the next poll opens it anew."""
        try:
            return run_checks(self._checks(), self._authority(nodes, waited), kept)
        except FINAL:
            raise
        except PcliError as error:
            self.view.poller.note(error)
            lost = CheckResult(_SESSION, self.view.router, "fail", "block", f"It {NOT_DETERMINED}: {error}")
            return CheckRun([lost], {self.view.router: [lost]})

    def _authority(self, nodes: Sequence[str], waited: float) -> Authority:
        """What is examined in one round: nothing is kept of the answers of the last one."""
        context, poller, options = self.view.context, self.view.poller, self.options
        # Of the conductor the node of the session and its peer are checked, as health_check does without targets.
        target = Target(self.view.router, tuple(nodes), whole=len(nodes) == len(self.view.all_nodes()))
        return Authority(
            conductor=context.conductor,
            clock=context.clock,
            wanted=options.requested_version,
            targets=() if self._is_conductor else (target,),
            settled_polls=options.stable_polls,
            poll_pause=options.poll_interval,
            after=True,
            waited=waited if options.wait_timeout else None,
            grace=options.grace,
            allow_alarms=options.allow_alarms,
            alarms_before=options.alarms_before,
            plugins_before=options.plugins_before,
            assets_count=poller.counts(self.view.router),
            health_timeout=options.health_timeout,
            health_unknown=options.health_unknown,
            progress=context.tell,
        )
