# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module software_revert: sent only where it is safe, and proven afterwards."""

from __future__ import annotations

from tests.integration.harness import AUTHORITY, QUICK, task

BEFORE, AFTER = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"
C1 = {"router": "Conductor", "node": "c1"}


def revert(*targets, keywords=None, **args):
    return task("software_revert", {"targets": list(targets), **QUICK, **args}, **(keywords or {}))


def node_of(result):
    return next(iter(result["by_router"].values()))["nodes"][0]


def upgraded(state="failed", router="Conductor", node="c1", **fields):
    """What software_upgrade returned of a node, as far as a revert looks at it."""
    entry = {"node": node, "state": state, "accepted": True, "from_version": BEFORE, "to_version": AFTER}
    return {"by_router": {router: {"nodes": [{**entry, "reason": "its service is down", **fields}]}}}


def test_a_person_reverts_one_node_by_naming_the_version_it_must_run_afterwards(bench):
    b = bench(AUTHORITY)
    run = b.play(
        {
            "plan": revert(C1, version="6.3.0", keywords={"check_mode": True, "diff": True}),
            "wrong version": revert(C1, version="6.3.3", keywords={"check_mode": True}),
            "revert": revert(C1, version="6.3.0", cohort_id="night-1", keywords={"diff": True}),
            "again": revert(C1, version="6.3.0"),
            "check again": revert(C1, version="6.3.0", keywords={"check_mode": True}),
        }
    )
    assert run["plan"]["changed"] and run["plan"]["totals"] == {"planned": 1}
    assert run["plan"]["diff"]["before"]["c1.Conductor"] == "6.3.5-39.r1", "spelled as in messages"
    assert "6.3.0" in run["plan"]["diff"]["after"]["c1.Conductor"]
    assert run["revert"]["changed"] and run["revert"]["totals"] == {"done": 1}, run["revert"]["msg"]
    assert not run["again"]["changed"] and run["again"]["totals"] == {"up_to_date": 1}
    assert not run["check again"]["changed"]
    (sent,) = b.reverts()
    assert " router Conductor " in sent and sent.endswith(" node c1") and " cohort-id night-1 " in sent
    assert b.truth("c1")["version"] == BEFORE and b.truth("c2")["version"] == AFTER
    assert b.simulator.violations == []


def test_what_an_upgrade_of_this_run_does_not_justify_is_not_sent(bench):
    b = bench(AUTHORITY)
    health = {"checks": [{"name": "critical_alarms", "state": "fail", "reason": "an alarm elsewhere"}]}
    cases = {
        "not accepted": (revert(C1, upgrade=upgraded(accepted=False)), "not accepted"),
        "other node": (revert(C1, upgrade=upgraded(node="c2")), "not accepted"),
        "nothing local": (
            revert(C1, upgrade=upgraded("held"), health_check=health, only_local_faults=True),
            "node itself",
        ),
        "ran it before": (revert(C1, upgrade=upgraded(from_version=AFTER)), AFTER.removesuffix(".el7")),
        "other version": (revert(C1, upgrade=upgraded(to_version="6.3.3-40.r2.el7")), "nothing to revert"),
        "unknown before": (revert(C1, upgrade=upgraded(from_version=None)), "not recorded"),
    }
    run = b.play({name: case[0] for name, case in cases.items()})
    for name, (_task, why) in cases.items():
        assert not run[name]["changed"], name
        if name != "ran it before":
            assert run[name]["failed"] and run[name]["totals"] == {"not_started": 1}, name
        assert why in run[name]["msg"], f"{name}: {run[name]['msg']}"
    assert b.reverts() == []


def test_a_conductor_is_not_taken_below_its_routers_unless_a_person_says_so(bench):
    routers = [AUTHORITY["routers"][0], {"name": "hub", "version": "6.3.3-40.r2.el7", "nodes": [{"name": "hub-1"}]}]
    b = bench(AUTHORITY, routers=routers)
    run = b.play(
        {
            "refuse": revert(C1, version="6.3.0"),
            "of the run": revert(C1, upgrade=upgraded(local_fault=True), only_local_faults=True, fail_on_target=False),
            "allow": revert(C1, version="6.3.0", allow_newer_routers=True),
        }
    )
    for name in ("refuse", "of the run"):
        assert run[name]["totals"] == {"not_started": 1} and "hub-1.hub (6.3.3-40.r2)" in run[name]["msg"]
    assert run["refuse"]["failed"] and not run["of the run"]["failed"]
    assert run["allow"]["totals"] == {"done": 1}
    assert len(b.reverts()) == 1


def test_a_revert_that_is_answered_with_an_error_or_that_changes_nothing_is_no_success(bench):
    b = bench(AUTHORITY, faults=[{"type": "revert_fails", "node": "c1", "text": "The other volume is damaged"}])
    same = bench(AUTHORITY, faults=[{"type": "revert_fails", "node": "c1", "how": "same_version"}])
    b.hosts({"error": b.simulator, "same": same.simulator})
    run = b.play({"revert": revert(C1, version="6.3.0", upgrade_timeout=4)}, hosts="all")
    error, same_again = run["revert", "error"], run["revert", "same"]
    # It is none of the known refusals, so it may have begun something.
    assert error["failed"] and node_of(error)["state"] == "unknown" and "The other volume is damaged" in error["msg"]
    assert (
        same_again["failed"]
        and same_again["changed"]
        and node_of(same_again)["state"] in ("failed", "unknown", "reverted")
    )
    assert len(b.reverts()) == len(same.reverts()) == 1


