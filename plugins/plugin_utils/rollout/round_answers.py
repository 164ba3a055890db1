# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked besides the list of assets, at most once between two polls, whoever wants to know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..clock import Clock
from ..conductor.client import Conductor
from ..pcli.errors import FINAL, DeviceError, PcliError
from ..pcli.response import Response
from ..software import operation_status
from ..software.alarms import Alarm
from ..software.assets import Downloads
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus
from ..software.system import NodeVersion
from ..software.versions import Version, satisfies


class RoundAnswers:
    """The answers of one round. They may be read through :class:`..pcli.waiting.Cooperative`.

    Errors that do not pass are raised; ``note`` is given those of the others that the next poll must know.
    ``status_scope``: what the status of an operation on a node names. ``stale``: see StatusPoller.
    """

    def __init__(
        self,
        conductor: Conductor,
        clock: Clock,
        note: Callable[[PcliError], None],
        status_scope: Callable[[str, str], tuple[str, ...]],
        stale: float,
    ):
        self._conductor, self._clock, self._note = conductor, clock, note
        self._status_scope, self._stale = status_scope, stale
        self._software: dict[NodeId, Downloads] = {}
        self._software_at: float | None = None
        self.clear()

    def clear(self) -> None:
        """A new round begins. The list of the assets' software outlives it."""
        self._status: dict[tuple[str, str, str], Response | None] = {}
        self._versions: dict[NodeId, NodeVersion | None] = {}
        self._alarms: list[Alarm] | DeviceError | None = None

    def status_lines(self, operation: str, router: str, node: str) -> tuple[str, ...]:
        """What the conductor prints about an operation now; nothing where it does not say."""
        return tuple(operation_status.status_lines(self.status_of(operation, router, node)))

    def newest_lines(self, operation: str, router: str, node: str) -> tuple[str, ...]:
        """The same, asked anew."""
        return self.newest_status(operation, router, node)[0]

    def newest_status(self, operation: str, router: str, node: str) -> tuple[tuple[str, ...], bool]:
        """The same, and whether the answer was read as a whole."""
        self._status[operation, router, node] = response = self._ask_status(operation, router, node)
        return tuple(operation_status.status_lines(response)), read_as_a_whole(response)

    def status_of(self, operation: str, router: str, node: str) -> Response | None:
        """The same as the whole answer; None where the conductor could not be asked."""
        key = (operation, router, node)
        if key not in self._status:
            self._status[key] = self._ask_status(*key)
        return self._status[key]

    def _ask_status(self, operation: str, router: str, node: str) -> Response | None:
        try:
            return self._conductor.status(operation, *self._status_scope(router, node))
        except FINAL:
            raise
        except PcliError:
            return None

    def full_version(self, node_id: NodeId, status: NodeStatus, wanted: Version) -> NodeStatus:
        """The same status, with the version that the node itself shows, where the text shows less than is wanted.

        Asked only then; what contradicts the list of assets does not count.
        """
        if not status.reachable or status.away or status.version is None:
            return status
        if satisfies(status.version, wanted) is not None:
            return status
        if node_id not in self._versions:
            self._versions[node_id] = self._ask_version(node_id)
        full = self._versions[node_id]
        if full is None or full.version is None or satisfies(full.version, status.version) is not True:
            return status
        return replace(status, version=full.version, version_text=full.text)

    def _ask_version(self, node_id: NodeId) -> NodeVersion | None:
        try:
            return self._conductor.versions_of([node_id]).get(node_id)
        except FINAL:
            raise
        except PcliError as error:
            self._note(error)
            return None

    def alarms(self) -> list[Alarm]:
        """The alarms of the whole authority. Raises the errors of the session.

        A refusal, or an answer that cannot be read, is remembered for the round as well.
        """
        if self._alarms is None:
            try:
                self._alarms = self._conductor.alarms()
            except DeviceError as error:
                self._alarms = error
        if isinstance(self._alarms, DeviceError):
            raise self._alarms
        return self._alarms

    def software(self, node_id: NodeId) -> Downloads | None:
        """What the list of the assets' software shows of a node (CLI-6.0); None where it does not name it."""
        now = self._clock.now()
        if self._software_at is None or now - self._software_at >= self._stale:
            try:
                self._software, self._software_at = self._conductor.downloads() or {}, now
            except FINAL:
                raise
            except PcliError as error:
                self._note(error)
                self._software, self._software_at = {}, now
        return self._software.get(node_id)

    def stored(self, node_id: NodeId) -> list[str]:
        """The versions that a node offers from its own disk, asked each time; none where that is not known."""
        try:
            return self._conductor.stored(*node_id)
        except FINAL:
            raise
        except PcliError:
            return []


def read_as_a_whole(response: Response | None) -> bool:
    """True if an answer came, and nothing of it is missing."""
    return response is not None and not response.broken and not response.cut
