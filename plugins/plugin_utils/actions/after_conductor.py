# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conductor and routers in one task: the routers come once they are back after the conductor's upgrade (rule 13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..clock import Clock, format_duration
from ..conductor.client import Conductor
from ..pcli.errors import PASSING, PcliError
from ..software.assets import Asset
from ..software.node_id import NodeId


def wait_for_routers(
    conductor: Conductor,
    clock: Clock,
    before: Sequence[Asset],
    routers: Sequence[str],
    limits: tuple[float, float],
    tell: Callable[[str], None],
) -> list[Asset]:
    """The assets, once those of these routers that were settled before the conductor's upgrade are settled again.

    ``limits``: for how long that is waited for, and the pause between two polls (seconds). What is not settled after
    that is left to the plan. Raises the error of a conductor that does not answer in this time.
    """
    settled_before = {NodeId(row.router, row.node) for row in before if row.settled and row.router in routers}
    deadline, pause = clock.now() + limits[0], limits[1]
    reported = False
    while True:
        error, assets = None, []
        try:
            assets = conductor.assets()
            settled = {NodeId(row.router, row.node) for row in assets if row.settled}
            missing = settled_before - settled
            if not missing or clock.now() >= deadline:
                return assets
        except PASSING as passing:
            error = passing
        if error is not None and clock.now() >= deadline:
            raise PcliError(str(error)) from error
        if not reported:
            reported = True
            tell(f"waiting for up to {format_duration(limits[0])} until the routers are settled again")
        clock.sleep(pause)
