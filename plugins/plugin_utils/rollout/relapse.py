# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches the routers that a run has done: one that is not settled for longer than a flap is relapsed (rule 48)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ..clock import Clock, format_duration
from ..software.assets import Asset
from ..software.node_id import NodeId
from ..software.versions import Version, satisfies, spelled, try_parse
from .poller import StatusPoller

#: The nodes of routers that are done, with the version that each must go on running (None: any).
Done = Mapping[str, Mapping[str, str | None]]


def departure(asset: Asset | None, version: str | None) -> str | None:
    """How a node has left the state in which it was done, as a clause; None where it has not."""
    if asset is None:
        return "is not listed any more"
    if not asset.settled:
        return f"is {asset.status or asset.state}"
    wanted = _parsed(version)
    if wanted is not None and asset.version is not None and satisfies(asset.version, wanted) is False:
        return f"runs {spelled(asset.version_text)}"
    return None


@lru_cache(maxsize=64)
def _parsed(text: str | None) -> Version | None:
    """A version of a run, which has few; it is asked for whenever a row has changed."""
    return try_parse(text)


@dataclass
class RelapseWatch:
    """``flap``: for how long a node may be away without being relapsed, in seconds."""

    poller: StatusPoller
    clock: Clock
    flap: float
    _since: dict[NodeId, float] = field(default_factory=dict)
    #: By node and the version that it must run: its row, and what that came to.
    _seen: dict[tuple[str, str, str | None], tuple[Asset | None, str | None]] = field(default_factory=dict)

    def watch(self, done: Done) -> dict[str, str]:
        """The routers that are relapsed now, with the reason, after a poll.

        While the conductor cannot be asked, or a node of it is not settled, all assets may flap: then no time counts.
        """
        if not self.poller.answers or self.conductor_trouble():
            self._since.clear()
            return {}
        away = self.away(done)
        now = self.clock.now()
        self._since = {node_id: self._since.get(node_id, now) for node_id in away}
        late = [node_id for node_id, since in self._since.items() if now - since > self.flap]
        reasons: dict[str, list[str]] = {}
        for node_id in late:
            what = f"{node_id.node} {away[node_id]} for {format_duration(now - self._since[node_id])}"
            reasons.setdefault(node_id.router, []).append(what)
        return {router: f"was done, but {' and '.join(words)}" for router, words in reasons.items()}

    def away(self, done: Done) -> dict[NodeId, str]:
        """The nodes that are not as they were when they were done, and how they are."""
        away, seen = {}, self._seen
        for router, nodes in done.items():
            for node, version in nodes.items():
                row, key = self.poller.asset(router, node), (router, node, version)
                last = seen.get(key)
                if last is None or last[0] is not row:  # most rows are those of the last poll
                    seen[key] = last = (row, departure(row, version))
                if last[1]:
                    away[NodeId(router, node)] = last[1]
        return away

    def conductor_trouble(self) -> str | None:
        """Which node of the conductor is not settled; None where all are."""
        rows = self.poller.peers(self.poller.local_node[0], "")
        return next((f"{row.node} is {row.status}" for row in rows if not row.settled), None)
