# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the same answer once: most of a world's time goes into that, and reading changes nothing.

Only a matter of speed: where a reader has another name or another place, nothing is remembered of it.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from types import ModuleType

_UTILS = "ansible_collections.sessionsmart.ssr.plugins.plugin_utils"
_SOFTWARE = f"{_UTILS}.software"
_READERS = {
    "assets": ("read_assets", "read_asset_detail", "read_downloads"),
    "system": ("read_system", "read_versions", "read_processes"),
    "operation_status": ("status_lines",),
}
#: What is asked of the same lines, cells and names again and again. All of them only compute.
_OF_WORDS = {
    "pcli.cells": ("is_rule",),
    "pcli.blocks": ("_plain",),
    "pcli.error_lines": ("reports_failure",),
    "software.assets": ("_asset", "parse_duration"),
    "software.names": ("check_word",),
    "software.versions": ("parse", "try_parse"),
    "pcli.spelling": ("unsafe",),
}
#: So many answers are remembered of each reader.
_MOST = 5000


def remember_readings() -> None:
    """From now on readers remember what they made of an answer; it is the same object as long as its text is."""
    for name, readers in _READERS.items():
        module = importlib.import_module(f"{_SOFTWARE}.{name}")
        for reader in readers:
            plain = getattr(module, reader, None)
            if plain is not None and not hasattr(plain, "__wrapped__"):
                setattr(module, reader, _remembering(plain))
    for name, functions in _OF_WORDS.items():
        for function in functions:
            _remember_words(importlib.import_module(f"{_UTILS}.{name}"), function)


def _remember_words(module: ModuleType, name: str) -> None:
    """A function remembers what it returned, wherever it was imported to."""
    plain = getattr(module, name, None)
    if plain is None or hasattr(plain, "__wrapped__"):
        return
    quick = _remembering_words(plain)
    for other in list(sys.modules.values()):
        if getattr(other, "__name__", "").startswith(_UTILS) and vars(other).get(name) is plain:
            setattr(other, name, quick)


def _remembering_words(plain: Callable) -> Callable:
    quick = functools.lru_cache(maxsize=_MOST, typed=True)(plain)

    @functools.wraps(plain)
    def remembering(*given, **named):
        try:
            hash(given)
        except TypeError:  # a list where a word should be: what the function itself says of it counts
            return plain(*given, **named)
        return quick(*given, **named)

    remembering.cache_clear = quick.cache_clear
    return remembering


def _remembering(reader: Callable) -> Callable:
    known: dict[int, tuple] = {}

    @functools.wraps(reader)
    def read(response, *more):
        if more or response is None:
            return reader(response, *more)
        entry = known.get(id(response))
        if entry is None or entry[0] is not response:
            if len(known) > _MOST:
                known.clear()
            entry = known[id(response)] = (response, reader(response))
        value = entry[1]
        return list(value) if isinstance(value, list) else value

    read.cache_clear = known.clear
    return read
