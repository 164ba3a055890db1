# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks of users that import ours with ``vars``: these work like the same variables from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Bench, Run
from tests.integration.routers import NEW, OLD, PACE, authority, inventory, messages_of, router, verdicts

PLAYBOOKS = Path(__file__).resolve().parents[3] / "playbooks"
QUICK = {"router_upgrade_backup": False, "router_upgrade_checks": ["is_conductor"]}


def imported(bench: Bench, playbook: str, *arguments: str, given: dict | None = None, **variables: Any) -> Run:
    """Run a playbook of the user's that imports one of ours. ``given``: what the command line has beside it."""
    path = bench.folder / "site.yml"
    entry = {"import_playbook": str(PLAYBOOKS / f"{playbook}.yml"), "vars": {**QUICK, **variables}}
    path.write_text(json.dumps([entry]), encoding="utf-8")
    run = bench.run(path, *arguments, **{**PACE, "ssr_report_dir": str(bench.folder / "reports"), **(given or {})})
    assert bench.simulator.violations == []
    return run


def test_the_release_and_the_limits_of_an_import_are_those_of_the_run(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, one={}, two={})
    run = imported(b, "upgrade_routers", ssr_version="6.3.5", ssr_serial="2", router_upgrade_in_flight=1)
    assert run.code == 0 and verdicts(run) == {"one": "done", "two": "done"}, run.output
    planned, done = run.results("software_upgrade")
    for result in (planned, done):  # one batch
        assert "one-node" in result["msg"] and "two-node" in result["msg"]


def test_the_release_of_an_import_goes_before_that_of_a_host_and_an_extra_variable_before_both(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, one={"ssr_version": "6.3.5"}, two={"ssr_version": "6.3.0"})
    run = imported(b, "upgrade_routers", ssr_version="6.3.0")
    assert verdicts(run) == {"one": "up_to_date", "two": "up_to_date"} and b.upgrades() == [], run.output
    run = imported(b, "upgrade_routers", given={"ssr_version": "6.3.5"}, ssr_version="6.3.0")
    assert verdicts(run) == {"one": "done", "two": "done"}, run.output


def test_a_template_of_an_import_is_read_for_each_host(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, one={"release": "6.3.5", "place": "x"}, two={"release": "6.3.0", "place": "x"})
    variables = {"ssr_version": "{{ release }}", "ssr_exclusive_group": "{{ place }}"}
    run = imported(b, "upgrade_routers", **variables)
    assert verdicts(run) == {"one": "done", "two": "up_to_date"}, run.output
    assert b.truth("one-node")["version"] == NEW and b.truth("two-node")["version"] == OLD


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "ssr_version is not set."),
        ({"ssr_version": "six"}, "ssr_version: "),
        ({"ssr_version": "6.3.5", "router_upgrade_window_end": ""}, "router_upgrade_window_end is empty."),
        ({"ssr_version": "6.3.5", "router_upgrade_in_flight": "many"}, "router_upgrade_in_flight is 'many'"),
        (
            {"ssr_version": "6.3.5", "router_upgrade_version": "6.3.0"},
            "router_upgrade_version is 6.3.0, and ssr_version",
        ),
    ],
)
def test_a_mistake_in_a_variable_of_an_import_is_refused_before_anybody_logs_in(bench, variables, words):
    b = bench(authority(router("one")))
    inventory(b, one={})
    (message,) = imported(b, "upgrade_routers", **variables).failures
    assert words in message and message.endswith("Nothing was sent.")
    assert b.simulator.commands() == []


def test_the_plan_the_download_and_the_report_take_the_release_of_an_import(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, one={}, two={"ssr_version": "6.3.0"})
    plan = imported(b, "plan", ssr_version="6.3.5")
    assert plan.code == 0 and "one-node.one planned" in plan.results("software_upgrade")[0]["msg"], plan.output
    assert imported(b, "download", ssr_version="6.3.5").code == 0
    assert {name for name in ("one", "two") if f"router {name} " in " ".join(b.sent)} == {"one", "two"}
    (lines,) = messages_of(imported(b, "report", ssr_version="6.3.5"), "Show the state of the authority")
    assert "2 do not run 6.3.5: one-node.one, two-node.two." in " ".join(lines), lines


