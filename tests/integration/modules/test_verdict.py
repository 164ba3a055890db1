# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each router host takes its own share of the result of a batch, and nothing connects to it."""

from __future__ import annotations

import json

import pytest

from tests.integration.harness import Bench, task


def node(state, reason="a reason", **more):
    return {"router": "r", "node": "n1", "state": state, "reason": reason, "warnings": [], **more}


def entry(state, reason="a reason", **more):
    return {"state": state, "reason": reason, "nodes": [node(state, reason, **more)]}


#: What the tasks of a batch may have left: a download, and the upgrade after it.
DOWNLOAD = {
    "well": entry("done"),
    "fetched": entry("failed", "the disk is full"),
    "lost": entry("failed", "the line is bad"),
    "newer": entry("up_to_date"),
}
UPGRADE = {
    "well": entry("done", "runs 6.3.5", accepted=True),
    "fetched": entry("done", "runs 6.3.5", accepted=True),
    "lost": entry("skipped", "disconnected"),
    "newer": entry("skipped", "runs 7.1.3"),
    "store 7's own name": entry("held", "a soak stopped the second node"),
    "there": entry("up_to_date"),
    "only-planned": entry("planned"),
}
HOSTS = {
    "well": {},
    "fetched": {},
    "lost": {},
    "newer": {},
    "store-7": {"ssr_router": "store{{ number }}", "number": 7},
    "there": {},
    "only-planned": {},
    "unknown-to-the-batch": {},
    "number": {"ssr_router": 4711},
    "boolean": {"ssr_router": True},
}


@pytest.fixture
def routers(tmp_path):
    """A bench without any conductor: router hosts whose names lead nowhere."""

    class Nothing:
        def inventory(self):
            hosts = {name: {"ansible_host": "no-such-host.invalid", **variables} for name, variables in HOSTS.items()}
            return {"all": {"children": {"ssr_routers": {"hosts": hosts}}}}

        class scenario:
            users = ()

    return Bench(tmp_path, Nothing())


def facts(**values):
    return {"Results of the batch": {"ansible.builtin.set_fact": values, "run_once": True}}


def verdict(results, **more):
    return {"Verdict": task("verdict", {"results": results, **more})}


def test_each_host_gets_its_own_verdict_and_only_bad_ones_fail(routers):
    upgrade = dict(UPGRADE)
    upgrade["store7"] = upgrade.pop("store 7's own name")
    tasks = facts(staged={"by_router": DOWNLOAD}, upgraded={"by_router": upgrade})
    tasks |= verdict(["not_there", "staged", "upgraded"])
    run = routers.play(tasks, hosts="ssr_routers", strategy="ansible.builtin.linear")
    verdicts = {name: (run["Verdict", name].get("state"), run["Verdict", name]["failed"]) for name in HOSTS}
    assert verdicts == {
        "well": ("done", False),
        "fetched": ("done", False),  # the upgrade fetched the release by itself
        "lost": ("failed", True),  # left out later, which does not hide that its download failed
        "newer": ("skipped", False),
        "store-7": ("held", True),
        "there": ("up_to_date", False),
        "only-planned": ("not_started", True),  # a plan is no end
        "unknown-to-the-batch": ("not_started", True),
        "number": (None, True),
        "boolean": (None, True),
    }
    assert {name for name in HOSTS if run["Verdict", name]["changed"]} == {"well", "fetched", "store-7"}
    assert "the line is bad" in run["Verdict", "lost"]["msg"] and "disconnected" in run["Verdict", "lost"]["msg"]
    assert "4711" in run["Verdict", "number"]["msg"] and "quotes" in run["Verdict", "number"]["msg"]
    assert "True" in run["Verdict", "boolean"]["msg"]
    assert "was not in it" in run["Verdict", "unknown-to-the-batch"]["msg"]


def test_what_happened_to_the_whole_batch_is_told_on_every_host(routers):
    tasks = facts(broken={"failed": True, "msg": "Nobody answers at 192.0.2.11."}, left_out={"skipped": True})
    tasks |= {f"After {name}": task("verdict", {"results": names}) for name, names in ASKED.items()}
    run = routers.play(tasks, "--limit", "well", hosts="ssr_routers")
    assert "Nobody answers at 192.0.2.11." in run["After a failure"]["msg"]
    for name in ("a failure", "a task that was skipped", "nothing at all"):
        assert run[f"After {name}"]["failed"] and run[f"After {name}"]["state"] == "not_started"
    assert "strategy: linear" in run["After nothing at all"]["msg"]


ASKED = {"a failure": ["broken"], "a task that was skipped": ["left_out"], "nothing at all": "never, ever"}


def test_a_review_of_the_run_counts_where_it_names_the_router_and_a_host_may_fail_later(routers):
    well = {"by_router": {"well": entry("done"), "there": entry("up_to_date"), "lost": entry("failed")}}
    review = {"relapsed": {"well": "gone"}, "by_router": {"well": {"state": "relapsed", "reason": "gone", "nodes": []}}}
    tasks = facts(upgraded=well, reviewed=review) | verdict(["upgraded", "reviewed"])
    tasks |= {"Later": task("verdict", {"results": ["upgraded", "reviewed"], "defer": "{{ true }}"})}
    tasks |= {"Typo": task("verdict", {"results": ["upgraded"], "defer": "perhaps"})}
    run = routers.play(tasks, "--limit", "well:there:lost", hosts="ssr_routers")
    states = {"well": ("relapsed", True), "there": ("up_to_date", False), "lost": ("failed", True)}
    assert {name: (run["Verdict", name]["state"], run["Verdict", name]["failed"]) for name in states} == states
    assert not any(run["Later", name]["failed"] for name in states) and run["Later", "well"]["state"] == "relapsed"
    assert "Give true or false" in run["Typo", "well"]["msg"]


def test_in_check_mode_a_plan_is_a_good_end(routers):
    tasks = facts(planned={"by_router": {"well": entry("planned")}}) | verdict(["planned"])
    run = routers.play(tasks, "--check", "--limit", "well", hosts="ssr_routers")
    assert (run["Verdict"]["state"], run["Verdict"]["failed"], run["Verdict"]["changed"]) == ("planned", False, True)


def test_arguments_that_cannot_be_meant_are_refused_with_an_example(routers):
    tasks = facts(batch={"by_router": {}})
    wrong = {"a result": {"results": "{{ [batch] }}"}, "nothing": {}, "a typo": {"results": ["batch"], "ruoter": "x"}}
    tasks |= {name: task("verdict", args) for name, args in wrong.items()}
    run = routers.play(tasks, "--limit", "well", hosts="ssr_routers")
    assert all(run[name]["failed"] for name in wrong)
    assert "results: [ssr_upgrade]" in run["a result"]["msg"] and "results: [ssr_upgrade]" in run["nothing"]["msg"]
    assert "ruoter" in run["a typo"]["msg"]


def test_a_result_is_small_whatever_the_batch_holds(routers):
    steps = [{"at": "2026-11-23T01:00:07Z", "what": "x" * 1000, "words": "y" * 1000}] * 20
    tasks = facts(batch={"by_router": {"well": entry("done", steps=steps, accepted=True)}}) | verdict(["batch"])
    run = routers.play(tasks, "--limit", "well", hosts="ssr_routers")
    assert len(json.dumps(run["Verdict"])) < 2000
