# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring nodes to a version and prove it: look, write down the intent, send once, follow to the end.

The engine knows no command and no text; it gets a conductor, a clock and the limits. What a look means is decided in
``track``; here is only the order of things.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ..clock import Clock, parse_stamp, spoken, stamp
from ..conductor import Conductor, NotOffered, Request
from ..pcli.errors import DeviceError, PcliError, SessionBroken
from ..pcli.session import Pending
from ..software import report
from ..software.assets import Asset
from ..software.names import NameRefused
from ..software.versions import Version, try_parse
from .busy import open_intent, why_busy
from .journal import Journal, JournalError, Record
from .observe import IMAGE_RELEASE, Began, Observer
from .track import Limits, Outcome, Seen, Track, advance, out_of_time, runs
from .verdicts import NodeResult, Step


class Abandoned(Exception):
    """Nobody waits for us any more: the controller's main process is gone, or the user stopped the run."""


@dataclass(frozen=True)
class Job:
    """One request, the nodes that it moves, and the version that each of them must run afterwards.

    ``recorded`` is what the nodes ran when the whole run began, where that is known: a node that meanwhile runs the
    wanted version without a command of ours was moved by the vendor's own sequencing (rule 8).
    """

    request: Request
    nodes: tuple[tuple[str, str], ...]
    wanted: str
    recorded: str | None = None
    ignore_running: bool = False
    #: Only follow what an earlier run began; send nothing, whatever is found.
    only_follow: bool = False
    #: False between the two nodes of a conductor pair that comes from below 6.3 (rule 11).
    assets_count: bool = True


@dataclass
class _Followed:
    """A node that is being followed: what we remember, and the result that grows."""

    result: NodeResult
    track: Track
    record: Record | None = None
    report: str | None = None
    report_words: str = ""
    #: Followed only because it is not settled: nothing shows an operation, and nothing of ours was sent.
    only_unsettled: bool = False
    outcome: Outcome | None = None


