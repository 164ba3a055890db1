# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run was told, as far as it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Settings:
    """The arguments of a run, with the defaults of the module."""

    arguments: dict

    @property
    def obeys_stop_file(self) -> bool:
        """Was this run given the name of the stop file?"""
        return bool(self.arguments.get("stop_file"))

    @property
    def wanted(self) -> str:
        """The release that the run is to bring."""
        return self.arguments.get("version") or ""

    @property
    def groups(self) -> dict:
        return self.arguments.get("exclusive_groups") or {}

    @property
    def waves(self) -> dict:
        return self.arguments.get("waves") or {}

    @property
    def blocked(self) -> dict:
        return self.arguments.get("blocked") or {}

    @property
    def in_flight(self) -> int | None:
        return self.arguments.get("in_flight", 10)

    @property
    def max_failures(self) -> int | None:
        return self.arguments.get("max_failures", 5)

    @property
    def ends(self) -> dict[str, datetime]:
        """The ends of the night, by the wall clock."""
        texts = {name: self.arguments.get(name) for name in ("start_deadline", "window_end")}
        return {name: datetime.fromisoformat(text.replace("Z", "+00:00")) for name, text in texts.items() if text}
