# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which words of a device say why a router ended as it did, and which only that something went well. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: How the steps begin whose words say why, and those whose words are no cause of a bad end.
_WHY = ("health check", "events since", "the conductor refused", "the conductor says", "the answer is", "conversion")
_NO_CAUSE = ("the conductor answered", "health check: pass")
#: The words of such a step only say what could not be read.
_UNREAD = "could not be read"
#: Behind these, a reason quotes the conductor.
_QUOTES = ("The conductor says: ", "The conductor has recorded: ", "The request was answered with: ")


def tells_why(step: Mapping) -> int:
    """How much a step says about a bad end: 0 nothing, 1 perhaps something, 2 why."""
    what = str(step.get("what") or "")
    if not step.get("words") or _UNREAD in what or what.startswith(_NO_CAUSE):
        return 0
    return 2 if what.startswith(_WHY) else 1


def telling_words(steps: Iterable[Mapping], reason: str = "", compared: Mapping | None = None) -> str:
    """The words that made a bad verdict: of the last step that says why, else those that the reason quotes, else what
    the comparison with the time before has found. Empty where nobody said anything.
    """
    found = [(tells_why(step), str(step.get("words") or "")) for step in steps]
    most = max((rank for rank, _words in found), default=0)
    if most:
        return next(words for rank, words in reversed(found) if rank == most)
    for mark in _QUOTES:
        if mark in reason:
            return reason.partition(mark)[2]
    return "\n".join(str(line) for side in ("lost", "came") for line in (compared or {}).get(side) or ())
