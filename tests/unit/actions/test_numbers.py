# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that no option can have are refused in the arguments of a task; its own limit of time claims nothing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.action.software_upgrade import ActionModule
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import (
    BadInput,
    TaskTimedOut,
    _check_numbers,
    task_arguments,
)


@pytest.mark.parametrize(
    ("option", "number"),
    [
        *(("flap", -90), ("bake", float("nan")), ("bake", float("inf")), ("stable_polls", 0), ("upgrade_timeout", 0)),
        *(("breaker_percent", 200), ("max_fail_percentage", float("nan")), ("in_flight", 0), ("poll_min", 0.0)),
        ("in_proof", -1),
    ],
)
def test_a_number_that_limits_nothing_is_refused_by_its_option(option, number) -> None:
    with pytest.raises(BadInput, match=rf"{option} is .*: give a number .*Nothing was sent\."):
        _check_numbers({option: number})


@pytest.mark.parametrize("option", ["in_flight", "downloads_in_flight"])
def test_a_task_with_less_than_one_at_once_is_refused(option) -> None:
    action = ActionModule.__new__(ActionModule)
    action._task = SimpleNamespace(args={"targets": ["R"], "version": "6.3.5", option: 0})
    with pytest.raises(BadInput, match=f"{option} is 0"):
        task_arguments(action)


def test_every_other_number_is_taken() -> None:
    _check_numbers({"flap": 0, "bake": 0.5, "breaker_percent": 100, "max_failures": None, "progress": False})


def test_a_task_that_ansible_ends_does_not_say_that_something_was_sent() -> None:
    assert "If something was sent to the conductor, it goes on there." in str(TaskTimedOut(15))
