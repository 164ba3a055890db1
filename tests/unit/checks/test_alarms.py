# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of alarms around an upgrade: what stops it, what is waited for, and what keeps no pair from its end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.authority import Authority
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import CHECKS
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.runner import run_checks
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.waiter import StableWait
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError, Unreadable
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.checks.test_checks import Asked, alarm, asset, result
from tests.unit.fakes import NEW, OLD, VirtualClock

BOTH = ("critical_alarms", "mismatch_alarm")
HALF = [asset("node1", NEW), asset("node2", OLD)]
DONE = [asset("node1", NEW), asset("node2", NEW)]
OF_NEWER = alarm(f"Node node1 with version {NEW} does not match the HA peer with version {OLD}.")
OF_OLDER = alarm("node1.Conductor has a software version that does not match its peer", category="asset")
AFTER = {"after": True, "waited": 0.0}
UNREADABLE = Unreadable("show alarms", "it shows neither a table of alarms nor words that say that there are none.")
REFUSED = DeviceError("show alarms", "% Error: Unhandled TypeError")


def back(rows, seconds: int | None):
    """The same assets, settled for so long."""
    return [replace(row, time_in_status=seconds) for row in rows]


def since(*alarms: tuple[str, str, str | None]) -> dict:
    return {**AFTER, "alarms_before": frozenset(alarms)}


# -- a pair that is half done ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("raised", [OF_NEWER, OF_OLDER, replace(OF_NEWER, message=OF_NEWER.message.rstrip("."))])
@pytest.mark.parametrize("name", BOTH)
def test_after_the_first_node_the_mismatch_alarm_of_every_catalogue_lets_the_pair_go_on(name, raised) -> None:
    outcome = result(name, context=AFTER, alarms=[raised], assets=HALF)
    assert (outcome.blocks, outcome.waits) == (False, False)
    if name == "mismatch_alarm":
        assert outcome.state == "warn" and "until the other node of the pair is done" in outcome.reason


def test_a_conductor_with_the_newer_catalogue_goes_on_to_its_second_node() -> None:
    """Everything that such a conductor shows between its nodes, as the role asks for it after the first node."""
    raised = [OF_NEWER, alarm("node1: Internal Synchronization database is disconnected.")]
    raised.append(alarm("Process RoutingEngine on node node2 is now active.", "major", "redundancy"))
    clock = VirtualClock()
    checks = [CHECKS[name] for name in (*BOTH, "same_version")]

    def once(_kept):
        return run_checks(checks, Authority(Asked(alarms=raised, assets=HALF), clock, parse(NEW), **AFTER))

    began = clock.now()
    check_run = StableWait(clock, 900, 0, 15, 30).wait_until_stable(once, lambda: True)
    assert not any(outcome.blocks for outcome in check_run.results)
    assert clock.now() == began, "what belongs to a half-done pair is not waited for"
    (critical,) = [outcome for outcome in check_run.results if outcome.name == "critical_alarms"]
    assert "Internal Synchronization database" in critical.evidence
    assert "expected until the other node of the pair is done" in critical.evidence


def test_a_run_that_is_begun_again_takes_a_half_done_pair_as_it_is() -> None:
    raised = [OF_NEWER, alarm("node1: Internal Synchronization database is disconnected.")]
    assert not any(result(name, alarms=raised, assets=HALF).blocks for name in BOTH)


def test_both_versions_are_read_from_the_alarm_where_the_assets_do_not_tell() -> None:
    unavailable = [asset("node1", None), asset("node2", None)]
    assert result("mismatch_alarm", alarms=[OF_NEWER], assets=unavailable).state == "warn"
    assert result("mismatch_alarm", alarms=[OF_OLDER], assets=unavailable).state == "fail"
    other = alarm("Node node1 with version 6.2.1-1.el7 does not match the HA peer with version 6.1.0-2.el7.")
    assert result("mismatch_alarm", alarms=[other], assets=unavailable).state == "fail"


@pytest.mark.parametrize("raised", [OF_NEWER, OF_OLDER])
def test_a_mismatch_before_the_start_or_long_after_both_nodes_stops(raised) -> None:
    assert result("mismatch_alarm", alarms=[raised]).blocks
    early = result("mismatch_alarm", context=AFTER, alarms=[raised], assets=back(DONE, 60))
    assert (early.state, early.waits) == ("warn", True) and "10 min 00 s after a boot" in early.reason
    assert result("mismatch_alarm", context=AFTER, alarms=[raised], assets=back(DONE, 601)).blocks


# -- what passes ----------------------------------------------------------------------------------------------------

OFFLINE = alarm("Node node1 went offline.")


def watched(alarms, seconds: float, rows=DONE, **more):
    """What critical_alarms says in the end where the alarms go away after so many seconds."""
    clock = VirtualClock()
    began = clock.now()

    def once(_kept):
        waited = clock.now() - began
        facts = {"alarms": [] if waited >= seconds else alarms, "assets": rows}
        return run_checks(
            [CHECKS["critical_alarms"]], Authority(Asked(**facts), clock, parse(NEW), after=True, waited=waited)
        )

    check_run = StableWait(clock, more.pop("patience", 3600), 0, 15, 30).wait_until_stable(once, lambda: True)
    return check_run.results[0], clock.now() - began


def test_what_passes_by_itself_is_waited_for_and_named() -> None:
    outcome, took = watched([OFFLINE], 300)
    assert (outcome.state, took) == ("pass", 300)
    outcome, _took = watched([OFFLINE], 1e9, patience=60)
    assert outcome.state == "warn" and not outcome.blocks
    assert "a node is offline for its peer" in outcome.reason and "15 min 00 s after a boot" in outcome.reason


