# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which batch of routers may begin, through the real playbook: the run decides it, and not what Ansible counts."""

from __future__ import annotations

import json

import pytest

from tests.integration.fleet import requests, trap
from tests.integration.routers import (
    authority,
    failed_hosts,
    inventory,
    messages_of,
    play,
    reports,
    router,
    verdicts,
)

#: Nothing that only costs time here.
SETTINGS = {"router_upgrade_backup": False, "router_upgrade_checks": ["is_conductor"]}

#: A router of the second batch that has an own check which does not exist.
BROKEN_LATER = {
    "router_upgrade_router_checks": "{{ ['asset_settled'] if ansible_play_batch[0] == 'one' else ['no_such_check'] }}"
}


def refuse(*routers: str) -> list[dict]:
    """Faults that make the conductor refuse the upgrade of these routers in words."""
    return [{"type": "request_refused_words", "router": name, "text": "Permission denied"} for name in routers]


def test_a_blocked_canary_stops_no_batch_and_fails_in_the_end(bench):
    """The batch after it begins with one router, as the canary would have been, and the others follow."""
    b = bench(authority(router("one"), router("two")))
    inventory(b, nobody={}, one={}, two={})
    run = play(b, "upgrade_routers", **SETTINGS, ssr_serial="1,100%")
    assert run.code == 2, run.output
    assert verdicts(run) == {"nobody": "blocked", "one": "done", "two": "done"}
    assert failed_hosts(run) == {"nobody"}, "for a relaunch on failed hosts"
    assert "waits for the canaries: one" in run.output
    assert (
        "Routers in 2 batches of this run: 1 blocked, 2 done." in messages_of(run, "Print the summary of the run")[-1]
    )


def test_after_a_batch_with_a_bad_router_no_other_begins_and_all_that_did_not_succeed_fail(bench):
    """Also the one that was blocked in the batch before, although all of the bad batch have failed."""
    b = bench(authority(router("bad"), router("next")), faults=refuse("bad"))
    inventory(b, nobody={}, bad={}, next={})
    run = play(b, "upgrade_routers", **SETTINGS, ssr_serial=1)
    assert run.code == 2
    assert verdicts(run) == {"nobody": "blocked", "bad": "failed"} and failed_hosts(run) == {"nobody", "bad"}
    assert requests(b, "next") == []
    (words,) = messages_of(run, "Explain why this batch does not begin")
    assert "Batch 3 does not begin" in words and "bad (failed) of batch 2 did not end well" in words


def test_a_host_that_failed_in_an_earlier_play_hides_no_bad_end(bench):
    """Ansible compares the failed hosts of a batch with all that were in it: two of three are not all."""
    routers = [router(name) for name in ("first", "bad-1", "bad-2", "next")]
    b = bench(authority(*routers), faults=refuse("bad-1", "bad-2"))
    inventory(b, first={}, bad_1={}, bad_2={}, next={})
    earlier = {
        "hosts": "ssr_routers",
        "connection": "ansible.builtin.local",
        "gather_facts": False,
        "tasks": [
            {
                "name": "Fail",
                "ansible.builtin.fail": {"msg": "a play of yours"},
                "when": "inventory_hostname == 'first'",
            }
        ],
    }
    playbook = b.folder / "mine.yml"
    imported = {"ansible.builtin.import_playbook": "sessionsmart.ssr.upgrade_routers"}
    playbook.write_text(json.dumps([earlier, imported]), encoding="utf-8")
    run = play(b, playbook, **SETTINGS, ssr_serial=3)
    assert run.code == 2
    assert verdicts(run) == {"bad-1": "failed", "bad-2": "failed"} and requests(b, "next") == []
    assert failed_hosts(run) == {"first", "bad-1", "bad-2"}


def test_the_summary_is_the_last_word_and_says_a_shared_reason_once(bench):
    """Behind the failures of all hosts: totals, each reason with its routers, and the files."""
    bad = ("bad-1", "bad-2", "bad-3")
    b = bench(authority(*map(router, bad), router("next")), faults=refuse(*bad))
    inventory(b, bad_1={}, bad_2={}, bad_3={}, next={})
    run = play(b, "upgrade_routers", "--limit", "bad-*,next", **SETTINGS, ssr_serial=3)
    assert run.code == 2 and failed_hosts(run) == {*bad}
    (summary,) = messages_of(run, "Print the summary of the run")
    assert run.records[-1]["task"].endswith("Print the summary of the run"), "nothing comes behind it but the recap"
    assert "3 failed" in summary[0] and "1 router was never begun" in summary[0]
    assert any(line.startswith("file: ") and "/reports/routers-" in line for line in summary)
    assert any(line.endswith("status-routers.json") for line in summary)
    status = json.loads((b.folder / "journal" / "status-routers.json").read_text(encoding="utf-8"))
    assert status["state"] == "ended" and status["totals"] == {"failed": 3, "not_started": 1}
    assert "of batch 1 did not end well" in status["reason"] == status["targets"]["next"]["reason"]
    assert str(status["settings"]["ssr_serial"]) == "3" and status["settings"]["limit"] == "bad-*,next"
    assert status["settings"]["ssr_max_fail_percentage"] == "0"
    assert max(len(failure) for failure in run.failures) <= 160


