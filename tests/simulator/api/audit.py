# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened, as `auditLogs` shows it (MCP): router, node, type, subtype, timestamp, data."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from ..answer import Refused
from .caller import Caller

#: Types of events (CLI reference). How `AuditLogType` writes them is to be learnt by introspection.
TYPES = ("ADMIN", "ALARM", "SYSTEM", "TRAFFIC", "PROVISIONING")


def types(caller: Caller) -> list[str]:
    """Those that this conductor knows: whether there is one for software is open."""
    return [name for name in TYPES if name != "PROVISIONING" or caller.habits["audit_types"] == "provisioning"]


def logs(
    caller: Caller,
    routers: set[str],
    start: str | None = None,
    end: str | None = None,
    wanted: list[str] | None = None,
    subtype: str | None = None,
) -> list[dict[str, Any]]:
    """The newest first. An empty `wanted` stands for all types (MCP). Caller holds the lock."""
    known = set(types(caller))
    begin, until = _moment(start, 0.0), _moment(end, caller.world.clock.now())
    rows = []
    for event in reversed(caller.world.records.events):
        kind = event["type"].upper()
        change = str(event.get("change", "")).upper()
        if kind not in known or (wanted and kind not in wanted) or (subtype and subtype.upper() != change):
            continue
        if event["node"].router.name in routers and begin <= event["time"] <= until:
            rows.append(_row(caller, event, kind, change))
    return rows


def _row(caller: Caller, event: dict[str, Any], kind: str, change: str) -> dict[str, Any]:
    data = {key: value for key, value in event.items() if key not in ("time", "node", "type", "change")}
    return {
        "router": event["node"].router.name,
        "node": event["node"].name,
        "type": kind,
        "subtype": change,
        "timestamp": caller.world.clock.iso(event["time"]),
        "data": data if caller.habits["audit_data"] == "object" else json.dumps(data),
    }


def _moment(text: str | None, default: float) -> float:
    if not text:
        return default
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Refused(f"invalid time '{text}'") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
