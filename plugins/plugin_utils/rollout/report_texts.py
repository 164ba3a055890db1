# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of devices, users and files, made fit for files and screens: without secrets and control characters."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

from ..api.masking import Secrets
from ..reports.text import clean as without_control

#: So many texts are remembered: those of a fleet are much alike.
_REMEMBERED = 20_000


def cleaner(secrets: Iterable[str] = ()) -> Callable[[str], str]:
    """A function that makes a text fit for files and screens: without these secrets, what looks like one, and what a
    terminal or a browser acts on. Names are kept.
    """
    known = Secrets(*secrets)

    @functools.lru_cache(maxsize=_REMEMBERED)
    def clean(text: str) -> str:
        return known.mask(without_control(str(text)))

    return clean


#: The same where no secret is known.
clean_text = cleaner()


def cleaned(value: object, clean: Callable[[str], str]) -> object:
    """Plain data with all of its texts made fit."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): cleaned(inner, clean) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [cleaned(inner, clean) for inner in value]
    return value
