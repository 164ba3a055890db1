# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings a release onto the nodes of a router and sees it arrive. A download disturbs nobody.

What shows how far it is stands in ``download_view``, what that means is decided in ``arrival``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from ..conductor.request import Request
from ..pcli.errors import ConnectFailed, SessionBroken
from ..pcli.session import Pending
from ..software.download_words import read_words
from ..software.downloads import (
    FAILED,
    NOTHING,
    RUNNING,
    THERE,
    DownloadState,
)
from ..software.node_id import NodeId
from ..software.refusal_reasons import already_running, may_have_begun
from ..software.versions import satisfies, spelled, try_parse
from .arrival import (
    Arrival,
    DownloadKnowledge,
    DownloadOptions,
    End,
    begin,
    judge,
    looked,
    unseen_for,
    with_those_of_its_request,
)
from .context import Abandoned, RunContext, Steps
from .download_view import DownloadView
from .events import Adopted, NodeEnded, Refused, Sent, Stepped
from .gate import examine, pass_gate
from .installer import upgrade_installer
from .join_text import sentences
from .journal import Record
from .node_log import NodeLog
from .poller import StatusPoller
from .read_moments import download_moments
from .release_departure import release_departure
from .results import NodeResult
from .status import Pulse

__all__ = ["Download", "DownloadKnowledge", "DownloadOptions", "begun_anew", "patiently"]

#: A refusal that says that there is nothing to do, as against one that says that somebody is at it already.
_THERE_ALREADY = re.compile(
    r"already (been )?(downloaded|available|present|there|exists|installed|on (?:the|this|disk))\b", re.I
)
#: A request that kept its prompt for longer than this blocked until the download was over (seconds). One that only says
#: that it was accepted may take some seconds for it.
_BLOCKED = 20.0
#: How often it is told how far a download is that nobody else tells of (seconds).
_TOLD_EVERY = 60.0
#: What to do where nothing is known of downloads that were asked for. It is said once in a run.
_ADVICE = (
    "Downloads may go on: look at 'show system software download' by hand, or upgrade, which tries it and leaves the "
    "last word to the conductor"
)


