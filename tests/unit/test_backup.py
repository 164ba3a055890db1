# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup: exported on the conductor, proven there, and brought to the controller by whatever way works."""

from __future__ import annotations

import base64
import gzip
import hashlib
import stat

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils import backup
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    DeviceError,
    LoginRefused,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.files import FileProblem

from tests.unit.fakes import ScriptedSession

NAME = "before-6.3.5-20260301T220000Z"
PATH = f"/etc/128technology/config-exports/{NAME}.gz"
DATA = gzip.compress(b"config\n    authority\n        name Authority1\n", mtime=0)
FLAT = "config authority name Authority1\nconfig authority router Conductor name Conductor"
SAID = f"Successfully exported configuration: {PATH}"
SHELL = f"shell base64 {PATH}"


def exports(*names: str) -> str:
    rule = "=============================================== ===================="
    rows = [f" {name:<47} 2026-03-01T22:00:00Z" for name in names]
    head = f" {'Name':<47} Date Modified"
    return "\n".join(
        ["✔ Retrieving exported configurations...", rule, head, rule, *rows, "", "Completed in 0.2 seconds"]
    )


@pytest.fixture
def box(monkeypatch):
    """A conductor whose export works, whose SFTP gives DATA (or raises), and whose shell prints it."""
    script = {
        "show config exports": [exports("older.gz"), exports("older.gz", f"{NAME}.gz")],
        f"export config running {NAME}": SAID,
        SHELL: base64.encodebytes(DATA).decode(),
        "show config running flat": FLAT,
    }
    conductor = Conductor(ScriptedSession(script))
    conductor.sftp_gives = DATA

    def fetch(_session, path, _login):
        conductor.session.asked.append(f"sftp {path}")
        if isinstance(conductor.sftp_gives, Exception):
            raise conductor.sftp_gives
        return conductor.sftp_gives

    monkeypatch.setattr(backup, "fetch_by_sftp", fetch)
    return conductor


def save(box, folder, methods=("sftp", "shell", "text"), name=NAME):
    box.lines = []
    return backup.save(box, name, str(folder / "backups"), list(methods), None, box.lines.append)


def test_the_export_is_fetched_whole_with_its_checksum_and_for_its_owner_only(box, tmp_path) -> None:
    saved = save(box, tmp_path)
    file = tmp_path / "backups" / f"{NAME}.gz"
    assert file.read_bytes() == DATA
    assert (saved.path, saved.remote_path, saved.name) == (str(file), PATH, f"{NAME}.gz")
    assert (saved.checksum, saved.size) == (hashlib.sha256(DATA).hexdigest(), len(DATA))
    assert (saved.method, saved.restorable, saved.exported, saved.saved, saved.notes) == ("sftp", True, True, True, ())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_an_export_that_the_conductor_does_not_list_is_no_backup(box, tmp_path) -> None:
    """Its answer alone proves nothing."""
    box.session.script["show config exports"] = exports("older.gz")
    with pytest.raises(FileProblem, match=r"does not list it.*There is no backup"):
        save(box, tmp_path)
    assert not (tmp_path / "backups").exists()


def test_an_export_of_a_longer_name_is_not_taken_for_it(box, tmp_path) -> None:
    box.session.script["show config exports"] = exports(f"{NAME}-2.gz")
    with pytest.raises(FileProblem, match="does not list it"):
        save(box, tmp_path)


def test_a_refused_export_is_raised_in_the_words_of_the_device(box, tmp_path) -> None:
    box.session.script[f"export config running {NAME}"] = "% Error: No space left on device"
    with pytest.raises(DeviceError, match="No space left"):
        save(box, tmp_path)


@pytest.mark.parametrize("listed", [NAME, f"{NAME}.gz"])
def test_what_is_exported_already_is_not_exported_again(box, tmp_path, listed) -> None:
    box.session.script["show config exports"] = exports(listed)
    saved = save(box, tmp_path)
    assert (saved.name, saved.exported, saved.saved) == (listed, False, True)
    assert not any(command.startswith("export") for command in box.session.asked)


