# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module snapshot_info: what routers are like, as data and as files."""

from __future__ import annotations

import json

from tests.integration.harness import task
from tests.integration.routers import OLD, authority, router

AREAS = {
    "versions",
    "assets",
    "services",
    "alarms",
    "connectivity",
    "processes",
    "primaries",
    "peers",
    "interfaces",
    "bgp",
    "totals",
}


def snapshot(keywords=None, **args):
    return task("snapshot_info", args, **(keywords or {}))


def test_routers_are_recorded_with_all_of_their_nodes_and_what_serves_all_is_asked_once(bench):
    b = bench(authority(router("hub", "h1", "h2"), router("branch", bgp=[{"address": "10.0.0.1", "asn": 65001}])))
    result = b.play({"take": snapshot(targets=[{"router": "hub", "node": "h1"}, "branch"])})["take"]
    assert not result["changed"] and list(result["snapshots"]) == ["hub", "branch"]
    assert result["unavailable"] == {} and result["snapshots"]["branch"]["areas"]["connectivity"] == {}, (
        "one node sees no other"
    )
    hub = result["snapshots"]["hub"]
    assert hub["nodes"] == ["h1", "h2"], "a node that is missing later must have been there before"
    assert set(hub["areas"]) == AREAS
    assert {node: version["state"] for node, version in hub["areas"]["versions"].items()} == {"h1": OLD, "h2": OLD}
    assert hub["areas"]["peers"] and all(peer["towards"] == "branch" for peer in hub["areas"]["peers"].values())
    assert [neighbour["state"] for neighbour in result["snapshots"]["branch"]["areas"]["bgp"].values()] == [
        "established"
    ]
    for command in ("show assets", "show alarms"):
        assert len(b.simulator.commands(startswith=command)) == 1, command
    assert b.sent == [] and result["files"] == {}


def test_files_are_whole_for_their_owner_alone_and_not_written_in_check_mode(bench):
    b = bench(authority(router("hub"), router("branch")))
    folder = b.folder / "night" / "before"
    b.play({"check": snapshot(targets=["hub"], areas=["versions"], dest=str(folder), keywords={"check_mode": True})})
    assert not folder.exists()
    result = b.play({"take": snapshot(targets=["hub", "branch"], areas=["assets", "versions"], dest=str(folder))})[
        "take"
    ]
    assert result["files"] == {name: str(folder / f"{name}.json") for name in ("hub", "branch")}
    assert sorted(path.name for path in folder.iterdir()) == ["branch.json", "hub.json"]
    for name in ("hub", "branch"):
        path = folder / f"{name}.json"
        assert path.stat().st_mode & 0o777 == 0o600
        assert json.loads(path.read_text(encoding="utf-8")) == result["snapshots"][name]
    assert set(result["snapshots"]["hub"]["areas"]) == {"assets", "versions"}
    assert b.simulator.commands(startswith="show peers") == [], "what is not wanted costs nothing"


def test_what_cannot_be_told_is_said_and_the_other_routers_are_recorded(bench):
    dead = {"name": "dead", "version": OLD, "nodes": [{"name": "d1", "state": "Disconnected"}]}
    b = bench(authority(router("hub"), dead))
    b.simulator.listed_routers = ["hub"]
    run = b.play(
        {
            "own": snapshot(areas=["assets"]),
            "both": snapshot(targets=["dead", "hub"], areas=["assets", "peers"]),
            "skip": snapshot(targets=["hub", "nobody"], areas=["assets"], unknown_targets="skip"),
            "host": snapshot(target_hosts=["hub"], areas=["assets"]),
        }
    )
    assert list(run["own"]["snapshots"]) == ["Conductor"] and run["own"]["snapshots"]["Conductor"]["nodes"] == [
        "c1",
        "c2",
    ]
    both = run["both"]
    assert set(both["unavailable"]) == {"dead"} and set(both["unavailable"]["dead"]) == {"peers"}
    assert both["snapshots"]["dead"]["areas"]["peers"] is None and "peers" in both["msg"]
    assert both["snapshots"]["dead"]["areas"]["assets"]["d1"]["well"] is False
    assert both["snapshots"]["hub"]["areas"]["peers"]
    assert run["skip"]["unknown"] == ["nobody"] and list(run["skip"]["snapshots"]) == ["hub"]
    assert list(run["host"]["snapshots"]) == ["hub"]


def test_bad_input_names_the_field(bench):
    b = bench(authority(router("hub")))
    (b.folder / "file").write_text("", encoding="utf-8")
    cases = {
        "area": (snapshot(areas=["paths"]), "areas", "peers"),
        "dest": (snapshot(targets=["hub"], dest=str(b.folder / "file" / "x")), "file", "written"),
        "unknown": (snapshot(targets=["hubb"]), "hubb", "hub"),
        "only unknown": (snapshot(targets=["hubb"], unknown_targets="skip"), "none of the targets", "no snapshot"),
        "empty": (snapshot(targets=[]), "no target", "target_hosts"),
    }
    run = b.play({name: case[0] for name, case in cases.items()})
    for name, (_task, field, accepted) in cases.items():
        assert run[name]["failed"] and not run[name].get("changed"), name
        assert field in run[name]["msg"] and accepted in run[name]["msg"], f"{name}: {run[name]['msg']}"
    assert b.sent == []
