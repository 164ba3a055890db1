# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who prints the end of a run: the callback of the last screen, where it is enabled, else the tasks of the roles.

The main process loads callbacks before it forks the workers that run tasks, so these know it.
"""

from __future__ import annotations

_printed_by_callback: list[bool] = []


def announce() -> None:
    """The callback prints the last screen of this run."""
    _printed_by_callback.append(True)


def is_announced() -> bool:
    """Does the callback do it, so that no task needs to?"""
    return bool(_printed_by_callback)
