# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of one operation: its request, the nodes that it moves, and what all of its parts share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..conductor.request import Request
from ..pcli.session import Pending
from ..pcli.waiting import Steps
from ..planning.overrides import Override
from ..software.assets import Asset
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus
from .context import Limit, RunContext
from .events import Accepted, Refused, Stepped
from .journal import Record
from .judge import Outcome
from .moments import LiveNode
from .node_log import NodeLog
from .node_progress import Limits, NodeProgress
from .observation import CommandBaseline
from .operation_end import Signs, StatusWatch
from .poller import StatusPoller
from .results import NodeResult

#: Of the conductor's own words so much is kept with each step: a fleet has thousands of them.
LONGEST_WORDS = 2000


class AskAgain(Exception):
    """Nothing was sent, and things have changed: everything is examined anew."""


@dataclass(frozen=True)
class OperationSpec:
    """One request, the nodes that it moves, and the version that each of them must run afterwards.

    ``recorded`` is what the nodes ran when the whole run began, where that is known: a node that meanwhile runs the
    requested version without a command of ours was moved by the vendor's own sequencing (rule 8).
    """

    request: Request
    nodes: tuple[NodeId, ...]
    wanted: str
    recorded: str | None = None
    #: By the user's name for it: what runs, or may, on the nodes themselves does not count.
    ignore_running: bool = False
    #: The revert of a node was decided, which need not be settled (rule 20).
    taken_back: bool = False
    #: Why nothing is sent, whatever is found, and what runs there already is only followed.
    only_follow: str = ""
    #: False between the two nodes of a conductor pair that comes from below 6.3 (rule 11).
    assets_count: bool = True
    #: Seconds that an asset may stay away before the conductor is asked once to reconnect it (rule 30); 0: never.
    reconnect_after: float = 0
    #: Asked right before the request is sent: the limits of the run. None: there are none.
    may: Limit | None = None
    #: Is it the rest of a router that has begun? Where nothing is sent to it, it is held.
    rest: bool = False
    #: Its nodes that were moved to the version, and ended well.
    done: tuple[str, ...] = ()
    #: What those of its nodes that have ended ran before, by node.
    before: Mapping[str, str | None] = field(default_factory=dict)
    #: The other routers of its exclusive group (rule 23).
    group: tuple[str, ...] = ()
    #: Conditions of the gate that a person has lifted for its router (rule 46).
    overrides: tuple[Override, ...] = ()

    @property
    def installs(self) -> bool:
        """True if the request brings a release onto the nodes."""
        return self.request.operation in ("upgrade", "downgrade")


@dataclass
class FollowedNode:
    """A node that is being followed: what is remembered of it, and the log of its result."""

    log: NodeLog
    progress: NodeProgress
    record: Record | None = None
    report: str | None = None
    report_words: str = ""
    #: What the request itself was answered with, which may be a refusal in words that nobody can know.
    answer: str = ""
    #: Was that an error? Then its words stand in every bad end.
    refused: bool = False
    #: What the status of the operation has shown of it.
    watch: StatusWatch = field(default_factory=StatusWatch)
    #: When the conductor took our request, by its own clock; and when it was last asked for its events, by ours.
    taken_at: datetime | None = None
    events_at: float | None = None
    #: The observation that has begun, while answers of the node are awaited.
    observation: Steps[NodeStatus] | None = None
    #: State and version in the list of assets when it began.
    listed: tuple[str | None, str | None] | None = None
    #: Followed only because it is not settled: nothing shows an operation, and nothing of ours was sent.
    only_unsettled: bool = False
    #: What a boot since is counted from; None: it is not known whether it has booted since its operation began.
    baseline: CommandBaseline | None = None
    #: A node beside it has arrived, so its own turn may begin: an absence before that was none of its attempt.
    turn_begins: bool = False
    outcome: Outcome | None = None
    #: When it was followed to its outcome, by our clock.
    ended_at: float = 0.0
    line: str = ""
    reconnected: bool = False
    #: When a list of assets has last shown it there, by our clock: also where its own answers were not waited for.
    present_at: float = 0.0
    #: How often it was done and not well any more before the nodes beside it had ended.
    reopened: int = 0
    #: What the conductor shows about operations on it, read while it may have to be reconnected.
    shown_away: tuple[str, ...] = ()

    @property
    def result(self) -> NodeResult:
        """Its result so far."""
        return self.log.result

    @property
    def node_id(self) -> NodeId:
        """Which node it is."""
        return self.log.node_id


