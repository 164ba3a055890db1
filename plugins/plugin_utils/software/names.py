# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of a user that go into a command line: what is let through, and a sentence for what is not.

A PCLI line is split at blanks, piped at ``|``, completed at a tab, explained at ``?`` and recalled from the history
at ``!`` (concepts_pcli). A name that holds one of these would be another command than the one we meant.
"""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r"[\s|;&<>?!`'\"\\$\x00-\x1f\x7f-\x9f]")


class NameRefused(ValueError):
    """A word that must not reach a command line. Its text names the field and what is accepted."""


def check_word(value: object, field: str) -> str:
    """Return ``value`` if it can stand as one word in a command line, else raise NameRefused.

    Numbers and booleans are refused: YAML makes them of names such as ``123`` or ``no``, and what the user wrote is
    then no longer known (write them in quotes).
    """
    if not isinstance(value, str):
        raise NameRefused(
            f"{field} must be text, but is {value!r} ({type(value).__name__}). Put it in quotes if it is a name."
        )
    if not value:
        raise NameRefused(f"{field} is empty. Give a name.")
    bad = _FORBIDDEN.search(value)
    if bad:
        raise NameRefused(
            f"{field} {value!r} holds {bad.group()!r}, which cannot be part of a name on the PCLI. Letters, digits, "
            "'-', '_' and '.' are accepted."
        )
    if value.startswith("-"):
        raise NameRefused(f"{field} {value!r} begins with '-'. Names begin with a letter or a digit.")
    return value
