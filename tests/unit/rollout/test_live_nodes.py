# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gate reads right before a command leaves: whom it asks, and what counts as an answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError, NoPrompt, SessionBroken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.live_nodes import read_live
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Loop
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.operation_state import (
    OperationRun,
    OperationSpec,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.read_moments import (
    nodes_that_matter,
    withdrawal_moment,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import SystemStatus

from tests.unit.fakes import NEW, OLD, Night, authority

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


def test_a_session_that_breaks_is_no_answer_of_a_node(night, loop) -> None:
    def breaks(router, node):
        raise SessionBroken("gone")

    night.conductor.system_of = breaks
    with pytest.raises(SessionBroken):
        live(loop, A)


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
