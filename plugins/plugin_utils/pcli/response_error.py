# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a response that says no into the matching error."""

from __future__ import annotations

import re

from .errors import DeviceError, NotReached
from .response import Response

#: What the table of targets says about one that the conductor has no connection to (`Disconnected`).
_AWAY = re.compile(
    r"\W*(?:(?:is |are )?(?:currently )?(?:disconnected|not connected|unreachable|offline)\b.*|)\W*", re.I
)


def response_error(command: str, response: Response, hint: str = "") -> DeviceError:
    """The error for a response that says no; ``hint`` follows the device's words.

    NotReached if every target of the command is disconnected: that is not a refusal.
    """
    failed = response.counts.failed if response.counts else 0
    away = all(_AWAY.fullmatch(message) for _target, message in response.disconnected)
    if response.disconnected and away and not failed:
        return NotReached(command, response.error, response.disconnected, hint)
    return DeviceError(
        command, response.error, denied=response.denied, conductor_only=response.conductor_only, hint=hint
    )
