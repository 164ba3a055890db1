# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A board of a run for a terminal, from its status file. Pure: data in, lines out."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import datetime, timedelta

from ..clock import format_duration, parse_timestamp
from ..software.versions import spelled
from .results import STATES
from .status import summary_line

#: So many seconds after it was written last, nobody seems to write a status file any more.
STALE = 300
#: The states of routers that have not ended.
_OPEN = ("waiting", "running")


def render(status: object, now: datetime, width: int, height: int) -> list[str]:
    """The lines of a board of so many columns and rows. ``status``: what the status file holds.

    Lines that do not fit are left out from the end; it never raises for what is no status of a run.
    """
    try:
        head, rows = _head(status, now, max(width, 1)), _rows(status, now)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        head, rows = [f"this is no status file of a run ({type(error).__name__}: {error})"], []
    room = max(height, 1) - len(head)
    if len(rows) > room:
        left = len(rows) - max(room - 1, 0)
        rows = [*rows[: max(room - 1, 0)], f"and {left} more lines"]
    return [_printable(line)[: max(width, 1)] for line in [*head, *rows][: max(height, 1)]]


def line_of(status: Mapping, now: datetime) -> str:
    """All of it in one line, for a log. Raises what :func:`render` catches."""
    totals = dict(status["totals"])
    in_flight, waiting = totals.pop("running", 0), totals.pop("waiting", 0)
    left = None if old_words(status, now) else status.get("eta_seconds")  # an old estimate is none
    line = summary_line(totals, in_flight, waiting, _elapsed(status, now), left)
    return f"{line}{_margin(status, now) if left is not None else ''}"


def old_words(status: Mapping, now: datetime) -> str:
    """That nobody seems to write the file any more; empty where somebody does, or nobody must. Raises as line_of."""
    age = (now - _moment(status["updated"])).total_seconds()
    if is_over(status) or age <= STALE:
        return ""
    return f"OLD: written {format_duration(age)} ago. Nobody seems to write it any more: is the run alive?"


def is_over(status: object) -> bool:
    """Has the run that a status file is about come to its end, or was it interrupted?"""
    return isinstance(status, Mapping) and status.get("state") in ("ended", "interrupted")


def _head(status: Mapping, now: datetime, width: int) -> list[str]:
    version = f" to {spelled(status['version'])}" if status.get("version") else ""
    batch = f", batch {int(status['batch'])}" if status.get("batch") else ""
    lines = [f"SSR {status['operation']}{version}: {status['state']}{batch}   (run {status.get('run_id') or '-'})"]
    ended = sum(count for state, count in status["totals"].items() if state not in _OPEN)
    lines.append(_bar(ended, sum(status["totals"].values()), width))
    lines += textwrap.wrap(line_of(status, now), width)
    if status.get("reason"):
        lines.append(f"stopped: {status['reason']}")
    old = old_words(status, now)
    return [*lines, old] if old else lines


def _bar(ended: int, total: int, width: int) -> str:
    """How many of all have ended, as a bar of at most 60 columns."""
    words = f" {ended} of {total}"
    cells = max(0, min(60, width) - len(words) - 2)
    full = round(cells * ended / total) if total else 0
    return f"[{'#' * full}{'.' * (cells - full)}]{words}"


def _rows(status: Mapping, now: datetime) -> list[str]:
    """A row for each router that is worked on, the longest first; then those that did not end well."""
    targets = status["targets"]
    active = {name: entry for name, entry in targets.items() if entry["state"] == "running"}
    loading = {name: entry for name, entry in targets.items() if entry["state"] == "waiting" and entry.get("phase")}
    bad = {name: e for name, e in targets.items() if e["state"] not in _OPEN and not _is_well(e["state"])}
    wide = max((len(name) for name in (*active, *loading, *bad)), default=0)
    rows = []
    for title, entries in (("in flight", active), ("waiting for their release", loading)):
        ordered = sorted(entries.items(), key=lambda item: str(item[1].get("since") or "9"))
        rows += ["", f"{title}:"] if entries else []
        rows += [f"  {name:{wide}}  {_phase(entry, now)}" for name, entry in ordered]
    rows += ["", "did not end well:"] if bad else []
    rows += [f"  {name:{wide}}  {entry['state']}: {entry.get('reason') or '-'}" for name, entry in bad.items()]
    return rows


def _printable(line: str) -> str:
    """A line without control characters, which a terminal would obey."""
    return "".join(sign if sign.isprintable() else " " for sign in line)


def _is_well(state: str) -> bool:
    return state in STATES and (STATES[state].ok or state == "not_started")


def _phase(entry: Mapping, now: datetime) -> str:
    nodes = [node["node"] for node in entry.get("nodes") or [] if node.get("phase")]
    whole = len(nodes) == len(entry.get("nodes") or [])
    since = f" for {format_duration((now - _moment(entry['since'])).total_seconds())}" if entry.get("since") else ""
    return f"{entry.get('phase') or '-'}{'' if whole else ' of ' + ', '.join(nodes)}{since}"


def _elapsed(status: Mapping, now: datetime) -> float:
    """Seconds since the run began, until now or its end."""
    return status["elapsed"] if is_over(status) else (now - _moment(status["started"])).total_seconds()


def _margin(status: Mapping, now: datetime) -> str:
    """How the end, as it is expected, lies in the window."""
    left, end = status.get("eta_seconds"), status.get("window_end")
    if left is None or not end or is_over(status):
        return ""
    over = _moment(status["updated"]) + timedelta(seconds=left)
    margin = (_moment(end) - max(over, now)).total_seconds()
    which = "before the window ends" if margin >= 0 else "after the window has ended"
    return f", {format_duration(abs(margin))} {which}"


def _moment(text: object) -> datetime:
    return parse_timestamp(text, "a time of the status file")
