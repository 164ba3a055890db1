# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One difference between two plans. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """One difference, as a clause. ``more``: it goes beyond what was approved, so that a bound run refuses it.

    ``router``: empty for what is about the run.
    """

    text: str
    router: str = ""
    more: bool = True

    @property
    def words(self) -> str:
        """The difference, with its router."""
        return f"{self.router}: {self.text}" if self.router else self.text

    def as_data(self) -> dict:
        """The difference as plain data."""
        return {"router": self.router, "text": self.text, "more": self.more}
