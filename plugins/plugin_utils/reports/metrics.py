# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a run as text for Prometheus: what the textfile collector of the node exporter reads. Pure.

Nothing but numbers, names of states and phases, and the labels that say which run it is: no words of a conductor.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

PREFIX = "sessionsmart_upgrade"
#: A label is a name, and never a page.
_LONGEST = 200


@dataclass(frozen=True)
class Metrics:
    """One run as it is now. Times are aware; None where there is none, or none is known.

    ``routers``: how many are in each state; ``phases``: for each phase the seconds of all that have left it, and how
    many those are; ``needs_person``: routers that somebody must look at.
    """

    authority: str
    operation: str
    version: str
    run_id: str
    routers: Mapping[str, int]
    phases: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    failures: int = 0
    failures_allowed: int | None = None
    needs_person: int = 0
    running: bool = True
    stopped: bool = False
    started: datetime | None = None
    last_progress: datetime | None = None
    ended: datetime | None = None
    window_end: datetime | None = None


def metrics_text(run: Metrics) -> str:
    """The text of the file: for each metric what it is (HELP, TYPE), then its samples."""
    return "".join(f"{line}\n" for line in _lines(run))


def _lines(run: Metrics) -> Iterator[str]:
    labels = {"authority": run.authority, "operation": run.operation}
    # The run and its version stand in one series: as labels of all they would make new ones of each every night.
    named = {**labels, "version": run.version, "run_id": run.run_id}
    yield from _gauge("info", "Which run the other metrics are about; always 1.", [(named, 1)])
    states = [({**labels, "state": state}, count) for state, count in run.routers.items()]
    yield from _gauge("routers", "Routers of the run in each state.", states)
    yield from _gauge("needs_person", "Routers that a person must look at now.", [(labels, run.needs_person)])
    yield from _gauge("running", "1 while the run is under way, 0 once it has ended.", [(labels, int(run.running))])
    yield from _gauge("stopped", "1 if no other router is started in this run.", [(labels, int(run.stopped))])
    yield from _gauge("failure_budget_used", "Routers that count as failures.", [(labels, run.failures)])
    allowed = [] if run.failures_allowed is None else [(labels, run.failures_allowed)]
    yield from _gauge("failure_budget_allowed", "Failures after which no other router is started.", allowed)
    yield from _times(run, labels)
    yield from _phases(run.phases, labels)


def _times(run: Metrics, labels: Mapping[str, str]) -> Iterator[str]:
    """Points in time, as seconds since 1970 in UTC; one that is not known has no sample."""
    named = (
        ("start", "When the run began.", run.started),
        ("last_progress", "When something last happened to a router.", run.last_progress),
        ("end", "When the run ended; missing while it is under way.", run.ended),
        ("window_end", "When everything must be finished.", run.window_end),
    )
    for name, words, moment in named:
        samples = [] if moment is None else [(labels, moment.timestamp())]
        yield from _gauge(f"{name}_timestamp_seconds", words, samples)


def _phases(phases: Mapping[str, tuple[float, int]], labels: Mapping[str, str]) -> Iterator[str]:
    if not phases:
        return
    name = f"{PREFIX}_phase_seconds"
    yield from _head(name, "summary", "How long routers were in each phase that they have left.")
    for phase, (seconds, count) in phases.items():
        of_phase = {**labels, "phase": re.sub(r"\W+", "_", phase)}
        yield _sample(f"{name}_sum", of_phase, seconds)
        yield _sample(f"{name}_count", of_phase, count)


def _gauge(name: str, words: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Iterator[str]:
    lines = [_sample(f"{PREFIX}_{name}", labels, value) for labels, value in samples]
    if lines:
        yield from _head(f"{PREFIX}_{name}", "gauge", words)
        yield from lines


def _head(name: str, kind: str, words: str) -> list[str]:
    return [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    pairs = ",".join(f'{label}="{label_value(text)}"' for label, text in labels.items())
    return f"{name}{{{pairs}}} {_number(value)}"


def _number(value: float) -> str:
    """A number as Prometheus reads it. Whole ones have no point, so that a time keeps all of its digits."""
    if math.isfinite(value):
        return str(int(value)) if float(value).is_integer() else repr(round(float(value), 3))
    return "NaN"


def label_value(text: object) -> str:
    """A text as the value of a label: on one line, escaped, and not longer than a name."""
    plain = "".join(letter if letter.isprintable() else " " for letter in str(text))[:_LONGEST]
    return plain.replace("\\", r"\\").replace('"', r"\"")
