# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a user's list of checks, named ones and custom ones, into checks that can be run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from . import families  # noqa: F401  (importing it registers the checks)  # pylint: disable=unused-import
from .check_context import CheckContext
from .custom import CustomCheck, parse_custom
from .registry import Check, Finding, select

#: Seconds that the command of a custom check may take: a router may be at the end of a slow line.
_CUSTOM_TIMEOUT = 120.0


def select_checks(wanted: Sequence[str | dict], stage: str, now: datetime | None = None) -> list[Check]:
    """The checks that a list selects, custom ones last. Raises UnknownCheck and BadCheck; asks nobody.

    ``now``: what times are relative to; None: this moment.
    """
    custom = [entry for entry in wanted if isinstance(entry, dict) and "command" in entry]
    named = [entry for entry in wanted if not any(entry is other for other in custom)]
    chosen = select(named, stage, now) if named or not custom else []
    return chosen + [_as_check(entry, stage) for entry in parse_custom(custom)]


def _as_check(custom: CustomCheck, stage: str) -> Check:
    """A custom check, like one of the registry."""

    def make(context: CheckContext) -> Finding:
        def ask(command: str):
            return context.conductor.session.run(command, timeout=_CUSTOM_TIMEOUT, check=False)

        return custom.run(ask, context.router, context.node)

    per = "authority" if custom.per == "conductor" else custom.per
    description = f"'{custom.command}'."
    probes_target = per != "authority"
    return Check(custom.name, description, custom.severity, (stage,), make, per=per, probes_target=probes_target)
