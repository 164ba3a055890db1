# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain paramiko client for the tests of the simulator, and a small scenario."""

from __future__ import annotations

import base64
import re
import socket
import time
from collections.abc import Callable
from typing import Any

import paramiko

from tests.simulator import Simulator

PROMPT = re.compile(r"(?:^|[\r\n])(\*?[\w-]+@[\w.-]+(?: \([^)]*\))?[#>] )$")
QUESTION = re.compile(r"\[y/N\]: $")
NEW, OLD, LOW = "6.3.5-39.r1.el7", "6.3.0-107.r1.el7", "6.2.5-5.r2.el7"

PAIR: dict[str, Any] = {
    "name": "pair",
    "clock": {"speedup": 4000},
    "users": [{"name": "admin", "password": "secret"}],
    "releases": [{"name": OLD}, {"name": NEW}],
    "routers": [
        {
            "name": "Conductor",
            "conductor": True,
            "version": OLD,
            "nodes": [{"name": "c1", "previous": LOW}, {"name": "c2", "previous": LOW}],
        },
        {"name": "hub", "version": OLD, "install_type": "package", "nodes": [{"name": "h1"}, {"name": "h2"}]},
        {"name": "branch", "version": OLD, "resource_groups": ["west"], "nodes": [{"name": "b1"}]},
    ],
}


def pair(**overrides: Any) -> Simulator:
    """A conductor of two nodes, a router of two, and one of a single node, with these settings instead of its own."""
    return Simulator(PAIR, **overrides)


def old_pair(**overrides: Any) -> Simulator:
    """The same before 6.3: package-based, `version` is the only argument."""
    overrides = {"routers.0.version": LOW, "routers.0.install_type": "package", "routers.1.version": LOW} | overrides
    return pair(**{"routers.2.version": LOW, **overrides})


def managed(*faults: dict, **overrides: Any) -> Simulator:
    """A newer conductor, so that its routers can be upgraded."""
    return pair(faults=list(faults), **{"routers.0.version": NEW, "routers.1.install_type": "image", **overrides})


class Login:
    """One connection to a node."""

    def __init__(self, sim: Simulator, node: str = "c1", user: str = "admin", password: str = "secret") -> None:
        self.client = paramiko.SSHClient()
        address = sim.nodes[node]
        name = f"[{address.host}]:{address.port}"
        kind, _blank, text = sim.host_keys[node].partition(" ")
        self.client.get_host_keys().add(name, kind, paramiko.Ed25519Key(data=base64.b64decode(text)))
        # Many small writes: without NODELAY each waits for the other side's delayed acknowledgement.
        sock = socket.create_connection((address.host, address.port), 5)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        how = {"allow_agent": False, "look_for_keys": False, "timeout": 5, "banner_timeout": 5}
        self.client.connect(address.host, address.port, user, password, sock=sock, **how)

    def shell(self, width: int = 512, prompt: re.Pattern[str] = PROMPT) -> Pcli:
        return Pcli(self.client.invoke_shell(width=width, height=50), prompt)

    def close(self) -> None:
        self.client.close()

    def __enter__(self) -> Login:
        return self

    def __exit__(self, *_exc: Any) -> None:
        self.close()


class Pcli:
    """One shell: `run` returns what was printed between the echo and the next prompt."""

    def __init__(self, channel: paramiko.Channel, prompt: re.Pattern[str] = PROMPT) -> None:
        self.channel = channel
        self._prompt = prompt
        self.greeting = self.expect(prompt)

    def expect(self, pattern: re.Pattern[str], timeout: float = 8.0) -> str:
        end = time.monotonic() + timeout
        text = ""
        while not pattern.search(_plain(text)):
            self.channel.settimeout(max(end - time.monotonic(), 0.01))
            data = self.channel.recv(65536).decode()
            if not data:
                raise EOFError(text)
            text += data
        return text

    def send(self, text: str) -> None:
        self.channel.sendall(text)

    def raw(self, line: str, pattern: re.Pattern[str] | None = None, timeout: float = 8.0) -> str:
        self.send(line + "\r")
        return self.expect(pattern or self._prompt, timeout)

    def run(self, line: str, timeout: float = 8.0) -> str:
        text = _plain(self.raw(line, timeout=timeout)).replace("\r\n", "\n")
        return text.partition("\n")[2].rpartition("\n")[0]

    def ask(self, line: str, answer: str) -> str:
        """Send a command that asks, answer, and return everything printed."""
        text = self.raw(line, QUESTION)
        return (text + self.raw(answer)).replace("\r\n", "\n")

    @property
    def prompt(self) -> str:
        return _plain(self.raw("")).splitlines()[-1]


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def pcli(sim: Simulator, node: str = "c1", **options: Any) -> Pcli:
    """A shell on its own connection, which lives as long as the simulator."""
    width = options.pop("width", 512)
    prompt = options.pop("prompt", PROMPT)
    login = Login(sim, node, **options)
    shell = login.shell(width, prompt)
    shell.login = login  # type: ignore[attr-defined]  # keeps the connection alive
    return shell


def cells(text: str) -> list[list[str]]:
    """Rows of the first ruler table in a text, header first; columns by the offsets of the rule."""
    lines = text.splitlines()
    rule = next(line for line in lines if line.startswith("==="))
    spans = [match.span() for match in re.finditer("=+", rule)]
    at = lines.index(rule)
    rows = []
    for line in [lines[at + 1], *lines[at + 3 :]]:
        if not line.strip() or not line.startswith(" "):
            break
        rows.append([line[start:end].strip() for start, end in spans])
    return rows


def column(text: str, name: str) -> list[str]:
    """The cells of a table below this title."""
    table = cells(text)
    return [row[table[0].index(name)] for row in table[1:]]


def until(sim: Simulator, node: str, timeout: float = 10.0, **wanted: Any) -> bool:
    """Wait until these keys of the truth about a node have these values."""
    return sim.wait_for(lambda s: all(s.truth()["nodes"][node][k] == v for k, v in wanted.items()), timeout)


def eventually(check: Callable[[], Any], timeout: float = 10.0) -> bool:
    """Ask until it is true. For questions to a shell: `wait_for` holds the world, so that no shell could answer."""
    end = time.monotonic() + timeout
    while not check():
        if time.monotonic() > end:
            return False
    return True
