# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show commands in both generations."""

from __future__ import annotations

import re

import pytest

from .pcli_client import LOW, NEW, OLD, cells, column, old_pair, pair, pcli

MODERN = ["Router", "Node", "Asset Id", "SSR Version", "Install Type", "Status", "Time in Status", "Errors"]


def test_assets_as_in_6_3() -> None:
    with pair(**{"routers.0.nodes.0.in_status": "34m 44s", "clock.speedup": 1}) as sim:
        rows = cells(pcli(sim).run("show assets"))
    assert rows[0] == MODERN
    assert rows[1][:6] == ["Conductor", "c1", "c1.conductor", OLD, "Image", "Synchronized"]
    assert re.fullmatch(r"34m 4\ds", rows[1][6])
    assert rows[2][:2] == ["", "c2"]
    assert [row[4] for row in rows[1:]] == ["Image", "Image", "Package", "Package", "Image"]


def test_assets_before_6_3() -> None:
    with old_pair() as sim:
        rows = cells(pcli(sim).run("show assets"))
    assert rows[0] == ["Asset Id", "Router", "Node", "SSR Version", "Status"]
    assert rows[1] == ["c1.conductor", "Conductor", "c1", LOW, "running"]
    with old_pair(**{"style.legacy_assets": "modern"}) as sim:
        rows = cells(pcli(sim).run("show assets"))
    assert rows[0] == [name for name in MODERN if name != "Install Type"]
    assert rows[1][4] == "Running"


def test_columns_can_move_vanish_and_appear() -> None:
    with pair(style={"column_order": ["Status", "Node", "Router"], "extra_columns": {"Serial": "-"}}) as sim:
        rows = cells(pcli(sim).run("show assets"))
    assert rows[:2] == [["Status", "Node", "Router", "Serial"], ["Synchronized", "c1", "Conductor", "-"]]
    with pair(style={"missing_columns": ["Errors"]}) as sim:
        assert cells(pcli(sim).run("show assets"))[0] == MODERN[:-1]


def test_assets_of_one_router_or_node() -> None:
    with pair() as sim:
        shell = pcli(sim)
        assert column(shell.run("show assets router hub"), "Node") == ["h1", "h2"]
        assert column(shell.run("show assets router hub node h2"), "Node") == ["h2"]
        assert column(shell.run("show assets resource-group west"), "Node") == ["b1"]
        assert shell.run("show assets router nowhere") == "% Error: Router 'nowhere' not found"
        assert "% Error: Node 'c9' not found" in shell.run("show assets router hub node c9")


def test_all_routers_ask_unless_forced() -> None:
    with pair() as sim:
        shell = pcli(sim)
        assert "Operation canceled" in shell.ask("show assets router all", "")
        assert "Synchronized" in shell.ask("show assets router all", "y")
        assert "Synchronized" in shell.run("show assets router all force")


def test_resource_groups_hide_routers() -> None:
    with pair(users=[{"name": "admin", "password": "secret", "resource_groups": ["west"]}]) as sim:
        assert column(pcli(sim).run("show assets"), "Router") == ["Conductor", "", "branch"]


@pytest.mark.parametrize("hides", [True, False])
def test_resource_groups_may_leave_routers_in_the_connectivity(hides: bool) -> None:
    users = [{"name": "admin", "password": "secret", "resource_groups": ["west"]}]
    with pair(users=users, **{"behaviour.connectivity_hides": hides}) as sim:
        shown = column(pcli(sim).run("show system connectivity node c1"), "Remote Node")
        hidden = [] if hides else ["h1.hub", "h2.hub"]
        assert shown == ["c2.Conductor", *hidden, "b1.branch"]


def test_one_asset() -> None:
    errors = {"routers.1.nodes.0.errors": ["unit: Unable to manage file"]}
    with pair(**errors) as sim:
        text = pcli(sim).run("show assets h1.hub")
    for line in (
        "  Router:                       hub",
        "  Current Version:              6.3.0-107.r1.el7",
        "  Install Type:                 Package",
        "  Status:                       Synchronized",
        "  Conductor Connectivity:       Connected",
        "  Peer Conductor Connectivity:  Connected",
        "  Service Status:               Running",
        "  unit: Unable to manage file",
    ):
        assert line in text.splitlines()
    with old_pair(**errors) as sim:
        lines = pcli(sim).run("show assets h1.hub").splitlines()
    assert " Failed Status:           running" in lines
    assert " Refresh In Progress:     False" in lines
    assert " Available for Download:" in lines
    assert not any("Install Type" in line for line in lines)


def test_summary_errors_software() -> None:
    with pair(**{"routers.1.nodes.0.errors": ["x", "y"], "routers.2.nodes.0.state": "Pending"}) as sim:
        shell = pcli(sim)
        summary = shell.run("show assets summary")
        assert re.search(r"  total: +5\n  pending: +1\n", summary)
        assert re.search(r"  assets with errors: +1", summary)
        assert cells(shell.run("show assets errors"))[1] == ["hub", "h1", "h1.hub", "2"]
        assert shell.run("show assets errors h1.hub").splitlines()[3:5] == ["x", "y"]
        software = cells(shell.run("show assets software router branch"))
        assert software[1] == ["branch", "b1", OLD, "SSR-6.3.5-39.r1", "", ""]


