# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own health check of many routers: it takes a minute or more, so they are asked together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..conductor.client import Conductor
from ..conductor.grammar import Request
from ..pcli.errors import DeviceError, NoFreeShell, NoPrompt, PcliError
from ..pcli.session import Pending
from ..software.health import Health
from .context import Authority, Context

#: Seconds between two looks at who has answered.
_PAUSE = 0.2
#: Shells that stay free for other questions.
_SPARE = 2


def ask_together(contexts: Sequence[Context]) -> None:
    """Ask each of these routers, as many at once as there are shells, and keep their answers."""
    routers = [context.router for context in contexts if not context.is_own]
    if routers:
        authority = contexts[0].authority
        authority.health.update(_Round(authority).run(routers))


class _Round:
    """Who is asked now, and what was answered. A refusal is an answer; a lost connection is raised."""

    def __init__(self, authority: Authority):
        self.conductor: Conductor = authority.conductor
        self.clock, self.timeout, self.tell = authority.clock, authority.health_timeout, authority.progress
        self.asked: dict[str, tuple[Pending, float]] = {}
        self.answers: dict[str, Health | PcliError] = {}

    def run(self, routers: Iterable[str]) -> dict[str, Health | PcliError]:
        """The answer of each router, by its name."""
        waiting = list(dict.fromkeys(routers))
        count, at_once = len(waiting), max(1, getattr(self.conductor.session, "max_shells", 1) - _SPARE)
        if count > 1:
            self.tell(f"asking {count} routers for their own health check, up to {at_once} at a time")
        while waiting or self.asked:
            while waiting and len(self.asked) < at_once and self._ask(waiting[0]):
                waiting.pop(0)
            if not self._collect() and self.asked:
                self.clock.sleep(_PAUSE)
        return self.answers

    def _ask(self, router: str) -> bool:
        """Begin one. False where there is no shell for it yet."""
        try:
            pending = self.conductor.begin_health_check(Request("health-check", router=router))
        except NoFreeShell as error:
            if self.asked:
                return False
            self.answers[router] = error
        except PcliError as error:
            self._keep(router, error)
        else:
            self.asked[router] = (pending, self.clock.now())
        return True

    def _collect(self) -> bool:
        """Take what is over, and give up what takes too long. Was there any?"""
        now, before = self.clock.now(), len(self.answers)
        for router, (pending, begun) in list(self.asked.items()):
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
            del self.asked[router]
        return len(self.answers) > before

    def _keep(self, router: str, error: PcliError) -> None:
        if error.connection and not isinstance(error, (DeviceError, NoPrompt)):
            raise error
        self.answers[router] = error
