# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes the page of a run shows, and which it should."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.names import node_label

#: Scripts that give the names in the picture, and in the table.
NAMES = "[...document.querySelectorAll('#rows .tl-name a')].map(name => name.textContent)"
TABLE = "[...document.querySelectorAll('#nodes tbody tr:not([hidden]) th')].map(name => name.textContent)"


def nodes(report: dict, *states: str) -> list[str]:
    """The names of all nodes as pages write them, or of those in these states."""
    return [
        node_label(router["router"], node["node"])
        for router in report["routers"]
        for node in router["nodes"]
        if not states or node["state"] in states
    ]
