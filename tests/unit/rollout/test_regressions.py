# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After each node: has the router lost anything since before? It is held then, or the node taken back by setting."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.waiting import finish
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import regressions as proof
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import verify
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.context import RunContext
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.events import Reverted
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_log import NodeLog, apply
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NOT_STARTED, NodeResult
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.snapshots.compare import compare, verdict

from tests.unit.fakes import NEW, OLD, Box, ScriptedSession
from tests.unit.rollout.test_rollout import PAIR, night_of, quick, upgrades


class Pictures:
    """What the routers look like: a peer path each, whose state a test may change from some moment on."""

    def __init__(self, monkeypatch, clock) -> None:
        self.clock = clock
        self.down: dict[str, float] = {}
        self.up_again: dict[str, float] = {}
        self.towards = "elsewhere"
        self.taken: list[str] = []
        #: From this snapshot of a router on, none can be taken.
        self.unavailable_from: int | None = None
        for module in (proof, verify):
            monkeypatch.setattr(module, "take_snapshot", self.take)

    def take(self, context, poller, router, nodes, options):
        yield from ()
        self.taken.append(router)
        if self.unavailable_from is not None and self.taken.count(router) > self.unavailable_from:
            return None
        upgraded = all(poller.asset(router, node).version_text == NEW for node in nodes[:1])
        now = self.clock.now()
        down = router in self.down and upgraded and now < self.up_again.get(router, float("inf"))
        entry = {"state": "down" if down else "up", "well": not down, "towards": self.towards}
        return copy.deepcopy({"version": 1, "router": router, "areas": {"peers": {"eth0 -> elsewhere": entry}}})


@pytest.fixture
def pictures(monkeypatch, clock) -> Pictures:
    return Pictures(monkeypatch, clock)


def test_a_lost_peer_path_holds_the_router_and_its_second_node_is_not_touched(clock, pictures) -> None:
    night = night_of(clock, {"r00": PAIR, "r01": PAIR})
    pictures.down["r00"] = 0
    result = night.go(**quick(compare_grace=0, order="as_listed"))
    first, second = result["by_router"]["r00"]["nodes"]
    assert (first["state"], second["state"]) == ("held", "not_started")
    assert "eth0 -> elsewhere" in first["reason"] and "peers" in first["reason"]
    assert result["by_router"]["r01"]["state"] == "done"
    assert [upgrade[1:] for upgrade in upgrades(night) if upgrade[1] == "r00"] == [("r00", "a")]


def test_by_setting_it_is_taken_back(clock, pictures) -> None:
    night = night_of(clock, {"r00": PAIR})
    pictures.down["r00"] = 0
    result = night.go(**quick(compare_grace=0, order="as_listed", on_regression="revert"))
    first, second = result["by_router"]["r00"]["nodes"]
    assert (first["state"], second["state"]) == ("reverted", "not_started")
    assert first["running_version"] == OLD and "eth0" in first["reason"]


def test_what_is_not_back_yet_is_waited_for(clock, pictures) -> None:
    night = night_of(clock, {"r00": ("a",)})
    pictures.down["r00"] = 0
    pictures.up_again["r00"] = clock.now() + 600 + 250
    result = night.go(**quick(compare_grace=900))
    assert result["by_router"]["r00"]["state"] == "done"
    assert len(pictures.taken) > 3


def test_a_path_towards_a_router_that_is_being_worked_on_is_no_loss(clock, pictures) -> None:
    night = night_of(clock, {"r00": ("a",), "r01": PAIR})
    pictures.down["r00"] = 0
    pictures.towards = "r01"
    result = night.go(**quick(compare_grace=0))
    assert result["by_router"]["r00"]["state"] == "done"


def test_nothing_is_asked_where_nothing_is_to_be_compared(clock, pictures) -> None:
    night = night_of(clock, {"r00": PAIR})
    assert night.go(**quick(compare=False))["by_router"]["r00"]["state"] == "done"
    assert pictures.taken == []


