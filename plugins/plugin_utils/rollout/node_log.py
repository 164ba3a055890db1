# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place where results change: what an event means for the result of a node, and the log that applies it."""

from __future__ import annotations

import functools
from dataclasses import replace

from ..clock import format_timestamp
from ..software.node_id import NodeId
from ..software.versions import spelled
from .events import (
    Accepted,
    Adopted,
    Downloaded,
    Event,
    EventStream,
    Explained,
    Judged,
    KnownBefore,
    MovedWithPeer,
    NodeEnded,
    Refused,
    RequestDated,
    Reverted,
    Sent,
    Stepped,
    Warned,
)
from .join_text import sentences
from .journal import JournalError
from .results import BY_HAND, NOT_REVERTED, NOT_STARTED, NodeResult, Step


def apply(result: NodeResult, event: Event) -> NodeResult:
    """The result of a node after an event. Pure."""
    changes = _changes(event, result)
    return replace(result, **changes) if changes else result


@functools.singledispatch
def _changes(event: Event, result: NodeResult) -> dict:
    """The fields of a result that an event changes, with their new values."""
    return {}


@_changes.register
def _stepped(event: Stepped, result: NodeResult) -> dict:
    steps = (*result.steps, Step(_time(event), event.what, event.words))
    running = getattr(event, "running_version", None)
    return {"steps": steps, "running_version": running} if running else {"steps": steps}


@_changes.register
def _accepted(event: Accepted, result: NodeResult) -> dict:
    return {**_stepped(event, result), "accepted": True}


@_changes.register
def _refused(event: Refused, result: NodeResult) -> dict:
    return {**_stepped(event, result), "adopted": result.adopted or event.followed}


@_changes.register
def _sent(event: Sent, result: NodeResult) -> dict:
    accepted = result.accepted or event.accepted
    # What has ended until now was an earlier command, such as its download.
    return {"command": event.command, "started": _time(event), "ended": None, "accepted": accepted}


@_changes.register
def _request_dated(event: RequestDated, result: NodeResult) -> dict:
    return {"asked_at": event.asked_at}


@_changes.register
def _adopted(event: Adopted, result: NodeResult) -> dict:
    changes = {
        "adopted": True,
        "accepted": result.accepted or event.accepted,
        "command": event.command or result.command,
        "from_version": event.from_version or result.from_version,
    }
    return {**changes, "started": format_timestamp(event.started)} if event.started else changes


@_changes.register
def _moved(event: MovedWithPeer, result: NodeResult) -> dict:
    return {"moved_by_itself": True, "from_version": event.from_version or result.from_version}


@_changes.register
def _warned(event: Warned, result: NodeResult) -> dict:
    return {"warnings": (*result.warnings, event.text)}


@_changes.register
def _ended(event: NodeEnded, result: NodeResult) -> dict:
    begun = (result.started or result.adopted or result.moved_by_itself) and event.at is not None
    return {
        "state": event.state,
        "reason": event.reason,
        "local_fault": event.local_fault,
        "accepted": result.accepted if event.accepted is None else event.accepted,
        "running_version": result.running_version if event.running_version is None else event.running_version or None,
        "install_type": event.install_type or result.install_type,
        "ended": _time(event) if begun else result.ended,
    }


@_changes.register
def _judged(event: Judged, result: NodeResult) -> dict:
    return {
        "state": event.state,
        "reason": event.reason,
        "local_fault": result.local_fault or event.local_fault,
        "accepted": result.accepted if event.accepted is None else event.accepted,
    }


@_changes.register
def _explained(event: Explained, result: NodeResult) -> dict:
    return {"reason": f"{result.reason}; {event.words}" if event.clause else sentences(result.reason, event.words)}


@_changes.register
def _known_before(event: KnownBefore, result: NodeResult) -> dict:
    names = ("from_version", "to_version", "running_version", "install_type")
    return {name: getattr(result, name) or getattr(event, name) for name in names}


@_changes.register
def _downloaded(event: Downloaded, result: NodeResult) -> dict:
    download = event.download
    return {"steps": (*result.steps, *download.steps), "command": download.command, "started": download.started}


@_changes.register
def _reverted(event: Reverted, result: NodeResult) -> dict:
    revert = event.revert
    changes = {
        "steps": (*result.steps, *revert.steps),
        "running_version": revert.running_version or result.running_version,
        "ended": revert.ended or result.ended,
    }
    if revert.state in ("done", "up_to_date"):
        reason = sentences(result.reason, f"Then reverted: {revert.reason}")
        return {**changes, "state": "reverted", "reason": reason}
    if revert.state == "not_started":
        return {**changes, "warnings": (*result.warnings, f"{NOT_REVERTED}{revert.reason}")}
    return {**changes, "state": revert.state, "reason": sentences(result.reason, *_bad_revert(result, revert), BY_HAND)}


def _bad_revert(result: NodeResult, revert: NodeResult) -> list[str]:
    """What became of a revert that did not succeed. If it never began, the upgrade stands, and so does its fault."""
    if revert.state == "unknown":
        return [f"Its revert ended in an unknown state: {revert.reason}"]
    if NOT_STARTED not in revert.reason:
        return [f"Its revert failed: {revert.reason}"]
    answer = revert.reason.replace(NOT_STARTED, "").strip()  # its advice is not to be followed here
    running = spelled(revert.running_version or result.running_version) or "the version of the upgrade"
    down = ", and may be without service" if result.local_fault else ""
    return [
        f"Its revert was refused, and no revert has begun: {answer}",
        f"It still runs {running} with this fault{down}",
    ]


def _time(event: Event) -> str:
    return format_timestamp(event.at)


class NodeLog:
    """The result of a node while it grows: every event changes it, and goes to all listeners.

    ``name``: what people call the node on the screen.
    """

    def __init__(self, events: EventStream, result: NodeResult, name: str = "") -> None:
        self._events = events
        self.name = name or str(NodeId(result.router, result.node))
        self.result = result

    @property
    def node_id(self) -> NodeId:
        """Which node it is."""
        return NodeId(self.result.router, self.result.node)

    def record(self, event: Event) -> None:
        """This has happened to the node. Raises JournalError where it had to be written down and could not be."""
        result = self.result
        event = self._events.stamped(replace(event, router=result.router, node=result.node, name=self.name))
        self.result = apply(result, event)
        self._events.emit(event)

    def end(self, event: NodeEnded) -> NodeResult:
        """The operation of the node has ended. An outcome that cannot be written down is a warning: it is known."""
        try:
            self.record(event)
        except JournalError as error:
            self.record(Warned(f"the outcome could not be written down: {error}"))
        return self.result
