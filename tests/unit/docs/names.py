# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that a user may set or read: where they are specified, and not merely where they occur."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.unit.docs.blocks import ROOT

#: Words of this form in a page are names of ours.
NAME = re.compile(r"(?<![\w.-])(?:conductor_upgrade|router_upgrade|ansible_pcli|ssr)_[a-z]\w*[a-z0-9](?![\w*])")


def _documentation(path: Path) -> dict[str, Any]:
    """The DOCUMENTATION of a plugin file, or nothing where it has none."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "DOCUMENTATION":
            return yaml.safe_load(statement.value.value)
    return {}


def _of_roles() -> set[str]:
    """Options in the argument specs of the roles, whichever entry point they belong to."""
    options: set[str] = set()
    for path in (ROOT / "roles").glob("*/meta/argument_specs.yml"):
        specs = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]
        options |= {name for spec in specs.values() for name in spec.get("options", {})}
    return options


def _of_plugins() -> set[str]:
    """Variables and options in the documentation of connection and inventory plugins, and of the fragments."""
    names: set[str] = set()
    for kind in ("connection", "inventory"):
        for path in (ROOT / "plugins" / kind).glob("*.py"):
            for name, option in _documentation(path).get("options", {}).items():
                names |= {name, *(entry["name"] for entry in option.get("vars", []))}
            names |= set(NAME.findall(path.read_text(encoding="utf-8")))
    return names


def _of_playbooks() -> set[str]:
    """Variables that the head of a playbook explains, and what a task hands on by set_stats."""
    names: set[str] = set()
    for path in (ROOT / "playbooks").glob("[!_]*.yml"):
        text = path.read_text(encoding="utf-8")
        head = text[: text.index("\n- name:")]
        names |= set(re.findall(r"^#(?: Variables:)?\s+(\w+) {2,}", head, re.M)) | set(NAME.findall(head))
    for path in (ROOT / "roles").glob("*/tasks/*.yml"):
        names |= _handed_on(yaml.safe_load(path.read_text(encoding="utf-8")) or [])
    return names


def _handed_on(tasks: list[dict[str, Any]]) -> set[str]:
    names: set[str] = set()
    for task in tasks:
        for part in ("block", "rescue", "always"):
            names |= _handed_on(task.get(part, []))
        data = task.get("ansible.builtin.set_stats", {}).get("data", {})
        names |= set(data) if isinstance(data, dict) else set(NAME.findall(str(data)))
    return names


def _of_inventories() -> set[str]:
    """Variables of hosts that the playbooks read, and groups that they take."""
    groups = {"ssr_conductors", "ssr_routers"}
    read = set()
    for path in [*(ROOT / "playbooks").glob("*.yml"), *(ROOT / "plugins" / "filter").glob("*.py")]:
        read |= set(NAME.findall(path.read_text(encoding="utf-8")))
    for path in (ROOT / "plugins" / "plugin_utils").rglob("*.py"):
        read |= set(re.findall(r"\"(ssr_\w+)\"", path.read_text(encoding="utf-8")))
    return groups | read


def _of_examples() -> set[str]:
    """What the files of examples/ define or ask for."""
    files = [path for path in (ROOT / "examples").rglob("*") if path.suffix in (".yml", ".yaml")]
    return {name for path in files for name in NAME.findall(path.read_text(encoding="utf-8"))}


@cache
def known_names() -> set[str]:
    """Every name that a page may use."""
    return _of_roles() | _of_plugins() | _of_playbooks() | _of_inventories() | _of_examples()
