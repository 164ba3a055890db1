# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every module: whatever ails the connection is a failed task with a sentence, and shows no secret."""

from __future__ import annotations

from tests.integration.harness import ROOT, task

#: run_review connects only where routers of its run are done: tests/integration/playbooks/test_router_batches.py.
CONNECTS_TO_NOTHING = {
    *("change_document", "host_routers", "input_check", "report_file"),
    *("run_report", "run_review", "tag_check", "verdict"),
}
MODULES = {
    "assets_info": {},
    "command": {"commands": ["show system"]},
    "config_export": {"dest": "{{ playbook_dir }}/backups"},
    "config_restore": {"name": "good"},
    "health_check": {"checks": ["asset_settled"]},
    "precheck": {"checks": ["asset_settled"]},
    "probe": {"dest": "{{ playbook_dir }}/look", "looks": 0},
    "snapshot_info": {},
    "software_download": {"targets": ["hub"], "version": "6.3.5"},
    "software_downgrade": {"targets": ["hub"], "version": "6.3.0"},
    "software_info": {},
    "software_revert": {"targets": [{"router": "conductor", "node": "node0"}], "version": "6.3.0"},
    "software_upgrade": {"targets": ["hub"], "version": "6.3.5"},
}


def test_the_list_above_is_complete():
    assert set(MODULES) <= {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    assert {path.stem for path in (ROOT / "plugins" / "action").glob("*.py")} - CONNECTS_TO_NOTHING == set(MODULES)


def test_what_ails_the_connection_fails_with_a_sentence_and_its_kind_and_without_a_secret(bench):
    b = bench("standalone-6.3", faults=["wrong_password"])
    dropped = bench("standalone-6.3", faults=[{"type": "drop_session", "after_commands": 1, "when": "before_answer"}])
    linux = bench("standalone-6.3", faults=["linux_login"])
    b.hosts({"auth": b.simulator, "refused": b.simulator, "lost": dropped.simulator, "not_pcli": linux.simulator})
    b.change_host("refused", ansible_port=1)
    tasks = {name: task(name, args) for name, args in MODULES.items()}
    run = b.play(tasks, "-vvvv", "--forks=8", hosts="all")
    words = {
        "auth": "ansible_password",
        "refused": "ansible_port",
        "lost": "closed the connection",
        "not_pcli": "Linux",
    }
    for name in MODULES:
        for mood, word in words.items():
            result = run[name, mood]
            assert result["failed"] and not result.get("changed"), f"{name} on {mood}"
            assert result["connection"] == mood and word in result["msg"], f"{name} on {mood}: {result['msg']}"
    assert dropped.sent == []


def test_another_connection_is_refused_with_the_one_to_set(bench):
    b = bench("standalone-6.3")
    for host in b.simulator.nodes:
        b.change_host(host, ansible_connection="local")
    run = b.play({name: task(name, args) for name, args in MODULES.items()})
    for name in MODULES:
        assert run[name]["failed"] and "connection: sessionsmart.ssr.pcli" in run[name]["msg"], run[name]["msg"]
    assert b.simulator.commands() == []


def test_an_account_without_the_right_is_told_so(bench):
    """Where a command is not there for an account, the device says no more than that it does not know it."""
    b = bench("standalone-6.3", faults=["rbac_refusal"])
    words = bench("standalone-6.3", faults=[{"type": "rbac_refusal", "form": "refused"}])
    b.hosts({"hidden": b.simulator, "refused": words.simulator})
    names = ("software_upgrade", "software_download", "software_revert")
    tasks = {name: task(name, {**MODULES[name], "request_timeout": 5}) for name in names}
    tasks["software_upgrade"]["sessionsmart.ssr.software_upgrade"]["targets"] = ["conductor"]
    tasks["software_download"]["sessionsmart.ssr.software_download"]["targets"] = ["conductor"]
    tasks["software_revert"]["sessionsmart.ssr.software_revert"].update(
        upgrade={
            "by_router": {
                "conductor": {
                    "nodes": [
                        {
                            "node": "node0",
                            "state": "failed",
                            "accepted": True,
                            "from_version": "6.2.5-5.r2.el7",
                            "to_version": "6.3.0-107.r1.el7",
                        }
                    ]
                }
            }
        }
    )
    run = b.play({**tasks, "rights": task("precheck", {"checks": ["rights"]})}, hosts="all")
    for name in (*names, "rights"):
        for host in ("hidden", "refused"):
            result = run[name, host]
            assert result["failed"] and not result["changed"], f"{name} on {host}"
    assert all("provisioning" in run["rights", host]["msg"] for host in ("hidden", "refused"))
    assert b.truth("node0")["operation"] is None and words.truth("node0")["operation"] is None
