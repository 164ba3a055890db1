# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides about a single command: may it be sent now (rule 32)? By command, as pure functions of the moment.

Whether a router or the next node may be begun at all is decided before (``planning/admission``, ``node_turn``).

A condition gets what is known of a moment, and returns a decision, or None where it has nothing against the command.
The first decision counts; where no condition makes one, the command is sent. Fields of a moment that were not read are
empty, and an empty field decides nothing. ``CONDITIONS`` says which conditions count for which command, and when: a new
one is a function and its name in that table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ..clock import format_duration
from ..software import operation_status
from ..software.node_status import runs
from ..software.versions import satisfies, spelled
from .gate_decisions import SEND, Decision, follow, never, wait
from .live_conditions import (
    begun_a_moment_ago,
    group_member_at_work,
    group_member_not_well,
    node_does_not_answer,
    node_not_well,
    operation_at_revert,
    operation_since,
    peer_at_work,
    peer_begun,
    peer_end_unknown,
    peer_not_well,
    peer_not_well_at_revert,
    peer_went_back,
    router_moves,
    version_since,
)
from .moments import AwayMoment, LeavingMoment, NodeMoment

# -- of a node that an upgrade, a downgrade or a revert would move ----------------------------------------------------


def unknown_status(moment: NodeMoment) -> Decision | None:
    """Nothing is sent to a node whose version and state cannot be read (rule 15)."""
    if moment.status.reachable and moment.status.version is not None:
        return None
    why = f" ({moment.trouble})" if moment.trouble else ""
    return never(
        f"{moment.status.words()}{why}",
        "See in 'show assets' of the conductor whether it lists the node, then run again",
    )


def arrived_unsettled(moment: NodeMoment) -> Decision | None:
    """A node that runs the requested version and is not settled is followed until it is (rule 15).

    Where an operation of another kind may move it on, nothing that is followed here would show its end.
    """
    if moment.wanted is None or not runs(moment.status, moment.wanted, None):
        return None
    if moment.begun is not None and moment.begun.record.operation != moment.operation and moment.begun.may_run:
        return other_command_begun(moment)
    if moment.status.settled:
        return follow("it runs the requested version, but the end of an earlier command is not known")
    return follow(f"it runs the requested version but is not settled ({moment.status.words()})")


def asset_moves(moment: NodeMoment) -> Decision | None:
    """Nothing is sent to a node whose asset shows an operation; it is followed (rules 18 and 32)."""
    return follow(f"its asset shows {moment.status.state}") if moment.status.busy else None


def operation_shown(moment: NodeMoment) -> Decision | None:
    """Nothing is sent to a node on which the conductor's status shows an operation; it is followed (rule 32)."""
    line = operation_status.runs_now(list(moment.lines), moment.node_id.node)
    return follow(f"the conductor shows an operation: {line}") if line else None


def same_command_begun(moment: NodeMoment) -> Decision | None:
    """A command of the same kind that was written down and has no known end is followed, not repeated (rule 27)."""
    begun = moment.begun
    if begun is None or not begun.may_run or begun.record.operation != moment.operation:
        return None
    return follow(f"a command was about to be sent {format_duration(begun.age)} ago and its end is not known")


def other_command_begun(moment: NodeMoment) -> Decision | None:
    """The end of another operation that was written down must be known before anything is sent (rule 27)."""
    begun = moment.begun
    if begun is None or not begun.may_run:
        return None
    return never(
        f"the end of an earlier {begun.record.operation} is not known ('{begun.record.command}', begun "
        f"{format_duration(begun.age)} ago). Wait for its end, then run again"
    )


def unsettled(moment: NodeMoment) -> Decision | None:
    """Nothing is sent to a node that is not settled; what brings it to rest is followed (rules 27 and 32).

    A bad node whose revert is decided need not be settled (rule 20).
    """
    if moment.status.settled or moment.taken_back:
        return None
    return follow(f"it is not settled ({moment.status.words()})", only_unsettled=True)


def only_followed(moment: NodeMoment) -> Decision | None:
    """Where a check has blocked the router (I5), or nothing is to be sent anyway, what runs is only followed."""
    return never(moment.only_follow) if moment.only_follow else None


