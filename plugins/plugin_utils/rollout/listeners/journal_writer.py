# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes intents before their commands, and outcomes after them, so that a later run knows what was begun."""

from __future__ import annotations

from ..context import RunContext
from ..events import Event, Intended, NodeEnded
from ..report_texts import clean_text


class JournalWriter:
    """Writes to the journal of the run. The only listener that may stop something: see :class:`~..events.Intended`."""

    def __init__(self, context: RunContext) -> None:
        self._context = context

    def on_event(self, event: Event) -> None:
        """Write down an intent or an outcome. Raises JournalError."""
        if isinstance(event, Intended):
            self._context.journal.write(event.record)
        elif isinstance(event, NodeEnded) and event.closes is not None:
            self._context.journal.outcome(event.closes, event.state, clean_text(event.reason))
