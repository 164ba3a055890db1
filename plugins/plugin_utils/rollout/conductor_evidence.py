# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the events of the conductor recorded of an operation that is followed.

Its words count only together with what is observed (rules 15 and 16), and only if they are about this request.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from ..conductor import queries as questions
from ..pcli.errors import PcliError
from ..pcli.waiting import Steps
from ..software.events import upgrade_failure
from ..software.node_id import NodeId
from .context import RunContext
from .poller import StatusPoller


def failure_recorded(context: RunContext, poller: StatusPoller, place: NodeId, since: datetime) -> Steps[str | None]:
    """The event that says that the upgrade of this node failed since a moment of the conductor's clock; else None."""
    try:
        read = partial(questions.events, context.conductor, place[0], since, kinds=("provisioning",))
        events, _untold = yield from context.waiting.ask(read)
    except PcliError as error:
        poller.note(error)
        return None
    return upgrade_failure(events, *place, since)
