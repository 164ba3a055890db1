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

from ..conductor.client import Conductor
from ..conductor.grammar import NotOffered
from ..conductor.request import Request
from ..pcli.errors import ConnectFailed, DeviceError, NoFreeShell, PcliError, SessionBroken
from ..pcli.response import Response
from ..pcli.session import Pending
from ..software.names import NameRefused
from ..software.node_id import NodeId
from .context import Abandoned, Limit, RunContext
from .gate_conditions import (
    CONDITIONS,
    SEND,
    Decision,
    judge,
    never,
    wait,
)
from .journal import JournalError
from .moments import AwayMoment, LeavingMoment, NodeMoment
from .poller import StatusPoller


@dataclass(frozen=True)
class Departure:
    """A request that is to be sent, and what its sender does on the way. ``patience``: for how long it waits (seconds).

    ``limits``: those of the run; None: there are none. ``prepare``: steps that read what is to be remembered.
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
    return judge(CONDITIONS[moment.operation].first_look, moment)


def examine(moments: Iterable[NodeMoment]) -> Decision:
    """May a command be sent to the node? More is read of it only as long as nothing is decided."""
    return _judged((CONDITIONS[moment.operation].examined, moment) for moment in moments)


def examine_again(moments: Iterable[NodeMoment]) -> Decision:
    """The same under the lock, for all nodes of a request."""
    return _judged((CONDITIONS[moment.operation].locked, moment) for moment in moments)


def _judged(steps: Iterable[tuple[tuple, NodeMoment]]) -> Decision:
    decisions = (judge(conditions, moment) for conditions, moment in steps)
    return next((decision for decision in decisions if not decision.sends), SEND)


# -- the way out ------------------------------------------------------------------------------------------------------


def pass_gate(context: RunContext, poller: StatusPoller, departure: Departure) -> Generator[bool, None, Passage]:
    """Send a request whose nodes were examined, or say why not.

    Its command line is built, and the limits of the run allow it; under the lock its nodes are judged once more, and
    its intent is written; then it waits for a shell, and is sent. What the limits held up is to be examined anew: then
    the decision is to wait, for no reason. Raises Abandoned, and what goes wrong for good before the intent is
    written, such as a refused login.
    """
    try:
        command = context.conductor.command_for(departure.request)
    except (NotOffered, NameRefused, DeviceError) as error:
        return Passage(never(str(error)), error=error)
    except (SessionBroken, ConnectFailed, NoFreeShell) as error:
        return Passage(wait(str(error)), error=error)
    _require_parent(context)  # before the intent is written, too
    decision = yield from _await_limits(context, poller, departure)
    if not decision.sends:
        return Passage(decision, command)
    yield from departure.prepare()
    decision = _write_intent(context, departure, command)
    if not decision.sends:
        return Passage(decision, command)
    return (yield from _leave(context, poller, departure, command))


def _await_limits(context: RunContext, poller: StatusPoller, departure: Departure) -> Generator[bool, None, Decision]:
    """Wait until the limits of the run allow the request, while nothing of it is written down yet."""
    since, waited = context.clock.now(), False
    while True:
        decision = judge(CONDITIONS[departure.request.operation].leaving, _leaving(context, poller, departure, since))
        if decision.kind != "wait":
            return wait("") if waited and decision.sends else decision
        waited = True
        yield False
        _require_parent(context)


def _leaving(context: RunContext, poller: StatusPoller, departure: Departure, since: float) -> LeavingMoment:
    allowed, forbidden = departure.limits() if departure.limits else (True, "")
    return LeavingMoment(context.clock.now(), since, departure.patience, poller.shared, allowed, forbidden)


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


def _leave(
    context: RunContext, poller: StatusPoller, departure: Departure, command: str
) -> Generator[bool, None, Passage]:
    """Send the request as soon as the limits of the run allow it and a shell is free. Both are asked at each try."""
    conditions, since = CONDITIONS[departure.request.operation].leaving, context.clock.now()
    while True:
        _require_parent(context)
        moment = _leaving(context, poller, departure, since)
        decision, failure = judge(conditions, moment), None
        if decision.sends:
            try:
                pending = context.conductor.send(departure.request)
                poller.pending.append(pending)
                return Passage(SEND, command, pending)
            except NoFreeShell as error:  # nothing was sent
                failure = error
                words = str(error) or "no shell is free"
                decision = judge(conditions, replace(moment, now=context.clock.now(), no_shell=words))
            except SessionBroken as error:
                return Passage(SEND, command, error=error)
            except (PcliError, NameRefused) as error:
                return Passage(never(str(error)), command, error=error)
        if decision.kind == "never":
            return Passage(decision, command, error=failure)
        yield False


def _require_parent(context: RunContext) -> None:
    if not context.alive():
        raise Abandoned("Nobody waits for this task any more, so nothing was sent.")


# -- commands that no node waits for ----------------------------------------------------------------------------------


def reconnect(conductor: Conductor, node_id: NodeId, moment: AwayMoment) -> Passage:
    """Have the conductor reconnect an asset that stays away (rule 30), where that may be. Never raises PcliError."""
    decision = judge(CONDITIONS["reconnect"].examined, moment)
    try:
        if decision.sends:
            conductor.reconnect(*node_id)
        return Passage(decision)
    except PcliError as error:
        return Passage(decision, error=error)


def import_image(conductor: Conductor, path: str | None) -> Response:
    """Have the conductor's own node take in a software image (see :meth:`.Conductor.import_iso`)."""
    return conductor.import_iso(path)
