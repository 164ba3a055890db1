# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for what is on the screen: a summary whatever display_ok_hosts says, and whether one is needed at all."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.hidden_results import show_if_hidden
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_end import is_announced


def on_screen(lines: Sequence[str]) -> list[str]:
    """The lines as they are. Where Ansible shows no result of a task that goes well, they are printed as well."""
    lines = [str(line) for line in lines]
    show_if_hidden(lines)
    return lines


def needs_summary(wanted: object = True) -> bool:
    """False where the callback of the last screen prints the end of the run; else as it is ``wanted``."""
    return bool(wanted) and not is_announced()


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {"needs_summary": needs_summary, "on_screen": on_screen}
