# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of all runs."""

from __future__ import annotations

import re

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.index_page import index_html

from tests.unit.reports.examples import night
from tests.unit.reports.hostile import NASTY, hostile
from tests.unit.reports.test_page import Page


def entries(count: int) -> list[dict]:
    """The lines of so many nights, as index.json has them."""
    report = night(routers=30)
    run = {name: report["run"][name] for name in ("id", "authority", "operation", "version", "ended", "elapsed", "ok")}
    return [
        {**run, "started": f"2026-{1 + number // 28 % 12:02d}-{1 + number % 28:02d}T21:00:00Z",
         "outcome": f"night {number}", "state": "ended", "folder": f"run-{number}", "totals": report["totals"],
         "versions": {"6.2.7-18.r1": max(0, 30 - number), "SSR-6.3.5-39.r1": number}}
        for number in range(count)
    ]  # fmt: skip


def test_each_night_has_a_line_and_the_newest_comes_first():
    page = Page(index_html(entries(5)))
    links = [target for target in page.having("href") if target.endswith("report.html")]
    assert links == [f"./run-{number}/report.html" for number in (4, 3, 2, 1, 0)]
    assert all(f"night {number}" in page.text for number in range(5))


def test_versions_are_drawn_for_each_conductor_with_the_newest_in_the_accent_colour():
    runs = entries(6)
    runs[3]["authority"] = "conductor-2"
    text = index_html(runs)
    assert text.count('class="fleet"') == 2
    assert re.search(r'class="v-0"[^>]*></rect></svg> <b>6\.3\.5-39\.r1</b>', text)


def test_hundreds_of_nights_are_cut_and_the_page_says_so():
    text = index_html(entries(700))
    assert text.count("report.html") == 500 and "200 older ones" in text and len(text.encode()) < 1_500_000


def test_no_night_is_a_sentence():
    assert "No run has left a report here." in index_html([])


def test_hostile_lines_lead_nowhere_else():
    attacked = hostile(entries(3))
    attacked[0]["versions"] = {NASTY: 3}
    attacked[1]["folder"] = "javascript:alert(1)"
    attacked[2].update(versions=None, totals=None, outcome=None, authority=None, version=None, elapsed=None)
    page = Page(index_html(attacked))
    assert all(target.startswith(("./", "#", "data:,")) for target in page.having("href"))
    assert "img" not in {tag for tag, _attributes in page.elements}
