# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions to a conductor that only reading a router's state needs: what to ask, and whether the answer was whole.

Never asked: ``show fib`` and ``show device-interface … registers``, which can crash a box (I95-65557, I95-63295,
I95-61579).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timezone
from typing import TypeVar

from ..pcli.response import Response
from ..software import events as history
from ..software import network
from ..software.disks import Disk, read_disks
from ..software.names import check_word
from .client import Conductor

T = TypeVar("T")

#: A router at the end of a slow line is asked through the conductor.
_TIMEOUT = 120.0


class NotAvailable(Exception):
    """The answer does not tell what was asked. Its text is the reason, for people."""


def peers(conductor: Conductor, router: str) -> list[network.PeerPath]:
    """The peer paths of a router (CLI-6.0, CLI-7.2). Raises NotAvailable."""
    command = f"show peers router {check_word(router, 'router')} force"
    return _ask(conductor, command, "peer paths", lambda reply: network.read_peers(reply, router))


def device_interfaces(conductor: Conductor, router: str) -> list[network.DeviceInterface]:
    """The device interfaces of every node of a router, as a summary (CLI-6.0). Raises NotAvailable."""
    command = f"show device-interface router {check_word(router, 'router')} force summary"
    ports = _ask(conductor, command, "device interfaces", network.read_device_interfaces)
    return network.of_nodes(ports, router)


def bgp_neighbours(conductor: Conductor, router: str) -> list[network.BgpNeighbour]:
    """The BGP neighbours of a router in the default VRF; only the summary is asked for (CLI-6.0). Raises "
    "NotAvailable."""
    command = f"show bgp summary rows all router {check_word(router, 'router')} force"
    return _ask(conductor, command, "BGP neighbours", lambda reply: network.read_bgp(reply, router))


def disks(conductor: Conductor, router: str, node: str) -> list[Disk]:
    """The disks of a node, where the release shows them in a way that can be read (CLI-6.0). Raises NotAvailable."""
    where = f"router {check_word(router, 'router')} node {check_word(node, 'node')}"
    return _ask(conductor, f"show platform {where} force disk", "disks", read_disks)


def events(
    conductor: Conductor,
    router: str,
    since: datetime | None = None,
    kinds: Collection[str] = ("alarm", "provisioning"),
) -> tuple[list[history.Event], list[str]]:
    """What was recorded of a router since a moment, and a reason for each question that was not answered.

    Three questions: alarms of the router, provisioning of the router, and provisioning as this conductor recorded it of
    itself and its assets (``show events`` is about the current router where none is named, CLI-6.0). All rows in one
    page, since several pages failed before 6.3.5 (I95-61024); ``since`` None: the last day. ``kinds``: only those.
    """
    named = f"router {check_word(router, 'router')} "
    when = f"from {_moment(since)} rows all force"
    known = (("alarm", named), ("provisioning", named), ("provisioning", ""))
    asked = [(kind, where) for kind, where in known if kind in kinds]
    found: dict[history.Event, None] = {}
    reasons = []
    for kind, where in asked:
        command = f"show events {where}type {kind} {when}"
        try:
            told = _ask(conductor, command, "events", lambda reply, kind=kind: history.read_events(reply, kind))
        except NotAvailable as reason:
            reasons.append(str(reason))
            continue
        # Blocks name a node without its router: it is the one that was asked for, or the conductor's own.
        if any(event.node and not event.router for event in told):
            owner = router if where else conductor.here()[0]
            told = [replace(event, router=owner) if event.node and not event.router else event for event in told]
        # Of the conductor's own events one may be about any router.
        found.update(dict.fromkeys(event for event in told if where or event.router or router in event.message))
    return list(found), reasons


def _moment(since: datetime | None) -> str:
    """A time as ``show events`` takes it: with a trailing Z in UTC, without it in the device's own zone (CLI-6.0)."""
    if since is None:
        return "1d"
    if since.tzinfo is None:
        return since.strftime("%Y-%m-%dT%H:%M:%S")
    return since.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ask(conductor: Conductor, command: str, what: str, reader: Callable[[Response], list[T] | None]) -> list[T]:
    """Ask and read. A part of an answer is none: what it leaves out would look as if it were gone."""
    reply = conductor.session.run(command, timeout=_TIMEOUT, check=False)
    found = reader(reply)
    away = ", ".join(f"{target} ({words})" for target, words in reply.disconnected)
    if away:
        raise NotAvailable(f"'{command}' did not reach {away}.")
    if reply.counts and (reply.counts.failed or reply.counts.disconnected):
        raise NotAvailable(f"'{command}' failed on {reply.counts.failed + reply.counts.disconnected} of its targets.")
    if reply.error and found != []:  # "there are none" may look like an error, and is an answer
        raise NotAvailable(f"'{command}' was answered with: {' '.join(reply.error.split())}")
    if found is None:
        raise NotAvailable(f"The answer to '{command}' holds no {what} that can be read.")
    return found
