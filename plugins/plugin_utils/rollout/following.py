# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows the nodes of an operation until each of them has an outcome: one poll after the other, and what is new."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace

from ..clock import format_duration
from ..pcli.errors import PcliError
from ..software.node_status import NodeStatus
from ..software.versions import satisfies, spelled
from .answering import take_answer
from .context import Abandoned
from .events import Note
from .gate import reconnect
from .judge import (
    Outcome,
    next_progress,
    out_of_time,
    outcome_of_unsettled,
)
from .moments import AwayMoment
from .node_observation import away_for, close_observations, observe_node
from .node_progress import Limits, NodeProgress, without_absence
from .operation_state import FollowedNode, OperationRun
from .peer_moves import peers_that_move

#: How often a single operation says what it waits for, in seconds.
_HEARTBEAT = 60.0
#: So often a node is followed again that was done, and was not well any more before those beside it had ended.
_MOST_REOPENED = 3
_RESTLESS = (
    f"was done {_MOST_REOPENED + 1} times, and each time it was not well any more before the nodes beside it had "
    "ended; it shows {}, {}. Nothing more is sent: examine the node, then run again"
)


@dataclass
class Following:
    """The nodes that are followed; peers that move by themselves join them. ``heartbeat``: report each minute, too."""

    run: OperationRun
    heartbeat: bool = True
    nodes: list[FollowedNode] = field(default_factory=list)
    #: How often all of its nodes were asked once more whether they are still well.
    confirmations: int = 0

    @property
    def open(self) -> list[FollowedNode]:
        """Those without an outcome."""
        return [node for node in self.nodes if node.outcome is None]

    def steps(self, nodes: list[FollowedNode]) -> Generator[bool, None, None]:
        """Poll until every node has an outcome. Raises Abandoned."""
        context, self.nodes = self.run.context, list(nodes)
        limits = self.run.limits
        news, reported_at = True, context.clock.now()
        while self.open:
            if not context.alive():
                raise Abandoned("Nobody waits for this task any more. What was sent goes on; a new run takes it up.")
            yield news
            news = self._poll(limits)
            self._look_again()
            news = self._confirm() or news
            close_observations(self.nodes)
            if not news and self.heartbeat and context.clock.now() - reported_at > _HEARTBEAT:
                self._report_wait()
                reported_at = context.clock.now()
            reported_at = context.clock.now() if news else reported_at

    def _report_wait(self) -> None:
        context = self.run.context
        for node in self.open:
            since = format_duration(context.clock.now() - node.progress.sent_at)
            node.log.record(Note(f"{node.log.name}: {since} on the way, {node.progress.status.words()}"))

    def _poll(self, limits: Limits) -> bool:
        """One round. True if anything is new, or close to its end."""
        self._take_late_answer()
        try:
            if self.run.poller.final:
                raise self.run.poller.final  # pylint: disable=raising-bad-type
            return self._round(limits)
        except PcliError as error:  # what does not pass, such as a refused login, wherever in the round it came up
            lost = f"a command was sent, and then the node could not be asked any more: {error}"
            self.run.end(self.open, Outcome("unknown", lost))
            return True

    def _take_late_answer(self) -> None:
        """A blocking request may have printed its end."""
        pending = self.run.pending
        if pending is None or self.run.answered:
            return
        if self.run.context.conductor.session.poll(pending):
            take_answer(self.run, self.open)

    def _round(self, limits: Limits) -> bool:
        answers, news = self.run.poller.answers, False
        for node in self.open:
            arrived_before = node.progress.arrived_at is not None
            news = self._poll_node(node, answers, limits) or news
            if node.outcome is not None:
                node.ended_at = self.run.context.clock.now()
            if node.progress.arrived_at is not None and not arrived_before and not node.reopened:
                self._begin_turn_after(node)
        if answers:
            self.nodes += peers_that_move(self.run, self.nodes)
        return news

    def _begin_turn_after(self, arrived: FollowedNode) -> None:
        """One of several nodes that move one after the other has arrived: from now on it may be another one's turn."""
        if self.run.spec.request.simultaneous or len(self.run.spec.nodes) < 2:
            return
        for node in self.nodes:
            beside = node is not arrived and node.node_id.router == arrived.node_id.router
            if (
                beside
                and node.progress.arrived_at is None
                and (node.outcome is None or node.outcome.state == "reverted")
            ):
                node.outcome, node.turn_begins = None, True

    def _look_again(self) -> None:
        """Follow a node again that was done, and is not well any more before those beside it have ended (D15)."""
        poller = self.run.poller
        if len(self.nodes) < 2 or not poller.answers:
            return
        for node in self.nodes:
            asset = poller.asset(*node.node_id)
            if node.outcome is None or node.outcome.state != "done" or asset is None:
                continue
            back = asset.version is not None and satisfies(asset.version, node.progress.wanted) is False
            if not back and (asset.settled or not poller.counts(asset.router)):
                continue
            if node.reopened >= _MOST_REOPENED:
                node.outcome = Outcome("unknown", _RESTLESS.format(asset.version_text, asset.status))
                continue
            self.run.step(
                node, f"was done, but shows {spelled(asset.version_text)}, {asset.status} again: it is followed on"
            )
            node.outcome, node.reopened = None, node.reopened + 1
            progress = NodeProgress(node.progress.wanted, node.progress.before, self.run.context.clock.now())
            node.progress = replace(progress, status=node.progress.status)

    def _confirm(self) -> bool:
        """Ask nodes that were done before the last of them had its end once more: a list of assets shows no service.

        True if they are to be asked.
        """
        done = [node for node in self.nodes if node.outcome is not None and node.outcome.state == "done"]
        ends = [node.ended_at for node in self.nodes]
        limits, now = self.run.context.limits, self.run.context.clock.now()
        if self.open or not done or max(ends) - min(node.ended_at for node in done) <= 2 * limits.poll_min:
            return False
        if self.confirmations >= _MOST_REOPENED or self.run.poller.final:
            return False
        self.confirmations += 1
        for node in done:
            good = limits.stable_polls - 1
            node.outcome, node.progress = None, replace(node.progress, good=good, arrived_at=now, observed_at=now)
        return True

    def _poll_node(self, node: FollowedNode, answers: bool, limits: Limits) -> bool:
        """One poll of one node. True if anything is new about it, or close to its end."""
        now, status = self.run.context.clock.now, observe_node(self.run, node, answers)
        if status is None:
            node.outcome = out_of_time(node.progress, node.progress.status, now(), limits)
            return False
        if not status.reachable and node.node_id != self.run.poller.local_node:
            node.outcome = out_of_time(node.progress, status, now(), limits, trouble=self.run.poller.trouble)
            return False  # the conductor is away: that says nothing about another node
        if node.turn_begins and status.settled and not status.partial:
            # A restart before that, or one that had begun, was not its own attempt (rule 16).
            node.progress = without_absence(node.progress)
            node.baseline, node.turn_begins = self.run.baseline_now(), False
        signs = self.run.signs(node)
        node.progress, node.outcome = next_progress(node.progress, status, now(), limits, signs)
        if node.only_unsettled:
            node.outcome = outcome_of_unsettled(node.outcome, node.progress, status, limits)
        self._reconnect(node, status)
        self._new_line(node, status)
        return node.outcome is not None or _close_to_end(node.progress, limits.stable_polls)

    def _new_line(self, node: FollowedNode, status: NodeStatus) -> None:
        """Report and keep what is new about a node. A poll that was only partial says nothing of its service."""
        line = status.words()
        if line == node.line or (status.partial and node.line.startswith(line)):
            return
        node.line = line
        self.run.seen(node, line, status)

    def _reconnect(self, node: FollowedNode, status: NodeStatus) -> None:
        """Rule 30: ask once, by setting, for an asset that came from a restart and stays away (I95-64152)."""
        after, pending, now = self.run.spec.reconnect_after, self.run.pending, self.run.context.clock.now()
        if not after:
            return
        row = self.run.poller.asset(*node.node_id)
        moment = AwayMoment(
            after,
            away_for(self.run, node) if row is not None and row.away else None,  # a missing row shows nothing of it
            status.reachable,
            node.outcome is not None,
            node.reconnected,
            node.node_id.node,
            unanswered=pending is not None and not pending.over,
            lines=node.shown_away,
            followed_for=now - node.progress.sent_at,
            settle=self.run.context.limits.operation_settle,
            nodes=max(1, len(self.run.spec.nodes)),
        )
        passage = reconnect(self.run.context.conductor, node.node_id, moment, self.run.context.unapproved)
        if not passage.decision.sends:
            return
        node.reconnected = True
        if passage.error is not None:
            self.run.step(node, "the conductor could not be asked to reconnect it", str(passage.error))
        else:
            self.run.step(node, f"away for {format_duration(after)}, so the conductor was asked to reconnect it")


def _close_to_end(progress: NodeProgress, few: int) -> bool:
    """True while a few polls may show how an operation has ended; then it is only watched for a while."""
    back = progress.was_away and 0 < progress.old <= few
    return 0 < progress.good <= few or back
