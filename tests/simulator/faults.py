# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong: the types of fault, their parameters, and whom they hit.

A fault applies to the node or router that it names (or to all when it names none) and, with `times`, only so often.
With `share` or `count` it hits that many routers, drawn by its seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .draws import chance, some
from .schema import ScenarioError, check_keys, seconds

if TYPE_CHECKING:
    from .specs import RouterSpec

# type -> parameters with their defaults; README.md says what each one does.
TYPES: dict[str, dict[str, Any]] = {
    "pre_check_refuses": {"text": "Pre-upgrade health check failed: System Processes Check", "when": "at_once"},
    "post_check_fails_and_reverts": {"check": "System Processes Check"},
    "upgrade_hangs": {"phase": "install"},
    "never_comes_back": {},
    "health_check_fails": {"check": "System Processes Check"},
    "health_check_unreadable": {"text": "0x7f 2:1/0 --"},
    "health_check_times_out": {},
    "service_down_after_upgrade": {},
    "not_a_conductor": {},
    "plugin_lost": {"name": None},
    "stuck_disconnected": {},
    "stuck_synchronizing": {"state": "Resynchronizing"},
    "revert_fails": {"how": "refused", "text": "No previous version is available to revert to"},
    "mixed_install_types": {"install_type": "package"},
    "dirty_candidate": {"user": None},
    "export_missing": {"how": "not_listed"},
    "wrong_password": {"user": None, "password": "changed-in-the-meantime"},
    "rbac_refusal": {"user": None, "capability": "provisioning", "form": "hidden"},
    "linux_login": {"user": None},
    "drop_session": {"after_commands": None, "after_seconds": None, "when": "after_answer"},
    "slow_prompt": {"seconds": 1.0},
    "critical_alarm": {
        "message": "IDP engine unable to start; reboot-required",
        "severity": "critical",
        "category": "system",
        "when": "start",
    },
    "unavailable_version": {"version": None},
    "request_refused_words": {"command": "upgrade", "text": "The version is not available"},
    "blocked_pty": {"seconds": 120.0, "when": "after_restart"},
    "mid_operation": {"kind": "upgrade", "version": None, "seconds": 600.0, "ends": "completes"},
    "restarts_twice": {"seconds": None},
    "version_unchanged_after_reboot": {},
    "host_key_changes_on_restart": {},
    "login_refused_after_restart": {"seconds": None},
    "asset_synchronized_only_on_peer": {"state": "Disconnected", "viewer": None, "when": "start"},
    "download_fails": {"text": "Download failed: connection to the repository timed out"},
    "download_hangs": {},
    "peer_path_lost": {"peer": None},
    "bgp_neighbour_lost": {"address": None, "state": "Active"},
    "interface_down": {"interface": None, "when": "after_upgrade"},
    "disk_low": {"used": 95.0},
    "duplicate_asset": {"row": False},
    "asset_unlisted": {},
    "other_volume_selected": {},
    "pair_link_down": {"when": "start"},
    "minion_lost_conductor": {"conductor": None},
    "locally_modified": {},
    "asset_errors": {
        "text": "reverse-ssh_conductor1_login_unit: Unable to manage file: Message timed out",
        "when": "start",
    },
    "transient_alarm": {"what": "process", "message": None, "severity": "major", "seconds": 120.0},
    "neighbour_reboots": {"neighbour": None, "when": "after_upgrade", "after": 0.0, "seconds": 600.0},
    "conversion_fails": {"text": "not enough free disk space for a second volume"},
    "installer_outdated": {},
    "web_server_away": {"how": "refused", "when": "start"},
    "web_lies": {"state": None, "version": None, "software": "true", "when": "start"},
    "strange_line": {"command": "show assets", "text": "1 asset could not be read"},
    "proxied_unauthorized": {},
    "download_flag_stays": {},
    "conductor_node_down": {"after": 600.0, "seconds": 600.0, "since": "first_request"},
    "mass_disconnect": {"share": 0.1, "after": 600.0, "seconds": 600.0, "since": "first_request", "seed": 0},
    "assets_flap": {
        "share": 0.1,
        "after": 600.0,
        "seconds": 1800.0,
        "period": 120.0,
        "since": "first_request",
        "seed": 0,
    },
}
# What happens once, at a time, and not to a router that is being worked on.
TIMED = ("conductor_node_down", "mass_disconnect", "assets_flap")
# What concerns logins and the conductor's own configuration: there is nothing to draw among routers.
_NOT_FOR_ROUTERS = {
    *TIMED,
    "blocked_pty",
    "dirty_candidate",
    "drop_session",
    "export_missing",
    "host_key_changes_on_restart",
    "linux_login",
    "login_refused_after_restart",
    "not_a_conductor",
    "rbac_refusal",
    "slow_prompt",
    "unavailable_version",
    "proxied_unauthorized",
    "strange_line",
    "web_server_away",
    "wrong_password",
}
_PAIRS_ONLY = {"mixed_install_types", "pair_link_down"}
_CHOICES = {
    ("pre_check_refuses", "when"): ("at_once", "later"),
    ("upgrade_hangs", "phase"): ("pre-check", "download", "install", "post-check"),
    ("revert_fails", "how"): ("refused", "same_version"),
    ("export_missing", "how"): ("not_listed", "not_readable"),
    ("rbac_refusal", "form"): ("hidden", "refused"),
    ("drop_session", "when"): ("before_answer", "after_answer"),
    ("critical_alarm", "when"): ("start", "after_upgrade"),
    ("asset_synchronized_only_on_peer", "when"): ("start", "after_upgrade"),
    ("blocked_pty", "when"): ("start", "after_restart"),
    ("mid_operation", "kind"): ("upgrade", "download", "downgrade", "revert"),
    ("mid_operation", "ends"): ("completes", "fails", "never"),
    ("bgp_neighbour_lost", "state"): ("Idle", "Connect", "Active", "OpenSent", "OpenConfirm"),
    ("interface_down", "when"): ("start", "after_upgrade"),
    ("asset_errors", "when"): ("start", "after_upgrade"),
    ("pair_link_down", "when"): ("start", "after_upgrade"),
    ("transient_alarm", "what"): ("process", "ntp"),
    ("neighbour_reboots", "when"): ("upgrade_starts", "after_upgrade"),
    ("web_server_away", "how"): ("refused", "bad_gateway", "unavailable", "html", "hang"),
    ("web_server_away", "when"): ("start", "after_restart"),
    ("web_lies", "software"): ("true", "nothing", "everything"),
    ("web_lies", "when"): ("start", "after_restart"),
    ("conductor_node_down", "since"): ("start", "first_request"),
    ("mass_disconnect", "since"): ("start", "first_request"),
    ("assets_flap", "since"): ("start", "first_request"),
}
_DURATIONS = {"seconds", "after_seconds", "after", "period"}


