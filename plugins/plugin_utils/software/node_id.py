# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The id of a node: its router and its own name, because nodes of different routers often have the same name."""

from __future__ import annotations

from typing import NamedTuple


class NodeId(NamedTuple):
    """One node of the authority. It equals the plain pair of both names and therefore works as a key everywhere."""

    router: str
    node: str

    def __str__(self) -> str:
        return ".".join(filter(None, (self.node, self.router)))  # a router that nobody knows has no nodes
