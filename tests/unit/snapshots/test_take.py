# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of a router through a conductor: what is asked, what is kept, and what is said where nothing is told."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import queries as questions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import NoPrompt, SessionBroken, Unreadable
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.snapshots import take as snapshots
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.snapshots.compare import compare, unavailable, verdict
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.events import words_of_failure

from tests.unit.fakes import ScriptedSession
from tests.unit.software.printed import table

ASSETS = table(
    ("Router", "Node", "Asset Id", "SSR Version", "Install Type", "Status", "Time in Status", "Errors"),
    ("branch1", "b1", "A1", "6.3.0-107.r1.el7", "Image", "Synchronized", "1d", "0"),
    ("", "b2", "A2", "6.3.0-107.r1.el7", "Image", "Disconnected", "1d", "0"),
    ("hub", "h1", "A3", "6.3.0-107.r1.el7", "Image", "Synchronized", "1d", "0"),
)
ALARMS = table(
    ("ID", "Time", "Severity", "Source", "Category", "Message"),
    ("b1.branch1:1", "2026-03-01 21:00:00", "major", "unavailable", "peer", "Peer hub path is down (PeerName: hub)"),
    ("b1.branch1:2", "2026-03-01 21:00:00", "info", "unavailable", "interface", "Intf 10 administratively down"),
    ("n1.Conductor:9", "2026-03-01 21:00:00", "major", "unavailable", "asset",
     "Asset A2, which is configured as b2.branch1, is not running"),
    ("h1.hub:3", "2026-03-01 21:00:00", "critical", "unavailable", "system", "disk space low"),
)  # fmt: skip
SCRIPT = {
    "show assets": ASSETS,
    "show alarms": ALARMS,
    "show system router branch1 node b1": "======\n b1\n======\n Status:       running\n Version:      6.3.0\n",
    "show system router branch1 node b2": "======\n b2\n======\n Status:       offline\n Version:      6.3.0\n",
    "show system connectivity router branch1 force": table(
        ("Local Node", "Remote Node", "State"),
        ("b1.branch1", "b2.branch1", "disconnected"),
        ("", "n1.Conductor", "connected"),
    ),
    "show system processes router branch1 force": table(
        ("Node", "Process", "Status", "Primary", "Role"),
        ("b1.branch1", "routingManager", "running", "Y", "combo"),
        ("b2.branch1", "routingManager", "running", "N", "combo"),
        ("b1.branch1", "highway", "running", "", "combo"),
    ),
    "show peers router branch1 force": table(
        ("Peer", "Node", "Network Interface", "Destination", "Status", "Hostname", "Path MTU"),
        ("hub", "b1", "wan1", "192.0.2.1", "up", "unavailable", "1500"),
        ("hub", "b2", "wan2", "192.0.2.2", "standby", "unavailable", "1500"),
    ),
    "show device-interface router branch1 force summary": table(
        ("Name", "Admin Status", "Operational Status", "Redundancy Status", "MAC Address"),
        ("b1:wan1", "up", "up", "non-redundant", "ea:83:07:63:27:74"),
    ),
    "show bgp summary rows all router branch1 force": (
        "Neighbor        V         AS MsgRcvd MsgSent   TblVer  InQ OutQ  Up/Down  State/PfxRcd\n"
        "192.0.2.9       4 4200000001      62      73        0    0    0 00:29:07             1\n"
    ),
}


def conductor(**changes: str | Exception) -> Conductor:
    """A conductor with the answers above; ``changes`` by the beginning of the command, blanks written as ``_``."""
    script = dict(SCRIPT)
    for name, answer in changes.items():
        key = next(command for command in SCRIPT if command.startswith(name.replace("_", " ")))
        script[key] = answer
    return Conductor(ScriptedSession(script))


def taken(areas=None, **changes: str | Exception) -> dict:
    return snapshots.take(conductor(**changes), "branch1", ["b1", "b2"], areas)


def states(snapshot: dict, area: str) -> dict:
    return {key: (entry["state"], entry["well"]) for key, entry in snapshot["areas"][area].items()}


