# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows the nodes of an operation until each of them has an outcome: one poll after the other, and what is new."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from functools import partial

from ..clock import format_duration
from ..pcli.errors import PcliError
from ..pcli.waiting import Steps
from ..software import operation_status
from ..software.node_status import NodeStatus
from .answering import take_answer
from .conductor_evidence import failure_recorded
from .context import Abandoned
from .events import MovedWithPeer, Note
from .gate import reconnect
from .judge import (
    Outcome,
    failure_may_be_recorded,
    moves_by_itself,
    news_of,
    next_progress,
    out_of_time,
    outcome_of_unsettled,
    report_counts,
    report_of,
)
from .moments import AwayMoment
from .node_progress import Limits, NodeProgress, needs_probe
from .operation_state import FollowedNode, OperationRun
from .results import NodeResult

#: So often the events are asked for within the time of an upgrade, where nothing else reports its end.
_EVENTS_ASKED = 18
#: How often a single operation says what it waits for, in seconds.
_HEARTBEAT = 60.0


@dataclass
class Following:
    """The nodes that are followed; peers that move by themselves join them. ``heartbeat``: report each minute, too."""

    run: OperationRun
    heartbeat: bool = True
    nodes: list[FollowedNode] = field(default_factory=list)

    @property
    def open(self) -> list[FollowedNode]:
        """Those without an outcome."""
        return [node for node in self.nodes if node.outcome is None]

    def steps(self, nodes: list[FollowedNode]) -> Generator[bool, None, None]:
        """Poll until every node has an outcome. Raises Abandoned."""
        context, self.nodes = self.run.context, list(nodes)
        longest = context.limits.upgrade_timeout * max(1, len(self.run.spec.nodes))
        limits = replace(context.limits, upgrade_timeout=longest)
        news, reported_at = True, context.clock.now()
        while self.open:
            if not context.alive():
                raise Abandoned("Nobody waits for this task any more. What was sent goes on; a new run takes it up.")
            yield news
            news = self._poll(limits)
            self._close_observations()
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
        if pending is None or pending.over:
            return
        if self.run.context.conductor.session.poll(pending):
            take_answer(self.run, self.open)

    def _round(self, limits: Limits) -> bool:
        answers, news = self.run.poller.answers, False
        for node in self.open:
            news = self._poll_node(node, answers, limits) or news
        self._watch_peers(answers)
        return news

    def _poll_node(self, node: FollowedNode, answers: bool, limits: Limits) -> bool:
        """One look at one node. True if anything is new about it, or close to its end."""
        now, status = self.run.context.clock.now, self._observe(node, answers)
        if status is None:
            node.outcome = out_of_time(node.progress, node.progress.status, now(), limits)
            return False
        if not status.reachable and node.node_id != self.run.poller.here:
            node.outcome = out_of_time(node.progress, status, now(), limits)
            return False  # the conductor is away: that says nothing about another node
        node.progress, node.outcome = next_progress(node.progress, status, now(), limits)
        if node.only_unsettled:
            node.outcome = outcome_of_unsettled(node.outcome, node.progress, status, limits)
        self._reconnect(node, status)
        news = self._new_line(node, status)
        news = news or node.progress.good > 0 or node.outcome is not None
        return news or (node.progress.old > 0 and node.progress.longest_away > 0)

    def _observe(self, node: FollowedNode, answers: bool) -> NodeStatus | None:
        """What a node is like now; None while its own answers are awaited.

        They are not waited for once the list of assets shows the node in another state or with another version.
        """
        asset = self.run.poller.asset(*node.node_id)
        listed = (asset.status, asset.version_text) if asset is not None and answers else None
        if node.observation is not None and (not answers or listed != node.listed):
            node.observation.close()
            node.observation = None
        if not answers:
            return NodeStatus()
        if node.observation is None:
            node.listed, node.observation = listed, self._observation(node)
        try:
            next(node.observation)
        except StopIteration as end:
            node.observation = None
            return end.value
        except PcliError:
            node.observation = None
            raise
        return None

    def _close_observations(self) -> None:
        """Of a node with an outcome nothing is awaited any more."""
        for node in self.nodes:
            if node.outcome is not None and node.observation is not None:
                node.observation.close()
                node.observation = None

    def _observation(self, node: FollowedNode) -> Steps[NodeStatus]:
        """The status of a node, by its own answers where the list of assets is not enough, with what is reported."""
        poller, ask = self.run.poller, self.run.context.waiting.ask
        status = poller.partial(node.node_id, partial(needs_probe, node.progress))
        if status is None:
            status = yield from ask(partial(self._probe, node))
        if status.reachable or node.node_id == poller.here:
            status = yield from self._with_report(node, status)
        return status

    def _probe(self, node: FollowedNode) -> NodeStatus:
        poller = self.run.poller
        return poller.full_version(node.node_id, poller.look(*node.node_id, self.run.baseline), node.progress.wanted)

    def _new_line(self, node: FollowedNode, status: NodeStatus) -> bool:
        """Report and keep what is new about a node. A poll that was only partial says nothing of its service."""
        line = status.words()
        if line == node.line or (status.partial and node.line.startswith(line)):
            return False
        node.line = line
        self.run.step(node, line)
        return True

    def _reconnect(self, node: FollowedNode, status: NodeStatus) -> None:
        """Rule 30: ask once, by setting, for an asset that came from a restart and stays away (I95-64152)."""
        after, since = self.run.spec.reconnect_after, node.progress.away_since
        away_for = None if since is None else self.run.context.clock.now() - since
        moment = AwayMoment(after, away_for, status.reachable, node.outcome is not None, node.reconnected)
        passage = reconnect(self.run.context.conductor, node.node_id, moment)
        if not passage.decision.sends:
            return
        node.reconnected = True
        if passage.error is not None:
            self.run.step(node, "the conductor could not be asked to reconnect it", str(passage.error))
        else:
            self.run.step(node, f"away for {format_duration(after)}, so the conductor was asked to reconnect it")

    # -- what the conductor reports -------------------------------------------------------------------------------

    def _with_report(self, node: FollowedNode, status: NodeStatus) -> Steps[NodeStatus]:
        """The status with what the conductor reports of the operation, which is read only when it can matter."""
        operation = self.run.spec.request.operation
        if node.report is None and report_counts(node.progress, status, self.run.context.limits):
            report = report_of((yield from self._new_lines(node)), node.result.node, operation)
            over = self.run.pending is not None and self.run.pending.over
            may_be_recorded = failure_may_be_recorded(node.progress, status, report, over)
            if may_be_recorded and (words := (yield from self._recorded(node))):
                node.report, node.report_words = "failed", words
            elif report is not None:
                return replace(status, report=report.state, report_words=report.words)
        return replace(status, report=node.report, report_words=node.report_words)

    def _new_lines(self, node: FollowedNode) -> Steps[list[str]]:
        """The status lines that are news since our request."""
        run, operation = self.run, self.run.spec.request.operation
        if node.old_lines is None:
            node.old_lines = list(run.baseline.lines) if run.baseline else []
        response = yield from run.context.waiting.ask(partial(run.poller.status_of, operation, *node.node_id))
        whole = response is not None and not response.broken and not response.cut
        lines = tuple(operation_status.status_lines(response))
        fresh, node.old_lines = news_of(node.old_lines, lines, whole and bool(lines))
        return fresh

    def _recorded(self, node: FollowedNode) -> Steps[str | None]:
        """What the conductor has recorded of a failure since it took our request; asked for now and then."""
        run = self.run
        clock, pause = run.context.clock, run.context.limits.upgrade_timeout / _EVENTS_ASKED
        since = max(node.progress.sent_at, node.events_at or 0.0)
        if not (node.taken_at and run.spec.installs) or clock.now() - since < pause:
            return None
        node.events_at = clock.now()
        return (yield from failure_recorded(run.context, run.poller, node.node_id, node.taken_at))

    # -- peers ----------------------------------------------------------------------------------------------------

    def _watch_peers(self, answers: bool) -> None:
        """Rule 8: the documents disagree on whether a node command moves the peer too. If it does, follow it."""
        run, node_ids = self.run, self.run.spec.nodes
        if not answers or not run.poller.counts(node_ids[0][0]) or len(node_ids) != 1 or not self.nodes:
            return
        for peer in run.poller.peers(*node_ids[0]):
            if any(node.result.node == peer.node for node in self.nodes):
                continue
            first = run.peers.setdefault(peer.node, peer)
            known = first.version
            if not moves_by_itself(first, peer):
                continue
            log = run.log(NodeResult(peer.router, peer.node, to_version=run.spec.wanted))
            log.record(MovedWithPeer(known.text if known else None))
            log.record(Note(f"{log.name}: moves by itself with its peer; nothing more is sent, and it is followed"))
            progress = NodeProgress(self.nodes[0].progress.wanted, known, run.context.clock.now())
            self.nodes.append(FollowedNode(log, progress))
