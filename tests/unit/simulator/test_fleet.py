# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets: who is in them, how long things take, and that thousands are no trouble."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

import pytest

from tests.simulator import ScenarioError, Simulator, load_scenario
from tests.simulator.specs import RouterSpec

from .pcli_client import LOW, NEW, OLD, PAIR, Login, cells, column, pair, pcli, until

MIXED: dict[str, Any] = {
    "name": "store-{n:04d}",
    "count": 200,
    "pairs": 0.3,
    "versions": {LOW: 1, OLD: 3},
    "install_types": {"image": 0.75, "package": 0.25},
    "states": {"Synchronized": 99, "Disconnected": 1},
    "node_names": ["{router}-a", "{router}-b"],
    "resource_groups": ["stores"],
    "seed": 5,
}


def fleet(**changes: Any) -> list[RouterSpec]:
    entry = {key: value for key, value in {**MIXED, **changes}.items() if value is not None}
    return load_scenario(PAIR, {"fleet": [entry]}).all_routers()[3:]


def ready(**overrides: Any) -> Simulator:
    """A conductor that runs the release already, so that routers can be upgraded to it."""
    return pair(**{"routers.0.version": NEW, **overrides})


# --- who is in it -----------------------------------------------------------------------------------------------------


def test_shares_are_kept_exactly() -> None:
    routers = fleet()
    assert [routers[0].name, routers[-1].name] == ["store-0001", "store-0200"]
    assert Counter(len(router.nodes) for router in routers) == {1: 140, 2: 60}
    assert Counter(router.version for router in routers) == {LOW: 50, OLD: 150}
    assert Counter(router.install_type for router in routers) == {"image": 150, "package": 50}
    assert Counter(router.nodes[0].state for router in routers) == {"Synchronized": 198, "Disconnected": 2}
    assert len({router.version for router in routers[:40]}) == 2, "mixed, and not one after the other"
    two = next(router for router in routers if len(router.nodes) == 2)
    assert [node.name for node in two.nodes] == [f"{two.name}-a", f"{two.name}-b"]
    assert {tuple(router.resource_groups) for router in routers} == {("stores",)}


def test_pairs_have_one_primary_and_it_is_not_always_the_first() -> None:
    firsts = [router.nodes[0].primary for router in fleet() if len(router.nodes) == 2]
    assert all(sum(bool(n.primary) for n in r.nodes) == 1 for r in fleet())
    assert set(firsts) == {True, False}


def test_the_same_scenario_is_the_same_fleet_and_another_seed_another_one() -> None:
    assert fleet() == fleet()
    assert fleet() != fleet(seed=6)


def test_what_is_drawn_does_not_depend_on_what_else_is_drawn() -> None:
    def versions(routers: list[RouterSpec]) -> list[str | None]:
        return [router.version for router in routers]

    assert versions(fleet()) == versions(fleet(pairs=0.9, install_types=None))


