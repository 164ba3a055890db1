# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells a web server what happens in a run, where the user has named one."""

from __future__ import annotations

from ..context import RunContext
from ..events import Event, RouterEnded, RunBegan, RunEnded, RunProgressed, StartsStopped
from ..notices import Notices
from ..run_figures import NEEDS_PERSON


class Webhook:
    """Decides which events are worth a notice. They are sent by a thread, and nobody waits but at the end."""

    def __init__(self, context: RunContext) -> None:
        self._context = context

    def on_event(self, event: Event) -> None:
        """Count an event, and tell what it means."""
        notices = self._context.notices
        if notices is None:
            return
        notices.figures.take(event)
        if isinstance(event, RunBegan):
            notices.start()
        elif isinstance(event, RouterEnded):
            _ended(notices, event)
        elif isinstance(event, StartsStopped):
            notices.stop(event.reason)
        elif isinstance(event, RunProgressed):
            _progressed(notices, event)
        elif isinstance(event, RunEnded):
            if event.stopped:
                notices.stop(event.stopped)
            if not notices.settings.continues:
                notices.end()
            notices.flush(last=not notices.settings.continues)


def _ended(notices: Notices, event: RouterEnded) -> None:
    if event.state in NEEDS_PERSON:
        notices.failure(event.router, event.state, event.reason)
    if event.planned:
        notices.router(event.router, event.state, event.reason)


def _progressed(notices: Notices, event: RunProgressed) -> None:
    if event.last:  # the main process is gone, and this one ends as soon as everybody was told
        notices.end(interrupted=True)
        notices.flush(last=True)
        return
    notices.overdue(event.run.overdue())
    notices.heartbeat(event.run)
    notices.warn_of_trouble()
