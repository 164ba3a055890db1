# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of the moment in which a command would leave, as frozen records for the gate to judge.

A field that was not read is empty. ``read_moments`` reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..clock import format_duration
from ..software import operation_status
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus
from ..software.versions import Version
from .journal import Record

#: Operations that move a node; a download does not.
MOVES = ("upgrade", "downgrade", "revert")


def open_intent(
    record: Record | None, age: float, lines: Sequence[str], limit: float, well: bool = True, settle: float = 0.0
) -> bool:
    """True if an intent counts whose end nobody wrote down (rule 27).

    Only where its node is ``well`` and at rest, readable words of the conductor that nothing runs, or a time that is
    over, outweigh it; silence does not, and neither does age alone, nor while the conductor shows that it runs. A
    status may show an operation late, so words count only once the intent is ``settle`` seconds old.
    """
    if record is None or not record.open or record.operation not in MOVES:
        return False
    if operation_status.runs_now(list(lines), record.node):
        return True
    in_words = age >= settle and operation_status.at_rest(list(lines), record.operation)
    return not (well and (in_words or age >= max(limit, record.limit or 0.0)))


@dataclass(frozen=True)
class BegunCommand:
    """The last command that was written down for a node. ``age``, ``limit`` and ``settle`` in seconds.

    ``lines``: what the conductor shows about its operation now. ``limit``: for how long such a command may take.
    ``settle``: how old it must be before the conductor's words that nothing runs count.
    """

    record: Record
    age: float
    limit: float
    lines: tuple[str, ...] = ()
    #: Is its node settled, in service, and not at work, on a version that can be read?
    well: bool = True
    settle: float = 0.0

    @property
    def may_run(self) -> bool:
        """True if its end is not known (rule 27)."""
        return open_intent(self.record, self.age, self.lines, self.limit, self.well, self.settle)

    @property
    def is_new(self) -> bool:
        """True if nothing but its age keeps the conductor's words that nothing runs from counting."""
        return self.may_run and not replace(self, settle=0.0).may_run

    @property
    def overdue(self) -> bool:
        """True if its time is over, so that it hardly runs any more."""
        return self.age >= max(self.limit, self.record.limit or 0.0)

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
    #: The word for its service as it was printed, empty where its cell is; None: no such cell was printed.
    service_text: str | None = None
    state: str | None = None
    settled: bool = False
    #: What it runs, by the list; of the session's own node by its own answer. None: nothing readable, or that counts.
    version: Version | None = None
    shown: tuple[tuple[str, ...], ...] = ()
    #: Was the first of these read as a whole?
    whole: bool = False

    @property
    def unwell(self) -> str | None:
        """Why it is not well, as a clause without its name; None where nothing is against it."""
        if self.state is None:
            return "is not in the list of assets"
        if not self.settled:
            return f"is {self.state}"
        if self.reached is not True:
            return "does not answer" if self.reached is False else "cannot be asked, so nobody knows how it is"
        if self.service is None and self.service_text is not None:  # no such cell is how some releases print it
            shown = f"'{self.service_text}'" if self.service_text else "an empty cell"
            return f"shows {shown} for its service, so nobody knows whether it runs"
        return "has its service down" if self.service is False else None


@dataclass(frozen=True)
class PeerMoment:
    """The other node of a pair; for a request about a release also the node itself.

    ``shown``: what the conductor shows about each operation there.
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
    #: What its asset shows while it is moved; empty while it is not.
    busy: str = ""


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
    could not be asked.
    ``lines``: what the conductor shows about the operation of the command. ``written``: of the node and of its peers.
    ``running_beside``: nodes of the same router that run ``wanted`` and that the command would reach, too.
    """

    node_id: NodeId
    operation: str
    status: NodeStatus
    wanted: Version | None = None
    trouble: str | None = None
    lines: tuple[str, ...] = ()
    begun: BegunCommand | None = None
    peers: tuple[PeerMoment, ...] = ()
    written: tuple[Written, ...] = ()
    downloading: bool = False
    running_beside: tuple[str, ...] = ()
    #: By the user's name for it: an operation on the node itself does not count.
    ignore_running: bool = False
    #: Its revert is decided: it need not be settled (rule 20).
    taken_back: bool = False
    #: Why nothing is sent, and what runs there already is only followed.
    only_follow: str = ""
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
    waits.
    """

    now: float
    since: float
    patience: float
    allowed: bool = True
    forbidden: str = ""

    @property
    def patient(self) -> bool:
        """True if it may still wait."""
        return self.now - self.since <= self.patience


@dataclass(frozen=True)
class AwayMoment:
    """An asset that is followed and may have to be reconnected. Seconds; ``away_for`` None: it is not away.

    ``after``: how long it may stay away, by setting; 0: it is never reconnected. ``unanswered``: our request has not
    come back. ``lines``: what the conductor shows about operations there. ``followed_for``: seconds since our request,
    or since it is followed. ``settle``: after how long a status shows a new operation (rule 33). ``nodes``: how many
    nodes our request moves.
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
    settle: float = 0.0
    nodes: int = 1
