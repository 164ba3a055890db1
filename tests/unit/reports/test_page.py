# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a run, as text: what it says, in which order, how large it is, and what cannot come in with words."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports import sections
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.names import node_label
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.page import DRAWN, report_html
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.timeline import timeline

from tests.unit.reports.examples import night
from tests.unit.reports.hostile import empty, hostile_night, unknown_everywhere

SECTIONS = (
    "totals", "attention", "time", "versions", "comparison", "around", "checks", "backup", "settings", "durations",
)  # fmt: skip


class Page(HTMLParser):
    """The elements of a page with their attributes, its visible text, and what its scripts and styles hold."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in self.raw:
            self.raw[self.cdata_elem][-1] += data
        else:
            self.text += data

    def having(self, name: str) -> list[str]:
        """The values of an attribute, in the order of the page."""
        return [attributes[name] for _tag, attributes in self.elements if name in attributes]


def data_of(page: Page) -> dict:
    """The block of data for the script."""
    return json.loads(next(text for text in page.raw["script"] if text.startswith("{")))


@pytest.mark.parametrize("report", [night(), night(bad=False), night(running=True), empty(), night(routers=80)])
def test_sections_stand_in_their_order_in_every_night(report):
    found = [name for name in Page(report_html(report)).having("id") if name in SECTIONS]
    assert found == list(SECTIONS)


def test_a_section_without_anything_to_say_is_one_line():
    text = report_html(empty())
    for name in SECTIONS:
        if name != "settings":
            assert f'<section class="line" id="{name}"' in text, name
    assert "<table" not in text


def test_what_needs_a_person_has_reason_words_and_command():
    report = night()
    text = " ".join(Page(report_html(report)).text.split())
    for entry in report["attention"]:
        assert entry["router"] in text and entry["reason"] in text
        assert " ".join(entry["words"].split()) in text
    assert report["run"]["next_command"] in text
    assert "Do not commit configuration now" in text


def test_routers_that_share_a_reason_are_named_together():
    report = night(routers=300)
    text = report_html(report)
    reason = "check disk: 0.8 GB free on /, at least 4 GB are needed for the release"
    blocked = [entry["router"] for entry in report["attention"] if entry["reason"] == reason]
    assert len(blocked) > 4 and f"<b>{', '.join(blocked[:8])}" in text


def test_a_command_for_one_of_several_routers_says_for_which():
    text = " ".join(Page(report_html(night())).text.split())
    assert "Next, for hub-0003; for the others likewise" in text
    assert re.search(r"Next ?ansible-playbook [^&]*--limit branch-0006", text)


def test_a_run_that_goes_on_reads_itself_again_and_an_ended_one_does_not():
    assert 'http-equiv="refresh" content="10"' in report_html(night(running=True))
    for report in (night(), {**night(), "run": {**night()["run"], "state": "interrupted", "refresh": 0}}):
        text = report_html(report)
        assert 'http-equiv="refresh"' not in text and 'id="live"' not in text


@pytest.mark.parametrize("times", [True, False])
@pytest.mark.parametrize("args", [{}, {"running": True}, {"routers": 80}])
def test_words_from_outside_cannot_become_elements_or_scripts(args, times):
    text = report_html(hostile_night(times=times, **args))
    text.encode("utf-8")
    page, harmless = Page(text), Page(report_html(night(**args)))
    assert "img" not in {tag for tag, _attributes in page.elements}
    assert not [name for _tag, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not [target for target in page.having("href") if not target.startswith(("#", "case-", "data:,", "%"))]
    assert len(page.raw["script"]) <= len(harmless.raw["script"])
    assert "\x1b" not in text and "\u202e" not in text and "\x00" not in text
    assert "49" not in re.findall(r"amp;(\S+)", text), "a template in the words would be carried out"


def test_data_for_the_script_survives_hostile_names():
    report = hostile_night(times=True)
    data = data_of(Page(report_html(report)))
    assert len(data["rows"]) == sum(len(router["nodes"]) for router in report["routers"])
    assert data["routers"][1].endswith("store-0001") and "</script>" in data["routers"][1]


def test_policy_names_exactly_the_scripts_and_styles_of_the_page():
    page = Page(report_html(night()))
    policy = next(at["content"] for _tag, at in page.elements if at.get("http-equiv") == "Content-Security-Policy")
    for kind, texts in (("script", page.raw["script"]), ("style", page.raw["style"])):
        for text in texts:
            if not text.startswith("{"):
                digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
                assert f"'sha256-{digest}'" in policy.split(f"{kind}-src ")[1].split(";")[0]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert not page.having("style") and not page.having("src")


@pytest.mark.parametrize("routers", [0, 1, 12])
def test_small_nights_are_drawn_in_the_page_itself(routers):
    report = night(routers=routers, pairs=0)
    page = Page(report_html(report))
    rows = [attributes for tag, attributes in page.elements if tag == "svg" and attributes.get("role") == "img"]
    assert len(rows) == routers + 2 <= DRAWN
    assert all(row["aria-label"] for row in rows)


def test_tables_have_every_node_without_any_script():
    report = night(routers=300)
    ids = {name for name in Page(report_html(report)).having("id") if re.fullmatch(r"n-\d+", name)}
    assert len(ids) == sum(len(router["nodes"]) for router in report["routers"])


def test_two_thousand_nodes_are_less_than_three_megabytes():
    report = night(routers=1540)
    assert sum(len(router["nodes"]) for router in report["routers"]) >= 1950
    assert len(report_html(report).encode()) < 3_000_000


def test_two_thousand_nodes_that_all_failed_with_long_words_are_still_less_than_three_megabytes():
    report = night(routers=1540)
    for number, router in enumerate(report["routers"]):
        router["reason"] = f"{number} " + "reason " * 100
        router["words"] = f"{number} " + "<words> & more\n" * 400
        router["state"] = "failed"
        for node in router["nodes"]:
            node.update(state="failed", reason=router["reason"], warnings=["warning " * 200] * 5)
            node["steps"] = [{"at": None, "what": f"{number} what " * 50, "words": "<&> " * 500}] * 200
            node["comparison"] = {"lost": [f"{number} lost " * 80] * 30, "came": [], "passed_by_itself": []}
            node["alarms"] = [{"at": None, "severity": "critical", "text": f"{number} alarm " * 80}] * 30
    report["attention"] = [
        {name: router.get(name) or "" for name in ("router", "state", "reason", "words", "next", "case")}
        for router in report["routers"]
    ]
    report["checks"] = [
        {"name": f"check{n}", "when": "after", "target": "x" * 40, "state": "fail", "text": f"{n} y" * 500,
         "words": "<&>" * 3000}
        for n in range(5000)
    ]  # fmt: skip
    report["notices"] = ["notice " * 500] * 5000
    assert len(report_html(report).encode()) < 3_000_000


def test_what_is_unknown_is_no_error():
    text = " ".join(Page(report_html(unknown_everywhere())).text.split())
    assert "not known" in text and "None" not in text


def test_states_and_phases_of_another_release_are_shown_as_they_are():
    report = night()
    report["routers"][1]["state"] = report["routers"][1]["nodes"][0]["state"] = "tele_ported"
    report["totals"] = {"tele_ported": 1}
    report["routers"][1]["nodes"][0]["phases"][0]["phase"] = "beaming"
    report["checks"][0]["state"] = "perhaps"
    assert "tele ported" in report_html(report)


def test_the_end_of_the_window_is_drawn_only_where_it_does_not_squeeze_the_night():
    report = night()
    assert "line.window_end" in report_html(report) and 'class="window_end" x1="' in report_html(report)
    report["run"]["window"]["window_end"] = "2026-03-09T00:00:00Z"
    text = report_html(report)
    assert 'class="window_end" x1="9' not in text and "9 Mar" in text


def test_nodes_of_several_routers_that_are_called_alike_are_told_apart() -> None:
    """Most authorities call every first node the same."""
    report = night(bad=True)
    for router in report["routers"]:
        for number, node in enumerate(router["nodes"], 1):
            node["node"] = f"node{number}"
            node["comparison"] = {"lost": ["peer x"], "came": [], "passed_by_itself": []}
            node["alarms"] = [{"at": None, "severity": "major", "text": "cold"}]
    names = {f"node1.{router['router']}" for router in report["routers"] if router["nodes"]}
    picture = timeline(report)
    assert {row.label for row in picture.rows} >= names
    found = [sections.versions(report)["ways"], sections.comparison(report)["kinds"], sections.around(report)["rows"]]
    for part in (*found, sections.steps(report)):
        assert "node1." in str(part) and "'node1'" not in str(part) and "node1," not in str(part), part


@pytest.mark.parametrize(
    ("router", "node", "label"),
    [
        ("hub", "hub-1", "hub-1"),
        ("hub", "node1", "node1.hub"),
        ("store-1", "store-10", "store-10.store-1"),
        ("a", "a", "a"),
    ],
)
def test_a_name_that_has_its_router_already_stays(router, node, label) -> None:
    assert node_label(router, node) == label
