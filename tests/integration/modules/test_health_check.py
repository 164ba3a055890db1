# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module health_check: once, until all is well, and over a soak."""

from __future__ import annotations

import re

from tests.integration.harness import ROOT, task
from tests.integration.routers import NEW, authority, router

LOOKS = {"poll_interval": 0.1, "stable_polls": 1, "health_timeout": 10}
LOST = ["t106-dut1.novalocal", "b4.branch4"]


def health(*checks, keywords=None, **args):
    checks = list(checks) or ["all"]
    return task("health_check", {"checks": checks, **LOOKS, **args}, **(keywords or {}))


def states(result):
    return {check["name"]: check["state"] for check in result["checks"]}


def test_a_healthy_node_passes_once_and_over_a_soak(bench):
    b = bench("ha-6.3-image")
    run = b.play(
        {
            "once": health(version="6.3.0"),
            "check mode": health("!vendor_health_check", keywords={"check_mode": True}),
            "soak": health("service_running", "vendor_health_check", soak=1, poll_interval=0.3),
            "other version": health("version", version="6.3.5"),
        }
    )
    assert not run["once"]["failed"] and not run["once"]["changed"] and run["once"]["counts"]["fail"] == 0
    assert states(run["once"])["version"] == "pass" and "vendor_health_check" not in states(run["check mode"])
    assert run["soak"]["waited"] >= 1 and "stayed so" in run["soak"]["msg"]
    assert states(run["soak"]) == {"service_running": "pass", "vendor_health_check": "pass"}
    asked = b.simulator.commands(startswith="request system software health-check")
    assert len(asked) == 2, "what has passed is not asked for again in every round"
    assert run["other version"]["failed"] and "6.3.5" in run["other version"]["msg"]
    assert b.upgrades() == []


def test_faults_of_the_node_fail_in_the_devices_own_words(bench):
    b = bench("ha-6.3-image", faults=["health_check_fails", "critical_alarm"])
    unreadable = bench("ha-6.3-image", faults=["health_check_unreadable"]).simulator
    b.hosts({"bad": b.simulator, "unreadable": unreadable})
    known = [{"category": "system", "message": "IDP engine unable to start; reboot-required"}]
    run = b.play(
        {
            "check": health("vendor_health_check", "critical_alarms"),
            "hold": health("vendor_health_check", health_check_unknown="hold"),
            "known": health("critical_alarms", alarms_before=known),
        },
        hosts="all",
    )
    bad = run["check", "bad"]
    assert bad["failed"] and "System Processes Check" in bad["msg"] and "IDP engine" in bad["msg"]
    assert not run["check", "unreadable"]["failed"]
    assert states(run["check", "unreadable"])["vendor_health_check"] == "warn"
    assert run["hold", "unreadable"]["failed"], "where a person wants to read it"
    assert not run["known", "bad"]["failed"], "an alarm that was there before does not count"


def test_assets_count_as_back_when_either_conductor_node_shows_them_settled(bench):
    fault = {"type": "asset_synchronized_only_on_peer", "node": "combo-east-1", "viewer": "t106-dut1"}
    b = bench("ha-6.3-image", faults=[fault])
    east = "t212-dut3.novalocal"
    inventory = b.simulator.inventory()
    hosts = inventory["all"]["children"]["ssr_conductors"]["hosts"]
    hosts["closed"] = {**hosts["t106-dut2"], "ansible_port": 1}
    hosts["stranger"] = {**hosts["t106-dut2"], "ansible_password": "not-the-password"}
    b.write_inventory(inventory)
    both = ["t106-dut1", "t106-dut2"]
    run = b.play(
        {
            "one": health("assets_back", settled_before=[east]),
            "either": health("assets_back", settled_before=[east], ask_also=both),
            "dead": health("assets_back", settled_before=LOST, ask_also=both, wait_timeout=1),
            "closed": health("assets_back", settled_before=LOST[:1], ask_also=["closed", "stranger"]),
            "nothing": health("assets_back"),
            "unknown": health("assets_back", settled_before=[east], ask_also=["t106-dut3"]),
        }
    )
    assert run["one"]["failed"] and east in run["one"]["msg"]
    assert not run["either"]["failed"]
    assert run["dead"]["failed"] and "b4.branch4" in run["dead"]["msg"] and LOST[0] not in run["dead"]["msg"]
    assert "1 of 2" in run["dead"]["msg"] and run["dead"]["waited"] >= 1
    assert not run["closed"]["failed"], "what cannot be asked is not needed"
    assert "stranger" in run.output or "is not asked any more" in run.output
    assert states(run["nothing"]) == {"assets_back": "skipped"}
    assert run["unknown"]["failed"] and "t106-dut3" in run["unknown"]["msg"]
    refused = [event for event in b.simulator.log if event["event"] == "login_failed"]
    assert len(refused) == 1, "a wrong password is tried once"


