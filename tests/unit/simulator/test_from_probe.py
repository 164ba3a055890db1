# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conductor is recorded, played from its bundle, and recorded again: the same answers, as long as nothing changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.simulator import Simulator
from tests.simulator.from_probe import Probed, scenario_from_probe

from .pcli_client import NEW, OLD, Pcli, column, pair, pcli, until
from .probe_recorder import record, write
from .test_probe_bundle import MANIFEST

#: Nothing moves by itself while it is recorded, and there is something to see.
SCENE: dict[str, Any] = {
    "clock.speedup": 1,
    "routers.0.version": NEW,
    "routers.1.install_type": "image",
    "routers.1.peers": ["branch"],
    "routers.1.nodes.1.primary": True,
    "routers.2.interfaces": ["wan", {"name": "lan", "oper": "down"}],
    "routers.2.bgp": [{"address": "10.0.0.1", "asn": 65010, "prefixes": 7}],
    "alarms": [{"node": "b1.branch", "message": "The fan stands still", "severity": "minor", "category": "platform"}],
    "exports": ["monday"],
    "ssh.banner": "Authorized use only\n",
    "style.motd": "Welcome to the night",
}


@dataclass(frozen=True)
class Recording:
    path: Path
    rows: list[dict[str, Any]]
    habits: dict[str, str]
    probed: Probed

    def first(self) -> dict[str, str]:
        """What the first node answered on a wide terminal."""
        rows = [row for row in self.rows if row["kind"] == "pcli" and row["width"] == 512]
        return {row["command"]: row["answer"].rstrip("\n") for row in rows if row["asked"]["node"] == "c1"}


def recorded(folder: Path, **overrides: Any) -> Recording:
    path = folder / "bundle.zip"
    with pair(**{**SCENE, **overrides}) as sim:
        rows, habits = record(sim, path), sim.habits
    return Recording(path, rows, habits, scenario_from_probe(path))


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """A conductor that does everything in the first way."""
    return recorded(tmp_path_factory.mktemp("usual"))


