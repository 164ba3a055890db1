# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as people write them: ``05:00``, ``tomorrow 05:00``, ``+6h``, or a date with a time. Pure."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from ..clock import NO_LIMIT, format_duration

#: A time of the day that was so short a time ago is taken for that one, and not for the one of the next day: whoever
#: starts a run again after its window must not get a window of a whole day.
JUST_PASSED = timedelta(hours=6)
_DAY = timedelta(days=1)
_OFFSET = re.compile(r"(?:(?:UTC|GMT)(?=[+-]))?([+-])(\d\d):?(\d\d)?")
_UTC = ("UTC", "GMT", "Z")
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
_ZONE = r"(?: *(?P<zone>[a-z+-][\w:/+-]*))?"
_OF_DAY = re.compile(
    rf"(?:(?P<before>today|tomorrow)[ T]+(?:at +)?)?{_CLOCK}(?: +(?P<after>today|tomorrow)\b)?{_ZONE}", re.I
)
_OF_DATE = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d?)-(?P<day>\d\d?)[ T] *(?:at +)?{_CLOCK}{_ZONE}", re.I)
_NUMBER = r"\d+(?:\.\d+)?"
_DURATION = re.compile(
    rf"(?:(?P<days>{_NUMBER}) ?d(?:ays?)?)? ?(?:(?P<hours>{_NUMBER}) ?h(?:(?:ou)?rs?)?)? ?"
    rf"(?:(?P<minutes>{_NUMBER}) ?m(?:in(?:ute)?s?)?)? ?(?:(?P<seconds>{_NUMBER}) ?s(?:ec(?:ond)?s?)?)?",
    re.I,
)
#: 6h30 has minutes without their unit.
_HOURS_MINUTES = re.compile(r"(?P<hours>\d+) ?h(?P<minutes>[0-5]\d)", re.I)
_FROM_NOW = re.compile(r"(?:\+|in\b|(?=\d)) *(.*)", re.I)
#: What is accepted.
ACCEPTED = (
    "a time such as 05:00, 05:00+01:00, 'tomorrow 05:00', +6h, +6h30m, or a date and a time such as "
    "2026-03-02T04:30:00+01:00, 2026-03-02T03:30:00Z or '2026-03-02 04:30 Europe/Berlin'"
)


def parse_zone(text: object) -> tzinfo | None:
    """A time zone from its name (``Europe/Berlin``), ``UTC`` or an offset (``+01:00``); None for an empty text.

    Raises ValueError for anything else.
    """
    name = str(text or "").strip()
    if not name:
        return None
    if name.upper() in _UTC:
        return timezone.utc
    offset = _OFFSET.fullmatch(name.upper())
    if offset and int(offset[2]) < 24 and int(offset[3] or 0) < 60:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise ValueError(_unknown_zone(name)) from error


def _unknown_zone(name: str) -> str:
    names = {known.lower(): known for known in available_timezones()}
    if not names and "/" in name:
        return (
            f"'{name}' may be the name of a time zone, but this controller has no database of time zones. Install "
            "tzdata there (the package of the system, or that of Python), or write the offset, such as +01:00."
        )
    alike = difflib.get_close_matches(name.lower(), names, 1, 0.8)
    meant = f" Did you mean {names[alike[0]]}?" if alike else ""
    return (
        f"'{name}' is not a time zone that this controller knows.{meant} Give a name such as Europe/Berlin, UTC, or an "
        "offset such as +01:00."
    )


def parse_user_time(text: object, field: str, now: datetime, zone: object = None) -> datetime | None:
    """An aware point in time; None where ``none`` is written. Raises ValueError with a sentence for what is none.

    ``now``: what the time is relative to; ``zone``: the time zone of a time without one. A time that is not written
    in full may neither be past nor more than a day away.
    """
    words = " ".join(str("" if text is None else text).split())
    if words == NO_LIMIT:
        return None
    if not words:
        raise ValueError(
            f"{field} is empty. Give {ACCEPTED}, write '{NO_LIMIT}' for none, or leave it out. Nothing was sent."
        )
    try:
        moment = _moment(words, now, parse_zone(zone))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{field} is '{words}': {str(error).rstrip('.')}. Nothing was sent.") from error
    return moment


