# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a night, broken without the collection: the world must say so. And what a world is made of."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest

from .batches import BatchJudge
from .definition import complete
from .downloads import judge_downloads
from .kinds import KINDS, fleet, quickly
from .names import rename
from .play import play
from .releases import NEW, NEW_CONDUCTOR, OLD
from .strikes import Injected
from .verdicts import RunJudge
from .world import World

WELL = 10_000.0


@pytest.fixture
def world() -> Iterator[World]:
    routers = fleet(6, "ab")
    data = complete(
        {
            "routers": routers,
            "courses": quickly(routers),
            "resource_groups": {"edge": ["r1", "r2"]},
            "runs": [{"args": {}}],
        }
    )
    world = World(data)
    yield world
    world.close()


def begin(world: World, number: int = 0, hosts: dict | None = None, **arguments: object) -> None:
    """Begin a run in which all routers are named."""
    named = {"targets": [f"r{number}" for number in range(1, 7)], "version": NEW, "breaker_percent": 100.0}
    journal = os.path.join(world.folder, "journal")
    world.begin_run(number, "software_upgrade", {**named, "journal": journal, "run_id": "night", **arguments}, hosts)
    world.clock.sleep(100)


def send(world: World, where: str, version: str = NEW, kind: str = "upgrade") -> set[str]:
    """Send a command as a run might, and say which promises that breaks."""
    before = len(world.judge.breaks)
    world.answer(
        f"request system software {kind} {where} force version {version}", world.authority.nodes["c1.Conductor"]
    )
    return {breach.invariant for breach in world.judge.breaks[before:]}


def send_to(world: World, node: str, **more: str) -> set[str]:
    name, _, router = node.partition(".")
    return send(world, f"router {router} node {name}", **more)


def end(world: World, number: int, **states: str) -> RunJudge:
    """End the run with these states of its routers, and judge it."""
    world.end_run()
    world.ends[number] = dict(states)
    by_router = {
        router: {"state": state, "nodes": [{"node": name, "state": state, "reason": ""} for name in "ab"]}
        for router, state in states.items()
    }
    world.use(number)
    judge = RunJudge(world.judge, number, {"by_router": by_router})
    judge.judge_all()
    return judge


def judged(world: World) -> set[str]:
    return {breach.invariant for breach in world.judge.breaks}


def test_the_second_node_after_one_that_went_back_breaks_the_order(world) -> None:
    world.authority.courses["a.r1"] = [{"write": 20.0, "end": "falls"}]
    begin(world)
    send_to(world, "a.r1")
    world.clock.sleep(1000)
    assert send_to(world, "b.r1") == {"R9"}


def test_a_router_before_a_good_conductor_breaks_the_order(world) -> None:
    begin(world, targets=["Conductor", "r1"], version=NEW_CONDUCTOR)
    send_to(world, "c1.Conductor", version=NEW_CONDUCTOR)
    world.clock.sleep(100)
    assert "R13" in send_to(world, "a.r1", version=NEW_CONDUCTOR)


def test_a_command_on_a_full_disk_could_not_be_written_down(world) -> None:
    begin(world)
    world.disk.fill()
    world.clock.sleep(30)
    assert send_to(world, "a.r1") == {"R27"}


@pytest.mark.parametrize(("own", "broken"), [(OLD, {"R41"}), (None, set())])
def test_a_version_that_is_not_that_of_the_host_is_wrong(world, own, broken) -> None:
    begin(world, hosts={"site": {"ssr_router": "r1", "ssr_version": own}})
    assert send_to(world, "a.r1") == broken


def test_one_request_for_two_of_an_exclusive_group_breaks_the_sixth(world) -> None:
    begin(world, exclusive_groups={"r1": "g", "r2": "g"})
    assert send(world, "resource-group edge") == {"I6"}


def test_one_request_for_more_routers_than_may_be_in_flight_breaks_the_fifth(world) -> None:
    begin(world, in_flight=1)
    send(world, "resource-group edge")
    world.clock.sleep(WELL)
    end(world, 0, r1="done", r2="done", **{f"r{number}": "not_started" for number in (3, 4, 5, 6)})
    assert judged(world) == {"I5"}


