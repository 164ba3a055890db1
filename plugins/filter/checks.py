# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds mistakes in a list of checks that is used late in a run, before the run begins."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.custom import BadCheck
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import UnknownCheck
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.selection import select_checks


def post_check_mistakes(value: Sequence[str | dict]) -> list[str]:
    """What is wrong with a list of checks after an operation, as sentences; empty if it can be used."""
    try:
        select_checks(list(value), "post")
    except UnknownCheck as error:
        return [str(error)]
    except BadCheck as error:
        return [f"{error} Nothing was sent."]
    return []


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {"post_check_mistakes": post_check_mistakes}