def test_what_lasts_longer_than_its_time_fails() -> None:
    outcome, _took = watched([OFFLINE], 1e9, patience=1200)
    assert outcome.blocks and "longer than the 15 min 00 s" in outcome.reason


def test_without_a_time_to_tell_nothing_is_given_any() -> None:
    assert result("critical_alarms", context={"after": True}, alarms=[OFFLINE], assets=DONE).blocks


def test_a_major_alarm_that_is_only_compared_keeps_nobody_waiting() -> None:
    """The comparison waits for it; this check would wait for every alarm of a large fleet."""
    raised = [alarm("No connectivity to node2.Conductor", "major"), alarm("Host CPU utilization exceeded.", "major")]
    assert not result("critical_alarms", context=AFTER, alarms=raised).waits


# -- before and after -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "severity", "before", "after"),
    [
        ("Disk space usage exceeds: 90%.", "major", "fail", "warn"),
        ("disk space low", "major", "fail", "warn"),
        ("Restart required.", "major", "warn", "pass"),
        ("System memory exceeded: 91%.", "critical", "fail", "fail"),
        ("Intf wan (1) operationally down.", "critical", "warn", "fail"),
        ("Asset ‘x’, which is configured as ‘node2.Conductor’, failed to install.", "major", "fail", "fail"),
        ("Configuration provided by conductor does not pass local validation.", "major", "warn", "fail"),
        ("The following accounts have default passwords: admin", "major", "pass", "pass"),
        ("IDP engine unable to start; reboot-required", "critical", "fail", "fail"),
        ("Something new", "critical", "fail", "fail"),
        ("Something new", "major", "pass", "pass"),
    ],
)
def test_an_alarm_means_what_the_table_says(message, severity, before, after) -> None:
    raised = [alarm(message, severity)]
    assert result("critical_alarms", alarms=raised).state == before
    outcome = result("critical_alarms", context={"after": True}, alarms=raised)
    assert outcome.state == after
    assert outcome.state == "pass" or message.rstrip(".") in outcome.evidence


def test_what_was_there_before_does_not_count_also_in_other_words() -> None:
    raised = [alarm("System memory exceeded: 91%."), alarm("Intf wan (1) operationally down", category="interface")]
    known = since(
        ("system", "system memory exceeded", "Conductor"), ("Interface", "INTF wan (1) operationally down.", None)
    )
    assert result("critical_alarms", context=known, alarms=raised).state == "pass"
    assert result("critical_alarms", context=since(("system", "Restart required", None)), alarms=raised).blocks


def test_an_alarm_in_a_hundred_rows_is_told_once() -> None:
    """I95-62859: one duplicate-asset alarm for every attempt to log in."""
    unknown = "A duplicate asset with id 'nobody', which is configured as nowhere, has been detected."
    raised = [replace(alarm(unknown, category="asset"), id=f"node1.Conductor:{number}") for number in range(100)]
    outcome = result("critical_alarms", alarms=raised)
    assert outcome.blocks and outcome.reason.count("duplicate asset with id") == 1
    mine = [replace(duplicate, message=unknown.replace("nobody", "node2.example")) for duplicate in raised]
    assert result("duplicate_assets", alarms=mine).reason.count("duplicate asset with id") == 1


def test_dead_sites_keep_no_conductor_from_its_upgrade() -> None:
    """Rule 4: a conductor raises alarms about every asset that it manages."""
    raised = [alarm("No connectivity to b1.branch1", "major"), alarm("No connectivity to branch1.b1.", "major")]
    raised.append(alarm("Asset A1, which is configured as b1.branch1, is not running", "major", "asset"))
    rows = [*DONE, asset("b1", router="branch1", status="Disconnected")]
    for context in ({}, {"after": True}):
        assert result("critical_alarms", context=context, alarms=raised, assets=rows).state == "pass"
        assert result("critical_alarms", context=context, alarms=raised).state == "pass", "also one that is not listed"
    own = [alarm("No connectivity to node2.Conductor", "major")]
    assert result("critical_alarms", alarms=own).blocks


def test_a_peer_that_is_not_settled_says_nothing_of_this_router() -> None:
    """Rule 21."""
    raised = [alarm("Peer east is not reachable.", category="peer")]
    rows = [*DONE, asset("e1", router="east", status="Disconnected")]
    assert result("critical_alarms", context={"after": True}, alarms=raised, assets=rows).state == "pass"
    settled = [*DONE, asset("e1", router="east")]
    assert result("critical_alarms", context={"after": True}, alarms=raised, assets=settled).blocks


# -- unreadable is not none -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [UNREADABLE, REFUSED])
@pytest.mark.parametrize("name", BOTH)
def test_alarms_that_cannot_be_read_pass_no_check_before_an_upgrade(name, answer) -> None:
    outcome = result(name, alarms=answer)
    assert outcome.blocks and "could not be determined" in outcome.reason


@pytest.mark.parametrize("answer", [UNREADABLE, REFUSED])
@pytest.mark.parametrize("name", BOTH)
def test_after_a_node_they_are_asked_for_again_and_then_named_and_hold_no_pair(name, answer) -> None:
    clock = VirtualClock()
    began = clock.now()

    def once(_kept):
        waited = clock.now() - began
        return run_checks([CHECKS[name]], Authority(Asked(alarms=answer), clock, parse(NEW), after=True, waited=waited))

    outcome = StableWait(clock, 900, 0, 15, 30).wait_until_stable(once, lambda: True).results[0]
    assert (outcome.state, outcome.blocks) == ("warn", False) and "could not be determined" in outcome.reason
    assert clock.now() - began == 300


def test_a_duplicate_asset_is_not_ruled_out_by_alarms_that_cannot_be_read() -> None:
    outcome = result("duplicate_assets", alarms=UNREADABLE)
    assert outcome.state == "warn" and "alarms" in outcome.reason
