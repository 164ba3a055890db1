# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A figure of a benchmark with its goal, and the table of all of them. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

#: Between these lines of docs/performance.md stands the table of the last run.
START, END = "<!-- figures: begin -->", "<!-- figures: end -->"


@dataclass(frozen=True)
class Figure:
    """One row. ``goal``: the largest value that is good enough; None where it is measured for its own sake."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        return None if self.goal is None else self.value <= self.goal

    def as_data(self) -> dict:
        """The row as plain data."""
        return {**asdict(self), "met": self.met}


def median(name: str, values: Sequence[float], unit: str, goal: float | None = None, note: str = "") -> Figure:
    """The row of several runs: their median, with the range where they differ."""
    spread = f"{min(values):.3g} to {max(values):.3g} in {len(values)} runs" if len(values) > 1 else ""
    return Figure(name, statistics.median(values), unit, goal, "; ".join(filter(None, [spread, note])))


def table(figures: Sequence[Figure]) -> list[str]:
    """The rows in Markdown, as they stand in docs/performance.md."""
    words = {True: "met", False: "**missed**", None: ""}
    rows = [
        f"| {figure.name} | {_shown(figure.value)} {figure.unit}".rstrip()
        + f" | {'' if figure.goal is None else f'≤ {_shown(figure.goal)}'} | {words[figure.met]} | {figure.note} |"
        for figure in figures
    ]
    return ["| figure | measured | goal | | |", "|---|---|---|---|---|", *rows]


def document(page: str, lines: Sequence[str]) -> str:
    """The page with these lines between its markers. Raises ValueError where it has none."""
    before, begun, rest = page.partition(START)
    _old, ended, after = rest.partition(END)
    if not begun or not ended:
        raise ValueError(f"The page lacks the markers {START} and {END}.")
    return "".join([before, START, "\n", *(f"{line}\n" for line in lines), END, after])


#: The figures of the history, by their names in the table.
_OF_HISTORY = (
    "makespan / bound, 100 routers, durations known",
    "makespan / bound, 1,000 routers, durations known",
    "plan for 5,000 routers",
    "imports and first command",
    "our playbook / a bulk tool's way of working, 60 routers",
)
HISTORY_END = "<!-- history: end -->"


def with_history(page: str, when: str, release: str, figures: Sequence[Figure]) -> str:
    """The page with one more line in its history; another one of the same day and release is replaced."""
    values = {figure.name: f"{_shown(figure.value)} {figure.unit}".rstrip() for figure in figures}
    begin = f"| {when} | {release} |"
    line = " ".join([begin, *(f"{values.get(name, '')} |" for name in _OF_HISTORY)])
    before, ended, after = page.partition(HISTORY_END)
    if not ended:
        raise ValueError(f"The page lacks the marker {HISTORY_END}.")
    kept = [row for row in before.splitlines() if not row.startswith(begin)]
    return "\n".join([*kept, line, ended]) + after


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
