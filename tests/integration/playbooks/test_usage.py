# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible as people run it: mistyped variables, times, options of the command line, callbacks, limits of time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import ansible_runner
import pytest

from tests.integration.harness import Bench
from tests.integration.routers import PACE, authority, inventory, play, router, verdicts

QUICK = {"router_upgrade_backup": False, "router_upgrade_checks": ["is_conductor"]}
PLAYBOOKS = Path(__file__).resolve().parents[3] / "playbooks"


def site(bench: Bench, *plays: dict) -> Path:
    """A playbook of the user's own."""
    path = bench.folder / "site.yml"
    path.write_text(json.dumps(list(plays)), encoding="utf-8")
    return path


# -- variables --------------------------------------------------------------------------------------------------------


def test_mistyped_variables_are_refused_before_anybody_logs_in(bench):
    b = bench(authority(router("one")))
    inventory(b, one={"router_upgrade_windowend": "2030-01-01T05:00:00Z", "ssr_site": "Bern"})
    run = play(b, "upgrade_routers", router_upgrade_inflight=20)
    (message,) = run.failures
    assert "Did you mean router_upgrade_in_flight?" in message
    assert "Did you mean router_upgrade_window_end? It is a variable of one." in message and "ssr_site" not in message
    assert b.sent == []


