# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a role: its argument specs, its defaults and its tasks say the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

ROOT = Path(__file__).resolve().parents[3]
ROLE = ROOT / "roles" / "conductor_upgrade"
PREFIX = "conductor_upgrade_"
SPECS = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
DEFAULTS = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text(encoding="utf-8"))
#: What is checked before the first command although only a later entry point reads it.
CHECKED_EARLY = {"prepare": ("main", "settle")}

each_entry = pytest.mark.parametrize("entry", SPECS)
each_option = pytest.mark.parametrize(
    ("entry", "name"), [(entry, name) for entry, spec in SPECS.items() for name in spec["options"]]
)


def option(name: str) -> dict[str, Any]:
    """An option, as the first entry point that has it states it."""
    return next(spec["options"][name] for spec in SPECS.values() if name in spec["options"])


def names_in(text: str) -> set[str]:
    """The variables of the role that a text reads; those with two underscores in front are its own."""
    return set(re.findall(rf"(?<!\w){PREFIX}\w+", text))


@cache
def text_of(tasks: str) -> str:
    """A file of tasks without its comments."""
    text = (ROLE / "tasks" / f"{tasks}.yml").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every task, and every block, of a list of tasks."""
    for task in value:
        yield task
        for part in ("block", "rescue", "always"):
            yield from walk(task.get(part) or [])


def tasks_of(tasks: str) -> list[dict[str, Any]]:
    return list(walk(yaml.safe_load(text_of(tasks))))


def included(tasks: str) -> set[str]:
    """A file of tasks, and those that it includes, by their names without ending."""
    named = [task.get("ansible.builtin.include_tasks") for task in tasks_of(tasks)]
    found = {tasks}
    for name in filter(None, named):
        found |= included(name.removesuffix(".yml"))
    return found


def set_by_the_role() -> set[str]:
    """Variables that tasks register, set as facts, or give to a block."""
    found: set[str] = set()
    for path in (ROLE / "tasks").glob("*.yml"):
        for task in tasks_of(path.stem):
            found |= {task["register"]} if "register" in task else set()
            found |= set(task.get("ansible.builtin.set_fact") or {}) | set(task.get("vars") or {})
    return {name for name in found if name.startswith(PREFIX)}


def entry_points_of_the_playbooks() -> set[str]:
    found = set()
    for path in (ROOT / "playbooks").glob("*.yml"):
        for play in yaml.safe_load(path.read_text(encoding="utf-8")):
            for task in walk(play.get("tasks") or []):
                role = task.get("ansible.builtin.include_role") or {}
                if role.get("name") == "sessionsmart.ssr.conductor_upgrade":
                    found.add(role.get("tasks_from", "main"))
    return found


def plain(value: Any) -> Any:
    """A default without its template: ``{{ x | default('y', true) }}`` is y where nobody sets x."""
    match = re.fullmatch(r"\{\{ \w+ \| default\('([^']*)', true\) \}\}", value) if isinstance(value, str) else None
    return match[1] if match else value


# -- entry points ---------------------------------------------------------------------------------------------------


def test_every_entry_point_that_a_playbook_uses_has_a_spec_and_no_other():
    assert set(SPECS) == entry_points_of_the_playbooks()


@each_entry
def test_entry_point_has_tasks_and_is_described(entry):
    assert (ROLE / "tasks" / f"{entry}.yml").is_file()
    spec = SPECS[entry]
    # It is a part of a task's name in every run, and so has no full stop.
    assert len(spec["short_description"]) < 60 and not spec["short_description"].endswith(".")
    assert all(line.endswith(".") for line in spec["description"])


def test_ansible_doc_shows_every_entry_point():
    collections = os.environ.get("SSR_TEST_COLLECTIONS", str(ROOT / ".venv" / "collections"))
    found = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-doc")), "-t", "role", "-j", "sessionsmart.ssr.conductor_upgrade"],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": collections, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    shown = json.loads(found.stdout)["sessionsmart.ssr.conductor_upgrade"]["entry_points"]
    assert {entry: set(spec["options"]) for entry, spec in shown.items()} == {
        entry: set(spec["options"]) for entry, spec in SPECS.items()
    }


# -- defaults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_default_is_described_with_the_same_value(name):
    assert option(name)["default"] == plain(DEFAULTS[name])


@each_option
def test_option_has_a_default_or_is_required(entry, name):
    spec = SPECS[entry]["options"][name]
    assert ("default" in spec) != spec.get("required", False)
    assert (name in DEFAULTS) == ("default" in spec), "a default would satisfy 'required'"


# -- tasks ----------------------------------------------------------------------------------------------------------


def test_every_variable_is_an_option_or_set_by_the_role():
    known = set(DEFAULTS) | {name for spec in SPECS.values() for name in spec["options"]} | set_by_the_role()
    for path in [*(ROLE / "tasks").glob("*.yml"), *(ROOT / "playbooks").glob("*.yml")]:
        text = path.read_text(encoding="utf-8").replace(f"{PREFIX}*", "")
        assert names_in(text) <= known, path.name


@each_entry
def test_options_of_an_entry_point_are_what_its_tasks_read(entry):
    names: set[str] = set()
    for start in (entry, *CHECKED_EARLY.get(entry, ())):
        for tasks in included(start):
            names |= names_in(text_of(tasks))
    assert names - set_by_the_role() == set(SPECS[entry]["options"])


@pytest.mark.parametrize("path", sorted((ROLE / "tasks").glob("*.yml")), ids=lambda path: path.stem)
def test_a_condition_takes_a_boolean_from_the_command_line(path):
    """``-e name=false`` is a text. The spec accepts it, and does not turn the variable into a boolean."""
    booleans = {name for name in DEFAULTS if option(name)["type"] == "bool"}
    for task in tasks_of(path.stem):
        conditions = task.get("when") or []
        for condition in [conditions] if isinstance(conditions, str) else conditions:
            for name in names_in(condition) & booleans:
                assert re.search(rf"{name} \| bool", condition), task["name"]


# -- options --------------------------------------------------------------------------------------------------------


@each_option
def test_option_is_described_in_sentences(entry, name):
    lines = SPECS[entry]["options"][name]["description"]
    assert len(lines) > 1, "what it means, and when one would change it"
    assert all(line.endswith(".") for line in lines)


@each_option
def test_option_means_the_same_everywhere(entry, name):
    if name == f"{PREFIX}version":
        return  # what an upgrade goes to, or what a revert must arrive at
    assert SPECS[entry]["options"][name] == option(name)


@each_option
def test_default_is_of_its_own_type_and_choice(entry, name):
    spec = SPECS[entry]["options"][name]
    if "default" in spec:
        found = ArgumentSpecValidator({name: spec}).validate({name: spec["default"]})
        assert found.error_messages == []


@each_entry
def test_text_from_a_survey_is_accepted(entry):
    options = SPECS[entry]["options"]
    texts = {f"{PREFIX}version": "6.3.5"}
    for name, spec in options.items():
        if "default" in spec:
            value = spec["default"]
            texts[name] = ",".join(value) if isinstance(value, list) else str(value)
    found = ArgumentSpecValidator(options).validate({name: texts[name] for name in options})
    assert found.error_messages == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sequencing", "both"),
        ("backup_methods", ["scp"]),
        ("upgrade_timeout", "90m"),
        ("revert", "perhaps"),
        ("assets_timeout", "an hour"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_sent(name, value):
    options = SPECS["prepare"]["options"]
    found = ArgumentSpecValidator(options).validate({f"{PREFIX}version": "6.3.5", f"{PREFIX}{name}": value})
    assert any(f"{PREFIX}{name}" in message for message in found.error_messages)
