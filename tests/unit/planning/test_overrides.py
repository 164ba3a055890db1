# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person may lift by name, for which router, and what is refused (rule 46)."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import CHECKS
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.overrides import (
    LIFTABLE,
    OverrideError,
    lifted,
    read_overrides,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import gate_conditions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.gate_conditions import CONDITIONS

GOOD = {"router": "P", "condition": "peer_not_well", "reason": "b is dead, a technician is on site"}


def names_of_conditions() -> set[str]:
    return {
        condition.__name__
        for table in CONDITIONS.values()
        for condition in (*table.first_look, *table.examined, *table.locked, *table.leaving)
    }


def test_an_override_names_a_router_a_condition_and_a_reason_and_knows_who_says_so() -> None:
    (override,) = read_overrides([GOOD], "anna", {"P", "R"})
    assert (override.router, override.condition, override.by) == ("P", "peer_not_well", "anna")
    assert override.words.startswith("peer_not_well is lifted by anna (b is dead, a technician is on site): ")
    assert "dark" in override.words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"router": "store-*"}, "patterns are not accepted"),
        ({"router": "all"}, "patterns are not accepted"),
        ({"router": ""}, "Name one router"),
        ({"router": "Q"}, "router 'Q', which is not known"),
        ({"router": 7}, "each as text"),
        ({"condition": "operation_since"}, "cannot be lifted. These can: peer_not_well"),
        ({"condition": "limit_reached"}, "cannot be lifted"),
        ({"condition": "version_available"}, "cannot be lifted"),
        ({"condition": "clean_candidate"}, "cannot be lifted"),
        ({"reason": " "}, "has no reason"),
        ({"node": "a"}, "exactly router, condition and reason"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(change, words) -> None:
    with pytest.raises(OverrideError, match=words):
        read_overrides([{**GOOD, **change}], "anna", {"P", "R"})


@pytest.mark.parametrize("entries", ["P", {"router": "P"}, [["P"]], [None], 7])
def test_what_is_no_list_of_mappings_is_refused(entries) -> None:
    with pytest.raises(OverrideError):
        read_overrides(entries)


@pytest.mark.parametrize("entries", [None, "", [], ()])
def test_nothing_is_no_override(entries) -> None:
    assert read_overrides(entries) == ()


def test_what_may_be_lifted_is_a_condition_of_the_gate_or_a_check() -> None:
    overrides = read_overrides([{**GOOD, "condition": condition} for condition in LIFTABLE])
    at_gate = lifted(overrides)
    assert at_gate <= names_of_conditions()
    assert {name for name in LIFTABLE if not hasattr(gate_conditions, name)} <= set(CHECKS)


@pytest.mark.parametrize(
    "name", ["operation_since", "operation_shown", "asset_moves", "peer_begun", "begun_by_another_run", "limit_reached"]
)
def test_an_operation_that_runs_and_the_limits_are_never_lifted(name) -> None:
    assert name in names_of_conditions() and name not in LIFTABLE
