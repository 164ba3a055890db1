# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command is answered with, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Reply:
    """``after``: seconds until it is there. ``until``: asked instead, where the command keeps its prompt for as long as
    something runs. ``breaks``: the connection ends in place of an answer. ``error``: what reads it raises this.
    ``text`` may be made when it is shown."""

    text: str | Callable[[], str]
    after: float = 0.0
    until: Callable[[], bool] | None = None
    breaks: bool = False
    error: Exception | None = None
    #: The question that the shell has answered with no, since it knows no other answer.
    declined: str | None = None

    def show(self) -> str:
        return self.text if isinstance(self.text, str) else self.text()
