# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peer paths, ports, BGP neighbours, disks and their events, and how they follow what happens."""

from __future__ import annotations

import re

import pytest

from tests.simulator.network import Network

from .pcli_client import NEW, OLD, cells, column, eventually, managed, pair, pcli, until

BRANCH = f"request system software upgrade router branch force version {NEW}"


def statuses(shell, router: str) -> list[str]:
    return column(shell.run(f"show peers router {router} force"), "Status")


# --- layouts ------------------------------------------------------------------------------------------------------


def test_peers_of_one_router() -> None:
    with pair() as sim:
        text = pcli(sim).run("show peers router branch force")
    assert "✔ Retrieving peer paths..." in text
    rows = cells(text)
    assert rows[0] == ["Peer", "Node", "Network Interface", "Destination", "Status", "Hostname", "Path MTU"]
    assert [row[:3] + row[4:] for row in rows[1:]] == [["hub", "b1", "wan-net", "up", "unavailable", "1500"]] * 2
    assert rows[1][3] != rows[2][3]


def test_peers_of_all_routers_say_whose_they_are() -> None:
    with pair() as sim:
        shell = pcli(sim)
        rows = cells(shell.run("show peers router all force"))
        assert [row[:2] for row in rows[1:]] == [
            ["hub -> branch", "h1"],
            ["hub -> branch", "h2"],
            ["branch -> hub", "b1"],
            ["branch -> hub", "b1"],
        ]
        asked = shell.ask("show peers router all", "n")
        assert "WARNING: Targeting router 'all' may take a long time. Continue anyway? [y/N]: " in asked
        assert cells(shell.run("show peers router branch detail"))[0][-1] == "Uptime"
        assert cells(shell.run("show peers name hub router all force"))[1][0] == "branch -> hub"
        assert shell.run("show peers").startswith("usage: peers ")


def test_who_peers_with_whom() -> None:
    """With the first router unless it says otherwise, and always on both sides."""
    more = [
        {"name": "a", "count": 1, "version": OLD, "peers": ["branch"]},
        {"name": "b", "count": 1, "version": OLD, "peers": []},
        {"name": "c", "count": 1, "version": OLD},
    ]
    with pair(fleet=more) as sim:
        shell = pcli(sim)
        peers = {name: set(column(shell.run(f"show peers router {name}"), "Peer")) for name in ("hub", *"abc")}
        assert peers == {"hub": {"branch", "c"}, "a": {"branch"}, "b": set(), "c": {"hub"}}
        assert column(shell.run("show peers router branch"), "Peer") == ["hub", "hub", "a"]
        assert column(shell.run("show peers router Conductor"), "Peer") == []


def test_ports_as_a_summary_and_in_full() -> None:
    ports = [{"name": "wan", "shared": True}, {"name": "lan", "admin": "down"}, {"name": "t1", "oper": "unknown"}]
    with pair(**{"routers.1.interfaces": ports}) as sim:
        shell = pcli(sim)
        rows = cells(shell.run("show device-interface router hub force summary"))
        assert [row[:5] for row in rows] == [
            ["Name", "Admin Status", "Operational Status", "Provisional Status", "Redundancy Status"],
            ["h1:wan", "up", "up", "up", "active"],
            ["h1:lan", "down", "down", "up", "non-redundant"],
            ["h1:t1", "up", "unknown", "up", "non-redundant"],
            ["h2:wan", "up", "up", "up", "standby"],
            ["h2:lan", "down", "down", "up", "non-redundant"],
            ["h2:t1", "up", "unknown", "up", "non-redundant"],
        ]
        assert len({row[5] for row in rows[1:]}) == 6
        text = shell.run("show device-interface name wan node h2 router hub")
        assert "\n h2:wan\n" in text and " Redundancy Status:   standby\n" in text and "h1:wan" not in text
        assert "No device interfaces to display" in shell.run("show device-interface router Conductor summary")
        assert shell.run("show device-interface summary").startswith("usage: device-interface ")


def test_registers_are_a_violation() -> None:
    with pair() as sim:
        pcli(sim).run("show device-interface router hub registers")
        assert "registers" in sim.violations[0]


