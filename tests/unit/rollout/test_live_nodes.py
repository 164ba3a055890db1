# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gate reads right before a command leaves: whom it asks, and what counts as an answer."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError, NoPrompt, SessionBroken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.context import Abandoned
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.live_nodes import read_live
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Loop
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.operation_state import (
    OperationRun,
    OperationSpec,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.read_moments import (
    _mates,
    nodes_that_matter,
    withdrawal_moment,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import SystemStatus
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import NEW, OLD, Night, SilentWitness, authority

A, B = NodeId("P", "a"), NodeId("P", "b")


@pytest.fixture
def night(clock) -> Night:
    return Night(authority(clock, {"R": ("a",), "P": ("a", "b")}))


@pytest.fixture
def loop(night) -> Loop:
    return Loop(night.conductor, night.clock, Limits(), Journal(None, "run", night.clock))


def live(loop: Loop, *node_ids: NodeId, poller=None):
    """How these nodes are, as the gate reads them."""
    poller = poller or loop.poller()
    steps = read_live(loop, poller, dict.fromkeys(node_ids, ("upgrade",)))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        loop.clock.sleep(1)
        loop.waiting.attend()


def test_a_node_that_is_well_is_so_by_its_own_answer_and_by_the_list(loop) -> None:
    assert live(loop, A)[A].unwell is None


def test_a_list_that_is_late_hides_no_dead_node(night, loop) -> None:
    night.conductor.system_of = lambda router, node: SystemStatus(node, router, reached=False)
    assert live(loop, A)[A].unwell == "does not answer"


def test_the_list_is_asked_for_once_more(night, loop) -> None:
    poller = loop.poller()
    loop.clock.sleep(30)
    night.conductor.show(night.conductor.boxes[A], status="Resynchronizing")
    assert live(loop, A, poller=poller)[A].unwell == "is Resynchronizing"


def test_what_changes_in_a_moment_is_asked_for_last(night, loop) -> None:
    asked, conductor = [], night.conductor
    status, system_of, assets = conductor.status, conductor.system_of, conductor.assets
    conductor.status = lambda *words: (asked.append("status"), status(*words))[1]
    conductor.system_of = lambda *words: (asked.append("node"), system_of(*words))[1]
    conductor.assets = lambda *words: (asked.append("list"), assets(*words))[1]
    poller = loop.poller()
    loop.clock.sleep(1)
    asked.clear()
    live(loop, A, B, poller=poller)
    assert asked == ["status", "status", "node", "node", "list"]


class Denies(SilentWitness):
    """A web API that shows every node as being upgraded, from another version."""

    def __init__(self) -> None:
        self.asked: list[NodeId] = []

    def ask(self, node_ids, pace) -> bool:
        self.asked += node_ids
        return True

    def join(self, node_id, status):
        return replace(status, settled=False, version=None, state="upgrading", second=f"not {status.state}")


def test_what_the_web_api_denies_is_not_well_and_both_are_quoted(night, loop) -> None:
    night.conductor.second = witness = Denies()
    node = live(loop, A)[A]
    assert node.unwell == "is upgrading (not Synchronized)" and node.version is None and witness.asked == [A]


def test_a_node_that_is_not_listed_is_not_known_whatever_the_web_api_shows(night, loop) -> None:
    night.conductor.second = Denies()
    night.conductor.boxes[A].asset = False
    night.conductor.assets = lambda: [box.as_asset() for box in night.conductor.boxes.values() if box.asset]
    assert live(loop, A)[A].unwell == "is not in the list of assets"


def test_a_service_that_is_down_shows(night, loop) -> None:
    night.conductor.show(night.conductor.boxes[A], service="offline")
    assert live(loop, A)[A].unwell == "has its service down"


@pytest.mark.parametrize("error", [NoPrompt("slow"), DeviceError("show system", "no such right")])
def test_a_node_that_cannot_be_asked_is_not_known_to_be_well(night, loop, error) -> None:
    def fails(router, node):
        raise error

    night.conductor.system_of = fails
    assert "cannot be asked" in live(loop, A)[A].unwell


@pytest.mark.parametrize(
    ("page", "unwell"),
    [
        ({"conductor_connectivity": "connected", "service": "running"}, None),
        ({"conductor_connectivity": "connected", "service": None}, None),
        ({"conductor_connectivity": "disconnected", "service": None}, "does not answer"),
        ({"conductor_connectivity": None, "service": None}, "cannot be asked, so nobody knows how it is"),
        ({"conductor_connectivity": "connected", "service": "stopped"}, "has its service down"),
    ],
)
def test_where_a_release_does_not_show_other_systems_the_page_of_the_asset_counts(night, loop, page, unwell) -> None:
    night.conductor.system_of = lambda router, node: None
    night.conductor.asset_detail = lambda asset_id: SimpleNamespace(**page)
    assert live(loop, A)[A].unwell == unwell


@pytest.mark.parametrize("word", ["starting", "fault", "unknown", "degraded", "out-of-service", "running (degraded)"])
def test_a_service_that_is_not_known_to_run_is_not_well(night, loop, word) -> None:
    night.conductor.show(night.conductor.boxes[A], service=word)
    assert word in live(loop, A)[A].unwell


def test_where_a_release_prints_no_service_nothing_is_against_a_node_that_answers(night, loop) -> None:
    night.conductor.show(night.conductor.boxes[A], service=None)
    assert live(loop, A)[A].unwell is None


def test_an_answer_that_cannot_be_read_does_not_lead_to_the_page_of_the_asset(night, loop) -> None:
    night.conductor.system_of = lambda router, node: SystemStatus(node, router, reached=None)
    night.conductor.asset_detail = lambda asset_id: SimpleNamespace(
        conductor_connectivity="connected", service="running"
    )
    assert "cannot be asked" in live(loop, A)[A].unwell


def test_a_session_that_breaks_is_no_answer_of_a_node(night, loop) -> None:
    def breaks(router, node):
        raise SessionBroken("gone")

    night.conductor.system_of = breaks
    with pytest.raises(SessionBroken):
        live(loop, A)


def test_whoever_makes_all_others_wait_for_answers_ends_when_nobody_waits_for_the_task(loop) -> None:
    """The main process of the controller had gone, and its worker asked the conductor for ever."""
    asked = []

    def never_fresh(functions):
        asked.append(len(asked))
        yield from () if len(asked) <= 3 else iter(lambda: False, True)
        return [(loop.clock.now() - 60, None) for _function in functions]

    loop.waiting.ask_all = never_fresh
    lives = iter([True] * 5)
    loop.alive = lambda: next(lives, False)
    with pytest.raises(Abandoned):
        live(loop, A)
    assert len(asked) == 4


def test_a_node_that_is_not_listed_is_not_well(night, loop) -> None:
    night.conductor.boxes[B].asset = False
    assert live(loop, B)[B].unwell == "is not in the list of assets"


@pytest.mark.parametrize("page", [DeviceError("show assets", "not found"), None])
def test_without_a_page_of_its_asset_nobody_knows_how_a_node_is(night, loop, page) -> None:
    def asset_detail(asset_id):
        if page is not None:
            raise page

    night.conductor.system_of = lambda router, node: None
    night.conductor.asset_detail = asset_detail
    assert "cannot be asked" in live(loop, A)[A].unwell


def test_the_node_of_the_session_answers_itself_and_its_version_is_its_own(night, loop) -> None:
    own = loop.poller().local_node
    night.conductor.system_of = lambda router, node: SystemStatus(node, router, reached=False)
    of_own, of_other = live(loop, own)[own], live(loop, A)[A]
    assert (of_own.reached, of_own.version) == (True, loop.conductor.own_version().version)
    assert (of_other.reached, of_other.version is not None) == (False, True)
    night.conductor.system = lambda: None
    assert (live(loop, own)[own].reached, live(loop, own)[own].service) == (True, None)


def test_what_the_node_of_the_session_says_it_runs_counts_more_than_the_list(night, loop) -> None:
    own = loop.poller().local_node
    night.conductor.own_version = lambda: SimpleNamespace(text=NEW, version=parse(NEW))
    night.conductor.show(night.conductor.boxes[own], version=OLD)
    assert live(loop, own)[own].version == parse(NEW)


def test_the_service_of_the_node_of_the_session_is_what_it_says_itself(loop) -> None:
    own = loop.poller().local_node
    assert live(loop, own)[own].service is True


def test_below_6_3_the_state_of_a_conductor_node_is_that_of_its_own_session(night, loop) -> None:
    poller = loop.poller()
    night.conductor.show(night.conductor.boxes[A], status="Disconnected")
    poller.counts = lambda router: False
    assert live(loop, A, poller=poller)[A].unwell is None
    night.conductor.boxes[A].service = "offline"
    assert not live(loop, A, poller=poller)[A].settled


def test_an_asset_without_an_id_has_no_page(night, loop) -> None:
    poller = loop.poller()
    poller.asset = lambda router, node: replace(night.conductor.boxes[A].as_asset(), asset_id="")
    night.conductor.system_of = lambda router, node: None
    night.conductor.asset_detail = lambda asset_id: SimpleNamespace(conductor_connectivity="connected", service=None)
    assert "cannot be asked" in live(loop, A, poller=poller)[A].unwell


@pytest.mark.parametrize("whole", [True, False])
def test_whether_a_status_was_read_as_a_whole_is_remembered(night, loop, whole) -> None:
    night.conductor.status = lambda *words: replace(read("node1: completed"), cut=not whole)
    assert live(loop, A)[A].whole is whole


def rounds(loop: Loop, *seconds: float, age: float = 0.0) -> tuple[int, int]:
    """How often nodes are asked, and how often others get their turn meanwhile; a round takes so many seconds."""
    asked, turns, left = [], [], list(seconds)
    poller = loop.poller()

    def ask_all(functions):
        asked.append(len(functions))
        yield False
        loop.clock.sleep(left.pop(0) if left else 0.0)
        return [(loop.clock.now() - age, function()[1]) for function in functions]

    loop.waiting.ask_all = ask_all
    steps = read_live(loop, poller, {A: ("upgrade",)})
    while True:
        try:
            turns.append(next(steps))
        except StopIteration:
            return len(asked), len(turns)


@pytest.mark.parametrize(
    ("seconds", "asked"),
    [
        ((0.0,), 1),
        ((10.0,), 2),  # an operation may have begun since the first was asked of
        ((10.0, 10.0), 2),  # and only the first counts
        ((1.0,), 1),
    ],
)
def test_a_first_round_of_questions_that_took_long_is_asked_once_more(loop, seconds, asked) -> None:
    assert rounds(loop, *seconds)[0] == asked


def test_answers_that_stay_old_are_asked_for_beside_others_and_at_last_before_all_of_them(loop) -> None:
    assert rounds(loop, age=10.0) == (4, 3)


def test_where_the_list_cannot_be_read_anew_nothing_is_known_of_the_nodes(night, loop) -> None:
    poller = loop.poller()
    loop.clock.sleep(30)

    def away():
        raise SessionBroken("gone")

    night.conductor.assets = away
    with pytest.raises(SessionBroken, match="cannot be asked: gone"):
        live(loop, A, poller=poller)


# -- who matters ------------------------------------------------------------------------------------------------------


def matters(loop: Loop, *node_ids: NodeId, poller=None, **spec) -> set[str]:
    request = Request("upgrade", router=node_ids[0].router, node=node_ids[0].node, version=NEW)
    poller = poller or loop.poller()
    run = OperationRun(loop, poller, OperationSpec(request, node_ids, NEW, **spec))
    return {f"{node}.{router}" for router, node in nodes_that_matter(run)}


def test_of_a_pair_the_other_node_matters_too(loop) -> None:
    assert matters(loop, A) == {"a.P", "b.P"} and matters(loop, A, B) == {"a.P", "b.P"}


def test_of_an_exclusive_group_all_of_the_others_matter_until_something_has_begun(loop) -> None:
    one = NodeId("R", "a")
    assert matters(loop, one, group=("P",)) == {"a.R", "a.P", "b.P"}
    assert matters(loop, one, group=("P",), rest=True) == {"a.R"}


def test_a_peer_whose_row_vanishes_from_the_list_is_a_peer_still(night, loop) -> None:
    poller = loop.poller()
    night.conductor.boxes[B].asset = False
    poller.refresh()
    assert matters(loop, A, poller=poller) == {"a.P", "b.P"}


def test_a_peer_that_only_the_plan_has_shown_is_a_peer(night, loop) -> None:
    night.conductor.boxes[B].asset = False
    poller = loop.poller()
    poller.know([B])
    assert matters(loop, A, poller=poller) == {"a.P", "b.P"}


def test_a_mate_whose_row_vanishes_from_the_list_keeps_its_group_out(night, loop) -> None:
    poller = loop.poller()
    night.conductor.boxes[B].asset = False
    poller.refresh()
    run = OperationRun(loop, poller, OperationSpec(Request("upgrade", router="R"), (), NEW, group=("P",)))
    assert [mate.live.unwell for mate in _mates(run, "P") if mate.node == "b.P"] == ["is not in the list of assets"]


def test_a_router_of_the_group_that_is_not_known_is_not_known_to_be_well(loop) -> None:
    run = OperationRun(loop, loop.poller(), OperationSpec(Request("upgrade", router="R"), (), NEW, group=("gone",)))
    assert [(mate.node, mate.live.unwell) for mate in _mates(run, "gone")] == [("gone", "is not in the list of assets")]


def test_below_6_3_a_conductor_node_says_nothing_of_its_peer(loop) -> None:
    poller = loop.poller()
    poller.counts = lambda router: False
    assert matters(loop, A, poller=poller) == {"a.P"}


# -- what is taken back -----------------------------------------------------------------------------------------------


def test_a_request_that_names_no_node_reaches_also_one_that_runs_the_version(night, loop) -> None:
    night.conductor.show(night.conductor.boxes[B], version=NEW)
    remove = Request("remove", router="P", version=NEW)
    assert withdrawal_moment(loop.poller(), A, remove).running_beside == ("b",)
    named = Request("remove", router="P", node="a", version=NEW)
    assert withdrawal_moment(loop.poller(), A, named).running_beside == ()
    other = Request("remove", router="P", version=OLD)
    assert withdrawal_moment(loop.poller(), A, other).running_beside == ("a",)
