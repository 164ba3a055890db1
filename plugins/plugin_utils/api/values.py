# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes values out of JSON without believing that they are there. Pure. None always means: not known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone

from ..software.events import read_time

Row = Mapping[str, object]
#: No figure of a device is beyond it.
_MOST = 1e18
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
#: Above it a time counts milliseconds: as seconds it would be in the year 5138.
_MILLISECONDS = 100_000_000_000


def plain(words: str) -> str:
    """The words in one line, without what a terminal would carry out instead of showing it."""
    return " ".join(_UNPRINTABLE.sub(" ", words).split())


def rows(value: object) -> list[Row] | None:
    """The things of a list, plain or wrapped as ``nodes`` or ``edges``; None where there is no list.

    What is no thing in it (a ``null`` where a node was not reached) is left out; :func:`gaps` tells that.
    """
    listed = _listed(value)
    return None if listed is None else [entry for entry in listed if isinstance(entry, dict)]


def gaps(value: object) -> bool:
    """Whether a list is missing, or has places without a thing."""
    listed = _listed(value)
    return listed is None or any(not isinstance(entry, dict) for entry in listed)


def _listed(value: object) -> list[object] | None:
    if isinstance(value, dict):
        if isinstance(value.get("edges"), list):
            return [edge.get("node") if isinstance(edge, dict) else None for edge in value["edges"]]
        value = value.get("nodes")
    return value if isinstance(value, list) else None


def inside(value: object, *names: str) -> Iterator[object]:
    """What stands under these names, one in the other, through every list on the way."""
    if not names:
        yield value
        return
    if isinstance(value, dict) and names[0] in value:
        yield from inside(value[names[0]], *names[1:])
        return
    for row in rows(value) or ():
        if names[0] in row:
            yield from inside(row[names[0]], *names[1:])


def text(row: Row, *names: str) -> str | None:
    """The first of these fields with words in it. A number is none: 7.50 would become the version 7.5."""
    words = (plain(value) for value in (row.get(name) for name in names) if isinstance(value, str))
    return next((word for word in words if word), None)


def text_or_number(row: Row, *names: str) -> str | None:
    """The first of these fields with words or a number in it, as text: ids and times."""
    for name in names:
        value = row.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and plain(value):
            return plain(value)
    return None


def number(value: object) -> float | None:
    """A number, also where it is written as text (metrics are)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value) if -_MOST < value < _MOST else None  # which NaN is not, either
    if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]{1,18}(?:\.[0-9]{1,9})?\s*", value):
        return float(value)
    return None


def whole(value: object) -> int | None:
    """A whole number that is not negative."""
    figure = number(value)
    return int(figure) if figure is not None and figure >= 0 else None


def truth(value: object) -> bool | None:
    """True or False, also as a word; None for anything else."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    return {"true": True, "false": False, "yes": True, "no": False}.get(word)


def texts(value: object) -> tuple[str, ...] | None:
    """The words of a list, of a single word, or of things with a ``version``; empty: it says that there are none."""
    if value is None:
        return None
    listed = value if isinstance(value, list) else [value]
    words = [entry.get("version") if isinstance(entry, dict) else entry for entry in listed]
    if any(not isinstance(word, str) for word in words):
        return None
    return tuple(dict.fromkeys(word for word in map(plain, words) if word))


def moment(value: object) -> datetime | None:
    """A point in time: a text with a date, or a number of seconds or milliseconds since 1970."""
    figure = number(value)
    if figure is None:
        return read_time(value) if isinstance(value, str) else None
    try:
        return datetime.fromtimestamp(figure / 1000 if figure > _MILLISECONDS else figure, timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
