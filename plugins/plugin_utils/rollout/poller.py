# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at nodes through a conductor that may be away: what they run and how they are, in documented observables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ..clock import Clock
from ..conductor.client import Conductor
from ..pcli.errors import (
    ConnectFailed,
    DeviceError,
    HostKeyRefused,
    LoginRefused,
    NoPrompt,
    NotPcli,
    PcliError,
    SessionBroken,
    WrongNode,
)
from ..pcli.response import Response
from ..pcli.session import Pending
from ..software import operation_status
from ..software.alarms import Alarm
from ..software.assets import Asset, Downloads
from ..software.downloads import at_rest
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus
from ..software.system import NodeVersion, SystemStatus, service_runs
from ..software.versions import Version, satisfies, try_parse

#: What trying again may cure. A refused login is never tried again: six failures lock the account.
PASSING = (SessionBroken, NoPrompt, ConnectFailed, NotPcli, DeviceError)
FINAL = (LoginRefused, HostKeyRefused, WrongNode)

#: From here on uptime is the node's own (I95-58152), and one conductor node knows the assets of an unfinished pair.
IMAGE_RELEASE = Version(6, 3, 0)

#: How many nodes at which nothing is due are asked themselves in one round.
QUIET_LOOKS = 4


@dataclass(frozen=True)
class CommandBaseline:
    """What was true when a command was sent: to compare with. ``conductor_time`` by the conductor's own clock.

    ``lines``: what the conductor showed about the operation.
    """

    at: float
    conductor_time: datetime | None = None
    lines: tuple[str, ...] = ()


