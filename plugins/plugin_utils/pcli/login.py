# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where to log in, and as whom."""

from __future__ import annotations

from dataclasses import dataclass, field

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