def test_a_conversion_is_reported(clock, pictures) -> None:
    night = night_of(clock, {"r00": ("a",), "r01": ("a",)})
    box = night.conductor.boxes["r00", "a"]
    night.conductor.show(box, install_type="package")
    boot = box.boot
    box.boot = lambda *args: (setattr(box, "install_type", "image"), boot(*args))
    by_router = night.go(**quick())["by_router"]
    assert "converted from package to image" in by_router["r00"]["reason"]
    assert "converted" not in by_router["r01"]["reason"]


@pytest.mark.parametrize(
    ("kept", "state"),
    [
        ({"router": "r00", "wanted": "6.2.5-1.r1.el7", "snapshot": {"areas": "of another rollout"}}, "done"),
        ({"router": "r00", "wanted": NEW, "snapshot": {"router": "r00", "areas": 7}}, "done"),
    ],
    ids=["of another rollout", "damaged"],
)
def test_a_picture_that_is_of_no_use_ends_no_night(clock, pictures, tmp_path, kept, state) -> None:
    night = night_of(clock, {"r00": PAIR, "r01": ("a",)})
    night.conductor.show(night.conductor.boxes["r00", "a"], version=NEW)
    (tmp_path / "before-r00.json").write_text(json.dumps(kept))
    by_router = night.go(**quick(journal=str(tmp_path), order="as_listed"))["by_router"]
    assert {name: entry["state"] for name, entry in by_router.items()} == {"r00": state, "r01": "done"}


def comparisons(result: dict) -> list[tuple[str, str]]:
    return [(check["state"], check["reason"]) for check in result["checks"] if check["name"] == "comparison"]


@pytest.mark.parametrize(
    ("unavailable_from", "why"),
    [(0, "its state before could not be read"), (1, "the conductor could not be asked for ")],
    ids=["before", "after"],
)
def test_where_nothing_could_be_compared_the_result_warns_and_shows_no_pass(
    clock, pictures, unavailable_from, why
) -> None:
    night = night_of(clock, {"r00": ("a",)})
    pictures.unavailable_from = unavailable_from
    result = night.go(**quick(post_checks=["version"]))
    node = result["by_router"]["r00"]["nodes"][0]
    assert node["state"] == "done"
    assert any(warning.startswith(f"it was not compared with the time before: {why}") for warning in node["warnings"])
    [(state, reason)] = comparisons(result)
    assert state == "warn" and why in reason


def test_a_damaged_snapshot_is_a_warning_and_no_pass(clock, pictures, tmp_path) -> None:
    night = night_of(clock, {"r00": PAIR})
    night.conductor.show(night.conductor.boxes["r00", "a"], version=NEW)
    kept = {"router": "r00", "wanted": NEW, "snapshot": {"router": "r00", "areas": 7}}
    (tmp_path / "before-r00.json").write_text(json.dumps(kept))
    result = night.go(**quick(journal=str(tmp_path), order="as_listed", post_checks=["version"]))
    assert {state for state, reason in comparisons(result)} == {"warn"}
    assert any("not compared" in line for node in result["by_router"]["r00"]["nodes"] for line in node["warnings"])


def test_a_pair_without_a_loss_passes_and_warns_of_nothing(clock, pictures) -> None:
    night = night_of(clock, {"r00": PAIR})
    result = night.go(**quick(post_checks=["version"]))
    assert {state for state, reason in comparisons(result)} == {"pass"}
    assert not any(node["warnings"] for node in result["by_router"]["r00"]["nodes"])


EVENTS = """
=========== ======= ============ ====================== ========== ======== ========== ===========================================
 Router      Node    Event Type   Time                   Severity   Source   Category   Message
=========== ======= ============ ====================== ========== ======== ========== ===========================================
 Conductor   node1   add          2026-03-01T22:10:00Z   major      x        process    Process has exited unexpectedly: highway
 Conductor   node2   add          2026-03-01T22:10:00Z   major      x        process    Process has exited unexpectedly: other
 Conductor   node1   add          2026-03-01T20:10:00Z   major      x        process    Process has exited unexpectedly: long ago
"""  # noqa: E501


def explained(context: RunContext, result: NodeResult) -> NodeResult:
    """The result with what the conductor has recorded."""
    log = NodeLog(context.events, result)
    finish(proof.explain(context, log))
    return log.result


