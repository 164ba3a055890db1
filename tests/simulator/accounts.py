# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of one conductor node: which password it takes, when it locks a name, and what somebody may do.

SSH and the web interface ask the same accounts, so bad logins of both count together (config_access_mgmt).
"""

from __future__ import annotations

import time
from typing import Any

from .specs import UserSpec
from .world import Node, World


class Accounts:
    def __init__(self, world: World, node: Node) -> None:
        self._world = world
        self._node = node
        self._failures: dict[str, list[float]] = {}

    def user(self, name: str) -> UserSpec | None:
        return next((user for user in self._world.scenario.users if user.name == name), None)

    def by_password(self, name: str, password: str, **noted: Any) -> UserSpec | None:
        """The user who logs in, or None, which counts as a bad login; `noted` goes with it into the journal."""
        user = self.user(name)
        with self._world.lock:
            wanted = user.password_at(self._node.name) if user else None
            fault = self._world.faults.peek("wrong_password", self._node.name, self._node.router.name, user=name)
            if fault:
                wanted = fault["password"]
            if user is None or wanted is None or self.locked(name) or password != wanted:
                self._count_failure(name, noted)
                return None
        return user

    def locked(self, name: str) -> bool:
        """Locked after too many bad logins (config_access_mgmt), or by a fault."""
        ssh = self._world.scenario.ssh
        now = time.monotonic()
        recent = [moment for moment in self._failures.get(name, []) if now - moment < ssh.lock_seconds]
        if len(recent) >= ssh.lock_after:
            return True
        fault = self._world.faults.peek("login_refused_after_restart", self._node.name, self._node.router.name)
        if not fault or not self._node.restarts:
            return False
        return fault["seconds"] is None or self._world.clock.now() - self._node.booted < fault["seconds"]

    def _count_failure(self, name: str, noted: dict[str, Any]) -> None:
        world, node = self._world, self._node
        self._failures.setdefault(name, []).append(time.monotonic())
        key = f"{name}@{node.node_id}"
        world.bad_logins[key] = world.bad_logins.get(key, 0) + 1
        world.journal.add("login_failed", node=node.node_id, user=name, count=world.bad_logins[key], **noted)
        world.touch()


def may(world: World, node: Node, user: UserSpec, capability: str | None) -> bool:
    """Has the user this capability on the node?"""
    if capability is None:
        return True
    fault = refusal_of(world, node, user)
    if fault and fault["capability"] == capability:
        return False
    return capability in user.capabilities


def refusal_of(world: World, node: Node, user: UserSpec) -> Any:
    """The fault that takes a capability from the user, or None."""
    return world.faults.peek("rbac_refusal", node.name, node.router.name, user=user.name)