@dataclass
class Download:
    """One request, and the nodes that it brings the release to. See :meth:`steps`.

    ``known`` is shared by all downloads of a run. ``again``: the conductor said that it is not there, whatever is
    shown. So it is asked for, and no words are waited for.
    """

    context: RunContext
    poller: StatusPoller
    request: Request
    node_ids: tuple[NodeId, ...]
    options: DownloadOptions = field(default_factory=DownloadOptions)
    known: DownloadKnowledge = field(default_factory=DownloadKnowledge)
    again: bool = False
    logs: list[NodeLog] = field(default_factory=list)
    #: Nodes of which nothing readable was told: their upgrade is tried.
    silent: set[str] = field(default_factory=set)
    #: The conductor's words where it refused the request.
    refusal: str = ""
    _arrivals: dict[str, Arrival] = field(default_factory=dict)
    #: What is written down of downloads that have no outcome yet.
    _records: dict[str, Record] = field(default_factory=dict)
    _before: dict[str, list[str]] = field(default_factory=dict)
    _pending: Pending | None = None
    _kept_prompt: bool = False

    def __post_init__(self) -> None:
        self._view = DownloadView(self.context, self.poller, try_parse(self.request.version))

    def steps(self, check_mode: bool = False) -> Steps:
        """Do it, unless every node runs the version or has it. Raises Abandoned, and the errors of the session."""
        self.logs = [self._begin(NodeId(*node_id)) for node_id in self.node_ids]
        todo = _open(self.logs)
        if check_mode:
            self._end(todo, "planned", f"would download {spelled(self.request.version)}")
            return self.results
        if any(not log.result.adopted for log in todo):
            todo = yield from self._send(todo)
        for log in todo:
            record = self.context.journal.last(*log.node_id)
            if record is not None and record.open and record.operation == "download":
                self._records[log.result.node] = record
        yield from self._follow(todo)
        return self.results

    @property
    def results(self) -> list[NodeResult]:
        """What became of its nodes so far."""
        return [log.result for log in self.logs]

    @property
    def keeps_prompt(self) -> bool:
        """Is its request still without an end?"""
        return self._pending is not None and not self._pending.over

    def without_figures(self) -> float:
        """For how many seconds it is shown to run without a figure of how much of it is there."""
        left = [self._arrivals.get(log.result.node) for log in _open(self.logs)]
        return min(
            (self.context.clock.now() - arrival.figured for arrival in left if arrival and arrival.runs), default=0.0
        )

    # -- before -----------------------------------------------------------------------------------------------

    def _begin(self, node_id: NodeId) -> NodeLog:
        """What a node is like before anything is sent."""
        view = self._view
        running, version = view.running_version(node_id), self.request.version
        result = NodeResult(*node_id, to_version=version, from_version=running, running_version=running)
        log = NodeLog(self.context.events, result)
        if running and satisfies(try_parse(running), view.wanted):
            log.record(NodeEnded("up_to_date", f"runs {spelled(running)} already"))
            return log
        state = view.joined(node_id, view.state(node_id))
        if state.kind == THERE and not self.again:
            log.record(NodeEnded("up_to_date", f"{spelled(version)} is on the node already{state.beside}"))
            return log
        self._before[node_id.node] = view.lines(node_id)
        decision = examine(download_moments(self.context, self.poller, node_id, downloading=state.kind == RUNNING))
        if decision.kind == "never":
            log.record(NodeEnded("blocked", f"nothing was sent: {decision.reason}"))
        elif decision.kind == "follow":
            log.record(Adopted(f"{spelled(version)} is being downloaded already; it is followed"))
        return log

    # -- sending ----------------------------------------------------------------------------------------------

    def _send(self, todo: list[NodeLog]) -> Generator[bool, None, list[NodeLog]]:
        """Send the request once. Returns those that are to be followed."""
        context, scope = self.context, (self.request.router, self.request.node)
        if self.options.installation_service and scope not in self.known.installers:
            refused = yield from upgrade_installer(context, self.poller, self.request, self.options.timeout, todo[0])
            if refused:
                return self._end(todo, "blocked", f"nothing was sent: {refused}")
            self.known.installers.add(scope)
        lifted, patience = self.options.lifted, self.options.timeout
        departure = release_departure(context, self.poller, self.request, patience, todo, passed_over=lifted)
        passage = yield from pass_gate(context, self.poller, departure)
        passage.raise_lost()
        if passage.pending is None:
            state = "blocked" if passage.error is None else "not_started"
            return self._end(todo, state, f"nothing was sent: {passage.decision.reason}")
        self._pending = passage.pending
        for log in todo:
            log.record(Sent(passage.command, accepted=True))
        if not self.again:  # the first time is told, and that it is tried again
            context.tell(f"{', '.join(log.name for log in todo)}: sent: {passage.command}")
        context.conductor.session.wait(self._pending, min(1.0, context.limits.poll_min))
        return todo

    def _end(self, todo: list[NodeLog], state: str, reason: str, accepted: bool | None = None) -> list[NodeLog]:
        """End these nodes. Returns that none is left."""
        for log in todo:
            closes = self._records.pop(log.result.node, None)
            log.end(NodeEnded(state, reason, accepted=accepted, closes=closes))
        return []

    # -- following --------------------------------------------------------------------------------------------

    def _follow(self, todo: list[NodeLog]) -> Generator[bool, None, None]:
        """Poll until it is known of every node how its download has ended, or nothing more is shown."""
        clock = self.context.clock
        began = last = clock.now()
        pulse = Pulse(clock, _TOLD_EVERY)
        self._arrivals = {log.result.node: begin(began) for log in todo}
        while todo:
            if self.poller.final:
                raise self.poller.final  # pylint: disable=raising-bad-type
            if self._refused(todo):
                return
            for log in todo:
                if not self.poller.answers:
                    arrival = self._arrivals[log.result.node]
                    self._arrivals[log.result.node] = unseen_for(arrival, clock.now() - last)
                self._look(log)
            last = clock.now()
            todo = _open(todo)
            if not todo:
                return
            if not self.context.alive():
                raise Abandoned("Nobody waits for this task any more. The download goes on.")
            if not self.poller.shared and pulse.due():  # of many there is a line for all
                for log in todo:
                    self.context.tell(f"{log.name}: {_how_far(self._arrivals[log.result.node].state, self.request)}")
            yield False
            if self._pending and not self._pending.over and not self.context.conductor.session.poll(self._pending):
                self._kept_prompt = clock.now() - began > _BLOCKED

    def _refused(self, todo: list[NodeLog]) -> bool:
        """Has the request ended with a refusal? One that says that the version is there already is none."""
        pending = self._pending
        if pending is None or not pending.over or pending.error is not None or not pending.response.error:
            return False
        words = pending.response.error
        there = _THERE_ALREADY.search(words) is not None
        for log in todo:
            followed = not there and already_running(words)
            log.record(Refused("the conductor refused", words, quiet=True, followed=followed))
        if there:
            self._end(todo, "up_to_date", f"the conductor says: {words}", accepted=False)
            return True
        if already_running(words) or may_have_begun(words):
            self._pending = None
            return False
        self.refusal = words
        self._end(todo, "failed", f"the conductor refused: {words}", accepted=False)
        return True

    def _look(self, log: NodeLog) -> None:
        """One look at a node; gives it its end, if there is one."""
        node, now = log.result.node, self.context.clock.now()
        arrival = self._arrivals[node]
        state = self._look_now(log.node_id, arrival)
        if state is not None:
            if state.readable:
                self.known.readable = True
            if state.readable and state.kind != arrival.state.kind:
                log.record(Stepped(f"download: {state.kind}", state.words, quiet=True))
            self._arrivals[node] = arrival = looked(arrival, state, now)
        patience = 0.0 if self.again else self.known.patience(self.options.silence)
        shared = with_those_of_its_request(arrival, list(self._arrivals.values()))
        end = judge(shared, now, self.request.version, self.options, patience)
        if end is not None:
            self._conclude(log, end)

    def _look_now(self, node_id: NodeId, arrival: Arrival) -> DownloadState | None:
        """What is told now; None where the conductor does not answer, and while it is another node's turn."""
        if not self.poller.answers:
            return None
        listed = self._view.partial(node_id)
        if listed.kind == THERE:
            return self._view.joined(node_id, listed)
        if arrival.looks and not self.poller.is_its_turn(("download", *node_id)):
            return listed if listed.readable else None
        state = self._view.state(node_id, self._before.get(node_id.node, []))
        return self._view.joined(node_id, state if state.readable else self._answered() or state)

    def _answered(self) -> DownloadState | None:
        """What our own request tells where nothing else does. A tick that came back at once means *accepted*."""
        pending = self._pending
        if pending is None or pending.error is not None:
            return None
        if not pending.over:
            return DownloadState(RUNNING, words="the request has not come back yet") if self.known.blocks else None
        if pending.response.error:
            return None
        words = "; ".join(pending.response.messages)
        if self._kept_prompt:
            self.known.blocks = True
            return DownloadState(THERE, words=f"the request came back without an error: {words}")
        kind = read_words(words).kind
        return DownloadState(kind, words=words) if kind in (THERE, FAILED) else None

    def _conclude(self, log: NodeLog, end: End) -> None:
        state, reason = end.state, end.reason
        if end.silent and self.options.alone is not None and self._was_lost():
            raise self._pending.error  # it is looked at anew, and asked for again: no upgrade comes that would do so
        if end.silent:
            self.silent.add(log.result.node)
            self.known.silent = True
            if self.options.alone is not None:
                state, reason = self._asked_for(log, end)
        self._end([log], state, reason)
        if not self.poller.shared:
            self.context.tell(f"{log.name}: {end.reason}")

    def _was_lost(self) -> bool:
        """Did the session of a rollout break before the request was answered? It may not have got through."""
        lost = self._pending is not None and self._pending.over and isinstance(self._pending.error, SessionBroken)
        return lost and self.poller.shared

    def _asked_for(self, log: NodeLog, end: End) -> tuple[str, str]:
        """State and reason where no upgrade follows and nothing readable is shown of the download.

        What was requested is done where the conductor took it.
        """
        if not self.known.advised:
            self.known.advised = True
            self.context.tell(sentences(end.reason, _ADVICE))
        log.record(Stepped("nothing readable is shown about the download", end.reason, quiet=True))
        if log.result.adopted or (self._pending is not None and self._pending.over and self._pending.error is None):
            second = self._arrivals[log.result.node].state.second
            told = f"whether it is there is disputed ({second})" if second else "nothing tells whether it is there"
            return "done", f"{spelled(self.request.version)} is asked for; {told}"
        return end.state, "the request for the download has not come back: check whether it goes on"


