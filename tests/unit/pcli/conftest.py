# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of devices, verbatim from the vendor's public documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

TEXTS = Path(__file__).parents[1] / "pcli" / "fixtures"


@pytest.fixture
def device_text() -> Callable[[str], str]:
    """What a command printed, without the prompt and the command in the first line."""

    def text_of(name: str) -> str:
        text = (TEXTS / f"{name}.txt").read_text(encoding="utf-8")
        first, _feed, rest = text.partition("\n")
        return rest if "@" in first and "# " in first else text

    return text_of
