# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An SSH server of a few lines whose every answer the test decides, and that counts what it is asked for."""

from __future__ import annotations

import contextlib
import io
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from tests.simulator.server import admits

PROMPT = "admin@c1.Conductor# "

_log = logging.getLogger("session-test-server")
_log.addHandler(logging.NullHandler())
_log.propagate = False


def private_key(kind: str, passphrase: str | None = None, form: str = "OpenSSH") -> str:
    """A new private key as text."""
    key = {
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
    }[kind]()
    secret = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), secret).decode()


def key_of(text: str, passphrase: str | None = None) -> paramiko.PKey:
    """The same as a paramiko key."""
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with contextlib.suppress(Exception):
            return kind.from_private_key(io.StringIO(text), passphrase)
    raise ValueError("no key")


def line_of(key: paramiko.PKey) -> str:
    """A public key as known_hosts and authorized_keys hold it."""
    return f"{key.get_name()} {key.get_base64()}"


class Gone(Exception):
    """The client is not there any more."""


class Terminal:
    """The device's side of a shell."""

    def __init__(self, channel: paramiko.Channel) -> None:
        self.channel = channel
        self._input = b""

    def send(self, *texts: str) -> None:
        """Send texts to the client. Raises Gone when it has left."""
        for text in texts:
            try:
                self.channel.sendall(text.encode())
            except OSError:
                raise Gone from None

    def key(self) -> str:
        """The next character that was typed."""
        if not self._input:
            self._input = self.channel.recv(4096)
            if not self._input:
                raise Gone
        key, self._input = self._input[:1], self._input[1:]
        return key.decode()

    def line(self) -> str:
        """What was typed up to Enter."""
        while b"\r" not in self._input:
            data = self.channel.recv(4096)
            if not data:
                raise Gone
            self._input += data
        line, _enter, self._input = self._input.partition(b"\r")
        return line.decode()


class Device:
    """A PCLI: echoes a line, prints what `answers` holds for it (a text, or a function of the terminal), prompts."""

    def __init__(self, prompt: str = PROMPT, greeting: str = "", **answers: str | Callable[[Terminal], None]) -> None:
        self.prompt = prompt
        self.greeting = greeting
        self.answers = {name.replace("_", " "): answer for name, answer in answers.items()}
        self.seen: list[str] = []

    def __call__(self, terminal: Terminal) -> None:
        terminal.send(self.greeting)
        while True:
            terminal.send(self.prompt)
            line = terminal.line()
            self.seen.append(line)
            terminal.send(line + "\r\n")
            answer = self.answers.get(line, f"answer to {line}\r\n")
            if callable(answer):
                answer(terminal)
            else:
                terminal.send(answer)


@dataclass
class Server:
    """Listens while it is a context. `passwords` and the other lists hold what clients tried, in order."""

    shell: Callable[[Terminal], None] = field(default_factory=Device)
    host_keys: list[paramiko.PKey] = field(default_factory=lambda: [key_of(private_key("ed25519"))])
    users: dict[str, str] = field(default_factory=lambda: {"admin": "right"})
    authorized: list[paramiko.PKey] = field(default_factory=list)
    authorities: list[str] = field(default_factory=list)
    methods: str = "password,publickey"
    banner: str | None = None
    max_sessions: int = 10
    max_logins: int = 100
    hang_up_on_password: bool = False
    #: What is asked by keyboard-interactive, step by step: prompts, with whether the answer is shown.
    challenges: list[list[tuple[str, bool]]] = field(default_factory=lambda: [[("Password: ", False)]])
    #: What is said above each of them.
    instructions: str = ""
    #: After so many keys that fail the connection is ended, as OpenSSH does (MaxAuthTries).
    max_tries: int = 100
    farewell: str = "Too many authentication failures"
    #: A right key is not enough.
    partial: bool = False
    pty: str = "yes"
    sftp: str = "no"
    passwords: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    challenged: int = 0
    answers: list[list[str]] = field(default_factory=list)
    logins: int = 0
    shells: int = 0
    requests: list[str] = field(default_factory=list)

    def __enter__(self) -> Server:
        self.changed = threading.Condition()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.transports: list[paramiko.Transport] = []
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self.drop()

    def drop(self) -> None:
        """End all connections without a word."""
        for transport in list(self.transports):
            transport.close()

    def wait_for(self, condition: Callable[[], bool], timeout: float = 20.0) -> bool:
        """Not everything that a test waits for is counted, so it looks by itself, too."""
        end = time.monotonic() + timeout
        with self.changed:
            while not condition() and time.monotonic() < end:
                self.changed.wait(0.02)
            return condition()

    def count(self, name: str, by: int = 1) -> None:
        """Add to a counter, and wake whoever waits for it."""
        with self.changed:
            setattr(self, name, getattr(self, name) + by)
            self.changed.notify_all()

    def note(self, name: str, value: str) -> None:
        """Append to a list, and wake whoever waits for it."""
        with self.changed:
            getattr(self, name).append(value)
            self.changed.notify_all()

    @property
    def pins(self) -> tuple[str, ...]:
        """The host keys of this server, as a login pins them."""
        return tuple(line_of(key) for key in self.host_keys)

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.set_log_channel("session-test-server")
            for key in self.host_keys:
                transport.add_server_key(key)
            self.transports.append(transport)
            with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
                transport.start_server(event=threading.Event(), server=_Gate(self, transport))


