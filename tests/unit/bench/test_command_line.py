# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark refuses before it measures for half an hour, and what it says of its parts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.bench import __main__ as bench
from tests.bench.figures import Figure

USUAL = list(bench.USUAL_PARTS)


def only(*parts):
    """The options that name these parts."""
    return [argument for part in parts for argument in ("--only", part)]


@pytest.fixture
def nothing_measured(monkeypatch):
    """Fail where anything is measured, or written into the page."""

    def fail(*_args, **_kwargs):
        raise AssertionError("measured although it is refused")

    for name, part in bench.PARTS.items():
        monkeypatch.setitem(bench.PARTS, name, replace(part, figures=fail))
    monkeypatch.setattr(bench, "document", fail)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--document", *only("start")], "makespan, commands, memory, reading, ssh, bulk would be lost"),
        (["--document", *only(*USUAL[1:])], "makespan would be lost"),
        (["--document", *only("large")], "would be lost"),
        (["--document", "--sizes", "100"], "at least --sizes 100,1000"),
        (["--document", "--sizes", "5000"], "at least --sizes 100,1000"),
        (["--sizes", "60"], "fleets are 100, 1000, 5000"),
        (["--sizes", "100,many"], "fleets are 100, 1000, 5000"),
        (["--sizes", ""], "fleets are 100, 1000, 5000"),
    ],
)
def test_what_would_fail_or_lose_rows_is_refused_before_anything_is_measured(
    nothing_measured, capsys, arguments, words
):
    with pytest.raises(SystemExit) as ended:
        bench.main(arguments)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "words"), [("missing/bench.json", "the folder does not exist"), ("", "this is a folder")]
)
def test_data_that_could_not_be_written_is_refused_before_anything_is_measured(
    nothing_measured, capsys, tmp_path, path, words
):
    with pytest.raises(SystemExit):
        bench.main(["--json", str(tmp_path / path)])
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--document"], ["--document", *only(*USUAL, "large")], ["--document", "--sizes", "5000,1000,100"]]
)
def test_a_whole_table_may_be_written(arguments):
    assert set(USUAL) <= set(bench.asked_for(arguments).parts)


def test_parts_are_measured_once_and_in_the_order_of_the_table():
    assert bench.asked_for(only("bulk", "start", "bulk")).parts == ["start", "bulk"]


def test_a_part_without_a_figure_says_so(monkeypatch, capsys):
    monkeypatch.setitem(bench.PARTS, "start", bench.Part(lambda sizes: iter(())))
    assert bench.measured(["start"], [100]) == []
    assert capsys.readouterr().err == "start: no figure for fleets of 100 routers\n"


def test_seeds_are_told_only_of_parts_that_draw_fleets():
    assert bench.seeds_of(["start", "ssh"], [100, 1000]) == ""
    assert bench.seeds_of(["makespan"], [100, 5000]) == "1 to 5 for 100 routers, 1 for 5,000 routers (makespan)"
    assert bench.seeds_of(["memory"], [100]) == ""
    assert bench.seeds_of(["memory", "start", "reading"], [1000]) == "1 (memory); 1 (reading)"


def test_one_part_is_printed_and_written_as_data_and_leaves_the_page_alone(monkeypatch, capsys, tmp_path):
    page = bench.PAGE.read_bytes()
    monkeypatch.setitem(bench.PARTS, "start", bench.Part(lambda sizes: iter([Figure("first", 0.2, "s", 0.4)])))
    assert bench.main([*only("start"), "--json", str(tmp_path / "bench.json")]) == 0
    printed = capsys.readouterr().out
    assert "| first | 0.2 s | ≤ 0.4 | met |  |" in printed and "seeds" not in printed
    assert json.loads((tmp_path / "bench.json").read_text())["figures"][0]["met"] is True
    assert bench.PAGE.read_bytes() == page


def test_a_whole_table_goes_into_the_page_with_one_line_of_history(monkeypatch, capsys, tmp_path):
    page = tmp_path / "performance.md"
    page.write_bytes(bench.PAGE.read_bytes())
    monkeypatch.setattr(bench, "PAGE", page)
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(bench, "release", lambda: "9.9.9")
    for name in USUAL:
        monkeypatch.setitem(bench.PARTS, name, bench.Part(lambda sizes, name=name: iter([Figure(name, 1.0, "s")])))
    assert bench.main(["--document"]) == 0
    written = page.read_text(encoding="utf-8")
    assert all(f"| {name} | 1 s |" in written for name in USUAL)
    assert written.count("| 9.9.9 |") == 1