def test_a_session_that_breaks_while_waiting_is_opened_anew(bench):
    fault = {"type": "drop_session", "after_commands": 3, "when": "before_answer", "times": 2}
    b = bench("ha-6.3-image", faults=[fault])
    run = b.play({"check": health("asset_settled", "service_running", "pair_connected", "version", wait_timeout=20)})
    assert not run["check"]["failed"], run["check"]["msg"]
    assert len([event for event in b.simulator.log if event["event"] == "session_dropped"]) == 2
    assert "opening it anew" in run.output


def test_waiting_ends_when_the_node_is_well(bench):
    b = bench("ha-6.3-image")
    world = b.simulator.world
    polls = []

    def start_later():
        """The service comes up some time after the second task has looked for the first time."""
        while len(polls) < 3:
            polls[:] = b.simulator.commands(startswith="show system")
            yield 30
        world.conductors[0].service = "running"

    world.conductors[0].service = "starting"
    world.scheduler.spawn(start_later())
    run = b.play({"at once": health("service_running"), "wait": health("service_running", wait_timeout=30)})
    assert run["at once"]["failed"] and "service" in run["at once"]["msg"]
    assert not run["wait"]["failed"] and "not healthy yet" in run.output


def test_routers_are_checked_together_and_each_gets_its_own_verdict(bench):
    rows = [router("good", version=NEW), router("pair", "p1", "p2", version=NEW), router("late")]
    fault = {"type": "health_check_fails", "router": "pair"}
    b = bench(authority(*rows), faults=[fault])
    run = b.play(
        {
            "check": health(version="6.3.5", targets=["good", "pair", "late"], fail_on_target=False),
            "fails": health("version", version="6.3.5", targets=["late"]),
        }
    )
    verdicts = run["check"]["by_router"]
    assert {name: verdict["state"] for name, verdict in verdicts.items()} == {
        "good": "pass",
        "pair": "fail",
        "late": "fail",
    }
    assert "System Processes Check" in verdicts["pair"]["reason"]
    assert "runs 6.3.0" in verdicts["late"]["reason"] and set(run["check"]["blocked_routers"]) == {"pair", "late"}
    assert run["fails"]["failed"] and "late" in run["fails"]["msg"]
    asked = b.simulator.commands(startswith="request system software health-check")
    assert len(asked) == 3 and not any("Conductor" in command for command in asked)


def test_waiting_for_routers_ends_when_all_of_them_are_well(bench):
    b = bench(authority(router("good", version=NEW), router("slow", version=NEW)))
    world = b.simulator.world
    slow = next(node for node in world.nodes() if node.router.name == "slow")
    slow.service = "starting"
    polls = []

    def start_later():
        while len(polls) < 3:
            polls[:] = b.simulator.commands(startswith="show assets slow")
            yield 30
        slow.service = "running"

    world.scheduler.spawn(start_later())
    run = b.play({"wait": health("service_running", targets=["good", "slow"], wait_timeout=30)})
    assert not run["wait"]["failed"], run["wait"]["msg"]
    assert "not healthy yet" in run.output


def test_bad_input_names_the_field_and_nobody_is_asked(bench):
    b = bench("standalone-6.3")
    cases = {
        "unknown": (health("versions"), "versions", "asset_settled, assets_back"),
        "of the other module": (health("rights"), "rights", "vendor_health_check"),
        "alarms": (health(alarms_before=[{"message": "x"}]), "category", "alarms_before"),
        "no list": (health(alarms_before="peer"), "alarms_before", "dict"),
        "soak": (health(soak="a while"), "soak", "int"),
        "version": (health("version", version="6.3.5;x"), "version", "6.3.5"),
    }
    run = b.play({name: case[0] for name, case in cases.items()})
    for name, (_task, field, accepted) in cases.items():
        assert run[name]["failed"] and not run[name].get("changed"), name
        assert field in run[name]["msg"] and accepted in run[name]["msg"], f"{name}: {run[name]['msg']}"
    assert b.sent == []


