# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the conductor reports of an operation that is followed: its status lines, and what its events recorded.

Its words count only together with what is observed (rules 15 and 16), and only if they are about this request.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from ..conductor import queries as questions
from ..pcli.errors import PcliError
from ..pcli.waiting import Steps
from ..software import operation_status
from ..software.events import upgrade_failure
from ..software.node_id import NodeId
from .context import RunContext
from .poller import StatusPoller


def fresh_lines(poller: StatusPoller, operation: str, place: NodeId, before: list[str]) -> tuple[list[str], list[str]]:
    """The status lines that were not there before our request, and those from before that still are.

    One that is not shown any more is new when it comes back: a conductor may keep one line for each version, and then
    the same failure as last time looks as it did last time. An answer that fails hides no line.
    """
    told = list(poller.told(operation, *place))
    fresh = operation_status.new_lines(before, told)
    reply = poller.status_of(operation, *place)
    whole = bool(told) and reply is not None and not reply.broken and not reply.cut
    return fresh, operation_status.still_shown(before, told) if whole else before


def failure_recorded(context: RunContext, poller: StatusPoller, place: NodeId, since: datetime) -> Steps[str | None]:
    """The event that says that the upgrade of this node failed since a moment of the conductor's clock; else None."""
    try:
        read = partial(questions.events, context.conductor, place[0], since, kinds=("provisioning",))
        events, _untold = yield from context.waiting.ask(read)
    except PcliError as error:
        poller.note(error)
        return None
    return upgrade_failure(events, *place, since)
