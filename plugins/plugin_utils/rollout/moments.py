# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of the moment in which a command would leave, as frozen records for the gate to judge.

A field that was not read is empty. ``read_moments`` reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import format_duration
from ..software import operation_status
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus
from ..software.versions import Version
from .journal import Record

#: Operations that move a node; a download does not.
MOVES = ("upgrade", "downgrade", "revert")


def open_intent(record: Record | None, age: float, lines: Sequence[str], limit: float, well: bool = True) -> bool:
    """True if an intent counts whose end nobody wrote down (rule 27).

    Only where its node is ``well`` and at rest, readable words of the conductor that nothing runs, or a time that is
    over, outweigh it; silence does not, and neither does age alone.
    """
    if record is None or not record.open or record.operation not in MOVES:
        return False
    over = age >= max(limit, record.limit or 0.0) or operation_status.at_rest(list(lines), record.operation)
    return not (well and over)


@dataclass(frozen=True)
class BegunCommand:
    """The last command that was written down for a node. ``age`` and ``limit`` in seconds.

    ``lines``: what the conductor shows about its operation now. ``limit``: for how long such a command may take.
    """

    record: Record
    age: float
    limit: float
    lines: tuple[str, ...] = ()
    #: Is its node settled, in service, and not at work, on a version that can be read?
    well: bool = True

    @property
    def may_run(self) -> bool:
        """True if its end is not known (rule 27)."""
        return open_intent(self.record, self.age, self.lines, self.limit, self.well)

    @property
    def words(self) -> str:
        """What was begun, as a clause."""
        return f"'{self.record.command}' was begun {format_duration(self.age)} ago, and its end is not known"


@dataclass(frozen=True)
class LiveNode:
    """A node right before a command leaves: its own answer, and what the list of assets shows in the same moment.

    ``reached`` False: it does not answer; None: its answer cannot be read. ``state`` None: it is not listed. ``shown``:
    what the conductor shows about each operation there.
    """

    node_id: NodeId
    reached: bool | None = None
    service: bool | None = None
    state: str | None = None
    settled: bool = False
    shown: tuple[tuple[str, ...], ...] = ()

    @property
    def unwell(self) -> str | None:
        """Why it is not well, as a clause without its name; None where nothing is against it."""
        if self.state is None:
            return "is not in the list of assets"
        if not self.settled:
            return f"is {self.state}"
        if self.reached is not True:
            return "does not answer" if self.reached is False else "cannot be asked, so nobody knows how it is"
        return "has its service down" if self.service is False else None


@dataclass(frozen=True)
class PeerMoment:
    """The other node of a pair. ``shown``: what the conductor shows about each operation there.

    ``unreadable``: why its record could not be read. ``live``: how it is right before a command leaves; None: it was
    not asked.
    """

    node: str
    settled: bool = False
    version: Version | None = None
    begun: BegunCommand | None = None
    unreadable: str | None = None
    shown: tuple[tuple[str, ...], ...] = ()
    live: LiveNode | None = None
    busy: bool = False


@dataclass(frozen=True)
class Patience:
    """How long a command waits for what is not as it must be. Times by the clock of the run, in seconds.

    ``since``: when it began to wait for that. ``unwell``: for nodes that are not well; ``operation``: for an operation
    of which nothing but its end is missing.
    """

    now: float = 0.0
    since: float = 0.0
    unwell: float = 0.0
    operation: float = 0.0


@dataclass(frozen=True)
class Written:
    """What is written down of a node, or of its peer: when it was examined, and now."""

    node_id: NodeId
    examined: Record | None
    now: Record | None


@dataclass(frozen=True)
class NodeMoment:
    """A node that a command would move or change, as it is now.

    ``wanted``: the version that it must run afterwards, or that the command is about. ``trouble``: why the conductor
    could not be asked. ``looked_again`` False: its status is older than the words that the conductor shows.
    ``lines``: what the conductor shows about the operation of the command. ``written``: of the node and of its peers.
    ``running_beside``: nodes of the same router that run ``wanted`` and that the command would reach, too.
    """

    node_id: NodeId
    operation: str
    status: NodeStatus
    wanted: Version | None = None
    trouble: str | None = None
    looked_again: bool = True
    lines: tuple[str, ...] = ()
    begun: BegunCommand | None = None
    peers: tuple[PeerMoment, ...] = ()
    written: tuple[Written, ...] = ()
    downloading: bool = False
    running_beside: tuple[str, ...] = ()
    #: By the user's name for it, or since it was ruled out before: a running operation does not count.
    ignore_running: bool = False
    only_follow: bool = False
    blocked: str = ""
    #: The nodes of the same router that ended well before.
    done: tuple[str, ...] = ()
    #: The names of conditions that a person has lifted for its router (rule 46).
    lifted: frozenset[str] = frozenset()
    #: Right before the command leaves: the node itself, and the nodes of the other routers of its exclusive group.
    live: LiveNode | None = None
    mates: tuple[PeerMoment, ...] = ()
    patience: Patience = Patience()


@dataclass(frozen=True)
class LeavingMoment:
    """A request that is about to be written down and sent. Times by the clock of the run.

    ``allowed`` and ``forbidden``: what the limits of the run say. ``patience``: for how many seconds since ``since`` it
    waits. ``no_shell``: the error where none was free for it. ``shared``: others of this rollout may give theirs back.
    """

    now: float
    since: float
    patience: float
    shared: bool = False
    allowed: bool = True
    forbidden: str = ""
    no_shell: str = ""

    @property
    def patient(self) -> bool:
        """True if it may still wait."""
        return self.now - self.since <= self.patience


@dataclass(frozen=True)
class AwayMoment:
    """An asset that is followed and may have to be reconnected. Seconds; ``away_for`` None: it is not away.

    ``after``: how long it may stay away, by setting; 0: it is never reconnected. ``unanswered``: our request has not
    come back. ``lines``: what the conductor shows about operations there. ``followed_for``: seconds since our request,
    or since it is followed.
    """

    after: float
    away_for: float | None
    reachable: bool = True
    ended: bool = False
    asked_before: bool = False
    node: str = ""
    unanswered: bool = False
    lines: tuple[str, ...] = ()
    followed_for: float = 0.0