def _moment(words: str, now: datetime, zone: tzinfo | None) -> datetime:
    of_date = _OF_DATE.fullmatch(words)
    if of_date:
        day = date(int(of_date["year"]), int(of_date["month"]), int(of_date["day"]))
        return _at(day, _clock(of_date), _own_zone(of_date) or zone)
    full = _iso(words)
    if full is not None:
        return full if full.tzinfo is not None else _in_zone(full, zone)
    from_now = _FROM_NOW.fullmatch(words)
    duration = parse_duration(from_now[1]) if from_now else None
    if duration is not None:
        return _within_a_day(now + duration, now, zone)
    of_day = _OF_DAY.fullmatch(words)
    if of_day and not (of_day["before"] and of_day["after"]):
        return _of_day(of_day, now, _own_zone(of_day) or zone)
    raise ValueError(f"give {ACCEPTED}.{_unquoted(words)}{_without_unit(words)}")


def _iso(words: str) -> datetime | None:
    """Another spelling of ISO 8601. A date alone is midnight to Python, and nobody's time."""
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(words.replace("Z", "+00:00")) if len(words) > 10 else None
    return None


def counts_from_begin(text: object) -> bool:
    """Is this a time that counts from the begin of a run, such as ``+6h``?"""
    from_now = _FROM_NOW.fullmatch(" ".join(str(text or "").split()))
    return bool(from_now and parse_duration(from_now[1]) is not None)


def parse_duration(text: object) -> timedelta | None:
    """A duration as people write it (``90m``, ``6h30``, ``1d 6h``, ``2 hours``); None for what is none.

    A number without a unit is none, since nobody can know what was meant.
    """
    words = str(text).strip()
    match = _HOURS_MINUTES.fullmatch(words) or _DURATION.fullmatch(words)
    given = {unit: float(number) for unit, number in (match.groupdict() if match else {}).items() if number}
    return timedelta(**given) if given else None


def _unquoted(words: str) -> str:
    """YAML reads 22:00 as 22 times 60, which is 1320."""
    if words.isdigit() and int(words) < 24 * 60:
        return f" If it was {int(words) // 60}:{int(words) % 60:02d} in a file, put it in quotes there."
    return ""


def _without_unit(words: str) -> str:
    number = words.removeprefix("+").strip()
    return f" With its unit a duration is +{number}h or +{number}m." if words[0] == "+" and number.isdigit() else ""


def _own_zone(match: re.Match) -> tzinfo | None:
    """The zone that is written with a time. Raises ValueError for an abbreviation: CET in July may be either."""
    text = match["zone"]
    if text and text.isalpha() and text.upper() not in _UTC:
        raise ValueError(
            f"'{text}' is not the full name of a time zone. Give a name such as Europe/Berlin, UTC, or an offset such "
            "as +01:00."
        )
    return parse_zone(text)


def _clock(match: re.Match) -> time:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("no day has such a time. Give 00:00 to 23:59; midnight is 00:00.")
    return time(hour, minute, second)


def _of_day(match: re.Match, now: datetime, zone: tzinfo | None) -> datetime:
    """A time of today or tomorrow. Without a day it is the next one."""
    clock = _clock(match)
    today = now.astimezone(zone).date() if zone else now.date()
    day = (match["before"] or match["after"] or "").lower()
    if day:
        return _within_a_day(_at(today + _DAY * (day == "tomorrow"), clock, zone), now, zone)
    moment = _at(today, clock, zone)
    if moment > now:
        return moment
    if now - moment < JUST_PASSED:
        ago = format_duration((now - moment).total_seconds())
        raise ValueError(f"that was {ago} ago. Write 'tomorrow {match[0]}', or the date and the time.")
    return _at(today + _DAY, clock, zone)


def _at(day: date, clock: time, zone: tzinfo | None) -> datetime:
    return _in_zone(datetime.combine(day, clock), zone)


def _within_a_day(moment: datetime, now: datetime, zone: tzinfo | None) -> datetime:
    shown = (moment.astimezone(zone) if zone else moment).isoformat(timespec="seconds")
    if moment <= now:
        raise ValueError(f"that is {shown}, which is past. If it is meant, write the date and the time.")
    if moment - now > _DAY:
        raise ValueError(
            f"that is {shown}, which is {format_duration((moment - now).total_seconds())} from now. "
            "More than a day must be written as a date and a time."
        )
    return moment


def _in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    if zone is None:
        raise ValueError(
            "it has no time zone, and that of the controller may be another one than yours. Set ssr_time_zone "
            "(time_zone of the module or of the check), for instance to Europe/Berlin, or write the zone with the time."
        )
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise ValueError(
            f"{moment.isoformat(timespec='seconds')} does not exist in {zone} or occurs twice, since clocks are "
            "changed then. Write it with its offset, such as 2026-03-02T04:30:00+01:00."
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
