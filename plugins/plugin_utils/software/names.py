# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validates names from a user before they become part of a command line.

The PCLI splits a line at blanks, pipes it at ``|``, completes it at a tab, explains it at ``?`` and recalls history at
``!`` (concepts_pcli). A name with one of these characters would turn the command into a different one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_FORBIDDEN = re.compile(r"[\s|;&<>?!`'\"\\$\x00-\x1f\x7f-\x9f]")


class NameRefused(ValueError):
    """A name that must not reach a command line. The message names the field and what is accepted."""


def decrypted(value: object) -> object:
    """The text of a value that is encrypted with Ansible Vault, also within lists and mappings; others as they are.

    Where a variable is not the result of a template, Ansible gives an object that is no text: up to 2.18 a sequence of
    characters, later one that is decrypted when it is used.
    """
    if getattr(value, "__ENCRYPTED__", False) or type(value).__name__ == "EncryptedString":
        return str(value)
    if isinstance(value, Mapping):
        return {name: decrypted(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [decrypted(entry) for entry in value]
    return value


def check_word(value: object, field: str) -> str:
    """Return ``value`` if it is safe as one word of a command line, else raise NameRefused.

    Numbers and booleans are refused: YAML turns names such as ``123`` or ``no`` into them, and what the user wrote is
    lost (such names must be quoted).
    """
    if not isinstance(value, str):
        raise NameRefused(
            f"{field} must be text, but is {value!r} ({type(value).__name__}). Put it in quotes if it is a name."
        )
    if not value:
        raise NameRefused(f"{field} is empty. Give a name.")
    forbidden = _FORBIDDEN.search(value)
    if forbidden:
        raise NameRefused(
            f"{field} {value!r} contains {forbidden.group()!r}, which a name on the PCLI cannot have. Letters, digits, "
            "'-', '_' and '.' are accepted."
        )
    if value.startswith("-"):
        raise NameRefused(f"{field} {value!r} starts with '-'. Names start with a letter or a digit.")
    return value
