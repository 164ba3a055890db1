# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's own loader for collections, in place before any test imports the collection: fragments need it."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from ansible.plugins.loader import init_plugin_loader

ROOT = Path(__file__).resolve().parents[1]

init_plugin_loader([os.environ.get("SSR_TEST_COLLECTIONS", str(ROOT / ".venv" / "collections"))])


def pytest_terminal_summary(terminalreporter) -> None:
    """How the texts of real systems were read. Only this conftest.py is known where pytest-xdist counts the results."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    verdicts_of_texts = [
        value
        for report in reports
        if report.when == "call"
        for name, value in report.user_properties
        if name == "corpus"
    ]
    if verdicts_of_texts:
        verdicts: Counter[str] = Counter()
        for _number, counted in verdicts_of_texts:
            verdicts.update(counted)
        count = len({number for number, _counted in verdicts_of_texts})
        readings = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in ("right", "unreadable", "wrong"))
        terminalreporter.write_line(f"corpus: {count} texts; readings: {readings}")
