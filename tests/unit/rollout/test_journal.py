# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: what was begun and not ended, known to whoever runs next."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import stat
from dataclasses import replace
from datetime import timedelta

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import journal as journal_file
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal, JournalError

from tests.unit.fakes import VirtualClock

VERSIONS = ("6.3.0-107.r1.el7", "6.3.5-37.r1.el7")


@pytest.fixture
def journal(tmp_path, clock) -> Journal:
    journal = Journal(str(tmp_path / "journal"), "run-1", clock, "cond1")
    journal.prepare()
    return journal


def intend(journal, router="Conductor", node="node1", operation="upgrade"):
    """Write down that a request is about to be sent."""
    record = journal.intent(router, node, operation, f"request system software {operation}", VERSIONS)
    journal.write(record)
    return record


def test_an_intent_is_open_until_its_outcome_is_written(journal, clock) -> None:
    record = intend(journal)
    assert journal.last("Conductor", "node1") == record
    assert record.open and (record.from_version, record.to_version) == VERSIONS
    clock.sleep(600)
    journal.outcome(record, "done", "runs 6.3.5")
    ended = journal.last("Conductor", "node1")
    assert not ended.open
    assert (ended.state, ended.reason, ended.intent_at) == ("done", "runs 6.3.5", record.intent_at)
    assert ended.outcome_at > ended.intent_at


def test_the_age_of_an_intent_is_in_seconds(journal, clock) -> None:
    record = intend(journal)
    clock.sleep(90)
    assert record.age(clock.wall()) == 90


class SetClock(VirtualClock):
    """A clock whose wall clock somebody sets."""

    jumped = 0.0

    def wall(self):
        return super().wall() + timedelta(seconds=self.jumped)


def test_no_setting_of_the_clock_changes_the_age_of_a_record(tmp_path) -> None:
    """D14: a jump forward made a record too old, one backward made a run wait for 25 hours."""
    clock = SetClock()
    journal = Journal(str(tmp_path), "run", clock)
    record = intend(journal)
    clock.sleep(60)
    for clock.jumped in (86400.0, -86400.0, 0.0):
        assert journal.age(record) == 60
        assert Journal(str(tmp_path), "next", clock).age(journal.last("Conductor", "node1")) == 60


def test_a_record_from_the_future_of_another_machine_is_as_good_as_one_from_now(tmp_path) -> None:
    clock = SetClock()
    journal = Journal(str(tmp_path), "run", clock)
    record = replace(intend(journal), boot="another")
    clock.jumped = -86400.0
    assert journal.age(record) == 0
    clock.sleep(3000)
    assert journal.age(record) == 3000, "it grows by the time that passes"
    clock.jumped = 86400.0
    assert journal.age(record) == 3000


def test_another_run_reads_what_the_first_has_written(journal, tmp_path, clock) -> None:
    intend(journal)
    later = Journal(str(tmp_path / "journal"), "run-2", clock, "cond1")
    assert later.last("Conductor", "node1").run_id == "run-1"


@pytest.mark.parametrize(
    ("process", "run_id", "own"),
    [("101-7", "run-1", True), ("101-7", "run-2", False), ("102-9", "run-1", False), ("", "run-1", False)],
)
def test_a_record_is_of_this_run_only_where_the_same_ansible_playbook_wrote_it(tmp_path, clock, process, run_id, own):
    """Rule 40: a name may be used again, for instance the number of a change."""
    first = Journal(str(tmp_path), "run-1", clock, process="101-7")
    record = intend(first)
    again = Journal(str(tmp_path), run_id, clock, process=process)
    assert again.of_this_run(again.last("Conductor", "node1")) is own
    assert again.intent("Conductor", "node1", "upgrade", record.command, VERSIONS).same_intent(record) is own


def test_a_record_that_names_no_process_is_of_an_earlier_run(tmp_path, clock) -> None:
    old = Journal(str(tmp_path), "run-1", clock)
    assert not old.of_this_run(intend(old))


def test_each_node_has_its_own_record(journal) -> None:
    intend(journal, node="node1")
    assert journal.last("Conductor", "node2") is None
    assert journal.last("Other", "node1") is None


def test_a_folder_that_cannot_be_read_is_not_taken_for_one_without_nodes(journal, monkeypatch) -> None:
    def fails(path):
        raise OSError(errno.ESTALE, "Stale file handle", path)

    monkeypatch.setattr(journal_file.os, "listdir", fails)
    monkeypatch.setattr(journal_file.os.path, "isdir", lambda path: False)  # what it says of a folder that fails
    with pytest.raises(JournalError, match=r"cannot be read \(Stale file handle\).* to r1"):
        journal.nodes_of("r1")


