# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of a router: ``show events``, and what it says about a failure in the conductor's own words.

Documented are the types, the times and the columns of alarm events (CLI-6.0, events_overview). How events of the type
provisioning look, and every text in them, is documented nowhere: they are evidence for people, and never a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from ..pcli.reply import Reply
from ..pcli.tables import Table

_TIME = ("Time", "Date", "Timestamp", "Date Time")
_MESSAGE = ("Message", "Description", "Text", "Details", "Detail", "Event")
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)\s*(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?"
)
# Words of something that went wrong. A transition to a good state has none of them.
_FAILURE = re.compile(
    r"fail|error|unable|abort|reject|refus|denied|timed? ?out|corrupt|crash|exited|not running|went offline|mismatch"
    r"|does not match|revert|roll(?:ed|ing)? ?back|no space|disk space|invalid|missing|duplicate",
    re.IGNORECASE,
)
_NO_FAILURE = re.compile(r"\b(?:0|no|without) (?:errors?|failures?)\b", re.IGNORECASE)
_CONVERSION = re.compile(r"\bconver(?:t|ts|ted|ting|sion)\b", re.IGNORECASE)
_KINDS = re.compile(r"\b(?:package|image|ibu|package-based|image-based)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Event:
    """One event. ``type``: alarm, provisioning, …; ``kind``: what stands in the column Event Type (add, clear).

    ``at`` is aware where the device gave the zone (a trailing Z), naive where it did not, None where it gave no time.
    """

    type: str | None
    at: datetime | None
    router: str | None
    node: str | None
    message: str
    time: str = ""
    kind: str | None = None
    severity: str | None = None
    category: str | None = None

    @property
    def words(self) -> str:
        """The event for people: its time and its own words."""
        return f"{self.time} {self.message}".strip()


@dataclass(frozen=True)
class Conversion:
    """What an event says of a conversion from package to image. ``said``: done, failed, or begun."""

    event: Event
    said: str


# -- reading ------------------------------------------------------------------------------------------------------


def read_events(reply: Reply, type: str | None = None) -> list[Event] | None:
    """Read ``show events``, asked for one type. None where there is nothing that can be read as an event.

    A table with a column for the time (events_overview: Router, Node, Event Type, Time, Severity, Source, Category,
    Message), else a line or a title that begins with a time (as ``show events config commit`` prints, CLI-6.0).
    """
    tables = [table for table in reply.tables if table.has(*_TIME)]
    found = [event for table in tables for event in _from_table(table, type)]
    if not tables:
        found = [*_from_lines(reply, type)]
    if found or tables or re.search(r"\bno (?:matching )?events?\b", reply.text, re.IGNORECASE):
        return found
    return None


def _from_table(table: Table, type: str | None) -> Iterator[Event]:
    for row in table.filled("Router", "Node").rows:
        time = table.cell(row, *_TIME) or ""
        kind = table.cell(row, "Event Type", "Type")
        message = table.cell(row, *_MESSAGE) or _rest(table, row)
        if time or message:
            yield Event(
                type=type or (kind.lower() if kind and kind.lower() not in ("add", "clear") else None),
                at=read_time(time),
                router=table.cell(row, "Router") or None,
                node=table.cell(row, "Node") or None,
                message=message,
                time=time,
                kind=kind.lower() if kind else None,
                severity=(table.cell(row, "Severity") or "").lower() or None,
                category=(table.cell(row, "Category") or "").lower() or None,
            )


def _rest(table: Table, row: dict[str, str]) -> str:
    """The cells of a layout that nobody documented, so that its words are not lost."""
    known = {table.column(name) for name in (*_TIME, "Router", "Node", "Severity", "Shelved Status")}
    return " ".join(cell for column, cell in row.items() if column not in known and cell)


def _from_lines(reply: Reply, type: str | None) -> Iterator[Event]:
    for line in reply.text.split("\n"):
        stripped = line.strip()
        begin = _ISO.match(stripped)
        if begin and stripped[begin.end() :].strip():
            message = stripped[begin.end() :].strip(" \t:|-")
            yield Event(type, read_time(begin[0]), None, None, message, begin[0].strip())


def read_time(text: str) -> datetime | None:
    """The time of an event. Naive where the device did not say in which zone."""
    found = _ISO.search(text or "")
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1].partition(".")[0].replace("T", " "))
        zone = found[2]
        if zone in ("Z", "UTC"):
            return moment.replace(tzinfo=timezone.utc)
        return (
            moment if zone is None else datetime.strptime(f"{moment} {zone.replace(':', '')}", "%Y-%m-%d %H:%M:%S %z")
        )
    except ValueError:
        return None


