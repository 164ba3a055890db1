# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A half-done pair with a dead node is finished or taken back by name (rule 46), or since it carries nothing (45)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.action.software_revert import ActionModule as RevertAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal

from tests.unit.fakes import NEW, OLD, Box, FleetConductor, Night, VirtualClock


class RevertNight(RevertAction, Night):
    """A task that takes nodes back."""

    record_of = RevertAction.record_of


QUICK = {"download": False, "health_check": False, "compare": False}


def override(condition: str = "peer_not_well", router: str = "P", reason: str = "b is dead") -> list[dict]:
    return [{"router": router, "condition": condition, "reason": reason}]


def fleet(a: dict, b: dict) -> FleetConductor:
    clock = VirtualClock()
    own = [Box("Conductor", "c1", NEW), Box("Conductor", "c2", NEW)]
    conductor = FleetConductor(clock, *own, Box("P", "a", OLD), Box("P", "b", OLD), Box("R", "a", OLD))
    for node, change in (("a", a), ("b", b)):
        conductor.show(conductor.boxes["P", node], **change)
    return conductor


DEAD = {"status": "Disconnected"}


def sent(night: Night) -> list[tuple[str, str, str | None]]:
    return [(request.operation, request.router, request.node) for request in night.conductor.sent]


def of(result: dict, router: str = "P") -> tuple[str, str]:
    entry = result["by_router"][router]
    return entry["state"], entry["reason"]


def test_a_half_done_pair_with_a_dead_node_is_not_touched_without_an_override() -> None:
    night = Night(fleet({**DEAD, "version": NEW}, {}))
    assert of(night.go("P", **QUICK))[0] == "skipped" and sent(night) == []


def test_a_half_done_pair_with_a_dead_node_is_finished_by_name(tmp_path) -> None:
    night = Night(fleet({**DEAD, "version": NEW}, {}))
    night._vars["awx_user_name"] = "anna"
    result = night.go("P", "R", **QUICK, override=override(reason="a is dead"), journal=str(tmp_path), run_id="r1")
    assert of(result)[0] == "done" and sent(night)[0] == ("upgrade", "P", "b")
    node, dead = result["by_router"]["P"]["nodes"]
    assert (dead["node"], dead["state"]) == ("a", "skipped") and "since it is Disconnected" in dead["reason"]
    assert not any("RELAPSED" in line for line in night.lines), "it was away before"
    (warning,) = [line for line in node["warnings"] if "lifted by name" in line]
    assert "its peer a is Disconnected" in warning and "anna: a is dead" in warning
    assert any("override for P: peer_not_well is lifted by anna (a is dead)" in line for line in night.lines)
    assert result["run"]["overrides"] == [
        {"router": "P", "condition": "peer_not_well", "reason": "a is dead", "by": "anna"}
    ]
    record = json.loads(next(tmp_path.glob("P__b*.json")).read_text())
    assert record["override"] == "peer_not_well by anna: a is dead"
    others = [line for entry in result["by_router"]["R"]["nodes"] for line in entry["warnings"]]
    assert not any("lifted" in line for line in others)


def test_the_plan_says_first_what_goes_dark_and_counts_the_outage() -> None:
    night = Night(fleet({**DEAD, "version": NEW}, {}))
    night._task.check_mode = True
    (plan,) = night.go("P", **QUICK, override=override(reason="a is dead"))["plan"]
    assert plan["state"] == "planned" and plan["outage"] > 0
    assert plan["notes"][0].startswith("override: peer_not_well is lifted by ") and "dark" in plan["notes"][0]
    assert "a is not well, and b is moved all the same" in plan["notes"][1]
    assert [node["node"] for node in plan["nodes"]] == ["b"]


def test_a_half_done_pair_with_a_dead_node_is_taken_back_by_name() -> None:
    night = RevertNight(fleet({"version": NEW}, DEAD))
    revert = {"module": "software_revert", "version": OLD, "force": True}
    assert of(night.go("P", **revert))[0] in ("skipped", "blocked") and sent(night) == []
    assert of(night.go("P", **revert, override=override()))[0] == "done"
    assert sent(night) == [("revert", "P", "a")]


def test_a_node_whose_service_is_proven_down_is_taken_back_beside_a_dead_peer_without_an_override() -> None:
    night = RevertNight(fleet({"version": NEW, "service": "Stopped"}, DEAD))
    revert = {"module": "software_revert", "version": OLD, "force": True}
    night._task.check_mode = True
    (plan,) = night.go("P", **revert)["plan"]
    assert "since the service of a is down" in " ".join(plan["notes"])
    night._task.check_mode = False
    night.go("P", **revert)
    assert sent(night) == [("revert", "P", "a")]


def test_an_operation_that_runs_at_the_peer_is_never_lifted() -> None:
    night = Night(fleet({"status": "Upgrading", "version": OLD}, {}))
    result = night.go({"router": "P", "node": "b"}, **QUICK, override=override())
    assert of(result)[0] != "done" and sent(night) == []


def begun_at_a(
    folder: Path, status: str = "Disconnected", ago: float = 2 * 86400, kind: type[Night] | None = None
) -> Night:
    """A night after one in which an upgrade was sent to node a, which has not come back since."""
    night = (kind or Night)(fleet({"status": status}, {}))
    journal = Journal(str(folder), "earlier", night.clock)
    journal.write(journal.intent("P", "a", "upgrade", "request system software upgrade", (OLD, NEW), 5400))
    night.clock.sleep(ago)
    return night


BOTH = [*override(), *override("peer_end_unknown", reason="its power supply is on my desk")]


