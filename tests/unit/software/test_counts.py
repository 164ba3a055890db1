# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers in sentences."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import counted, never_begun, some


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((1, "node"), "1 node"),
        ((0, "node"), "0 nodes"),
        ((2, "node"), "2 nodes"),
        ((1, "copy", "copies"), "1 copy"),
        ((3, "command was", "commands were"), "3 commands were"),
    ],
)
def test_a_number_and_what_it_counts_agree(arguments, text) -> None:
    assert counted(*arguments) == text


def test_many_names_are_cut_with_how_many_more_there_are() -> None:
    assert some("abcde") == "a, b, c, d, e" and some("abcdef") == "a, b, c, d, e and 1 more"
    assert some([1, 2, 3], 2) == "1, 2 and 1 more"


def test_routers_whose_turn_has_not_come_are_named_and_thousands_of_them_are_not() -> None:
    assert never_begun([]) == ""
    assert never_begun(["r1"]) == "1 router was never begun, and nothing was sent there: r1."
    assert never_begun([f"r{number}" for number in range(5000)]).endswith("r19 and 4980 more.")
