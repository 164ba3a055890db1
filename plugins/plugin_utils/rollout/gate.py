# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one gate (rule 32): every lifecycle command of every kind leaves through here, and nowhere else.

What is known of the moment is read in ``read_moments``, and judged in ``gate_conditions``; here is the order in which
that happens. The vendor's health check is no such command: it only reads (``Conductor.begin_health_check``).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, replace

from ..conductor.addressing import reconnect_command
from ..conductor.client import Conductor
from ..conductor.grammar import NotOffered
from ..conductor.request import Request
from ..pcli.errors import (
    FINAL,
    ConnectFailed,
    DeviceError,
    NoFreeShell,
    PcliError,
    SessionBroken,
)
from ..pcli.response import Response
from ..pcli.session import Pending
from ..software.names import NameRefused
from ..software.node_id import NodeId
from .context import Abandoned, Limit, RunContext
from .gate_conditions import (
    CONDITIONS,
    SEND,
    Decision,
    first_decision,
    never,
    wait,
)
from .journal import JournalError
from .moments import AwayMoment, LeavingMoment, NodeMoment
from .poller import StatusPoller

#: What keeps a request from being sent just now: the conductor is away, or all of its shells are in use.
_PASSING = (SessionBroken, ConnectFailed, NoFreeShell)


@dataclass(frozen=True)
class Departure:
    """A request that is to be sent, and what its sender does on the way. ``patience``: for how long it waits (seconds).

    ``since``: from when on that counts; None: from now on. ``anew``: its sender examines everything anew after a wait.
    ``limits``: those of the run; None: there are none. ``prepare``: steps that read the nodes for the last time.
    ``locked``: judges the nodes once more while no other run can write an intent; ``intend``: writes down the command
    that is about to be sent, under the same lock, or raises JournalError. None: nothing is written down.
    ``warn``: takes a warning about the lock.
    """

    request: Request
    patience: float
    limits: Limit | None = None
    prepare: Callable[[], Iterable] = tuple
    locked: Callable[[], Decision] = lambda: SEND
    intend: Callable[[str], None] | None = None
    warn: Callable[[str], None] = lambda warning: None
    since: float | None = None
    anew: bool = False


@dataclass(frozen=True)
class Passage:
    """What came of a command at the gate.

    ``error``: what kept it from being sent. With a decision to send and no ``pending``: the session broke while it was
    sent, so it may have got through.
    """

    decision: Decision
    command: str = ""
    pending: Pending | None = None
    error: Exception | None = None

    def raise_lost(self) -> None:
        """Raise the error of a connection that was lost, for those who try again with a new one."""
        refused = (NotOffered, DeviceError, NoFreeShell)
        if isinstance(self.error, PcliError) and not isinstance(self.error, refused):
            raise self.error


def first_look(moment: NodeMoment) -> Decision:
    """May a command be sent to the node, as far as a first look shows?"""
    return first_decision(CONDITIONS[moment.operation].first_look, moment)


def examine(moments: Iterable[NodeMoment]) -> Decision:
    """May a command be sent to the node? More is read of it only as long as nothing is decided."""
    return _judged((CONDITIONS[moment.operation].examined, moment) for moment in moments)


def examine_again(moments: Iterable[NodeMoment]) -> Decision:
    """The same under the lock, for all nodes of a request."""
    return _judged((CONDITIONS[moment.operation].locked, moment) for moment in moments)


def _judged(steps: Iterable[tuple[tuple, NodeMoment]]) -> Decision:
    passed_over: tuple[str, ...] = ()
    for conditions, moment in steps:
        decision = first_decision(conditions, moment)
        if not decision.sends:
            return decision
        passed_over += decision.lifted
    return replace(SEND, lifted=passed_over)


# -- the way out ------------------------------------------------------------------------------------------------------


def pass_gate(context: RunContext, poller: StatusPoller, departure: Departure) -> Generator[bool, None, Passage]:
    """Send a request whose nodes were examined, or say why not.

    Its command line is built, and was approved where the run is bound to a plan; the limits of the run allow it, and a
    shell is free; its nodes are read once more. Then, without a pause: the limits are asked again, a shell is made
    ready, under the lock its nodes are judged, its intent is written, and it is sent. What had to wait is to be
    examined anew where its sender does that: then the decision is to wait, for no reason. Raises Abandoned, and what
    goes wrong for good before the intent is written, such as a refused login.
    """
    try:
        command = context.conductor.command_for(departure.request)
    except (NotOffered, NameRefused, DeviceError) as error:
        return Passage(never(str(error)), error=error)
    except _PASSING as error:
        return Passage(wait(str(error)), error=error)
    unapproved = context.unapproved(command) if context.unapproved else ""
    if unapproved:
        return Passage(never(unapproved), command)
    since = context.clock.now() if departure.since is None else departure.since
    decision = None
    while decision is None:
        try:
            decision = yield from _approach(context, poller, departure, since)
        except _PASSING as error:
            return Passage(wait(str(error)), command, error=error)
        except _ShellRefused as refused:
            return Passage(refused.decision, command, error=refused.error)
    if decision.sends:
        decision = _write_intent(context, departure, command)
    if decision.kind == "wait" and decision.reason and context.clock.now() - since > departure.patience:
        decision = never(decision.reason)
    if not decision.sends:
        return Passage(decision, command)
    return _send(context, poller, departure, command)