@dataclass(frozen=True)
class Draw:
    """How many routers a fault hits, and among which."""

    share: float | None = None
    count: int | None = None
    seed: int = 0
    among: str = "all"  # all | pairs | single
    pick: str = "router"  # router | node: the whole router, or one node of it


@dataclass
class FaultSpec:
    type: str
    node: str | None = None
    router: str | None = None
    times: int | None = None
    params: dict[str, Any] = field(default_factory=dict)
    draw: Draw | None = None

    def __getitem__(self, name: str) -> Any:
        return self.params[name]

    def concerns(self, node: str | None, router: str | None) -> bool:
        own = {node, f"{node}.{router}"}
        return (self.node is None or self.node in own) and (self.router is None or self.router == router)


def build_faults(faults: Any) -> list[FaultSpec]:
    """The faults of a scenario. Raises ScenarioError, which names the entry."""
    if not isinstance(faults, list):
        raise ScenarioError(f"faults: expected a list, got {type(faults).__name__}")
    return [_build(fault, f"faults[{index}]") for index, fault in enumerate(faults)]


def _build(fault: Any, where: str) -> FaultSpec:
    if isinstance(fault, str):
        fault = {"type": fault}
    if not isinstance(fault, dict) or "type" not in fault:
        raise ScenarioError(f"{where}: needs a 'type', one of {', '.join(sorted(TYPES))}")
    kind = fault["type"]
    if kind not in TYPES:
        raise ScenarioError(f"{where}: unknown fault type '{kind}', known: {', '.join(sorted(TYPES))}")
    check_keys(fault, {"type", "node", "router", "times", *TYPES[kind], *_DRAW_KEYS}, where)
    params = {name: fault.get(name, default) for name, default in TYPES[kind].items()}
    for name, value in params.items():
        allowed = _CHOICES.get((kind, name))
        if allowed and value not in allowed:
            raise ScenarioError(f"{where}.{name}: {value!r} is not one of {', '.join(allowed)}")
        if name in _DURATIONS and value is not None:
            params[name] = seconds(value, f"{where}.{name}")
    return FaultSpec(
        kind, fault.get("node"), fault.get("router"), fault.get("times"), params, _draw(kind, fault, where)
    )


_DRAW_KEYS = ("share", "count", "seed", "among", "pick")
_DRAW_CHOICES = {"among": ("all", "pairs", "single"), "pick": ("router", "node")}


def _draw(kind: str, fault: dict[str, Any], where: str) -> Draw | None:
    """The keys by which members are chosen; None when the fault names somebody, or concerns everybody."""
    given = {key: fault[key] for key in _DRAW_KEYS if key in fault and key not in TYPES[kind]}
    if not given:
        return None
    if ("share" in given) == ("count" in given):
        raise ScenarioError(f"{where}: give either 'share' or 'count' to have routers drawn")
    if kind in _NOT_FOR_ROUTERS:
        raise ScenarioError(f"{where}: {kind} does not happen to routers, so none can be drawn for it")
    if fault.get("node") or fault.get("router"):
        raise ScenarioError(f"{where}: routers are drawn, so 'node' and 'router' cannot be given")
    for key, allowed in _DRAW_CHOICES.items():
        if given.get(key, allowed[0]) not in allowed:
            raise ScenarioError(f"{where}.{key}: {given[key]!r} is not one of {', '.join(allowed)}")
    if kind in _PAIRS_ONLY:
        given["among"] = "pairs"
    share, count = given.get("share", 0), given.get("count", 0)
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
        raise ScenarioError(f"{where}.share: expected a number between 0 and 1, got {share!r}")
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ScenarioError(f"{where}.count: expected a whole number, got {count!r}")
    return Draw(**given)


