# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollout shows while it runs: the status file for dashboards, and the line for people.

Neither can stop a night: what cannot be written is a warning at most, once the run has begun.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from datetime import datetime

from ..clock import Clock, format_duration, format_timestamp, parse_record_timestamp
from ..files import prepare_folder, replace_file
from ..software.versions import spelled
from .journal import JournalError
from .results import STATES

#: A status file is written at most this often, in seconds, whatever happens.
WRITE_EVERY = 1.0
#: Of a large fleet it is long: no more than this share of the time is spent on it, as times of the last writing.
_SPARE = 50
#: The state of a router whose turn has not come.
WAITING = "waiting"


class StatusFile:
    """One JSON file, replaced as a whole, so that a reader never sees half of it; without a path it is nothing.

    Its mode is 0600 like the journal's: it holds the conductor's own words, which nobody has read through.
    """

    def __init__(self, path: str | None, clock: Clock, origin: Mapping[str, object] | None = None):
        #: Who has started the run, and with which settings. One ``process`` is one run.
        self.origin = dict(origin or {})
        self.path = os.path.abspath(os.path.expanduser(path)) if path else None
        self._clock = clock
        self._written_at: float | None = None
        self._took = 0.0

    def prepare(self) -> None:
        """Make the folder and prove that it can be written, before anything is sent. Raises JournalError."""
        if self.path is None:
            return
        folder = os.path.dirname(self.path)
        try:
            if os.path.isdir(self.path):
                raise IsADirectoryError(0, "it is a folder")
            prepare_folder(folder)
        except OSError as error:
            raise JournalError(
                f"The status file {self.path} cannot be written: {error.strerror}. Nothing was sent. Give another path "
                "in 'status_file', or leave it out."
            ) from error

    def earlier(self, run_id: str, operation: str) -> dict:
        """What earlier batches of this run have left in the file; empty where it is another run's, or unreadable."""
        if self.path is None:
            return {}
        try:
            with open(self.path, encoding="utf-8") as stream:
                data = json.load(stream)
            known = (data["run_id"], data["operation"], data.get("process"))
            parse_record_timestamp(data["started"])
            if known != (run_id, operation, self.origin.get("process")) or not isinstance(data["targets"], dict):
                return {}
            return data
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def wanted(self, force: bool = False) -> bool:
        """Would :meth:`write` write now? So that nobody gathers the data of a fleet in vain."""
        if self.path is None:
            return False
        if force or self._written_at is None:
            return True
        return self._clock.now() - self._written_at >= max(WRITE_EVERY, _SPARE * self._took)

    def write(self, data: Mapping, force: bool = False) -> bool:
        """Replace the file, unless it was written a moment ago; forced in any case. False if that failed: never raises.

        Force the last one: nobody corrects it later.
        """
        if not self.wanted(force):
            return True
        self._written_at, began = self._clock.now(), time.perf_counter()
        try:
            replace_file(self.path, _as_text(data))
        except (OSError, TypeError, ValueError):
            return False
        finally:
            self._took = time.perf_counter() - began
        return True


def _as_text(data: Mapping) -> str:
    """JSON with a line for each router: a line for each of its words takes Python ten times as long."""
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in data.items() if name != "targets"]
    if "targets" in data:
        routers = [f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in data["targets"].items()]
        lines.append(' "targets": {\n' + ",\n".join(routers) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}"


def status_data(
    *,
    run_id: str,
    operation: str,
    version: str | None,
    started: datetime,
    now: datetime,
    state: str,
    targets: Mapping[str, Mapping],
    eta: float | None = None,
    reason: str = "",
    origin: Mapping[str, object] | None = None,
    batch: int | None = None,
    window_end: str | None = None,
) -> dict:
    """What the status file holds. ``state``: running, stopping (nothing new starts, for ``reason``), ended,
    or interrupted (nobody follows what was sent any more).

    ``targets``: by router, each with state, phase, since, reason and nodes. ``eta``: seconds until all is done.
    ``origin``: who has started the run, and with which settings. ``batch``: which one it is, from 1. ``window_end``:
    when everything must be over, ISO 8601; None for no limit.
    """
    totals: dict[str, int] = {}
    for target in targets.values():
        totals[target["state"]] = totals.get(target["state"], 0) + 1
    return {
        "run_id": run_id,
        "operation": operation,
        **(origin or {}),
        "version": spelled(version) or None,
        "state": state,
        "reason": reason,
        "batch": batch,
        "window_end": window_end,
        "started": format_timestamp(started),
        "updated": format_timestamp(now),
        "elapsed": round((now - started).total_seconds()),
        "eta_seconds": None if eta is None else round(eta),
        "totals": totals,
        "targets": {router: dict(target) for router, target in targets.items()},
    }


# -- the line for people ----------------------------------------------------------------------------------------------


def summary_line(
    totals: Mapping[str, int],
    in_flight: int,
    waiting: int,
    elapsed: float,
    left: float | None = None,
    proving: int = 0,
) -> str:
    """``done 12, failed 1, in flight 5, waiting 32, elapsed 42 min 10 s, about 1 h 20 min left``.

    ``totals``: the routers that have ended, by state; ``left``: seconds, None where it cannot be told; ``proving``: how
    many of those in flight only have to be proven.
    """
    others = [state for state in STATES if state not in ("done", "failed") and totals.get(state)]
    counts = [f"{state.replace('_', ' ')} {totals.get(state, 0)}" for state in ("done", "failed", *others)]
    flying = f"in flight {in_flight}{f' ({proving} proving)' if proving else ''}"
    parts = [*counts, flying, f"waiting {waiting}", f"elapsed {format_duration(elapsed)}"]
    return ", ".join([*parts, *([_left(left)] if left is not None and (in_flight or waiting) else [])])


def _left(seconds: float) -> str:
    """An estimate does not know seconds."""
    if seconds < 60:
        return "less than a minute left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 60 else f"about {format_duration(minutes * 60)} left"


class Pulse:
    """When is the next summary line due? The first is due when the first period is over."""

    def __init__(self, clock: Clock, every: float = 60):
        self._clock = clock
        self._every = every
        self._last = clock.now()

    def due(self) -> bool:
        """Is it time again? Then the next period begins now."""
        if self._clock.now() - self._last < self._every:
            return False
        self._last = self._clock.now()
        return True