@pytest.mark.parametrize("target", ["P", {"router": "P", "node": "b"}], ids=["pair", "node"])
@pytest.mark.parametrize("download", [True, False])
def test_a_pair_whose_node_died_in_an_upgrade_of_ours_is_finished_by_name(tmp_path, target, download) -> None:
    night = begun_at_a(tmp_path)
    args = {**QUICK, "download": download, "journal": str(tmp_path), "run_id": "r2", "disconnected": "block"}
    result = night.go(target, **args, override=BOTH)
    assert of(result)[0] == "done" and ("upgrade", "P", "b") in sent(night)
    assert not [request for request in sent(night) if request[2] != "b"]
    nodes = {node["node"]: node for node in result["by_router"]["P"]["nodes"]}
    words = " ".join(nodes["b"]["warnings"])
    assert "of its peer a nobody knows how it ended" in words and "peer_end_unknown" not in words
    assert "its power supply is on my desk" in words
    assert target != "P" or (nodes["a"]["state"] == "skipped" and "Disconnected" in nodes["a"]["reason"])


@pytest.mark.parametrize("condition", ["peer_not_well", "peer_end_unknown"])
def test_and_not_where_only_one_of_the_two_is_lifted(tmp_path, condition) -> None:
    night = begun_at_a(tmp_path)
    given = [entry for entry in BOTH if entry["condition"] == condition]
    night.go({"router": "P", "node": "b"}, **QUICK, override=given, journal=str(tmp_path), run_id="r2")
    assert sent(night) == []


@pytest.mark.parametrize(("status", "ago"), [("Disconnected", 1800), ("Upgrading", 2 * 86400)])
def test_what_was_begun_lately_or_shows_is_never_lifted(tmp_path, status, ago) -> None:
    night = begun_at_a(tmp_path, status, ago)
    result = night.go({"router": "P", "node": "b"}, **QUICK, override=BOTH, journal=str(tmp_path), run_id="r2")
    assert of(result)[0] != "done" and sent(night) == []


def test_a_pair_whose_node_died_in_an_upgrade_of_ours_is_taken_back_by_name(tmp_path) -> None:
    night = begun_at_a(tmp_path, kind=RevertNight)
    night.conductor.show(night.conductor.boxes["P", "b"], version=NEW)
    revert = {"module": "software_revert", "version": OLD, "force": True, "journal": str(tmp_path), "run_id": "r2"}
    night.go({"router": "P", "node": "b"}, **revert, override=override())
    assert sent(night) == []
    assert of(night.go({"router": "P", "node": "b"}, **revert, override=BOTH))[0] == "done"
    assert sent(night) == [("revert", "P", "b")]


def test_a_member_of_an_exclusive_group_that_is_dead_keeps_the_other_out_unless_that_is_lifted() -> None:
    groups = {"P": "berlin", "R": "berlin"}
    night = Night(fleet(DEAD, DEAD))
    assert of(night.go("R", **QUICK, exclusive_groups=groups), "R")[0] == "not_started" and sent(night) == []
    lifted = override("group_member_not_well", "R", "the site is closed")
    night = Night(fleet(DEAD, DEAD))
    assert of(night.go("R", **QUICK, exclusive_groups=groups, override=lifted), "R")[0] == "done"


def test_a_member_of_an_exclusive_group_that_is_visibly_worked_on_keeps_the_other_out_whatever_is_lifted() -> None:
    """Its override is for a site that is dark already, and for no operation that runs (rule 46)."""
    night, lifted = Night(fleet({}, {})), override("group_member_not_well", "R", "the site is closed")
    night.conductor.working["P", "b"], night.conductor.shows_status = "upgrade", True
    result = night.go("R", **QUICK, exclusive_groups={"P": "berlin", "R": "berlin"}, override=lifted)
    state, reason = of(result, "R")
    assert state == "not_started" and "is being worked on: b.P" in reason and sent(night) == []


@pytest.mark.parametrize("entries", [override(router="Q"), override("limit_reached"), override(reason="")])
def test_an_override_that_cannot_be_meant_ends_the_task_before_anything_is_sent(entries) -> None:
    night = Night(fleet({}, {}))
    with pytest.raises(BadInput, match="Nothing was sent"):
        night.go("R", **QUICK, override=entries)
    assert sent(night) == []


# -- of the conductor's own nodes -------------------------------------------------------------------------------------


def own(kind: type[Night], c1: str, c2: str) -> Night:
    """The session is on the first node of a conductor pair whose second node is dead."""
    night = kind(FleetConductor(VirtualClock(), Box("Conductor", "c1", c1), Box("Conductor", "c2", c2)))
    night.conductor.offers[None] = [NEW]
    night.conductor.show(night.conductor.boxes["Conductor", "c2"], **DEAD)
    return night


C1 = {"router": "Conductor", "node": "c1"}


def test_a_conductor_node_beside_a_dead_one_is_upgraded_and_taken_back_by_name_and_not_without() -> None:
    lifted = override(router="Conductor", reason="c2 is dead")
    upgrade, revert = {**QUICK, "revert": False}, {"module": "software_revert", "version": OLD, "force": True}
    for kind, versions, given in ((Night, (OLD, NEW), upgrade), (RevertNight, (NEW, OLD), revert)):
        night = own(kind, *versions)
        assert of(night.go(C1, **given), "Conductor")[0] == "not_started" and sent(night) == []
        night = own(kind, *versions)
        assert of(night.go(C1, **given, override=lifted), "Conductor")[0] == "done"
        assert [(router, node) for _operation, router, node in sent(night)] == [("Conductor", "c1")]
