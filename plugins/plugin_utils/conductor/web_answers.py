# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the web API knows of a router or a node, in the words of the PCLI's readers, where the PCLI cannot be read.

Each answer is None where it does not help, and is said once: from whom it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from ..api.nodes import NodeState, in_sync
from ..software.disks import Disk
from ..software.events import Event
from ..software.node_id import NodeId
from ..software.system import InternalLink, Process, SystemStatus
from .web import ConductorWeb, WebProblem

#: What stands beside a service that the API shows, since evidence is read without the line that said so.
_BY_API = "by the web API"


class WebAnswers:
    """Asks the API of the node that the session is on. ``tell`` prints a line for people, which is done once for each.

    Raises the errors of the session.
    """

    def __init__(self, web: Callable[[], ConductorWeb], local_node: Callable[[], NodeId], tell: Callable[[str], None]):
        self._web, self._local_node, self._tell = web, local_node, tell
        self._told: set[str] = set()

    def say(self, line: str, about: str) -> None:
        """Say once about what the web API is believed, and why."""
        if about not in self._told:
            self._told.add(about)
            self._tell(line)

    def system(self, node_id: NodeId) -> SystemStatus | None:
        """How a node is by its own account; None where it does not say whether its service runs."""
        state = self._state(node_id)
        if state is None or state.service is None:
            return None
        self._instead(f"the answer to 'show system' of {node_id}")
        return SystemStatus(node_id.node, node_id.router, state.status, state.version_text, role=state.role)

    def processes(self, router: str, nodes: Sequence[str]) -> list[Process] | None:
        """The processes of all nodes of a router; None where any of them shows none."""
        states = [self._state(NodeId(router, node)) for node in nodes]
        if not states or any(state is None or state.processes is None for state in states):
            return None
        self._instead(f"the answer to 'show system processes' of {router}")
        return [process for state in states if state for process in state.processes or ()]

    def database_links(self, router: str, nodes: Sequence[str]) -> list[InternalLink] | None:
        """Whether each node of a pair has a link of the database to the other one; None where that is not shown."""
        if len(nodes) != 2:
            return None
        try:
            links = self._web().database_links(router, self._local_node())
        except WebProblem:
            return None
        if in_sync(links, nodes) is None:
            return None
        self._instead(f"the answer to 'show system connectivity internal' of {router}")
        return [
            InternalLink(
                f"{node}.{router}",
                f"{peer}.{router}",
                f"database ({_BY_API})",
                "disconnected" if links.get(node) == 0 else "connected" if links.get(node) else "not shown",
            )
            for node, peer in (nodes, reversed(nodes))
        ]

    def disks(self, node_id: NodeId) -> list[Disk] | None:
        """The disks of a node."""
        try:
            disks = self._web().disks(node_id, self._local_node())
        except WebProblem:
            return None
        if not disks:
            return None
        self._instead(f"the answer about the disks of {node_id}")
        return list(disks)

    def events(self, nodes: Iterable[NodeId], since: datetime) -> list[Event]:
        """What the history shows of these nodes since a moment. For people: that nothing is shown proves nothing (W10).

        A moment without a zone is not known to the API, so nothing is asked then.
        """
        if since.tzinfo is None:
            return []
        events: list[Event] = []
        for node_id in nodes:
            try:
                events += self._web().events(node_id, since, self._local_node())
            except WebProblem:
                return []
        return events

    def _state(self, node_id: NodeId) -> NodeState | None:
        try:
            return self._web().node_state(node_id, self._local_node())
        except WebProblem:
            return None

    def _instead(self, what: str) -> None:
        self.say(f"{what[0].upper()}{what[1:]} cannot be read. Until it can be, that of the web API counts.", what)
