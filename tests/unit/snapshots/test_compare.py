# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a regression between two snapshots, what does not, and why."""

from __future__ import annotations

import ast
import copy
from pathlib import Path

import pytest
import yaml
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.snapshots.change_rules import TRANSIENT
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.snapshots.compare import (
    compare,
    unavailable,
    verdict,
    waits,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.snapshots.thresholds import allowed, check_thresholds

ROOT = Path(__file__).resolve().parents[3]
PATH = "b1: wan1 -> hub (192.0.2.1)"


def path(state: str = "up", well: bool | None = True, peer: str = "hub", interface: str = "wan1") -> dict:
    return {"state": state, "well": well, "towards": peer, "group": f"b1: {interface} -> {peer}"}


def alarm(severity: str = "major", category: str = "system", **more: object) -> dict:
    return {
        "state": severity,
        "well": False if severity in ("critical", "major") else None,
        "category": category,
        **more,
    }


def snapshot(**areas: object) -> dict:
    usual = {
        "versions": {"b1": {"state": "6.3.0", "well": None}},
        "services": {"b1": {"state": "running", "well": True}},
        "alarms": {},
        "connectivity": {"b1.branch1 -> c1.Conductor": {"state": "connected", "well": True, "towards": "c1.Conductor"}},
        "processes": {f"b1: {name}": {"state": "running", "well": True} for name in ("highway", "routingManager")},
        "primaries": {"routingManager": {"state": "b1", "well": True}},
        "peers": {PATH: path(), "b1: wan2 -> hub (198.51.100.1)": path(interface="wan2")},
        "interfaces": {"b1: wan1": {"state": "up", "well": True, "admin": "up", "redundancy": "non-redundant"}},
        "bgp": {"192.0.2.9": {"state": "established", "well": True}},
        "totals": {
            "synchronized": {"state": 20, "well": None, "settled": True},
            "disconnected": {"state": 1, "well": None, "settled": False},
        },
    }
    return {"version": 1, "router": "branch1", "areas": {**usual, **areas}, "unavailable": {}}


def changed(area: str, key: str, state: str | None, well: bool | None = False, **more: object) -> tuple[dict, dict]:
    """Two snapshots that differ in one entry; without a state the entry is gone."""
    before = snapshot()
    after = copy.deepcopy(before)
    if state is None:
        del after["areas"][area][key]
    else:
        after["areas"][area][key] = {**after["areas"][area].get(key, {}), "state": state, "well": well, **more}
    return before, after


def only(changes: list):
    (change,) = changes
    return change


# -- losses -------------------------------------------------------------------------------------------------------


def test_nothing_changed_is_no_regression() -> None:
    assert compare(snapshot(), snapshot()) == []
    assert verdict([]) is None


@pytest.mark.parametrize(
    ("area", "key", "state"),
    [
        ("services", "b1", "offline"),
        ("connectivity", "b1.branch1 -> c1.Conductor", "disconnected"),
        ("processes", "b1: highway", "exited"),
        ("primaries", "routingManager", "none"),
        ("peers", PATH, "down"),
        ("peers", PATH, None),
        ("interfaces", "b1: wan1", "down"),
        ("interfaces", "b1: wan1", None),
        ("bgp", "192.0.2.9", "active"),
        ("bgp", "192.0.2.9", None),
    ],
)
def test_what_worked_and_does_not_any_more_is_a_regression(area, key, state) -> None:
    change = only(compare(*changed(area, key, state)))
    assert (change.area, change.kind, change.key) == (area, "changed" if state else "missing", key)
    assert change.counts
    assert key in verdict([change])


@pytest.mark.parametrize("severity", ["critical", "major"])
def test_a_new_grave_alarm_is_a_regression(severity) -> None:
    """I95-58622: the IDP engine may not start after an upgrade."""
    key = "b1: system: IDP engine unable to start; reboot-required"
    changes = compare(snapshot(), snapshot(alarms={key: alarm(severity)}), elapsed=0)
    assert only(changes).counts
    assert "IDP engine" in verdict(changes)


def test_an_alarm_that_became_worse_counts() -> None:
    change = only(compare(snapshot(alarms={"k": alarm("minor")}), snapshot(alarms={"k": alarm("critical")})))
    assert (change.kind, change.before, change.after, change.counts) == ("changed", "minor", "critical", True)


# -- what does not count, and why ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ({"k": alarm()}, {}, "the alarm is gone"),
        ({}, {"k": alarm("minor")}, "severity minor"),
        ({"k": alarm("major")}, {"k": alarm("critical")}, "as bad before"),
    ],
)
def test_alarms_that_do_not_count(before, after, why) -> None:
    change = only(compare(snapshot(alarms=before), snapshot(alarms=after)))
    assert not change.counts
    assert why in change.why_not


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (path("down", False), None, "did not work before"),
        (path("initializing", False), path("down", False), "did not work before"),
        (path("pausing", None), path("down", False), "not known"),
        (path(), path("pausing", None), "'pausing' does not show whether it works"),
        (path("up"), path("standby"), "it works"),
        (path("down", False), path("up"), "did not work before"),
        (None, path("down", False), "not there before"),
    ],
)
def test_a_path_that_was_not_surely_lost_does_not_count(before, after, why) -> None:
    old, new = ({PATH: state} if state else {} for state in (before, after))
    changes = compare(snapshot(peers=old), snapshot(peers=new))
    assert not only(changes).counts
    assert why in only(changes).why_not
    assert verdict(changes) is None


