# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenario: who is in the authority, how the conductor behaves, and what goes wrong. Reference: README.md."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from .faults import FaultSpec, build_faults, with_members
from .fleet import routers_of
from .habits import Habits, habits_of
from .releases import Release, default_offered, is_release
from .schema import ScenarioError, build, check_keys
from .specs import (
    CAPABILITIES,
    AlarmSpec,
    ApiSpec,
    BandwidthSpec,
    BehaviourSpec,
    ClockSpec,
    DialectSpec,
    Durations,
    FleetSpec,
    ReleaseSpec,
    RouterSpec,
    SshSpec,
    StyleSpec,
    UserSpec,
)

SCENARIOS = Path(__file__).parent / "scenarios"


@dataclass
class Scenario:
    routers: list[RouterSpec]
    name: str = "unnamed"
    description: str = ""
    clock: ClockSpec = field(default_factory=ClockSpec)
    fleet: list[FleetSpec] = field(default_factory=list)
    releases: list[ReleaseSpec] = field(default_factory=list)
    users: list[UserSpec] = field(default_factory=lambda: [UserSpec("admin", password="admin")])
    ssh: SshSpec = field(default_factory=SshSpec)
    api: ApiSpec = field(default_factory=ApiSpec)
    style: StyleSpec = field(default_factory=StyleSpec)
    dialect: DialectSpec = field(default_factory=DialectSpec)
    behaviour: BehaviourSpec = field(default_factory=BehaviourSpec)
    durations: Durations = field(default_factory=Durations)
    bandwidth: BandwidthSpec = field(default_factory=BandwidthSpec)
    alarms: list[AlarmSpec] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    configuration: list[str] = field(default_factory=list)
    faults: list[FaultSpec] = field(default_factory=list)
    habits: Habits = field(default_factory=Habits)
    recorded: str | None = None

    def all_routers(self) -> list[RouterSpec]:
        """Those that are named, and those of the fleets (drawn once)."""
        return self.routers + self._fleet

    @cached_property
    def _fleet(self) -> list[RouterSpec]:
        return [router for number, fleet in enumerate(self.fleet) for router in routers_of(fleet, number)]

    def conductor(self) -> RouterSpec:
        return next(router for router in self.routers if router.conductor)

    def drawn(self, faults: list[FaultSpec]) -> list[FaultSpec]:
        """These faults, with the routers that they hit."""
        offered = [spec for spec in self.releases if spec.available and is_release(spec.name)]
        newest = max(offered, key=lambda spec: Release(spec.name, "").key, default=None)
        return with_members(faults, self.all_routers(), newest.name if newest else None)

    def release_table(self) -> dict[str, Release]:
        """Every build that is offered or runs somewhere, by its `show assets` spelling."""
        table: dict[str, Release] = {}
        for spec in self.releases:
            offered = spec.offered or self._offered(spec.name)
            table[spec.name] = Release(spec.name, offered, spec.channel, spec.source, spec.build_date)
        for router in self.all_routers():
            for node in router.nodes:
                for name in [node.version or router.version, node.previous, *node.downloaded]:
                    if name and name not in table:
                        table[name] = Release(name, self._offered(name))
        return table

    def _offered(self, name: str) -> str:
        return default_offered(name, self.habits["available_spelling"])


def load_scenario(source: str | Path | dict, overrides: dict[str, Any] | None = None) -> Scenario:
    """A scenario from a mapping, a file, or the name of a built-in one; `overrides` are merged over it.

    Raises ScenarioError with a sentence about the first thing that is wrong.
    """
    data = copy.deepcopy(source) if isinstance(source, dict) else read_scenario(source)
    if not isinstance(data, dict):
        raise ScenarioError("scenario: expected a mapping")
    for key, value in (overrides or {}).items():
        try:
            _override(data, key, value)
        except (IndexError, KeyError, ValueError, TypeError, AttributeError):
            raise ScenarioError(f"{key}: there is no such place in the scenario") from None
    check_keys(data, {f.name for f in fields(Scenario)}, "scenario")
    faults = build_faults(data.pop("faults", None) or [])
    habits = habits_of(data.pop("habits", None))
    for key, value, named in habits.settings():
        if named or not _has(data, key):
            _override(data, key, copy.deepcopy(value))
    scenario = build(Scenario, data)
    scenario.habits = habits
    scenario.faults = scenario.drawn(faults)
    _check(scenario)
    return scenario


