# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module precheck: which checks run, what stops and what only warns."""

from __future__ import annotations

import pytest

from tests.integration.harness import task
from tests.integration.routers import NEW, OLD, authority, inventory, router

LOOKS = {"poll_interval": 0.1, "stable_polls": 2, "health_timeout": 10}


def precheck(*checks, keywords=None, **args):
    checks = list(checks) or ["all"]
    return task("precheck", {"checks": checks, **LOOKS, **args}, **(keywords or {}))


def states(result):
    return {check["name"]: check["state"] for check in result["checks"]}


def test_a_healthy_pair_passes_and_nothing_is_changed(bench):
    b = bench("ha-6.3-image")
    run = b.play({"check": precheck(version="6.3.5"), "no version": precheck("version_offered", "not_older")})
    result = run["check"]
    assert not result["failed"] and not result["blocked"] and not result["changed"] and result["taken_up"] is None
    others = {"other_candidates", "settled_before", "boot_volume", "pair_in_sync"}
    assert {name for name, state in states(result).items() if state != "pass"} <= others
    assert result["counts"]["pass"] >= 14 and result["counts"]["fail"] == 0
    assert {check["target"] for check in result["checks"]} == {"t106-dut1.Conductor"}
    assert set(states(run["no version"]).values()) == {"skipped"}
    # A bare request prints its usage; the vendor's own check changes nothing either.
    asked = ("request system software upgrade", "request system software health-check")
    assert not [command for command in b.sent if not command.startswith(asked)] and b.upgrades() == []


def test_lists_of_checks_can_leave_out_lower_and_raise(bench):
    b = bench("ha-6.3-image", faults=["critical_alarm", "dirty_candidate"])
    cheap = ("clean_candidate", "critical_alarms", "release_supported")
    run = b.play(
        {
            "as they are": precheck(*cheap),
            "look": precheck(*cheap, fail_on_target=False, keywords={"check_mode": True}),
            "left out": precheck(*cheap, "!clean_candidate", "!critical_alarms"),
            "lowered": precheck(*({"name": name, "severity": "warn"} for name in cheap)),
            "allowed": precheck("critical_alarms", allow_alarms=["idp ENGINE"]),
            "raised": precheck({"name": "rights", "severity": "block"}, "release_supported"),
        }
    )
    failed = run["as they are"]
    assert failed["failed"] and failed["blocked"] and failed["counts"]["fail"] == 2
    assert "clean_candidate" in failed["msg"] and "IDP engine" in failed["msg"]
    assert list(states(failed)) == list(cheap), "in the order in which they were asked for"
    assert not run["look"]["failed"] and run["look"]["blocked"] and states(run["look"]) == states(failed)
    assert list(states(run["left out"])) == ["release_supported"]
    assert not run["lowered"]["failed"] and not run["lowered"]["blocked"]
    assert not run["allowed"]["failed"] and states(run["allowed"]) == {"critical_alarms": "pass"}
    assert {check["severity"] for check in run["raised"]["checks"]} == {"block"}


def test_bad_input_names_what_is_known_and_nobody_is_asked(bench):
    b = bench("standalone-6.3")
    cases = {
        "unknown": (precheck("asset_setled"), "asset_setled", "asset_settled, boot_volume, clean_candidate"),
        "unknown to leave out": (precheck("!nothing"), "nothing", "version_offered"),
        "of the other module": (precheck("assets_back"), "assets_back", "release_supported"),
        "severity": (precheck({"name": "rights", "severity": "loud"}), "loud", "'block' or 'warn'"),
        "number": (precheck(3), "3", "name"),
        "pattern": (precheck("critical_alarms", allow_alarms=["("]), "allow_alarms", "regular expression"),
        "version": (precheck("not_older", version="new|x"), "version", "6.3.5"),
        "looks": (precheck(stable_polls="many"), "stable_polls", "int"),
        "answer": (precheck(health_check_unknown="fail"), "health_check_unknown", "warn, hold"),
    }
    run = b.play({name: case[0] for name, case in cases.items()})
    for name, (_task, field, accepted) in cases.items():
        assert run[name]["failed"] and not run[name].get("changed"), name
        assert field in run[name]["msg"] and accepted in run[name]["msg"], f"{name}: {run[name]['msg']}"
    assert b.sent == []


