# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether a node is being worked on: from its status, what the conductor shows, and our own records. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import format_duration
from ..software import operation_status
from ..software.node_status import NodeStatus
from .journal import Record

#: Operations that move a node; a download does not.
MOVES = ("upgrade", "downgrade", "revert")


@dataclass(frozen=True)
class Busy:
    """Why nothing may be sent. ``follow``: it can be followed to its end; ``only_unsettled``: nothing shows more."""

    reason: str
    follow: bool = True
    only_unsettled: bool = False


def open_intent(record: Record | None, age: float, told: Sequence[str], limit: float) -> bool:
    """Does an intent count whose end nobody wrote down (rule 27)?

    Readable words of the conductor that nothing runs, or a time that is over, outweigh it; silence does not.
    """
    if record is None or not record.open or record.operation not in MOVES:
        return False
    return age < limit and not operation_status.at_rest(list(told), record.operation)


def why_busy(
    node: str, operation: str, seen: NodeStatus, told: Sequence[str], record: Record | None, age: float, counts: bool
) -> Busy | None:
    """Why this node counts as being worked on; None where a command may be sent (rules 15, 27).

    ``counts`` is what :func:`open_intent` says of ``record``, whose ``age`` is in seconds.
    """
    if seen.busy:
        return Busy(f"its asset shows {seen.state}")
    line = operation_status.runs_now(list(told), node)
    if line:
        return Busy(f"the conductor shows an operation: {line}")
    if counts and record is not None and record.operation == operation:
        return Busy(f"a command was about to be sent {format_duration(age)} ago and its end is not known")
    if counts and record is not None:
        return Busy(
            f"a {record.operation} was begun {format_duration(age)} ago ('{record.command}') and its end is not "
            "known. Wait for "
            "its end, then run again",
            follow=False,
        )
    if not seen.settled:
        return Busy(f"it is not settled ({seen.words()})", only_unsettled=True)
    return None
