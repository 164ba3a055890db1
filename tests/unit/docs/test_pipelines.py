# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipelines of docs/ci: when they run, what they name, and what they keep to themselves."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.unit.docs.blocks import ROOT
from tests.unit.docs.names import known_names
from tests.unit.docs.pipelines import FILES, FOLDER, job, read

each_file = pytest.mark.parametrize("name", FILES)
each_job = pytest.mark.parametrize("which", ["plan", "upgrade"])


def test_a_merge_request_plans_and_a_tag_upgrades_at_github():
    pipeline = read("github-actions.yml")
    assert pipeline["on"]["push"] == {"tags": ["upgrade-*"]} and "pull_request" in pipeline["on"]
    assert "pull_request_target" not in pipeline["on"], "it would run a stranger's files with our secrets"
    assert pipeline["jobs"]["plan"]["if"] == "github.event_name == 'pull_request'"
    assert pipeline["jobs"]["upgrade"]["if"] == "github.ref_type == 'tag'"
    assert set(pipeline["jobs"]) == {"plan", "upgrade"}


def test_a_merge_request_plans_and_a_tag_upgrades_at_gitlab():
    pipeline = read("gitlab-ci.yml")
    (plan,), (upgrade,) = pipeline["plan"]["rules"], pipeline["upgrade"]["rules"]
    assert plan["if"] == '$CI_PIPELINE_SOURCE == "merge_request_event"'
    assert upgrade["if"] == "$CI_COMMIT_TAG =~ /^upgrade-/"


def test_an_upgrade_is_alone_and_is_not_ended_for_a_newer_one():
    github, gitlab = read("github-actions.yml")["jobs"]["upgrade"], read("gitlab-ci.yml")["upgrade"]
    assert github["concurrency"]["cancel-in-progress"] is False
    assert gitlab["resource_group"] and gitlab["interruptible"] is False and gitlab["retry"] == 0


@each_file
def test_playbooks_that_a_pipeline_names_exist(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    named = set(re.findall(r"sessionsmart\.ssr\.(\w+)", text)) - {"last_screen"}  # the callback
    assert named == {"plan", "upgrade_routers"}
    assert all((ROOT / "playbooks" / f"{playbook}.yml").is_file() for playbook in named)


@each_file
@each_job
def test_variables_that_a_pipeline_sets_exist(name, which):
    script = job(name, which).script
    given = set(re.findall(r"-e (\w+)=", script))
    assert given and given <= known_names()
    assert "-e @upgrade.yml" in script
    assert set(yaml.safe_load((FOLDER / "upgrade.yml").read_text(encoding="utf-8"))) <= known_names()


@each_file
@each_job
def test_no_secret_is_in_a_command(name, which):
    checked_job = job(name, which)
    assert "PASSWORD" not in checked_job.script and "PASSWORD" not in checked_job.install
    assert checked_job.environment["JUNIT_HIDE_TASK_ARGUMENTS"] == "True"
    assert "HOST_KEY_CHECKING" not in (FOLDER / name).read_text(encoding="utf-8")


@each_file
@each_job
def test_no_exit_code_is_hidden(name, which):
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert "pipefail" in text and "|| true" not in text
    assert "continue-on-error" not in text and "allow_failure" not in text


@each_file
@each_job
def test_what_is_installed_is_what_is_needed(name, which):
    install = job(name, which).install
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    lowest = runtime["requires_ansible"].removeprefix(">=").rpartition(".")[0]
    assert f'"ansible-core>={lowest}"' in install
    assert "requirements.yml" in install and "sessionsmart/ssr/requirements.txt" in install


def test_a_project_gets_the_collection_from_the_release_that_has_these_playbooks():
    (entry,) = yaml.safe_load((FOLDER / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    assert entry["name"] == "sessionsmart.ssr" and re.fullmatch(r">=\d+\.\d+\.\d+", entry["version"])


def test_every_file_of_the_project_is_told_of():
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    assert [path.name for path in FOLDER.iterdir() if f"docs/ci/{path.name}" not in page] == []