# -- compared with the time before ------------------------------------------------------------------------------------


def snapshots(b, *names):
    return b.play({"before": task("snapshot_info", {"targets": list(names)})})["before"]["snapshots"]


def cut(b, name, towards):
    """The paths of a router to another one are lost, as after an upgrade; the way to mend them."""
    world = b.simulator.world
    node = next(node for node in world.nodes() if node.router.name == name)

    def change(act):
        with world.lock:
            act()
            world.network.review(node)

    change(lambda: node.broken.peers.add(towards))
    return lambda: change(node.broken.peers.clear)


def compared(result):
    return {check["target"]: check for check in result["checks"] if check["name"] == "comparison"}


def test_a_router_that_lost_a_path_since_its_snapshot_fails_and_the_others_pass(bench):
    b = bench(authority(router("hub"), router("one"), router("two"), router("new")))
    before = snapshots(b, "one", "two")
    cut(b, "one", "hub")
    both = {"targets": ["one", "two"], "snapshots": before}
    run = b.play(
        {
            "lost": health("service_running", targets=["one", "two", "new"], snapshots=before),
            "accepted": health("service_running", **both, compare_thresholds={"peers": "100%", "alarms": 5}),
            "other area": health("service_running", **both, compare_areas=["services", "processes"]),
            "excluded": health("service_running", **both, compare_exclude=["^peers: .*hub", "^alarms: .*hub"]),
            "included": health("service_running", **both, compare_include=["^interfaces:"]),
        }
    )
    lost = run["lost"]
    assert lost["failed"] and set(lost["blocked_routers"]) == {"one"}
    comparisons = compared(lost)
    assert {name: check["state"] for name, check in comparisons.items()} == {
        "one": "fail",
        "two": "pass",
        "new": "skipped",
    }
    assert "peers: 1 of 1 worse" in comparisons["one"]["reason"] and "hub" in comparisons["one"]["evidence"]
    assert "is down" in comparisons["one"]["evidence"] and "comparison" in lost["msg"]
    for name in ("accepted", "other area", "excluded", "included"):
        assert not run[name]["failed"], run[name]["msg"]
    assert "accepted" in compared(run["accepted"])["one"]["reason"]


def test_the_own_router_is_compared_where_no_target_is_named(bench):
    b = bench("ha-6.3-image")
    before = b.play({"before": task("snapshot_info")})["before"]["snapshots"]
    service = next(conductor for conductor in b.simulator.world.conductors if conductor.name == "t106-dut2")
    asked = {"snapshots": before, "compare_areas": ["services"]}
    good = b.play({"check": health("router_known", **asked)})["check"]
    service.service = "offline"
    bad = b.play({"check": health("router_known", **asked)})["check"]
    assert [check["state"] for check in compared(good).values()] == ["pass"] and not good["failed"]
    assert bad["failed"] and "t106-dut2" in bad["msg"], "the other node of the pair counts as well"


def test_a_path_to_a_router_that_is_not_settled_is_no_loss(bench):
    b = bench(authority(router("hub"), router("one")))
    before = snapshots(b, "one")
    cut(b, "one", "hub")
    hub = next(node for node in b.simulator.world.nodes() if node.router.name == "hub")
    with b.simulator.world.lock:
        hub.state = "Disconnected"
    result = b.play({"check": health("service_running", targets=["one"], snapshots=before)})["check"]
    assert not result["failed"], result["msg"]
    assert "being worked on or not settled" in compared(result)["one"]["evidence"]


