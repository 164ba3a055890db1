# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a conductor loses by its upgrade, through the real playbook: held, taken back by setting, or not compared."""

from __future__ import annotations

FIRST, SECOND = "t106-dut1", "t106-dut2"
FROM, TO = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"
#: Nothing but the comparison may find the fault.
OTHERS = ["all", "!pair_connected", "!critical_alarms"]


def lost(bench, checks=OTHERS, **variables):
    b = bench("ha-6.3-image", faults=[{"type": "pair_link_down", "node": FIRST, "when": "after_upgrade"}])
    run = b.run(
        "upgrade_conductor",
        ssr_version="6.3.5",
        conductor_upgrade_health_checks=checks,
        conductor_upgrade_compare_grace="0",
        # Without the comparison the pair that does not see itself stops the run, later.
        conductor_upgrade_settle_timeout=12,
        **variables,
    )
    return b, run


def test_a_loss_holds_before_the_second_node(bench):
    b, run = lost(bench)
    assert run.code != 0, run.output
    assert b.upgrades(SECOND) == [] and b.reverts() == []
    assert b.truth(FIRST)["version"] == TO
    assert any("has lost something" in failure and "connectivity" in failure for failure in run.failures), run.failures
    last = run.results("debug")[-1]["msg"]
    assert last[-2].startswith(f"file: backup {b.folder / 'backups'}") and last[-1].endswith("/journal"), last
    assert [line.split()[:2] for line in last[1:-2]] == [
        [f"{FIRST}.Conductor", "held"],
        [f"{SECOND}.Conductor", "not_started"],
        ["held:", f"{FIRST}.Conductor:"],
        ["next:", "fix"],
    ]
    assert any("It was not reverted: on_regression is hold" in failure for failure in run.failures), run.failures
    last = run.failures[-1]
    assert "compare_exclude or compare_thresholds. No other node is touched." in last, last
    assert "Commit nothing until they are alike" in last and last.count("run again") == 1, last


def test_a_failure_between_the_nodes_ends_with_the_same_table(bench):
    b, run = lost(bench, conductor_upgrade_compare=False)
    assert run.code != 0 and b.upgrades(SECOND) == [], run.output
    (failure,) = run.failures
    assert "pair_connected" in failure and f"Nothing was sent to {SECOND}." in failure and "run the same" in failure
    assert all(len(line) < 1000 for line in run.output.splitlines() if "FAILED! =>" in line), run.output
    last = run.results("debug")[-1]["msg"]
    assert last[-2].startswith(f"file: backup {b.folder / 'backups'}") and last[-1].endswith("/journal"), last
    assert [line.split()[:2] for line in last[1:-2]] == [
        [f"{FIRST}.Conductor", "done"],
        [f"{SECOND}.Conductor", "not_started"],
        ["not_started:", f"{SECOND}.Conductor:"],
        ["next:", "fix"],
    ]


def test_a_check_that_does_not_exist_stops_the_run_before_the_backup(bench):
    b = bench("ha-6.3-image")
    run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_health_checks=["pair_conected"])
    assert run.code != 0 and b.upgrades() == []
    assert any(
        "no check 'pair_conected'" in failure and failure.endswith("Nothing was sent.") for failure in run.failures
    )
    assert not run.results("config_export"), run.output


def test_by_setting_a_loss_takes_the_node_back_also_where_all_checks_run(bench):
    b, run = lost(bench, ["all"], conductor_upgrade_on_regression="revert")
    assert run.code != 0, run.output
    assert len(b.reverts(FIRST)) == 1 and b.truth(FIRST)["version"] == FROM
    assert b.upgrades(SECOND) == []
    assert any(
        all(words in failure for words in ("pair_connected", "has lost something", "Then reverted"))
        for failure in run.failures
    ), run.failures


def test_a_node_that_was_held_is_held_again_by_the_next_run(bench):
    b, _run = lost(bench)
    again = b.run(
        "upgrade_conductor",
        ssr_version="6.3.5",
        conductor_upgrade_checks=OTHERS,
        conductor_upgrade_health_checks=OTHERS,
        conductor_upgrade_compare_grace="0",
        conductor_upgrade_settle_timeout=12,
    )
    assert again.code != 0 and b.upgrades(SECOND) == [], again.output
    assert any("has lost something" in failure for failure in again.failures), again.output


def test_what_is_excluded_by_name_or_not_compared_is_no_loss(bench):
    _b, run = lost(bench, conductor_upgrade_compare_exclude=["connectivity:", "No connectivity"])
    assert any(check["name"] == "comparison" for check in run.results("software_upgrade")[0]["checks"])
    assert not any("has lost something" in failure for failure in run.failures), run.failures
    _b, run = lost(bench, conductor_upgrade_compare=False)
    assert not any(check["name"] == "comparison" for check in run.results("software_upgrade")[0]["checks"])
    assert not any("has lost something" in failure for failure in run.failures), run.failures
