# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slow tests, for a gate of their own: ``pytest tests/soak``. They use the benches and the browser of other tests."""

from __future__ import annotations

from tests.browser.conftest import axe, browser, chromium, show
from tests.integration.conftest import bench

__all__ = ["axe", "bench", "browser", "chromium", "show"]
