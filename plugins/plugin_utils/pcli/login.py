# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describes a login: address, user, secrets, host keys, and the jump hosts on the way."""

from __future__ import annotations

import getpass
import ipaddress
import os
import re
from dataclasses import dataclass, field

from .errors import LoginRefused, PcliError

#: Where OpenSSH looks as well.
KNOWN_HOSTS = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")
#: How a password is sent: the second only where the server does not know the first.
PASSWORD_METHODS = ("password", "keyboard-interactive")


@dataclass(frozen=True)
class Names:
    """The variables that a user has to check when a login fails, for messages."""

    host: str = "ansible_host"
    address: str = "ansible_host and ansible_port"
    user: str = "ansible_user"
    password: str = "ansible_password"
    key_file: str = "ansible_ssh_private_key_file"
    passphrase: str = "ansible_ssh_private_key_passphrase"
    host_keys: str = "ansible_pcli_host_keys"
    #: What else to check after a refused login.
    account: str = ", and on the node 'show user lock-status'"


NODE = Names()
JUMP = Names(
    host="ProxyJump in ansible_ssh_common_args",
    address="ProxyJump in ansible_ssh_common_args",
    user="the user in ProxyJump (user@host)",
    password="ansible_pcli_jump_password",
    key_file="ansible_pcli_jump_private_key_file",
    passphrase="ansible_pcli_jump_private_key_passphrase",
    host_keys="ansible_pcli_jump_host_keys",
    account="",
)


@dataclass(frozen=True)
class Login:
    """Where to log in, and as whom. Times are in seconds.

    ``jumps`` are logins to the hosts on the way, in order, each with its own secrets. ``proxy_command`` is a program
    with arguments that carries the connection instead (see transport.py).
    """

    host: str
    port: int = 22
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    key_file: str | None = None
    key_passphrase: str | None = field(default=None, repr=False)
    certificate_file: str | None = None
    allow_agent: bool = True
    #: The socket of the ssh-agent; None for that of the environment, "none" for no agent.
    agent_socket: str | None = None
    look_for_keys: bool = True
    #: The key files that are tried where none is named, and whether keys of the agent must be among them.
    identity_files: tuple[str, ...] = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")
    identities_only: bool = False
    password_methods: tuple[str, ...] = PASSWORD_METHODS
    #: "inet" or "inet6" for one kind of addresses only.
    address_family: str = "any"
    #: Patterns of ssh_config for the kinds of host keys that are accepted.
    host_key_algorithms: str | None = None
    #: Options of ssh_config that choose ciphers and the like, with their patterns.
    algorithms: tuple[tuple[str, str], ...] = ()
    host_key_checking: bool = True
    host_keys: tuple[str, ...] = ()
    known_hosts: tuple[str, ...] = KNOWN_HOSTS
    connect_timeout: float = 30.0
    keepalive: float = 15.0
    jumps: tuple[Login, ...] = ()
    # Users put passwords where they should not, so it is never shown.
    proxy_command: tuple[str, ...] = field(default=(), repr=False)
    names: Names = field(default=NODE, repr=False)
    #: A password that ends in a line break is meant so.
    secrets_as_they_are: bool = False

    @property
    def address(self) -> str:
        """The address as OpenSSH's known_hosts spells it."""
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"

    @property
    def who(self) -> str:
        """The user and the address, for messages."""
        return f"{self.shown_user} at {self.address}"

    @property
    def shown_user(self) -> str:
        """The user, for messages: where the inventory names none, it is that of this account."""
        if self.user:
            return self.user
        try:
            return f"{getpass.getuser()} (the current user)"
        except (KeyError, OSError, ImportError):
            return "the current user"

    @property
    def asks_agent(self) -> bool:
        """Whether keys of an ssh-agent may be tried."""
        return self.allow_agent and self.agent_socket != "none"

    @property
    def checks_host_key(self) -> bool:
        """Whether the host key is compared. Pinned keys always are, whatever is set for all other hosts."""
        return self.host_key_checking or bool(self.host_keys)

    @property
    def tries_a_password(self) -> bool:
        """Whether a password is used that a server may count as a failed login, at the node or on the way to it."""
        return any(jump.password is not None for jump in (self, *self.jumps))


def user_of(login: Login) -> str:
    """The user to log in as. Raises LoginRefused where neither the inventory nor the system names one."""
    if login.user:
        return login.user
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:  # Python up to 3.12 raises KeyError, later releases OSError
        raise LoginRefused(
            f"There is no user for the login at {login.address}: the inventory names none, and this account (user id "
            f"{os.getuid()}) has no name on the controller. Set {login.names.user}."
        ) from error


_NAME = r"[^\[\]:\s/@\-][^\[\]:\s/@]*"
_ENTRY = re.compile(rf"(?:\[(?P<bracketed>[^\[\]\s]+)\]|(?P<host>{_NAME}))(?::(?P<port>[0-9]{{1,5}}))?")


def read_address(text: str, where: str) -> tuple[str, int | None]:
    """The host and the port of an address that is given in ``where``. Raises PcliError."""
    whole = text
    if text.count(":") > 1 and not text.startswith("["):
        text = f"[{text}]"  # an IPv6 address without a port is unambiguous
    match = _ENTRY.fullmatch(text)
    port = int(match["port"]) if match and match["port"] else None
    good = match is not None and (port is None or 0 < port < 65536)
    if good and match["bracketed"]:
        good = _is_ipv6(match["bracketed"])
    if not good:
        raise PcliError(
            f"{where} holds '{whole}', which is not an address. Write host, host:port, or an IPv6 "
            "address in brackets, for instance [2001:db8::1]:22."
        )
    return match["bracketed"] or match["host"], port


def without_brackets(host: str) -> str:
    """An address as the system takes it: brackets around an IPv6 address only set it apart from a port."""
    inner = host.strip().removeprefix("[").removesuffix("]")
    return inner if host.strip() == f"[{inner}]" and _is_ipv6(inner) else host


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text.partition("%")[0]).version == 6
    except ValueError:
        return False
