# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What proves a node after its operation: the vendor's health check, the comparison with the time before, the soak.

Each of them is a generator that yields while it waits, so that one slow router does not hold up the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass, field
from functools import partial

from ..checks.registry import CheckResult
from ..checks.runner import CheckRun
from ..checks.vendor_health import NoAnswer, VendorHealthChecks
from ..checks.waiter import StableWait
from ..clock import format_duration
from ..conductor.grammar import NotOffered
from ..conductor.request import Request
from ..pcli.errors import DeviceError, NoPrompt, PcliError
from ..pcli.waiting import Steps
from ..software.assets import Asset
from ..software.health import Health
from ..software.node_id import NodeId
from ..software.system import within
from ..software.versions import satisfies, spelled, try_parse
from .context import RunContext
from .events import Judged, Stepped, Warned
from .levels import ALL
from .node_log import NodeLog
from .pair import pair_troubles, pair_unavailable
from .regressions import ComparisonOptions, ComparisonOutcome, find_regressions, take_snapshot
from .requests import health_check_of
from .results import NodeResult
from .router_view import RouterView

# -- the vendor's health check ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HealthOptions:
    """Whether the vendor's own health check runs after a node, and what an unreadable answer means (rule 17).

    Seconds: ``timeout`` for its answer; ``retry_pause`` before a failing one is repeated once, since it is known to
    fail or to time out for a moment after a restart (I95-64218, I95-65656).
    """

    run: bool = True
    unknown: str = "warn"
    timeout: float = 900
    retry_pause: float = 30


def health_steps(
    context: RunContext, log: NodeLog, options: HealthOptions, doubt: Callable[[], None] = lambda: None
) -> Generator[bool, None, None]:
    """Run the vendor's health check on a node that is done; a failure makes it ``failed``, a fault of its own.

    An unreadable answer is a warning, or holds the node by setting; one that speaks of a failure always holds it.
    ``doubt`` is called before a check that has found something is repeated.
    """
    result = log.result
    if result.state != "done" or not options.run:
        return
    context.tell(f"{result.node}.{result.router}: the conductor's own health check runs", ALL)
    request = health_check_of(NodeId(result.router, result.node))
    for last_try in (False, True):
        try:
            verdict = yield from _health_verdict(context, request, options)
        except NotOffered:
            log.record(Warned("no health check of the vendor's exists below 6.3"))
            return
        except NoAnswer:
            why = f"it has not answered within {format_duration(options.timeout)}"
            _unknown(log, why, options.unknown == "hold")
            return
        except PcliError as error:
            _unknown(log, f"it could not be run: {error}", options.unknown == "hold")
            return
        log.record(Stepped(f"health check: {verdict.state}", verdict.words, quiet=True))
        context.tell(f"{result.node}.{result.router}: health check: {verdict.state} ({verdict.reason})")
        if last_try or not (verdict.state == "fail" or verdict.speaks_of_failure):
            break
        doubt()
        yield from context.waiting.pause(options.retry_pause)
    if verdict.state == "fail":
        reason = f"runs {spelled(result.running_version)}, but its own health check failed: {verdict.reason}"
        log.record(Judged("failed", reason, local_fault=True))
    elif verdict.state == "unknown":
        _unknown(log, verdict.why_unknown, verdict.holds(options.unknown))


def _health_verdict(context: RunContext, request: Request, options: HealthOptions) -> Steps[Health]:
    """The verdict of one health check, which starts as soon as a shell is free. Raises PcliError."""
    checks = VendorHealthChecks(context.conductor, context.clock, options.timeout, shell_patience=options.timeout)
    answers = yield from checks.steps({request.node: request}, context.waiting)
    verdict = answers[request.node]
    if isinstance(verdict, PcliError):
        raise verdict
    return verdict


def _unknown(log: NodeLog, why: str, holds: bool) -> None:
    log.record(Warned(f"the health check is unknown: {why}"))
    if holds:
        running = spelled(log.result.running_version)
        log.record(Judged("held", f"runs {running}, but its health check is unknown: {why}"))


