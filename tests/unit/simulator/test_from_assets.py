# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An operator's own `show assets` becomes a scenario."""

from __future__ import annotations

import re

import pytest

from tests.simulator import ScenarioError, Simulator, load_scenario
from tests.simulator.from_assets import scenario_from_assets

from .pcli_client import NEW, OLD, PAIR, pcli

# upgrade_ibu_conductor, as it stands there.
MODERN = """\
admin@conductor-east-1.RTR_EAST_CONDUCTOR# show assets
Mon 2024-09-09 18:15:20 UTC
✔ Retrieving assets...

==================== ================== ===================== ====================== ============== ============== ================ ========
 Router               Node               Asset Id              SSR Version            Install Type   Status         Time in Status   Errors
==================== ================== ===================== ====================== ============== ============== ================ ========
 RTR_EAST_COMBO       combo-east-1       t212-dut3.novalocal   6.3.0-107.r1.el7       Package        Synchronized   3d 23h 18m 58s        0
                      combo-east-2       t212-dut4.novalocal   6.3.0-107.r1.el7       Image          Disconnected   4d 2h 40m 27s         2
 RTR_EAST_CONDUCTOR   conductor-east-1   t212-dut1.novalocal   6.3.0-107.r1.el7       Package        Synchronized   4d 2h 42m 57s         0
                      conductor-east-2   t212-dut2.novalocal   6.3.0-107.r1.el7       Package        Synchronized   4d 2h 43m 14s         0

Completed in 0.04 seconds
"""  # noqa: E501
# CLI-6.0, with a version in its present spelling.
LEGACY = """\
========== ================ ============== ================= ==============
 Asset Id   Router           Node           SSR Version       Status
========== ================ ============== ================= ==============
 T10_DUT1   Conductor        cond-1         6.2.5-5.r2.el7    running
 T10_DUT2   none             none           unknown           pending
 T10_DUT3   RTR_WEST_COMBO   combo-west-1   6.1.10-3.el7      disconnected
 T10_DUT4   RTR_WEST_COMBO   combo-west-2   6.1.10-3.el7      connected
"""
WRAPPED = """\
============ ========== ============== ========== ========= ========== ==========
 Asset Id     Errors     SSR           Router     Node      Time in    Status
                         Version                            Status
============ ========== ============== ========== ========= ========== ==========
 west-node1           0  6.3.0-107.r1   Conductor  west-no   3d 23h     Resynchro
 .example                .el7                      de1       18m 58s    nizing
 b.example            1  6.3.0-107.r1   branch-ho  n1        5s         Key
                         .el7           use                             Accepted
 c.example            0  6.3.0-107.r1              n2        5s         Synchroni
                         .el7                                           zed
"""


def nodes(text: str, **options) -> dict[str, dict]:
    routers = scenario_from_assets(text, **options).scenario["routers"]
    return {f"{node['name']}.{router['name']}": node for router in routers for node in router["nodes"]}


def test_the_table_of_6_3() -> None:
    played = scenario_from_assets(MODERN, releases=[NEW])
    assert [(router["name"], router["conductor"]) for router in played.scenario["routers"]] == [
        ("RTR_EAST_CONDUCTOR", True),
        ("RTR_EAST_COMBO", False),
    ]
    away = nodes(MODERN)["combo-east-2.RTR_EAST_COMBO"]
    assert (away["state"], away["install_type"], away["version"]) == ("Disconnected", "image", OLD)
    assert away["in_status"] == 4 * 86400 + 2 * 3600 + 40 * 60 + 27 and len(away["errors"]) == 2
    assert [release["name"] for release in played.scenario["releases"]] == [OLD, NEW]
    assert played.notes == []


