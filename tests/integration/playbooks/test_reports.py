# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run through the real playbooks: complete, true, and one for all of its tasks."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.integration.routers import OLD, authority, inventory, play, router, verdicts
from tests.integration.run_reports import read_run

#: Long enough for each of them to be seen, at the pace of a test.
LONG = {"download": 150, "install": 150, "restart": 300, "service_start": 60, "post_check": 60, "resync": 60}


def assert_in_order(node: dict[str, Any]) -> None:
    """The phases of a node follow each other, and none is open once the run is over."""
    phases = node["phases"]
    assert all(phase["from"] <= phase["to"] for phase in phases), phases
    assert all(one["to"] <= two["from"] for one, two in pairwise(phases)), phases


def test_a_bad_night_of_three_routers_in_two_batches(bench):
    b = bench(
        authority(router("canary"), router("pair", "pair-a", "pair-b"), router("Sick"), durations=LONG),
        faults=[{"type": "health_check_fails", "node": "Sick-node"}],
    )
    inventory(b, canary={}, main_hub={"ssr_router": "pair"}, Sick={})
    run = play(b, "upgrade_routers", ssr_serial="1,100%", ssr_backup_dir=str(b.folder / "backups"))
    folder, report = read_run(b)
    routers = {entry["router"]: entry for entry in report["routers"]}
    hosts = {entry["host"]: entry["state"] for entry in report["routers"]}
    assert run.code == 2 and hosts == verdicts(run) == {"canary": "done", "main-hub": "done", "Sick": "reverted"}
    assert report["totals"] == {"reverted": 1, "done": 2} and report["run"]["ok"] is False
    assert (report["run"]["state"], report["run"]["refresh"], report["run"]["operation"]) == ("ended", 0, "upgrade")
    assert [batch["routers"] for batch in report["batches"]] == [["canary"], ["pair", "Sick"]]
    assert all(batch["began"] <= batch["ended"] for batch in report["batches"])
    for node in (node for entry in report["routers"] for node in entry["nodes"]):
        assert_in_order(node)
    seen = {phase["phase"] for entry in report["routers"] for node in entry["nodes"] for phase in node["phases"]}
    assert {"waiting", "upgrade", "away", "settle", "health", "compare", "revert"} <= seen, seen
    assert "revert" in {phase["phase"] for phase in routers["Sick"]["nodes"][0]["phases"]}
    assert {node["running_version"] for node in routers["pair"]["nodes"]} == {"6.3.5-39.r1"}
    backup = report["backup"]
    assert backup["made"] and hashlib.sha256(Path(backup["path"]).read_bytes()).hexdigest() == backup["sha256"]
    assert {check["target"] for check in report["checks"]} >= {"c1.Conductor", "pair", "Sick"}
    (line,) = report["attention"]
    case = json.loads((folder / line["case"]).read_text(encoding="utf-8"))
    assert case["verdict"]["state"] == "reverted" and case["verdict"]["controller_time"]
    assert any("upgrade" in answer["command"] for answer in case["answers"])
    assert "--limit" in report["run"]["next_command"] and "Sick" in report["run"]["next_command"]
    assert sorted(path.name for path in folder.glob("case-*")) == [line["case"], line["case"].replace(".json", ".md")]
    index = json.loads((folder.parent / "index.json").read_text(encoding="utf-8"))
    assert [(line["folder"], line["state"], line["totals"]) for line in index["runs"]] == [
        (folder.name, "ended", report["totals"])
    ]


def test_the_conductor_and_the_routers_of_an_authority_are_one_report(bench):
    b = bench(authority(router("one"), router("other"), version=OLD))
    inventory(b)
    run = play(b, "upgrade_authority", ssr_serial="100%")
    assert run.code == 0, run.output
    _folder, report = read_run(b)
    conductor, *routers = report["routers"]
    assert conductor["conductor"] and conductor["state"] == "done"
    assert {(node["node"], node["state"], node["running_version"]) for node in conductor["nodes"]} == {
        ("c1", "done", "6.3.5-39.r1"),
        ("c2", "done", "6.3.5-39.r1"),
    }
    for node in conductor["nodes"]:
        assert_in_order(node)
        assert {"upgrade", "away", "settle"} & {phase["phase"] for phase in node["phases"]}, node
    assert [entry["state"] for entry in routers] == ["done", "done"] and report["totals"] == {"done": 2}
    assert report["run"]["state"] == "ended" and report["run"]["ok"] and report["run"]["commit_allowed"]
    assert report["attention"] == [] and report["run"]["next_command"] is None


def test_a_dry_run_writes_no_report(bench):
    b = bench(authority(router("one")))
    inventory(b)
    assert play(b, "upgrade_routers", "--check").code == 0
    assert not list((b.folder / "reports").glob("*/report.*"))
