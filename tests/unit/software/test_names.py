# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that may stand in a command line, and those that must not."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused, check_word
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "word",
    ["t106-dut1", "RTR_EAST_CONDUCTOR", "t106-dut1.novalocal", "6.3.0-107.r1.el7", "SSR-7.1.0-50", "0200012d64df",
     "/home/admin/SSR-7.1.0.iso", "a", "7", "Zürich-1"],
)  # fmt: skip
def test_names_and_versions_of_the_field_are_accepted_as_they_are(word) -> None:
    assert check_word(word, "router") == word


@pytest.mark.parametrize("word", [*" \t\n\r\x0b\x0c\x00\x1b\x7f\x85\x9b\u00a0\u2028", *"|;&<>?!`'\"\\$"])
def test_a_sign_that_means_something_to_a_command_line_is_refused_wherever_it_stands(word) -> None:
    for text in (f"a{word}b", f"{word}a", f"a{word}"):
        with pytest.raises(NameRefused):
            check_word(text, "router")


@pytest.mark.parametrize("value", [None, 1, 6.3, True, [], {}, b"router"])
def test_what_is_no_text_is_refused_with_the_advice_to_quote_it(value) -> None:
    """YAML makes a number of 123 and a truth of no."""
    with pytest.raises(NameRefused, match="in quotes"):
        check_word(value, "node")


def test_an_empty_word_and_one_that_looks_like_an_option_are_refused() -> None:
    with pytest.raises(NameRefused, match="router is empty"):
        check_word("", "router")
    with pytest.raises(NameRefused, match="starts with '-'"):
        check_word("-x", "router")


def test_the_refusal_names_the_field_and_what_is_accepted() -> None:
    with pytest.raises(NameRefused, match=r"cohort_id 'a b' contains ' '.*Letters, digits"):
        check_word("a b", "cohort_id")


@given(st.text(max_size=30))
def test_what_is_accepted_is_one_printable_word(text) -> None:
    try:
        check_word(text, "router")
    except NameRefused:
        return
    assert text.split() == [text] and not any(ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0 for sign in text)
