# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run was and how it ended, in one sentence, and what needs somebody."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports import states
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.outcome import attention, next_words, outcome
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import results

from tests.unit.reports.examples import night


def report(totals: dict, **run: object) -> dict:
    known = {"operation": "upgrade", "version": "SSR-6.3.5-39.r1", "state": "ended", "elapsed": 7530.0, "stopped": None}
    return {"run": {**known, **run}, "totals": totals, "routers": []}


@pytest.mark.parametrize(
    ("totals", "run", "sentence"),
    [
        ({"done": 12}, {}, "Upgrade to 6.3.5-39.r1 ended after 2 h 05 min: all 12 routers are upgraded."),
        ({"done": 1}, {}, "Upgrade to 6.3.5-39.r1 ended after 2 h 05 min: 1 router is upgraded."),
        (
            {"done": 8, "blocked": 1, "unknown": 1, "reverted": 2},
            {},
            "Upgrade to 6.3.5-39.r1 ended after 2 h 05 min: 8 of 12 routers are upgraded; 1 unknown, 2 reverted, "
            "1 blocked.",
        ),
        (
            {"done": 8, "up_to_date": 4},
            {},
            "Upgrade to 6.3.5-39.r1 ended after 2 h 05 min: 8 of 12 routers are upgraded; 4 up to date.",
        ),
        ({"up_to_date": 4}, {}, "Upgrade to 6.3.5-39.r1 ended after 2 h 05 min: all 4 routers were up to date."),
        (
            {"done": 1, "running": 2, "waiting": 3},
            {"state": "running", "elapsed": 65},
            "Upgrade to 6.3.5-39.r1 has been running for 1 min 05 s: 1 of 6 routers is upgraded; 2 running, 3 waiting.",
        ),
        (
            {"planned": 3, "blocked": 1},
            {"check_mode": True, "elapsed": 4},
            "Upgrade to 6.3.5-39.r1 (dry run) ended after 4 s: 3 of 4 routers would be upgraded; 1 blocked.",
        ),
        (
            {"done": 2},
            {"operation": "download"},
            "Download of 6.3.5-39.r1 ended after 2 h 05 min: all 2 routers have it.",
        ),
        ({}, {"state": "interrupted"}, "Upgrade to 6.3.5-39.r1 was interrupted after 2 h 05 min: no router took part."),
        (
            {"done": 1, "not_started": 1},
            {"stopped": "the window is over."},
            "Upgrade to 6.3.5-39.r1 ended after 2 h 05 min: 1 of 2 routers is upgraded; 1 not started. Nothing new was "
            "begun: the window is over.",
        ),
    ],
)  # fmt: skip
def test_a_run_in_one_sentence(totals, run, sentence):
    assert outcome(report(totals, **run)) == sentence


def test_the_conductor_is_named_where_it_took_part():
    assert outcome(night(bad=False)).endswith("; the conductor is upgraded.")


def test_attention_has_the_worst_first_and_nobody_who_is_well():
    found = attention(night(routers=300))
    assert [entry["state"] for entry in found] == sorted((entry["state"] for entry in found), key=states.weight)
    assert {entry["state"] for entry in found} <= {name for name, meaning in results.STATES.items() if not meaning.ok}
    assert all(entry["reason"] and entry["next"] for entry in found)


def test_routers_whose_turn_may_still_come_need_nobody():
    running = night(running=True)
    running["routers"][-1]["state"] = "not_started"
    assert running["routers"][-1]["router"] not in [entry["router"] for entry in attention(running)]
    running["run"]["state"] = "ended"
    assert running["routers"][-1]["router"] in [entry["router"] for entry in attention(running)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("fix what is named, then run again: ansible-playbook x --limit a", "Fix what is named, then run again."),
        ("Call somebody.", "Call somebody."),
        (None, ""),
    ],
)
def test_what_to_do_next_does_not_repeat_the_command(words, sentence):
    assert next_words({"next_words": words, "next_command": "ansible-playbook x --limit a"}) == sentence


def test_the_states_are_those_of_the_rollout_in_its_order():
    assert [name for name in states.STATES if name not in ("running", "waiting")] == list(results.STATES)
    assert {name for name, meaning in states.STATES.items() if meaning.person} == {
        name for name, meaning in results.STATES.items() if not meaning.ok
    }
