# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong: the types of fault, their parameters, and how they are drawn.

A fault applies to the node or router that it names (or to all when it names none) and, with `times`, only so often.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .schema import ScenarioError, check_keys, seconds

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
    "request_refused_words": {"command": "upgrade", "text": "Unable to complete the request"},
    "blocked_pty": {"seconds": 120.0, "when": "after_restart"},
    "mid_operation": {"kind": "upgrade", "version": None, "seconds": 600.0, "ends": "completes"},
    "restarts_twice": {"seconds": None},
    "version_unchanged_after_reboot": {},
    "host_key_changes_on_restart": {},
    "login_refused_after_restart": {"seconds": None},
    "asset_synchronized_only_on_peer": {"state": "Disconnected", "viewer": None, "when": "start"},
}
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
}
_DURATIONS = {"seconds", "after_seconds"}


@dataclass
class FaultSpec:
    type: str
    node: str | None = None
    router: str | None = None
    times: int | None = None
    params: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.params[name]

    def concerns(self, node: str | None, router: str | None) -> bool:
        own = {node, f"{node}.{router}"}
        return (self.node is None or self.node in own) and (self.router is None or self.router == router)


def build_faults(items: Any) -> list[FaultSpec]:
    if not isinstance(items, list):
        raise ScenarioError(f"faults: expected a list, got {type(items).__name__}")
    return [_build(item, f"faults[{index}]") for index, item in enumerate(items)]


def _build(item: Any, where: str) -> FaultSpec:
    if isinstance(item, str):
        item = {"type": item}
    if not isinstance(item, dict) or "type" not in item:
        raise ScenarioError(f"{where}: needs a 'type', one of {', '.join(sorted(TYPES))}")
    kind = item["type"]
    if kind not in TYPES:
        raise ScenarioError(f"{where}: unknown fault type '{kind}', known: {', '.join(sorted(TYPES))}")
    check_keys(item, {"type", "node", "router", "times", *TYPES[kind]}, where)
    params = {name: item.get(name, default) for name, default in TYPES[kind].items()}
    for name, value in params.items():
        allowed = _CHOICES.get((kind, name))
        if allowed and value not in allowed:
            raise ScenarioError(f"{where}.{name}: {value!r} is not one of {', '.join(allowed)}")
        if name in _DURATIONS and value is not None:
            params[name] = seconds(value, f"{where}.{name}")
    return FaultSpec(kind, item.get("node"), item.get("router"), item.get("times"), params)


class Faults:
    """The faults still to come. Callers hold the lock of the world."""

    def __init__(self, specs: list[FaultSpec]) -> None:
        self._specs = list(specs)
        self._left = [spec.times for spec in specs]

    def peek(self, kind: str, node: str | None = None, router: str | None = None, **params: Any) -> FaultSpec | None:
        """The first fault of that kind that still applies there, without using it up."""
        index = self._find(kind, node, router, params)
        return None if index is None else self._specs[index]

    def take(self, kind: str, node: str | None = None, router: str | None = None, **params: Any) -> FaultSpec | None:
        index = self._find(kind, node, router, params)
        if index is None:
            return None
        left = self._left[index]
        if left is not None:
            self._left[index] = left - 1
        return self._specs[index]

    def every(self, kind: str) -> list[FaultSpec]:
        return [spec for spec, left in zip(self._specs, self._left, strict=False) if spec.type == kind and left != 0]

    def add(self, spec: FaultSpec) -> None:
        self._specs.append(spec)
        self._left.append(spec.times)

    def clear(self, kind: str | None = None) -> None:
        keep = [(s, n) for s, n in zip(self._specs, self._left, strict=False) if kind is not None and s.type != kind]
        self._specs = [spec for spec, _left in keep]
        self._left = [left for _spec, left in keep]

    def _find(self, kind: str, node: str | None, router: str | None, params: dict[str, Any]) -> int | None:
        for index, spec in enumerate(self._specs):
            if spec.type != kind or self._left[index] == 0 or not spec.concerns(node, router):
                continue
            if all(spec.params.get(name) in (None, value) for name, value in params.items()):
                return index
        return None
