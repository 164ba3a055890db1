# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens of the web interface, and the nonces for downloads.

Shape from the official sample: a JWT (RS256) with name, roles, scopes and capabilities, `iss` the router of the
conductor, and no `exp`: how long one lives only the conductor knows. An old one is answered with 401 (BU, SCR, MCP).
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_KEY_BITS = 2048


@dataclass(frozen=True)
class Issued:
    """To whom a token belongs, which node gave it, and the moment (of `now`) at which it ends."""

    user: str
    node: str
    ends: float


class Tokens:
    """Those of all conductor nodes. Whether a node takes one that its peer gave is a habit (`token_scope`)."""

    def __init__(self, life: float, scope: str, nonces: str, now: Callable[[], float] = time.monotonic) -> None:
        self._life = life
        self._by_node = scope == "node"
        self._once = nonces == "once"
        self._now = now
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
        self._lock = threading.Lock()
        self._issued: dict[str, Issued] = {}
        self._nonces: set[str] = set()
        self._last = 0

    def issue(self, user: str, node: str, claims: dict[str, Any], moment: float) -> str:
        """A new token with these claims; `moment` is when, in seconds since the epoch."""
        with self._lock:
            # Two of the same second would be the same text.
            self._last = max(int(moment), self._last + 1)
            token = self._signed({**claims, "iat": self._last})
            self._issued[token] = Issued(user, node, self._now() + self._life)
        return token

    def holder(self, token: str, node: str) -> str | None:
        """The name of the user, or None if the node does not take the token."""
        with self._lock:
            issued = self._issued.get(token)
        if issued is None or self._now() >= issued.ends or (self._by_node and issued.node != node):
            return None
        return issued.user

    def forget(self, *, user: str | None = None, node: str | None = None) -> None:
        """Take back the tokens of a user, or those that a node gave, or all."""
        with self._lock:
            self._issued = {
                token: issued
                for token, issued in self._issued.items()
                if (user is not None and issued.user != user) or (node is not None and issued.node != node)
            }

    def nonce(self) -> str:
        """A new one, for a download."""
        text = secrets.token_hex(16)
        with self._lock:
            self._nonces.add(text)
        return text

    def admits(self, nonce: str) -> bool:
        """Is this a nonce of ours? In some conductors it is good for one download only."""
        with self._lock:
            known = nonce in self._nonces
            if self._once:
                self._nonces.discard(nonce)
        return known

    def _signed(self, claims: dict[str, Any]) -> str:
        text = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
        return f"{text}.{_encoded(self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