def test_the_table_before_6_3() -> None:
    played = scenario_from_assets(LEGACY, conductor="Conductor")
    by_target = nodes(LEGACY, conductor="Conductor")
    assert list(by_target) == ["cond-1.Conductor", "combo-west-1.RTR_WEST_COMBO", "combo-west-2.RTR_WEST_COMBO"]
    assert [node["state"] for node in by_target.values()] == ["Synchronized", "Disconnected", "Synchronizing"]
    assert {node["install_type"] for node in by_target.values()} == {"package"}
    assert played.notes == ["T10_DUT2 belongs to no router, and is left out."]


def test_wrapped_cells_other_order_of_columns_and_routers_that_are_not_repeated() -> None:
    by_target = nodes(WRAPPED, conductor="Conductor")
    assert list(by_target) == ["west-node1.Conductor", "n1.branch-house", "n2.branch-house"]
    assert [node["asset_id"] for node in by_target.values()] == ["west-node1.example", "b.example", "c.example"]
    assert {node["version"] for node in by_target.values()} == {"6.3.0-107.r1.el7"}
    assert [node["state"] for node in by_target.values()] == ["Resynchronizing", "Key Accepted", "Synchronized"]
    assert by_target["west-node1.Conductor"]["in_status"] == 3 * 86400 + 23 * 3600 + 18 * 60 + 58


def test_colours_and_carriage_returns_of_a_terminal_do_no_harm() -> None:
    coloured = MODERN.replace("✔", "\x1b[32m✔\x1b[0m").replace("\n", "\r\n")
    assert nodes(coloured) == nodes(MODERN)


@pytest.mark.parametrize("wrap", ["words", "chop"])
@pytest.mark.parametrize("width", [512, 120, 80])
@pytest.mark.parametrize("legacy", [False, True])
def test_what_the_simulator_shows_can_be_played_again(width: int, wrap: str, legacy: bool) -> None:
    old = {f"routers.{n}.version": "6.2.5-5.r2.el7" for n in range(3)} if legacy else {}
    with Simulator(PAIR, **{"style.wrap": wrap, "style.legacy_assets": "documented", **old}) as sim:
        shell = pcli(sim, width=width)
        text = shell.prompt + "show assets\n" + shell.run("show assets")
        again = load_scenario(scenario_from_assets(text).scenario)
        mine = {(r.name, n.name, n.asset_id, str(n.version), n.state) for r in again.all_routers() for n in r.nodes}
        truth = sim.truth()["nodes"].values()
        assert mine == {(n["router"], n["node"], n["asset_id"], n["version"], n["state"]) for n in truth}


def test_the_scenario_can_be_played() -> None:
    with Simulator(scenario_from_assets(MODERN, releases=[NEW]).scenario) as sim:
        shell = pcli(sim, "conductor-east-1", password="rehearsal")
        assert "SSR-6.3.5-39.r1" in shell.run("show system software available")
        assert sim.node_truth("combo-east-2.RTR_EAST_COMBO")["state"] == "Disconnected"


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (LEGACY, {}, "which router is the conductor.? The text has no prompt .* name it with --conductor"),
        (MODERN, {"conductor": "Nowhere"}, "the conductor 'Nowhere' is not in the table. The routers are: RTR_EAST_C"),
        ("nothing here", {}, "there is no table in the text"),
        ("=== ===\n A   B\n=== ===\n", {}, r"no column for router and node .*found: a, b"),
        (MODERN, {"releases": ["6.3.5"]}, "'6.3.5' does not look like 6.3.5-39.r1.el7"),
    ],
)
def test_what_cannot_be_played_is_said_in_a_sentence(text: str, options: dict, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        scenario_from_assets(text, **options)


def test_what_is_played_differently_is_noted() -> None:
    text = MODERN.replace("Disconnected ", "Upgrading    ")
    text = text.replace("Package        Synchronized   3d", "Converting     Synchronized   3d")
    notes = scenario_from_assets(text).notes
    assert any(re.search("combo-east-2.*'Upgrading' is played as Resynchronizing", note) for note in notes)
    assert any(re.search("combo-east-1.*'Converting' is played as image", note) for note in notes)
