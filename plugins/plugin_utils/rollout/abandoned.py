# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a task for which nobody waits any more. It stands alone: every action knows it, and few have an engine."""

from __future__ import annotations


class Abandoned(Exception):
    """Nobody waits for us any more: the controller's main process is gone, or the user stopped the run."""
