# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upgrade of one router or conductor, node by node, and when a bad node is reverted.

The second node never begins before the first is proven to be done. Whether a node may be reverted is decided in
``revert``.

The operation, the checks after it, for a bad node the revert (rules 20 and 21), the comparison, and before the next
node of a pair the soak (rule 9). The release was brought there before (see ``download_lane``). A generator like an
operation, so that many routers share one clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..pcli import waiting
from ..pcli.errors import PcliError
from ..planning.sequencing import requested
from ..software.node_id import NodeId
from ..software.targets import Target
from ..software.versions import satisfies, spelled, try_parse
from .begun import has_begun
from .concluded_nodes import ConcludedNodes
from .context import RunContext, Steps
from .download import DownloadOptions
from .events import Explained, Judged, NodeEnded, PhaseEntered, Reverted, Warned
from .evidence import gather_evidence
from .join_text import sentences
from .journal import JournalError
from .missing_release import NOT_THERE_YET, MissingRelease, ReleaseMissing
from .node_log import NodeLog
from .node_turn import NodeTurn
from .operation import Operation, OperationSpec
from .poller import StatusPoller
from .post_checks import PostCheckOptions, PostChecks
from .proving import NOT_BACK, NodeProof, is_proving
from .regressions import LOSS, ComparisonOptions, explain, explain_two_versions
from .repeated_checks import RepeatedChecks
from .requests import node_by_node, of_node, of_router
from .results import NOT_REVERTED, NodeResult, bad_end_of
from .revert import RevertOptions, decide_revert, only_followed
from .router_view import RouterView
from .verify import Comparison, HealthOptions, health_steps
from .volume_check import VolumeCheck

__all__ = ["HealthOptions", "ReleaseMissing", "RouterUpgrade", "UpgradePolicy", "run_of"]

GOOD = ("done", "up_to_date", "planned")

_STAYS_HELD = (
    "It stays held in later runs until that works again, or is accepted: exclude it (compare_exclude), or turn the "
    "comparison off (compare=false)"
)


@dataclass(frozen=True)
class UpgradePolicy:
    """What is done around the operation of a node. None: not at all."""

    health: HealthOptions = field(default_factory=HealthOptions)
    #: The named checks after each node. None: none.
    post_checks: PostCheckOptions | None = None
    #: The checks before the operation that only one of an earlier run explained, by router.
    repeated_checks: Mapping[str, PostCheckOptions | None] = field(default_factory=dict)
    #: How a release is waited for that turns out to be missing. None: it is not.
    download: DownloadOptions | None = None
    #: Seconds for which a pair must have been well before its second node (rule 9).
    soak: float | None = None
    revert: bool = False
    #: Why a node must not go back to a version, if there is a reason beside those of rule 20.
    forbids_revert: Callable[[str], str | None] = lambda back_to: None
    #: May the next node be started now, given those that are left? With a reason, it never will.
    may_continue: Callable[[list[str]], tuple[bool, str]] = lambda left: (True, "")
    #: What is compared with the time before. None: nothing.
    compare: ComparisonOptions | None = None
    #: Routers that are being worked on or are not settled: what leads to them is no loss (rule 21).
    in_transition: Callable[[], Collection[str]] = lambda: ()


