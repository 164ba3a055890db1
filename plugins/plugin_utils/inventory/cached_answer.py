# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a conductor knows of its nodes, as plain data: what an inventory is made of, and what its cache holds.

Nothing secret is in it, and nothing of the user's settings but where and as whom the conductor was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from ..software.assets import Asset
from ..software.system import NodeVersion

#: Raised where a kept entry of an earlier version would be misread.
FORMAT = 1

#: What is kept of an asset.
FIELDS = ("router", "node", "asset_id", "version", "release", "install_type", "status", "state", "settled", "errors")


@dataclass(frozen=True)
class CachedAnswer:
    """One answer of a conductor. ``asked``: every address that was named, and the user; ``at``: seconds since 1970.

    ``router``, ``node`` and ``address`` say who answered. A row is one node (see :data:`FIELDS`).
    """

    asked: tuple[str, ...]
    address: str
    router: str
    node: str
    rows: tuple[Mapping[str, object], ...]
    at: float

    def as_data(self) -> dict:
        """For a cache: JSON types only."""
        data = asdict(self)
        return {**data, "asked": list(self.asked), "rows": [dict(row) for row in self.rows], "format": FORMAT}

    def age(self, now: float) -> float | None:
        """How many seconds ago it was learned; None where the clock was changed since, so that nobody knows."""
        return now - self.at if now >= self.at else None


def from_data(data: object, asked: tuple[str, ...]) -> CachedAnswer | None:
    """What a cache holds. None where it is damaged, or was asked of other nodes or as another user."""
    try:
        if data["format"] != FORMAT or tuple(data["asked"]) != asked:
            return None
        texts = {name: str(data[name]) for name in ("address", "router", "node")}
        rows = tuple({name: row[name] for name in FIELDS} for row in data["rows"])
        return CachedAnswer(asked=asked, rows=rows, at=float(data["at"]), **texts)
    except (KeyError, TypeError, ValueError):
        return None


def rows_of(assets: Iterable[Asset], own: NodeVersion | None = None) -> tuple[dict[str, object], ...]:
    """The assets as rows, in the order of the conductor. Names of routers are as they are: they are checked later.

    ``own`` is what the conductor node says of itself, where the assets do not show it (see :func:`shows_version`).
    """
    rows = [
        {
            "router": asset.router,
            "node": plain(asset.node),
            "asset_id": plain(asset.asset_id),
            "version": plain(asset.version_text),
            "release": asset.version.release if asset.version else None,
            "install_type": asset.install_type,
            "status": plain(asset.status) or None,
            "state": plain(asset.state),
            "settled": asset.settled,
            "errors": asset.errors,
        }
        for asset in assets
    ]
    if own is not None:
        mine = next((row for row in rows if (row["router"], row["node"]) == (own.router, own.node)), None)
        if mine is None:
            mine = {**dict.fromkeys(FIELDS), "router": own.router, "node": own.node, "settled": False}
            rows.append(mine)
        mine["version"] = plain(own.text)
        mine["release"] = own.version.release if own.version else None
        mine["install_type"] = mine["install_type"] or own.install_type
    return tuple(rows)


def shows_version(assets: Iterable[Asset], router: str, node: str) -> bool:
    """Whether the assets show the version of this node."""
    return any(asset.version_text for asset in assets if (asset.router, asset.node) == (router, node))


def plain(text: str | None) -> str | None:
    """Without braces: what a device prints must not become a template. No SSR prints any there."""
    return text.replace("{", "(").replace("}", ")") if text else text
