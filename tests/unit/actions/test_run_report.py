# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that completes the report of a run: what it is given is in it, without secrets, and a run ends once."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.action import run_report

from tests.unit.reports.report_schema import mistakes

HOSTVARS = {"c1": {"ansible_password": "top-secret-7"}, "one": {}, "two": {"ssr_router": "second"}}
VARIABLES = {"hostvars": HOSTVARS, "groups": {"ssr_conductors": ["c1"]}}


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "tonight"


def act(folder: Path, check_mode: bool = False, **args: object) -> dict:
    """Run the module without a connection or a play."""
    keywords = {"async_val": 0, "check_mode": check_mode, "diff": False, "delegate_to": None}
    task = SimpleNamespace(args={"report": str(folder), **args}, action="x", **keywords)
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="/"))
    action = run_report.ActionModule(task, connection, SimpleNamespace(), None, None, None)
    result = action.run(None, VARIABLES)
    assert not result.get("failed"), result
    return result


def read(folder: Path) -> dict:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert mistakes(report) == []
    return report


def of(state: str, **more: object) -> dict:
    return {"state": state, "reason": "why", "nodes": [{"router": "one", "node": "a", "state": state, **more}]}


def test_a_run_from_its_preparation_to_its_end(folder) -> None:
    run = {"version": "6.3.5", "hosts": ["one", "two"], "batches": [1, "100%"], "conductor": "c1"}
    prepared = act(folder, **run, ended=False, backup={"path": "/b", "checksum": "ab", "msg": "Saved."})
    report = read(folder)
    assert prepared["state"] == "running" and report["run"]["refresh"] > 0
    assert [(entry["router"], entry["host"], entry["batch"]) for entry in report["routers"]] == [
        ("one", "one", 1),
        ("second", "two", 2),
    ]
    act(folder, **run, ended=False, results=[{"by_router": {"one": of("failed")}}])
    assert read(folder)["run"]["state"] == "running", "another task says that it has ended"
    step = {"command": "ansible-playbook x", "words": "Run it."}
    ended = act(folder, **run, ended=True, reason="no more tonight.", next_step=step, settings={"ssr_serial": "1,100%"})
    report = read(folder)
    assert (ended["state"], report["run"]["refresh"], report["run"]["stopped"]) == ("ended", 0, "no more tonight")
    assert report["totals"] == {"failed": 1, "not_started": 1} and report["run"]["next_command"] == "ansible-playbook x"
    assert report["backup"]["sha256"] == "ab" and report["run"]["settings"]["ssr_serial"] == "1,100%"
    assert report["run"]["authority"] == "c1" and ended["outcome"] == report["run"]["outcome"] == ended["lines"][0]


def test_it_is_over_once_nobody_waits_where_nothing_else_is_said(folder) -> None:
    assert act(folder, hosts=["one"])["state"] == "running"
    assert act(folder, hosts=["one"], results=[{"by_router": {"one": of("done")}}])["state"] == "ended"


def test_a_router_that_has_relapsed_has_a_case_file(folder) -> None:
    act(folder, results=[{"by_router": {"one": of("done")}}], ended=False)
    act(folder, results=[{"by_router": {"one": of("relapsed")}}], ended=True)
    report = read(folder)
    assert report["routers"][0]["state"] == "relapsed" and report["attention"][0]["case"] == "case-one.json"
    assert json.loads((folder / "case-one.json").read_text())["verdict"]["state"] == "relapsed"


def test_secrets_are_in_no_file(folder) -> None:
    words = 'login with top-secret-7, or "token": "abcdef"'
    step = {"at": "2026-03-01T22:00:00Z", "what": "the conductor answered", "words": words}
    act(
        folder,
        results=[{"by_router": {"one": of("failed", reason=words, steps=[step])}}],
        checks_before=[
            {"checks": [{"name": "x", "target": "c1", "state": "warn", "reason": words, "evidence": words}]}
        ],
        notices=[words],
        ended=True,
    )
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "top-secret-7" not in text and "abcdef" not in text, path
    assert "********" in (folder / "report.json").read_text(encoding="utf-8")


def test_nothing_is_written_in_check_mode(folder) -> None:
    assert act(folder, check_mode=True)["path"].endswith("/tonight/report.html") and not folder.exists()


def test_a_report_that_cannot_be_written_is_a_warning(tmp_path, monkeypatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(run_report.display, "warning", warnings.append)
    (tmp_path / "file").write_text("in the way")
    assert act(tmp_path / "file" / "tonight", hosts=["one"])["state"] == "running"
    assert len(warnings) == 1 and "cannot be written" in warnings[0]