# -- of a node whose revert is decided (rule 20) ----------------------------------------------------------------------


def does_not_answer(moment: NodeMoment) -> Decision | None:
    """A revert is sent only to a node that answers (rule 20)."""
    return None if moment.status.reachable and not moment.status.away else never("the node does not answer")


def operation_runs(moment: NodeMoment) -> Decision | None:
    """A revert is sent only where no operation runs on the node (rule 20)."""
    line = moment.status.state if moment.status.busy else None
    line = line or operation_status.runs_now(list(moment.lines), moment.node_id.node)
    return never(f"an operation runs on it ({line})") if line else None


# -- of a node whose release is brought, paused or taken away ---------------------------------------------------------


def downloads_already(moment: NodeMoment) -> Decision | None:
    """A download that runs is followed and not asked for again (rule 38)."""
    return follow("it is being downloaded already") if moment.downloading else None


def runs_it(moment: NodeMoment) -> Decision | None:
    """What a node runs, or may run, is never removed from it."""
    text, version = moment.status.version_text, moment.status.version
    if not text or (version is not None and satisfies(version, moment.wanted) is False):
        return None
    return never(f"it runs {spelled(text)}, which is never removed")


def runs_beside(moment: NodeMoment) -> Decision | None:
    """A request that names no node reaches all of the router, so also one that runs the version."""
    if not moment.running_beside:
        return None
    node = moment.running_beside[0]
    return never(f"{node} runs it, and the request would reach all nodes. Name the node that is meant")


# -- of a request under the lock --------------------------------------------------------------------------------------


def begun_by_another_run(moment: NodeMoment) -> Decision | None:
    """Where another run has begun something since the node was examined, everything is examined anew (rule 27).

    Also where that has ended meanwhile: a controller may stand still between the two looks.
    """
    for written in moment.written:
        now, examined = written.now, written.examined
        if now is not None and (examined is None or not now.same_intent(examined)):
            return wait(f"another run has begun '{now.command}' at {written.node_id} meanwhile")
    return None


# -- of a request that leaves -----------------------------------------------------------------------------------------


def limit_reached(moment: LeavingMoment) -> Decision | None:
    """What ends a run holds for each command that is about to leave, also after a wait (rules 24 to 26, 44)."""
    return never(moment.forbidden) if moment.forbidden else None


def limit_waits(moment: LeavingMoment) -> Decision | None:
    """While the limits of the run hold new commands up, it waits, as long as it has patience (rule 24)."""
    if moment.allowed:
        return None
    if not moment.patient:
        return never("the limits of the run did not allow it for too long")
    return wait("the limits of the run", moment.since + moment.patience)


# -- of an asset that stays away --------------------------------------------------------------------------------------


def not_away_for_long(moment: AwayMoment) -> Decision | None:
    """An asset is reconnected by setting, and only after it was away for longer than its grace (rule 30)."""
    if not moment.after or not moment.reachable or moment.away_for is None:
        return never("it is not away, or must not be reconnected")
    return wait("its own return") if moment.away_for < moment.after else None


def reconnected_before(moment: AwayMoment) -> Decision | None:
    """An asset is reconnected once, and not after its end (rule 30)."""
    return never("it was asked for before, or its node has ended") if moment.asked_before or moment.ended else None


#: An upgrade that takes longer is given up by its own installer, by default (7.1.3: one hour). In seconds.
VENDOR_LIMIT = 3600.0


def operation_keeps_it_away(moment: AwayMoment) -> Decision | None:
    """An asset is never reconnected while an operation of ours or of others runs there, or may run (rule 30).

    Words that nothing runs count once a status would show what began last. Where there are none, it is believed once an
    operation would have been given up; one request moves its nodes one after the other.
    """
    if moment.unanswered:
        return wait("the end of our own request")
    line = operation_status.runs_now(list(moment.lines), moment.node)
    if line:
        return wait(f"the end of an operation: {line}")
    rests = operation_status.at_rest(list(moment.lines)) and moment.followed_for >= moment.settle
    if rests or moment.followed_for >= VENDOR_LIMIT * moment.nodes:
        return None
    return wait("words that nothing runs there, or the time after which an operation is given up")


# -- which conditions count for which command -------------------------------------------------------------------------

