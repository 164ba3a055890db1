# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of figures for the textfile collector of the node exporter, over all tasks of a run."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ..clock import Clock
from ..files import replace_file
from ..reports.metrics import Metrics, metrics_text
from ..software.versions import spelled
from .events import Event, RunView
from .run_figures import NEEDS_PERSON, Review, RunFigures
from .run_memory import RunMemory

#: The file is written at most this often, in seconds.
WRITE_EVERY = 5.0
#: Its reader is another user, and it holds nothing but figures and the names of the run.
_MODE = 0o644


@dataclass(frozen=True)
class RunLabels:
    """What does not change in a run. ``continues``: another task of it follows, which says how it has ended."""

    authority: str = ""
    failures_allowed: int | None = None
    window_end: datetime | None = None
    continues: bool = False


class MetricsFile:
    """The file at ``path``. Nothing here raises: what cannot be written is one warning."""

    def __init__(
        self, path: str, labels: RunLabels, clock: Clock, memory: RunMemory, warn: Callable[[str], None]
    ) -> None:
        self.path = os.path.abspath(os.path.expanduser(path))
        self._clock, self._memory, self._warn = clock, memory, warn
        self._left = memory.load()
        self.labels = _with_earlier(labels, self._left)
        self.figures = RunFigures.from_data(self._left.get("figures") or {}, clock)
        self.stopped = bool(self._left.get("stopped"))
        self._written_at: float | None = None

    def take(self, event: Event) -> None:
        """Count an event."""
        self.figures.take(event)

    def write(self, view: RunView | None = None, *, force: bool = False, ended: bool = False) -> None:
        """Write the file, at most every five seconds unless forced."""
        now = self._clock.now()
        if not force and self._written_at is not None and now - self._written_at < WRITE_EVERY:
            return
        self._written_at = now
        self.figures.look(view)
        self.stopped = self.stopped or bool(view and view.stopped)
        try:
            # The folder belongs to the node exporter and is never made here: in the wrong place nobody would read it.
            replace_file(self.path, metrics_text(self._metrics(ended)), _MODE)
        except (OSError, ValueError) as error:
            self._warn_once(error)
        if force:
            self.save()

    def save(self) -> None:
        """Leave the figures to the next task of the run."""
        window = self.labels.window_end
        own = {
            "figures": self.figures.as_data(),
            "stopped": self.stopped,
            "failures_allowed": self.labels.failures_allowed,
            "window_end": window.isoformat() if window else None,
        }
        self._memory.save({**self._left, **own})

    def break_off(self, _words: str) -> None:
        """The task ends with an error. Of a run that goes on, a later task says how it has ended."""
        if self.figures.started is not None and not self.labels.continues:
            self.figures.end_all()
            self.write(force=True, ended=True)

    def interrupt(self) -> None:
        """The run ends here, and this is the last that is written: nobody hears a warning any more."""
        self._warn = lambda line: None
        self.write(force=True, ended=True)

    def review(self, review: Review) -> None:
        """Take what the record of the run says between two batches, and at its end."""
        self.figures.review(review)
        self.stopped = self.stopped or review.stopped is not None
        self.write(force=True, ended=review.over)

    def _metrics(self, ended: bool) -> Metrics:
        figures, labels = self.figures, self.labels
        return Metrics(
            labels.authority,
            figures.operation or "upgrade",
            spelled(figures.version) or "",
            self._memory.run_id,
            figures.totals(),
            figures.phases,
            failures=len(figures.failures()),
            failures_allowed=labels.failures_allowed,
            needs_person=sum(state in NEEDS_PERSON for state in figures.routers.values()),
            running=not ended,
            stopped=self.stopped,
            started=figures.started,
            last_progress=figures.last_progress,
            ended=self._clock.wall() if ended else None,
            window_end=labels.window_end,
        )

    def _warn_once(self, error: Exception) -> None:
        if not self._left.get("warned"):
            self._left["warned"] = True
            why = error.strerror if isinstance(error, OSError) else error
            self._warn(f"The file of metrics {self.path} cannot be written: {why}. The run goes on without it.")


def _with_earlier(labels: RunLabels, left: Mapping) -> RunLabels:
    """The labels, with what only an earlier task of the run was told."""
    window = labels.window_end
    with contextlib.suppress(ValueError, TypeError):
        window = window or datetime.fromisoformat(left["window_end"]) if left.get("window_end") else window
    allowed = left.get("failures_allowed") if labels.failures_allowed is None else labels.failures_allowed
    return replace(labels, window_end=window, failures_allowed=allowed if isinstance(allowed, int) else None)
