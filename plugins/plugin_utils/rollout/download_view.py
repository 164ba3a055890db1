# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What shows how far a download is on a node: the lists of the conductor, its status lines, the state of the asset."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..software.download_words import read_words
from ..software.downloads import (
    NOTHING,
    RUNNING,
    THERE,
    DownloadState,
    NodeScope,
    downloads_now,
    from_software,
    holds,
    lines_of,
    read_download,
)
from ..software.node_id import NodeId
from ..software.versions import Version
from .context import RunContext
from .poller import StatusPoller


@dataclass
class DownloadView:
    """The download of one version, on any node, as far as the conductor shows it."""

    context: RunContext
    poller: StatusPoller
    wanted: Version
    #: Nodes whose asset was shown to download.
    _shown: set[NodeId] = field(default_factory=set)
    _stored_before: dict[NodeId, bool] = field(default_factory=dict)

    def running_version(self, node_id: NodeId) -> str | None:
        """The version that the node runs."""
        if node_id == self.poller.local_node:
            own = self.context.conductor.own_version()
            return own.text if own else None
        asset = self.poller.asset(*node_id)
        return asset.version_text if asset else None

    def lines(self, node_id: NodeId) -> list[str]:
        """The lines of the status of downloads at the node."""
        return lines_of(self.poller.round.status_of("download", *node_id))

    def state(self, node_id: NodeId, before: list[str] | None = None) -> DownloadState:
        """Everything that shows the download on a node, the documented tables first.

        ``before``: lines of the status that are older than the request, and say nothing of it.
        """
        listed = self.partial(node_id)
        if listed.kind == THERE:
            return listed
        others = tuple(asset.node for asset in self.poller.peers(*node_id) if asset.node)
        status = self.poller.round.status_of("download", *node_id)
        printed = read_download(status, self.wanted, NodeScope(*node_id, others), before)
        if node_id == self.poller.local_node and printed.kind != THERE and self._lies_here():
            return DownloadState(THERE)
        if printed.readable and (printed.kind != RUNNING or printed.mark or not listed.readable):
            return printed
        if listed.readable:
            return listed
        return DownloadState(THERE) if self._newly_stored(node_id) else printed

    def joined(self, node_id: NodeId, state: DownloadState) -> DownloadState:
        """The same state with what the web API says, as a second witness; by itself the state is the PCLI's."""
        listed = from_software(self.poller.round.software(node_id), self.wanted)
        second = self.context.conductor.second
        return second.with_download(node_id, self.wanted, state, self.context.pace, denies=listed.kind == NOTHING)

    def partial(self, node_id: NodeId) -> DownloadState:
        """What those lists show that are asked for all nodes at once."""
        listed = from_software(self.poller.round.software(node_id), self.wanted)
        asset = self.poller.asset(*node_id)
        if listed.kind == THERE or asset is None:
            return listed
        if downloads_now(asset):
            self._shown.add(node_id)
            words = read_words(asset.status)
            return DownloadState(RUNNING, words.percent, words.mark, f"its asset shows {asset.status}")
        if node_id in self._shown and asset.settled and listed.kind != RUNNING:
            return DownloadState(THERE, words=f"its asset was downloading, and shows {asset.status} again")
        return listed

    def _lies_here(self) -> bool:
        """True if the lists of the conductor's own node show the version on its disk. An unreadable one does not."""
        return holds(self.context.conductor.downloaded() or (), self.wanted)

    def _newly_stored(self, node_id: NodeId) -> bool:
        """True if the version is offered from the channel *downloads* only since the request.

        Where it was offered before, it may lie elsewhere.
        """
        if node_id == self.poller.local_node:
            return False
        stored = holds(self.poller.round.stored(node_id), self.wanted)
        before = self._stored_before.setdefault(node_id, stored)
        return stored and not before
