# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own health check on one target or many: it takes a minute or more, so several run at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..clock import Clock
from ..conductor.client import Conductor
from ..conductor.request import Request
from ..pcli.errors import DeviceError, NoFreeShell, NoPrompt, PcliError
from ..pcli.session import Pending
from ..pcli.waiting import Steps, Waiting
from ..software.counts import counted
from ..software.health import Health
from .check_context import CheckContext

#: Seconds between two polls for answers.
_PAUSE = 0.2
#: Shells that stay free for other commands.
_SPARE = 2


def prefetch_health(contexts: Sequence[CheckContext], waiting: Waiting) -> Steps[None]:
    """Run it on each of these targets, as many at once as there are shells, and keep the results."""
    authority = contexts[0].authority
    requests = {context.target: _request_of(context) for context in contexts}
    checks = VendorHealthChecks(authority.conductor, authority.clock, authority.health_timeout, authority.progress)
    authority.health.update((yield from checks.steps(requests, waiting)))


def _request_of(context: CheckContext) -> Request:
    return Request("health-check", router=context.router, node=context.node if context.is_local else None)


class NoAnswer(NoPrompt):
    """A health check that was started and has not come back in time."""


@dataclass
class VendorHealthChecks:
    """The targets that are being checked, and the results. A refusal is a result; a lost connection is raised.

    Seconds: ``timeout`` for each answer; ``shell_patience`` for a shell while others use all of them.
    """

    conductor: Conductor
    clock: Clock
    timeout: float
    report_progress: Callable[[str], None] = lambda line: None
    shell_patience: float = 0
    running: dict[str, tuple[Pending, float]] = field(default_factory=dict)
    answers: dict[str, Health | PcliError] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = self.clock.now()

    def steps(self, requests: Mapping[str, Request], waiting: Waiting) -> Steps[dict[str, Health | PcliError]]:
        """The result of each target, by its name."""
        left = list(requests)
        count, at_once = len(left), max(1, getattr(self.conductor.session, "max_shells", 1) - _SPARE)
        if count > 1:
            self.report_progress(f"running the health check of {counted(count, 'router')}, up to {at_once} at a time")
        while left or self.running:
            while left and len(self.running) < at_once and self._start(left[0], requests[left[0]]):
                left.pop(0)
            if not self._collect() and (self.running or left):
                yield from waiting.pause(_PAUSE)
        return self.answers

    def _start(self, target: str, request: Request) -> bool:
        """Start the check of one target. False where there is no shell for it yet."""
        try:
            pending = self.conductor.begin_health_check(request)
        except NoFreeShell as error:
            if self.running or self.clock.now() - self._began < self.shell_patience:
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
                pending.given_up = True
                self.answers[target] = NoAnswer(
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
