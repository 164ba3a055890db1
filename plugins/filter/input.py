# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the variables of a playbook, all at once, before anybody logs in."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse_wish


def input_mistakes(
    conductors: Sequence[str], version: object, needs_version: bool = False, routers: Sequence[str] | None = None
) -> list[str]:
    """A sentence for each mistake; an empty list where there is none. ``routers`` None: none are needed."""
    mistakes = []
    if not conductors:
        mistakes.append(
            "The inventory has no host in the group ssr_conductors. Put the one or two nodes of your conductor there."
        )
    if routers is not None and not routers:
        mistakes.append(
            "The inventory has no host in the group ssr_routers. Put the names of your routers there, as 'show assets' "
            "prints them; they need no variables."
        )
    if needs_version and version in ("", None):
        mistakes.append("ssr_version is not set. Give the wanted release, for instance -e ssr_version=6.3.5.")
    elif needs_version and not isinstance(version, str):
        mistakes.append(f"ssr_version is {version!r}, which is no text. Put it in quotes: -e ssr_version='6.3.5'.")
    elif needs_version:
        try:
            parse_wish(str(version))
        except ValueError as error:
            mistakes.append(f"ssr_version: {error}")
    return mistakes


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {"input_mistakes": input_mistakes}
