# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report for merge requests and chats."""

from __future__ import annotations

import html

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.markdown import report_markdown
from markdown_it import MarkdownIt

from tests.unit.reports.examples import night
from tests.unit.reports.hostile import NASTY, empty, hostile_night, unknown_everywhere


def rendered(text: str) -> str:
    """What a page makes of the Markdown, with tables, and with HTML let through as the worst of them do."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def cells(text: str) -> set[int]:
    """How many cells the rows of tables have."""
    rows = rendered(text).split("<tr>")[1:]
    return {row.count("<td") + row.count("<th") - row.count("<thead") for row in rows}


@pytest.mark.parametrize("routers", [0, 1, 12, 1540])
def test_it_is_short_however_large_the_night(routers):
    assert len(report_markdown(night(routers=routers)).splitlines()) <= 100


def test_it_says_how_it_ended_who_needs_somebody_and_what_is_next():
    report = night()
    text = report_markdown(report)
    assert "8 of 12 routers are upgraded" in text.splitlines()[0]
    assert all(entry["router"] in text for entry in report["attention"])
    assert report["run"]["next_command"] in text and "Do not commit" in text
    assert "| 6.2.7-18.r1 | 6.3.5-39.r1 |" in text


def test_a_good_night_says_that_nobody_is_needed():
    assert "Nothing needs a person." in report_markdown(night(bad=False))


@pytest.mark.parametrize("report", [hostile_night(times=True), hostile_night(), unknown_everywhere(), empty()])
def test_tables_survive_hostile_words(report):
    text = report_markdown(report)
    text.encode("utf-8")
    assert cells(text) <= {2, 3, 4}
    page = rendered(text)
    assert "<img" not in page and "<script" not in page and "<h1" not in page and "<a " not in page
    assert "\x1b" not in text and "\u202e" not in text and "@all" not in text.replace("```", "").split("said:")[0]


def test_a_reason_is_read_as_it_was_written():
    report = night()
    reason = "a | b `c` *d* [x](https://e.example) __f__ ~~g~~ <b>h</b> &lt; \\| ![i](j) # k"
    report["attention"][0]["reason"] = reason
    page = rendered(report_markdown(report))
    row = next(row for row in page.split("<tr>") if "branch-0006" in row)
    cell = row.split("<td>")[3].partition("</td>")[0]
    assert html.unescape(cell) == reason and "<" not in cell


def test_words_stay_in_their_block_whatever_backticks_they_have():
    report = night()
    report["attention"][0]["words"] = "```\n# heading\n````\n" + NASTY
    page = rendered(report_markdown(report))
    assert "<h1" not in page and "<img" not in page


def test_words_that_are_not_quoted_are_counted() -> None:
    entries = [
        {
            "router": name,
            "state": "unknown",
            "reason": f"so is {name}",
            "words": f"{name} spoke",
            "next": "",
            "case": None,
        }
        for name in "abcde"
    ]
    text = report_markdown({**night(bad=True), "attention": entries})
    assert text.count(" said:") == 3 and "What 2 more said is in report.html." in text
    assert "more said" not in report_markdown({**night(bad=True), "attention": entries[:3]})
