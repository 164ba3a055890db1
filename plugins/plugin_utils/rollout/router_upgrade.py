# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One router, node by node: never the second while the first is not proven to be done.

The operation, the vendor's health check, for a bad node the way back (rules 20 and 21), and before the next node of a
pair the soak (rule 9). The release was brought there before (see ``lane``). A generator like an operation, so that many
routers share one clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass, field, replace

from ..clock import format_duration, format_timestamp
from ..conductor.grammar import NotOffered, Request
from ..pcli.errors import DeviceError, NoFreeShell, NoPrompt, PcliError
from ..planning.revert_rules import RevertCase, revert_refused
from ..software.node_status import NodeStatus, runs
from ..software.request_refusals import still_downloading
from ..software.system import within
from ..software.targets import Target
from ..software.versions import try_parse
from .busy import open_intent
from .context import RunContext, Steps
from .download import Download, DownloadOptions, patiently
from .download_lane import FIRST_PAUSE, LONGEST_PAUSE, download_for
from .journal import JournalError
from .operation import Operation, OperationSpec
from .pair import pair_troubles, pair_unavailable
from .poller import StatusPoller
from .regressions import ComparisonOptions, explain, find_regressions, take_snapshot
from .results import NodeResult, Step
from .rollback import Rollback, boot_volume_steps, rollback_steps
from .sentences import sentences

GOOD = ("done", "up_to_date", "planned")


class ReleaseMissing(Exception):
    """The conductor refused the first request for a router, since the release is not there yet. Nothing was begun."""


@dataclass(frozen=True)
class HealthOptions:
    """Whether the vendor's own health check is run after a node, and what an unreadable answer means (rule 17).

    Seconds: ``timeout`` for its answer; ``retry_pause`` until a failing one is asked once more, since it is known to
    fail or to time out for a moment after a restart (I95-64218, I95-65656).
    """

    run: bool = True
    unknown: str = "warn"
    timeout: float = 900
    retry_pause: float = 30


@dataclass(frozen=True)
class UpgradePolicy:
    """What is done around the operation of a node. None: not at all."""

    health: HealthOptions = HealthOptions()
    #: How a release is waited for that turns out to be missing. None: it is not.
    download: DownloadOptions | None = None
    #: Seconds for which a pair must have been well before its second node (rule 9).
    soak: float | None = None
    revert: bool = False
    #: May the next node be started now, given those that are left? With a reason, it never will.
    may_continue: Callable[[list[str]], tuple[bool, str]] = lambda left: (True, "")
    #: What is compared with the time before. None: nothing.
    compare: ComparisonOptions | None = None
    #: Routers that are being worked on or are not settled: what leads to them is no loss (rule 21).
    in_transition: Callable[[], Collection[str]] = lambda: ()