def test_the_version_is_what_an_upgrade_changes() -> None:
    changes = compare(*changed("versions", "b1", "6.3.5", None))
    assert not only(changes).counts
    assert verdict(changes) is None


def test_another_release_may_have_other_processes() -> None:
    before, after = changed("processes", "b1: highway", None)
    assert only(compare(before, after)).counts
    after["areas"]["versions"]["b1"]["state"] = "7.1.0"
    change = next(change for change in compare(before, after) if change.area == "processes")
    assert not change.counts


def test_a_leader_that_moved_to_the_other_node_is_none_that_is_lost() -> None:
    assert not only(compare(*changed("primaries", "routingManager", "b2", True))).counts


def test_a_redundant_port_may_be_down_when_the_other_took_over() -> None:
    before, after = changed("interfaces", "b1: wan1", "down", redundancy="standby")
    before["areas"]["interfaces"]["b1: wan1"]["redundancy"] = "active"
    assert "redundant" in only(compare(before, after)).why_not


def test_a_port_that_somebody_switched_off_is_not_lost() -> None:
    assert "administratively" in only(compare(*changed("interfaces", "b1: wan1", "down", admin="down"))).why_not


def test_a_path_whose_destination_moved_is_not_lost() -> None:
    after = snapshot(peers={"b1: wan1 -> hub (203.0.113.7)": path(), **snapshot()["areas"]["peers"]})
    del after["areas"]["peers"][PATH]
    changes = compare(snapshot(), after)
    assert not any(change.counts for change in changes)
    after["areas"]["peers"]["b1: wan1 -> hub (203.0.113.7)"] = path("down", False)
    assert [change.key for change in compare(snapshot(), after) if change.counts] == [PATH]


def test_one_new_path_stands_in_for_one_that_is_gone_and_not_for_two() -> None:
    other = "b1: wan1 -> hub (192.0.2.77)"
    changes = compare(
        snapshot(peers={PATH: path(), other: path()}), snapshot(peers={"b1: wan1 -> hub (203.0.113.7)": path()})
    )
    assert len([change for change in changes if change.counts]) == 1


# -- rule 21: who is being worked on ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "key", "entry"),
    [
        ("peers", PATH, path("down", False)),
        ("alarms", "b1: peer: Peer hub path is down", alarm(category="peer", towards="hub")),
        ("alarms", "b1: system: No connectivity to h1.hub", alarm(towards="h1.hub")),
        ("alarms", "b1: system: No connectivity to hub.h1", alarm(towards="hub.h1")),
        ("connectivity", "b1.branch1 -> h1.hub", {"state": "disconnected", "well": False, "towards": "h1.hub"}),
    ],
)
def test_what_leads_to_a_router_that_is_being_worked_on_does_not_count(area, key, entry) -> None:
    before = snapshot()
    if area == "connectivity":
        before["areas"][area][key] = {"state": "connected", "well": True, "towards": "h1.hub"}
    after = copy.deepcopy(before)
    after["areas"][area][key] = entry
    assert only(compare(before, after)).counts
    assert only(compare(before, after, in_flight={"other", "hu", "ub"})).counts
    change = only(compare(before, after, in_flight={"hub"}))
    assert not change.counts
    assert "hub" in change.why_not


def test_that_this_router_is_being_worked_on_excuses_nothing() -> None:
    before = snapshot(
        connectivity={"b1.branch1 -> b2.branch1": {"state": "connected", "well": True, "towards": "b2.branch1"}}
    )
    after = snapshot(
        connectivity={"b1.branch1 -> b2.branch1": {"state": "disconnected", "well": False, "towards": "b2.branch1"}}
    )
    assert only(compare(before, after, in_flight={"branch1"})).counts