def test_numbers_may_go_on_from_another_entry() -> None:
    entries = [{"name": "s{n}", "count": 2, "version": OLD}, {"name": "s{n}", "first": 3, "count": 2, "version": LOW}]
    routers = load_scenario(PAIR, {"fleet": entries}).all_routers()[3:]
    assert [(router.name, router.version) for router in routers] == [
        ("s1", OLD),
        ("s2", OLD),
        ("s3", LOW),
        ("s4", LOW),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": None}, "fleet[0]: needs one of 'prefix' and 'name'"),
        ({"prefix": "x"}, "fleet[0]: needs one of 'prefix' and 'name'"),
        ({"versions": None}, "needs 'version' or 'versions'"),
        ({"pairs": 30}, "fleet[0].pairs: is the share"),
        ({"name": "store"}, "needs {n}, or all routers have the same name"),
        ({"name": "{site}-{n}"}, "only {n} (such as {n:04d}) and {router} are replaced"),
        ({"versions": {OLD: -1}}, "fleet[0].versions: weights"),
        ({"install_types": {"cloud": 1}}, "fleet[0].install_types: 'cloud' is not one of image, package"),
        ({"versions": {"six": 1}}, "'six' does not look like"),
    ],
)
def test_a_fleet_that_cannot_be_is_named(changes: dict, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        fleet(**changes)
    assert words in str(caught.value)


# --- how long it takes ------------------------------------------------------------------------------------------------


def drawn(what: Any, seed: int = 1) -> dict[str, float]:
    sim = pair(fleet=[{"prefix": "s", "count": 400, "version": OLD}], durations={"install": what, "seed": seed})
    sim.stop()
    return {node.node_id: sim.world.lasting("install", node) for node in sim.world.nodes()}


def test_durations_are_spread_around_the_mean_with_stragglers() -> None:
    values = sorted(drawn({"mean": 480, "spread": 1.0}).values())
    assert 420 < sum(values) / len(values) < 540
    assert values[0] < 120 and values[-1] > 1500


def test_durations_stay_within_their_bounds() -> None:
    assert all(100 <= value <= 200 for value in drawn({"min": 100, "max": "3m 20s"}).values())
    clipped = drawn({"mean": 480, "spread": 0.5, "min": 300, "max": 600}).values()
    assert min(clipped) == 300 and max(clipped) == 600


def test_a_node_always_gets_the_same_and_a_seed_changes_it() -> None:
    spread = {"mean": 480, "spread": 0.3}
    assert drawn(spread) == drawn(spread) != drawn(spread, seed=2)
    sim = pair(durations={"install": spread, "seed": 1})
    sim.stop()
    assert sim.world.lasting("install", sim.world.find("b1", None)[0]) == drawn(spread)["b1.branch"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"spread": 0.3}, "needs 'mean', or both 'min' and 'max'"),
        ({"mean": 100, "sprad": 0.3}, "durations.install: unknown key 'sprad'; did you mean 'spread'"),
        ({"min": 20, "max": 10}, "nor 'min' be above 'max'"),
        ({"mean": 0}, "'mean' must be above 0"),
    ],
)
def test_a_spread_that_cannot_be_is_named(value: dict, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(PAIR, {"durations": {"install": value}})
    assert words in str(caught.value)


# --- many of them -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large():
    entry = {"prefix": "store-", "count": 3850, "pairs": 0.3, "version": OLD, "resource_groups": ["stores"]}
    with ready(fleet=[entry], speedup=2000, **{"ssh.max_sessions": 20}) as sim:
        yield sim


def test_five_thousand_nodes_are_shown_quickly(large: Simulator) -> None:
    shell = pcli(large)
    assert len(column(shell.run("show assets", timeout=30), "Router")) == 5010
    before = time.process_time()
    shell.run("show assets", timeout=30)
    # Both ends of the connection are in this process; what is forbidden is seconds, not a slow machine.
    assert time.process_time() - before < 2.5
    assert "Synchronized" in shell.run("show assets node1.store-3849")
    assert " Status:" in shell.run("show system router store-3849 node node1")
    rows = column(shell.run("show assets resource-group stores", timeout=30), "Node")
    assert len(rows) == 5005


def test_fifty_routers_at_a_time(large: Simulator) -> None:
    shell = pcli(large)
    names = [f"store-{number:04d}" for number in range(1, 51)]
    for name in names:
        assert "Starting" in shell.run(f"request system software upgrade router {name} force version {NEW}")
    node_ids = [node.node_id for name in names for node in large.world.routers[name].nodes]
    nodes = [large.world.find(node_id, None)[0] for node_id in node_ids]
    assert large.wait_for(lambda _s: all(n.release.name == NEW and not n.operation for n in nodes), 60)
    assert large.violations == []
    assert large.node_truth("node1.store-0001") == large.truth()["nodes"]["node1.store-0001"]


def test_sixty_blocking_requests_and_a_shell_that_is_answered_meanwhile() -> None:
    overrides = {"ssh.max_sessions": 10, "behaviour.request_mode": "blocks", "durations.install": 6000}
    entry = {"name": "s{n}", "count": 60, "version": OLD}
    with ready(fleet=[entry], speedup=1000, **overrides) as sim:
        logins = [Login(sim, "c1" if number % 2 else "c2") for number in range(6)]
        shells = [login.shell() for login in logins for _number in range(10)]
        answers: list[str] = []

        def ask(number: int) -> None:
            line = f"request system software upgrade router s{number + 1} force version {NEW}"
            answers.append(shells[number].run(line, timeout=60))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(60)]
        for thread in threads:
            thread.start()
        assert sim.wait_for(lambda s: sum(bool(n.operation) for n in s.world.nodes()) == 60, 20)
        other = pcli(sim)
        assert len(cells(other.run("show assets"))) == 66
        assert not answers, "they were to block until their routers are done"
        for thread in threads:
            thread.join(60)
        assert len(answers) == 60 and all("Software upgrade completed." in text for text in answers)
        assert sim.violations == []


# --- what requests do with many ---------------------------------------------------------------------------------------


