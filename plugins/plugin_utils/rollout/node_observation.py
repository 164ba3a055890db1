# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a followed node is like now: from the list of assets, and where that is not enough, by its own answers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from ..pcli.errors import PcliError
from ..pcli.waiting import Steps
from ..software.node_status import NodeStatus
from .conductor_evidence import with_report
from .judge import next_progress
from .node_progress import needs_probe
from .observation import observe
from .operation_end import not_over
from .operation_state import FollowedNode, OperationRun


def observe_node(run: OperationRun, node: FollowedNode, answers: bool) -> NodeStatus | None:
    """What a node is like now; None while its own answers are awaited.

    They are not waited for once the list of assets shows the node in another state or with another version.
    """
    asset = run.poller.asset(*node.node_id)
    listed = (asset.status, asset.version_text) if asset is not None and answers else None
    if listed is not None and not asset.away:
        node.present_at = run.context.clock.now()
    if node.observation is not None and (not answers or listed != node.listed):
        node.observation.close()
        node.observation = None
    if not answers:
        return NodeStatus()
    if node.observation is None:
        node.listed, node.observation = listed, _observation(run, node)
    try:
        next(node.observation)
    except StopIteration as end:
        node.observation = None
        return end.value
    except PcliError:
        node.observation = None
        raise
    return None


def close_observations(nodes: Iterable[FollowedNode]) -> None:
    """Of a node with an outcome nothing is awaited any more."""
    for node in nodes:
        if node.outcome is not None and node.observation is not None:
            node.observation.close()
            node.observation = None


def _observation(run: OperationRun, node: FollowedNode) -> Steps[NodeStatus]:
    """The status of a node, by its own answers where the list of assets is not enough, with what is reported."""
    while _rests(run, node):
        yield False
    poller, waiting, asked_at = run.poller, run.context.waiting, run.context.clock.now()
    listed = poller.listed(node.node_id)
    due = listed is None or _is_asked(node, listed)
    soon = due and not _is_held_up(run, node)
    # One that the list shows away or at work has no end yet, whatever it says of itself.
    if due or (listed.settled and poller.is_its_turn(node.node_id)):
        status = yield from waiting.ask(partial(_probe, run, node), soon=soon)
    else:
        status = listed
    if status.reachable or node.node_id == poller.local_node:
        status = yield from with_report(run, node, status, soon=soon)
        joins = _second_is_asked(run, node, status)
        waited = run.context.clock.now() - asked_at > run.context.limits.poll_min
        if waited and not status.partial and _would_end(run, node, status):
            # A verdict rests on what the node itself says, and that may have changed while the status, or a web server
            # that is slow, was awaited.
            (latest,) = yield from waiting.ask_all([partial(_probe, run, node)])
            status = replace(latest, report=status.report, report_words=status.report_words)
        if joins:
            status = run.context.conductor.second.join(node.node_id, status)
    if status.away and not node.reconnected and away_for(run, node) >= (run.spec.reconnect_after or math.inf):
        # Nobody is in a hurry: as long as it cannot be reconnected, this is asked with every look.
        node.shown_away = yield from waiting.ask(partial(_shown_lately, run, node))
    return status


def _rests(run: OperationRun, node: FollowedNode) -> bool:
    """True while a node that is well waits for nothing but the end of its operation, and was looked at a moment ago.

    The list of assets is read all the time; what that does not show is asked as rarely as while all is quiet.
    """
    progress, limits = node.progress, run.limits
    if progress.observed_at is None or progress.good <= limits.stable_polls:
        return False
    lately = run.context.clock.now() - progress.observed_at < limits.poll_max
    return lately and not _would_end(run, node, progress.status)


def _second_is_asked(run: OperationRun, node: FollowedNode, status: NodeStatus) -> bool:
    """Have the web API asked before a verdict, and while both differ. Whether what it says joins the status.

    Before time is up it is asked early: the end may come while the node's own answers are awaited.
    """
    second, pace = run.context.conductor.second, run.context.pace
    if second.rests:
        return False
    if _would_end(run, node, status) or second.disputes(node.node_id):
        second.ask([node.node_id], pace)
        return True
    if _would_end(run, node, status, pace.disputed):
        return second.ask([node.node_id], replace(pace, fresh=pace.disputed))
    return False


def _shown_lately(run: OperationRun, node: FollowedNode) -> tuple[str, ...]:
    """What the conductor shows about operations on a node."""
    operations = dict.fromkeys((run.spec.request.operation, "upgrade", "revert"))
    lines = (run.poller.round.newest_lines(operation, *node.node_id) for operation in operations)
    return tuple(line for shown in lines for line in shown)


def _would_end(run: OperationRun, node: FollowedNode, status: NodeStatus, soon: float = 0.0) -> bool:
    """True if this status would be the last one of the node's operation, now or so many seconds later."""
    now = run.context.clock.now() + soon
    return next_progress(node.progress, status, now, run.limits, run.signs(node))[1] is not None


def _is_asked(node: FollowedNode, listed: NodeStatus) -> bool:
    """True if the node itself must be asked, whatever the list of assets shows."""
    return needs_probe(node.progress, listed) or (node.turn_begins and listed.settled)


def _is_held_up(run: OperationRun, node: FollowedNode) -> bool:
    """True if its end waits for what its own answers do not show, and what may last for hours."""
    if node.progress.good <= run.limits.stable_polls:
        return False
    still_open = not_over(node.progress, run.signs(node), run.context.clock.now(), run.limits)
    return still_open is not None and not still_open.still


def away_for(run: OperationRun, node: FollowedNode) -> float:
    """For how long a node has been away, in seconds; 0 where it is not."""
    since = node.progress.away_since
    return 0.0 if since is None else run.context.clock.now() - max(since, node.present_at)


def _probe(run: OperationRun, node: FollowedNode) -> NodeStatus:
    poller = run.poller
    status = observe(poller, node.node_id, node.baseline)
    return poller.round.full_version(node.node_id, status, node.progress.wanted)
