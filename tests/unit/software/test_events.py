# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events, and the conductor's own words about a node that failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.conversions import conversions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.events import (
    Event,
    of_node,
    read_events,
    read_time,
    upgrade_failure,
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
    (event,) = read_events(read(CONFIGURATION), "admin")
    assert event.message == "admin changed running configuration on t128"
    assert event.at == datetime(2020, 6, 4, 12, 47, 53, tzinfo=timezone.utc)


def test_a_layout_that_nobody_documented_loses_no_words() -> None:
    text = """
========== ====== ====================== ============ ===============
 Router     Node   Time                   From         To
========== ====== ====================== ============ ===============
 branch1    b1     2026-03-01T22:05:00Z   Upgrading    Upgrade failed
"""
    (event,) = read_events(read(text), "provisioning")
    assert (event.message, event.type) == ("Upgrading Upgrade failed", "provisioning")
    assert words(event) == "2026-03-01T22:05:00Z Upgrading Upgrade failed"


@pytest.mark.parametrize(
    "text", ["", "% Error: Unhandled TypeError: list indices must be integers", "Completed in 1 s"]
)
def test_an_answer_without_events_that_can_be_read_tells_nothing(text) -> None:
    assert read_events(read(text)) is None


def test_no_events_is_an_answer() -> None:
    assert read_events(read("No events found")) == []
    assert read_events(read("✔ Retrieving events...\n\nCompleted in 0.01 seconds")) == []
    assert read_events(read("✔ Retrieving events...\n\nsomething\n\nCompleted in 0.01 seconds")) is None


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text) -> None:
    assert read_events(read(text)) is None or isinstance(read_events(read(text)), list)


# cli_reference: a block for each event, its fields below.
TRAFFIC = """==================================================================
 2023-10-27T02:56:51.513Z Traffic request violates access policy.
==================================================================
 Type:               traffic.denied
 Node:               test1
 Denied Reason:      access
 Destination Address:172.16.2.201
 Destination Port:   443
 Ingress Interface:  1.0
 Ip Protocol:        udp
 Permitted:          False
 Source Address:     172.16.1.201
 Source Port:        10000

"""


def test_a_block_keeps_its_node_and_its_type() -> None:
    (event,) = read_events(read(TRAFFIC))
    assert (event.node, event.router, event.type, event.kind) == ("test1", None, "traffic", None)
    assert event.message == "Traffic request violates access policy."
    assert event.at == datetime(2023, 10, 27, 2, 56, 51, tzinfo=timezone.utc)


FAILED = """=====================================================
 2026-03-01T22:05:00.513Z SSR firmware upgrade failed
 for the local node: SSR upgrade failed after reboot
=====================================================
 Type:     provisioning.upgrade
 Node:     b2
 Reason:   no space left

=====================================================
 2026-03-01T22:03:00.000Z Upgrade started
=====================================================
 Type:     provisioning.upgrade
 Node:     b1

Completed in 0.10 seconds
"""


def test_a_sentence_over_many_lines_is_one_and_every_block_is_an_event_of_its_own() -> None:
    second, first = read_events(read(FAILED), "provisioning")
    assert second.message == (
        "SSR firmware upgrade failed for the local node: SSR upgrade failed after reboot no space left"
    )
    assert (second.node, first.node, first.message) == ("b2", "b1", "Upgrade started")


def test_what_a_configuration_holds_is_no_field_of_its_event() -> None:
    text = CONFIGURATION.replace("    authority", "    Node:  b1\n    authority")
    (event,) = read_events(read(text), "admin")
    assert event.node is None


ENCRYPTION = """Thu 2020-06-04 13:24:47 UTC
✔ Retrieving configuration events...

========================================================================
 2020-06-04T12:38:17.409Z root changed configuration encryption on t128
========================================================================
enable encryption

========================================================================
 2020-06-04T12:39:37.930Z root changed configuration encryption on t128
========================================================================
disable encryption

Completed in 0.08 seconds
"""


def test_two_events_of_a_configuration_are_two() -> None:
    events = read_events(read(ENCRYPTION), "admin")
    assert [event.message for event in events] == ["root changed configuration encryption on t128"] * 2
    assert [event.at.minute for event in events] == [38, 39]


