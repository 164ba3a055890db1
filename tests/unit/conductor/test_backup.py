# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup: exported on the conductor, proven there, and brought to the controller by whatever way works."""

from __future__ import annotations

import base64
import gzip
import hashlib
import stat
from datetime import datetime, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import backup
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
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

    def fetch(_session, path):
        conductor.session.asked.append(f"sftp {path}")
        if isinstance(conductor.sftp_gives, Exception):
            raise conductor.sftp_gives
        return conductor.sftp_gives

    monkeypatch.setattr(backup, "fetch_by_sftp", fetch)
    return conductor


def save(box, folder, methods=("sftp", "shell", "text"), name=NAME):
    box.lines = []
    return backup.save(box, name, str(folder / "backups"), list(methods), box.lines.append)


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


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>Session expired, please log in</body></html>",
        "\n<!DOCTYPE html>\n<title>Sign in</title>",
        '<?xml version="1.0"?><html xmlns="x">log in</html>',
        '{"message": "Session expired"}',
    ],
)
def test_what_a_web_server_says_is_no_backup_however_it_is_wrapped(box, tmp_path, page) -> None:
    box.sftp_gives = gzip.compress(page.encode())
    saved = save(box, tmp_path)
    assert saved.method == "shell" and saved.restorable
    assert "no exported configuration" in saved.notes[0]


@pytest.mark.parametrize(
    "text", ['<?xml version="1.0"?><config/>', '{"authority": {}}', "config authority", "\x00\x01"]
)
def test_an_export_may_look_like_anything_else_inside(box, tmp_path, text) -> None:
    box.sftp_gives = gzip.compress(text.encode())
    assert save(box, tmp_path).method == "sftp"


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


# -- old backups ------------------------------------------------------------------------------------------------------

OF = "Conductor", "node1"


def made(day: int, ending: str = ".gz") -> str:
    return f"Conductor-node1-202603{day:02}T220000Z{ending}"


FOREIGN = [
    "before-6.3.5.gz",
    "Conductor-node1.gz",
    "Conductor-node2-20200101T220000Z.gz",
    "Conductor-node1-20200101T220000Z-mine.gz",
    "Conductor-node1-2020.gz",
    "xConductor-node1-20200101T220000Z.gz",
    "Conductor-node1-20200101T220000Z.tar",
    "ConductorXnode1-20200101T220000Z.gz",
]


NEWEST, NEWEST_COPY = made(9, ""), made(9)


def prune_exports(box, listed, keep, name=NEWEST, dry=False, left=None):
    """``left``: what the conductor lists afterwards, where it is not what was asked for."""
    box.lines = []
    box.session.script["show config exports"] = [exports(*listed), exports(*(listed if left is None else left))]
    for export in listed:
        box.session.script[f"delete config exported force {export}"] = (
            f"Successfully deleted exported configuration: {export}"
        )
    return backup.prune_exports(box, *OF, keep, name, dry, box.lines.append)


def deleted(box) -> list[str]:
    return [command.split()[-1] for command in box.session.asked if command.startswith("delete")]


def test_a_made_up_name_is_found_again() -> None:
    name = backup.generated_name("R.1", "n+1", datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc))
    assert name == "R.1-n+1-20260301T220000Z"
    assert backup.of_node([f"{name}.gz", name.replace(".", "x")], "R.1", "n+1") == [f"{name}.gz"]


@pytest.mark.parametrize(
    ("keep", "gone"), [(1, [1, 2, 3]), (2, [1, 2]), (3, [1]), (4, []), (99, [])], ids=lambda value: str(value)
)
def test_the_newest_exports_stay_and_older_ones_go(box, keep, gone) -> None:
    listed = [made(3), made(1), made(9), made(2)]
    old = [made(day) for day in gone]
    pruned = prune_exports(box, listed, keep, left=[name for name in listed if name not in old])
    assert list(pruned.deleted) == old == deleted(box) and pruned.notes == ()
    assert list(pruned.after) == [name for name in pruned.before if name not in old]


