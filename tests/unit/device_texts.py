# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of devices, verbatim from the vendor's public documents (tests/unit/pcli/fixtures)."""

from __future__ import annotations

from pathlib import Path

FIXTURES = Path(__file__).parent / "pcli" / "fixtures"


def device_text(name: str) -> str:
    """What a command printed, without the prompt and the command in the first line."""
    text = (FIXTURES / f"{name}.txt").read_text(encoding="utf-8")
    first, _feed, rest = text.partition("\n")
    return rest if "@" in first and "# " in first else text
