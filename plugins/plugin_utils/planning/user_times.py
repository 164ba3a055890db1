# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as people write them: ``05:00``, ``tomorrow 05:00``, ``+6h``, or a date with a time. Pure."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from ..clock import NO_LIMIT, format_duration

#: A time of the day that was so short a time ago is taken for that one, and not for the one of the next day: whoever
#: starts a run again after its window must not get a window of a whole day.
JUST_PASSED = timedelta(hours=6)
_DAY = timedelta(days=1)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_OF_DAY = re.compile(
    r"(?:(today|tomorrow)[ T]+(?:at +)?)?(\d{1,2}):(\d\d)(?::(\d\d))?"
    r"(?: *(?P<zone>Z|UTC|[+-]\d\d:?\d\d|[a-z_]+(?:/[a-z0-9_+-]+)+))?",
    re.I,
)
_FROM_NOW = re.compile(r"\+ ?(?:(\d+) ?h(?:ours?)?)? ?(?:(\d+) ?m(?:in(?:utes?)?)?)?", re.I)
#: What is accepted.
ACCEPTED = (
    "a time such as 05:00, 05:00+01:00, 'tomorrow 05:00', +6h, or a date and a time such as "
    "2026-03-02T04:30:00+01:00 or 2026-03-02T03:30:00Z"
)


def parse_zone(text: object) -> tzinfo | None:
    """A time zone from its name (``Europe/Berlin``), ``UTC`` or an offset (``+01:00``); None for an empty text.

    Raises ValueError for anything else.
    """
    name = str(text or "").strip()
    if not name:
        return None
    if name.upper() in ("UTC", "Z"):
        return timezone.utc
    offset = _OFFSET.fullmatch(name)
    if offset and int(offset[2]) < 24 and int(offset[3]) < 60:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise ValueError(
            f"'{name}' is not a time zone that this controller knows. Give a name such as Europe/Berlin, UTC, or an "
            "offset such as +01:00. A controller without a database of time zones needs the package tzdata for names."
        ) from error


def parse_user_time(text: object, field: str, now: datetime, zone: object = None) -> datetime | None:
    """An aware point in time; None where ``none`` is written. Raises ValueError with a sentence for what is none.

    ``now``: what the time is relative to; ``zone``: the time zone of a time without one. A time that is not written
    in full may neither be past nor more than a day away.
    """
    words = str("" if text is None else text).strip()
    if words == NO_LIMIT:
        return None
    try:
        if not words:
            raise ValueError(f"it is empty. Give {ACCEPTED}, write '{NO_LIMIT}' for none, or leave it out.")
        moment = _moment(words, now, parse_zone(zone))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{field} is '{words}': {str(error).rstrip('.')}. Nothing was sent.") from error
    return moment


def _moment(words: str, now: datetime, zone: tzinfo | None) -> datetime:
    full = None
    with contextlib.suppress(ValueError):
        full = datetime.fromisoformat(words.replace("Z", "+00:00"))
    if full is not None and full.tzinfo is not None:
        return full
    if full is not None and len(words) > 10:  # a date alone is midnight to Python, and nobody's time
        return _in_zone(full, zone)
    from_now = _FROM_NOW.fullmatch(words)
    if from_now and (from_now[1] or from_now[2]):
        return _within_a_day(now + timedelta(hours=int(from_now[1] or 0), minutes=int(from_now[2] or 0)), now)
    of_day = _OF_DAY.fullmatch(words)
    if of_day:
        return _of_day(of_day, now, parse_zone(of_day["zone"]) or zone)
    raise ValueError(f"give {ACCEPTED}.{_unquoted(words)}")


def _unquoted(words: str) -> str:
    """YAML reads 22:00 as 22 times 60, which is 1320."""
    if words.isdigit() and int(words) < 24 * 60:
        return f" If it was {int(words) // 60}:{int(words) % 60:02d} in a file, put it in quotes there."
    return ""


def _of_day(match: re.Match, now: datetime, zone: tzinfo | None) -> datetime:
    """A time of today or tomorrow. Without a day it is the next one."""
    hour, minute, second = int(match[2]), int(match[3]), int(match[4] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("no day has such a time. Give 00:00 to 23:59; midnight is 00:00.")
    clock = time(hour, minute, second)
    today = now.astimezone(zone).date() if zone else now.date()
    day = (match[1] or "").lower()
    if day:
        return _within_a_day(_at(today + _DAY * (day == "tomorrow"), clock, zone), now)
    moment = _at(today, clock, zone)
    if moment > now:
        return moment
    if now - moment < JUST_PASSED:
        ago = format_duration((now - moment).total_seconds())
        raise ValueError(f"that was {ago} ago. Write 'tomorrow {match[0]}', or the date and the time.")
    return _at(today + _DAY, clock, zone)


def _at(day: date, clock: time, zone: tzinfo | None) -> datetime:
    return _in_zone(datetime.combine(day, clock), zone)


def _within_a_day(moment: datetime, now: datetime) -> datetime:
    if moment <= now:
        raise ValueError(f"that is {moment.isoformat()}, which is past. If it is meant, write the date and the time.")
    if moment - now > _DAY:
        raise ValueError(
            f"that is {moment.isoformat()}, which is {format_duration((moment - now).total_seconds())} from now. "
            "More than a day must be written as a date and a time."
        )
    return moment


def _in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    if zone is None:
        raise ValueError(
            "it has no time zone, and that of the controller may be another one than yours. Set ssr_time_zone "
            "(time_zone of the module), for instance to Europe/Berlin, or write the zone with the time."
        )
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise ValueError(
            f"{moment.isoformat()} does not exist in {zone} or occurs twice, since clocks are changed then. Write it "
            "with its offset, such as 2026-03-02T04:30:00+01:00."
        )
    return first


def limit_lines(limits: Sequence[tuple[str, datetime | None]], now: datetime, zone: object = None) -> list[str]:
    """A sentence for each limit that is set: the time in full, and how long that is from now."""
    name, known = str(zone or "").strip(), parse_zone(zone)
    lines = []
    for what, moment in limits:
        if moment is not None:
            shown = moment.astimezone(known) if known else moment
            named = f" ({name})" if known and "/" in name else ""
            left = (moment - now).total_seconds()
            away = f"in {format_duration(left)}" if left > 0 else f"{format_duration(-left)} ago"
            lines.append(f"{what}: {shown.isoformat(timespec='seconds')}{named}, {away}")
    return lines
