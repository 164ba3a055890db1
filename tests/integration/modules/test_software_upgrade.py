# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module software_upgrade on its own: what it refuses, what it sends, and how it proves what became of it."""

from __future__ import annotations

import pytest

from tests.integration.harness import AUTHORITY, QUICK, task

TO = "6.3.5-39.r1.el7"
#: As it is offered to routers; the conductor itself, which runs it, names the package.
OFFERED = "SSR-6.3.5-39.r1"
FROM = "6.3.0-107.r1.el7"


def upgrade(*targets, version="6.3.5", keywords=None, **args):
    args = {"targets": list(targets), "version": version, "pair_soak": 0, **QUICK, **args}
    return task("software_upgrade", args, **(keywords or {}))


def node_of(result, name):
    return next(node for router in result["by_router"].values() for node in router["nodes"] if node["node"] == name)


def test_routers_are_upgraded_node_by_node_and_a_second_time_nothing_is_sent(bench):
    b = bench(AUTHORITY)
    run = b.play(
        {
            "plan": upgrade("branch", "hub", keywords={"check_mode": True, "diff": True}),
            "upgrade": upgrade("branch", "hub", keywords={"diff": True}, health_check=False),
            "again": upgrade("branch", "hub", keywords={"diff": True}),
            "check again": upgrade("branch", {"router": "hub", "node": "hub-2"}, keywords={"check_mode": True}),
        }
    )
    plan, done, again = run["plan"], run["upgrade"], run["again"]
    assert plan["changed"] and plan["totals"] == {"planned": 2} and not plan["failed"]
    assert plan["diff"]["before"]["hub-1.hub"] == "6.3.0-107.r1", "spelled as in messages"
    assert plan["diff"]["after"]["hub-1.hub"] == "6.3.5-39.r1"
    assert done["changed"] and done["totals"] == {"done": 2} and OFFERED in done["version"]
    assert not again["changed"] and again["totals"] == {"up_to_date": 2}
    assert again["diff"]["before"] == again["diff"]["after"]
    assert not run["check again"]["changed"] and list(run["check again"]["by_router"]) == ["branch", "hub"]
    sent = [command.partition(" router ")[2] for command in b.upgrades()]
    nodes = [arguments.split()[0] + "/" + arguments.partition(" node ")[2].split()[0] for arguments in sent]
    # hub-1 leads its routingManager, so it comes last; branch is worked on beside them.
    assert sorted(nodes) == ["branch/b1", "hub/hub-1", "hub/hub-2"]
    assert node_of(done, "hub-2")["ended"] <= node_of(done, "hub-1")["started"]
    assert "standby first" in next(row for row in plan["plan"] if row["router"] == "hub")["order_reason"]
    assert {b.truth(node)["version"] for node in ("b1", "hub-1", "hub-2")} == {TO}
    assert b.simulator.violations == []


#: A table that is documented for questions alone: the target was there when the request was sent.
LOST = """Failed to start software upgrade. 0 targets failed, 1 target is disconnected, and 0 succeeded.

=========== =============================
 Target      Message
=========== =============================
 b1.branch   Disconnected after reboot
"""


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            "The version is not downloaded yet; it will be downloaded and installed",
            "it will be downloaded and installed",
        ),
        (LOST, "b1.branch: Disconnected after reboot"),
    ],
)
def test_an_answer_that_says_more_than_a_refusal_is_followed_and_the_operator_is_told_what_to_do(bench, text, quoted):
    b = bench(AUTHORITY, faults=[{"type": "request_refused_words", "node": "b1", "text": text, "times": 1}])
    run = b.play({"upgrade": upgrade("branch", upgrade_timeout=4)})
    node = node_of(run["upgrade"], "b1")
    assert (node["state"], node["accepted"], len(b.upgrades())) == ("unknown", True, 1), node["reason"]
    assert "Nothing more is sent: examine the node, then run again" in node["reason"]
    assert "The request was answered with: " in node["reason"] and quoted in node["reason"]


def test_a_second_node_is_not_touched_after_a_bad_first_one_and_other_targets_go_on(bench):
    b = bench(
        AUTHORITY,
        faults=[
            {"type": "service_down_after_upgrade", "node": "hub-2", "times": 1},
            {"type": "request_refused_words", "node": "b1", "text": "No such version on b1"},
        ],
    )
    run = b.play({"upgrade": upgrade("hub", "branch"), "look": upgrade("branch", fail_on_target=False)})
    result = run["upgrade"]
    assert result["failed"] and result["changed"] and result["totals"] == {"failed": 1, "reverted": 1}
    assert node_of(result, "hub-2")["local_fault"] and "hub-2" in node_of(result, "hub-1")["reason"]
    assert node_of(result, "hub-1")["state"] == "not_started" and b.truth("hub-1")["upgrades_started"] == 0
    assert b.truth("hub-2")["version"] == FROM and len(b.reverts()) == 1
    assert "No such version on b1" in result["msg"] and not node_of(result, "b1")["accepted"]
    assert not run["look"]["failed"] and not run["look"]["changed"] and run["look"]["totals"] == {"failed": 1}
    assert "No such version on b1" in run["look"]["msg"]