# -- the comparison with the time before ------------------------------------------------------------------------------


#: The states of a node whose operation has brought it to the requested version, or that ran it already.
_ON_VERSION = ("done", "up_to_date")
#: Those that it may have after the checks, to be compared with the time before.
_COMPARED = (*_ON_VERSION, "failed", "held")


@dataclass
class Comparison:
    """Compares a router with the time before its operation. ``options`` None: nothing is compared.

    ``in_transition``: routers that are being changed or are not settled; what leads to them is no loss (rule 21).
    """

    view: RouterView
    options: ComparisonOptions | None
    in_transition: Callable[[], Collection[str]] = lambda: ()
    #: Called as soon as something is missing.
    doubt: Callable[[], None] = lambda: None
    _before: dict | None = None
    #: Was the snapshot from before requested? It may have failed all the same.
    _requested: bool = False
    #: Was the snapshot taken by an earlier task or run, before this router was begun?
    _kept: bool = False

    def take_before(self, nodes: Sequence[str]) -> Steps[None]:
        """Take the router as it is now, or as it was before an earlier run began with it. Raises JournalError.

        What was kept stays as long as the router is half done, also where only its next node is named.
        """
        view, journal = self.view, self.view.context.journal
        if self.options is None or not nodes:
            return
        self._requested = True
        node_ids = [view.node_id(node) for node in nodes]
        all_ids = [*node_ids, *map(view.node_id, view.all_nodes())]
        begun = any(map(view.has_open_record, node_ids)) or not all(map(view.needs_operation, all_ids))
        kept = (journal.kept("before", view.router) or {}) if begun else {}
        # What an earlier rollout to another release has kept says nothing about this one.
        self._before = kept.get("snapshot") if _same_version(kept.get("wanted"), view.wanted) else None
        self._kept = self._before is not None
        if self._before is None:
            nodes = view.all_nodes()
            self._before = yield from take_snapshot(view.context, view.poller, view.router, nodes, self.options)
            data = {"router": view.router, "wanted": view.wanted, "snapshot": self._before}
            journal.keep("before", view.router, data if self._before else None)

    @property
    def half_done(self) -> bool:
        """True if a node of the router still runs another version, also one that was not named."""
        return any(self.view.needs_operation(self.view.node_id(node)) for node in self.view.all_nodes())

    def due(self, ended: Sequence[NodeResult], checked: Sequence[NodeResult]) -> bool:
        """True if these nodes are to be compared: all run the requested version, and none is bad itself.

        ``ended``: their results before the checks after the operation; ``checked``: those after them. A failed check
        is no reason not to compare. Nodes that an earlier run upgraded are compared before the next node is begun.
        """
        if not self._requested or not ended or any(result.state not in _ON_VERSION for result in ended):
            return False
        if any(result.local_fault or result.state not in _COMPARED for result in checked):
            return False
        return any(result.state == "done" for result in ended) or (self._kept and self.half_done)

    def steps(self, ended: Collection[str], nodes: Sequence[str]) -> Generator[bool, None, ComparisonOutcome | None]:
        """What the router has lost since before; None where it is compared after a later node.

        ``nodes``: those of this operation; ``ended``: those of them that have a result.
        """
        view = self.view
        rows = view.poller.peers(view.router, "")
        if any(not row.settled for row in rows if row.node in nodes and row.node not in ended):
            return None  # its peer moves too (rule 8), or is examined next; it is compared after that one
        if self._before is None:
            return ComparisonOutcome(not_compared="its state before could not be read")
        # Also where only one node of the pair was named: the other one differs then, and that is no loss.
        half_done, nodes = self.half_done, view.all_nodes()
        return (
            yield from find_regressions(
                view.context, view.poller, self._before, nodes, self.options, self.in_transition, half_done, self.doubt
            )
        )


def _same_version(kept: object, wanted: str) -> bool:
    """True if both name one version: a conductor may offer it in a shorter spelling than it shows once it runs it."""
    if kept == wanted:
        return True
    versions = try_parse(str(kept or "")), try_parse(wanted)
    return None not in versions and bool(satisfies(*versions) or satisfies(*reversed(versions)))


