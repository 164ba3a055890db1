# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nights on a controller whose disk is full: what was sent is on the screen and in the result (I8)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import journal, status

from tests.unit.fakes import NEW

ROUTERS = {"r1": ("a",), "r2": ("a",), "r3": ("a", "b")}
QUICK = {"download": False, "health_check": False, "compare": False}


def full(monkeypatch, when: Callable[[str, dict], bool]) -> None:
    """No space is left for files that are such: by their names and contents."""
    for module in (journal, status):
        original = module.replace_file

        def write(path: str, data: str, original=original) -> None:
            if when(Path(path).name, json.loads(data)):
                raise OSError(28, "No space left on device")
            original(path, data)

        monkeypatch.setattr(module, "replace_file", write)


def nodes(result: dict, router: str) -> dict[str, dict]:
    return {node["node"]: node for node in result["by_router"][router]["nodes"]}


def paths(folder: Path) -> dict[str, str]:
    return {"journal": str(folder), "status_file": str(folder / "status.json"), "run_id": "tonight"}


def test_what_cannot_be_written_down_is_not_sent(night, monkeypatch, tmp_path) -> None:
    full(monkeypatch, lambda name, data: "intent_at" in data)
    result = night.go("r1", "r2", **QUICK, **paths(tmp_path))
    assert night.conductor.sent == []
    for router in ("r1", "r2"):
        node = nodes(result, router)["a"]
        assert node["state"] == "not_started" and "No space left on device" in node["reason"]
        assert "nothing was sent" in node["reason"] and not node["command"] and not node["started"]


def test_an_end_that_cannot_be_written_down_is_in_the_result_and_on_the_screen(night, monkeypatch, tmp_path) -> None:
    full(monkeypatch, lambda name, data: data.get("outcome_at") is not None)
    result = night.go("r1", **QUICK, **paths(tmp_path))
    node = nodes(result, "r1")["a"]
    assert node["state"] == "done" and node["command"] and any("No space left" in line for line in node["warnings"])
    assert any("r1: DONE" in line for line in night.lines) and any("sent: request" in line for line in night.lines)


def test_a_status_file_and_a_record_that_cannot_be_written_change_no_verdict(night, monkeypatch, tmp_path) -> None:
    full(monkeypatch, lambda name, data: name.startswith(("status", "run-")))
    result = night.go("r1", "r2", **QUICK, **paths(tmp_path))
    assert {entry["state"] for entry in result["by_router"].values()} == {"done"}


def test_a_request_for_two_nodes_is_not_sent_where_only_one_can_be_written_down(night, monkeypatch, tmp_path) -> None:
    full(monkeypatch, lambda name, data: data.get("node") == "b" and data.get("outcome_at") is None)
    result = night.go("r3", **QUICK, **paths(tmp_path), simultaneous=True)
    assert night.conductor.sent == []
    for node in nodes(result, "r3").values():
        assert node["state"] == "not_started" and not node["command"] and not node["started"]
    record = json.loads((tmp_path / "r3__a.json").read_text(encoding="utf-8"))
    assert record["state"] == "not_started", "the next run must not believe that something may run there"


@pytest.mark.parametrize("kind", ["outcome", "everything"])
def test_the_night_after_a_full_disk_goes_on_where_it_ended(night, monkeypatch, tmp_path, kind) -> None:
    full(monkeypatch, lambda name, data: kind == "everything" or data.get("outcome_at") is not None)
    night.go("r1", **QUICK, **paths(tmp_path))
    monkeypatch.undo()
    result = night.go("r1", **QUICK, **paths(tmp_path))
    assert result["by_router"]["r1"]["state"] in ("done", "up_to_date")
    assert len(night.conductor.sent) == 1 and night.conductor.boxes["r1", "a"].version == NEW
