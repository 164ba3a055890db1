# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run has ended, from what its tasks have returned: also where one never did, or hides its result."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.cut_short import by_router, sent_by
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Record
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.last_screen import Ending, last_screen
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.next_run import with_next_run
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_ending import RunEnding

OLD, NEW = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"
CENSORED = {"censored": "the output has been hidden due to the fact that 'no_log: true' was specified for this result"}


def entry(state: str, *nodes: str, runs: str = NEW, router: str = "") -> dict:
    members = [
        {
            "router": router,
            "node": node,
            "state": state,
            "reason": "so it is",
            "running_version": runs,
            "steps": [1] * 99,
        }
        for node in nodes or ("node1",)
    ]
    return {"state": state, "reason": "so it is", "nodes": members}


def upgraded(*, rows: bool = True, **states: str) -> dict:
    """The result of a batch. ``rows``: with a plan, as it is of routers."""
    routers = {name: entry(state, router=name) for name, state in states.items()}
    plan = [{"router": name, "host": f"host-of-{name}"} for name in routers] if rows else []
    return {"by_router": routers, "plan": plan, "version": NEW, "run": {"run_id": "tonight"}}


def take(gathered: RunEnding, module: str, result: dict, host: str = "h", **more: object) -> None:
    given = {"args": {}, "failed": False, "delegated": True, **more}
    gathered.take(module, host, result, given.pop("args"), **given)


def test_batches_add_up_and_the_last_word_on_a_router_counts() -> None:
    gathered = RunEnding()
    take(gathered, "software_upgrade", upgraded(a="done", b="failed"))
    take(gathered, "software_upgrade", upgraded(c="done", d="done"))
    relapsed = {"totals": {}, "relapsed": {"a": "went away"}, "by_router": {"a": entry("relapsed")}, "goes_on": True}
    take(gathered, "run_review", relapsed, args={"report_dir": "/reports"})
    ending = gathered.ending()
    states = {name: item["state"] for name, item in ending.routers.items()}
    assert states == {"a": "relapsed", "b": "failed", "c": "done", "d": "done"}
    assert gathered.hosts["a"] == "host-of-a" and gathered.folder == "/reports" and gathered.run_id == "tonight"
    assert not any("steps" in node for name in "bcd" for node in ending.routers[name]["nodes"]), "most of a large fleet"


def test_a_plan_alone_is_told_as_one() -> None:
    """A task plans, though the run has no --check: plan.yml does nothing else."""
    gathered = RunEnding(purpose="upgrade", plans=True)
    take(gathered, "software_upgrade", upgraded(a="planned", b="skipped"), check_mode=True)
    ending = gathered.ending()
    assert ending.routers["a"]["state"] == "planned" and not ending.waiting and ending.well
    text = text_of(with_next_run(ending, {}, "ansible-playbook upgrade_routers.yml"))
    assert "TO 6.3.5-39.r1: A PLAN, NOTHING WAS SENT routers: 1 planned, 1 skipped" in text, text
    assert "next: run upgrade_routers with the same options: ansible-playbook upgrade_routers.yml" in text
    assert "commit" not in text and "never begun" not in text


def test_a_task_that_plans_in_a_run_of_somebody_elses_is_one_as_well() -> None:
    gathered = RunEnding()
    take(gathered, "software_upgrade", upgraded(a="planned"), check_mode=True)
    assert gathered.ending().dry and gathered.ending().routers["a"]["state"] == "planned"
    take(gathered, "software_upgrade", upgraded(a="done"))
    assert not gathered.ending().dry


def test_a_plan_without_an_upgrade_after_it_is_no_end() -> None:
    gathered = RunEnding()
    take(gathered, "software_upgrade", upgraded(a="planned"))
    assert gathered.ending().routers["a"]["state"] == "not_started" and gathered.ending().waiting == ["a"]
    dry = RunEnding(dry=True)
    take(dry, "software_upgrade", upgraded(a="planned"))
    assert dry.ending().routers["a"]["state"] == "planned" and dry.ending().well


