# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold a result of a module against the RETURN of its documentation: nothing more, nothing less, and of that type."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MODULES = Path(__file__).resolve().parents[2] / "plugins" / "modules"

#: What Ansible itself puts into a result.
OF_ANSIBLE = {
    "changed",
    "changed_when_result",
    "deprecations",
    "diff",
    "exception",
    "failed",
    "failed_when_result",
    "invocation",
    "skipped",
    "warnings",
}
TYPES = {"str": str, "int": int, "float": (int, float), "bool": bool, "list": list, "dict": dict}


@cache
def returns(module: str) -> dict[str, Any]:
    """The RETURN of a module, by its short name."""
    tree = ast.parse((MODULES / f"{module}.py").read_text(encoding="utf-8"))
    text = next(
        statement.value.value
        for statement in tree.body
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "RETURN"
    )
    return yaml.safe_load(text)


def differences(module: str, result: dict[str, Any], failed: bool) -> list[str]:
    """A sentence for everything in which a result is not as documented."""
    returned = {key: value for key, value in result.items() if key not in OF_ANSIBLE and not key.startswith("_ansible")}
    when = ("always",) if failed else ("always", "success")
    return list(_compare(module, returned, returns(module), when))


def _compare(path: str, returned: dict, documented: dict, when: tuple[str, ...]):
    if "router_name" in documented:  # stands for any name
        documented = dict.fromkeys(returned, documented["router_name"])
    for key in returned.keys() - documented.keys():
        yield f"{path}.{key} is returned and not documented"
    for key, entry in documented.items():
        if key in returned:
            yield from _value(f"{path}.{key}", returned[key], entry)
        elif entry["returned"] in when:
            yield f"{path}.{key} is documented as returned ({entry['returned']}) and missing"


def _value(path: str, value: Any, entry: dict):
    about = " ".join(entry["description"]) if isinstance(entry["description"], list) else entry["description"]
    if value is None:
        if "C(null)" not in about:
            yield f"{path} is null, and its description does not say when"
        return
    if not isinstance(value, TYPES[entry["type"]]) or (entry["type"] == "int" and isinstance(value, bool)):
        yield f"{path} is {value!r}, and documented as {entry['type']}"
    elif "choices" in entry and value not in entry["choices"]:
        yield f"{path} is {value!r}, and documented as one of {entry['choices']}"
    elif "contains" in entry:
        for number, each in enumerate(value if isinstance(value, list) else [value]):
            yield from _compare(f"{path}[{number}]", each, entry["contains"], ("always",))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            if not isinstance(each, TYPES[entry["elements"]]):
                yield f"{path}[{number}] is {each!r}, and documented as {entry['elements']}"
