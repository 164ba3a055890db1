# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times of a report for people. All are shown in UTC, which the page says once."""

from __future__ import annotations

import contextlib
import functools
from datetime import datetime, timezone

from ..clock import format_duration


def parsed(text: object) -> datetime | None:
    """A point in time in UTC. None where there is none, or where it has no zone, so that nobody knows when it was."""
    return _parsed(text) if isinstance(text, str) else None


@functools.lru_cache(maxsize=1 << 14)
def _parsed(text: str) -> datetime | None:
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        return moment.astimezone(timezone.utc) if moment.tzinfo is not None else None
    return None


def shown(text: object, beside: object = None) -> str:
    """``2 Mar 2026 21:00:05``; without the date where ``beside`` is the same day. What is no time stays as it is."""
    moment, other = parsed(text), parsed(beside)
    if moment is None:
        return str(text or "")
    if other is not None and moment.date() == other.date():
        return moment.strftime("%H:%M:%S")
    date = f"{moment.day} {moment.strftime('%b')}"
    return f"{date} {moment.strftime('%H:%M:%S' if other is not None and moment.year == other.year else '%Y %H:%M:%S')}"


def seconds_between(begin: object, end: object) -> float | None:
    """Seconds from one time to the other; None where one of them is not known."""
    first, last = parsed(begin), parsed(end)
    return None if first is None or last is None else (last - first).total_seconds()


def duration(seconds: object) -> str:
    """``6 min 05 s``; empty where it is not known."""
    return format_duration(float(seconds)) if isinstance(seconds, (int, float)) else ""
