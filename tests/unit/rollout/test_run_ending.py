# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run has ended, from what its tasks have returned: also where one never did, or hides its result."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.last_screen import Ending, last_screen
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
