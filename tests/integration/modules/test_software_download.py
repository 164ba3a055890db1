# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module software_download: bring a release onto nodes by day, and know that it is there."""

from __future__ import annotations

from tests.integration.harness import AUTHORITY, QUICK, task

TO = "6.3.5-39.r1.el7"
OFFLINE = [{"name": "6.3.0-107.r1.el7"}, {"name": TO, "available": False}]
FIRST = {"router": "Conductor", "node": "t106-dut1"}


def download(*targets, version="6.3.5", keywords=None, **args):
    args = {"targets": list(targets), "version": version, "download_timeout": 60, **QUICK, **args}
    return task("software_download", args, **(keywords or {}))


def downloads(b):
    return [
        command
        for command in b.simulator.commands(startswith="request system software download")
        if " version " in command
    ]


def nodes_of(result):
    return {node["node"]: node for router in result["by_router"].values() for node in router["nodes"]}


def test_a_release_is_brought_to_both_nodes_once(bench):
    b = bench("ha-6.3-image")
    got = b.play(
        {
            "plan": download("Conductor", keywords={"check_mode": True}),
            "load": download("Conductor", cohort_id="day-1"),
            "again": download(FIRST),
            "check again": download(FIRST, keywords={"check_mode": True}),
            "runs": download("Conductor", version="6.3.0"),
            "info": task("software_info"),
        }
    )
    assert got["plan"]["changed"] and got["plan"]["totals"] == {"planned": 1} and got["plan"]["iso"] is None
    assert got["load"]["changed"] and got["load"]["totals"] == {"done": 1}, got["load"]["msg"]
    assert [one["state"] for one in nodes_of(got["load"]).values()] == ["done", "done"]
    for name in ("again", "check again"):
        assert not got[name]["changed"] and got[name]["totals"] == {"up_to_date": 1}, got[name]["msg"]
    assert not got["runs"]["changed"] and got["runs"]["totals"] == {"up_to_date": 1}
    assert any("6.3.5-39" in one for one in got["info"]["downloaded"])
    sent = downloads(b)
    assert [one.partition(" node ")[2].split()[0] for one in sent] == ["t106-dut1", "t106-dut2"]
    assert all(" cohort-id day-1 " in one and " force " in one for one in sent)
    assert {b.truth(node)["version"] for node in b.simulator.nodes} == {"6.3.0-107.r1.el7"}, "nothing that runs changes"
    assert TO in b.truth("t106-dut2")["downloaded"]


def test_below_6_3_each_node_loads_for_itself(bench):
    b = bench("ha-6.2-package")
    places = [{"router": "RTR_EAST_CONDUCTOR", "node": f"conductor-east-{number}"} for number in (1, 2)]
    got = b.play(
        {
            "own": download(places[0], installation_service=True),
            "other": download(places[1]),
            "again": download(places[0]),
        }
    )
    assert got["own"]["totals"] == {"done": 1}, got["own"]["msg"]
    assert "6.3" in nodes_of(got["own"])["conductor-east-1"]["warnings"][0], "there is no installer command below 6.3"
    assert got["other"]["failed"] and "session of its own" in got["other"]["msg"] and not got["other"]["changed"]
    assert not got["again"]["changed"]
    assert len(downloads(b)) == 1 and " node " not in downloads(b)[0]


def test_what_the_conductor_refuses_fails_with_its_words_and_the_next_node_is_still_served(bench):
    refusal = {"type": "request_refused_words", "command": "download", "text": "No space left", "node": "t106-dut1"}
    b = bench("ha-6.3-image", faults=[refusal])
    got = b.play({"load": download("Conductor"), "look": download(FIRST, fail_on_target=False)})
    nodes = nodes_of(got["load"])
    assert got["load"]["failed"] and "No space left" in got["load"]["msg"]
    assert nodes["t106-dut1"]["state"] == "failed" and not nodes["t106-dut1"]["accepted"]
    assert nodes["t106-dut2"]["state"] == "done" and got["load"]["changed"]
    assert not got["look"]["failed"] and not got["look"]["changed"]


def test_an_offline_conductor_imports_its_image_and_updates_its_installer_first(bench):
    b = bench("ha-6.3-image", releases=OFFLINE)
    path = f"/var/lib/128technology/iso/SSR-{TO}.iso"
    got = b.play(
        {
            "not offered": download(FIRST),
            "plan": download(FIRST, iso="hunt", keywords={"check_mode": True}),
            "no such image": download(FIRST, iso="/nowhere/x.iso"),
            "import": download(FIRST, iso=path, installation_service=True),
            "again": download(FIRST, iso=path),
        }
    )
    assert got["not offered"]["failed"] and "6.3.5" in got["not offered"]["msg"]
    assert got["plan"]["changed"] and got["plan"]["iso"] == "would be imported"
    assert got["no such image"]["failed"] and "No ISO found" in got["no such image"]["msg"]
    assert got["import"]["changed"] and got["import"]["totals"] == {"done": 1} and "success" in got["import"]["iso"]
    assert not got["again"]["changed"] and got["again"]["iso"] is None, "an image that is known is not imported again"
    events = [
        one["event"] for one in b.simulator.log if one["event"] in ("import_iso", "installation_service", "accepted")
    ]
    assert events == ["import_iso", "installation_service", "accepted"]


def test_bad_input_is_refused_in_a_sentence_before_anything_is_sent(bench):
    b = bench(AUTHORITY)
    cases = {
        "empty": (download(), "targets", ""),
        "unknown router": (download("hubb"), "hubb", "hub"),
        "unknown node": (download({"router": "hub", "node": "x"}), "'x'", "hub-1"),
        "number": (download(5), "targets", "text"),
        "not offered": (download("hub", version="6.3.4"), "6.3.4", "6.3.5-39"),
        "pipe": (download("hub", version="6.3.5|x"), "version", "accepted"),
        "iso": (download("hub", iso="/tmp/a b.iso"), "iso", "accepted"),
        "cohort": (download("hub", cohort_id="a b"), "cohort_id", "accepted"),
        "time": (download("hub", download_timeout="long"), "download_timeout", "int"),
    }
    got = b.play({name: one[0] for name, one in cases.items()})
    for name, (_task, field, accepted) in cases.items():
        assert got[name]["failed"] and not got[name].get("changed"), name
        assert field in got[name]["msg"] and accepted in got[name]["msg"], f"{name}: {got[name]['msg']}"
    assert downloads(b) == [] and not [one for one in b.sent if one.startswith("import")]
