# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The diagram of a run, as SVG: the conductor pair, the canary, the batches within the window, and the gate.

``python -m tests.tools.run_diagram FILE`` writes it; ``docs_site.py`` does that for each build of the site. This source
is where it is changed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

WIDTH, HEIGHT = 960, 430
INK, SOFT, LINE = "#1f2d3d", "#5b6b7b", "#8fa1b3"
CONDUCTOR, ROUTER, GATE = "#dbe9f6", "#e2f2e3", "#fff1d6"


@dataclass(frozen=True)
class Box:
    """A step of the run: where it stands, what it is called, and what it does in a line or two."""

    left: int
    top: int
    width: int
    title: str
    lines: tuple[str, ...]
    colour: str
    height: int = 92

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def middle(self) -> int:
        return self.top + self.height // 2


CONDUCTORS = (
    Box(20, 46, 200, "Checks and backup", ("pre-checks of both nodes,", "configuration exported"), CONDUCTOR),
    Box(250, 46, 200, "First node", ("upgraded, verified,", "reverted if bad itself"), CONDUCTOR),
    Box(480, 46, 200, "Second node", ("only when the first is well", "and has stayed so"), CONDUCTOR),
    Box(710, 46, 230, "All assets are back", ("every router that was settled", "before is settled again"), CONDUCTOR),
)
ROUTERS = (
    Box(40, 212, 190, "Canary", ("one router, a pair", "node by node"), ROUTER),
    Box(262, 212, 190, "Bake time", ("it must have been done", "and well for 10 minutes"), ROUTER),
    Box(484, 212, 190, "A tenth", ("several at once,", "never both nodes of a pair"), ROUTER),
    Box(706, 212, 214, "All others", ("slots, exclusive groups,", "failure budget, stop file"), ROUTER),
)
THE_GATE = Box(
    20,
    356,
    920,
    "The gate: the only way out of every command",
    ("asked right before sending: node and peer well, nothing runs there, limits and window open, intent recorded",),
    GATE,
    62,
)


def _text(left: float, top: float, words: str, size: int = 12, colour: str = SOFT, weight: str = "400") -> str:
    style = f'font-size="{size}" font-weight="{weight}" fill="{colour}" text-anchor="middle"'
    return f'<text x="{left:g}" y="{top:g}" {style}>{escape(words)}</text>'


def _box(box: Box) -> list[str]:
    centre = box.left + box.width / 2
    outline = f'rx="8" fill="{box.colour}" stroke="{LINE}"'
    parts = [f'<rect x="{box.left}" y="{box.top}" width="{box.width}" height="{box.height}" {outline}/>']
    parts.append(_text(centre, box.top + 27, box.title, 15, INK, "600"))
    return parts + [_text(centre, box.top + 50 + 19 * at, line) for at, line in enumerate(box.lines)]


def _arrow(left: int, top: int, right: int, bottom: int) -> str:
    return f'<path d="M{left} {top} L{right} {bottom}" stroke="{SOFT}" stroke-width="1.6" marker-end="url(#tip)"/>'


def svg() -> str:
    """The diagram."""
    frame = f'fill="none" stroke="{LINE}" stroke-dasharray="6 5" rx="10"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="system-ui, sans-serif">',
        "<title>A run: the conductor pair, then the routers in batches within the window</title>",
        '<defs><marker id="tip" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
        f'<path d="M0 0 L9 4 L0 8 z" fill="{SOFT}"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(WIDTH / 2, 26, "The conductor first: a router is never newer than its conductor", 14, INK, "600"),
        f'<rect x="20" y="170" width="920" height="152" {frame}/>',
        _text(
            WIDTH / 2, 194, "The window: what would not end within it, with its rollback, is not begun", 14, INK, "600"
        ),
    ]
    for row in (CONDUCTORS, ROUTERS):
        parts += [part for box in row for part in _box(box)]
        parts += [_arrow(box.right + 2, box.middle, after.left - 2, after.middle) for box, after in pairwise(row)]
    last = CONDUCTORS[-1]
    parts.append(_arrow(last.left + 115, last.top + last.height + 2, last.left + 115, 168))
    parts += _box(THE_GATE)
    parts.append(_arrow(WIDTH // 2, 354, WIDTH // 2, 324))
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(svg(), encoding="utf-8")
