# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all work of a run shares: the conductor, the clock, the limits, the journal, and how progress is shown."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from ..clock import Clock
from ..conductor.client import Conductor
from ..conductor.second_witness import Pace
from ..pcli.waiting import Cooperative
from ..software.node_id import NodeId
from .abandoned import Abandoned
from .events import EventStream, Note
from .journal import Journal
from .levels import ALL, NORMAL
from .metrics_file import MetricsFile
from .node_progress import Limits
from .notices import Notices
from .report_folder import ReportFolder
from .results import NodeResult
from .status import StatusFile

__all__ = ["Abandoned", "Limit", "RunContext", "Steps", "VolumesTold"]

#: May something be sent now? If not, and it never may be, why not.
Limit = Callable[[], tuple[bool, str]]

#: So many nodes are asked for their volumes before a run concludes that its systems print none.
_NODES_TO_ASK = 3

#: What a piece of work does between two looks: it says whether it wants to look again soon, and ends with its results.
Steps = Generator[bool, None, list[NodeResult]]


@dataclass
class VolumesTold:
    """Whether the nodes of a run print their volumes at all. Most releases do not, so nobody asks for ever."""

    asked: int = 0
    printed: int = 0
    #: The volume that each node runs from, as far as they print it: a revert after an upgrade boots it again.
    running: dict[NodeId, str] = field(default_factory=dict)

    @property
    def needs_probe(self) -> bool:
        """False once the first few nodes that were asked have all printed none."""
        return self.printed > 0 or self.asked < _NODES_TO_ASK


@dataclass
class RunContext:
    """What all operations of a run share. ``alive``: does anybody still wait?

    What is read from a router is read through ``waiting``, so that one that answers slowly holds up no other.
    What happens goes to ``events``; ``output`` prints a line of progress, and only listeners call it.
    """

    conductor: Conductor
    clock: Clock
    limits: Limits
    journal: Journal
    output: Callable[[str], None] = lambda line: None
    alive: Callable[[], bool] = lambda: True
    volumes: VolumesTold = field(default_factory=VolumesTold)
    #: The figures of the run for Prometheus, and what a webhook is told. None: nobody wants them.
    metrics_file: MetricsFile | None = None
    notices: Notices | None = None
    #: Where the state of a rollout is written for dashboards. None: nowhere.
    status_file: StatusFile | None = None
    #: Where the report of the run is written. None: nowhere.
    report: ReportFolder | None = None
    #: Why a command must not leave, since nobody has approved it; empty where it may. None: no approval is needed.
    unapproved: Callable[[str], str] | None = None
    #: How much is shown while it runs, see :mod:`.levels`; and how many hosts the whole run has, as far as is known.
    progress: str = ALL
    hosts_of_run: int = 0
    events: EventStream = field(init=False)
    waiting: Cooperative = field(init=False)
    _reassured: bool = False

    def __post_init__(self) -> None:
        self.waiting = Cooperative(lambda: self.conductor.session, self.clock)
        self.events = EventStream(self.clock, self.output)

    @property
    def pace(self) -> Pace:
        """How old the list of the web API may be where something is decided."""
        return Pace(self.limits.poll_min, 4 * self.limits.poll_max)

    def tell(self, line: str, level: str = NORMAL) -> None:
        """Report a line of progress that means nothing beyond its words. ``level``: from which one on it is shown."""
        self.events.emit(Note(line, level))

    def tell_failure(self, words: str) -> None:
        """Tell those that watch from outside that the task of this run ends with an error, unless it has ended."""
        for watcher in (self.metrics_file, self.notices):
            if watcher is not None:
                watcher.break_off(words)

    def tell_interrupted(self) -> None:
        """Tell those that watch from outside that the run ends here. It prints nothing: nobody may listen any more."""
        for watcher in (self.metrics_file, self.notices):
            if watcher is not None:
                watcher.interrupt()

    def reassure(self) -> None:
        """Say once what an interrupted controller cannot say, since its main process ends before its workers."""
        if not self._reassured:
            self._reassured = True
            self.tell("what was sent goes on by itself, also if you stop watching; the same command takes it up again")
