# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of a role opens with the options that most people set: it sorts all others by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("role", ["conductor_upgrade", "router_upgrade"])
def test_a_role_names_the_ten_options_that_most_people_set_and_groups_the_others(role):
    specs = yaml.safe_load((ROOT / "roles" / role / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    main = specs["argument_specs"]["main"]
    most, others = (line for line in main["description"] if line.startswith(("B(What most", "B(The others")))
    named = re.findall(r"O\((\w+)\)", most)
    assert len(named) == len(set(named)) == 10 and set(named) <= set(main["options"])
    for part in re.findall(r"C\(\.\.\.(\w+?)(?:_\.\.\.)?\)", others):
        assert [name for name in main["options"] if part in name], part