def test_bgp_is_the_text_of_the_routing_manager() -> None:
    neighbours = [
        {"address": "172.18.1.2", "asn": 4200000001, "prefixes": 7},
        {"address": "172.18.2.2", "state": "Connect"},
    ]
    with pair(**{"routers.1.bgp": neighbours}) as sim:
        shell = pcli(sim)
        text = shell.run("show bgp summary rows all router hub force")
        assert "Neighbor        V         AS MsgRcvd MsgSent   TblVer  InQ OutQ  Up/Down  State/PfxRcd" in text
        assert re.search(r"^172\.18\.1\.2 +4 4200000001 .* 01w\dd\d\dh +7$", text, re.MULTILINE)
        assert re.search(r"^172\.18\.2\.2 +4 +65001 .* never +Connect$", text, re.MULTILINE)
        assert "Total number of neighbors 2" in text
        assert "BGP instance not found" in shell.run("show bgp summary router branch")
        several = shell.run("show bgp summary router all force")
        assert "Router: hub" in several and "Router: branch" in several


@pytest.mark.parametrize("layout", ["sections", "table", "none"])
def test_disks_in_several_layouts(layout: str) -> None:
    disk = {"routers.1.disk": {"used": 62, "size": 100}, "routers.1.nodes.1.disk": {"used": 20}}
    with pair(**{"style.disk_layout": layout, **disk}) as sim:
        shell = pcli(sim)
        text = shell.run("show platform router hub force disk")
        assert " Disk Information" in text and "Memory" not in text
        assert ("62%" in text and "20%" in text) == (layout != "none")
        if layout == "table":
            assert cells(text[text.index("Disk Information") :])[1] == ["/", "100.0 GB", "62.0 GB", "38.0 GB", "62%"]
        assert " CPU Information" in shell.run("show platform router hub node h2")
        assert "invalid category" in shell.run("show platform router hub floppy")


def test_plugins_of_the_conductor_and_of_a_router() -> None:
    plugins = {"routers.0.nodes.0.plugins": {"dns-cache": "3.2.1"}, "routers.1.nodes.1.plugins": {"ha-sync": "1.0.0"}}
    with pair(**plugins) as sim:
        shell = pcli(sim)
        assert cells(shell.run("show plugins installed"))[1:] == [["dns-cache", "3.2.1", "installed"]]
        assert cells(shell.run("show plugins installed router hub"))[1:] == [["ha-sync", "1.0.0", "installed"]]
        assert "No plugins are installed" in shell.run("show plugins installed router branch")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("show peers router branch force", "peer paths"),
        ("show device-interface router branch force summary", "device interface information"),
        ("show bgp summary router branch force", "BGP summary"),
        ("show platform router branch force disk", "platform information"),
    ],
)
def test_a_disconnected_router_is_named_and_nothing_is_made_up(line: str, what: str) -> None:
    with pair(**{"routers.2.nodes.0.state": "Disconnected"}) as sim:
        text = pcli(sim).run(line)
    assert f"⚠ Retrieving {what} 0/0 targets complete..." in text
    assert cells(text) == [["Target", "Message"], ["b1.branch", "Disconnected"]]
    assert f"Failed to retrieve {what}. 0 targets failed, 1 target is disconnected, and 0 succeeded." in text


# --- following the world ------------------------------------------------------------------------------------------


def test_a_node_that_restarts_takes_its_paths_down_on_the_other_side_and_brings_them_back() -> None:
    with managed(**{"durations.peers": 2000}) as sim:
        shell = pcli(sim)
        shell.run(BRANCH)
        assert until(sim, "b1.branch", up=False)
        assert statuses(shell, "hub") == ["down", "down"]
        assert column(shell.run("show alarms router hub"), "Category") == ["peer", "peer"]
        assert until(sim, "b1.branch", operation=None, version=NEW)
        assert statuses(shell, "branch") == ["initializing", "initializing"]
        assert eventually(lambda: statuses(shell, "hub") == ["up", "up"])
        assert eventually(lambda: "===" not in shell.run("show alarms"))
        rows = cells(shell.run("show events router hub type alarm rows all"))
        message = next(row[7] for row in rows if row[1] == "h1")
        assert [row[2] for row in rows if row[7] == message] == ["clear", "add"]
        assert re.fullmatch(
            r"Peer branch path is down \(PeerName: branch \| Destination: [\d.]+ \| NodeName: h1 "
            r"\| DeviceInterface: wan \| Vlan: 0\)",
            message,
        )


def test_a_pair_keeps_one_path_while_one_node_is_away() -> None:
    with managed(**{"durations.restart": 100000}) as sim:
        shell = pcli(sim)
        shell.run(f"request system software upgrade router hub node h1 force version {NEW}")
        assert until(sim, "h1.hub", up=False)
        assert statuses(shell, "branch") == ["down", "up"]
        text = shell.run("show peers router hub force")
        assert column(text, "Node") == ["h2"]
        assert " h1.hub   Disconnected\n" in text


