# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that brings a summary to the screen whatever display_ok_hosts says."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.hidden_results import show_if_hidden


def on_screen(lines: Sequence[str]) -> list[str]:
    """The lines as they are. Where Ansible shows no result of a task that goes well, they are printed as well."""
    lines = [str(line) for line in lines]
    show_if_hidden(lines)
    return lines


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {"on_screen": on_screen}
