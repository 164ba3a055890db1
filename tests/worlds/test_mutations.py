# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions are found, turned off and turned on again, and a world notices it."""

from __future__ import annotations

import json
import os
import re
from types import SimpleNamespace

import pytest
from _pytest import runner
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import shell_pool
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import gate_conditions, judge
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software import assets

from . import layout, mutants, unit_tests
from .mutants import Mutant, all_mutants, function_mutants, gate_mutants, turned_off, watched
from .mutations import REMEMBERED, Plain, Row, chased, noticed, plain, read_remembered, seeds_of, table
from .play import play

OTHERS = "a router that somebody else upgrades is unknown, and nothing was sent to it"


def sample(first: bool, second: bool | None, third: str) -> str:
    """A function with conditions of every kind."""
    if first and second is not None and not second:
        return "not second"
    if first or third == "x":
        return "".join(letter for letter in third if letter != "y") or "nothing"
    return "in words" if first else f"third {third}"


def test_each_condition_in_the_table_of_the_gate_is_found_by_command_and_stage() -> None:
    found = {(mutant.where, mutant.name) for mutant in gate_mutants()}
    for command, conditions in gate_conditions.CONDITIONS.items():
        for stage in ("first_look", "examined", "locked", "leaving"):
            for condition in getattr(conditions, stage):
                assert (f"{command}/{stage}", condition.__name__) in found


def test_each_function_of_the_judge_that_asks_something_is_found() -> None:
    found = {mutant.where for mutant in function_mutants()}
    assert {"judge.judge_error", "judge.next_progress", "judge.out_of_time", "node_progress.remember"} <= found


@pytest.mark.parametrize("path", mutants.ASKED)
def test_each_file_of_what_the_gate_and_the_judge_ask_has_conditions(path) -> None:
    name = path.rpartition("/")[2]
    assert any(mutant.kind == "inside" and mutant.where.startswith(f"{name}.") for mutant in function_mutants())


def test_each_condition_is_noticed_or_has_a_reason_why_none_can() -> None:
    """``python -m tests.worlds.mutations --remember`` plays them and writes down what noticed; []: nothing."""
    remembered = json.loads(REMEMBERED.read_text(encoding="utf-8"))
    conditions = [mutant.key for mutant in all_mutants() if mutant.kind != "part" and not mutant.silent]
    assert [key for key in conditions if not remembered.get(key)] == []


def test_what_is_remembered_is_there() -> None:
    lines = json.loads(REMEMBERED.read_text(encoding="utf-8"))
    assert {key for key, line in lines.items() if line} == set(read_remembered())
    assert set(lines) <= {mutant.key for mutant in all_mutants()}


def test_no_two_conditions_have_the_same_name() -> None:
    keys = [mutant.key for mutant in all_mutants()]
    assert len(set(keys)) == len(keys)


def test_what_an_if_asks_and_each_part_of_it_is_a_condition_but_what_keeps_a_part_from_failing_is_none() -> None:
    listed = [(mutant.kind, mutant.name) for mutant, _off in mutants._listed("judge.sample", sample)]
    assert listed == [
        ("part", "first"),
        ("part", "not second"),
        ("judge", "first and second is not None and (not second)"),
        ("part", "first (2)"),
        ("part", "third == 'x'"),
        ("judge", "first or third == 'x'"),
        ("judge", "letter != 'y'"),
        ("judge", "''.join((letter for letter in third if letter != 'y'))"),
    ]


@pytest.mark.parametrize(
    ("name", "given", "with_it", "without"),
    [
        ("first", (False, False, "x"), "x", "not second"),
        ("not second", (True, True, "x"), "x", "not second"),
        ("first and second is not None and (not second)", (True, False, "z"), "not second", "z"),
        ("third == 'x'", (False, None, "x"), "x", "third x"),
        ("letter != 'y'", (True, None, "xy"), "x", "xy"),
    ],
)
def test_a_condition_that_is_turned_off_is_not_asked_until_it_is_turned_on_again(
    monkeypatch, name, given, with_it, without
) -> None:
    monkeypatch.setattr(mutants, "_functions", lambda: iter([("judge.sample", sample)]))
    assert sample(*given) == with_it
    with turned_off([Mutant(kind, "judge.sample", name) for kind in ("judge", "part")]):
        assert sample(*given) == without
    assert sample(*given) == with_it


