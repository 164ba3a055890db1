# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios: what is accepted, and what is said about what is not."""

from __future__ import annotations

import copy
import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from tests.simulator import ScenarioError, Simulator, builtin_names, load_scenario, scenario, specs
from tests.simulator.faults import TYPES, Draw

from .pcli_client import PAIR

README = Path(scenario.__file__).parent / "README.md"


@pytest.mark.parametrize("name", builtin_names())
def test_builtin_scenarios_load(name: str) -> None:
    assert load_scenario(name).name == name


def test_the_promised_scenarios_are_there_and_described() -> None:
    promised = {"ha-6.3-image", "ha-6.2-package", "standalone-6.3", "ha-7.x"}
    assert set(builtin_names()) >= promised | {"fleet-small", "fleet-300", "authority-6.2"}
    text = README.read_text(encoding="utf-8")
    assert [name for name in builtin_names() if f"| `{name}` |" not in text] == []


def test_the_fleet_of_300_is_what_it_says() -> None:
    loaded = load_scenario("fleet-300")
    routers = [router for router in loaded.all_routers() if not router.conductor]
    assert len(routers) == 300
    assert sum(len(router.nodes) == 2 for router in routers) == 90
    assert {router.install_type for router in routers} == {"image", "package"}
    assert len({fault.type for fault in loaded.faults}) >= 15


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"durations": {"instal": 5}}, "durations: unknown key 'instal'; did you mean 'install'"),
        ({"speedup": 0}, "clock.speedup: must be above 0"),
        ({"durations": {"install": "soon"}}, "durations.install: 'soon' is neither a number"),
        ({"ssh": {"sshd_during_restart": "vanish"}}, "ssh.sshd_during_restart: 'vanish' is not one of refuse"),
        ({"faults": ["gremlins"]}, "faults[0]: unknown fault type 'gremlins'"),
        ({"faults": [{"type": "slow_prompt", "second": 3}]}, "faults[0]: unknown key 'second'"),
        ({"faults": [{"type": "upgrade_hangs", "phase": "nap"}]}, "faults[0].phase: 'nap' is not one of pre-check"),
        ({"faults": [{"type": "upgrade_hangs", "node": "c9"}]}, "names 'c9', which is no router or node here"),
        ({"routers.0.conductor": False}, "exactly one must have 'conductor: true', found 0"),
        ({"routers.1.version": "six"}, "'six' does not look like"),
        ({"routers.1.nodes": [{"name": 5}]}, "routers[1].nodes[0].name: expected text, got the number 5"),
        ({"users": [{"name": "a", "capabilities": ["fly"]}]}, "unknown capability 'fly'"),
        ({"alarms": [{"node": "nobody", "message": "x"}]}, "alarms: 'nobody' is no node here"),
        ({"routers.2.name": "hub"}, "routers: 'hub' is there twice"),
        ({"routers.9.version": "x"}, "routers.9.version: there is no such place in the scenario"),
        ({"clock": {"start": "tomorrow"}}, "clock.start: 'tomorrow' is neither"),
        ({"routers.2.peers": ["hubb"]}, "'branch' peers with 'hubb', which is no other router here"),
        ({"routers.2.peers": ["Conductor"]}, "'branch' peers with 'Conductor', which is no other router here"),
        ({"routers.0.peers": ["hub"]}, "'Conductor' is the conductor, which has no peers"),
        ({"routers.2.disk": {"used": 101}}, "disk: 'used' is in per cent"),
        ({"routers.2.interfaces": [{"nam": "wan"}]}, "routers[2].interfaces[0]: unknown key 'nam'"),
        ({"routers.2.bgp": [{"address": "10.0.0.1", "state": "Up"}]}, "'Up' is not one of Established"),
        (
            {"faults": [{"type": "peer_path_lost", "peer": "nobody"}]},
            "peer_path_lost names 'nobody', which is no router",
        ),
    ],
)
def test_what_is_wrong_is_named(overrides: dict, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(PAIR, overrides)
    assert words in str(caught.value)


def test_an_unknown_scenario_lists_the_builtin_ones() -> None:
    with pytest.raises(ScenarioError, match=r"ha-6\.3-image"):
        load_scenario("nowhere.yml")


def test_overrides_merge_and_leave_the_source_alone() -> None:
    before = copy.deepcopy(PAIR)
    loaded = load_scenario(PAIR, {"clock": {"zone": "CET"}, "durations": {"install": "1m 5s"}, "speedup": 7})
    assert (loaded.clock.zone, loaded.clock.speedup, loaded.durations.install) == ("CET", 7.0, 65.0)
    assert before == PAIR


def test_a_fleet_becomes_routers() -> None:
    loaded = load_scenario(
        PAIR, {"fleet": [{"prefix": "store-", "count": 30, "nodes": 2, "version": "6.3.0-107.r1.el7"}]}
    )
    names = [router.name for router in loaded.all_routers()]
    assert names[-1] == "store-0030"
    assert len(loaded.all_routers()[-1].nodes) == 2


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_fault_can_be_written_by_name_alone(kind: str) -> None:
    assert load_scenario(PAIR, {"faults": [kind]}).faults[0].type == kind


def test_the_inventory_has_the_documented_groups_and_keys() -> None:
    sim = Simulator(PAIR)
    groups = sim.inventory()["all"]["children"]
    assert groups["ssr_conductors"]["vars"]["ansible_connection"] == "sessionsmart.ssr.pcli"
    hosts = groups["ssr_conductors"]["hosts"]
    assert list(hosts) == ["c1", "c2"]
    assert hosts["c1"]["ansible_user"] == "admin"
    assert hosts["c1"]["ansible_password"] == "secret"
    assert hosts["c1"]["ansible_port"] == sim.nodes["c1"].port
    assert hosts["c1"]["ansible_pcli_host_keys"] == [sim.host_keys["c1"]]
    assert groups["ssr_routers"]["hosts"] == {"hub": {}, "branch": {}}
    sim.stop()


def test_its_inventory_serves_ad_hoc_commands_as_the_one_of_the_readme_does() -> None:
    readme = (README.parents[2] / "README.md").read_text(encoding="utf-8")
    (example,) = [block for block in re.findall(r"```yaml\n(all:.*?)```", readme, re.S) if "ssr_routers" in block]
    needed = yaml.safe_load(example)["all"]["children"]["ssr_conductors"]["vars"]
    del needed["ansible_user"]  # the hosts of a simulator have theirs
    sim = Simulator(PAIR)
    assert sim.inventory()["all"]["children"]["ssr_conductors"]["vars"] == needed
    sim.stop()


def test_the_reference_names_every_key_and_every_fault() -> None:
    """README.md is the reference: what can be written stands there."""
    text = README.read_text(encoding="utf-8")
    named = [scenario.Scenario, *vars(specs).values(), Draw]
    classes = [item for item in named if dataclasses.is_dataclass(item) and item.__module__.startswith("tests.")]
    keys = {field.name for item in classes for field in dataclasses.fields(item)}
    words = set(re.findall(r"[A-Za-z_]+", text))
    assert sorted(keys - words) == []
    rows = dict(re.findall(r"^\|([^|]+)\|([^|]*)\|", text, re.MULTILINE))
    for kind, params in TYPES.items():
        described = next(value for key, value in rows.items() if f"`{kind}`" in key)
        assert [name for name in params if f"`{name}`" not in described] == [], kind
