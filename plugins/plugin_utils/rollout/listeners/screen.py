# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what people are to see while a run goes on, as much as they want of it."""

from __future__ import annotations

from ..context import RunContext
from ..events import Adopted, Event, Note, RouterEnded, StartsStopped, Stepped
from ..levels import ALL, NORMAL, QUIET, shows
from ..quiet_lines import QuietLines, step_line


class ScreenLines:
    """Prints through the context of the run, whose ``progress`` says how much."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._quiet = QuietLines()

    def on_event(self, event: Event) -> None:
        """Print the lines of an event, if it has any."""
        for line in self._lines(event):
            self._context.output(line)

    def _lines(self, event: Event) -> list[str]:
        level = self._context.progress
        line = line_of(event)
        if level == QUIET and not isinstance(event, (Note, StartsStopped)):
            self._quiet.hosts = self._context.hosts_of_run
            return self._quiet.lines(event, self._context.clock.now())
        return [line] if line and shows(level, level_of(event)) else []


def line_of(event: Event) -> str | None:
    """The line about an event; None for what is only recorded."""
    if isinstance(event, Note):
        return event.text
    if isinstance(event, Stepped) and not event.quiet:
        return step_line(event)
    if isinstance(event, Adopted):
        return f"{event.name}: {event.words}"
    if isinstance(event, RouterEnded) and event.planned and not event.quiet:
        return f"{event.router}: {event.state.upper()}: {event.reason}"
    if isinstance(event, StartsStopped):
        return f"nothing new is started any more: {event.reason}"
    return None


def level_of(event: Event) -> str:
    """From which level on the line of an event is shown, where each event has its own."""
    if isinstance(event, Note):
        return event.level
    if isinstance(event, Stepped):
        return ALL if event.seen else NORMAL
    return QUIET