@pytest.mark.parametrize(("lost", "broken"), [(1, set()), (3, {"I7"})])
def test_a_command_while_assets_are_lost_breaks_the_seventh(world, lost, broken) -> None:
    begin(world, breaker_percent=2.0)
    for number in range(lost):
        world.authority.nodes[f"a.r{number + 3}"].change(linked=False)
    world.clock.sleep(300)
    assert send_to(world, "a.r1") == broken


def test_the_window_of_the_first_batch_counts_for_all(world) -> None:
    begin(world, window_end="2026-03-01T22:05:00Z")
    world.end_run()
    begin(world, 1, window_end="2026-03-01T23:00:00Z")
    world.clock.sleep(600)
    assert send_to(world, "a.r1") == {"I7"}


def test_a_member_that_ended_badly_in_an_earlier_batch_keeps_its_group_out(world) -> None:
    groups = {"r1": "g", "r2": "g"}
    begin(world, targets=["r1"], exclusive_groups=groups)
    end(world, 0, r1="held")
    begin(world, 1, targets=["r2"], exclusive_groups=groups)
    send_to(world, "a.r2")
    world.clock.sleep(WELL)
    send_to(world, "b.r2")
    world.clock.sleep(WELL)
    end(world, 1, r2="done")
    assert judged(world) == {"I6"}


@pytest.mark.parametrize(
    "arguments", [{"max_failures": 0}, {"max_failures": None, "max_fail_percentage": 20.0}], ids=str
)
def test_the_failures_of_earlier_batches_count(world, arguments) -> None:
    begin(world, targets=["r1"], **arguments)
    end(world, 0, r1="held")
    begin(world, 1, targets=["r2"], **arguments)
    send_to(world, "a.r2")
    world.clock.sleep(WELL)
    end(world, 1, r2="held")
    assert judged(world) == {"I7"}


def test_a_failure_where_nothing_was_sent_breaks_the_ninth(world) -> None:
    begin(world, targets=["r1"])
    end(world, 0, r1="failed")
    assert "I9" in judged(world)


def test_a_router_without_a_verdict_breaks_the_eighth(world) -> None:
    begin(world, targets=["r1", "r2"])
    send_to(world, "a.r1")
    world.clock.sleep(WELL)
    end(world, 0, r1="held")
    assert judged(world) == {"I8"}


def test_a_run_that_takes_longer_than_all_of_its_nodes_can_breaks_the_fourth(world) -> None:
    begin(world, targets=["r1"])
    world.clock.sleep(2 * 86400.0)
    end(world, 0, r1="not_started")
    assert judged(world) == {"I4"}


@pytest.mark.parametrize(("pause", "breaks"), [(2.0, {"I4"}), (3.0, set())])
def test_a_run_that_asks_a_conductor_without_a_pause_breaks_the_fourth(world, pause, breaks) -> None:
    begin(world, targets=["r1"], poll_min=10)
    for _time in range(1000):
        world.answer("show assets", world.authority.node("Conductor", "c1"))
        world.clock.sleep(pause)
    end(world, 0, r1="not_started")
    assert judged(world) == breaks


def test_what_an_earlier_run_began_and_has_no_end_is_no_good_end(world) -> None:
    world.authority.courses["a.r1"] = [{"write": 20.0, "end": "dead"}]
    begin(world, targets=["r1"])
    send_to(world, "a.r1")
    world.clock.sleep(100)
    world.end_run()
    begin(world, 1, targets=["r1"])
    end(world, 1, r1="skipped")
    assert judged(world) == {"I3"}


@pytest.mark.parametrize(
    ("ends", "refused"),
    [
        ({"r1": "done"}, False),
        ({"r1": "blocked"}, False),
        ({"r1": "reverted"}, True),
        ({"r1": "held"}, True),
        ({}, True),
    ],
    ids=str,
)
def test_a_batch_begins_only_after_batches_that_ended_well(world, ends, refused) -> None:
    begin(world, targets=["r1"])
    end(world, 0, **ends)
    begin(world, 1, targets=["r2"])
    world.role = object()
    assert bool(BatchJudge(world).may_not_begin()) is refused


def test_a_batch_does_not_begin_while_what_was_done_is_lost_and_the_end_must_name_it(world) -> None:
    begin(world, targets=["r1"])
    end(world, 0, r1="done")
    world.judge.breaks.clear()
    world.authority.nodes["a.r1"].change(linked=False)
    begin(world, 1, targets=["r2"])
    world.role = object()
    assert BatchJudge(world).may_not_begin() is None, "it may be a flap"
    world.clock.sleep(300)
    assert "r1" in BatchJudge(world).may_not_begin()
    world.end_run()
    BatchJudge(world).finished({"relapsed": {}, "hosts_not_ok": []})
    assert judged(world) == {"I8"}


