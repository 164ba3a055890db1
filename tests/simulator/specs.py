# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be written in a scenario, section by section. Reference: README.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Literal

from .draws import Spread
from .schema import ScenarioError

CAPABILITIES = ("config-read", "config-write", "provisioning")
# Above this many sessions of one connection OpenSSH refuses the channel (its default MaxSessions).
OPENSSH_MAX_SESSIONS = 10

InstallType = Literal["image", "package"]
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
class DiskSpec:
    """The disk of a node: how full it is in per cent, and its size in GB."""

    used: float = 38.0
    size: float = 120.0

    def __post_init__(self) -> None:
        if not 0 <= self.used <= 100 or self.size <= 0:
            raise ScenarioError("disk: 'used' is in per cent, between 0 and 100, and 'size' in GB, above 0")


@dataclass
class InterfaceSpec:
    """A port that every node of a router has. `shared`: a redundant pair of ports, active on the primary node alone."""

    name: str
    shared: bool = False
    admin: Literal["up", "down"] = "up"
    oper: Literal["up", "down", "unknown"] = "up"


@dataclass
class BgpSpec:
    """A BGP neighbour of a router."""

    address: str
    asn: int = 65001
    prefixes: int = 12
    state: Literal["Established", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm"] = "Established"


def default_interfaces() -> list[InterfaceSpec | str]:
    return ["wan", "lan"]


@dataclass
class NodeSpec:
    name: str
    asset_id: str | None = None
    version: str | None = None
    install_type: InstallType | None = None
    state: AssetState = "Synchronized"
    in_status: float = 86400.0
    uptime: float = 864000.0
    service: Literal["running", "starting", "offline"] = "running"
    primary: bool | None = None
    previous: str | None = None
    downloaded: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    plugins: dict[str, str] = field(default_factory=dict)
    disk: DiskSpec | None = None


@dataclass
class RouterSpec:
    name: str
    nodes: list[NodeSpec]
    conductor: bool = False
    version: str | None = None
    install_type: InstallType = "image"
    resource_groups: list[str] = field(default_factory=list)
    configured: bool = True
    peers: list[str] | None = None
    interfaces: list[InterfaceSpec | str] = field(default_factory=default_interfaces)
    bgp: list[BgpSpec] = field(default_factory=list)
    disk: DiskSpec = field(default_factory=DiskSpec)


@dataclass
class FleetSpec:
    """Many routers by one pattern. Mixtures are value -> weight; `seed` decides who gets what."""

    count: int
    prefix: str = ""
    name: str | None = None
    first: int = 1
    version: str | None = None
    versions: dict[str, float] = field(default_factory=dict)
    previous: str | None = None
    nodes: int = 1
    pairs: float = 0.0
    node_names: list[str] = field(default_factory=list)
    install_type: InstallType = "image"
    install_types: dict[InstallType, float] = field(default_factory=dict)
    states: dict[AssetState, float] = field(default_factory=dict)
    resource_groups: list[str] = field(default_factory=list)
    peers: list[str] | None = None
    interfaces: list[InterfaceSpec | str] = field(default_factory=default_interfaces)
    bgp: list[BgpSpec] = field(default_factory=list)
    disk: DiskSpec = field(default_factory=DiskSpec)
    seed: int = 0


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
    #: By the name of a node: its account of this name has a password of its own.
    node_passwords: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    privilege: Literal["admin", "user"] = "admin"
    shell: Literal["pcli", "linux"] = "pcli"
    capabilities: list[str] = field(default_factory=lambda: list(CAPABILITIES))
    refusal: Literal["hidden", "refused"] = "hidden"
    resource_groups: list[str] = field(default_factory=list)
    prompt: str | None = None
    sftp: bool = True
    linux: bool = True

    def password_at(self, node: str) -> str | None:
        """The password that this node takes."""
        return self.node_passwords.get(node, self.password)


@dataclass
class SshSpec:
    sshd_during_restart: Literal["refuse", "hang", "accept_then_close"] = "refuse"
    max_sessions: int = OPENSSH_MAX_SESSIONS
    keyboard_interactive: Literal["no", "also", "only"] = "no"
    host_key_files: dict[str, str] = field(default_factory=dict)
    exec: Literal["refuse", "run"] = "refuse"
    forwarding: bool = True
    banner: str | None = None
    identification: str | None = None
    idle_timeout: float = 3600.0
    lock_after: int = 6
    lock_seconds: float = 1800.0


@dataclass
class ApiSpec:
    """The web interface. Its seconds are of the wall, since they concern the patience of clients."""

    enabled: bool = False
    token_seconds: float = 86400.0
    delay: float = 0.0


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
    wrap: Literal["words", "chop", "headers"] = "words"
    column_order: list[str] = field(default_factory=list)
    extra_columns: dict[str, str] = field(default_factory=dict)
    missing_columns: list[str] = field(default_factory=list)
    legacy_assets: Literal["documented", "modern"] = "documented"
    status_case: Literal["auto", "lower", "title", "upper"] = "auto"
    misaligned_available: bool = False
    status_layout: Literal["table", "blocks", "sentences", "none"] = "table"
    health_layout: Literal["lines", "table", "none"] = "lines"
    disk_layout: Literal["sections", "table", "none"] = "sections"
    accept_layout: Literal["mark", "sentence", "none"] = "mark"
    trailing_noise: str = ""
    pager: PagerSpec = field(default_factory=PagerSpec)


@dataclass
class DialectSpec:
    pin: Literal["pre-6.3", "6.3", "7.x"] | None = None
    skip_names: Literal["check", "health-check"] = "check"
    no_revert: bool | None = None
    downgrade: bool | None = None
    obsolete: Literal["stub", "missing"] = "stub"


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
    download_again: Literal["completes", "refused"] = "completes"
    peer_alarms: Literal["none", "path", "all"] = "path"
    connectivity_hides: bool = True


Duration = float | Spread


@dataclass
class Durations:
    """Simulated seconds of each phase, or how they are spread; `seed` decides which node gets what."""

    seed: int = 0
    download: Duration = 300.0
    pre_check: Duration = 60.0
    install: Duration = 480.0
    restart: Duration = 360.0
    service_start: Duration = 60.0
    post_check: Duration = 60.0
    resync: Duration = 120.0
    settle: Duration = 180.0
    peers: Duration = 60.0
    health_check: Duration = 30.0
    installer: Duration = 60.0
    import_iso: Duration = 60.0
    command: Duration = 0.0


@dataclass
class BandwidthSpec:
    """Downloads that run at full speed at once; more of them share it. Without a number there is no limit."""

    conductor: int | None = None


@dataclass
class AlarmSpec:
    node: str
    message: str
    severity: Literal["critical", "major", "minor", "info"] = "major"
    category: str = "system"
    source: str = "unavailable"
    shelved: bool = False
    age: float = 3600.0
