# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which peers are followed since they move after a command for one node, and from where they are followed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.peer_moves import peers_that_move
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import NEW, OLD, Box

A, B = NodeId("R", "a"), NodeId("R", "b")
OTHER = "6.2.5-5.r2.el7"


class Log:
    """The log of a node, as far as it is written."""

    def __init__(self, result) -> None:
        self.result, self.name = result, f"{result.node}.{result.router}"
        self.events: list = []

    def record(self, event) -> None:
        self.events.append(event)


def following(first: dict, now: dict, counts: bool = True, nodes: tuple[NodeId, ...] = (A,), **before: str):
    """A run that follows the first of its nodes, beside a peer that was like ``first`` and is like ``now``."""
    rows = {name: Box("R", "b", **shown).as_asset() for name, shown in (("first", first), ("now", now))}
    return SimpleNamespace(
        spec=SimpleNamespace(nodes=nodes, wanted=NEW, before=before),
        poller=SimpleNamespace(counts=lambda router: counts, peers=lambda router, node: [rows["now"]]),
        peers={"b": rows["first"]},
        log=Log,
        baseline_now=lambda: "now",
        context=SimpleNamespace(clock=SimpleNamespace(now=lambda: 1.0)),
    )


FOLLOWED = SimpleNamespace(
    result=SimpleNamespace(node="a"), progress=SimpleNamespace(wanted=parse(NEW)), baseline="when it was sent"
)
STILL, MOVING = {"version": OLD}, {"version": OLD, "status": "Upgrading"}


@pytest.mark.parametrize(
    ("run", "followed", "names"),
    [
        (following(STILL, MOVING), [FOLLOWED], ["b"]),
        (following(STILL, STILL), [FOLLOWED], []),
        (following(STILL, MOVING, counts=False), [FOLLOWED], []),  # the states of the conductor's own nodes below 6.3
        (following(STILL, MOVING, nodes=(A, NodeId("R", "c"))), [FOLLOWED], []),  # each of them was asked for
        (following(STILL, MOVING), [], []),
    ],
    ids=["moves", "still", "does not count", "several", "none"],
)
def test_a_peer_is_followed_where_it_moves_after_a_command_for_one_node(run, followed, names) -> None:
    assert [node.result.node for node in peers_that_move(run, followed)] == names


@pytest.mark.parametrize(
    ("first", "now", "before", "from_version", "told"),
    [
        (OLD, NEW, {}, OLD, OLD),
        (OLD, NEW, {"b": OTHER}, OLD, OLD),
        (NEW, OTHER, {"b": OLD}, OLD, OLD),  # it was done, and goes back to what it ran before that
        (NEW, OTHER, {}, None, NEW),
        ("", MOVING["version"], {}, None, None),
    ],
)
def test_it_is_followed_from_what_it_ran(first, now, before, from_version, told) -> None:
    shown = {"version": now, "status": "Upgrading"}
    (node,) = peers_that_move(following({"version": first}, shown, **before), [FOLLOWED])
    assert node.progress.before == (parse(from_version) if from_version else None)
    assert node.log.events[0].from_version == told


@pytest.mark.parametrize(
    ("now", "baseline"), [(MOVING, "now"), ({"version": NEW}, "when it was sent"), ({**MOVING, "version": ""}, "now")]
)
def test_one_that_shows_another_version_already_may_have_booted_before_that(now, baseline) -> None:
    (node,) = peers_that_move(following(STILL, now), [FOLLOWED])
    assert node.baseline == baseline
