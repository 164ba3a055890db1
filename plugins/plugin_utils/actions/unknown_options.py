# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of an option that a module does not have: the nearest one, and where it belongs in module_defaults."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import yaml

_COLLECTION = "sessionsmart.ssr"
_ROOT = Path(__file__).resolve().parents[3]


def unknown_options(module: str, unknown: Iterable[str], options_of: Callable[[str], Iterable[str]]) -> str:
    """A sentence for each unknown option of a module (short name). ``options_of``: the options of a module."""
    groups = yaml.safe_load((_ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    known = {name: set(options_of(name)) for name in groups["all"]}
    return " ".join(_sentence(module, option, known, groups) for option in sorted(map(str, unknown)))


def _sentence(module: str, option: str, known: Mapping[str, set[str]], groups: Mapping[str, list[str]]) -> str:
    first = f"{_COLLECTION}.{module} has no option '{option}'."
    holders = [name for name, options in known.items() if option in options]
    if not holders:
        alike = difflib.get_close_matches(option, sorted(known[module]), 1, 0.6)
        meant = f"Did you mean {alike[0]}?" if alike else f"ansible-doc {_COLLECTION}.{module} lists them."
        return f"{first} {meant}"
    families = [name for name, members in groups.items() if all(option in known[member] for member in members)]
    largest = [name for name in families if not any(set(groups[name]) < set(groups[other]) for other in families)]
    where = [f"group/{_COLLECTION}.{name}" for name in largest] or [f"{_COLLECTION}.{name}" for name in holders]
    common = ", ".join(sorted(set.intersection(*known.values())))
    return (
        f"{first} It is one of {', '.join(holders)}. In module_defaults it belongs to {' or '.join(where)}, since a "
        f"group only sets what all of its modules have (group/{_COLLECTION}.all: {common})."
    )
