# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of docs/images from plausible nights: ``make screenshots``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from ansible.plugins.loader import init_plugin_loader

ROOT = Path(__file__).resolve().parents[2]
init_plugin_loader([str(ROOT / ".venv" / "collections")])

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.index_page import index_html  # noqa: E402
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.outcome import outcome  # noqa: E402
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.page import report_html  # noqa: E402

from tests.browser.chromium import Chromium  # noqa: E402
from tests.unit.reports.examples import night  # noqa: E402


def nights(count: int = 24) -> list[dict]:
    """The lines of so many nights, in which a fleet of 300 routers moves to a new release."""
    lines = []
    for number in range(count):
        report = night(routers=13 + number % 5, seed=number, bad=number % 6 == 1, pairs=0)
        run, start = report["run"], datetime(2026, 1, 5, 21, tzinfo=timezone.utc) + timedelta(days=2 * number)
        known = {
            name: run[name] for name in ("id", "authority", "operation", "version", "ended", "elapsed", "state", "ok")
        }
        moved = min(300, 14 * number)
        versions = {"6.1.9-4.r1": max(0, 40 - moved), "6.2.7-18.r1": 300 - max(40, moved), "6.3.5-39.r1": moved}
        lines.append({
            **known, "started": start.isoformat(), "outcome": outcome(report), "totals": report["totals"],
            "versions": versions, "folder": f"run-{number}",
        })  # fmt: skip
    return lines


IMAGES = ROOT / "docs" / "images"
#: No picture has more bytes: they are in the repository.
MOST = 200_000
TO_TIMELINE = "document.getElementById('time').scrollIntoView({ behavior: 'instant' })"
#: Name, page, width, height, theme, and what is done before the picture is taken.
PICTURES: tuple[tuple[str, Callable[[], str], int, int, str, str], ...] = (
    ("report", lambda: report_html(night()), 1200, 860, "light", "0"),
    ("report-timeline", lambda: report_html(night()), 1200, 760, "light", TO_TIMELINE),
    ("report-300", lambda: report_html(night(routers=300)), 1200, 860, "dark", TO_TIMELINE),
    ("report-phone", lambda: report_html(night()), 390, 844, "dark", "0"),
    ("report-index", lambda: index_html(nights()), 1200, 640, "light", "0"),
)


def main() -> int:
    """Write all pictures. 1 where one has become too large."""
    IMAGES.mkdir(exist_ok=True)
    browser, large = Chromium(), []
    try:
        with tempfile.TemporaryDirectory(prefix="ssr-pages-") as folder:
            for name, page, wide, high, theme, first in PICTURES:
                path = Path(folder, "page.html")
                path.write_text(page(), encoding="utf-8")
                browser.open(path, wide, high, theme)
                browser.run(first)
                browser.picture(IMAGES / f"{name}.png")
                size = (IMAGES / f"{name}.png").stat().st_size
                print(f"docs/images/{name}.png: {size:,} bytes")
                large += [name] if size > MOST else []
    finally:
        browser.close()
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
