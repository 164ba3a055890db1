# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conductors that are made differently wherever the documents leave a choice: a pair is upgraded all the same."""

from __future__ import annotations

import pytest

FIRST, SECOND = "t106-dut1", "t106-dut2"
TO = "6.3.5-39.r1.el7"

CHOICES = {
    "bare text, columns in another order, lower case, one session for each login": {
        "style": {
            "marks": False,
            "date_line": False,
            "completed_line": False,
            "progress_line": False,
            "status_case": "lower",
            "status_layout": "sentences",
            "health_layout": "table",
            "accept_layout": "none",
            "column_order": ["Status", "Asset Id", "Node", "Router", "Install Type", "SSR Version"],
            "extra_columns": {"Platform": "SSR1400"},
        },
        "ssh": {"max_sessions": 1, "sshd_during_restart": "accept_then_close"},
        "behaviour": {"assets_after_conductor_restart": "resync", "conductor_order": "standby_first"},
        # A prompt that nobody documented, and no setting for it.
        "users": [{"name": "admin", "password": "some-password", "prompt": "[{node}] ssr> "}],
    },
    "spinners, colours, a pager, requests that block, another word for upgrading": {
        "style": {
            "spinner": True,
            "ansi": True,
            "pager": {"enabled": True, "rows": 6, "text": "Press any key to continue"},
            "status_layout": "blocks",
            "health_layout": "none",
            "accept_layout": "sentence",
            "trailing_noise": "Peer paths: 3 up, 0 down",
        },
        "ssh": {"sshd_during_restart": "hang", "keyboard_interactive": "only", "banner": "Authorised use only.\n"},
        "dialect": {"skip_names": "health-check"},
        "behaviour": {"request_mode": "blocks", "upgrading_state": "Upgrading", "flap_while_conductor_down": True},
    },
    "no status at all, a narrow way of wrapping, the post-check after the asset is settled": {
        "style": {"status_layout": "none", "wrap": "chop", "missing_columns": ["Errors", "Time in Status"]},
        "behaviour": {"post_check": "after_synchronized", "show_system_nodes": "local", "shell": False},
    },
}


@pytest.mark.parametrize("choice", CHOICES, ids=lambda text: text.split(",")[0].replace(" ", "-"))
def test_a_pair_is_upgraded_whatever_the_conductor_looks_like(bench, choice):
    b = bench("ha-6.3-image", **CHOICES[choice])
    run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_request_timeout=1)
    assert run.code == 0, run.output
    assert {b.truth(FIRST)["version"], b.truth(SECOND)["version"]} == {TO}
    assert len(b.upgrades(FIRST)) == len(b.upgrades(SECOND)) == 1
    assert b.simulator.violations == []


@pytest.mark.parametrize("choice", CHOICES, ids=lambda text: text.split(",")[0].replace(" ", "-"))
def test_a_node_that_reverts_by_itself_is_noticed_whatever_the_conductor_looks_like(bench, choice):
    b = bench("ha-6.3-image", faults=[{"type": "post_check_fails_and_reverts", "node": FIRST}], **CHOICES[choice])
    run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_request_timeout=1)
    assert run.code != 0
    assert run.node(FIRST)["state"] == "reverted", run.output
    assert b.upgrades(SECOND) == []
