# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module software_downgrade: routers go down to a release that is offered for that only, and each is proven."""

from __future__ import annotations

from tests.integration.harness import QUICK, task
from tests.integration.routers import NEW, OLD, authority, router

BELOW = "6.3.3-40.r2.el7"


def downgrade(*targets, version="6.3.3", keywords=None, **args):
    args = {"targets": list(targets), "version": version, "pair_soak": 0, **QUICK, **args}
    return task("software_downgrade", args, **(keywords or {}))


def test_routers_go_down_one_after_the_other_and_a_second_time_nothing_is_sent(bench):
    routers = (router("hub", "h1", "h2", version=NEW), router("branch", version=NEW), router("shop", version=NEW))
    b = bench(authority(*routers, releases=[{"name": OLD}, {"name": BELOW}, {"name": NEW}]))
    names = ("hub", "branch", "shop")
    run = b.play(
        {
            "plan": downgrade(*names, keywords={"check_mode": True}),
            "down": downgrade(*names, in_flight=1, health_check=False),
            "again": downgrade(*names),
        }
    )
    assert run["plan"]["totals"] == {"planned": 3}, run["plan"]
    assert run["down"]["changed"] and run["down"]["totals"] == {"done": 3}, run["down"]
    assert not run["again"]["changed"] and run["again"]["totals"] == {"up_to_date": 3}
    assert {b.truth(node)["version"] for node in ("h1", "h2", "branch-node", "shop-node")} == {BELOW}
    sent = b.simulator.commands(None, "request system software downgrade")
    assert len([command for command in sent if " version " in command]) == 4, "each node once"
    assert b.upgrades() == [] and b.simulator.violations == []
