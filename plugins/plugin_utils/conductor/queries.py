# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries about the state of one router: the command, and whether the answer was complete.

Never sent: ``show fib`` and ``show device-interface … registers``, which can crash a box (I95-65557, I95-63295,
I95-61579).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timezone
from typing import TypeVar

from ..pcli.response import Response
from ..software import events as event_readers
from ..software import network
from ..software.disks import Disk, read_disks
from ..software.node_id import NodeId
from .addressing import of_node, of_router
from .client import Conductor

T = TypeVar("T")

#: A router at the end of a slow line is asked through the conductor.
_TIMEOUT = 120.0


class NotAvailable(Exception):
    """The answer does not hold what was queried. Its text is the reason, for people."""


def peers(conductor: Conductor, router: str) -> list[network.PeerPath]:
    """The peer paths of a router (CLI-6.0, CLI-7.2). Raises NotAvailable."""
    command = f"show peers {of_router(router)} force"
    return _query(conductor, command, "peer paths", lambda response: network.read_peers(response, router))


def device_interfaces(conductor: Conductor, router: str) -> list[network.DeviceInterface]:
    """The device interfaces of every node of a router, as a summary (CLI-6.0). Raises NotAvailable."""
    command = f"show device-interface {of_router(router)} force summary"
    ports = _query(conductor, command, "device interfaces", network.read_device_interfaces)
    return network.of_nodes(ports, router)


def bgp_neighbours(conductor: Conductor, router: str) -> list[network.BgpNeighbour]:
    """The BGP neighbours of a router in the default VRF, from the summary (CLI-6.0). Raises NotAvailable."""
    command = f"show bgp summary rows all {of_router(router)} force"
    return _query(conductor, command, "BGP neighbours", lambda response: network.read_bgp(response, router))


def disks(conductor: Conductor, router: str, node: str) -> list[Disk]:
    """The disks of a node, where the release shows them in a way that can be read (CLI-6.0).

    Else those of the web API. Raises NotAvailable.
    """
    try:
        return _query(conductor, f"show platform {of_node(router, node)} force disk", "disks", read_disks)
    except NotAvailable:
        by_web = conductor.by_web.disks(NodeId(router, node))
        if by_web is None:
            raise
        return by_web


def events(
    conductor: Conductor,
    router: str,
    since: datetime | None = None,
    kinds: Collection[str] = ("alarm", "provisioning"),
) -> tuple[list[event_readers.Event], list[str]]:
    """The events of a router since a moment, and a reason for each query that was not answered.

    Three queries: alarms of the router, provisioning of the router, and provisioning as this conductor recorded it of
    itself and its assets (``show events`` is about the current router where none is named, CLI-6.0). All rows in one
    page, since several pages failed before 6.3.5 (I95-61024); ``since`` None: the last day. ``kinds``: only those.
    """
    named = f"{of_router(router)} "
    when = f"from {_moment(since)} rows all force"
    known = (("alarm", named), ("provisioning", named), ("provisioning", ""))
    recorded: dict[event_readers.Event, None] = {}
    reasons = []
    for kind, target in known:
        if kind not in kinds:
            continue
        command = f"show events {target}type {kind} {when}"
        reader = functools.partial(_read_events, kind)
        try:
            shown = _query(conductor, command, "events", reader)
        except NotAvailable as reason:
            reasons.append(str(reason))
            continue
        # Blocks name a node without its router: it is the one that the query names, or the conductor's own.
        if any(event.node and not event.router for event in shown):
            owner = router if target else conductor.local_node().router
            shown = [replace(event, router=owner) if event.node and not event.router else event for event in shown]
        # Of the conductor's own events one may be about any router.
        recorded.update(dict.fromkeys(event for event in shown if target or event.router or router in event.message))
    return list(recorded), reasons


def _read_events(kind: str, response: Response) -> list[event_readers.Event] | None:
    return event_readers.read_events(response, kind)


def _moment(since: datetime | None) -> str:
    """A time as ``show events`` takes it: with a trailing Z in UTC, without it in the device's own zone (CLI-6.0)."""
    if since is None:
        return "1d"
    if since.tzinfo is None:
        return since.strftime("%Y-%m-%dT%H:%M:%S")
    return since.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _query(conductor: Conductor, command: str, what: str, reader: Callable[[Response], list[T] | None]) -> list[T]:
    """Send and read. A partial answer counts as none: what it leaves out would count as gone."""
    response = conductor.session.run(command, timeout=_TIMEOUT, check=False)
    rows = reader(response)
    away = ", ".join(f"{target} ({words})" for target, words in response.disconnected)
    if away:
        raise NotAvailable(f"'{command}' did not reach {away}.")
    if counts := response.counts and response.counts.failed + response.counts.disconnected:
        raise NotAvailable(f"'{command}' failed on {counts} of its targets.")
    if response.error and rows != []:  # "there are none" may look like an error, and is an answer
        raise NotAvailable(f"'{command}' was answered with: {' '.join(response.error.split())}")
    if rows is None:
        raise NotAvailable(f"The answer to '{command}' holds no {what} that can be read.")
    return rows
