# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a node has booted since a command: by its uptime, and only where that proves it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.observation import CommandBaseline, booted_since
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import SystemStatus
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

SENT = datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("uptime", "at", "version", "booted"),
    [
        (50, None, "6.3.0", True),
        (100, None, "6.3.0", False),
        (None, None, "6.3.0", None),
        (50, None, "6.2.5", None),
        (200, None, "6.2.5", False),
        (50, None, None, None),
        (50, SENT + timedelta(seconds=40), "6.3.0", False),
        (50, SENT + timedelta(seconds=60), "6.3.0", True),
        (50, (SENT + timedelta(seconds=40)).replace(tzinfo=None), "6.3.0", True),
    ],
    ids=[
        "up for less",
        "up for as long",
        "no uptime",
        "may have been reset",
        "up for longer, whatever reset it",
        "no version",
        "by the clock of the conductor not",
        "by the clock of the conductor",
        "clocks that cannot be compared",
    ],
)
def test_a_node_has_booted_if_it_is_up_for_less_time_than_since_the_command(uptime, at, version, booted) -> None:
    status = SystemStatus("a", "R", "Running", version, uptime, "combo", 0, at)
    assert booted_since(status, version and parse(version), CommandBaseline(0, SENT), 100) is booted


def test_without_a_command_nothing_is_known_of_a_boot() -> None:
    assert booted_since(SystemStatus("a", "R", "Running", "6.3.0", 5, "combo", 0, None), None, None, 100) is None
