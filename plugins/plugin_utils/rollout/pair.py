# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether a pair is fit for its second node (rule 9): from assets, connectivity and processes. Pure.

For how long it must have been fit is the soak of ``verify``; ``node_turn`` waits for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..software.assets import Asset
from ..software.system import Link, Process


def pair_unavailable(links: Sequence[Link] | None, processes: Sequence[Process] | None) -> list[str]:
    """What about a pair could not be read, so that nobody takes it for proven. It keeps no node from being touched."""
    unavailable = []
    if links is None:
        unavailable.append("before this node it could not be read whether the pair was connected")
    if processes is None:
        unavailable.append("before this node it could not be read which node of the pair led its processes")
    return unavailable


def pair_troubles(
    router: str, nodes: Collection[str], rows: Sequence[Asset], links: Sequence[Link], processes: Sequence[Process]
) -> list[str]:
    """What keeps the next node from being touched; empty where nothing does.

    ``nodes`` are those that are done and must have stayed well. What the conductor does not show is no trouble.
    """
    troubles = []
    for row in rows:
        if row.node in nodes and not row.settled:
            troubles.append(f"{row.node} is {row.status or 'without a state'} again")
    ends = {f"{row.node}.{router}" for row in rows}
    for link in links:
        if {link.local, link.remote} <= ends and link.local != link.remote and not link.up:
            troubles.append(f"{link.local} and {link.remote} are {link.state}")
    # Who leads is a question for pairs: a node that is alone may show no primary at all.
    led = [process for process in processes if process.primary is not None] if len(rows) > 1 else []
    for name in dict.fromkeys(process.name for process in led):
        if not any(process.primary for process in led if process.name == name):
            troubles.append(f"no node leads {name}")
    return troubles
