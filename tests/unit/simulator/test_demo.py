# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration leaves its report where its user can open it, and ends with the path of it."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.simulator import demo


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_page(folder: Path, name: str, age: float = 0) -> Path:
    page = folder / name / "report.html"
    page.parent.mkdir(parents=True)
    page.write_text("<html>", encoding="utf-8")
    os.utime(page, (os.stat(page).st_mtime - age,) * 2)
    return page


def test_it_ends_with_the_path_of_a_report_that_is_still_there(here, monkeypatch, capsys) -> None:
    def playbook(_simulator, _name, _folder, variables, _more) -> int:
        write_page(Path(variables["ssr_report_dir"]), "tonight")
        return 0

    write_page(here / "build" / "demo", "yesterday", age=3600)
    simulator = SimpleNamespace(truth=lambda: {"nodes": {}}, nodes={}, log=[], violations=[])
    monkeypatch.setattr(demo, "Simulator", lambda *_args, **_more: nullcontext(simulator))
    monkeypatch.setattr(demo, "run_playbook", playbook)
    monkeypatch.setattr(demo, "_say", lambda *_args: print("The upgrade went well."))
    assert demo.run("ha-6.3-image") == 0
    last = capsys.readouterr().out.splitlines()[-1]
    path = Path(last.removeprefix("Open the report: "))
    assert path == here / "build" / "demo" / "tonight" / "report.html" and path.exists()


def test_where_nothing_can_be_written_the_reports_go_elsewhere(here) -> None:
    (here / "build").write_text("a file", encoding="utf-8")
    folder = demo.reports_folder()
    assert folder.is_dir() and here not in folder.parents
    folder.rmdir()