# -- what they say ------------------------------------------------------------------------------------------------


def of_node(events: Iterable[Event], router: str, node: str, since: datetime | None = None) -> list[Event]:
    """The events that concern a node, from a moment on, oldest first.

    An event concerns it when its columns or its text name it: the conductor reports assets of others under its own name
    (``Asset …, which is configured as node.router, …``, events_alarms). An event without columns for names counts,
    since the question named the router, and so does one whose time cannot be compared with ``since``.
    """
    mine = [event for event in events if _concerns(event, router, node) and _recent(event, since)]
    told = [event for event in mine if event.at is not None]
    if len(told) < len(mine) or len({event.at.tzinfo is None for event in told}) > 1:
        return mine
    return sorted(mine, key=lambda event: event.at)


def _concerns(event: Event, router: str, node: str) -> bool:
    if any(_names(event.message, f"{one}.{other}") for one, other in ((node, router), (router, node))):
        return True
    if event.router == router:
        return event.node in (None, node, f"{node}.{router}")
    return event.router is None and event.node in (None, f"{node}.{router}")


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.\-]){re.escape(name)}(?![\w\-])(?!\.\w)", text) is not None


def _recent(event: Event, since: datetime | None) -> bool:
    if since is None or event.at is None or (event.at.tzinfo is None) != (since.tzinfo is None):
        return True
    return event.at >= since.replace(microsecond=0)


def words_of_failure(
    events: Iterable[Event], router: str, node: str, since: datetime | None = None, most: int = 3
) -> str:
    """The conductor's own words about a node since a moment, to stand in a reason. Empty where it said nothing.

    The newest ``most`` events that speak of something wrong, else the last thing that was said of its provisioning. An
    alarm that has been cleared since is left out.
    """
    mine = of_node(events, router, node, since)
    wrong = [
        event for place, event in enumerate(mine) if _speaks_of_failure(event) and not _cleared(event, mine[place:])
    ]
    if not wrong:
        wrong = [event for event in mine if event.type == "provisioning"][-1:]
    return "; ".join(dict.fromkeys(event.words for event in wrong[-most:]))


def _speaks_of_failure(event: Event) -> bool:
    if event.kind == "clear":
        return False
    if event.type == "alarm" or event.kind == "add":
        return event.severity in (None, "critical", "major")
    return bool(_FAILURE.search(_NO_FAILURE.sub("", event.message)))


def _cleared(event: Event, later: list[Event]) -> bool:
    return any(one.kind == "clear" and (one.message, one.category) == (event.message, event.category) for one in later)


def conversions(events: Iterable[Event], router: str, node: str, since: datetime | None = None) -> list[Conversion]:
    """The events that speak of a conversion from package to image, oldest first.

    Recognised only where the words name a conversion and one of both kinds; the texts are not documented, so an empty
    list says nothing. Evidence, never a verdict: whether a node was converted is told by the install type of its asset.
    """
    return [
        Conversion(event, _said(event.message))
        for event in of_node(events, router, node, since)
        if _CONVERSION.search(event.message) and _KINDS.search(event.message)
    ]


def _said(message: str) -> str:
    if _FAILURE.search(_NO_FAILURE.sub("", message)):
        return "failed"
    return "done" if re.search(r"\b(?:converted|complete[ds]?|success\w*|finished|done)\b", message, re.I) else "begun"
