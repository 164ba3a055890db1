# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the figures of a run for Prometheus, where the user has named a file for them."""

from __future__ import annotations

from ..context import RunContext
from ..events import Event, RunBegan, RunEnded, RunProgressed, StartsStopped


class MetricsWriter:
    """Counts what happens, and writes it after each round, and at the end."""

    def __init__(self, context: RunContext) -> None:
        self._context = context

    def on_event(self, event: Event) -> None:
        """Count an event; write where a round, or the run, is over."""
        file = self._context.metrics_file
        if file is None:
            return
        file.take(event)
        if isinstance(event, RunBegan):
            file.write(force=True)
        elif isinstance(event, StartsStopped):
            file.stopped = True
        elif isinstance(event, RunProgressed):
            # The last one of a run that is broken off: nobody counts any more.
            file.write(event.run, force=event.last, ended=event.last)
        elif isinstance(event, RunEnded):
            file.stopped = file.stopped or event.stopped is not None
            file.write(force=True, ended=not file.labels.continues)
