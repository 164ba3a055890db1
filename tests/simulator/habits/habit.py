# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a habit is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Habit:
    """A choice that the documents leave.

    ``ways`` are what a conductor may do, the first of them where nothing is said; ``guesses`` the numbers of
    docs/assumptions.md that it is about; ``source`` what the documents say, or do not. Ways that stand for keys of the
    scenario have them in ``settings``, with dots; a key that the scenario has itself is changed only by a way that is
    named there.
    """

    name: str
    ways: tuple[str, ...]
    guesses: tuple[str, ...]
    source: str
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
