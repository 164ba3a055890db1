# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which router an alarm belongs to. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..software.alarms import Alarm
from ..software.assets import Asset


def alarms_of_conductor(alarms: Sequence[Alarm], router: str) -> list[Alarm]:
    """The alarms of the conductor's own router, and those that name no router."""
    suffix = f".{router}"
    return [alarm for alarm in alarms if not alarm.router or f"{alarm.node}.{alarm.router}".endswith(suffix)]


@dataclass(frozen=True)
class AlarmOwners:
    """The alarms of managed routers. ``conductor``: the conductor's own router."""

    assets: Sequence[Asset]
    alarms: Sequence[Alarm]
    conductor: str | None

    def of_router(self, router: str) -> list[Alarm]:
        """The alarms of a managed router: what it raised, and what the conductor says of one of its nodes."""
        return self._by_router.get(router, [])

    def named_in(self, message: str) -> set[str]:
        """The routers of which a message names a node, as ``node.router`` or by its asset id."""
        words = (word.rstrip(".") for word in re.findall(r"[\w.\-]+", message))
        return {self._owners[word] for word in words if word in self._owners}

    @cached_property
    def _owners(self) -> dict[str, str]:
        """The router of each node, by ``node.router``, and of each asset id."""
        assigned = [asset for asset in self.assets if asset.router]
        owners = {asset.asset_id: asset.router for asset in assigned if asset.asset_id}
        return owners | {f"{asset.node}.{asset.router}": asset.router for asset in assigned if asset.node}

    @cached_property
    def _by_router(self) -> dict[str, list[Alarm]]:
        alarms: dict[str, list[Alarm]] = {}
        for alarm in self.alarms:
            # A dot may be part of a name, so the list of assets says where the node ends and the router begins.
            router = self._owners.get(f"{alarm.node}.{alarm.router}", alarm.router)
            named = self.named_in(alarm.message) if router == self.conductor or not router else set()
            for concerned in named | ({router} if router else set()):
                alarms.setdefault(concerned, []).append(alarm)
        return alarms
