# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation is the argument spec, so it must say what the actions read, return and check."""

from __future__ import annotations

import ast
import dataclasses
import difflib
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.playbook.play import Play
from ansible.playbook.task import Task
from ansible.plugins.loader import action_loader
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks import families  # noqa: F401  (registers them)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import CHECKS, CheckResult
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import errors
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, NodeResult, Step, summary

from tests.unit.plugin_docs import docs

COLLECTION = "sessionsmart.ssr"
ROOT = Path(__file__).parents[3]
PLUGINS = ROOT / "plugins"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))
ACTIONS = sorted(path.stem for path in (PLUGINS / "action").glob("*.py"))
OPERATIONS = ("software_download", "software_downgrade", "software_revert", "software_upgrade")
#: They talk to no conductor; the others do, and may find that they cannot.
SILENT = {"change_document", "host_routers", "input_check", "report_file", "run_report", "tag_check", "verdict"}
TALKING = sorted(set(MODULES) - SILENT)
CHECKING = {"precheck": "pre", "health_check": "post"}
#: What every result of Ansible has, and nobody documents for each module.
COMMON = {"changed", "failed", "diff"}

each_module = pytest.mark.parametrize("name", MODULES)
each_talking = pytest.mark.parametrize("name", TALKING)
each_operation = pytest.mark.parametrize("name", OPERATIONS)


# -- reading documentation ------------------------------------------------------------------------------------------


def options(name: str) -> dict:
    return docs(name)[0]["options"]


def returns(name: str) -> dict:
    return docs(name)[2]


