# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated conductor with its web interface, asked through the product's own client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.api.meeting import AUTHORITY
from tests.simulator import Simulator


@pytest.fixture
def conductor() -> Iterator[Callable[..., Simulator]]:
    """Starts the simulator of a scenario. Nothing that must never happen has happened at its end."""
    running: list[Simulator] = []

    def start(scenario: dict[str, Any] | None = None, **overrides: Any) -> Simulator:
        running.append(Simulator(scenario or AUTHORITY, **overrides).start())
        return running[-1]

    yield start
    for sim in running:
        sim.stop()
        assert sim.violations == []
