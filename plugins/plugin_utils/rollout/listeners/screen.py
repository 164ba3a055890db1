# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what people are to see while a run goes on, a line for each event that concerns them."""

from __future__ import annotations

from ...software import operation_status
from ..context import RunContext
from ..events import Adopted, Event, Note, RouterEnded, StartsStopped, Stepped


class ScreenLines:
    """Prints through the context of the run."""

    def __init__(self, context: RunContext) -> None:
        self._context = context

    def on_event(self, event: Event) -> None:
        """Print the line of an event, if it has one."""
        line = line_of(event)
        if line:
            self._context.output(line)


def line_of(event: Event) -> str | None:
    """The line about an event; None for what is only recorded."""
    if isinstance(event, Note):
        return event.text
    if isinstance(event, Stepped) and not event.quiet:
        return f"{event.name}: {event.what}" + (f": {operation_status.gist(event.words)}" if event.words else "")
    if isinstance(event, Adopted):
        return f"{event.name}: {event.words}"
    if isinstance(event, RouterEnded) and event.planned and not event.quiet:
        return f"{event.router}: {event.state.upper()}: {event.reason}"
    if isinstance(event, StartsStopped):
        return f"nothing new is started any more: {event.reason}"
    return None
