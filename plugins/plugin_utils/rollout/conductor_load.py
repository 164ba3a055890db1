# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How hard the conductor works, as its list of assets shows: nothing new is started while that takes much longer."""

from __future__ import annotations

from collections import deque

from ..clock import format_duration

#: New starts pause while the list takes so many times as long as at first.
FACTOR = 5.0
#: What takes no longer than this, in seconds, is no load: of a small authority the first list takes a moment.
_NO_LOAD = 10.0
#: So many lists in a row must have taken that long: any command may wait once.
_IN_A_ROW = 3


class ConductorLoad:
    """The seconds that the lists took: the first one of the run, and the last few."""

    def __init__(self) -> None:
        self._first: float | None = None
        self._last: deque[float] = deque(maxlen=_IN_A_ROW)

    @property
    def first(self) -> float | None:
        """The seconds of the first list; None before it was read."""
        return self._first

    def compare_with(self, first: float | None) -> None:
        """The first list of the run took so long, in an earlier task: this one's own, of a tired conductor, counts not.

        None: no earlier task has read one.
        """
        if first is not None:
            self._first = first

    def took(self, seconds: float) -> None:
        """A list of assets was read in so many seconds."""
        if self._first is None:
            self._first = seconds
        self._last.append(seconds)

    @property
    def too_high(self) -> str | None:
        """Why nothing new is started just now, as a clause; None while the conductor answers about as at first."""
        if self._first is None or len(self._last) < _IN_A_ROW:
            return None
        fastest = min(self._last)
        if fastest <= max(_NO_LOAD, FACTOR * self._first):
            return None
        return (
            f"the conductor answers slowly: its list of assets takes {format_duration(fastest)}, and took "
            f"{format_duration(self._first)} at first"
        )