# -- the soak before the next node ------------------------------------------------------------------------------------


#: The name under which the state of a pair is reported.
_PAIR = "pair"


@dataclass
class Soak:
    """The time for which a pair must have been well before its next node is begun (rule 9).

    ``nodes``: those of the operation; ``done``: those that are done; ``coming``: the one that is next.
    """

    view: RouterView
    nodes: Sequence[str]
    done: Sequence[str]
    coming: str
    seconds: float
    #: What could not be read about the pair when it was examined last.
    unavailable: list[str] = field(default_factory=list)

    @property
    def limit(self) -> float:
        """Seconds after which nobody waits any longer."""
        return self.seconds + self.view.context.limits.settle_timeout

    def steps(self) -> Steps[str | None]:
        """None as soon as the pair was well for the whole soak; the last troubles once there is no more time."""
        context, poller = self.view.context, self.view.poller
        wait = StableWait(
            context.clock,
            context.limits.settle_timeout,
            self.seconds,
            pause=0,  # one round with every poll
            retry_pause=0,
            report_progress=lambda words: self.view.report(self.coming, f"not yet: {words}"),
            describe=_words,
        )
        check_run = yield from wait.steps(lambda kept: self._round(wait), lambda: not poller.final, context.waiting)
        return _words([result for result in check_run.results if result.blocks]) or None

    def _round(self, wait: StableWait) -> Steps[CheckRun]:
        """One examination. A full one costs remote commands: between begin and end only the list of assets counts."""
        full = wait.good_since is None or self.view.context.clock.now() - wait.good_since >= self.seconds
        troubles = yield from self._troubles(full)
        router = self.view.router
        results = [CheckResult(_PAIR, router, "fail", "block", words) for words in troubles]
        return CheckRun(results, {router: results})

    def _troubles(self, full: bool) -> Steps[list[str]]:
        """What keeps the next node from being begun. ``full``: ask for connectivity and processes, too."""
        view, poller = self.view, self.view.poller
        troubles = self._unfit()
        if troubles or not full:
            return troubles or pair_troubles(view.router, self.done, self._rows(), (), ())
        conductor, ask = view.context.conductor, view.context.waiting.ask
        try:
            links = yield from ask(partial(_unless_refused, conductor.connectivity, view.router))
            processes = yield from ask(partial(_unless_refused, conductor.processes, view.router))
        except PcliError as error:
            return [str(error)]
        self.unavailable = pair_unavailable(links, processes)
        rows = self._rows()  # as they are now: the answers may have taken minutes
        others = [row.node for row in poller.assets() if row.router != view.router]
        inside = within(links or (), view.router, [row.node for row in rows], others)
        return self._unfit() or pair_troubles(view.router, self.done, rows, inside, processes or ())

    def _unfit(self) -> list[str]:
        """What makes it useless to ask the pair itself."""
        view, poller = self.view, self.view.poller
        if not poller.answers:
            return [f"the conductor cannot be asked ({poller.trouble or poller.final})"]
        # One that only synchronizes for a moment would end not_started, and the pair half done. What is away or busy
        # may have been moved by the conductor itself (rule 8), and is followed.
        coming = [row for row in self._rows() if row.node == self.coming]
        moving = [row for row in coming if not (row.settled or row.away or row.busy)]
        if moving and view.needs_operation(view.node_id(self.coming)):
            return [f"{self.coming} is {moving[0].status or 'without a state'}"]
        return []

    def _rows(self) -> list[Asset]:
        view, poller = self.view, self.view.poller
        rows = [row for node in self.nodes if (row := poller.asset(view.router, node))]
        return rows + [row for row in poller.peers(view.router, self.nodes[0]) if row not in rows]


def _words(results: Sequence[CheckResult]) -> str:
    return "; ".join(result.reason for result in results)


def _unless_refused(query: Callable[[str], list | None], router: str) -> list | None:
    """The answer about the router; None where it was refused, cannot be read, or did not come in time."""
    try:
        return query(router)
    except (DeviceError, NoPrompt):
        return None
