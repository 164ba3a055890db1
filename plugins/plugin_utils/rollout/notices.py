# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a webhook is told in a run, over all of its tasks: each thing once, and what became of the notices."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..clock import Clock, format_duration, format_timestamp, parse_record_timestamp
from ..reports.notices import BODIES, EVENTS, Notice, notice_data
from ..software.counts import counted
from ..software.versions import spelled
from .events import RunView
from .join_text import sentences
from .outbox import Outbox
from .results import STATES
from .run_figures import NEEDS_PERSON, RUNNING, Review, RunFigures
from .run_memory import RunMemory
from .status import WAITING, summary_line

#: How long the end of a task waits for its last notices, and all tasks of a run together but the last, in seconds.
PATIENCE, PATIENCE_OF_RUN = 5.0, 20.0
#: The same where the run is interrupted: somebody waits for that.
_PATIENCE_AT_INTERRUPT = 3.0
#: What is worth another attempt, and what is never left out for something newer.
_IMPORTANT = ("start", "first_failure", "stop", "end")


@dataclass(frozen=True)
class NoticeSettings:
    """What the user wants to be told. ``heartbeat``: seconds of silence, 0 for none.

    ``continues``: another task of the run follows, which says how it has ended.
    """

    format: str = "json"
    events: frozenset[str] = frozenset(EVENTS)
    heartbeat: float = 1800
    authority: str = ""
    continues: bool = False