def with_members(specs: list[FaultSpec], routers: Sequence[RouterSpec], newest: str | None = None) -> list[FaultSpec]:
    """Each fault that draws its routers becomes one for each of them.

    No router is drawn twice, as long as there are enough, so that what became of it has one reason. A router that is
    away from the start, or runs the `newest` release already, is never drawn: nothing would happen there.
    """
    able = [
        router
        for router in routers
        if not router.conductor
        and all(node.state == "Synchronized" for node in router.nodes)
        and any((node.version or router.version) != newest for node in router.nodes)
    ]
    taken = {spec.router for spec in specs} | {spec.node for spec in specs}
    able = [router for router in able if not taken & _places(router)]
    result: list[FaultSpec] = []
    for number, spec in enumerate(specs):
        if spec.draw is None:
            result.append(spec)
            continue
        members = _members(spec.draw, number, able, len(routers) - 1)
        chosen = {router.name for router in members}
        able = [router for router in able if router.name not in chosen]
        result += [_of_member(spec, router) for router in members]
    return result


def _places(router: RouterSpec) -> set[str | None]:
    return {router.name, *(f"{node.name}.{router.name}" for node in router.nodes)}


def _members(draw: Draw, number: int, able: list[RouterSpec], total: int) -> list[RouterSpec]:
    wanted = draw.count if draw.count is not None else max(1, round((draw.share or 0) * total)) if draw.share else 0
    sizes = {"all": (1, 2), "pairs": (2,), "single": (1,)}[draw.among]
    fitting = [router for router in able if len(router.nodes) in sizes]
    return some(fitting, wanted, chance(draw.seed, "fault", str(number)))


def _of_member(spec: FaultSpec, router: RouterSpec) -> FaultSpec:
    assert spec.draw is not None
    if spec.draw.pick == "router":
        return replace(spec, router=router.name, draw=None)
    node = chance(spec.draw.seed, "node", router.name).choice(router.nodes)
    return replace(spec, node=f"{node.name}.{router.name}", draw=None)


class Faults:
    """The faults still to come. Callers hold the lock of the world.

    Kept by type and by what they name: a fleet has many, and some are asked for with every line of a table.
    """

    def __init__(self, specs: list[FaultSpec]) -> None:
        self._specs: list[FaultSpec] = []
        self._left: list[int | None] = []
        self._index: dict[str, dict[str | None, list[int]]] = {}
        for spec in specs:
            self.add(spec)

    def peek(self, kind: str, node: str | None = None, router: str | None = None, **params: Any) -> FaultSpec | None:
        """The first fault of that kind that still applies there, without using it up."""
        index = self._find(kind, node, router, params)
        return None if index is None else self._specs[index]

    def take(self, kind: str, node: str | None = None, router: str | None = None, **params: Any) -> FaultSpec | None:
        """The first fault of that kind that still applies there; one that happens a number of times is used up."""
        index = self._find(kind, node, router, params)
        if index is None:
            return None
        left = self._left[index]
        if left is not None:
            self._left[index] = left - 1
        return self._specs[index]

    def every(self, kind: str) -> list[FaultSpec]:
        """All faults of that kind that are not used up."""
        indices = sorted(index for named in self._index.get(kind, {}).values() for index in named)
        return [self._specs[index] for index in indices if self._left[index] != 0]

    def all(self) -> list[FaultSpec]:
        return list(self._specs)

    def add(self, spec: FaultSpec) -> None:
        by_name = self._index.setdefault(spec.type, {})
        by_name.setdefault(spec.node or spec.router, []).append(len(self._specs))
        self._specs.append(spec)
        self._left.append(spec.times)

    def clear(self, kind: str | None = None) -> None:
        """Forget the faults of that kind, or all of them."""
        keep = [(s, n) for s, n in zip(self._specs, self._left, strict=False) if kind is not None and s.type != kind]
        self._specs, self._left, self._index = [], [], {}
        for spec, left in keep:
            self.add(spec)
            self._left[-1] = left

    def _find(self, kind: str, node: str | None, router: str | None, params: dict[str, Any]) -> int | None:
        by_name = self._index.get(kind)
        if not by_name:
            return None
        keys = dict.fromkeys([None, node, f"{node}.{router}", router])
        for index in sorted(index for key in keys for index in by_name.get(key, ())):
            spec = self._specs[index]
            if self._left[index] == 0 or not spec.concerns(node, router):
                continue
            if all(spec.params.get(name) in (None, value) for name, value in params.items()):
                return index
        return None