def test_a_shared_address_stays_reachable_while_one_node_is_away() -> None:
    with managed(**{"routers.1.interfaces": [{"name": "wan", "shared": True}], "durations.restart": 100000}) as sim:
        shell = pcli(sim)
        assert statuses(shell, "branch") == ["up"]
        assert statuses(shell, "hub") == ["up", "standby"]
        shell.run(f"request system software upgrade router hub node h1 force version {NEW}")
        assert until(sim, "h1.hub", up=False)
        assert statuses(shell, "branch") == ["up"]
        assert statuses(shell, "hub") == ["up"]


@pytest.mark.parametrize("mode", ["none", "path", "all"])
def test_alarms_for_a_dead_site(mode: str) -> None:
    dead = {"routers.2.nodes.0.state": "Disconnected", "behaviour.peer_alarms": mode}
    with pair(**dead) as sim:
        shell = pcli(sim)
        assert statuses(shell, "hub") == ["down", "down"]
        text = shell.run("show alarms router hub")
        assert ("path is down" in text) == (mode != "none")
        assert ("Peer branch is not reachable" in text) == (mode == "all")


def test_a_router_that_only_lost_its_conductor_still_forwards() -> None:
    lost = {"type": "mass_disconnect", "share": 1, "after": 1, "seconds": 100000, "since": "start"}
    with pair(faults=[lost]) as sim:
        assert until(sim, "b1.branch", state="Disconnected")
        with sim.world.lock:
            network = sim.world.network
            assert {network.status(path) for path in network.paths(sim.world.routers["hub"])} == {"up"}


def test_bgp_comes_back_some_time_after_the_restart() -> None:
    with managed(**{"routers.2.bgp": [{"address": "10.0.0.1"}], "durations.peers": 3000}) as sim:
        shell = pcli(sim)
        shell.run(BRANCH)
        assert until(sim, "b1.branch", operation=None, version=NEW)
        line = "show bgp summary router branch force"
        assert re.search(r"^10\.0\.0\.1 .* never +Connect$", shell.run(line), re.MULTILINE)
        assert eventually(lambda: re.search(r"^10\.0\.0\.1 .* 00:\d\d:\d\d +12$", shell.run(line), re.MULTILINE))


def test_every_state_of_an_asset_and_every_alarm_is_an_event() -> None:
    with managed() as sim:
        shell = pcli(sim)
        shell.run(BRANCH)
        assert until(sim, "b1.branch", operation=None, version=NEW)
        messages = column(shell.run("show events router branch type provisioning from 1d rows all"), "Message")
        assert messages[::-1] == [
            "upgrade started",
            "Synchronized -> Disconnected",
            "Disconnected -> Resynchronizing",
            "Resynchronizing -> Synchronized",
            "upgrade completed",
        ]
        rows = cells(shell.run("show events router branch type alarm from 1d rows all"))
        about = {row[7]: [other[2] for other in rows if other[7] == row[7]] for row in rows[1:]}
        assert about["No connectivity to b1.branch"] == ["clear", "add"]
        assert about["Asset b1.branch, which is configured as b1.branch, is not running"] == ["clear", "add"]
        assert len(cells(shell.run("show events router branch type alarm rows 2"))) == 3
        assert len(cells(shell.run("show events router all force type alarm limit 1 rows all"))) == 2


# --- size ---------------------------------------------------------------------------------------------------------


def test_what_happens_to_a_hub_costs_as_much_as_it_has_paths(monkeypatch) -> None:
    """With a cost per pair of routers, five thousand of them would stop the clock."""
    looked = []
    status = Network.status
    monkeypatch.setattr(Network, "status", lambda self, path: looked.append(path) or status(self, path))
    sim = pair(fleet=[{"prefix": "s-", "count": 5000, "version": OLD}])
    with sim.world.lock:
        world, hub, branch = sim.world, sim.world.routers["hub"], sim.world.routers["branch"]
        assert len(looked) == 4 * 5001  # once for each path at the start
        looked.clear()
        world.go_down(hub.nodes[0])
        assert len(world.network.down(world.routers["s-0007"].nodes[0])) == 1
        assert len(looked) <= 3 * 5001 and len(world.records.events) > 5000
        looked.clear()
        world.go_down(branch.nodes[0])
        assert len(looked) <= 6
    sim.stop()
