# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router loses by its upgrade, through the real playbook: held, taken back by setting, or no loss at all."""

from __future__ import annotations

from tests.integration.routers import NEW, OLD, authority, inventory, play, router, verdicts

#: What is known to come back is given no time here: in these nights it comes back at once or never.
NOW = {"ssr_serial": "100%", "ssr_max_fail_percentage": 100, "router_upgrade_compare_grace": 3}


def test_a_lost_peer_path_holds_the_pair_and_a_neighbour_that_reboots_or_an_alarm_that_passes_does_not(bench):
    b = bench(
        authority(
            router("hub", "hub-1", "hub-2"),
            router("lost", "lost-1", "lost-2", peers=["hub"]),
            router("calm", "calm-1", "calm-2", peers=["hub"]),
        ),
        faults=[
            {"type": "peer_path_lost", "router": "lost"},
            {"type": "transient_alarm", "router": "calm"},
        ],
    )
    inventory(b, lost={}, calm={})
    run = play(b, "upgrade_routers", **NOW)
    assert verdicts(run) == {"lost": "held", "calm": "done"}
    held = run.results("verdict", "lost")[0]
    nodes, held = [node["node"] for node in held["nodes"]], held["reason"]
    assert "hub" in held and "peers" in held
    versions = sorted(b.truth(node)["version"] for node in nodes)
    assert versions == [OLD, NEW], "the second node was not touched"
    assert b.reverts() == []


def test_by_setting_a_loss_is_taken_back(bench):
    b = bench(
        authority(router("hub"), router("lost", "lost-1", "lost-2", peers=["hub"])),
        faults=[{"type": "peer_path_lost", "router": "lost"}],
    )
    inventory(b, lost={})
    run = play(b, "upgrade_routers", **NOW, router_upgrade_on_regression="revert")
    assert verdicts(run) == {"lost": "reverted"}
    assert {b.truth(node)["version"] for node in ("lost-1", "lost-2")} == {OLD}
    assert len(b.reverts()) == 1
