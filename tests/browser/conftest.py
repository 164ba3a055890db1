# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Chromium for all tests of the pages. Without it they are skipped, unless SSR_BROWSER is ``required``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.page import report_html

from tests.browser.chromium import Chromium, program
from tests.unit.reports.examples import night

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


def missing(what: str) -> None:
    """Skip with the reason, or fail where the browser is required."""
    if os.environ.get("SSR_BROWSER") == "required":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    if program() is None:
        missing("Chromium is not installed (Debian: apt-get install chromium), so no page is looked at")
    browser = Chromium()
    yield browser
    browser.close()


@pytest.fixture
def browser(chromium: Chromium) -> Iterator[Chromium]:
    """The browser; after the test, its page must have asked for nothing and complained of nothing."""
    chromium.new_page()
    yield chromium
    pages = {address.partition("#")[0] for address in chromium.requests}
    assert len(pages) <= 1 and all(page.startswith("file://") for page in pages), chromium.requests
    assert chromium.problems == []


@pytest.fixture
def show(browser: Chromium, tmp_path: Path) -> Callable[..., Chromium]:
    """Opens the page of a night; ``window`` and ``theme`` as the browser has them, the rest as the example takes it."""

    def opened(
        page: str | None = None, wide: int = 1280, high: int = 900, theme: str = "light", **args: object
    ) -> Chromium:
        path = tmp_path / "report.html"
        path.write_text(page or report_html(night(**args)), encoding="utf-8")
        browser.open(path, wide, high, theme)
        browser.run("sessionStorage.clear(); localStorage.clear()")
        return browser

    return opened


@pytest.fixture
def axe(browser: Chromium) -> Callable[[], list[str]]:
    """Runs the rules of accessibility, and returns what is serious or critical."""
    if not AXE.is_file():
        missing("axe-core is not installed (npm ci in tests/browser)")
    script = AXE.read_text(encoding="utf-8")

    def serious() -> list[str]:
        browser.run(f"{script}; 0")
        return browser.run(
            "axe.run().then(found => found.violations.filter(one => ['serious', 'critical'].includes(one.impact))"
            ".map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.target + ' ' + node.failureSummary)))"
        )

    return serious
