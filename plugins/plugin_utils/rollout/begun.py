# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Has a router begun? Only what a command of ours has moved is finished past limits that hold for new starts (rule 44).

What somebody else has begun is followed; what is sent beside it is the first command to that router.
"""

from __future__ import annotations

from ..software.node_id import NodeId
from ..software.versions import satisfies, try_parse
from .context import RunContext
from .journal import JournalError, Record
from .listeners.ledger import LedgerEntry, NodeLedger
from .moments import MOVES
from .poller import StatusPoller


def has_begun(
    context: RunContext,
    poller: StatusPoller,
    router: str,
    operation: str,
    wanted: str | None,
    open_counts: bool = True,
) -> bool:
    """True if a command of this run has moved a node of the router, or as the journal says one of an earlier run.

    ``wanted``: the version that its nodes are to run; a command that was to bring another one counts for nothing here.
    ``open_counts``: does a record without an end say so, although its node does not run that version?
    """
    entries = context.events.listener(NodeLedger).of_router(router)
    if any(map(_was_moved, entries.values())):
        return True
    nodes = poller.nodes_of(router)
    return any(_is_recorded(context, poller, node_id, operation, wanted, open_counts) for node_id in nodes)


def _was_moved(entry: LedgerEntry) -> bool:
    """Was a command of ours taken there that moves it? Or is one followed that an earlier run has begun?

    A download that was taken moves nothing.
    """
    return entry.ours and (entry.result.accepted or entry.result.moved_by_itself or entry.adopted)


def _is_recorded(
    context: RunContext,
    poller: StatusPoller,
    node_id: NodeId,
    operation: str,
    wanted: str | None,
    open_counts: bool,
) -> bool:
    """Does the journal say so? What cannot be read says nothing, so that all limits count."""
    try:
        record = context.journal.last(*node_id)
    except JournalError:
        return False
    if record is None or record.operation not in MOVES or record.operation != operation:
        return False
    return _leads_to(record, wanted) and ((record.open and open_counts) or _runs_it(poller, node_id, record))


def _leads_to(record: Record, wanted: str | None) -> bool:
    target, version = try_parse(record.to_version or ""), try_parse(wanted or "")
    return target is not None and version is not None and satisfies(target, version) is not False


def _runs_it(poller: StatusPoller, node_id: NodeId, record: Record) -> bool:
    """Does the node show what that command brought to it?"""
    row, target = poller.asset(*node_id), try_parse(record.to_version or "")
    shown = row.version if row is not None else None
    return shown is not None and target is not None and satisfies(target, shown) is not False
