# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes in a list of checks are found before a run begins."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.filter.checks import FilterModule, post_check_mistakes


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        (["pair_conected"], "There is no check 'pair_conected'."),
        ([{"name": "service_running", "severity": "loud"}], "it can be 'block' or 'warn'"),
        ([{"name": "own", "command": "delete everything"}], "Checks only read."),
    ],
)
def test_a_list_that_cannot_be_used_is_described(checks, words) -> None:
    (mistake,) = post_check_mistakes(checks)
    assert words in mistake and mistake.endswith("Nothing was sent.")


def test_a_list_that_can_be_used_has_no_mistakes() -> None:
    assert (
        post_check_mistakes(["all", "!pair_connected", {"name": "mine", "command": "show system", "expect": "up"}])
        == []
    )
    assert set(FilterModule().filters()) == {"post_check_mistakes"}
