# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where to log in, and as whom."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .errors import PcliError

#: Where OpenSSH looks, too.
KNOWN_HOSTS = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")


@dataclass(frozen=True)
class Login:
    """Where to log in, and as whom. Times are in seconds."""

    host: str
    port: int = 22
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    key_file: str | None = None
    key_passphrase: str | None = field(default=None, repr=False)
    allow_agent: bool = True
    look_for_keys: bool = True
    host_key_checking: bool = True
    host_keys: tuple[str, ...] = ()
    known_hosts: tuple[str, ...] = KNOWN_HOSTS
    connect_timeout: float = 30.0
    keepalive: float = 15.0

    @property
    def address(self) -> str:
        """The address as OpenSSH's known_hosts spells it."""
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"


_ENTRY = re.compile(r"(?:\[(?P<bracketed>[^\[\]\s]+)\]|(?P<host>[^\[\]:\s/@]+))(?::(?P<port>[0-9]{1,5}))?")


def elsewhere(login: Login, entries: str | Sequence[str] | None) -> tuple[Login, ...]:
    """The same login at other addresses, each once: ``host``, ``host:port``, ``[2001:db8::1]:port``.

    ``entries`` is a list or a text with commas. Without a port it is that of ``login``. Raises PcliError.
    """
    texts = entries.split(",") if isinstance(entries, str) else list(entries or ())
    found: dict[Login, None] = {}
    for text in texts:
        if str(text).strip():
            host, port = _address(str(text).strip())
            found[replace(login, host=host, port=port or login.port)] = None
    found.pop(login, None)
    return tuple(found)


def _address(text: str) -> tuple[str, int | None]:
    if text.count(":") > 1 and not text.startswith("["):
        text = f"[{text}]"  # an IPv6 address without a port is clear enough
    match = _ENTRY.fullmatch(text)
    port = int(match["port"]) if match and match["port"] else None
    good = match is not None and (port is None or 0 < port < 65536)
    if good and match["bracketed"]:
        good = _is_ipv6(match["bracketed"])
    if not good:
        raise PcliError(
            f"ansible_pcli_fallback_hosts holds '{text}', which is no address. Write host, host:port, or an IPv6 "
            "address in brackets, for instance [2001:db8::1]:22."
        )
    return match["bracketed"] or match["host"], port


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text.partition("%")[0]).version == 6
    except ValueError:
        return False
