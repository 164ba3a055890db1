# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody may not do."""

from __future__ import annotations

from .caller import Caller
from .routes import ApiError

# Seen for a user without the capability (release notes 6.2, I95-56837), in the PCLI.
_UNAUTHORIZED = "failed to authorize user: you do not have access to resource='128t:*' capability='{}'"


def forbidden(caller: Caller, capability: str | None) -> ApiError:
    """A capability is missing. The text is that of the PCLI; which status goes with it is nowhere."""
    status = 401 if caller.habits["api_forbidden"] == "401" else 403
    return ApiError(status, _UNAUTHORIZED.format(capability))
