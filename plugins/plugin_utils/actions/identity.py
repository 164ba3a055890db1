# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""By what a conductor is known again: its nodes with their assets, and the key of its SSH server."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Mapping, Sequence

from ..conductor.client import Conductor
from ..software.assets import Asset


def identity_of(conductor: Conductor, assets: Sequence[Asset]) -> dict[str, dict[str, str]]:
    """The assets of its nodes, as far as it lists them, and the key of the node that answers, if it has one."""
    router, node = conductor.local_node()
    nodes = {asset.node: asset.asset_id for asset in assets if asset.router == router and asset.node and asset.asset_id}
    key = _key_of(conductor)
    return {"assets": nodes, "host_keys": {node: key} if key and node else {}}


def merged(before: Mapping | None, now: Mapping) -> dict[str, dict[str, str]]:
    """Both together: each node of a pair tells its own key."""
    return {kind: {**((before or {}).get(kind) or {}), **values} for kind, values in now.items()}


def _key_of(conductor: Conductor) -> str:
    """Its kind and fingerprint, as OpenSSH prints them; empty where there is none."""
    with contextlib.suppress(AttributeError, TypeError):
        key = conductor.session.transport().get_remote_server_key()
        digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode("ascii").rstrip("=")
        return f"{key.get_name()} SHA256:{digest}"
    return ""