def _approach(
    context: RunContext, poller: StatusPoller, departure: Departure, since: float
) -> Generator[bool, None, Decision | None]:
    """Wait until the request may leave, and read its nodes. None: that took long, so it waits again."""
    waited = False
    while (decision := _may_leave(context, poller, departure, since)).kind == "wait":
        waited = True
        yield False
    if not decision.sends:
        return decision
    if waited and departure.anew:
        return wait("")
    yield from departure.prepare()
    decision = _may_leave(context, poller, departure, since)
    if decision.kind != "wait":
        return decision
    return wait("") if departure.anew else None


def _may_leave(context: RunContext, poller: StatusPoller, departure: Departure, since: float) -> Decision:
    """Do the limits of the run allow it, and is a shell free? Raises _ShellRefused where none ever will be.

    In a rollout a request waits for a shell that others give back, as long as it has patience (rule 28).
    """
    _require_parent(context)
    conditions = CONDITIONS[departure.request.operation].leaving
    allowed, forbidden = departure.limits() if departure.limits else (True, "")
    moment = LeavingMoment(context.clock.now(), since, departure.patience, allowed, forbidden)
    decision = first_decision(conditions, moment)
    if not decision.sends:
        return decision
    try:
        context.conductor.session.make_ready()
        return decision
    except NoFreeShell as error:
        if poller.shared and replace(moment, now=context.clock.now()).patient:
            return wait("a free shell", since + departure.patience)
        raise _ShellRefused(never(str(error) or "no shell is free"), error) from error
    except (*_PASSING, *FINAL):
        raise
    except PcliError as error:
        raise _ShellRefused(never(str(error)), error) from error


class _ShellRefused(Exception):
    """There is no shell for the request, and nothing was sent."""

    def __init__(self, decision: Decision, error: PcliError) -> None:
        super().__init__(str(error))
        self.decision, self.error = decision, error


def _write_intent(context: RunContext, departure: Departure, command: str) -> Decision:
    """Between what is read under the lock and the new intent nobody else on this controller writes one."""
    if departure.intend is None:
        return SEND
    try:
        with context.journal.locked() as warning:
            if warning:
                departure.warn(warning)
            decision = departure.locked()
            if decision.sends:
                departure.intend(command)
            return decision
    except JournalError as error:
        return never(str(error))


def _send(context: RunContext, poller: StatusPoller, departure: Departure, command: str) -> Passage:
    """Send the request, once."""
    try:
        pending = context.conductor.send(departure.request)
        poller.pending.append(pending)
        return Passage(SEND, command, pending)
    except SessionBroken as error:
        return Passage(SEND, command, error=error)
    except (PcliError, NameRefused) as error:  # nothing was sent
        return Passage(never(str(error)), command, error=error)


def _require_parent(context: RunContext) -> None:
    if not context.alive():
        raise Abandoned("Nobody waits for this task any more, so nothing was sent.")


# -- commands that no node waits for ----------------------------------------------------------------------------------


def reconnect(
    conductor: Conductor, node_id: NodeId, moment: AwayMoment, unapproved: Callable[[str], str] | None = None
) -> Passage:
    """Have the conductor reconnect an asset that stays away (rule 30), where that may be. Never raises PcliError.

    ``unapproved``: see RunContext.
    """
    decision = first_decision(CONDITIONS["reconnect"].examined, moment)
    if not decision.sends:
        return Passage(decision)
    why = unapproved(reconnect_command(*node_id)) if unapproved else ""
    if why:
        return Passage(never(why))
    try:
        conductor.reconnect(*node_id)
        return Passage(decision)
    except PcliError as error:
        return Passage(decision, error=error)


def import_image(conductor: Conductor, path: str | None) -> Response:
    """Have the conductor's own node take in a software image (see :meth:`.Conductor.import_iso`)."""
    return conductor.import_iso(path)
