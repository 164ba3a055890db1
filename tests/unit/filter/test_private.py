# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which filters are for everybody, and which say that they are for the playbooks and roles of the collection."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
#: What somebody's own plays can do with results, plans and versions.
PUBLIC = {
    "authority_lines",
    "authority_state",
    "fleet_lines",
    "fleet_problems",
    "fleet_report",
    "fleet_totals",
    "plan_table",
    "release_of",
    "sort_versions",
    "verdict_lines",
    "verdict_summary",
    "verdict_table",
}


def documentation() -> dict[str, dict]:
    files = (ROOT / "plugins" / "filter").glob("*.yml")
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["DOCUMENTATION"] for path in files}


def test_a_filter_that_only_our_roles_use_says_so_where_it_is_listed_and_described():
    for name, entry in documentation().items():
        private = entry["short_description"].startswith("(private) ")
        assert private == (name not in PUBLIC), name
        assert entry["description"][0].startswith("B(Private:)") == private, name


def test_no_guide_and_no_example_uses_a_private_filter():
    private = set(documentation()) - PUBLIC
    pages = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.yml"), ROOT / "README.md"]
    for page in pages:
        used = set(re.findall(r"\| *sessionsmart\.ssr\.(\w+)", page.read_text(encoding="utf-8")))
        assert not used & private, page
