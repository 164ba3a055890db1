# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the conductor node that the session is on says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..conductor.client import Conductor
from ..software.system import NodeVersion, SystemStatus
from ..software.versions import Version
from .read_once import read_once


@dataclass
class LocalFacts:
    """Facts of the session's own node, each read once."""

    conductor: Conductor
    _facts: dict[str, tuple] = field(default_factory=dict, init=False, repr=False)

    @read_once
    def system(self) -> SystemStatus | None:
        """Its status (``show system``)."""
        return self.conductor.system()

    @read_once
    def version(self) -> NodeVersion | None:
        """What it runs, as it says itself."""
        return self.conductor.own_version()

    @read_once
    def release(self) -> Version:
        """What it runs. Raises PcliError where it cannot be read."""
        return self.conductor.release()

    @read_once
    def available(self) -> list[str]:
        """The versions that are offered to it."""
        return self.conductor.available()

    @read_once
    def plugins(self) -> dict[str, str] | None:
        """Its plugin packages; they are installed on a conductor, for itself and for its routers."""
        return self.conductor.plugins()
