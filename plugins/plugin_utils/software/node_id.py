# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of a node: its router and its own name, since nodes of many routers are often named alike."""

from __future__ import annotations

from typing import NamedTuple


class NodeId(NamedTuple):
    """One node of the authority. It equals the plain pair of both names, so it works as a key everywhere."""

    router: str
    node: str

    def __str__(self) -> str:
        return f"{self.node}.{self.router}"