# -- taking -------------------------------------------------------------------------------------------------------


def test_a_snapshot_is_plain_data_with_every_area() -> None:
    snapshot = taken()
    assert json.loads(json.dumps(snapshot)) == snapshot
    assert (snapshot["version"], snapshot["router"], snapshot["nodes"]) == (1, "branch1", ["b1", "b2"])
    assert list(snapshot["areas"]) == list(snapshots.AREAS)
    assert snapshot["unavailable"] == {}
    assert snapshot["at"] == "2026-03-01T22:00:00Z"


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("versions", {"b1": ("6.3.0-107.r1.el7", None), "b2": ("6.3.0-107.r1.el7", None)}),
        ("assets", {"b1": ("Synchronized", True), "b2": ("Disconnected", False)}),
        ("services", {"b1": ("running", True), "b2": ("offline", False)}),
        (
            "connectivity",
            {"b1.branch1 -> b2.branch1": ("disconnected", False), "b1.branch1 -> n1.Conductor": ("connected", True)},
        ),
        (
            "processes",
            {
                "b1: routingManager": ("running", True),
                "b2: routingManager": ("running", True),
                "b1: highway": ("running", True),
            },
        ),
        ("primaries", {"routingManager": ("b1", True)}),
        ("peers", {"b1: wan1 -> hub (192.0.2.1)": ("up", True), "b2: wan2 -> hub (192.0.2.2)": ("standby", True)}),
        ("interfaces", {"b1: wan1": ("up", True)}),
        ("bgp", {"192.0.2.9": ("established", True)}),
        ("totals", {"synchronized": (2, None), "disconnected": (1, None)}),
    ],
)
def test_what_is_kept_of_each_area(area, expected) -> None:
    assert states(taken([area]), area) == expected


def test_alarms_are_those_of_the_router_whoever_reports_them() -> None:
    assert states(taken(["alarms"]), "alarms") == {
        "b1: peer: Peer hub path is down (PeerName: hub)": ("major", False),
        "b1: interface: Intf 10 administratively down": ("info", None),
        "b2: asset: Asset A2, which is configured as b2.branch1, is not running": ("major", False),
    }
    assert taken(["alarms"])["areas"]["alarms"]["b1: peer: Peer hub path is down (PeerName: hub)"]["towards"] == "hub"


def test_the_same_alarm_from_two_sources_is_as_grave_as_the_graver_one() -> None:
    head = ("ID", "Time", "Severity", "Source", "Category", "Message")
    rows = [
        (f"b1.branch1:{n}", "-", word, "-", "system", "Restart required.") for n, word in enumerate(("major", "info"))
    ]
    for order in (rows, rows[::-1]):
        snapshot = taken(["alarms"], show_alarms=table(head, *order))
        assert states(snapshot, "alarms") == {"b1: system: Restart required.": ("major", False)}


def test_an_alarm_of_a_node_that_was_not_asked_about_is_one_of_the_router() -> None:
    snapshot = snapshots.take(conductor(), "hub", ["h2"], ["alarms"])
    assert list(snapshot["areas"]["alarms"]) == ["h1: system: disk space low"]


def test_alarms_that_cannot_be_read_are_untold_and_asked_for_once_for_all_routers() -> None:
    snapshot = taken(["alarms", "versions"], show_alarms="Completed in 0.02 seconds")
    assert snapshot["areas"]["alarms"] is None and snapshot["areas"]["versions"]
    assert "cannot be read" in snapshot["unavailable"]["alarms"]
    asked = conductor()
    error = Unreadable("show alarms", "it shows nothing")
    again = snapshots.take(asked, "hub", ["h1"], ["alarms"], assets=[], alarms=error)
    assert "it shows nothing" in again["unavailable"]["alarms"] and asked.session.asked == []


def test_no_alarm_is_known_and_not_unknown() -> None:
    assert taken(["alarms"], show_alarms="There are 0 shelved alarms")["areas"]["alarms"] == {}


