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
    run = b.play(
        {
            "plan": download("Conductor", keywords={"check_mode": True}),
            "load": download("Conductor", cohort_id="day-1"),
            "again": download(FIRST),
            "check again": download(FIRST, keywords={"check_mode": True}),
            "runs": download("Conductor", version="6.3.0"),
            "info": task("software_info"),
        }
    )
    assert run["plan"]["changed"] and run["plan"]["totals"] == {"planned": 1} and run["plan"]["iso"] is None
    assert run["load"]["changed"] and run["load"]["totals"] == {"done": 1}, run["load"]["msg"]
    assert [node["state"] for node in nodes_of(run["load"]).values()] == ["done", "done"]
    for name in ("again", "check again"):
        assert not run[name]["changed"] and run[name]["totals"] == {"up_to_date": 1}, run[name]["msg"]
    assert not run["runs"]["changed"] and run["runs"]["totals"] == {"up_to_date": 1}
    assert any("6.3.5-39" in version for version in run["info"]["downloaded"])
    sent = downloads(b)
    assert [command.partition(" node ")[2].split()[0] for command in sent] == ["t106-dut1", "t106-dut2"]
    assert all(" cohort-id day-1 " in command and " force " in command for command in sent)
    assert {b.truth(node)["version"] for node in b.simulator.nodes} == {"6.3.0-107.r1.el7"}, "nothing that runs changes"
    assert TO in b.truth("t106-dut2")["downloaded"]


def test_below_6_3_each_node_loads_for_itself(bench):
    b = bench("ha-6.2-package")
    targets = [{"router": "RTR_EAST_CONDUCTOR", "node": f"conductor-east-{number}"} for number in (1, 2)]
    run = b.play(
        {
            "own": download(targets[0], installation_service=True),
            "other": download(targets[1]),
            "again": download(targets[0]),
        }
    )
    assert run["own"]["totals"] == {"done": 1}, run["own"]["msg"]
    assert "6.3" in nodes_of(run["own"])["conductor-east-1"]["warnings"][0], "there is no installer command below 6.3"
    assert run["other"]["failed"] and "session of its own" in run["other"]["msg"] and not run["other"]["changed"]
    assert not run["again"]["changed"]
    assert len(downloads(b)) == 1 and " node " not in downloads(b)[0]


def test_what_the_conductor_refuses_fails_with_its_words_and_the_next_node_is_still_served(bench):
    refusal = {"type": "request_refused_words", "command": "download", "text": "No space left", "node": "t106-dut1"}
    b = bench("ha-6.3-image", faults=[refusal])
    run = b.play({"load": download("Conductor"), "look": download(FIRST, fail_on_target=False)})
    nodes = nodes_of(run["load"])
    assert run["load"]["failed"] and "No space left" in run["load"]["msg"]
    assert nodes["t106-dut1"]["state"] == "failed" and not nodes["t106-dut1"]["accepted"]
    assert nodes["t106-dut2"]["state"] == "done" and run["load"]["changed"]
    assert not run["look"]["failed"] and not run["look"]["changed"]


def test_an_offline_conductor_imports_its_image_and_updates_its_installer_first(bench):
    b = bench("ha-6.3-image", releases=OFFLINE)
    path = f"/var/lib/128technology/iso/SSR-{TO}.iso"
    run = b.play(
        {
            "not offered": download(FIRST),
            "plan": download(FIRST, iso="hunt", keywords={"check_mode": True}),
            "no such image": download(FIRST, iso="/nowhere/x.iso"),
            "import": download(FIRST, iso=path, installation_service=True),
            "again": download(FIRST, iso=path),
        }
    )
    assert run["not offered"]["failed"] and "6.3.5" in run["not offered"]["msg"]
    assert run["plan"]["changed"] and run["plan"]["iso"] == "would be imported"
    assert run["no such image"]["failed"] and "No ISO found" in run["no such image"]["msg"]
    assert run["import"]["changed"] and run["import"]["totals"] == {"done": 1} and "success" in run["import"]["iso"]
    assert not run["again"]["changed"] and run["again"]["iso"] is None, "an image that is known is not imported again"
    events = [
        event["event"]
        for event in b.simulator.log
        if event["event"] in ("import_iso", "installation_service", "accepted")
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
    run = b.play({name: case[0] for name, case in cases.items()})
    for name, (_task, field, accepted) in cases.items():
        assert run[name]["failed"] and not run[name].get("changed"), name
        assert field in run[name]["msg"] and accepted in run[name]["msg"], f"{name}: {run[name]['msg']}"
    assert downloads(b) == [] and not [command for command in b.sent if command.startswith("import")]
