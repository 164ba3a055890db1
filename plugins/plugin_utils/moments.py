# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A point in time, as a user writes it."""

from __future__ import annotations

import contextlib
from datetime import datetime


def read_moment(text: object, field: str) -> datetime:
    """An aware point in time. ValueError with a sentence for anything but ISO 8601 with a zone."""
    with contextlib.suppress(ValueError):
        found = datetime.fromisoformat(str(text).strip().replace("Z", "+00:00"))
        if found.tzinfo is not None:
            return found
    raise ValueError(
        f"{field} is '{text}'. Give a date and a time with a zone, such as 2026-03-02T04:30:00+01:00 or "
        "2026-03-02T03:30:00Z. Nothing was sent."
    )
