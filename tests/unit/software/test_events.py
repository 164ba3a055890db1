# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events, and the conductor's own words about a node that failed."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.reply import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.events import (
    Event,
    conversions,
    of_node,
    read_events,
    read_time,
    words_of_failure,
)
from hypothesis import given
from hypothesis import strategies as st

# events_overview, shortened: long messages go on in further lines.
ALARMS = """Tue 2018-09-11 14:46:14 UTC

============== =============== ============ ====================== ========== ========================================== =================== ================== ================
 Router         Node            Event Type   Time                   Severity   Source                                     Category            Message            Shelved Status
============== =============== ============ ====================== ========== ========================================== =================== ================== ================
 seattlesite1   branchoffice1   add          2018-09-10T23:49:47Z   major      bostonsite1+3.3.3.128+branchoffice1+3+0    peer                Peer bostonsite1   not-shelved
                                                                                                                                              path is down
                                                                                                                                              (PeerName:
                                                                                                                                              bostonsite1 |
                                                                                                                                              NodeName:
                                                                                                                                              branchoffice1 |
                                                                                                                                              DeviceInterface:
                                                                                                                                              3 | Vlan: 0)
 seattlesite1   branchoffice1   clear        2018-09-10T23:49:54Z   major      bostonsite1+3.3.3.128+branchoffice1+3+0    peer                Peer bostonsite1   not-shelved
                                                                                                                                              path is down
                                                                                                                                              (PeerName:
                                                                                                                                              bostonsite1 |
                                                                                                                                              NodeName:
                                                                                                                                              branchoffice1 |
                                                                                                                                              DeviceInterface:
                                                                                                                                              3 | Vlan: 0)
"""  # noqa: E501

# CLI-6.0.
CONFIGURATION = """Thu 2020-06-04 12:47:59 UTC
✔ Retrieving configuration events...

======================================================================
 2020-06-04T12:47:53.487Z admin changed running configuration on t128
======================================================================

config

    authority
"""

SINCE = datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc)


def event(message: str, minute: int = 5, **more: object) -> Event:
    fields = {"type": "provisioning", "router": "branch1", "node": "b1", **more}
    time = f"2026-03-01T22:{minute:02}:00Z"
    return Event(at=read_time(time), message=message, time=time, **fields)


def words(*events: Event, since: datetime | None = SINCE) -> str:
    return words_of_failure(events, "branch1", "b1", since)


# -- reading ------------------------------------------------------------------------------------------------------


def test_alarm_events_are_read_as_documented() -> None:
    first, second = read_events(read(ALARMS), "alarm")
    assert (first.type, first.kind, second.kind) == ("alarm", "add", "clear")
    assert (first.router, first.node, first.severity, first.category) == (
        "seattlesite1",
        "branchoffice1",
        "major",
        "peer",
    )
    assert first.at == datetime(2018, 9, 10, 23, 49, 47, tzinfo=timezone.utc)
    assert first.message.startswith("Peer bostonsite1 path is down (PeerName: bostonsite1 |")


def test_a_line_that_begins_with_a_time_is_an_event() -> None:
    (found,) = read_events(read(CONFIGURATION), "admin")
    assert found.message == "admin changed running configuration on t128"
    assert found.at == datetime(2020, 6, 4, 12, 47, 53, tzinfo=timezone.utc)


def test_a_layout_that_nobody_documented_loses_no_words() -> None:
    text = """
========== ====== ====================== ============ ===============
 Router     Node   Time                   From         To
========== ====== ====================== ============ ===============
 branch1    b1     2026-03-01T22:05:00Z   Upgrading    Upgrade failed
"""
    (found,) = read_events(read(text), "provisioning")
    assert (found.message, found.type) == ("Upgrading Upgrade failed", "provisioning")
    assert words(found) == "2026-03-01T22:05:00Z Upgrading Upgrade failed"


