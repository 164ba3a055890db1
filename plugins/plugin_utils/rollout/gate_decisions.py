# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The type of a decision about a command; ``gate_conditions`` makes them."""

from __future__ import annotations

from dataclasses import dataclass

from .join_text import sentences


@dataclass(frozen=True)
class Decision:
    """What is to become of a command: ``send``, ``wait``, ``never``, or ``follow`` what already runs instead.

    ``reason``: why, as a clause; for ``wait``, what is waited for. ``until``: when the wait is over, by the clock of
    the run; None: as long as it takes. ``only_unsettled``: it is followed only since it is not settled.
    ``lifted``: what was against it, and does not count since a person says so (rule 46). ``objection``: the reason
    without what to do about it, where that is part of the reason.
    """

    kind: str
    reason: str = ""
    until: float | None = None
    only_unsettled: bool = False
    lifted: tuple[str, ...] = ()
    objection: str = ""

    @property
    def sends(self) -> bool:
        """True if the command may leave."""
        return self.kind == "send"


SEND = Decision("send")


def wait(reason: str, until: float | None = None) -> Decision:
    """Nothing is sent now; it is decided anew later."""
    return Decision("wait", reason, until)


def never(reason: str, advice: str = "") -> Decision:
    """Nothing is sent. ``advice``: what to do about it, as sentences."""
    return Decision("never", sentences(reason, advice) if advice else reason, objection=reason)


def follow(reason: str, only_unsettled: bool = False) -> Decision:
    """Nothing is sent; what already runs is followed to its end."""
    return Decision("follow", reason, only_unsettled=only_unsettled)
