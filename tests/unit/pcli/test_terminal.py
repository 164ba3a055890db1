# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person would see of the characters that a terminal sends."""

from __future__ import annotations

import re

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import terminal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.terminal import clean, incomplete_escape
from hypothesis import example, given
from hypothesis import strategies as st

SEEN = [
    ("plain text stays", "one\ntwo", "one\ntwo"),
    ("carriage return before a line feed vanishes", "one\r\ntwo\r\n", "one\ntwo\n"),
    ("two carriage returns before a line feed vanish", "one\r\r\ntwo", "one\ntwo"),
    ("a carriage return overwrites", "Retrieving...\rDone         ", "Done         "),
    ("a shorter text leaves the rest of the line", "12345\rab", "ab345"),
    ("a spinner leaves its last frame", "| Retrieving\r/ Retrieving\r✔ Retrieving assets...", "✔ Retrieving assets..."),
    ("erase to the end of the line", "long text\r\x1b[Kshort", "short"),
    ("erase the whole line", "long text\x1b[2K\rshort", "short"),
    ("erase to the start of the line", "abcdef\x1b[3D\x1b[1K", "    ef"),
    ("colours vanish", "\x1b[1;32m✔\x1b[0m ok", "✔ ok"),
    ("a window title vanishes", "\x1b]0;admin@node0\x07admin@node0.r# ", "admin@node0.r# "),
    ("a window title with the other terminator vanishes", "\x1b]2;title\x1b\\text", "text"),
    ("a torn window title does not swallow the next line", "\x1b]0;title\r\ntext", "\ntext"),
    ("character sets vanish", "\x1b(Bone\x1b)0two", "onetwo"),
    ("line drawing characters are drawn", "\x1b(0qqq\x1b(Bq", "───q"),
    ("backspaces go back", "shww\b\bow", "show"),
    ("a rubbed out character vanishes at the end of a line", "showw\b \b\n", "show\n"),
    ("cursor left and right", "abcd\x1b[3Dx\x1b[1Cy", "axcy"),
    ("cursor to a column", "abcd\x1b[2Gx", "axcd"),
    ("cursor up over a spinner's line", "⠋ Retrieving\r\n\x1b[1A\r\x1b[K✔ Retrieving", "✔ Retrieving\n"),
    ("erase below", "one\n12345\x1b[2D\x1b[J", "one\n123"),
    ("a cleared screen keeps what it showed before", "one\x1b[2J\x1b[Htwo", "one\ntwo"),
    ("delete and insert characters", "abcdef\r\x1b[2P\x1b[1@", " cdef"),
    ("saved cursor", "ab\x1b7cd\x1b8x", "abxd"),
    ("the other way to save the cursor", "ab\x1b[scd\x1b[ux", "abxd"),
    ("down a line", "ab\x1bDx", "ab\n  x"),
    ("up a line", "one\ntwo\x1bMx", "onex\ntwo"),
    ("up and down", "one\ntwo\nsix\x1b[2A\r\x1b[1Bx", "one\nxwo\nsix"),
    ("down never makes lines", "one\x1b[5Bx", "onex"),
    ("left stops at the start", "abc\x1b[9Dx", "xbc"),
    ("a combining character stays with a wide one", "日\u0301x", "日\u0301x"),
    ("a combining character stays with the letter that it came after", "ab\b\u0301", "a\u0301b"),
    ("half a wide character that is overwritten leaves a blank", "日本\rx", "x 本"),
    ("a position on the screen begins a line", "one\x1b[5;1Htwo", "one\ntwo"),
    ("NULs and bells vanish", "a\x00b\x07c", "abc"),
    ("tabs become blanks", "a\tb", "a       b"),
    ("modes vanish", "\x1b[?2004hprompt# \x1b[?25l", "prompt# "),
    ("wide characters take two columns", "日本x\x1b[3Dy", "日y x"),
    ("combining characters stay with their letter", "e\u0301x", "e\u0301x"),
    ("blanks at the end of a line vanish, but not behind a prompt", "a   \nb# ", "a\nb# "),
    ("a sequence that is cut off leaves nothing", "text\x1b[3", "text"),
    ("a lone escape at the end leaves nothing", "text\x1b", "text"),
    ("eight-bit control sequences vanish", "\x9b31mred", "red"),
]


@pytest.mark.parametrize(("raw", "visible"), [case[1:] for case in SEEN], ids=[case[0] for case in SEEN])
def test_a_person_would_see(raw: str, visible: str) -> None:
    assert clean(raw) == visible


@pytest.mark.parametrize("end", ["\x1b", "\x1b[", "\x1b[1;3", "\x1b]0;title", "\x1b]0;title\x1b", "\x1b(", "\x1b[?25"])
def test_a_sequence_that_is_cut_off_is_noticed(end: str) -> None:
    assert incomplete_escape("text" + end)


@pytest.mark.parametrize("end", ["", "\x1b[0m", "\x1b]0;title\x07", "\x1b(B", "\x1b7", "# ", "\x1b[?25l"])
def test_a_whole_sequence_is_not_taken_for_a_cut_off_one(end: str) -> None:
    assert not incomplete_escape("text" + end)


PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["\r", "\n", "\r\n", "\b", "\t", "\x1b[K", "\x1b[2K", "\x1b[1A", "\x1b[3C", "\x1b[2D", "\x1b[5G"]),
    st.sampled_from(
        ["\x1b[2J", "\x1b[H", "\x1b[2P", "\x1b[3@", "\x1b[4X", "\x1b7", "\x1b8", "\x1bM", "\x1b[J", "\x1b[B"]
    ),
    st.sampled_from(["日本", "e\u0301", "✔ ", "\x1b(0", "\x1b(B", "\x1b]0;t\x07", "\x1b[31m", "\x00"]),
)


@given(st.lists(PIECES, max_size=30).map("".join))
@example("\u0301")
@example("日\x1b[2Dx\x1b[1@")
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_what_is_clean_has_no_control_characters(raw: str) -> None:
    assert all(char == "\n" or char.isprintable() or ord(char) > 0x9F for char in clean(raw))


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=200))
def test_printable_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@given(st.lists(PIECES, max_size=20).map("".join), st.integers(min_value=0, max_value=200))
def test_text_that_is_cut_anywhere_can_be_cleaned(raw: str, length: int) -> None:
    assert "\x1b" not in clean(raw[:length])


def test_a_large_answer_is_cleaned_quickly() -> None:
    line = " site-0001   node-1   6.3.0-107.r1.el7   Image   Synchronized   34m 44s   0\r\n"
    assert clean(line * 20_000).count("\n") == 20_000


@given(st.text(alphabet=st.sampled_from("ab \r\n\t\b\x1b[K•─é漢́\u200b\u2028"), max_size=40))
@example("a  \r\n─ é\n  ")
def test_text_that_nothing_is_written_over_needs_no_screen(raw: str) -> None:
    usual, terminal._MOVES = terminal._MOVES, re.compile("")
    try:
        on_a_screen = clean(raw)
    finally:
        terminal._MOVES = usual
    assert clean(raw) == on_a_screen
