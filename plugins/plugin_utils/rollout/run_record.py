# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one batch of a run leaves to the next: its routers and their verdicts, and what counts for the whole run.

How it gets from one task to the next stands in ``run_record_data``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ..clock import Clock
from ..planning.batches import BAD, BatchEnd, Tolerance, recent_left, refusal
from ..software.node_id import NodeId


@dataclass
class Batch:
    """One batch. ``routers``: the host of each, empty where it has none; ``tried``: those to which something was sent.

    ``rolled``: a task has worked on it, or does. ``downloads``: the routers to which a download was sent.
    """

    routers: dict[str, str]
    verdicts: dict[str, str] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    rolled: bool = False
    downloads: list[str] = field(default_factory=list)

    @classmethod
    def from_data(cls, data: Mapping) -> Batch:
        """Read it back. Raises KeyError, TypeError or ValueError for what is no batch."""
        routers, verdicts = (
            {str(router): str(value) for router, value in dict(data[key]).items()} for key in ("routers", "verdicts")
        )
        tried, downloads = ([str(router) for router in data.get(key) or []] for key in ("tried", "downloads"))
        return cls(routers, verdicts, tried, bool(data["rolled"]), downloads)


class RunRecord:
    """The record of one run over all its batches. ``process``: one ansible-playbook is one run, whatever its name.

    A record that is missing, unreadable or another run's counts as empty: a batch is then as careful as a first one.
    """

    def __init__(self, folder: str | None, run_id: str, clock: Clock, process: str = ""):
        self.run_id = run_id
        self.clock = clock
        self.process = process
        # Never two underscores: those part router and node in the names of the journal's own files.
        name = re.sub(r"[^A-Za-z0-9.\-]+", "_", run_id)
        self.path = os.path.join(os.path.abspath(os.path.expanduser(folder)), f"run-{name}.json") if folder else None
        self.clear()

    def clear(self) -> None:
        """Forget all that was recorded."""
        self.batches: list[Batch] = []
        #: Routers that were done and left their settled state later, with the reason.
        self.relapsed: dict[str, str] = {}
        #: The nodes of the routers that are done, with the version that each must go on running.
        self.done: dict[str, dict[str, str | None]] = {}
        #: Who has started the run, from where, and with which settings; for people only.
        self.origin: dict[str, object] = {}
        #: Why nothing new starts in this run any more.
        self.stopped: str | None = None
        #: The hosts of the batch that was refused, and why the conductor must not be asked again (a refused login).
        self.held_back: list[str] = []
        self.blind: str | None = None
        #: The window as the first batch has read it: ISO 8601 with zone.
        self.start_deadline: str | None = None
        self.window_end: str | None = None
        #: The checksum of the plan to which the run is bound; empty where it is bound to none. None: not begun.
        self.approved: str | None = None
        #: What ``Durations.as_data`` gives.
        self.durations: dict[str, list[float]] = {}
        #: The assets that were settled when the run began. None: no task has taken note of them yet.
        self.baseline: list[NodeId] | None = None
        #: How many seconds the first list of assets of the run took. None: no task has read one yet.
        self.first_list: float | None = None
        #: How many routers come first; None: nobody has said so. And when they had all ended, by the clock.
        self.canaries: int | None = None
        self.canaries_ended: float | None = None
        #: What may end badly before no other batch begins. None: batches are not counted.
        self.tolerance: Tolerance | None = None

    # -- what it says ---------------------------------------------------------------------------------------------

    def verdicts(self, before: int | None = None) -> dict[str, str]:
        """The last state of each router, in the order in which they ended. ``before``: only so many batches count."""
        return {router: state for batch in self.batches[:before] for router, state in self._ends(batch).items()}

    def bad(self, before: int | None = None) -> dict[str, str]:
        """The routers that did not end well, by state: their exclusive groups and slots stay closed."""
        return {router: state for router, state in self.verdicts(before).items() if state in BAD}

    def rolled(self) -> set[str]:
        """The routers of the batches that tasks have worked on, or have begun to."""
        return {router for batch in self.batches if batch.rolled for router in batch.routers}

    def downloads(self) -> set[str]:
        """The routers to which a download was sent."""
        return {router for batch in self.batches for router in batch.downloads}

    def total(self, before: int | None = None) -> int:
        """How many routers were in the batches that tasks have worked on."""
        return len({router for batch in self.batches[:before] if batch.rolled for router in batch.routers})

    def tried(self, before: int | None = None) -> int:
        """With how many routers it was tried."""
        return len({router for batch in self.batches[:before] for router in batch.tried})

    def refusal(self, before: int | None = None) -> str | None:
        """Why no batch may begin after these, nor any other router of the one behind them; None where one may."""
        if self.stopped:
            return self.stopped
        for router, reason in self._outside().items():
            return f"{router}, which this run has upgraded before its routers, {reason}"
        ends = self._batch_ends()
        under_way = None if before is None else next(iter(ends[before:]), None)
        return refusal(ends[:before], self.tolerance, under_way) if self.tolerance else None

    def recent_left(self, before: int) -> int | None:
        """How many more bad ends among those that ended last stop the batch behind these; None: no limit."""
        return recent_left(self._batch_ends()[: before + 1], self.tolerance.recent) if self.tolerance else None

    def _batch_ends(self) -> list[BatchEnd]:
        return [BatchEnd(list(batch.routers), self._ends(batch)) for batch in self.batches]

    def _ends(self, batch: Batch) -> dict[str, str]:
        return {router: "relapsed" if router in self.relapsed else state for router, state in batch.verdicts.items()}

    # -- what happens ---------------------------------------------------------------------------------------------

    def announce(self, routers: Mapping[str, str]) -> None:
        """These routers, with their hosts, are the next batch. One that nobody has worked on is replaced."""
        if self.batches and not self.batches[-1].rolled and set(self.batches[-1].routers) == set(routers):
            self.batches.pop()
        self.batches.append(Batch(dict(routers)))

    def take_batch(self, routers: Iterable[str]) -> Batch:
        """The batch that a task works on from now on: the one that was announced, or a new one."""
        routers = list(routers)
        if not (self.batches and not self.batches[-1].rolled and set(self.batches[-1].routers) >= set(routers)):
            self.batches.append(Batch(dict.fromkeys(routers, "")))
        self.batches[-1].rolled = True
        return self.batches[-1]

    def hold_back(self, hosts: Iterable[str], reason: str) -> None:
        """The batch of these hosts is refused, and with it every later one."""
        self.stopped, self.held_back = self.stopped or reason, list(hosts)

    def hosts_not_ok(self, is_ok: Callable[[str], bool]) -> list[str]:
        """The hosts that must fail at the end of the run. ``is_ok`` says it of a state.

        A run that was stopped never succeeds: where all others did, the first host that was held back fails, or the
        first of all where its conductor has relapsed.
        """
        bad = [
            host
            for batch in self.batches
            for router, host in batch.routers.items()
            if host and not is_ok(self._ends(batch).get(router, "not_started"))
        ]
        hosts = [host for batch in self.batches for host in batch.routers.values() if host]
        return list(dict.fromkeys(bad)) or self.held_back[:1] or (hosts[:1] if self._outside() else [])

    def _outside(self) -> dict[str, str]:
        """What has relapsed and belongs to no batch: the conductor, with the reason."""
        return {
            router: why for router, why in self.relapsed.items() if all(router not in b.routers for b in self.batches)
        }

    def relapsed_later(self) -> dict[str, str]:
        """The routers that relapsed after their batch had ended, so that its results call them done."""
        states = {router: state for batch in self.batches for router, state in batch.verdicts.items()}
        return {router: reason for router, reason in self.relapsed.items() if states.get(router) != "relapsed"}

    def relapse(self, router: str, reason: str) -> None:
        """A router that was done is not well any more."""
        self.relapsed[router] = reason
        self.done.pop(router, None)
