# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes are listed twice, and which asset ids several boxes have. Pure, but for the details of an asset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..pcli.errors import DeviceError, NoPrompt
from ..software.alarms import Alarm, duplicate_names
from ..software.assets import Asset

_LISTED = "the conductor lists among its duplicate asset ids:"


@dataclass(frozen=True)
class DuplicateAssets:
    """Duplicates in a list of assets, and in the alarms of its conductor (empty where these are unavailable)."""

    assets: Sequence[Asset]
    alarms: Sequence[Alarm] = ()

    def of_router(self, router: str) -> list[str]:
        """In words: each node of a router that is listed twice, and each asset id that several boxes have."""
        return self._texts.get(router, [])

    @cached_property
    def _texts(self) -> dict[str, list[str]]:
        texts: dict[str, list[str]] = {}
        for (what, name), rows in self._rows_by_name().items():
            if len(rows) > 1:
                shown = ", ".join(f"{row.node}.{row.router} ({row.asset_id or 'no id'})" for row in rows)
                for router in {row.router for row in rows if row.router}:
                    texts.setdefault(router, []).append(f"{what} {name} is listed {len(rows)} times: {shown}")
        for asset in self.assets:
            if asset.duplicate and asset.router:
                texts.setdefault(asset.router, []).append(f"{_LISTED} {asset.asset_id}")
        # Releases before 6.3.7 raise the same alarm again whenever a box tries to log in (I95-62859).
        for alarm in {alarm.message: alarm for alarm in self.alarms}.values():
            for router in self.routers_in(alarm):
                texts.setdefault(router, []).append(f"the conductor's alarm says: {alarm.message}")
        return texts

    def _rows_by_name(self) -> dict[tuple[str, str], list[Asset]]:
        """The rows of each asset id and of each node."""
        rows: dict[tuple[str, str], list[Asset]] = {}
        for asset in self.assets:
            node = f"{asset.node}.{asset.router}" if asset.node else None
            for what, name in (("asset", asset.asset_id), ("node", node)):
                if name:
                    rows.setdefault((what, name), []).append(asset)
        return rows

    def routers_in(self, alarm: Alarm) -> set[str]:
        """The routers that an alarm about a duplicate asset concerns; empty for other alarms and for unknown assets.

        They are known by the id in it, else by what that is configured as (a router, or ``node.router``), else by its
        source.
        """
        names = duplicate_names(alarm.message)
        for name in (*names, alarm.source) if names else ():
            if owners := self._routers_by_name.get(name.lower()):
                return owners
        return set()

    @cached_property
    def _routers_by_name(self) -> dict[str, set[str]]:
        """Routers by their own names, and by asset ids and ``node.router`` of their nodes, in lower case."""
        routers: dict[str, set[str]] = {}
        for asset in self.assets:
            for name in (asset.asset_id, f"{asset.node}.{asset.router}", asset.router) if asset.router else ():
                if name:
                    routers.setdefault(name.lower(), set()).add(asset.router)
        return routers


def listed_in_details(details: Callable[[Asset], Asset | None], rows: Iterable[Asset]) -> list[str]:
    """In words: each of these assets whose details list it as a duplicate. Refused details say nothing."""
    texts = []
    for row in rows:
        try:
            detail = details(row)
        except (DeviceError, NoPrompt):
            continue
        if getattr(detail, "duplicate", False) and not row.duplicate:
            texts.append(f"{_LISTED} {row.asset_id}")
    return texts