@dataclass
class OperationRun:
    """What the parts of one operation share: the run around it, the request, and what became of both so far."""

    context: RunContext
    poller: StatusPoller
    spec: OperationSpec
    pending: Pending | None = None
    #: Has its answer been taken note of? Whoever asks something else may be the first to whom it is there.
    answered: bool = False
    #: The conductor's words if it refused since the release is not on the node yet: nothing was begun then.
    missing: str | None = None
    peers: dict[str, Asset] = field(default_factory=dict)
    #: What was written down of the nodes, and of their peers, when it was decided that a command may be sent.
    records: dict[NodeId, Record | None] = field(default_factory=dict)
    #: The nodes that matter, as they are right before the request is sent.
    live: dict[NodeId, LiveNode] = field(default_factory=dict)
    #: Since when it waits at the gate, and since when for nodes that are not as they must be.
    at_gate_since: float | None = None
    unwell_since: float | None = None
    #: What was reported of that wait, and of its nodes before it.
    wait_reported: str = ""
    nodes_reported: dict[NodeId, str] = field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        """Those of the run; for several nodes, which may move one after the other, with that much more time."""
        limits, count = self.context.limits, len(self.spec.nodes)
        return limits if count < 2 else replace(limits, upgrade_timeout=limits.upgrade_timeout * count)

    @property
    def group_routers(self) -> tuple[str, ...]:
        """The other routers of its exclusive group, as far as they keep it out: what has begun may go on."""
        return () if self.spec.rest or self.spec.request.operation == "revert" else self.spec.group

    @property
    def nothing_sent(self) -> str:
        """The state of a node to which nothing is sent."""
        return "held" if self.spec.rest else "not_started"

    def baseline_now(self) -> CommandBaseline:
        """What is true now: a node that boots before this moment has not booted since (rule 16)."""
        return CommandBaseline(self.context.clock.now(), self.poller.conductor_time_now)

    def signs(self, node: FollowedNode) -> Signs:
        """What is known beside the node itself of the end of its operation."""
        request_over = self.pending is None or self.pending.over
        return Signs(node.watch, request_over, self.spec.ignore_running)

    def end(self, nodes: Iterable[FollowedNode], outcome: Outcome) -> None:
        """Give an outcome to those nodes that have none."""
        for node in nodes:
            node.outcome = node.outcome or outcome

    def step(self, node: FollowedNode, what: str, words: str = "", quiet: bool = False) -> None:
        """Record a step of a node. ``quiet``: it is not shown while the run goes on."""
        node.log.record(Stepped(what, words[:LONGEST_WORDS], quiet, at=self.poller.conductor_time))

    def seen(self, node: FollowedNode, line: str, status: NodeStatus) -> None:
        """Record how a node is now: what it was last seen to run is known also where the work on it breaks off."""
        running = status.version_text if status.reachable else None
        away = status.away or not status.reachable
        seen = "away" if away else "arrived" if node.progress.arrived_at is not None else "there"
        node.log.record(Stepped(line, running_version=running, seen=seen, at=self.poller.conductor_time))

    def accept(self, nodes: Iterable[FollowedNode], what: str, words: str = "") -> None:
        """The request was taken, or may have been; with the step that shows it."""
        for node in nodes:
            node.log.record(Accepted(what, words[:LONGEST_WORDS], at=self.poller.conductor_time))

    def refused(self, node: FollowedNode, what: str, words: str, followed: bool = False) -> None:
        """The request was refused; ``followed``: its node is followed all the same."""
        moment = self.poller.conductor_time
        node.log.record(Refused(what, words[:LONGEST_WORDS], followed=followed, at=moment))

    def log(self, result: NodeResult) -> NodeLog:
        """The log of a node of this operation. One of the conductor's own router is called by its name alone."""
        own = result.router == self.poller.local_node[0]
        return NodeLog(self.context.events, result, result.node if own else "")
