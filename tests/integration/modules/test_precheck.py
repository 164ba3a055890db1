# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module precheck: which checks run, what stops and what only warns."""

from __future__ import annotations

import pytest

from tests.integration.harness import task

LOOKS = {"poll_interval": 0.1, "stable_polls": 2, "health_timeout": 10}


def precheck(*checks, keywords=None, **args):
    checks = list(checks) or ["all"]
    return task("precheck", {"checks": checks, **LOOKS, **args}, **(keywords or {}))


def states(result):
    return {one["name"]: one["state"] for one in result["checks"]}


def test_a_healthy_pair_passes_and_nothing_is_changed(bench):
    b = bench("ha-6.3-image")
    got = b.play({"check": precheck(version="6.3.5"), "no version": precheck("version_offered", "not_older")})
    result = got["check"]
    assert not result["failed"] and not result["blocked"] and not result["changed"] and result["taken_up"] is None
    assert {name for name, state in states(result).items() if state != "pass"} <= {"other_candidates"}
    assert result["counts"]["pass"] >= 14 and result["counts"]["fail"] == 0
    assert {one["target"] for one in result["checks"]} == {"t106-dut1.Conductor"}
    assert set(states(got["no version"]).values()) == {"skipped"}
    # A bare request prints its usage; the vendor's own check changes nothing either.
    asked = ("request system software upgrade", "request system software health-check")
    assert not [one for one in b.sent if not one.startswith(asked)] and b.upgrades() == []


def test_lists_of_checks_can_leave_out_lower_and_raise(bench):
    b = bench("ha-6.3-image", faults=["critical_alarm", "dirty_candidate"])
    cheap = ("clean_candidate", "critical_alarms", "release_supported")
    got = b.play(
        {
            "as they are": precheck(*cheap),
            "look": precheck(*cheap, fail_on_target=False, keywords={"check_mode": True}),
            "left out": precheck(*cheap, "!clean_candidate", "!critical_alarms"),
            "lowered": precheck(*({"name": name, "severity": "warn"} for name in cheap)),
            "allowed": precheck("critical_alarms", allow_alarms=["idp ENGINE"]),
            "raised": precheck({"name": "rights", "severity": "block"}, "release_supported"),
        }
    )
    failed = got["as they are"]
    assert failed["failed"] and failed["blocked"] and failed["counts"]["fail"] == 2
    assert "clean_candidate" in failed["msg"] and "IDP engine" in failed["msg"]
    assert list(states(failed)) == list(cheap), "in the order in which they were asked for"
    assert not got["look"]["failed"] and got["look"]["blocked"] and states(got["look"]) == states(failed)
    assert list(states(got["left out"])) == ["release_supported"]
    assert not got["lowered"]["failed"] and not got["lowered"]["blocked"]
    assert not got["allowed"]["failed"] and states(got["allowed"]) == {"critical_alarms": "pass"}
    assert {one["severity"] for one in got["raised"]["checks"]} == {"block"}


def test_bad_input_names_what_is_known_and_nobody_is_asked(bench):
    b = bench("standalone-6.3")
    cases = {
        "unknown": (precheck("asset_setled"), "asset_setled", "asset_settled, clean_candidate"),
        "unknown to leave out": (precheck("!nothing"), "nothing", "version_offered"),
        "of the other module": (precheck("assets_back"), "assets_back", "release_supported"),
        "severity": (precheck({"name": "rights", "severity": "loud"}), "loud", "'block' or 'warn'"),
        "number": (precheck(3), "3", "name"),
        "pattern": (precheck("critical_alarms", allow_alarms=["("]), "allow_alarms", "regular expression"),
        "version": (precheck("not_older", version="new|x"), "version", "6.3.5"),
        "looks": (precheck(stable_polls="many"), "stable_polls", "int"),
        "answer": (precheck(health_check_unknown="fail"), "health_check_unknown", "warn, hold"),
    }
    got = b.play({name: one[0] for name, one in cases.items()})
    for name, (_task, field, accepted) in cases.items():
        assert got[name]["failed"] and not got[name].get("changed"), name
        assert field in got[name]["msg"] and accepted in got[name]["msg"], f"{name}: {got[name]['msg']}"
    assert b.sent == []


@pytest.mark.parametrize("when", ["before_answer", "after_answer"])
def test_a_session_that_ends_in_the_middle_is_a_failure_that_says_so(bench, when):
    b = bench("standalone-6.3", faults=[{"type": "drop_session", "after_commands": 3, "when": when}])
    got = b.play({"check": precheck("clean_candidate", "asset_settled", "critical_alarms")})
    assert got["check"]["failed"] and got["check"]["connection"] == "lost"
    assert "closed the connection" in got["check"]["msg"]
