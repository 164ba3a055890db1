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
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import Link
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import spelled

from tests.unit.fakes import NEW, OLD, Box, FleetConductor, Night, ScriptedSession
from tests.unit.rollout.nights import FAILS
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


def test_what_an_earlier_run_kept_counts_only_for_a_router_that_has_begun(clock, pictures, tmp_path) -> None:
    """Before that the router is taken anew: months may lie between two runs to the same release."""
    night = night_of(clock, {"r00": ("a",)})
    kept = {"router": "r00", "wanted": NEW, "snapshot": {"router": "r00", "areas": 7}}
    (tmp_path / "before-r00.json").write_text(json.dumps(kept))
    result = night.go(**quick(journal=str(tmp_path), post_checks=["version"]))
    assert {state for state, reason in comparisons(result)} == {"pass"}


def test_a_pair_without_a_loss_passes_and_warns_of_nothing(clock, pictures) -> None:
    night = night_of(clock, {"r00": PAIR})
    result = night.go(**quick(post_checks=["version"]))
    assert {state for state, reason in comparisons(result)} == {"pass"}
    assert not any(node["warnings"] for node in result["by_router"]["r00"]["nodes"])


# -- a named check fails as well -------------------------------------------------------------------------------------


def with_a_failed_check(night: Night, *targets: object, **more) -> list[dict]:
    """The nodes of a run in which the pair does not see itself afterwards, and something is lost."""
    night.conductor.links = [Link("a.r00", "b.r00", "down"), Link("c1.Conductor", "c2.Conductor", "down")]
    given = {"compare_grace": 0, "order": "as_listed", "post_checks": ["pair_connected"], "post_check_timeout": 60}
    return nodes_of(night.go(*targets, **quick(**{**given, **more})))


def nodes_of(result: dict) -> list[dict]:
    return [node for entry in result["by_router"].values() for node in entry["nodes"]]


@pytest.mark.parametrize(("on_regression", "state"), [("hold", "failed"), ("revert", "reverted")])
def test_a_router_that_fails_a_check_is_compared_too_and_reverted_by_setting(
    clock, pictures, on_regression, state
) -> None:
    night = night_of(clock, {"r00": PAIR})
    pictures.down["r00"] = 0
    first, second = with_a_failed_check(night, on_regression=on_regression)
    assert (first["state"], second["state"]) == (state, "not_started")
    assert "pair_connected" in first["reason"] and "eth0 -> elsewhere" in first["reason"]
    reverts = [request.node for request in night.conductor.sent if request.operation == "revert"]
    assert reverts == (["a"] if on_regression == "revert" else [])


def test_a_failed_check_alone_reverts_nothing(clock, pictures) -> None:
    night = night_of(clock, {"r00": PAIR})
    first, _second = with_a_failed_check(night, on_regression="revert")
    assert first["state"] == "failed" and first["running_version"] == NEW
    assert "lost something" not in first["reason"]


def test_a_node_that_was_reverted_for_a_fault_of_its_own_is_not_compared(clock, pictures) -> None:
    night = night_of(clock, {"r00": PAIR})
    night.conductor.health = FAILS
    pictures.down["r00"] = 0
    (first, _second) = nodes_of(night.go(**quick(health_check=True, order="as_listed", compare_grace=0)))
    assert first["state"] == "reverted" and "lost something" not in first["reason"]
    assert pictures.taken == ["r00"]


# -- a run that resumes another one, and the nodes of a conductor, each in a task of its own -------------------------


CONDUCTOR = {"c1": {"router": "Conductor", "node": "c1"}, "c2": {"router": "Conductor", "node": "c2"}}


@pytest.fixture
def own(clock) -> Night:
    """A night on a conductor pair that is to be upgraded itself; the session is on its first node."""
    return Night(FleetConductor(clock, Box("Conductor", "c1"), Box("Conductor", "c2"), Box("r00", "a")))


def task(night: Night, node: str, journal: object, **more) -> dict:
    """The result of the task of one node of the conductor."""
    given = quick(compare_grace=0, journal=str(journal))
    (result,) = nodes_of(night.go(CONDUCTOR[node], **{**given, **more}))
    return result


def test_a_conductor_that_fails_a_check_is_compared_too_and_reverted_by_setting(own, pictures) -> None:
    pictures.down["Conductor"] = 0
    (node,) = with_a_failed_check(own, CONDUCTOR["c1"], on_regression="revert")
    assert node["state"] == "reverted" and node["running_version"] == OLD
    assert "pair_connected" in node["reason"] and "lost something" in node["reason"]
    assert "two versions" not in node["reason"]


def test_a_node_that_was_held_is_held_again_by_the_next_run_until_nothing_is_lost(own, pictures, tmp_path) -> None:
    pictures.down["Conductor"] = 0
    first = task(own, "c1", tmp_path)
    assert first["state"] == "held" and "compare_exclude" in first["reason"]
    again = task(own, "c1", tmp_path, on_regression="revert")
    assert again["state"] == "held" and "eth0 -> elsewhere" in again["reason"]
    assert [request.operation for request in own.conductor.sent] == ["upgrade"], "this run has upgraded nothing"
    assert task(own, "c1", tmp_path, compare=False)["state"] == "up_to_date"
    assert task(own, "c1", tmp_path, compare_exclude=["peers:"])["state"] == "up_to_date"
    pictures.down.clear()
    assert task(own, "c1", tmp_path)["state"] == "up_to_date"


