# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers in canary batches through the real playbook: each host has its own end, and nothing connects to routers."""

from __future__ import annotations

import json

from tests.integration.routers import (
    NEW,
    OLD,
    authority,
    failed_hosts,
    inventory,
    messages_of,
    play,
    reports,
    router,
    verdicts,
)


def test_a_mixed_fleet_each_host_with_its_own_end(bench):
    """A pair, a package-based router, a dead site, a sick one and one that nobody knows; one host is left out."""
    b = bench(
        authority(
            router("canary"),
            router("hub", "hub-1", "hub-2"),
            router("branch", install_type="package"),
            router("sick"),
            {"name": "dead", "version": OLD, "nodes": [{"name": "dead-node", "state": "Disconnected"}]},
            router("left-out"),
        ),
        faults=[{"type": "health_check_fails", "node": "sick-node"}],
    )
    hook = b.folder / "hook.yml"
    hook.write_text(
        json.dumps([{"name": "Tell what this batch is", "ansible.builtin.debug": {"msg": "{{ ansible_play_batch }}"}}])
    )
    inventory(
        b,
        canary={},
        Main_hub={"ssr_router": "hub"},
        branch={},
        sick={},
        dead={},
        nobody={},
        Conductor={},
        left_out={},
    )
    run = play(
        b,
        "upgrade_routers",
        "--limit",
        "all:!left-out",
        ssr_serial="1, 100%",
        router_upgrade_before=str(hook),
        router_upgrade_after=str(hook),
    )
    assert run.code != 0
    assert verdicts(run) == {
        "canary": "done",
        "Main-hub": "done",
        "branch": "done",
        "sick": "reverted",
        "dead": "skipped",
        "nobody": "blocked",
        "Conductor": "blocked",
    }
    assert failed_hosts(run) == {"sick", "nobody", "Conductor"}, "only those that failed"
    running = {node: b.truth(node)["version"] for node in ("canary-node", "hub-1", "hub-2", "branch-node", "c1", "c2")}
    assert running == dict.fromkeys(running, NEW)
    assert {b.truth(node)["version"] for node in ("sick-node", "dead-node", "left-out-node")} == {OLD}
    assert not [command for command in b.sent if " router Conductor " in command], "the conductor is never touched"

    sent = b.upgrades()
    assert "router canary " in sent[0], "the canary is alone in its batch"
    assert len(sent) == 5 and all(" node " in command for command in sent)
    batches = [["canary"], ["Main-hub", "branch", "sick", "dead", "nobody", "Conductor"]]
    messages = messages_of(run, "Tell what this batch is")
    assert messages == [batches[0], batches[0], batches[1], batches[1]], "hooks run once before and after each batch"
    checked = [{check["name"] for check in result["checks"]} for result in run.results("precheck")]
    of_conductor = [names for names in checked if "clean_candidate" in names]
    assert len(run.results("config_export")) == len(of_conductor) == 1, "once in a run, not in each batch"
    assert len(checked) == 3, "and the routers of each batch once"

    first, second = reports(b)
    assert first["totals"] == {"done": 1} and first["version"] == second["version"]
    assert (second["ok"], second["not_ok"]) == (3, 3)
    assert second["by_router"]["sick"]["nodes"][0]["steps"], "the report keeps all evidence"
    status = json.loads((b.folder / "journal" / "status-routers.json").read_text(encoding="utf-8"))
    assert status["targets"]["hub"]["state"] == "done" and status["state"] == "ended"


def test_a_failed_canary_stops_the_run_with_its_summary_written_and_a_relaunch_goes_on(bench):
    b = bench(authority(router("sick"), router("next")), faults=[{"type": "pre_check_refuses", "node": "sick-node"}])
    inventory(b)
    run = play(b, "upgrade_routers")
    assert run.code != 0
    assert verdicts(run) == {"sick": "failed"} and failed_hosts(run) == {"sick"}
    assert b.truth("next-node")["upgrades_started"] == 0
    assert "System Processes Check" in messages_of(run, "Report the result of this router")[0], (
        "the conductor's own words"
    )
    assert "1 failed" in messages_of(run, "Print the summary of this batch")[0][0]
    assert reports(b)[0]["totals"] == {"failed": 1}
    (last,) = [record["result"] for record in run.records if record["status"] == "failed"]
    assert last["msg"].startswith("sick failed: ") and "nodes" not in last, "the last word is a sentence, not all data"

    again = play(b, "upgrade_routers", "--limit", "next", router_upgrade_backup="false")
    assert again.code == 0, again.output
    assert verdicts(again) == {"next": "done"}
    assert again.results("config_export") == []


