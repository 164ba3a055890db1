# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of all runs: no line is lost, and a run that nobody follows any more does not go on for ever."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import (
    format_timestamp,
    process_name,
    process_space,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.report_data import (
    counted,
    empty_router,
    new_report,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import report_index
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.report_folder import ReportFolder, read_report
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.report_index import (
    mark_interrupted,
    update_index,
)

from tests.unit.virtual_clock import VirtualClock

#: A process that ended long ago: no machine has one of this number that began at boot.
GONE = f"4194304-1-{process_space()}"


def facts(name: str, process: str, controller: str, authority: str = "c1") -> dict:
    return {"id": name, "process": process, "authority": authority, "started_by": {"controller": controller}}


def write_run(parent: Path, name: str, process: str = "", controller: str = "", authority: str = "c1") -> dict:
    """A run that goes on, as its tasks leave it."""
    clock = VirtualClock()
    folder = ReportFolder(str(parent / name), clock, facts(name, process, controller, authority))
    report = folder.begin(lambda: new_report(folder.facts, "upgrade", "6.3.5", clock.wall()), "upgrade")
    report["routers"] = [empty_router("one", "running"), empty_router("two")]
    report = counted(report, clock.wall())
    folder.write(report)
    update_index(folder, report)
    return report


def lines(parent: Path) -> dict[str, dict]:
    index = json.loads((parent / "index.json").read_text(encoding="utf-8"))
    return {line["folder"]: line for line in index["runs"]}


def _write_many(parent: str, names: list[str]) -> None:
    for name in names:
        write_run(Path(parent), name)


def test_runs_that_write_at_once_do_not_lose_each_other_s_lines(tmp_path) -> None:
    names = [[f"run-{process}-{number}" for number in range(8)] for process in range(3)]
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_write_many, args=(str(tmp_path), own)) for own in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert set(lines(tmp_path)) == {name for own in names for name in own}


def test_a_lock_that_cannot_be_had_is_not_waited_for_long(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(report_index, "_PATIENCE", 0.05)
    handle = os.open(tmp_path / ".index.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    write_run(tmp_path, "tonight")
    os.close(handle)
    assert set(lines(tmp_path)) == {"tonight"}


def test_who_writes_waits_until_the_other_one_has_written(tmp_path, monkeypatch) -> None:
    handle = os.open(tmp_path / ".index.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    seen: list[bool] = []

    def release(_seconds: float) -> None:
        seen.append((tmp_path / "index.json").exists())
        os.close(handle)

    monkeypatch.setattr(report_index.time, "sleep", release)
    write_run(tmp_path, "tonight")
    assert seen == [False] and set(lines(tmp_path)) == {"tonight"}


def test_a_line_that_was_lost_comes_back_with_the_next_run(tmp_path) -> None:
    write_run(tmp_path, "first")
    (tmp_path / "index.json").write_text("no JSON")
    write_run(tmp_path, "second")
    assert set(lines(tmp_path)) == {"first", "second"}


def test_a_folder_that_was_removed_has_no_line_any_more(tmp_path) -> None:
    write_run(tmp_path, "first")
    for path in (tmp_path / "first").iterdir():
        path.unlink()
    (tmp_path / "first").rmdir()
    write_run(tmp_path, "second")
    assert set(lines(tmp_path)) == {"second"}


def test_a_run_whose_process_has_gone_is_interrupted_and_its_page_as_well(tmp_path) -> None:
    write_run(tmp_path, "killed", GONE, socket.gethostname())
    write_run(tmp_path, "next")
    assert lines(tmp_path)["killed"]["state"] == "interrupted"
    report = read_report(str(tmp_path / "killed"))
    assert (report["run"]["state"], report["run"]["refresh"]) == ("interrupted", 0)
    assert [entry["state"] for entry in report["routers"]] == ["unknown", "waiting"]


@pytest.mark.parametrize(
    ("process", "controller", "authority"),
    [
        (f"{process_name(os.getpid())}-{process_space()}", socket.gethostname(), "c1"),
        ("4194304-1-4026530000", socket.gethostname(), "c1"),
        (GONE, "another-controller", "c1"),
        (GONE, socket.gethostname(), "c9"),
        ("", socket.gethostname(), "c1"),
    ],
    ids=["it lives", "another container", "another machine", "another authority", "not known"],
)
def test_what_may_go_on_is_not_called_interrupted(tmp_path, process, controller, authority) -> None:
    write_run(tmp_path, "other", process, controller, authority)
    write_run(tmp_path, "next")
    assert lines(tmp_path)["other"]["state"] == "running"


def test_a_run_of_another_controller_that_has_been_silent_for_a_day_is_interrupted() -> None:
    clock = VirtualClock()
    line = {"controller": "another", "process": GONE, "updated": format_timestamp(clock.wall() - timedelta(hours=25))}
    assert report_index.is_gone(line, clock.wall())
    assert not report_index.is_gone({**line, "updated": format_timestamp(clock.wall())}, clock.wall())
    assert not report_index.is_gone({**line, "updated": None}, clock.wall())


SENT = {"two": {"a": "'request x' was sent, token: abcdef123"}}


def test_a_run_that_is_interrupted_between_two_tasks_is_marked_by_its_main_process(tmp_path) -> None:
    write_run(tmp_path, "tonight", f"1-1-{process_space()}")
    assert mark_interrupted(str(tmp_path / "tonight"), "1-1", SENT)
    report = read_report(str(tmp_path / "tonight"))
    assert report["run"]["state"] == lines(tmp_path)["tonight"]["state"] == "interrupted"
    states = {entry["router"]: (entry["state"], entry["reason"]) for entry in report["routers"]}
    assert states["two"] == ("unknown", "'request x' was sent, token: ********") and states["one"][0] == "unknown"


def test_the_report_of_another_run_or_of_one_that_has_ended_stays_as_it_is(tmp_path) -> None:
    write_run(tmp_path, "tonight", f"1-1-{process_space()}")
    assert not mark_interrupted(str(tmp_path / "tonight"), "2-2", {})
    assert mark_interrupted(str(tmp_path / "tonight"), "1-1", {})
    assert not mark_interrupted(str(tmp_path / "tonight"), "1-1", {}), "it says so already"
    assert not mark_interrupted(str(tmp_path / "nothing"), "1-1", {})
