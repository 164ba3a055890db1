# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator shares no code with the product: a misreading would be in both, and no test would notice."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SIMULATOR = Path(__file__).parents[2] / "simulator"
#: The product, and what it is built on.
NOT_ITS_OWN = ("ansible", "ansible_collections", "plugins")


def borrowed(source: str, depth: int) -> list[str]:
    """The imports of a file that lead to the product, or out of the simulator. ``depth``: packages it is in."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not 0 < node.level <= depth:
            names.append("." * node.level + (node.module or ""))
    return [name for name in names if name.startswith(".") or _leads_out(name.split("."))]


def _leads_out(parts: list[str]) -> bool:
    return parts[0] in NOT_ITS_OWN or (parts[0] == "tests" and parts[1:2] != ["simulator"])


def test_the_simulator_imports_nothing_of_the_product() -> None:
    files = sorted(SIMULATOR.rglob("*.py"))
    assert len(files) > 50
    wrong = {
        str(path.relative_to(SIMULATOR)): names
        for path in files
        if (names := borrowed(path.read_text(encoding="utf-8"), len(path.relative_to(SIMULATOR).parts)))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "line",
    [
        "from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software import versions",
        "import plugins.plugin_utils.api",
        "from tests.unit import fakes",
        "from ...worlds import world",
        "def late():\n    from ansible.module_utils import urls",
    ],
)
def test_whatever_leads_there_is_noticed(line) -> None:
    assert borrowed(line, 2)


@pytest.mark.parametrize("line", ["from ..world import Node", "import paramiko", "from tests.simulator import faults"])
def test_its_own_parts_and_libraries_are_not(line) -> None:
    assert borrowed(line, 2) == []