# ts_ap_duplicate_assets
DUPLICATE = """Tue 2021-04-20 14:24:31 UTC

=========== ======= ============ ============================= ========== ======== ========== =============================================================== ================
 Router      Node    Event Type   Time                          Severity   Source   Category   Message                                                         Shelved Status
=========== ======= ============ ============================= ========== ======== ========== =============================================================== ================
 conductor   node1   add          2021-04-20T14:16:08.039000Z   critical   asset1   asset      A duplicate asset with id 'asset1', which is configured as      not-shelved
                                                                                               my-router, has been detected. Ensure all assets have a unique
                                                                                               id and restart salt-minion on asset 'asset1'
"""  # noqa: E501


def test_a_message_over_three_lines_of_a_table_is_one() -> None:
    (event,) = read_events(read(DUPLICATE), "alarm")
    assert event.message == (
        "A duplicate asset with id 'asset1', which is configured as my-router, has been detected. Ensure all assets "
        "have a unique id and restart salt-minion on asset 'asset1'"
    )
    assert (event.router, event.node, event.kind, event.severity) == ("conductor", "node1", "add", "critical")


def test_the_words_of_the_api_mean_the_same() -> None:
    text = """
========= ====== ======= ========= ====================== ========== ===================
 Router    Node   Type    Subtype   Timestamp              Severity   Data
========= ====== ======= ========= ====================== ========== ===================
 branch1   b1     alarm   ADD       2026-03-01T22:05:00Z   MAJOR      disk space low
 branch1   b1     ALARM   CLEAR     2026-03-01T22:06:00Z   MAJOR      Disk space low.
"""
    events = read_events(read(text))
    assert [(event.type, event.kind, event.severity) for event in events] == [
        ("alarm", "add", "major"), ("alarm", "clear", "major"),
    ]  # fmt: skip
    assert words(*events) == "", "what was cleared, in these words or nearly these, is no reason"


