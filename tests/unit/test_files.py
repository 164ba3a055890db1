# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on the controller are whole, or are what they were before."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils import files

PLUGINS = Path(__file__).parents[2] / "plugins"


@pytest.mark.parametrize("write", [files.replace_file, files.create_file])
@pytest.mark.parametrize("data", ["text \u2713", b"\x00bytes"])
def test_a_new_file_holds_what_was_given_and_only_its_owner_reads_it(tmp_path, write, data) -> None:
    path = tmp_path / "file"
    write(str(path), data)
    assert path.read_bytes() == (data.encode() if isinstance(data, str) else data)
    assert path.stat().st_mode & 0o777 == 0o600 and os.listdir(tmp_path) == ["file"]


def test_a_file_is_replaced_as_a_whole_and_never_by_a_new_one_that_must_not_exist(tmp_path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(FileExistsError):
        files.create_file(str(path), "new")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["file"]
    files.replace_file(str(path), "new")
    assert path.read_text() == "new" and os.listdir(tmp_path) == ["file"]


def test_where_writing_fails_the_old_file_stays_and_nothing_is_left_beside_it(tmp_path, monkeypatch) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.replace_file(str(path), "new")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["file"]


def test_a_folder_is_made_for_its_owner_and_proven_to_take_files(tmp_path) -> None:
    files.prepare_folder(str(tmp_path / "a" / "b"))
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700 and os.listdir(tmp_path / "a" / "b") == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        files.prepare_folder(str(tmp_path / "file" / "b"))


def test_files_are_written_in_one_place_only() -> None:
    """A file that is written where it lies is half a file for whoever reads it in that moment."""
    others = [path for path in PLUGINS.rglob("*.py") if path.name != "files.py" or path.parent.name != "plugin_utils"]
    wrong = [
        str(path.relative_to(PLUGINS))
        for path in others
        if re.search(r"mkstemp|os\.replace\(|os\.link\(|open\([^)]*[\"'][wa]b?[\"']", path.read_text(encoding="utf-8"))
    ]
    assert not wrong, f"{', '.join(wrong)}: use plugin_utils/files.py"


def test_a_new_folder_is_never_one_that_is_there(tmp_path) -> None:
    wanted = str(tmp_path / "kept" / "ssr-recording")
    paths = [files.new_folder(wanted) for _time in range(3)]
    assert paths == [wanted, f"{wanted}-2", f"{wanted}-3"]
    assert all(os.stat(path).st_mode & 0o777 == 0o700 for path in paths)
