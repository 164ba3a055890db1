# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the conductor shows of a router that has come to a bad end, for its case file. It explains, and decides nothing.

It is read only where a run writes a report, and only where nothing has been read for another reason already.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from ..clock import format_duration, format_timestamp
from ..conductor import queries as questions
from ..pcli.waiting import Steps
from ..planning.batches import BAD
from ..software.events import Event as Recorded
from .broken_off import words_of
from .events import Evidence
from .node_log import NodeLog
from .regressions import began_at
from .router_view import RouterView

T = TypeVar("T")

#: So many events and alarms, the latest, are kept of a router.
_MOST = 500
#: After so many seconds nobody waits for an answer any more.
_PATIENCE = 180.0


def gather_evidence(view: RouterView, log: NodeLog, events: Sequence[Recorded] | None = None) -> Steps[None]:
    """Record alarms, events of all nodes of the router, and the conductor's clock. ``events``: what was read already.

    Nothing that goes wrong here changes anything: the record says what is missing.
    """
    poller, since = view.poller, began_at(log.result)
    if view.context.report is None or log.result.state not in BAD:
        return
    missing: list[str] = []
    if events is None and since is not None:
        read = partial(questions.events, view.context.conductor, view.router, since)
        events, unreadable = (yield from _read(view, "events", read, missing)) or ((), ())
        missing += [f"events: {reason}" for reason in unreadable]
    alarms = (yield from _read(view, "alarms", poller.round.alarms, missing)) or ()
    own = [alarm for alarm in alarms if alarm.router in (None, view.router)]
    log.record(
        Evidence(
            conductor_time=poller.conductor_time_now,
            alarms=tuple((alarm.time, alarm.severity, alarm.message) for alarm in own[-_MOST:]),
            events=tuple((_time(event.at) or event.time, event.message) for event in (events or ())[-_MOST:]),
            unavailable=tuple(missing),
        )
    )


def _read(view: RouterView, what: str, function: Callable[[], T], missing: list[str]) -> Steps[T | None]:
    """What the function reads; None, and the reason in ``missing``, where it fails or takes too long."""
    context = view.context
    if not view.poller.answers:
        missing.append(f"{what}: the conductor cannot be asked ({view.poller.trouble or view.poller.final})")
        return None
    steps, deadline = context.waiting.ask(function), context.clock.now() + _PATIENCE
    try:
        while context.clock.now() < deadline:
            yield next(steps)
    except StopIteration as end:
        return end.value
    except Exception as error:  # pylint: disable=broad-exception-caught
        missing.append(f"{what}: {words_of(error)}")
        return None
    steps.close()
    missing.append(f"{what}: no answer within {format_duration(_PATIENCE)}")
    return None


def _time(moment: datetime | None) -> str:
    with contextlib.suppress(ValueError, OverflowError):
        return format_timestamp(moment) if moment else ""
    return ""
