# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a conductor for a list of assets."""

from __future__ import annotations

from ..pcli.errors import Unreadable
from ..pcli.session import Session
from ..software import assets
from ..software.empty_answers import why_unreadable

#: How often a list is asked for of which a line is not understood: the line may have come from another program.
_ATTEMPTS = 3


def read_list(session: Session, command: str) -> list[assets.Asset]:
    """The assets that a command lists. Raises Unreadable, with the line that is not understood."""
    for _attempt in range(_ATTEMPTS):
        response = session.run(command)
        listed = assets.read_assets(response)
        if listed is not None:
            return listed
        strange = None if response.broken else assets.why_not_whole(response)
        if not strange:
            break
    why = strange or why_unreadable(response, "no list of assets is in it")
    words = f"{why}. Run the command by hand and report what it prints."
    raise Unreadable(command, words, rows=assets.count_rows(response))
