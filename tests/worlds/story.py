# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The story of a world: who did what when."""

from __future__ import annotations

from collections.abc import Sequence

#: A line of a story: seconds of the world, and what happened.
Line = tuple[float, str]
#: A short story has so many lines before the first broken promise, and none that is longer.
_LINES, _WIDTH = 40, 200
#: How lines begin that only say what the run itself printed.
_SAID = "    "


def whole(story: Sequence[Line]) -> str:
    """All of it."""
    return "\n".join(f"{at:8.0f}  {line}" for at, line in story)


def short(story: Sequence[Line], until: float) -> str:
    """What was sent, what became of it and what went wrong, up to a moment; without what the run said."""
    lines = [(at, line) for at, line in story if at <= until and not line.startswith(_SAID)]
    lines += [(at, line) for at, line in story if at > until and line.startswith("!!")][:1]
    left = lines if len(lines) <= _LINES else [lines[0], *lines[-_LINES:]]
    return "\n".join(f"  {at:8.0f}  {_cut(line)}" for at, line in left)


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[:_WIDTH]}..."
