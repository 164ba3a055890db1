# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The expected night as a picture: a row for each router that begins, in the order in which they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .times import parsed

#: Steps of the axis in seconds, of which the first is taken that does not make more marks than fit.
_STEPS = (300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_MARKS = 10
#: The height of a row in pixels: that of the first limit which so many rows keep.
_HEIGHTS = ((60, 22), (400, 16), (1 << 30, 11))
_LIMITS = ("start_deadline", "window_end")


@dataclass(frozen=True)
class PictureRow:
    """A router. ``bars``: phase, begin and width in per cent of the picture."""

    router: str
    said: str
    bars: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class Picture:
    """All of it. ``marks``: place in per cent and time; ``bands``: number of a batch, begin and width in per cent.

    ``limits``: name of a limit of time, and its place; ``height``: of a row, in pixels.
    """

    rows: tuple[PictureRow, ...]
    marks: tuple[tuple[float, str], ...]
    bands: tuple[tuple[int, float, float], ...]
    limits: tuple[tuple[str, float], ...]
    height: int
    phases: tuple[str, ...]


def picture(document: Mapping) -> Picture | None:
    """The picture of a document; None where nothing begins."""
    night = document["forecast"]
    begin, end = parsed(night["begins"]), parsed(night["ends"])
    if begin is None or end is None or end <= begin:
        return None
    ends = [end, *(at for name in _LIMITS if (at := parsed((document["window"].get(name) or {}).get("at"))))]
    # A window that ends days later would leave nothing to see of the night itself.
    last = max(at for at in ends if at <= begin + 2 * (end - begin))
    scale = _Scale(begin, (last - begin).total_seconds() * 1.03)
    begun = [entry for entry in document["routers"] if (entry["forecast"] or {}).get("begins")]
    rows = tuple(_row(entry, scale) for entry in sorted(begun, key=_first))
    phases = dict.fromkeys(phase for row in rows for phase, _begin, _width in row.bars)
    return Picture(
        rows,
        tuple(scale.marks()),
        tuple(_bands(night["batches"], scale)),
        tuple(_limits(document["window"], scale)),
        next(height for most, height in _HEIGHTS if len(rows) <= most),
        tuple(phase for phase in ("download", "upgrade", "away", "soak") if phase in phases),
    )


@dataclass(frozen=True)
class _Scale:
    begin: datetime
    seconds: float

    def place(self, at: datetime) -> float:
        """A time in per cent of the width."""
        return round(max(0.0, min(100.0, (at - self.begin).total_seconds() * 100 / self.seconds)), 2)

    def marks(self) -> Iterable[tuple[float, str]]:
        """Marks at full times of the day, with the date where a day begins."""
        step = next((step for step in _STEPS if self.seconds / step <= _MARKS), _STEPS[-1])
        midnight = self.begin.replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + timedelta(seconds=-(-(self.begin - midnight).total_seconds() // step) * step)
        while (at - self.begin).total_seconds() <= self.seconds:
            text = at.strftime("%H:%M")
            yield self.place(at), f"{at.day} {at.strftime('%b')}" if text == "00:00" else text
            at += timedelta(seconds=step)


def _first(entry: Mapping) -> str:
    download = entry["forecast"]["download"]
    return entry["forecast"]["begins"] if download is None else min(entry["forecast"]["begins"], download["from"])


def _row(entry: Mapping, scale: _Scale) -> PictureRow:
    expected = entry["forecast"]
    spans = [{"phase": "download", **expected["download"]}] if expected["download"] else []
    bars = []
    for span in (*spans, *expected["phases"]):
        begin, end = (scale.place(parsed(span[key])) for key in ("from", "to"))
        bars.append((span["phase"], begin, round(max(0.1, end - begin), 2)))
    said = f"{expected['begins'][11:16]} to {expected['ends'][11:16]}"
    return PictureRow(entry["router"], said, tuple(bars))


def _bands(batches: Sequence[Mapping], scale: _Scale) -> Iterable[tuple[int, float, float]]:
    for number, batch in enumerate(batches, 1):
        begin, end = (scale.place(parsed(batch[key])) for key in ("from", "to"))
        if end > begin:
            yield number, begin, round(end - begin, 2)


def _limits(window: Mapping, scale: _Scale) -> Iterable[tuple[str, float]]:
    for name in _LIMITS:
        at = parsed((window.get(name) or {}).get("at"))
        if at is not None and at <= scale.begin + timedelta(seconds=scale.seconds):
            yield name, scale.place(at)
