# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing around a run comes between an upgrade and its verdict: settings of Ansible, folders, tasks of others."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.harness import Bench, Run
from tests.integration.routers import (
    NEW,
    OLD,
    PACE,
    authority,
    failed_hosts,
    inventory,
    messages_of,
    play,
    reports,
    router,
    verdicts,
)

QUICK = {"router_upgrade_backup": False, "router_upgrade_checks": ["is_conductor"]}
#: The canary is bad, before and after its revert, so that no other router may begin.
BAD = [{"type": "service_down_after_upgrade", "router": "one"}]


def tasks(bench: Bench, name: str, *contents: dict) -> str:
    """A file of tasks of the user's own."""
    path = bench.folder / name
    path.write_text(json.dumps(list(contents)), encoding="utf-8")
    return str(path)


def with_dead_host(bench: Bench) -> None:
    """A host of the user's in the inventory that nobody can reach."""
    contents = json.loads(bench.inventory.read_text(encoding="utf-8"))
    dead = {"ansible_host": "127.0.0.1", "ansible_port": 9, "ansible_connection": "ssh"}
    contents["all"]["children"]["tools"] = {"hosts": {"monitoring": dead}}
    bench.write_inventory(contents)


def dead_task(when: str) -> dict:
    """A task that is delegated to a host that nobody can reach while the batch is such."""
    return {
        "name": "Open the window in the monitoring",
        "ansible.builtin.command": "true",
        "delegate_to": "monitoring",
        "changed_when": True,
        "when": when,
    }


def run_of(bench: Bench, playbook: str, *extra: str, **variables) -> Run:
    """A run in which a host of the user's may be unreachable."""
    report_dir = str(bench.folder / "reports")
    return bench.run(
        playbook, *extra, **{**PACE, **QUICK, "ssr_version": "6.3.5", "ssr_report_dir": report_dir} | variables
    )


# -- settings of Ansible ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {"ANSIBLE_BECOME": "true", "ANSIBLE_BECOME_EXE": "/no/such/sudo"},
        {"ANSIBLE_REMOTE_TMP": "/proc/nowhere", "ANSIBLE_LOCAL_TEMP": "/tmp"},
    ],
    ids=["become without sudo", "a home that cannot be written"],
)
def test_settings_of_ansible_do_not_come_between_a_bad_canary_and_its_verdict(bench, settings):
    b = bench(authority(router("one"), router("two")), faults=BAD)
    inventory(b, one={}, two={})
    b.settings = settings
    run = play(b, "upgrade_routers", ssr_serial="1,100%", **QUICK)
    assert run.code != 0 and verdicts(run) == {"one": "failed"}, run.output
    assert b.upgrades("two-node") == [] and len(b.upgrades()) == 1
    assert [report["by_router"]["one"]["state"] for report in reports(b)] == ["failed"]