def test_a_resource_group_leaves_out_who_is_away() -> None:
    entry = {
        "name": "s{n}",
        "count": 4,
        "version": OLD,
        "resource_groups": ["g"],
        "states": {"Synchronized": 3, "Disconnected": 1},
    }
    with ready(fleet=[entry]) as sim:
        away = next(node.node_id for node in sim.world.nodes() if node.state == "Disconnected")
        text = pcli(sim).run(f"request system software upgrade resource-group g force version {NEW}")
        assert column(text, "Target") == [away]
        assert "1 target is disconnected, and 3 succeeded." in text
        others = [node.node_id for node in sim.world.nodes() if "g" in node.router.groups and node.node_id != away]
        assert all(until(sim, node_id, version=NEW, operation=None) for node_id in others)
        assert sim.node_truth(away)["upgrades_started"] == 0


@pytest.mark.parametrize("kind", ["download", "revert", "health-check"])
def test_every_request_takes_a_resource_group(kind: str) -> None:
    with ready(**{"routers.2.nodes.0.previous": LOW}) as sim:
        version = f" version {NEW}" if kind == "download" else ""
        assert "1/1 targets" in pcli(sim).run(f"request system software {kind} resource-group west force{version}")
        assert until(sim, "b1.branch", started={kind: 1})


def test_a_group_of_single_routers_may_be_downgraded_and_a_pair_may_not() -> None:
    more = {"name": "s{n}", "count": 2, "version": NEW, "resource_groups": ["west"]}
    newer = {"routers.1.version": NEW, "routers.2.version": NEW, "routers.1.resource_groups": ["hubs"]}
    with ready(fleet=[more], **newer) as sim:
        shell = pcli(sim)
        line = f"request system software downgrade {{}} force version {OLD}"
        assert "sequenced downgrade is not supported" in shell.run(line.format("resource-group hubs"))
        assert "Starting" in shell.run(line.format("resource-group west"))
        assert "Starting" in shell.run(line.format("router hub simultaneous"))
        for node_id in ("b1.branch", "node1.s1", "node1.s2", "h1.hub", "h2.hub"):
            assert until(sim, node_id, version=OLD, operation=None)
        assert sim.violations == []


@pytest.mark.parametrize(("release", "there"), [("6.3.0-107.r1.el7", False), ("6.3.3-40.r2.el7", True)])
def test_there_is_no_downgrade_before_6_3_3(release: str, there: bool) -> None:
    with pair(**{"routers.0.version": release}) as sim:
        text = pcli(sim).run("request system software downgrade")
        assert text.startswith("usage: downgrade") == there


def test_processes_of_a_pair_have_exactly_one_primary_while_nodes_come_and_go() -> None:
    with ready(**{"routers.1.nodes": [{"name": "h1", "primary": False}, {"name": "h2", "primary": True}]}) as sim:
        shell = pcli(sim)

        def primaries() -> list[str]:
            rows = cells(shell.run("show system processes router hub"))
            return [row[0] for row in rows if row[1] == "routingManager" and row[3] == "Y"]

        assert primaries() == ["h2.hub"]
        shell.run(f"request system software upgrade router hub node h2 force version {NEW}")
        assert until(sim, "h2.hub", up=False)
        assert primaries() == ["h1.hub"]
        assert until(sim, "h2.hub", version=NEW, operation=None)
        assert primaries() == ["h1.hub"]
        with sim.world.lock:
            sim.world.set_service(sim.world.find("h1", "hub")[0], "offline")
        assert primaries() == ["h2.hub"]


def test_an_upgrade_of_both_nodes_at_once_is_a_violation_unless_it_was_asked_for() -> None:
    line = f"request system software upgrade router hub {{}} force version {NEW}"
    with ready(**{"durations.install": 100000}) as sim:
        shell = pcli(sim)
        shell.run(line.format("node h1"))
        shell.run(line.format("node h2"))
        assert any("of its peer h1 was running" in text for text in sim.violations)
    with ready(**{"durations.install": 100000}) as sim:
        pcli(sim).run(line.format("simultaneous"))
        assert sim.violations == []


@pytest.mark.parametrize("second", ["upgrade router hub force version " + NEW, "revert router hub node h1 force"])
def test_a_second_request_while_one_runs_is_a_violation(second: str) -> None:
    with ready(**{"durations.install": 100000, "routers.1.nodes.0.previous": LOW}) as sim:
        shell = pcli(sim)
        shell.run(f"request system software upgrade router hub node h1 force version {NEW}")
        assert "already in progress" in shell.run("request system software " + second)
        assert any("a request was sent for h1.hub while upgrade was running" in text for text in sim.violations)
