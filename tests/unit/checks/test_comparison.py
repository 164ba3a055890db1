# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check that compares a router with its snapshot: what fails, what is waited for, and what is asked again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.authority import Authority
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.comparison import Comparison, check_comparison
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.runner import run_checks
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.waiter import StableWait
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.snapshots.take import take
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarms import Alarm
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import Link
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import Target

from tests.unit.fakes import Box, VirtualClock

HUB = Target("hub", ("a", "b"), True)
AREAS = ("versions", "assets", "alarms", "connectivity")
PEER = Alarm("a.hub:1", "21:00", "major", "x", "peer", "Peer east path is down", "a", "hub")


def row(router: str, node: str, status: str = "Synchronized") -> Asset:
    return replace(Box(router, node, status=status).as_asset(), asset_id=f"{node}1")


@dataclass
class Asked:
    """A conductor with one pair; what it shows can be changed while the test runs."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    linked: str | None = "connected"
    raised: list[Alarm] = field(default_factory=list)
    polls: int = 0
    status: str = "Synchronized"
    others: list[Asset] = field(default_factory=list)

    def local_node(self):
        return NodeId("Conductor", "c1")

    def assets(self):
        return [row("hub", "a", self.status), row("hub", "b", self.status), *self.others]

    def alarms(self):
        return list(self.raised)

    def connectivity(self, router):
        self.polls += 1
        return [Link("a.hub", "b.hub", self.linked)] if self.linked else None


def comparison(conductor: Asked, *, keep: bool = True, **choice) -> Comparison:
    before = take(conductor, "hub", HUB.nodes, AREAS)
    conductor.polls = 0
    return Comparison({"hub": before}, None, {}, choice, keep)


def of(conductor: Asked, target: Target = HUB, waited: float | None = 0.0) -> Authority:
    return Authority(conductor, conductor.clock, None, (target,), after=True, waited=waited)


def watched(compared: Comparison, conductor: Asked, patience: float):
    """What comes out of waiting for so long, as the action does it."""
    began = conductor.clock.now()

    def once(_kept):
        return run_checks([compared.check], of(conductor, waited=conductor.clock.now() - began))

    return StableWait(conductor.clock, patience, 0, 15, 30).wait_until_stable(once, lambda: True).results[0]


def compare_once(compared: Comparison, conductor: Asked, target: Target = HUB):
    """One round, as the action makes it: nothing is kept of what was asked in the last one."""
    return run_checks([compared.check], of(conductor, target)).results[0]


def test_a_router_that_lost_nothing_passes_and_is_not_asked_again() -> None:
    conductor = Asked()
    compared = comparison(conductor)
    assert compare_once(compared, conductor).state == compare_once(compared, conductor).state == "pass"
    assert conductor.polls == 1
    again = comparison(conductor, keep=False)
    assert compare_once(again, conductor).state == compare_once(again, conductor).state == "pass"
    assert conductor.polls == 2, "while it is watched for a time it must stay well"


def test_what_is_surely_lost_blocks_and_is_named() -> None:
    conductor = Asked()
    compared = comparison(conductor, grace=0)
    conductor.linked = "disconnected"
    result = compare_once(compared, conductor)
    assert result.blocks and "a.hub -> b.hub was connected, is disconnected" in result.reason
    assert "compare_exclude" in result.reason


def test_what_may_come_back_is_waited_for_while_there_is_time_and_only_warns_after_it() -> None:
    conductor = Asked()
    compared = comparison(conductor)
    conductor.raised = [PEER]
    result = watched(compared, conductor, 100)
    assert (result.state, result.blocks) == ("warn", False) and "not back yet" in result.reason.lower()
    assert conductor.polls > 5, "it was waited for"
    assert watched(compared, conductor, 700).blocks, "a path has 10 minutes"


def test_nothing_is_waited_for_once_it_is_back() -> None:
    conductor = Asked()
    compared = comparison(conductor)
    conductor.raised = [PEER]
    conductor.clock.after(20, conductor.raised.clear)
    began = conductor.clock.now()
    assert watched(compared, conductor, 100).state == "pass"
    assert conductor.clock.now() - began == 30


def test_what_cannot_be_told_any_more_is_no_loss() -> None:
    conductor = Asked()
    compared = comparison(conductor)
    conductor.linked = None
    result = compare_once(compared, conductor)
    assert result.state == "warn" and "not everything could be compared" in result.reason


ASSET_LOST = Alarm("a.hub:2", "21:00", "major", "x", "asset", "Asset b1, which is configured as b.hub, is not running")


@pytest.mark.parametrize(("count", "state"), [(True, "fail"), (False, "pass")])
def test_between_the_nodes_of_a_pair_from_below_6_3_nothing_of_assets_is_a_loss(count, state) -> None:
    conductor = Asked()
    compared = comparison(conductor, grace=0, keep=False)
    conductor.linked, conductor.status = "disconnected", "Disconnected"
    conductor.raised = [replace(ASSET_LOST, node="a", router="hub")]
    authority = Authority(conductor, conductor.clock, None, (HUB,), assets_count=count)
    assert run_checks([compared.check], authority).results[0].state == state
    conductor.raised = [replace(PEER, message="IDP engine unable to start", category="system")]
    authority = Authority(conductor, conductor.clock, None, (HUB,), assets_count=count)
    assert run_checks([compared.check], authority).results[0].state == "fail", "the node itself counts all the same"


@pytest.mark.parametrize(("status", "state"), [("Connected", "pass"), ("Synchronized", "fail")])
def test_an_asset_that_is_still_settling_is_no_loss_of_its_conductor(status, state) -> None:
    conductor = Asked()
    compared = comparison(conductor, grace=0)
    conductor.others = [row("east", "e", status)]
    message = "Asset e1, which is configured as e.east, is not running"
    conductor.raised = [replace(ASSET_LOST, message=message, node="a", router="hub")]
    assert compare_once(compared, conductor).state == state


def test_a_router_without_a_snapshot_is_skipped() -> None:
    conductor = Asked()
    compared = comparison(conductor)
    assert compare_once(compared, conductor, Target("east", ("e",), True)).state == "skipped"


@pytest.mark.parametrize(
    ("areas", "thresholds", "snapshots", "words"),
    [
        (["peer"], {}, {}, "no area 'peer'"),
        ([], {"peer": 1}, {}, "peer"),
        ([], {}, {"hub": {}}, "is no snapshot"),
        ([], {}, {"hub": {"nodes": [], "at": "x", "version": 1, "areas": {"assets": 3}, "router": "hub"}}, "damaged"),
    ],
)
def test_what_cannot_be_compared_is_said_before_anything_is_asked(areas, thresholds, snapshots, words) -> None:
    with pytest.raises(ValueError, match=words):
        check_comparison(areas, thresholds, snapshots)


def test_the_snapshot_of_another_router_is_refused() -> None:
    before = take(Asked(), "hub", HUB.nodes, AREAS)
    with pytest.raises(ValueError, match="is the snapshot of hub"):
        check_comparison([], {}, {"east": before})
