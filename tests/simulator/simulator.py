# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a whole: world, clock, and one SSH server per conductor node."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .api.certificate import Certificate
from .api.graphql import require_library
from .api.server import ApiServer
from .api.shared import Shared
from .clock import Clock
from .faults import build_faults
from .journal import Journal
from .lifecycle import Lifecycle
from .listener import Listener
from .mishaps import Mishaps
from .scenario import Scenario, load_scenario
from .server import NodeServer, key_text
from .truth import node_truth, truth_of
from .world import Node, World


@dataclass(frozen=True)
class NodeAddress:
    """Where a conductor node listens."""

    name: str
    host: str
    port: int
    api_port: int | None = None


class Simulator:
    """A conductor played from a scenario. Use as a context manager, or `start()` and `stop()`.

    `overrides` are merged over the scenario: `speedup=500`, `durations={"install": 10}`, `faults=["upgrade_hangs"]`,
    or with dots by way of `**{"ssh.max_sessions": 2}`.
    """

    def __init__(
        self,
        scenario: str | Path | dict | Scenario = "ha-6.3-image",
        *,
        host: str = "127.0.0.1",
        port_base: int = 0,
        api_port_base: int = 0,
        log_file: str | Path | None = None,
        state_file: str | Path | None = None,
        **overrides: Any,
    ) -> None:
        if isinstance(scenario, Scenario) and overrides:
            raise TypeError("overrides go with a name, a path or a mapping, not with a finished Scenario")
        self.scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, overrides)
        self.clock = Clock(self.scenario.clock.moment(), self.scenario.clock.speedup)
        self.log = Journal(self.clock, log_file)
        self.world = World(self.scenario, self.clock, self.log)
        self.lifecycle = Lifecycle(self.world)
        self._mishaps = Mishaps(self.world, self.lifecycle)
        self.listed_routers: list[str] | None = None
        self._state_file = Path(state_file) if state_file else None
        self._stopped = threading.Event()
        self._servers: dict[str, NodeServer] = {}
        for index, node in enumerate(self.world.conductors):
            port = port_base + index if port_base else 0
            self._servers[node.name] = NodeServer(self.world, self.lifecycle, node, host, port)
        self._webs = self._web_servers(host, api_port_base) if self.scenario.api.enabled else {}
        self.nodes = {
            name: NodeAddress(name, host, server.port, self._webs[name].port if self._webs else None)
            for name, server in self._servers.items()
        }

    def _web_servers(self, host: str, port_base: int) -> dict[str, ApiServer]:
        require_library()
        shared = Shared(self.world)
        return {
            name: ApiServer(
                self.world, self.lifecycle, server.node, server.accounts, shared, host, port_base and port_base + index
            )
            for index, (name, server) in enumerate(self._servers.items())
        }

    @property
    def _listeners(self) -> list[Listener]:
        return [*self._servers.values(), *self._webs.values()]

    # --- life -------------------------------------------------------------------------------------------------

    def start(self) -> Simulator:
        self.world.on_power.append(self._power)
        self.world.scheduler.start()
        for server in self._listeners:
            server.start()
        for name, web in self._webs.items():
            self._servers[name].inside = web.inside
            web.review()
            self.world.watchers.add(web.review)
        with self.world.lock:
            self.lifecycle.start_mid_operations()
            self._mishaps.start_all()
        if self._state_file:
            threading.Thread(target=self._keep_state, name="simulator-state", daemon=True).start()
        self.log.add("listening", nodes={name: f"{node.host}:{node.port}" for name, node in self.nodes.items()})
        return self

    def stop(self) -> None:
        if self._stopped.is_set():
            return
        self._stopped.set()
        self.world.scheduler.stop()
        for web in self._webs.values():
            self.world.watchers.discard(web.review)
        for server in self._listeners:
            if server.is_alive():
                server.order("stop")
            else:
                server.close()
        for server in self._listeners:
            if server.is_alive():
                server.join(5)
        self.world.touch()
        if self._state_file:
            _write_json(self._state_file, self.truth())
        self.log.close()

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(self, *_exc: Any) -> None:
        self.stop()

    def _power(self, node: Node, up: bool) -> None:
        server = self._servers.get(node.name)
        if server and node.conductor:
            server.order("up" if up else "down")

    def _keep_state(self) -> None:
        """Write the truth at every change, at most ten times a second, less often where that is much to write."""
        last = ""
        while not self._stopped.is_set():
            began = time.monotonic()
            truth = self.truth()
            text = json.dumps({key: value for key, value in truth.items() if key != "time"}, sort_keys=True)
            if text != last:
                last = text
                _write_json(self._state_file, truth)
            self._stopped.wait(max(0.1, 10 * (time.monotonic() - began)))
            with self.world.changed:
                self.world.changed.wait(1.0)

    # --- looking at it ----------------------------------------------------------------------------------------

    @property
    def violations(self) -> list[str]:
        return list(self.world.violations)

    @property
    def habits(self) -> dict[str, str]:
        """What this conductor does wherever the documents leave a choice: the way of each habit."""
        return dict(self.scenario.habits.ways)

    @property
    def host_keys(self) -> dict[str, str]:
        """`ssh-ed25519 AAAA…` of each conductor node."""
        return {name: key_text(server.host_key) for name, server in self._servers.items()}

    def host_key(self, name: str) -> Any:
        return self._servers[name].host_key

    def known_hosts(self) -> list[str]:
        """Lines for a known_hosts file."""
        return [f"[{node.host}]:{node.port} {self.host_keys[name]}" for name, node in self.nodes.items()]

    @property
    def certificates(self) -> dict[str, Certificate]:
        """Of the web interface of each conductor node."""
        return {name: web.certificate for name, web in self._webs.items()}

    def forget_tokens(self, user: str | None = None) -> None:
        """Take back the tokens of the web interface: of one user, or all."""
        for web in list(self._webs.values())[:1]:
            web.shared.tokens.forget(user=user)

    def truth(self) -> dict[str, Any]:
        """What is really so on each node, whatever any command prints."""
        return truth_of(self.world)

    def node_truth(self, node_id: str) -> dict[str, Any]:
        """What `truth()` says about one node, `node.router`; much cheaper in a large fleet."""
        with self.world.lock:
            return node_truth(self.world.find(node_id, None)[0])

    def commands(self, node: str | None = None, startswith: str | None = None) -> list[str]:
        """Command lines in the order in which they came; `node` is a node's name or `node.router`."""
        return [
            record["command"]
            for record in self.log.records()
            if record["event"] == "command"
            and (node is None or node in (record["node"], record["node"].partition(".")[0]))
            and (startswith is None or record["command"].startswith(startswith))
        ]

    def wait_for(self, predicate: Callable[[Simulator], Any], timeout: float = 10.0) -> bool:
        """Wait (wall seconds) until `predicate(self)` is true; asked again at every change. False on time-out."""
        end = time.monotonic() + timeout
        with self.world.changed:
            while not predicate(self):
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self.world.changed.wait(min(left, 0.25))
        return True

    def add_fault(self, fault: str | dict[str, Any]) -> None:
        """Make something go wrong from now on."""
        with self.world.lock:
            for spec in self.scenario.drawn(build_faults([fault])):
                self.world.faults.add(spec)
                self._mishaps.start(spec)
            self.world.review()
        self.world.touch()

    def clear_faults(self, kind: str | None = None) -> None:
        with self.world.lock:
            self.world.faults.clear(kind)
            self.world.review()
        self.world.touch()

    def inventory(self, user: str | None = None) -> dict[str, Any]:
        """An Ansible inventory: the conductor nodes in order with their host keys, and the names of the routers.

        All of them, or those of `listed_routers` in that order.
        """
        account = next(login for login in self.scenario.users if user is None or login.name == user)
        conductors = {}
        for name, node in self.nodes.items():
            conductors[name] = {
                "ansible_host": node.host,
                "ansible_port": node.port,
                "ansible_user": account.name,
                "ansible_pcli_host_keys": [self.host_keys[name]],
            }
            if password := account.password_at(name):
                conductors[name]["ansible_password"] = password
        everybody = [router.name for router in self.world.routers.values() if not router.conductor]
        routers = {name: {} for name in (everybody if self.listed_routers is None else self.listed_routers)}
        # As in the README: ad-hoc commands have no play that names the connection.
        variables = {"ansible_connection": "sessionsmart.ssr.pcli", "ansible_facts_modules": []}
        group = {"hosts": conductors, "vars": variables}
        return {"all": {"children": {"ssr_conductors": group, "ssr_routers": {"hosts": routers}}}}

    def ready(self) -> dict[str, Any]:
        """What a program needs to connect."""
        return {
            "scenario": self.scenario.name,
            "pid": os.getpid(),
            "router": self.world.conductor_router.name,
            "nodes": {name: {"host": node.host, "port": node.port} for name, node in self.nodes.items()},
            "api": {
                name: {
                    "host": self.nodes[name].host,
                    "port": self.nodes[name].api_port,
                    "certificate": certificate.pem,
                    "fingerprint": certificate.fingerprint,
                }
                for name, certificate in self.certificates.items()
            },
            "host_keys": self.host_keys,
            "known_hosts": self.known_hosts(),
            "users": [
                {"name": user.name, "password": user.password, "shell": user.shell} for user in self.scenario.users
            ],
        }


def _write_json(path: Path | None, data: Any) -> None:
    if path is not None:
        write_atomically(path, json.dumps(data, indent=2) + "\n")


def write_atomically(path: Path, text: str) -> None:
    """A reader sees the old file or the whole new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.chmod(0o600)
    temporary.replace(path)