def test_two_paths_that_look_the_same_are_two() -> None:
    row = ("hub", "b1", "wan1", "192.0.2.1")
    head = ("Peer", "Node", "Network Interface", "Destination", "Status")
    before = taken(["peers"], show_peers=table(head, (*row, "up"), (*row, "up")))
    after = taken(["peers"], show_peers=table(head, (*row, "down"), (*row, "up")))
    turned = taken(["peers"], show_peers=table(head, (*row, "up"), (*row, "down")))
    assert len(before["areas"]["peers"]) == 2
    assert [change.after for change in compare(before, after)] == ["down"]
    assert compare(after, turned) == []


def test_paths_of_other_routers_are_left_out() -> None:
    head = ("Peer", "Node", "Network Interface", "Destination", "Status")
    rows = [(f"{router} -> hub", "b1", "wan1", "192.0.2.1", "up") for router in ("branch1", "branch2")]
    assert len(taken(["peers"], show_peers=table(head, *rows))["areas"]["peers"]) == 1


def test_no_leader_is_bad_and_two_are_no_verdict() -> None:
    head = ("Node", "Process", "Status", "Primary", "Role")
    for marks, expected in (("NN", ("none", False)), ("YY", ("b1, b2", None)), ("NY", ("b2", True))):
        rows = [(f"b{n}.branch1", "routingManager", "running", mark, "combo") for n, mark in enumerate(marks, 1)]
        snapshot = taken(["primaries"], show_system_processes=table(head, *rows))
        assert states(snapshot, "primaries") == {"routingManager": expected}


def test_a_port_whose_state_is_not_shown_is_not_gone() -> None:
    head = ("Name", "Admin Status", "Operational Status")
    before = taken(["interfaces"], **{"show_device-interface": table(head, ("b1:wan1", "up", "up"))})
    after = taken(["interfaces"], **{"show_device-interface": table(head, ("b1:wan1", "up", ""))})
    assert [change.counts for change in compare(before, after)] == [False]


def test_a_pair_of_which_no_process_shows_a_leader_tells_nothing_of_leaders() -> None:
    head = ("Node", "Process", "Status", "Primary", "Role")
    shown = table(head, *((f"b{n}.branch1", "routingManager", "running", "", "combo") for n in (1, 2)))
    assert "whether it leads" in taken(["primaries"], show_system_processes=shown)["unavailable"]["primaries"]
    alone = snapshots.take(conductor(show_system_processes=shown), "branch1", ["b1"], ["primaries"])
    assert alone["areas"]["primaries"] == {}


def test_a_node_that_is_alone_and_shows_that_it_leads_nothing_is_no_loss() -> None:
    shown = table("Node Process Status Primary", "b1 routingManager running N")
    alone = snapshots.take(conductor(show_system_processes=shown), "branch1", ["b1"], ["primaries"])
    assert alone["areas"]["primaries"] == {} and not alone["unavailable"]


def test_paths_of_other_routers_alone_are_no_answer() -> None:
    head = ("Peer", "Node", "Network Interface", "Destination", "Status")
    shown = table(head, ("branch2 -> hub", "b1", "wan1", "192.0.2.1", "up"))
    assert "none of branch1" in taken(["peers"], show_peers=shown)["unavailable"]["peers"]


# -- what it costs ------------------------------------------------------------------------------------------------


def test_the_cost_of_a_router_is_five_commands_and_one_for_each_node() -> None:
    asked = conductor()
    assets, alarms = asked.assets(), asked.alarms()
    asked.session.asked.clear()
    snapshots.take(asked, "branch1", ["b1", "b2"], assets=assets, alarms=alarms)
    assert sorted(asked.session.asked) == sorted(set(SCRIPT) - {"show assets", "show alarms"})


def test_what_is_not_asked_for_costs_nothing() -> None:
    asked = conductor()
    snapshots.take(asked, "branch1", ["b1"], ["versions", "assets", "totals"])
    assert asked.session.asked == ["show assets"]


