# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which numbers an option may have: a limit that can never be kept, or that never limits, is a mistake. Pure."""

from __future__ import annotations

import math

#: Options that need at least one: things at once, polls, and times within which something must happen.
_AT_LEAST_ONE = frozenset(
    {
        *("in_flight", "downloads_in_flight", "stable_polls", "upgrade_timeout", "settle_timeout"),
        *("download_timeout", "download_silence", "request_timeout", "health_timeout"),
    }
)
#: Options that must be above zero, since nothing waits between two polls otherwise, or for an answer.
_ABOVE_ZERO = frozenset({"poll_min", "poll_max", "poll_interval", "webhook_timeout"})
_PERCENTAGES = frozenset({"breaker_percent", "batch_fail_percentage", "max_fail_percentage"})


def number_wanted(option: str, number: float) -> str:
    """What is wanted instead of this number; empty where an option may have it. All are of zero or more.

    ``option``: the name of the module's option; a role's variable has it without the prefix of the role.
    """
    if option in _PERCENTAGES:
        return "" if 0 <= number <= 100 else "a number from 0 to 100"
    if option in _AT_LEAST_ONE:
        return "" if math.isfinite(number) and number >= 1 else "a number of at least 1"
    if option in _ABOVE_ZERO:
        return "" if math.isfinite(number) and number > 0 else "a number above 0"
    return "" if math.isfinite(number) and number >= 0 else "a number of at least 0"