@dataclass
class RouterUpgrade:
    """What is done with one router. ``phase`` and ``node`` say where it is; ``results`` what came of its nodes so far.

    ``sequencing``: ``node`` for a request for each node; ``vendor`` or ``simultaneous`` for one for the router.
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
    #: How long what took, in seconds: (kind, seconds) of each operation that ended well.
    took: list[tuple[str, float]] = field(default_factory=list)
    #: An upgrade always keeps its slot; see RouterDownload.
    aside = False
    _operation: Operation | None = None

    @property
    def accepted(self) -> bool:
        """Did the conductor accept the request that was sent last? Then the release is there."""
        operation = self._operation
        pending = operation.pending if operation is not None and operation.missing is None else None
        return pending is not None and pending.over and pending.error is None

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """(router, node) of each node, in order."""
        return tuple((self.router, node) for node in self.nodes)

    def steps(self, check_mode: bool = False) -> Steps:
        """Do it. Raises ReleaseMissing, Abandoned, and PcliError where nothing could be learned before all else."""
        self.began = self.context.clock.now()
        self._types = {row.node: row.install_type for row in self.poller.peers(self.router, "")}
        if not check_mode:
            self._look_before()
            # What an earlier run began is followed first: its peer must not be touched before that has ended.
            self.nodes = tuple(sorted(self.nodes, key=lambda node: not self._goes_on((self.router, node))))
        if self.sequencing != "node" or not self.takes_nodes:
            yield from self._at_once(check_mode)
            return self.results
        for place in self.places:
            if any((result.router, result.node) == place for result in self.results):
                continue  # moved by itself with its peer, and followed to its end already
            bad = next((result for result in self.results if result.state not in GOOD), None)
            if bad is not None:
                self._not_touched(place, f"nothing was sent, since {bad.node} is {bad.state}")
                continue
            yield from self._one(place, check_mode)
        return self.results

    def _one(self, place: tuple[str, str], check_mode: bool) -> Generator[bool, None, None]:
        """One node of the router."""
        request, back = replace(self.spec.request, router=place[0], node=place[1]), Rollback()
        self._untold = []
        if not check_mode:
            stopped = yield from self._before_next(place)
            if stopped:
                self._not_touched(place, stopped, "held" if self.results else "not_started")
                return
        if self._is_needed(place):
            back = yield from self._volumes((place,))
            if back.refused:
                self._not_touched(place, f"nothing was sent: {back.refused}", self._refused_state(back, check_mode))
                return
        try:
            found = yield from self._operate(replace(self.spec, request=request, nodes=(place,)), check_mode)
        except (PcliError, JournalError) as error:
            if not self.results:
                raise
            # What became of the nodes before must not get lost.
            self._not_touched(place, f"nothing was sent: {error}")
            return
        for result in found:
            result.warnings += [*([back.warning] if back.warning else []), *self._untold]
            yield from self._prove(result)
        yield from self._compare(found)
        self.results += found

    def _volumes(self, places: Sequence[tuple[str, str]]) -> Generator[bool, None, Rollback]:
        """Where a revert leads, or whether another volume is selected for the next boot of a node.

        What seems to run there, or was begun by an earlier run, is followed to its end, and not judged.
        """
        rows = {place: self.poller.asset(*place) for place in places}
        fresh = [place for place, row in rows.items() if not (self._goes_on(place) or (row is not None and row.busy))]
        if not fresh:
            return Rollback()
        operation = self.spec.request.operation
        if operation != "revert":
            if not self._prints_volumes:
                return Rollback()
            back, self._prints_volumes = yield from boot_volume_steps(self.context, self.poller, fresh, operation)
            return back
        back = Rollback()
        for place in reversed(self._ahead(fresh)):  # the last answer is the one of the node that comes now
            back = yield from rollback_steps(self.context, self.poller, place, self.spec.wanted)
            if back.refused:
                return back if place in places else replace(back, refused=f"{place[1]}: {back.refused}")
        return back

    def _ahead(self, places: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Before a router is begun, with the nodes behind: a pair of which one cannot go back is not torn apart."""
        if self.results:
            return places
        later = [place for place in self.places if place not in places and self._is_needed(place)]
        return [*places, *(place for place in later if not self._goes_on(place))]

    def _refused_state(self, back: Rollback, check_mode: bool) -> str:
        """How a node ends to which nothing may be sent. In a roll-out that is no failure: the router is blocked."""
        if any(result.state == "done" for result in self.results) and not check_mode:
            return "held"
        return "blocked" if self.poller.shared and back.told else "not_started"

    def _at_once(self, check_mode: bool) -> Generator[bool, None, None]:
        """One request for the router; the conductor sequences its nodes, or moves them at once."""
        node = None if self.whole or not self.takes_nodes else self.nodes[0]
        group = self.spec.request.resource_group
        request = replace(self.spec.request, router=None if group else self.router, node=node)
        places = self.spec.nodes or self.places
        if not check_mode and any(self._is_needed(place) for place in places):
            stopped = yield from self._let_go_on(places[0])
            if stopped:
                for place in places:
                    self._not_touched(place, stopped)
                return
        back = yield from self._volumes([place for place in places if self._is_needed(place)])
        if back.refused:
            for place in places:
                self._not_touched(place, f"nothing was sent: {back.refused}", self._refused_state(back, check_mode))
            return
        found = yield from self._operate(replace(self.spec, request=request, nodes=places), check_mode)
        for result in found:
            yield from self._prove(result, may_revert=False)
        yield from self._compare(found, may_revert=False)
        self.results += found

    def _operate(self, spec: OperationSpec, check_mode: bool) -> Steps:
        if spec.request.operation != "revert" or self.spec.request.operation == "revert":
            spec = replace(spec, may=self._limits)  # a way back is never held up
        while True:
            self._enter(spec.request.operation, spec.nodes[0][1] if len(spec.nodes) == 1 else "")
            began, operation = self.context.clock.now(), Operation(self.context, self.poller, spec, self.heartbeat)
            self._operation = operation
            found = yield from operation.steps(check_mode)
            if operation.missing is None:
                break
            stopped = yield from self._wait_for_release(spec, operation.missing)
            if stopped is not None:
                return self._blocked(found, stopped)
        if any(one.state == "done" and not one.adopted for one in found):
            # A downgrade installs anew, as an upgrade does, and takes as long.
            kind = "upgrade" if spec.request.operation == "downgrade" else spec.request.operation
            self.took.append((kind, self.context.clock.now() - began))
        return found

    def _limits(self) -> tuple[bool, str]:
        return self.policy.may_continue(
            [node for node in self.nodes if node not in {result.node for result in self.results}]
        )

    # -- a release that is missing ----------------------------------------------------------------------------

    _missing_since: float | None = None
    _pause: float = FIRST_PAUSE

    def _wait_for_release(self, spec: OperationSpec, words: str) -> Generator[bool, None, str | None]:
        """The request was refused since the release is not there. None: it is asked for again; else why it is not.

        Raises ReleaseMissing where nothing has begun, so that whoever has the slots waits without one.
        """
        clock, wish = self.context.clock, self.policy.download
        if wish is None:
            return "downloads are turned off"
        if self.hand_back and not any(result.state == "done" for result in self.results):
            raise ReleaseMissing(words)
        if self._missing_since is None:
            self._missing_since, self._pause = clock.now(), FIRST_PAUSE
            self._tell(
                self.node or self.router, f"its release is not there yet; tried again in {format_duration(self._pause)}"
            )
        deadline = self._missing_since + wish.timeout
        if clock.now() >= deadline:
            return f"{spec.wanted} is not there after {format_duration(clock.now() - self._missing_since)}"
        self._enter("its release is not there yet", self.node)
        again = min(clock.now() + self._pause, deadline)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        while clock.now() < again:
            yield False
        if not still_downloading(words):
            yield from self._ask_again(spec, replace(wish, timeout=max(deadline - clock.now(), FIRST_PAUSE)))
        return (yield from self._let_go_on(spec.nodes[0], "its release is not there yet"))

    def _ask_again(self, spec: OperationSpec, wish: DownloadOptions) -> Generator[bool, None, None]:
        """Ask for the release once more. What comes of it shows when the operation is tried again."""
        request = replace(download_for(spec.request, spec.request.router), node=spec.request.node)

        def make() -> Download:
            return Download(self.context, self.poller, request, spec.nodes, wish, again=True)

        try:
            yield from patiently(self.context, self.poller, wish.timeout, make)
        except PcliError as error:
            self._tell(self.node or self.router, f"the download could not be followed: {error}")

    def _blocked(self, found: list[NodeResult], why: str) -> list[NodeResult]:
        """Nothing was begun: that is no failure. The second node of a pair is held."""
        if self.poller.shared:
            held = any(result.state == "done" for result in self.results)
            for one in found:
                if one.state == "failed":
                    one.state, one.reason = "held" if held else "blocked", f"{one.reason} Not tried again: {why}"
        return found

    def _enter(self, phase: str, node: str = "") -> None:
        self.phase, self.node, self.since = phase, node, self.context.clock.now()

    def _not_touched(self, place: tuple[str, str], reason: str, state: str = "not_started") -> None:
        row = self.poller.asset(*place)
        running = row.version_text if row else None
        self.results.append(
            NodeResult(
                *place,
                state=state,
                reason=reason,
                from_version=running,
                running_version=running,
                to_version=self.spec.wanted,
                install_type=row.install_type if row else None,
            )
        )

    def _is_needed(self, place: tuple[str, str]) -> bool:
        """Does the node run something else than the wanted version, as far as the conductor shows it?"""
        row, wanted = self.poller.asset(*place), try_parse(self.spec.wanted)
        if row is None or row.version is None or wanted is None:
            return True
        seen = NodeStatus(reachable=True, version=row.version, version_text=row.version_text, away=row.away)
        return not runs(self.poller.full_version(place, seen, wanted), wanted, None)

    # -- after a node -----------------------------------------------------------------------------------------

    def _prove(self, result: NodeResult, may_revert: bool = True) -> Generator[bool, None, None]:
        """The health check of a node that is done, and the way back for one that is bad itself."""
        if result.state == "done" and (self._types.get(result.node), result.install_type) == ("package", "image"):
            result.reason += "; it was converted from package to image"
        self._enter("health check", result.node)
        yield from health_steps(self.context, result, self.policy.health)
        if result.local_fault and self.policy.revert and self.spec.request.operation == "upgrade":
            if may_revert:
                yield from self._revert(result)
            else:
                advice = "It was not reverted, since one request moved several nodes: look at it by hand"
                result.reason = sentences(result.reason, advice)
        explain(self.context, result, self.poller)

    # -- what was lost ----------------------------------------------------------------------------------------

    _before: dict | None = None
    _types: dict[str, str | None] = field(default_factory=dict)

    def _look_before(self) -> None:
        """The router as it is now, or as it was before an earlier run began with it."""
        wish, journal = self.policy.compare, self.context.journal
        if wish is None or not self.nodes or self.spec.request.operation not in ("upgrade", "downgrade"):
            return
        begun = any(not self._is_needed(place) or self._begun_before(place) for place in self.places)
        kept = (journal.kept("before", self.router) or {}) if begun else {}
        # What an earlier roll-out to another release has kept says nothing about this one.
        self._before = kept.get("snapshot") if kept.get("wanted") == self.spec.wanted else None
        if self._before is None:
            self._before = take_snapshot(self.context, self.poller, self.router, self._all_nodes(), wish)
            data = {"router": self.router, "wanted": self.spec.wanted, "snapshot": self._before}
            journal.keep("before", self.router, data if self._before else None)

    def _begun_before(self, place: tuple[str, str]) -> bool:
        record = self.context.journal.last(*place)
        return record is not None and record.open

    def _goes_on(self, place: tuple[str, str]) -> bool:
        """May something that was begun here still go on? An intent that cannot be read is told of in its turn."""
        try:
            record = self.context.journal.last(*place)
        except JournalError:
            return False
        age = record.age(self.context.clock.wall()) if record else 0.0
        return open_intent(record, age, (), self.context.limits.upgrade_timeout)

    def _all_nodes(self) -> list[str]:
        return [row.node for row in self.poller.peers(self.router, "")]

    def _compare(self, found: list[NodeResult], may_revert: bool = True) -> Generator[bool, None, None]:
        """Has the router lost anything since before (rule 21)? Then it is held, or the node taken back by setting."""
        done = [one for one in found if one.state == "done"]
        wish = self.policy.compare
        if wish is None or self._before is None or not done or len(done) < len(found):
            return
        self._enter("comparison", done[-1].node)
        known = {one.node for one in [*self.results, *found]}
        left = [row for row in self.poller.peers(self.router, "") if row.node in self.nodes and row.node not in known]
        if any(not row.settled for row in left):
            return  # its peer is on its way too (rule 8), or about to be looked at; it is compared after that one
        # Also where only one node of the pair was named: the other differs then, and is not a loss.
        half_done = any(self._is_needed((self.router, node)) for node in self._all_nodes())
        lost = yield from find_regressions(
            self.context, self.poller, self._before, self._all_nodes(), wish, self.policy.in_transition, half_done
        )
        if lost is None:
            return
        result = done[-1]
        result.state = "held"
        result.reason = f"runs {result.running_version}, but the router has lost something since before: {lost}"
        self._tell(result.node, f"held: {lost}")
        if wish.on_regression == "revert" and may_revert:
            yield from self._revert(result)

    def _revert(self, result: NodeResult) -> Generator[bool, None, None]:
        """Revert one node, where rule 20 lets us."""
        place = (result.router, result.node)
        try:
            seen = self.poller.look(*place)
        except PcliError as error:  # what became of the upgrade must not get lost
            result.warnings.append(f"not reverted: {error}")
            return
        case = RevertCase(
            accepted=result.accepted,
            answers=seen.reachable and not seen.away,
            operation=seen.state if seen.busy else None,
            running=seen.version,
            upgraded_to=try_parse(result.to_version or ""),
            before=try_parse(result.from_version or ""),
        )
        why = revert_refused(case)
        if why:
            result.warnings.append(f"not reverted: {why}")
            return
        back = yield from rollback_steps(self.context, self.poller, place, result.from_version, ours=True)
        if back.refused:
            result.warnings.append(f"not reverted: {back.refused}")
            return
        result.warnings += [back.warning] if back.warning else []
        self._tell(result.node, f"{result.reason}; it is taken back")
        request = Request("revert", router=place[0], node=place[1], cohort_id=self.spec.request.cohort_id)
        spec = OperationSpec(request, (place,), result.from_version, ignore_running=True)
        try:
            found = yield from self._operate(spec, False)
        except (PcliError, JournalError) as error:
            result.warnings.append(f"not reverted: {error}")
            return
        end = next(one for one in found if (one.router, one.node) == place)  # pylint: disable=stop-iteration-return
        result.steps += end.steps
        result.running_version, result.ended = end.running_version or result.running_version, end.ended
        if end.state in ("done", "up_to_date"):
            result.state, result.reason = "reverted", sentences(result.reason, f"Then taken back: {end.reason}")
        elif end.state == "not_started":
            result.warnings.append(f"not reverted: {end.reason}")
        else:
            result.state = end.state
            result.reason = sentences(result.reason, f"Its revert is {end.state}: {end.reason}")

    # -- before the next node ---------------------------------------------------------------------------------

    #: False once a node of this router has printed no volumes: its peer is not asked then.
    _prints_volumes: bool = True
    #: What could not be read of the pair in the last look before this node.
    _untold: list[str] = field(default_factory=list)

    def _before_next(self, place: tuple[str, str]) -> Generator[bool, None, str | None]:
        """Wait until the pair is fit for its next node. Returns why it must not be touched."""
        row = self.poller.asset(*place)
        if not self.results or not self._is_needed(place) or (row is not None and row.busy):
            return None
        stopped = yield from self._let_go_on(place)
        if stopped or self.policy.soak is None:
            return stopped
        self._enter("soak", place[1])
        done = [result.node for result in self.results]
        self._tell(place[1], f"waits until {', '.join(done)} has been well for {format_duration(self.policy.soak)}")
        troubles = yield from self._soak(done)
        if troubles:
            limit = format_duration(self.policy.soak + self.context.limits.settle_timeout)
            return f"nothing was sent, since the pair has not been well for long enough within {limit}: {troubles}"
        return (yield from self._let_go_on(place))

    def _let_go_on(self, place: tuple[str, str], waits_for: str = "") -> Generator[bool, None, str | None]:
        """Wait while the whole authority is not well; the reason as soon as no further node may be started."""
        while True:
            go, never = self._limits()
            if go or never:
                return f"nothing was sent: {never}" if never else None
            self._enter(waits_for or "waits until the authority is well again", place[1])
            yield False

    def _tell(self, node: str, line: str) -> None:
        self.context.tell(f"{node}.{self.router}: {line}")

    def _soak(self, done: list[str]) -> Generator[bool, None, str | None]:
        """None as soon as the pair was well for the whole soak; the last troubles once there is no more time."""
        clock, soak = self.context.clock, self.policy.soak
        began, good_since, last = clock.now(), None, ""
        while True:
            now = clock.now()
            # The whole look costs remote commands, so between its begin and its end only the list of assets counts.
            whole = good_since is None or now - good_since >= soak
            troubles = self._troubles(done, whole)
            good_since = None if troubles else now if good_since is None else good_since
            words = "; ".join(troubles)
            if words and words != last:
                self._tell(self.node, f"not yet: {words}")
            last = words or last
            if not troubles and whole and now - good_since >= soak:
                return None
            if self.poller.final:
                return words
            if now - began >= soak + self.context.limits.settle_timeout:
                return last or "it is not told how the pair is"
            yield good_since is not None and now - good_since >= soak

    def _troubles(self, done: list[str], whole: bool) -> list[str]:
        poller, conductor = self.poller, self.context.conductor
        if not poller.answers:
            return [f"the conductor cannot be asked ({poller.trouble or poller.final})"]
        rows = [row for row in map(poller.asset, [self.router] * len(self.nodes), self.nodes) if row]
        rows += [row for row in poller.peers(self.router, self.nodes[0]) if row not in rows]
        # One that only synchronizes for a moment would end not_started, and the pair half done. What is away or busy
        # may have been moved by the conductor itself (rule 8), and is followed.
        coming = [row for row in rows if row.node == self.node and not (row.settled or row.away or row.busy)]
        if coming and self._is_needed((self.router, self.node)):
            return [f"{self.node} is {coming[0].status or 'without a state'}"]
        if not whole:
            return pair_troubles(self.router, done, rows, (), ())
        try:
            links, processes = self._told(conductor.connectivity), self._told(conductor.processes)
        except PcliError as error:
            return [str(error)]
        self._untold = pair_unavailable(links, processes)
        others = [row.node for row in poller.assets() if row.router != self.router]
        inside = within(links or (), self.router, [row.node for row in rows], others)
        return pair_troubles(self.router, done, rows, inside, processes or ())

    def _told(self, ask: Callable[[str], list | None]) -> list | None:
        """What is told of the router; None where it was refused, cannot be read, or was not answered in time."""
        try:
            return ask(self.router)
        except (DeviceError, NoPrompt):
            return None


