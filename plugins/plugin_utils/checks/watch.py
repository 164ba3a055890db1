# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks again and again, until they hold for long enough or there is no more time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from ..clock import Clock
from .registry import CheckResult

#: The vendor's own check is a piece of work for the node, so it is not repeated like a look at a table.
_COSTLY = "vendor_health_check"


@dataclass
class Watch:
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
    _kept: dict[str, CheckResult] = field(default_factory=dict)
    _failures: int = 0

    def run(self, once: Callable[[Collection[str]], list[CheckResult]], alive: Callable[[], bool]) -> list[CheckResult]:
        """The results of the last round. ``once`` makes one round, without the checks that it is told to leave out.

        Ends early, with the results so far, when nobody is ``alive`` to wait for it.
        """
        started, good_since, last = self.clock.now(), None, ""
        while True:
            results = self._round(once)
            now, failing = self.clock.now(), [one for one in results if one.blocks]
            words = "; ".join(f"{one.name}: {one.reason}" for one in failing)
            if words and words != last:
                self.tell(f"not well yet: {words}")
            last = words
            good_since = None if failing else now if good_since is None else good_since
            if good_since is not None and now - good_since >= self.soak:
                return results
            costly = any(one.name == _COSTLY for one in failing)
            if failing and (now - started >= self.wait_timeout + self.soak or (costly and self._failures > 1)):
                return results
            if not alive():
                return results
            self.clock.sleep(self.retry_pause if costly else self.pause)

    def _round(self, once: Callable[[Collection[str]], list[CheckResult]]) -> list[CheckResult]:
        results = once(self._kept)
        for one in results:
            if one.name == _COSTLY:
                self._failures += one.blocks
                if not one.blocks:
                    self._kept[one.name] = one
        named = {one.name for one in results}
        return [*results, *[one for name, one in self._kept.items() if name not in named]]
