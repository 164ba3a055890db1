# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module assets_info: both generations of 'show assets', details, and the list that outlives a run."""

from __future__ import annotations

import json

from tests.integration.harness import task


def test_both_generations_are_told_in_the_same_words(bench):
    b = bench("ha-6.3-image")
    old = bench("ha-6.2-package").simulator
    b.hosts({"new": b.simulator, "old": old})
    run = b.play({"all": task("assets_info"), "check mode": task("assets_info", check_mode=True)}, hosts="all")
    new, old = run["all", "new"], run["all", "old"]
    assert new["msg"] == "10 nodes: 1 disconnected, 9 synchronized" == run["check mode", "new"]["msg"]
    assert (new["router"], new["node"]) == ("Conductor", "t106-dut1")
    own = new["assets"][0]
    assert (own["version"], own["install_type"], own["state"]) == ("6.3.0-107.r1.el7", "image", "synchronized")
    assert own["errors"] == 0 and own["time_in_status"] > 2000
    assert "b4.branch4" not in new["settled"] and len(new["settled"]) == 9 and new["baseline"] == new["settled"]
    assert (old["router"], old["node"]) == ("RTR_EAST_CONDUCTOR", "conductor-east-1")
    assert {asset["status"].lower() for asset in old["assets"]} == {"running"}
    assert {asset["state"] for asset in old["assets"]} == {"synchronized"}, "Running is the old word for it"
    assert {asset["install_type"] for asset in old["assets"]} == {None}
    assert not any(result["changed"] for result in (new, old))


def test_details_are_asked_only_of_the_routers_that_are_named_and_reachable(bench):
    b = bench("ha-6.3-image")
    run = b.play(
        {
            "details": task("assets_info", {"routers": ["RTR_EAST_COMBO", "branch4"], "details": True}),
            "typo": task("assets_info", {"routers": ["RTR_EAST_CMBO"]}),
            "number": task("assets_info", {"routers": "branch1", "details": "perhaps"}),
        }
    )
    first, second, dead = run["details"]["assets"]
    assert (first["node"], second["node"], dead["node"]) == ("combo-east-1", "combo-east-2", "b4")
    assert (first["service"], first["conductor_connectivity"], first["peer_connectivity"]) == (
        "running",
        "connected",
        "connected",
    )
    assert dead["service"] is None, "an asset that is away is not asked"
    asked = b.simulator.commands(startswith="show assets ")
    assert asked == ["show assets t212-dut3.novalocal", "show assets t212-dut4.novalocal"]
    assert run["typo"]["failed"] and "RTR_EAST_CMBO" in run["typo"]["msg"]
    assert run["number"]["failed"] and "details" in run["number"]["msg"]
    assert b.sent == []


def test_a_baseline_remembers_what_was_settled_until_it_is_forgotten(bench):
    b = bench("standalone-6.3")
    kept, broken = b.folder / "journal" / "settled.json", b.folder / "broken.json"
    broken.write_text("{", encoding="utf-8")
    args = {"baseline": str(kept)}
    first = b.play({"look": task("assets_info", args, check_mode=True)})
    assert not kept.exists(), "check mode writes nothing"
    b.play({"remember": task("assets_info", args)})
    assert kept.stat().st_mode & 0o777 == 0o600 and kept.parent.stat().st_mode & 0o777 == 0o700
    assert json.loads(kept.read_text()) == first["look"]["settled"]
    kept.write_text(json.dumps(["an-asset-of-before"]), encoding="utf-8")
    run = b.play(
        {
            "add": task("assets_info", args),
            "look": task("assets_info", {**args, "forget_baseline": True}, check_mode=True),
            "forget": task("assets_info", {**args, "forget_baseline": True}),
            "again": task("assets_info", {**args, "forget_baseline": True}),
            "broken": task("assets_info", {"baseline": str(broken)}),
        }
    )
    assert run["add"]["baseline"] == sorted(["an-asset-of-before", *run["add"]["settled"]])
    assert run["look"]["baseline"] == run["forget"]["baseline"] == run["add"]["baseline"]
    assert not kept.exists() and run["again"]["baseline"] == run["again"]["settled"]
    assert run["broken"]["failed"] and str(broken) in run["broken"]["msg"] and "baseline" in run["broken"]["msg"]


def test_a_list_that_cannot_be_read_is_that_of_the_web_api_and_the_run_says_so(bench):
    fault = {"type": "strange_line", "command": "show assets", "text": "1 asset could not be read"}
    b = bench("ha-6.3-image", faults=[fault], api={"enabled": True})
    run = b.play({"api": task("assets_info"), "off": {**task("assets_info"), "vars": {"ansible_pcli_api": "off"}}})
    assert run["api"]["msg"] == "10 nodes: 1 disconnected, 9 synchronized"
    assert "Until it can be, the list of assets of the web API counts." in run.output
    assert run["off"]["failed"] and "switched off (ansible_pcli_api)" in run["off"]["msg"]
