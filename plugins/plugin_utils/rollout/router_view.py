# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One router as the steps of its operation ask about it: what its nodes run, and whether something may go on there."""

from __future__ import annotations

from dataclasses import dataclass

from ..software.node_id import NodeId
from ..software.node_status import NodeStatus, runs
from ..software.versions import satisfies, try_parse
from .context import RunContext
from .journal import JournalError
from .moments import open_intent
from .poller import StatusPoller


@dataclass(frozen=True)
class RouterView:
    """A router, and the version that its nodes must run afterwards."""

    context: RunContext
    poller: StatusPoller
    router: str
    wanted: str

    @property
    def is_conductor(self) -> bool:
        """True if the router is the conductor itself."""
        return self.router == self.poller.local_node[0]

    def node_id(self, node: str) -> NodeId:
        """The full name of one of its nodes."""
        return NodeId(self.router, node)

    def all_nodes(self) -> list[str]:
        """All nodes that the conductor lists for it, also those that are not to be changed."""
        return [asset.node for asset in self.poller.peers(self.router, "")]

    def report(self, node: str, line: str) -> None:
        """One line of progress about a node."""
        self.context.tell(f"{node}.{self.router}: {line}")

    def needs_operation(self, node_id: NodeId) -> bool:
        """True if the node runs something else than the requested version, as far as the conductor shows it."""
        asset, wanted = self.poller.asset(*node_id), try_parse(self.wanted)
        if asset is None or asset.version is None or wanted is None:
            return True
        status = NodeStatus(reachable=True, version=asset.version, version_text=asset.version_text, away=asset.away)
        return not runs(self.poller.round.full_version(node_id, status, wanted), wanted, None)

    def went_back(self, node_id: NodeId) -> bool:
        """True if the list of assets shows the node settled on something else than the requested version."""
        asset, wanted = self.poller.asset(*node_id), try_parse(self.wanted)
        if asset is None or asset.version is None or wanted is None or not self.poller.answers:
            return False
        return asset.settled and satisfies(asset.version, wanted) is False

    def has_open_record(self, node_id: NodeId) -> bool:
        """True if the journal holds a command for the node without its outcome. Raises JournalError."""
        record = self.context.journal.last(*node_id)
        return record is not None and record.open

    def may_be_running(self, node_id: NodeId) -> bool:
        """True if an operation that an earlier run began may still be running on the node.

        A record that cannot be read is reported when the turn of the node comes.
        """
        try:
            record = self.context.journal.last(*node_id)
        except JournalError:
            return False
        if record is None:
            return False
        asset = self.poller.asset(*node_id)
        well = asset is not None and asset.settled and asset.version is not None
        age = self.context.journal.age(record)
        return open_intent(record, age, (), self.context.limits.upgrade_timeout, well)
