# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret option is read by its action, and seen by nobody else."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.filter.batch import batch_mistakes
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions import base
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, PcliAction, module_options
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_origin import run_origin

URL = "https://hooks.example/services/B0SECRETTOKEN0X7"


class Action(PcliAction):
    """An action that keeps the arguments that it was given."""

    def __init__(self) -> None:
        self._task = SimpleNamespace(args={"webhook_url": URL}, timeout=0)
        self.read: list[dict] = []

    def act(self, args: dict) -> dict:
        self.read.append(args)
        raise BadInput("what fails shows no secret either")


def test_an_action_reads_it_each_time_and_callbacks_that_get_the_task_with_its_result_do_not(monkeypatch) -> None:
    monkeypatch.setattr(base.ActionBase, "run", lambda *_args: {})
    monkeypatch.setattr(base, "task_arguments", lambda action: dict(action._task.args))
    monkeypatch.setattr(base, "with_play_variables", lambda variables, _task: variables)
    action = Action()
    action._task.delegate_to = None
    for attempt in range(1, 3):
        assert URL not in json.dumps(action.run(None, {}))
        assert action.read == [{"webhook_url": URL}] * attempt, "where a task has retries, its action runs again"
        assert URL not in json.dumps(action._task.args)


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
