# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of checks in the documentation is the registry's own."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import CHECKS, documentation

from tests.tools.check_docs import MODULES, STAGES, rendered, with_list


@pytest.mark.parametrize("module", STAGES)
def test_the_modules_list_the_checks_as_they_are(module) -> None:
    text = (MODULES / f"{module}.py").read_text(encoding="utf-8")
    assert rendered(module) in text, "run: python -m tests.tools.check_docs"
    assert with_list(module, text) == text


@pytest.mark.parametrize("module", STAGES)
def test_what_is_rendered_reads_back_as_the_same_lines(module) -> None:
    assert yaml.safe_load(rendered(module))[1:] == documentation(STAGES[module][0])


def test_every_parameter_is_documented_with_its_check() -> None:
    told = "\n".join(line for stage in ("pre", "post") for line in documentation(stage))
    for name, one in CHECKS.items():
        for parameter in one.parameters:
            assert f"V({name}) takes V({parameter})" in told
