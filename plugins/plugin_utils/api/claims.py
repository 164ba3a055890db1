# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a token says of its account. Pure.

A token of the SSR is a JSON web token with ``capabilities`` in it (intro_rest_graphql_apis has a sample). It is read
and not verified: the conductor has the last word. The sample has no ``exp``, so how long it is good is not known.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

#: What software needs, as the words of the roles suggest it (config_RBAC); that the API wants it is not documented.
PROVISIONING = "provisioning"


@dataclass(frozen=True)
class TokenClaims:
    """What a token says; None where it does not. ``conductor`` is the name of the conductor's router."""

    capabilities: frozenset[str] | None = None
    user: str | None = None
    conductor: str | None = None

    def may(self, capability: str) -> bool | None:
        """Whether the account has a capability; None where the token does not say."""
        return None if self.capabilities is None else capability in self.capabilities


def read_token(token: str) -> TokenClaims:
    """The claims of a token. Whatever cannot be read is not known."""
    parts = token.split(".")
    if len(parts) != 3:
        return TokenClaims()
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        return TokenClaims()
    listed = payload.get("capabilities")
    known = isinstance(listed, list) and all(isinstance(name, str) for name in listed)
    user, conductor = payload.get("name"), payload.get("iss")
    return TokenClaims(
        capabilities=frozenset(name.strip().lower() for name in listed) if known else None,
        user=user if isinstance(user, str) else None,
        conductor=conductor if isinstance(conductor, str) else None,
    )
