# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the lists of checks into the documentation of the modules and into docs/checks.md, from the checks themselves.

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
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import (
    CHECKS,
    KINDS,
    Check,
    documentation,
)

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "plugins" / "modules"
PAGE = ROOT / "docs" / "checks.md"
STAGES = {"precheck": ("pre", "before"), "health_check": ("post", "after")}
_WIDTH = 120

_BEGIN = "<!-- The table is written by tests/tools/check_docs.py, from the checks themselves. -->\n"
_END = "<!-- End of the table. -->\n"
_HEADINGS = ("check", "what it checks", "applies to", "made", "severity", "when", "parameters")
_APPLIES = {"conductor": "conductor", "router": "routers"}
_PER = {"node": "for each node", "router": "for each router", "authority": "once"}


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


def page_table() -> str:
    """The table of docs/checks.md: a row for each check, by name."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *(_row(check) for _name, check in sorted(CHECKS.items()))]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(check: Check) -> tuple[str, ...]:
    applies = ", ".join(_APPLIES[kind] for kind in KINDS if kind in check.applies)
    since = f", from {'.'.join(map(str, check.since))} on" if check.since else ""
    whens = [when for stage, when in STAGES.values() if stage in check.stages]
    parameters = "; ".join(f"`{name}`: {value.about.rstrip('.')}" for name, value in check.parameters.items())
    cells = (check.description, applies + since, _PER[check.per], check.severity, " and ".join(whens), parameters)
    return (f"`{check.name}`", *(_markdown(cell) for cell in cells))


def _markdown(text: str) -> str:
    return re.sub(r"[VC]\(([^)]*)\)", r"`\1`", text).replace("|", "\\|")


def with_table(text: str) -> str:
    """The text of docs/checks.md with its table as it must be. Raises ValueError where there is no place for it."""
    before, begin, rest = text.partition(_BEGIN)
    _old, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} does not say where its table begins and ends.")
    return f"{before}{_BEGIN}\n{page_table()}\n{_END}{after}"


def main() -> None:
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    for module in STAGES:
        path = MODULES / f"{module}.py"
        path.write_text(with_list(module, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