# -- routers ----------------------------------------------------------------------------------------------------------

MANY = [
    router("good"),
    router("pair", "p1", "p2"),
    router("half", "h1", "h2", resource_groups=["stores"]),
    router("full", resource_groups=["stores"]),
    router("twin"),
    router("wrong"),
    router("dead", nodes=[{"name": "d1", "state": "Disconnected", "in_status": "40d"}]),
    router("old", version="6.2.5-5.r2.el7", install_type="package"),
]
FAULTS = [
    {"type": "disk_low", "router": "full"},
    {"type": "duplicate_asset", "router": "twin"},
    {"type": "asset_errors", "router": "wrong"},
]


def fleet(bench, *faults, **more):
    """A conductor of the new release with a router for each kind of trouble."""
    rows = [dict(spec) for spec in MANY]
    rows[2]["nodes"] = [{"name": "h1", "version": NEW}, {"name": "h2"}]
    return bench(authority(*rows, **more), faults=[*FAULTS, *faults])


def routers(*names, **args):
    return precheck(version="6.3.5", targets=list(names) or [spec["name"] for spec in MANY], **args)


def of(result, router_name, name):
    """State and reason of a check of a router, or of a node of it."""
    ends = (router_name, f".{router_name}")
    return next(
        (check["state"], check["reason"])
        for check in result["checks"]
        if check["name"] == name and check["target"].endswith(ends)
    )


def test_each_router_gets_its_own_verdict_and_the_conductor_is_asked_few_questions(bench):
    b = fleet(bench)
    dead = {"name": "asset_settled", "disconnected": "warn"}
    run = b.play(
        {
            "check": routers(fail_on_target=False, keywords={"check_mode": True}),
            "warned": precheck(dead, version="6.3.5", targets=["dead", "good"]),
        }
    )
    result = run["check"]
    assert not result["failed"] and result["blocked"] and not result["changed"]
    assert set(result["blocked_routers"]) == {"full", "twin", "dead"}, result["table"]
    assert (
        "disk_space" in result["blocked_routers"]["full"] and "Delete old archives" in result["blocked_routers"]["full"]
    )
    assert "duplicate_assets" in result["blocked_routers"]["twin"]
    assert "asset_settled" in result["blocked_routers"]["dead"]
    states = {name: verdict["state"] for name, verdict in result["by_router"].items()}
    assert states["good"] == "pass" and states["wrong"] == "warn" and states["half"] == "warn", result["by_router"]
    assert "timed out" in of(result, "wrong", "asset_errors")[1]
    assert of(result, "half", "same_version")[0] == "warn"
    assert of(result, "old", "disk_space")[0] == "pass" and of(result, "old", "upgrade_path")[0] == "warn"
    assert of(result, "dead", "vendor_health_check") == ("skipped", "It is disconnected, so it cannot be asked")
    assert "conductors_settled" not in {check["name"] for check in result["checks"]}
    assert not run["warned"]["failed"] and run["warned"]["by_router"]["dead"]["state"] == "warn"
    for once in ("show alarms", "show assets software", "show system software available", "show plugins installed"):
        assert len(b.simulator.commands(startswith=once)) <= 1, once
    assert b.simulator.commands(startswith="connect") == [] and b.upgrades() == []


def test_routers_are_named_by_hosts_and_resource_groups_too(bench):
    b = fleet(bench)
    inventory(b, good=None, branch_1={"ssr_router": "pair"})
    run = b.play(
        {
            "hosts": precheck("router_known", "same_version", version="6.3.5", target_hosts=["good", "branch-1"]),
            "group": precheck("router_known", resource_group="stores"),
            "node": precheck("not_older", version="6.3.5", targets=[{"router": "half", "node": "h2"}]),
        }
    )
    assert set(run["hosts"]["by_router"]) == {"good", "pair"}
    assert set(run["group"]["by_router"]) == {"half", "full"}
    assert [check["target"] for check in run["node"]["checks"]] == ["h2.half"]


