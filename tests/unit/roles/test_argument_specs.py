# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the roles: argument specs, defaults and tasks say the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from tests.simulator.play import pace
from tests.unit.plugin_docs import docs

ROOT = Path(__file__).resolve().parents[3]


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every task, and every block, of a list of tasks."""
    for task in value:
        yield task
        for part in ("block", "rescue", "always"):
            yield from walk(task.get(part) or [])


@cache
def without_comments(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


@dataclass(frozen=True)
class Role:
    """A role as its files state it. ``checked_early``: what is checked before the first command although only a later
    entry point reads it."""

    name: str
    version: str = "6.3.5"
    checked_early: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def folder(self) -> Path:
        return ROOT / "roles" / self.name

    @property
    def prefix(self) -> str:
        return f"{self.name}_"

    @cached_property
    def specs(self) -> dict[str, Any]:
        return yaml.safe_load((self.folder / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))[
            "argument_specs"
        ]

    @cached_property
    def defaults(self) -> dict[str, Any]:
        return yaml.safe_load((self.folder / "defaults" / "main.yml").read_text(encoding="utf-8"))

    @cached_property
    def private(self) -> dict[str, Any]:
        """What the role works out for its tasks: the options that they take as module_defaults, and the like."""
        return yaml.safe_load((self.folder / "vars" / "main.yml").read_text(encoding="utf-8"))

    @property
    def files(self) -> list[Path]:
        return sorted((self.folder / "tasks").glob("*.yml"))

    def option(self, name: str) -> dict[str, Any]:
        """An option, as the first entry point that has it states it."""
        return next(spec["options"][name] for spec in self.specs.values() if name in spec["options"])

    def names_in(self, text: str) -> set[str]:
        """The variables of the role that a text reads; those with two underscores in front are its own."""
        return set(re.findall(rf"(?<!\w){self.prefix}\w+", text))

    def text_of(self, tasks: str) -> str:
        """A file of tasks without its comments."""
        return without_comments(self.folder / "tasks" / f"{tasks}.yml")

    def variables_read_by(self, tasks: str) -> set[str]:
        """The variables of the role that a file of tasks reads, itself and by those of vars/main.yml."""
        text, expanded = self.text_of(tasks), set[str]()
        while more := set(re.findall(r"\b__\w+", text)) & set(self.private) - expanded:
            expanded |= more
            text += "".join(str(self.private[name]) for name in more)
        return self.names_in(text)

    def given(self, tasks: str, module: str) -> dict[str, Any]:
        """The options that the only task with this module gives to it, its module_defaults included."""
        (task,) = (task for task in self.tasks_of(tasks) if f"sessionsmart.ssr.{module}" in task)
        options: dict[str, Any] = {}
        for template in task.get("module_defaults", {}).values():
            options |= self.private[template.strip("{ }")]
        return options | task[f"sessionsmart.ssr.{module}"]

    def tasks_of(self, tasks: str) -> list[dict[str, Any]]:
        return list(walk(yaml.safe_load(self.text_of(tasks))))

    def included(self, tasks: str) -> set[str]:
        """A file of tasks, and those of the role that it includes, by their names without ending."""
        files = {tasks}
        for task in self.tasks_of(tasks):
            name = task.get("ansible.builtin.include_tasks") or task.get("ansible.builtin.import_tasks")
            if isinstance(name, str):  # a mapping names a file of the user's
                files |= self.included(name.removesuffix(".yml"))
        return files

    def set_by_itself(self) -> set[str]:
        """Variables that tasks register, set as facts, or give to a block."""
        names: set[str] = set()
        for path in self.files:
            for task in self.tasks_of(path.stem):
                names |= {task["register"]} if "register" in task else set()
                names |= set(task.get("ansible.builtin.set_fact") or {}) | set(task.get("vars") or {})
        return {name for name in names if name.startswith(self.prefix)}

    def entry_points_of_the_playbooks(self) -> set[str]:
        entry_points = set()
        for path in (ROOT / "playbooks").glob("*.yml"):
            for play in yaml.safe_load(path.read_text(encoding="utf-8")):
                for task in walk(play.get("tasks") or []):
                    for how in ("ansible.builtin.include_role", "ansible.builtin.import_role"):
                        role = task.get(how) or {}
                        if role.get("name") == f"sessionsmart.ssr.{self.name}":
                            entry_points.add(role.get("tasks_from", "main"))
        return entry_points

    def plain(self, name: str) -> Any:
        """A default without its template: ``{{ x | default('y', true) }}`` is y where nobody sets x."""
        value = self.defaults[name]
        match = re.fullmatch(r"\{\{ \w+ \| default\('([^']*)', true\) \}\}", value) if isinstance(value, str) else None
        if match:
            return match[1]
        number = re.fullmatch(r"\{\{ \w+ \| default\((\d+)(?:, true)?\) \}\}", str(value))
        if number:
            return int(number[1])
        if isinstance(value, str) and re.fullmatch(r"\{\{ \w+ \| default\(\[\], true\) \}\}", value):
            return []
        inner = re.fullmatch(rf"\{{\{{ ({self.prefix}\w+) \}}\}}(/.*)", value) if isinstance(value, str) else None
        return f"{self.plain(inner[1])}{inner[2]}" if inner else value


ROLES = [
    Role("conductor_upgrade", checked_early={"prepare": ("main", "wait_for_assets")}),
    Role("router_upgrade"),
]
#: A default that can only be told in words.
IN_WORDS = {"router_upgrade_conductor": "the first host of ssr_conductors"}


def each(parameters_of) -> pytest.MarkDecorator:
    """One test for each of these things of each role."""
    cases = [(role, *parameters) for role in ROLES for parameters in parameters_of(role)]
    ids = ["-".join([role.name, *map(str, rest)]) for role, *rest in cases]
    names = ("role", "entry", "name")[: len(cases[0])]
    return pytest.mark.parametrize(names, cases, ids=ids)


each_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
each_entry = each(lambda role: [(entry,) for entry in role.specs])
each_option = each(lambda role: [(entry, name) for entry, spec in role.specs.items() for name in spec["options"]])
each_default = pytest.mark.parametrize(("role", "name"), [(role, name) for role in ROLES for name in role.defaults])
each_file = pytest.mark.parametrize(
    ("role", "path"),
    [(role, path) for role in ROLES for path in role.files],
    ids=lambda parameter: parameter.stem if isinstance(parameter, Path) else parameter.name,
)


# -- entry points ---------------------------------------------------------------------------------------------------


@each_role
def test_every_entry_point_that_a_playbook_uses_has_a_spec_and_no_other(role):
    assert set(role.specs) == role.entry_points_of_the_playbooks()


@each_entry
def test_entry_point_has_tasks_and_is_described(role, entry):
    assert (role.folder / "tasks" / f"{entry}.yml").is_file()
    spec = role.specs[entry]
    # It is a part of a task's name in every run, and so has no full stop.
    assert len(spec["short_description"]) < 60 and not spec["short_description"].endswith(".")
    assert all(line.endswith(".") for line in spec["description"])


@each_role
def test_ansible_doc_shows_every_entry_point(role):
    collections = os.environ.get("SSR_TEST_COLLECTIONS", str(ROOT / ".venv" / "collections"))
    name = f"sessionsmart.ssr.{role.name}"
    process = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-doc")), "-t", "role", "-j", name],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": collections, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    shown = json.loads(process.stdout)[name]["entry_points"]
    assert {entry: set(spec["options"]) for entry, spec in shown.items()} == {
        entry: set(spec["options"]) for entry, spec in role.specs.items()
    }


# -- defaults -------------------------------------------------------------------------------------------------------


def test_a_night_on_the_simulator_waits_for_no_time_of_real_hardware():
    """Demonstrations and rehearsals shorten every wait; one that is left out lasts ten minutes."""
    shortened = pace(600.0)
    assert {"router_upgrade_bake", "router_upgrade_operation_settle", "router_upgrade_pair_soak"} <= set(shortened)
    assert all(seconds <= 40 for seconds in shortened.values()), shortened


@each_default
def test_every_default_is_described_with_the_same_value(role, name):
    assert role.option(name)["default"] == IN_WORDS.get(name, role.plain(name))


@each_option
def test_option_has_a_default_or_is_required(role, entry, name):
    spec = role.specs[entry]["options"][name]
    assert ("default" in spec) != spec.get("required", False)
    assert (name in role.defaults) == ("default" in spec), "a default would satisfy 'required'"


# -- tasks ----------------------------------------------------------------------------------------------------------


@each_role
def test_every_variable_is_an_option_or_set_by_the_role(role):
    known = set(role.defaults) | {name for spec in role.specs.values() for name in spec["options"]}
    for path in [*role.files, role.folder / "vars" / "main.yml", *(ROOT / "playbooks").glob("*.yml")]:
        text = path.read_text(encoding="utf-8").replace(f"{role.prefix}*", "")
        assert role.names_in(text) <= known | role.set_by_itself(), path.name


@each_entry
def test_options_of_an_entry_point_are_what_its_tasks_read(role, entry):
    names: set[str] = set()
    for start in (entry, *role.checked_early.get(entry, ())):
        for tasks in role.included(start):
            names |= role.variables_read_by(tasks)
    assert names - role.set_by_itself() == set(role.specs[entry]["options"])


@each_file
def test_a_condition_takes_a_boolean_from_the_command_line(role, path):
    """``-e name=false`` is a text. The spec accepts it, and does not turn the variable into a boolean."""
    booleans = {name for name in role.defaults if role.option(name)["type"] == "bool"}
    for task in role.tasks_of(path.stem):
        conditions = task.get("when") or []
        for condition in [conditions] if isinstance(conditions, str) else conditions:
            for name in role.names_in(condition) & booleans:
                assert re.search(rf"{name} \| bool", condition), task["name"]


# -- options --------------------------------------------------------------------------------------------------------


@each_option
def test_option_is_described_in_sentences(role, entry, name):
    lines = role.specs[entry]["options"][name]["description"]
    assert len(lines) > 1, "what it means, and when one would change it"
    assert all(line.endswith(".") for line in lines)


@each_option
def test_option_means_the_same_everywhere(role, entry, name):
    if name == f"{role.prefix}version":
        return  # what an upgrade goes to, or what a revert must arrive at
    assert role.specs[entry]["options"][name] == role.option(name)


@each_option
def test_default_is_of_its_own_type_and_choice(role, entry, name):
    spec = role.specs[entry]["options"][name]
    if "default" in spec:
        validated = ArgumentSpecValidator({name: spec}).validate({name: spec["default"]})
        assert validated.error_messages == []


def as_text(value: Any) -> str:
    """A value as a survey or ``-e`` would hand it over."""
    if isinstance(value, list):
        return ",".join(value)
    return json.dumps(value) if isinstance(value, dict) else str(value)


@each_entry
def test_text_from_a_survey_is_accepted(role, entry):
    options = role.specs[entry]["options"]
    texts = {name: as_text(spec.get("default", role.version)) for name, spec in options.items()}
    validated = ArgumentSpecValidator(options).validate(texts)
    assert validated.error_messages == []


WRONG = {
    "conductor_upgrade": [
        ("prepare", "sequencing", "both"),
        ("prepare", "backup_methods", ["scp"]),
        ("prepare", "upgrade_timeout", "90m"),
        ("prepare", "revert", "perhaps"),
        ("prepare", "assets_timeout", "an hour"),
    ],
    "router_upgrade": [
        ("main", "in_flight", "many"),
        ("main", "order", "primary_first"),
        ("main", "waves", "hubs last"),
        ("download", "download_state", "gone"),
        ("revert", "max_failures", "few"),
    ],
}


@each(lambda role: [(entry, (name, value)) for entry, name, value in WRONG[role.name]])
def test_what_cannot_work_is_refused_before_anything_is_sent(role, entry, name):
    option, value = f"{role.prefix}{name[0]}", name[1]
    options = role.specs[entry]["options"]
    validated = ArgumentSpecValidator(options).validate({f"{role.prefix}version": role.version, option: value})
    assert any(option in message for message in validated.error_messages)


# -- what the role gives to modules ---------------------------------------------------------------------------------


def documented(module: str) -> set[str]:
    """The options of a module with those of its fragments."""
    return set(docs(module)[0]["options"])


#: The hosts of the batch are the targets, nobody is there to answer, and the record of the run knows its plan.
NOT_FOR_A_BATCH = {"targets", "resource_group", "force", "approved_checksum"}
#: A download moves no node.
TIMES_OF_NODES = {
    "upgrade_timeout",
    "settle_timeout",
    "service_timeout",
    "flap",
    "revert_grace",
    "operation_settle",
    "health_timeout",
}
#: Where the role asks a module, and which of its options are for conductors or for tasks of one's own.
ASKED = {
    "software_upgrade": (
        "plan_or_upgrade",
        {"recorded_version", "assets_count", "alarms_before", "plugins_before", "retry_pause", "allow_newer_routers"},
    ),
    "software_revert": (
        "plan_or_revert",
        {"upgrade", "health_check", "only_local_faults", "allow_newer_routers", "assets_count", "health_timeout"},
    ),
    "software_download": ("download_batch", {"iso", "installation_service"} | TIMES_OF_NODES),
}


@pytest.mark.parametrize("module", ASKED)
def test_every_option_of_a_module_can_be_set_by_the_role(module):
    tasks, unused = ASKED[module]
    given = set(ROLES[1].given(tasks, module))
    assert documented(module) - given == (NOT_FOR_A_BATCH | unused) & documented(module)
    assert given <= documented(module)


@each_file
def test_a_task_gives_a_module_at_most_ten_options_by_hand(role, path):
    """The rest are variables of the role, which vars/main.yml maps once."""
    for task in role.tasks_of(path.stem):
        for module, options in task.items():
            if module.startswith("sessionsmart.ssr.") and options:
                assert len(options) <= 10, task["name"]


@each_file
def test_defaults_of_a_group_are_options_of_the_module(role, path):
    """And the module is a member of the group: Ansible silently ignores the defaults of any other."""
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    for task in role.tasks_of(path.stem):
        for target, template in task.get("module_defaults", {}).items():
            (module,) = (key.removeprefix("sessionsmart.ssr.") for key in task if key.startswith("sessionsmart.ssr."))
            name = target.removeprefix("group/").removeprefix("sessionsmart.ssr.")
            assert module in (groups[name] if target.startswith("group/") else [name]), target
            assert set(role.private[template.strip("{ }")]) <= documented(module), target


# -- what a node is compared with -----------------------------------------------------------------------------------

COMPARING = [
    "on_regression",
    *(f"compare{name}" for name in ("", "_areas", "_thresholds", "_include", "_exclude", "_grace")),
]


@pytest.mark.parametrize("name", COMPARING)
def test_both_roles_take_the_same_of_a_comparison(name):
    conductor, router = (role.option(f"{role.prefix}{name}") for role in ROLES)
    same = ("type", "elements", "choices") if name == "compare_areas" else ("type", "elements", "choices", "default")
    assert [conductor.get(key) for key in same] == [router.get(key) for key in same]


def test_a_conductor_node_is_checked_compared_and_reverted_by_the_task_that_upgrades_it():
    options = ROLES[0].given("node", "software_upgrade")
    assert {name for name in documented("software_upgrade") if name.startswith("compare")} <= set(options)
    assert {"post_checks", "post_check_timeout", "revert", "on_regression", "allow_newer_routers"} <= set(options)
    modules = {key for task in ROLES[0].tasks_of("node") for key in task if key.startswith("sessionsmart.ssr.")}
    assert modules == {"sessionsmart.ssr.software_upgrade"}, "its verification has no second home"