def read_scenario(source: str | Path) -> dict:
    """The content of a scenario, which is a file or the name of a built-in one."""
    path = Path(source)
    if not path.exists():
        path = SCENARIOS / f"{path.name.removesuffix('.yml')}.yml"
    if not path.exists():
        raise ScenarioError(f"no scenario file {source}, and no built-in of that name ({', '.join(builtin_names())})")
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path}: not YAML: {error}") from None


def builtin_names() -> list[str]:
    """The names of the scenarios that come with the simulator."""
    return sorted(path.stem for path in SCENARIOS.glob("*.yml"))


def _override(data: dict, key: str, value: Any) -> None:
    """`speedup` is a short form of `clock.speedup`; mappings are merged, all else replaced; dots go down."""
    parts = ["clock", "speedup"] if key == "speedup" else key.split(".")
    target: Any = data
    for part in parts[:-1]:
        target = target[int(part)] if isinstance(target, list) else target.setdefault(part, {})
    last: Any = int(parts[-1]) if isinstance(target, list) else parts[-1]
    if isinstance(value, dict) and isinstance(target, dict) and isinstance(target.get(last), dict):
        for inner, nested in value.items():
            _override(target[last], inner, nested)
    else:
        target[last] = copy.deepcopy(value)


def _has(data: dict, key: str) -> bool:
    """Does the scenario itself say something about this key?"""
    inner: Any = data
    for part in key.split("."):
        if not isinstance(inner, dict) or part not in inner:
            return False
        inner = inner[part]
    return True


def _check(scenario: Scenario) -> None:
    conductors = [router for router in scenario.routers if router.conductor]
    if len(conductors) != 1:
        raise ScenarioError(f"routers: exactly one must have 'conductor: true', found {len(conductors)}")
    if not 1 <= len(conductors[0].nodes) <= 2:
        raise ScenarioError(f"routers: conductor '{conductors[0].name}' needs one or two nodes")
    if scenario.clock.speedup <= 0:
        raise ScenarioError("clock.speedup: must be above 0")
    scenario.clock.moment()
    _check_names(scenario)
    _check_peers(scenario)
    _check_versions(scenario)
    for user in scenario.users:
        for capability in user.capabilities:
            if capability not in CAPABILITIES:
                raise ScenarioError(f"users: '{user.name}' has unknown capability '{capability}' ({CAPABILITIES})")


def _check_names(scenario: Scenario) -> None:
    names = [router.name for router in scenario.all_routers()]
    for name, count in Counter(names).items():
        if count > 1:
            raise ScenarioError(f"routers: '{name}' is there twice")
    nodes = {node.name for router in scenario.all_routers() for node in router.nodes}
    known = set(names) | nodes | {f"{n.name}.{r.name}" for r in scenario.all_routers() for n in r.nodes}
    for fault in scenario.faults:
        for name in (fault.node, fault.router):
            if name and name not in known:
                raise ScenarioError(f"faults: {fault.type} names '{name}', which is no router or node here")
        other = fault.params.get("peer") or fault.params.get("neighbour")
        if other and other not in names:
            raise ScenarioError(f"faults: {fault.type} names '{other}', which is no router here")
        lost = fault.params.get("conductor")
        if lost and lost not in {node.name for node in scenario.conductor().nodes}:
            raise ScenarioError(f"faults: {fault.type} names '{lost}', which is no conductor node here")
    for alarm in scenario.alarms:
        if alarm.node not in known:
            raise ScenarioError(f"alarms: '{alarm.node}' is no node here")


def _check_peers(scenario: Scenario) -> None:
    routers = {router.name: router for router in scenario.all_routers()}
    for router in routers.values():
        for peer in router.peers or ():
            if peer not in routers or routers[peer].conductor or peer == router.name:
                raise ScenarioError(f"routers: '{router.name}' peers with '{peer}', which is no other router here")
            if router.conductor:
                raise ScenarioError(f"routers: '{router.name}' is the conductor, which has no peers")


def _check_versions(scenario: Scenario) -> None:
    for router in scenario.all_routers():
        for node in router.nodes:
            if not (node.version or router.version):
                raise ScenarioError(f"routers: '{router.name}' or its node '{node.name}' needs a version")
            for name in [node.version or router.version, node.previous, *node.downloaded]:
                if name and not is_release(name):
                    raise ScenarioError(f"routers: '{name}' does not look like 6.3.0-107.r1.el7")
    for spec in scenario.releases:
        if not is_release(spec.name):
            raise ScenarioError(f"releases: '{spec.name}' does not look like 6.3.0-107.r1.el7")
