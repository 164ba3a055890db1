# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module software_info: what runs, what is newer, and the one release that a requested version stands for."""

from __future__ import annotations

from tests.integration.harness import task

BUILDS = [
    {"name": "6.3.0-107.r1.el7"},
    {"name": "6.3.5-37.r1.el7"},
    {"name": "6.3.5-39.r1.el7"},
    {"name": "6.3.50-1.r1.el7"},
]


def test_what_runs_and_what_is_newer(bench):
    b = bench("ha-6.3-image")
    latest = bench("standalone-6.3", releases=[{"name": "6.3.0-107.r1.el7"}]).simulator
    b.hosts({"new": b.simulator, "latest": latest, "old": bench("ha-6.2-package").simulator})
    run = b.play({"info": task("software_info"), "check mode": task("software_info", check_mode=True)}, hosts="all")
    new, old = run["info", "new"], run["info", "old"]
    assert {key: new[key] for key in ("router", "node", "running", "release", "install_type")} == {
        "router": "Conductor",
        "node": "t106-dut1",
        "running": "SSR-6.3.0-107.r1.el7",
        "release": "6.3.0",
        "install_type": "image",
    }
    assert new["msg"].startswith("t106-dut1 runs 6.3.0-107.r1; newer: ") and "SSR-" not in new["msg"], new["msg"]
    assert new["nodes"] == ["t106-dut1", "t106-dut2"] and new["peer_versions"] == {"t106-dut2": "6.3.0-107.r1.el7"}
    assert new["upgrade_available"] and len(new["newer"]) == 2 and new["downloaded"] == []
    assert not run["info", "latest"]["upgrade_available"] and run["info", "latest"]["newer"] == []
    assert new["assets_count"] and not old["assets_count"], "below 6.3 assets do not count between two nodes"
    assert "6.2.5-5.r2.el7" in old["running"] and old["upgrade_available"]
    assert "wanted" not in new and not new["changed"]
    assert {**new, "msg": ""} == {**run["check mode", "new"], "msg": ""}


def test_a_requested_version_stands_for_one_release_or_is_refused_with_what_is_offered(bench):
    b = bench("ha-6.3-image", releases=BUILDS)
    run = b.play(
        {
            "several": task("software_info", {"version": "6.3.5"}),
            "newest": task("software_info", {"version": "6.3.5", "several_builds": "newest"}),
            "one": task("software_info", {"version": "6.3.5-37"}),
            "running": task("software_info", {"version": "6.3.0"}),
            "unknown": task("software_info", {"version": "6.3.6"}),
            "blank": task("software_info", {"version": "6.3.5 | grep x"}),
            "word": task("software_info", {"version": "latest"}),
            "rule": task("software_info", {"version": "6.3.5", "several_builds": "oldest"}),
        }
    )
    assert run["several"]["failed"]
    assert "6.3.5-37" in run["several"]["msg"] and "6.3.5-39" in run["several"]["msg"]
    assert "6.3.50" not in run["several"]["msg"]
    assert "6.3.5-39" in run["newest"]["wanted"] and not run["newest"]["up_to_date"]
    assert "6.3.5-37" in run["one"]["wanted"]
    assert run["running"]["up_to_date"] and run["running"]["wanted"] == run["running"]["running"]
    assert run["unknown"]["failed"] and "6.3.6" in run["unknown"]["msg"] and "6.3.5-39" in run["unknown"]["msg"]
    for name in ("blank", "word"):
        assert run[name]["failed"] and "version" in run[name]["msg"] and "6.3.5" in run[name]["msg"], run[name]["msg"]
    assert run["rule"]["failed"] and "several_builds" in run["rule"]["msg"] and "refuse" in run["rule"]["msg"]
    assert b.sent == []
