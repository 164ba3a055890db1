# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches from whatever a user hands over."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.filter.play import FilterModule, serial_batches


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (1, [1]),
        ("5", [5]),
        ("10%", ["10%"]),
        ([1, "10%", "100%"], [1, "10%", "100%"]),
        ("1,10%,100%", [1, "10%", "100%"]),
        (" 1 , 10% ", [1, "10%"]),
        ("[1, '10%', 100]", [1, "10%", 100]),
        ('["1", "100%"]', [1, "100%"]),
        (["1", "2"], [1, 2]),
    ],
)
def test_batches_are_read_from_numbers_lists_and_text(value, wanted) -> None:
    assert serial_batches(value) == wanted


@pytest.mark.parametrize(
    "wrong", ["", [], "all", 0, "0", "0%", "101%", -1, "1;2", "10 %", True, None, 1.5, [1, "some"], "[1, 2", {"a": 1}]
)
def test_what_is_no_batch_is_refused_with_an_example(wrong) -> None:
    """Ansible itself takes a text that it cannot read for one batch of all hosts, canary or not."""
    with pytest.raises(AnsibleFilterError, match=r"ssr_serial.*1,10%,100%"):
        serial_batches(wrong)


def test_filters_are_known_by_their_names() -> None:
    assert set(FilterModule().filters()) == {
        "from_the_beginning",
        "serial_batches",
        "tasks_file",
        "text_list",
        "unless_none",
    }
