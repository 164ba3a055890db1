# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks again and again, until they hold for long enough or there is no more time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..clock import Clock
from .registry import CheckResult
from .runner import CheckRun

#: The vendor's own check is a piece of work for the node, so it is not repeated like a look at a table.
_COSTLY = "vendor_health_check"

#: Results by the name of the check and its target.
Kept = Mapping[tuple[str, str], CheckResult]


@dataclass
class StableWait:
    """All times in seconds. ``soak``: how long everything must hold; ``wait_timeout``: how long it may take to.

    ``retry_pause``: a failing check of the vendor's is asked once more after so long, since it is known to fail or
    to time out for a moment after a restart (I95-64218, I95-65656); then it counts.
    """

    clock: Clock
    wait_timeout: float
    soak: float
    pause: float
    retry_pause: float
    tell: Callable[[str], None] = lambda line: None
    _kept: dict[tuple[str, str], CheckResult] = field(default_factory=dict)
    _failures: Counter[tuple[str, str]] = field(default_factory=Counter)

    def run(self, once: Callable[[Kept], CheckRun], alive: Callable[[], bool]) -> CheckRun:
        """The results of the last round. ``once`` makes one round; the results that it is given are not made again.

        Ends early, with the results so far, when nobody is ``alive`` to wait for it.
        """
        started, good_since, last = self.clock.now(), None, ""
        while True:
            found = once(self._kept)
            self._keep(found.results)
            now, failing = self.clock.now(), [result for result in found.results if result.blocks or result.waits]
            words = _words(failing)
            if words and words != last:
                self.tell(f"not well yet: {words}")
            last = words
            good_since = None if failing else now if good_since is None else good_since
            if good_since is not None and now - good_since >= self.soak:
                return found
            if failing and (now - started >= self.wait_timeout + self.soak or self._hopeless(found)):
                return found
            if not alive():
                return found
            self.clock.sleep(self.retry_pause if any(one.name == _COSTLY for one in failing) else self.pause)

    def _keep(self, results: list[CheckResult]) -> None:
        for result in results:
            place = (result.name, result.target)
            if result.name == _COSTLY and place not in self._kept:
                self._failures[place] += result.blocks
                if not result.blocks:
                    self._kept[place] = result

    def _hopeless(self, found: CheckRun) -> bool:
        """Has the vendor's own check failed twice wherever something is not well? Then waiting does not help."""
        bad = [[result for result in results if result.blocks] for results in found.by_router.values()]
        bad = [results for results in bad if results]
        return bool(bad) and all(
            any(self._failures[result.name, result.target] > 1 for result in results) for results in bad
        )


def _words(failing: list[CheckResult], most: int = 5) -> str:
    several = len({one.target for one in failing}) > 1
    told = [f"{one.target} {one.name}: {one.reason}" if several else f"{one.name}: {one.reason}" for one in failing]
    return "; ".join(told[:most]) + (f"; and {len(told) - most} more" if len(told) > most else "")
