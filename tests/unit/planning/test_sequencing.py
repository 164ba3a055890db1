# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from each sequencing policy: how long a router takes, when its second node begins, who hands over."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.sequencing import (
    NODE,
    ORDERS,
    POLICIES,
    SIMULTANEOUS,
    VENDOR,
    requested,
)

from tests.unit.modules.test_documentation import fragment

UPGRADE, SOAK = 1000.0, 300.0


@pytest.mark.parametrize(
    ("policy", "downloads", "seconds", "second"),
    [
        (NODE, [100.0, 60.0], 2460.0, 1400.0),
        (VENDOR, [100.0, 60.0], 2100.0, 1100.0),  # one download serves both nodes
        (SIMULTANEOUS, [100.0, 60.0], 1100.0, None),
        (NODE, [100.0], 1100.0, None),
        (VENDOR, [100.0], 1100.0, None),
        (NODE, [], 0.0, None),
        (SIMULTANEOUS, [], 0.0, None),
    ],
)
def test_how_long_a_router_takes_and_when_its_second_node_begins(policy, downloads, seconds, second) -> None:
    assert policy.seconds(downloads, UPGRADE, SOAK) == seconds
    assert policy.seconds_to_second(downloads, UPGRADE, SOAK) == second


def test_only_nodes_that_are_done_one_after_the_other_hand_over() -> None:
    assert NODE.hands_over(True) and NODE.hands_over(False)
    assert VENDOR.hands_over(True) and not VENDOR.hands_over(False)  # how 6.2 does a pair is not documented
    assert not SIMULTANEOUS.hands_over(True)


def test_a_conductor_that_takes_whole_routers_only_orders_their_nodes_itself() -> None:
    assert NODE.where(False) is VENDOR and NODE.where(True) is NODE
    assert VENDOR.where(False) is VENDOR and SIMULTANEOUS.where(False) is SIMULTANEOUS
    assert [policy.conductor_orders for policy in (NODE, VENDOR, SIMULTANEOUS)] == [False, True, False]


def test_simultaneous_is_an_option_of_its_own_and_outweighs_the_sequencing() -> None:
    assert requested("node", False) is NODE and requested("vendor", False) is VENDOR
    assert requested("node", True) is requested("vendor", True) is SIMULTANEOUS


def test_every_choice_of_the_options_has_a_row() -> None:
    assert {*fragment("upgrading")["sequencing"]["choices"], "simultaneous"} == set(POLICIES)
    assert set(fragment("rollouts")["order"]["choices"]) == set(ORDERS)
