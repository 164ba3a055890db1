# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads alarms from ``GET /alarm`` and its likes. Pure.

Fields by ssr-mcp, 128t-slackbot and the salt states of the vendor: ``id``, ``router`` or ``routerName``, ``node``,
``severity`` in upper case, ``category``, ``message``, ``timestamp``, ``shelvedStatus``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..software.alarms import Alarm, category_of, severity_of
from .values import Row, gaps, rows, text, text_or_number

#: ``NOTSHELVED`` (the salt states), ``not-shelved`` in ``show events alarm``. No sample has a shelved alarm.
_SHELVED = {"shelved": True, "notshelved": False}


@dataclass(frozen=True)
class AlarmList:
    """The alarms that count, and those that a person has shelved (``show alarms`` lists these apart as well).

    ``problems``: why there may be more of them; empty: the list is whole, and without alarms it says that there are
    none. An alarm whose severity is unknown counts as critical here, as it may be, and as one that is not shelved where
    the word for that is unknown.
    """

    alarms: tuple[Alarm, ...]
    shelved: tuple[Alarm, ...] = ()
    problems: tuple[str, ...] = ()


def read_alarms(value: object) -> AlarmList | None:
    """The alarms in an answer; None where it is no list, and nothing is known."""
    listed = rows(value)
    if listed is None:
        return None
    problems = ["the list has places without an alarm"] if gaps(value) else []
    alarms, shelved = [], []
    for row in listed:
        message = text(row, "message")
        if message is None:
            problems.append(f"an alarm has no message (id {text_or_number(row, 'id') or 'unknown'})")
            continue
        word = text(row, "severity") or ""
        severity = severity_of(word)
        if severity is None:
            problems.append(f"the severity {word!r} is unknown, in the alarm {message!r}")
        shelf = text(row, "shelvedStatus") or "NOTSHELVED"
        is_shelved = _SHELVED.get(re.sub(r"[\s_-]", "", shelf).lower())
        if is_shelved is None:
            problems.append(f"the shelved status {shelf!r} is unknown, in the alarm {message!r}")
        (shelved if is_shelved else alarms).append(_alarm(row, message, severity or "critical"))
    return AlarmList(tuple(alarms), tuple(shelved), tuple(dict.fromkeys(problems)))


def _alarm(row: Row, message: str, severity: str) -> Alarm:
    return Alarm(
        id=text_or_number(row, "id") or "",
        time=text_or_number(row, "timestamp", "time") or "",
        severity=severity,
        source=text(row, "source", "process") or "",
        category=category_of(text(row, "category") or ""),
        message=message,
        node=text(row, "node", "nodeName"),
        router=text(row, "router", "routerName"),
    )
