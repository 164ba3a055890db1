# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two nodes of one router that are named apart are one router, and routers come only after a good conductor (D5)."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.action.software_revert import ActionModule as RevertAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import TargetError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import spelled

from tests.unit.fakes import NEW, OLD, Box, Course, FleetConductor, Night, VirtualClock

APART = [{"router": "P", "node": "a"}, {"router": "P", "node": "b"}]
C1, C2 = {"router": "Conductor", "node": "c1"}, {"router": "Conductor", "node": "c2"}


class RevertNight(RevertAction, Night):
    """A task that takes nodes back."""

    record_of = RevertAction.record_of


def fleet(clock: VirtualClock, conductor: str = NEW, version: str = OLD) -> FleetConductor:
    own = [Box("Conductor", "c1", conductor), Box("Conductor", "c2", conductor)]
    routers = [Box("P", "a", version), Box("P", "b", version), Box("R", "a", version)]
    return FleetConductor(clock, *own, *routers)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def sent(night: Night) -> list[tuple[str, str | None]]:
    return [(request.router, request.node) for request in night.conductor.sent]


def nodes_of(result: dict, router: str) -> dict[str, str]:
    return {node["node"]: node["state"] for node in result["by_router"][router]["nodes"]}


QUICK = {"download": False, "health_check": False, "compare": False}


def test_the_second_of_two_nodes_named_apart_is_upgraded_only_after_a_good_first(clock) -> None:
    night = Night(fleet(clock))
    night.conductor.courses["P", "a"] = Course(end="back")
    result = night.go(*APART, **QUICK)
    assert nodes_of(result, "P") == {"a": "reverted", "b": "not_started"}
    assert sent(night) == [("P", "a")] and night.conductor.wrong == []


def test_two_nodes_of_a_conductor_named_apart_are_refused_as_the_pair_is(clock) -> None:
    night = Night(fleet(clock, OLD))
    with pytest.raises(TargetError, match="both nodes of a conductor"):
        night.go(C1, C2, **QUICK)
    assert sent(night) == []


def revert(night: Night, *targets: object, **more) -> dict:
    return night.go(*targets, module="software_revert", **{"version": OLD, "force": True, **more})


@pytest.mark.parametrize("end", ["stuck", "down", "never"])
def test_the_second_of_two_nodes_named_apart_is_reverted_only_after_a_good_first(clock, end) -> None:
    night = RevertNight(fleet(clock, NEW, NEW))
    night.conductor.courses["P", "a"] = Course(back=Course(end=end))
    ended = nodes_of(revert(night, *APART), "P")
    assert ended["a"] not in ("done", "up_to_date") and ended["b"] in ("not_started", "up_to_date")
    assert ("P", "b") not in sent(night) and night.conductor.wrong == []


def upgrade_of(*nodes: tuple[str, str]) -> dict:
    """The result of an upgrade by this run."""
    entries = [
        {"node": node, "accepted": True, "from_version": OLD, "to_version": NEW, "state": "failed", "reason": "x"}
        for _router, node in nodes
    ]
    return {"by_router": {nodes[0][0]: {"nodes": entries}}}


def test_nor_in_a_revert_of_what_this_run_upgraded(clock) -> None:
    night = RevertNight(fleet(clock, NEW, NEW))
    night.conductor.courses["P", "a"] = Course(back=Course(end="stuck"))
    result = revert(night, *APART, upgrade=upgrade_of(("P", "a"), ("P", "b")), only_local_faults=False)
    assert nodes_of(result, "P")["b"] == "not_started" and ("P", "b") not in sent(night)


def test_between_two_nodes_that_go_back_there_is_a_soak(clock) -> None:
    night = RevertNight(fleet(clock, NEW, NEW))
    result = revert(night, *APART, upgrade=upgrade_of(("P", "a"), ("P", "b")), only_local_faults=False, pair_soak=3000)
    assert nodes_of(result, "P") == {"a": "done", "b": "done"}
    begun = {node: at for at, _operation, _router, node in night.conductor.log}
    assert begun["b"] - begun["a"] > 3000