def test_no_command_that_can_crash_a_box_is_asked() -> None:
    """I95-65557, I95-63295, I95-61579."""
    asked = conductor()
    snapshots.take(asked, "branch1", ["b1", "b2"])
    questions.events(asked, "branch1")
    assert not any("fib" in command or "registers" in command or "detail" in command for command in asked.session.asked)


# -- what cannot be told ------------------------------------------------------------------------------------------

NO_LINKS = table(("Local Node", "Remote Node", "State"))
FAILED = "Failed to retrieve peer paths. 1 targets failed, 0 targets are disconnected, and 1 succeeded.\n"
AWAY = "⚠ Retrieving peer paths 0/1 targets complete...\n\n" + table(
    ("Target", "Message"), ("b2.branch1", "Disconnected")
)


@pytest.mark.parametrize(
    ("area", "changes", "reason"),
    [
        ("versions", {"show_assets": ASSETS.replace("b2", "bx")}, "does not list b2"),
        ("assets", {"show_assets": "% Error: busy"}, "busy"),
        ("services", {f"show_system_router_branch1_node_{node}": "% Error: busy" for node in ("b1", "b2")}, "branch1"),
        ("alarms", {"show_alarms": "% Error: busy"}, "busy"),
        ("connectivity", {"show_system_connectivity": ""}, "show system connectivity"),
        ("connectivity", {"show_system_connectivity": NO_LINKS}, "nothing of branch1 that can be read"),  # it is a pair
        ("processes", {"show_system_processes": "% Error: busy"}, "show system processes"),
        ("primaries", {"show_system_processes": ""}, "show system processes"),
        ("peers", {"show_peers": ""}, "no peer paths that can be read"),
        ("peers", {"show_peers": "% Error: Router 'branch1' does not exist"}, "does not exist"),
        ("peers", {"show_peers": AWAY}, "did not reach b2.branch1 (Disconnected)"),
        ("peers", {"show_peers": SCRIPT["show peers router branch1 force"] + "\n" + AWAY}, "did not reach b2.branch1"),
        ("peers", {"show_peers": SCRIPT["show peers router branch1 force"] + "\n" + FAILED}, "failed on 1"),
        ("peers", {"show_peers": NoPrompt("No prompt came back in 120 s.")}, "No prompt"),
        ("interfaces", {"show_device-interface": "usage: device-interface"}, "no device interfaces"),
        ("bgp", {"show_bgp": ""}, "no BGP neighbours"),
        ("totals", {"show_assets": "% Error: busy"}, "busy"),
    ],
)
def test_an_area_that_cannot_be_told_is_null_with_a_reason(area, changes, reason) -> None:
    snapshot = taken([area], **changes)
    assert snapshot["areas"] == {area: None}
    assert reason in snapshot["unavailable"][area]


def test_a_single_node_may_have_no_connection_which_is_no_reason_to_say_nothing() -> None:
    single = ASSETS.replace("b2", "b3").replace("branch1", "branch2")
    links = "show system connectivity router hub force"
    asked = Conductor(ScriptedSession({"show assets": single, links: NO_LINKS}))
    snapshot = snapshots.take(asked, "hub", ["h1"], ["connectivity"])
    assert (snapshot["areas"], snapshot["unavailable"]) == ({"connectivity": {}}, {})
    refused = Conductor(ScriptedSession({"show assets": single, links: "% Error: busy"}))
    assert snapshots.take(refused, "hub", ["h1"], ["connectivity"])["areas"] == {"connectivity": None}


def test_an_alarm_about_an_asset_tells_where_it_leads() -> None:
    alarms = taken(["alarms"])["areas"]["alarms"]
    assert {key.partition(": ")[2]: entry.get("towards") for key, entry in alarms.items()} == {
        "peer: Peer hub path is down (PeerName: hub)": "hub",
        "interface: Intf 10 administratively down": None,
        "asset: Asset A2, which is configured as b2.branch1, is not running": "b2.branch1",
    }


