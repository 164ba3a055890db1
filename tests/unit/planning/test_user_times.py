# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as people write them, in the zone that they name and in no other."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfoNotFoundError

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning import user_times
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.user_times import (
    limit_lines,
    parse_duration,
    parse_user_time,
    parse_zone,
)

#: 22:15 in Berlin.
NOW = datetime(2026, 3, 2, 21, 15, tzinfo=timezone.utc)
BERLIN = "Europe/Berlin"


def at(text: object, zone: object = BERLIN, now: datetime = NOW) -> str:
    moment = parse_user_time(text, "window_end", now, zone)
    assert moment is not None
    return moment.astimezone(timezone.utc).strftime("%d %H:%M")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("05:00", "03 04:00"),
        ("5:00", "03 04:00"),
        ("23:30", "02 22:30"),
        ("tomorrow 05:00", "03 04:00"),
        ("Tomorrow at 5:00", "03 04:00"),
        ("today 23:00", "02 22:00"),
        ("05:00Z", "03 05:00"),
        ("05:00+02:00", "03 03:00"),
        ("05:00 -0500", "03 10:00"),
        ("23:00 UTC", "02 23:00"),
        ("tomorrow 05:00 America/New_York", "03 10:00"),
        ("05:00 tomorrow", "03 04:00"),
        ("05:00 tomorrow America/New_York", "03 10:00"),
        ("05:00 Europe/Berlin", "03 04:00"),
        ("05:00+01", "03 04:00"),
        ("05:00 UTC+01:00", "03 04:00"),
        ("05:00 gmt", "03 05:00"),
        ("+6h", "03 03:15"),
        ("6h", "03 03:15"),
        ("in 6h", "03 03:15"),
        ("in 90 minutes", "02 22:45"),
        ("+6h30", "03 03:45"),
        ("6h30", "03 03:45"),
        ("+6h30m", "03 03:45"),
        ("+6h 30min", "03 03:45"),
        ("+1.5h", "02 22:45"),
        ("2 hrs 5 mins", "02 23:20"),
        ("90min", "02 22:45"),
        ("+5400s", "02 22:45"),
        ("+1d", "03 21:15"),
        ("1 day", "03 21:15"),
        ("+90m", "02 22:45"),
        ("+1h30m", "02 22:45"),
        ("+ 1 hour 30 minutes", "02 22:45"),
        ("+24h", "03 21:15"),
        ("2026-03-07T05:00:00+01:00", "07 04:00"),
        ("2026-03-07 04:00Z", "07 04:00"),
        ("2026-03-07T05:00", "07 04:00"),
        ("2026-03-07 05:00:00", "07 04:00"),
        ("2026-03-01T05:00:00Z", "01 05:00"),
        ("2026-03-07 05:00 Europe/Berlin", "07 04:00"),
        ("2026-03-07T05:00:00 America/New_York", "07 10:00"),
        ("2026-07-07 05:00 Europe/Berlin", "07 03:00"),
        ("2026-3-7 at 5:00 Europe/Berlin", "07 04:00"),
        ("2026-03-07 05:00 UTC", "07 05:00"),
        ("2026-03-07 05:00 +01:00", "07 04:00"),
        ("2026-03-07T05:00:00.5+0100", "07 04:00"),
        (datetime(2026, 3, 7, 4, tzinfo=timezone.utc), "07 04:00"),
    ],
)
def test_a_time_is_read_as_people_write_it(text, utc) -> None:
    assert at(text) == utc


def test_no_limit_is_written_as_none() -> None:
    assert parse_user_time("none", "window_end", NOW) is None


@pytest.mark.parametrize("text", ["05:00", "tomorrow 05:00", "2026-03-07T05:00", "2026-03-07 05:00:00"])
def test_a_time_without_a_zone_needs_one(text) -> None:
    with pytest.raises(ValueError, match=r"window_end is .* no time zone.*Set ssr_time_zone.*Nothing was sent\."):
        at(text, "")