def test_the_verdict_of_a_host_counts_where_its_batch_was_never_prepared() -> None:
    gathered = RunEnding()
    gathered.begin("software_upgrade")
    gathered.skip("software_upgrade")
    take(gathered, "verdict", {"router": "a", **entry("not_started")}, host="branch-1")
    ending = gathered.ending()
    assert ending.waiting == ["a"] and ending.why_waiting == "so it is" and gathered.hosts == {"a": "branch-1"}
    assert not gathered.under_way


def test_a_conductor_has_the_last_entry_of_each_node_and_those_without_a_turn() -> None:
    gathered = RunEnding()
    for node, peer in (("c1", "c2"), ("c2", "c1")):
        known = {"router": "C", "node": node, "running": OLD, "peer_versions": {peer: OLD}}
        take(gathered, "software_info", known, delegated=False)
    take(
        gathered, "software_upgrade", {"by_router": {"C": entry("done", "c1", router="C")}, "plan": [], "version": NEW}
    )
    take(gathered, "set_fact", {"ansible_facts": {"ssr_waiting_routers": ["a", "b"]}})
    ending = gathered.ending()
    nodes = {node["node"]: (node["state"], node["running_version"]) for node in ending.conductors["C"]["nodes"]}
    assert nodes == {"c1": ("done", NEW), "c2": ("not_started", OLD)}
    assert ending.waiting == ["a", "b"] and not ending.routers and "on two versions" in text_of(ending)


def text_of(ending: Ending) -> str:
    return " ".join(" ".join(line.text for line in last_screen(ending)).split())


def test_what_fails_before_anything_is_sent_is_the_reason() -> None:
    gathered = RunEnding(purpose="upgrade")
    take(gathered, "input_check", {"msg": "ssr_version is not set."}, failed=True)
    assert gathered.matters and "NOTHING WAS SENT" in text_of(gathered.ending())
    assert "failed: ssr_version is not set" in text_of(gathered.ending())


def test_a_playbook_that_only_reads_says_nothing() -> None:
    gathered = RunEnding()
    take(gathered, "software_info", {"router": "C", "node": "c1", "running": OLD}, delegated=False)
    take(gathered, "assets_info", {"assets": []})
    take(gathered, "", {"msg": "something else"}, failed=True)
    assert not gathered.matters


def test_results_that_are_hidden_or_strange_harm_nothing() -> None:
    gathered = RunEnding()
    for module in (
        "software_upgrade",
        "run_review",
        "verdict",
        "set_fact",
        "report_file",
        "config_export",
        "software_info",
    ):
        take(gathered, module, dict(CENSORED))
        take(gathered, module, {})
    assert last_screen(gathered.ending())


def test_an_interrupted_run_says_what_runs_still_as_the_status_file_has_it() -> None:
    gathered = RunEnding()
    take(gathered, "software_upgrade", upgraded(a="done"))
    take(gathered, "run_review", {"totals": {}, "goes_on": True}, args={"run_hosts": ["host-of-a", "b", "c", "d"]})
    gathered.begin("software_upgrade")
    status = {"targets": {"b": {"state": "running"}, "c": {"state": "waiting"}, "d": {"state": "waiting"}}}
    ending = gathered.ending(interrupted="Ctrl-C", status=status)
    assert list(ending.at_work) == ["b"] and list(ending.waiting) == ["c", "d"]
    assert gathered.matters and gathered.under_way == "software_upgrade"


def test_a_run_that_was_stopped_says_why_the_others_were_never_begun() -> None:
    gathered = RunEnding()
    take(gathered, "software_upgrade", upgraded(a="failed"))
    review = {
        "totals": {},
        "not_begun": ["b", "c"],
        "stopped": "a (failed) of batch 1 did not end well",
        "goes_on": True,
    }
    take(gathered, "run_review", review)
    assert "never begun: 2 routers (b, c): a (failed) of batch 1 did not end well" in text_of(gathered.ending())


