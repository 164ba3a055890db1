# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at nodes through a conductor that may be away: what they run and how they are, in documented observables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..clock import Clock
from ..conductor import Conductor
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
from ..software import report
from ..software.assets import Asset
from ..software.system import SystemStatus, service_runs
from ..software.versions import Version, try_parse
from .track import Seen

#: What trying again may cure. A refused login is never tried again: six failures lock the account.
PASSING = (SessionBroken, NoPrompt, ConnectFailed, NotPcli, DeviceError)
FINAL = (LoginRefused, HostKeyRefused, WrongNode)

#: From here on uptime is the node's own (I95-58152), and one conductor node knows the assets of an unfinished pair.
IMAGE_RELEASE = Version(6, 3, 0)


@dataclass(frozen=True)
class Began:
    """What was true when a command was sent: to compare with. ``conductor_time`` by the conductor's own clock."""

    at: float
    conductor_time: datetime | None = None
    told: tuple[str, ...] = ()


class Observer:
    """Looks at nodes. A conductor that does not answer is an observation, not an error, until it turns us away."""

    def __init__(
        self,
        conductor: Conductor,
        clock: Clock,
        *,
        assets_count: bool = True,
        keep: Callable[[], bool] = lambda: False,
    ):
        self.conductor = conductor
        self._clock = clock
        #: Must the session stay, since a request on it has not been answered (rule 28)? It opens what it lacks itself.
        self._keep = keep
        #: False between the two nodes of a conductor pair from below 6.3: all assets show Disconnected (rule 11).
        self.assets_count = assets_count
        self.here = conductor.here()
        self.conductor_time: datetime | None = None
        self.trouble: str | None = None
        self._lost = False
        self._assets: list[Asset] = []

    def refresh(self) -> bool:
        """Ask for the assets once, for all nodes. False: the conductor cannot be asked at the moment.

        Raises LoginRefused, HostKeyRefused, WrongNode: these do not pass.
        """
        try:
            if self._lost:
                self.conductor.reopen()
                self._lost = False
            try:
                self._assets = self.conductor.assets()
            except DeviceError:
                if self.assets_count:
                    raise
                self._assets = []
            self.trouble = None
            return True
        except FINAL:
            raise
        except PcliError as error:
            self._note(error)
            return False

    def asset(self, router: str, node: str) -> Asset | None:
        """The row of a node in the last look."""
        return next((one for one in self._assets if (one.router, one.node) == (router, node)), None)

    def peers(self, router: str, node: str) -> list[Asset]:
        """The other nodes of a router in the last look."""
        return [one for one in self._assets if one.router == router and one.node != node]

    def look(self, router: str, node: str, began: Began | None = None) -> Seen:
        """One node. Call after :meth:`refresh` has succeeded."""
        try:
            return self._look(router, node, began)
        except FINAL:
            raise
        except PcliError as error:
            self._note(error)
            return Seen()

    def told(self, operation: str, router: str, node: str) -> tuple[str, ...]:
        """What the conductor prints about an operation now; nothing where it does not say."""
        try:
            where = () if (router, node) == self.here and not self.assets_count else (router, node)
            return tuple(report.told(self.conductor.status(operation, *where)))
        except FINAL:
            raise
        except PcliError:
            return ()

    # -- inside -----------------------------------------------------------------------------------------------

    def _note(self, error: PcliError) -> None:
        self._lost = not isinstance(error, DeviceError) and not self._keep()
        self.trouble = str(error)

    def _look(self, router: str, node: str, began: Began | None) -> Seen:
        own = (router, node) == self.here
        row = self.asset(router, node)
        if row is None and not (own and not self.assets_count):
            return Seen(reachable=True, state="not in the list of assets")
        status, version_text, version = self._running(own, router, node, row)
        detail = self._detail(row)
        services = [service_runs(word) for word in (status.status if status else None, detail) if word is not None]
        service = False if False in services else True if True in services else None
        counts = row is not None and self.assets_count
        return Seen(
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
            found = self.conductor.own_version()
            if found and found.version:
                return status, found.text, found.version
        else:
            status = self.conductor.system_of(router, node) if row and not row.away else None
        if row and row.version:
            return status, row.version_text, row.version
        text = status.version if status else None
        return status, text, try_parse(text) if text else None

    def _detail(self, row: Asset | None) -> str | None:
        """The service as the asset's own page shows it: Synchronized alone does not prove that it runs (I95-63955)."""
        if row is None or row.away or not row.asset_id or not self.assets_count:
            return None
        try:
            detail = self.conductor.asset_detail(row.asset_id)
        except DeviceError:
            return None
        return detail.service if detail else None

    def _booted(self, status: SystemStatus | None, version: Version | None, began: Began | None) -> bool | None:
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