def test_a_mistyped_variable_of_an_import_or_a_play_is_refused(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    imported = {
        "import_playbook": str(PLAYBOOKS / "upgrade_routers.yml"),
        "vars": {"router_upgrade_max_failure": 1},
    }
    own = {
        "hosts": "ssr_routers",
        "connection": "sessionsmart.ssr.pcli",
        "gather_facts": False,
        "vars": {"router_upgrade_max_failure": 1, "router_upgrade_version": "6.3.5"},
        "roles": [{"role": "sessionsmart.ssr.router_upgrade"}],
    }
    for content in (imported, own):
        run = play(b, site(b, content), **QUICK)
        assert "Did you mean router_upgrade_max_failures?" in " ".join(run.failures), run.output
        assert b.sent == []


# -- times ------------------------------------------------------------------------------------------------------------


def test_a_window_as_people_say_it_is_shown_in_full_in_the_plan_and_holds(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, one={}, two={})
    limits = {
        "router_upgrade_start_deadline": "+20h",
        "router_upgrade_window_end": "+1m",
        "ssr_time_zone": "Asia/Tokyo",
    }
    run = play(b, "upgrade_routers", **QUICK, **limits)
    first, last = run.results("software_upgrade")[0]["limits"], run.results("software_upgrade")[-1]["limits"]
    assert "(Asia/Tokyo), in 19 h 59 min" in first[0] and "+09:00 (Asia/Tokyo), in " in first[1]
    assert [line.partition(",")[0] for line in first] == [line.partition(",")[0] for line in last], "it must not slide"
    assert first[1] in run.output
    assert verdicts(run) == {"one": "not_started", "two": "not_started"} and b.upgrades() == []


def test_a_time_without_a_zone_is_refused_before_anybody_logs_in(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    (message,) = play(b, "upgrade_routers", router_upgrade_window_end="05:00").failures
    assert "router_upgrade_window_end is '05:00'" in message and "Set ssr_time_zone" in message
    assert b.sent == []


def test_the_end_of_a_window_is_given_to_a_check_as_to_the_run(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    time_left = {
        "name": "time_left",
        "window_end": "{{ router_upgrade_window_end }}",
        "time_zone": "{{ ssr_time_zone }}",
    }
    window = {"router_upgrade_window_end": "2030-11-24 04:00 Europe/Berlin", "ssr_time_zone": "Asia/Tokyo"}
    run = play(b, "plan", **QUICK, **window, router_upgrade_router_checks=[time_left])
    (checked,) = run.results("precheck")
    assert [check["state"] for check in checked["checks"]] == ["pass"], run.output
    assert "2030-11-24T12:00:00+09:00 (Asia/Tokyo)" in run.results("software_upgrade")[0]["limits"][0]


# -- options of the command line --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("playbook", "task"),
    [
        ("upgrade_routers", "plan_or_upgrade*"),
        ("upgrade_conductor", "Upgrade this conductor node"),  # its play would have no hosts, and the run succeed
        ("report", "no task is called like this"),
    ],
)
def test_a_start_at_a_later_task_does_nothing_and_is_no_success(bench, playbook, task):
    b = bench(authority(router("one")))
    inventory(b, one={})
    run = b.run(playbook, "--start-at-task", task, ssr_version="6.3.5")
    (sentence,) = run.output.strip().splitlines()  # and nothing of Ansible's about fields and filters
    assert run.code == 2 and f": --start-at-task '{task}' cannot be used" in f": {sentence.partition(' ')[2]}"
    assert sentence.endswith("Nothing was sent.") and b.sent == [] and run.records == []


# -- callbacks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("callback", ["minimal", "ansible.builtin.oneline"])
def test_progress_does_not_spoil_the_output_of_callbacks_for_programs(bench, callback):
    b = bench(authority(router("one")))
    inventory(b, one={})
    b.settings = {"ANSIBLE_STDOUT_CALLBACK": callback}
    command = b.command("upgrade_routers", **{**PACE, **QUICK, "ssr_version": "6.3.5"})
    done = subprocess.run(
        command, env=b.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=200
    )
    assert done.returncode == 0, done.stderr
    assert "sent: request system software upgrade" in done.stderr
    assert not [line for line in done.stdout.splitlines() if line.startswith("[c1]")]


@pytest.mark.parametrize("callback", [None, "minimal"])
def test_progress_is_an_event_of_ansible_runner(bench, callback, tmp_path):
    b = bench(authority(router("one")))
    inventory(b, one={})
    _program, *arguments = b.command("upgrade_routers", **{**PACE, **QUICK, "ssr_version": "6.3.5"})
    settings = {"ANSIBLE_STDOUT_CALLBACK": callback} if callback else {}
    runner = ansible_runner.run_command(
        "ansible-playbook",
        arguments,
        private_data_dir=str(tmp_path),
        envvars={**b.environment, **settings},
        quiet=True,
    )[2]
    assert runner == 0
    events = [json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.glob("artifacts/*/job_events/*.json")]
    progress = [event["stdout"] for event in events if event["event"] == "verbose"]
    assert any("sent: request system software upgrade" in text for text in progress)


# -- module_defaults --------------------------------------------------------------------------------------------------


def test_an_option_of_a_family_in_the_group_of_all_modules_says_where_it_belongs(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    content = {
        "hosts": "ssr_conductors[0]",
        "connection": "sessionsmart.ssr.pcli",
        "gather_facts": False,
        "module_defaults": {
            "group/sessionsmart.ssr.all": {"progress": False, "in_flight": 20},
            "group/sessionsmart.ssr.rollouts": {"in_flight": 20},
        },
        "tasks": [
            {"name": "List", "sessionsmart.ssr.assets_info": {}, "ignore_errors": True},
            {"name": "Give a verdict", "sessionsmart.ssr.verdict": {"results": ["x"]}, "ignore_errors": True},
        ],
    }
    run = b.run(site(b, content))
    for name in ("List", "Give a verdict"):
        assert "In module_defaults it belongs to group/sessionsmart.ssr.rollouts" in run[name]["msg"], run.output
    content["module_defaults"]["group/sessionsmart.ssr.all"] = {"progress": False}
    run = b.run(site(b, content))
    assert not run["List"]["failed"] and run["Give a verdict"]["state"] == "not_started", run.output


def test_an_unknown_option_of_a_task_is_told_with_the_nearest_and_nothing_of_defaults(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    content = {
        "hosts": "ssr_conductors[0]",
        "connection": "sessionsmart.ssr.pcli",
        "gather_facts": False,
        "module_defaults": {"group/sessionsmart.ssr.all": {"progress": False}},
        "tasks": [
            {
                "name": "Upgrade",
                "sessionsmart.ssr.software_upgrade": {"version": "6.3.5", "inflight": 20, "router": "one"},
                "ignore_errors": True,
            },
            {"name": "Give a verdict", "sessionsmart.ssr.verdict": {"result": ["x"]}, "ignore_errors": True},
        ],
    }
    run = b.run(site(b, content))
    assert "no option 'inflight'. Did you mean in_flight?" in run["Upgrade"]["msg"], run.output
    assert "no option 'router'. Did you mean targets?" in run["Upgrade"]["msg"]
    assert "no option 'result'. Did you mean results?" in run["Give a verdict"]["msg"], run.output
    assert "module_defaults" not in run["Upgrade"]["msg"] + run["Give a verdict"]["msg"]


# -- limits of time ---------------------------------------------------------------------------------------------------


def test_a_task_that_ansible_ends_says_that_the_upgrade_goes_on_and_keeps_what_was_sent(bench):
    slow = {"download": 60, "install": 100000, "restart": 60, "service_start": 30, "post_check": 30, "resync": 30}
    b = bench(authority(router("one"), router("two"), durations=slow))
    inventory(b, one={}, two={})
    b.settings = {"ANSIBLE_TASK_TIMEOUT": "15"}
    run = play(b, "upgrade_routers", **QUICK, router_upgrade_in_flight=1, ssr_serial="100%")
    assert run.code != 0 and "Ansible ended this task after 15 s" in run.output
    assert verdicts(run) == {"one": "unknown", "two": "not_started"}, run.output
    assert len(b.upgrades()) == 1
    assert "never begun, but a download was sent there: two." in run.output and "none has ended" not in run.output
    messages = {record["host"]: record["result"]["msg"] for record in run.records if "verdict" in record["action"]}
    assert all("run the same again" in message for message in messages.values()), messages


def test_a_task_that_ansible_ends_between_the_nodes_of_a_pair_leaves_no_router_that_is_done(bench):
    b = bench(authority(router("hub", "hub-a", "hub-b")))
    inventory(b, hub={})
    b.settings = {"ANSIBLE_TASK_TIMEOUT": "40"}
    run = play(b, "upgrade_routers", **QUICK, router_upgrade_pair_soak=600)
    assert len(b.upgrades()) == 1
    assert run.code == 2 and verdicts(run) == {"hub": "held"}, run.output
    assert "Ansible ended this task after 40 s" in run.output and "never begun" not in run.output


# -- exit codes, as docs/ci.md has them -------------------------------------------------------------------------------


def code_of(bench: Bench, playbook: str | Path, *extra: str, **variables) -> int:
    return bench.run(playbook, *extra, **{**PACE, **QUICK, "ssr_version": "6.3.5"} | variables).code


def test_exit_codes_of_runs_that_send_nothing_are_those_of_the_page(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    broken = b.folder / "broken.yml"
    broken.write_text("- hosts: [", encoding="utf-8")
    assert code_of(b, "upgrade_routers", "--limit", "nobody") == 1
    assert code_of(b, b.folder / "no-such-playbook.yml") == 1
    assert code_of(b, "upgrade_routers", ssr_serial="all") == 2
    assert code_of(b, "upgrade_routers", "--no-such-option") == 2
    assert code_of(b, broken) == 4
    b.inventory.write_text("all: [", encoding="utf-8")
    assert code_of(b, "upgrade_routers") == 2
    b.settings = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
    assert code_of(b, "upgrade_routers") == 1
    assert b.sent == []


def test_a_host_of_ones_own_tasks_that_cannot_be_reached_is_a_4_although_a_router_was_upgraded(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    contents = json.loads(b.inventory.read_text(encoding="utf-8"))
    dead = {"ansible_host": "127.0.0.1", "ansible_port": 9, "ansible_connection": "ssh"}
    contents["all"]["children"]["tools"] = {"hosts": {"monitoring": dead}}
    b.write_inventory(contents)
    hook = b.folder / "after.yml"
    task = {"name": "Close the window", "ansible.builtin.command": "true", "delegate_to": "monitoring"}
    hook.write_text(json.dumps([task]), encoding="utf-8")
    assert code_of(b, "upgrade_routers", router_upgrade_after=str(hook)) == 4
    assert len(b.upgrades()) == 1
