# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the list of checks into the documentation of the modules, from the checks themselves.

``python -m tests.tools.check_docs`` after a check was added or worded anew; a unit test tells when that is due.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import yaml

import tests.conftest  # noqa: F401  (lets the collection be imported)

# isort: split
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks import families  # noqa: F401
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import documentation

MODULES = Path(__file__).resolve().parents[2] / "plugins" / "modules"
STAGES = {"precheck": ("pre", "before"), "health_check": ("post", "after")}
_WIDTH = 120


def rendered(module: str) -> str:
    """The lines of the option ``checks`` of a module that list its checks, as YAML."""
    stage, when = STAGES[module]
    heading = f'      - "The checks {when} an operation are:"\n'
    return heading + "".join(_item(line) for line in documentation(stage))


def _item(line: str) -> str:
    quoted = ": " in line or " #" in line
    text = '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"' if quoted else line
    assert yaml.safe_load(text) == line, line
    indent = {"initial_indent": "      - ", "subsequent_indent": " " * 8}
    wrapped = textwrap.wrap(text, _WIDTH, **indent, break_on_hyphens=False, break_long_words=False)
    return "\n".join(wrapped) + "\n"


def with_list(module: str, text: str) -> str:
    """The text of a module file with its list of checks as it must be."""
    when = STAGES[module][1]
    block = re.compile(rf'^      - "The checks {when} an operation are:"\n(?:      - .*\n|        .*\n)*', re.M)
    return block.sub(lambda match: rendered(module), text, count=1)


def main() -> None:
    for module in STAGES:
        path = MODULES / f"{module}.py"
        path.write_text(with_list(module, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
