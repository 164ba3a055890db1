# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The night as a picture: a row for each node with its phases, what lies behind all rows, and the axis.

Everything is placed in per cent of the width, so that a page zooms by making the picture wider than its frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..clock import format_duration
from .names import node_label
from .states import PHASES, label
from .times import parsed

#: Steps of the axis in seconds, of which the first is taken that does not make more marks than fit.
_STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_MARKS = 9
#: The end of the window is drawn where it makes the picture no more than so much wider.
_BEYOND = 0.35
#: How many columns the picture of all nodes has.
_COLUMNS = 160


@dataclass(frozen=True)
class Bar:
    """A phase of a node, in seconds from the start of the picture. ``open``: it goes on."""

    phase: str
    begin: float
    end: float
    open: bool = False


@dataclass(frozen=True)
class Row:
    """A node. ``number``: its place in the report, which its row in the tables has as well."""

    number: int
    router: str
    node: str
    state: str
    batch: int | None
    reason: str
    bars: tuple[Bar, ...]
    conductor: bool = False

    @property
    def label(self) -> str:
        """The node as it is called beside those of other routers."""
        return node_label(self.router, self.node)

    @property
    def said(self) -> str:
        """What the bars show, in words."""
        spans = ", ".join(f"{span.phase} {format_duration(span.end - span.begin)}" for span in self.bars)
        return f"{label(self.state)}: {spans}" if spans else f"{label(self.state)}: nothing to draw"


@dataclass(frozen=True)
class Band:
    """Something behind all rows, from ``begin`` to ``end`` in seconds: a batch, a pause, or the end of the window."""

    kind: str
    text: str
    begin: float
    end: float


@dataclass(frozen=True)
class Timeline:
    """The picture. ``seconds``: its width; ``now``: until when the report knows anything, where the run goes on."""

    start: datetime
    seconds: float
    rows: tuple[Row, ...]
    bands: tuple[Band, ...]
    now: float | None
    phases: tuple[str, ...] = field(default=())

    def percent(self, seconds: float) -> float:
        """A place in per cent of the width; what lies outside is at the edge."""
        return round(max(0.0, min(100.0, seconds * 100 / self.seconds)), 3)

    def marks(self) -> list[tuple[float, str]]:
        """The marks of the axis: place in per cent, and the time of day; with the date where a day begins."""
        step = next((step for step in _STEPS if self.seconds / step <= _MARKS), _STEPS[-1])
        midnight = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        first = -(-(self.start - midnight).total_seconds() // step) * step
        marks, moment = [], midnight + timedelta(seconds=first)
        while (moment - self.start).total_seconds() <= self.seconds:
            text = moment.strftime("%H:%M")
            if text == "00:00":
                text = f"{moment.day} {moment.strftime('%b')}"
            marks.append((self.percent((moment - self.start).total_seconds()), text))
            moment += timedelta(seconds=step)
        return marks

    def crowd(self) -> list[tuple[str, list[int]]]:
        """How many nodes are in each phase but waiting, in each column of the picture of all nodes."""
        width = self.seconds / _COLUMNS
        counts = {phase: [0] * _COLUMNS for phase in self.phases if phase != "waiting"}
        for span in (span for row in self.rows for span in row.bars if span.phase in counts):
            middles = range(max(0, round(span.begin / width)), min(_COLUMNS, round(span.end / width)))
            for column in middles:
                counts[span.phase][column] += 1
        return list(counts.items())


def timeline(report: Mapping) -> Timeline | None:
    """The picture of a report; None where nothing has a time."""
    run = report["run"]
    moments = [moment for moment in _moments(report) if moment is not None]
    if not moments:
        return None
    start, goes_on = min(moments), run.get("state") in ("running", "stopping")
    end = max([*moments, start + timedelta(seconds=60)])
    known = parsed(run.get("updated")) or end
    width = (end - start).total_seconds()
    for beyond in (run.get("eta") if goes_on else None, (run.get("window") or {}).get("window_end")):
        moment = parsed(beyond)
        if moment and 0 < (moment - end).total_seconds() <= width * _BEYOND:
            end = moment
    rows = tuple(_rows(report, start, known))
    phases = tuple(phase for phase in PHASES if any(span.phase == phase for row in rows for span in row.bars))
    seconds = (end - start).total_seconds() * 1.01
    now = (known - start).total_seconds() if goes_on else None
    return Timeline(start, seconds, rows, tuple(_bands(report, start, seconds, known)), now, phases)


def _moments(report: Mapping) -> Iterable[datetime | None]:
    run = report["run"]
    yield from (parsed(run.get(name)) for name in ("started", "updated", "ended"))
    for router in report.get("routers") or ():
        for node in router.get("nodes") or ():
            for phase in node.get("phases") or ():
                yield from (parsed(phase.get("from")), parsed(phase.get("to")))


def _rows(report: Mapping, start: datetime, known: datetime) -> Iterable[Row]:
    nodes = [(router, node) for router in report.get("routers") or () for node in router.get("nodes") or ()]
    for number, (router, node) in enumerate(nodes):
        bars = tuple(_bars(node.get("phases") or (), start, known))
        reason = node.get("reason") or router.get("reason") or ""
        batch, conductor = router.get("batch"), bool(router.get("conductor"))
        yield Row(number, router["router"], node["node"], node["state"], batch, reason, bars, conductor)


def _bars(phases: Sequence[Mapping], start: datetime, known: datetime) -> Iterable[Bar]:
    for phase in phases:
        begin, end = parsed(phase.get("from")), parsed(phase.get("to"))
        if begin is None or phase.get("phase") not in PHASES:
            continue
        last = max(begin, end or known)
        yield Bar(phase["phase"], (begin - start).total_seconds(), (last - start).total_seconds(), end is None)


def _bands(report: Mapping, start: datetime, seconds: float, known: datetime) -> Iterable[Band]:
    def span(entry: Mapping, begin: str, end: str) -> tuple[float, float] | None:
        first, last = parsed(entry.get(begin)), parsed(entry.get(end)) or known
        return None if first is None else ((first - start).total_seconds(), (last - start).total_seconds())

    for batch in report.get("batches") or ():
        if found := span(batch, "began", "ended"):
            yield Band("batch", str(batch.get("number")), *found)
    for pause in report.get("pauses") or ():
        if found := span(pause, "from", "to"):
            yield Band("pause", str(pause.get("reason") or ""), *found)
    window = report["run"].get("window") or {}
    for name, text in (("start_deadline", "no start after this"), ("window_end", "the window is over")):
        moment = parsed(window.get(name))
        if moment is not None and 0 <= (moment - start).total_seconds() < seconds:
            yield Band(name, text, (moment - start).total_seconds(), seconds)
