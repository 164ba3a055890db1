# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and the nodes that it moves, from the first look to their ends: examine, send once, follow, conclude.

An operation is a generator. It pauses wherever it has to wait, so that many of them share one clock, one list of assets
and a few shells, without a thread for each. It knows no command and no text; what may be sent is decided
in ``gate_conditions``, and what a poll means in ``judge``.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from ..clock import format_duration, parse_record_timestamp
from ..pcli import waiting
from ..pcli.errors import PcliError
from ..pcli.session import Pending
from ..software.node_id import NodeId
from ..software.node_status import runs
from ..software.versions import Version, satisfies, spelled, try_parse
from .conductor_evidence import status_before
from .context import RunContext, Steps
from .events import Adopted, MovedWithPeer, NodeEnded
from .following import Following
from .gate import examine, first_look
from .gate_conditions import SEND, Decision, judge_request
from .join_text import sentences
from .journal import Record
from .judge import Outcome, final_outcome, outcome_before
from .moments import MOVES, NodeMoment
from .node_progress import NodeProgress
from .observation import observe
from .operation_end import Signs
from .operation_state import AskAgain, FollowedNode, OperationRun, OperationSpec
from .poller import StatusPoller
from .read_moments import begun_command, operation_moments, operation_shown_at, read_status_again
from .results import NodeResult
from .sending import report_wait, send_steps

__all__ = ["Operation", "OperationSpec"]