def on_two_versions(context: RunContext, result: NodeResult, poller: object) -> NodeResult:
    """The result with what is said of a pair on two versions."""
    log = NodeLog(context.events, result)
    proof.explain_two_versions(log, poller)
    return log.result


@pytest.mark.parametrize(("state", "told"), [("failed", True), ("reverted", True), ("unknown", True), ("done", False)])
def test_what_was_recorded_of_a_node_of_the_conductor_itself_stands_in_its_reason(clock, state, told) -> None:
    asked = []

    def run(command, **_more):
        asked.append(command)
        return read(EVENTS)

    conductor = SimpleNamespace(session=SimpleNamespace(run=run))
    result = NodeResult("Conductor", "node1", state, "it is bad", started="2026-03-01T22:00:00Z")
    result = explained(RunContext(conductor, clock, Limits(), None), result)
    assert ("Process has exited unexpectedly: highway" in result.reason) == told
    assert "other" not in result.reason and "long ago" not in result.reason
    assert all(" from 2026-03-01T21:58:00Z " in command for command in asked) and bool(asked) == told


def test_what_was_recorded_before_the_request_explains_nothing(clock) -> None:
    conductor = SimpleNamespace(session=SimpleNamespace(run=lambda command, **_more: read(EVENTS)))
    result = NodeResult("Conductor", "node1", "failed", "it is bad", started="2026-03-01T22:11:00Z")
    assert explained(RunContext(conductor, clock, Limits(), None), result).reason != "it is bad"
    result = replace(result, asked_at=datetime(2026, 3, 1, 22, 11, tzinfo=timezone.utc))
    assert explained(RunContext(conductor, clock, Limits(), None), result).reason == "it is bad"


@pytest.mark.parametrize(("peer", "advised"), [(NEW, True), (OLD, False), (None, False)])
@pytest.mark.parametrize("state", ["failed", "held", "unknown", "reverted"])
def test_a_conductor_pair_that_is_left_on_two_versions_gets_advice(clock, peer, advised, state) -> None:
    rows = [SimpleNamespace(node="node1", version_text=peer)]
    poller = SimpleNamespace(local_node=("Conductor", "node1"), peers=lambda router, node: rows)
    result = NodeResult("Conductor", "node2", state, "It was refused. Fix it.", running_version=OLD)
    result = on_two_versions(RunContext(None, clock, Limits(), None), result, poller)
    sentence = f"node2 runs {OLD} and node1 runs {peer}. Commit nothing until they are alike: run again, or revert"
    assert (sentence in result.reason) is advised and ".." not in result.reason


def test_after_a_failed_revert_one_advice_is_enough(clock) -> None:
    rows = [SimpleNamespace(node="node1", version_text=NEW)]
    poller = SimpleNamespace(local_node=("Conductor", "node1"), peers=lambda router, node: rows)
    reason = f"The device refused it. {NOT_STARTED}"
    refused = NodeResult("Conductor", "node2", "failed", reason)
    result = apply(NodeResult("Conductor", "node2", "failed", "it is bad", running_version=OLD), Reverted(refused))
    reason = on_two_versions(RunContext(None, clock, Limits(), None), result, poller).reason
    assert "Its revert failed: The device refused it. Nothing was started. Examine the node by hand." in reason
    assert reason.endswith("Commit nothing until they are alike") and "run again" not in reason


def test_alarms_that_cannot_be_read_take_nothing_else_out_of_a_picture(clock) -> None:
    """Unreadable is not none, and no loss (rule 35)."""
    session = ScriptedSession({"show alarms": "hello", "show assets": "hello"}, clock=clock)
    box = Conductor(session)
    row = Box("r00", "r00-a").as_asset()
    poller = SimpleNamespace(assets=lambda: [row], round=SimpleNamespace(alarms=box.alarms))
    context = RunContext(box, clock, Limits(), None, print)
    options = proof.ComparisonOptions(areas=("assets", "alarms"))
    before = finish(proof.take_snapshot(context, poller, "r00", ["r00-a"], options))
    assert before["areas"]["assets"] and before["areas"]["alarms"] is None
    assert "cannot be read" in before["unavailable"]["alarms"]
    assert session.asked == ["show alarms"], "the answer is not asked for again"
    assert verdict(compare(before, before)) is None
