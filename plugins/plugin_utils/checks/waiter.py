# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repeats checks until they hold for long enough or the time is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..clock import Clock
from ..pcli.waiting import Blocking, Steps, Waiting, finish
from .registry import CheckResult
from .runner import CheckRun, Kept

#: After so many seconds the same is said once more: who runs jobs often ends those that are silent.
SILENCE = 600.0
#: The vendor's own check is work for the node, so it is not repeated in every round as reading a table is.
_COSTLY = "vendor_health_check"


def describe(failing: Sequence[CheckResult], limit: int = 5) -> str:
    """What fails, on one line."""
    several = len({result.target for result in failing}) > 1
    texts = [f"{f'{result.target} ' * several}{result.name}: {result.reason}" for result in failing]
    return "; ".join(texts[:limit]) + (f"; and {len(texts) - limit} more" if len(texts) > limit else "")


@dataclass
class StableWait:
    """All times in seconds. ``soak``: how long all checks must hold; ``wait_timeout``: how long it may take until then.

    ``retry_pause``: after so long a failing check of the vendor's is repeated once, since it is known to fail or to
    time out shortly after a restart (I95-64218, I95-65656); then it counts. ``report_progress`` is given what fails, as
    ``describe`` puts it, whenever that is new, and every ten minutes.
    """

    clock: Clock
    wait_timeout: float
    soak: float
    pause: float
    retry_pause: float
    report_progress: Callable[[str], None] = lambda line: None
    describe: Callable[[Sequence[CheckResult]], str] = describe
    #: Since when all checks have held; None while one of them fails.
    good_since: float | None = None
    _kept: dict[tuple[str, str], CheckResult] = field(default_factory=dict)
    _failures: Counter[tuple[str, str]] = field(default_factory=Counter)

    def wait_until_stable(self, run_round: Callable[[Kept], CheckRun], parent_alive: Callable[[], bool]) -> CheckRun:
        """The same as :meth:`steps`, for checks that are made without yielding."""
        blocking = Blocking(self.clock)
        return finish(self.steps(lambda kept: blocking.ask(lambda: run_round(kept)), parent_alive, blocking))

    def steps(
        self, run_round: Callable[[Kept], Steps[CheckRun]], parent_alive: Callable[[], bool], waiting: Waiting
    ) -> Steps[CheckRun]:
        """The results of the last round. ``run_round`` makes the checks once, without those whose results it is given.

        Ends early, with the results so far, when nobody waits for it any more.
        """
        started, last = self.clock.now(), ""
        told = started
        while True:
            # A round judges by the time at which it begins, so whether it was the last one is judged by that as well.
            now = self.clock.now()
            check_run = yield from run_round(self._kept)
            self._keep(check_run.results)
            failing = [result for result in check_run.results if result.blocks or result.waits]
            summary = self.describe(failing)
            if summary and (summary != last or now - told >= SILENCE):
                self.report_progress(summary)
                told = now
            last = summary
            self.good_since = None if failing else now if self.good_since is None else self.good_since
            if self.good_since is not None and now - self.good_since >= self.soak:
                return check_run
            if failing and (
                self.clock.now() - started >= self.wait_timeout + self.soak or self._is_hopeless(check_run)
            ):
                return check_run
            if not parent_alive():
                return check_run
            costly = any(result.name == _COSTLY for result in failing)
            yield from waiting.pause(self.retry_pause if costly else self.pause)

    def _keep(self, results: list[CheckResult]) -> None:
        for result in results:
            key = (result.name, result.target)
            if result.name == _COSTLY and key not in self._kept:
                self._failures[key] += result.blocks
                if not result.blocks:
                    self._kept[key] = result

    def _is_hopeless(self, check_run: CheckRun) -> bool:
        """True if the vendor's own check has failed twice on every router that fails: waiting does not help then."""
        blocking = [[result for result in results if result.blocks] for results in check_run.by_router.values()]
        blocking = [results for results in blocking if results]
        return bool(blocking) and all(
            any(self._failures[result.name, result.target] > 1 for result in results) for results in blocking
        )
