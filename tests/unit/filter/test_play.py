# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches from whatever a user hands over, and the other conductor node from the inventory."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.filter.play import FilterModule, fallback_of, serial_batches


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


HOSTS = {
    "c1": {"inventory_hostname": "c1", "ansible_host": "192.0.2.11"},
    "c2": {"inventory_hostname": "c2", "ansible_host": "192.0.2.12", "ansible_port": 2222},
    "c6": {"inventory_hostname": "c6", "ansible_host": "2001:db8::12", "ansible_port": 22},
    "bare": {"inventory_hostname": "bare"},
    "own": {"inventory_hostname": "own", "ansible_pcli_fallback_hosts": ["192.0.2.99"]},
}


@pytest.mark.parametrize(
    ("nodes", "conductor", "wanted"),
    [
        (["c1", "c2"], None, ["192.0.2.12:2222"]),
        (["c1", "c2"], "c2", ["192.0.2.11"]),
        (["c1", "c6"], "c1", ["[2001:db8::12]:22"]),
        (["c1", "bare"], "c1", ["bare"]),
        (["c1"], "c1", []),
        (["own", "c2"], "own", ["192.0.2.99"]),  # what the inventory says wins
        (["c1", "c2"], "bare", []),  # another host is asked, which these nodes do not stand in for
        ([], None, []),
        (["c1", "c2"], "nobody", []),
    ],
)
def test_the_other_nodes_of_the_group_stand_in_unless_the_inventory_says_otherwise(nodes, conductor, wanted) -> None:
    assert fallback_of(HOSTS, {"ssr_conductors": nodes}, conductor) == wanted


def test_an_inventory_without_the_group_has_nobody_to_stand_in() -> None:
    assert fallback_of(HOSTS, {}) == []


def test_filters_are_known_by_their_names() -> None:
    assert set(FilterModule().filters()) == {
        "fallback_of",
        "serial_batches",
        "tasks_file",
        "text_list",
        "unless_none",
    }