@dataclass
class Engine:
    """One conductor, one clock. ``tell`` prints a line of progress; ``alive`` says whether anybody still waits."""

    conductor: Conductor
    clock: Clock
    limits: Limits
    journal: Journal
    tell: Callable[[str], None] = lambda line: None
    alive: Callable[[], bool] = lambda: True
    _following: list[_Followed] = field(default_factory=list)

    # -- the whole of one job ---------------------------------------------------------------------------------

    def run(self, job: Job, *, check_mode: bool = False) -> list[NodeResult]:
        """Do one job. Every node of it, and every peer that moved by itself, comes back with a result.

        Raises PcliError where nothing could be learned before anything was sent, and Abandoned.
        """
        wanted = try_parse(job.wanted)
        if wanted is None:
            raise PcliError(f"'{job.wanted}' is not a version such as 6.3.5 or 6.3.5-37.r1.el7.")
        if not check_mode:
            self.journal.prepare()
        # What an earlier job of this engine sent says nothing about this one.
        self._pending, self._began, self._following, self._peers = None, None, [], {}
        counts = job.assets_count and self.conductor.release() >= IMAGE_RELEASE
        observer = Observer(self.conductor, self.clock, assets_count=counts, keep=self._unanswered)
        if not observer.refresh():
            raise PcliError(f"The conductor cannot be asked: {observer.trouble}")
        if len(job.nodes) == 1:
            self._peers = {one.node: one for one in observer.peers(*job.nodes[0])}
        nodes = [self._begin(job, place, wanted, observer) for place in job.nodes]
        todo = [one for one in nodes if one.outcome is None]
        busy = {one.result.node: self._busy(one, job, observer) for one in todo}
        todo = [one for one in todo if one.outcome is None]
        adopting = [one for one in todo if busy[one.result.node]]
        if job.only_follow:
            self._end([one for one in todo if one not in adopting], Outcome("not_started", "nothing runs there now"))
            todo = adopting
        if check_mode:
            return [self._planned(one, busy.get(one.result.node)) for one in nodes]
        if todo and len(adopting) < len(todo) and not self._send(job, todo, adopting, observer):
            return [self._close(one) for one in nodes]
        for one in adopting:
            self._adopt(job, one, busy[one.result.node] or "another node of its router is being worked on")
        self._follow(job, todo, observer)
        return [self._close(one) for one in [*nodes, *[extra for extra in self._following if extra not in nodes]]]

    def _begin(self, job: Job, place: tuple[str, str], wanted: Version, observer: Observer) -> _Followed:
        """What a node is like before anything is sent."""
        seen = observer.look(*place)
        result = NodeResult(*place, to_version=job.wanted, from_version=seen.version_text)
        result.install_type, result.running_version = seen.install_type, seen.version_text
        one = _Followed(result, Track(wanted, seen.version, self.clock.now()))
        one.record = self.journal.last(*place)
        self._step(one, observer, f"before: {seen.words()}")
        if not seen.reachable or seen.version is None:
            one.outcome = Outcome("not_started", f"nothing was sent, because {seen.words()} ({observer.trouble})")
        elif runs(seen, wanted, None) and seen.settled and not seen.busy and seen.service is not False:
            one.outcome = self._already(job, one, seen)
        return one

    def _already(self, job: Job, one: _Followed, seen: Seen) -> Outcome:
        recorded = try_parse(job.recorded) if job.recorded else None
        if recorded is not None and not runs(seen, recorded, None) and recorded != seen.version:
            one.result.moved_by_itself, one.result.from_version = True, job.recorded
            return Outcome("done", f"runs {seen.version_text} already: it moved together with its peer, by itself")
        return Outcome("up_to_date", f"runs {seen.version_text} already")

    def _busy(self, one: _Followed, job: Job, observer: Observer) -> str | None:
        """Why this node counts as being worked on; None where a command may be sent."""
        place = (one.result.router, one.result.node)
        seen = one.track.seen if one.track.seen.reachable else observer.look(*place)
        one.track = replace(one.track, seen=seen)
        if runs(seen, one.track.wanted, None):
            return f"it runs the wanted version but is not settled ({seen.words()})"
        if job.ignore_running:
            return None
        operation, record = job.request.operation, one.record
        told = observer.told(operation, *place)
        age = record.age(self.clock.wall()) if record else 0.0
        same = record is None or record.operation == operation
        counts = open_intent(
            record, age, told if same else observer.told(record.operation, *place), self.limits.upgrade_timeout
        )
        busy = why_busy(place[1], operation, seen, told, record, age, counts)
        if busy is None:
            return None
        if not busy.follow:
            one.outcome = Outcome("not_started", f"nothing was sent: {busy.reason}")
        one.only_unsettled = busy.only_unsettled
        return busy.reason

    def _planned(self, one: _Followed, busy: str | None) -> NodeResult:
        if one.outcome is None:
            what = f"would be followed, since {busy}" if busy else "would be sent"
            one.outcome = Outcome("planned", f"{one.result.from_version} to {one.result.to_version} {what}")
        return self._close(one, keep_journal=True)

    # -- sending ----------------------------------------------------------------------------------------------

    def _send(self, job: Job, todo: list[_Followed], adopting: list[_Followed], observer: Observer) -> bool:
        """Write down the intent and send the request once. False: it was refused, and nothing is to be followed."""
        if adopting and len(job.nodes) > 1:
            adopting[:] = todo  # one request for a pair that is already being worked on would be a second one
            return True
        try:
            command = self.conductor.command_for(job.request)
        except (NotOffered, NameRefused, DeviceError) as error:
            self._end(todo, Outcome("not_started", f"nothing was sent: {error}"))
            return False
        if not self.alive():
            raise Abandoned("Nobody waits for this task any more, so nothing was sent.")
        began = Began(self.clock.now(), observer.conductor_time)
        for one in todo:
            place = (one.result.router, one.result.node)
            began = replace(began, told=began.told + observer.told(job.request.operation, *place))
        for one in todo:
            result = one.result
            try:
                one.record = self.journal.intend(
                    result.router, result.node, job.request.operation, command, (result.from_version, job.wanted)
                )
            except JournalError as error:
                self._end(todo, Outcome("not_started", f"nothing was sent: {error}"))
                return False
            result.command, result.started = command, stamp(self.clock.wall())
            one.track = replace(one.track, sent_at=began.at)
            self._step(one, observer, f"sent: {command}")
        self._began = began
        # Said now, since an interrupted controller cannot say it: its main process ends before its workers.
        self.tell("what was sent goes on by itself, also if you stop watching; the same command takes it up again")
        try:
            self._pending = self.conductor.send(job.request)
        except SessionBroken as error:
            for one in todo:  # it may have got through
                one.result.accepted = True
                self._step(one, observer, "the session broke while the request was sent", str(error))
            return True
        except (PcliError, NameRefused) as error:
            self._end(todo, Outcome("not_started", f"nothing was sent: {error}"))
            return False
        return self._answer(job, todo, observer)

    def _answer(self, job: Job, todo: list[_Followed], observer: Observer) -> bool:
        """Wait a little for the answer to the request. No answer is no refusal: a conductor may block."""
        deadline = self.clock.now() + self.limits.request_timeout
        session = self.conductor.session
        while not session.wait(self._pending, 1.0) and self.clock.now() < deadline:
            if not self.alive():
                raise Abandoned("Nobody waits for this task any more; what was sent goes on.")
        return self._heed(job, self._pending, todo, observer)

    def _heed(self, job: Job, pending: Pending, todo: list[_Followed], observer: Observer) -> bool:
        """Take note of what the request printed. False: a refusal in words."""
        if not pending.over:
            for one in todo:
                one.result.accepted = True
                self._step(one, observer, "the request keeps its prompt: taken for running")
            return True
        try:
            reply = self.conductor.session.result(pending)
            if reply.usage:
                raise DeviceError(pending.command, f"it prints how the command is used:\n{reply.usage.text}")
        except DeviceError as error:
            return self._refused(error, todo, observer)
        except SessionBroken as error:
            for one in todo:
                one.result.accepted = True
                self._step(one, observer, "the session broke while the request ran", str(error))
            return True
        except PcliError as error:
            self._end(todo, Outcome("unknown", f"the request was sent, but {error}"))
            return False
        words = report.told(reply)
        for one in todo:
            one.result.accepted = True
            self._step(one, observer, "the conductor answered", "\n".join(words) or "(nothing)")
            if report.hint(words, job.request.operation) == "failed":
                one.report, one.report_words = "failed", "; ".join(words)
        return True

    def _refused(self, error: DeviceError, todo: list[_Followed], observer: Observer) -> bool:
        if any(one.result.accepted for one in todo):  # a blocking request that ended badly after a while
            for one in todo:
                one.report, one.report_words = "failed", error.words
                self._step(one, observer, "the request ended with an error", error.words)
            return True
        if report.already_running(error.words):
            for one in todo:
                self._step(one, observer, "refused, since an operation is running; it is followed", error.words)
                one.result.adopted = True
            return True
        for one in todo:
            self._step(one, observer, "refused", error.words)
        self._end(todo, Outcome("failed", f"{error} Nothing was started. Mend what it names, then run again."))
        return False

    def _adopt(self, job: Job, one: _Followed, why: str) -> None:
        one.result.adopted = True
        record = one.record
        started = self.clock.now()
        age = record.age(self.clock.wall()) if record else 0.0
        # An older intent, or one of another operation, is not what is seen to run now.
        if record and record.open and record.operation == job.request.operation and age < self.limits.upgrade_timeout:
            started -= age
            # Only what this run sent is this run's to take back (rule 20).
            one.result.accepted = bool(self.journal.run_id) and record.run_id == self.journal.run_id
            one.result.command = record.command
            one.result.from_version = record.from_version or one.result.from_version
            one.track = replace(one.track, before=try_parse(one.result.from_version or ""))
            with contextlib.suppress(ValueError):
                one.result.started = stamp(parse_stamp(record.intent_at))
        one.track = replace(one.track, sent_at=started)
        self.tell(f"{one.result.node}: adopted, since {why}")

    # -- following --------------------------------------------------------------------------------------------

    _pending: Pending | None = None
    _began: Began | None = None

    def _follow(self, job: Job, todo: list[_Followed], observer: Observer) -> None:
        """Look again and again until every node has an outcome."""
        self._following = list(todo)
        limits = replace(self.limits, upgrade_timeout=self.limits.upgrade_timeout * max(1, len(job.nodes)))
        pause, last_line, told_at = limits.poll_min, {}, self.clock.now()
        while any(one.outcome is None for one in self._following):
            if not self.alive():
                raise Abandoned("Nobody waits for this task any more. What was sent goes on; a new run takes it up.")
            self.clock.sleep(pause)
            news = self._poll(job, observer, limits, last_line)
            pause = limits.poll_min if news else min(limits.poll_max, pause * 1.3)
            if not news and self.clock.now() - told_at > 60:
                for one in self._following:
                    if one.outcome is None:
                        since = spoken(self.clock.now() - one.track.sent_at)
                        self.tell(f"{one.result.node}: {since} on the way, {one.track.seen.words()}")
                told_at = self.clock.now()
            told_at = self.clock.now() if news else told_at

    def _poll(self, job: Job, observer: Observer, limits: Limits, last_line: dict[str, str]) -> bool:
        """One round of looks. True if anything is new, or close to its end."""
        self._pending_news(job, observer)
        try:
            return self._round(job, observer, limits, last_line)
        except PcliError as error:  # what does not pass, such as a refused login, wherever in the round it came up
            self._end([one for one in self._following if one.outcome is None], Outcome("unknown", self._lost(error)))
            return True

    def _round(self, job: Job, observer: Observer, limits: Limits, last_line: dict[str, str]) -> bool:
        answers, news = observer.refresh(), False
        for one in [one for one in self._following if one.outcome is None]:
            place = (one.result.router, one.result.node)
            seen = observer.look(*place, self._began) if answers else Seen()
            if not seen.reachable and place != observer.here:
                one.outcome = out_of_time(one.track, seen, self.clock.now(), limits)
                continue  # the conductor is away: that says nothing about another node
            seen = self._with_report(job, one, seen, observer)
            one.track, one.outcome = advance(one.track, seen, self.clock.now(), limits)
            if one.only_unsettled:
                one.outcome = self._of_unsettled(one, seen)
            line = seen.words()
            if last_line.get(one.result.node) != line:
                last_line[one.result.node] = line
                self._step(one, observer, line)
                news = True
            news = news or one.track.good > 0 or one.track.old > 0 or one.outcome is not None
        self._watch_peers(job, observer, answers)
        return news

    def _of_unsettled(self, one: _Followed, seen: Seen) -> Outcome | None:
        """Nothing was sent to this node, so its end is never worse than ``not_started``."""
        if one.track.old >= self.limits.stable_polls:
            what = f"it has settled now: {seen.words()}. Run again"
        elif one.outcome is not None and one.outcome.state != "done":
            what = one.outcome.reason
        else:
            return one.outcome
        return Outcome("not_started", f"nothing was sent, since it was not settled; {what}")

    def _unanswered(self) -> bool:
        """Does a request still keep its prompt? Then its session must stay (rule 28)."""
        return self._pending is not None and not self._pending.over

    def _pending_news(self, job: Job, observer: Observer) -> None:
        """A blocking request may have printed its end."""
        if not self._unanswered():
            return
        if self.conductor.session.poll(self._pending):
            self._heed(job, self._pending, [one for one in self._following if one.outcome is None], observer)

    def _with_report(self, job: Job, one: _Followed, seen: Seen, observer: Observer) -> Seen:
        """The conductor's own words, asked only when they can matter: on a settled node with another version."""
        if one.report is None and one.track.old >= self.limits.stable_polls - 1 and seen.settled:
            told = observer.told(job.request.operation, one.result.router, one.result.node)
            fresh = report.since(list(self._began.told) if self._began else [], list(told))
            named = [line for line in fresh if one.result.node in line] or fresh
            if named:
                return replace(
                    seen, report=report.hint(named, job.request.operation), report_words="; ".join(named)[-600:]
                )
        return replace(seen, report=one.report, report_words=one.report_words)

    def _watch_peers(self, job: Job, observer: Observer, answers: bool) -> None:
        """Rule 8: the documents disagree on whether a node command moves the peer too. If it does, follow it."""
        if not answers or not observer.assets_count or len(job.nodes) != 1 or not self._following:
            return
        main = self._following[0]
        for peer in observer.peers(*job.nodes[0]):
            if any(one.result.node == peer.node for one in self._following):
                continue
            first = self._peers.setdefault(peer.node, peer)
            known = first.version
            moved = known is not None and peer.version is not None and peer.version != known
            if not (moved or (peer.busy and not first.busy)):
                continue
            result = NodeResult(peer.router, peer.node, to_version=job.wanted, moved_by_itself=True)
            result.from_version = known.text if known else None
            self.tell(f"{peer.node}: moves by itself with its peer; nothing more is sent, and it is followed")
            self._following.append(_Followed(result, Track(main.track.wanted, known, self.clock.now())))

    _peers: dict[str, Asset] = field(default_factory=dict)

    # -- ends -------------------------------------------------------------------------------------------------

    def _lost(self, error: PcliError) -> str:
        return f"a command was sent, and then the node could not be asked any more: {error}"

    def _end(self, todo: Sequence[_Followed], outcome: Outcome) -> None:
        for one in todo:
            one.outcome = one.outcome or outcome

    def _step(self, one: _Followed, observer: Observer, what: str, words: str = "") -> None:
        moment = observer.conductor_time or self.clock.wall()
        one.result.steps.append(Step(stamp(moment), what, words))
        self.tell(f"{one.result.node}: {what}" + (f": {words.splitlines()[0]}" if words else ""))

    def _close(self, one: _Followed, keep_journal: bool = False) -> NodeResult:
        """Write the outcome into the result and the journal."""
        result, outcome = one.result, one.outcome or Outcome("unknown", "it was not followed to an end")
        result.state, result.reason, result.local_fault = outcome.state, outcome.reason, outcome.local_fault
        if one.track.seen.reachable:
            result.running_version = one.track.seen.version_text or result.running_version
            result.install_type = one.track.seen.install_type or result.install_type
        if result.started or result.adopted:
            result.ended = stamp(self.clock.wall())
        if one.record and one.record.open and not keep_journal and outcome.state != "unknown":
            try:
                self.journal.outcome(one.record, outcome.state, outcome.reason)
            except JournalError as error:
                result.warnings.append(f"the outcome could not be written down: {error}")
        return result
