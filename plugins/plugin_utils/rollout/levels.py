# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of what happens is shown while a run goes on. The same is recorded in any case."""

from __future__ import annotations

#: What happens to a router, and what somebody must know; what is done on the way; each step of each node.
QUIET, NORMAL, ALL = "quiet", "normal", "all"
#: Nothing at all.
NONE = "none"

#: From the fewest lines to the most.
LEVELS = (NONE, QUIET, NORMAL, ALL)


def shows(level: str, line: str) -> bool:
    """Does a run with this level show a line of that one?"""
    return LEVELS.index(level) >= LEVELS.index(line)
