# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report for pipelines."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.junit import report_junit

from tests.unit.reports.examples import night
from tests.unit.reports.hostile import empty, hostile_night, unknown_everywhere

KINDS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def counts(element: ElementTree.Element) -> dict[str, int]:
    return {name: int(element.get(name)) for name in ("tests", *KINDS.values())}


@pytest.mark.parametrize(
    "report",
    [
        night(),
        night(routers=300),
        night(running=True),
        empty(),
        unknown_everywhere(),
        hostile_night(),
        hostile_night(times=True),
    ],
)
def test_it_is_legal_and_its_numbers_are_those_of_its_cases(report):
    root = ElementTree.fromstring(report_junit(report).encode("utf-8"))
    for element in (root, *root.iter("testsuite")):
        cases = list(element.iter("testcase"))
        found = {name: sum(case.find(kind) is not None for case in cases) for kind, name in KINDS.items()}
        assert counts(element) == {"tests": len(cases), **found}


def test_each_batch_is_a_suite_and_each_router_a_case():
    report = night(routers=30)
    root = ElementTree.fromstring(report_junit(report))
    suites = {suite.get("name"): [case.get("name") for case in suite] for suite in root}
    assert suites["conductor"] == ["Conductor"]
    for batch in report["batches"]:
        assert suites[f"batch {batch['number']}"] == batch["routers"]


def test_failures_errors_and_what_was_left_out_are_told_apart():
    report = night(routers=300)
    root = ElementTree.fromstring(report_junit(report))
    kinds = {
        case.get("name"): next((kind for kind in KINDS if case.find(kind) is not None), "passed")
        for suite in root
        if not suite.get("name").startswith("checks")
        for case in suite
    }
    by_state = {(router["state"], kinds[router["router"]]) for router in report["routers"]}
    assert by_state == {
        ("done", "passed"), ("up_to_date", "passed"), ("skipped", "skipped"), ("unknown", "error"),
        ("failed", "failure"), ("reverted", "failure"), ("held", "failure"), ("blocked", "failure"),
    }  # fmt: skip


def test_a_failure_says_why_in_the_conductors_words():
    report = night()
    root = ElementTree.fromstring(report_junit(report))
    failure = next(case for case in root.iter("testcase") if case.get("name") == "hub-0003").find("failure")
    assert "health check" in failure.get("message") and "routingManager: not running" in failure.text


def test_checks_are_cases_as_well():
    report = night()
    root = ElementTree.fromstring(report_junit(report))
    found = Counter(suite.get("name") for suite in root for _case in suite if suite.get("name").startswith("checks"))
    assert found == Counter(f"checks {check['when']}" for check in report["checks"])
