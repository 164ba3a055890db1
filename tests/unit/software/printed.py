# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What real systems printed (tests/unit/corpus): one text for each number, behind the command's own line."""

from __future__ import annotations

from pathlib import Path

CORPUS = Path(__file__).parents[1] / "corpus" / "texts"


def printed(number: str) -> str:
    """The answer alone: without the source in the first line, the command, and the prompt behind."""
    (path,) = CORPUS.glob(f"{number}-*.txt")
    lines = path.read_text(encoding="utf-8").split("\n")[1:]
    if "@" in lines[0] and "# " in lines[0]:
        del lines[0]
    while lines and (not lines[-1].strip() or ("@" in lines[-1] and lines[-1].rstrip().endswith("#"))):
        del lines[-1]
    return "\n".join(lines)


def table(*rows: list[str], mark: str = "=") -> str:
    """A table in the vendor's frame; the first row holds the names of the columns."""
    widths = [max(len(row[column]) for row in rows) + 2 for column in range(len(rows[0]))]
    rule = " ".join(mark * width for width in widths)
    lines = [" ".join(f" {cell:<{width - 1}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([rule, lines[0], rule, *lines[1:], ""])
