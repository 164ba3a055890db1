# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and the nodes that it moves, from the first look to their ends: examine, send once, follow, conclude.

An operation is a generator. It pauses wherever it has to wait, so that many of them share one clock, one list of assets
and a few shells, without a thread for each. It knows no command and no text; what a poll means is decided in
``node_progress``.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from ..clock import parse_record_timestamp
from ..pcli import waiting
from ..pcli.errors import PcliError
from ..pcli.session import Pending
from ..software import operation_status
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus, not_shown, runs
from ..software.versions import Version, try_parse
from .context import RunContext, Steps
from .events import Adopted, MovedWithPeer, NodeEnded
from .following import Following
from .join_text import one_line, sentences
from .node_outcome import NodeProgress, Outcome
from .operation_state import AskAgain, FollowedNode, OperationRun, OperationSpec
from .poller import StatusPoller
from .readiness import why_not_now
from .results import NodeResult
from .sending import send_steps

__all__ = ["Operation", "OperationSpec"]

#: So much of the answer to a request stands in the reason of a node whose end is not known.
_QUOTED = 300


class Operation:
    """See the module. :meth:`steps` does it; the poller must have been refreshed before each of them.

    ``heartbeat``: say once a minute what is waited for. Fleets have a line for all instead.
    """

    def __init__(self, context: RunContext, poller: StatusPoller, spec: OperationSpec, heartbeat: bool = True) -> None:
        self._run = OperationRun(context, poller, spec)
        self._heartbeat = heartbeat

    @property
    def pending(self) -> Pending | None:
        """The request that was sent, if one was."""
        return self._run.pending

    @property
    def missing(self) -> str | None:
        """The conductor's words if it refused since the release is not on the node yet: nothing was begun then."""
        return self._run.missing

    def steps(self, check_mode: bool = False) -> Steps:
        """Do it. Every node of the operation, and every peer that moved by itself, comes back with a result.

        Raises PcliError where the request itself makes no sense, and Abandoned.
        """
        context, text = self._run.context, self._run.spec.wanted
        wanted = try_parse(text)
        if wanted is None:
            raise PcliError(f"'{text}' is not a version such as 6.3.5 or 6.3.5-37.r1.el7.")
        deadline = context.clock.now() + context.limits.upgrade_timeout
        while True:
            try:
                return (yield from self._attempt(wanted, check_mode, deadline))
            except AskAgain:
                yield False

    def _attempt(self, wanted: Version, check_mode: bool, deadline: float) -> Steps:
        """From the first look to the end. Raises AskAgain until the deadline where nothing was sent."""
        run, spec = self._run, self._run.spec
        if len(spec.nodes) == 1:
            run.peers = {peer.node: peer for peer in run.poller.peers(*spec.nodes[0])}
        nodes = yield from self._examine(wanted, deadline)
        busy = {}
        for node in [node for node in nodes if node.outcome is None]:
            busy[node.result.node] = yield from why_not_now(run, node)
        todo = [node for node in nodes if node.outcome is None]
        adopted = [node for node in todo if busy[node.result.node]]
        if spec.only_follow:
            run.end([node for node in todo if node not in adopted], Outcome("not_started", "nothing runs there now"))
            todo = adopted
        if check_mode:
            return [self._planned(node, busy.get(node.result.node)) for node in nodes]
        if adopted and len(spec.nodes) > 1:
            adopted = todo  # one request for a pair that is already being worked on would be a second one
        if len(adopted) < len(todo) and not (yield from send_steps(run, todo, deadline)):
            return [self._conclude(node) for node in nodes]
        for node in adopted:
            self._adopt(node, busy[node.result.node] or "another node of its router is being worked on")
        following = Following(run, self._heartbeat)
        yield from following.steps(todo)
        return [self._conclude(node) for node in [*nodes, *(node for node in following.nodes if node not in nodes)]]

    # -- before anything is sent ----------------------------------------------------------------------------------

    def _examine(self, wanted: Version, deadline: float) -> Generator[bool, None, list[FollowedNode]]:
        """Every node as it is. In a rollout, a conductor that is away for a while costs time and no router."""
        clock, poller = self._run.context.clock, self._run.poller
        while poller.shared and not poller.answers and not poller.final and clock.now() < deadline:
            yield False
        while True:
            nodes = []
            for node_id in self._run.spec.nodes:
                nodes.append((yield from self._before(NodeId(*node_id), wanted)))
            lost = [node for node in nodes if not node.progress.seen.reachable and node.outcome]
            if not lost or poller.final or not poller.shared or clock.now() >= deadline:
                return nodes
            yield False

    def _before(self, node_id: NodeId, wanted: Version) -> waiting.Steps[FollowedNode]:
        """What a node is like before anything is sent."""
        run, context = self._run, self._run.context
        status = yield from context.waiting.ask(
            lambda: run.poller.full_version(node_id, run.poller.look(*node_id), wanted)
        )
        result = NodeResult(
            *node_id,
            to_version=run.spec.wanted,
            from_version=status.version_text,
            running_version=status.version_text,
            install_type=status.install_type,
        )
        node = FollowedNode(run.log(result), NodeProgress(wanted, status.version, context.clock.now()))
        node.progress = replace(node.progress, seen=status)
        node.record = run.records[node_id] = context.journal.last(*node_id)
        run.step(node, f"before: {status.words()}")
        if not status.reachable or status.version is None:
            why = f"nothing was sent, because {status.words()} ({run.poller.trouble})"
            node.outcome = Outcome("not_started", why)
        elif runs(status, wanted, None) and status.settled and not status.busy and status.service is not False:
            node.outcome = self._already(node, status)
        return node

    def _already(self, node: FollowedNode, status: NodeStatus) -> Outcome:
        spec = self._run.spec
        recorded = try_parse(spec.recorded) if spec.recorded else None
        if recorded is not None and not runs(status, recorded, None) and recorded != status.version:
            node.log.record(MovedWithPeer(spec.recorded))
            return Outcome("done", f"runs {status.version_text} already: it moved together with its peer, by itself")
        return Outcome(
            "up_to_date", f"runs {status.version_text} already{not_shown(status.version, node.progress.wanted)}"
        )

    def _planned(self, node: FollowedNode, busy: str | None) -> NodeResult:
        if node.outcome is None:
            what = f"would be followed, since {busy}" if busy else "would be sent"
            node.outcome = Outcome("planned", f"{node.result.from_version} to {node.result.to_version} {what}")
        return self._conclude(node, keep_journal=True)

    def _adopt(self, node: FollowedNode, why: str) -> None:
        """Follow what runs at a node already as if it had been sent now, or when the journal says that it was."""
        context, record = self._run.context, node.record
        sent_at, adopted = context.clock.now(), Adopted(f"adopted, since {why}")
        age = record.age(context.clock.wall()) if record else 0.0
        # An older intent, or one of another operation, is not what is seen to run now.
        same = record and record.open and record.operation == self._run.spec.request.operation
        if same and age < context.limits.upgrade_timeout:
            sent_at -= age
            adopted = replace(
                adopted,
                command=record.command,
                started=parse_record_timestamp(record.intent_at),
                from_version=record.from_version,
                # Only what this run sent may this run revert (rule 20).
                accepted=bool(context.journal.run_id) and record.run_id == context.journal.run_id,
            )
            before = record.from_version or node.result.from_version
            node.progress = replace(node.progress, before=try_parse(before or ""))
        node.progress = replace(node.progress, sent_at=sent_at)
        node.log.record(adopted)

    # -- ends -----------------------------------------------------------------------------------------------------

    def _conclude(self, node: FollowedNode, keep_journal: bool = False) -> NodeResult:
        """Record the outcome of a node, and close the record of its command. Returns its result."""
        outcome, status = node.outcome or Outcome("unknown", "it was not followed to an end"), node.progress.seen
        if outcome.state == "reverted" and self._run.spec.request.operation == "revert":
            # It is back on what was to be reverted, which is the contrary of what "reverted" tells people.
            outcome = replace(outcome, state="failed")
        outcome = replace(outcome, reason=sentences(outcome.reason, _answer_of(node, outcome)))
        # What somebody else has begun is not ended because this run sent nothing.
        ours_to_end = outcome.state != "unknown" and (outcome.state != "not_started" or node.result.started)
        closes = bool(node.record and node.record.open and not keep_journal and ours_to_end)
        return node.log.end(
            NodeEnded(
                outcome.state,
                outcome.reason,
                outcome.local_fault,
                running_version=status.version_text if status.reachable else None,
                install_type=status.install_type if status.reachable else None,
                closes=node.record if closes else None,
            )
        )


def _answer_of(node: FollowedNode, outcome: Outcome) -> str | None:
    """What the request was answered with, where that belongs to the reason and does not stand there already."""
    bad = outcome.state in ("unknown", "failed", "reverted", "not_started") and node.refused
    if not node.answer or not (bad or outcome.state == "unknown") or node.answer in one_line(outcome.reason):
        return None
    if node.refused:
        return f"The request was answered with: {operation_status.gist(node.answer, _QUOTED)}"
    return f"The request was answered with: {node.answer[:_QUOTED]}"
