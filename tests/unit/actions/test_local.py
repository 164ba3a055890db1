# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions in the controller's own process: reports, and tags that select nothing. And where progress is printed."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace

import pytest
from ansible import constants as C
from ansible_collections.sessionsmart.ssr.plugins.action import host_routers, report_file, tag_check
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions import base
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_tags import TaggedTask, mistake_in_tags


def run(
    module, args: dict, task_vars: dict | None = None, tags: tuple[str, ...] = (), check_mode: bool = False
) -> dict:
    """Run an action of this collection without a connection, a template engine, or a play."""
    keywords = {"async_val": 0, "check_mode": check_mode, "diff": False, "delegate_to": None}
    task = SimpleNamespace(args=args, action="x", tags=list(tags), **keywords)
    task.get_loader = task.get_variable_manager = lambda: None
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="/"))
    action = module.ActionModule(task, connection, SimpleNamespace(), None, None, None)
    return action.run(None, task_vars or {})


# -- hosts of routers -------------------------------------------------------------------------------------------------


def test_hosts_are_told_with_the_routers_that_they_stand_for_and_the_releases_that_can_be_read() -> None:
    hosts = {
        "a": {"ssr_version": "6.3.5"},
        "held": {"ssr_version": "6.3.0", "ssr_router": "b"},
        "c": {},
        "bad": {"ssr_version": "soon"},
        "number": {"ssr_router": 7, "ssr_version": "6.3.5"},
    }
    result = run(host_routers, {"hosts": [*hosts, "nobody"]}, {"hostvars": hosts})
    assert result["versions"] == {"a": "6.3.5", "b": "6.3.0"}
    assert result["routers"] == {"a": "a", "held": "b", "c": "c", "bad": "bad", "number": "number"}
    assert result["msg"] == "5 hosts stand for routers." and not result.get("failed")


# -- reports ----------------------------------------------------------------------------------------------------------


def test_a_report_is_written_for_its_owner_only_with_its_folder(tmp_path) -> None:
    path = tmp_path / "new" / "deep" / "report.json"
    result = run(report_file, {"content": {"b": 1, "a": [2]}, "path": str(path)})
    assert result["written"] and not result.get("failed") and json.loads(path.read_text()) == {"b": 1, "a": [2]}
    assert os.stat(path).st_mode & 0o777 == 0o600 and os.stat(path.parent).st_mode & 0o777 == 0o700


def test_lines_of_text_are_written_as_they_are(tmp_path) -> None:
    path = tmp_path / "routers.limit"
    assert run(report_file, {"lines": ["store-1", "store-2"], "path": str(path)})["written"]
    assert path.read_text() == "store-1\nstore-2\n"
    assert run(report_file, {"path": str(path)})["failed"], "nothing to write is a mistake"


def test_a_report_that_cannot_be_written_is_a_warning_with_the_reason(tmp_path, monkeypatch) -> None:
    warnings = []
    monkeypatch.setattr(report_file.display, "warning", warnings.append)
    (tmp_path / "file").write_text("")
    result = run(report_file, {"content": {}, "path": str(tmp_path / "file" / "report.json")})
    assert not result["failed"] and not result["written"] and "ssr_report_dir" in result["msg"]
    assert warnings == [result["msg"]]


def test_a_full_disk_is_a_warning_with_the_reason(tmp_path, monkeypatch) -> None:
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(report_file, "replace_file", full)
    monkeypatch.setattr(report_file.display, "warning", lambda words: None)
    result = run(report_file, {"content": {}, "path": str(tmp_path / "report.json")})
    assert not result["failed"] and "No space left on device" in result["msg"]


def test_a_report_that_is_required_fails(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    args = {"content": {}, "path": str(tmp_path / "file" / "report.json"), "required": True}
    assert run(report_file, args)["failed"]


def test_no_report_is_written_in_check_mode(tmp_path) -> None:
    assert not run(report_file, {"content": {}, "path": str(tmp_path / "r.json")}, check_mode=True)["written"]
    assert list(tmp_path.iterdir()) == []


# -- tags -------------------------------------------------------------------------------------------------------------

#: Two playbooks that were imported under tags, and a task that always runs.
RUN = [TaggedTask(frozenset({tag, *more})) for tag, *more in (("routers",), ("conductor", "always"), ("always",))]


@pytest.mark.parametrize(
    ("own", "given", "skipped", "fails"),
    [
        ((), ["all"], [], False),
        ((), ["upgrade"], [], True),
        ((), ["tagged"], [], True),
        ((), ["untagged"], [], False),
        ((), ["all"], ["untagged"], True),
        ((), ["all"], ["slow"], False),
        (("routers",), ["routers"], [], False),
        (("routers",), ["conductor"], [], False),
        (("routers",), ["all"], ["routers"], False),
    ],
)
def test_tags_that_select_nothing_are_refused(monkeypatch, own, given, skipped, fails) -> None:
    monkeypatch.setattr(tag_check, "tasks_of_run", lambda loader, manager, templar: RUN)
    result = run(tag_check, {}, {"ansible_run_tags": given, "ansible_skip_tags": skipped}, (*own, "always"))
    assert bool(result.get("failed")) is fails
    if fails:
        assert "nothing would be done" in result["msg"] and (given[0] in result["msg"] or skipped[0] in result["msg"])


@pytest.mark.parametrize(
    ("given", "skipped", "words"),
    [
        (["routres"], [], "no task of this run has the tag routres. The tags of this run are: conductor, routers."),
        (["routers", "x", "y"], [], "no task of this run has the tag x or y."),
        (["always"], [], "nothing would be done"),
        (["untagged"], [], "nothing would be done"),
        (["all"], ["tagged"], "nothing would be done"),
        (["routers"], [], ""),
        (["tagged"], ["routers"], ""),
    ],
)
def test_tags_of_a_run_must_each_be_of_a_task_and_select_some(given, skipped, words) -> None:
    mistake = mistake_in_tags(RUN, given, skipped)
    assert words in mistake if words else mistake == ""


def test_tags_that_only_tasks_have_that_are_included_later_may_be_given() -> None:
    include = TaggedTask(frozenset({"site"}), more=True)
    assert mistake_in_tags([*RUN, include], ["site", "inner"], []) == ""
    assert "inner" in mistake_in_tags([*RUN, include], ["routers", "inner"], [])


def test_a_task_that_never_runs_by_itself_is_selected_by_its_own_tags_only() -> None:
    task = TaggedTask(frozenset({"never", "debug"}))
    assert task.chosen(["debug"], []) and not task.chosen(["all"], []) and not task.chosen(["tagged"], [])


# -- progress ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("callback", "stderr"),
    [("default", False), ("json", True), ("ansible.posix.json", True), ("ansible.posix.jsonl", True), ("yaml", False)],
)
def test_progress_does_not_spoil_the_output_of_a_callback_that_writes_json(monkeypatch, callback, stderr) -> None:
    printed = []
    monkeypatch.setattr(C, "DEFAULT_STDOUT_CALLBACK", callback)
    monkeypatch.setattr(base.display, "display", lambda words, stderr=False: printed.append((words, stderr)))
    action = SimpleNamespace(_progress="all", _host="cond", alive=lambda: True, _clean=str)
    base.PcliAction.tell(action, "cond: it runs")
    assert printed == [("[cond] it runs", stderr)]
