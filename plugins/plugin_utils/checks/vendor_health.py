# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own health check on many routers: it takes a minute or more, so several run at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..conductor.client import Conductor
from ..conductor.grammar import Request
from ..pcli.errors import DeviceError, NoFreeShell, NoPrompt, PcliError
from ..pcli.session import Pending
from ..pcli.waiting import Steps, Waiting
from ..software.health import Health
from .context import Authority, Context

#: Seconds between two polls for answers.
_PAUSE = 0.2
#: Shells that stay free for other commands.
_SPARE = 2


def prefetch_health(contexts: Sequence[Context], waiting: Waiting) -> Steps[None]:
    """Run it on each of these targets, as many at once as there are shells, and keep the results."""
    authority = contexts[0].authority
    requests = {context.target: _request_of(context) for context in contexts}
    answers = yield from _Round(authority).steps(requests, waiting)
    authority.health.update(answers)


def _request_of(context: Context) -> Request:
    return Request("health-check", router=context.router, node=context.node if context.is_local else None)


class _Round:
    """The targets that are being checked, and the results. A refusal is a result; a lost connection is raised."""

    def __init__(self, authority: Authority):
        self.conductor: Conductor = authority.conductor
        self.clock, self.timeout = authority.clock, authority.health_timeout
        self.report_progress = authority.progress
        self.running: dict[str, tuple[Pending, float]] = {}
        self.answers: dict[str, Health | PcliError] = {}

    def steps(self, requests: Mapping[str, Request], waiting: Waiting) -> Steps[dict[str, Health | PcliError]]:
        """The result of each target, by its name."""
        left = list(requests)
        count, at_once = len(left), max(1, getattr(self.conductor.session, "max_shells", 1) - _SPARE)
        if count > 1:
            self.report_progress(f"running the health check of {count} routers, up to {at_once} at a time")
        while left or self.running:
            while left and len(self.running) < at_once and self._start(left[0], requests[left[0]]):
                left.pop(0)
            if not self._collect() and self.running:
                yield from waiting.pause(_PAUSE)
        return self.answers

    def _start(self, target: str, request: Request) -> bool:
        """Start the check of one target. False where there is no shell for it yet."""
        try:
            pending = self.conductor.begin_health_check(request)
        except NoFreeShell as error:
            if self.running:
                return False
            self.answers[target] = error
        except PcliError as error:
            self._keep(target, error)
        else:
            self.running[target] = (pending, self.clock.now())
        return True

    def _collect(self) -> bool:
        """Collect what is over, and give up what takes too long. True if there was any."""
        now, before = self.clock.now(), len(self.answers)
        for target, (pending, begun) in list(self.running.items()):
            if self.conductor.session.poll(pending):
                try:
                    self.answers[target] = self.conductor.health_of(pending)
                except PcliError as error:
                    self._keep(target, error)
            elif now - begun >= self.timeout:
                self.answers[target] = NoPrompt(
                    f"The health check of {target} has not come back within {self.timeout:.0f} s. It may still be "
                    "running; raise health_timeout if it is known to be slow."
                )
            else:
                continue
            del self.running[target]
        return len(self.answers) > before

    def _keep(self, target: str, error: PcliError) -> None:
        if error.connection and not isinstance(error, (DeviceError, NoPrompt)):
            raise error
        self.answers[target] = error
