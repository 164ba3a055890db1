# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks again at what a run has done, before each batch and at its end, for longer than a flap (rule 48)."""

from __future__ import annotations

from .context import Abandoned, RunContext
from .levels import QUIET
from .loop import poll
from .poller import StatusPoller
from .relapse import RelapseWatch
from .run_record import RunRecord

#: So many flaps long a conductor that is not well itself is waited for.
_FLAPS = 3


def review(context: RunContext, poller: StatusPoller, record: RunRecord) -> str | None:
    """Record the routers that are relapsed. Returns why that could not be seen; None where it was. Raises Abandoned."""
    clock, flap, pause = context.clock, context.limits.flap, context.limits.poll_min
    watch = RelapseWatch(poller, clock, flap)
    end, waits = clock.now() + _FLAPS * max(flap, pause), False
    while record.done:
        if not context.alive():
            raise Abandoned("Nobody waits for this task any more.")
        for router, reason in watch.watch(record.done).items():
            relapse(context, record, router, reason)
        away = watch.away(record.done) if poller.answers else {}
        if poller.answers and not away:
            return None
        if poller.final or clock.now() >= end:
            break
        if away and not waits:
            names = ", ".join(f"{node_id} {words}" for node_id, words in list(away.items())[:5])
            context.tell(f"waiting to see whether this passes: {names}")
            waits = True
        clock.sleep(pause)
        poll(poller)
    if not record.done:
        return None
    if not poller.answers:
        return poller.trouble or str(poller.final)
    trouble = watch.conductor_trouble()
    for node_id, words in watch.away(record.done).items():
        also = f"; of the conductor, {trouble}" if trouble and node_id.router != poller.local_node[0] else ""
        if node_id.router in record.done:
            relapse(context, record, node_id.router, f"was done, but {node_id.node} {words}{also}")
    return None


def relapse(context: RunContext, record: RunRecord, router: str, reason: str) -> None:
    """Record a router that is not well any more, and say so at once."""
    record.relapse(router, reason)
    context.tell(f"{router}: RELAPSED: {reason}", QUIET)