class StatusPoller:
    """Looks at nodes. A conductor that does not answer is an observation, not an error, until it turns us away."""

    def __init__(
        self,
        conductor: Conductor,
        clock: Clock,
        *,
        assets_count: bool = True,
        shared: bool = False,
        stale: float = 10.0,
    ):
        self.conductor = conductor
        self._clock = clock
        #: Seconds for which the list of the assets' software is good: it is long, and a download takes minutes.
        self._stale = stale
        #: Is this a rollout with many operations at once?
        self.shared = shared
        #: Requests of ours: while one is unanswered, its session must stay (rule 28). It opens what it lacks itself.
        self.pending: list[Pending] = []
        #: False between the two nodes of a conductor pair from below 6.3: all assets show Disconnected (rule 11).
        self.assets_count = assets_count and conductor.release() >= IMAGE_RELEASE
        self.here = conductor.local_node()
        self.conductor_time: datetime | None = None
        self.trouble: str | None = None
        #: Did the last look succeed? And what made that no further look ever will?
        self.answers = False
        self.final: PcliError | None = None
        self._lost = False
        self._assets: dict[NodeId, Asset] = {}
        self._by_router: dict[str, list[Asset]] = {}
        self._round = 0
        self._asked: dict[tuple[str, ...], int] = {}
        self._turns = 0
        self._status: dict[tuple[str, str, str], Response | None] = {}
        self._in_full: dict[tuple[str, str], NodeVersion | None] = {}
        self._alarms: list[Alarm] | DeviceError | None = None
        self._software: dict = {}
        self._software_at: float | None = None

    def refresh(self) -> bool:
        """Ask for the assets once, for all nodes. False: the conductor cannot be asked at the moment.

        Raises LoginRefused, HostKeyRefused, WrongNode: these do not pass.
        """
        try:
            self.answers = False
            if self._lost:
                self.conductor.reopen()
                self._lost, self.here = False, self.conductor.local_node()
            try:
                self._remember(self.conductor.assets())
            except DeviceError:
                if self.assets_count:
                    raise
                self._remember([])
            self.trouble, self.answers, self._status, self._alarms = None, True, {}, None
            self._in_full = {}
            self._round, self._turns = self._round + 1, 0
            self.pending = [pending for pending in self.pending if not pending.over]
            return True
        except FINAL:
            raise
        except PcliError as error:
            self._note(error, of_node=False)
            return False

    def asset(self, router: str, node: str) -> Asset | None:
        """The row of a node in the last look."""
        return self._assets.get((router, node))

    def assets(self) -> list[Asset]:
        """All rows of the last look."""
        return [row for rows in self._by_router.values() for row in rows]

    def peers(self, router: str, node: str) -> list[Asset]:
        """The other nodes of a router in the last look."""
        return [asset for asset in self._by_router.get(router, ()) if asset.node != node]

    def counts(self, router: str) -> bool:
        """Do the asset states of this router count? Those of routers always do (see :attr:`assets_count`)."""
        return self.assets_count or router != self.here[0]

    def partial(self, node_id: NodeId, near: Callable[[NodeStatus], bool]) -> NodeStatus | None:
        """What the list of assets shows of a node, where that is enough; None where the node itself must be asked.

        ``near`` says of what the list shows whether the node must be asked now. Others are asked in turn, few in each
        round, so that a fleet costs little more than its list of assets.
        """
        row = self.asset(*node_id)
        if row is None or node_id == self.here or not self.counts(node_id[0]) or not row.version:
            return None
        glance = _glance(row)
        return None if near(glance) or self._turn(node_id) else glance

    def look(self, router: str, node: str, began: CommandBaseline | None = None) -> NodeStatus:
        """One node, by its own answers. Call after :meth:`refresh` has succeeded.

        It may be read through :class:`..pcli.waiting.Cooperative`, as what else is asked here about one node.
        """
        try:
            return self._look(router, node, began)
        except FINAL:
            raise
        except PcliError as error:
            self._note(error)
            return NodeStatus()

    def full_version(self, place: NodeId, seen: NodeStatus, wanted: Version) -> NodeStatus:
        """The same look, with the version as the node itself tells it, where the text seen shows less than is wanted.

        Asked only then, and once in a round; what contradicts the list of assets does not count.
        """
        if not seen.reachable or seen.away or seen.version is None or satisfies(seen.version, wanted) is not None:
            return seen
        if place not in self._in_full:
            self._in_full[place] = self._ask_version(place)
        full = self._in_full[place]
        if full is None or full.version is None or satisfies(full.version, seen.version) is not True:
            return seen
        return replace(seen, version=full.version, version_text=full.text)

    def _ask_version(self, place: NodeId) -> NodeVersion | None:
        try:
            return self.conductor.versions_of([place]).get(place)
        except FINAL:
            raise
        except PcliError as error:
            self._note(error)
            return None

    def told(self, operation: str, router: str, node: str) -> tuple[str, ...]:
        """What the conductor prints about an operation now; nothing where it does not say. Asked once in a round."""
        return tuple(operation_status.status_lines(self.status_of(operation, router, node)))

    def status_of(self, operation: str, router: str, node: str) -> Response | None:
        """The same as the whole answer; None where the conductor could not be asked. Asked once in a round."""
        key = (operation, router, node)
        if key not in self._status:
            self._status[key] = self._ask_status(operation, router, node)
        return self._status[key]

    def alarms(self) -> list[Alarm]:
        """The alarms of the whole authority, asked for once in a round. Raises the errors of the session.

        A refusal, or an answer that cannot be read, is remembered for the round as well.
        """
        if self._alarms is None:
            try:
                self._alarms = self.conductor.alarms()
            except DeviceError as error:
                self._alarms = error
        if isinstance(self._alarms, DeviceError):
            raise self._alarms
        return self._alarms

    def note(self, error: PcliError) -> None:
        """Somebody else could not ask the conductor: the next look opens a new session where that is needed."""
        self._note(error)

    def _ask_status(self, operation: str, router: str, node: str) -> Response | None:
        try:
            where = () if (router, node) == self.here and not self.counts(router) else (router, node)
            return self.conductor.status(operation, *where)
        except FINAL:
            raise
        except PcliError:
            return None

    # -- inside -----------------------------------------------------------------------------------------------

    def _remember(self, assets: list[Asset]) -> None:
        self._by_router = {}
        assets = [at_rest(asset) for asset in assets]
        for asset in assets:
            self._by_router.setdefault(asset.router, []).append(asset)
        self._assets = {(asset.router, asset.node): asset for asset in reversed(assets)}

    def _turn(self, place: tuple[str, ...]) -> bool:
        """Is it this node's turn to be asked although nothing is due? The more there are, the rarer."""
        last = self._asked.setdefault(place, -1)
        # Rounded up, so that all have had their turn before the first has its next one.
        rounds = -(-len(self._asked) // QUIET_LOOKS)
        if self._turns >= QUIET_LOOKS or (last >= 0 and self._round - last < rounds):
            return False
        self._asked[place], self._turns = self._round, self._turns + 1
        return True

    def turn(self, key: tuple[str, ...]) -> bool:
        """Is it the turn of something else that is asked in turn, such as the status of a download?"""
        return self._turn(key)

    def software(self, place: NodeId) -> Downloads | None:
        """What the list of the assets' software shows of a node (CLI-6.0); None where it does not name it."""
        now = self._clock.now()
        if self._software_at is None or now - self._software_at >= self._stale:
            try:
                self._software, self._software_at = self.conductor.downloads() or {}, now
            except FINAL:
                raise
            except PcliError as error:
                self._note(error)
                self._software, self._software_at = {}, now
        return self._software.get(place)

    def stored(self, place: NodeId) -> list[str]:
        """The versions that a node offers from its own disk; empty where that is not told."""
        try:
            return self.conductor.stored(*place)
        except FINAL:
            raise
        except PcliError:
            return []

    def forget(self, router: str) -> None:
        """Nobody follows this router any more."""
        self._asked = {place: at for place, at in self._asked.items() if router not in place[:2]}

    def _note(self, error: PcliError, of_node: bool = True) -> None:
        if of_node and isinstance(error, NoPrompt):
            self.trouble = str(error)
            return  # it answers slowly, and others are being asked in this session
        if isinstance(error, (SessionBroken, ConnectFailed)):
            self.answers = False  # what else is asked in this round would be asked in vain
        unanswered = any(not pending.over for pending in self.pending)
        self._lost = not isinstance(error, DeviceError) and not unanswered
        self.trouble = str(error)

    def _look(self, router: str, node: str, began: CommandBaseline | None) -> NodeStatus:
        own = (router, node) == self.here
        row = self.asset(router, node)
        if row is None and not (own and not self.counts(router)):
            return NodeStatus(reachable=True, state="not in the list of assets")
        status, version_text, version = self._running(own, router, node, row)
        detail = self._detail(row)
        services = [service_runs(word) for word in (status.status if status else None, detail) if word is not None]
        service = False if False in services else True if True in services else None
        counts = row is not None and self.counts(router)
        return NodeStatus(
            reachable=True,
            version_text=version_text,
            version=version,
            state=row.status if counts else "its own session answers",
            settled=row.settled if counts else bool(status and status.runs),
            away=row.away if counts else False,
            busy=row.busy if counts else False,
            service=service,
            service_text=", ".join(dict.fromkeys(w for w in (status.status if status else None, detail) if w)) or None,
            install_type=row.install_type if row else None,
            booted_since=self._booted(status, version, began),
        )

    def _running(
        self, own: bool, router: str, node: str, row: Asset | None
    ) -> tuple[SystemStatus | None, str | None, Version | None]:
        """Status and version: the node's own word where we are on it, else what the conductor shows of it."""
        if own:
            status = self.conductor.system()
            self.conductor_time = status.at if status and status.at else self.conductor_time
            own_version = self.conductor.own_version()
            if own_version and own_version.version:
                return status, own_version.text, own_version.version
        else:
            status = self.conductor.system_of(router, node) if row and not row.away else None
        if row and row.version:
            return status, row.version_text, row.version
        text = status.version if status else None
        return status, text, try_parse(text) if text else None

    def _detail(self, row: Asset | None) -> str | None:
        """The service as the asset's own page shows it: Synchronized alone does not prove that it runs (I95-63955)."""
        if row is None or row.away or not row.asset_id or not self.counts(row.router):
            return None
        try:
            detail = self.conductor.asset_detail(row.asset_id)
        except DeviceError:
            return None
        return detail.service if detail else None

    def _booted(
        self, status: SystemStatus | None, version: Version | None, began: CommandBaseline | None
    ) -> bool | None:
        if began is None or status is None or status.uptime is None:
            return None
        elapsed = self._clock.now() - began.at
        # Two times of which only one tells its zone (GMT, then BST) cannot be compared.
        if status.at and began.conductor_time and (status.at.tzinfo is None) == (began.conductor_time.tzinfo is None):
            elapsed = (status.at - began.conductor_time).total_seconds()
        if status.uptime >= elapsed:
            return False
        # Before 6.3.0 the uptime may have been reset by something else than a boot (I95-58152).
        return True if version is not None and version >= IMAGE_RELEASE else None


def _glance(row: Asset) -> NodeStatus:
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