def test_the_path_is_the_documented_one_where_the_answer_does_not_tell_it(box, tmp_path) -> None:
    box.session.script[f"export config running {NAME}"] = "ok"
    assert save(box, tmp_path).remote_path == PATH


def test_the_path_is_the_one_that_the_answer_tells(box, tmp_path) -> None:
    box.session.script[f"export config running {NAME}"] = f"Successfully exported configuration: /var/exports/{NAME}.gz"
    assert save(box, tmp_path).remote_path == f"/var/exports/{NAME}.gz"


@pytest.mark.parametrize(
    "trouble",
    [ConnectFailed("no SFTP"), LoginRefused("wrong password"), FileProblem("denied"), b"no gzip", b"", DATA[:-9]],
)
def test_the_next_way_is_tried_where_one_does_not_work_and_the_reason_is_kept(box, tmp_path, trouble) -> None:
    box.sftp_gives = trouble
    saved = save(box, tmp_path)
    assert (saved.method, saved.restorable) == ("shell", True)
    assert (tmp_path / "backups" / f"{NAME}.gz").read_bytes() == DATA
    assert len(saved.notes) == 1 and saved.notes[0].startswith("sftp: ")


def test_text_is_the_last_way_and_no_conductor_can_import_it(box, tmp_path) -> None:
    box.sftp_gives = ConnectFailed("offers no SFTP")
    box.session.script[SHELL] = "% Error: shell is not permitted"
    saved = save(box, tmp_path)
    assert (saved.method, saved.restorable, len(saved.notes)) == ("text", False, 2)
    assert (
        saved.path.endswith(f"{NAME}.txt")
        and "authority name Authority1" in (tmp_path / "backups" / f"{NAME}.txt").read_text()
    )


def test_the_ways_and_their_order_are_the_users(box, tmp_path) -> None:
    assert save(box, tmp_path, ["text"]).method == "text"
    assert not any(command.startswith(("sftp", "shell")) for command in box.session.asked)


def test_where_no_way_works_the_export_on_the_conductor_is_what_there_is(box, tmp_path) -> None:
    box.sftp_gives = ConnectFailed("offers no SFTP")
    box.session.script[SHELL] = "permission denied"
    saved = save(box, tmp_path, ["sftp", "shell"])
    assert (saved.path, saved.saved, saved.exported, saved.restorable) == (None, False, True, True)
    assert [note.split(":")[0] for note in saved.notes] == ["sftp", "shell"]


def test_an_empty_configuration_is_no_backup(box, tmp_path) -> None:
    box.session.script["show config running flat"] = "\n"
    saved = save(box, tmp_path, ["text"])
    assert saved.path is None and "printed nothing" in saved.notes[0]


def test_a_lost_session_is_raised_and_not_taken_for_a_way_that_does_not_work(box, tmp_path) -> None:
    box.sftp_gives = SessionBroken("gone")
    with pytest.raises(SessionBroken):
        save(box, tmp_path)


def test_saving_the_same_again_changes_nothing(box, tmp_path) -> None:
    save(box, tmp_path)
    again = save(box, tmp_path)
    assert (again.saved, again.exported) == (False, False)
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_another_backup_of_that_name_is_never_overwritten(box, tmp_path) -> None:
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / f"{NAME}.gz").write_bytes(b"mine")
    with pytest.raises(FileProblem, match="never overwritten"):
        save(box, tmp_path)
    assert (tmp_path / "backups" / f"{NAME}.gz").read_bytes() == b"mine"


def test_a_name_with_its_ending_gets_no_second_one(box, tmp_path) -> None:
    box.session.script["show config exports"] = exports(f"{NAME}.gz")
    assert save(box, tmp_path, name=f"{NAME}.gz").path == str(tmp_path / "backups" / f"{NAME}.gz")


def test_progress_tells_what_was_exported_and_where_it_lies(box, tmp_path) -> None:
    save(box, tmp_path)
    assert box.lines[0] == f"exported as {NAME}.gz" and "by sftp" in box.lines[1]


def test_what_an_export_does_not_hold_is_said() -> None:
    assert any("keys" in line for line in backup.NOT_IN_EXPORT) and any("init" in line for line in backup.NOT_IN_EXPORT)
