# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions of a command about its peer and its group, and about the moment in which it leaves (I1, I6). Pure.

``gate_conditions`` says which of them count for which command.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..clock import format_duration
from ..software import operation_status
from ..software.versions import satisfies, spelled
from .gate_decisions import Decision, never, wait
from .moments import BegunCommand, NodeMoment, PeerMoment
from .node_progress import same_version

# -- of what was begun a moment ago ------------------------------------------------------------------------------------


def begun_a_moment_ago(moment: NodeMoment) -> Decision | None:
    """A status may show an operation late: right after a command its words that nothing runs do not count (rule 33)."""
    return _wait_for_new(moment.begun)


def _wait_for_new(begun: BegunCommand | None) -> Decision | None:
    """Wait where a command of ours is so new that the conductor's words about it do not count yet."""
    if begun is None or not begun.is_new:
        return None
    ago = f"less than {format_duration(begun.settle)} ago"
    return wait(f"'{begun.record.command}' was begun {ago}, and a status may not show it yet")


# -- of a peer, before anything is decided ----------------------------------------------------------------------------


def peer_at_work(moment: NodeMoment) -> Decision | None:
    """Nothing is sent to a node of a pair while an operation runs, or may run, on the other one (rule 32).

    A node that writes its image may show Synchronized for an hour, and then both would restart together. What runs the
    requested version and is settled is not worked on any more, whatever the conductor still shows of it.
    """
    for peer in moment.peers:
        why = None if _arrived(peer, moment) else _at_work(peer, moment)
        if why:
            return _wait_for_new(peer.begun) or never(
                f"its peer {peer.node} is being worked on: {why}", "Wait for its end"
            )
    return None


def peer_end_unknown(moment: NodeMoment) -> Decision | None:
    """Nor while an operation of ours at the peer has no known end although its time is over (rule 27).

    Only here a person may know more (rule 46): what began lately, or shows, is never lifted.
    """
    for peer in moment.peers:
        if peer.node == moment.node_id.node or not (peer.begun and peer.begun.may_run and peer.begun.overdue):
            continue
        words = f"of its peer {peer.node} nobody knows how it ended: {peer.begun.words}"
        if _arrived(peer, moment):
            return _for_a_while(moment, words, moment.patience.operation)
        return never(words, "If you know that nothing runs there any more, lift peer_end_unknown by name (override)")
    return None


def _arrived(peer: PeerMoment, moment: NodeMoment) -> bool:
    return peer.settled and peer.version is not None and bool(satisfies(peer.version, moment.wanted))


def _at_work(peer: PeerMoment, moment: NodeMoment) -> str | None:
    """What shows on a peer, or was begun there not long ago."""
    begun = None if peer.begun is not None and peer.begun.overdue else _begun_at_peer(peer)
    return peer.unreadable or begun or _shown_at_peer(peer, moment.node_id.node)


def _begun_at_peer(peer: PeerMoment) -> str | None:
    return peer.begun.words if peer.begun is not None and peer.begun.may_run else None


def _shown_at_peer(peer: PeerMoment, node: str) -> str | None:
    """The conductor's line about an operation at the peer. What it says about this node is not meant."""
    for lines in peer.shown:
        own = [
            line
            for line in lines
            if operation_status.names_node(line, peer.node) or not operation_status.names_node(line, node)
        ]
        line = operation_status.runs_now(own, peer.node)
        if line:
            return line
    return None


def router_moves(moment: NodeMoment) -> Decision | None:
    """No request about a release leaves while its router moves, whichever of its nodes does (rules 27 and 32)."""
    for node in moment.peers:
        own = node.node == moment.node_id.node
        why = _begun_at_peer(node) if own else None
        why = why or _at_work(node, moment) or (f"its asset shows {node.busy}" if node.busy else None)
        if why:
            name = "it" if own else f"{node.node} of the same router"
            return never(f"{name} is being worked on ({why})")
    return None


# -- of the nodes of a request, their peers and their group, as they are right before it is sent ----------------------


def node_not_well(moment: NodeMoment) -> Decision | None:
    """Nothing is sent to a node that does not answer, or is not settled any more; what moves it is examined anew."""
    live = moment.live
    if live is None or (live.reached and live.settled):
        return None  # its own service may be down: that is what some releases mend
    return _for_a_while(moment, f"it {live.unwell}")


def node_does_not_answer(moment: NodeMoment) -> Decision | None:
    """A revert is sent only to a node that answers (rule 20); it need not be well."""
    live = moment.live
    if live is None or (live.reached and live.state is not None):
        return None
    return _for_a_while(moment, f"it {live.unwell or 'does not answer'}")


