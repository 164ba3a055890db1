# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request, and the nodes that it moves, followed to their ends: look, write down the intent, send once, follow.

An operation is a generator. It pauses wherever it has to wait, so that many of them share one clock, one list of assets
and a few shells, without a thread for each. It knows no command and no text; what a look means is decided in
``progress``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from ..clock import format_duration, format_timestamp, parse_record_timestamp
from ..conductor.grammar import NotOffered, Request
from ..pcli.errors import ConnectFailed, DeviceError, NoFreeShell, NotReached, PcliError, SessionBroken
from ..pcli.session import Pending
from ..software import operation_report, request_refusals
from ..software.assets import Asset
from ..software.names import NameRefused
from ..software.node_status import NodeStatus, runs, unseen
from ..software.request_refusals import not_there_yet, refusal_in
from ..software.versions import Version, satisfies, try_parse
from .busy import Busy, open_intent, why_busy
from .context import Abandoned, Limit, RunContext, Steps, sent
from .journal import JournalError, Record
from .node_progress import Limits, NodeProgress, Outcome, needs_probe, next_progress, out_of_time
from .poller import CommandBaseline, StatusPoller
from .reported import failure_recorded, fresh_lines
from .results import NodeResult, Step
from .sentences import one_line, sentences

#: Of the conductor's own words so much is kept with each step: a fleet has thousands of them.
LONGEST_WORDS = 2000
#: And so much of the answer to a request in the reason of a node whose end is not known.
_QUOTED = 300
#: So often the events are asked for within the time of an upgrade, where nothing else tells of its end.
_EVENTS_ASKED = 18
#: Refusals of which the node is followed all the same: what they speak of may be what was wanted.
_FOLLOWED = (
    (request_refusals.already_running, "an operation is running"),
    (request_refusals.at_version_already, "it is said to run that version already"),
)
_NOT_THERE = "Nothing was started: the release is not on the node yet."


class _NotNow(Exception):
    """The conductor went away before anything was sent: all is looked at anew once it is back."""


@dataclass(frozen=True)
class OperationSpec:
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
    #: Seconds that an asset may stay away before the conductor is asked once to reconnect it (rule 30); 0: never.
    reconnect_after: float = 0
    #: Asked right before the request is sent: the limits of the run. None: there are none.
    may: Limit | None = None


@dataclass
class _Followed:
    """A node that is being followed: what we remember, and the result that grows."""

    result: NodeResult
    progress: NodeProgress
    record: Record | None = None
    report: str | None = None
    report_words: str = ""
    #: What the request itself was answered with, which may be a refusal in words that nobody can know.
    answer: str = ""
    #: Was that an error? Then its words stand in every bad end.
    refused: bool = False
    #: The lines of the status that were there before our request, and still are. None: not looked at yet.
    old_lines: list[str] | None = None
    #: When the conductor took our request, by its own clock; and when it was last asked for its events, by ours.
    taken_at: datetime | None = None
    events_at: float | None = None
    #: Followed only because it is not settled: nothing shows an operation, and nothing of ours was sent.
    only_unsettled: bool = False
    outcome: Outcome | None = None
    line: str = ""
    reconnected: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """(router, node)."""
        return self.result.router, self.result.node


def _begins_nothing(error: PcliError, todo: Sequence[_Followed]) -> bool:
    """Does the conductor say in words that the request did nothing? Not of one that it has taken before."""
    if any(one.result.accepted for one in todo):
        return False
    if isinstance(error, NotReached):
        return True
    # What it does already is followed, whatever it asked about it.
    return bool(error.declined) and not (
        isinstance(error, DeviceError) and request_refusals.already_running(error.words)
    )


