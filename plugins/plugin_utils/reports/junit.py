# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report for pipelines, ``junit.xml``: a suite for each batch, a case for each router, and the checks as cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from .outcome import outcome
from .states import label
from .text import cleaned, one_line, shortened
from .times import seconds_between

#: What a state is in JUnit: nothing here has passed. Of an ``error`` nobody knows how it ended.
_ROUTERS = {
    "unknown": "error", "failed": "failure", "relapsed": "failure", "reverted": "failure", "held": "failure",
    "blocked": "failure", "not_started": "skipped", "skipped": "skipped", "waiting": "skipped", "running": "skipped",
    "done": None, "up_to_date": None, "planned": None,
}  # fmt: skip
_CHECKS = {"pass": None, "warn": None, "fail": "failure", "block": "failure", "skip": "skipped", "not_made": "skipped"}
_WORDS = 4000


@dataclass(frozen=True)
class Case:
    """A test case. ``kind``: failure, error or skipped; None where it has passed."""

    name: str
    kind: str | None
    message: str
    text: str
    seconds: float | None = None
    state: str = ""


def report_junit(report: Mapping) -> str:
    """The report as JUnit's XML. It is legal XML 1.0, whatever the words are."""
    data = cleaned(report)
    run = data["run"]
    root = ElementTree.Element("testsuites", name=one_line(run.get("outcome") or outcome(data), 1000))
    suites = [*_batches(data), *_checks(data)]
    for name, began, cases in suites:
        _add_suite(root, name, began, cases, f"sessionsmart.ssr.{run.get('operation')}")
    _count(root, [case for _name, _began, cases in suites for case in cases])
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _batches(data: Mapping) -> Iterable[tuple[str, str | None, list[Case]]]:
    """Conductors, each batch, and what is in none, with their routers; the name, when it began, and the cases."""
    began = {batch["number"]: batch.get("began") for batch in data.get("batches") or ()}
    suites: dict[object, list[Case]] = {}
    for router in data.get("routers") or ():
        key = "conductor" if router.get("conductor") else router.get("batch")
        suites.setdefault(key, []).append(_router(router))
    for key, cases in suites.items():
        name = "conductor" if key == "conductor" else "outside of batches" if key is None else f"batch {key}"
        yield name, began.get(key), cases


def _router(router: Mapping) -> Case:
    state, said = router["state"], [router.get("reason"), router.get("words")]
    if router.get("next"):
        said.append(f"next: {router['next']}")
    return Case(
        router["router"],
        _ROUTERS.get(state, "error"),
        one_line(router.get("reason") or label(state), 1000),
        "\n".join(shortened(text, _WORDS) for text in said if text),
        seconds_between(router.get("begun"), router.get("ended")),
        label(state),
    )


def _checks(data: Mapping) -> Iterable[tuple[str, str | None, list[Case]]]:
    for when in ("before", "after"):
        cases = [
            Case(
                f"{check['name']}: {check['target']}",
                _CHECKS.get(check["state"], "error"),
                one_line(check.get("text") or label(check["state"]), 1000),
                "\n".join(shortened(check.get(name), _WORDS) for name in ("text", "words") if check.get(name)),
                state=label(check["state"]),
            )
            for check in data.get("checks") or ()
            if check["when"] == when
        ]
        if cases:
            yield f"checks {when}", None, cases


def _add_suite(root: ElementTree.Element, name: str, began: str | None, cases: list[Case], group: str) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=name)
    _count(suite, cases)
    if began:
        suite.set("timestamp", began)
    for case in cases:
        element = ElementTree.SubElement(
            suite, "testcase", name=case.name, classname=f"{group}.{name.replace(' ', '_')}"
        )
        element.set("time", f"{case.seconds or 0:.0f}")
        if case.kind:
            verdict = ElementTree.SubElement(element, case.kind, message=case.message)
            if case.kind != "skipped":
                verdict.set("type", case.state)
                verdict.text = case.text
        else:
            ElementTree.SubElement(element, "system-out").text = case.text or case.state


def _count(element: ElementTree.Element, cases: list[Case]) -> None:
    element.set("tests", str(len(cases)))
    for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        element.set(name, str(sum(case.kind == kind for case in cases)))
    element.set("time", f"{sum(case.seconds or 0 for case in cases):.0f}")
