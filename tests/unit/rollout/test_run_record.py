# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one batch of a run leaves to the next."""

from __future__ import annotations

import json
import os
import stat

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batches import Tolerance
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_record import RunRecord
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_record_data import (
    load_record,
    record_as_data,
    rolled_in_file,
    save_record,
    take_record,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.status import StatusFile


@pytest.fixture
def no_disk(monkeypatch):
    """From now on the disk is full."""

    def full(*_):
        raise OSError(28, "No space left on device")

    def fill() -> None:
        monkeypatch.setattr(os, "replace", full)

    return fill


def record(tmp_path, clock, run_id="night-1", process="1-1") -> RunRecord:
    """The record of a run in a folder of its own."""
    return RunRecord(str(tmp_path / "journal"), run_id, clock, process)


def with_batch(run: RunRecord, **verdicts: str) -> RunRecord:
    """The record after a batch with these ends."""
    run.take_batch(verdicts).verdicts.update(verdicts)
    return run


def test_the_next_batch_reads_what_the_last_one_left(tmp_path, clock) -> None:
    first = record(tmp_path, clock)
    assert load_record(first) is None and (first.bad(), first.total(), first.stopped) == ({}, 0, None)
    durations = Durations()
    for seconds in (60, 70, 90):
        durations.add("upgrade", seconds)
    with_batch(first, r1="failed", r2="unknown", r3="done", r4="done")
    first.batches[0].tried = ["r1", "r2", "r3"]
    first.done = {"r3": {"a": "6.3.5"}, "r4": {"a": None}}
    first.relapse("r3", "was done, but a is Disconnected")
    first.stopped, first.window_end = "the stop file is there", "2026-03-02T05:00:00+02:00"
    first.durations, first.baseline = durations.as_data(), [("r1", "a")]
    first.canaries, first.canaries_ended, first.tolerance = 2, 12.5, Tolerance(5.0, 3)
    first.first_list = 2.5
    assert save_record(first) is None
    second = record(tmp_path, clock)
    assert load_record(second) is None
    assert record_as_data(second) == record_as_data(first)
    assert second.bad() == {"r1": "failed", "r2": "unknown", "r3": "relapsed"} and second.total() == 4
    assert Durations.from_data(second.durations).typical("upgrade") == 90
    assert stat.S_IMODE(os.stat(first.path).st_mode) == 0o600


def test_another_run_begins_with_nothing(tmp_path, clock) -> None:
    save_record(with_batch(record(tmp_path, clock), r1="failed"))
    for other in (record(tmp_path, clock, "night-2"), record(tmp_path, clock, process="2-1")):
        assert load_record(other) is None and other.batches == [], "one ansible-playbook is one run, whatever its name"


@pytest.mark.parametrize(
    "change",
    [
        {"run_id": "another"},
        {"batches": [{"routers": {}}]},
        {"batches": 3},
        {"relapsed": 1},
        {"done": {"r1": "no"}},
        {"baseline": [["r1"]]},
        {"canaries": "many"},
        {"first_list": "long"},
        {"tolerance": {"percent": 1}},
    ],
    ids=str,
)
def test_an_unreadable_record_is_a_warning_and_counts_as_empty(tmp_path, clock, change) -> None:
    broken = with_batch(record(tmp_path, clock), r1="failed")
    data = json.dumps(record_as_data(broken) | change)
    for text in (data, "", "{", "[]", "null", "{}", '{"run_id": "night-1"}'):
        os.makedirs(os.path.dirname(broken.path), exist_ok=True)
        with open(broken.path, "w", encoding="utf-8") as stream:
            stream.write(text)
        warning = load_record(broken)
        assert broken.path in warning and "begins anew" in warning
        assert (broken.batches, broken.relapsed, broken.stopped) == ([], {}, None)


def test_a_record_without_the_seconds_of_the_first_list_can_be_read(tmp_path, clock) -> None:
    data = record_as_data(with_batch(record(tmp_path, clock), r1="failed"))
    del data["first_list"]
    older = record(tmp_path, clock)
    take_record(older, data)
    assert older.first_list is None and older.bad() == {"r1": "failed"}


def test_what_is_no_record_of_this_run_is_refused_where_a_task_is_given_it(tmp_path, clock) -> None:
    for data in ({}, {"run_id": "night-2"}, []):
        with pytest.raises(ValueError, match="no record of this run"):
            take_record(record(tmp_path, clock), data)


def test_a_record_that_cannot_be_written_is_a_warning(tmp_path, clock, no_disk) -> None:
    broken = record(tmp_path, clock)
    no_disk()
    assert "No space left" in save_record(broken)


def test_without_a_folder_a_run_remembers_nothing(clock) -> None:
    nothing = RunRecord(None, "night-1", clock)
    assert load_record(nothing) is None and save_record(nothing) is None and nothing.path is None


@pytest.mark.parametrize("run_id", ["../../etc/passwd", "a/b", "night 1", "a__b", "..", "\u00e4"])
def test_the_file_stays_in_the_folder_whatever_the_run_is_called(tmp_path, clock, run_id) -> None:
    odd = with_batch(record(tmp_path, clock, run_id), r1="failed")
    assert save_record(odd) is None
    (name,) = os.listdir(tmp_path / "journal")
    assert name.startswith("run-") and name.endswith(".json")
    assert "__" not in name, "two underscores part router and node in the journal"
    again = record(tmp_path, clock, run_id)
    assert load_record(again) is None and again.bad() == {"r1": "failed"}


def test_the_journal_passes_over_the_record_of_a_run_and_a_status_file(tmp_path, clock) -> None:
    folder = str(tmp_path / "journal")
    journal = Journal(folder, "night-1", clock, "cond1")
    journal.prepare()
    save_record(record(tmp_path, clock))
    StatusFile(os.path.join(folder, "a-status.json"), clock).write({"targets": {}})
    assert journal.open_of_host() is None
    journal.write(journal.intent("r1", "n1", "upgrade", "request system software upgrade", (None, None)))
    assert journal.open_of_host().router == "r1"
    assert load_record(record(tmp_path, clock)) is None


# -- batches ----------------------------------------------------------------------------------------------------------


def test_a_task_takes_the_batch_that_was_announced_and_else_one_of_its_own(tmp_path, clock) -> None:
    run = record(tmp_path, clock)
    run.announce({"r1": "h1", "r2": "h2"})
    assert run.take_batch(["r1", "r2"]) is run.batches[0] and run.batches[0].routers == {"r1": "h1", "r2": "h2"}
    assert run.take_batch(["r1", "r2"]) is run.batches[1], "the first was worked on already"
    run.announce({"r3": "h3"})
    run.announce({"r3": "h3"})
    assert len(run.batches) == 3, "announced twice, it is one batch"
    assert run.take_batch(["r4"]) is run.batches[3]


def test_hosts_that_must_fail_are_those_without_a_good_verdict_and_else_those_that_were_held_back(
    tmp_path, clock
) -> None:
    def well(state: str) -> bool:
        return state in ("done", "up_to_date")

    run = record(tmp_path, clock)
    run.announce({"r1": "h1", "r2": "h2", "r3": "h3"})
    run.take_batch(["r1", "r2", "r3"]).verdicts.update(r1="done", r2="up_to_date")
    assert run.hosts_not_ok(well) == ["h3"], "one without a verdict"
    run.batches[0].verdicts["r3"] = "done"
    assert run.hosts_not_ok(well) == []
    run.hold_back(["h4", "h5"], "the conductor cannot be asked")
    assert run.hosts_not_ok(well) == ["h4"], "a run that was stopped does not succeed"
    run.relapse("r1", "was done, but a is Disconnected")
    assert run.hosts_not_ok(well) == ["h1"] and list(run.relapsed_later()) == ["r1"]


def test_a_batch_that_a_task_has_begun_is_in_the_file_before_anything_comes_back(tmp_path, clock) -> None:
    record = RunRecord(str(tmp_path), "tonight", clock, "1-1")
    record.announce({"r1": "h1"})
    save_record(record)
    assert rolled_in_file(record) == set()
    task = RunRecord(str(tmp_path), "tonight", clock, "1-1")
    take_record(task, record_as_data(record))
    task.take_batch(["r1"])
    save_record(task)
    assert record.rolled() == set() and rolled_in_file(record) == {"r1"}
