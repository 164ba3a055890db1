# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in which a company writes what it likes, such as what stands above its logins: only their shape stays."""

from __future__ import annotations

import re
import unicodedata

#: The words that a system writes above a login by itself.
_KEPT = frozenset(
    """
    last failed login from on since there were was attempt attempts successful the system is booting up shutting down
    not permitted to log in yet unprivileged user users are Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug
    Sep Oct Nov Dec UTC ssh pts
    """.lower().split()
)
#: Longer numbers may be those of telephones and houses. Days, times and years stay.
_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{3,}")


#: What words are of, in brackets of a pattern: marks upon letters are no letters to ``re``, nor are vowels of some
#: scripts.
LETTERS = (
    r"\w\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0980-\u0df3\u0e31-\u0e4e"
    r"\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
_LETTERS_OF_A_WORD = rf"(?:(?![\d_])[{LETTERS}])+"
#: Characters that JSON has written as numbers.
ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?")


def unescaped(text: str) -> str:
    """The text with the letters that JSON has written as numbers: half a word is no name.

    Marks upon letters are letters as well; quotation marks and line ends stay as they are written.
    """
    if "\\u" not in text:
        return text
    return ESCAPED.sub(lambda found: _letters(found[0]), text)


def _letters(written: str) -> str:
    pair = bytes.fromhex(written.replace("\\u", "")).decode("utf-16-be", "replace")
    return pair if all(letter.isalpha() or unicodedata.category(letter)[0] == "M" for letter in pair) else written


def faceless(text: str) -> str:
    """The text with the length of each word and number, and no word but those of the system."""
    text = re.sub(_LETTERS_OF_A_WORD, lambda word: word[0] if word[0].lower() in _KEPT else "x" * len(word[0]), text)
    return _NUMBER.sub(lambda number: "0" * len(number[0]), text)
