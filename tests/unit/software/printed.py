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
