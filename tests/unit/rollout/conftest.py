# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the tests of rollouts."""

from __future__ import annotations

import pytest

from tests.unit.fakes import Night, VirtualClock, authority


@pytest.fixture
def clock() -> VirtualClock:
    """Time that passes only where somebody waits."""
    return VirtualClock()


@pytest.fixture
def night(clock, request) -> Night:
    """A night on the routers that the file of the test names (``ROUTERS``: the nodes of each router)."""
    return Night(authority(clock, request.module.ROUTERS))
