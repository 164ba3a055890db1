# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report of a whole night must be: true in each of its forms, and a page that people can work with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.browser.chromium import Chromium
from tests.browser.listed import NAMES, TABLE, nodes
from tests.integration.harness import Bench
from tests.integration.run_reports import read_run

#: States of which the vendor's support is asked, so that there is a case file.
CASES = {"failed", "reverted", "unknown"}
#: Bytes of a page, however many nodes it has.
LARGEST_PAGE = 3_000_000


def assert_report_is_true(bench: Bench, results: Mapping[str, Mapping[str, Any]]) -> tuple[Path, dict[str, Any]]:
    """Each form says of every router what its result says. Returns the folder of the run and its report."""
    folder, report = read_run(bench)
    states = {entry["router"]: entry["state"] for entry in report["routers"]}
    assert states == {router: entry["state"] for router, entry in results.items()}
    assert report["totals"] == Counter(states.values())
    assert (report["run"]["state"], report["run"]["refresh"]) == ("ended", 0)
    called = {line["router"] for line in report["attention"]}
    assert called == {router for router, state in states.items() if state not in ("done", "up_to_date", "skipped")}
    assert all(line["reason"] for line in report["attention"])
    for line in report["attention"]:
        if line["state"] in CASES:
            case = json.loads((folder / line["case"]).read_text(encoding="utf-8"))
            assert case["verdict"]["state"] == line["state"] and case["answers"], line
    for node in (node for entry in report["routers"] for node in entry["nodes"]):
        assert all(phase["from"] <= phase["to"] for phase in node["phases"]), node
    cases = ElementTree.parse(folder / "junit.xml").findall(".//testcase")
    bad = {case.get("name") for case in cases if case.find("failure") is not None or case.find("error") is not None}
    assert bad & set(states) == called - {router for router, state in states.items() if state == "not_started"}
    assert report["run"]["outcome"] in (folder / "report.md").read_text(encoding="utf-8")
    assert (folder / "report.html").stat().st_size < LARGEST_PAGE
    return folder, report


def assert_page_can_be_used(
    folder: Path, report: Mapping[str, Any], show: Callable[..., Chromium], axe: Callable[[], list[str]]
) -> None:
    """All nodes are listed, filter and search find what they should, and nothing is wrong at any width, or on paper."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    listed = [node for entry in report["routers"] for node in entry["nodes"]]
    for theme, wide in (("light", 1600), ("dark", 390)):
        browser = show(page, theme=theme, wide=wide)
        assert sorted(browser.run(TABLE)) == sorted(node["node"] for node in listed)
        assert axe() == []
        browser.run("document.querySelectorAll('details').forEach(box => { box.open = true; })")
        assert browser.run("document.documentElement.scrollWidth") <= wide
    browser = show(page)
    state = next(line["state"] for line in report["attention"])
    browser.click(f"#state-{state}")
    assert sorted(browser.run(TABLE)) == sorted(node["node"] for node in listed if node["state"] == state)
    assert sorted(browser.run(NAMES)) == sorted(nodes(report, state))
    browser.click(f"#state-{state}")
    browser.run("document.getElementById('search').focus()")
    last = listed[-1]["node"]
    browser.type(last)
    assert last in browser.run(TABLE)
    assert browser.pdf().startswith(b"%PDF-")
