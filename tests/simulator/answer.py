# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command answers, before it is dressed for the terminal."""

from __future__ import annotations

from dataclasses import dataclass, field


class Refused(Exception):
    """The PCLI says no: printed as `% Error: <text>`, after a failed progress line when `action` is given."""

    def __init__(self, text: str, action: str | None = None) -> None:
        super().__init__(text)
        self.action = action


class NotFound(Exception):
    """No such command, or one that this user may not see (concepts_pcli)."""


@dataclass
class Answer:
    """`action` is the text of the progress line (`Retrieving assets...`), `mark` its outcome: ok, warn, fail.

    `frame` adds the date line before and `Completed in` after, as most show commands have.
    """

    lines: list[str] = field(default_factory=list)
    action: str | None = None
    mark: str = "ok"
    frame: bool = True
    tight: bool = False


def plain(*lines: str) -> Answer:
    """An answer without a frame around it."""
    return Answer(list(lines), frame=False)