class _Gate(paramiko.ServerInterface):
    def __init__(self, server: Server, transport: paramiko.Transport) -> None:
        self.server = server
        self.transport = transport
        self.open_channels = 0
        self.tries = 0

    def _end(self) -> None:
        message = paramiko.Message()
        message.add_byte(b"\x01")  # SSH_MSG_DISCONNECT
        message.add_int(2)
        message.add_string(self.server.farewell)
        message.add_string("")
        self.transport._send_message(message)
        self.transport.close()

    def get_allowed_auths(self, username: str) -> str:
        return self.server.methods

    def get_banner(self) -> tuple:
        return (self.server.banner, "en-US") if self.server.banner else (None, None)

    def check_auth_password(self, username: str, password: str) -> int:
        if "password" not in self.server.methods:
            return paramiko.AUTH_FAILED
        return self._decide(username, password)

    def check_auth_interactive(self, username: str, submethods: str) -> object:
        if "keyboard-interactive" not in self.server.methods:
            return paramiko.AUTH_FAILED
        self._username, self._steps = username, list(self.server.challenges)
        return self._ask()

    def _ask(self) -> object:
        self.server.count("challenged")
        return paramiko.InteractiveQuery("", self.server.instructions, *self._steps.pop(0))

    def check_auth_interactive_response(self, responses: list[str]) -> object:
        self.server.note("answers", list(responses))
        if self._steps:
            return self._ask()
        return self._decide(self._username, next((given[0] for given in self.server.answers[::-1] if given), ""))

    def _decide(self, username: str, password: str) -> int:
        self.server.note("passwords", password)
        if self.server.hang_up_on_password:
            self.transport.close()
        right = self.server.users.get(username) == password and self.server.logins < self.server.max_logins
        return self._welcome() if right else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.server.note("keys", line_of(key))
        lines = [line_of(authorized_key) for authorized_key in self.server.authorized]
        lines += [f"cert-authority {line}" for line in self.server.authorities]
        if not admits(lines, key, username):
            self.tries += 1
            if self.tries >= self.server.max_tries:
                self._end()
            return paramiko.AUTH_FAILED
        self.server.note("shown", "key" if key.public_blob is None else "certificate")
        if self.server.partial:
            return paramiko.AUTH_PARTIALLY_SUCCESSFUL
        return self._welcome()

    def _welcome(self) -> int:
        self.server.count("logins")
        return paramiko.AUTH_SUCCESSFUL

    def check_global_request(self, kind: str, msg: object) -> bool:
        self.server.note("requests", kind)
        return False

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if self.open_channels >= self.server.max_sessions:
            return paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        self.open_channels += 1
        return paramiko.OPEN_SUCCEEDED

    def check_channel_pty_request(self, *_args: object) -> bool:
        if self.server.pty == "silent":
            threading.Event().wait(20)
        return self.server.pty == "yes"

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        self.server.count("shells")
        threading.Thread(target=self._serve, args=(channel,), daemon=True).start()
        return True

    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:
        # "silent": the request is granted, and then nothing is ever said; "dies": and then the connection ends
        if self.server.sftp == "dies":
            threading.Timer(0.2, self.transport.close).start()
        return self.server.sftp != "no"

    def _serve(self, channel: paramiko.Channel) -> None:
        with contextlib.suppress(Gone, OSError, EOFError):
            self.server.shell(Terminal(channel))
        with contextlib.suppress(OSError, EOFError):
            channel.close()
        self.open_channels -= 1
        self.server.count("shells", -1)