@pytest.mark.parametrize(
    "text", ["", "% Error: Unhandled TypeError: list indices must be integers", "Completed in 1 s"]
)
def test_an_answer_without_events_that_can_be_read_tells_nothing(text) -> None:
    assert read_events(read(text)) is None


def test_no_events_is_an_answer() -> None:
    assert read_events(read("No events found")) == []


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text) -> None:
    assert read_events(read(text)) is None or isinstance(read_events(read(text)), list)


# -- whose events -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "mine"),
    [
        ({}, True),
        ({"node": None}, True),
        ({"node": "b2"}, False),
        ({"router": "branch10"}, False),
        ({"router": None, "node": None}, True),
        ({"router": None, "node": "b1"}, False),  # a node of that name in which router?
    ],
)
def test_an_event_concerns_the_node_that_its_columns_name(fields, mine) -> None:
    assert bool(of_node([event("Upgrade failed", **fields)], "branch1", "b1", SINCE)) is mine


@pytest.mark.parametrize(
    ("name", "mine"), [("b1.branch1", True), ("b1.branch10", False), ("xb1.branch1", False), ("b1.branch1.x", False)]
)
def test_the_conductor_reports_assets_of_others_under_its_own_name(name, mine) -> None:
    message = f"Asset A-17, which is configured as {name}, failed to install."
    assert bool(words(event(message, router="Conductor", node="c1"))) is mine


def test_what_was_before_does_not_count() -> None:
    old = Event("provisioning", read_time("2026-03-01T21:59:59Z"), "branch1", "b1", "Upgrade failed")
    assert words(old) == ""


def test_a_time_that_cannot_be_compared_is_kept() -> None:
    assert words(Event("provisioning", datetime(2026, 3, 1, 9), "branch1", "b1", "Upgrade failed")) == "Upgrade failed"


# -- words --------------------------------------------------------------------------------------------------------


def test_the_words_of_a_failure_come_with_their_time() -> None:
    assert words(event("Downloading"), event("SSR upgrade failed after reboot", 9), event("Synchronized", 12)) == (
        "2026-03-01T22:09:00Z SSR upgrade failed after reboot"
    )


def test_without_a_failure_the_last_thing_said_of_its_provisioning_stands() -> None:
    assert words(event("Upgrading", 3), event("Disconnected", 9)) == "2026-03-01T22:09:00Z Disconnected"


def test_nothing_said_is_no_words() -> None:
    assert words() == ""
    assert words(event("Peer hub path is down", type="alarm", kind="add", severity="info")) == ""


def test_an_alarm_that_was_cleared_is_left_out() -> None:
    alarm = {"type": "alarm", "severity": "major", "category": "process"}
    gone = [event("Process has exited unexpectedly: conflux", 3, kind="add", **alarm)]
    gone.append(event("Process has exited unexpectedly: conflux", 4, kind="clear", **alarm))
    there = event("disk space low", 5, kind="add", **alarm)
    assert words(*gone, there) == "2026-03-01T22:05:00Z disk space low"
    assert words(*reversed(gone), there) == "2026-03-01T22:05:00Z disk space low"  # the newest may come first


def test_that_an_alarm_went_away_is_no_failure() -> None:
    """The alarm itself may have come before the time that is looked at."""
    assert words(event("disk space low", type="alarm", kind="clear", severity="major")) == ""


def test_no_errors_are_no_failure() -> None:
    assert "no errors" not in words(event("Installed with no errors", 3), event("Upgrade failed", 9))


# -- conversions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Converting from package-based to image-based", "begun"),
        ("Conversion to image complete", "done"),
        ("Conversion from package to image failed: no space left", "failed"),
    ],
)
def test_a_conversion_is_known_by_its_words(message, said) -> None:
    assert [one.said for one in conversions([event(message)], "branch1", "b1", SINCE)] == [said]


@pytest.mark.parametrize("message", ["Image transferred", "Conversion rate is 3", "package installed"])
def test_other_words_are_no_conversion(message) -> None:
    assert conversions([event(message)], "branch1", "b1", SINCE) == []