def test_a_node_that_does_not_answer_hides_nothing_of_the_other_one() -> None:
    silent = {"show_system_router_branch1_node_b2": "% Error: busy"}
    after = taken(["services"], **silent)
    assert states(after, "services") == {"b1": ("running", True), "b2": ("unknown", None)}
    stopped = SCRIPT["show system router branch1 node b1"].replace("running", "offline")
    after = taken(["services"], **silent, show_system_router_branch1_node_b1=stopped)
    assert [change.key for change in compare(taken(["services"]), after) if change.counts] == ["b1"]


def test_a_router_without_bgp_has_no_neighbours_and_that_is_known() -> None:
    assert taken(["bgp"], show_bgp="% BGP instance not found")["areas"]["bgp"] == {}


def test_a_connection_that_is_lost_is_not_a_state_of_the_router() -> None:
    with pytest.raises(SessionBroken):
        taken(["peers"], show_peers=SessionBroken("The device closed the connection."))


def test_an_area_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'fib'.*versions, assets"):
        taken(["fib"])


def test_a_path_that_is_lost_and_a_node_that_is_away_are_not_the_same() -> None:
    before = taken(["peers"])
    lost = taken(["peers"], show_peers=SCRIPT["show peers router branch1 force"].replace(" up ", "down"))
    away = taken(["peers"], show_peers=AWAY)
    assert "b1: wan1 -> hub (192.0.2.1) was up, is down" in verdict(compare(before, lost))
    assert verdict(compare(before, away)) is None
    assert "b2.branch1" in unavailable(before, away)["peers"]


# -- events -------------------------------------------------------------------------------------------------------

SINCE = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=1)))


def events(*rows: tuple[str, ...]) -> str:
    head = ("Router", "Node", "Event Type", "Time", "Severity", "Source", "Category", "Message")
    return table(head, *rows)


def test_events_are_asked_in_one_page_since_the_start_by_the_conductors_zone() -> None:
    alarm = ("branch1", "b1", "add", "2026-03-01T22:40:00Z", "major", "x", "system", "disk space low")
    own = ("Conductor", "n1", "provisioning", "2026-03-01T22:41:00Z", "info", "x", "asset", "A1 of b1.branch1 failed")
    asked = Conductor(
        ScriptedSession(
            {
                "show events router branch1 type alarm from 2026-03-01T22:30:00Z rows all force": events(alarm),
                "show events type provisioning from 2026-03-01T22:30:00Z rows all force": events(own),
            }
        )
    )
    shown, reasons = questions.events(asked, "branch1", SINCE)
    assert [(event.type, event.message) for event in shown] == [
        ("alarm", "disk space low"),
        ("provisioning", "A1 of b1.branch1 failed"),
    ]
    assert len(reasons) == 1
    assert "type provisioning" in reasons[0]


def test_what_names_nobody_counts_from_the_conductor_only_where_it_names_the_router() -> None:
    lines = "2026-03-01T22:41:00Z branch1 upgrade failed\n2026-03-01T22:42:00Z branch2 upgrade failed\n"
    asked = Conductor(ScriptedSession({"show events type provisioning from 1d rows all force": lines}))
    shown, _reasons = questions.events(asked, "branch1")
    assert [event.message for event in shown] == ["branch1 upgrade failed"]


def test_a_node_in_a_block_is_one_of_the_router_that_was_asked_for() -> None:
    """A block names its node alone; what the other node did is no reason for this one."""
    rule = "=" * 60
    block = f"{rule}\n 2026-03-01T22:41:00.513Z Upgrade failed\n{rule}\n Type:  provisioning.upgrade\n Node:  b2\n"
    asked = Conductor(ScriptedSession({"show events router branch1 type provisioning from 1d rows all force": block}))
    shown, _reasons = questions.events(asked, "branch1")
    assert [(event.router, event.node) for event in shown] == [("branch1", "b2")]
    assert words_of_failure(shown, "branch1", "b2") and not words_of_failure(shown, "branch1", "b1")


def test_a_name_that_would_be_another_command_is_refused() -> None:
    with pytest.raises(ValueError, match="router"):
        questions.peers(conductor(), "branch1 | reboot")
