# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates, surveys and workflows fit together, and fit the playbooks and roles that they start."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from functools import cache
from types import SimpleNamespace

import pytest
import yaml
from ansible_collections.sessionsmart.ssr.plugins.filter.input import PLAYBOOK_VARIABLES, mistake_of, setting_mistakes

from tests.unit.awx.data import AWX, ROOT, objects, prefilled, questions, workflow

TEMPLATES = objects()["controller_templates"]
WORKFLOWS = objects()["controller_workflows"]
each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["name"].split(": ")[1])
each_survey = pytest.mark.parametrize("template", [*TEMPLATES, *WORKFLOWS], ids=lambda template: template["name"])

#: Types of a question that AWX knows and what the answer arrives as.
KINDS = {"text": str, "textarea": str, "integer": int, "float": float, "multiplechoice": str}
#: Playbooks by what they change: a template of one of these must not run twice at a time.
READ_ONLY = {"plan", "report", "export_config"}


@cache
def role_options() -> dict[str, dict]:
    """The options of all roles and entry points, by their names."""
    options: dict[str, dict] = {}
    for path in ROOT.glob("roles/*/meta/argument_specs.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
            options.update(entry["options"])
    return options


def text_of(playbook: str) -> str:
    """The playbook with those that it imports."""
    text = (ROOT / "playbooks" / playbook).read_text(encoding="utf-8")
    return text + "".join(text_of(name) for name in re.findall(r"import_playbook: (\w+\.yml)", text))


def wrapped(playbook: str) -> str:
    """The playbook of the collection that a file of the project starts."""
    (play,) = yaml.safe_load((AWX / "project" / playbook).read_text(encoding="utf-8"))
    return play["ansible.builtin.import_playbook"]


# -- templates --------------------------------------------------------------------------------------------------------


@each_template
def test_a_template_starts_a_file_of_the_project_which_starts_the_playbook_of_the_same_name(template) -> None:
    name = template["playbook"].removesuffix(".yml")
    assert wrapped(template["playbook"]) == f"sessionsmart.ssr.{name}"
    assert (ROOT / "playbooks" / template["playbook"]).is_file()


def test_every_file_of_the_project_starts_a_playbook_that_exists() -> None:
    for path in (AWX / "project").glob("*.yml"):
        assert (ROOT / "playbooks" / f"{wrapped(path.name).split('.')[2]}.yml").is_file()


@each_template
def test_what_changes_something_never_runs_twice_at_a_time_and_nothing_is_sliced(template) -> None:
    reads = template["playbook"].removesuffix(".yml") in READ_ONLY or template["job_type"] == "check"
    assert template["allow_simultaneous"] is reads
    assert template["job_slice_count"] == 1 and template["ask_job_slice_count_on_launch"] is False


@each_template
def test_a_template_uses_what_the_same_files_make(template) -> None:
    assert template["inventory"] in [inventory["name"] for inventory in objects()["controller_inventories"]]
    assert template["project"] in [project["name"] for project in objects()["controller_projects"]]
    images = [image["name"] for image in objects()["controller_execution_environments"]]
    assert template["execution_environment"] in images


@each_template
def test_journal_and_backups_are_in_a_folder_that_outlives_the_job(template) -> None:
    folders = {name: value for name, value in template["extra_vars"].items() if name.endswith("_dir")}
    assert set(folders) == {"ssr_backup_dir", "ssr_journal_dir", "ssr_report_dir"}
    assert all(value.startswith("/var/lib/sessionsmart/north/") for value in folders.values())


def test_host_keys_stay_checked() -> None:
    for inventory in objects()["controller_inventories"]:
        assert inventory["variables"]["ansible_host_key_checking"] is True


def test_a_schedule_can_answer_with_times_of_day_since_the_inventory_names_their_zone(monkeypatch) -> None:
    """AWX accepts no variable in a schedule that the survey does not ask for, so the zone cannot be given there."""
    evening = SimpleNamespace(wall=lambda: datetime(2026, 3, 1, 22, tzinfo=timezone.utc))
    monkeypatch.setattr("ansible_collections.sessionsmart.ssr.plugins.filter.input.Clock", lambda: evening)
    template = next(template for template in TEMPLATES if template["playbook"] == "upgrade_routers.yml")
    assert "router_upgrade_window_end" in questions(template) and not template["ask_variables_on_launch"]
    for inventory in objects()["controller_inventories"]:
        answers = {"router_upgrade_start_deadline": "01:00", "router_upgrade_window_end": "05:00"}
        assert setting_mistakes({"r1": {**inventory["variables"], **answers}}, ["r1"]) == []


def test_authorities_share_no_template_and_no_folder() -> None:
    north, south = objects("north"), objects("south")
    assert not {template["name"] for template in north["controller_templates"]} & {
        template["name"] for template in south["controller_templates"]
    }
    assert all("north" not in str(template) for template in south["controller_templates"])


def test_no_workflow_is_called_like_a_template() -> None:
    """That is how a slice is told (slice_mistakes)."""
    assert not {template["name"] for template in TEMPLATES} & {workflow["name"] for workflow in WORKFLOWS}


# -- surveys ----------------------------------------------------------------------------------------------------------


@each_survey
def test_every_question_is_one_that_awx_can_ask(template) -> None:
    assert template["survey_enabled"] and set(template["survey_spec"]) == {"name", "description", "spec"}
    assert len(questions(template)) == len(template["survey_spec"]["spec"]), "a variable is asked twice"
    for question in questions(template).values():
        common = {"question_name", "question_description", "required", "type", "variable", "default"}
        extra = {"choices"} if question["type"] == "multiplechoice" else {"min", "max"}
        assert set(question) == common | extra, question["variable"]
        assert isinstance(question["default"], KINDS[question["type"]]), question["variable"]
        assert question["default"] in question.get("choices", [question["default"]])


@each_template
def test_every_variable_of_a_survey_is_read_by_the_playbook(template) -> None:
    text = text_of(template["playbook"])
    for name in questions(template):
        if name in PLAYBOOK_VARIABLES:
            assert re.search(rf"(?<!#)\b{name}\b", re.sub(r"(?m)^#.*$", "", text)), name
        else:
            prefix = re.match(r"(conductor|router)_upgrade", name)[0]
            assert name in role_options() and f"name: sessionsmart.ssr.{prefix}" in text


@each_survey
def test_choices_and_defaults_are_those_of_the_role(template) -> None:
    for name, question in questions(template).items():
        option = role_options().get(name)
        if option is None:
            continue
        choices = ["true", "false"] if option["type"] == "bool" else option.get("choices")
        assert question.get("choices") is None or set(question["choices"]) <= set(choices), name
        assert (question["type"] == "multiplechoice") == (choices is not None), name
        assert (question["type"] == "integer") == (option["type"] == "int"), name
        default = {True: "true", False: "false"}.get(option["default"], option["default"]) if choices else None
        default = ("" if option["default"] == [] else option["default"]) if choices is None else default
        assert question["default"] == default, name


@each_survey
def test_a_survey_that_is_left_as_it_is_has_no_mistake(template) -> None:
    for name, value in prefilled(template).items():
        if name != "ssr_version":
            assert mistake_of(name, value) == mistake_of(name, str(value)) == "", name


@each_survey
def test_only_what_may_be_empty_is_not_required(template) -> None:
    """AWX hands over an empty text for a question that is left empty."""
    for name, question in questions(template).items():
        if not question["required"]:
            assert mistake_of(name, "") == "", name


def test_the_only_release_that_is_not_asked_for_twice_is_required_everywhere() -> None:
    for template in [*TEMPLATES, *WORKFLOWS]:
        if template["playbook"] != "export_config.yml" if "playbook" in template else True:
            assert questions(template)["ssr_version"]["required"], template["name"]


# -- workflows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow["name"])
def test_nodes_run_what_exists_and_lead_to_nodes_that_exist(workflow) -> None:
    names = {template["name"] for authority in ("north", "south") for template in _everything(authority)}
    nodes = {node["identifier"]: node for node in workflow["simplified_workflow_nodes"]}
    assert len(nodes) == len(workflow["simplified_workflow_nodes"])
    for node in nodes.values():
        assert ("approval_node" in node) != ("unified_job_template" in node)
        assert node.get("unified_job_template", workflow["name"]) in names
        assert {*node.get("success_nodes", []), *node.get("failure_nodes", [])} <= set(nodes)


def _everything(authority: str) -> list[dict]:
    return objects(authority)["controller_templates"] + objects(authority)["controller_workflows"]


def test_a_workflow_asks_only_what_one_of_its_jobs_takes() -> None:
    upgrade = workflow("SSR north: upgrade")
    templates = {template["name"]: template for template in TEMPLATES}
    jobs = [templates[node["unified_job_template"]] for node in _jobs(upgrade)]
    for name, question in questions(upgrade).items():
        takers = [questions(job)[name] for job in jobs if name in questions(job)]
        assert takers and all(taker["default"] == question["default"] for taker in takers), name


def test_extra_data_of_a_node_is_asked_by_its_template() -> None:
    templates = {other["name"]: other for other in TEMPLATES}
    for node in _jobs(workflow("SSR north: upgrade")):
        asked = questions(templates[node["unified_job_template"]])
        for name, value in node.get("extra_data", {}).items():
            assert value in asked[name]["choices"]


def test_nothing_is_upgraded_without_an_approval_and_no_failure_ends_green() -> None:
    nodes = {node["identifier"]: node for node in workflow("SSR north: upgrade")["simplified_workflow_nodes"]}
    for what in ("conductor", "routers"):
        (parent,) = [node for node in nodes.values() if f"upgrade_{what}" in node.get("success_nodes", [])]
        assert parent["identifier"] == f"approve_{what}" and "approval_node" in parent
    for node in nodes.values():
        if node.get("success_nodes") and "approval_node" not in node:
            assert node["failure_nodes"] == ["report_failure"]
    assert nodes["report_failure"]["extra_data"] == {"ssr_report_failure": "true"}


def _jobs(workflow: dict) -> list[dict]:
    return [node for node in workflow["simplified_workflow_nodes"] if "unified_job_template" in node]