def test_a_share_of_a_batch_may_fail_if_the_user_says_so(bench):
    b = bench(authority(router("bad"), router("good"), router("next")), faults=refuse("bad"))
    inventory(b, bad={}, good={}, next={})
    run = play(b, "upgrade_routers", **SETTINGS, ssr_serial=2, ssr_max_fail_percentage="50%")
    assert run.code == 2
    assert verdicts(run) == {"bad": "failed", "good": "done", "next": "done"} and failed_hosts(run) == {"bad"}


@pytest.mark.parametrize("settings", [{}, {"router_upgrade_router_checks": []}], ids=["checks", "plan"])
def test_whatever_fails_before_the_first_command_every_router_of_the_run_is_named(bench, settings):
    """The task that fails runs once for its batch, and Ansible leaves a playbook when all of a batch have failed."""
    b = bench(authority(*map(router, ("one", "two", "three", "four"))), faults=["wrong_password"])
    inventory(b, one={}, two={}, three={}, four={})
    run = play(b, "upgrade_routers", **settings)
    assert run.code == 2, run.output
    (summary,) = messages_of(run, "Print the summary of the run")
    summary = "\n".join(summary)
    assert "4 routers were never begun, and nothing was sent there: one, two, three, four" in summary
    assert requests(b) == []
    assert verdicts(run)["one"] == "not_started"
    assert reports(b)[0]["by_router"]["one"]["reason"].endswith("Nothing was sent.")
    assert reports(b)[0]["totals"] == {"not_started": 1}


def test_a_later_batch_that_cannot_be_prepared_loses_nothing_of_those_before(bench):
    """A check of the conductor that fails in the second batch alone: the first is examined once more and stays done."""
    b = bench(authority(*map(router, ("one", "two", "three"))))
    inventory(b, one={}, two={}, three={})
    run = play(b, "upgrade_routers", **SETTINGS, ssr_serial=1, **BROKEN_LATER)
    assert run.code == 2, run.output
    assert verdicts(run) == {"one": "done", "two": "not_started"}
    assert requests(b, "two") == requests(b, "three") == []
    assert "2 routers were never begun" in "\n".join(messages_of(run, "Print the summary of the run")[0])


def test_in_plays_of_a_user_a_batch_that_may_not_begin_fails(bench):
    """The role without the plays that follow it in the playbook, and without a journal."""
    b = bench(authority(router("good"), router("bad"), router("next")), faults=refuse("bad"))
    inventory(b, good={}, bad={}, next={})
    roles = [{"role": "sessionsmart.ssr.router_upgrade", "vars": {"router_upgrade_version": "6.3.5"}}]
    mine = {"hosts": "ssr_routers", "connection": "sessionsmart.ssr.pcli", "gather_facts": False, "serial": [2, 1]}
    playbook = b.folder / "mine.yml"
    playbook.write_text(json.dumps([{**mine, "strategy": "linear", "roles": roles}]), encoding="utf-8")
    run = play(b, playbook, **SETTINGS, ssr_journal_dir=str(b.folder / "journal"))
    assert run.code == 2 and verdicts(run) == {"good": "done", "bad": "failed"}
    assert failed_hosts(run) == {"bad", "next"} and requests(b, "next") == []
    assert any("bad (failed) of batch 1" in failure for failure in run.failures)
    assert messages_of(run, "Explain why this batch does not begin") == [], "the failure says it"


def test_a_canary_that_is_not_well_any_more_is_relapsed_in_its_report_and_stops_the_run(bench):
    """It goes away while the next batch waits for it to have been done for a while, and only downloads."""
    b = bench(authority(router("canary"), router("next")))
    inventory(b, canary={}, next={})
    world = b.simulator.world

    def go_away() -> None:
        with world.lock:
            (node,) = world.find("canary-node", "canary")
            world.set_state(node, "Disconnected")

    # Download, upgrade and health check of the canary, then the download to the next.
    with trap(b, 4, 0, go_away) as sprung:
        times = {"router_upgrade_bake": 60, "router_upgrade_flap": 2}
        run = play(b, "upgrade_routers", **SETTINGS, ssr_serial=1, **times)
    assert sprung() and run.code == 2, run.output
    assert verdicts(run) == {"canary": "relapsed", "next": "not_started"} and failed_hosts(run) == {"canary", "next"}
    assert requests(b, "next", "upgrade") == []
    assert "canary: RELAPSED: was done, but canary-node is Disconnected for" in run.output, "at once"
    totals = [report["totals"] for report in reports(b)]
    assert {"relapsed": 1} in totals and {"not_started": 1} in totals
    stats = run.results("set_stats")[-1]["ansible_stats"]["data"]["ssr_router_upgrade"]
    assert stats["totals"] == {"relapsed": 1, "not_started": 1} and stats["problems"]["canary"]["state"] == "relapsed"
