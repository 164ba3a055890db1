# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of nodes whose work broke off with an error, expected or not. Pure.

Nothing that was sent is called not started, and nothing to which nothing was sent is unknown.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable, Mapping

from ..pcli.errors import PcliError
from ..software.names import NameRefused
from ..software.node_id import NodeId
from .events import Downloaded, KnownBefore, NodeEnded
from .join_text import sentences
from .journal import JournalError
from .listeners.ledger import LedgerEntry
from .node_log import apply
from .results import NodeResult

#: What the work on a router may end with; anything else is a mistake of this collection, or of the controller.
EXPECTED = (PcliError, JournalError, NameRefused)

#: Ends that say that the node is well, or that nothing was sent to it.
_GOOD = ("done", "up_to_date", "planned", "skipped")


def words_of(error: Exception) -> str:
    """What is said of an error; of one that nobody expected also what it is and where it came up."""
    if isinstance(error, EXPECTED):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""
    return f"an error that nobody expected: {type(error).__name__}: {error}{where}. Please report it"


def not_begun(node_ids: Iterable[NodeId], reason: str, wanted: str | None = None) -> list[NodeResult]:
    """The results of nodes to which nothing was sent."""
    results = [NodeResult(*node_id, to_version=wanted) for node_id in node_ids]
    return [apply(result, NodeEnded("not_started", reason)) for result in results]


def results_after(
    left: Iterable[NodeResult],
    concluded: Iterable[NodeResult],
    entries: Mapping[NodeId, LedgerEntry],
    words: str,
    downloads: bool = False,
    unsent: str = "",
) -> list[NodeResult]:
    """The results of nodes whose work broke off.

    ``left``: all of them as if nothing was done with them; ``concluded``: those with which everything was done;
    ``entries``: what is known of the others. ``words``: why it broke off, and ``unsent`` where that is to be said
    otherwise of nodes to which nothing was sent. ``downloads``: is a download all that was to be done?
    """
    results = list(concluded)
    known = {NodeId(result.router, result.node) for result in results}
    nodes = {NodeId(result.router, result.node): result for result in left}
    # A peer that moved by itself was perhaps not to be worked on.
    nodes |= {node_id: NodeResult(*node_id) for node_id, entry in entries.items() if entry.moved} | nodes
    results += [
        _broken(result, entries.get(node_id), words, unsent or words, downloads)
        for node_id, result in nodes.items()
        if node_id not in known
    ]
    return [_half_done(result, results) for result in results]


def _half_done(result: NodeResult, results: Iterable[NodeResult]) -> NodeResult:
    """A node that was not begun while another one of its router is done is no router to which nothing was sent."""
    done = any(other.router == result.router and other.state == "done" for other in results)
    return apply(result, NodeEnded("held", result.reason)) if done and result.state == "not_started" else result


def _broken(result: NodeResult, entry: LedgerEntry | None, words: str, unsent: str, downloads: bool) -> NodeResult:
    if entry is not None and entry.concluded:
        return entry.result
    if entry is None or not (entry.moved or (downloads and entry.sent)):
        reason = f"nothing was sent: {unsent}"
        if entry is not None and entry.sent:
            what = "download" if entry.sent[-1] == "download" else "request"
            reason = sentences(f"its upgrade was not sent: {unsent}", f"Its {what} was sent, and may go on")
            result = apply(result, Downloaded(entry.result))
        return apply(result, NodeEnded("not_started", reason))
    known = apply(entry.result, _known(result, entry))
    ours = entry.ours or bool(downloads and entry.sent)
    state, reason = _end(known, entry, words) if ours else _not_ours(known, entry, unsent)
    return apply(known, NodeEnded(state, reason, local_fault=known.local_fault))


def _known(result: NodeResult, entry: LedgerEntry) -> KnownBefore:
    """What was known of a node before anything was sent to it."""
    before, wanted = result.from_version, result.to_version
    if entry.records:
        before, wanted = entry.records[0].from_version or before, entry.records[0].to_version or wanted
    return KnownBefore(before, wanted, result.running_version or before, result.install_type)


def _not_ours(result: NodeResult, entry: LedgerEntry, words: str) -> tuple[str, str]:
    """State and reason of a node at which nothing but what somebody else has begun was followed."""
    ended = f", and {result.reason.rstrip('.')}" if entry.ended else ""
    sent = "its upgrade was not sent, its download was and may go on" if entry.sent else "nothing was sent"
    return "not_started", f"{sent}; what somebody else has begun there was followed{ended}; then {words}"


def _end(result: NodeResult, entry: LedgerEntry, words: str) -> tuple[str, str]:
    """State and reason of a node to which something was sent, or at which what this run has begun was followed."""
    sent = f"'{entry.commands[-1]}' was sent" if entry.commands else "what runs there already was followed"
    if not entry.ended:
        return "unknown", f"{sent}, and then the work on it broke off: {words}"
    if result.state == "not_started" and entry.begun:
        return "unknown", f"{sent}, {result.reason.rstrip('.')}; then the work on it broke off: {words}"
    if result.state in _GOOD:
        why = f"but the work on it broke off before that was proven: {words}"
        return "unknown", f"{result.reason.rstrip('.')}; {why}"
    return result.state, sentences(result.reason, f"Then the work on it broke off: {words}")