def test_a_connection_from_an_extra_variable_does_not_keep_a_report_from_being_written(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    run = play(b, "upgrade_routers", ansible_connection="sessionsmart.ssr.pcli", **QUICK)
    assert run.code == 0 and verdicts(run) == {"one": "done"}, run.output
    assert len(reports(b)) == 1


def test_a_report_that_cannot_be_written_is_a_warning_and_the_verdicts_follow(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, one={}, two={})
    # At the beginning it can be written: what cannot is refused before anything is sent.
    spoil = {
        "name": "Spoil the folder of the reports",
        "ansible.builtin.shell": "rm -r reports && touch reports",
        "args": {"chdir": str(b.folder)},
        "delegate_to": "localhost",
        "connection": "ansible.builtin.local",
    }
    run = play(b, "upgrade_routers", ssr_serial="100%", router_upgrade_before=tasks(b, "hook.yml", spoil), **QUICK)
    assert run.code == 0 and verdicts(run) == {"one": "done", "two": "done"}, run.output
    written = run.results("report_file")
    assert all("cannot be written" in result["msg"] and "ssr_report_dir" in result["msg"] for result in written)
    assert len(written) == 1 and "cannot be written" in " ".join(run.output.split())


# -- tasks of the user's own ------------------------------------------------------------------------------------------


def test_own_tasks_before_a_batch_that_fail_are_named_and_every_host_gets_its_verdict(bench):
    b = bench(authority(router("one"), router("two"), router("three")))
    inventory(b, one={}, two={}, three={})
    hook = tasks(b, "hook.yml", {"name": "Ask for a sign-off", "ansible.builtin.fail": {"msg": "no sign-off"}})
    run = play(b, "upgrade_routers", ssr_serial="2", router_upgrade_before=hook, **QUICK)
    assert run.code != 0 and b.upgrades() == []
    assert verdicts(run) == {"one": "not_started", "two": "not_started"}, run.output
    words = next(message for message in run.failures if "router_upgrade_before" in message)
    assert "Ask for a sign-off" in words and "no sign-off" in words and "Nothing was sent" in words


def test_own_tasks_that_ansible_cannot_load_are_refused_before_anything_is_sent(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    hook = tasks(b, "hook.yml", {"name": "Tell the others", "community.nosuch.module": {}})
    run = play(b, "upgrade_routers", router_upgrade_after=hook, **QUICK)
    assert run.code == 2 and b.sent == [], run.output
    (words,) = run.failures
    assert "router_upgrade_after" in words and "'Tell the others'" in words and "community.nosuch.module" in words


def test_own_tasks_before_a_batch_that_meet_a_dead_host_let_no_router_begin(bench):
    b = bench(authority(router("one"), router("two"), router("three")))
    inventory(b, one={}, two={}, three={})
    with_dead_host(b)
    hook = tasks(b, "hook.yml", dead_task("ansible_play_batch[0] == 'one'"))
    for serial in ("1,100%", "2"):
        run = run_of(b, "upgrade_routers", ssr_serial=serial, router_upgrade_before=hook)
        assert run.code != 0 and b.upgrades() == [], run.output
        assert "monitoring" in run.output and run.unreachable
        if serial != "2":
            (words,) = messages_of(run, "what happens if this batch of one host cannot go on")
            assert "router_upgrade_before" in words and "nothing was sent to one" in words
    assert verdicts(run) == {"two": "not_started"}
    assert any("router_upgrade_before" in message for message in run.failures)


@pytest.mark.parametrize("way", ["fails", "dead"])
def test_own_tasks_after_a_batch_come_after_its_verdicts_and_stop_the_next_one(bench, way):
    b = bench(authority(router("one"), router("two"), router("three")))
    inventory(b, one={}, two={}, three={})
    with_dead_host(b)
    task = {"name": "Close the window", "ansible.builtin.fail": {"msg": "it is open"}}
    hook = tasks(b, "hook.yml", task if way == "fails" else dead_task("true"))
    run = run_of(b, "upgrade_routers", ssr_serial="2", router_upgrade_after=hook)
    assert run.code != 0, run.output
    ends = verdicts(run)
    assert ends.pop("three", "not_started") == "not_started" and ends == {"one": "done", "two": "done"}, run.output
    assert b.truth("two-node")["version"] == NEW and b.upgrades("three-node") == []
    assert len(b.upgrades()) == 2 and len(reports(b)) == 1
    why = messages_of(run, "Explain why this batch does not begin")
    assert len(why) == 1 and "router_upgrade_after" in why[0] and "batch that begins with one" in why[0]


def test_own_tasks_after_a_batch_run_for_all_of_its_hosts_also_where_the_first_one_failed(bench):
    b = bench(authority(router("one"), router("two")), faults=BAD)
    inventory(b, one={}, two={})
    say = {"name": "Say who", "ansible.builtin.debug": {"msg": "after {{ inventory_hostname }}"}}
    run = play(b, "upgrade_routers", ssr_serial="100%", router_upgrade_after=tasks(b, "hook.yml", say), **QUICK)
    assert verdicts(run) == {"one": "failed", "two": "done"}
    assert messages_of(run, "Say who") == ["after one"] and failed_hosts(run) == {"one"}


def test_a_backup_hook_that_fails_is_named_and_nothing_is_sent(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, one={}, two={})
    hook = tasks(b, "hook.yml", {"name": "Copy it", "ansible.builtin.fail": {"msg": "the store is full"}})
    settings = {**QUICK, "router_upgrade_backup": True}
    run = play(b, "upgrade_routers", ssr_serial="1,100%", ssr_backup_hook=hook, **settings)
    assert run.code != 0 and b.upgrades() == [] and verdicts(run) == {"one": "not_started"}
    assert any("ssr_backup_hook" in message and "the store is full" in message for message in run.failures)


def test_an_export_is_published_although_the_hook_that_stores_it_fails(bench):
    b = bench(authority(router("one")))
    hook = tasks(b, "hook.yml", {"name": "Copy it", "ansible.builtin.fail": {"msg": "the store is full"}})
    run = b.run("export_config", ssr_backup_hook=hook)
    assert run.code != 0 and "the store is full" in run.failures
    assert messages_of(run, "Show where the backup is")


def test_a_backup_hook_that_meets_a_dead_host_keeps_a_conductor_and_its_routers_from_being_touched(bench):
    b = bench(authority(router("one"), version=OLD))
    inventory(b, one={})
    with_dead_host(b)
    run = run_of(b, "upgrade_authority", ssr_backup_hook=tasks(b, "hook.yml", dead_task("true")))
    assert run.code != 0 and run.unreachable, run.output
    assert b.upgrades() == []


def test_become_does_not_come_between_a_conductor_and_its_verdict(bench):
    b = bench(authority(router("one"), version=OLD))
    inventory(b, one={})
    b.settings = {
        "ANSIBLE_BECOME": "true",
        "ANSIBLE_BECOME_EXE": "/no/such/sudo",
        "ANSIBLE_REMOTE_TMP": "/proc/nowhere",
    }
    run = run_of(b, "upgrade_conductor")
    assert run.code == 0 and not run.unreachable, run.output
    assert {run.node(node)["state"] for node in ("c1", "c2")} == {"done"}


# -- tags and callbacks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("playbook", ["upgrade_routers", "upgrade_conductor", "report", "revert_routers"])
def test_tags_that_select_nothing_are_no_success(bench, playbook):
    b = bench(authority(router("one")))
    inventory(b, one={})
    run = play(b, playbook, "--tags", "upgrade", **QUICK)
    assert run.code != 0 and any("--tags upgrade" in message for message in run.failures), run.output
    assert b.sent == []


@pytest.mark.parametrize("playbook", ["upgrade_routers", "upgrade_authority", "report"])
def test_tags_that_leave_out_the_check_of_the_tags_as_well_are_no_success(bench, playbook):
    b = bench(authority(router("one")))
    inventory(b, one={})
    run = b.run(playbook, "--tags", "upgrade", "--skip-tags", "always", ssr_version="6.3.5")
    (sentence,) = run.output.strip().splitlines()
    assert run.code == 2 and "With --tags upgrade --skip-tags always nothing would be done" in sentence
    assert sentence.endswith("Nothing was sent.") and b.simulator.commands() == []


def test_a_run_without_its_check_of_the_tags_still_checks_its_variables(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    run = play(b, "upgrade_routers", "--skip-tags", "always", router_upgrade_inflight=20)
    assert run.code == 2 and "Did you mean router_upgrade_in_flight?" in " ".join(run.failures), run.output
    assert b.simulator.commands() == []


def site_with_tags(bench: Bench) -> Path:
    """A playbook of the user's that imports some of ours, each under a tag of its own name."""
    playbooks = Path(__file__).resolve().parents[3] / "playbooks"
    site = bench.folder / "site.yml"
    names = ("report", "upgrade_conductor", "upgrade_routers")
    site.write_text(
        json.dumps([{"import_playbook": str(playbooks / f"{name}.yml"), "tags": [name]} for name in names]),
        encoding="utf-8",
    )
    return site


def test_tags_of_an_import_select_the_playbook_that_has_them(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    run = play(b, site_with_tags(b), "--tags", "upgrade_routers", **QUICK)
    assert run.code == 0 and verdicts(run) == {"one": "done"}, run.output
    assert not messages_of(run, "Show the state of the authority")


def test_the_tag_of_an_import_selects_all_tasks_of_a_playbook_that_includes_roles(bench):
    b = bench(authority(router("one"), version=OLD))
    inventory(b, one={})
    run = play(b, site_with_tags(b), "--tags", "upgrade_conductor", **QUICK)
    assert run.code == 0 and {run.node(node)["state"] for node in ("c1", "c2")} == {"done"}, run.output


@pytest.mark.parametrize("skipped", ["always,upgrade_routers", "report,upgrade_conductor,upgrade_routers", "tagged"])
def test_tags_that_leave_out_every_import_with_its_checks_are_no_success(bench, skipped):
    b = bench(authority(router("one")))
    inventory(b, one={})
    run = b.run(site_with_tags(b), "--tags", "upgrade_routers", "--skip-tags", skipped, ssr_version="6.3.5")
    assert run.code == 2 and "nothing would be done: no task of this run is selected." in run.output, run.output
    assert b.simulator.commands() == [] and run.records == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--tags", "upgrade_router"), "no task of this run has the tag upgrade_router. The tags of this run are: rep"),
        (("--tags", "report,upgrade_router"), "no task of this run has the tag upgrade_router."),
        (("--tags", "untagged"), "With --tags untagged nothing would be done: no task of this run is selected."),
    ],
)
def test_tags_that_select_nothing_of_a_tagged_import_are_no_success(bench, arguments, words):
    b = bench(authority(router("one")))
    inventory(b, one={})
    run = play(b, site_with_tags(b), *arguments, **QUICK)
    (message,) = run.failures
    assert run.code != 0 and words in message and message.endswith("Nothing was sent."), run.output
    assert b.simulator.commands() == []


CALLBACK = '''
DOCUMENTATION = """
name: tiny_json
type: stdout
short_description: Writes one JSON document
description: As ansible.posix.json does.
"""
import json
from ansible.plugins.callback import CallbackBase
class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "tiny_json"
    def v2_playbook_on_stats(self, stats):
        self._display.display(json.dumps({"stats": {host: stats.summarize(host) for host in stats.processed}}))
'''


def test_progress_does_not_spoil_the_output_of_a_callback_that_writes_json(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    folder = b.folder / "callbacks"
    folder.mkdir()
    (folder / "tiny_json.py").write_text(CALLBACK, encoding="utf-8")
    paths = f"{b.environment['ANSIBLE_CALLBACK_PLUGINS']}{os.pathsep}{folder}"
    b.settings = {"ANSIBLE_STDOUT_CALLBACK": "tiny_json", "ANSIBLE_CALLBACK_PLUGINS": paths}
    command = b.command("upgrade_routers", **{**PACE, **QUICK, "ssr_version": "6.3.5"})
    done = subprocess.run(
        command, env=b.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=200
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["stats"]["one"]["failures"] == 0
    assert "sent: request system software upgrade" in done.stderr