def test_a_duration_and_a_time_with_its_zone_need_no_zone() -> None:
    assert at("+6h", None) == "03 03:15" and at("2026-03-07T05:00:00Z", "") == "07 05:00"
    assert at("2026-03-07 05:00 Europe/Berlin", "") == "07 04:00" and at("07:00 Asia/Tokyo", None) == "02 22:00"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("22:00", "15 min 00 s ago. Write 'tomorrow 22:00'"),
        ("17:30", "4 h 45 min ago"),
        ("today 05:00", "which is past"),
        ("tomorrow 23:00", "24 h 45 min from now"),
        ("+30h", "30 h 00 min from now"),
        ("+0h", "which is past"),
        ("+2d", "48 h 00 min from now"),
        ("+1d1m", "24 h 01 min from now"),
        ("", "window_end is empty. Give a time such as 05:00"),
        (None, "window_end is empty. Give"),
        ("soon", "give a time such as 05:00"),
        ("+6", "give a time such as 05:00"),
        ("+6", "With its unit a duration is +6h or +6m"),
        ("6", "give a time such as 05:00"),
        ("+6h5", "give a time such as 05:00"),
        ("+1d6", "give a time such as 05:00"),
        ("+6:30", "give a time such as 05:00"),
        ("+", "give a time such as 05:00"),
        ("tomorrow 05:00 tomorrow", "give a time such as 05:00"),
        ("05:00 CET", "'CET' is not the full name of a time zone"),
        ("05:00 Berlin", "'Berlin' is not the full name of a time zone"),
        ("2026-03-07 05:00 EST", "'EST' is not the full name of a time zone"),
        ("2026-03-07 05:00 Europe/Bern", "'Europe/Bern' is not a time zone that this controller knows"),
        ("2026-03-07 05:00 europe/berlin ", "Did you mean Europe/Berlin?"),
        ("2026-02-30 05:00 Europe/Berlin", "day is out of range"),
        ("2026-03-07 24:00", "midnight is 00:00. Nothing was sent."),
        ("24:00", "midnight is 00:00. Nothing was sent."),
        ("05:60Z", "no day has such a time"),
        ("05:00+25:00", "not a time zone"),
        ("05:00 Mars/Olympus", "not a time zone"),
        ("25:00", "no day has such a time"),
        ("2026-03-07", "give a time such as 05:00"),
        (1320, "If it was 22:00 in a file, put it in quotes there"),
        ("+99999999999999h", ". Nothing was sent."),
    ],
)
def test_what_cannot_be_meant_is_refused(text, words) -> None:
    with pytest.raises(ValueError) as refused:
        at(text, now=NOW.replace(microsecond=123456))
    assert words in str(refused.value) and str(refused.value).startswith("window_end is ")
    assert "123456" not in str(refused.value)


def test_a_duration_that_is_refused_is_shown_in_the_zone_of_the_user() -> None:
    with pytest.raises(ValueError, match=r"that is 2026-03-04T04:15:00\+01:00, which is 30 h 00 min from now\."):
        at("+30h")


def test_a_controller_without_a_database_of_zones_says_so_and_takes_offsets(monkeypatch) -> None:
    def unknown(name: str) -> None:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(user_times, "ZoneInfo", unknown)
    monkeypatch.setattr(user_times, "available_timezones", set)
    with pytest.raises(ValueError, match=r"no database of time zones\. Install tzdata .* write the offset"):
        at("2026-03-07 05:00 Europe/Berlin", "")
    assert at("2026-03-07 05:00 +01:00", "") == "07 04:00" and at("05:00 UTC", "") == "03 05:00"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90m", 5400), ("1h30", 5400), ("1d 6h", 108000), ("2 hours", 7200), ("45 sec", 45), ("0.5h", 1800)],
)
def test_a_duration_is_read_with_its_unit(text, seconds) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "90", 90, "m", "1h90", "h30", "1m2h", "soon", None, True])
def test_what_has_no_unit_is_no_duration(text) -> None:
    assert parse_duration(text) is None


@pytest.mark.parametrize("text", ["2026-03-29T02:30", "2026-10-25 02:30:00"])
def test_an_hour_that_is_missing_or_occurs_twice_needs_its_offset(text) -> None:
    with pytest.raises(ValueError, match="does not exist in Europe/Berlin or occurs twice"):
        at(text)


def test_the_day_is_that_of_the_zone() -> None:
    """At 23:30 UTC it is the next day in Berlin already."""
    assert at("tomorrow 00:10", BERLIN, datetime(2026, 3, 2, 23, 30, tzinfo=timezone.utc)) == "03 23:10"


@pytest.mark.parametrize(("text", "offset"), [("UTC", 0), ("+05:30", 5.5), ("-0800", -8), ("Asia/Tokyo", 9)])
def test_zones_are_names_and_offsets(text, offset) -> None:
    zone = parse_zone(text)
    assert zone is not None and zone.utcoffset(datetime(2026, 3, 2)).total_seconds() == offset * 3600


@pytest.mark.parametrize("text", ["CET+1", "Berlin", "../etc/passwd", "+25:00", "Europe/", "a\0b"])
def test_an_unknown_zone_is_refused_with_what_is_accepted(text) -> None:
    with pytest.raises(ValueError, match="not a time zone that this controller knows"):
        parse_zone(text)


def test_limits_are_shown_in_full_with_how_far_they_are_away() -> None:
    end = parse_user_time("05:00", "window_end", NOW, BERLIN)
    assert limit_lines([("everything must be over by", end), ("no start after", None)], NOW, BERLIN) == [
        "everything must be over by: 2026-03-03T05:00:00+01:00 (Europe/Berlin), in 6 h 45 min"
    ]
    assert limit_lines([("by", end)], datetime(2026, 3, 3, 4, 30, tzinfo=timezone.utc), "") == [
        "by: 2026-03-03T05:00:00+01:00, 30 min 00 s ago"
    ]