class Notices:
    """The notices of one task of a run. Nothing here raises but for faults, which the stream of events reports."""

    def __init__(
        self,
        settings: NoticeSettings,
        outbox: Outbox,
        clock: Clock,
        memory: RunMemory,
        warn: Callable[[str], None],
        mask: Callable[[str], str] = str,
    ) -> None:
        self.settings = settings
        self._outbox, self._clock, self._memory, self._warn, self._mask = outbox, clock, memory, warn, mask
        self.figures = RunFigures(clock)
        self.stopped: str | None = None
        #: What was told already, each under the name that it must not be told twice by.
        self._told: list[str] = []
        self._number, self._lost, self._waited, self._warned = 0, 0, 0.0, False
        self._last: datetime | None = None
        self._over = False
        with contextlib.suppress(TypeError, ValueError, KeyError, AttributeError):
            self._take(memory.load())

    def _take(self, left: Mapping) -> None:
        """Take up what earlier tasks of the run have left. Raises for what nobody has left like this."""
        self.figures = RunFigures.from_data(left["figures"], self._clock)
        self.stopped = left["stopped"] and str(left["stopped"])
        self._last = parse_record_timestamp(left["last"]) if left["last"] else None
        self._number, self._lost = int(left["number"]), int(left["lost"])
        self._waited, self._warned = float(left["waited"]), bool(left["warned"])
        self._told = [str(name) for name in left["told"]]

    # -- what is told -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """The run begins."""
        version = f" to {self._version()}" if self.figures.version else ""
        through = f" through {self.settings.authority}" if self.settings.authority else ""
        text = f"The {self.figures.operation} of {self.figures.subject}{version}{through} begins."
        self._tell("start", text, once="start")

    def failure(self, router: str, state: str, reason: str) -> None:
        """A router did not end well: the first one of the run is told."""
        self._tell("first_failure", f"{router} ended {state}: {reason}", [(router, state, reason)], once="failure")

    def router(self, router: str, state: str, reason: str) -> None:
        """A router has ended."""
        self._tell("router", f"{router} ended {state.replace('_', ' ')}: {reason}", [(router, state, reason)])

    def overdue(self, routers: Mapping[str, tuple[float, float]]) -> None:
        """These routers take longer than expected: (since they began, expected), in seconds. Each is told once."""
        new = [router for router in routers if f"overdue {router}" not in self._told]
        if not new or "overdue" not in self.settings.events:
            return
        self._told += [f"overdue {router}" for router in new]
        rows = [
            (router, RUNNING, f"for {format_duration(took)}, expected were {format_duration(expected)}")
            for router, (took, expected) in ((router, routers[router]) for router in new)
        ]
        are = "takes" if len(new) == 1 else "take"
        self._tell("overdue", f"{counted(len(new), 'router')} {are} much longer than expected.", rows)

    def stop(self, reason: str) -> None:
        """Nothing new is begun any more in this run."""
        self.stopped = self.stopped or reason
        self._tell("stop", f"No other router is started: {reason}", once="stop", state="stopping")

    def heartbeat(self, view: RunView) -> None:
        """The run is still at work, where nothing else was told for a while."""
        every = self.settings.heartbeat
        if not every or self._last is None or self._clock.wall() - self._last < timedelta(seconds=every):
            return
        totals = self.figures.totals()
        waiting, running = totals.pop(WAITING), totals.pop(RUNNING)
        line = summary_line(totals, running, waiting, self.figures.elapsed, view.seconds_left())
        self._tell("heartbeat", f"Still at work: {line}", state="stopping" if view.stopped else "running")

    def end(self, interrupted: bool = False) -> None:
        """The run has ended, or was interrupted."""
        if not interrupted:
            self.figures.end_all()
        states = set(self.figures.routers.values())
        ok = not interrupted and not self.stopped and all(state in STATES and STATES[state].ok for state in states)
        rows = [
            (router, state, self.figures.reasons.get(router, ""))
            for router, state in self.figures.routers.items()
            if state in NEEDS_PERSON
        ]
        state = "interrupted" if interrupted else "ended"
        self._tell("end", self._last_words(interrupted), rows, once="end", state=state, ok=ok)

    def _last_words(self, interrupted: bool) -> str:
        figures = self.figures
        totals = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in figures.totals().items() if count)
        whole = f"The {figures.operation or 'upgrade'} of {figures.subject}"
        took = format_duration(figures.elapsed)
        if interrupted:
            again = "What was sent goes on by itself, and the same command takes it up again."
            return sentences(f"{whole} was interrupted after {took}: {totals}", again)
        stopped = f"No other router was started: {self.stopped}" if self.stopped else None
        return sentences(f"{whole} has ended after {took}: {totals or 'nothing was done'}", stopped)

    def interrupt(self) -> None:
        """The run ends here, by a signal: nobody hears a warning any more."""
        self._warn = lambda line: None
        self.end(interrupted=True)
        self._outbox.close(_PATIENCE_AT_INTERRUPT)

    def break_off(self, words: str) -> None:
        """The task ends with an error. Of a run that goes on, a later task says how it has ended."""
        if self.figures.started is not None and not self._over and not self.settings.continues:
            self.stop(words)
            self.end()
            self.flush(last=True)

    def review(self, review: Review) -> None:
        """Tell what the record of the run says between two batches, and at its end."""
        self.figures.review(review)
        for router, reason in review.reasons.items():
            self.failure(router, "relapsed", reason)
        if review.stopped:
            self.stop(review.stopped)
        if review.over:
            self.end()
        self.flush(last=review.over)

    def _tell(
        self,
        event: str,
        text: str,
        routers: Sequence[tuple[str, str, str]] = (),
        *,
        once: str = "",
        state: str = "running",
        ok: bool | None = None,
    ) -> None:
        if event not in self.settings.events or once in self._told:
            return
        self._told += [once] if once else []
        self._number += 1
        self._last = self._clock.wall()
        notice = Notice(
            event,
            self._number,
            self._last,
            text,
            self._run(),
            state,
            ok,
            {name: count for name, count in self.figures.totals().items() if count},
            routers,
            self.stopped,
            self._lost + self._outbox.lost,
        )
        self._outbox.put(BODIES[self.settings.format](notice_data(notice, self._mask)), event in _IMPORTANT)
        if event in _IMPORTANT:  # the others are left to the next task when this one ends
            self.save()

    def _run(self) -> dict[str, object]:
        started = self.figures.started
        return {
            "id": self._memory.run_id or None,
            "authority": self.settings.authority or None,
            "operation": self.figures.operation or "upgrade",
            "version": self._version(),
            "started": format_timestamp(started) if started else None,
            "elapsed": round(self.figures.elapsed),
        }

    def _version(self) -> str | None:
        return spelled(self.figures.version) or None

    # -- what became of them ------------------------------------------------------------------------------------------

    def warn_of_trouble(self) -> None:
        """Warn, once in a run, that notices are lost."""
        if self._outbox.trouble and not self._warned:
            self._warned = True
            self._warn(self._mask(f"A notice could not be sent: {self._outbox.trouble}. The run goes on without it."))

    def flush(self, last: bool = False) -> None:
        """The task ends here, and with it the thread that sends: wait a moment. ``last``: the run ends as well."""
        left = PATIENCE if last else min(PATIENCE, max(0.0, PATIENCE_OF_RUN - self._waited))
        self._over = self._over or last
        self._waited += self._outbox.close(left)
        self.warn_of_trouble()
        self._lost += self._outbox.lost
        self._outbox.lost = 0
        if last and self._lost:
            self._warn(f"{self._lost} of {counted(self._number, 'notice')} of this run could not be sent.")
        self.save()

    def save(self) -> None:
        """Leave to the next task of the run what it must know."""
        self._memory.save(
            {
                "figures": self.figures.as_data(),
                "stopped": self.stopped,
                "told": self._told,
                "number": self._number,
                "lost": self._lost,
                "waited": round(self._waited, 1),
                "warned": self._warned,
                "last": format_timestamp(self._last) if self._last else None,
            }
        )
