# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describes how the web API of a conductor is reached, and as whom."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field

from .errors import BadSettings
from .masking import Secrets

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
#: The characters that a header may hold, which is where a token stands.
TOKEN = re.compile(r"[\x21-\x7e]+")
_PIN = re.compile(
    r"(?:sha-?256(?:[ _]fingerprint)?[:=])?\s*(?P<digest>[0-9a-f]{64}|[0-9a-f]{2}(?::[0-9a-f]{2}){31})", re.I
)
MIB = 1024 * 1024


@dataclass(frozen=True)
class ApiAccess:
    """Where the API is, and as whom to log in. Times are in seconds, limits in bytes.

    ``token`` is used before ``password``. ``pins`` are SHA-256 fingerprints of certificates, as ``openssl x509
    -fingerprint -sha256`` prints them: with them nothing else of the certificate counts, and they count even without
    ``validate_certs``. ``server_name`` is the name in the certificate where it is not ``host``. ``timeout`` is for a
    whole request with its answer.
    """

    host: str
    port: int = 443
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    pins: tuple[str, ...] = ()
    server_name: str | None = None
    use_proxy: bool = False
    connect_timeout: float = 10.0
    timeout: float = 30.0
    body_limit: int = 64 * MIB
    download_limit: int = 128 * MIB

    @property
    def bare_host(self) -> str:
        """The host without the brackets of an IPv6 address."""
        return self.host[1:-1] if self.host.startswith("[") and self.host.endswith("]") else self.host

    @property
    def address(self) -> str:
        """Host and port as an address of the web spells them."""
        host = f"[{self.bare_host}]" if ":" in self.bare_host else self.bare_host
        return host if self.port == 443 else f"{host}:{self.port}"

    @property
    def certificate_name(self) -> str:
        """The name or address that the certificate must be made out to."""
        return self.server_name or self.bare_host

    def secrets(self) -> Secrets:
        """What must never be shown."""
        return Secrets(self.password, self.token)

    @property
    def digests(self) -> tuple[str, ...]:
        """The pins as lower-case hexadecimal digits. Raises BadSettings."""
        return tuple(_digest(pin, self) for pin in self.pins)

    def check(self) -> None:
        """Raise BadSettings for what could not be sent, before anything is."""
        if not (_is_address(self.bare_host) or _HOST.fullmatch(self.bare_host)):
            raise _bad(self, f"{self.host!r} is neither a name nor an address of a host.", "Correct it.")
        if self.token is not None and not TOKEN.fullmatch(self.token):
            step = "Give it as the login has answered it, without line breaks or blanks."
            raise _bad(self, "The token has a character that no token has.", step)
        if self.token is None and (self.user is None or self.password is None):
            raise _bad(self, "There is neither a token nor a user with a password.", "Give one of them.")
        for pin in self.pins:
            _digest(pin, self)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _digest(pin: str, access: ApiAccess) -> str:
    match = _PIN.fullmatch(pin.strip())
    if match is None:
        step = "Write what 'openssl x509 -noout -fingerprint -sha256' prints for the certificate of the conductor."
        raise _bad(access, f"The fingerprint {pin!r} is not 64 hexadecimal digits, with or without colons.", step)
    return match["digest"].replace(":", "").lower()


def _bad(access: ApiAccess, wrong: str, next_step: str) -> BadSettings:
    mask = access.secrets().mask
    return BadSettings(
        f"The settings for the web API of {access.host} cannot be used.", mask(wrong), f"{next_step} Nothing was sent."
    )
