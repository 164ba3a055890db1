# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an answer without rows says that there is nothing: only where it is whole (rule 35, unreadable is not none)."""

from __future__ import annotations

from ..pcli.reply import Reply
from ..pcli.tables import is_rule


def is_whole(reply: Reply) -> bool:
    """Is an answer that shows a table without rows there to its end?

    The prompt came back behind it, or it shows its end itself: `Completed in 0.04 seconds`, or the whole rule below
    the header where a release prints no such line.
    """
    if reply.error or reply.broken:
        return False
    if reply.ended:
        return True
    lines = [line.rstrip() for line in reply.text.split("\n") if line.strip()]
    closed = bool(lines) and is_rule(lines[-1]) and lines[-1] in lines[:-1]
    return reply.completed is not None or closed


def only_frame(reply: Reply) -> bool:
    """Is it a whole answer that shows nothing: it was retrieved, and completed, and there is not a word beside that?"""
    retrieved = bool(reply.progress) and all(progress.mark == "ok" for progress in reply.progress)
    unreached = reply.disconnected or (reply.counts and reply.counts.failed + reply.counts.disconnected)
    beside = reply.tables or reply.blocks or reply.messages or reply.usage or unreached
    ended = reply.completed is not None or reply.ended
    return retrieved and ended and not (reply.error or beside or reply.broken)


def why_unreadable(reply: Reply, otherwise: str) -> str:
    """What is wrong with an answer that no reader could read, in part of a sentence: `otherwise` where it is whole."""
    return reply.broken or otherwise
