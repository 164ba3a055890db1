# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that is driven alone, outside a rollout: the nodes of the conductor, a resource group, a revert by hand."""

from __future__ import annotations

from collections.abc import Sequence

from ..software.node_id import NodeId
from .broken_off import not_begun, results_after, words_of
from .context import Abandoned, Steps
from .listeners.ledger import NodeLedger
from .loop import Loop
from .poller import StatusPoller
from .results import NodeResult


def drive_alone(
    loop: Loop,
    poller: StatusPoller,
    steps: Steps,
    node_ids: Sequence[NodeId],
    concluded: Sequence[NodeResult] = (),
    *,
    always: bool = False,
    downloads: bool = False,
) -> list[NodeResult]:
    """Drive the work on these nodes to its end; an error on the way loses nothing of what was sent.

    ``concluded``: the results so far, which the work itself adds to. Raises Abandoned; and where nothing was sent, what
    came up, unless there must ``always`` be a result, since others would be lost. ``downloads``: nothing else is done.
    """
    try:
        return loop.drive(steps, poller)
    except Abandoned:
        raise
    except Exception as error:  # pylint: disable=broad-exception-caught
        routers = {node_id[0] for node_id in node_ids}
        known = loop.events.listener(NodeLedger).entries()
        entries = {node_id: entry for node_id, entry in known.items() if node_id.router in routers}
        sent = any(entry.moved or (downloads and entry.sent) for entry in entries.values())
        if not (always or concluded or sent):
            raise
        words = words_of(error)
        return results_after(not_begun(node_ids, words), concluded, entries, words, downloads)
