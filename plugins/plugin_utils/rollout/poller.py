# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The poll of the list of assets that all operations share, through a conductor that may be away."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from ..clock import Clock
from ..conductor.client import Conductor
from ..pcli.errors import FINAL, ConnectFailed, DeviceError, NoPrompt, PcliError, SessionBroken, Unreadable
from ..pcli.session import Pending
from ..software.assets import Asset
from ..software.downloads import at_rest
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus
from ..software.versions import Version
from .conductor_load import ConductorLoad
from .round_answers import RoundAnswers

#: From here on uptime is the node's own (I95-58152), and one conductor node knows the assets of an unfinished pair.
IMAGE_RELEASE = Version(6, 3, 0)

#: How many nodes at which nothing is due are asked themselves in one round, and in the longest pause between two.
ASKED_IN_TURN = 4


class StatusPoller:
    """Polls the list of assets. A conductor that does not answer is an observation, not an error, until it refuses us.

    ``round`` has what is asked besides, at most once between two polls. ``shared``: a rollout with many operations.
    ``recorded``: the nodes of a router of which something was written down, in this run or an earlier one.
    ``stale``: seconds for which the list of the assets' software is good: it is long, and a download takes minutes. In
    that time :data:`ASKED_IN_TURN` nodes have their turn, however many rounds there are.
    """

    def __init__(
        self,
        conductor: Conductor,
        clock: Clock,
        *,
        assets_count: bool = True,
        shared: bool = False,
        stale: float = 10.0,
        recorded: Callable[[str], Iterable[NodeId]] = lambda router: (),
    ):
        self.conductor = conductor
        self.clock = clock
        self.shared = shared
        #: Requests of ours: while one is unanswered, its session must stay (rule 28). It opens what it lacks itself.
        self.pending: list[Pending] = []
        #: False between the two nodes of a conductor pair from below 6.3: all assets show Disconnected (rule 11).
        self.assets_count = assets_count and conductor.release() >= IMAGE_RELEASE
        self.local_node = conductor.local_node()
        self.conductor_time: datetime | None = None
        self._time_read_at = 0.0
        self.trouble: str | None = None
        #: Did the last poll succeed? And what made that no further poll ever will?
        self.answers = False
        self.final: PcliError | None = None
        #: When the list was asked for that is shown now.
        self.read_at = float("-inf")
        self.round = RoundAnswers(conductor, clock, self.note, self._status_scope, stale)
        self._lost = False
        #: The rows of the last list, and the same sorted: of a node that is listed twice, the first row counts.
        self._rows: list[Asset] = []
        self._assets: dict[NodeId, Asset] = {}
        self._by_router: dict[str, list[Asset]] = {}
        self._recorded = recorded
        #: Nodes that must not be missed where the list does not show them: of the plan, of earlier lists, and recorded.
        self._known: dict[str, dict[NodeId, None]] = {}
        self._asked_records: set[str] = set()
        #: Nodes whose own answer was readable once.
        self.readable: set[NodeId] = set()
        self._turns = _Turns(clock, stale)
        self.load = ConductorLoad()

    def refresh(self) -> bool:
        """Ask for the assets once, for all nodes. False: the conductor cannot be asked at the moment.

        Raises LoginRefused, HostKeyRefused, WrongNode: these do not pass.
        """
        try:
            self.answers = False
            if self._lost:
                self.conductor.reopen()
                self._lost, self.local_node = False, self.conductor.local_node()
            read_at = self.clock.now()
            try:
                self._remember(self.conductor.assets())
            except DeviceError as error:
                if self.assets_count or isinstance(error, Unreadable):
                    raise  # a list that cannot be read is not an empty one
                self._remember([])
            self.load.took(self.clock.now() - read_at)
            self.trouble, self.answers, self.read_at = None, True, read_at
            self.round.clear()
            self._turns.begin_round()
            self.pending = [pending for pending in self.pending if not pending.over]
            return True
        except FINAL:
            raise
        except PcliError as error:
            self.note(error, of_node=False)
            return False

    def note(self, error: PcliError, of_node: bool = True) -> None:
        """The conductor could not be asked: the next poll opens a new session where that is needed."""
        if of_node and isinstance(error, NoPrompt):
            self.trouble = str(error)
            return  # it answers slowly, and others are being asked in this session
        if isinstance(error, (SessionBroken, ConnectFailed)):
            self.answers = False  # what else is asked in this round would be asked in vain
        unanswered = any(not pending.over for pending in self.pending)
        self._lost = not isinstance(error, DeviceError) and not unanswered
        self.trouble = str(error)

    def note_time(self, moment: datetime) -> None:
        """The conductor has shown its own time."""
        self.conductor_time, self._time_read_at = moment, self.clock.now()

    @property
    def conductor_time_now(self) -> datetime | None:
        """Its time now, as far as it was shown before."""
        passed = timedelta(seconds=self.clock.now() - self._time_read_at)
        return self.conductor_time + passed if self.conductor_time else None

    # -- what the last poll shows ---------------------------------------------------------------------------------

    def asset(self, router: str, node: str) -> Asset | None:
        """The row of a node."""
        return self._assets.get((router, node))

    def assets(self) -> list[Asset]:
        """All rows."""
        return [row for rows in self._by_router.values() for row in rows]

    def by_node(self) -> Mapping[tuple[str, str], Asset]:
        """All rows by router and node, to be read at once; of a node that is listed twice, the last row."""
        if len(self._assets) == len(self._rows):
            return self._assets
        return {(asset.router, asset.node): asset for asset in self.assets()}

    def peers(self, router: str, node: str) -> list[Asset]:
        """The other nodes of a router."""
        return [asset for asset in self._by_router.get(router, ()) if asset.node != node]

    def know(self, node_ids: Iterable[NodeId]) -> None:
        """These nodes exist, whether a list shows them or not."""
        for node_id in node_ids:
            self._known.setdefault(node_id.router, {})[node_id] = None

    def nodes_of(self, router: str) -> list[NodeId]:
        """All nodes of a router that are known: one whose row vanishes from the list is a node of it still."""
        if router not in self._asked_records:
            self._asked_records.add(router)
            self.know(self._recorded(router))
        listed = [NodeId(asset.router, asset.node) for asset in self._by_router.get(router, ())]
        return list(dict.fromkeys([*listed, *self._known.get(router, ())]))

    def names_beside(self, node_id: NodeId) -> Callable[[str], bool]:
        """Whether a word is the name of another router, or of another node of the same one."""
        peers = {asset.node for asset in self.peers(*node_id)}
        own = {node_id.router, node_id.node}
        return lambda word: word not in own and (word in peers or word in self._by_router)

    def counts(self, router: str) -> bool:
        """True if the asset states of this router count. Those of routers always do (see :attr:`assets_count`)."""
        return self.assets_count or router != self.local_node[0]

    def listed(self, node_id: NodeId) -> NodeStatus | None:
        """What the list of assets shows of a node; None where that does not count: the node must be asked itself."""
        row = self.asset(*node_id)
        if row is None or node_id == self.local_node or not self.counts(node_id[0]) or not row.version:
            return None
        return partial_status(row)

    # -- turns ----------------------------------------------------------------------------------------------------

    def is_its_turn(self, key: tuple[str, ...]) -> bool:
        """True if something is asked in this round although nothing is due: a node, or the status of a download.

        Few are in each round, so that a fleet costs little more than its list of assets.
        """
        return self._turns.take(key)

    def forget(self, router: str) -> None:
        """Nobody follows this router any more."""
        self._turns.forget(router)

    # -- inside ---------------------------------------------------------------------------------------------------

    def _remember(self, assets: list[Asset]) -> None:
        """Keep the rows of a new list. Most are those of the last one: only what has changed is sorted in anew."""
        last, self._rows = self._rows, assets
        changed = _changed_rows(last, assets) if len(self._assets) == len(last) else None
        if changed is None:
            self._sort_anew(assets)
            return
        for row in map(at_rest, changed):
            self._assets[row.router, row.node] = row
            rows = self._by_router[row.router]
            rows[[other.node for other in rows].index(row.node)] = row

    def _sort_anew(self, assets: list[Asset]) -> None:
        self._by_router = {}
        assets = [at_rest(asset) for asset in assets]
        for asset in assets:
            self._by_router.setdefault(asset.router, []).append(asset)
        before, self._assets = self._assets, {(asset.router, asset.node): asset for asset in reversed(assets)}
        self.know(NodeId(*key) for key in sorted(key for key in before.keys() - self._assets.keys() if all(key)))

    def _status_scope(self, router: str, node: str) -> tuple[str, ...]:
        """What the status of an operation names: nothing on a conductor that reports only about itself."""
        return () if (router, node) == self.local_node and not self.counts(router) else (router, node)


