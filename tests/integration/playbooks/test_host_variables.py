# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of router hosts: a release of their own is honoured, and what a batch has in common must be the same."""

from __future__ import annotations

import json

import pytest

from tests.integration.fleet import requests, running
from tests.integration.routers import OLD, PACE, authority, inventory, messages_of, play, router, verdicts

ONE_BATCH = {"ssr_serial": "100%", "router_upgrade_backup": False, "router_upgrade_checks": ["is_conductor"]}


def set_for(bench, group, **variables):
    """Give a group of the inventory these variables."""
    contents = json.loads(bench.inventory.read_text(encoding="utf-8"))
    contents["all"]["children"][group].setdefault("vars", {}).update(variables)
    bench.write_inventory(contents)


def without_release(bench, playbook, **more):
    """Run a playbook whose release is in the inventory and not on the command line."""
    reports = str(bench.folder / "reports")
    run = bench.run(playbook, **{**PACE, "ssr_report_dir": reports, **more})
    assert bench.simulator.violations == []
    return run.assert_clean(*bench.secrets)


@pytest.mark.parametrize("held", ["one", "two"])
def test_a_router_that_its_host_holds_back_is_not_upgraded_wherever_it_stands_in_its_batch(bench, held):
    b = bench(authority(router("one"), router("two"), router("three")), speedup=300)
    hosts = {name: {"ssr_version": OLD if name == held else "6.3.5"} for name in ("one", "two", "three")}
    inventory(b, **hosts)
    run = without_release(b, "upgrade_routers", **ONE_BATCH)
    assert run.code == 0, run.output
    ended = verdicts(run)
    assert ended.pop(held) == "up_to_date" and set(ended.values()) == {"done"}
    assert requests(b, held) == []
    assert {version for node_id, version in running(b).items() if node_id.endswith(f".{held}")} == {OLD}
    (lines,) = messages_of(run, "Show the plan")
    assert ["6.3.0-107.r1 " in line for line in lines if line.startswith(f"{held} ")] == [True]


def test_what_differs_between_the_hosts_of_a_run_is_refused_with_names_and_values_before_anybody_logs_in(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, one={"router_upgrade_revert": False}, two={"ssr_site": "berlin", "ssr_wave": 2})
    for playbook in ("upgrade_routers", "download", "revert_routers", "plan"):
        run = play(b, playbook)
        assert run.code != 0
        assert (
            "router_upgrade_revert differs between the routers of this run: false for one; not set for two."
            in (run.failures[0])
        )
        assert "ssr_site" not in run.failures[0]
    assert b.simulator.commands() == []


@pytest.mark.parametrize(
    "name", ["router_upgrade_window_end", "router_upgrade_start_deadline", "ssr_max_fail_percentage"]
)
def test_a_limit_that_came_out_empty_is_refused_before_anybody_logs_in(bench, name):
    b = bench(authority(router("one")))
    inventory(b)
    run = play(b, "upgrade_routers", **{name: ""})
    assert run.code != 0 and f"{name} is empty" in run.failures[0]
    assert b.simulator.commands() == []


def test_batches_of_the_inventory_count_in_the_plan_and_in_the_run(bench):
    b = bench(authority(router("one"), router("two")), speedup=300)
    inventory(b, one={}, two={})
    set_for(b, "ssr_routers", ssr_serial="100%")
    (planned,) = messages_of(play(b, "plan"), "Show the batches of the upgrade")
    settings = {name: value for name, value in ONE_BATCH.items() if name != "ssr_serial"}
    run = play(b, "upgrade_routers", **settings)
    assert run.code == 0 and set(verdicts(run).values()) == {"done"}, run.output
    assert [len(planned), len(run.results("software_upgrade", "one"))] == [1, 2]  # its plan, and the upgrade of both
    assert not run.results("software_upgrade", "two")


def test_what_is_set_for_the_group_that_does_not_read_it_is_refused_before_anybody_logs_in(bench):
    b = bench(authority(router("one")))
    inventory(b, one={"conductor_upgrade_revert": False})
    set_for(b, "ssr_conductors", router_upgrade_in_flight=2, ssr_serial="1")
    run = play(b, "upgrade_routers")
    assert run.code != 0
    for name in ("conductor_upgrade_revert", "router_upgrade_in_flight", "ssr_serial"):
        assert f"{name} is set for " in run.failures[0]
    assert "conductor_upgrade_revert is set for one, where nothing reads it." in run.failures[0]
    assert b.simulator.commands() == []


def test_the_release_of_a_conductor_may_stand_in_its_group_and_must_be_the_same_for_its_nodes(bench):
    b = bench("ha-6.3-image")
    set_for(b, "ssr_conductors", ssr_version="6.3.5")
    run = b.run("upgrade_conductor", "--check")
    assert run.code == 0, run.output
    contents = json.loads(b.inventory.read_text(encoding="utf-8"))
    own = {"ssr_version": "6.3.0", "conductor_upgrade_skip_pre_check": True}
    contents["all"]["children"]["ssr_conductors"]["hosts"]["t106-dut2"] |= own
    b.write_inventory(contents)
    sent = len(b.simulator.commands())
    run = b.run("upgrade_conductor", "--check")
    assert run.code != 0 and len(b.simulator.commands()) == sent
    for sentence in (
        "ssr_version differs between the conductor nodes of this run: 6.3.5 for t106-dut1; 6.3.0 for t106-dut2.",
        "conductor_upgrade_skip_pre_check differs between the conductor nodes of this run: not set for t106-dut1; ",
    ):
        assert sentence in run.failures[0]
