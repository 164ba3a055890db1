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
    got = b.play({"take": snapshot(targets=[{"router": "hub", "node": "h1"}, "branch"])})["take"]
    assert not got["changed"] and list(got["snapshots"]) == ["hub", "branch"]
    assert got["unavailable"] == {} and got["snapshots"]["branch"]["areas"]["connectivity"] == {}, (
        "one node sees no other"
    )
    hub = got["snapshots"]["hub"]
    assert hub["nodes"] == ["h1", "h2"], "a node that is missing later must have been there before"
    assert set(hub["areas"]) == AREAS
    assert {node: one["state"] for node, one in hub["areas"]["versions"].items()} == {"h1": OLD, "h2": OLD}
    assert hub["areas"]["peers"] and all(peer["towards"] == "branch" for peer in hub["areas"]["peers"].values())
    assert [one["state"] for one in got["snapshots"]["branch"]["areas"]["bgp"].values()] == ["established"]
    for command in ("show assets", "show alarms"):
        assert len(b.simulator.commands(startswith=command)) == 1, command
    assert b.sent == [] and got["files"] == {}


def test_files_are_whole_for_their_owner_alone_and_not_written_in_check_mode(bench):
    b = bench(authority(router("hub"), router("branch")))
    folder = b.folder / "night" / "before"
    b.play({"check": snapshot(targets=["hub"], areas=["versions"], dest=str(folder), keywords={"check_mode": True})})
    assert not folder.exists()
    got = b.play({"take": snapshot(targets=["hub", "branch"], areas=["assets", "versions"], dest=str(folder))})["take"]
    assert got["files"] == {name: str(folder / f"{name}.json") for name in ("hub", "branch")}
    assert sorted(path.name for path in folder.iterdir()) == ["branch.json", "hub.json"]
    for name in ("hub", "branch"):
        path = folder / f"{name}.json"
        assert path.stat().st_mode & 0o777 == 0o600
        assert json.loads(path.read_text(encoding="utf-8")) == got["snapshots"][name]
    assert set(got["snapshots"]["hub"]["areas"]) == {"assets", "versions"}
    assert b.simulator.commands(startswith="show peers") == [], "what is not wanted costs nothing"


def test_what_cannot_be_told_is_said_and_the_other_routers_are_recorded(bench):
    dead = {"name": "dead", "version": OLD, "nodes": [{"name": "d1", "state": "Disconnected"}]}
    b = bench(authority(router("hub"), dead))
    b.simulator.listed_routers = ["hub"]
    got = b.play(
        {
            "own": snapshot(areas=["assets"]),
            "both": snapshot(targets=["dead", "hub"], areas=["assets", "peers"]),
            "skip": snapshot(targets=["hub", "nobody"], areas=["assets"], unknown_targets="skip"),
            "host": snapshot(target_hosts=["hub"], areas=["assets"]),
        }
    )
    assert list(got["own"]["snapshots"]) == ["Conductor"] and got["own"]["snapshots"]["Conductor"]["nodes"] == [
        "c1",
        "c2",
    ]
    both = got["both"]
    assert set(both["unavailable"]) == {"dead"} and set(both["unavailable"]["dead"]) == {"peers"}
    assert both["snapshots"]["dead"]["areas"]["peers"] is None and "peers" in both["msg"]
    assert both["snapshots"]["dead"]["areas"]["assets"]["d1"]["well"] is False
    assert both["snapshots"]["hub"]["areas"]["peers"]
    assert got["skip"]["unknown"] == ["nobody"] and list(got["skip"]["snapshots"]) == ["hub"]
    assert list(got["host"]["snapshots"]) == ["hub"]


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
    got = b.play({name: one[0] for name, one in cases.items()})
    for name, (_task, field, accepted) in cases.items():
        assert got[name]["failed"] and not got[name].get("changed"), name
        assert field in got[name]["msg"] and accepted in got[name]["msg"], f"{name}: {got[name]['msg']}"
    assert b.sent == []
