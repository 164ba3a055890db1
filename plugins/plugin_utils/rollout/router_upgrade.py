# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upgrade of one router, node by node: the second never begins before the first is proven to be done.

The operation, the checks after it, for a bad node the revert (rules 20 and 21), the comparison, and before the next
node of a pair the soak (rule 9). The release was brought there before (see ``download_lane``). A generator like an
operation, so that many routers share one clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass, field, replace

from ..clock import format_duration
from ..pcli.errors import PcliError
from ..planning.sequencing import POLICIES, requested
from ..software.node_id import NodeId
from ..software.targets import Target
from .boot_volumes import Rollback, boot_volume_steps, rollback_steps
from .context import RunContext, Steps
from .download import DownloadOptions
from .events import Explained, Judged, NodeEnded, Reverted, Warned
from .journal import JournalError
from .missing_release import MissingRelease, ReleaseMissing
from .node_log import NodeLog
from .operation import Operation, OperationSpec
from .poller import StatusPoller
from .post_checks import PostCheckOptions, PostChecks
from .regressions import ComparisonOptions, explain
from .results import NOT_REVERTED, NodeResult
from .revert import RevertOptions, decide_revert
from .router_view import RouterView
from .verify import Comparison, HealthOptions, Soak, health_steps

__all__ = ["HealthOptions", "ReleaseMissing", "RouterUpgrade", "UpgradePolicy", "run_of"]

GOOD = ("done", "up_to_date", "planned")


