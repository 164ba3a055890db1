# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a node is by its own answers: what it runs, whether its service runs, and whether it has booted since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..pcli.errors import FINAL, DeviceError, PcliError
from ..software.assets import Asset
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus
from ..software.system import SystemStatus, service_runs
from ..software.versions import Version, try_parse
from .poller import IMAGE_RELEASE, StatusPoller


@dataclass(frozen=True)
class CommandBaseline:
    """What was true when a command was sent: to compare with. ``conductor_time`` by the conductor's own clock."""

    at: float
    conductor_time: datetime | None = None


def observe(poller: StatusPoller, node_id: NodeId, baseline: CommandBaseline | None = None) -> NodeStatus:
    """The status of one node. Call after a poll has succeeded.

    It may be read through :class:`..pcli.waiting.Cooperative`.
    """
    try:
        return _status_of(poller, node_id, baseline)
    except FINAL:
        raise
    except PcliError as error:
        poller.note(error)
        return NodeStatus()


def _status_of(poller: StatusPoller, node_id: NodeId, baseline: CommandBaseline | None) -> NodeStatus:
    local, row = node_id == poller.local_node, poller.asset(*node_id)
    if row is None and not (local and not poller.counts(node_id[0])):
        return NodeStatus(reachable=True, state="not in the list of assets")
    status, version_text, version = _running(poller, node_id, row)
    words = [word for word in (status.status if status else None, _service_of_asset(poller, row)) if word is not None]
    services = [service_runs(word) for word in words]
    service = False if False in services else True if True in services else None
    counts = row is not None and poller.counts(node_id[0])
    silent = _is_silent(poller, node_id, status)  # the list is late, or it is restarting right now
    return NodeStatus(
        reachable=True,
        version_text=version_text,
        version=version,
        state=f"{row.status} but not reached"
        if silent and row
        else row.status
        if counts
        else "its own session answers",
        settled=not silent and (row.settled if counts else bool(status and status.runs)),
        away=row.away if counts else False,
        busy=row.busy if counts else False,
        service=service,
        service_text=", ".join(dict.fromkeys(filter(None, words))) or None,
        install_type=row.install_type if row else None,
        answered=status is not None and status.reached is True,
        booted_since=booted_since(status, version, baseline, poller.clock.now()),
    )


def _is_silent(poller: StatusPoller, node_id: NodeId, status: SystemStatus | None) -> bool:
    """Whether a node is not reached, or what it says of itself cannot be read any more."""
    if status is None or status.reached:
        poller.readable.update([node_id] if status else [])
        return False
    return status.reached is False or node_id in poller.readable


def _running(
    poller: StatusPoller, node_id: NodeId, row: Asset | None
) -> tuple[SystemStatus | None, str | None, Version | None]:
    """Status and version: the node's own answer where the session is on it, else what the conductor shows of it."""
    if node_id == poller.local_node:
        status = poller.conductor.system()
        if status and status.at:
            poller.note_time(status.at)
        own_version = poller.conductor.own_version()
        if own_version and own_version.version:
            return status, own_version.text, own_version.version
    else:
        status = poller.conductor.system_of(*node_id) if row and not row.away else None
    if row and row.version:
        return status, row.version_text, row.version
    text = status.version if status else None
    return status, text, try_parse(text) if text else None


def _service_of_asset(poller: StatusPoller, row: Asset | None) -> str | None:
    """The service as the asset's own page shows it: Synchronized alone does not prove that it runs (I95-63955)."""
    if row is None or row.away or not row.asset_id or not poller.counts(row.router):
        return None
    try:
        detail = poller.conductor.asset_detail(row.asset_id)
    except DeviceError:
        return None
    return detail.service if detail else None


def booted_since(
    status: SystemStatus | None, version: Version | None, baseline: CommandBaseline | None, now: float
) -> bool | None:
    """Whether the node has booted since the command, by its uptime; None where that does not show it."""
    if baseline is None or status is None or status.uptime is None:
        return None
    elapsed, sent_at = now - baseline.at, baseline.conductor_time
    # Two times of which only one shows its zone (GMT, then BST) cannot be compared.
    if status.at and sent_at and (status.at.tzinfo is None) == (sent_at.tzinfo is None):
        elapsed = (status.at - sent_at).total_seconds()
    if status.uptime >= elapsed:
        return False
    # Before 6.3.0 the uptime may have been reset by something else than a boot (I95-58152).
    return True if version is not None and version >= IMAGE_RELEASE else None
