# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an answer without rows says that there is nothing: only where it is whole (rule 35, unreadable is not none)."""

from __future__ import annotations

from ..pcli.reply import Reply
from ..pcli.tables import is_rule


def is_whole(reply: Reply) -> bool:
    """Does an answer that shows a table without rows show its own end?

    `Completed in 0.04 seconds`, or where a release prints no such line, the whole rule below the header. A cut right
    behind that rule is seen by the session, which misses the prompt.
    """
    if reply.error or reply.broken:
        return False
    lines = [line.rstrip() for line in reply.text.split("\n") if line.strip()]
    closed = bool(lines) and is_rule(lines[-1]) and lines[-1] in lines[:-1]
    return reply.completed is not None or closed


def only_frame(reply: Reply) -> bool:
    """Is it a whole answer that shows nothing: it was retrieved, and completed, and there is not a word beside that?"""
    retrieved = bool(reply.progress) and all(progress.mark == "ok" for progress in reply.progress)
    unreached = reply.disconnected or (reply.counts and reply.counts.failed + reply.counts.disconnected)
    beside = reply.tables or reply.blocks or reply.messages or reply.usage or unreached
    return retrieved and reply.completed is not None and not (reply.error or reply.broken or beside)


def why_unreadable(reply: Reply, otherwise: str) -> str:
    """What is wrong with an answer that no reader could read, in part of a sentence: `otherwise` where it is whole."""
    return reply.broken or otherwise