# -- a conductor and routers in one task ------------------------------------------------------------------------------


def test_routers_are_upgraded_only_after_a_good_conductor(clock) -> None:
    night = Night(fleet(clock, OLD))
    night.conductor.offers[None] = [NEW]
    night.conductor.courses["Conductor", "c1"] = Course(end="back")
    result = night.go(C1, "R", "P", **QUICK, revert=False)
    assert nodes_of(result, "Conductor")["c1"] == "reverted"
    assert nodes_of(result, "R") == {"a": "not_started"}
    assert nodes_of(result, "P") == {"a": "not_started", "b": "not_started"}
    assert sent(night) == [("Conductor", "c1")]
    assert "since c1 of the conductor is reverted" in result["by_router"]["R"]["reason"]


def test_after_a_good_conductor_the_routers_go_on_in_the_same_task(clock) -> None:
    night = Night(fleet(clock, OLD))
    night.conductor.offers[None] = [NEW]
    night.conductor.show(night.conductor.boxes["Conductor", "c2"], version=NEW)
    result = night.go(C1, "R", **QUICK)
    assert nodes_of(result, "Conductor")["c1"] == "done" and nodes_of(result, "R") == {"a": "done"}


def test_routers_that_are_away_for_a_while_after_the_conductors_upgrade_are_waited_for(clock) -> None:
    night = Night(fleet(clock, OLD))
    night.conductor.offers[None] = [NEW]
    night.conductor.show(night.conductor.boxes["Conductor", "c2"], version=NEW)
    router = night.conductor.boxes["R", "a"]
    clock.after(500, lambda: night.conductor.show(router, status="Disconnected"))
    clock.after(4000, lambda: night.conductor.show(router, status="Synchronized"))
    assert nodes_of(night.go(C1, "R", **QUICK), "R") == {"a": "done"}
    assert any("until the routers are settled again" in line for line in night.lines)


APART_WORDS = "The pair is left on two versions: c2 runs {} and c1 runs {}. Commit nothing until they are alike"


@pytest.mark.parametrize("end", ["refused", "stuck", "fell back"])
def test_a_second_conductor_node_that_does_not_go_back_leaves_its_pair_on_two_versions_and_says_so(clock, end) -> None:
    night = RevertNight(fleet(clock, NEW, NEW))
    conductor = night.conductor
    conductor.show(conductor.boxes["Conductor", "c1"], version=OLD)
    conductor.own = conductor.boxes["Conductor", "c2"]
    if end == "refused":
        conductor.refuse["Conductor", "c2"] = "No previous version"
    else:
        conductor.courses["Conductor", "c2"] = Course(back=Course(end="stuck" if end == "stuck" else "back"))
    result = revert(night, C2)
    assert APART_WORDS.format(spelled(NEW), spelled(OLD)) in result["msg"], result["msg"]
    assert result["msg"].count("two versions") == 1 and result["other_nodes"] == {"c1": OLD}


def test_a_second_conductor_node_that_is_not_to_be_reverted_says_so_as_well(clock) -> None:
    night = RevertNight(fleet(clock, NEW, NEW))
    night.conductor.show(night.conductor.boxes["Conductor", "c1"], version=OLD)
    night.conductor.own = night.conductor.boxes["Conductor", "c2"]
    result = revert(night, C2, upgrade=upgrade_of(("Conductor", "c2")))
    assert nodes_of(result, "Conductor") == {"c2": "not_started"} and sent(night) == []


def test_a_conductor_goes_back_after_its_routers_and_only_if_they_did(clock) -> None:
    night = RevertNight(fleet(clock, NEW, NEW))
    result = revert(night, C1, "R", "P")
    assert sent(night)[-1] == ("Conductor", "c1") and len(sent(night)) == 4
    assert nodes_of(result, "Conductor") == {"c1": "done"}

    night = RevertNight(fleet(VirtualClock(), NEW, NEW))
    night.conductor.courses["R", "a"] = Course(back=Course(end="stuck"))
    result = revert(night, C1, "R")
    assert sent(night) == [("R", "a")] and nodes_of(result, "Conductor") == {"c1": "not_started"}