@dataclass
class Operation:
    """See the module. :meth:`steps` does it; the observer must have been refreshed before each of them."""

    context: RunContext
    poller: StatusPoller
    spec: OperationSpec
    #: Say once a minute what is waited for. Fleets have a line for all instead.
    heartbeat: bool = True
    pending: Pending | None = None
    #: The conductor's words if it refused since the release is not on the node yet: nothing was begun then.
    missing: str | None = None
    _began: CommandBaseline | None = None
    _following: list[_Followed] = field(default_factory=list)
    _peers: dict[str, Asset] = field(default_factory=dict)
    #: What was written down of the nodes, and of their peers, when it was decided that a command may be sent.
    _records: dict[tuple[str, str], Record | None] = field(default_factory=dict)

    def steps(self, check_mode: bool = False) -> Steps:
        """Do it. Every node of the job, and every peer that moved by itself, comes back with a result.

        Raises PcliError where the job itself makes no sense, and Abandoned.
        """
        spec = self.spec
        wanted = try_parse(spec.wanted)
        if wanted is None:
            raise PcliError(f"'{spec.wanted}' is not a version such as 6.3.5 or 6.3.5-37.r1.el7.")
        deadline = self.context.clock.now() + self.context.limits.upgrade_timeout
        while True:
            try:
                return (yield from self._attempt(wanted, check_mode, deadline))
            except _NotNow:
                yield False

    def _attempt(self, wanted: Version, check_mode: bool, deadline: float) -> Steps:
        """From the first look to the end. Raises _NotNow until the deadline where nothing was sent."""
        spec = self.spec
        if len(spec.nodes) == 1:
            self._peers = {peer.node: peer for peer in self.poller.peers(*spec.nodes[0])}
        nodes = yield from self._first_look(wanted, deadline)
        todo = [node for node in nodes if node.outcome is None]
        busy = {one.result.node: self._busy(one) for one in todo}
        todo = [one for one in todo if one.outcome is None]
        adopting = [one for one in todo if busy[one.result.node]]
        if spec.only_follow:
            self._end([one for one in todo if one not in adopting], Outcome("not_started", "nothing runs there now"))
            todo = adopting
        if check_mode:
            return [self._planned(node, busy.get(node.result.node)) for node in nodes]
        if todo and len(adopting) < len(todo):
            sent = yield from self._send(todo, adopting, deadline)
            if not sent:
                return [self._close(node) for node in nodes]
        for one in adopting:
            self._adopt(one, busy[one.result.node] or "another node of its router is being worked on")
        yield from self._follow(todo)
        return [self._close(node) for node in [*nodes, *[extra for extra in self._following if extra not in nodes]]]

    # -- before anything is sent ------------------------------------------------------------------------------

    def _first_look(self, wanted: Version, deadline: float) -> Generator[bool, None, list[_Followed]]:
        """Every node as it is. In a roll-out, a conductor that is away for a while costs time and no router."""
        clock, poller = self.context.clock, self.poller
        while poller.shared and not poller.answers and not poller.final and clock.now() < deadline:
            yield False
        while True:
            nodes = [self._begin(place, wanted) for place in self.spec.nodes]
            lost = [node for node in nodes if not node.progress.seen.reachable and node.outcome]
            if not lost or poller.final or not poller.shared or clock.now() >= deadline:
                return nodes
            yield False

    def _begin(self, place: tuple[str, str], wanted: Version) -> _Followed:
        """What a node is like before anything is sent."""
        context = self.context
        seen = self.poller.full_version(place, self.poller.look(*place), wanted)
        result = NodeResult(*place, to_version=self.spec.wanted, from_version=seen.version_text)
        result.install_type, result.running_version = seen.install_type, seen.version_text
        one = _Followed(result, NodeProgress(wanted, seen.version, context.clock.now()))
        one.progress = replace(one.progress, seen=seen)
        one.record = self._records[place] = context.journal.last(*place)
        self._step(one, f"before: {seen.words()}")
        if not seen.reachable or seen.version is None:
            one.outcome = Outcome("not_started", f"nothing was sent, because {seen.words()} ({self.poller.trouble})")
        elif runs(seen, wanted, None) and seen.settled and not seen.busy and seen.service is not False:
            one.outcome = self._already(one, seen)
        return one

    def _already(self, one: _Followed, seen: NodeStatus) -> Outcome:
        spec = self.spec
        recorded = try_parse(spec.recorded) if spec.recorded else None
        if recorded is not None and not runs(seen, recorded, None) and recorded != seen.version:
            one.result.moved_by_itself, one.result.from_version = True, spec.recorded
            return Outcome("done", f"runs {seen.version_text} already: it moved together with its peer, by itself")
        return Outcome("up_to_date", f"runs {seen.version_text} already{unseen(seen.version, one.progress.wanted)}")

    def _busy(self, one: _Followed) -> str | None:
        """Why this node counts as being worked on; None where a command may be sent."""
        seen = one.progress.seen if one.progress.seen.reachable else self.poller.look(*one.place)
        if self._outweighed(one) and self.poller.refresh():
            # The words are newer than the list: what they call over may have brought the wanted version meanwhile.
            seen = self.poller.full_version(one.place, self.poller.look(*one.place), one.progress.wanted)
        one.progress = replace(one.progress, seen=seen)
        if runs(seen, one.progress.wanted, None):
            return f"it runs the wanted version but is not settled ({seen.words()})"
        if self.spec.ignore_running:
            return None
        operation, record = self.spec.request.operation, one.record
        told = self.poller.told(operation, *one.place)
        age = record.age(self.context.clock.wall()) if record else 0.0
        same = record is None or record.operation == operation
        counts = open_intent(
            record,
            age,
            told if same else self.poller.told(record.operation, *one.place),
            self.context.limits.upgrade_timeout,
        )
        busy = why_busy(one.result.node, operation, seen, told, record, age, counts)
        if busy is None:
            busy = self._peer_at_work(one)
        if busy is None:
            return None
        if not busy.follow:
            one.outcome = Outcome("not_started", f"nothing was sent: {busy.reason}")
        one.only_unsettled = busy.only_unsettled
        return busy.reason

    def _outweighed(self, one: _Followed) -> bool:
        """Does only what the conductor tells keep an intent of ours, whose end nobody wrote down, from counting?"""
        record, limit = one.record, self.context.limits.upgrade_timeout
        age = record.age(self.context.clock.wall()) if record else 0.0
        if not open_intent(record, age, (), limit):
            return False
        return not open_intent(record, age, self.poller.told(record.operation, *one.place), limit)

    def _peer_at_work(self, one: _Followed) -> Busy | None:
        """Why the other node of the pair keeps this one from being touched: something is at work there.

        A node that writes its image may show Synchronized for an hour, and then both would restart together. What runs
        the wanted version and is settled is not at work any more, whatever the conductor still shows of it. For single
        routers, and for the second node after a first that is done, nothing is asked.
        """
        for peer in self._peers.values():
            place = (peer.router, peer.node)
            if peer.settled and peer.version is not None and satisfies(peer.version, one.progress.wanted):
                continue
            why = self._left_open(place)
            if why is None and self.poller.counts(peer.router):  # below 6.3 a conductor tells only of itself
                why = self._shown_at_work(place, one.result.node)
            if why:
                return Busy(f"its peer {peer.node} is being worked on: {why}. Wait for its end", follow=False)
        return None

    def _left_open(self, place: tuple[str, str]) -> str | None:
        """What was written down of a node whose end is not known."""
        try:
            record = self._records[place] = self.context.journal.last(*place)
        except JournalError as error:
            return str(error).rstrip(".")
        if record is None or not record.open:
            return None
        age, told = record.age(self.context.clock.wall()), self.poller.told(record.operation, *place)
        if not open_intent(record, age, told, self.context.limits.upgrade_timeout):
            return None
        return f"'{record.command}' was begun {format_duration(age)} ago, and its end is not known"

    def _shown_at_work(self, place: tuple[str, str], but: str) -> str | None:
        """The conductor's line about an operation at a node. What it tells of the node ``but`` is not meant."""
        for operation in dict.fromkeys((self.spec.request.operation, "upgrade", "revert")):
            told = self.poller.told(operation, *place)
            line = operation_report.runs_now([one for one in told if place[1] in one or but not in one], place[1])
            if line:
                return line
        return None

    def _planned(self, one: _Followed, busy: str | None) -> NodeResult:
        if one.outcome is None:
            what = f"would be followed, since {busy}" if busy else "would be sent"
            one.outcome = Outcome("planned", f"{one.result.from_version} to {one.result.to_version} {what}")
        return self._close(one, keep_journal=True)

    # -- sending ----------------------------------------------------------------------------------------------

    def _send(self, todo: list[_Followed], adopting: list[_Followed], deadline: float) -> Generator[bool, None, bool]:
        """Write down the intent and send the request once. False: it was refused, and nothing is to be followed."""
        context, spec = self.context, self.spec
        if adopting and len(spec.nodes) > 1:
            adopting[:] = todo  # one request for a pair that is already being worked on would be a second one
            return True
        try:
            command = context.conductor.command_for(spec.request)
        except (NotOffered, NameRefused, DeviceError) as error:
            self._end(todo, Outcome("not_started", f"nothing was sent: {error}"))
            return False
        except (SessionBroken, ConnectFailed, NoFreeShell) as error:
            if not self.poller.shared or context.clock.now() >= deadline:
                raise
            self.poller.note(error)
            raise _NotNow from error
        if not context.alive():  # looked at before the intent is written, too
            raise Abandoned("Nobody waits for this task any more, so nothing was sent.")
        began = CommandBaseline(context.clock.now(), self.poller.conductor_time)
        for one in todo:
            began = replace(began, told=began.told + self.poller.told(spec.request.operation, *one.place))
        self._began = began
        if not self._write_intents(todo, command):
            return False
        context.reassure()
        try:
            self.pending = yield from sent(context, self.poller, spec.request, context.limits.upgrade_timeout, spec.may)
        except SessionBroken as error:
            for one in todo:  # it may have got through
                one.result.accepted = True
                self._step(one, "the session broke while the request was sent", str(error))
            return True
        except (PcliError, NameRefused) as error:
            self._end(todo, Outcome("not_started", f"nothing was sent: {error}"))
            return False
        for one in todo:  # it may have waited long for a shell
            one.progress = replace(one.progress, sent_at=context.clock.now())
        return (yield from self._answer(todo))

    def _write_intents(self, todo: list[_Followed], command: str) -> bool:
        """Write down what is about to be sent. Raises _NotNow where another run was faster: then all is looked at anew.

        Between the look at the records and the new ones nobody else on this controller writes any.
        """
        try:
            with self.context.journal.locked() as warning:
                if warning:
                    self.context.tell(warning)
                    todo[0].result.warnings.append(warning)
                self._still_alone()
                return self._intend(todo, command)
        except JournalError as error:
            self._end(todo, Outcome("not_started", f"nothing was sent: {error}"))
            return False

    def _still_alone(self) -> None:
        for place, before in self._records.items():
            now = self.context.journal.last(*place)
            if now is not None and now.open and (before is None or not now.same_intent(before)):
                self.context.tell(f"{place[1]}.{place[0]}: another run has begun '{now.command}' there a moment ago")
                raise _NotNow

    def _intend(self, todo: list[_Followed], command: str) -> bool:
        context, operation = self.context, self.spec.request.operation
        for one in todo:
            result = one.result
            try:
                one.record = context.journal.intend(
                    *one.place, operation, command, (result.from_version, self.spec.wanted)
                )
            except JournalError as error:
                self._end(todo, Outcome("not_started", f"nothing was sent: {error}"))
                return False
            result.command, result.started = command, format_timestamp(context.clock.wall())
            one.progress = replace(one.progress, sent_at=self._began.at)
            self._step(one, f"sent: {command}")
        return True

    def _answer(self, todo: list[_Followed]) -> Generator[bool, None, bool]:
        """Wait a little for the answer to the request. No answer is no refusal: a conductor may block."""
        context = self.context
        deadline = context.clock.now() + context.limits.request_timeout
        context.conductor.session.wait(self.pending, 1.0)
        while not context.conductor.session.poll(self.pending) and context.clock.now() < deadline:
            if not context.alive():
                raise Abandoned("Nobody waits for this task any more; what was sent goes on.")
            yield True
        return self._heed(self.pending, todo)

    def _heed(self, pending: Pending, todo: list[_Followed]) -> bool:
        """Take note of what the request printed. False: a refusal in words."""
        if not pending.over:
            for one in todo:
                one.result.accepted = True
                self._step(one, "the request keeps its prompt: taken for running")
            return True
        try:
            reply = self.context.conductor.session.result(pending)
            if reply.usage:
                raise DeviceError(pending.command, f"it prints how the command is used:\n{reply.usage.text}")
            missing = refusal_in(reply) if self._brings_a_release else None
            if missing and not any(one.result.accepted for one in todo):
                raise DeviceError(pending.command, missing)
        except DeviceError as error:
            self._note_time(pending, todo)
            return self._not_begun(error, todo) if _begins_nothing(error, todo) else self._refused(error, todo)
        except SessionBroken as error:
            for one in todo:
                one.result.accepted = True
                self._step(one, "the session broke while the request ran", str(error))
            return True
        except PcliError as error:
            if _begins_nothing(error, todo):
                return self._not_begun(error, todo)
            self._end(todo, Outcome("unknown", f"the request was sent, but {error}"))
            return False
        words = operation_report.status_lines(reply)
        self._note_time(pending, todo)
        for one in todo:
            one.result.accepted = True
            self._step(one, "the conductor answered", "\n".join(words) or "(nothing)")
            one.answer = "; ".join(words)
            if operation_report.hint(words, self.spec.request.operation) == "failed":
                one.report, one.report_words = "failed", "; ".join(words)
        return True

    def _note_time(self, pending: Pending, todo: list[_Followed]) -> None:
        """When the conductor took the request, by its own clock: what it recorded before says nothing of it."""
        date = pending.response.date if pending.response else None
        for one in todo:
            if date is not None and date.tzinfo is not None and not one.result.accepted:
                one.taken_at = date
                # Whether the date is of the begin or of the end of the answer is documented nowhere.
                one.result.asked_at = date - timedelta(
                    seconds=max(0.0, self.context.clock.now() - one.progress.sent_at)
                )

    @property
    def _brings_a_release(self) -> bool:
        return self.spec.request.operation in ("upgrade", "downgrade")

    def _not_begun(self, error: PcliError, todo: list[_Followed]) -> bool:
        """Neither a refusal nor a failure: the request was declined at its question, or did not get to its targets."""
        for one in todo:
            self._step(one, "nothing was begun", str(error))
        self._end(todo, Outcome("not_started", f"nothing was begun: {error}"))
        return False

    def _refused(self, error: DeviceError, todo: list[_Followed]) -> bool:
        for one in todo:
            one.answer, one.refused = one_line(error.words), True
        if request_refusals.may_have_begun(error.words):  # neither a refusal nor the report of a failure
            for one in todo:
                one.result.accepted = True
                self._step(one, "the answer is an error that refuses nothing, so it may have begun", error.words)
            return True
        if any(one.result.accepted for one in todo):  # a blocking request that ended badly after a while
            for one in todo:
                one.report, one.report_words = "failed", error.words
                self._step(one, "the request ended with an error", error.words)
            return True
        if self._brings_a_release and not_there_yet(error.words):
            self.missing = error.words
            for one in todo:
                self._step(one, "refused, since the release is not there yet", error.words)
            self._end(todo, Outcome("failed", sentences(str(error), _NOT_THERE)))
            return False
        for says, why in _FOLLOWED:
            if says(error.words):
                for one in todo:
                    self._step(one, f"refused, since {why}; it is followed", error.words)
                    one.result.adopted = True
                return True
        for one in todo:
            self._step(one, "refused", error.words)
        advice = "Nothing was started. Mend what it names, then run again."
        if request_refusals.failed_after_start(error.words):
            advice = "It may have been begun: look at the node, mend what it names, then run again."
        self._end(todo, Outcome("failed", sentences(str(error), advice)))
        return False

    def _adopt(self, one: _Followed, why: str) -> None:
        context, record = self.context, one.record
        one.result.adopted = True
        started = context.clock.now()
        age = record.age(context.clock.wall()) if record else 0.0
        # An older intent, or one of another operation, is not what is seen to run now.
        same = record and record.open and record.operation == self.spec.request.operation
        if same and age < context.limits.upgrade_timeout:
            started -= age
            # Only what this run sent is this run's to take back (rule 20).
            one.result.accepted = bool(context.journal.run_id) and record.run_id == context.journal.run_id
            one.result.command = record.command
            one.result.from_version = record.from_version or one.result.from_version
            one.progress = replace(one.progress, before=try_parse(one.result.from_version or ""))
            with contextlib.suppress(ValueError):
                one.result.started = format_timestamp(parse_record_timestamp(record.intent_at))
        one.progress = replace(one.progress, sent_at=started)
        context.tell(f"{self._name(one.result)}: adopted, since {why}")

    # -- following --------------------------------------------------------------------------------------------

    def _follow(self, todo: list[_Followed]) -> Generator[bool, None, None]:
        """Look again and again until every node has an outcome."""
        context = self.context
        self._following = list(todo)
        limits = replace(context.limits, upgrade_timeout=context.limits.upgrade_timeout * max(1, len(self.spec.nodes)))
        news, told_at = True, context.clock.now()
        while any(one.outcome is None for one in self._following):
            if not context.alive():
                raise Abandoned("Nobody waits for this task any more. What was sent goes on; a new run takes it up.")
            yield news
            news = self._poll(limits)
            if not news and self.heartbeat and context.clock.now() - told_at > 60:
                for one in self._following:
                    if one.outcome is None:
                        since = format_duration(context.clock.now() - one.progress.sent_at)
                        context.tell(f"{self._name(one.result)}: {since} on the way, {one.progress.seen.words()}")
                told_at = context.clock.now()
            told_at = context.clock.now() if news else told_at

    def _poll(self, limits: Limits) -> bool:
        """One round of looks. True if anything is new, or close to its end."""
        self._pending_news()
        try:
            if self.poller.final:
                raise self.poller.final  # pylint: disable=raising-bad-type
            return self._round(limits)
        except PcliError as error:  # what does not pass, such as a refused login, wherever in the round it came up
            lost = f"a command was sent, and then the node could not be asked any more: {error}"
            self._end([one for one in self._following if one.outcome is None], Outcome("unknown", lost))
            return True

    def _round(self, limits: Limits) -> bool:
        answers, news = self.poller.answers, False
        for one in [one for one in self._following if one.outcome is None]:
            near = partial(needs_probe, one.progress)
            seen = self.poller.look(*one.place, self._began, near) if answers else NodeStatus()
            if not seen.partial:
                seen = self.poller.full_version(one.place, seen, one.progress.wanted)
            if not seen.reachable and one.place != self.poller.here:
                one.outcome = out_of_time(one.progress, seen, self.context.clock.now(), limits)
                continue  # the conductor is away: that says nothing about another node
            seen = self._with_report(one, seen)
            one.progress, one.outcome = next_progress(one.progress, seen, self.context.clock.now(), limits)
            if one.only_unsettled:
                one.outcome = self._of_unsettled(one, seen)
            self._reconnect(one, seen)
            news = self._new_line(one, seen) or news
            news = news or one.progress.good > 0 or one.outcome is not None
            news = news or (one.progress.old > 0 and one.progress.longest_away > 0)
        self._watch_peers(answers)
        return news

    def _new_line(self, one: _Followed, seen: NodeStatus) -> bool:
        """Tell and keep what is new about a node. A look that was only a glance says nothing of its service."""
        line = seen.words()
        if line == one.line or (seen.partial and one.line.startswith(line)):
            return False
        one.line = line
        self._step(one, line)
        return True

    def _reconnect(self, one: _Followed, seen: NodeStatus) -> None:
        """Rule 30: ask once, by setting, for an asset that came from a restart and stays away (I95-64152)."""
        limit = self.spec.reconnect_after
        away = one.progress.away_since
        if not limit or one.reconnected or one.outcome or not seen.reachable or away is None:
            return
        if self.context.clock.now() - away < limit:
            return
        one.reconnected = True
        try:
            self.context.conductor.reconnect(*one.place)
            self._step(one, f"away for {format_duration(limit)}, so the conductor was asked to reconnect it")
        except PcliError as error:
            self._step(one, "the conductor could not be asked to reconnect it", str(error))

    def _of_unsettled(self, one: _Followed, seen: NodeStatus) -> Outcome | None:
        """Nothing was sent to this node, so its end is never worse than ``not_started``."""
        if one.progress.old >= self.context.limits.stable_polls:
            what = f"it has settled now: {seen.words()}. Run again"
        elif one.outcome is not None and one.outcome.state != "done":
            what = one.outcome.reason
        else:
            return one.outcome
        return Outcome("not_started", f"nothing was sent, since it was not settled; {what}")

    def _pending_news(self) -> None:
        """A blocking request may have printed its end."""
        if self.pending is None or self.pending.over:
            return
        if self.context.conductor.session.poll(self.pending):
            self._heed(self.pending, [one for one in self._following if one.outcome is None])

    def _with_report(self, one: _Followed, seen: NodeStatus) -> NodeStatus:
        """The conductor's own words, asked only when they can matter: on a settled node with another version."""
        asked = not seen.partial and seen.settled and one.progress.old >= self.context.limits.stable_polls - 1
        if one.report is None and asked:
            operation = self.spec.request.operation
            if one.old_lines is None:
                one.old_lines = list(self._began.told) if self._began else []
            fresh, one.old_lines = fresh_lines(self.poller, operation, one.place, one.old_lines)
            named = [line for line in fresh if one.result.node in line] or fresh
            hint = operation_report.hint(named, operation)
            if hint not in ("failed", "running") and (words := self._recorded(one, seen)):
                one.report, one.report_words = "failed", words
            elif named:
                return replace(seen, report=hint, report_words="; ".join(named)[-600:])
        return replace(seen, report=one.report, report_words=one.report_words)

    def _recorded(self, one: _Followed, seen: NodeStatus) -> str | None:
        """What the conductor has recorded of a failure since it took our request; asked for now and then.

        Only where nothing else tells: the request has come back, and the node is settled on what it ran before.
        """
        clock, pause = self.context.clock, self.context.limits.upgrade_timeout / _EVENTS_ASKED
        over = self.pending is not None and self.pending.over
        before = one.progress.before is not None and runs(seen, one.progress.before, None)
        since = max(one.progress.sent_at, one.events_at or 0.0)
        if not (over and before and one.taken_at and self._brings_a_release) or clock.now() - since < pause:
            return None
        one.events_at = clock.now()
        return failure_recorded(self.context, self.poller, one.place, one.taken_at)

    def _watch_peers(self, answers: bool) -> None:
        """Rule 8: the documents disagree on whether a node command moves the peer too. If it does, follow it."""
        spec = self.spec
        if not answers or not self.poller.counts(spec.nodes[0][0]) or len(spec.nodes) != 1 or not self._following:
            return
        main = self._following[0]
        for peer in self.poller.peers(*spec.nodes[0]):
            if any(one.result.node == peer.node for one in self._following):
                continue
            first = self._peers.setdefault(peer.node, peer)
            known = first.version
            moved = known is not None and peer.version is not None and peer.version != known
            if not (moved or (peer.busy and not first.busy)):
                continue
            result = NodeResult(peer.router, peer.node, to_version=spec.wanted, moved_by_itself=True)
            result.from_version = known.text if known else None
            what = "moves by itself with its peer; nothing more is sent, and it is followed"
            self.context.tell(f"{self._name(result)}: {what}")
            self._following.append(
                _Followed(result, NodeProgress(main.progress.wanted, known, self.context.clock.now()))
            )

    # -- ends -------------------------------------------------------------------------------------------------

    def _end(self, todo: Sequence[_Followed], outcome: Outcome) -> None:
        for one in todo:
            one.outcome = one.outcome or outcome

    def _step(self, one: _Followed, what: str, words: str = "") -> None:
        moment = self.poller.conductor_time or self.context.clock.wall()
        one.result.steps.append(Step(format_timestamp(moment), what, words[:LONGEST_WORDS]))
        self.context.tell(f"{self._name(one.result)}: {what}" + (f": {operation_report.gist(words)}" if words else ""))

    def _name(self, result: NodeResult) -> str:
        """Nodes of routers often have the same names everywhere; those of the conductor's own router are known."""
        return result.node if result.router == self.poller.here[0] else f"{result.node}.{result.router}"

    def _said(self, one: _Followed, outcome: Outcome) -> str | None:
        """What the request was answered with, where that belongs to the reason and does not stand there already."""
        bad = outcome.state in ("unknown", "failed", "reverted", "not_started") and one.refused
        if not one.answer or not (bad or outcome.state == "unknown") or one.answer in one_line(outcome.reason):
            return None
        if one.refused:
            return f"The request was answered with: {operation_report.gist(one.answer, _QUOTED)}"
        return f"The request was answered with: {one.answer[:_QUOTED]}"

    def _close(self, one: _Followed, keep_journal: bool = False) -> NodeResult:
        """Write the outcome into the result and the journal."""
        context = self.context
        result, outcome = one.result, one.outcome or Outcome("unknown", "it was not followed to an end")
        if outcome.state == "reverted" and self.spec.request.operation == "revert":
            # It is back on what was to be taken back, which is the contrary of what "reverted" tells people.
            outcome = replace(outcome, state="failed")
        outcome = replace(outcome, reason=sentences(outcome.reason, self._said(one, outcome)))
        result.state, result.reason, result.local_fault = outcome.state, outcome.reason, outcome.local_fault
        if one.progress.seen.reachable:
            result.running_version = one.progress.seen.version_text or result.running_version
            result.install_type = one.progress.seen.install_type or result.install_type
        if result.started or result.adopted:
            result.ended = format_timestamp(context.clock.wall())
        # What somebody else has begun is not ended because this run sent nothing.
        ours_to_end = outcome.state != "unknown" and (outcome.state != "not_started" or result.started)
        if one.record and one.record.open and not keep_journal and ours_to_end:
            try:
                context.journal.outcome(one.record, outcome.state, outcome.reason)
            except JournalError as error:
                result.warnings.append(f"the outcome could not be written down: {error}")
        return result
