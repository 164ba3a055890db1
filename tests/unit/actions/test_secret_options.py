# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret option is read by its action, and seen by nobody else."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.filter.batch import batch_mistakes
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import module_options
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_origin import run_origin
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.secret_options import given_arguments

URL = "https://hooks.example/services/B0SECRETTOKEN0X7"


def test_an_action_reads_it_and_callbacks_that_get_the_task_with_its_result_do_not() -> None:
    action = SimpleNamespace(_task=SimpleNamespace(args={"webhook_url": URL, "version": "6.3.5"}))
    assert given_arguments(action) == {"webhook_url": URL, "version": "6.3.5"}
    assert URL not in json.dumps(action._task.args) and action._task.args["version"] == "6.3.5"


def test_an_action_that_runs_again_reads_it_again() -> None:
    action = SimpleNamespace(_task=SimpleNamespace(args={"webhook_url": URL}))
    assert [given_arguments(action)["webhook_url"] for _attempt in range(3)] == [URL] * 3


@pytest.mark.parametrize(
    "module", ["software_download", "software_downgrade", "software_revert", "software_upgrade", "run_review"]
)
def test_its_spec_says_that_it_is_never_logged(module) -> None:
    assert module_options(module)["webhook_url"]["no_log"] is True


def test_it_is_no_setting_of_a_run() -> None:
    origin = run_origin({}, {"webhook_url": URL, "webhook_format": "slack", "run_continues": True}, "1-2")
    assert origin["settings"] == {"webhook_format": "slack"}


def test_a_sentence_about_hosts_that_differ_in_it_does_not_show_it() -> None:
    hosts = {"r1": {"ssr_webhook_url": URL}, "r2": {"ssr_webhook_url": f"{URL}2"}}
    mistakes = batch_mistakes(hosts, ["r1", "r2"])
    assert any("ssr_webhook_url" in words for words in mistakes) and "B0SECRET" not in " ".join(mistakes)
