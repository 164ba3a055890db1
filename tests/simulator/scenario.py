# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenario: who is in the authority, how the conductor behaves, and what goes wrong. Reference: README.md."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

import yaml

from .faults import FaultSpec, build_faults
from .releases import Release, default_offered, is_release
from .schema import ScenarioError, build, check_keys

SCENARIOS = Path(__file__).parent / "scenarios"
CAPABILITIES = ("config-read", "config-write", "provisioning")
# Above this many sessions of one connection OpenSSH refuses the channel (its default MaxSessions).
OPENSSH_MAX_SESSIONS = 10

AssetState = Literal[
    "Pending",
    "Key Accepted",
    "Disconnected",
    "Synchronizing",
    "Resynchronizing",
    "Reinitializing",
    "Synchronized",
    "Not Installed",
]


@dataclass
class ClockSpec:
    start: str = "now"
    speedup: float = 1.0
    zone: str = "UTC"

    def moment(self) -> datetime | None:
        if self.start == "now":
            return None
        try:
            moment = datetime.fromisoformat(self.start.replace("Z", "+00:00"))
        except ValueError:
            raise ScenarioError(f"clock.start: {self.start!r} is neither 'now' nor an ISO time") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


@dataclass
class NodeSpec:
    name: str
    asset_id: str | None = None
    version: str | None = None
    install_type: Literal["image", "package"] | None = None
    state: AssetState = "Synchronized"
    in_status: float = 86400.0
    uptime: float = 864000.0
    service: Literal["running", "starting", "offline"] = "running"
    primary: bool | None = None
    previous: str | None = None
    downloaded: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    plugins: dict[str, str] = field(default_factory=dict)


@dataclass
class RouterSpec:
    name: str
    nodes: list[NodeSpec]
    conductor: bool = False
    version: str | None = None
    install_type: Literal["image", "package"] = "image"
    resource_groups: list[str] = field(default_factory=list)
    configured: bool = True


@dataclass
class FleetSpec:
    """Many routers that differ only by number: `<prefix>0001`, …"""

    prefix: str
    count: int
    version: str
    nodes: int = 1
    install_type: Literal["image", "package"] = "image"
    resource_groups: list[str] = field(default_factory=list)


@dataclass
class ReleaseSpec:
    name: str
    offered: str | None = None
    channel: str = "release"
    source: str = "artifactory"
    build_date: str = "2025-01-15T16:51:25Z"
    available: bool = True


@dataclass
class UserSpec:
    name: str
    password: str | None = None
    keys: list[str] = field(default_factory=list)
    privilege: Literal["admin", "user"] = "admin"
    shell: Literal["pcli", "linux"] = "pcli"
    capabilities: list[str] = field(default_factory=lambda: list(CAPABILITIES))
    refusal: Literal["hidden", "refused"] = "hidden"
    resource_groups: list[str] = field(default_factory=list)
    prompt: str | None = None
    sftp: bool = True
    linux: bool = True


@dataclass
class SshSpec:
    sshd_during_restart: Literal["refuse", "hang", "accept_then_close"] = "refuse"
    max_sessions: int = OPENSSH_MAX_SESSIONS
    keyboard_interactive: Literal["no", "also", "only"] = "no"
    host_key_files: dict[str, str] = field(default_factory=dict)
    exec: Literal["refuse", "run"] = "refuse"
    banner: str | None = None
    idle_timeout: float = 3600.0
    lock_after: int = 6
    lock_seconds: float = 1800.0


@dataclass
class PagerSpec:
    enabled: bool = False
    rows: int = 50
    text: str = "--More--"


@dataclass
class StyleSpec:
    motd: str = ""
    last_login: bool = True
    spinner: bool = False
    ansi: bool = False
    marks: bool = True
    date_line: bool = True
    completed_line: bool = True
    progress_line: bool = True
    wrap: Literal["words", "chop"] = "words"
    column_order: list[str] = field(default_factory=list)
    extra_columns: dict[str, str] = field(default_factory=dict)
    missing_columns: list[str] = field(default_factory=list)
    legacy_assets: Literal["documented", "modern"] = "documented"
    status_case: Literal["auto", "lower", "title", "upper"] = "auto"
    misaligned_available: bool = False
    status_layout: Literal["table", "blocks", "sentences", "none"] = "table"
    health_layout: Literal["lines", "table", "none"] = "lines"
    accept_layout: Literal["mark", "sentence", "none"] = "mark"
    trailing_noise: str = ""
    pager: PagerSpec = field(default_factory=PagerSpec)


@dataclass
class DialectSpec:
    pin: Literal["pre-6.3", "6.3", "7.x"] | None = None
    skip_names: Literal["check", "health-check"] = "check"
    no_revert: bool | None = None