def health_steps(context: RunContext, result: NodeResult, wish: HealthOptions) -> Generator[bool, None, None]:
    """A node is done only if its own health check does not fail; an unreadable answer warns, or holds by setting."""
    conductor, clock = context.conductor, context.clock
    if result.state != "done" or not wish.run:
        return
    context.tell(f"{result.node}.{result.router}: the conductor's own health check runs")
    request = Request("health-check", router=result.router, node=result.node)
    for last_try in (False, True):
        try:
            pending = yield from _begun(context, request, wish)
            deadline = clock.now() + wish.timeout
            conductor.session.wait(pending, 1.0)
            while not conductor.session.poll(pending):
                if clock.now() >= deadline:
                    pending.given_up = True
                    _unreadable(context, result, wish, f"it has not answered within {format_duration(wish.timeout)}")
                    return
                yield False
            verdict = conductor.health_of(pending)
        except NotOffered:
            result.warnings.append("no health check of the vendor's exists below 6.3")
            return
        except PcliError as error:
            _unreadable(context, result, wish, f"it could not be run: {error}")
            return
        result.steps.append(Step(format_timestamp(clock.wall()), f"health check: {verdict.state}", verdict.words))
        context.tell(f"{result.node}.{result.router}: health check {verdict.state}: {verdict.reason}")
        if verdict.state != "fail" or last_try:
            break
        again = clock.now() + wish.retry_pause
        while clock.now() < again:
            yield False
    if verdict.state == "fail":
        result.state, result.local_fault = "failed", True
        result.reason = f"runs {result.running_version}, but its own health check failed: {verdict.reason}"
    elif verdict.state == "unknown":
        _unreadable(context, result, wish, verdict.reason)


def _begun(context: RunContext, request: Request, wish: HealthOptions) -> Generator:
    """The health check, begun as soon as a shell is free."""
    deadline = context.clock.now() + wish.timeout
    while True:
        try:
            return context.conductor.begin_health_check(request)
        except NoFreeShell:
            if context.clock.now() >= deadline:
                raise
            yield False


def _unreadable(context: RunContext, result: NodeResult, health: HealthOptions, why: str) -> None:
    result.warnings.append(f"the health check is unknown: {why}")
    if health.unknown == "hold":
        result.state = "held"
        result.reason = f"runs {result.running_version}, but its health check is unknown: {why}"


def run_of(
    context: RunContext,
    poller: StatusPoller,
    target: Target,
    spec: OperationSpec,
    sequencing: str,
    policy: UpgradePolicy,
) -> RouterUpgrade:
    """The run of a target that is worked on alone."""
    kind = "simultaneous" if spec.request.simultaneous else sequencing
    return RouterUpgrade(
        context, poller, target.router, target.nodes, spec, kind, policy, whole=target.whole, heartbeat=True
    )
