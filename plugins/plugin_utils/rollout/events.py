# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens in a run, as frozen records, and the stream that takes each of them to all listeners."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar

from ..clock import Clock
from ..planning.admission import RolloutLimits
from ..planning.plan import RouterPlan
from .journal import JournalError, Record
from .levels import NORMAL
from .results import NodeResult


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, to a router and a node where it has them.

    ``at``: when, by the conductor's clock where it shows one, else by the controller's. ``name``: what people call the
    node on the screen.
    """

    router: str = ""
    node: str = ""
    name: str = ""
    at: datetime | None = None


# -- lines for people -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Note(Event):
    """A line of progress that means nothing beyond its words. ``level``: from which one on it is shown."""

    text: str
    level: str = NORMAL


# -- what happens to a node -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stepped(Event):
    """A step of a node, with the conductor's words. ``quiet``: it is kept and not shown.

    ``running_version``: what the node was seen to run, where the step is such a look. ``seen``: where it was then,
    away, there or arrived (it runs the requested version); empty where the step is no look at a node that is followed.
    """

    what: str
    words: str = ""
    quiet: bool = False
    running_version: str | None = None
    seen: str = ""


@dataclass(frozen=True)
class Intended(Event):
    """A command is about to be sent to a node. Where its record cannot be written, it must not be."""

    record: Record


@dataclass(frozen=True)
class Sent(Event):
    """A command goes out to a node. ``accepted``: it counts as taken unless its answer says otherwise."""

    command: str
    accepted: bool = False


@dataclass(frozen=True)
class RequestDated(Event):
    """The conductor took the request at this time of its own clock."""

    asked_at: datetime


@dataclass(frozen=True)
class Accepted(Stepped):
    """The request was taken, or may have been; with the step that shows it."""


@dataclass(frozen=True)
class Refused(Stepped):
    """The request was refused. ``followed``: what it speaks of may be what was wanted, so the node is followed."""

    followed: bool = False


@dataclass(frozen=True)
class Adopted(Event):
    """What runs on a node already is followed, for the reason in ``words``.

    With the rest where it is the command of an earlier run. ``accepted``: it was sent by this run. ``operation``: which
    one it is; empty for a download. ``ours``: it may have been begun by a command of ours.
    """

    words: str
    operation: str = ""
    ours: bool = False
    command: str | None = None
    started: datetime | None = None
    from_version: str | None = None
    accepted: bool = False


@dataclass(frozen=True)
class MovedWithPeer(Event):
    """The node moves, or has moved, without a command of its own. ``from_version``: where that was not known before."""

    from_version: str | None = None


@dataclass(frozen=True)
class Warned(Event):
    """Something about a node that its operator must know, whatever its state."""

    text: str


@dataclass(frozen=True)
class NodeEnded(Event):
    """What became of the operation of a node. ``closes``: the record of its command, which has an outcome now.

    ``accepted`` None, and a version or type that is None: as known before. An empty version: it is not known any more.
    """

    state: str
    reason: str
    local_fault: bool = False
    accepted: bool | None = None
    running_version: str | None = None
    install_type: str | None = None
    closes: Record | None = None


@dataclass(frozen=True)
class Judged(Event):
    """A verdict on a node after its operation has ended: by its health check, a comparison, or what cannot follow.

    ``accepted`` None: as known before.
    """

    state: str
    reason: str
    local_fault: bool = False
    accepted: bool | None = None


@dataclass(frozen=True)
class Explained(Event):
    """More about the state of a node: a sentence, or with ``clause`` a part of the last one."""

    words: str
    clause: bool = False


@dataclass(frozen=True)
class Answered(Event):
    """All that the conductor printed about a node, for whoever needs more than the gist in its steps."""

    command: str
    text: str


@dataclass(frozen=True)
class Compared(Event):
    """A node was compared with the time before. What was lost, has come, and was lost and came back by itself."""

    lost: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence(Event):
    """What the conductor shows of a router when one of its nodes has come to a bad end. Nothing is decided by it.

    ``conductor_time``: its own clock; ``alarms`` and ``events``: of all nodes of the router, as (time, words, ...).
    ``unavailable``: what could not be read, and why.
    """

    conductor_time: datetime | None = None
    alarms: tuple[tuple[str, str, str], ...] = ()
    events: tuple[tuple[str, str], ...] = ()
    unavailable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Downloaded(Event):
    """What became of the download for an operation that was not begun."""

    download: NodeResult


@dataclass(frozen=True)
class Reverted(Event):
    """What became of the revert of a node after its upgrade."""

    revert: NodeResult


@dataclass(frozen=True)
class KnownBefore(Event):
    """What was known of a node before anything was sent to it, for a result that lacks it."""

    from_version: str | None = None
    to_version: str | None = None
    running_version: str | None = None
    install_type: str | None = None


@dataclass(frozen=True)
class NodeConcluded(Event):
    """The last result of a node: nothing more is done with it, unless what happens to its peer moves it."""

    result: NodeResult


# -- what happens to a router -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RouterStarted(Event):
    """A router is being worked on from now on."""


@dataclass(frozen=True)
class PhaseEntered(Event):
    """What is done with a router, or with one of its nodes, from now on."""

    phase: str


@dataclass(frozen=True)
class RouterPutBack(Event):
    """A router that was started waits again, since nothing could be begun: for the reason in ``words``."""

    words: str


@dataclass(frozen=True)
class RouterEnded(Event):
    """What became of a router. ``planned``: it was to be worked on. ``reason`` names nodes where there are several.

    ``quiet``: it is kept and not shown, as for a conductor, whose task says it itself.
    """

    state: str
    reason: str
    results: tuple[NodeResult, ...] = ()
    planned: bool = True
    quiet: bool = False


# -- what happens to the run ------------------------------------------------------------------------------------------


class RunView(Protocol):
    """A run as it is now, for what events do not carry: they come once, and this changes all the time."""

    stopped: str | None
    window_end: datetime | None

    def seconds_left(self) -> float | None:
        """Seconds until all is done; None where that cannot be estimated."""

    def phase_of_waiting(self, router: str) -> tuple[str, str, float] | None:
        """Phase, node and since when (by the clock) of a router whose release is brought there; else None."""

    def overdue(self) -> dict[str, tuple[float, float]]:
        """The routers that take much longer than expected: for how long each is worked on, and the expected time."""


@dataclass(frozen=True)
class RunBegan(Event):
    """These routers are to be done, or left out, in this run.

    ``conductor``: they are the nodes of the conductor itself. ``batch``: the number of the batch that they are; None
    where they are none. ``canaries``: how many routers of the run come first. ``bounds``: what limits the run.
    ``conductor_version``: what the conductor runs.
    """

    run_id: str
    operation: str
    version: str
    plans: tuple[RouterPlan, ...]
    conductor: bool = False
    batch: int | None = None
    canaries: int = 0
    bounds: RolloutLimits | None = None
    conductor_version: str | None = None


@dataclass(frozen=True)
class StartsStopped(Event):
    """Nothing new is started any more in this run."""

    reason: str


@dataclass(frozen=True)
class StartsPaused(Event):
    """No router is started for now, since the authority as a whole is not well. Without a reason: it is again.

    ``blind``: the conductor cannot be asked, so nobody sees when something ends.
    """

    reason: str = ""
    blind: bool = False


@dataclass(frozen=True)
class RunProgressed(Event):
    """A round is over: everything was polled once. ``last``: nobody waits any more, so there is no other one."""

    run: RunView
    last: bool = False


@dataclass(frozen=True)
class StillAtWork(Event):
    """A round of work outside a rollout is over, such as that on a node of the conductor."""


@dataclass(frozen=True)
class RunEnded(Event):
    """All routers of the run have ended, or were left out. ``stopped``: why not all of them were started."""

    stopped: str | None = None


# -- the stream -------------------------------------------------------------------------------------------------------


class Listener(Protocol):
    """Takes note of events. Whatever it raises is reported once and stops nothing, but for JournalError."""

    def on_event(self, event: Event) -> None:
        """Take note of one event; each listener gets all of them, and passes over what does not concern it."""


Kind = TypeVar("Kind")


@dataclass
class EventStream:
    """Takes each event to all listeners, in their order. ``warn``: prints a line for people."""

    clock: Clock
    warn: Callable[[str], None] = lambda line: None
    listeners: list[Listener] = field(default_factory=list)
    _failed: set[int] = field(default_factory=set)

    def add(self, listeners: Iterable[Listener]) -> None:
        """These listeners get all events from now on."""
        self.listeners += listeners

    def listener(self, kind: type[Kind]) -> Kind:
        """The listener of this class. Raises StopIteration where there is none."""
        return next(listener for listener in self.listeners if isinstance(listener, kind))

    def stamped(self, event: Event) -> Event:
        """The event with its time, by the controller's clock where it has none."""
        return event if event.at is not None else replace(event, at=self.clock.wall())

    def emit(self, event: Event) -> None:
        """Take an event to all listeners. Raises JournalError, after all of them got it.

        What must not be lost is in the journal. A listener that fails otherwise costs its own work and never a night.
        """
        event, unwritten = self.stamped(event), None
        for number, listener in enumerate(self.listeners):
            try:
                listener.on_event(event)
            except JournalError as error:
                unwritten = error
            except Exception as error:  # pylint: disable=broad-exception-caught
                self._report(number, listener, error)
        if unwritten is not None:
            raise unwritten

    def _report(self, number: int, listener: Listener, error: Exception) -> None:
        if number in self._failed:
            return
        self._failed.add(number)
        try:
            self.warn(f"{type(listener).__name__} has failed, which stops nothing: {type(error).__name__}: {error}")
        except Exception:  # pylint: disable=broad-exception-caught
            pass  # the screen itself is gone