def test_targets_that_make_no_sense_are_refused_or_blocked_by_name(bench):
    b = fleet(bench)
    known = {"router_known": "pass"}
    run = b.play(
        {
            "unknown": routers("moon", "good"),
            "blocked": precheck("router_known", targets=["moon", "good"], unknown_targets="block"),
            "skipped": precheck("router_known", targets=["moon", "good"], unknown_targets="skip"),
            "none": precheck("router_known", targets=["moon"], unknown_targets="skip"),
            "empty": precheck("router_known", targets=[]),
            "stranger": precheck("router_known", target_hosts=["nobody"]),
        }
    )
    assert run["unknown"]["failed"] and "moon" in run["unknown"]["msg"]
    assert run["blocked"]["failed"] and set(run["blocked"]["blocked_routers"]) == {"moon"}
    assert "1 of 2 routers are blocked: moon" in run["blocked"]["msg"]
    assert not run["skipped"]["failed"] and set(run["skipped"]["by_router"]) == {"good"}
    assert states(run["skipped"]) == known
    for name, word in (("none", "none of the targets"), ("empty", "no target"), ("stranger", "nobody")):
        assert run[name]["failed"] and word in run[name]["msg"], run[name]["msg"]


def test_a_path_that_cannot_be_gone_names_the_steps(bench):
    middle, far = "6.3.6-1.r1.el7", "7.1.3-8.r1.el9"
    b = bench(
        authority(
            router("good"), router("late", version="6.3.3-40.r2.el7"), version="6.3.3-40.r2.el7",
            releases=[{"name": OLD}, {"name": "6.3.3-40.r2.el7"}, {"name": middle}, {"name": far}],
        )
    )  # fmt: skip
    run = b.play(
        {
            "conductor": precheck("upgrade_path", version=far),
            "router": precheck("conductor_not_older", "version_available", version=far, targets=["late"]),
        }
    )
    assert run["conductor"]["failed"] and "6.3.5, 6.3.6 or 6.3.7" in run["conductor"]["msg"]
    assert "6.3.3-40.r2 to 6.3.6-1.r1 to 7.1.3-8.r1" in run["conductor"]["msg"]
    assert run["router"]["failed"] and "upgrade the conductor first" in run["router"]["blocked_routers"]["late"]


def test_checks_of_the_user_are_made_for_each_router(bench):
    b = fleet(bench)
    lone = {"name": "lone", "command": "show assets router {router}", "query": "length(tables[0])", "expect": 1}
    broken = {"name": "lone", "command": "show assets router {router}", "query": "tables[0", "expect": 1}
    harmful = {"name": "reset", "command": "restore config running force", "expect": 1}
    run = b.play(
        {
            "own": precheck("router_known", lone, targets=["good", "pair"], fail_on_target=False),
            "alone": precheck(lone, targets=["good"]),
            "broken": precheck(broken, targets=["good"]),
            "harmful": precheck(harmful, targets=["good"]),
        }
    )
    assert {name: verdict["state"] for name, verdict in run["own"]["by_router"].items()} == {
        "good": "pass",
        "pair": "fail",
    }
    assert "lone" in run["own"]["blocked_routers"]["pair"]
    assert states(run["alone"]) == {"lone": "pass"}
    assert run["broken"]["failed"] and "query" in run["broken"]["msg"] and "character" in run["broken"]["msg"]
    assert run["harmful"]["failed"] and "show" in run["harmful"]["msg"]
    assert b.simulator.commands(startswith="restore") == []


@pytest.mark.parametrize("when", ["before_answer", "after_answer"])
def test_a_session_that_ends_in_the_middle_is_a_failure_that_says_so(bench, when):
    b = bench("standalone-6.3", faults=[{"type": "drop_session", "after_commands": 3, "when": when}])
    run = b.play({"check": precheck("clean_candidate", "asset_settled", "critical_alarms")})
    assert run["check"]["failed"] and run["check"]["connection"] == "lost"
    assert "closed the connection" in run["check"]["msg"]
