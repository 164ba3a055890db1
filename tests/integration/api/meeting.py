# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the client of the API meets the web interface of the simulator: an authority, and ways to ask it.

Both were written from the same facts by people who had not seen each other's work, so a misreading of either shows.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.access import ApiAccess
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.client import ApiClient
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.session import ApiSession
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.session import Session
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import ShellOptions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.ssh import Login

from tests.simulator import Simulator
from tests.simulator.habits.web import WEB

OLDEST, OLD, NEW, NEWER = "6.2.5-5.r2.el7", "6.3.0-107.r1.el7", "6.3.5-39.r1.el7", "6.3.6-12.r1.el7"
PASSWORD = "Meeting-Point-1"

AWAY = {"name": "d1", "state": "Disconnected"}

#: Time stands still in it but for the seconds of the wall, so that what is read and what is true are of one moment.
AUTHORITY: dict[str, Any] = {
    "name": "meeting",
    "clock": {"speedup": 1},
    # A habit that a seed draws leaves the delay alone: each of these tests asks a hundred times.
    "api": {"enabled": True, "delay": 0.0},
    "users": [
        {"name": "admin", "password": PASSWORD},
        {"name": "operator", "password": PASSWORD},
        {"name": "viewer", "password": PASSWORD, "privilege": "user", "capabilities": ["config-read"]},
        {"name": "stranger", "password": PASSWORD, "capabilities": []},
    ],
    "releases": [{"name": OLDEST}, {"name": OLD}, {"name": NEW}, {"name": NEWER}],
    "routers": [
        {
            "name": "Conductor",
            "conductor": True,
            "version": NEWER,
            "nodes": [{"name": "c1", "previous": NEW}, {"name": "c2", "previous": NEW, "downloaded": [NEW]}],
        },
        {
            "name": "hub",
            "version": OLD,
            "disk": {"used": 93.0, "size": 60.0},
            "nodes": [{"name": "h1", "downloaded": [NEW], "errors": ["no space left"]}, {"name": "h2"}],
        },
        {"name": "west", "version": OLD, "nodes": [{"name": "w1"}, {"name": "w2"}]},
        {"name": "split", "version": OLD, "nodes": [{"name": "s1"}, {"name": "s2", "state": "Disconnected"}]},
        {"name": "lone", "version": NEW, "nodes": [{"name": "l1", "service": "offline", "downloaded": [NEWER]}]},
        {"name": "dark", "version": OLDEST, "install_type": "package", "nodes": [AWAY]},
        {"name": "fresh", "version": OLD, "nodes": [{"name": "f1", "state": "Pending"}]},
        {"name": "twin", "version": OLD, "nodes": [{"name": "t1"}]},
        {"name": "busy", "version": OLD, "nodes": [{"name": "u1", "state": "Resynchronizing", "service": "starting"}]},
    ],
    "alarms": [
        {"node": "l1.lone", "severity": "major", "category": "peer", "message": "Peer hub path is down"},
        {"node": "h2.hub", "severity": "critical", "category": "platform", "message": "Disk is bad", "shelved": True},
        {"node": "w1.west", "severity": "info", "category": "system", "message": "A note"},
    ],
    "faults": [
        {"type": "mid_operation", "node": "w1.west", "kind": "upgrade", "version": NEW, "seconds": 36000},
        {"type": "mid_operation", "node": "h2.hub", "kind": "download", "version": NEWER, "seconds": 36000},
        {"type": "duplicate_asset", "node": "t1.twin", "row": True},
        {"type": "pair_link_down", "router": "west"},
        {"type": "minion_lost_conductor", "node": "u1.busy"},
    ],
}  # fmt: skip

#: Each way of each habit of the web interface, but for the first ones, which are in every other test, and for slow
#: answers, which have a test of their own.
WAYS = [{habit.name: way} for habit in WEB if habit.name != "api_speed" for way in habit.ways[1:]]


def name_of(ways: dict[str, str]) -> str:
    """For the name of a test."""
    return ",".join(f"{habit}={way}" for habit, way in ways.items()) or "default"


def access_to(sim: Simulator, node: str = "c1", **settings: Any) -> ApiAccess:
    """The settings for a node; its certificate is pinned unless something else is said."""
    address = sim.nodes[node]
    values = {"user": "admin", "password": PASSWORD, "pins": (sim.certificates[node].fingerprint,), **settings}
    return ApiAccess(address.host, address.api_port, **values)


def session_to(sim: Simulator, node: str = "c1", **settings: Any) -> ApiSession:
    return ApiSession(access_to(sim, node, **settings))


def client_of(sim: Simulator, node: str = "c1", **settings: Any) -> ApiClient:
    return ApiClient(session_to(sim, node, **settings))


def ssh_to(sim: Simulator, node: str = "c1", password: str = PASSWORD) -> Session:
    """A session of the PCLI, as the product opens one. To be closed."""
    address = sim.nodes[node]
    keys = tuple(sim.host_keys.values())
    login = Login(address.host, address.port, "admin", password, host_keys=keys, known_hosts=(), connect_timeout=10)
    return Session(Access(login, ShellOptions(login_timeout=15)))


def pcli_of(session: Session) -> Conductor:
    return Conductor(session)


def requests(sim: Simulator) -> list[tuple[str, str, int]]:
    """What the web interface was asked for: method, path, status."""
    records = [record for record in sim.log.records() if record["event"] == "api"]
    return [(record["method"], record["path"].removeprefix("/api/v1"), record["status"]) for record in records]


def logins(sim: Simulator) -> int:
    return sum(path == "/login" for _method, path, _status in requests(sim))
