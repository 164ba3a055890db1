# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some worlds for every change: what must hold, holds in them. Those in which it does not yet are known by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software import names

from .definition import complete, small
from .draw import draw
from .play import play
from .session import LOCK_TIME
from .suite import BY_NAME, SEEDS, known
from .verdicts import RunJudge
from .world import World

#: What does not hold yet, by seed: written with python -m tests.worlds --write-known
KNOWN = known()


def _expected(invariants: Sequence[str], *values: object):
    """A world in which something is known not to hold: it fails, until that is mended."""
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, reason=", ".join(invariants)))


@pytest.mark.parametrize("seed", [_expected(KNOWN[seed], seed) if seed in KNOWN else seed for seed in SEEDS])
def test_what_must_hold_holds_in_this_world(seed) -> None:
    played = play(draw(seed))
    assert [f"{breach.invariant} at {breach.at:.0f}: {breach.what}: {breach.truth}" for breach in played.breaks] == []


@pytest.mark.parametrize(
    "name", [_expected([broken], name) if broken else name for name, (broken, _world) in BY_NAME.items()]
)
def test_what_must_hold_holds_where(name) -> None:
    broken, world = BY_NAME[name]
    judged = {breach.invariant for breach in play(world).breaks}
    assert broken not in judged if broken else judged == set()


# -- the worlds themselves ------------------------------------------------------------------------------------------


def pair(**more: object) -> dict:
    """A world with one pair, in which nothing goes wrong."""
    nodes = [{"name": "a"}, {"name": "b"}]
    args = {"pair_soak": 0, "download": False, "breaker_percent": 100.0}
    courses = {"a.r1": [{"check": 0.0}], "b.r1": [{"check": 0.0}]}
    return complete({"routers": [{"name": "r1", "nodes": nodes}], "courses": courses, "runs": [{"args": args}], **more})


def test_a_night_in_which_nothing_goes_wrong_ends_well_and_breaks_nothing() -> None:
    played = play(pair())
    assert played.breaks == [] and "a.r1=done" in played.outcome and "b.r1=done" in played.outcome
    assert len(played.sent) == 2


def test_the_same_seed_is_the_same_world_and_the_same_night() -> None:
    assert draw(3) == draw(3)
    assert play(draw(3)).outcome == play(draw(3)).outcome


def test_a_world_can_be_written_down_and_read_again() -> None:
    for seed in range(40):
        world = complete(draw(seed))
        del world["seed"]
        assert complete(small(world)) == world


def test_a_mistake_before_anything_is_sent_is_no_night_that_holds(monkeypatch) -> None:
    def raises(_world):
        raise AttributeError("'WorldLogin' object has no attribute 'options'")

    monkeypatch.setitem(play.__globals__, "WorldSession", raises)
    assert [breach.invariant for breach in play(pair()).breaks] == ["I8"]


def test_after_a_world_a_journal_waits_for_another_process_in_its_own_time_again() -> None:
    play(pair())
    assert LOCK_TIME.clock is None


def test_a_list_is_no_word_of_which_an_answer_is_remembered() -> None:
    with pytest.raises(names.NameRefused, match="in quotes"):
        names.check_word([], "node")


def test_an_operation_that_fails_is_no_breach_by_itself() -> None:
    played = play(pair(courses={"a.r1": [{"end": "falls", "check": 0.0}], "b.r1": [{"check": 0.0}]}))
    failed_first = "a.r1=reverted" in played.outcome or "b.r1=held" in played.outcome
    assert played.breaks == [] and ("reverted" in played.outcome and failed_first)


# -- the judge, without what it judges ------------------------------------------------------------------------------

NEW = "7.1.3-29.r2.el9"


@pytest.fixture
def world() -> Iterator[World]:
    data = pair()
    data["routers"].append({"name": "r2", "nodes": [{**data["routers"][0]["nodes"][0]}], "leader": "a"})
    world = World(data)
    world.begin_run(
        0,
        "software_upgrade",
        {"stop_file": "stop", "exclusive_groups": {"r1": "g", "r2": "g"}, "blocked": {"r3": "no"}},
    )
    world.clock.sleep(100)
    yield world
    world.close()


def send(world: World, node: str, kind: str = "upgrade") -> set[str]:
    """Send a command as a run might, and say which invariants that breaks."""
    name, _, router = node.partition(".")
    before = len(world.judge.breaks)
    version = "" if kind == "revert" else f" version {NEW}"
    world.answer(
        f"request system software {kind} router {router} force node {name}{version}",
        world.authority.nodes["c1.Conductor"],
    )
    return {breach.invariant for breach in world.judge.breaks[before:]}


def test_a_command_to_a_node_that_is_well_breaks_nothing(world) -> None:
    assert send(world, "a.r1") == set()


@pytest.mark.parametrize(
    "change", [{"up": False}, {"linked": False}, {"service": False}, {"word": "Resynchronizing"}], ids=str
)
def test_a_command_beside_a_peer_that_is_not_well_breaks_the_first(world, change) -> None:
    world.authority.nodes["b.r1"].change(**change)
    assert send(world, "a.r1") == set(), "nobody can know it in the same moment"
    world.clock.sleep(30)
    world.judge.commands.clear()
    world.authority.nodes["a.r1"].change(operation=None)
    assert send(world, "a.r1") == {"I1"}


def test_a_second_command_to_a_node_that_moves_breaks_the_second(world) -> None:
    send(world, "a.r1")
    assert send(world, "a.r1") == {"I2"}


def test_a_command_to_the_other_node_while_one_is_away_breaks_the_first(world) -> None:
    send(world, "a.r1")
    world.clock.sleep(320)
    assert send(world, "b.r1") == {"I1"}


def test_a_command_to_a_member_of_a_group_whose_other_is_bad_breaks_the_sixth(world) -> None:
    world.authority.nodes["a.r2"].change(up=False)
    world.clock.sleep(30)
    assert send(world, "a.r1") == {"I6"}


def test_a_first_command_after_the_stop_file_breaks_the_seventh(world) -> None:
    world.strikes._do_stop({})
    world.clock.sleep(30)
    assert send(world, "a.r1") == {"I7"}


def test_a_revert_of_what_this_run_did_not_upgrade_breaks_the_tenth(world) -> None:
    assert send(world, "a.r1", "revert") == {"I10"}


@pytest.mark.parametrize(
    ("state", "broken"),
    [("done", {"I3"}), ("reverted", set()), ("failed", set()), ("unknown", set()), ("not_started", {"I9"})],
)
def test_a_verdict_that_is_not_true_breaks_the_third_or_the_ninth(world, state, broken) -> None:
    world.authority.courses["a.r1"] = [{"end": "falls"}]
    send(world, "a.r1")
    world.clock.sleep(3600)
    world.end_run()
    node = {"node": "a", "state": state, "reason": "", "from_version": "6.3.5-37.r1.el7"}
    RunJudge(world.judge, 0, {"by_router": {"r1": {"nodes": [node]}}}).judge_all()
    assert {breach.invariant for breach in world.judge.breaks} == broken


def test_what_was_sent_and_is_not_in_the_result_breaks_the_eighth(world) -> None:
    send(world, "a.r1")
    world.clock.sleep(3600)
    world.end_run()
    RunJudge(world.judge, 0, {"by_router": {}}).judge_all()
    assert {breach.invariant for breach in world.judge.breaks} == {"I8"}