def test_the_nodes_of_a_router_are_all_of_which_something_was_written_down(journal, tmp_path) -> None:
    """A list of assets may show none of them any more, and another run may have written it."""
    journal.outcome(intend(journal, "r1", "b"), "done", "")
    intend(Journal(str(tmp_path / "journal"), "run-2", VirtualClock()), "r1", "a")
    intend(journal, "r10", "c")
    intend(journal, "r1__x", "d")
    assert journal.nodes_of("r1") == [("r1", "a"), ("r1", "b")]
    assert journal.nodes_of("r2") == [] and Journal(None, "", VirtualClock()).nodes_of("r1") == []
    assert Journal(str(tmp_path / "none"), "", VirtualClock()).nodes_of("r1") == []
    (tmp_path / "journal" / "r1__e.json").write_text("{", encoding="utf-8")
    (tmp_path / "journal" / "r1__e.txt").write_text("{", encoding="utf-8")
    assert ("r1", "e") in journal.nodes_of("r1") and len(journal.nodes_of("r1")) == 3
    with pytest.raises(JournalError):
        journal.last("r1", "e")


def test_the_nodes_of_a_router_are_kept_although_nothing_was_sent_to_them(journal, tmp_path) -> None:
    """A later run may find the row of one gone, and would take the other one for a router of one node."""
    journal.prepare()
    journal.know("r1", ["a", "b"])
    later = Journal(str(tmp_path / "journal"), "run-2", VirtualClock())
    assert later.nodes_of("r1") == [("r1", "a"), ("r1", "b")]
    later.know("r1", ["a"])
    later.know("r1", ["c"])
    assert journal.nodes_of("r1") == [("r1", "a"), ("r1", "b"), ("r1", "c")]
    assert journal.nodes_of("r2") == [] and journal.open_of_host() is None
    intend(journal, "r1", "b")
    assert sorted(journal.nodes_of("r1")) == [("r1", "a"), ("r1", "b"), ("r1", "c")]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"router": "r1", "nodes": "ab"}', '{"router": "r2", "nodes": ["a"]}'])
def test_kept_names_that_cannot_be_read_are_as_good_as_none(journal, tmp_path, text) -> None:
    journal.prepare()
    (tmp_path / "journal" / "nodes-r1.json").write_text(text, encoding="utf-8")
    assert journal.nodes_of("r1") == []
    Journal(None, "", VirtualClock()).know("r1", ["a"])
    journal.know("r1", ["a"])
    assert journal.nodes_of("r1") == [("r1", "a")]


def test_a_new_intent_replaces_the_record_of_the_node(journal) -> None:
    journal.outcome(intend(journal), "done", "fine")
    intend(journal, operation="revert")
    assert journal.last("Conductor", "node1").operation == "revert"


def test_records_and_their_folder_are_for_their_owner_only(journal, tmp_path) -> None:
    os.umask(0)
    intend(journal)
    (file,) = (tmp_path / "journal").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o700


def test_a_record_is_json_that_people_can_read_and_nothing_is_left_beside_it(journal, tmp_path) -> None:
    intend(journal)
    (file,) = (tmp_path / "journal").iterdir()
    data = json.loads(file.read_text())
    assert data["intent_at"].endswith("Z") and data["command"] == "request system software upgrade"
    assert file.suffix == ".json" and len(file.read_text().splitlines()) > 5


def test_a_record_is_on_the_disk_before_it_replaces_the_old_one(journal, monkeypatch) -> None:
    order = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("fsync"), fsync(handle)))
    monkeypatch.setattr(os, "replace", lambda old, new: (order.append("replace"), replace(old, new)))
    intend(journal)
    assert order == ["fsync", "replace"]


def test_a_write_that_fails_leaves_the_old_record_whole(journal, tmp_path, monkeypatch) -> None:
    first = intend(journal)

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(JournalError, match="No space left on device"):
        intend(journal, operation="revert")
    assert journal.last("Conductor", "node1") == first
    assert len(list((tmp_path / "journal").iterdir())) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..", ".hidden", "a b", "na\nme", "ü", "x" * 60])
def test_no_name_leads_out_of_the_folder(journal, tmp_path, name) -> None:
    record = intend(journal, router=name, node=name)
    (file,) = (tmp_path / "journal").iterdir()
    assert file.suffix == ".json" and not file.name.startswith(".")
    assert journal.last(name, name) == record


def test_names_that_would_share_a_file_are_not_taken_for_each_other(journal) -> None:
    intend(journal, router="a__b", node="c")
    with pytest.raises(JournalError, match="a__b"):
        journal.last("a", "b__c")


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "{}", '{"router": "x", "what": 1}', "\x00"],
)
def test_a_record_that_cannot_be_read_is_an_error_that_says_what_to_do(journal, tmp_path, text) -> None:
    intend(journal)
    (file,) = (tmp_path / "journal").iterdir()
    file.write_text(text)
    with pytest.raises(JournalError, match=r"cannot be read.*remove the file"):
        journal.last("Conductor", "node1")


def test_a_record_with_a_time_that_is_none_cannot_be_read(journal, tmp_path) -> None:
    intend(journal)
    (file,) = (tmp_path / "journal").iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | {"intent_at": "yesterday"}))
    with pytest.raises(JournalError):
        journal.last("Conductor", "node1")