# -- whose events -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "mine"),
    [
        ({}, True),
        ({"node": None}, False),  # which of its nodes?
        ({"node": "b1.branch1"}, True),
        ({"node": "b2"}, False),
        ({"router": "branch10"}, False),
        ({"router": None, "node": None}, False),
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


def test_the_failure_of_the_second_node_is_no_reason_for_the_first() -> None:
    failed, begun = (replace(event, router="branch1") for event in read_events(read(FAILED), "provisioning"))
    assert "firmware upgrade failed" in words_of_failure([failed, begun], "branch1", "b2", SINCE)
    assert (
        words(failed, begun)
        == words(failed)
        == words(replace(failed, node=None))
        == words(replace(failed, router=None, node=None))
        == ""
    )


@pytest.mark.parametrize(
    ("message", "mine"),
    [
        ("Node b2 went offline.", False),
        ("Node b1 went offline.", True),
        ("Asset A2, which is configured as ‘b2.branch1’, is not running.", False),
        ("Asset A1, which is configured as ‘branch1.b1’, is not running.", True),
        ("No connectivity to h1.hub.", True),
        ("the node is not running well: upgrade failed", True),
    ],
)
def test_what_a_node_reports_of_the_other_one_is_not_said_of_itself(message, mine) -> None:
    alarm = event(message, type="alarm", kind="add", severity="critical")
    other = event("Synchronized", 1, node="b2")
    assert bool(words(alarm, other)) is mine


@pytest.mark.parametrize(
    "message",
    [
        "Upgrade of node2 failed: no space left",
        "Peer node2: SSR firmware upgrade failed",
        "Node node2 went offline.",
        "upgrade failed (node2)",
        "upgrade failed on node west",
        "Node west went offline.",
        "Upgrade of node2.branch1 failed",
    ],
)
def test_another_node_that_has_no_event_of_its_own_is_not_quoted(message) -> None:
    alarm = event(message, node="node1", type="alarm", kind="add", severity="critical")
    assert words_of_failure([alarm], "branch1", "node1", SINCE) == ""


@pytest.mark.parametrize(
    "message", ["Upgrade of node1 failed", "Node node1 went offline.", "Peer hub path is down", "Node upgrade failed"]
)
def test_what_names_this_node_or_no_node_is_quoted(message) -> None:
    alarm = event(message, node="node1", type="alarm", kind="add", severity="critical")
    assert message in words_of_failure([alarm], "branch1", "node1", SINCE)


def test_a_blank_node_is_the_one_above_only_where_its_router_is_blank_too() -> None:
    rows = (
        " r1       node1  2026-03-01T22:05:00Z   disk failure A\n"
        "                 2026-03-01T22:06:00Z   disk failure B\n"
        " r1              2026-03-01T22:07:00Z   disk failure C\n"
        "          node2  2026-03-01T22:08:00Z   disk failure D\n"
    )
    rule = "======== ====== ====================== ================\n"
    text = rule + " Router   Node   Time                   Message\n" + rule + rows
    assert [(event.router, event.node) for event in read_events(read(text, ended=True), "alarm")] == [
        ("r1", "node1"),
        ("r1", "node1"),
        ("r1", None),
        ("r1", "node2"),
    ]


def test_an_alarm_that_is_only_a_state_is_no_reason() -> None:
    state = {"type": "alarm", "kind": "add", "severity": "major"}
    assert words(event("Configured as Conductor.", **state)) == ""
    assert words(event("Process RoutingEngine on node b1 is now active.", **state)) == ""


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


@pytest.mark.parametrize(
    "message",
    ["Upgrading", "download completed", "revert started", "revert completed", "revert to 6.3.0 is in progress"],
)
def test_what_went_well_explains_no_failure(message) -> None:
    assert words(event(message)) == ""


@pytest.mark.parametrize(
    "message", ["revert failed: no space", "upgrade failed; revert started", "b1 reverted to 6.3.0"]
)
def test_what_went_wrong_is_quoted_although_it_speaks_of_a_revert(message) -> None:
    assert words(event(message)) == f"2026-03-01T22:05:00Z {message}"


def test_alarms_that_belong_to_a_half_done_pair_explain_nothing() -> None:
    alarm = {"type": "alarm", "kind": "add", "severity": "critical"}
    assert words(event("b1.branch1 has a software version that does not match its peer", **alarm)) == ""
    assert words(event("Node b1 with version 6.3.0 does not match the HA peer with version 6.3.5", **alarm)) == ""


def test_the_same_words_are_quoted_once_and_not_if_the_reason_has_them() -> None:
    events = [event("Upgrade failed: no space", 3), event("Upgrade failed: no space", 9)]
    assert words(*events) == "2026-03-01T22:09:00Z Upgrade failed: no space"
    longer = "upgrade failed: SSR firmware upgrade failed for the local node"
    assert words_of_failure([event(longer)], "branch1", "b1", SINCE, besides=longer.partition(": ")[2]) == ""
    said = "stays on 6.3.0. The conductor says: b1 failed   Upgrade failed: no   space"
    assert words_of_failure(events, "branch1", "b1", SINCE, besides=said) == ""


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
    assert "errors: 0" not in words(event("Installed, errors: 0", 3), event("Upgrade failed", 9))


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
    assert [conversion.said for conversion in conversions([event(message)], "branch1", "b1", SINCE)] == [said]


@pytest.mark.parametrize("message", ["Image transferred", "Conversion rate is 3", "package installed"])
def test_other_words_are_no_conversion(message) -> None:
    assert conversions([event(message)], "branch1", "b1", SINCE) == []


def test_the_cause_that_a_later_event_repeats_is_quoted_once() -> None:
    cause = "Download failed: connection to the repository timed out"
    quoted = words(event(f"download failed: {cause}", 5), event(f"upgrade failed: {cause}", 9))
    assert quoted == f"2026-03-01T22:09:00Z upgrade failed: {cause}"


# -- the end of an upgrade ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "ends"),
    [
        ("upgrade failed: no space", True),
        ("upgrade failed: Download failed: connection to the repository timed out", True),
        ("b1.branch1: upgrade failed: download failed", True),
        ("upgrade failed: download failed, retrying", False),
        ("download failed: connection to the repository timed out", False),
        ("download for the upgrade failed", False),
        ("upgrade download failed", False),
        ("Upgrading", False),
    ],
)
def test_an_upgrade_that_failed_for_its_download_has_failed_and_a_download_alone_ends_none(message, ends) -> None:
    assert bool(upgrade_failure([event(message)], "branch1", "b1", SINCE)) == ends


def test_an_event_without_a_zone_or_from_before_ends_no_upgrade() -> None:
    naive = replace(event("upgrade failed: no space"), at=datetime(2026, 3, 1, 22, 5))
    assert upgrade_failure([naive], "branch1", "b1", SINCE) is None
    assert upgrade_failure([event("upgrade failed: no space")], "branch1", "b1", SINCE.replace(year=2027)) is None