class Operation:
    """See the module. :meth:`steps` does it; the poller must have been refreshed before each of them.

    ``heartbeat``: say once a minute what is waited for. Fleets have a line for all instead.
    """

    def __init__(self, context: RunContext, poller: StatusPoller, spec: OperationSpec, heartbeat: bool = True) -> None:
        self._run = OperationRun(context, poller, spec)
        self._heartbeat = heartbeat
        self._following: Following | None = None

    def followed(self, node_id: NodeId) -> FollowedNode | None:
        """The node as it is followed, or was; None where it is none of this request, or nothing was sent yet."""
        nodes = self._following.nodes if self._following is not None else ()
        return next((node for node in nodes if node.node_id == node_id), None)

    def signs(self, node: FollowedNode) -> Signs:
        """What is known beside the node itself of the end of its operation."""
        return self._run.signs(node)

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
        decisions = yield from self._decide([node for node in nodes if node.outcome is None], check_mode)
        if check_mode:
            return [self._planned(node, decisions.get(node.result.node, SEND)) for node in nodes]
        for node in nodes:
            self._take_up_the_end(node)
        todo = [node for node in nodes if node.outcome is None]
        adopted = [node for node in todo if decisions[node.result.node].kind == "follow"]
        if todo and not adopted:
            self._keep_together(nodes)
            todo = [node for node in todo if node.outcome is None]
        if todo and not adopted and not (yield from send_steps(run, todo, deadline)):
            return [self._conclude(node) for node in nodes]
        for node in adopted:
            yield from self._adopt(node, decisions[node.result.node])
        self._following = following = Following(run, self._heartbeat)
        yield from following.steps(todo)
        together = [*nodes, *(node for node in following.nodes if node not in nodes)]
        last = max((node.ended_at for node in together), default=0.0)
        return [self._conclude(node, at=self._moment_of_end(node, last)) for node in together]

    def _keep_together(self, nodes: list[FollowedNode]) -> None:
        """Where nothing may be sent to a node, one request would reach it together with the others."""
        for node in nodes:
            if node.outcome is not None and node.outcome.state in (self._run.nothing_sent, "unknown"):
                reason = f"the same request would move {node.node_id.node}: {node.outcome.reason}"
                self._run.end(nodes, Outcome(self._run.nothing_sent, reason))
                return

    def _decide(self, nodes: list[FollowedNode], check_mode: bool) -> waiting.Steps[dict[str, Decision]]:
        """What the gate decides about each node; one to which nothing is sent, and that is not followed, ends so.

        Raises AskAgain where it waits, which a check mode does not.
        """
        decisions = []
        for node in nodes:
            decisions.append((yield from self._decision(node)))
        decisions = judge_request(decisions)
        waits = next((decision for decision in decisions if decision.kind == "wait"), None)
        if waits is not None and not check_mode:
            report_wait(self._run, nodes, waits)
            raise AskAgain
        for node, decision in zip(nodes, decisions, strict=True):
            node.only_unsettled = decision.only_unsettled
            if decision.kind == "never":
                node.outcome = Outcome(self._run.nothing_sent, f"nothing was sent: {decision.reason}")
        return {node.result.node: decision for node, decision in zip(nodes, decisions, strict=True)}

    def _decision(self, node: FollowedNode) -> waiting.Steps[Decision]:
        """What the gate decides about one node, by itself."""
        yield from read_status_again(self._run, node)
        return (yield from self._run.context.waiting.ask(lambda: examine(operation_moments(self._run, node))))

    # -- before anything is sent ----------------------------------------------------------------------------------

    def _examine(self, wanted: Version, deadline: float) -> Generator[bool, None, list[FollowedNode]]:
        """Every node as it is.

        A conductor that is away for a while costs a rollout time and no router. A node that does not answer is waited
        for as well where an earlier run began something on it and did not see its end: it may be restarting.
        """
        clock, poller = self._run.context.clock, self._run.poller
        while poller.shared and not poller.answers and not poller.final and clock.now() < deadline:
            yield False
        while True:
            nodes = []
            for node_id in self._run.spec.nodes:
                nodes.append((yield from self._before(NodeId(*node_id), wanted)))
            lost = [node for node in nodes if node.outcome and self._may_return(node)]
            passes = poller.shared or any(node.record is not None and node.record.open for node in lost)
            if not lost or poller.final or not passes or clock.now() >= deadline:
                return nodes
            yield False

    def _may_return(self, node: FollowedNode) -> bool:
        """Is it waited for, since it does not answer? Or since no list shows it while what was begun there may run?"""
        if not node.progress.status.reachable:
            return True
        age, limit = self._age(node.record)
        return self._is_missing(node) and age < limit

    def _is_missing(self, node: FollowedNode) -> bool:
        """Does no list show a node on which something of ours was begun whose end nobody has seen?"""
        poller, record = self._run.poller, node.record
        begun = record is not None and record.open and record.operation in MOVES
        return begun and poller.counts(node.node_id.router) and poller.asset(*node.node_id) is None

    def _not_examined(self, node: FollowedNode, decision: Decision) -> Outcome:
        """The outcome of a node at which nothing can be examined: what was begun there has no end that anybody saw."""
        if not self._is_missing(node):
            return Outcome(self._run.nothing_sent, f"nothing was sent: {decision.reason}")
        ago = format_duration(self._run.context.journal.age(node.record))
        return Outcome(
            "unknown",
            f"'{node.record.command}' was begun {ago} ago, and nobody knows how it ended: no list of assets shows the "
            "node any more. Nothing more is sent: examine the node, then run again. If it was removed for good, remove "
            "its record from the journal",
        )

    def _before(self, node_id: NodeId, wanted: Version) -> waiting.Steps[FollowedNode]:
        """What a node is like before anything is sent."""
        run, context, baseline = self._run, self._run.context, self._run.baseline_now()
        status = yield from context.waiting.ask(
            lambda: run.poller.round.full_version(node_id, observe(run.poller, node_id), wanted)
        )
        result = NodeResult(
            *node_id,
            to_version=run.spec.wanted,
            from_version=status.version_text,
            running_version=status.version_text,
            install_type=status.install_type,
        )
        node = FollowedNode(run.log(result), NodeProgress(wanted, status.version, context.clock.now()))
        node.progress = replace(node.progress, status=status)
        # Of what is taken up, an absence without a boot since then ends nothing.
        node.baseline = baseline if status.answered else None
        node.record = run.records[node_id] = context.journal.last(*node_id)
        words = f"before: {status.words()}"
        run.step(node, words, quiet=run.nodes_reported.get(node_id) == words)
        run.nodes_reported[node_id] = words
        decision = first_look(
            NodeMoment(node_id, run.spec.request.operation, status, wanted, trouble=run.poller.trouble)
        )
        if not decision.sends:
            node.outcome = self._not_examined(node, decision)
            return node
        begun = yield from context.waiting.ask(partial(begun_command, context, run.poller, node.record))
        if run.spec.ignore_running or begun is None or not begun.may_run:  # what was begun may take it back still
            ours = begun is not None
            node.outcome = outcome_before(status, wanted, try_parse(run.spec.recorded or ""), ours)
            if ours and node.outcome is not None and not run.spec.ignore_running:
                shown = yield from context.waiting.ask(partial(operation_shown_at, run.poller, node_id))
                if shown:
                    reason = (
                        f"nothing was sent: it {node.outcome.reason}, but the conductor shows an operation: {shown}"
                    )
                    node.outcome = Outcome(run.nothing_sent, sentences(reason, "Wait for its end, then run again"))
        if node.outcome is not None and node.outcome.state == "done":
            node.log.record(MovedWithPeer(run.spec.recorded))
        return node

    def _planned(self, node: FollowedNode, decision: Decision) -> NodeResult:
        if node.outcome is None:
            verbs = {"send": "sent", "wait": "sent later"}
            before, wanted = spelled(node.result.from_version) or "?", spelled(node.result.to_version) or "?"
            what = f"the {self._run.spec.request.operation} from {before} to {wanted}"
            since = f", since {decision.reason}" if decision.reason else ""
            node.outcome = Outcome("planned", f"{what} would be {verbs.get(decision.kind, 'followed')}{since}")
        return self._conclude(node, keep_journal=True)

    def _adopt(self, node: FollowedNode, decision: Decision) -> waiting.Steps[None]:
        """Follow what runs at a node already as if it had been sent now, or when the journal says that it was."""
        context, record = self._run.context, node.record
        operation, sent_at = self._run.spec.request.operation, context.clock.now()
        adopted = Adopted(f"adopted, since {decision.reason}", operation, ours=self._is_ours(node))
        age, limit = self._age(record)
        poller = self._run.poller
        read = partial(status_before, poller, operation, node.node_id, context.clock.now(), taken_up=True)
        node.watch = yield from context.waiting.ask(read)
        # An older intent, or one of another operation, is not what is seen to run now.
        runs_now = node.progress.status.busy or node.watch.running is not None
        same = record and record.open and record.operation == operation
        if same and (age < limit or not runs_now):
            sent_at -= age
            adopted = self._by_earlier_run(adopted, record)
            before = record.from_version or node.result.from_version
            node.progress = replace(node.progress, before=try_parse(before or ""))
        node.progress = replace(node.progress, sent_at=sent_at)
        if runs(node.progress.status, node.progress.wanted, node.progress.before):  # it has time to settle from now on
            node.progress = replace(node.progress, arrived_at=context.clock.now())
        node.log.record(adopted)

    def _take_up_the_end(self, node: FollowedNode) -> None:
        """What an earlier run began here has ended before anybody looked: it is done, and is proven as such."""
        record, status = node.record, node.progress.status
        if node.outcome is None or node.outcome.state != "up_to_date" or record is None or not record.open:
            return
        to_version = try_parse(record.to_version or "")
        same = record.operation == self._run.spec.request.operation and to_version and status.version
        if same and satisfies(status.version, to_version) is not False:
            age = format_duration(self._run.context.journal.age(record))
            words = f"adopted, since '{record.command}' was begun {age} ago and has ended"
            node.log.record(self._by_earlier_run(Adopted(words, record.operation, ours=True), record))
            node.outcome = Outcome("done", f"runs {status.release}: what an earlier run began has ended")

    def _by_earlier_run(self, adopted: Adopted, record: Record) -> Adopted:
        """With what was written down of the command."""
        return replace(
            adopted,
            command=record.command,
            started=parse_record_timestamp(record.intent_at),
            from_version=record.from_version,
            # Only what this run sent may this run revert (rule 20).
            accepted=self._run.context.journal.of_this_run(record),
        )

    def _age(self, record: Record | None) -> tuple[float, float]:
        """How old a record is, and how long its command may take."""
        context = self._run.context
        limit = context.limits.upgrade_timeout
        return (context.journal.age(record), max(limit, record.limit or 0.0)) if record else (0.0, limit)

    @staticmethod
    def _is_ours(node: FollowedNode) -> bool:
        """True if a command of ours, of this run or an earlier one, may have moved the node."""
        recorded = node.record is not None and node.record.open and node.record.operation in MOVES
        return bool(node.result.started or node.result.moved_by_itself or recorded)

    # -- ends -----------------------------------------------------------------------------------------------------

    def _conclude(self, node: FollowedNode, keep_journal: bool = False, at: datetime | None = None) -> NodeResult:
        """Record the outcome of a node, and close the record of its command. Returns its result. ``at``: None: now."""
        outcome = final_outcome(node.outcome, self._run.spec.request.operation, node.answer, node.refused)
        if outcome.state == "unknown" and not self._is_ours(node):
            reason = f"nothing was sent to it, and how what runs there ends is not known: {outcome.reason}"
            outcome = replace(outcome, state=self._run.nothing_sent, reason=reason)
        status = node.progress.status
        # What somebody else has begun is not ended because this run sent nothing.
        ours_to_end = outcome.state != "unknown" and (
            outcome.state not in ("not_started", "held") or node.result.started
        )
        # What a node ran when it was last seen is not what it runs, after a command that restarts it.
        in_sight = node.progress.in_sight and self._run.poller.answers
        lost = outcome.state == "unknown" and not in_sight
        running = status.version_text if status.reachable else None
        closes = bool(node.record and node.record.open and not keep_journal and ours_to_end)
        return node.log.end(
            NodeEnded(
                outcome.state,
                outcome.reason,
                outcome.local_fault,
                running_version="" if lost else running,
                install_type=status.install_type if status.reachable else None,
                closes=node.record if closes else None,
                at=at,
            )
        )

    def _moment_of_end(self, node: FollowedNode, last: float) -> datetime | None:
        """When a node had its outcome, where that was before the ``last`` one of its request, perhaps by hours."""
        clock = self._run.context.clock
        ended = clock.wall() - timedelta(seconds=clock.now() - node.ended_at)
        return ended if 0 < node.ended_at < last else None
