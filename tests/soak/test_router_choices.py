# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same small rollout on conductors that choose otherwise wherever the public documents leave a choice.

Whatever a conductor prints, in whatever layout: every node ends at the requested version, and no request is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.integration.fleet import assert_nothing_twice, everybody, requests, running, upgraded
from tests.integration.routers import NEW, OLD, authority, messages_of, play, router, verdicts
from tests.simulator.commands import COMMANDS

SEVEN_OLD, SEVEN = "7.1.3-22.el9", "7.2.3-8.r2.el9"
ASKS = ["upgrade", "download", "revert", "downgrade", "delete", "health-check", "pause"]


@dataclass(frozen=True)
class Choice:
    """How a conductor is, what is asked of it, and how many upgrade requests that takes."""

    scenario: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    upgrades: int = 4
    #: Does it lack the list of the assets' software? Then nothing tells whether a download has arrived.
    no_list: bool = False


CHOICES = {
    "requests that keep their prompt, few sessions": Choice(
        {"behaviour": {"request_mode": "blocks"}, "ssh": {"max_sessions": 3}},
    ),
    "nothing is ever told": Choice(
        {
            "style": {
                "status_layout": "none",
                "accept_layout": "none",
                "health_layout": "none",
                "marks": False,
                "date_line": False,
                "progress_line": False,
                "completed_line": False,
            },
            "behaviour": {"health_check_mode": "returns"},
        },
    ),
    "sentences, other columns, narrow cells, pages": Choice(
        {
            "style": {
                "status_layout": "sentences",
                "accept_layout": "sentence",
                "health_layout": "table",
                "wrap": "chop",
                "column_order": ["Status", "Asset Id", "Errors", "Node", "SSR Version", "Router", "Install Type"],
                "extra_columns": {"Serial Number": "FX-0042", "Location": "row 7, rack 3"},
                "status_case": "upper",
                "pager": {"enabled": True, "rows": 8},
                "trailing_noise": "Warning: the session table is large",
            },
            "behaviour": {"post_check": "after_synchronized"},
        },
    ),
    "it asks before everything, needs the download, and shows it nowhere": Choice(
        {
            "style": {"status_layout": "none", "accept_layout": "none"},
            "behaviour": {"confirm": ASKS, "router_needs_download": True, "download_again": "refused"},
        },
        {"router_upgrade_download_silence": 4},
        no_list=True,
    ),
    "the peer moves by itself": Choice(
        {"behaviour": {"peer_moves_by_itself": True}},
        # It begins when the first has ended: the time between the nodes is there to see that.
        {"router_upgrade_pair_soak": 2},
        upgrades=3,
    ),
    "the vendor's own sequencing, as listed": Choice(
        {"behaviour": {"router_order": "listed", "upgrading_state": "Upgrading"}},
        {"router_upgrade_sequencing": "vendor"},
        upgrades=3,
    ),
    "7.x with all decorations": Choice(
        {
            "version": SEVEN,
            "routers": SEVEN_OLD,
            "releases": [{"name": SEVEN_OLD}, {"name": SEVEN, "channel": "downloads", "source": "downloads"}],
            "users": [
                {
                    "name": "automation",
                    "password": "demo-automation-password",
                    "prompt": "{dirty}{node}/{router}{context} {privilege} ",
                }
            ],
            "style": {
                "spinner": True,
                "ansi": True,
                "status_layout": "blocks",
                "health_layout": "table",
                "accept_layout": "sentence",
                "misaligned_available": True,
            },
            "dialect": {"skip_names": "health-check"},
            "behaviour": {"upgrading_state": "Upgrading"},
        },
        {"ssr_version": "7.2.3", "router_upgrade_skip_pre_check": True},
    ),
}


@pytest.mark.parametrize("name", CHOICES)
def test_every_node_ends_at_the_wish(bench, monkeypatch, name):
    choice = CHOICES[name]
    scenario = dict(choice.scenario)
    old = scenario.pop("routers", OLD)
    routers = [
        router("hub", "hub-1", "hub-2", version=old),
        router("branch", version=old, install_type="package" if old == OLD else "image"),
        router("one", version=old),
    ]
    if choice.no_list:
        listed = next(command for command in COMMANDS if command.words == ("show", "assets", "software"))
        for generation in list(listed.usages):
            monkeypatch.delitem(listed.usages, generation)
    b = bench(authority(*routers, **scenario))
    everybody(b)
    run = play(b, "upgrade_routers", ssr_serial="100%", **choice.variables)
    assert run.code == 0, run.output
    requested = scenario.get("version", NEW)
    assert verdicts(run) == {"hub": "done", "branch": "done", "one": "done"}
    assert set(running(b).values()) == {requested}
    assert len(requests(b, None, "upgrade")) == choice.upgrades
    assert_nothing_twice(b)


def test_below_6_3_whole_routers_are_asked_for_and_the_plan_says_what_is_not_there(bench):
    b = bench("authority-6.2", speedup=600)
    everybody(b)
    run = play(b, "upgrade_routers", ssr_serial="100%", ssr_version="6.2.5")
    assert run.code == 0, run.output
    assert set(running(b).values()) == {"6.2.5-5.r2.el7"}
    states = verdicts(run)
    assert set(states.values()) <= {"done", "up_to_date"} and states["combo"] == "done"
    sent = b.simulator.commands(startswith="send command upgrade")
    assert len(sent) == sum(state == "done" for state in states.values()) and not any(
        "node" in command for command in sent
    )
    plan = "\n".join(messages_of(run, "Show the plan")[0])
    assert "no health check of the vendor's, and no node can be named" in plan
    assert upgraded(run)["combo"]["nodes"][0]["state"] == "done"
    assert_nothing_twice(b)
