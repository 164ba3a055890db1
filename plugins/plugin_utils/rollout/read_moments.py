# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the gate judges: the status of a node, its peers, what the conductor shows, and what is written down.

What costs a command is read last. So the moments of a node are an iterator: each of them knows more than the one
before, and the next is read only where nothing was decided by the last (see :func:`.gate.examine`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial

from ..conductor.request import Request
from ..pcli.waiting import Steps
from ..planning.overrides import lifted
from ..software import operation_status
from ..software.assets import Asset
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus, runs
from ..software.versions import satisfies, try_parse
from .context import RunContext
from .journal import JournalError, Record
from .moments import MOVES, BegunCommand, LiveNode, NodeMoment, Patience, PeerMoment, Written
from .observation import observe
from .operation_state import FollowedNode, OperationRun
from .poller import StatusPoller, partial_status

#: What is begun; a revert mends what was begun before, and waits for no web API.
_STARTS = ("upgrade", "downgrade")

# -- of a node that an operation moves --------------------------------------------------------------------------------


def read_status_again(run: OperationRun, node: FollowedNode) -> Steps[None]:
    """Read the status of a node where it is not known, or may be older than what the conductor reports.

    What was read is remembered in its progress. One that cannot be read again is not known to be well, and then those
    words outweigh no intent of ours.
    """
    poller, ask, status = run.poller, run.context.waiting.ask, node.progress.status
    if not status.reachable:
        status = yield from ask(partial(observe, poller, node.node_id))
    if not run.spec.ignore_running and (yield from ask(partial(_outweighed, run, node))):
        # The words are newer than the list: what they call over may have brought the requested version meanwhile.
        status = (yield from ask(partial(_full_status, run, node))) if poller.refresh() else NodeStatus()
    node.progress = replace(node.progress, status=status)


def _full_status(run: OperationRun, node: FollowedNode) -> NodeStatus:
    """The status of a node by its own answers, with as much of its version as is needed."""
    status = observe(run.poller, node.node_id)
    return run.poller.round.full_version(node.node_id, status, node.progress.wanted)


def operation_moments(run: OperationRun, node: FollowedNode) -> Iterator[NodeMoment]:
    """The moments of a node before its command, after its status was read again."""
    spec, poller, wanted, status = run.spec, run.poller, node.progress.wanted, node.progress.status
    moment = NodeMoment(
        node.node_id,
        spec.request.operation,
        status,
        wanted,
        ignore_running=spec.ignore_running,
        taken_back=spec.taken_back,
        only_follow=spec.only_follow,
        lifted=lifted(spec.overrides),
    )
    if not spec.ignore_running:
        moment = replace(moment, begun=begun_command(run.context, poller, node.record, _at_rest(status)))
    if runs(status, wanted, None):
        yield moment
        return
    if not spec.ignore_running:
        moment = replace(moment, lines=poller.round.status_lines(moment.operation, *node.node_id))
        yield moment
    yield replace(moment, peers=_peers(run, moment))


def begun_command(
    context: RunContext, poller: StatusPoller, record: Record | None, well: bool = True
) -> BegunCommand | None:
    """What was written down of a node and may count still; None where no command that moves it is without its end.

    ``well``: the node is well and at rest, as far as its own answers show.
    """
    if record is None or not record.open or record.operation not in MOVES:
        return None
    lines = poller.round.status_lines(record.operation, record.router, record.node)
    return begun_by(context, record, lines, well)


def operation_shown_at(poller: StatusPoller, node_id: NodeId) -> str | None:
    """The line that shows that a node is being moved, by whatever operation and whoever has begun it."""
    shown = (operation_status.runs_now(list(poller.round.status_lines(name, *node_id)), node_id.node) for name in MOVES)
    return next(filter(None, shown), None)


def begun_by(context: RunContext, record: Record, lines: tuple[str, ...], well: bool) -> BegunCommand:
    """What was written down of a node as without its end, with what the conductor shows of it now."""
    age, limits = context.journal.age(record), context.limits
    return BegunCommand(record, age, limits.upgrade_timeout, lines, well, limits.operation_settle)


def _at_rest(status: NodeStatus) -> bool:
    """True if a node shows nothing of an operation: it is settled, in service, on a version that is read."""
    return status.settled and status.version is not None and status.service is not False


def _outweighed(run: OperationRun, node: FollowedNode) -> bool:
    """True if only the conductor's words keep an intent of ours from counting whose end nobody wrote down."""
    begun = begun_command(run.context, run.poller, node.record, _at_rest(node.progress.status))
    return begun is not None and replace(begun, lines=()).may_run and not begun.may_run


def _peers(run: OperationRun, moment: NodeMoment) -> tuple[PeerMoment, ...]:
    """The other nodes of the pair. Of one that is settled on the requested version nothing is asked."""
    peers = []
    for asset in run.peers.values():
        peer = PeerMoment(asset.node, asset.settled, asset.version)
        if not (asset.settled and asset.version is not None and satisfies(asset.version, moment.wanted)):
            peer = _with_operation(run, moment, asset, peer)
        peers.append(peer)
    return tuple(peers)


def _with_operation(run: OperationRun, moment: NodeMoment, asset: Asset, peer: PeerMoment) -> PeerMoment:
    """A peer with what is written down of it, and else with what the conductor shows of it."""
    poller, node_id = run.poller, NodeId(asset.router, asset.node)
    try:
        record = run.records[node_id] = run.context.journal.last(*node_id)
    except JournalError as error:
        return replace(peer, unreadable=str(error).rstrip("."))
    begun = begun_command(run.context, poller, record, _at_rest(partial_status(asset)))
    if begun is not None and begun.may_run:
        peer = replace(peer, begun=begun)
        if not begun.overdue:
            return peer
    if not poller.counts(asset.router):  # below 6.3 a conductor reports only about itself
        return peer
    operations = dict.fromkeys((moment.operation, *MOVES))
    return replace(peer, shown=tuple(poller.round.status_lines(operation, *node_id) for operation in operations))


def nodes_that_matter(run: OperationRun) -> dict[NodeId, tuple[str, ...]]:
    """The nodes of a request, their peers and their group, with the operations of which the conductor is asked."""
    spec, poller = run.spec, run.poller
    operations = tuple(dict.fromkeys((spec.request.operation, *MOVES)))
    mates = [node_id for router in run.group_routers for node_id in poller.nodes_of(router)]
    return {NodeId(*node_id): operations for node_id in [*spec.nodes, *_peer_ids(run), *mates]}


def _peer_ids(run: OperationRun, own: Collection[NodeId] = ()) -> list[NodeId]:
    """The nodes of the routers of a request, but for its ``own``.

    Below 6.3 a conductor node says nothing of its peer (rule 11).
    """
    routers = dict.fromkeys(router for router, _node in run.spec.nodes)
    return [
        node_id
        for router in routers
        if run.poller.counts(router)
        for node_id in run.poller.nodes_of(router)
        if node_id not in own
    ]


def locked_moments(run: OperationRun, nodes: Sequence[FollowedNode]) -> Iterator[NodeMoment]:
    """The nodes of a request as they are under the lock, which costs no command. Raises JournalError."""
    context, journal, operation = run.context, run.context.journal, run.spec.request.operation
    now, own = context.clock.now(), {node.node_id for node in nodes}
    since = now if run.unwell_since is None else run.unwell_since
    patience = Patience(now, since, context.limits.service_timeout, context.limits.settle_timeout)
    # One that the request names and that is not to be moved, since it is up to date, is a peer like any other.
    peers = [_live_peer(run, node_id.node, node_id) for node_id in _peer_ids(run, own)]
    mates = [mate for router in run.group_routers for mate in _mates(run, router)]
    for node in nodes:
        written = [
            Written(node_id, examined, journal.last(*node_id))
            for node_id, examined in run.records.items()
            if node_id == node.node_id or node_id not in own  # also of nodes beside it, which it may reach
        ]
        yield NodeMoment(
            node.node_id,
            operation,
            node.progress.status,
            node.progress.wanted,
            written=tuple(written),
            ignore_running=run.spec.ignore_running,
            done=run.spec.done,
            live=_vouched_for(run, run.live.get(node.node_id)),
            peers=tuple(peer for peer in peers if peer.live.node_id.router == node.node_id.router),
            mates=tuple(mates),
            patience=patience,
            lifted=lifted(run.spec.overrides),
        )


def _vouched_for(run: OperationRun, live: LiveNode | None) -> LiveNode | None:
    """The node as it is; not settled, as far as a new start goes, while a web API that is required does not answer."""
    if live is None or live.state is None or run.spec.request.operation not in _STARTS:
        return live
    missing = run.context.conductor.second.missing(live.node_id)
    if missing is None:
        return live
    return replace(live, settled=False, state=f"{live.state}, but {missing}")


def _mates(run: OperationRun, router: str) -> list[PeerMoment]:
    """The nodes of a router of the same exclusive group. One that is not listed is not known to be well."""
    node_ids = run.poller.nodes_of(router)
    if not node_ids:
        return [PeerMoment(router, live=LiveNode(NodeId(router, "")))]
    return [_live_peer(run, str(node_id), node_id) for node_id in node_ids]


def _live_peer(run: OperationRun, name: str, node_id: NodeId) -> PeerMoment:
    live = run.live.get(node_id) or LiveNode(node_id)
    return live_peer(run.context, live, name, run.poller.asset(*node_id))


def live_peer(context: RunContext, live: LiveNode, name: str, asset: Asset | None) -> PeerMoment:
    """A node as it was asked for just now, with what the list of assets shows, and with what is written down of it."""
    settled, version = (asset.settled, asset.version) if asset else (False, None)
    busy = asset.status or asset.state if asset and asset.busy else ""
    peer = PeerMoment(name, settled, version, shown=live.shown, live=live, busy=busy)
    try:
        record = context.journal.last(*live.node_id)
    except JournalError as error:
        return replace(peer, unreadable=str(error).rstrip("."))
    if record is None:
        return peer
    lines = tuple(line for shown in live.shown for line in shown)
    well = asset is not None and live.unwell is None and _at_rest(partial_status(asset))
    return replace(peer, begun=begun_by(context, record, lines, well))


# -- of a node whose revert is decided, or whose release is brought or taken away -------------------------------------


def revert_moment(poller: StatusPoller, node_id: NodeId, status: NodeStatus) -> NodeMoment:
    """A node whose revert is decided. The session's own node answers whatever its asset shows."""
    status = replace(status, away=False) if node_id == poller.local_node else status
    lines = tuple(line for name in MOVES for line in poller.round.status_lines(name, *node_id))
    return NodeMoment(node_id, "revert decision", status, lines=lines)


def download_moments(
    context: RunContext, poller: StatusPoller, node_id: NodeId, downloading: bool = False
) -> Iterator[NodeMoment]:
    """The moments of a node to which a release is brought. Raises JournalError."""
    record, asset = context.journal.last(*node_id), poller.asset(*node_id)
    moment = NodeMoment(node_id, "download", partial_of(poller, node_id))
    node = PeerMoment(node_id.node, busy=moved_or_away(moment.status))
    yield replace(moment, peers=(node,))
    node = replace(node, begun=begun_command(context, poller, record, asset is None or _at_rest(moment.status)))
    yield replace(moment, peers=(node,))
    node = replace(node, shown=(poller.round.status_lines("upgrade", *node_id),))
    yield replace(moment, peers=(node,), downloading=downloading)


def moved_or_away(status: NodeStatus) -> str:
    """What the asset of a node shows while nothing can be brought to it; empty where nothing is against that."""
    return status.state or "no state" if status.busy or status.away else ""


def withdrawal_moment(poller: StatusPoller, node_id: NodeId, request: Request) -> NodeMoment:
    """A node whose download is paused, or from which a version is removed.

    A request that names no node reaches all of the router.
    """
    wanted = try_parse(request.version)
    assets = poller.peers(node_id.router, "") if request.node is None else []
    beside = [asset.node for asset in assets if asset.version and satisfies(asset.version, wanted) is not False]
    status = partial_of(poller, node_id)
    return NodeMoment(node_id, request.operation, status, wanted, running_beside=tuple(beside))


def partial_of(poller: StatusPoller, node_id: NodeId) -> NodeStatus:
    """What the list of assets shows of a node; of one that is not listed nothing is known to move."""
    asset = poller.asset(*node_id)
    return NodeStatus(away=False) if asset is None else partial_status(asset)