def _open(logs: list[NodeLog]) -> list[NodeLog]:
    """Those of the nodes that have no end yet."""
    return [log for log in logs if log.result.state == "not_started"]


def _how_far(state: DownloadState, request: Request) -> str:
    """How far the download of a node is, where a single one is waited for."""
    words = state.words or ("nothing is shown about it" if state.kind == NOTHING else state.kind)
    return f"the download of {spelled(request.version)}: {words}"


def patiently(context: RunContext, poller: StatusPoller, timeout: float, make: Callable[[], Download]) -> Steps:
    """A download that a lost session does not end; see :func:`begun_anew`."""
    return (yield from begun_anew(context, poller, timeout, lambda: make().steps()))


def begun_anew(context: RunContext, poller: StatusPoller, timeout: float, begin_steps: Callable[[], Steps]) -> Steps:
    """Work that looks first and sends then. A session that breaks meanwhile costs time in a rollout: it begins anew.

    By then the other conductor node may answer. Raises PcliError and Abandoned as the work does: a lost session only
    outside a rollout, and after so many seconds.
    """
    deadline = context.clock.now() + timeout
    while True:
        try:
            return (yield from begin_steps())
        except (SessionBroken, ConnectFailed) as error:
            if not poller.shared or context.clock.now() >= deadline:
                raise
            poller.note(error)
            while not poller.answers and not poller.final and context.clock.now() < deadline:
                yield False