def operation_since(moment: NodeMoment) -> Decision | None:
    """An operation that shows on the node since it was examined is examined anew (rule 32)."""
    line = _shown_of(moment.live.shown, moment.node_id.node) if moment.live is not None else None
    return wait(f"the conductor shows an operation now: {line}") if line else None


def version_since(moment: NodeMoment) -> Decision | None:
    """A node that runs another version than when it was examined is examined anew: somebody has moved it (rule 20).

    A second revert would bring it back to what the first one has left.
    """
    now, examined = moment.live.version if moment.live is not None else None, moment.status.version
    if now is None or examined is None or same_version(now, examined):
        return None
    return wait(f"it runs {spelled(now.text)} now, and ran {spelled(examined.text)} when it was examined")


def operation_at_revert(moment: NodeMoment) -> Decision | None:
    """A revert is sent only where no operation runs on the node (rule 20)."""
    line = _shown_of(moment.live.shown, moment.node_id.node) if moment.live is not None else None
    return never(f"an operation runs on it ({line})") if line else None


def peer_begun(moment: NodeMoment) -> Decision | None:
    """Nothing is sent while an operation shows at the peer, or was begun there not long ago (rules 27, 32)."""
    for peer in moment.peers:
        why = _at_work(peer, moment)
        if why is None:
            continue
        words = f"its peer {peer.node} is being worked on: {why}"
        if _arrived(peer, moment):
            return _for_a_while(moment, words, moment.patience.operation)  # only its end is missing
        return _wait_for_new(peer.begun) or never(words, "Wait for its end")
    return None


def peer_not_well(moment: NodeMoment) -> Decision | None:
    """A node is not restarted while the other one of its pair is away, not settled, bad, or cannot be asked (I1)."""
    for peer in moment.peers:
        if peer.live is not None and peer.live.unwell:
            return _for_a_while(moment, f"its peer {peer.node} {peer.live.unwell}, and would be left alone")
    return None


def peer_went_back(moment: NodeMoment) -> Decision | None:
    """The second node of a pair is begun while the first one still runs what it was moved to (rule 9).

    That is so on the way back as well: otherwise the run itself would leave two releases.
    """
    for peer in moment.peers:
        if peer.node in moment.done and (peer.version is None or satisfies(peer.version, moment.wanted) is False):
            return never(f"its peer {peer.node} was done, and runs {peer.version or 'an unreadable version'} now")
    return None


def peer_not_well_at_revert(moment: NodeMoment) -> Decision | None:
    """The same of a revert, unless the service of its own node is proven down: then it carries nothing (rule 45)."""
    proven_down = moment.live is not None and moment.live.reached and moment.live.service is False
    return None if proven_down else peer_not_well(moment)


def group_member_at_work(moment: NodeMoment) -> Decision | None:
    """A member of an exclusive group that is worked on keeps the others out, wherever it is (rule 23).

    What shows there, or was begun not long ago, is lifted by nobody (rule 46).
    """
    for mate in moment.mates:
        begun = None if mate.begun is not None and mate.begun.overdue else _begun_at_peer(mate)
        why = begun or _shown_of(mate.shown, mate.live.node_id.node)
        if why:
            return _for_a_while(moment, f"{mate.node} of the same exclusive group is being worked on: {why}")
    return None


def group_member_not_well(moment: NodeMoment) -> Decision | None:
    """So does one whose state, or the end of what was begun there, is unknown or bad."""
    for mate in moment.mates:
        why = mate.unreadable or _begun_at_peer(mate)
        words = f"may be worked on still: {why}" if why else mate.live.unwell
        if words:
            return _for_a_while(moment, f"{mate.node} of the same exclusive group {words}")
    return None


def _for_a_while(moment: NodeMoment, reason: str, seconds: float | None = None) -> Decision:
    """Wait for what may pass, and not for ever."""
    patience = moment.patience
    until = patience.since + (patience.unwell if seconds is None else seconds)
    if patience.now < until:
        return wait(reason, until)
    waited = format_duration(patience.now - patience.since)
    return never(f"{reason}, and that has not passed within {waited}. Mend it, then run the same command again")


def _shown_of(shown: Iterable[Sequence[str]], node: str) -> str | None:
    """The line that shows a running operation of a node."""
    return next(filter(None, (operation_status.runs_now(list(lines), node) for lines in shown)), None)