@pytest.mark.parametrize(
    ("names", "words"),
    [("check", "skip-pre-check skip-health-check"), ("health-check", "skip-pre-health-check skip-post-health-check")],
)
def test_every_argument_reaches_the_command_line_as_this_release_spells_it(bench, names, words):
    b = bench(AUTHORITY, dialect={"skip_names": names, "no_revert": True})
    run = b.play(
        {
            "upgrade": upgrade(
                "hub",
                simultaneous=True,
                skip_package_transfer=True,
                skip_pre_check=True,
                skip_health_check=True,
                no_revert=True,
                cohort_id="night-1",
                force=False,
            )
        }
    )
    assert run["upgrade"]["totals"] == {"done": 1}, run["upgrade"]["msg"]
    (sent,) = b.upgrades()
    for word in ("router hub", "simultaneous", "skip-package-transfer", *words.split(), "no-revert"):
        assert f" {word} " in sent, sent
    assert " cohort-id night-1 " in sent and OFFERED in sent.rpartition(" version ")[2]
    assert " force" not in sent and " node " not in sent
    (asked,) = [event for event in b.simulator.log if event["event"] == "confirmation"]
    assert asked["answer"] == "y", "without force the question is answered"
    assert b.truth("hub-1")["version"] == b.truth("hub-2")["version"] == TO


def test_vendor_sequencing_of_a_router_and_an_argument_that_this_release_does_not_have(bench):
    b = bench(AUTHORITY)
    run = b.play({"unknown": upgrade("hub", no_revert=True), "vendor": upgrade("hub", sequencing="vendor")})
    assert run["unknown"]["failed"] and run["unknown"]["totals"] == {"not_started": 1}
    assert "no-revert" in run["unknown"]["msg"] and "no_revert" in run["unknown"]["msg"]
    assert not run["unknown"]["changed"]
    assert run["vendor"]["totals"] == {"done": 1}, run["vendor"]["msg"]
    (sent,) = b.upgrades()
    assert " node " not in sent and b.simulator.violations == []


def test_bad_input_is_refused_in_a_sentence_before_anything_is_sent(bench):
    b = bench(AUTHORITY)
    cases = {
        "unknown router": (upgrade("hubb"), "'hubb'", "hub"),
        "unknown node": (upgrade({"router": "hub", "node": "hub-3"}), "'hub-3'", "hub-1, hub-2"),
        "empty": (upgrade(), "targets", "router"),
        "number": (upgrade(123), "targets", "text"),
        "boolean": (upgrade({"router": True}), "router", "quotes"),
        "key": (upgrade({"router": "hub", "nodes": "hub-1"}), "targets", "'router' and 'node'"),
        "twice": (upgrade("hub", {"router": "hub", "node": "hub-1"}), "targets", "hub-1"),
        "pipe in a name": (upgrade("hub|x"), "router", "accepted"),
        "older": (upgrade("branch", {"router": "Conductor", "node": "c1"}, version="6.3.0"), "older", "6.3.5-39"),
        "not offered": (upgrade("hub", version="6.3.6"), "6.3.6", "6.3.5-39"),
        "blank": (upgrade("hub", version="6.3.5 force"), "version", "accepted"),
        "pipe": (upgrade("hub", version="6.3.5|sh"), "version", "accepted"),
        "no version": (upgrade("hub", version=""), "version", ""),
        "word": (upgrade("hub", version="latest"), "latest", "6.3.5"),
        "package": (upgrade("branch", skip_package_transfer=True), "skip_package_transfer", "image-based"),
        "cohort": (upgrade("hub", cohort_id="a b"), "cohort_id", "accepted"),
        "sequencing": (upgrade("hub", sequencing="both"), "sequencing", "node, vendor"),
        "time": (upgrade("hub", poll_min="soon"), "poll_min", "float"),
        "no targets": (task("software_upgrade", {"version": "6.3.5"}), "targets", "required"),
        "local": ({**upgrade("hub"), "vars": {"ansible_connection": "local"}}, "connection", "sessionsmart.ssr.pcli"),
    }
    run = b.play({name: case[0] for name, case in cases.items()})
    for name, (_task, field, accepted) in cases.items():
        result = run[name]
        assert result["failed"] and not result.get("changed"), name
        assert field in result["msg"] and accepted in result["msg"], f"{name}: {result['msg']}"
    assert b.upgrades() == []
    simultaneous = bench("ha-6.3-image")
    run = simultaneous.play({"refuse": upgrade("Conductor", simultaneous=True)})
    assert run["refuse"]["failed"] and "simultaneous" in run["refuse"]["msg"] and simultaneous.upgrades() == []


def test_module_defaults_of_the_action_group_reach_every_module(bench):
    b = bench(AUTHORITY)
    times = {name: value for name, value in QUICK.items() if name != "progress"}
    defaults = {
        "group/sessionsmart.ssr.all": {"progress": False},
        "sessionsmart.ssr.software_upgrade": {**times, "pair_soak": 0, "targets": ["branch"], "version": "6.3.5"},
    }
    quiet = b.play({"upgrade": task("software_upgrade"), "look": task("assets_info")}, module_defaults=defaults)
    assert quiet["upgrade"]["totals"] == {"done": 1} and "\n[c1] " not in quiet.output
    loud = b.play({"upgrade": upgrade({"router": "hub", "node": "hub-1"}, health_check=False)})
    assert "\n[c1] hub-1.hub: sent: " in loud.output