def test_the_batches_of_the_plan_have_the_names_of_routers_that_an_import_gives(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, store1={"site": "one"}, store2={"site": "two"})
    run = imported(b, "plan", ssr_version="6.3.5", ssr_router="{{ site }}", ssr_serial="1,100%")
    assert run.code == 0, run.output
    (lines,) = messages_of(run, "Show the batches of the upgrade")
    assert lines[0] == "batch 1: one, 1 with work; canary: one", lines


@pytest.mark.parametrize("playbook", ["upgrade_routers", "download", "revert_routers"])
def test_a_batch_that_is_not_begun_has_the_names_of_routers_that_an_import_gives(bench, playbook):
    b = bench(authority(router("one"), router("two")), faults=[{"type": "rbac_refusal", "form": "refused"}])
    inventory(b, store1={"site": "one"}, store2={"site": "two"})
    given = {"ssr_version": "6.3.0" if playbook == "revert_routers" else "6.3.5", "router_upgrade_checks": ["rights"]}
    run = imported(b, playbook, **given, ssr_router="{{ site }}", ssr_serial="100%")
    assert verdicts(run) == {"store1": "not_started", "store2": "not_started"}, run.output
    reasons = {result["router"]: result["reason"] for result in run.results("verdict")}
    assert set(reasons) == {"one", "two"} and all(
        "preparation of the batch" in reason for reason in reasons.values()
    ), reasons
    assert not [command for command in b.sent if " router " in command]


def test_the_next_run_is_limited_to_the_hosts_of_the_routers_that_failed_and_that_an_import_names(bench):
    b = bench(authority(router("one"), router("two")), faults=[{"type": "download_fails", "router": "two"}])
    inventory(b, store1={"site": "one"}, store2={"site": "two"})
    run = imported(b, "download", ssr_version="6.3.5", ssr_router="{{ site }}")
    assert verdicts(run) == {"store1": "done", "store2": "failed"}, run.output
    lines = messages_of(run, "Print the summary of the run")[-1]
    (following,) = (line for line in lines if line.startswith("next: "))
    assert following.endswith(" --limit store2"), lines


def test_the_report_compares_the_routers_that_an_import_names_with_the_releases_of_their_hosts(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, store1={"site": "one", "ssr_version": "6.3.5"}, store2={"site": "two"})
    run = imported(b, "report", given={"ssr_report_failure": False}, ssr_router="{{ site }}")
    (lines,) = messages_of(run, "Show the state of the authority")
    assert "1 does not run the release of their own host (6.3.5): one-node.one." in " ".join(lines), lines


def test_the_other_node_of_a_conductor_is_reached_by_the_variables_of_an_import(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    b.change_host("c1", ansible_port=1, ansible_user=None)
    b.change_host("c2", ansible_user=None)
    run = imported(b, "report", ansible_user="admin")
    assert run.code == 0 and b.simulator.commands("c2"), run.output


def test_the_release_of_an_import_is_that_of_both_conductor_nodes(bench):
    b = bench("ha-6.3-image")
    path = b.folder / "site.yml"
    entry = {"import_playbook": str(PLAYBOOKS / "upgrade_conductor.yml"), "vars": {"ssr_version": "6.3.5"}}
    path.write_text(json.dumps([entry]), encoding="utf-8")
    run = b.run(path)
    assert run.code == 0 and len(b.upgrades()) == 2, run.output


@pytest.mark.parametrize("version", ["6.3.4", ""])
def test_a_release_that_is_given_to_the_role_of_a_playbook_is_refused_by_name(bench, version):
    b = bench("ha-6.3-image")
    given = {"ssr_version": version} if version else {}
    (message,) = b.run("upgrade_conductor", conductor_upgrade_version="6.3.5", **given).failures
    assert "conductor_upgrade_version is 6.3.5, and ssr_version is" in message and message.endswith("Nothing was sent.")
    assert b.simulator.commands() == []
