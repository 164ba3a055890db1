# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One difference between two snapshots of a router."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Change:
    """One difference. ``before`` and ``after``: the words for its state, None where it was not there.

    ``counts``: True for a loss; if not, ``why_not`` says why, and ``counts_in`` how many seconds it is still given.
    ``of``: how many entries the area had before; ``weight``: how many of them this change stands for.
    """

    area: str
    kind: str
    key: str
    before: Any
    after: Any
    counts: bool = True
    why_not: str = ""
    counts_in: float | None = None
    of: int = 0
    weight: int = 1

    def as_data(self) -> dict[str, Any]:
        """Plain data, for Ansible."""
        return asdict(self)

    @property
    def words(self) -> str:
        """The change for people."""
        if self.kind == "added":
            return f"{self.key} is new ({self.after})"
        if self.kind == "missing":
            return f"{self.key} is gone (was {self.before})"
        return f"{self.key} was {self.before}, is {self.after}"
