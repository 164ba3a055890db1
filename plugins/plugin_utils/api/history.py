# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the history of a router from ``auditLogs``. Pure.

ssr-mcp asks for ``router node type subtype timestamp data``; what ``data`` holds is documented nowhere. So it is quoted
for people, as the history that the PCLI shows is, and decides nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..software.alarms import category_of
from ..software.events import Event
from .values import Row, inside, moment, plain, rows, text, text_or_number, truth


@dataclass(frozen=True)
class History:
    """The events that were shown. ``problems``: why there may be more; empty: these are all that the API keeps.

    Whether it keeps those of software operations is not known (``AuditLogType``), so that none is shown proves nothing.
    """

    events: tuple[Event, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of a history. ``more``: is there another? None where the answer does not say."""

    events: tuple[Event, ...]
    more: bool | None


def read_page(data: object) -> Page | None:
    """The events in an answer; None where there is no list of them."""
    logs = list(inside(data, "allRouters", "auditLogs"))
    listed = [row for value in logs for row in rows(value) or ()]
    if not any(rows(value) is not None for value in logs):
        return None
    infos = [value.get("pageInfo") for value in logs if isinstance(value, dict)]
    marks = [truth(info.get("hasNextPage")) for info in infos if isinstance(info, dict)]
    more = True if True in marks else False if marks and set(marks) == {False} else None
    return Page(tuple(_event(row) for row in listed), more)


def _event(row: Row) -> Event:
    data = row.get("data")
    return Event(
        type=(text(row, "type") or "").lower() or None,
        at=moment(row.get("timestamp")),
        router=text(row, "router"),
        node=text(row, "node"),
        message=_words(data),
        time=text_or_number(row, "timestamp") or "",
        kind=(text(row, "subtype") or "").lower() or None,
        severity=(_within(data, "severity") or "").lower() or None,
        category=category_of(_within(data, "category") or "") or None,
    )


def _within(data: object, name: str) -> str | None:
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return None
    return text(data, name) if isinstance(data, dict) else None


def _words(data: object) -> str:
    """What an event says: its message, else all of it."""
    message = _within(data, "message") or _within(data, "description")
    if message:
        return message
    if data is None:
        return ""
    return plain(data) if isinstance(data, str) else json.dumps(data, sort_keys=True)


def of_node(events: Iterable[Event], router: str, node: str, since: datetime) -> tuple[Event, ...]:
    """The events of a node since a moment, oldest first.

    One without a time is among them, at the end: that it is old is not known. Nor is it of one of the same second, as
    times are read to the second. One of the router that names no node is not: it may be the other node's.
    """
    own = [event for event in events if event.router in (None, router) and event.node in (node, f"{node}.{router}")]
    timed = [event for event in own if event.at is not None and event.at.tzinfo is not None]
    second = since.replace(microsecond=0)
    fresh = sorted((event for event in timed if event.at >= second), key=lambda event: event.at)
    return (*fresh, *(event for event in own if event not in timed))
