# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mistake of a user who names a check. It stands alone, since every action knows it and few make checks."""

from __future__ import annotations


class UnknownCheck(ValueError):
    """A check that does not exist, or cannot be used in this way. Its text lists the known ones."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem} Nothing was sent.")
