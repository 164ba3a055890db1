# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in which a company writes what it likes, such as what stands above its logins: only their shape stays."""

from __future__ import annotations

import re

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


def faceless(text: str) -> str:
    """The text with the length of each word and number, and no word but those of the system."""
    text = re.sub(r"[^\W\d_]+", lambda word: word[0] if word[0].lower() in _KEPT else "x" * len(word[0]), text)
    return _NUMBER.sub(lambda number: "0" * len(number[0]), text)