def timeless(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def played(probed: Probed, **overrides: Any) -> Simulator:
    return Simulator(probed.scenario, **{"clock.speedup": 4000, **overrides})


def shell(sim: Simulator, node: str = "c1", **options: Any) -> Pcli:
    user = sim.scenario.users[0]
    return pcli(sim, node, user=user.name, password=user.password, **options)


@pytest.mark.parametrize("seed", range(10))
def test_recorded_played_and_recorded_again_is_the_same(tmp_path: Path, seed: int) -> None:
    recording = recorded(tmp_path, **{"habits.seed": seed})
    with Simulator(recording.probed.scenario) as sim:
        again = record(sim, tmp_path / "again.zip")
        assert sim.violations == []
    for one, other in zip(timeless(recording.rows), timeless(again), strict=True):
        assert one == other
    found, real = recording.probed.habits, recording.habits
    assert {name: way for name, way in found.ways.items() if real[name] != way} == {}
    assert [name for name, ways in found.narrowed.items() if real[name] not in ways] == []
    assert len(found.ways) > 20 and found.strange() == []
    print(f"seed {seed}: {len(found.ways)} habits recognised, {len(found.narrowed)} narrowed, of {len(real)}")


# --- the authority ------------------------------------------------------------------------------------------------


def test_the_scenario_has_what_the_answers_show(usual: Recording) -> None:
    scenario = scenario_from_probe(usual.path, ["6.3.6-2.r1.el7"]).scenario
    routers = {router["name"]: router for router in scenario["routers"]}
    assert [router["name"] for router in scenario["routers"] if router["conductor"]] == ["Conductor"]
    assert routers["hub"]["peers"] == ["branch"] and routers["branch"]["peers"] == ["hub"]
    assert [node.get("primary") for node in routers["hub"]["nodes"]] == [None, True]
    assert routers["branch"]["interfaces"] == [{"name": "wan"}, {"name": "lan", "oper": "down"}]
    assert routers["branch"]["bgp"] == [{"address": "10.0.0.1", "asn": 65010, "prefixes": 7}]
    assert {"name": NEW, "offered": "SSR-6.3.5-39.r1", "channel": "release", "source": "artifactory"} in scenario[
        "releases"
    ]
    assert {"name": "6.3.6-2.r1.el7"} in scenario["releases"]
    assert scenario["exports"] == ["monday"]
    messages = {alarm["message"]: alarm for alarm in scenario["alarms"]}
    assert messages["The fan stands still"]["node"] == "b1.branch"
    assert scenario["ssh"]["banner"] == "Authorized use only\n"


def test_a_revert_leads_to_the_volume_that_was_shown(tmp_path: Path) -> None:
    nodes = recorded(tmp_path, habits={"version_detail": "volumes"}).probed.scenario["routers"][0]["nodes"]
    assert [node["previous"] for node in nodes] == ["6.2.5-5.r2.el7", "6.2.5-5.r2.el7"]


def test_without_a_list_of_assets_the_nodes_of_the_manifest_are_played(tmp_path: Path) -> None:
    odd = {"kind": "pcli", "asked": {"router": "Conductor", "node": "c1"}, "width": 512, "answer": "?\n"}
    rows = [{**odd, "command": command} for command in ("| x", "show alarms | grep 'a", "do", "show")]
    path = write(tmp_path / "b.zip", rows, {**MANIFEST, "nodes": MANIFEST["nodes"] * 2})
    probed = scenario_from_probe(path)
    assert "no answer to `show assets`. Only the nodes that the probe has asked are played." in probed.notes[0]
    with played(probed) as sim:
        assert list(sim.truth()["nodes"]) == ["c1.Conductor"]


# --- while nothing changes, and afterwards ------------------------------------------------------------------------


def test_what_an_operation_changes_follows_the_truth_and_what_it_does_not_is_as_recorded(usual: Recording) -> None:
    first = usual.first()
    same = ("show peers router branch", "show system processes router hub", "show system version router hub")
    with played(usual.probed) as sim:
        client = shell(sim)
        assert client.run("show assets") == first["show assets"].strip("\n")
        client.run(f"request system software upgrade router branch force version {NEW}")
        assert until(sim, "b1.branch", version=NEW, state="Synchronized", operation=None)
        sim.wait_for(lambda s: s.world.clock.now() > s.world.find("b1", "branch")[0].service_since + 600)
        text = client.run("show assets")
        assert column(text, "SSR Version") == [NEW, NEW, OLD, OLD, NEW]
        assert text.splitlines()[4] == first["show assets"].splitlines()[4], "the columns are those that were recorded"
        assert [client.run(command) for command in same] == [first[command] for command in same]
        assert NEW in client.run("show system version router branch")
        assert "The fan stands still" in client.run("show alarms")
        usage = "request system software upgrade router hub"
        assert client.run(usage) == first[usage]
        assert sim.violations == []


def test_while_a_node_is_away_nothing_recorded_says_that_it_works(usual: Recording) -> None:
    with played(usual.probed, **{"durations.restart": 1e6}) as sim:
        client = shell(sim)
        client.run(f"request system software upgrade router branch force version {NEW}")
        assert until(sim, "b1.branch", up=False)
        assert "disconnected" in client.run("show peers router branch").lower()
        assert "down" in client.run("show peers router hub")  # its text names the branch


def test_a_fault_shows_in_the_answers_about_whom_it_hits(usual: Recording) -> None:
    fault = {"type": "asset_errors", "node": "b1.branch", "text": "unheard of"}
    with played(usual.probed, faults=[fault]) as sim:
        assert column(shell(sim).run("show assets"), "Errors") == ["0", "0", "0", "0", "1"]


def test_an_export_shows_in_the_list_beside_those_that_were_recorded(usual: Recording) -> None:
    with played(usual.probed) as sim:
        client = shell(sim)
        client.run("export config running tuesday")
        assert column(client.run("show config exports"), "Name") == ["monday.gz", "tuesday.gz"]


def test_other_widths_are_answered_as_recorded_only_where_they_would_show_the_same(usual: Recording) -> None:
    with played(usual.probed) as sim:
        wide, narrow = shell(sim, width=300).run("show assets"), shell(sim, width=75).run("show assets")
        assert wide == shell(sim, width=512).run("show assets")
        assert max(map(len, narrow.splitlines())) <= 75


def test_nothing_that_would_do_something_is_answered_from_a_recording(usual: Recording, tmp_path: Path) -> None:
    command = f"request system software upgrade router branch force version {NEW}"
    fake = {"kind": "pcli", "asked": {"router": "Conductor", "node": "c1"}, "width": 512, "answer": "as if\n"}
    fake |= {"command": command, "prompt": "admin@c1.Conductor# ", "ended": "prompt"}
    path = write(tmp_path / "b.zip", [*usual.rows, fake], MANIFEST)
    with played(scenario_from_probe(path)) as sim:
        assert "as if" not in shell(sim).run(command)
        assert until(sim, "b1.branch", version=NEW)