def test_a_folder_that_cannot_be_made_is_an_error_before_anything_is_sent(tmp_path, clock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match=r"cannot be written.*Nothing was sent"):
        Journal(str(tmp_path / "file" / "journal"), "run", clock).prepare()


def test_the_open_record_of_an_inventory_host_is_found_without_knowing_its_node(journal, tmp_path, clock) -> None:
    record = intend(journal)
    assert journal.open_of_host() == record
    assert Journal(str(tmp_path / "journal"), "run-2", clock, "cond2").open_of_host() is None
    journal.outcome(record, "done", "fine")
    assert journal.open_of_host() is None


def test_a_broken_file_does_not_hide_the_open_record_of_a_host(journal, tmp_path) -> None:
    record = intend(journal)
    (tmp_path / "journal" / "A.json").write_text("{")
    (tmp_path / "journal" / "notes.txt").write_text("mine")
    assert journal.open_of_host() == record


def test_a_record_without_a_host_belongs_to_no_host(tmp_path, clock) -> None:
    journal = Journal(str(tmp_path), "run", clock)
    intend(journal)
    assert journal.open_of_host() is None


def test_without_a_folder_nothing_is_remembered_and_nothing_fails(clock, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    journal = Journal(None, "run", clock, "cond1")
    journal.prepare()
    journal.outcome(intend(journal), "done", "fine")
    assert journal.last("Conductor", "node1") is None and journal.open_of_host() is None
    assert not list(tmp_path.iterdir())


def test_a_folder_below_the_home_is_found(tmp_path, clock, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    Journal("~/records", "run", clock).prepare()
    assert (tmp_path / "records").is_dir()


# -- two runs in one folder -------------------------------------------------------------------------------------------

NODES = [f"node{number}" for number in range(150)]


def _take_what_is_free(folder: str, name: str, start, taken) -> None:
    journal = Journal(folder, name, VirtualClock())
    start.wait(30)
    for node in NODES:
        with journal.locked():
            if journal.last("R", node) is None:
                intend(journal, "R", node)
                taken.put(node)
    taken.put(None)


def test_of_two_processes_that_begin_at_once_only_one_may_send_to_each_node(journal, tmp_path) -> None:
    context = multiprocessing.get_context("fork")
    start, taken = context.Barrier(2), context.Queue()
    folder = str(tmp_path / "journal")
    runs = [context.Process(target=_take_what_is_free, args=(folder, name, start, taken)) for name in "ab"]
    for run in runs:
        run.start()
    taken_nodes = []
    while taken_nodes.count(None) < len(runs):
        taken_nodes.append(taken.get(timeout=60))
    for run in runs:
        run.join(60)
    assert sorted(node for node in taken_nodes if node is not None) == sorted(NODES)


def test_a_lock_kept_by_another_run_is_an_error_and_nothing_is_written(journal, tmp_path, clock, monkeypatch) -> None:
    monkeypatch.setattr(journal_file, "_LOCK_PATIENCE", 0)
    other = Journal(str(tmp_path / "journal"), "run-2", clock)
    with other.locked(), pytest.raises(JournalError, match="locked"), journal.locked():
        pytest.fail("both hold the lock")
    with journal.locked() as warning:
        assert warning is None, "it ends with its block"


def _hold_and_die(folder: str, holds) -> None:
    with Journal(folder, "run-2", VirtualClock()).locked():
        holds.set()
        os._exit(1)


def test_no_lock_outlives_its_process(journal, tmp_path, monkeypatch) -> None:
    context = multiprocessing.get_context("fork")
    holds = context.Event()
    killed = context.Process(target=_hold_and_die, args=(str(tmp_path / "journal"), holds))
    killed.start()
    killed.join(60)
    assert holds.is_set()
    monkeypatch.setattr(journal_file, "_LOCK_PATIENCE", 0)
    with journal.locked() as warning:
        assert warning is None


def test_a_folder_without_locks_is_used_with_one_warning(journal, monkeypatch) -> None:
    """Some NFS shares know none."""

    def fails(handle, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(journal_file.fcntl, "flock", fails)
    with journal.locked() as warning:
        assert "No locks available" in warning and "at a time" in warning
        record = intend(journal)
    with journal.locked() as again:
        assert again is None
    journal.outcome(record, "done", "fine")
    assert journal.last("Conductor", "node1").state == "done"


def test_the_end_of_one_command_does_not_hide_what_another_run_has_begun_meanwhile(journal, tmp_path, clock) -> None:
    """Both follow a download; the first one goes on with the upgrade before the second writes down the end."""
    download = intend(journal, operation="download")
    upgrade = intend(Journal(str(tmp_path / "journal"), "run-2", clock))
    journal.outcome(download, "done", "it is on the node")
    assert journal.last("Conductor", "node1") == upgrade
