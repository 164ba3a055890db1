# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change documents of any size, made by the code that makes the real ones."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_timestamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import build, grammar_for
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan import NodePlan, RouterPlan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change import ChangeFacts, change_document
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_routers import router_entry, sort_checks
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.planned_commands import (
    CommandOptions,
    commands_of,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=timezone.utc)
OLD, NEW = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"
LIMITS = {
    "in_flight": 10,
    "downloads_in_flight": 5,
    "download_first": True,
    "bake": 600,
    "max_failures": 5,
    "max_fail_percentage": None,
    "breaker_percent": 2.0,
    "breaker_timeout": 1800,
    "post_checks": [],
}


def command_line(request: Request) -> str:
    """The words of release 7.2 for a request."""
    release = parse("7.2.0-1.r1.el9")
    return build(request, grammar_for(request.operation, release, own=False), NodeId("Conductor", "c1"))


def plan(router: str, *nodes: str, state: str = "planned", **more: Any) -> RouterPlan:
    """A router; one that is not planned has its reason in ``reason``."""
    names = nodes or ("node0",)
    kind = more.pop("install_type", "image")
    planned = tuple(
        NodePlan(router, node, OLD, NEW, kind, state == "planned", "needed", kind == "package", None, "")
        for node in names
    )
    fields: dict[str, Any] = {"wave": 0, "group": None, "notes": (), "reason": "", **more}
    return RouterPlan(
        router=router,
        state=state,
        nodes=planned,
        order_reason=f"standby first: routingManager is primary on {names[-1]}",
        sequencing="node",
        expected=1800.0,
        outage=0.0 if len(names) > 1 else 420.0,
        way_back="documented",
        **fields,
    )


def plans(routers: int) -> list[RouterPlan]:
    """So many routers: pairs, singles, one that is blocked, one that is up to date, one that is converted."""
    made = []
    for number in range(routers):
        name = f"store-{number:04}"
        nodes = (f"{name}-a", f"{name}-b") if number % 3 == 1 else (f"{name}-node",)
        state = {5: "blocked", 7: "up_to_date"}.get(number, "planned")
        kind = "package" if number == 9 else "image"
        notes = (
            (f"path: {nodes[0]} goes by way of nothing else (some_rule; upgrade_router)",) if number % 4 == 0 else ()
        )
        made.append(
            plan(name, *nodes, state=state, install_type=kind, notes=notes, reason="a check" if number == 5 else "")
        )
    return made


def checks(entries: list[dict]) -> list[dict]:
    """What pre-checks said: one that blocks, some that warn, one that could not be made, and those that pass."""
    rows = []
    for number, entry in enumerate(entries):
        state, severity = (
            ("fail", "block") if number == 5 else ("warn", "warn") if number % 6 == 0 else ("pass", "block")
        )
        target = f"{entry['nodes'][0]['node']}.{entry['router']}"
        row = {"name": "disk_space", "target": target, "state": state, "severity": severity, "reason": "5 GB are free"}
        rows.append({**row, "evidence": "", "undetermined": number == 3})
    whole = {"name": "rights", "target": "Conductor", "state": "pass", "severity": "block", "reason": "all of them"}
    return [*rows, {**whole, "evidence": "", "undetermined": False}]


def change(routers: int = 12, *, window: bool = True, **facts: Any) -> dict[str, Any]:
    """A change document. ``facts`` replaces some of :class:`.ChangeFacts`."""
    request = Request("upgrade", version=NEW)
    options = CommandOptions(request, command_line, download=True, revert=True, health_check=True)
    entries = [router_entry(one.as_data(), [c.as_data() for c in commands_of(one, options)]) for one in plans(routers)]
    names = [entry["router"] for entry in entries]
    tenth = max(1, routers // 10)
    batches = [batch for batch in (names[:1], names[1 : 1 + tenth], names[1 + tenth :]) if batch]
    hours = 6 if routers < 500 else 120
    end = {"given": f"+{hours}h", "at": format_timestamp(BEGIN + timedelta(hours=hours)), "zone": None}
    none = {"given": None, "at": None, "zone": None}
    given: dict[str, Any] = {
        "run": {
            "id": "night-47",
            "inventory": "conductor-north",
            "operation": "upgrade",
            "version": NEW,
            "conductor": "Conductor",
            "playbook": ["Plan the upgrade of the routers"],
            "made": "2026-03-01T14:00:00Z",
            "by": "operator",
            "job": None,
            "reason": "CHG-4711: closes I95-64218 in all stores",
            "process": "1",
        },
        "limits": LIMITS,
        "window": {"start_deadline": none, "window_end": end if window else none},
        "estimates": Estimates(),
        "routers": entries,
        "batches": batches,
        "begins": BEGIN,
        "checks": sort_checks(checks(entries), entries),
        "settings": LIMITS,
        "extra": {"stop_file": "/home/op/sessionsmart/journal/stop-routers", "batch_fail_percentage": "0"},
        "versions": {"collection": "0.3.0", "ansible": "2.19.0", "python": "3.12.1", "conductor": "7.2.0-1"},
        "folder": "/home/op/sessionsmart/reports/night-47",
    }
    return change_document(ChangeFacts(**{**given, **facts}))
