# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms: every field name that public clients read, and a list that may have more than it shows."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.alarms import AlarmList, read_alarms
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarms import Alarm

ALARM = {
    "id": "a.R:3",
    "router": "R",
    "node": "a",
    "process": "salt",
    "source": "highwayManager",
    "message": "Asset LR1, which is configured as a.R, is not running",
    "category": "ASSET",
    "severity": "MAJOR",
    "timestamp": "2026-03-04T12:00:00Z",
    "shelvedStatus": "NOTSHELVED",
    "value": "",
}
READ = Alarm(
    "a.R:3", "2026-03-04T12:00:00Z", "major", "highwayManager", "asset", str(ALARM["message"]), node="a", router="R"
)


def test_an_alarm_is_what_the_pcli_shows_of_it() -> None:
    assert read_alarms([ALARM]) == AlarmList((READ,))


def test_other_names_of_fields() -> None:
    row = {name: value for name, value in ALARM.items() if name not in ("router", "source", "timestamp")}
    (alarm,) = read_alarms([{**row, "routerName": "R", "id": 7, "timestamp": 1772625600000}]).alarms
    assert (alarm.router, alarm.source, alarm.id, alarm.time) == ("R", "salt", "7", "1772625600000")


def test_shelved_alarms_are_kept_apart() -> None:
    listed = read_alarms([ALARM, {**ALARM, "shelvedStatus": "SHELVED"}, {**ALARM, "shelvedStatus": None}])
    assert (len(listed.alarms), len(listed.shelved)) == (2, 1)


@pytest.mark.parametrize("word", ["not-shelved", "not_shelved", "Not Shelved"])
def test_not_shelved_is_read_as_the_history_of_the_pcli_writes_it(word) -> None:
    assert read_alarms([{**ALARM, "shelvedStatus": word}]) == AlarmList((READ,))


def test_an_alarm_is_not_taken_for_shelved_by_a_word_that_nobody_knows() -> None:
    listed = read_alarms([{**ALARM, "shelvedStatus": "EXPIRED"}])
    assert (listed.alarms, listed.shelved) == ((READ,), ())
    assert len(listed.problems) == 1 and "'EXPIRED'" in listed.problems[0]


def test_a_severity_that_nobody_knows_may_be_the_worst() -> None:
    listed = read_alarms([{**ALARM, "severity": "FATAL"}, {**ALARM, "severity": None}])
    assert [alarm.severity for alarm in listed.alarms] == ["critical", "critical"] and len(listed.problems) == 2
    assert "'FATAL'" in listed.problems[0]


@pytest.mark.parametrize("entry", [None, {}, {**ALARM, "message": " "}, {**ALARM, "message": None}, "text"])
def test_an_entry_without_words_makes_the_list_incomplete(entry) -> None:
    listed = read_alarms([ALARM, entry])
    assert listed.alarms == (READ,) and len(listed.problems) == 1


def test_no_alarm_is_an_answer_and_no_list_is_none() -> None:
    assert read_alarms([]) == AlarmList(())
    assert [read_alarms(value) for value in (None, {}, "", {"message": "x"})] == [None] * 4