def test_below_6_3_there_is_no_revert_command_and_the_manual_way_is_named(bench):
    b = bench("ha-6.2-package")
    target = {"router": "RTR_EAST_CONDUCTOR", "node": "conductor-east-1"}
    upgrade = upgraded(
        router=target["router"], node=target["node"], from_version="6.1.10-3.el7", to_version="6.2.5-5.r2.el7"
    )
    run = b.play(
        {
            "by hand": revert(target, version="6.1.10", allow_newer_routers=True),
            "of the run": revert(target, upgrade=upgrade, allow_newer_routers=True),
        }
    )
    for name in ("by hand", "of the run"):
        assert run[name]["failed"] and not run[name]["changed"] and "6.3" in run[name]["msg"]
    assert b.reverts() == []


def test_bad_input_is_refused_in_a_sentence_before_anything_is_sent(bench):
    b = bench(AUTHORITY)
    cases = {
        "no version": (revert(C1), "version", "upgrade"),
        "a whole pair": (revert("Conductor", version="6.3.0"), "targets", "router and node"),
        "empty": (revert(version="6.3.0"), "targets", ""),
        "empty of the run": (revert(upgrade=upgraded()), "targets", ""),
        "unknown router": (revert({"router": "Conductr", "node": "c1"}, version="6.3.0"), "Conductr", "Conductor"),
        "unknown node": (revert({"router": "hub", "node": "x"}, version="6.3.0"), "'x'", "hub-1"),
        "blank": (revert(C1, version="6.3.0 force"), "version", "accepted"),
        "no release": (revert(C1, version="before"), "version", "6.3.5"),
        "cohort": (revert(C1, version="6.3.0", cohort_id="a;b"), "cohort_id", "accepted"),
        "result": (revert(C1, upgrade="failed"), "upgrade", "dict"),
        "number": (revert({"router": "hub", "node": 1}, upgrade=upgraded(router="hub", node=1)), "node", "quotes"),
    }
    run = b.play({name: case[0] for name, case in cases.items()})
    for name, (_task, field, accepted) in cases.items():
        assert run[name]["failed"] and not run[name].get("changed"), name
        assert field in run[name]["msg"] and accepted in run[name]["msg"], f"{name}: {run[name]['msg']}"
    assert b.reverts() == []


def test_check_mode_of_a_revert_says_what_the_run_will_do_by_what_lies_on_the_idle_volumes(bench):
    elsewhere, fine = {"previous": "6.2.5-5.r2.el7"}, {"previous": BEFORE}
    routers = [
        AUTHORITY["routers"][0],
        {"name": "low", "version": AFTER, "nodes": [{"name": "low-1", **elsewhere}]},
        {"name": "set", "version": AFTER, "nodes": [{"name": "set-1", **fine}]},
        {"name": "good", "version": AFTER, "nodes": [{"name": "good-1", **fine}]},
    ]
    selected = {"type": "other_volume_selected", "node": "set-1"}
    b = bench(AUTHORITY, routers=routers, habits={"version_detail": "volumes"}, faults=[selected])
    names = ("low", "set", "good")
    run = b.play(
        {
            "plan": revert(*names, version="6.3.0", pair_soak=0, keywords={"check_mode": True}),
            "revert": revert(*names, version="6.3.0", pair_soak=0),
        }
    )
    states = {
        name: {router: entry["state"] for router, entry in run[name]["by_router"].items()}
        for name in ("plan", "revert")
    }
    assert states["plan"] == {"low": "blocked", "set": "blocked", "good": "planned"}
    assert states["revert"] == {"low": "blocked", "set": "blocked", "good": "done"}
    for name in ("plan", "revert"):
        assert "to 6.2.5-5.r2," in run[name]["by_router"]["low"]["reason"]
        assert "next boot is set to volume a" in run[name]["by_router"]["set"]["reason"]
    assert len(b.reverts()) == 1


def test_an_upgrade_by_itself_looks_at_the_selected_boot_volume_too(bench):
    below = [{"name": name, "version": BEFORE, "nodes": [{"name": f"{name}-1"}]} for name in ("set", "good")]
    routers = [AUTHORITY["routers"][0], *below]
    selected = {"type": "other_volume_selected", "node": "set-1"}
    b = bench(AUTHORITY, routers=routers, habits={"version_detail": "volumes"}, faults=[selected])
    upgrade = {"targets": ["set", "good"], "version": "6.3.5", "pair_soak": 0, "health_check": False, **QUICK}
    run = b.play(
        {"plan": task("software_upgrade", upgrade, check_mode=True), "upgrade": task("software_upgrade", upgrade)}
    )
    states = {
        name: {router: entry["state"] for router, entry in run[name]["by_router"].items()}
        for name in ("plan", "upgrade")
    }
    assert states["plan"] == {"set": "blocked", "good": "planned"}
    assert states["upgrade"] == {"set": "blocked", "good": "done"}
    assert "somebody has prepared a change" in run["upgrade"]["by_router"]["set"]["reason"]
    assert b.upgrades("set-1") == [] and b.truth("set-1")["version"] == BEFORE
