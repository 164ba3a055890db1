# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing checks by name, and running them."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks import families, registry
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import (
    CHECKS,
    Check,
    CheckResult,
    UnknownCheck,
    failed,
    passed,
    select,
    skipped,
    table,
    warned,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.runner import run_check
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import NotOffered
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    DeviceError,
    LoginRefused,
    NoPrompt,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.revert_rules import local_fault

CONTEXT = SimpleNamespace(target="node1.Conductor", away=False)


def complete(stage="pre"):
    """The checks that can be made without a parameter of the user."""
    return [name for name, check in CHECKS.items() if stage in check.stages and not check.incomplete]


def names(wanted, stage="pre"):
    return [check.name for check in select(wanted, stage)]


def one_check(function, severity="block") -> Check:
    return Check("probe", "A probe.", severity, ("pre",), function)


def run(function, severity="block") -> CheckResult:
    return run_check(one_check(function, severity), CONTEXT)


def raising(error):
    def function(_context):
        raise error

    return function


@pytest.mark.parametrize("wanted", [[], ["all"], [{"name": "all"}]])
@pytest.mark.parametrize("stage", ["pre", "post"])
def test_all_means_every_check_of_the_stage(wanted, stage) -> None:
    assert names(wanted, stage) == complete(stage)


def test_named_checks_come_in_the_order_of_the_user_and_no_other() -> None:
    assert names(["rights", "clean_candidate"]) == ["rights", "clean_candidate"]


@pytest.mark.parametrize("wanted", [["!rights"], ["all", "!rights"], ["!rights", "!not_older"]])
def test_an_excluded_check_is_left_out_of_all(wanted) -> None:
    selected = names(wanted)
    assert "rights" not in selected and "clean_candidate" in selected


def test_an_exclusion_takes_back_what_was_named_before() -> None:
    assert names(["rights", "clean_candidate", "!rights"]) == ["clean_candidate"]


def test_the_severity_of_one_check_can_be_changed() -> None:
    severities = {
        check.name: check.severity for check in select(["all", {"name": "rights", "severity": "warn"}], "pre")
    }
    assert severities["rights"] == "warn"
    assert {name: severity for name, severity in severities.items() if name != "rights"} == {
        name: CHECKS[name].severity for name in complete() if name != "rights"
    }
    assert CHECKS["rights"].severity == "block"


def test_the_severity_of_all_checks_can_be_changed() -> None:
    assert {check.severity for check in select([{"name": "all", "severity": "warn"}], "pre")} == {"warn"}


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (["right"], "no check 'right'.*Known are: all, .*rights"),
        (["!right"], "no check 'right'"),
        ([{"severity": "warn"}], "no check ''"),
        (["processes_led"], "no check 'processes_led'"),
        ([{"name": "rights", "severity": "info"}], "can be 'block' or 'warn'"),
        ([{"name": "asset_settled", "disconected": "warn"}], "takes no 'disconected'.*name, severity, disconnected"),
        ([{"name": "asset_settled", "disconnected": "no"}], "'asset_settled' is 'no'; it can be fail or warn"),
        ([{"name": "settled_before", "accept": [4]}], "a list of names"),
        ([{"name": "disk_space", "min_free": "much"}], "a number of 0 or more"),
        ([{"name": "disk_space", "min_free": -1}], "a number of 0 or more"),
        ([{"name": "time_left", "window_end": "04:30"}], "'04:30': it has no time zone.*of the check"),
        ([{"name": "time_left", "window_end": "soon"}], "'soon': give a time such as 05:00"),
        ([{"name": "time_left", "window_end": "04:30", "time_zone": "Bern"}], "'Bern' is not a time zone"),
        (["time_left"], "'time_left' needs window_end"),
        ([{"name": "all", "rule": "minor"}], "'all' takes no 'rule'"),
        ([7], "7 names no check"),
        ([None], "names no check"),
    ],
)
def test_a_check_that_is_not_known_at_this_stage_is_refused_with_the_known_ones(wanted, words) -> None:
    with pytest.raises(UnknownCheck, match=words) as refused:
        select(wanted, "pre")
    assert str(refused.value).count("Nothing was sent.") == 1


def test_a_parameter_is_read_and_handed_to_the_check() -> None:
    wanted = [{"name": "disk_space", "min_free": "25"}, {"name": "settled_before", "accept": "b4.branch4"}]
    assert [check.given for check in select(wanted, "pre")] == [{"min_free": 25.0}, {"accept": ("b4.branch4",)}]
    parameters = []
    probe = Check(
        "probe",
        "A probe.",
        "block",
        ("pre",),
        lambda context, **more: parameters.append(more) or passed("x"),
        given={"a": 1},
    )
    run_check(probe, CONTEXT)
    assert parameters == [{"a": 1}]


@pytest.mark.parametrize("empty", ["", " ", None])
def test_an_empty_window_is_a_mistake_and_not_no_window(empty) -> None:
    with pytest.raises(UnknownCheck, match=r"window_end of check 'time_left' is empty.*'none'"):
        names(["rights", {"name": "time_left", "window_end": empty}])