def test_a_peer_that_is_away_may_be_left_out_by_name_and_one_that_moves_may_not(world) -> None:
    begin(world, override=[{"router": "r1", "condition": "peer_not_well", "reason": "the site is empty"}])
    world.authority.nodes["b.r1"].change(linked=False)
    world.authority.nodes["b.r2"].change(linked=False)
    world.clock.sleep(60)
    assert send_to(world, "a.r1") == set()
    assert send_to(world, "a.r2") == {"I1"}
    send_to(world, "a.r3")
    assert send_to(world, "b.r3") == {"I1"}


# -- what a world is made of ------------------------------------------------------------------------------------------


def test_a_full_disk_takes_no_file_until_it_is_freed_and_keeps_what_lies_there(world) -> None:
    path = os.path.join(world.folder, "file")
    with world.disk.in_use():
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("text")
        world.disk.fill()
        with pytest.raises(OSError, match="No space left"), open(path, "w", encoding="utf-8"):
            pass
        with pytest.raises(OSError, match="No space left"):
            tempfile.mkstemp(dir=world.folder)
        with open(path, encoding="utf-8") as stream:
            assert stream.read() == "text"
        world.disk.free()
        with open(path, "a", encoding="utf-8"):
            pass


def test_two_controllers_work_in_the_same_time_and_each_night_is_the_same() -> None:
    world = KINDS["two controllers in the same second without a common journal"][1]
    first, second = play(world), play(world)
    nights = [[line for line in played.story if not line[1].startswith("run ")] for played in (first, second)]
    assert nights[0] == nights[1] and len(first.results) == 2
    begun = [at for at, line in first.story if line.startswith("run ")]
    assert begun[1] - begun[0] < 10 and all(len(result["by_router"]) == 1 for result in first.results)


def test_an_exception_is_raised_once_or_at_every_question_about_one_router(world) -> None:
    conductor = world.authority.nodes["c1.Conductor"]
    world.strikes._do_raise({"error": "KeyError", "node": "a.r1", "always": True})
    world.strikes._do_raise({"error": "OSError", "node": "a.r2"})
    for _ in range(2):
        with pytest.raises(KeyError) as raised:
            world.answer("show system router r1 node a", conductor)
        assert isinstance(raised.value, Injected)
    with pytest.raises(OSError, match="nobody thought"):
        world.answer("show system router r2", conductor)
    assert "Retrieving" in world.answer("show system router r2", conductor).show()


@pytest.mark.parametrize(("change", "broken"), [({}, {"I11"}), ({"service": False}, set())])
def test_a_node_that_is_well_is_not_taken_back(world, change, broken) -> None:
    begin(world)
    send_to(world, "a.r1")
    world.clock.sleep(3600)
    world.authority.nodes["a.r1"].change(**change)
    world.clock.sleep(600)
    assert send_to(world, "a.r1", kind="revert") == broken


def test_nodes_get_other_names_wherever_they_are_named() -> None:
    data = complete(
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a"}, {"name": "b"}], "leader": "b"}],
            "courses": {"a.r1": [{}], "b.r1 revert": [{}]},
            "history": [{"node": "a.r1", "kind": "upgrade", "version": OLD, "end": "failed"}],
            "faults": [{"kind": "die", "when": {"began": "a.r1", "after": 1.0}, "node": "b.r1"}],
            "runs": [{"args": {"targets": [{"router": "r1", "node": "a"}]}}],
        }
    )
    rename(data, {"r1": ("a.r1", "r1")})
    assert list(data["courses"]) == ["a.r1.r1", "r1.r1 revert"]
    assert data["routers"][0]["leader"] == "r1"
    assert data["history"][0]["node"] == "a.r1.r1"
    assert data["faults"] == [{"kind": "die", "when": {"began": "a.r1.r1", "after": 1.0}, "node": "r1.r1"}]
    assert data["runs"][0]["args"]["targets"] == [{"router": "r1", "node": "a.r1"}]
    assert "b.r1" not in str(data)