def test_what_comes_back_by_itself_is_waited_for_and_only_warns_within_its_time(bench):
    b = bench(authority(router("hub"), router("one"), router("two")))
    before = snapshots(b, "one", "two")
    mend = cut(b, "one", "hub")
    world = b.simulator.world
    asked = {"checks": ["service_running"], "targets": ["one", "two"], "snapshots": before, "compare_grace": 1e9}
    result = b.play({"once": task("health_check", {**LOOKS, **asked})})["once"]
    assert (
        not result["failed"]
        and compared(result)["one"]["state"] == "warn"
        and "given" in compared(result)["one"]["reason"]
    )
    assert result["by_router"]["one"]["state"] == "warn" and result["by_router"]["two"]["state"] == "pass"

    first = len(b.simulator.commands(startswith="show peers"))

    def mend_later():
        while len(b.simulator.commands(startswith="show peers")) < first + 4:
            yield 30
        mend()

    world.scheduler.spawn(mend_later())
    run = b.play({"wait": task("health_check", {**LOOKS, **asked, "wait_timeout": 60})})
    assert not run["wait"]["failed"] and compared(run["wait"])["one"]["state"] == "pass", compared(run["wait"])["one"]
    assert "not healthy yet" in run.output
    assert len(b.simulator.commands(startswith="show peers router two")) == 3, "what has passed is not asked again"


def test_what_could_be_told_before_and_cannot_be_now_is_a_warning(bench):
    b = bench(authority(router("hub"), router("one")))
    before = snapshots(b, "one")
    node = next(node for node in b.simulator.world.nodes() if node.router.name == "one")
    with b.simulator.world.lock:
        node.state = "Disconnected"
    only = {"targets": ["one"], "snapshots": before}
    run = b.play(
        {
            "peers": health("router_known", **only, compare_areas=["peers"]),
            "assets": health("router_known", **only, compare_areas=["assets"]),
        }
    )
    assert compared(run["peers"])["one"]["state"] == "warn" and "peers" in compared(run["peers"])["one"]["reason"]
    assert run["assets"]["failed"], "an asset that was settled and is away is a loss"


def test_snapshots_that_are_none_are_refused_before_anything_is_asked(bench):
    b = bench("standalone-6.3")
    good = {
        "version": 1,
        "router": "hub",
        "nodes": ["h1"],
        "at": "2026-03-02T22:00:00Z",
        "areas": {},
        "unavailable": {},
    }
    cases = {
        "text": (health(snapshots={"hub": "x"}), "hub", "snapshot_info"),
        "other version": (health(snapshots={"hub": {**good, "version": 9}}), "hub", "version 1"),
        "damaged": (health(snapshots={"hub": {**good, "areas": {"peers": {"x": "up"}}}}), "hub", "damaged"),
        "other router": (health(snapshots={"spoke": good}), "spoke", "hub"),
        "area": (health(snapshots={"hub": good}, compare_areas=["paths"]), "paths", "peers"),
        "threshold": (health(snapshots={"hub": good}, compare_thresholds={"peers": "some"}), "peers", "10%"),
        "pattern": (health(snapshots={"hub": good}, compare_exclude=["("]), "compare_exclude", "regular"),
    }
    run = b.play({name: case[0] for name, case in cases.items()})
    for name, (_task, field, accepted) in cases.items():
        assert run[name]["failed"], name
        assert field in run[name]["msg"] and accepted in run[name]["msg"], f"{name}: {run[name]['msg']}"
    assert b.simulator.commands() == []
    result = b.play({"nothing": health("router_known", snapshots={"hub": good})})["nothing"]
    assert result["failed"] and "Name the routers in targets" in result["msg"]


# -- docs/checks.md ---------------------------------------------------------------------------------------------------


def test_the_example_of_an_own_check_runs_as_it_is_written(bench):
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    example = next(block for block in re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S) if "hosts:" in block)
    name = "Check that they are settled and that their uplinks are up"
    down = [{"name": "wan", "oper": "down"}, "lan"]
    for ports, state in ((["wan", "lan"], "pass"), (down, "fail")):
        b = bench(authority(router("hub"), router("branch-1"), router("branch-2", interfaces=ports)))
        playbook = b.folder / "example.yml"
        playbook.write_text(example, encoding="utf-8")
        result = b.run(playbook, pace=False).assert_clean(*b.secrets)[name]
        checks = {check["target"]: check for check in result["checks"] if check["name"] == "uplinks_up"}
        assert {target: check["state"] for target, check in checks.items()} == {"branch-1": "pass", "branch-2": state}
        assert result["failed"] == (state == "fail")
    quoted = re.search(r"^```text\n(.*) \.\.\.$", text, re.M)[1]
    assert checks["branch-2"]["reason"].startswith(quoted)
