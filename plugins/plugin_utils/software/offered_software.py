# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what `show assets software` (CLI-6.0) lists as available to each node, whatever else the list has."""

from __future__ import annotations

from ..pcli.response import Response
from .assets import NODE, ROUTER
from .node_id import NodeId
from .versions import try_parse

_AVAILABLE = "available"


def read_available_to_nodes(response: Response) -> dict[NodeId, list[str]]:
    """The versions that each node could fetch, as the conductor spells them. Empty where the list shows none."""
    offered: dict[NodeId, list[str]] = {}
    if response.error or response.broken:
        return offered
    for table in response.tables:
        if not (table.has(*ROUTER) and table.has(*NODE) and table.has(_AVAILABLE)):
            continue
        for row in table.filled(table.column(*ROUTER), table.column(*NODE)).rows:
            router, node = table.cell(row, *ROUTER), table.cell(row, *NODE)
            words = (table.cell(row, _AVAILABLE) or "").replace(",", " ").split()
            versions = [word for word in words if try_parse(word) is not None]
            if router and node and versions:
                offered.setdefault(NodeId(router, node), []).extend(versions)
    return offered