class _Turns:
    """Who is asked although nothing is due: few in each round, and all of them in turn.

    Rounds follow each other quickly while something ends somewhere, which is no reason to ask all others more often:
    within ``pause`` seconds as many are asked as in one round.
    """

    def __init__(self, clock: Clock, pause: float) -> None:
        self._clock, self._pause = clock, pause
        self._round = self._taken = 0
        #: Round and moment in which each was asked last.
        self._last: dict[tuple[str, ...], tuple[int, float]] = {}

    def begin_round(self) -> None:
        self._round, self._taken = self._round + 1, 0

    def take(self, key: tuple[str, ...]) -> bool:
        """True if it is asked in this round. The more there are, the rarer."""
        in_round, at = self._last.setdefault(key, (-math.inf, -math.inf))
        now = self._clock.now()
        # Rounded up, so that all have had their turn before the first has its next one.
        rounds = -(-len(self._last) // ASKED_IN_TURN)
        seconds = self._pause * len(self._last) / ASKED_IN_TURN
        if self._taken >= ASKED_IN_TURN or self._round - in_round < rounds or now - at < seconds:
            return False
        self._last[key], self._taken = (self._round, now), self._taken + 1
        return True

    def forget(self, router: str) -> None:
        self._last = {key: last for key, last in self._last.items() if router not in key[:2]}


def _changed_rows(last: list[Asset], rows: list[Asset]) -> list[Asset] | None:
    """The rows that are not as they were; None where the nodes of the list, or their order, have changed."""
    if len(last) != len(rows):
        return None
    changed = [(old, new) for old, new in zip(last, rows, strict=True) if old is not new and old != new]
    if any((old.router, old.node) != (new.router, new.node) for old, new in changed):
        return None
    return [new for _old, new in changed]


def partial_status(row: Asset) -> NodeStatus:
    """What the list of assets alone shows of a node."""
    return NodeStatus(
        reachable=True,
        version_text=row.version_text,
        version=row.version,
        state=row.status,
        settled=row.settled,
        away=row.away,
        busy=row.busy,
        install_type=row.install_type,
        partial=True,
    )
