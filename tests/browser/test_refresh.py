# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page that reads itself again while the run goes on, and stops when it has ended."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.page import report_html

from tests.unit.reports.examples import night


def page(state: str, refresh: float) -> str:
    """A page that was written just now."""
    report = night(running=True)
    updated = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    report["run"].update(state=state, refresh=refresh, updated=updated, outcome=f"this run is {state}")
    return report_html(report)


def test_it_reads_itself_again_keeps_what_was_chosen_and_stops_when_the_run_has_ended(show, tmp_path):
    browser = show(page("running", 1))
    browser.run("window.first = true")
    browser.click("#state-waiting")
    browser.click("#zoom-in")
    browser.run("document.getElementById('table').open = true; document.getElementById('zoom-out').focus()")
    browser.run("scrollTo({ top: 500, behavior: 'instant' })")
    (tmp_path / "report.html").write_text(page("ended", 0), encoding="utf-8")
    browser.until("document.querySelector('h1').textContent === 'this run is ended' && document.body.dataset.ready")
    assert browser.run("window.first") is None
    assert browser.run("document.getElementById('state-waiting').getAttribute('aria-pressed')") == "true"
    assert browser.run("document.getElementById('time').style.getPropertyValue('--zoom')") == "2"
    assert browser.run("document.getElementById('table').open")
    assert browser.run("scrollY") == pytest.approx(500, abs=2)
    assert browser.run("document.activeElement.id") == "zoom-out"
    assert_it_stays(browser)


def assert_it_stays(browser) -> None:
    """Let a minute pass in the page, which it spends without reading itself again."""
    browser.run("window.marked = true")
    browser.call("Emulation.setVirtualTimePolicy", policy="advance", budget=60_000)
    browser.wait_for_event("Emulation.virtualTimeBudgetExpired")
    assert browser.run("window.marked") is True


def test_it_can_be_paused(show):
    browser = show(page("running", 2))
    browser.click("#pause")
    assert browser.run("document.getElementById('pause').getAttribute('aria-pressed')") == "true"
    assert_it_stays(browser)


def test_a_fresh_page_does_not_say_that_it_is_stale_and_an_old_one_does(show):
    browser = show(page("running", 600))
    assert browser.run("document.getElementById('stale').hidden") is True
    browser = show(running=True)
    assert browser.run("document.getElementById('stale').hidden") is False
    assert "may be stale" in browser.run("document.getElementById('stale').textContent")
