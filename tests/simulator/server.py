# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One conductor node on the network: its SSH port, and the sessions of whoever logged in."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import SSHCertificateType, load_ssh_public_identity

from .accounts import Accounts
from .forwarding import Forwarding
from .lifecycle import Lifecycle
from .listener import Listener
from .login import serve, serve_exec
from .sftp import SftpSession
from .specs import UserSpec
from .terminal import Terminal
from .world import Node, World

_log = logging.getLogger("sessionsmart.simulator.ssh")
_log.addHandler(logging.NullHandler())
_log.setLevel(logging.CRITICAL + 1)  # lost connections are what we are here for


def new_host_key() -> paramiko.PKey:
    """paramiko 3 cannot generate Ed25519 keys itself."""
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    return paramiko.Ed25519Key.from_private_key(io.StringIO(text.decode()))


def key_text(key: paramiko.PKey) -> str:
    """A public key as known_hosts and authorized_keys hold it."""
    return f"{key.get_name()} {key.get_base64()}"


class NodeServer(Listener):
    def __init__(self, world: World, lifecycle: Lifecycle, node: Node, host: str, port: int) -> None:
        super().__init__(f"simulator-{node.name}", host, port)
        self.world = world
        self.lifecycle = lifecycle
        self.node = node
        self.accounts = Accounts(world, node)
        files = world.scenario.ssh.host_key_files
        self.host_key = (
            paramiko.Ed25519Key.from_private_key_file(files[node.name]) if node.name in files else new_host_key()
        )
        self._gates: list[Gate] = []
        #: What listens on the box itself, for channels that are forwarded there.
        self.inside: Callable[[str, int], socket.socket | None] | None = None

    @property
    def manner(self) -> str:
        return self.world.scenario.ssh.sshd_during_restart

    def went_down(self) -> None:
        self.world.journal.add("ssh_down", node=self.node.node_id, manner=self.manner)

    def comes_up(self) -> None:
        with self.world.lock:
            changes = self.world.faults.take("host_key_changes_on_restart", self.node.name, self.node.router.name)
        if changes:
            self.host_key = new_host_key()

    def came_up(self) -> None:
        self.world.journal.add("ssh_up", node=self.node.node_id)

    def drop_all(self) -> None:
        gates, self._gates = self._gates, []
        for gate in gates:
            with contextlib.suppress(Exception):
                gate.transport.sock.close()
        for gate in gates:
            with contextlib.suppress(Exception):
                gate.transport.close()

    def welcome(self, connection: socket.socket) -> None:
        self._gates = [gate for gate in self._gates if gate.transport.is_active()]
        try:
            transport = paramiko.Transport(connection)
            transport.set_log_channel("sessionsmart.simulator.ssh")
            if self.world.scenario.ssh.identification:
                transport.local_version = self.world.scenario.ssh.identification
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, SftpSession)
            gate = Gate(self, transport)
            self._gates.append(gate)
            transport.start_server(event=threading.Event(), server=gate)
        except (OSError, EOFError, paramiko.SSHException):
            connection.close()

    @property
    def connections(self) -> int:
        return sum(1 for gate in self._gates if gate.transport.is_active())


