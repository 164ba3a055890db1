# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describes a login: address, user, secrets, host keys, and the jump hosts on the way."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .errors import PcliError

#: Where OpenSSH looks as well.
KNOWN_HOSTS = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")


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
    look_for_keys: bool = True
    host_key_checking: bool = True
    host_keys: tuple[str, ...] = ()
    known_hosts: tuple[str, ...] = KNOWN_HOSTS
    connect_timeout: float = 30.0
    keepalive: float = 15.0
    jumps: tuple[Login, ...] = ()
    # Users put passwords where they should not, so it is never shown.
    proxy_command: tuple[str, ...] = field(default=(), repr=False)
    names: Names = field(default=NODE, repr=False)

    @property
    def address(self) -> str:
        """The address as OpenSSH's known_hosts spells it."""
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"

    @property
    def checks_host_key(self) -> bool:
        """Whether the host key is compared. Pinned keys always are, whatever is set for all other hosts."""
        return self.host_key_checking or bool(self.host_keys)

    @property
    def tries_a_password(self) -> bool:
        """Whether a password is used that a server may count as a failed login, at the node or on the way to it."""
        return any(jump.password is not None for jump in (self, *self.jumps))


_NAME = r"[^\[\]:\s/@\-][^\[\]:\s/@]*"
_ENTRY = re.compile(rf"(?:\[(?P<bracketed>[^\[\]\s]+)\]|(?P<host>{_NAME}))(?::(?P<port>[0-9]{{1,5}}))?")


def elsewhere(login: Login, entries: str | Sequence[str] | None) -> tuple[Login, ...]:
    """The same login at other addresses, without duplicates: ``host``, ``host:port``, ``[2001:db8::1]:port``.

    ``entries`` is a list or a comma-separated text. The default port is that of ``login``. Raises PcliError.
    """
    texts = entries.split(",") if isinstance(entries, str) else list(entries or ())
    logins: dict[Login, None] = {}
    for text in texts:
        if str(text).strip():
            host, port = read_address(str(text).strip(), "ansible_pcli_fallback_hosts")
            logins[replace(login, host=host, port=port or login.port)] = None
    logins.pop(login, None)
    return tuple(logins)


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


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text.partition("%")[0]).version == 6
    except ValueError:
        return False
