# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Habits: wherever the documents leave a choice, contradict each other or two generations differ, ways to behave.

A scenario names some of them, or lets a seed draw all that it does not name. Without either a conductor does what the
first way says. A habit changes what is said and how long it takes, never what is true.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..draws import chance
from ..schema import ScenarioError, check_keys
from .behaviour import BEHAVIOUR
from .habit import Habit
from .printed import PRINTED
from .web import WEB

HABITS: dict[str, Habit] = {habit.name: habit for habit in (*PRINTED, *BEHAVIOUR, *WEB)}

__all__ = ["HABITS", "Habit", "Habits", "drawn", "habits_of"]


class Habits:
    """The way of every habit. ``named`` are those that somebody chose, ``seed`` drew the others."""

    def __init__(self, named: dict[str, str] | None = None, seed: int | None = None) -> None:
        self.seed = seed
        self.named = dict(named or {})
        self.ways = {name: habit.ways[0] for name, habit in HABITS.items()}
        if seed is not None:
            self.ways.update(drawn(seed))
        self.ways.update(self.named)

    def __getitem__(self, name: str) -> str:
        return self.ways[name]

    def unusual(self) -> dict[str, str]:
        """Those that differ from the first way."""
        return {name: way for name, way in self.ways.items() if way != HABITS[name].ways[0]}

    def settings(self) -> Iterator[tuple[str, Any, bool]]:
        """(key of the scenario with dots, its value, was the way named?) of the ways that stand for such keys."""
        for name, way in self.ways.items():
            if way != HABITS[name].ways[0] or name in self.named:
                for key, value in HABITS[name].settings.get(way, {}).items():
                    yield key, value, name in self.named


def drawn(seed: int) -> dict[str, str]:
    """A way for each habit. What is drawn for one does not depend on which others there are."""
    return {name: chance(seed, "habit", name).choice(habit.ways) for name, habit in HABITS.items()}


def habits_of(data: Any) -> Habits:
    """The habits of the section ``habits`` of a scenario. Raises ScenarioError with a sentence."""
    if data is None:
        return Habits()
    if not isinstance(data, dict):
        raise ScenarioError(f"habits: expected a mapping, got {type(data).__name__}")
    check_keys(data, {"seed", *HABITS}, "habits")
    seed = data.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise ScenarioError(f"habits.seed: expected a whole number, got {seed!r}")
    named = {name: str(way) for name, way in data.items() if name != "seed"}
    for name, way in named.items():
        if way not in HABITS[name].ways:
            raise ScenarioError(f"habits.{name}: '{way}' is not one of {', '.join(HABITS[name].ways)}")
    return Habits(named, seed)