@dataclass
class RouterUpgrade:
    """What is done with one router. ``node``: at which node it is; ``results``: what became of its nodes so far.

    ``sequencing``: the name of a policy of ``planning/sequencing``.
    """

    context: RunContext
    poller: StatusPoller
    router: str
    nodes: tuple[str, ...]
    spec: OperationSpec
    sequencing: str = "node"
    policy: UpgradePolicy = UpgradePolicy()
    #: May its slot be given to others while its release is missing, as long as nothing has begun? See ReleaseMissing.
    hand_back: bool = False
    #: Was the router named alone? Otherwise a request for several nodes would reach further than what was named.
    whole: bool = True
    #: Does this release take requests for one node of a router?
    takes_nodes: bool = True
    heartbeat: bool = False
    #: The order of the nodes when the router starts, hours after it was planned; None: as they are given.
    order_now: Callable[[], waiting.Steps[tuple[str, ...]]] | None = None
    node: str = ""
    results: list[NodeResult] = field(default_factory=list)
    #: How long what took, in seconds: (kind, seconds) of each operation that succeeded.
    took: list[tuple[str, float]] = field(default_factory=list)
    #: An upgrade always keeps its slot; see RouterDownload.
    aside = False
    _operation: Operation | None = None
    #: The nodes whose operation has ended, and that are checked, reverted or explained now.
    _proving: Sequence[NodeLog] = ()
    #: Has a check after the operation found something, and is it repeated?
    _doubted: bool = False
    _phase: str = ""
    #: The install types from before, by node.
    _types: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._view = RouterView(self.context, self.poller, self.router, self.spec.wanted)
        self._concluded = ConcludedNodes(self._view, self.results, self.spec.request.operation == "revert")
        compares = self.spec.request.operation in ("upgrade", "downgrade")
        compare, doubt = self.policy.compare if compares else None, self._doubt
        self._comparison = Comparison(self._view, compare, self.policy.in_transition, doubt)
        self._post_checks = PostChecks(self._view, self.policy.post_checks, doubt)
        self._repeated = RepeatedChecks(self._view, self.policy.repeated_checks.get(self.router), doubt)
        self._missing = MissingRelease(
            self._view, self.policy.download, self._enter, self.results, self.hand_back and bool(self.policy.download)
        )
        self._turn = NodeTurn(self._view, self.policy.may_continue, self.policy.soak, self.results, self._enter)
        self._volumes = VolumeCheck(self._view, self.spec.request.operation, self.results)

    @property
    def accepted(self) -> bool:
        """True if the conductor accepted the request that was sent last: then the release is there."""
        operation = self._operation
        pending = operation.pending if operation is not None and operation.missing is None else None
        return pending is not None and pending.over and pending.error is None

    @property
    def ended(self) -> list[NodeResult]:
        """The results of the nodes whose operations have ended, and that are only checked, explained or taken back."""
        return [*self.results, *(log.result for log in self._proving)]

    @property
    def bad_end(self) -> str:
        """See RouterRun."""
        return bad_end_of(self.ended)

    @property
    def proving(self) -> bool:
        """See RouterRun."""
        return self._operation is not None and is_proving(map(self._proof_of, self.node_ids), self._doubted)

    def _proof_of(self, node_id: NodeId) -> NodeProof:
        """What is known of one node, for its proof: by its verdict, or while its operation is followed."""
        ended = next((result for result in self.ended if result.node == node_id.node), None)
        if ended is not None:
            return NodeProof(self._is_listed(node_id), _is_ours(ended), ended.state)
        node = self._operation.followed(node_id)
        if node is None or not node.progress.good:
            return NOT_BACK
        verdict, signs = node.outcome.state if node.outcome is not None else None, self._operation.signs(node)
        looks = self.context.limits.stable_polls
        return NodeProof(self._is_listed(node_id), _is_ours(node.result), verdict, node.progress, signs, looks)

    def _is_listed(self, node_id: NodeId) -> bool:
        """Does the list of assets show a node settled, and not on another version than the requested one?"""
        asset, wanted = self.poller.asset(*node_id), try_parse(self.spec.wanted)
        if asset is None or not asset.settled or not self.poller.answers:
            return False
        return asset.version is None or wanted is None or satisfies(asset.version, wanted) is not False

    def _doubt(self) -> None:
        self._doubted = True

    @property
    def _has_begun(self) -> bool:
        """True if the next node is the rest of what a command of ours has begun: what others began is only followed."""
        spec = self.spec
        return bool(self.results) and has_begun(
            self.context, self.poller, self.router, spec.request.operation, spec.wanted
        )

    @property
    def node_ids(self) -> tuple[NodeId, ...]:
        """The nodes, in order."""
        return tuple(map(self._view.node_id, self.nodes))

    def steps(self, check_mode: bool = False) -> Steps:
        """Do it. Raises ReleaseMissing, Abandoned, and PcliError where nothing could be learned before all else."""
        self._types = {asset.node: asset.install_type for asset in self.poller.peers(self.router, "")}
        if self.order_now is not None:
            self.nodes = yield from self.order_now()
        if not check_mode:
            yield from self._comparison.take_before(self.nodes)
            # What an earlier run began is followed first: its peer must not be touched before that has ended.
            running_first = sorted(self.node_ids, key=lambda node_id: not self._view.may_be_running(node_id))
            self.nodes = tuple(node_id.node for node_id in running_first)
        if not node_by_node(self.sequencing, self.takes_nodes):
            yield from self._all_at_once(check_mode)
            return self.results
        for node_id in self.node_ids:
            if any((result.router, result.node) == node_id for result in self.results):
                continue  # moved by itself with its peer, and followed to its end already
            bad = next((result for result in self.results if result.state not in GOOD), None)
            if bad is not None:
                self._concluded.not_touched(node_id, f"nothing was sent, since {bad.node} is {bad.state}")
                continue
            yield from self._one_node(node_id, check_mode)
        self._concluded.correct_verdicts()
        return self.results

    # -- one node, or all of them ---------------------------------------------------------------------------------

    def _one_node(self, node_id: NodeId, check_mode: bool) -> Generator[bool, None, None]:
        """One node of the router: before it, its operation, its proof."""
        request, rollback, warnings = of_node(self.spec.request, node_id), None, []
        if not check_mode:
            stopped, warnings = yield from self._turn.steps(node_id, self.nodes)
            if not stopped and self._repeated.due and self._view.needs_operation(node_id):
                lost = yield from self._repeated.steps()
                stopped = lost and f"nothing was sent: {lost}"
            if stopped:
                self._concluded.not_touched(node_id, stopped, "held" if self._has_begun else "not_started")
                return
        if self._view.needs_operation(node_id):
            rollback = yield from self._volumes.steps((node_id,), self.node_ids)
            if rollback.refused:
                state = self._volumes.refused_state(rollback, check_mode)
                self._concluded.not_touched(node_id, f"nothing was sent: {rollback.refused}", state)
                return
        try:
            ended = yield from self._operate(replace(self.spec, request=request, nodes=(node_id,)), check_mode)
        except (PcliError, JournalError) as error:
            if not self.results:
                raise
            # What became of the nodes before must not get lost.
            self._concluded.not_touched(node_id, f"nothing was sent: {error}")
            return
        yield from self._prove(ended, [*([rollback.warning] if rollback and rollback.warning else []), *warnings])

    def _all_at_once(self, check_mode: bool) -> Generator[bool, None, None]:
        """One request for the router; the conductor sequences its nodes, or moves them at once."""
        request = of_router(self.spec.request, self.router, self.nodes, self.whole, self.takes_nodes)
        node_ids = self.spec.nodes or self.node_ids
        needed = [node_id for node_id in node_ids if self._view.needs_operation(node_id)]
        rollback = yield from self._volumes.steps(needed, self.node_ids)
        if rollback.refused:
            for node_id in node_ids:
                state = self._volumes.refused_state(rollback, check_mode)
                self._concluded.not_touched(node_id, f"nothing was sent: {rollback.refused}", state)
            return
        ended = yield from self._operate(replace(self.spec, request=request, nodes=node_ids), check_mode)
        yield from self._prove(ended, may_revert=False)

    def _enter(self, phase: str, node: str = "") -> None:
        if (phase, node) != (self._phase, self.node):
            self._phase, self.node = phase, node
            self.context.events.emit(PhaseEntered(phase, router=self.router, node=node))

    # -- the operation --------------------------------------------------------------------------------------------

    def _operate(self, spec: OperationSpec, check_mode: bool) -> Steps:
        """Send the request and follow its nodes; again as long as the release is missing and may still arrive."""
        spec = replace(spec, before={result.node: result.from_version for result in self.results})
        if spec.request.operation != "revert" or self.spec.request.operation == "revert":
            # A revert after an upgrade is never held up.
            done = tuple(result.node for result in self.results if result.state == "done")
            spec = replace(spec, may=lambda: self._turn.limits(self.nodes), rest=self._has_begun, done=done)
        while True:
            self._enter(spec.request.operation, spec.nodes[0][1] if len(spec.nodes) == 1 else "")
            began, operation = self.context.clock.now(), Operation(self.context, self.poller, spec, self.heartbeat)
            self._operation = operation
            ended = yield from operation.steps(check_mode)
            if operation.missing is None:
                break
            stopped = yield from self._missing.steps(spec, operation.missing, self.node or self.router)
            if stopped is None:
                node_id = NodeId(*spec.nodes[0])
                stopped = yield from self._turn.wait_for_limits(node_id, self.nodes, NOT_THERE_YET)
            if stopped is not None:
                return self._missing.blocked(ended, stopped)
        if any(result.state == "done" and not result.adopted for result in ended):
            # A downgrade installs anew, as an upgrade does, and takes as long.
            kind = "upgrade" if spec.request.operation == "downgrade" else spec.request.operation
            self.took.append((kind, self.context.clock.now() - began))
        return self._missing.with_download(ended)

    # -- after a node ---------------------------------------------------------------------------------------------

    def _prove(
        self, ended: list[NodeResult], warnings: Sequence[str] = (), may_revert: bool = True
    ) -> Generator[bool, None, None]:
        """What proves the nodes that have just ended, and the revert of one that is bad; adds their results."""
        self._proving = logs = [NodeLog(self.context.events, result) for result in ended]
        for log in logs:
            for warning in warnings:
                log.record(Warned(warning))
        for log in logs:
            yield from self._check_health(log)
        self._doubted = False  # from here on its verdict counts
        if self.policy.post_checks is not None:
            self._enter("post checks", ended[-1].node if ended else "")
            yield from self._post_checks.steps(logs)
        yield from self._repeat_checks(logs)
        self._doubted = False
        for log in logs:
            yield from self._revert_if_bad(log, may_revert)
        due = self._comparison.due(ended, [log.result for log in logs])
        if due and not self._post_checks.conductor_lost:
            yield from self._compare(logs, may_revert)
            self._doubted = False
        for log in logs:
            events = yield from explain(self.context, log)
            yield from gather_evidence(self._view, log, events)
            explain_two_versions(log, self.poller)
            self._concluded.add(log)

    def _check_health(self, log: NodeLog) -> Generator[bool, None, None]:
        """The vendor's health check of a node that is done, unless it is one of the named checks."""
        types = self._types.get(log.result.node), log.result.install_type
        if log.result.state == "done" and types == ("package", "image"):
            log.record(Explained("it was converted from package to image", clause=True))
        self._enter("health check", log.result.node)
        if not self._post_checks.includes_vendor_check(log.result.node):
            yield from health_steps(self.context, log, self.policy.health, self._doubt)

    def _repeat_checks(self, logs: Sequence[NodeLog]) -> Generator[bool, None, None]:
        """Hold the router for what only the operation explained that is over now, and that is still so."""
        if not self._repeated.due or any(log.result.state not in GOOD for log in logs):
            return
        lost = yield from self._repeated.steps()
        for log in logs if lost else ():
            log.record(Judged("held", f"runs {spelled(log.result.running_version)}, but {lost}"))

    def _revert_if_bad(self, log: NodeLog, may_revert: bool) -> Generator[bool, None, None]:
        """The revert of a node that is bad itself, by its operation or by a check after it."""
        if log.result.local_fault and self.policy.revert:
            if may_revert:
                yield from self._revert(log)
            else:
                advice = "It was not reverted, since one request moved several nodes: examine it by hand"
                log.record(Explained(advice))

    def _compare(self, logs: list[NodeLog], may_revert: bool) -> Generator[bool, None, None]:
        """Hold a router that has lost something since before, or revert the node by setting (rule 21)."""
        log, result = logs[-1], logs[-1].result
        self._enter("comparison", result.node)
        known = {other.node for other in self.results} | {other.result.node for other in logs}
        outcome = yield from self._comparison.steps(known, self.nodes)
        if outcome is None:
            return
        self._post_checks.record_comparison(outcome)
        if outcome.changes is not None:
            log.record(outcome.changes)
        if outcome.not_compared:
            log.record(Warned(f"it was not compared with the time before: {outcome.not_compared}"))
        if outcome.lost is None:
            return
        _record_loss(self._view, log, outcome.lost)
        if self.policy.compare.on_regression == "revert" and may_revert:
            yield from self._revert(log)
        if log.result.state == "held" and self._comparison.half_done:
            log.record(Explained(_STAYS_HELD))

    def _revert(self, log: NodeLog) -> Generator[bool, None, None]:
        """Revert one node, where rule 20 lets us. What became of its upgrade never gets lost."""
        node_id, result = log.node_id, log.result
        if why := only_followed(result, self._view.is_conductor):
            # What became of a conductor is told by its task, from the warnings (see conductor_outcome).
            conductor = self._view.is_conductor
            log.record(Warned(f"{NOT_REVERTED}{why}") if conductor else Explained(f"It was not reverted: {why}"))
            return
        options = RevertOptions(
            node_id,
            before=result.from_version,
            accepted=result.accepted,
            upgraded_to=result.to_version,
            cohort_id=self.spec.request.cohort_id,
        )
        try:
            decision = yield from decide_revert(self.context, self.poller, options, self.policy.forbids_revert)
            if decision.there and result.accepted:
                before = decision.options.before
                reason = sentences(result.reason, f"It runs {spelled(before)} again by itself")
                log.end(NodeEnded("reverted", reason, local_fault=result.local_fault, running_version=before))
                return
            if decision.refused:
                log.record(Warned(f"{NOT_REVERTED}{decision.refused}"))
                return
            if decision.warning:
                log.record(Warned(decision.warning))
            self._view.report(result.node, f"{result.reason}; it is reverted")
            ended = yield from self._operate(decision.spec(), False)
        except (PcliError, JournalError) as error:
            log.record(Warned(f"{NOT_REVERTED}{error}"))
            return
        by_node = {(other.router, other.node): other for other in ended}
        log.record(Reverted(by_node[node_id]))


def _is_ours(result: NodeResult) -> bool:
    """True if a command of this run moves the node, and was accepted."""
    return result.accepted and not result.adopted


def _record_loss(view: RouterView, log: NodeLog, lost: str) -> None:
    """The node is held for a loss; where a check has failed as well, it stays failed, and its reason names both."""
    result, what = log.result, "conductor" if view.is_conductor else "router"
    if result.state in GOOD:
        log.record(Judged("held", f"runs {spelled(result.running_version)}, but the {what} {LOSS}: {lost}"))
    else:
        log.record(Explained(f"The {what} {LOSS}: {lost}"))
    view.report(result.node, f"{log.result.state}: {lost}")


def run_of(
    context: RunContext,
    poller: StatusPoller,
    target: Target,
    spec: OperationSpec,
    sequencing: str,
    policy: UpgradePolicy,
) -> RouterUpgrade:
    """The upgrade of a target that is worked on alone."""
    chosen = requested(sequencing, spec.request.simultaneous).name
    return RouterUpgrade(
        context, poller, target.router, target.nodes, spec, chosen, policy, whole=target.whole, heartbeat=True
    )
