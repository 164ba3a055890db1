# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of checks in the documentation are the registry's own."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import CHECKS, documentation

from tests.tools import alarm_docs
from tests.tools.check_docs import MODULES, PAGE, STAGES, page_table, rendered, with_list, with_table


@pytest.mark.parametrize("module", STAGES)
def test_the_modules_list_the_checks_as_they_are(module) -> None:
    text = (MODULES / f"{module}.py").read_text(encoding="utf-8")
    assert rendered(module) in text, "run: python -m tests.tools.check_docs"
    assert with_list(module, text) == text


@pytest.mark.parametrize("module", STAGES)
def test_what_is_rendered_reads_back_as_the_same_lines(module) -> None:
    assert yaml.safe_load(rendered(module))[1:] == documentation(STAGES[module][0])


def test_every_parameter_is_documented_with_its_check() -> None:
    text = "\n".join(line for stage in ("pre", "post") for line in documentation(stage))
    for name, check in CHECKS.items():
        for parameter in check.parameters:
            assert f"V({name}) takes V({parameter})" in text


# -- docs/checks.md -----------------------------------------------------------------------------------------------


def rows() -> dict[str, list[str]]:
    """The rows of the table, by the name of the check."""
    lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in page_table().splitlines()[2:]]
    return {cells[0].strip(" `"): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_the_page_lists_the_checks_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert with_table(text) == text, "run: python -m tests.tools.check_docs"


def test_the_page_says_of_every_check_what_a_reader_wants_to_know() -> None:
    assert set(rows()) == set(CHECKS)
    for name, (about, applies, made, severity, when, parameters) in rows().items():
        check = CHECKS[name]
        assert about and made and severity == check.severity, name
        assert ("conductor" in applies, "routers" in applies) == (
            "conductor" in check.applies,
            "router" in check.applies,
        )
        assert ("before" in when, "after" in when) == ("pre" in check.stages, "post" in check.stages), name
        assert all(f"`{parameter}`" in parameters for parameter in check.parameters), name
        assert not re.search(r"[VC]\(", "".join((about, parameters))), "that is the markup of modules"


def test_a_page_without_a_place_for_the_table_is_said_so() -> None:
    with pytest.raises(ValueError, match="begins and ends"):
        with_table("# Checks\n")


# -- the table of alarms ------------------------------------------------------------------------------------------


def test_the_page_lists_the_alarms_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert alarm_docs.with_table(text) == text, "run: python -m tests.tools.alarm_docs"
