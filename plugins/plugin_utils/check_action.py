# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions precheck and health_check have in common: a context from the arguments, and results as data."""

from __future__ import annotations

from collections.abc import Sequence

from .action_base import PcliAction
from .checks import families  # noqa: F401  (importing it registers the checks)
from .checks.context import Context
from .checks.registry import CheckResult, table
from .rollout.observe import PASSING


class CheckAction(PcliAction):
    """Base of precheck and health_check."""

    def context(self, args: dict) -> Context:
        """The facts that checks look at, for this host. Raises BadInput for a version that is none."""
        wanted = self.version(args["version"]) if args.get("version") else None
        return Context(
            conductor=self.conductor,
            clock=self.clock,
            wanted=wanted,
            assets_count=args["assets_count"],
            settled_looks=args["stable_polls"],
            look_pause=args["poll_interval"],
            allow_alarms=self.patterns(args["allow_alarms"], "allow_alarms"),
            health_timeout=args["health_timeout"],
            health_unknown=args["health_check_unknown"],
            progress=self.tell,
        )

    def wait_for_session(self, seconds: float, why: str) -> None:
        """Log in; where the node may be restarting, keep trying for a while. A refused login is never tried again."""
        deadline = self.clock.now() + seconds
        pause, told = 1.0, False
        while True:
            try:
                self.conductor.here()
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

    def check_result(self, results: Sequence[CheckResult], args: dict) -> dict:
        """Checks as data, as a table, and as a verdict."""
        blocking = [one for one in results if one.blocks]
        lines = table(results)
        for line in lines:
            self.tell(line)
        counts = {state: sum(one.state == state for one in results) for state in ("pass", "warn", "fail", "skipped")}
        target = results[0].target if results else self._host
        if blocking:
            message = f"{target}: " + " ".join(f"{one.name}: {one.reason}." for one in blocking)
        else:
            message = f"{target}: {counts['pass']} checks passed, {counts['warn']} warn, {counts['skipped']} skipped."
        router, node = self.conductor.here()
        return {
            "changed": False,
            "router": router,
            "node": node,
            "checks": [one.as_data() for one in results],
            "counts": counts,
            "blocked": bool(blocking),
            "table": lines,
            "failed": bool(blocking) and args["fail_on_target"],
            "msg": message,
        }