@pytest.mark.parametrize(
    ("given", "utc"),
    [
        ({"window_end": "+6h30"}, "03 03:45"),
        ({"window_end": "05:00", "time_zone": "Europe/Berlin"}, "03 04:00"),
        ({"time_zone": "+02:00", "window_end": "05:00"}, "03 03:00"),
        ({"window_end": "2026-03-07 05:00 Europe/Berlin"}, "07 04:00"),
        ({"window_end": "2026-03-07T05:00:00+01:00", "time_zone": ""}, "07 04:00"),
    ],
)
def test_the_time_of_a_check_is_read_as_every_time_of_a_user(given, utc) -> None:
    now = datetime(2026, 3, 2, 21, 15, tzinfo=timezone.utc)
    (time_left,) = select([{"name": "time_left", **given}], "pre", now)
    assert time_left.given["window_end"].astimezone(timezone.utc).strftime("%d %H:%M") == utc


def test_a_check_whose_parameter_is_given_as_none_is_not_wanted() -> None:
    assert names(["rights", {"name": "time_left", "window_end": "none"}]) == ["rights"]
    moment = {"name": "time_left", "window_end": "2026-03-02T04:30:00Z"}
    assert names(["all", moment])[-1] == "time_left"


def test_every_parameter_says_what_it_is() -> None:
    for check in CHECKS.values():
        for name, parameter in check.parameters.items():
            assert parameter.about.endswith("."), name


def test_every_check_has_a_sentence_a_severity_and_a_stage() -> None:
    assert families.FAMILIES
    for check in CHECKS.values():
        assert check.description.endswith(".") and len(check.description) > 20
        assert check.severity in ("block", "warn")
        assert check.stages and set(check.stages) <= set(registry.STAGES)
        assert check.applies and set(check.applies) <= set(registry.KINDS) and check.per in registry.PER


@pytest.mark.parametrize("finding", [passed, warned, failed, skipped])
def test_a_finding_becomes_a_result_with_its_evidence_and_a_sentence(finding) -> None:
    result = run(lambda context: finding("something was seen", "the words"))
    assert (result.name, result.target, result.severity) == ("probe", "node1.Conductor", "block")
    assert (result.reason, result.evidence) == ("Something was seen", "the words")
    assert result.as_data()["state"] == result.state


@pytest.mark.parametrize(
    ("finding", "severity", "blocks"),
    [(failed, "block", True), (failed, "warn", False), (warned, "block", False), (passed, "block", False)],
)
def test_only_a_failure_of_a_blocking_check_blocks(finding, severity, blocks) -> None:
    assert run(lambda context: finding("x"), severity).blocks is blocks


@pytest.mark.parametrize(
    ("error", "evidence"),
    [
        (DeviceError("show alarms", "% Error: Unhandled TypeError"), "% Error: Unhandled TypeError"),
        (NoPrompt("'show alarms' has not come back within 60 s."), "'show alarms' has not come back within 60 s."),
        (NotOffered("The command exists from 6.3 on."), ""),
    ],
)
def test_what_the_device_refuses_is_a_finding_and_no_crash(error, evidence) -> None:
    result = run(raising(error))
    assert (result.state, result.evidence) == ("fail", evidence)
    assert result.reason.startswith("It could not be determined") and str(error) in result.reason
    fault = local_fault({}, {"checks": [{**result.as_data(), "name": "service_running"}]})
    assert result.undetermined and fault is None, "a check that could not be made reverts no node"


@pytest.mark.parametrize("error", [SessionBroken("gone"), ConnectFailed("closed"), LoginRefused("wrong password")])
def test_a_lost_session_is_raised(error) -> None:
    with pytest.raises(type(error)):
        run(raising(error))


def test_the_checks_after_one_that_fails_are_run_all_the_same() -> None:
    checks = [one_check(raising(DeviceError("x", "no"))), one_check(lambda context: passed("fine"))]
    assert [run_check(check, CONTEXT).state for check in checks] == ["fail", "pass"]


def test_the_table_shows_what_needs_a_look_and_counts_the_rest() -> None:
    results = [
        CheckResult("a", "n.R", "pass", "block", "Fine"),
        CheckResult("longer", "n.R", "fail", "block", "Bad"),
        CheckResult("b", "n.R", "warn", "warn", "Odd"),
        CheckResult("c", "n.R", "skipped", "block", "No"),
    ]
    assert table(results) == [
        "FAIL  longer  n.R: Bad",
        "WARN  b       n.R: Odd",
        "1 passed, 1 skipped, 1 warned, 1 failed",
    ]


def test_targets_for_which_a_check_says_the_same_share_a_row() -> None:
    results = [CheckResult("path", f"r{number}", "warn", "warn", "Free half of the disk") for number in range(7)]
    results.append(CheckResult("path", "r9", "warn", "warn", "Rebuild it"))
    assert table(results) == [
        "WARN  path  r0, r1, r2, r3, r4 and 2 more: Free half of the disk",
        "WARN  path  r9: Rebuild it",
        "0 passed, 0 skipped, 8 warned, 0 failed",
    ]


def test_the_table_of_a_fleet_is_bounded_and_begins_with_the_failures() -> None:
    results = [CheckResult("odd", f"r{number}", "warn", "warn", f"Odd {number}") for number in range(1000)]
    results.append(CheckResult("bad", "r1", "fail", "block", "Bad"))
    lines = table(results)
    assert len(lines) == registry.MOST_ROWS + 2
    assert lines[0] == "FAIL  bad  r1: Bad" and "941 more" in lines[-2] and lines[-1].endswith("1000 warned, 1 failed")
