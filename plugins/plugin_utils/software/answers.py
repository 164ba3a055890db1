# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an answer without rows says that there is nothing: only where it is whole (rule 35, unreadable is not none)."""

from __future__ import annotations

from ..pcli.reply import Reply


def is_whole(reply: Reply) -> bool:
    """Does the answer show its own end? A table that was cut behind its header looks like an empty one."""
    return reply.completed is not None and not reply.error


def only_frame(reply: Reply) -> bool:
    """Is it a whole answer that shows nothing: it was retrieved, and completed, and there is not a word beside that?"""
    retrieved = bool(reply.progress) and all(progress.mark == "ok" for progress in reply.progress)
    unreached = reply.disconnected or (reply.counts and reply.counts.failed + reply.counts.disconnected)
    beside = reply.tables or reply.blocks or reply.messages or reply.usage or unreached
    return retrieved and is_whole(reply) and not beside
