# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a command that name a router or a node."""

from __future__ import annotations

from ..software.names import check_word


def of_router(router: str) -> str:
    """The words that name a router. Raises NameRefused."""
    return f"router {check_word(router, 'router')}"


def of_node(router: str, node: str) -> str:
    """The words that name one node. Raises NameRefused."""
    return f"{of_router(router)} node {check_word(node, 'node')}"


def reconnect_command(router: str, node: str) -> str:
    """The command that has the conductor set up its connection to an asset anew (CLI-6.0). Raises NameRefused."""
    return f"send command reconnect {of_node(router, node)}"
