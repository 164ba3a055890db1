# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own health check on many routers: it takes a minute or more, so several run at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..conductor.client import Conductor
from ..conductor.request import Request
from ..pcli.errors import DeviceError, NoFreeShell, NoPrompt, PcliError
from ..pcli.session import Pending
from ..software.health import Health
from .authority import Authority
from .check_context import CheckContext

#: Seconds between two polls for answers.
_PAUSE = 0.2
#: Shells that stay free for other commands.
_SPARE = 2


def prefetch_health(contexts: Sequence[CheckContext]) -> None:
    """Run it on each of these routers, as many at once as there are shells, and keep the results."""
    routers = [context.router for context in contexts if not context.is_local]
    if routers:
        authority = contexts[0].authority
        authority.health.update(_Round(authority).run(routers))


class _Round:
    """The routers that are being checked, and the results. A refusal is a result; a lost connection is raised."""

    def __init__(self, authority: Authority):
        self.conductor: Conductor = authority.conductor
        self.clock, self.timeout = authority.clock, authority.health_timeout
        self.report_progress = authority.progress
        self.running: dict[str, tuple[Pending, float]] = {}
        self.answers: dict[str, Health | PcliError] = {}

    def run(self, routers: Iterable[str]) -> dict[str, Health | PcliError]:
        """The result of each router, by its name."""
        waiting = list(dict.fromkeys(routers))
        count, at_once = len(waiting), max(1, getattr(self.conductor.session, "max_shells", 1) - _SPARE)
        if count > 1:
            self.report_progress(f"running the health check of {count} routers, up to {at_once} at a time")
        while waiting or self.running:
            while waiting and len(self.running) < at_once and self._start(waiting[0]):
                waiting.pop(0)
            if not self._collect() and self.running:
                self.clock.sleep(_PAUSE)
        return self.answers

    def _start(self, router: str) -> bool:
        """Start the check of one router. False where there is no shell for it yet."""
        try:
            pending = self.conductor.begin_health_check(Request("health-check", router=router))
        except NoFreeShell as error:
            if self.running:
                return False
            self.answers[router] = error
        except PcliError as error:
            self._keep(router, error)
        else:
            self.running[router] = (pending, self.clock.now())
        return True

    def _collect(self) -> bool:
        """Collect what is over, and give up what takes too long. True if there was any."""
        now, before = self.clock.now(), len(self.answers)
        for router, (pending, begun) in list(self.running.items()):
            if self.conductor.session.poll(pending):
                try:
                    self.answers[router] = self.conductor.health_of(pending)
                except PcliError as error:
                    self._keep(router, error)
            elif now - begun >= self.timeout:
                self.answers[router] = NoPrompt(
                    f"The health check of {router} has not come back within {self.timeout:.0f} s. It may still be "
                    "running; raise health_timeout if it is known to be slow."
                )
            else:
                continue
            del self.running[router]
        return len(self.answers) > before

    def _keep(self, router: str, error: PcliError) -> None:
        if error.connection and not isinstance(error, (DeviceError, NoPrompt)):
            raise error
        self.answers[router] = error
