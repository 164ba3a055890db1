# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run whose options would skip the checks at its beginning ends with a sentence, before any task."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible.playbook.taggable import Taggable
from ansible_collections.sessionsmart.ssr.plugins.filter import play
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions import command_line
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.command_line import refusal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_tags import TaggedTask, unnoticed_mistake

ROOT = Path(__file__).resolve().parents[3]


def playbook(*tags: str) -> list[TaggedTask]:
    """One of our playbooks, under these tags of its import: the check of the tags, and all the others."""
    return [TaggedTask(frozenset({*tags, "always"}), checks=True), TaggedTask(frozenset(tags))]


ALONE = playbook()
SITE = [*playbook("report"), *playbook("routers")]
MIXED = [TaggedTask(frozenset({"mine"})), *playbook()]


@pytest.mark.parametrize(
    ("tasks", "run", "skip", "words"),
    [
        (
            ALONE,
            ["upgrade"],
            ["always"],
            "With --tags upgrade --skip-tags always nothing would be done, since the tasks",
        ),
        (ALONE, ["upgrade"], ["tagged"], "nothing would be done"),
        (ALONE, ["all"], ["always", "untagged"], "With --skip-tags always,untagged nothing would be done"),
        (ALONE, ["all"], ["all", "always"], "nothing would be done"),
        (ALONE, ["all"], ["always"], ""),  # the check of the variables runs, and all that follows
        (ALONE, ["all"], ["tagged"], ""),
        (ALONE, ["upgrade"], ["slow"], ""),  # the check of the tags runs, and says it
        (
            SITE,
            ["all"],
            ["report", "routers"],
            "With --skip-tags report,routers nothing would be done: no task of this",
        ),
        (SITE, ["all"], ["tagged"], "nothing would be done"),
        (SITE, ["routes"], ["always"], "no task of this run has the tag routes. The tags of this run are: report, rou"),
        (SITE, ["report"], ["always", "report"], "nothing would be done"),
        (SITE, ["routers"], ["always"], ""),
        (SITE, ["all"], ["report"], ""),
        (MIXED, ["mine"], ["always"], "nothing would be done, since the tasks of this playbook have no tags"),
        (MIXED, ["all"], ["always"], ""),
    ],
)
def test_tags_that_leave_out_the_check_of_the_tags_are_refused_where_nothing_is_left(tasks, run, skip, words) -> None:
    mistake = unnoticed_mistake(tasks, run, skip)
    assert words in mistake and mistake.endswith("Nothing was sent.") if words else mistake == ""
    assert refusal({"tags": run, "skip_tags": skip}, lambda: tasks) == mistake


def test_tags_of_the_command_line_cannot_part_an_upgrade_from_its_checks() -> None:
    """No task of ours has tags of its own: those of an import are those of the check of the variables, too."""
    playbooks = sorted((ROOT / "playbooks").glob("*.yml"))
    tagged = {
        path.name: lines
        for path in [*playbooks, *(ROOT / "roles").glob("*/tasks/*.yml")]
        if (lines := re.findall(r"^ +tags: .*", path.read_text(encoding="utf-8"), re.M))
    }
    assert tagged == {"_check_input.yml": ["      tags: always"]}
    for path in playbooks:
        begins = "import_playbook: _check_input.yml" in path.read_text(encoding="utf-8")
        assert begins or path.name == "_check_input.yml", path


def test_whether_a_task_runs_is_decided_as_by_ansible() -> None:
    class Task(Taggable):
        _loader = _parent = None

        def __init__(self, tags: frozenset[str]):
            self.tags = list(tags)

        def get_play(self) -> None:
            """Newer releases ask it for its own tags."""

    tags = ("always", "never", "one")
    options = ("all", "tagged", "untagged", "always", "never", "one", "two")
    several = [frozenset(names) for number in range(3) for names in itertools.combinations(tags, number)]
    given = [list(names) for number in range(3) for names in itertools.combinations(options, number)]
    for own, run, skip in itertools.product(several, filter(None, given), given):
        expected = Task(own).evaluate_tags(run, skip, {})
        assert TaggedTask(own).runs(run, skip) == bool(expected), (own, run, skip)


def test_a_start_at_a_later_task_is_refused_unless_nothing_but_a_list_is_wanted() -> None:
    options = {"start_at_task": "x", "tags": ["all"], "skip_tags": []}
    assert "--start-at-task 'x' cannot be used" in refusal(options, list)
    for listing in ("listtasks", "listtags", "listhosts", "syntax"):
        assert refusal({**options, listing: True}, list) == ""


def test_where_the_tasks_cannot_be_found_tags_are_refused_that_may_leave_out_the_check() -> None:
    assert refusal({"tags": ["x"], "skip_tags": ["always"]}, list).startswith("--tags x --skip-tags always would skip")
    assert refusal({"tags": ["x"], "skip_tags": ["slow"]}, list) == ""


def test_without_tags_that_are_skipped_nobody_reads_the_playbooks() -> None:
    def never() -> list[TaggedTask]:
        raise AssertionError("the playbooks are read")

    assert refusal({"tags": ["x"], "skip_tags": []}, never) == refusal({}, never) == ""


def test_a_run_that_is_refused_ends_with_the_sentence_alone(monkeypatch) -> None:
    said = []
    monkeypatch.setattr(command_line.display, "error", lambda words, wrap_text: said.append(words))
    monkeypatch.setattr(play.context, "CLIARGS", {"start_at_task": "x"})
    with pytest.raises(SystemExit) as end:
        play.from_the_beginning("all")
    assert end.value.code == 2 and len(said) == 1 and said[0].startswith("--start-at-task 'x'")
    monkeypatch.setattr(play.context, "CLIARGS", {"tags": ["all"], "skip_tags": []})
    assert play.from_the_beginning("all") == "all"


def test_a_playbook_that_cannot_be_read_has_no_tasks_that_are_known(monkeypatch) -> None:
    def unreadable(*given: object) -> None:
        raise AnsibleError("it is encrypted")

    monkeypatch.setattr(play, "tasks_of_run", unreadable)
    monkeypatch.setattr(play, "end_run", lambda words: said.append(words))
    monkeypatch.setattr(play.context, "CLIARGS", {"tags": ["x"], "skip_tags": ["always"]})
    said: list[str] = []
    play.from_the_beginning("all")
    assert "cannot be found out" in said[0]
