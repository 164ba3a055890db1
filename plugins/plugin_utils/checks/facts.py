# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts of a whole authority, sorted by router so that a check of one router does not go through all others. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..software.assets import Asset

# 'config authority router <name> …', as `show config running flat` prints a line with its whole path.
_LINE = re.compile(r"""^config\s+authority\s+router\s+(?P<quote>["']?)(?P<router>[^\s"']+)(?P=quote)\s+(?P<rest>.*)""")
_BGP_FAMILY = re.compile(r"\bbgp\b.*\bneighbor\b.*\baddress-family\b")
_OFFLINE = re.compile(r"\bsoftware-update\b.*\boffline-mode\s+true\b")


def by_router(assets: Iterable[Asset]) -> Mapping[str, Mapping[str, Asset]]:
    """Assets by router and node, without those that belong to no router."""
    assets_by_router: dict[str, dict[str, Asset]] = {}
    for asset in assets:
        if asset.router and asset.node:
            assets_by_router.setdefault(asset.router, {})[asset.node] = asset
    return assets_by_router


@dataclass(frozen=True)
class Config:
    """The routers whose running configuration holds something that matters to an upgrade.

    ``bgp_families``: a BGP neighbor with an address-family (I95-54856). ``offline``: the offline mode of the software
    update (authority > router > system > software-update > repository).
    """

    bgp_families: frozenset[str]
    offline: frozenset[str]


def read_config(text: str) -> Config | None:
    """Read ``show config running flat``; None where no line says which router it belongs to."""
    matches: dict[re.Pattern, set[str]] = {_BGP_FAMILY: set(), _OFFLINE: set()}
    readable = False
    for line in text.splitlines():
        match = _LINE.match(line.strip())
        if match is None:
            continue
        readable = True
        for pattern, routers in matches.items():
            if pattern.search(match["rest"]):
                routers.add(match["router"])
    return Config(frozenset(matches[_BGP_FAMILY]), frozenset(matches[_OFFLINE])) if readable else None
