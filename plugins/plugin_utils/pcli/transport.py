# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries the bytes of a login: a direct connection, a channel of a jump host, or a program."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import tempfile

from .errors import ConnectFailed, PcliError
from .login import Login, user_of

#: How long a proxy program may take to end by itself, in seconds.
_GRACE = 2.0

# Values from an inventory that go into a command: a program may pass them to a shell or mistake them for options.
_HOST = re.compile(r"[A-Za-z0-9_.:\[][A-Za-z0-9_.:%\[\]\-]*")
_USER = re.compile(r"[\w.@+][\w.@+\-]*")


def direct(login: Login) -> socket.socket:
    """A direct connection. Sent data must be acknowledged, so that a node that vanishes silently is noticed."""
    sock = _connected(login)
    if login.keepalive > 0 and hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(4 * max(1.0, login.keepalive) * 1000))
    return sock


def _connected(login: Login) -> socket.socket:
    if login.address_family == "any":
        return socket.create_connection((login.host, login.port), timeout=login.connect_timeout)
    family = socket.AF_INET6 if login.address_family == "inet6" else socket.AF_INET
    problem: OSError | None = None
    for *kind, _name, address in socket.getaddrinfo(login.host, login.port, family, socket.SOCK_STREAM):
        sock = socket.socket(*kind)
        sock.settimeout(login.connect_timeout)
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            problem = error
        else:
            return sock
    raise problem or OSError(f"{login.host} has no address")


class Tunnel:
    """A channel of a jump host, used as a socket. Closing it also ends the login to the jump host."""

    def __init__(self, client, login: Login):
        self._closed = False  # paramiko reads it from every socket
        self._client = client
        self._channel = client.get_transport().open_channel(
            "direct-tcpip", (login.host, login.port), ("127.0.0.1", 0), timeout=login.connect_timeout
        )

    def send(self, data: bytes) -> int:
        """As a socket does."""
        return self._channel.send(data)

    def recv(self, size: int) -> bytes:
        """As a socket does; empty once the jump host has ended the connection."""
        return self._channel.recv(size)

    def settimeout(self, seconds: float | None) -> None:
        """As a socket does."""
        self._channel.settimeout(seconds)

    def close(self) -> None:
        """End the channel and the login below it."""
        self._closed = True
        with contextlib.suppress(Exception):
            self._channel.close()
        self._client.close()


class Program:
    """The program of a ProxyCommand, whose input and output are the connection; used as a socket.

    It has no terminal, so a program that asks for a password fails instead of hanging.
    """

    def __init__(self, login: Login):
        self._closed = False  # paramiko reads it from every socket
        self.name = os.path.basename(login.proxy_command[0])
        command = expand(login)
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the program
        self._socket, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                command, stdin=theirs, stdout=theirs, stderr=self._words, start_new_session=True
            )
        except OSError as error:
            self._socket.close()
            self._words.close()
            raise ConnectFailed(
                f"The program '{self.name}' of ProxyCommand cannot be started on the controller: "
                f"{error.strerror or error}. Install it, or name it with its full path."
            ) from error
        finally:
            theirs.close()

    def send(self, data: bytes) -> int:
        """As a socket does."""
        return self._socket.send(data)

    def recv(self, size: int) -> bytes:
        """As a socket does; empty once the program has ended."""
        return self._socket.recv(size)

    def settimeout(self, seconds: float | None) -> None:
        """As a socket does."""
        self._socket.settimeout(seconds)

    def close(self) -> None:
        """End the program: first by closing its input, then by force. Its last words stay readable."""
        self._closed = True
        self._socket.close()
        try:
            self._process.wait(0.1)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            try:
                self._process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def last_words(self) -> str:
        """The end of what the program printed to its error output, on one line."""
        with contextlib.suppress(OSError, ValueError):
            self._words.seek(0)
            return " ".join(self._words.read().decode("utf-8", "replace").split())[-300:]
        return ""


def expand(login: Login) -> list[str]:
    """The words of the login's ProxyCommand with %h, %n, %p, %r and %% filled in. Raises PcliError.

    Each stays one word, whatever it contains. A value that may be taken for an option or a shell command is refused.
    """
    user = user_of(login)
    values = {"%h": login.host, "%n": login.host, "%p": str(login.port), "%r": user, "%%": "%"}
    pattern = re.compile("|".join(values))
    used = {name for word in login.proxy_command for name in pattern.findall(word)}
    for name, value, allowed, where in (
        ("%h", login.host, _HOST, login.names.host),
        ("%n", login.host, _HOST, login.names.host),
        ("%r", user, _USER, login.names.user),
    ):
        if name in used and not allowed.fullmatch(value):
            raise PcliError(f"{where} is {value!r}, which cannot be used in a ProxyCommand. Nothing was started.")
    return [pattern.sub(lambda placeholder: values[placeholder[0]], word) for word in login.proxy_command]
