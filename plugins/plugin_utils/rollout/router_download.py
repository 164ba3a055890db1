# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done with a release on a router before an upgrade: brought there, paused on its way, or taken away."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from ..conductor.request import Request
from ..pcli.errors import DeviceError, PcliError
from ..pcli.session import Pending
from ..software import operation_status
from ..software.downloads import RUNNING, THERE
from ..software.node_id import NodeId
from ..software.versions import try_parse
from .context import RunContext, Steps
from .download import Download, DownloadKnowledge, DownloadOptions, begun_anew
from .download_view import DownloadView
from .events import NodeConcluded, NodeEnded, PhaseEntered, Sent, Stepped
from .gate import Passage, examine, first_look, pass_gate
from .journal import Record
from .moments import NodeMoment
from .node_log import NodeLog
from .poller import StatusPoller
from .read_moments import withdrawal_moment
from .release_departure import release_departure
from .results import NodeResult


@dataclass
class RouterDownload:
    """One router, as a :class:`.RouterRun`. ``request`` names the operation: download, pause or remove."""

    context: RunContext
    poller: StatusPoller
    router: str
    nodes: tuple[str, ...]
    request: Request
    options: DownloadOptions = field(default_factory=DownloadOptions)
    #: One request for the router, which serves all of its nodes at once (CLI-7.2), or one for each node.
    together: bool = True
    #: Shared by all routers of a run.
    known: DownloadKnowledge = field(default_factory=DownloadKnowledge)
    results: list[NodeResult] = field(default_factory=list)
    took: list[tuple[str, float]] = field(default_factory=list)
    #: A download that has failed is tried again; see RouterRun.
    bad_end = ""
    #: There is nothing to be proven after it.
    proving = False
    _download: Download | None = None

    @property
    def accepted(self) -> bool:
        """True if the conductor took a request for one of its nodes."""
        return any(result.accepted for result in self.results)

    @property
    def aside(self) -> bool:
        """Is it time that another one begins, since no figure tells whether this download hangs? See DownloadLane."""
        limit = max(self.options.silence, self.options.alone or 0.0)
        return self._download is not None and self._download.without_figures() >= limit

    def steps(self, check_mode: bool = False) -> Steps:
        """Do it. Raises Abandoned, and the errors of the session."""
        clock, events = self.context.clock, self.context.events
        began = clock.now()
        node_ids = [NodeId(self.router, node) for node in self.nodes]
        arrived = False
        for group in [node_ids] if self.together else [[node_id] for node_id in node_ids]:
            node = None if self.together else group[0].node
            request = replace(self.request, router=self.router, node=node)
            events.emit(PhaseEntered(request.operation, router=self.router, node=node or ""))
            begin = partial(self._steps_of, request, group, check_mode)
            ended = yield from begun_anew(self.context, self.poller, self.options.timeout, begin)
            if request.operation == "download":
                arrived = arrived or not self._download.silent
            self.results += ended
            for result in ended:
                events.emit(NodeConcluded(result, router=result.router, node=result.node))
        if arrived and any(result.state == "done" and not result.adopted for result in self.results):
            self.took.append(("download", clock.now() - began))
        return self.results

    def _steps_of(self, request: Request, node_ids: list[NodeId], check_mode: bool) -> Steps:
        if request.operation != "download":
            return self._withdraw(request, node_ids, check_mode)
        self._download = Download(self.context, self.poller, request, tuple(node_ids), self.options, self.known)
        return self._download.steps(check_mode)

    # -- pause and remove -------------------------------------------------------------------------------------

    def _withdraw(self, request: Request, node_ids: list[NodeId], check_mode: bool) -> Generator:
        """Pause or cancel a download, or remove what was downloaded; nothing is sent where neither is there."""
        view = DownloadView(self.context, self.poller, try_parse(request.version))
        logs = [self._before(view, request, node_id) for node_id in node_ids]
        self._spare_the_running(request, logs)
        todo = [log for log in logs if log.result.state == "not_started"]
        if check_mode:
            for log in todo:
                log.record(NodeEnded("planned", f"would {_VERBS[request.operation]} {request.version}"))
        elif todo:
            yield from self._ask(request, todo)
        return [log.result for log in logs]

    def _spare_the_running(self, request: Request, logs: list[NodeLog]) -> None:
        """A request that names no node reaches all of the router, so also one that runs the version."""
        for log in logs:
            if log.result.state == "not_started":
                decision = examine([self._moment(request, log.node_id)])
                if not decision.sends:
                    log.record(NodeEnded("blocked", decision.reason))

    def _moment(self, request: Request, node_id: NodeId) -> NodeMoment:
        return withdrawal_moment(self.poller, node_id, request)

    def _before(self, view: DownloadView, request: Request, node_id: NodeId) -> NodeLog:
        """What a node is like before anything is sent."""
        kind = view.state(node_id).kind
        asset = self.poller.asset(*node_id)
        running = asset.version_text if asset else None
        result = NodeResult(*node_id, from_version=running, running_version=running, to_version=request.version)
        log = NodeLog(self.context.events, result)
        decision = first_look(self._moment(request, node_id))
        if not decision.sends:
            log.record(NodeEnded("blocked", decision.reason))
            return log
        nothing = kind != RUNNING and (request.operation == "pause" or kind != THERE)
        if nothing and self.poller.round.software(node_id) is not None:
            what = "on its way to the node" if request.operation == "pause" else "on the node, nor on its way there"
            log.record(NodeEnded("up_to_date", f"{request.version} is not {what}"))
        return log

    def _ask(self, request: Request, todo: list[NodeLog]) -> Generator[bool, None, None]:
        context = self.context
        records: dict[str, Record] = {}
        departure = release_departure(context, self.poller, request, self.options.timeout, todo, records)
        passage = yield from pass_gate(context, self.poller, departure)
        if passage.decision.sends and passage.pending is None:  # it may have got through, so it is not sent again
            self._end_unanswered(todo, passage)
            return
        passage.raise_lost()
        if passage.pending is None:
            state = "blocked" if passage.error is None else "not_started"
            for log in todo:
                log.record(NodeEnded(state, f"nothing was sent: {passage.decision.reason}"))
            return
        for log in todo:
            log.record(Sent(passage.command, accepted=True))
            context.tell(f"{log.name}: sent: {passage.command}")
        deadline = context.clock.now() + context.limits.request_timeout
        context.conductor.session.wait(passage.pending, 1.0)
        while not context.conductor.session.poll(passage.pending) and context.clock.now() < deadline:
            yield True
        self._conclude(request, passage.pending, todo, records)

    def _end_unanswered(self, todo: list[NodeLog], passage: Passage) -> None:
        self.poller.note(passage.error)
        for log in todo:
            log.record(Sent(passage.command))
            log.record(NodeEnded("unknown", f"the session broke while '{passage.command}' was sent: {passage.error}"))

    def _conclude(self, request: Request, pending: Pending, todo: list[NodeLog], records: Mapping[str, Record]) -> None:
        """What the conductor answered; no answer is no proof."""
        state, reason, words = "unknown", f"'{pending.command}' has not come back", ""
        if pending.over:
            try:
                response = self.context.conductor.session.result(pending)
                words = "\n".join(operation_status.status_lines(response))
                state, reason = "done", f"{_DONE[request.operation]}: {words or 'the conductor answered nothing'}"
                if operation_status.hint(operation_status.status_lines(response), "revert") == "failed":
                    state, reason = "failed", f"the conductor says: {words}"
            except DeviceError as error:
                state, reason, words = "failed", f"the conductor refused: {error.words}", error.words
            except PcliError as error:
                reason = str(error)
        for log in todo:
            log.record(Stepped("the conductor answered", words, quiet=True))
            closes = records.get(log.result.node) if state != "unknown" else None
            log.record(NodeEnded(state, reason, accepted=state != "failed", closes=closes))


_VERBS = {"pause": "pause the download of", "remove": "cancel or remove"}
_DONE = {"pause": "the download is paused", "remove": "cancelled or removed"}