def test_system() -> None:
    with pair(**{"routers.1.nodes.1.state": "Disconnected"}) as sim:
        shell = pcli(sim)
        text = shell.run("show system node c1")
        assert " c1\n====" in text
        assert " Status:       running" in text
        assert " Version:      6.3.0" in text
        assert re.search(r" Uptime:       10 days  \d:\d\d:\d\d\n", text)
        assert " Role:         conductor" in text
        assert "✔ Retrieving" not in text
        text_of_both = shell.run("show system")
        assert " c1.Conductor\n" in text_of_both and " c2.Conductor\n" in text_of_both
        partly = shell.run("show system router hub")
        assert "⚠ Retrieving system 1/1 targets complete..." in partly
        assert " h2.hub   Disconnected\n" in partly
        assert "Failed to retrieve system. 0 targets failed, 1 target is disconnected, and 1 succeeded." in partly


def test_system_version() -> None:
    with old_pair() as sim:
        shell = pcli(sim)
        rows = cells(shell.run("show system version node c1"))
        assert rows[0] == ["Router", "Node", "Version", "Status", "Build Date", "Package"]
        assert rows[1][2:4] + rows[1][5:] == ["6.2.5", "r2", "128T-6.2.5-5.r2.el7 (package based)"]
        detail = shell.run("show system version node c1 detail")
        assert " Node: c1.Conductor\n" in detail
        assert "128T-6.2.5-5.r2.el7" in detail


def test_available_lists_what_is_newer() -> None:
    with pair() as sim:
        shell = pcli(sim)
        rows = cells(shell.run("show system software available"))
        assert rows == [
            ["Release", "Version", "Channel", "Source"],
            ["6.3", "SSR-6.3.5-39.r1", "release", "artifactory"],
        ]
        assert len(cells(shell.run("show system software available skip-version-check"))) == 3
    with pair(**{"style.misaligned_available": True}) as sim:
        assert "\n     6.3  SSR-6.3.5-39.r1   " in pcli(sim).run("show system software available")


def test_alarms() -> None:
    alarm = {"node": "b1.branch", "message": "Peer hub path is down", "category": "peer", "source": "hub"}
    with pair(alarms=[alarm, {**alarm, "message": "old news", "shelved": True}]) as sim:
        shell = pcli(sim)
        text = shell.run("show alarms")
        assert cells(text)[0] == ["ID", "Time", "Severity", "Source", "Category", "Message"]
        row = cells(text)[1]
        assert row[0].startswith("b1.branch:") and row[2:] == ["major", "hub", "peer", "Peer hub path is down"]
        assert "\nThere are 1 shelved alarms\n" in text
        assert "old news" in shell.run("show alarms shelved")
        assert "There are 0 shelved alarms" in shell.run("show alarms router hub")
        assert "===" not in shell.run("show alarms router hub")


def test_a_mixed_pair_raises_both_alarms() -> None:
    with pair(**{"routers.0.nodes.1.version": NEW}, faults=["mixed_install_types"]) as sim:
        messages = column(pcli(sim).run("show alarms router Conductor"), "Message")
    for name in ("c1", "c2"):
        assert f"{name}.Conductor has a software version that does not match its peer." in messages
        assert f"{name}.Conductor has a software installation type that does not match its peer." in messages


def test_connectivity_processes_services() -> None:
    with pair(**{"routers.2.nodes.0.state": "Disconnected"}) as sim:
        shell = pcli(sim)
        rows = cells(shell.run("show system connectivity node c1"))
        assert ["c1.Conductor", "c2.Conductor", "connected"] in rows
        assert ["c1.Conductor", "b1.branch", "disconnected"] in rows
        rows = cells(shell.run("show system processes"))
        assert ["c1.Conductor", "routingManager", "running", "Y", "conductor"] in rows
        assert ["c2.Conductor", "routingManager", "running", "N", "conductor"] in rows
        assert ["c1.Conductor", "128T", "active"] in cells(shell.run("show system services"))


def test_status_before_7_0_1_knows_no_node_all() -> None:
    with pair() as sim:
        assert "% Error: Node 'all' not found" in pcli(sim).run("show system software upgrade node all")


def test_show_fib_is_a_violation() -> None:
    with pair() as sim:
        pcli(sim).run("show fib router hub")
        assert any("show fib" in text for text in sim.violations)


def test_unrelated_output_after_an_answer() -> None:
    with pair(**{"style.trailing_noise": "Peer: unrelated\nBlock: x"}) as sim:
        assert pcli(sim).run("show assets").endswith("seconds\nPeer: unrelated\nBlock: x")


def test_events_by_type_and_time() -> None:
    alarm = {"node": "c1", "message": "Peer hub path is down"}
    with pair(alarms=[alarm]) as sim:
        shell = pcli(sim)
        rows = cells(shell.run("show events type alarm from 1d rows all"))
        names = ["Router", "Node", "Event Type", "Time", "Severity", "Source", "Category", "Message", "Shelved Status"]
        assert rows[0] == names
        assert rows[1][:3] + rows[1][7:] == ["Conductor", "c1", "add", "Peer hub path is down", "not-shelved"]
        assert len(cells(shell.run("show events type provisioning"))) == 1
        assert len(cells(shell.run("show events type alarm to 2020-01-01T00:00:00Z"))) == 1
        assert "% Error: invalid event type" in shell.run("show events type weather")