def test_a_session_counts_unless_it_may_lead_to_a_peer_that_is_being_worked_on() -> None:
    """A neighbour is an address: which router that is, nobody says. Most routers have few peers."""
    lost = changed("bgp", "192.0.2.9", "active")
    assert only(compare(*lost, in_flight={"branch7", "branch8"})).counts
    assert not only(compare(*lost, in_flight={"hub", "branch8"})).counts
    for router_snapshot in lost:
        router_snapshot["areas"]["peers"] = None
    assert not only(compare(*lost, in_flight={"branch7"})).counts


# -- what is given time -------------------------------------------------------------------------------------------

PASSING = {
    "process": "b1: process: Process has exited unexpectedly: conflux",
    "connectivity": "b1: system: No connectivity to h1.hub",
    "mismatch": "b1: asset: b1.branch1 has a software version that does not match its peer.",
    "newer": "b1: system: Node b1 with version 6.3.5-37 does not match the HA peer with version 6.3.0-107.",
}


@pytest.mark.parametrize(
    ("name", "seconds", "source"),
    [
        ("process", 600, "I95-65432"),
        ("connectivity", 1200, "I95-65826"),
        ("mismatch", 600, "events_alarms"),
        ("newer", 600, "events_alarms"),
    ],
)
def test_an_alarm_that_passes_by_itself_is_given_the_time_of_the_table(name, seconds, source) -> None:
    pair = snapshot(), snapshot(alarms={PASSING[name]: alarm("critical")})
    early, late = only(compare(*pair, elapsed=60)), only(compare(*pair, elapsed=seconds))
    assert (early.counts, late.counts) == (False, True)
    assert early.counts_in == seconds - 60 == waits([early, late])
    assert source in early.why_not and "after a boot" in early.why_not


@pytest.mark.parametrize("area", [row.area for row in TRANSIENT])
def test_what_comes_up_again_after_a_boot_is_given_time(area) -> None:
    key = {"connectivity": "b1.branch1 -> c1.Conductor", "peers": PATH, "bgp": "192.0.2.9"}[area]
    pair = changed(area, key, "down")
    assert only(compare(*pair, elapsed=299)).counts_in == 1
    assert only(compare(*pair, elapsed=300)).counts


def test_a_conductor_and_a_package_based_node_are_given_longer() -> None:
    pair = snapshot(), snapshot(alarms={PASSING["connectivity"]: alarm()})
    assert only(compare(*pair, elapsed=0, conductor=True)).counts_in == 5400
    package = {"b1": {"state": "6.3.0", "well": None, "install_type": "package"}}
    assert only(compare(snapshot(versions=package), pair[1], ["alarms"], elapsed=0)).counts_in == 2400


@pytest.mark.parametrize(
    "message", ["No active NTP server", "Disk space usage exceeds: 90%.", "Configured as Conductor."]
)
def test_an_alarm_that_is_no_fault_of_an_upgrade_never_counts(message) -> None:
    change = only(compare(snapshot(), snapshot(alarms={f"b1: system: {message}": alarm("critical")}), elapsed=1e6))
    assert (change.counts, change.counts_in) == (False, None)


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        ("b1: system: Restart required.", "b1: system: Restart is required for configuration to take effect.", False),
        ("b1: system: System memory exceeded: 91%.", "b1: system: System memory exceeded: 93%", False),
        ("b1: system: Restart required.", "b2: system: Restart is required for configuration to take effect.", True),
        ("b1: interface: Intf 1 (a) operationally down.", "b1: interface: Intf 2 (b) operationally down.", True),
    ],
)
def test_an_alarm_from_before_in_the_words_of_the_new_release_is_none_that_is_new(before, after, counts) -> None:
    changes = compare(snapshot(alarms={before: alarm()}), snapshot(alarms={after: alarm()}), ["alarms"])
    assert [change.counts for change in changes if change.key == after] == [counts]


def test_nodes_from_below_6_3_need_not_see_each_other_meanwhile() -> None:
    """Rule 11."""
    pair = snapshot(), snapshot(alarms={"b1: system: Node b2 went offline": alarm("critical")})
    assert only(compare(*pair)).counts
    assert not only(compare(*pair, assets_count=False)).counts


def test_time_can_be_set_and_taken_away() -> None:
    pair = snapshot(), snapshot(alarms={PASSING["process"]: alarm()})
    assert only(compare(*pair, elapsed=60, grace=0)).counts
    assert only(compare(*pair, elapsed=60, grace=100)).counts_in == 40
    assert only(compare(*pair)).counts


@pytest.mark.parametrize("name", ["mismatch", "newer"])
def test_unlike_versions_are_no_regression_while_the_pair_is_half_done(name) -> None:
    pair = snapshot(), snapshot(alarms={PASSING[name]: alarm("critical")})
    assert only(compare(*pair, elapsed=1e6)).counts
    change = only(compare(*pair, elapsed=1e6, half_done=True))
    assert (change.counts, change.counts_in) == (False, None)


