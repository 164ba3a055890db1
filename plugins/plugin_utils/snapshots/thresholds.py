# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much may be lost in a comparison (compare.py): a number of losses, or a share of what was there before."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

#: How many losses an area may have, or which share of its entries ("10%"). None: its changes never count.
#: Other routers move while this one is upgraded, so the totals of the authority count only for who asks for it.
DEFAULT_THRESHOLDS: dict[str, float | str | None] = {"versions": None, "totals": None}


def allowed(threshold: float | str | None, of: int, area: str = "") -> float:
    """How many losses a threshold accepts, out of ``of`` entries. Raises ValueError where it is no threshold."""
    text = str(threshold).strip()
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*(%?)", text)
    if isinstance(threshold, bool) or match is None:
        raise ValueError(
            f"The threshold {threshold!r}{f' of {area}' if area else ''} is neither a number of losses (2) nor a share "
            "('10%')."
        )
    return float(match[1]) * of / 100 if match[2] else float(match[1])


def check_thresholds(thresholds: Mapping[str, float | str | None], areas: Collection[str]) -> None:
    """Raise ValueError for a threshold that is none, or is for an area that does not exist, before anything is sent."""
    for area, threshold in thresholds.items():
        if area not in areas:
            raise ValueError(f"There is a threshold for '{area}', which is no area. Known are: {', '.join(areas)}.")
        if threshold is not None:
            allowed(threshold, 0, area)
