# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only the operation of a killed run explained is judged again once that operation is over."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Abandoned
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarms import Alarm

from tests.unit.fakes import Course, Night, authority

RAISED = Alarm("1", "now", "critical", "a.R", "system", "Nobody knows this one", "a", "R")
KILLED_AT = 60.0


def night_after_a_kill(clock, folder, nodes: tuple[str, ...], runs_for: float = 300) -> Night:
    """A night whose first run was killed while the first node of its router was upgraded; it raises an alarm."""
    night = Night(authority(clock, {"R": nodes}))
    night.conductor.course = Course(runs_for)
    clock.after(KILLED_AT, lambda: setattr(night, "living", lambda: False))
    with pytest.raises(Abandoned):
        go(night, folder)
    night.living = lambda: True
    night.conductor.alarms = lambda: [RAISED]
    return night


def go(night: Night, folder, **more) -> dict:
    given = {"download": False, "pair_soak": 0, "health_check": False, "compare": False, "post_check_timeout": 120}
    return night.go("R", **{**given, "order": "as_listed", "journal": str(folder), **more})


def upgraded(night: Night) -> list[str]:
    return [request.node for request in night.conductor.sent]


@pytest.mark.parametrize("compare", [False, True])
def test_an_alarm_that_stays_holds_the_pair_before_its_second_node(clock, tmp_path, compare) -> None:
    night = night_after_a_kill(clock, tmp_path, ("a", "b"))
    result = go(night, tmp_path, checks_to_repeat={"R": ["critical_alarms"]}, compare=compare)
    assert upgraded(night) == ["a"] and result["by_router"]["R"]["state"] == "held"
    assert "Nobody knows this one" in result["by_router"]["R"]["reason"]
    assert any(check["name"] == "critical_alarms" and check["state"] == "fail" for check in result["checks"])


def test_an_alarm_that_goes_lets_the_second_node_begin(clock, tmp_path) -> None:
    night = night_after_a_kill(clock, tmp_path, ("a", "b"))
    clock.after(700, lambda: setattr(night.conductor, "alarms", list))
    result = go(night, tmp_path, checks_to_repeat={"R": ["critical_alarms"]}, post_check_timeout=900)
    assert upgraded(night) == ["a", "b"] and result["by_router"]["R"]["state"] == "done"


def test_an_alarm_that_stays_holds_a_router_of_one_node_too(clock, tmp_path) -> None:
    night = night_after_a_kill(clock, tmp_path, ("a",))
    result = go(night, tmp_path, checks_to_repeat={"R": ["critical_alarms"]})
    assert result["by_router"]["R"]["state"] == "held"


def test_where_the_operation_is_over_already_the_second_node_waits_for_the_same(clock, tmp_path) -> None:
    night = night_after_a_kill(clock, tmp_path, ("a", "b"), runs_for=90)
    clock.sleep(600)
    result = go(night, tmp_path, checks_to_repeat={"R": ["critical_alarms"]})
    assert upgraded(night) == ["a"] and result["by_router"]["R"]["state"] == "held"


def test_what_was_not_excused_is_not_asked_again(clock, tmp_path) -> None:
    night = night_after_a_kill(clock, tmp_path, ("a", "b"))
    assert go(night, tmp_path)["by_router"]["R"]["state"] == "done"
    assert upgraded(night) == ["a", "b"]


def test_an_alarm_that_may_be_there_by_setting_holds_nobody(clock, tmp_path) -> None:
    night = night_after_a_kill(clock, tmp_path, ("a", "b"))
    allowed = go(night, tmp_path, checks_to_repeat={"R": ["critical_alarms"]}, allow_alarms=["knows this"])
    assert allowed["by_router"]["R"]["state"] == "done"


@pytest.mark.parametrize("given", [{"R": ["mistyped"]}, {"R": 7}])
def test_checks_that_do_not_exist_are_refused_before_anything_is_sent(clock, given) -> None:
    night = Night(authority(clock, {"R": ("a", "b")}))
    with pytest.raises((BadInput, ValueError), match="Nothing was sent"):
        night.go("R", checks_to_repeat=given)
    assert upgraded(night) == []