def test_half_done_excuses_nothing_else() -> None:
    assert only(compare(*changed("peers", PATH, "down"), half_done=True, elapsed=1e6)).counts


# -- what is looked at --------------------------------------------------------------------------------------------


def test_only_the_areas_asked_for_are_compared() -> None:
    before, after = changed("peers", PATH, "down")
    assert compare(before, after, ["bgp", "services"]) == []
    assert only(compare(before, after, ["peers"])).counts


def test_patterns_leave_out_and_pick() -> None:
    before, after = changed("peers", PATH, "down")
    after["areas"]["bgp"] = {}
    assert [change.area for change in compare(before, after, exclude=[r"^peers: .* -> HUB"])] == ["bgp"]
    assert [change.area for change in compare(before, after, include=["^peers:"])] == ["peers"]
    with pytest.raises(ValueError, match=r"'\['"):
        compare(before, after, include=["["])


def test_an_area_that_could_not_be_told_is_no_loss_and_is_said() -> None:
    after = snapshot(peers=None)
    after["unavailable"]["peers"] = "'show peers' did not reach b1.branch1 (Disconnected)."
    assert compare(snapshot(), after) == []
    assert "did not reach b1.branch1" in unavailable(snapshot(), after)["peers"]
    assert list(unavailable(snapshot(), after)) == ["peers"]


def test_snapshots_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="branch2"):
        compare(snapshot(), {**snapshot(), "router": "branch2"})
    with pytest.raises(ValueError, match="version 1"):
        compare({**snapshot(), "version": 2}, snapshot())


# -- the verdict --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("threshold", "regression"), [(0, True), (1, False), ("1", False), ("49%", True), ("50 %", False), (None, False)]
)
def test_a_threshold_is_a_number_or_a_share(threshold, regression) -> None:
    """One of two paths is lost."""
    thresholds = {"peers": threshold}
    changes = compare(*changed("peers", PATH, "down"), thresholds=thresholds)
    assert (verdict(changes, thresholds) is not None) is regression


@pytest.mark.parametrize("threshold", ["some", "-1", -1, True, "10 percent", ""])
def test_what_is_no_threshold_is_refused(threshold) -> None:
    with pytest.raises(ValueError, match="peers"):
        allowed(threshold, 10, "peers")
    with pytest.raises(ValueError, match="peers"):
        check_thresholds({"peers": threshold}, ["peers"])


def test_a_threshold_for_no_area_is_refused() -> None:
    check_thresholds({"peers": None, "bgp": "5%"}, ["peers", "bgp"])
    with pytest.raises(ValueError, match="paths"):
        check_thresholds({"paths": 1}, ["peers", "bgp"])


def test_the_verdict_says_what_was_lost() -> None:
    after = snapshot(peers={key: path("down", False) for key in snapshot()["areas"]["peers"]}, bgp={})
    text = verdict(compare(snapshot(), after))
    assert f"{PATH} was up, is down" in text
    assert "2 of 2" in text
    assert "192.0.2.9 is gone (was established)" in text


def test_a_long_list_of_losses_is_cut() -> None:
    many = {f"b1: wan1 -> r{number}": path(peer=f"r{number}") for number in range(9)}
    text = verdict(compare(snapshot(peers=many), snapshot(peers={})))
    assert "9 of 9" in text
    assert "and 6 more" in text


def test_the_totals_of_the_authority_count_for_who_asks() -> None:
    totals = {"synchronized": {"state": 17, "well": None, "settled": True}}
    pair = snapshot(), snapshot(totals=totals)
    assert not any(change.counts for change in compare(*pair))
    changes = compare(*pair, thresholds={"totals": 2})
    assert [(change.key, change.weight) for change in changes if change.counts] == [("synchronized", 3)]
    assert "3 of 21" in verdict(changes, {"totals": 2})
    assert verdict(changes, {"totals": "15%"}) is None


# -- the options of the modules -------------------------------------------------------------------------------------


def fragment(name: str) -> dict:
    tree = ast.parse((ROOT / "plugins" / "doc_fragments" / f"{name}.py").read_text(encoding="utf-8"))
    return yaml.safe_load(next(node.value.value for node in ast.walk(tree) if isinstance(node, ast.Assign)))["options"]


@pytest.mark.parametrize("module", ["health_check", "software_upgrade", "software_downgrade"])
def test_modules_that_compare_take_the_same_options(module) -> None:
    text = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    assert "  - sessionsmart.ssr.compare\n" in text
    shared = fragment("compare")
    assert set(shared) == {f"compare_{name}" for name in ("areas", "thresholds", "include", "exclude", "grace")}
    assert not set(shared) & set(fragment("upgrading")), "one source"
