# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads and upgrades that are asked for over the web (BU): the same work as that of the PCLI, by other words.

Only these two are public. The scope is a router: the conductor takes the nodes of a pair in turn.
"""

from __future__ import annotations

import json
from typing import Any

from ..admission import check, idle, in_order, left_to_do, refused_by_fault, release_of
from ..answer import Refused
from ..commands.legacy import UNCHECKED
from .caller import Caller
from .routes import ApiError, FieldError


def start(caller: Caller, kind: str, names: list[str], version: str, ignore_pre_check: bool) -> list[Any]:
    """One entry for each router. What `response` holds, and how a refusal shows, is nowhere. Caller holds the lock."""
    # Whether a list of several routers really starts all of them is open: BU always sends one.
    chosen = names[:1] if caller.habits["mutation_routers"] == "first" else names
    rows: list[Any] = []
    for name in chosen:
        try:
            _start_one(caller, kind, name, version, ignore_pre_check)
            rows.append({"routerName": name, "response": _accepted(caller, kind, version)})
        except Refused as refusal:
            rows.append(_refused(caller, name, str(refusal)))
    return rows


def _start_one(caller: Caller, kind: str, name: str, version: str, ignore_pre_check: bool) -> None:
    nodes = in_order(caller, caller.router(name).nodes)
    release = release_of(caller, version)
    check(caller, kind, release, nodes, {"version": version})
    idle(nodes, caller)
    refused_by_fault(caller, kind, nodes)
    # Before 6.3 there are no health checks.
    options = set(UNCHECKED) if not caller.modern else {"skip_pre"} if ignore_pre_check else set()
    left = left_to_do(kind, nodes, release)
    caller.lifecycle.begin(kind, left, release, options, caller.user.name, caller.node.node_id)


def _accepted(caller: Caller, kind: str, version: str) -> str | None:
    way = caller.habits["mutation_answer"]
    if way == "empty":
        return None
    return json.dumps({"status": "accepted"}) if way == "json" else f"{kind} of {version} has been requested"


def _refused(caller: Caller, name: str, reason: str) -> Any:
    """An entry with the reason, or one that is null with an error beside it. Raises ApiError in some conductors."""
    way = caller.habits["mutation_refusal"]
    if way == "status":
        raise ApiError(400, reason)
    if way == "errors":
        return FieldError(reason)
    text = json.dumps({"status": "failed", "message": reason}) if caller.habits["mutation_answer"] == "json" else reason
    return {"routerName": name, "response": text}