class List:
    """A list that is read anew where that is possible."""

    def __init__(self, possible: bool) -> None:
        self.read, self._possible = 0, possible

    def refresh(self) -> bool:
        self.read += 1
        return self._possible


def sends(late: bool, assets: List) -> str:
    if late and not assets.refresh():
        return "nothing"
    return "sent"


@pytest.mark.parametrize("name", ["not assets.refresh()", "late and (not assets.refresh())"])
def test_what_a_condition_does_beside_its_answer_it_does_when_it_is_turned_off(monkeypatch, name) -> None:
    monkeypatch.setattr(mutants, "_functions", lambda: iter([("judge.sends", sends)]))
    mutant = next(mutant for mutant in function_mutants() if mutant.name == name)
    late, lost = List(True), List(False)
    with turned_off([mutant]):
        said = sends(True, late), sends(True, lost)
    assert (late.read, lost.read) == (1, 1)
    assert said == (("nothing", "nothing") if mutant.kind == "part" else ("sent", "sent"))


def says_yes(first: int, second: int) -> bool:
    """A function that says yes or no, and one that gives words or nothing."""
    return first > second


def words_of(first: int) -> str | None:
    return "large" if first > 5 else None


def test_what_says_yes_or_no_always_says_the_same_when_it_is_turned_off(monkeypatch) -> None:
    monkeypatch.setattr(mutants, "_functions", lambda: iter([("sample.says_yes", says_yes)]))
    assert [mutant.name for mutant in function_mutants()] == [
        "first > second, returned",
        "first > second, not returned",
    ]
    for mutant, always in zip(function_mutants(), (False, True), strict=True):
        with turned_off([mutant]):
            assert says_yes(2, 1) is always and says_yes(1, 2) is always
    assert says_yes(2, 1) and not says_yes(1, 2)


def test_a_choice_between_words_and_nothing_is_a_condition() -> None:
    assert [mutant.name for mutant, _off in mutants._listed("sample.words_of", words_of)] == ["first > 5"]


def test_a_unit_test_notices_what_is_turned_off_in_a_process_of_its_own() -> None:
    mutant = next(m for m in function_mutants() if m.key == "inside: asset_states.read_state: known is not None")
    noticed_by = unit_tests.failing([(mutant, unit_tests.tests_of(mutant)[0])], 1)
    assert noticed_by[mutant].startswith("tests/unit/software/test_asset_states.py::test_")
    assert unit_tests.failing([(mutant, noticed_by[mutant])], 1) == noticed_by


def test_each_test_has_its_own_time_so_that_many_that_hold_notice_nothing(monkeypatch) -> None:
    limits: list[int] = []
    monkeypatch.setattr(runner, "runtestprotocol", lambda item, log, nextitem: [])
    monkeypatch.setattr(unit_tests.signal, "alarm", limits.append)
    receive, send = os.pipe()
    unit_tests._run_until_one_fails([SimpleNamespace(nodeid=f"test_{number}") for number in range(3)], send)
    os.close(send)
    with open(receive, encoding="utf-8") as lines:
        assert lines.read().splitlines()[-1] == "all hold"
    assert len(limits) == 3 and all(limits)