@dataclass
class BehaviourSpec:
    request_mode: Literal["returns", "blocks"] = "returns"
    health_check_mode: Literal["blocks", "returns"] = "blocks"
    confirm: list[str] = field(default_factory=lambda: ["upgrade", "download", "revert", "downgrade", "delete"])
    conductor_needs_download: bool = False
    router_needs_download: bool = False
    peer_moves_by_itself: bool = False
    conductor_order: Literal["listed", "standby_first", "local_last"] = "listed"
    router_order: Literal["listed", "standby_first"] = "standby_first"
    stop_sequence_on_failure: bool = True
    upgrading_state: str | None = None
    post_check: Literal["before_synchronized", "after_synchronized"] = "before_synchronized"
    assets_after_conductor_restart: Literal["keep", "resync"] = "keep"
    flap_while_conductor_down: bool = False
    flap_period: float = 60.0
    accept_bare_release: bool = False
    abbreviations: bool = True
    show_system_nodes: Literal["router", "local"] = "router"
    shell: bool = True
    export_existing: Literal["overwrite", "refuse"] = "overwrite"
    import_without_suffix: bool = True
    first_upgrade_keeps_package: bool = True


@dataclass
class Durations:
    """Simulated seconds of each phase."""

    download: float = 300.0
    pre_check: float = 60.0
    install: float = 480.0
    restart: float = 360.0
    service_start: float = 60.0
    post_check: float = 60.0
    resync: float = 120.0
    settle: float = 180.0
    health_check: float = 30.0
    installer: float = 60.0
    import_iso: float = 60.0
    command: float = 0.0


@dataclass
class AlarmSpec:
    node: str
    message: str
    severity: Literal["critical", "major", "minor", "info"] = "major"
    category: str = "system"
    source: str = "unavailable"
    shelved: bool = False
    age: float = 3600.0


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
    style: StyleSpec = field(default_factory=StyleSpec)
    dialect: DialectSpec = field(default_factory=DialectSpec)
    behaviour: BehaviourSpec = field(default_factory=BehaviourSpec)
    durations: Durations = field(default_factory=Durations)
    alarms: list[AlarmSpec] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    configuration: list[str] = field(default_factory=list)
    faults: list[FaultSpec] = field(default_factory=list)

    def all_routers(self) -> list[RouterSpec]:
        return self.routers + [router for fleet in self.fleet for router in _fleet_routers(fleet)]

    def conductor(self) -> RouterSpec:
        return next(router for router in self.routers if router.conductor)

    def release_table(self) -> dict[str, Release]:
        """Every build that is offered or runs somewhere, by its `show assets` spelling."""
        table: dict[str, Release] = {}
        for spec in self.releases:
            offered = spec.offered or default_offered(spec.name)
            table[spec.name] = Release(spec.name, offered, spec.channel, spec.source, spec.build_date)
        for router in self.all_routers():
            for node in router.nodes:
                for name in [node.version or router.version, node.previous, *node.downloaded]:
                    if name and name not in table:
                        table[name] = Release(name, default_offered(name))
        return table


def _fleet_routers(fleet: FleetSpec) -> list[RouterSpec]:
    width = max(4, len(str(fleet.count)))
    return [
        RouterSpec(
            name=f"{fleet.prefix}{number:0{width}d}",
            nodes=[NodeSpec(f"node{index + 1}", primary=index == 0) for index in range(fleet.nodes)],
            version=fleet.version,
            install_type=fleet.install_type,
            resource_groups=list(fleet.resource_groups),
        )
        for number in range(1, fleet.count + 1)
    ]


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
    scenario = build(Scenario, data)
    scenario.faults = faults
    _check(scenario)
    return scenario


def read_scenario(source: str | Path) -> dict:
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
    return sorted(path.stem for path in SCENARIOS.glob("*.yml"))


def _override(data: dict, key: str, value: Any) -> None:
    """`speedup` is a short form of `clock.speedup`; mappings are merged, all else replaced; dots go down."""
    parts = ["clock", "speedup"] if key == "speedup" else key.split(".")
    target: Any = data
    for part in parts[:-1]:
        target = target[int(part)] if isinstance(target, list) else target.setdefault(part, {})
    last: Any = int(parts[-1]) if isinstance(target, list) else parts[-1]
    if isinstance(value, dict) and isinstance(target, dict) and isinstance(target.get(last), dict):
        for inner, item in value.items():
            _override(target[last], inner, item)
    else:
        target[last] = copy.deepcopy(value)


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
    places = set(names) | nodes | {f"{n.name}.{r.name}" for r in scenario.all_routers() for n in r.nodes}
    for fault in scenario.faults:
        for place in (fault.node, fault.router):
            if place and place not in places:
                raise ScenarioError(f"faults: {fault.type} names '{place}', which is no router or node here")
    for alarm in scenario.alarms:
        if alarm.node not in places:
            raise ScenarioError(f"alarms: '{alarm.node}' is no node here")


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
