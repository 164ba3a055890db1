# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A jump host: an SSH server that gives no shell and only passes connections on (direct-tcpip)."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import paramiko

from .forwarding import pump
from .server import admits, key_text, new_host_key


class JumpHost:
    """Listens while it is a context. ``logins``, ``passwords``, ``keys`` and ``tunnels`` hold what came, in order.

    ``tunnels_allowed``: what AllowTcpForwarding says. ``keys`` are lines of an authorized_keys file. ``inside`` has the
    addresses of names that nobody else can resolve.
    """

    def __init__(
        self,
        user: str = "jumper",
        password: str | None = "demo-jumper-password",
        keys: list[str] | None = None,
        *,
        host: str = "127.0.0.1",
        tunnels_allowed: bool = True,
        inside: dict[str, str] | None = None,
    ) -> None:
        self.user, self.password, self.authorized = user, password, keys or []
        self.host = host
        self.tunnels_allowed = tunnels_allowed
        self.inside = inside or {}
        self.host_key = new_host_key()
        self.logins: list[str] = []
        self.passwords: list[str] = []
        self.keys: list[str] = []
        self.tunnels: list[tuple[str, int]] = []
        self._transports: list[paramiko.Transport] = []

    @property
    def pin(self) -> str:
        """``ssh-ed25519 AAAA…``"""
        return key_text(self.host_key)

    @property
    def known_hosts(self) -> str:
        """A line for a known_hosts file."""
        return f"[{self.host}]:{self.port} {self.pin}"

    @property
    def address(self) -> str:
        """What stands in ProxyJump, without the user."""
        return f"{self.host}:{self.port}"

    def __enter__(self) -> JumpHost:
        self._socket = socket.create_server((self.host, 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, name="simulator-jump", daemon=True).start()
        return self

    def __exit__(self, *_exc: Any) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self.drop()

    def drop(self) -> None:
        """End every connection without a word."""
        transports, self._transports = self._transports, []
        for transport in transports:
            transport.close()

    @property
    def connections(self) -> int:
        """How many are logged in."""
        return sum(1 for transport in self._transports if transport.is_active() and transport.is_authenticated())

    def wait_for(self, condition: Callable[[JumpHost], Any], timeout: float = 20.0) -> bool:
        """Wait until ``condition(self)`` is true; False on time-out."""
        end = time.monotonic() + timeout
        while not condition(self) and time.monotonic() < end:
            time.sleep(0.02)
        return bool(condition(self))

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
                transport = paramiko.Transport(connection)
                transport.set_log_channel("sessionsmart.simulator.ssh")
                transport.add_server_key(self.host_key)
                self._transports.append(transport)
                gate = _Gate(self)
                transport.start_server(event=threading.Event(), server=gate)
                threading.Thread(target=self._serve, args=(transport, gate), daemon=True).start()

    def _serve(self, transport: paramiko.Transport, gate: _Gate) -> None:
        while transport.is_active():
            channel = transport.accept(0.5)
            if channel is not None:
                onward = gate.onward.pop(channel.get_id())
                threading.Thread(target=pump, args=(channel, onward), daemon=True).start()


class _Gate(paramiko.ServerInterface):
    """One connection to the jump host."""

    def __init__(self, jump: JumpHost) -> None:
        self.jump = jump
        self.onward: dict[int, socket.socket] = {}

    def get_allowed_auths(self, username: str) -> str:
        return "publickey,password" if self.jump.password is not None else "publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        self.jump.passwords.append(password)
        return self._welcome(username, (username, password) == (self.jump.user, self.jump.password))

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.jump.keys.append(key_text(key))
        return self._welcome(username, username == self.jump.user and admits(self.jump.authorized, key, username))

    def _welcome(self, username: str, right: bool) -> int:
        if not right:
            return paramiko.AUTH_FAILED
        self.jump.logins.append(username)
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_direct_tcpip_request(self, chanid: int, origin: tuple, destination: tuple) -> int:
        if not self.jump.tunnels_allowed:
            return paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        try:
            host, port = destination
            self.onward[chanid] = socket.create_connection((self.jump.inside.get(host, host), port), timeout=10)
        except OSError:
            return paramiko.OPEN_FAILED_CONNECT_FAILED
        self.jump.tunnels.append(destination)
        return paramiko.OPEN_SUCCEEDED