Condition = Callable[..., Decision | None]


@dataclass(frozen=True)
class Conditions:
    """What must hold for a command, in the order in which it is judged.

    ``first_look`` and ``examined``: of each node, before and after it is known whether there is anything to do there.
    ``locked``: of the same nodes right before it is sent, while no other run can write an intent. ``leaving``: of the
    request, before and after its nodes were read for the last time.
    """

    first_look: tuple[Condition, ...] = ()
    examined: tuple[Condition, ...] = ()
    locked: tuple[Condition, ...] = ()
    leaving: tuple[Condition, ...] = ()


#: No request about a release leaves while one of the nodes of its router moves, or may.
_RELEASE = (router_moves, peer_end_unknown)
_MOVE = Conditions(
    first_look=(unknown_status,),
    examined=(
        arrived_unsettled,
        asset_moves,
        operation_shown,
        begun_a_moment_ago,
        same_command_begun,
        other_command_begun,
        unsettled,
        peer_at_work,
        peer_end_unknown,
        only_followed,
    ),
    locked=(
        begun_by_another_run,
        operation_since,
        version_since,
        node_not_well,
        peer_begun,
        peer_end_unknown,
        peer_not_well,
        peer_went_back,
        group_member_at_work,
        group_member_not_well,
    ),
    leaving=(limit_reached, limit_waits),
)

CONDITIONS = {
    "upgrade": _MOVE,
    "downgrade": _MOVE,
    "revert": replace(
        _MOVE,
        locked=(
            begun_by_another_run,
            node_does_not_answer,
            version_since,
            operation_at_revert,
            peer_begun,
            peer_end_unknown,
            peer_not_well_at_revert,
            peer_went_back,
        ),
        leaving=(),  # no limit of the run holds a way back up (rule 44)
    ),
    # Whether a revert is decided at all: asked before the one above (rule 20).
    "revert decision": Conditions(examined=(does_not_answer, operation_runs)),
    "download": Conditions(examined=(router_moves, downloads_already), locked=_RELEASE),
    "pause": Conditions(locked=_RELEASE),
    "remove": Conditions(first_look=(runs_it,), examined=(runs_beside,), locked=(runs_it, *_RELEASE)),
    "installer": Conditions(locked=_RELEASE),
    "reconnect": Conditions(examined=(not_away_for_long, reconnected_before, operation_keeps_it_away)),
    # The image of a release is made known to the conductor's own node, which moves no node.
    "import": Conditions(),
}


#: What no longer counts where a person ignores a running operation by name (rule 33): only what runs, or may, on the
#: node itself. Whatever else is against the command, such as its peer or a check, holds all the same.
ITS_OPERATION = (
    asset_moves,
    operation_shown,
    begun_a_moment_ago,
    same_command_begun,
    other_command_begun,
    unsettled,
    operation_since,
)


def first_decision(conditions: Iterable[Condition], moment: object) -> Decision:
    """The first decision that one of the conditions makes about a moment; to send, where none does.

    What is against it is passed over where a person has lifted the condition by its name for this router (rule 46).
    """
    passed_over: tuple[str, ...] = ()
    lifted = getattr(moment, "lifted", ())
    ignored = ITS_OPERATION if getattr(moment, "ignore_running", False) else ()
    for condition in conditions:
        decision = condition(moment) if condition not in ignored else None
        if decision is None:
            continue
        if condition.__name__ not in lifted:
            return replace(decision, lifted=passed_over)
        passed_over = (*passed_over, decision.objection or decision.reason)
    return replace(SEND, lifted=passed_over)


def judge_request(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions about all nodes that one request would move.

    Where one of them is followed, a request for the others would be a second one for it; and one to which nothing may
    be sent would be moved together with them.
    """
    followed = [decision for decision in decisions if decision.kind == "follow"]
    if followed:
        unsettled = all(decision.only_unsettled for decision in followed)
        beside = follow("another node of its router is being worked on", only_unsettled=unsettled)
    elif reason := next((decision.reason for decision in decisions if decision.kind == "never"), ""):
        beside = never(f"the same request would move another node, of which {reason}")
    else:
        return list(decisions)
    return [beside if decision.kind in ("send", "wait") else decision for decision in decisions]
