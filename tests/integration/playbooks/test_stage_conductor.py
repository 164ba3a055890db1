# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook stage_conductor: by day the release is brought to both nodes, and nothing that runs changes."""

from __future__ import annotations

import pytest

TO = "6.3.5-39.r1.el7"


@pytest.mark.parametrize("scenario", ["ha-6.3-image", "ha-6.2-package"])
def test_the_release_is_brought_to_both_nodes_once(bench, scenario):
    b = bench(scenario)
    nodes = list(b.simulator.nodes)
    before = [b.truth(node)["version"] for node in nodes]
    run = b.run("stage_conductor", ssr_version="6.3.5").assert_clean(*b.secrets)
    assert run.code == 0, run.output
    assert [b.truth(node)["downloaded"] for node in nodes] == [[TO], [TO]]
    assert [b.truth(node)["version"] for node in nodes] == before and b.upgrades() == []
    again = b.run("stage_conductor", ssr_version="6.3.5")
    assert again.code == 0 and not any(result["changed"] for result in again.results("software_download"))
    assert len(b.simulator.commands(startswith="request system software download ")) == 2 + _usages(b)


def _usages(b):
    asked = b.simulator.commands(startswith="request system software download ")
    return len([command for command in asked if " version " not in command])


def test_check_mode_says_what_would_be_loaded(bench):
    b = bench("ha-6.3-image")
    run = b.run("stage_conductor", "--check", ssr_version="6.3.5").assert_clean(*b.secrets)
    assert run.code == 0 and run.output.count("PLANNED") == 2, run.output
    assert not any(b.truth(node)["downloaded"] for node in b.simulator.nodes)


def test_an_offline_pair_imports_the_image_on_both_nodes_and_updates_both_installers(bench):
    b = bench("ha-6.3-image", releases=[{"name": "6.3.0-107.r1.el7"}, {"name": TO, "available": False}])
    run = b.run(
        "stage_conductor",
        ssr_version="6.3.5",
        conductor_upgrade_iso="hunt",
        conductor_upgrade_installation_service=True,
    ).assert_clean(*b.secrets)
    assert run.code == 0, run.output
    updated = [node for event in b.simulator.log if event["event"] == "installation_service" for node in event["nodes"]]
    assert sorted(updated) == [f"{node}.Conductor" for node in b.simulator.nodes]
    assert all(b.truth(node)["downloaded"] == [TO] for node in b.simulator.nodes)


@pytest.mark.parametrize(
    "fault", [{"type": "rbac_refusal", "form": "refused"}, {"type": "download_fails"}], ids=["rights", "download"]
)
def test_what_fails_says_so_in_a_sentence(bench, fault):
    b = bench("standalone-6.3", faults=[fault])
    run = b.run("stage_conductor", ssr_version="6.3.5").assert_clean(*b.secrets)
    assert run.code != 0 and len(run.failures) == 1, run.output
    (fatal,) = [line for line in run.output.splitlines() if "FAILED! =>" in line]
    assert len(fatal) < 1000, fatal


def last_screen(run):
    return run.results("debug")[-1]["msg"]


def test_a_download_that_fails_has_a_row_a_reason_and_what_to_type_and_reads_as_no_upgrade(bench):
    b = bench("ha-6.3-image", faults=[{"type": "download_fails", "node": "t106-dut1", "text": "No space left"}])
    run = b.run("stage_conductor", ssr_version="6.3.5").assert_clean(*b.secrets)
    assert run.code == 2, run.output
    head, *rows, why, step, _journal = last_screen(run)
    assert head.split() == ["NODE", "STATE", "RUNS", "DOWNLOAD", "TOOK"], run.output
    assert [row.split()[:4] for row in rows] == [
        ["t106-dut1.Conductor", "failed", "6.3.0-107.r1", "6.3.5-39.r1"],
        ["t106-dut2.Conductor", "done", "6.3.0-107.r1", "6.3.5-39.r1"],
    ]
    assert why.startswith("failed: t106-dut1.Conductor: ") and "No space left" in why
    assert step.startswith("next: ") and step.endswith("stage_conductor.yml \u2026")
    assert "FAILED (" not in run.output


def test_nodes_that_are_both_down_have_a_row_with_the_release_and_say_why(bench):
    b = bench("ha-6.3-image")
    inventory = b.simulator.inventory()
    for host in inventory["all"]["children"]["ssr_conductors"]["hosts"].values():
        host["ansible_port"] = 1
    b.write_inventory(inventory)
    run = b.run("stage_conductor", ssr_version="6.3.5").assert_clean(*b.secrets)
    lines = last_screen(run)
    assert [line.split() for line in lines[1:3]] == [
        [node, "not_started", "-", "6.3.5", "-"] for node in ("t106-dut1", "t106-dut2")
    ], run.output
    assert any(line.startswith("not_started: t106-dut1") and "Connection refused" in line for line in lines), lines
    assert any(line.startswith("next: ") for line in lines) and lines[-1] == "Nothing was sent to any conductor node."


@pytest.mark.parametrize(("version", "word"), [("6.3.99", "offer"), ("", "ssr_version")])
def test_a_version_that_cannot_work_is_refused(bench, version, word):
    b = bench("standalone-6.3")
    run = b.run("stage_conductor", ssr_version=version).assert_clean(*b.secrets)
    assert run.code != 0 and any(word in failure for failure in run.failures), run.failures
    assert not [command for command in b.sent if " version " in command]
