# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to others while a router is upgraded, through the real playbook: it holds nobody and reverts nobody."""

from __future__ import annotations

import pytest

from tests.integration.routers import NEW, OLD, authority, inventory, play, router, verdicts

NIGHT = {"ssr_serial": "100%", "ssr_max_fail_percentage": 100, "router_upgrade_compare_grace": 60}


@pytest.mark.parametrize("seconds", [900, 10_000_000], ids=["comes back", "stays away"])
def test_a_neighbour_that_reboots_and_alarms_that_pass_hold_and_revert_nobody(bench, seconds):
    """Fifty neighbours must not go back because one reboots: paths to a router that is not settled do not count."""
    away = {"type": "neighbour_reboots", "router": "spoke", "neighbour": "hub", "times": 1, "seconds": seconds}
    b = bench(
        authority(router("hub"), router("spoke", "s1", "s2", peers=["hub"]), router("calm", "k1", "k2", peers=[])),
        faults=[
            away,
            {"type": "transient_alarm", "router": "spoke", "what": "ntp"},
            {"type": "transient_alarm", "router": "calm", "what": "process", "seconds": 1800},
        ],
    )
    inventory(b, spoke={}, calm={})
    run = play(b, "upgrade_routers", **NIGHT)
    assert verdicts(run) == {"spoke": "done", "calm": "done"}, run.output
    assert {b.truth(name)["version"] for name in ("s1", "s2", "k1", "k2")} == {NEW} and b.reverts() == []
    hub = b.truth("hub-node")
    assert hub["restarts"] == 1 and hub["version"] == OLD and hub["up"] == (seconds == 900)
