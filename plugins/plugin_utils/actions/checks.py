# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions precheck and health_check have in common: arguments in, targets, results as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from ..checks.authority import Authority
from ..checks.custom import BadCheck
from ..checks.registry import Check, CheckResult, table
from ..checks.runner import CheckRun
from ..checks.selection import select_checks
from ..clock import process_began
from ..pcli.errors import PASSING
from ..planning.overrides import lifted_checks
from ..rollout.join_text import sentences
from ..software.counts import counted
from .base import BadInput, PcliAction, patterns, requested_version
from .targets import named_targets, overrides_of
from .versions import parsed, versions_of_hosts

#: Routers that a message names; all of them are in the result.
_NAMED = 5


class CheckAction(PcliAction):
    """Base of precheck and health_check."""

    def checks(self, stage: str, args: dict) -> list[Check]:
        """The checks that are wanted, the user's own ones last. Raises UnknownCheck and BadInput; asks nobody."""
        try:
            return select_checks(args["checks"], stage, process_began(self._parent, self.clock.wall()))
        except BadCheck as error:
            raise BadInput(str(error)) from error

    def authority(self, args: dict) -> Authority:
        """What the checks look at. Raises BadInput for a version that is none, and TargetError for unknown targets."""
        wanted = requested_version(args["version"]) if args.get("version") else None
        own = versions_of_hosts(args.get("target_hosts"), self._vars.get("hostvars") or {}) if wanted else {}
        authority = Authority(
            conductor=self.conductor,
            clock=self.clock,
            wanted=wanted,
            versions=parsed(own),
            assets_count=args["assets_count"],
            settled_polls=args["stable_polls"],
            poll_pause=args["poll_interval"],
            allow_alarms=patterns(args["allow_alarms"], "allow_alarms"),
            health_timeout=args["health_timeout"],
            health_unknown=args["health_check_unknown"],
            progress=self.tell,
        )
        if self.has_targets(args):
            targets = named_targets(
                args["targets"],
                args["target_hosts"],
                args["resource_group"],
                args["unknown_targets"],
                conductor=self.conductor,
                hosts=self._vars.get("hostvars") or {},
                assets=authority.assets,
            )
            skip = args["unknown_targets"] == "skip"
            authority.targets = tuple(target for target in targets if target.nodes or not skip)
            if not authority.targets:
                raise BadInput("The conductor knows none of the targets, so there is nothing to check.")
        if args["override"]:
            known = {asset.router for asset in authority.assets}
            authority.lifted = lifted_checks(overrides_of(args["override"], self._vars, known))
        return authority

    @staticmethod
    def has_targets(args: dict) -> bool:
        """Are targets named? An empty list is one that came out empty, and is refused later."""
        return any(args[name] is not None for name in ("targets", "target_hosts", "resource_group"))

    def wait_for_session(self, seconds: float, why: str) -> None:
        """Log in; where the node may be restarting, keep trying for a while. A refused login is never tried again."""
        self._log_in(self.conductor.local_node, seconds, why)

    def reopen_session(self, seconds: float, why: str) -> None:
        """Log in anew after the session was lost or is of no more use, and keep trying as :meth:`wait_for_session`.

        What the conductor object was told stays: the expected node, and whether a fall-back may answer.
        """
        self._log_in(self.conductor.reopen, seconds, why)

    def _log_in(self, attempt: Callable[[], object], seconds: float, why: str) -> None:
        deadline = self.clock.now() + seconds
        pause, told = 1.0, False
        while True:
            try:
                attempt()
                return
            except PASSING as error:
                if self.clock.now() >= deadline or not self.alive():
                    raise
                if not told:
                    self.tell(f"waiting for the session, since {why}: {error}")
                    told = True
                self.session.close()
                self.clock.sleep(pause)
                pause = min(15.0, pause * 1.5)

    def check_result(self, run: CheckRun, args: dict) -> dict:
        """Checks as data, as a table, and as a verdict on each router."""
        results = run.results
        lines = table(results)
        for line in lines:
            self.tell(line)
        counts = {
            state: sum(result.state == state for result in results) for state in ("pass", "warn", "fail", "skipped")
        }
        verdicts = run.verdicts()
        stopped = {router: verdict["reason"] for router, verdict in verdicts.items() if verdict["state"] == "fail"}
        blocked = any(result.blocks for result in results)
        router, node = self.conductor.local_node()
        return {
            "changed": False,
            "router": router,
            "node": node,
            "checks": [result.as_data() for result in results],
            "counts": counts,
            "blocked": blocked,
            "by_router": verdicts,
            "blocked_routers": stopped,
            "table": lines,
            "failed": blocked and args["fail_on_target"],
            "msg": self._message(run, counts, stopped, self.has_targets(args)),
        }

    def _message(self, run: CheckRun, counts: dict, stopped: dict, many: bool) -> str:
        told = f"{counts['pass']} checks passed, {counts['warn']} warn, {counts['skipped']} skipped."
        target = run.results[0].target if run.results else self._host
        if not many:
            blocking = [result for result in run.results if result.blocks]
            reasons = sentences(*(f"{result.name}: {result.reason}" for result in blocking)) or told
            return f"{target}: {reasons.rstrip('.')}."
        if not stopped:
            return f"{counted(len(run.by_router), 'router')}: {told}"
        common = _common(run)
        if common:
            told = sentences(*(f"{result.name} ({result.target}): {result.reason}" for result in common))
            return f"All {len(run.by_router)} routers are blocked. {told.rstrip('.')}."
        shown = "; ".join(f"{router} ({stopped[router]})" for router in list(stopped)[:_NAMED])
        more = f"; and {len(stopped) - _NAMED} more, see blocked_routers" if len(stopped) > _NAMED else ""
        return f"{len(stopped)} of {len(run.by_router)} routers are blocked: {f'{shown}{more}'.rstrip('.')}."


def _common(run: CheckRun) -> Sequence[CheckResult]:
    """What blocks each of several routers: something is wrong with the authority as a whole."""
    counts = Counter(id(result) for results in run.by_router.values() for result in results if result.blocks)
    return [result for result in run.results if counts[id(result)] == len(run.by_router) > 1]
