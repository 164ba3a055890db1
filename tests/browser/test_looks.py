# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the pages look and sound: themes, widths, paper, and the rules of accessibility."""

from __future__ import annotations

import re

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.index_page import index_html
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.page import report_html

from tests.unit.reports.examples import night
from tests.unit.reports.hostile import empty, unknown_everywhere
from tests.unit.reports.test_index_page import entries

PAGES = {
    "one node": lambda: report_html(night(routers=1, pairs=0, conductor=False, bad=False)),
    "bad night": lambda: report_html(night()),
    "running": lambda: report_html(night(running=True)),
    "300 routers": lambda: report_html(night(routers=300)),
    "nothing": lambda: report_html(empty()),
    "nothing known": lambda: report_html(unknown_everywhere()),
    "index": lambda: index_html(entries(9)),
}
each_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


@each_page
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_is_wrong_for_whoever_cannot_see_it(show, axe, page, theme):
    browser = show(page(), theme=theme)
    browser.run("document.querySelectorAll('details').forEach((box, number) => { box.open = number < 8; })")
    assert axe() == []


def test_the_rules_would_notice_a_picture_without_words_and_pale_letters(show, axe):
    browser = show()
    browser.run("document.querySelector('h1').style.color = 'rgb(200, 200, 200)'")
    browser.run("document.querySelector('#rows svg').removeAttribute('aria-label'); document.title = ''")
    assert {found.partition(":")[0] for found in axe()} >= {"color-contrast", "document-title"}


@each_page
@pytest.mark.parametrize("wide", [390, 1600])
def test_the_page_never_scrolls_sideways(show, page, wide):
    browser = show(page(), wide=wide)
    browser.run("document.querySelectorAll('details').forEach(box => { box.open = true; })")
    assert browser.run("document.documentElement.scrollWidth") <= wide


BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def test_the_theme_is_the_systems_until_somebody_chooses(show):
    browser = show(theme="dark")
    dark = browser.run(BACKGROUND)
    browser.theme("light")
    light = browser.run(BACKGROUND)
    assert light == "rgb(255, 255, 255)" != dark
    browser.click("#theme")
    assert browser.run(BACKGROUND) == dark
    browser.forget()
    browser.call("Page.reload")
    browser.wait_for_event("Page.loadEventFired")
    assert browser.run(BACKGROUND) == dark, "it is remembered"
    assert browser.run("document.getElementById('theme').getAttribute('aria-pressed')") == "true"


def test_on_paper_it_is_light_without_controls_and_the_tables_are_open(show):
    browser = show(theme="dark")
    shown = "getComputedStyle(document.querySelector('{}')).display"
    browser.run("dispatchEvent(new Event('beforeprint'))")
    browser.call("Emulation.setEmulatedMedia", media="print", features=[])
    assert browser.run(BACKGROUND) == "rgb(255, 255, 255)"
    assert browser.run(shown.format(".tools")) == browser.run(shown.format("#theme")) == "none"
    assert browser.run("document.getElementById('table').open")
    browser.call("Emulation.setEmulatedMedia", media="", features=[])
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert not browser.run("document.getElementById('table').open")


@pytest.mark.parametrize(("routers", "most"), [(12, 16), (1540, 30)])
def test_it_prints_to_a_pdf_of_a_few_pages(show, routers, most):
    printed = show(routers=routers).pdf()
    assert printed.startswith(b"%PDF-")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= most


def test_a_large_night_on_paper_draws_those_that_need_somebody(show):
    browser = show(routers=1540)
    browser.run("dispatchEvent(new Event('beforeprint'))")
    states = browser.run(
        "[...new Set([...document.querySelectorAll('#rows .tl-row .state')].map(state => state.className))]"
    )
    assert states and "state state-done" not in states
    assert "of 2009 nodes" in browser.run("document.getElementById('print-note').textContent")
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert "state state-done" in browser.run(
        "[...new Set([...document.querySelectorAll('#rows .tl-row .state')].map(state => state.className))]"
    )