@cache
def fragment(name: str) -> dict:
    """The options of a fragment, as its file states them."""
    tree = ast.parse((PLUGINS / "doc_fragments" / f"{name}.py").read_text(encoding="utf-8"))
    texts = [node.value.value for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    return yaml.safe_load(texts[0])["options"]


def described(options: dict, path: str = ""):
    """Every option and suboption, with the path that leads to it."""
    for name, option in options.items():
        yield f"{path}{name}", option
        yield from described(option.get("suboptions") or {}, f"{path}{name}.")


def returned(values: dict, path: str = ""):
    """Every return value, nested ones too, with the path that leads to it."""
    for name, value in values.items():
        yield f"{path}{name}", value
        yield from returned(value.get("contains") or {}, f"{path}{name}.")


def spec(options: dict) -> dict:
    keys = ("type", "elements", "required", "default", "choices")
    made = {name: {key: option[key] for key in keys if key in option} for name, option in options.items()}
    for name, option in options.items():
        if "suboptions" in option:
            made[name]["options"] = spec(option["suboptions"])
    return made


def fields(record: type) -> set[str]:
    return {field.name for field in dataclasses.fields(record)}


# -- reading code ---------------------------------------------------------------------------------------------------


@cache
def source(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def action_tree(name: str) -> ast.Module:
    return source(PLUGINS / "action" / f"{name}.py")


#: The bases of actions: their class, the file of that, and the class that it builds upon.
BASES = {
    "LocalAction": ("actions/local", None),
    "PcliAction": ("actions/base", None),
    "CheckAction": ("actions/checks", "PcliAction"),
    "RolloutAction": ("actions/rollout", "PcliAction"),
    "UpgradeAction": ("actions/upgrade", "RolloutAction"),
}


def bases_of(name: str) -> list[str]:
    """The files of the bases of an action, the most general first."""
    klass = next(node for node in action_tree(name).body if isinstance(node, ast.ClassDef))
    base, files = klass.bases[0].id, []
    while base in BASES:
        file, base = BASES[base]
        files.insert(0, file)
    return files


@cache
def trees_of(name: str) -> list[ast.Module]:
    """The action and the files of its bases, the most general first."""
    return [*(source(PLUGINS / "plugin_utils" / f"{base}.py") for base in bases_of(name)), action_tree(name)]


@cache
def methods(name: str) -> dict[str, ast.FunctionDef]:
    """The methods of an action with those that it inherits, by name; its own win."""
    by_name = {}
    for tree in trees_of(name):
        for klass in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            if klass.name in (*BASES, "ActionModule"):
                by_name.update({method.name: method for method in klass.body if isinstance(method, ast.FunctionDef)})
    return by_name


@cache
def functions() -> dict[str, ast.FunctionDef]:
    """The functions beside the bases of actions that take the arguments of a task, by name."""
    trees = [source(path) for path in sorted(PLUGINS.glob("plugin_utils/actions/*.py"))]
    defined = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {function.name: function for function in defined if any(given.arg == "args" for given in function.args.args)}


def reached(name: str) -> list[ast.FunctionDef]:
    """The methods and functions that a run of this action comes through."""
    known = {**functions(), **methods(name)}
    todo, visited = ["run"], {}
    while todo:
        method = todo.pop()
        if method in known and method not in visited:
            visited[method] = known[method]
            todo += [node.attr for node in ast.walk(known[method]) if is_self(node)]
            todo += [node.func.id for node in ast.walk(known[method]) if takes_args(node)]
    return list(visited.values())


def is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def is_args(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "args"


def takes_args(node: ast.AST) -> bool:
    """Is it the call of a function, to which the arguments of the task are handed?"""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and any(map(is_args, node.args))


def words(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def read_arguments(name: str) -> set[str]:
    """Every argument that the action reads, itself or through what it inherits."""
    arguments = set()
    for method in reached(name):
        for node in ast.walk(method):
            if isinstance(node, ast.Subscript) and is_args(node.value) and isinstance(node.slice, ast.Constant):
                arguments.add(node.slice.value)
            method_of_args = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if method_of_args and node.args and is_args(node.func.value):  # not args.items(), which names none
                arguments |= words(node.args[0])
            arguments |= handed_on(node)
        if method.name == "loop":  # the limits are taken by the names of their fields
            arguments |= fields(Limits)
    for tree in trees_of(name):
        for node in tree.body:
            if isinstance(node, ast.Assign) and node.targets[0].id == "_REQUEST":
                arguments |= words(node.value)
    return arguments


def handed_on(node: ast.AST) -> set[str]:
    """The argument that a method of its own or a function is told to read: ``moment(args, "window_end")``."""
    own = isinstance(node, ast.Call) and (is_self(node.func) or takes_args(node))
    if not (own and len(node.args) > 1 and is_args(node.args[0])):
        return set()
    named = node.args[1]
    return {named.value} if isinstance(named, ast.Constant) and isinstance(named.value, str) else set()


def returned_by(name: str) -> set[str]:
    """The keys of the results that the action's methods build, where they can be seen."""
    built = ("act", "fleet_result", "_compared", "_preview", "_restore", "_without_copy")
    return {key for method in reached(name) if method.name in built for key in built_in(method)}


def built_in(method: ast.FunctionDef) -> set[str]:
    """Keys of the dictionaries that a method returns or calls ``result`` or ``facts``."""
    keys = set()
    for node in ast.walk(method):
        value = node.value if isinstance(node, (ast.Return, ast.Assign)) else None
        if isinstance(node, ast.Assign) and not (isinstance(node.targets[0], ast.Name) and is_result(node.targets[0])):
            value = None
        for part in dictionaries(value):
            keys |= {key.value for key in part.keys if isinstance(key, ast.Constant)}
        if isinstance(node, ast.Subscript) and is_result(node.value) and isinstance(node.ctx, ast.Store):
            keys.add(node.slice.value)
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr == "update" and is_result(called.value):
            keys |= {keyword.arg for keyword in node.keywords}
    return keys


def is_result(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("result", "facts")


def dictionaries(value: ast.AST | None) -> list[ast.Dict]:
    """The dictionary, also as the first argument of a call that only adds to it."""
    if isinstance(value, ast.Call):
        value = value.args[0] if value.args else None
    return [value] if isinstance(value, ast.Dict) else []


def expected_returns(name: str) -> set[str]:
    keys = returned_by(name)
    if name in OPERATIONS:
        keys |= set(summary("upgrade", [NodeResult("r", "n")])) - {"ok"} | {"broke_off"}
    if name in CHECKING:
        tree = source(PLUGINS / "plugin_utils" / "actions" / "checks.py")
        result = next(node for node in ast.walk(tree) if getattr(node, "name", "") == "check_result")
        keys |= built_in(result)
    return keys - COMMON | ({"connection"} if name in TALKING else set())


# -- modules and actions --------------------------------------------------------------------------------------------


def test_every_module_has_an_action_and_every_action_a_module():
    assert MODULES == ACTIONS


def test_action_group_names_every_module():
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert sorted(runtime["action_groups"]["all"]) == MODULES


@each_module
def test_a_module_names_the_action_groups_that_it_is_in(name):
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    membership = docs(name)[0]["attributes"]["action_group"]["membership"]
    assert sorted(membership) == sorted(f"{COLLECTION}.{group}" for group, members in groups.items() if name in members)


def test_a_fragment_is_called_like_an_action_group_only_where_it_is_that_of_its_modules():
    """``operation`` beside ``operations`` was taken for a second group."""
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    for part in sorted(path.stem for path in (PLUGINS / "doc_fragments").glob("*.py")):
        alike = difflib.get_close_matches(part, groups, 1, 0.8)
        if alike:
            using = [name for name in MODULES if f"{COLLECTION}.{part}" in fragments_of(name)]
            assert alike == [part] and using == sorted(groups[part]), part


def test_the_guide_names_the_action_groups_and_options_that_all_of_their_modules_have():
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    rows = re.findall(
        r"^\| `group/sessionsmart\.ssr\.(\w+)` \| .* \| (.*) \|$",
        (ROOT / "docs" / "upgrading-routers.md").read_text(encoding="utf-8"),
        re.M,
    )
    assert {name for name, _options in rows} == set(groups)
    for name, options in rows:
        for option in re.findall(r"`(\w+)`", options):
            assert all(option in docs(member)[0]["options"] for member in groups[name]), (name, option)


@each_module
def test_module_holds_documentation_and_nothing_else(name):
    text = (PLUGINS / "modules" / f"{name}.py").read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/python\n")
    assert "GNU General Public License v3.0" in text
    allowed = (ast.Assign, ast.ImportFrom)
    tree = ast.parse(text)
    assert all(isinstance(node, allowed) for node in tree.body)
    assert [node.targets[0].id for node in tree.body[1:]] == ["DOCUMENTATION", "EXAMPLES", "RETURN"]


@each_module
def test_documentation_is_complete(name):
    documentation = docs(name)[0]
    assert documentation["module"] == name
    assert documentation["version_added"] in ("0.1.0", "0.2.0", "0.3.0")
    assert documentation["author"] == ["The sessionsmart.ssr maintainers (@sessionsmart)"]
    assert documentation["seealso"] and documentation["description"]
    assert not documentation["short_description"].endswith(".")
    wanted = {"check_mode", "diff_mode", "idempotent", "platform", "action_group"}
    assert set(documentation["attributes"]) == wanted
    assert all(attribute["description"] and attribute["support"] for attribute in documentation["attributes"].values())


@each_module
def test_module_names_in_seealso_exist(name):
    named = [link["module"] for link in docs(name)[0]["seealso"] if "module" in link]
    assert {module.removeprefix(f"{COLLECTION}.") for module in named} <= set(MODULES) - {name}


# -- options --------------------------------------------------------------------------------------------------------


@each_module
def test_every_option_has_a_type_and_whole_sentences(name):
    for path, option in described(options(name)):
        assert option.get("type"), path
        assert "elements" in option or option["type"] != "list", path
        lines = option["description"]
        assert lines and lines != [""], path
        sentences = [line for line in ([lines] if isinstance(lines, str) else lines) if not line.startswith("V(")]
        assert all(line[0].isupper() or line.startswith("C(") for line in sentences), path
        assert all(line.endswith((".", ":")) for line in sentences), path


@each_module
def test_every_default_is_of_its_own_type_and_choice(name):
    optional = {key: option for key, option in options(name).items() if "default" in option}
    validated = ArgumentSpecValidator(spec(optional)).validate(
        {key: option["default"] for key, option in optional.items()}
    )
    assert validated.error_messages == []


@each_module
def test_options_are_the_arguments_that_the_action_reads(name):
    assert set(options(name)) == read_arguments(name)


@each_module
def test_relations_between_options_name_options(name):
    action = action_loader.get(f"{COLLECTION}.{name}", class_only=True)
    for groups in action.relations.values():
        for group in groups:
            assert set(group) <= set(options(name))


def test_limits_of_the_engine_are_documented_with_their_defaults():
    defaults = {field.name: field.default for field in dataclasses.fields(Limits)}
    assert {key: fragment("following")[key].get("default") for key in defaults} == defaults


@each_module
def test_options_that_a_module_states_anew_are_those_of_the_fragment(name):
    same = ("type", "elements", "default", "choices", "required")
    for part in fragments_of(name):
        for key, theirs in fragment(part.split(".")[2]).items():
            assert [options(name)[key].get(field) for field in same] == [theirs.get(field) for field in same], key


def fragments_of(name: str) -> list[str]:
    """The fragments that a module is documented with, by their full names."""
    body = source(PLUGINS / "modules" / f"{name}.py").body
    raw = next(node.value.value for node in body if isinstance(node, ast.Assign))
    return yaml.safe_load(raw)["extends_documentation_fragment"]


@each_operation
def test_operations_take_targets_and_limits(name):
    assert set(fragment("targets")) | set(fragment("following")) <= set(options(name))


# -- checks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "stage"), CHECKING.items())
def test_list_of_checks_is_the_registry(name, stage):
    lines = [re.fullmatch(r"V\((\w+)\) - (.*)", line) for line in options(name)["checks"]["description"]]
    documented = {line[1]: line[2] for line in lines if line}
    assert documented == {check.name: check.description for check in CHECKS.values() if stage in check.stages}


# -- what comes back ------------------------------------------------------------------------------------------------


@each_module
def test_every_return_value_says_what_it_is_and_when(name):
    for path, value in returned(returns(name)):
        assert value.get("type") and value.get("returned") and value.get("description"), path
        assert "elements" in value or value["type"] != "list", path
        assert "sample" in value or "contains" in value, path
        if "choices" in value and "sample" in value:
            assert value["sample"] in value["choices"], path


@each_module
def test_return_values_are_those_of_the_action(name):
    assert set(returns(name)) == expected_returns(name)


@each_operation
def test_results_of_an_operation_are_documented_as_they_are(name):
    router = returns(name)["by_router"]["contains"]["router_name"]["contains"]
    assert set(router) == set(summary("x", [NodeResult("r", "n")])["by_router"]["r"])
    node = router["nodes"]["contains"]
    assert set(node) == set(NodeResult("r", "n").as_data())
    assert set(node["steps"]["contains"]) == fields(Step)


@each_operation
def test_table_of_states_is_that_of_the_verdicts(name):
    state = returns(name)["by_router"]["contains"]["router_name"]["contains"]["state"]
    assert state["choices"] == list(STATES)
    lines = [
        re.match(r"V\((\w+)\) - (.*?)\. The host (is ok|fails); (.*)\.$", text) for text in state["description"][1:]
    ]
    assert [line[1] for line in lines] == list(STATES)
    for line, meaning in zip(lines, STATES.values(), strict=True):
        assert (line[3] == "is ok") == meaning.ok, line[0]
        assert ("not changed" in line[4]) == (meaning.changed is False), line[0]


@pytest.mark.parametrize("name", CHECKING)
def test_results_of_checks_are_documented_as_they_are(name):
    assert set(returns(name)["checks"]["contains"]) == fields(CheckResult)


def test_assets_are_documented_as_they_are():
    tree = next(node for node in ast.walk(action_tree("assets_info")) if getattr(node, "name", "") == "_as_data")
    first = next(node.value for node in ast.walk(tree) if isinstance(node, ast.Assign))
    keys = {key.value for key in first.keys} | {
        node.slice.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }
    assert set(returns("assets_info")["assets"]["contains"]) == keys


@each_talking
def test_every_kind_of_connection_failure_is_documented(name):
    kinds = {var.connection for var in vars(errors).values() if isinstance(var, type) and hasattr(var, "connection")}
    assert set(returns(name)["connection"]["choices"]) == kinds - {None}
    documented = {line.split(")")[0].removeprefix("V(") for line in returns(name)["connection"]["description"][1:]}
    assert documented == kinds - {None}


# -- markup ---------------------------------------------------------------------------------------------------------


@each_module
def test_markup_names_options_and_values_that_exist(name):
    text = repr(docs(name)[0]) + repr(returns(name))
    for own in re.findall(r"(?<![A-Z])O\(([a-z_]+)(?:=[^)]*)?\)", text):
        assert own in options(name), own
    known = {path for path, _value in returned(returns(name))}
    for own in re.findall(r"RV\(([a-z_.]+)\)", text):
        assert own in known, own
    for module, value in re.findall(rf"RV\({COLLECTION}\.(\w+)#module:([a-z_.]+)\)", text):
        assert value in {path for path, _value in returned(returns(module))}, value
    for module in re.findall(rf"M\({COLLECTION}\.(\w+)\)", text):
        assert module in MODULES, module


# -- examples -------------------------------------------------------------------------------------------------------


def tasks_in(entries: list) -> list[dict]:
    """The tasks of a list of plays, blocks and tasks."""
    tasks = []
    for entry in entries:
        inner = [entry[key] for key in ("tasks", "block", "rescue", "always") if key in entry]
        tasks += [task for part in inner for task in tasks_in(part)] if inner else [entry]
    return tasks


def filled(options: dict, args: dict) -> dict:
    """The arguments, with a value of the right type where an example has a template."""
    samples = {"list": [], "dict": {}, "bool": True, "int": 1, "float": 1.0}
    templated = {key for key, value in args.items() if isinstance(value, str) and "{{" in value}
    return {key: samples.get(options[key]["type"], "x") if key in templated else args[key] for key in args}


@each_module
def test_examples_are_tasks_that_this_collection_takes(name):
    entries = yaml.safe_load(docs(name)[1])
    for task in tasks_in(entries):
        assert re.match(r"[A-Z]", task["name"]), task
        called = [key for key in task if "." in key]
        assert len(called) == 1 and set(task) - set(called) <= set(Task.fattributes), task
        module = called[0].removeprefix(f"{COLLECTION}.")
        if module == called[0]:
            continue
        args = filled(options(module), task[called[0]] or {})
        relations = action_loader.get(called[0], class_only=True).relations
        validated = ArgumentSpecValidator(spec(options(module)), **relations).validate(args)
        assert validated.error_messages == [], task
    assert any(f"{COLLECTION}.{name}" in task for task in tasks_in(entries))
    for play in (entry for entry in entries if "hosts" in entry):
        assert set(play) <= set(Play.fattributes), play


@each_module
def test_examples_show_check_mode_where_it_matters(name):
    if docs(name)[0]["attributes"]["diff_mode"]["support"] != "N/A":
        assert "check_mode: true" in docs(name)[1]


# -- the connection -------------------------------------------------------------------------------------------------


def test_connection_is_documented():
    documentation = docs("pcli", "connection")[0]
    assert documentation["name"] == "pcli"
    for path, option in documentation["options"].items():
        assert option["description"] and option["type"], path


def test_no_option_of_the_connection_is_called_like_a_keyword_that_means_something_else():
    """Ansible hands the value of a task's keyword to an option of the same name, without asking."""
    documented = docs("pcli", "connection")[0]["options"]
    same = set(documented) & set(Task.fattributes)
    assert not same & {"timeout", "retries", "delay", "poll"}
    assert same == {name for name, option in documented.items() if {"name": name} in option.get("keyword", [])}