def test_what_was_read_before_a_condition_is_turned_off_is_read_again() -> None:
    mutant = next(m for m in function_mutants() if m.key == "inside: asset_states.read_state: known is not None")
    row = ["r1", "a", "a.r1", "7.1.3", "Image", "Running", "1m 0s", "0"]
    columns = ["Router", "Node", "Asset Id", "SSR Version", "Install Type", "Status", "Time in Status", "Errors"]
    response = shell_pool.read(layout.framed({}, "Retrieving assets", layout.table(columns, [row])), True)
    assert [asset.settled for asset in assets.read_assets(response)] == [True]
    with turned_off([mutant]):
        assert [asset.settled for asset in assets.read_assets(response)] == [False]
    assert [asset.settled for asset in assets.read_assets(response)] == [True]


def test_a_condition_makes_a_difference_where_it_is_not_what_it_is_when_turned_off(monkeypatch) -> None:
    monkeypatch.setattr(mutants, "_functions", lambda: iter([("judge.sample", sample)]))
    asked = set()
    with watched(lambda mutant: asked.add(mutant.name)):
        assert sample(False, None, "y") == "third y"
    assert asked == {"first"}


def test_everything_is_as_it_was_after_all_conditions_were_turned_off() -> None:
    before = dict(gate_conditions.CONDITIONS), judge.next_progress.__code__
    with turned_off(all_mutants()):
        assert gate_conditions.CONDITIONS["upgrade"].examined == ()
        assert judge.next_progress.__code__ is not before[1]
    assert (dict(gate_conditions.CONDITIONS), judge.next_progress.__code__) == before


def test_a_world_goes_the_same_way_while_it_is_watched() -> None:
    world = {"routers": [{"name": "r1", "nodes": [{"name": "a"}, {"name": "b"}]}], "runs": [{"args": {}}]}
    outcome = play(world).outcome
    with watched(lambda _mutant: None):
        assert play(world).outcome == outcome


def test_a_world_notices_that_upgrades_are_not_examined_any_more() -> None:
    _name, as_it_is = plain(OTHERS)
    off = [mutant for mutant in gate_mutants() if mutant.where.startswith("upgrade/")]
    assert "I2" not in as_it_is.broken and any(as_it_is.asked[mutant] for mutant in off)
    world, promise, played = noticed(off, [(OTHERS, as_it_is.broken)])
    assert (world, played) == (OTHERS, 1) and "I2" in promise
    assert plain(OTHERS)[1].broken == as_it_is.broken


def test_a_condition_is_noticed_together_with_what_decides_in_its_stead() -> None:
    name = "the second node of a pair is asked for while the upgrade of its first by a killed run goes on"
    _name, as_it_is = plain(name)
    first = next(mutant for mutant in gate_mutants() if as_it_is.asked[mutant] and mutant.where.startswith("upgrade/"))
    assert noticed([first], [(name, as_it_is.broken)])[0] is None
    mutant, world, promise, others = chased((first, [(name, as_it_is.broken)]))
    assert (mutant, world) == (first, name) and promise and others


def test_a_line_of_the_table_says_what_noticed_a_condition_or_that_it_survived() -> None:
    mutant = Mutant("gate", "upgrade/locked", "peer")
    assert table([Row(mutant, "17", "I1")]).split() == ["upgrade/locked", "peer", "I1", "in", "seed", "17"]
    assert "SURVIVED in 9 worlds" in table([Row(mutant, played=9, differs=12)])
    assert "no difference" in table([Row(mutant)])
    assert "together with upgrade/examined other" in table(
        [Row(mutant, "17", "I1", together=(Mutant("gate", "upgrade/examined", "other"),))]
    )


@pytest.mark.parametrize("pattern", mutants.NOTHING_TO_NOTICE)
def test_what_no_world_can_notice_is_named_only_as_long_as_it_is_there(pattern) -> None:
    assert any(re.search(pattern, mutant.key) for mutant in all_mutants())


def test_seeds_are_given_as_ranges() -> None:
    assert seeds_of("0:3,50:52") == ["0", "1", "2", "50", "51"]
    assert Plain(set()).asked[Mutant("gate", "upgrade/locked", "peer")] == 0