def test_what_others_have_exported_is_never_touched_and_not_counted(box) -> None:
    pruned = prune_exports(box, [*FOREIGN, made(1), made(9)], 1, left=[*FOREIGN, made(9)])
    assert list(pruned.deleted) == [made(1)] == deleted(box)
    assert prune_exports(box, [*FOREIGN, made(9)], 1).deleted == ()


def test_the_export_that_was_just_made_stays_whatever_the_clocks_say(box) -> None:
    """Another controller may be ahead."""
    listed = [made(1), made(2), made(9)]
    pruned = prune_exports(box, listed, 1, name=made(1, ""), left=[made(1), made(9)])
    assert pruned.deleted == (made(2),) and deleted(box) == [made(2)]


def test_check_mode_counts_the_export_that_would_be_made_and_deletes_nothing(box) -> None:
    pruned = prune_exports(box, [made(1), made(2)], 2, dry=True)
    assert pruned.deleted == (made(1),) and deleted(box) == []
    assert pruned.after == (made(2), made(9, ""))


def test_a_conductor_that_does_not_delete_is_told_and_asked_no_further(box) -> None:
    listed = [made(1), made(2), made(9)]
    box.session.script["show config exports"] = exports(*listed)
    pruned = backup.prune_exports(box, *OF, 1, made(9, ""), False, lambda _line: None)
    assert pruned.deleted == () and len(pruned.notes) == 1 and len(deleted(box)) == 1
    assert "The device refused" in pruned.notes[0]


def test_an_export_that_is_still_listed_is_not_deleted(box) -> None:
    pruned = prune_exports(box, [made(1), made(9)], 1)
    assert pruned.deleted == () and "still lists" in pruned.notes[0]


def test_a_session_that_is_lost_is_no_failure_of_the_backup(box) -> None:
    box.session.script["show config exports"] = [exports(made(1), made(9)), SessionBroken("gone")]
    box.session.script[f"delete config exported force {made(1)}"] = SessionBroken("gone")
    pruned = backup.prune_exports(box, *OF, 1, made(9, ""), False, lambda _line: None)
    assert pruned.deleted == () and len(pruned.notes) == 2


def copies(folder, keep, name=NEWEST_COPY, dry=False):
    return backup.prune_copies(str(folder), *OF, keep, name, dry, lambda _line: None)


def test_old_copies_go_and_nothing_else_in_the_folder_does(tmp_path) -> None:
    (tmp_path / "elsewhere").write_text("x")
    for name in [*FOREIGN, made(1), made(2), made(9)]:
        (tmp_path / name).write_text("x")
    (tmp_path / made(3)).symlink_to(tmp_path / "elsewhere")
    (tmp_path / made(4)).mkdir()
    assert copies(tmp_path, 2, dry=True).deleted == (made(1),)
    assert (tmp_path / made(1)).exists()
    assert copies(tmp_path, 2).deleted == (made(1),)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["elsewhere", *FOREIGN, made(2), made(3), made(4), made(9)]
    )


def test_texts_never_push_out_a_configuration_that_can_be_restored(tmp_path) -> None:
    for name in [made(1), made(2), made(3, ".txt"), made(4, ".txt"), made(9, ".txt")]:
        (tmp_path / name).write_text("x")
    assert sorted(copies(tmp_path, 1, made(9, ".txt")).deleted) == [made(1), made(3, ".txt"), made(4, ".txt")]


def test_a_folder_that_is_not_there_yet_has_no_old_copies(tmp_path) -> None:
    assert copies(tmp_path / "none", 1, dry=True) == backup.Pruned((), (), (made(9),))


def test_a_copy_that_cannot_be_deleted_is_told(tmp_path, monkeypatch) -> None:
    for name in (made(1), made(9)):
        (tmp_path / name).write_text("x")

    def refuse(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(backup.os, "unlink", refuse)
    pruned = copies(tmp_path, 1)
    assert pruned.deleted == () and pruned.notes == (f"keep_copies: {made(1)} cannot be deleted: Permission denied.",)