class Gate(paramiko.ServerInterface):
    """One connection: who logs in, and which channels it may open."""

    def __init__(self, server: NodeServer, transport: paramiko.Transport) -> None:
        self.server = server
        self.world = server.world
        self.node = server.node
        self.transport = transport
        self.user = UserSpec("")
        self._ptys: dict[int, tuple[int, int]] = {}
        self._terminals: dict[int, Terminal] = {}
        self._channels: dict[int, Any] = {}
        self._asked = ""
        self._forwarding = Forwarding(transport)

    # --- logging in -------------------------------------------------------------------------------------------

    def get_allowed_auths(self, username: str) -> str:
        manner = self.world.scenario.ssh.keyboard_interactive
        names = [] if manner == "only" else ["password"]
        return ",".join(["publickey", *names, *(["keyboard-interactive"] if manner != "no" else [])])

    def get_banner(self) -> tuple[Any, Any]:
        text = self.world.scenario.ssh.banner
        return (text, "en-US") if text else (None, None)

    def check_auth_none(self, username: str) -> int:
        return paramiko.AUTH_FAILED

    def check_auth_password(self, username: str, password: str) -> int:
        if self.world.scenario.ssh.keyboard_interactive == "only":
            return paramiko.AUTH_FAILED
        return self._decide(username, password=password)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        user = self.server.accounts.user(username)
        if user is None or self.server.accounts.locked(username):
            return paramiko.AUTH_FAILED
        if not admits(user.keys, key, username):
            return paramiko.AUTH_FAILED
        how = "certificate" if key.public_blob is not None else "key"
        self.world.journal.add("key_accepted", node=self.node.node_id, user=username, how=how)
        self.user = user
        return paramiko.AUTH_SUCCESSFUL

    def check_auth_interactive(self, username: str, submethods: str) -> Any:
        if self.world.scenario.ssh.keyboard_interactive == "no":
            return paramiko.AUTH_FAILED
        self._asked = username
        return paramiko.InteractiveQuery("", "", ("Password: ", False))

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        return self._decide(self._asked, password=responses[0] if responses else "")

    def _decide(self, name: str, password: str) -> int:
        user = self.server.accounts.by_password(name, password)
        if user is None:
            return paramiko.AUTH_FAILED
        self.world.journal.add("password_accepted", node=self.node.node_id, user=name)
        self.user = user
        return paramiko.AUTH_SUCCESSFUL

    # --- channels ---------------------------------------------------------------------------------------------

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if kind != "session":
            return paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        self._channels = {
            number: channel for number, channel in self._channels.items() if channel is None or not channel.closed
        }
        if len(self._channels) >= self.world.scenario.ssh.max_sessions:
            self.world.journal.add("channel_refused", node=self.node.node_id, user=self.user.name)
            return paramiko.OPEN_FAILED_CONNECT_FAILED  # what OpenSSH answers beyond MaxSessions
        self._channels[chanid] = None
        return paramiko.OPEN_SUCCEEDED

    def check_channel_direct_tcpip_request(self, chanid: int, origin: Any, destination: tuple[str, int]) -> int:
        inside = self.server.inside
        if inside is None or not self.world.scenario.ssh.forwarding:
            return paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        onward = inside(*destination)
        self.world.journal.add("forwarded", node=self.node.node_id, user=self.user.name, port=destination[1])
        if onward is None:
            return paramiko.OPEN_FAILED_CONNECT_FAILED
        self._forwarding.allow(chanid, onward)
        return paramiko.OPEN_SUCCEEDED

    def check_channel_pty_request(self, channel: Any, term: Any, width: int, height: int, *_pixels: Any) -> bool:
        self._channels[channel.get_id()] = channel
        self._ptys[channel.get_id()] = (width, height)
        return True

    def check_channel_window_change_request(self, channel: Any, width: int, height: int, *_pixels: Any) -> bool:
        terminal = self._terminals.get(channel.get_id())
        if terminal:
            terminal.width, terminal.height = width, height
        return True

    def check_channel_env_request(self, channel: Any, name: Any, value: Any) -> bool:
        return False

    def check_channel_shell_request(self, channel: Any) -> bool:
        size = self._ptys.get(channel.get_id())
        terminal = Terminal(channel, *(size or (0, 0)), pty=size is not None)
        terminal.idle_limit = self.world.scenario.ssh.idle_timeout
        self._channels[channel.get_id()] = channel
        self._terminals[channel.get_id()] = terminal
        self._start(serve, terminal)
        return True

    def check_channel_exec_request(self, channel: Any, command: bytes) -> bool:
        # Whether `ssh admin@host '<command>'` works is not documented, hence off by default.
        if self.world.scenario.ssh.exec == "refuse":
            return False
        self._channels[channel.get_id()] = channel
        self._start(serve_exec, Terminal(channel, pty=False), command.decode("utf-8", "replace"), channel)
        return True

    def check_channel_subsystem_request(self, channel: Any, name: str) -> bool:
        self._channels[channel.get_id()] = channel
        if name == "sftp" and not self.user.sftp:
            return False
        return super().check_channel_subsystem_request(channel, name)

    def _start(self, function: Any, terminal: Terminal, *more: Any) -> None:
        arguments = (self.world, self.server.lifecycle, self.node, self.user, terminal, *more)
        threading.Thread(target=function, args=arguments, name="simulator-shell", daemon=True).start()


def admits(lines: list[str], key: paramiko.PKey, user: str) -> bool:
    """Do these lines of an authorized_keys file let the key in? A certificate counts for itself only, as in OpenSSH."""
    if key.public_blob is None:
        return key_text(key) in {" ".join(line.split()[:2]) for line in lines}
    authorities = {" ".join(line.split()[1:3]) for line in lines if line.startswith("cert-authority ")}
    text = f"{key.public_blob.key_type} {base64.b64encode(key.public_blob.key_blob).decode()}"
    try:
        certificate = load_ssh_public_identity(text.encode())
        certificate.verify_cert_signature()
    except Exception:  # nonsense, in whatever way
        return False
    signer = certificate.signature_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return (
        signer.decode() in authorities
        and certificate.type is SSHCertificateType.USER
        and user.encode() in certificate.valid_principals
        and certificate.valid_after <= time.time() < certificate.valid_before
    )


def fingerprint(key: paramiko.PKey) -> str:
    """The SHA256 fingerprint of a key, as ssh-keygen prints it."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
