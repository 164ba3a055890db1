# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundle of a probe: what is read of it, and that a bad, foreign, huge or newer one ends with a sentence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.simulator import ScenarioError
from tests.simulator.__main__ import main
from tests.simulator.probe import bundle as module
from tests.simulator.probe.bundle import FORMAT, read_bundle

MANIFEST: dict[str, Any] = {
    "format": FORMAT,
    "version": 1,
    "made": "2026-11-27T19:00:00Z",
    "collection": "0.3.0",
    "nodes": [{"router": "Conductor", "node": "c1", "role": "conductor", "release": "6.3.0-107.r1.el7"}],
    "recorded": False,
}
ROW: dict[str, Any] = {
    "n": 1,
    "kind": "pcli",
    "asked": {"router": "Conductor", "node": "c1"},
    "command": "show  assets ",
    "width": 512,
    "seconds": 0.2,
    "answer": "text\n",
    "prompt": "admin@c1.Conductor# ",
    "ended": "prompt",
}


def packed(path: Path, members: dict[str, Any] | None = None, **manifest: Any) -> Path:
    """A bundle of one answer; `members` come to it, or replace or (None) remove its own."""
    parts = {"manifest.json": {**MANIFEST, **manifest}, "answers.jsonl": ROW} | (members or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content if isinstance(content, (str, bytes)) else json.dumps(content))
    return path


def complaint(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_bundle(path)
    text = str(caught.value)
    assert str(path) in text and "Traceback" not in text and "\n" not in text
    return text


def test_a_bundle_is_read_as_its_page_describes_it(tmp_path: Path) -> None:
    asked = {"questions": [{"text": "Sure? [y/N] ", "answer": "y"}], "context": "config", "raw": "\x1b[1mtext\n"}
    web = {
        "kind": "web",
        "asked": ROW["asked"],
        "method": "get",
        "path": "/asset",
        "status": 200,
        "headers": {"Content-Type": "application/json"},
        "answer": "[]",
    }
    lines = [{**ROW, **asked}, web, {**ROW, "lifecycle": True}, ROW]
    path = packed(tmp_path / "b.zip", {"answers.jsonl": "\n".join(map(json.dumps, lines)), "probe.json": "[]"})
    bundle = read_bundle(path)
    assert bundle.conductor == "Conductor" and bundle.made == "2026-11-27T19:00:00Z" and bundle.report == []
    first, second = bundle.rows[:2]
    assert (first.command, first.width, first.received, first.context) == (
        "show assets",
        512,
        "\x1b[1mtext\n",
        "config",
    )
    assert first.questions == (("Sure? [y/N] ", "y"),)
    assert (second.method, second.status, second.content_type) == ("GET", 200, "application/json")
    # What a recording saw after its first lifecycle command is of another state.
    assert bundle.at_rest() == bundle.rows[:2]


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"manifest.json": None}, "no bundle of a probe: it has no manifest.json"),
        ({"answers.jsonl": None}, "it has no answers.jsonl"),
        ({"manifest.json": "{"}, "manifest.json is not JSON"),
        ({"manifest.json": "[" * 100_000}, "manifest.json is not JSON"),
        ({"manifest.json": "[]"}, "does not say 'sessionsmart.ssr probe bundle'"),
        ({"manifest.json": {**MANIFEST, "format": "other"}}, "does not say"),
        ({"manifest.json": {**MANIFEST, "version": "1"}}, "the version of the bundle is '1', not a number"),
        ({"manifest.json": {**MANIFEST, "version": True}}, "the version of the bundle is True"),
        ({"manifest.json": {**MANIFEST, "version": 2}}, "has version 2, and this simulator reads up to 1"),
        ({"manifest.json": {**MANIFEST, "nodes": "c1"}}, "'nodes' of manifest.json is no list of nodes"),
        ({"answers.jsonl": "no JSON"}, "line 1 of answers.jsonl is not JSON"),
        ({"answers.jsonl": "[]"}, "line 1 of answers.jsonl is no answer of a kind that is known"),
        ({"answers.jsonl": {**ROW, "kind": "smell"}}, "is no answer of a kind that is known"),
        ({"../manifest.json": "{}"}, "'../manifest.json' is no part of a bundle"),
        ({"/etc/passwd": "x"}, "'/etc/passwd' is no part of a bundle"),
        ({"names.json": "{}"}, "'names.json' is no part of a bundle"),
    ],
)
def test_what_is_no_bundle_is_refused_with_a_sentence(tmp_path: Path, members: dict[str, Any], words: str) -> None:
    assert words in complaint(packed(tmp_path / "b.zip", members))


