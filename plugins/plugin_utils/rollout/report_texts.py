# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of devices, users and files, made fit for the files of a run: without secrets and control characters."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable

from ..api.masking import Secrets

#: All but line breaks and tabs, and what turns the direction of a text round.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+")
#: So many texts are remembered: those of a fleet are much alike.
_REMEMBERED = 20_000


def cleaner(secrets: Iterable[str] = ()) -> Callable[[str], str]:
    """A function that makes a text fit for a file: without these secrets, and what looks like one. Names are kept."""
    known = Secrets(*secrets)

    @functools.lru_cache(maxsize=_REMEMBERED)
    def clean(text: str) -> str:
        text = str(text).encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
        return known.mask(_UNPRINTABLE.sub(" ", text))

    return clean


def cleaned(value: object, clean: Callable[[str], str]) -> object:
    """Plain data with all of its texts made fit."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): cleaned(inner, clean) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [cleaned(inner, clean) for inner in value]
    return value
