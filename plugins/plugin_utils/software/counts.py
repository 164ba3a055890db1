# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers in sentences for people."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def counted(number: int, noun: str, nouns: str | None = None) -> str:
    """``1 node``, ``2 nodes``. ``nouns``: the plural, where it is not the noun with an s; also whole phrases."""
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"


def some(names: Sequence[object], most: int = 5) -> str:
    """The first ``most`` of these names, and how many more there are: ``a, b and 3 more``."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(map(str, names[:most]))}{more}"


def never_begun(routers: Sequence[str], downloads: Collection[str] = ()) -> str:
    """The sentences that name the routers whose turn has not come; empty if there are none.

    ``downloads``: those to which a download was sent.
    """
    sent = [router for router in routers if router in downloads]
    unsent = [router for router in routers if router not in downloads]
    return " ".join(
        f"{counted(len(names), 'router was', 'routers were')} never begun, {what}: {some(names, 20)}."
        for names, what in ((unsent, "and nothing was sent there"), (sent, "but a download was sent there"))
        if names
    )