def test_a_snapshot_counts_also_where_the_conductor_offered_the_version_in_a_shorter_spelling(
    own, pictures, tmp_path
) -> None:
    pictures.down["Conductor"] = 0
    assert task(own, "c1", tmp_path)["state"] == "held"
    kept = tmp_path / "before-Conductor.json"
    data = json.loads(kept.read_text())
    kept.write_text(json.dumps({**data, "wanted": NEW.removesuffix(".el7")}))
    assert task(own, "c1", tmp_path)["state"] == "held"
    kept.write_text(json.dumps({**data, "wanted": OLD}))
    assert task(own, "c1", tmp_path)["state"] == "up_to_date"


def test_a_second_node_is_compared_with_the_time_before_the_first(own, pictures, tmp_path) -> None:
    assert task(own, "c1", tmp_path)["state"] == "done"
    before = (tmp_path / "before-Conductor.json").read_text()
    pictures.down["Conductor"] = 0
    assert task(own, "c2", tmp_path)["state"] == "held"
    assert (tmp_path / "before-Conductor.json").read_text() == before


def test_the_done_node_of_a_router_is_compared_before_its_next_one_is_begun(clock, pictures, tmp_path) -> None:
    night = night_of(clock, {"r00": PAIR})
    pictures.down["r00"] = 0
    given = quick(compare_grace=0, order="as_listed", journal=str(tmp_path))
    assert [node["state"] for node in nodes_of(night.go(**given))] == ["held", "not_started"]
    assert [node["state"] for node in nodes_of(night.go(**given))] == ["held", "not_started"]
    pictures.down.clear()
    assert [node["state"] for node in nodes_of(night.go(**given))] == ["up_to_date", "done"]


def test_routers_on_the_way_are_no_loss_of_a_conductor(own, pictures) -> None:
    """What leads to a router that is not settled says nothing about the conductor (rule 21)."""
    pictures.down["Conductor"], pictures.towards = 0, "r00"
    own.conductor.show(own.conductor.boxes["r00", "a"], status="Disconnected")
    assert nodes_of(own.go(CONDUCTOR["c1"], **quick(compare_grace=0)))[0]["state"] == "done"


def test_a_pair_that_one_request_moved_is_never_reverted_for_a_loss(clock, pictures) -> None:
    night = night_of(clock, {"r00": PAIR})
    pictures.down["r00"] = 0
    how = {"sequencing": "vendor", "on_regression": "revert"}
    states = {node["state"] for node in nodes_of(night.go(**quick(compare_grace=0, **how)))}
    assert "held" in states and [request.operation for request in night.conductor.sent] == ["upgrade"]


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
    versions = f"node2 runs {spelled(OLD)} and node1 runs {spelled(peer)}"
    sentence = f"{versions}. Commit nothing until they are alike: run again, or revert"
    assert (sentence in result.reason) is advised and ".." not in result.reason


def test_of_a_conductor_node_that_does_not_answer_nobody_says_what_its_pair_runs(clock) -> None:
    rows = [SimpleNamespace(node="node1", version_text=NEW)]
    poller = SimpleNamespace(local_node=("Conductor", "node1"), peers=lambda router, node: rows)
    lost = NodeResult("Conductor", "node2", "unknown", "has not come back", from_version=OLD)
    assert "two versions" not in on_two_versions(RunContext(None, clock, Limits(), None), lost, poller).reason
    refused = replace(lost, state="failed")
    assert "two versions" in on_two_versions(RunContext(None, clock, Limits(), None), refused, poller).reason


def test_after_a_failed_revert_one_advice_is_enough(clock) -> None:
    rows = [SimpleNamespace(node="node1", version_text=NEW)]
    poller = SimpleNamespace(local_node=("Conductor", "node1"), peers=lambda router, node: rows)
    reason = f"The device refused it. {NOT_STARTED}"
    refused = NodeResult("Conductor", "node2", "failed", reason)
    result = apply(NodeResult("Conductor", "node2", "failed", "it is bad", running_version=OLD), Reverted(refused))
    reason = on_two_versions(RunContext(None, clock, Limits(), None), result, poller).reason
    assert "The device refused it." in reason and "Examine the node by hand." in reason
    assert reason.endswith("Commit nothing until they are alike") and "run again" not in reason


@pytest.mark.parametrize("bad", [True, False])
def test_a_revert_that_was_refused_does_not_read_as_if_the_upgrade_had_not_begun(bad) -> None:
    upgraded = NodeResult("r1", "a", "failed", "runs it, but is bad", running_version=NEW, local_fault=bad)
    refused = NodeResult("r1", "a", "failed", f"The device refused it. {NOT_STARTED}")
    reason = apply(upgraded, Reverted(refused)).reason
    stays = f"It still runs {spelled(NEW)} with this fault" + (", and may be without service." if bad else ".")
    assert reason == (
        "runs it, but is bad. Its revert was refused, and no revert has begun: The device refused it. "
        f"{stays} Examine the node by hand"
    )
    assert "Nothing was started" not in reason


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
