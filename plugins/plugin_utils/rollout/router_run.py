# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollout runs: one router, in steps, whatever is done with it."""

from __future__ import annotations

from typing import Protocol

from .context import Steps
from .results import NodeResult


class RouterRun(Protocol):
    """The work on one router, such as :class:`.RouterUpgrade` or :class:`.RouterDownload`.

    ``results``: of its nodes so far, for the case that the work breaks off. ``took``: kind and seconds of what
    succeeded, for the estimates.
    """

    results: list[NodeResult]
    took: list[tuple[str, float]]

    @property
    def accepted(self) -> bool:
        """True if the conductor accepted the request that was sent last."""

    @property
    def aside(self) -> bool:
        """True if it is only followed, and another router may have its slot."""

    @property
    def proving(self) -> bool:
        """True if all of its nodes are back, and only have to be proven, see :mod:`.proving`."""

    @property
    def bad_end(self) -> str:
        """How one of its nodes has ended, if that was badly, while the router has no end yet; else empty."""

    def steps(self, check_mode: bool = False) -> Steps:
        """Do it. Raises Abandoned, ReleaseMissing, and PcliError where nothing could be learned before all else."""