SENT = "'request system software upgrade router hub force node hub-2' was sent, and it is not known how it ended"


def test_a_router_to_which_something_was_sent_is_never_one_that_was_never_begun() -> None:
    """The plan of the batch knows it as planned, and the status file may be older than the command."""
    gathered = RunEnding()
    take(gathered, "software_upgrade", upgraded(hub="planned", one="planned"), check_mode=True)
    gathered.begin("software_upgrade")
    status = {"targets": {"hub": {"state": "waiting"}, "one": {"state": "waiting"}}}
    ending = gathered.ending(interrupted="the run was interrupted", status=status, left={"hub": {"hub-2": SENT}})
    text = text_of(with_next_run(ending, {}, "ansible-playbook x"))
    assert "INTERRUPTED. What was sent goes on by itself routers: 1 unknown, 1 never begun" in text, text
    assert f"unknown: hub: {SENT}" in text and "never begun: one: the run was interrupted before that" in text
    assert "commit: not now, something may run still on hub" in text
    assert "next: run the same again, which takes up what is running: ansible-playbook x" in text


def test_a_conductor_node_to_which_something_was_sent_is_unknown_as_well() -> None:
    gathered = RunEnding()
    for node, peer in (("c1", "c2"), ("c2", "c1")):
        known = {"router": "C", "node": node, "running": OLD, "peer_versions": {peer: OLD}}
        take(gathered, "software_info", known, delegated=False)
    gathered.begin("software_upgrade")
    ending = gathered.ending(interrupted="the run was interrupted", left={"C": {"c1": SENT}})
    text = text_of(ending)
    assert "c1 unknown" in text and "c2 not_started" in text and "was sent, and it is not known" in text, text
    assert "commit: not now, something may run still on C" in text and "never begun: C" not in text


def test_only_what_this_ansible_playbook_left_open_was_left_by_it() -> None:
    def record(node: str, process: str, outcome: str | None) -> Record:
        known = {"operation": "upgrade", "command": f"do {node}", "from_version": None, "to_version": None}
        return Record("r", node, **known, run_id="n", intent_at="x", outcome_at=outcome, process=process)

    records = [record("a", "1-1", None), record("b", "1-1", "later"), record("c", "2-2", None)]
    left = by_router(sent_by(records, "1-1"))
    assert list(left) == ["r"] and list(left["r"]) == ["a"] and "'do a' was sent" in left["r"]["a"]


def test_whether_to_commit_is_not_known_where_the_conductor_could_not_be_reached() -> None:
    gathered = RunEnding()
    take(gathered, "precheck", {"msg": "Nobody answers SSH.", "connection": "unreachable"})
    take(gathered, "verdict", {"router": "a", **entry("not_started")})
    text = text_of(gathered.ending())
    assert "commit: not known, the conductor could not be reached" in text and "allowed" not in text, text
    assert "NOTHING WAS BEGUN" in text
    take(gathered, "run_review", {"totals": {}, "goes_on": True})
    assert "commit: allowed" in text_of(gathered.ending()), "it answers again"


def test_the_words_of_the_device_are_kept_where_the_result_quotes_them() -> None:
    result = upgraded(a="unknown", b="unknown", c="done")
    for name, words in (("a", "% Error: The disk is full. Free space first."), ("b", "% Error: no licence")):
        steps = [
            {"what": "the answer is an error that refuses nothing, so it may have begun", "words": words},
            {"what": "health check: pass", "words": "all passed"},
        ]
        result["by_router"][name]["nodes"][0]["steps"] = steps
    gathered = RunEnding()
    take(gathered, "software_upgrade", result)
    text = text_of(gathered.ending())
    assert "unknown: a: so it is. The device said: % Error: The disk is full. Free space first." in text, text
    assert "unknown: b: so it is. The device said: % Error: no licence" in text and "all passed" not in text