@dataclass(frozen=True)
class UpgradePolicy:
    """What is done around the operation of a node. None: not at all."""

    health: HealthOptions = field(default_factory=HealthOptions)
    #: The named checks after each node. None: none.
    post_checks: PostCheckOptions | None = None
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
    """What is done with one router. ``phase`` and ``node`` say where it is; ``results`` what came of its nodes so far.

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
    phase: str = "waiting"
    node: str = ""
    since: float = 0.0
    began: float = 0.0
    results: list[NodeResult] = field(default_factory=list)
    #: How long what took, in seconds: (kind, seconds) of each operation that succeeded.
    took: list[tuple[str, float]] = field(default_factory=list)
    #: An upgrade always keeps its slot; see RouterDownload.
    aside = False
    _operation: Operation | None = None
    #: The install types from before, by node.
    _types: dict[str, str | None] = field(default_factory=dict)
    #: False once a node of this router has printed no volumes: its peer is not asked then.
    _prints_volumes: bool = True

    def __post_init__(self) -> None:
        self._view = RouterView(self.context, self.poller, self.router, self.spec.wanted)
        compares = self.spec.request.operation in ("upgrade", "downgrade")
        self._comparison = Comparison(self._view, self.policy.compare if compares else None, self.policy.in_transition)
        self._post_checks = PostChecks(self._view, self.policy.post_checks)
        self._missing = MissingRelease(self._view, self.policy.download, self._enter)

    @property
    def accepted(self) -> bool:
        """True if the conductor accepted the request that was sent last: then the release is there."""
        operation = self._operation
        pending = operation.pending if operation is not None and operation.missing is None else None
        return pending is not None and pending.over and pending.error is None

    @property
    def node_ids(self) -> tuple[NodeId, ...]:
        """The nodes, in order."""
        return tuple(map(self._view.node_id, self.nodes))

    def steps(self, check_mode: bool = False) -> Steps:
        """Do it. Raises ReleaseMissing, Abandoned, and PcliError where nothing could be learned before all else."""
        self.began = self.context.clock.now()
        self._types = {asset.node: asset.install_type for asset in self.poller.peers(self.router, "")}
        if not check_mode:
            yield from self._comparison.take_before(self.nodes)
            # What an earlier run began is followed first: its peer must not be touched before that has ended.
            running_first = sorted(self.node_ids, key=lambda node_id: not self._view.may_be_running(node_id))
            self.nodes = tuple(node_id.node for node_id in running_first)
        if not POLICIES[self.sequencing].by_node or not self.takes_nodes:
            yield from self._all_at_once(check_mode)
            return self.results
        for node_id in self.node_ids:
            if any((result.router, result.node) == node_id for result in self.results):
                continue  # moved by itself with its peer, and followed to its end already
            bad = next((result for result in self.results if result.state not in GOOD), None)
            if bad is not None:
                self._not_touched(node_id, f"nothing was sent, since {bad.node} is {bad.state}")
                continue
            yield from self._one_node(node_id, check_mode)
        return self.results

    # -- one node, or all of them ---------------------------------------------------------------------------------

    def _one_node(self, node_id: NodeId, check_mode: bool) -> Generator[bool, None, None]:
        """One node of the router: before it, its operation, its proof."""
        request, rollback, warnings = replace(self.spec.request, router=node_id.router, node=node_id.node), None, []
        if not check_mode:
            stopped, warnings = yield from self._before_next(node_id)
            if stopped:
                self._not_touched(node_id, stopped, "held" if self.results else "not_started")
                return
        if self._view.needs_operation(node_id):
            rollback = yield from self._check_volumes((node_id,))
            if rollback.refused:
                state = self._refused_state(rollback, check_mode)
                self._not_touched(node_id, f"nothing was sent: {rollback.refused}", state)
                return
        try:
            ended = yield from self._operate(replace(self.spec, request=request, nodes=(node_id,)), check_mode)
        except (PcliError, JournalError) as error:
            if not self.results:
                raise
            # What became of the nodes before must not get lost.
            self._not_touched(node_id, f"nothing was sent: {error}")
            return
        yield from self._prove(ended, [*([rollback.warning] if rollback and rollback.warning else []), *warnings])

    def _all_at_once(self, check_mode: bool) -> Generator[bool, None, None]:
        """One request for the router; the conductor sequences its nodes, or moves them at once."""
        node = None if self.whole or not self.takes_nodes else self.nodes[0]
        group = self.spec.request.resource_group
        request = replace(self.spec.request, router=None if group else self.router, node=node)
        node_ids = self.spec.nodes or self.node_ids
        needed = [node_id for node_id in node_ids if self._view.needs_operation(node_id)]
        if not check_mode and needed:
            stopped = yield from self._wait_for_limits(node_ids[0])
            if stopped:
                for node_id in node_ids:
                    self._not_touched(node_id, stopped)
                return
            needed = [node_id for node_id in node_ids if self._view.needs_operation(node_id)]
        rollback = yield from self._check_volumes(needed)
        if rollback.refused:
            for node_id in node_ids:
                state = self._refused_state(rollback, check_mode)
                self._not_touched(node_id, f"nothing was sent: {rollback.refused}", state)
            return
        ended = yield from self._operate(replace(self.spec, request=request, nodes=node_ids), check_mode)
        yield from self._prove(ended, may_revert=False)

    def _not_touched(self, node_id: NodeId, reason: str, state: str = "not_started") -> None:
        """Add the result of a node to which nothing was sent."""
        asset = self.poller.asset(*node_id)
        running = asset.version_text if asset else None
        result = NodeResult(
            *node_id,
            from_version=running,
            running_version=running,
            to_version=self.spec.wanted,
            install_type=asset.install_type if asset else None,
        )
        self.results.append(self._log(result).end(NodeEnded(state, reason)))

    def _log(self, result: NodeResult) -> NodeLog:
        return NodeLog(self.context.events, result)

    def _enter(self, phase: str, node: str = "") -> None:
        self.phase, self.node, self.since = phase, node, self.context.clock.now()

    # -- before a node --------------------------------------------------------------------------------------------

    def _before_next(self, node_id: NodeId) -> Generator[bool, None, tuple[str | None, list[str]]]:
        """Wait until the pair is fit for its next node. Returns why it must not be touched, and warnings."""
        asset = self.poller.asset(*node_id)
        if not self.results or not self._view.needs_operation(node_id) or (asset is not None and asset.busy):
            return None, []
        stopped = yield from self._wait_for_limits(node_id)
        if stopped or self.policy.soak is None:
            return stopped, []
        self._enter("soak", node_id.node)
        done = [result.node for result in self.results]
        soak = Soak(self._view, self.nodes, done, node_id.node, self.policy.soak)
        well_for = format_duration(self.policy.soak)
        self._view.report(node_id.node, f"waits until {', '.join(done)} has been well for {well_for}")
        troubles = yield from soak.steps()
        if troubles:
            limit = format_duration(soak.limit)
            why = f"nothing was sent, since the pair has not been well for long enough within {limit}: {troubles}"
            return why, soak.unavailable
        return (yield from self._wait_for_limits(node_id)), soak.unavailable

    def _wait_for_limits(self, node_id: NodeId, waits_for: str = "") -> Generator[bool, None, str | None]:
        """Wait while the whole authority is not well; the reason as soon as no further node may be started."""
        while True:
            go, never = self._limits()
            if go or never:
                return f"nothing was sent: {never}" if never else None
            self._enter(waits_for or "waits until the authority is well again", node_id.node)
            yield False

    def _limits(self) -> tuple[bool, str]:
        ended = {result.node for result in self.results}
        return self.policy.may_continue([node for node in self.nodes if node not in ended])

    def _check_volumes(self, node_ids: Sequence[NodeId]) -> Generator[bool, None, Rollback]:
        """Where a revert leads, or whether another volume is selected for the next boot of a node.

        What seems to run there, or was begun by an earlier run, is followed to its end, and not judged.
        """
        assets = {node_id: self.poller.asset(*node_id) for node_id in node_ids}
        fresh = [
            node_id
            for node_id, asset in assets.items()
            if not (self._view.may_be_running(node_id) or (asset is not None and asset.busy))
        ]
        if not fresh:
            return Rollback()
        operation = self.spec.request.operation
        if operation != "revert":
            if not self._prints_volumes:
                return Rollback()
            rollback, self._prints_volumes = yield from boot_volume_steps(self.context, self.poller, fresh, operation)
            return rollback
        rollback = Rollback()
        for node_id in reversed(self._with_later_nodes(fresh)):  # the last answer is the one of the node that comes now
            rollback = yield from rollback_steps(self.context, self.poller, node_id, self.spec.wanted)
            if rollback.refused:
                named = f"{node_id.node}: {rollback.refused}"
                return rollback if node_id in node_ids else replace(rollback, refused=named)
        return rollback

    def _with_later_nodes(self, node_ids: list[NodeId]) -> list[NodeId]:
        """Before a router is begun, with the nodes behind: a pair of which one cannot go back is not torn apart."""
        if self.results:
            return node_ids
        view = self._view
        later = [node_id for node_id in self.node_ids if node_id not in node_ids and view.needs_operation(node_id)]
        return [*node_ids, *(node_id for node_id in later if not view.may_be_running(node_id))]

    def _refused_state(self, rollback: Rollback, check_mode: bool) -> str:
        """How a node ends to which nothing may be sent. In a rollout that is no failure: the router is blocked."""
        if any(result.state == "done" for result in self.results) and not check_mode:
            return "held"
        return "blocked" if self.poller.shared and rollback.told else "not_started"

    # -- the operation --------------------------------------------------------------------------------------------

    def _operate(self, spec: OperationSpec, check_mode: bool) -> Steps:
        """Send the request and follow its nodes; again as long as the release is missing and may still arrive."""
        if spec.request.operation != "revert" or self.spec.request.operation == "revert":
            spec = replace(spec, may=self._limits)  # a revert after an upgrade is never held up
        while True:
            self._enter(spec.request.operation, spec.nodes[0][1] if len(spec.nodes) == 1 else "")
            began, operation = self.context.clock.now(), Operation(self.context, self.poller, spec, self.heartbeat)
            self._operation = operation
            ended = yield from operation.steps(check_mode)
            if operation.missing is None:
                break
            stopped = yield from self._wait_for_release(spec, operation.missing)
            if stopped is not None:
                return self._blocked(ended, stopped)
        if any(result.state == "done" and not result.adopted for result in ended):
            # A downgrade installs anew, as an upgrade does, and takes as long.
            kind = "upgrade" if spec.request.operation == "downgrade" else spec.request.operation
            self.took.append((kind, self.context.clock.now() - began))
        return ended

    def _wait_for_release(self, spec: OperationSpec, words: str) -> Generator[bool, None, str | None]:
        """The request was refused since the release is not there. None: it is sent again; else why it is not.

        Raises ReleaseMissing where nothing has begun, so that whoever has the slots waits without one.
        """
        downloads = self.policy.download is not None
        if downloads and self.hand_back and not any(result.state == "done" for result in self.results):
            raise ReleaseMissing(words)
        stopped = yield from self._missing.steps(spec, words, self.node or self.router)
        if stopped is not None:
            return stopped
        return (yield from self._wait_for_limits(NodeId(*spec.nodes[0]), "its release is not there yet"))

    def _blocked(self, ended: list[NodeResult], why: str) -> list[NodeResult]:
        """Nothing was begun: that is no failure. The second node of a pair is held."""
        if not self.poller.shared:
            return ended
        logs, held = list(map(self._log, ended)), any(result.state == "done" for result in self.results)
        for log in logs:
            if log.result.state == "failed":
                reason = f"{log.result.reason} Not tried again: {why}"
                log.record(Judged("held" if held else "blocked", reason))
        return [log.result for log in logs]

    # -- after a node ---------------------------------------------------------------------------------------------

    def _prove(
        self, ended: list[NodeResult], warnings: Sequence[str] = (), may_revert: bool = True
    ) -> Generator[bool, None, None]:
        """What proves the nodes that have just ended, and the revert of one that is bad; adds their results."""
        logs = list(map(self._log, ended))
        for log in logs:
            for warning in warnings:
                log.record(Warned(warning))
        for log in logs:
            yield from self._check_health(log)
        self._enter("post checks", ended[-1].node if ended else "")
        yield from self._post_checks.steps(logs)
        for log in logs:
            yield from self._revert_if_bad(log, may_revert)
        if self._comparison.due([log.result for log in logs]):
            yield from self._compare(logs, may_revert)
        self.results += [log.result for log in logs]

    def _check_health(self, log: NodeLog) -> Generator[bool, None, None]:
        """The vendor's health check of a node that is done, unless it is one of the named checks."""
        types = self._types.get(log.result.node), log.result.install_type
        if log.result.state == "done" and types == ("package", "image"):
            log.record(Explained("it was converted from package to image", clause=True))
        self._enter("health check", log.result.node)
        if not self._post_checks.includes_vendor_check(log.result.node):
            yield from health_steps(self.context, log, self.policy.health)

    def _revert_if_bad(self, log: NodeLog, may_revert: bool) -> Generator[bool, None, None]:
        """The revert of a node that is bad itself, by its operation or by a check after it."""
        if log.result.local_fault and self.policy.revert and self.spec.request.operation == "upgrade":
            if may_revert:
                yield from self._revert(log)
            else:
                advice = "It was not reverted, since one request moved several nodes: examine it by hand"
                log.record(Explained(advice))
        yield from explain(self.context, log, self.poller)

    def _compare(self, logs: list[NodeLog], may_revert: bool) -> Generator[bool, None, None]:
        """Hold a router that has lost something since before, or revert the node by setting (rule 21)."""
        log, result = logs[-1], logs[-1].result
        self._enter("comparison", result.node)
        known = {other.node for other in self.results} | {other.result.node for other in logs}
        lost = yield from self._comparison.steps(known, self.nodes)
        self._post_checks.record_comparison(lost)
        if lost is None:
            return
        reason = f"runs {result.running_version}, but the router has lost something since before: {lost}"
        log.record(Judged("held", reason))
        self._view.report(result.node, f"held: {lost}")
        if self.policy.compare.on_regression == "revert" and may_revert:
            yield from self._revert(log)

    def _revert(self, log: NodeLog) -> Generator[bool, None, None]:
        """Revert one node, where rule 20 lets us. What became of its upgrade never gets lost."""
        node_id, result = log.node_id, log.result
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
                before, ended = decision.options.before, result.ended
                words = f"it runs {before} again by itself"
                log.record(Reverted(NodeResult(*node_id, "up_to_date", words, running_version=before, ended=ended)))
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
