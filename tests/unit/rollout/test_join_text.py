# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasons are one line, with one full stop between two sentences."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.join_text import listed, sentences


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (("it was refused", "Run again."), "it was refused. Run again."),
        (("it was refused.", "Run again"), "it was refused. Run again"),
        (("Starting 1/1 targets complete....", "Run again.."), "Starting 1/1 targets complete. Run again."),
        (("refused: 0 succeeded.\nx-node.x: Pre-check failed\n", "Mend it."),
         "refused: 0 succeeded. x-node.x: Pre-check failed. Mend it."),
        (("first line\n   second   line",), "first line; second line"),
        (("is it?", None, "", "Yes"), "is it? Yes"),
        ((), ""),
    ],
)  # fmt: skip
def test_parts_become_one_line(parts, line) -> None:
    assert sentences(*parts) == line


def test_names_are_listed_as_people_do() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b"], "abc")] == ["", "a", "a and b", "a, b and c"]
