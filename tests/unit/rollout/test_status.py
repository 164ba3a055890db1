# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollout tells while it runs."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import status as status_module
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import JournalError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.status import (
    Pulse,
    StatusFile,
    status_data,
    summary_line,
)


@pytest.fixture
def no_disk(monkeypatch):
    """From now on the disk is full."""

    def full(*_):
        raise OSError(28, "No space left on device")

    def fill() -> None:
        monkeypatch.setattr(os, "replace", full)

    return fill


# -- the status file --------------------------------------------------------------------------------------------------


@pytest.fixture
def status(tmp_path, clock) -> StatusFile:
    status = StatusFile(str(tmp_path / "run" / "status.json"), clock)
    status.prepare()
    return status


def content(status) -> dict:
    """What the status file holds."""
    with open(status.path, encoding="utf-8") as stream:
        return json.load(stream)


def test_the_folder_is_made_and_the_file_is_for_its_owner_only(status) -> None:
    assert status.write({"state": "running"})
    assert content(status) == {"state": "running"}
    assert stat.S_IMODE(os.stat(status.path).st_mode) == 0o600
    assert os.listdir(os.path.dirname(status.path)) == ["status.json"]


def test_the_file_is_written_once_a_second_at_most_unless_forced(status, clock) -> None:
    assert status.wanted() and status.write({"n": 1})
    clock.sleep(0.9)
    assert not status.wanted() and status.write({"n": 2}) and content(status) == {"n": 1}
    assert status.wanted(force=True) and status.write({"n": 3}, force=True) and content(status) == {"n": 3}
    clock.sleep(1)
    assert status.wanted() and status.write({"n": 4}) and content(status) == {"n": 4}


def test_a_file_that_takes_long_to_write_is_written_more_rarely(status, clock, monkeypatch) -> None:
    seconds = iter((10.0, 10.5))  # it took half a second
    monkeypatch.setattr(status_module.time, "perf_counter", lambda: next(seconds))
    assert status.write({"n": 1})
    clock.sleep(24)
    assert not status.wanted() and status.wanted(force=True)
    clock.sleep(1)
    assert status.wanted()


def test_each_router_has_a_line_of_its_own(status) -> None:
    data = {
        "run_id": "night",
        "totals": {"done": 1},
        "targets": {'a "b"': {"state": "done", "nodes": {"é": None}}, "c": {}},
    }
    assert status.write(data) and content(status) == data
    assert len(Path(status.path).read_text(encoding="utf-8").splitlines()) == 8


def test_a_reader_has_either_the_old_or_the_new_content(status, clock) -> None:
    status.write({"n": 1})
    with open(status.path, encoding="utf-8") as reader:
        status.write({"n": 2}, force=True)
        assert json.load(reader) == {"n": 1}
    assert content(status) == {"n": 2}


def test_a_full_disk_stops_no_night_and_leaves_what_was_there(status, no_disk) -> None:
    status.write({"n": 1})
    no_disk()
    assert status.write({"n": 2}, force=True) is False
    assert content(status) == {"n": 1}
    assert os.listdir(os.path.dirname(status.path)) == ["status.json"], "no half-written file is left"


def test_data_that_is_no_json_is_not_written(status) -> None:
    status.write({"n": 1})
    assert status.write({"n": object()}, force=True) is False
    assert content(status) == {"n": 1}


def test_a_folder_that_is_gone_in_the_middle_is_no_error(status, clock) -> None:
    os.rmdir(os.path.dirname(status.path))
    assert status.write({"n": 1}) is False


def test_a_path_that_cannot_be_written_is_an_error_before_anything_is_sent(tmp_path, clock) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "status.json", tmp_path):
        with pytest.raises(JournalError, match="Nothing was sent") as caught:
            StatusFile(str(path), clock).prepare()
        assert str(path) in str(caught.value) and "status_file" in str(caught.value)


def test_without_a_path_nothing_is_written(clock, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (None, ""):
        status = StatusFile(path, clock)
        status.prepare()
        assert not status.wanted(force=True) and status.write({}, force=True)
    assert os.listdir(tmp_path) == []


def test_the_data_show_how_far_the_run_and_every_target_are(status, clock) -> None:
    started = clock.wall()
    clock.sleep(90)
    targets = {
        "r1": {"state": "done", "phase": None, "since": None, "reason": "runs 6.3.5", "nodes": []},
        "r2": {"state": "running", "phase": "soak", "since": "2026-03-01T22:00:00Z", "reason": "", "nodes": []},
        "r3": {"state": "done", "phase": None, "since": None, "reason": "runs 6.3.5", "nodes": []},
    }
    data = status_data(
        run_id="night-1",
        operation="upgrade",
        version="6.3.5",
        started=started,
        now=clock.wall(),
        state="stopping",
        targets=targets,
        eta=61.5,
        reason="the stop file is there",
    )
    assert status.write(data) and content(status) == data
    assert (data["elapsed"], data["eta_seconds"]) == (90, 62)
    assert (data["state"], data["reason"]) == ("stopping", "the stop file is there")
    assert (data["started"], data["updated"]) == ("2026-03-01T22:00:00Z", "2026-03-01T22:01:30Z")
    assert data["totals"] == {"done": 2, "running": 1} and data["targets"] == targets


# -- the line for people ----------------------------------------------------------------------------------------------


def test_the_summary_line() -> None:
    assert (
        summary_line({"done": 12, "failed": 1}, in_flight=5, waiting=32, elapsed=2530, left=4800)
        == "done 12, failed 1, in flight 5, waiting 32, elapsed 42 min 10 s, about 1 h 20 min left"
    )


def test_other_states_are_named_where_they_occur() -> None:
    line = summary_line({"done": 1, "unknown": 2, "up_to_date": 3, "held": 0}, 0, 0, 42)
    assert line == "done 1, failed 0, unknown 2, up to date 3, in flight 0, waiting 0, elapsed 42 s"


@pytest.mark.parametrize(
    ("left", "words"),
    [(59, "less than a minute left"), (61, "about 1 min left"), (3599, "about 1 h 00 min left"), (None, None)],
)
def test_the_time_that_is_left_is_reported_as_well_as_it_is_known(left, words) -> None:
    line = summary_line({}, 1, 1, 60, left)
    assert line.endswith(words) if words else "left" not in line


def test_where_nothing_is_left_no_time_is_left() -> None:
    assert "left" not in summary_line({"done": 1}, 0, 0, 60, 0)


def test_a_line_is_due_once_in_every_period(clock) -> None:
    pulse = Pulse(clock, every=60)
    due = []
    for _ in range(13):
        clock.sleep(15)
        due.append(pulse.due())
    assert due == [False, False, False, True] * 3 + [False]