@pytest.mark.parametrize(("with_peer", "broken"), [(True, set()), (False, {"I9"})])
def test_what_moved_with_its_peer_may_be_unknown_and_what_nothing_was_sent_to_may_not(world, with_peer, broken) -> None:
    begin(world)
    send_to(world, "a.r1")
    world.clock.sleep(3600)
    world.end_run()
    node = {"node": "b", "state": "unknown", "reason": "", "moved_by_itself": with_peer}
    RunJudge(world.judge, 0, {"by_router": {"r1": {"nodes": [node]}}}).judge_all()
    assert {breach.invariant for breach in world.judge.breaks} - {"I8"} == broken


def _verdict(world, **more: object) -> set[str]:
    """Which promises the verdict of a node breaks, but for those about routers without one."""
    node = {"node": "a", "reason": "", **more}
    RunJudge(world.judge, world.run, {"by_router": {"r1": {"nodes": [node]}}}).judge_all()
    return {breach.invariant for breach in world.judge.breaks} - {"I8"}


@pytest.mark.parametrize(("examined", "broken"), [(False, {"I3"}), (True, set())])
def test_only_a_health_check_that_was_made_proves_that_a_node_that_is_well_has_failed(world, examined, broken) -> None:
    world.habits["health"] = "fails"
    begin(world)
    send_to(world, "a.r1")
    world.clock.sleep(3600)
    if examined:
        world.judge.examined([world.authority.nodes["a.r1"]], False)
    world.end_run()
    assert _verdict(world, state="failed") == broken


@pytest.mark.parametrize(("examined", "broken"), [(False, {"I11"}), (True, set())])
def test_only_a_health_check_that_was_made_takes_back_a_node_that_is_well(world, examined, broken) -> None:
    world.habits["health"] = "fails"
    begin(world)
    send_to(world, "a.r1")
    world.clock.sleep(3600)
    if examined:
        world.judge.examined([world.authority.nodes["a.r1"]], False)
    assert send_to(world, "a.r1", kind="revert") == broken


@pytest.mark.parametrize(
    ("reason", "broken"), [("nothing was sent: the window ended", {"I9"}), ("its upgrade was not sent", set())]
)
def test_what_a_download_was_requested_for_is_not_untouched(world, reason, broken) -> None:
    begin(world)
    world.authority.nodes["a.r1"].downloaded.clear()
    send_to(world, "a.r1", kind="download")
    world.end_run()
    assert _verdict(world, state="not_started", reason=reason) == broken


def test_a_download_to_a_node_that_has_the_release_begins_nothing(world) -> None:
    """Such as that of a resource group of which some nodes have it."""
    begin(world)
    send_to(world, "a.r1", kind="download")
    world.end_run()
    assert _verdict(world, state="not_started", reason="nothing was sent: the disk is full") == set()


@pytest.mark.parametrize(
    ("result", "broken"),
    [
        ({}, {"I8"}),
        ({"a": ("not_started", "nothing was sent")}, {"I9"}),
        ({"a": ("done", "it is there")}, set()),
        ({"a": ("done", "it is there"), "b": ("unknown", "")}, {"I9"}),
    ],
    ids=["lost", "denied", "told", "unknown"],
)
def test_a_run_that_only_downloads_loses_and_denies_no_request(world, result, broken) -> None:
    begin(world)
    world.authority.nodes["a.r1"].downloaded.clear()
    send_to(world, "a.r1", kind="download")
    world.end_run()
    nodes = [{"node": name, "state": state, "reason": reason} for name, (state, reason) in result.items()]
    routers = {router: {"nodes": []} for router in world.settings.targets}
    judge_downloads(world, world.run, {"by_router": {**routers, "r1": {"nodes": nodes}}})
    assert {breach.invariant for breach in world.judge.breaks} == broken


def test_a_small_world_of_which_fewer_runs_come_back_than_it_says_has_another_end() -> None:
    world = {"routers": fleet(1), "runs": [{"args": {"download": False, "health_check": False}}], "ends": [{}, {}]}
    assert [breach.invariant for breach in play(world).breaks] == ["END"]


def test_what_the_judges_read_on_the_screen_is_there() -> None:
    lines = "\n".join(text for _at, text in play({"routers": fleet(1), "runs": [{"args": {}}]}).story)
    for words in (".r1: before: ", " a.r1: health check: ", " r1: DONE"):
        assert words in lines