def test_check_mode_sends_nothing_and_a_second_run_neither(bench):
    b = bench(authority(router("one"), router("two", version=NEW)))
    inventory(b)
    run = play(b, "upgrade_routers", "--check", ssr_serial="100%")
    assert run.code == 0, run.output
    assert verdicts(run) == {"one": "planned", "two": "up_to_date"}
    assert run.results("precheck"), "the conductor is checked for real"
    assert not [command for command in b.sent if " router " in command or command.startswith("export")]
    assert {path.name for path in b.folder.glob("reports/*/*")} == {"change.html", "change.json", "change.md"}
    assert not list(b.folder.glob("journal/*"))


def test_check_mode_names_the_routers_of_all_batches_where_the_preparation_of_the_first_fails(bench):
    b = bench(authority(router("one"), router("two"), router("three")))
    inventory(b)
    b.change_host("c1", ansible_port=1)
    b.change_host("c2", ansible_port=1)
    run = play(b, "upgrade_routers", "--check", ssr_serial="1,100%")
    assert run.code == 2 and failed_hosts(run) >= {"one", "two", "three"}, run.output
    assert verdicts(run) == dict.fromkeys(("one", "two", "three"), "not_started")
    lines = messages_of(run, "Print the summary of the run")[-1]
    assert lines[0] == "3 routers: 3 not_started"
    assert lines[1].startswith("not_started: 3 routers: one, two, three: The preparation of the batch"), lines


def test_check_mode_plans_every_batch_although_the_first_is_blocked(bench):
    b = bench(authority(router("two"), router("three")))
    inventory(b, one={}, two={}, three={})  # the conductor knows no such router
    run = play(b, "upgrade_routers", "--check", ssr_serial="1,100%")
    assert run.code == 2 and failed_hosts(run) == {"one"}, run.output
    assert verdicts(run) == {"one": "blocked", "two": "planned", "three": "planned"}
    assert messages_of(run, "Print the summary of the run")[-1][0] == "3 routers: 1 blocked, 2 planned"
    assert not [command for command in b.sent if " router " in command]


def test_without_its_conductor_or_with_a_release_that_is_none_nothing_begins(bench):
    b = bench(authority(router("one")))
    inventory(b)
    limited = play(b, "upgrade_routers", "--limit", "one", ssr_version="latest")
    assert limited.code != 0 and "Accepted: a release such as 6.3.5" in limited.failures[-1]
    elsewhere = play(b, "upgrade_routers", "--limit", "one", router_upgrade_conductor="c3")
    assert elsewhere.code != 0 and "no host 'c3'" in elsewhere.failures[-1]
    wrong = play(b, "upgrade_routers", "--limit", "one", router_upgrade_in_flight="many")
    assert wrong.code != 0 and any("router_upgrade_in_flight" in failure for failure in wrong.failures)
    assert b.simulator.commands() == []


def test_the_run_goes_on_through_the_other_conductor_node(bench):
    """The first goes away while a release is downloaded; the playbook finds the second in the inventory by itself.

    Nothing new begins until the first is back, and also then the second is asked.
    """
    gone = {"type": "conductor_node_down", "node": "c1", "after": 30, "seconds": 6000, "since": "first_request"}
    b = bench(authority(router("one")), faults=[gone])
    inventory(b)
    run = play(b, "upgrade_routers")
    assert run.code == 0, run.output
    assert verdicts(run) == {"one": "done"}
    assert len(b.upgrades()) == 1 == len(b.upgrades("c2"))


def test_own_tasks_that_fail_stop_their_batch_before_anything_is_sent(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b)
    hook = b.folder / "hook.yml"
    hook.write_text(json.dumps([{"name": "Say no", "ansible.builtin.fail": {"msg": "no sign-off"}}]))
    run = play(b, "upgrade_routers", ssr_serial=2, router_upgrade_before=str(hook))
    assert run.code != 0 and "no sign-off" in run.failures
    assert b.upgrades() == [] and verdicts(run) == {"one": "not_started", "two": "not_started"}
