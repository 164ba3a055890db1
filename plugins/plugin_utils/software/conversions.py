# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the history of a router says of conversions from package to image. The texts are documented nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .events import Event, of_node, speaks_of_failure

_CONVERSION = re.compile(r"\bconver(?:t|ts|ted|ting|sion)\b", re.IGNORECASE)
_KINDS = re.compile(r"\b(?:package|image|ibu|package-based|image-based)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Conversion:
    """What an event says of a conversion from package to image. ``said``: done, failed, or begun."""

    event: Event
    said: str


def conversions(events: Iterable[Event], router: str, node: str, since: datetime | None = None) -> list[Conversion]:
    """The events that speak of a conversion from package to image, oldest first.

    Recognised only where the words name a conversion and one of both kinds; the texts are not documented, so an empty
    list says nothing. Evidence, never a verdict: the install type of its asset decides whether a node was converted.
    """
    return [
        Conversion(event, _said(event.message))
        for event in of_node(events, router, node, since)
        if _CONVERSION.search(event.message) and _KINDS.search(event.message)
    ]


def _said(message: str) -> str:
    if speaks_of_failure(message):
        return "failed"
    return "done" if re.search(r"\b(?:converted|complete[ds]?|success\w*|finished|done)\b", message, re.I) else "begun"