def test_a_newer_bundle_names_what_has_written_it(tmp_path: Path) -> None:
    assert "written it (0.9.0)" in complaint(packed(tmp_path / "b.zip", version=7, collection="0.9.0"))


def test_what_is_no_archive_or_damaged_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    assert "cannot be read: No such file" in complaint(path)
    path.write_bytes(b"no archive")
    assert "no bundle of a probe, or a damaged one" in complaint(path)
    data = packed(path, {"answers.jsonl": json.dumps(ROW) * 50}).read_bytes()
    at = data.index(b"answers.jsonl") + 40
    path.write_bytes(data[:at] + b"\x00\xff\x00" + data[at + 3 :])
    assert "damaged" in complaint(path)
    path.write_bytes(data[: len(data) // 2])
    assert "damaged" in complaint(path)


def test_a_part_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "b.zip")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("manifest.json", "{}")
    assert "there twice" in complaint(path)


def test_nothing_is_unpacked_beyond_what_a_probe_writes(tmp_path: Path, monkeypatch: Any) -> None:
    """64 MB of blanks are packed into 64 kB; no more than the limit is ever held, whatever the archive says."""
    monkeypatch.setitem(module.MOST_UNPACKED, "answers.jsonl", 2**20)
    path = packed(tmp_path / "b.zip", {"answers.jsonl": b" " * 2**26})
    assert path.stat().st_size < 2**17
    assert "unpacks to more than 1048576 bytes" in complaint(path)
    monkeypatch.setattr(module, "MOST_PACKED", 100)
    assert "are more than a probe writes" in complaint(path)


def test_more_answers_than_a_probe_writes_are_refused(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    path = packed(tmp_path / "b.zip", {"answers.jsonl": f"{json.dumps(ROW)}\n" * 3})
    assert "3 answers are more than a probe writes" in complaint(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(tmp_path: Path, method: int) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("manifest.json", json.dumps(MANIFEST))
    assert "packed in a way that no probe uses" in complaint(path)


def test_odd_values_of_an_answer_are_no_reason_to_break_off(tmp_path: Path) -> None:
    odd = {**ROW, "seconds": float("nan"), "width": "wide", "questions": "none", "asked": None, "facts": 1, "raw": 5}
    path = packed(tmp_path / "b.zip", {"answers.jsonl": json.dumps(odd)})
    (row,) = read_bundle(path).rows
    assert (row.seconds, row.width, row.questions, row.node, row.raw) == (0.0, 0, (), "", None)


def test_the_simulator_says_it_and_ends(tmp_path: Path, capsys: Any) -> None:
    path = packed(tmp_path / "b.zip", version=9)
    assert main(["--from-probe", str(path)]) == 2
    assert "error: " in capsys.readouterr().err
    assert main(["--from-probe", str(path), "--from-assets", str(path)]) == 2
    assert "two authorities" in capsys.readouterr().err


def test_a_bundle_without_anything_to_play_is_refused(tmp_path: Path, capsys: Any) -> None:
    path = packed(tmp_path / "b.zip", nodes=[{"router": "R", "node": "n", "role": "router", "release": None}])
    assert main(["--from-probe", str(path)]) == 2
    assert "names no node of a conductor" in capsys.readouterr().err
